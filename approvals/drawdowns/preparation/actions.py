"""A drawdown up to its submission: drafted, lines chosen, frozen and asked for, withdrawn."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.council.queries import council
from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.dates import rules as dates
from approvals.dates.rules import Step
from approvals.dates.wording.rules import order_in_words
from approvals.decisions.call_in.rules import working_day_after
from approvals.decisions.forward_plan.queries import notice_is_gone
from approvals.decisions.key_notice.wording.rules import withdrawn_in_words
from approvals.decisions.models import DecisionRecord
from approvals.delegations.models import Delegation
from approvals.delegations.queries import takes_key_decisions
from approvals.delegations.rules import may_release
from approvals.drawdowns import rules
from approvals.drawdowns.actions import (
    NotAllowedNow,
    day_of,
    done_before,
    entry_of,
    entry_under_lock,
    lock_programme,
    locked,
    may_become,
    move,
    read,
    receipt_of,
)
from approvals.drawdowns.models import Drawdown, DrawdownAmount, DrawdownLine, DrawdownPreparer, Submission
from approvals.drawdowns.preparation.queries import (
    CASE,
    NOT_EXECUTIVE,
    check_public_case,
    missing_of_case,
    missing_why_not_key,
    public_of_case,
)
from approvals.drawdowns.preparation.wording.rules import missing_in_words
from approvals.drawdowns.queries import case_of
from approvals.drawdowns.rules import CannotBeDrawn, State
from approvals.drawdowns.submission.queries import WorkedOut, content_of, work_out
from approvals.drawdowns.submission.rules import submitted
from approvals.notices.actions import tell, tell_if_all_answered
from approvals.notices.models import Notice
from costing.frozen import digest, written
from costing.measure import Measure
from display import formats
from phases.models import Authorisation
from posts.exempt.queries import check_public
from posts.models import CostLine, LineRevision


@dataclass(frozen=True, slots=True)
class Choice:
    """A line asked for: so many FTE of it, or for a line without FTE so many pounds by measure."""

    line_id: int
    authorisation: Authorisation
    fte: Decimal | None = None
    pounds: Mapping[Measure, Decimal] = field(default_factory=dict)


@transaction.atomic
def draft(*, delegation: Delegation, title: str, key: str, by: User, at: datetime, proposal: str = "") -> Drawdown:
    """A new drawdown under a delegation, with no line yet; with a `proposal`, of a decision that releases no money."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    pk = _next_number()
    said = {"title": title} | ({"proposal": proposal} if proposal else {})
    receipt, is_new = receipt_of(key, pk, {"act": "draft", "delegation": delegation.pk, "by": by.pk, **said})
    if not is_new:
        return receipt.drawdown
    drawdown = Drawdown(
        pk=pk, reference=f"DD-{pk:04d}", programme=delegation.programme, delegation=delegation, prepared_by=by, **said
    )
    check_public(delegation.programme.slug, said)
    drawdown.full_clean()
    drawdown.save(force_insert=True)
    prepared_by(drawdown, {by.pk})
    entry_of(drawdown, "drawdown_drafted", {**said, "delegation": delegation.title}, by, at)
    return drawdown


@transaction.atomic
def word_proposal(*, drawdown: Drawdown, version: int, proposal: str, by: User, at: datetime) -> Drawdown:
    """Say in other words what is to be decided, of a decision that releases no money."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = locked(drawdown, version=version)
    if State(drawdown.state) not in rules.OPEN:
        raise NotAllowedNow("A submitted drawdown is frozen: withdraw it first.")
    if not drawdown.proposal:
        raise NotAllowedNow("This drawdown releases money: choose its lines.")
    if not proposal.strip():
        raise ValidationError({"proposal": "Enter what is to be decided."})
    case = case_of(drawdown)
    if not (case and case.exempt_paragraph):
        check_public(drawdown.programme.slug, {"proposal": proposal})
    prepared_by(drawdown, {by.pk})
    move(drawdown, proposal=proposal)
    entry_of(drawdown, "drawdown_proposal_worded", {"proposal": proposal}, by, at)
    return drawdown


@transaction.atomic
def choose_lines(*, drawdown: Drawdown, version: int, choices: Sequence[Choice], by: User, at: datetime) -> Drawdown:
    """Set the lines that are asked for, in place of those before. Raises ValidationError where one cannot be drawn so."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = locked(drawdown, version=version)
    if State(drawdown.state) not in rules.OPEN:
        raise NotAllowedNow("A submitted drawdown is frozen: withdraw it first.")
    if drawdown.proposal:
        raise NotAllowedNow("This decision releases no money: it has no lines.")
    if len({(each.line_id, each.authorisation) for each in choices}) < len(choices):
        raise ValidationError("A line is drawn once under an authorisation.")
    _of_its_money(drawdown.delegation, [each.authorisation for each in choices])
    drawdown.lines.all().delete()
    rows = [
        DrawdownLine(drawdown=drawdown, line_id=each.line_id, authorisation=each.authorisation, fte=each.fte) for each in choices
    ]
    for row in rows:
        row.clean_fields(exclude=["drawdown", "authorisation"])
    DrawdownLine.objects.bulk_create(rows)
    _set_amounts({row: choice.pounds for row, choice in zip(rows, choices, strict=True)})
    if choices:
        _worked_out(drawdown)
    prepared_by(drawdown, {by.pk})
    titles = dict(CostLine.objects.filter(pk__in=[each.line_id for each in choices]).values_list("pk", "title"))
    details = [
        {
            "line": each.line_id,
            "line_title": titles[each.line_id],
            "authorisation_title": each.authorisation.title,
            "fte": each.fte and formats.fte(each.fte),
        }
        for each in choices
    ]
    move(drawdown)
    entry_of(drawdown, "drawdown_lines_chosen", {"chosen": details}, by, at)
    return drawdown


@transaction.atomic
def write_case(*, drawdown: Drawdown, version: int, values: Mapping[str, Any], by: User, at: datetime) -> DecisionRecord:
    """Write the case for the drawdown: `values` are fields of its decision record, of those in CASE. A part will do as yet."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = locked(drawdown, version=version)
    if State(drawdown.state) not in rules.OPEN:
        raise NotAllowedNow("A submitted drawdown is frozen: withdraw it first.")
    case = case_of(drawdown) or DecisionRecord(drawdown=drawdown, title=drawdown.title)
    for name in CASE:
        setattr(case, name, values.get(name, getattr(case, name)))
    if case.notice_on and case.notice_on > day_of(at):
        raise ValidationError({"notice_on": "It cannot be in the future: enter the day on which notice was given."})
    if notice_is_gone(case):
        raise ValidationError({"notice_reference": withdrawn_in_words(case.notice_reference)})
    case.full_clean()
    check_public(drawdown.programme.slug, public_of_case(case))
    case.save()
    prepared_by(drawdown, {by.pk})
    move(drawdown)
    entry_of(drawdown, "drawdown_case_written", {name: getattr(case, name) for name in CASE}, by, at)
    return case


@transaction.atomic
def submit(*, drawdown: Drawdown, version: int, key: str, by: User, at: datetime) -> Drawdown:
    """Freeze what is asked with its case and papers, and its SHA-256, and ask the offices.

    Those consulted have the council's number of working days. Raises ValidationError where a line cannot be drawn, or something
    is missing of the case. The limits are held at sign-off: until then other drawdowns may be signed, or money handed back.
    """
    require(by, Permission.PREPARE_DRAWDOWNS)
    if done_before(key, drawdown, {"act": "submit", "version": version, "by": by.pk}):
        return read(drawdown)
    drawdown = locked(drawdown, version=version)
    may_become(drawdown, State.SUBMITTED)
    if wrong := dates.why_not(Step.SUBMISSION, day_of(at), {Step.DELEGATION: day_of(drawdown.delegation.recorded_at)}):
        raise NotAllowedNow(order_in_words(wrong))
    _nothing_waits_elsewhere(drawdown)
    lock_programme(drawdown.programme_id)
    lines = complete(drawdown, day_of(at))
    answer_by = working_day_after(day_of(at), council().consultation_days)
    freeze(drawdown, lines, answer_by, by=by, at=at)
    entry_under_lock(drawdown, "drawdown_submitted", {"sha256": drawdown.sha256, "answer_by": answer_by}, by, at)
    tell(drawdown, Notice.Kind.ASKED, at=at, by=by)
    if any(step.mode.is_of_a_body for step in submitted(drawdown.content).delegation.steps):
        tell(drawdown, Notice.Kind.BODY_ASKED, at=at, by=by)
    tell_if_all_answered(drawdown, at=at, by=by)
    return drawdown


def complete(drawdown: Drawdown, day: date) -> list[WorkedOut]:
    """Its lines with what they would consume, where nothing is missing of it. Raises ValidationError.

    `day` is that of the decision's governance: it says whether it could be a key decision.
    """
    case, may_be_key = case_of(drawdown), takes_key_decisions(drawdown.delegation, day)
    if missing := missing_of_case(case, may_be_key=may_be_key):
        raise ValidationError([*map(missing_in_words, missing)])
    if not may_be_key:
        DecisionRecord.objects.filter(drawdown=drawdown).update(is_key=False, not_key_reason=NOT_EXECUTIVE)
    check_public_case(drawdown)
    lines = _worked_out(drawdown)
    if missing := missing_why_not_key(case, _released(lines), may_be_key=may_be_key):
        raise ValidationError([*map(missing_in_words, missing)])
    return lines


def freeze(drawdown: Drawdown, frozen: Sequence[WorkedOut], answer_by: date, *, by: User, at: datetime) -> None:
    """Keep what is decided on, with its SHA-256, as the next submission, made `by`. The programme is locked already."""
    DrawdownAmount.objects.filter(drawdown_line__drawdown=drawdown).delete()
    _set_amounts({each.asked: each.consumed for each in frozen})
    # Those who changed a line since it was last submitted; for the first submission, ever.
    edited = LineRevision.objects.filter(line_id__in=[each.line.pk for each in frozen]).exclude(entry__actor=None)
    if drawdown.submitted_at:
        edited = edited.filter(entry__at__gte=drawdown.submitted_at)
    prepared_by(drawdown, {by.pk, *edited.values_list("entry__actor", flat=True)})
    content = written(content_of(drawdown, frozen, drawdown.submission + 1, at, answer_by))
    move(
        drawdown,
        State.SUBMITTED,
        submission=drawdown.submission + 1,
        content=content,
        sha256=digest(content),
        submitted_at=at,
        answer_by=answer_by,
        reasons="",
    )
    Submission.objects.create(
        drawdown=drawdown,
        number=drawdown.submission,
        content=content,
        sha256=drawdown.sha256,
        submitted_at=at,
        submitted_by=by,
    )


@transaction.atomic
def withdraw(*, drawdown: Drawdown, version: int, reasons: str, by: User, at: datetime) -> Drawdown:
    """Take it back before it is decided, with reasons; it may be submitted again, and everybody answers again."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = locked(drawdown, version=version)
    may_become(drawdown, State.WITHDRAWN)
    _nothing_waits_elsewhere(drawdown)
    if not reasons.strip():
        raise ValidationError({"reasons": "Say why it is withdrawn."})
    move(drawdown, State.WITHDRAWN, reasons=reasons)
    entry_of(drawdown, "drawdown_withdrawn", {"reasons": reasons}, by, at)
    tell(drawdown, Notice.Kind.WITHDRAWN, at=at, by=by)
    return drawdown


def _nothing_waits_elsewhere(drawdown: Drawdown) -> None:
    """It stays a draft while a clerk is to confirm that it was decided already (one query)."""
    if drawdown.elsewhere.filter(state="waiting").exists():
        raise NotAllowedNow("A decision taken elsewhere waits to be confirmed. Take it back first.")


def _of_its_money(delegation: Delegation, authorisations: Sequence[Authorisation]) -> None:
    """ValidationError where one of them is not money that the delegation was given with."""
    money = set(delegation.money.values_list("pk", flat=True))
    for each in authorisations:
        if not may_release(money, each.decision_id):
            raise ValidationError(f"{delegation.title} does not cover this money: {each.title}. Choose of the money it names.")


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('approvals_drawdown', 'id'))")
        return int(cursor.fetchone()[0])


def _worked_out(drawdown: Drawdown) -> list[WorkedOut]:
    try:
        return work_out(drawdown)
    except CannotBeDrawn as error:
        raise ValidationError(str(error)) from None


def _released(lines: Iterable[WorkedOut]) -> dict[Measure, Decimal]:
    sums: dict[Measure, Decimal] = defaultdict(Decimal)
    for each in lines:
        for measure, pounds in each.consumed.items():
            sums[measure] += pounds
    return sums


def _set_amounts(pounds: Mapping[DrawdownLine, Mapping[Measure, Decimal]]) -> None:
    amounts = [
        DrawdownAmount(drawdown_line=row, financial_year=measure.financial_year, pounds=amount)
        for row, by_measure in pounds.items()
        for measure, amount in by_measure.items()
    ]
    for each in amounts:
        each.clean_fields(exclude=["drawdown_line"])
    DrawdownAmount.objects.bulk_create(amounts)


def prepared_by(drawdown: Drawdown, people: Iterable[int]) -> None:
    """From now on these people, by number, neither answer nor sign it."""
    DrawdownPreparer.objects.bulk_create(
        (DrawdownPreparer(drawdown=drawdown, person_id=person) for person in sorted(people)), ignore_conflicts=True
    )
