"""Writes to delegations, drawdowns and what they consume: each one transaction with its audit entry.

Locks are taken in one order: key, drawdown, office, programme, limits by number, head of the audit chain. A key (idempotency)
that was used already gives the first result; with another body it raises KeyUsedOtherwise.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.actions import canonical, locked_office, record
from accounts.models import AuditEntry, Office, User
from accounts.permissions import Permission, require
from accounts.queries import Acting, holder_of, may_act_for
from approvals import rules
from approvals.call_in import working_day_after
from approvals.freezing import Frozen, consumed_as_frozen, content_of, digest, frozen_line, work_out
from approvals.models import (
    Answer,
    Consumption,
    Delegation,
    DelegationStep,
    Drawdown,
    DrawdownAmount,
    DrawdownLine,
    DrawdownPreparer,
    LimitDrawn,
    Receipt,
)
from approvals.queries import Held, held, held_before, missing_answers, people_who_answered, preparers_of
from approvals.rules import Asked, Before, CannotBeDrawn, Measure, Mode, Reply, State
from costing.financial_year import FinancialYear
from improvement_budget.display.formats import long_date
from phases.models import Authorisation, AuthorisationLimit, FundingDecision, Programme
from posts.models import LineRevision


class StaleDrawdown(Exception):
    """It was changed since it was opened: nothing was written. `current` is as it stands now."""

    def __init__(self, current: Drawdown) -> None:
        super().__init__("Somebody changed this drawdown since you opened it.")
        self.current = current


class KeyUsedOtherwise(Exception):
    """The key came before, with another body: nothing was written."""


class NotAllowedNow(Exception):
    """What was asked for cannot be done as things stand. Its text is a sentence for the user."""


class OverTheLimit(NotAllowedNow):
    """A limit would be exceeded, or has lapsed: nothing was written."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line asked for: so many FTE of it, or for a line without FTE so many pounds by measure."""

    line_id: int
    authorisation: Authorisation
    fte: Decimal | None = None
    pounds: Mapping[Measure, Decimal] = field(default_factory=dict)


@transaction.atomic
def record_delegation(
    *, decision: FundingDecision, values: Mapping[str, Any], steps: Iterable[tuple[Office, Mode]], by: User, at: datetime
) -> Delegation:
    """Record what a resolution delegates: `values` are the delegation's fields, `steps` who is asked first, and how."""
    require(by, Permission.RECORD_DECISIONS)
    steps = list(steps)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        raise ValidationError("A recommendation delegates nothing: record the resolution first.")
    if values.get("decision_maker") in [office for office, _ in steps]:
        raise ValidationError("The decision maker cannot also be one of those who answer.")
    delegation = Delegation(programme=decision.programme, decision=decision, **values)
    delegation.full_clean()
    delegation.save()
    for office, mode in steps:
        DelegationStep.objects.create(delegation=delegation, office=office, mode=mode)
    details = {
        "delegation": delegation.title,
        "decision_maker": delegation.decided_by,
        "text": delegation.text,
        "steps": {office.name: mode for office, mode in steps},
    }
    record(action="delegation_recorded", subject=f"programme:{decision.programme.slug}", details=details, by=by, at=at)
    return delegation


@transaction.atomic
def draft(*, delegation: Delegation, title: str, key: str, by: User, at: datetime) -> Drawdown:
    """A new drawdown under a delegation, with no line yet."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    pk = _next_number()
    receipt, is_new = _receipt(key, pk, {"act": "draft", "delegation": delegation.pk, "title": title, "by": by.pk})
    if not is_new:
        return receipt.drawdown
    drawdown = Drawdown(
        pk=pk, reference=f"DD-{pk:04d}", programme=delegation.programme, delegation=delegation, title=title, prepared_by=by
    )
    drawdown.full_clean()
    drawdown.save(force_insert=True)
    _prepared_by(drawdown, {by.pk})
    _entry(drawdown, "drawdown_drafted", {"title": title, "delegation": delegation.title}, by, at)
    return drawdown


@transaction.atomic
def choose_lines(*, drawdown: Drawdown, version: int, choices: Sequence[Choice], by: User, at: datetime) -> Drawdown:
    """Set the lines that are asked for, in place of those before. Raises ValidationError where one cannot be drawn so."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = _locked(drawdown, version=version)
    if State(drawdown.state) not in rules.OPEN:
        raise NotAllowedNow("What was submitted is frozen: withdraw it first.")
    drawdown.lines.all().delete()
    for choice in choices:
        row = DrawdownLine(drawdown=drawdown, line_id=choice.line_id, authorisation=choice.authorisation, fte=choice.fte)
        row.full_clean()
        row.save()
        _set_amounts(row, choice.pounds)
    if choices:
        _worked_out(drawdown)
    _prepared_by(drawdown, {by.pk})
    details = [
        {"line": each.line_id, "authorisation": each.authorisation.title, "fte": each.fte and str(each.fte)} for each in choices
    ]
    _move(drawdown)
    _entry(drawdown, "drawdown_lines_chosen", {"chosen": details}, by, at)
    return drawdown


@transaction.atomic
def submit(*, drawdown: Drawdown, version: int, key: str, by: User, at: datetime, reasonable_days: int = 5) -> Drawdown:
    """Freeze what is asked, with its SHA-256, and ask the offices. `reasonable_days` working days for those consulted."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    if _done_before(key, drawdown, {"act": "submit", "version": version, "by": by.pk}):
        return _read(drawdown)
    drawdown = _locked(drawdown, version=version)
    _may_become(drawdown, State.SUBMITTED)
    _lock_programme(drawdown.programme_id)
    frozen = _worked_out(drawdown)
    for each in frozen:
        each.asked.amounts.all().delete()
        _set_amounts(each.asked, each.consumed)
    # Those who changed a line since it was last submitted; for the first submission, ever.
    edited = LineRevision.objects.filter(line_id__in=[each.line.pk for each in frozen]).exclude(entry__actor=None)
    if drawdown.submitted_at:
        edited = edited.filter(entry__at__gte=drawdown.submitted_at)
    _prepared_by(drawdown, {by.pk, *edited.values_list("entry__actor", flat=True)})
    answer_by = working_day_after(_day(at), reasonable_days)
    content = content_of(drawdown, frozen, drawdown.submission + 1, at, answer_by)
    _move(
        drawdown,
        State.SUBMITTED,
        submission=drawdown.submission + 1,
        content=content,
        sha256=digest(content),
        submitted_at=at,
        answer_by=answer_by,
        reasons="",
    )
    _entry(drawdown, "drawdown_submitted", {"sha256": drawdown.sha256, "answer_by": answer_by}, by, at)
    return drawdown


@transaction.atomic
def withdraw(*, drawdown: Drawdown, version: int, by: User, at: datetime) -> Drawdown:
    """Take it back before it is decided; it may be changed and submitted again, and everybody answers again."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = _locked(drawdown, version=version)
    _move(drawdown, State.WITHDRAWN)
    _entry(drawdown, "drawdown_withdrawn", {}, by, at)
    return drawdown


@transaction.atomic
def answer(
    *, drawdown: Drawdown, sha256: str, office: Office, reply: Reply, words: str, interests: str, key: str, by: User, at: datetime
) -> Answer:
    """One office's answer to what was submitted. An agreement refused returns the drawdown to its author, with the words."""
    require(by, Permission.VIEW_PROGRAMMES)
    body = {"act": "answer", "sha256": sha256, "office": office.pk, "reply": reply, "words": words, "interests": interests}
    if _done_before(key, drawdown, body | {"by": by.pk}):
        return Answer.objects.get(drawdown=drawdown, sha256=sha256, office=office)
    drawdown = _locked(drawdown, sha256=sha256)
    step = drawdown.delegation.steps.filter(office=office).first()
    if step is None:
        raise NotAllowedNow(f"{office} is not asked under this delegation.")
    acting = _acting(by, office, at)
    _no_conflict(acting, drawdown)
    maker = drawdown.delegation.decision_maker
    if maker and holder_of(maker, _day(at)) in (by, acting.acting_for):
        raise NotAllowedNow("The decision maker cannot also be one of those who answer.")
    if drawdown.answers.filter(sha256=sha256, office=office).exists():
        raise NotAllowedNow(f"{office} has answered already.")
    given = Answer(
        drawdown=drawdown,
        sha256=sha256,
        office=office,
        person=by,
        acting_for=acting.acting_for,
        authority=acting.authority,
        answer=reply,
        words=words,
        interests=interests,
        asked_at=drawdown.submitted_at,  # type: ignore[misc]
        answered_at=at,
    )
    if step.mode == Mode.AGREEMENT and reply is Reply.VIEW:
        raise ValidationError({"answer": "Agreement is asked for: agree, or do not agree."})
    given.full_clean()
    given.save()
    details = {"office": office.name, "answer": reply, "sha256": sha256, **_capacity(acting), "words": words}
    if step.mode == Mode.AGREEMENT and reply is Reply.DISAGREE:
        _move(drawdown, State.RETURNED, reasons=words)
    else:
        _move(drawdown)
    _entry(drawdown, "drawdown_answered", details | {"interests": interests, "state": drawdown.state}, by, at)
    return given


@transaction.atomic
def send_back(*, drawdown: Drawdown, sha256: str, reasons: str, by: User, at: datetime) -> Drawdown:
    """The decision maker returns it to its author, with reasons."""
    return _say_no(drawdown, State.RETURNED, sha256, reasons, by, at)


@transaction.atomic
def refuse(*, drawdown: Drawdown, sha256: str, reasons: str, by: User, at: datetime) -> Drawdown:
    """The decision maker's no: it is over, with reasons."""
    return _say_no(drawdown, State.REFUSED, sha256, reasons, by, at)


def _say_no(drawdown: Drawdown, state: State, sha256: str, reasons: str, by: User, at: datetime) -> Drawdown:
    drawdown = _locked(drawdown, sha256=sha256)
    acting = _decision_maker(drawdown, by, at)
    if not reasons.strip():
        raise ValidationError({"reasons": "Give your reasons."})
    _no_conflict(acting, drawdown, by=by)
    _move(drawdown, state, reasons=reasons)
    _entry(drawdown, f"drawdown_{state}", {"reasons": reasons, "sha256": sha256, **_capacity(acting)}, by, at)
    return drawdown


@transaction.atomic
def sign_off(
    *,
    drawdown: Drawdown,
    version: int,
    sha256: str,
    key: str,
    by: User,
    at: datetime,
    resolution: FundingDecision | None = None,
) -> Drawdown:
    """The decision maker's yes: what was frozen is drawn, in every measure together, or nothing is.

    `resolution` is what a body resolved, recorded by the clerk. Raises PermissionDenied, StaleDrawdown or NotAllowedNow.
    """
    body = {"act": "sign_off", "version": version, "sha256": sha256, "resolution": resolution and resolution.pk, "by": by.pk}
    if _done_before(key, drawdown, body):
        return _read(drawdown)
    drawdown = _locked(drawdown, version=version, sha256=sha256)
    _may_become(drawdown, State.SIGNED_OFF)
    acting, day = _decision_maker(drawdown, by, at, resolution), _day(at)
    if acting is None and resolution is None:
        raise NotAllowedNow(f"Name the resolution of {drawdown.delegation.decision_body}.")
    _no_conflict(acting, drawdown, people_who_answered(drawdown), by)
    if (expires := drawdown.delegation.expires) and expires < day:
        raise NotAllowedNow(f"The delegation ended on {long_date(expires)}.")
    if missing := missing_answers(drawdown, day):
        raise NotAllowedNow(f"Not answered yet: {', '.join(office.name for office in missing)}.")
    _lock_programme(drawdown.programme_id)
    limits = _locked_limits(Q(authorisation__drawdown_lines__drawdown=drawdown))
    rows = _frozen_rows(drawdown)
    _not_waiting_for_transfer({row.authorisation_id for row in rows})
    _draw(limits, rows)
    entry = _entry(
        drawdown,
        "drawdown_signed_off",
        {
            "sha256": sha256,
            "title": drawdown.title,
            "released": [
                {
                    "line": row.line_id,
                    "authorisation": row.authorisation_id,
                    "measure": row.financial_year,
                    "pounds": str(row.pounds),
                }
                for row in rows
            ],
            "resolution": resolution and str(resolution),
            **_capacity(acting),
        },
        by,
        at,
    )
    _move(
        drawdown,
        State.SIGNED_OFF,
        signed_at=at,
        signed_by=by,
        signed_for=acting.acting_for if acting else None,
        authority=acting.authority if acting else "",
        resolution=resolution,
        signed_entry=entry,
    )
    _save_rows(rows, entry)
    return drawdown


def _frozen_rows(drawdown: Drawdown) -> list[Consumption]:
    """What was frozen, as rows to be drawn. NotAllowedNow where other drawdowns have left something else of a line since."""
    lines = list(drawdown.lines.select_related("authorisation").prefetch_related("amounts"))
    frozen = {(line.pk, amount.financial_year): amount.pounds for line in lines for amount in line.amounts.all()}
    try:
        now = consumed_as_frozen(drawdown)
    except CannotBeDrawn as error:
        raise NotAllowedNow(f"{error} Return it, and submit it again.") from None
    if now != frozen:
        raise NotAllowedNow("What this releases is no longer what was submitted. Return it, and submit it again.")
    return [
        Consumption(
            drawdown=drawdown,
            line_id=line.line_id,
            authorisation=line.authorisation,
            financial_year=amount.financial_year,
            kind=Consumption.Kind.DRAW,
            pounds=amount.pounds,
            fte=line.fte,
        )
        for line in lines
        for amount in line.amounts.all()
    ]


@transaction.atomic
def call_in(*, drawdown: Drawdown, reasons: str, by: User, at: datetime) -> Drawdown:
    """Scrutiny has called the decision in. What it released stays consumed until the decision is overturned."""
    require(by, Permission.RECORD_DECISIONS)
    drawdown = _locked(drawdown)
    _move(drawdown, State.CALLED_IN)
    _entry(drawdown, "drawdown_called_in", {"reasons": reasons}, by, at)
    return drawdown


@transaction.atomic
def overturn(*, drawdown: Drawdown, reasons: str, by: User, at: datetime) -> Drawdown:
    """A decision that was called in does not stand: everything it still holds is released by reversing records."""
    require(by, Permission.RECORD_DECISIONS)
    drawdown = _locked(drawdown)
    if drawdown.state != State.CALLED_IN:
        raise NotAllowedNow("Only a decision that was called in is overturned.")
    _lock_programme(drawdown.programme_id)
    _locked_limits(Q(authorisation__consumption__drawdown=drawdown))
    live = [each for each in held(Q(drawdown=drawdown)) if each.is_live]
    entry = _entry(drawdown, "drawdown_overturned", {"reasons": reasons, "released": [_said(each) for each in live]}, by, at)
    _reverse(live, Consumption.Kind.OVERTURN, entry)
    _move(drawdown, State.SUPERSEDED)
    return drawdown


@transaction.atomic
def hand_back(*, drawdown: Drawdown, returned: Mapping[int, Decimal], reasons: str, key: str, by: User, at: datetime) -> Drawdown:
    """Give back what was not spent: pounds by the number of the row of consumption. A row given back whole frees its FTE too."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    body = {"act": "hand_back", "returned": {str(pk): str(pounds) for pk, pounds in returned.items()}, "by": by.pk}
    if _done_before(key, drawdown, body):
        return _read(drawdown)
    drawdown = _locked(drawdown)
    _lock_programme(drawdown.programme_id)
    _locked_limits(Q(authorisation__consumption__drawdown=drawdown))
    rows = {each.row.pk: each for each in held(Q(drawdown=drawdown))}
    if not returned or set(returned) - set(rows):
        raise ValidationError("Say which of what this drawdown released is handed back.")
    for pk, pounds in returned.items():
        if not 0 < pounds <= rows[pk].pounds or pounds != int(pounds):
            raise ValidationError(f"Hand back whole pounds, more than nothing and up to £{rows[pk].pounds:,}.")
    details = {"reasons": reasons, "returned": [_said(rows[pk]) | {"pounds": str(pounds)} for pk, pounds in returned.items()]}
    entry = _entry(drawdown, "drawdown_handed_back", details, by, at)
    given = [
        # The FTE stay drawn where only a part of the money comes back.
        each if returned[pk] == each.pounds else each._replace(pounds=returned[pk], fte=_nought(each.fte))
        for pk, each in rows.items()
        if pk in returned
    ]
    _reverse(given, Consumption.Kind.HAND_BACK, entry)
    return drawdown


@transaction.atomic
def lapse(*, authorisation: Authorisation, year: int, by: User, at: datetime) -> LimitDrawn:
    """What was not drawn of an in-year limit by the end of its year is drawn no more; a later year needs a new decision."""
    require(by, Permission.RECORD_DECISIONS)
    if _day(at) <= (last := FinancialYear(year).last_day):
        raise NotAllowedNow(f"{FinancialYear(year)} ends on {long_date(last)}: nothing lapses before.")
    _lock_programme(authorisation.programme_id)
    limits = _locked_limits(Q(authorisation=authorisation), financial_year=year)
    if not limits:
        raise NotAllowedNow(f"{authorisation} names no limit for {FinancialYear(year)}.")
    _lapse(limits, at)
    details = {"authorisation": authorisation.title, "year": FinancialYear(year).label}
    _record_of(authorisation.programme, "authorisation_lapsed", details, by, at)
    return LimitDrawn.objects.get(limit=limits[0])


@transaction.atomic
def replace(*, authorisation: Authorisation, by: User, at: datetime) -> list[Consumption]:
    """Move what is drawn of the authorisation that this one replaces over to this one, by transfer records; the rest lapses.

    In a measure that only this one limits, each line consumes its frozen amount. Raises OverTheLimit where a limit of this one
    would be exceeded, NotAllowedNow where it does not pay for what is drawn: then nothing is moved.
    """
    require(by, Permission.RECORD_DECISIONS)
    old = authorisation.replaces
    if old is None:
        raise NotAllowedNow(f"{authorisation} replaces no other.")
    _lock_programme(authorisation.programme_id)
    limits = _locked_limits(Q(authorisation__in=[old, authorisation]))
    live = [each for each in held(Q(authorisation=old)) if each.is_live]
    rows = _taken_over(
        live, authorisation, [limit.financial_year for limit in limits if limit.authorisation_id == authorisation.pk]
    )
    details = {
        "from": old.title,
        "to": authorisation.title,
        "moved": [_said(each) for each in live],
        "drawn": [
            {"drawdown": row.drawdown_id, "line": row.line_id, "measure": row.financial_year, "pounds": str(row.pounds)}
            for row in rows
        ],
    }
    entry = _record_of(authorisation.programme, "authorisation_replaced", details, by, at)
    _reverse(live, Consumption.Kind.TRANSFER_OUT, entry)
    _lapse([limit for limit in limits if limit.authorisation_id == old.pk], at)
    _draw(limits, rows)
    _save_rows(rows, entry)
    return rows


def _taken_over(live: Sequence[Held], authorisation: Authorisation, limited: Sequence[Measure]) -> list[Consumption]:
    """What the live rows of the earlier authorisation become under this one. What was handed back is not drawn again."""
    ever = held(Q(drawdown__in={each.row.drawdown_id for each in live}))
    drawn_before = {(each.row.drawdown_id, each.row.line_id, each.row.financial_year) for each in ever}
    phases = set(authorisation.phases.values_list("pk", flat=True))
    before = held_before({each.row.line_id for each in live}, leaving_out=[each.row.pk for each in live])
    rows: list[Consumption] = []
    for (drawdown, line_id), group in _by_line(live).items():
        asked, phase = frozen_line(drawdown, line_id, group[0].row.authorisation_id)
        if phase not in phases:
            raise NotAllowedNow(f"{authorisation} does not pay for the phase of {asked.title}.")
        _still_authorised(asked, group, authorisation, limited)
        moved = {each.row.financial_year: each for each in group}
        fte = max((each.fte for each in group if each.fte is not None), default=None)
        only_here = [measure for measure in limited if (drawdown.pk, line_id, measure) not in drawn_before]
        try:
            drawn = rules.consumed(dataclasses.replace(asked, fte_drawn=fte), only_here, before.get(line_id, {}))
        except CannotBeDrawn as error:
            raise NotAllowedNow(str(error)) from None
        for measure in limited:
            if measure in moved:
                each = moved[measure]
                rows.append(_row(drawdown, line_id, authorisation, measure, each.pounds, each.fte, continues=each.row))
            elif measure in drawn:
                rows.append(_row(drawdown, line_id, authorisation, measure, drawn[measure], fte))
                earlier = before.setdefault(line_id, {}).get(measure, Before())
                before[line_id][measure] = Before(earlier.fte + (fte or 0), earlier.pounds + drawn[measure])
    return rows


def _by_line(live: Iterable[Held]) -> dict[tuple[Drawdown, int], list[Held]]:
    found: dict[tuple[Drawdown, int], list[Held]] = {}
    for each in live:
        found.setdefault((each.row.drawdown, each.row.line_id), []).append(each)
    return found


def _still_authorised(asked: Asked, group: Iterable[Held], authorisation: Authorisation, limited: Sequence[Measure]) -> None:
    """What is drawn in a measure must go on under a limit for it, or for recurring money in a year, under a full-year limit."""
    for each in group:
        measure = each.row.financial_year
        through_full_year = measure is not None and asked.recurring and None in limited
        if each.pounds and measure not in limited and not through_full_year:
            raise NotAllowedNow(f"{authorisation} allows nothing in {rules.in_words(measure)}, in which {asked.title} is drawn.")


def _row(
    drawdown: Drawdown,
    line_id: int,
    authorisation: Authorisation,
    measure: Measure,
    pounds: Decimal,
    fte: Decimal | None,
    continues: Consumption | None = None,
) -> Consumption:
    kind = Consumption.Kind.TRANSFER_IN
    return Consumption(
        drawdown=drawdown,
        line_id=line_id,
        authorisation=authorisation,
        financial_year=measure,
        kind=kind,
        pounds=pounds,
        fte=fte,
        continues=continues,
    )


# What several of them do.


def _receipt(key: str, drawdown: int, body: Mapping[str, Any]) -> tuple[Receipt, bool]:
    """The receipt of the act under this key, and whether it is made now. KeyUsedOtherwise where the body differs."""
    if not key.strip():
        raise ValidationError("An act that counts carries a key.")
    of_body = digest(canonical(body))
    # Of two at once with one key, the second waits here until the first has ended.
    receipt, is_new = Receipt.objects.get_or_create(key=key, defaults={"body": of_body, "drawdown_id": drawdown})
    if receipt.body != of_body:
        raise KeyUsedOtherwise("This form was sent before with something else in it.")
    return receipt, is_new


def _done_before(key: str, drawdown: Drawdown, body: Mapping[str, Any]) -> bool:
    """Whether the act under this key was done already; otherwise it is noted as done now, with the rest of the transaction."""
    _, is_new = _receipt(key, drawdown.pk, {**body, "drawdown": drawdown.pk})
    return not is_new


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('approvals_drawdown', 'id'))")
        return int(cursor.fetchone()[0])


def _read(drawdown: Drawdown) -> Drawdown:
    return Drawdown.objects.select_related("programme", "delegation__decision_maker").get(pk=drawdown.pk)


def _locked(drawdown: Drawdown, *, version: int | None = None, sha256: str | None = None) -> Drawdown:
    """The drawdown, locked, and as it was when it was opened: StaleDrawdown otherwise."""
    Drawdown.objects.select_for_update(no_key=True).get(pk=drawdown.pk)
    current = _read(drawdown)
    if version not in (None, current.version) or sha256 not in (None, current.sha256):
        raise StaleDrawdown(current)
    if sha256 is not None and current.state != State.SUBMITTED:
        raise NotAllowedNow(f"{current} is not waiting for anybody: it is {State(current.state).label.lower()}.")
    return current


def _lock_programme(pk: int) -> None:
    """No line, authorisation or other drawing of the programme is written meanwhile."""
    Programme.objects.select_for_update(no_key=True).get(pk=pk)


def _locked_limits(which: Q, **only: Any) -> list[AuthorisationLimit]:
    """Limits, locked in the order of their numbers, so that no two signers wait for each other."""
    numbers = AuthorisationLimit.objects.filter(which, **only).values("pk")
    return list(
        AuthorisationLimit.objects.select_for_update(of=("self",))
        .filter(pk__in=numbers)
        .select_related("authorisation")
        .order_by("pk")
    )


def _draw(limits: Sequence[AuthorisationLimit], rows: Iterable[Consumption]) -> None:
    """Add the rows to what is drawn of each limit, by an UPDATE that finds no row where a limit would be exceeded."""
    sums: dict[tuple[int, Measure], Decimal] = {}
    for row in rows:
        measure = (row.authorisation_id, row.financial_year)
        sums[measure] = sums.get(measure, Decimal(0)) + row.pounds
    for limit in limits:
        pounds = sums.pop((limit.authorisation_id, limit.financial_year), None)
        if pounds is None:
            continue
        drawn, _ = LimitDrawn.objects.get_or_create(limit=limit, defaults={"ceiling": limit.amount})
        able = LimitDrawn.objects.filter(pk=drawn.pk, drawn__lte=F("ceiling") - pounds)
        if pounds:
            able = able.filter(lapsed_at__isnull=True)
        if not able.update(drawn=F("drawn") + pounds):
            left = "it has lapsed" if drawn.lapsed_at else f"£{limit.amount - drawn.drawn:,} of £{limit.amount:,} are left"
            raise OverTheLimit(
                f"£{pounds:,} cannot be drawn of {limit.authorisation} in {rules.in_words(limit.financial_year)}: {left}."
            )
    if sums:
        raise NotAllowedNow("A measure is no longer limited: return it, and submit it again.")


def _reverse(live: Iterable[Held], kind: Consumption.Kind, entry: AuditEntry) -> None:
    """A reversing row for each, of the pounds and FTE it names, and as much less drawn of its limit."""
    for each in live:
        row = each.row
        LimitDrawn.objects.filter(
            limit__authorisation=row.authorisation_id, **_in_measure("limit__financial_year", row.financial_year)
        ).update(drawn=F("drawn") - each.pounds)
        Consumption.objects.create(
            drawdown_id=row.drawdown_id,
            line_id=row.line_id,
            authorisation_id=row.authorisation_id,
            financial_year=row.financial_year,
            kind=kind,
            pounds=-each.pounds,
            fte=None if each.fte is None else -each.fte,
            reverses=row,
            entry=entry,
        )


def _in_measure(name: str, measure: Measure) -> dict[str, Any]:
    return {f"{name}__isnull": True} if measure is None else {name: measure}


def _save_rows(rows: Iterable[Consumption], entry: AuditEntry) -> None:
    for row in rows:
        row.entry = entry
    Consumption.objects.bulk_create(rows)


def _lapse(limits: Iterable[AuthorisationLimit], at: datetime) -> None:
    for limit in limits:
        LimitDrawn.objects.get_or_create(limit=limit, defaults={"ceiling": limit.amount})
        LimitDrawn.objects.filter(limit=limit, lapsed_at__isnull=True).update(lapsed_at=at)


def _not_waiting_for_transfer(authorisations: Iterable[int]) -> None:
    """What an authorisation replaces is moved over first, or the same headroom would be drawn twice."""
    if any(each.is_live for each in held(Q(authorisation__replaced_by__in=list(authorisations)))):
        raise NotAllowedNow("What the earlier authorisation released has not been transferred to this one yet.")


def _said(each: Held) -> dict[str, Any]:
    return {"row": each.row.pk, "line": each.row.line_id, "measure": each.row.financial_year, "pounds": str(each.pounds)}


def _worked_out(drawdown: Drawdown) -> list[Frozen]:
    try:
        return work_out(drawdown)
    except CannotBeDrawn as error:
        raise ValidationError(str(error)) from None


def _set_amounts(row: DrawdownLine, pounds: Mapping[Measure, Decimal]) -> None:
    for measure, amount in pounds.items():
        typed = DrawdownAmount(drawdown_line=row, financial_year=measure, pounds=amount)
        typed.full_clean()
        typed.save()


def _prepared_by(drawdown: Drawdown, people: Iterable[int]) -> None:
    DrawdownPreparer.objects.bulk_create(
        (DrawdownPreparer(drawdown=drawdown, person_id=person) for person in sorted(people)), ignore_conflicts=True
    )


def _may_become(drawdown: Drawdown, state: State) -> None:
    if not rules.may_become(drawdown.state, state):
        raise NotAllowedNow(f"{drawdown} is {State(drawdown.state).label.lower()}: it cannot become {state.label.lower()}.")


def _move(drawdown: Drawdown, state: State | None = None, **values: Any) -> None:
    """Write the drawdown, as its next version, in another state or the same."""
    if state:
        _may_become(drawdown, state)
        drawdown.state = state
    for name, value in values.items():
        setattr(drawdown, name, value)
    drawdown.version += 1
    drawdown.save(update_fields=["state", "version", *values])


def _acting(by: User, office: Office, at: datetime) -> Acting:
    """In which capacity they act for the office, asked under its lock. PermissionDenied where in none."""
    require(by, Permission.VIEW_PROGRAMMES)
    locked_office(office.pk)
    acting = may_act_for(by, office, _day(at))
    if acting is None:
        raise PermissionDenied(f"You do not act for this office: {office}.")
    return acting


def _decision_maker(drawdown: Drawdown, by: User, at: datetime, resolution: FundingDecision | None = None) -> Acting | None:
    """The capacity to decide; None for the clerk, who records what a body resolved."""
    delegation = drawdown.delegation
    if delegation.decision_maker:
        if resolution:
            raise NotAllowedNow(f"{delegation.decision_maker} decides on this, not a body.")
        return _acting(by, delegation.decision_maker, at)
    require(by, Permission.RECORD_DECISIONS)
    if resolution and (resolution.body != delegation.decision_body or resolution.outcome != FundingDecision.Outcome.RESOLVED):
        raise NotAllowedNow(f"{delegation.decision_body} has not resolved this.")
    return None


def _no_conflict(acting: Acting | None, drawdown: Drawdown, answered: Iterable[int] = (), by: User | None = None) -> None:
    people = [person.pk for person in (by, acting and acting.person, acting and acting.acting_for) if person]
    if reason := rules.conflict(people, preparers_of(drawdown), set(answered)):
        raise NotAllowedNow(reason)


def _capacity(acting: Acting | None) -> dict[str, Any]:
    """How a person acted, for the audit record; nothing of a clerk."""
    if acting is None:
        return {}
    return {
        "for_office": acting.office.name,
        "acting_for": acting.acting_for and acting.acting_for.email,
        "authority": acting.authority,
    }


def _entry(drawdown: Drawdown, action: str, details: Mapping[str, Any], by: User, at: datetime) -> AuditEntry:
    Programme.objects.filter(pk=drawdown.programme_id).update(version=F("version") + 1)
    return record(action=action, subject=f"drawdown:{drawdown.reference}", details=details, by=by, at=at)


def _record_of(programme: Programme, action: str, details: Mapping[str, Any], by: User, at: datetime) -> AuditEntry:
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return record(action=action, subject=f"programme:{programme.slug}", details=details, by=by, at=at)


def _nought(fte: Decimal | None) -> Decimal | None:
    return None if fte is None else Decimal(0)


def _day(at: datetime) -> date:
    return timezone.localdate(at)
