"""Where the pages of the demonstration are: its first phase, line, decision and so on."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import get_resolver, reverse

from accounts.clock import queries as clock
from accounts.clock.actions import move_to
from accounts.council.queries import council
from accounts.models import Office, OfficeHolding, PowerChange, User
from approvals import actions
from approvals.models import Delegation
from phases.models import ApprovalLimit, Authorisation, Body, ExcludedItem, FundingDecision, FundingSource, Phase, Programme
from posts.models import CostLine
from reports.checks.queries import findings_of
from tests.making import (
    NOON,
    make_authorisation,
    make_deputy,
    make_governance,
)
from tests.posts.lines import an_import


def replacing(earlier: Authorisation) -> Authorisation:
    """A later authorisation for the same phases, to which nothing was moved over yet."""
    limits = {limit.financial_year: int(limit.amount) for limit in earlier.limits.all()}
    return make_authorisation(earlier.decision, *earlier.phases.all(), limits=limits, replaces=earlier, title="Confirmation")


def a_condition() -> int:
    """Of a delegation that nothing is drawn under."""
    decision = FundingDecision.objects.earliest("pk")
    given = {"programme": decision.programme, "title": "With a condition", "text": "Once it is met.", "recorded_at": NOON}
    unused = Delegation.objects.create(decision=decision, decision_body=Body.objects.earliest("pk"), **given)
    return unused.conditions.create(text="The inspection report has been published.").pk


def a_confirmation() -> int:
    """By somebody else than the clerk who looks at it."""
    condition = Delegation.objects.get(title="With a condition").conditions.get()
    given = {"met_on": date(2016, 9, 1), "evidence": actions.Evidence("Minute 17"), "at": NOON}
    return actions.confirm_condition(condition=condition, by=User.objects.get(demo_account="finance-officer"), **given).pk


def past_its_year() -> int:
    """The demonstration has moved on into the next financial year: what was not drawn can lapse."""
    if clock.today() < date(2017, 4, 1):
        move_to(date(2017, 4, 1), by=None)
    return Authorisation.objects.earliest("pk").pk


def power_change() -> int:
    """One that an administrator may confirm."""
    by = User.objects.get(demo_account="clerk")
    given = {"kind": "take_office", "values": {}, "words": "Somebody takes office.", "asked_by": by, "asked_at": NOON}
    return PowerChange.objects.create(**given).pk


def address(name: str) -> str:
    """Of the demonstration: its first phase, line, decision and so on."""
    route = next(iter(get_resolver().reverse_dict.getlist(name)), None)
    numbers: dict[str, Callable[[], int]] = {
        "change_person": lambda: User.objects.get(demo_account="clerk").pk,
        **dict.fromkeys(("office", "change_office", "take_office", "appoint_deputy"), lambda: Office.objects.earliest("pk").pk),
        **dict.fromkeys(("end_holding", "correct_holding"), lambda: OfficeHolding.objects.earliest("pk").pk),
        "revoke_deputy": lambda: make_deputy(Office.objects.earliest("pk"), User.objects.get(demo_account="clerk")).pk,
        "power_change": power_change,
        **dict.fromkeys(("phase_change", "phase_copy"), lambda: Phase.objects.earliest("pk").pk),
        "funding_source_change": lambda: FundingSource.objects.earliest("pk").pk,
        "excluded_item_change": lambda: ExcludedItem.objects.earliest("pk").pk,
        **dict.fromkeys(
            ("decision", "decision_change", "decision_no_money", "authorise"), lambda: FundingDecision.objects.earliest("pk").pk
        ),
        **dict.fromkeys(("authorisation_change", "authorisation"), lambda: Authorisation.objects.earliest("pk").pk),
        **dict.fromkeys(("authorisation_lapse", "authorisation_carry_forward"), past_its_year),
        "authorisation_replace": lambda: replacing(Authorisation.objects.earliest("pk")).pk,
        "body_change": lambda: Body.objects.earliest("pk").pk,
        "governance_change": lambda: make_governance().pk,
        "approval_limit_end": lambda: ApprovalLimit.objects.earliest("pk").pk,
        "line": lambda: CostLine.objects.earliest("pk").pk,
        "line_import": lambda: an_import(Programme.objects.get(slug="ofsted-2016")).number,
        **dict.fromkeys(("workings", "what_if"), lambda: CostLine.objects.earliest("pk").pk),
        **dict.fromkeys(("delegation", "delegation_progress"), lambda: Delegation.objects.earliest("pk").pk),
        "condition_confirm": a_condition,
        "condition_take_back": a_confirmation,
    }
    parameters = route[0][0][1] if route else []
    given: dict[str, Any] = {"slug": "ofsted-2016", "pk": numbers[name]() if name in numbers else 0, "year": 2016}
    given |= {"section": "finance", "kind": "privacy"} | ({"slug": "finance-officer"} if name == "help_for" else {})
    if "fingerprint" in parameters:
        given["fingerprint"] = findings_of(Programme.objects.get(slug="ofsted-2016"), council(), as_at=NOON)[0].fingerprint
    return reverse(name, kwargs={each: given[each] for each in parameters})
