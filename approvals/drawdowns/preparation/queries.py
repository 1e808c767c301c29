"""What those who prepare drawdowns look at: the list of them, the case, the papers, and what is missing before submission."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Sum

from accounts.models import Office, OfficeHolding
from approvals.decisions.key_notice.rules import why_not
from approvals.drawdowns import rules
from approvals.drawdowns.rules import Measure, Mode, Reply, State
from approvals.drawdowns.submission.rules import FrozenCase
from approvals.models import Answer, DecisionRecord, Delegation, DelegationStep, Drawdown, DrawdownAmount, Paper
from display.formats import long_date

CASE = tuple(field.name for field in fields(FrozenCase))
"""The fields of a decision record that officers write with the drawdown, and that are frozen with it."""

PAGE = 25
"""Drawdowns on one page of the list."""


def supporting(drawdown: Drawdown) -> QuerySet[Paper]:
    """What supports the drawdown, in the order it was attached, without the bytes. One query."""
    return _without_content(drawdown.papers.filter(kind=Paper.Kind.SUPPORTING))


def papers_of(drawdown: Drawdown) -> QuerySet[Paper]:
    """Every file of the drawdown, evidence of answers last, without the bytes. One query."""
    return _without_content(drawdown.papers.order_by("-kind", "id"))


def _without_content(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    return papers.defer("content").select_related("added_by")


def case_of(drawdown: Drawdown) -> DecisionRecord | None:
    """The case as it was written; None before that. One query."""
    return DecisionRecord.objects.filter(drawdown=drawdown).first()


def missing_of_case(case: DecisionRecord | None) -> list[str]:
    """What the case still needs before it can be submitted, in sentences."""
    if case is None:
        return ["Write the case: reasons, alternatives, and whether this is a key decision."]
    missing = {
        "Give the reasons for the decision.": not case.reasons.strip(),
        "Say which alternatives were considered and rejected, or “none, because …”.": not case.alternatives.strip(),
        "Say whether this is a key decision.": case.is_key is None,
        "Say how notice of this key decision was given.": bool(case.is_key) and not case.notice_route,
    }
    return [sentence for sentence, is_missing in missing.items() if is_missing]


def without_notice(case: DecisionRecord | None, day: date) -> str:
    """Why it may not be decided that day for want of notice; "" for a decision that is not key, or has had its notice."""
    if case is None or not case.is_key:
        return ""
    return why_not(case.notice_route, case.notice_on, day)


def delegations_open(day: date) -> QuerySet[Delegation]:
    """Those under which a drawdown can be drafted that day, the latest decision first, with limits and steps (three queries)."""
    return (
        Delegation.objects.filter(Q(expires__isnull=True) | Q(expires__gte=day))
        .select_related("programme", "decision", "decision_maker")
        .prefetch_related("limits", "steps__office")
        .order_by("-decision__decided_on", "-id")
    )


class ToAsk(NamedTuple):
    """An office that will be asked, how, and who holds it; nobody while it is vacant."""

    office: Office
    mode: Mode
    holder: str


def to_ask(delegation: Delegation, day: date) -> list[ToAsk]:
    """Who is asked before the decision, in the order of the steps (two queries)."""
    steps = list(delegation.steps.select_related("office"))
    holders = dict(
        OfficeHolding.objects.on(day).filter(office__in=[step.office_id for step in steps]).values_list("office", "holder__name")
    )
    return [ToAsk(step.office, Mode(step.mode), holders.get(step.office_id, "")) for step in steps]


class Listed(NamedTuple):
    """A drawdown in the list. `amounts` are what was frozen, by measure; none before it is submitted. `waits_for` is in words."""

    drawdown: Drawdown
    amounts: list[tuple[Measure, Decimal]]
    waits_for: str


class Page(NamedTuple):
    """One page of the list. `older` and `newer` are the numbers to go on from; None at either end."""

    rows: list[Listed]
    older: int | None
    newer: int | None


def page_of(found: QuerySet[Drawdown], day: date, before: int | None = None, after: int | None = None) -> Page:
    """The page that begins below the number `before`, or ends above `after`: newest first (five queries)."""
    if after is not None:
        upwards = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        page, newer, older = upwards[:PAGE][::-1], len(upwards) > PAGE, True
    else:
        downwards = list((found if before is None else found.filter(pk__lt=before)).order_by("-pk")[: PAGE + 1])
        page, newer, older = downwards[:PAGE], before is not None, len(downwards) > PAGE
    rows = _listed(page, day)
    return Page(rows, page[-1].pk if older and page else None, page[0].pk if newer and page else None)


def _listed(drawdowns: Sequence[Drawdown], day: date) -> list[Listed]:
    amounts, missing, published = _amounts_of(drawdowns), _missing_of(drawdowns, day), _published_of(drawdowns)
    return [
        Listed(
            each,
            amounts[each.pk] if each.submission else [],
            _waits_for(each, missing[each.pk], *published.get(each.pk, (None, None))),
        )
        for each in drawdowns
    ]


def _amounts_of(drawdowns: Iterable[Drawdown]) -> dict[int, list[tuple[Measure, Decimal]]]:
    found: dict[int, list[tuple[Measure, Decimal]]] = defaultdict(list)
    sums = DrawdownAmount.objects.filter(drawdown_line__drawdown__in=[each.pk for each in drawdowns])
    measure = F("financial_year").asc(nulls_last=True)
    for pk, year, pounds in (
        sums.values_list("drawdown_line__drawdown", "financial_year").annotate(Sum("pounds")).order_by(measure)
    ):
        found[pk].append((year, pounds))
    return found


def _missing_of(drawdowns: Iterable[Drawdown], day: date) -> dict[int, list[str]]:
    """The names of the offices that each submitted drawdown cannot be signed without (two queries)."""
    submitted = [each for each in drawdowns if each.state == State.SUBMITTED]
    steps: dict[int, dict[str, Mode]] = defaultdict(dict)
    asked = DelegationStep.objects.filter(delegation__in={each.delegation_id for each in submitted})
    for delegation, office, mode in asked.values_list("delegation", "office__name", "mode").order_by("id"):
        steps[delegation][office] = Mode(mode)
    answers: dict[int, dict[str, Reply]] = defaultdict(dict)
    given = Answer.objects.filter(drawdown__in=[each.pk for each in submitted], sha256=F("drawdown__sha256"))
    for pk, office, reply in given.values_list("drawdown", "office__name", "answer"):
        answers[pk][office] = Reply(reply)
    found: dict[int, list[str]] = defaultdict(list)
    for each in submitted:
        found[each.pk] = rules.missing(steps[each.delegation_id], answers[each.pk], each.answer_by or day, day)
    return found


def _published_of(drawdowns: Iterable[Drawdown]) -> dict[int, tuple[date | None, date | None]]:
    signed = [each.pk for each in drawdowns if each.state == State.SIGNED_OFF]
    records = DecisionRecord.objects.filter(drawdown__in=signed).values_list("drawdown", "published_on", "effective_on")
    return {pk: (published, effective) for pk, published, effective in records}


def _waits_for(drawdown: Drawdown, missing: Sequence[str], published: date | None, effective: date | None) -> str:
    match State(drawdown.state):
        case State.DRAFT | State.RETURNED | State.WITHDRAWN:
            return f"{drawdown.prepared_by.name}, to submit it"
        case State.SUBMITTED:
            return f"{', '.join(missing)}, to answer" if missing else f"{drawdown.delegation.decided_by}, to decide"
        case State.SIGNED_OFF:
            if published is None:
                return "The clerk, to publish the decision"
            return f"Its day: it takes effect on {long_date(effective)}"
        case State.CALLED_IN:
            return "The outcome of the call-in"
        case _:
            return "Nobody"
