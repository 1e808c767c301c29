"""The decision maker's yes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from approvals.dates import rules as dates
from approvals.dates.rules import Step
from approvals.dates.wording.rules import order_in_words
from approvals.decisions.actions import Decided, draft_record, drafted_hash, said_by_the_acts
from approvals.decisions.rules import CHANGEABLE, Balance
from approvals.drawdowns.actions import (
    NotAllowedNow,
    Seen,
    capacity,
    day_of,
    deciding,
    decision_maker,
    done_before,
    entry_under_lock,
    lock_programme,
    locked,
    may_become,
    move,
    read,
    refuse_for,
)
from approvals.drawdowns.conditions.queries import why_held_back
from approvals.drawdowns.consumption.actions import (
    check_delegation_limits,
    draw,
    locked_limits,
    not_waiting_for_transfer,
    save_rows,
)
from approvals.drawdowns.consumption.queries import held_before
from approvals.drawdowns.models import Consumption, Drawdown
from approvals.drawdowns.powers.queries import Grounds, grounds_of
from approvals.drawdowns.powers.rules import Matter, lacking, why_not_decide
from approvals.drawdowns.readiness.rules import readiness
from approvals.drawdowns.readiness.wording.rules import all_in_words, otherwise_in_words
from approvals.drawdowns.rules import State
from approvals.drawdowns.signing.queries import considered_of
from approvals.drawdowns.signing.wording.rules import unfit_in_words
from approvals.drawdowns.submission.queries import why_otherwise
from approvals.drawdowns.submission.rules import submitted
from approvals.elsewhere.queries import said_of
from approvals.notices.actions import tell
from approvals.notices.models import Notice
from costing.measure import Measure
from phases.models import AuthorisationLimit, FundingDecision


@transaction.atomic
def sign_off(
    *,
    drawdown: Drawdown,
    seen: Seen,
    key: str,
    by: User,
    at: datetime,
    resolution: FundingDecision | None = None,
) -> Drawdown:
    """The decision maker's yes: what was frozen is drawn, in every measure together, or nothing is.

    `resolution` is what a body resolved, recorded by the clerk. Raises PermissionDenied, StaleDrawdown or NotAllowedNow.
    """
    body = {"act": "sign_off", **asdict(seen), "resolution": resolution and resolution.pk, "by": by.pk}
    if done_before(key, drawdown, body):
        return read(drawdown)
    drawdown = locked(drawdown, **asdict(seen))
    may_become(drawdown, State.SIGNED_OFF)
    acting, day = decision_maker(drawdown, by, at, resolution), day_of(at)
    if acting is None and resolution is None:
        raise NotAllowedNow(f"Name the resolution of {drawdown.delegation.decider}.")
    if resolution and (why_not := why_not_by(drawdown, resolution)):
        raise NotAllowedNow(why_not)
    grounds = grounds_of(drawdown, day)
    refuse_for(why_not_decide(grounds.matter, deciding(acting, by)))
    _in_order(drawdown, grounds, resolution, day)
    _nothing_lacking(drawdown, grounds.matter, day)
    lock_programme(drawdown.programme_id)
    release(drawdown, grounds, Decided(by, at, acting, resolution))
    tell(drawdown, Notice.Kind.SIGNED, at=at, by=by)
    return drawdown


def why_not_by(drawdown: Drawdown, resolution: FundingDecision) -> str:
    """That this resolution cannot decide on it, and why; "" where it can."""
    found = considered_of(drawdown, resolution)
    if found.why_not is None:
        return ""
    why = unfit_in_words(found.why_not, used_on=found.used_on, decider=drawdown.delegation.decider)
    return f"This resolution cannot decide on it. {why}"


def release(drawdown: Drawdown, grounds: Grounds, decided: Decided) -> None:
    """What was frozen is drawn in every measure together, the act recorded, and the record of the decision drafted.

    The programme is locked already. Raises NotAllowedNow, and OverTheLimit where a limit would be exceeded.
    """
    content, acting, elsewhere = submitted(drawdown.content), decided.acting, decided.elsewhere
    limits = locked_limits(*{line.authorisation for line in content.lines})
    rows = _frozen_rows(drawdown, limits)
    not_waiting_for_transfer(row.authorisation for row in rows)
    if content.delegation.limits:  # a delegation never changes
        check_delegation_limits(rows)
    drawn = draw(limits, rows)
    drafted = said_by_the_acts(drawdown=drawdown, grounds=grounds, balances=_balances(limits, rows, drawn), decided=decided)
    entry = entry_under_lock(
        drawdown,
        "elsewhere_confirmed" if elsewhere else "drawdown_signed_off",
        {
            "sha256": drawdown.sha256,
            "title": drawdown.title,
            "released": list(_released(rows, {line.line: line.title for line in content.lines})),
            "resolution": decided.resolution and str(decided.resolution),
            "record_sha256": drafted_hash(drafted),
            **{name: drafted[name] for name in CHANGEABLE},
            **capacity(acting),
            **(said_of(elsewhere) if elsewhere else {}),
        },
        decided.by,
        decided.at,
    )
    move(
        drawdown,
        State.SIGNED_OFF,
        signed_at=decided.at,
        signed_by=decided.by,
        signed_for=acting.acting_for if acting else None,
        authority=acting.authority if acting else "",
        resolution=decided.resolution,
        signed_entry=entry,
        taken_elsewhere=elsewhere,
    )
    save_rows(rows, entry)
    draft_record(drawdown=drawdown, has_case=grounds.has_case, drafted=drafted, by=None if acting else decided.by)


def _released(rows: Iterable[Consumption], titles: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """The rows as the audit record keeps them: by number, with the names that people know them by."""
    for row in rows:
        yield {
            "line": row.line_id,
            "line_title": titles[row.line_id],
            "authorisation": row.authorisation_id,
            "authorisation_title": row.authorisation.title,
            "measure": row.financial_year,
            "pounds": str(row.pounds),
        }


def _in_order(drawdown: Drawdown, grounds: Grounds, resolution: FundingDecision | None, day: date) -> None:
    """NotAllowedNow where it would be signed before what it rests on."""
    before = {
        Step.SUBMISSION: day_of(drawdown.submitted_at) if drawdown.submitted_at else None,
        Step.ANSWER: grounds.last_answered_on,
        Step.RESOLUTION: resolution.decided_on if resolution else None,
    }
    if wrong := dates.why_not(Step.SIGNING, day, before):
        raise NotAllowedNow(order_in_words(wrong))


def _nothing_lacking(drawdown: Drawdown, matter: Matter, day: date) -> None:
    """NotAllowedNow with what stands in the way; money is looked at afterwards, under the locks of its limits."""
    if lacking(matter, day).is_ready:
        return
    if matter.held_back:
        matter = matter._replace(held_back=why_held_back(drawdown, day))
    names = {step.key: step.name for step in drawdown.delegation.steps.select_related("office", "body")}
    raise NotAllowedNow(all_in_words(readiness(matter, day, names).obstacles))


def _frozen_rows(drawdown: Drawdown, limits: Iterable[AuthorisationLimit]) -> list[Consumption]:
    """What was frozen, as rows to be drawn. NotAllowedNow where other drawdowns have left something else of a line since."""
    limits, lines = list(limits), submitted(drawdown.content).lines
    if otherwise := why_otherwise(lines, limits, held_before(line.line for line in lines)):
        raise NotAllowedNow(otherwise_in_words(otherwise))
    authorisations = {limit.authorisation_id: limit.authorisation for limit in limits}
    return [
        Consumption(
            drawdown=drawdown,
            line_id=line.line,
            authorisation=authorisations[line.authorisation],
            financial_year=measure.financial_year,
            kind=Consumption.Kind.DRAW,
            pounds=pounds,
            fte=line.fte_drawn,
        )
        for line in lines
        for measure, pounds in line.consumed.items()
    ]


def _balances(limits: Iterable[AuthorisationLimit], rows: Iterable[Consumption], drawn: Mapping[int, Decimal]) -> list[Balance]:
    """What is released of each limit, and what was and is left of it, in the order of authorisations and their measures."""
    released: dict[tuple[int, Measure], Decimal] = defaultdict(Decimal)
    for row in rows:
        released[row.authorisation_id, row.measure] += row.pounds
    found = []
    for limit in sorted(limits, key=lambda each: (each.authorisation_id, each.measure)):
        if limit.pk in drawn:
            pounds = released[limit.authorisation_id, limit.measure]
            after = limit.amount - drawn[limit.pk]
            found.append(
                Balance(
                    authorisation=limit.authorisation.title,
                    source=limit.authorisation.funding_source.name,
                    term=limit.authorisation.term,
                    measure=limit.measure,
                    limit=limit.amount,
                    before=after + pounds,
                    released=pounds,
                    after=after,
                )
            )
    return found
