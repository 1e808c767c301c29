"""What those who prepare drawdowns look at: the case, the papers, and what is missing before submission."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from accounts.council.queries import council
from accounts.models import Office, OfficeHolding
from approvals.decisions.forward_plan.queries import notice_is_gone
from approvals.decisions.key_notice.rules import OverThreshold, Thresholds, Unnoticed, why_key
from approvals.decisions.models import DecisionRecord
from approvals.delegations.conditions.queries import CONFIRMATIONS_OF_ALL
from approvals.delegations.models import Delegation
from approvals.drawdowns.conditions.queries import awaited_by
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.rules import KeyNotice, Matter
from approvals.drawdowns.preparation.rules import Missing, Needed, Vacancy
from approvals.drawdowns.queries import case_of
from approvals.drawdowns.readiness.rules import Readiness, readiness
from approvals.drawdowns.rules import Mode
from approvals.drawdowns.submission.rules import FrozenCase
from costing.measure import Measure
from phases.models import Body
from posts.exempt.queries import said_in

CASE = tuple(field.name for field in fields(FrozenCase))
"""The fields of a decision record that officers write with the drawdown, and that are frozen with it."""


NOT_EXECUTIVE = "It is not an executive decision."
"""Why it is not key, where nobody is asked."""


def missing_of_case(case: DecisionRecord | None, *, may_be_key: bool) -> list[Needed]:
    """What the case still needs before it can be submitted. `may_be_key`: it is an executive decision."""
    if case is None:
        return [Missing.CASE if may_be_key else Missing.CASE_NOT_KEY]
    missing = {
        Missing.REASONS: not case.reasons.strip(),
        Missing.ALTERNATIVES: not case.alternatives.strip(),
        Missing.SAVED_AS_KEY: bool(case.is_key) and not may_be_key,
        Missing.WHETHER_KEY: may_be_key and (case.is_key is None or case.not_key_reason == NOT_EXECUTIVE),
        Missing.ROUTE: bool(case.is_key) and may_be_key and not case.notice_route,
    }
    gone = [Unnoticed(withdrawn=case.notice_reference)] if notice_is_gone(case) else []
    return [*(each for each, is_missing in missing.items() if is_missing), *gone]


def why_key_of(case: DecisionRecord | None, amounts: Mapping[Measure, Decimal]) -> OverThreshold | None:
    """Why the decision is key by the council's thresholds; None where it is not. `amounts` is what it releases."""
    settings = council()
    most = max(((measure.name, pounds) for measure, pounds in amounts.items()), key=lambda each: each[1], default=None)
    return why_key(Thresholds(settings.key_amount, settings.key_wards), most, case.wards if case else "")


def missing_why_not_key(case: DecisionRecord | None, amounts: Mapping[Measure, Decimal], *, may_be_key: bool) -> list[Needed]:
    """The threshold by which it is key, where the case says that it is not, and not why."""
    if not may_be_key or case is None or case.is_key is not False or case.not_key_reason.strip():
        return []
    over = why_key_of(case, amounts)
    return [over] if over else []


_TEXTS = {
    "reasons": "Reasons",
    "alternatives": "Alternatives",
    "financial_comments": "Financial comments",
    "legal_comments": "Legal comments",
    "background_papers": "Background papers",
    "wards": "Wards affected",
    "report_author": "Report author",
    "notice_reference": "Notice",
    "public_interest": "Why the public interest is against publishing",
}


def public_of_case(case: DecisionRecord) -> dict[str, str]:
    """The texts of the case that will be public, by field: of an exempt one why it is exempt, and nothing else."""
    return {name: getattr(case, name) for name in (["public_interest"] if case.exempt_paragraph else _TEXTS)}


def check_public_case(drawdown: Drawdown) -> None:
    """ValidationError where the title of a drawdown, or its case, would publish something exempt: a line may be so since."""
    case = case_of(drawdown)
    proposal = {} if case and case.exempt_paragraph else {"proposal": drawdown.proposal}
    texts = {"title": drawdown.title, **proposal, **(public_of_case(case) if case else {})}
    if said := said_in(drawdown.programme.slug, texts):
        raise ValidationError([f"{_TEXTS.get(name, 'Title')}: {sentence}" for name, sentence in said.items()])


def delegations_open(day: date) -> QuerySet[Delegation]:
    """Those under which a drawdown can be drafted that day, the latest decision first, with limits and steps (nine queries)."""
    return (
        Delegation.objects.filter(Q(expires__isnull=True) | Q(expires__gte=day))
        .select_related("programme", "decision__body", "decision_maker", "decision_body")
        .prefetch_related("limits", "steps__office", "steps__body", "money", "parts", "conditions__part", CONFIRMATIONS_OF_ALL)
        .order_by("-decision__decided_on", "-id")
    )


class ToAsk(NamedTuple):
    """An office or outside body that will be asked, and how; who holds the office, nobody while it is vacant."""

    asked: Office | Body
    mode: Mode
    holder: str


def once_answered(
    drawdown: Drawdown, case: DecisionRecord | None, asked: Mapping[tuple[int, Measure], Decimal], day: date
) -> Readiness:
    """What would still stand in the way of a sign-off, and from when, had everybody answered that day (eight queries at most).

    `asked` is in pounds, by authorisation and measure.
    """
    delegation, awaited = drawdown.delegation, awaited_by(drawdown, asked, day)
    gone = case.notice_reference if case and notice_is_gone(case) else ""
    notice = KeyNotice(case.notice_route, case.notice_on, gone) if case and case.is_key else None
    terms = {"earliest": delegation.earliest, "expires": delegation.expires, **awaited._asdict()}
    return readiness(Matter(is_submitted=True, preparers=(), notice=notice, **terms), day, {})


def vacant(delegation: Delegation, asked: Iterable[ToAsk], day: date) -> list[Vacancy]:
    """Each office that nobody holds that day, though it is to answer or to decide (one query)."""
    found = [Vacancy(str(each.asked), decides=False) for each in asked if not each.mode.is_of_a_body and not each.holder]
    maker = delegation.decision_maker
    if maker and not OfficeHolding.objects.on(day).filter(office=maker).exists():
        found.append(Vacancy(str(maker), decides=True))
    return found


def to_ask(delegation: Delegation, day: date) -> list[ToAsk]:
    """Who is asked before the decision, in the order of the steps (two queries)."""
    steps = list(delegation.steps.select_related("office", "body"))
    offices = [step.office_id for step in steps if step.office_id]
    holders = dict(OfficeHolding.objects.on(day).filter(office__in=offices).values_list("office", "holder__name"))
    return [
        ToAsk(asked, Mode(step.mode), holders.get(step.office_id or 0, ""))
        for step in steps
        if (asked := step.office or step.body)
    ]
