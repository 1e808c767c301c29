"""A delegation releases the money that it was given with, and no other: kept by the actions and by the store."""

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client

from accounts.models import AuditEntry
from approvals import actions
from approvals.actions import Choice, NotAllowedNow
from approvals.drawdowns.choice.queries import payers_of
from approvals.drawdowns.rules import Mode
from approvals.drawdowns.signing import actions as signing
from approvals.drawdowns.signing.queries import resolutions_for
from approvals.drawdowns.signing.rules import Resolved, why_not_resolved_by
from approvals.models import Delegation, Drawdown, DrawdownLine
from phases.decisions.actions import record_decision
from phases.models import Authorisation, FundingDecision
from tests.approvals.case import CASE, LATER, NOW, Case, make_case, new_key
from tests.making import make_authorisation, make_body, make_clerk, make_decision, make_programme
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def other_money(case: Case) -> Authorisation:
    """Of another resolution of the same programme, that pays for the same phase."""
    return make_authorisation(make_decision(case.programme, title="Another release"), case.phase, limits={2016: 500_000})


def test_money_that_the_delegation_was_not_given_with_is_neither_offered_nor_chosen(case: Case, other_money: Authorisation):
    drawdown = case.drafted()
    assert payers_of(case.programme, case.delegation) == [case.authorisation]
    asked = Choice(case.line().pk, other_money, fte=Decimal(1))
    with pytest.raises(ValidationError, match="does not cover this money"):
        actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=[asked], by=case.officer, at=NOW)


def test_a_delegation_may_be_given_with_the_money_of_other_resolutions(case: Case, other_money: Authorisation):
    delegation = record(case, money=[case.authorisation.decision, other_money.decision])
    assert payers_of(case.programme, delegation) == [case.authorisation, other_money]
    signed = case.signed(Choice(case.line().pk, other_money, fte=Decimal(1)), delegation=delegation)
    assert signed.consumption.get().authorisation == other_money


def test_the_money_is_that_of_resolutions_of_the_programme(case: Case):
    for money in (make_decision(make_programme()), make_decision(case.programme, outcome="recommended")):
        with pytest.raises(ValidationError, match="resolutions of this programme"):
            record(case, money=[money])


def record(case: Case, **values: Any) -> Delegation:
    given = {"title": "Use of two releases", "text": "The Chief Executive.", "decision_maker": case.offices["Chief Executive"]}
    steps = [(case.offices[name], Mode.CONSULTATION) for name in ("Leader", "Director")]
    return actions.record_delegation(decision=case.delegation.decision, values=given | values, steps=steps, by=case.clerk, at=NOW)


def test_the_store_refuses_a_line_and_a_draw_of_other_money(case: Case, other_money: Authorisation):
    drawdown = case.drafted(case.line())
    with refused_by("line_under_its_delegation"):
        drawdown.lines.update(authorisation=other_money)
    with refused_by("line_under_its_delegation"):
        DrawdownLine.objects.create(drawdown=drawdown, line_id=case.line().pk, authorisation=other_money, fte=1)
    row = case.signed(case.line()).consumption.get()
    row.pk, row.authorisation = None, other_money
    with refused_by("draw_of_delegated_money"):
        row.save(force_insert=True)


def test_the_store_keeps_the_money_of_a_delegation(case: Case, other_money: Authorisation):
    with refused_by("delegation_given_with_resolved_money"):
        case.delegation.money.add(make_decision(make_programme()))
    with refused_by("delegation_money_stays"):
        case.delegation.money.clear()
    case.drafted()
    with refused_by("delegation_money_stays"):
        case.delegation.money.add(other_money.decision)


# Decisions that something stands on, and resolutions of bodies


def rewrite(decision: FundingDecision, **values: Any) -> None:
    record_decision(programme=decision.programme, decision=decision, values=values, by=make_clerk(), at=NOW)


def used_by(case: Case, how: str) -> FundingDecision:
    decision = make_decision(case.programme, title="A release", text_resolved="Agreed.", minute="")
    if how == "money":
        make_authorisation(decision, case.phase)
    elif how == "delegation":
        record(case, money=[decision])
    elif how == "correction":
        make_decision(case.programme, title="Put right", corrects=decision)
    return decision


@pytest.mark.parametrize("how", ["money", "delegation", "correction"])
def test_a_decision_that_something_stands_on_says_what_it_said(case: Case, how: str):
    decision = used_by(case, how)
    for values in ({"text_resolved": "To release £999,000."}, {"decided_on": date(2016, 1, 1)}, {"title": "Another"}):
        with pytest.raises(ValidationError, match="puts it right") as refusal:
            rewrite(decision, outcome="resolved", **values)
        assert list(refusal.value.message_dict) == list(values)
        decision.refresh_from_db()
        with refused_by("used_decision_stays"):
            FundingDecision.objects.filter(pk=decision.pk).update(**values)
    rewrite(decision, outcome="resolved", minute="17")
    with refused_by("used_decision_stays"):
        FundingDecision.objects.filter(pk=decision.pk).update(minute="18")


def test_a_decision_that_nothing_stands_on_is_still_corrected_in_place(case: Case):
    decision = used_by(case, "")
    rewrite(decision, text_resolved="To release £99,000.", decided_on=date(2016, 7, 1))
    decision.refresh_from_db()
    assert (decision.text_resolved, decision.decided_on) == ("To release £99,000.", date(2016, 7, 1))


def test_a_decision_puts_right_another_of_its_programme(case: Case):
    decision = case.delegation.decision
    for other in (make_decision(make_programme()), decision):
        with pytest.raises(ValidationError, match="another decision of this programme"):
            rewrite(decision, outcome="resolved", corrects=other)
    with refused_by("decision_corrects_another"):
        FundingDecision.objects.filter(pk=decision.pk).update(corrects=F("pk"))


@pytest.fixture
def of_council() -> Case:
    """Full Council decides, under a resolution of 20 July 2016."""
    return make_case(body="Full Council")


def resolved(case: Case, on: date = date(2016, 9, 19), **values: Any) -> FundingDecision:
    given = {"title": f"Resolution of {on}", "about": [case.authorisation]}
    return make_decision(case.programme, body="Full Council", decided_on=on, **(given | values))


def case_of_council() -> Case:
    """The power is of 1 August, later than the money."""
    case = make_case(body="Full Council")
    gives = make_decision(case.programme, body="Full Council", decided_on=date(2016, 8, 1), title="Power")
    values: dict[str, Any] = {"title": "Council decides", "text": "Full Council.", "decision_body": make_body("Full Council")}
    money = [case.authorisation.decision]
    steps = [(case.offices["Leader"], Mode.AGREEMENT), (case.offices["Director"], Mode.CONSULTATION)]
    case.delegation = actions.record_delegation(
        decision=gives, values=values | {"money": money}, steps=steps, by=case.clerk, at=NOW
    )
    return case


GRID = list(product([date(2016, 7, 31), date(2016, 8, 1), date(2016, 9, 19)], *[[False, True]] * 4))
"""The day of a resolution; whether it decided another drawdown, was put right, is about this money, and about other money."""


@pytest.mark.parametrize(("on", "used", "put_right", "about", "other"), GRID)
def test_rule_action_and_store_agree_on_which_resolution_decides(
    monkeypatch: pytest.MonkeyPatch, on: date, used: bool, put_right: bool, about: bool, other: bool
):
    case = case_of_council()
    another = make_authorisation(case.authorisation.decision, case.phase)
    money = [*([case.authorisation] if about else []), *([another] if other else [])]
    resolution = resolved(case, on, about=money)
    if used and money and on >= date(2016, 8, 1):
        first = case.ready(Choice(case.line().pk, money[0], fte=Decimal(1)))
        case.sign(first, by=case.clerk, resolution=resolution)
    if put_right:
        resolved(case, date(2016, 9, 20), corrects=resolution, title="Put right")
    waiting = case.ready(case.line())
    may = on >= date(2016, 8, 1) and not used and not put_right and about
    facts = Resolved(on, [each.pk for each in money], "DD-0001" if used else "", put_right)
    assert (why_not_resolved_by(facts, power_since=date(2016, 8, 1), money=[case.authorisation.pk]) is None) is may
    assert (resolution in resolutions_for(waiting)) is may
    if may:
        assert case.sign(waiting, by=case.clerk, resolution=resolution).resolution == resolution
        return
    refused(case, waiting, resolution, monkeypatch)


def refused(case: Case, waiting: Drawdown, resolution: FundingDecision, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the action, and by the store where nobody asks the action."""
    with pytest.raises(NotAllowedNow, match="cannot decide on it"):
        case.sign(waiting, by=case.clerk, resolution=resolution)
    monkeypatch.setattr(signing, "why_not_by", lambda drawdown, resolution: "")
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        case.sign(waiting, by=case.clerk, resolution=resolution)
    assert refusal.value.__cause__.diag.constraint_name in RULES  # type: ignore[union-attr]


RULES = {
    *("resolution_not_older_than_its_power", "resolution_decides_once"),
    *("resolution_not_put_right", "resolution_about_this_money", "resolution_is_not_its_power"),
}
WITHOUT_MONEY = [
    *product([date(2016, 7, 31), date(2016, 8, 1), date(2016, 9, 19)], *[[False, True]] * 3, [False]),
    *product([date(2016, 8, 1)], *[[False, True]] * 3, [True]),
]
"""The day of a resolution; whether it decided another drawdown, was put right, is about money, and gives the power itself."""


@pytest.mark.parametrize(("on", "used", "put_right", "about", "gives"), WITHOUT_MONEY)
def test_rule_action_and_store_agree_on_which_resolution_decides_without_money(
    monkeypatch: pytest.MonkeyPatch, on: date, used: bool, put_right: bool, about: bool, gives: bool
):
    case = case_of_council()
    money = [case.authorisation] if about else []
    resolution = case.delegation.decision if gives else resolved(case, on)
    resolution.about.set(money)
    if used and about and on >= date(2016, 8, 1):
        case.sign(case.ready(case.line()), by=case.clerk, resolution=resolution)
    elif used and not gives and on >= date(2016, 8, 1):
        case.sign(without_money(case), by=case.clerk, resolution=resolution)
    if put_right:
        resolved(case, date(2016, 9, 20), corrects=resolution, title="Put right")
    waiting = without_money(case)
    may = on >= date(2016, 8, 1) and not used and not put_right and not about and not gives
    facts = Resolved(on, [each.pk for each in money], "DD-0001" if used else "", put_right, gives)
    assert (why_not_resolved_by(facts, power_since=date(2016, 8, 1), money=[]) is None) is may
    assert (resolution in resolutions_for(waiting)) is may
    if may:
        assert case.sign(waiting, by=case.clerk, resolution=resolution).resolution == resolution
    else:
        refused(case, waiting, resolution, monkeypatch)


def without_money(case: Case) -> Drawdown:
    """Ready to be decided: it releases no money."""
    given = {"delegation": case.delegation, "title": "Two posts", "proposal": "That two posts be added.", "key": new_key()}
    drawdown = actions.draft(**given, by=case.officer, at=NOW)
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=CASE, by=case.officer, at=NOW)
    asked = actions.submit(drawdown=drawdown, version=drawdown.version + 1, key=new_key(), by=case.officer, at=NOW)
    return case.answered(case.answered(asked), "Director")


def test_a_resolution_that_gives_the_power_may_release_the_money_that_it_is_about():
    case = case_of_council()
    case.delegation.decision.about.set([case.authorisation])
    waiting = case.ready(case.line())
    assert list(resolutions_for(waiting)) == [case.delegation.decision]
    assert case.sign(waiting, by=case.clerk, resolution=case.delegation.decision).state == "signed_off"


def test_what_a_used_resolution_is_about_stays():
    case = make_case(body="Full Council")
    resolution = resolved(case)
    other = make_authorisation(case.authorisation.decision, case.phase)
    rewrite(resolution, about=[case.authorisation, other])
    rewrite(resolution, about=[case.authorisation])
    case.sign(case.ready(case.line()), by=case.clerk, resolution=resolution)
    with refused_by("used_resolution_keeps_its_money"):
        resolution.about.add(other)
    with refused_by("used_resolution_keeps_its_money"):
        resolution.about.clear()
    with pytest.raises(IntegrityError), transaction.atomic():
        rewrite(resolution, outcome="resolved", about=[])


def test_a_resolution_is_about_earlier_money_of_its_programme(case: Case, other_money: Authorisation):
    others = make_authorisation(make_decision(make_programme()))
    recommended = make_decision(case.programme, outcome="recommended")
    earlier = make_decision(case.programme, decided_on=date(2016, 7, 19))
    rule = "decision_about_money_of_a_resolution"
    tried = [(recommended, other_money, rule), (case.delegation.decision, others, rule)]
    for decision, money, name in [*tried, (earlier, other_money, "decision_about_earlier_money")]:
        with pytest.raises(ValidationError) as refusal:
            rewrite(decision, outcome=decision.outcome, about=[money])
        assert list(refusal.value.message_dict) == ["about"]
        with refused_by(name):
            decision.about.add(money)


def test_the_clerk_sees_which_resolutions_are_not_offered_and_why(
    client: Client, of_council: Case, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)
    case = of_council
    resolved(case, title="About nothing", about=[])
    client.force_login(case.clerk)
    page = client.get(f"/drawdowns/{case.ready(case.line())}/resolution/")
    assert "No resolution of Full Council is recorded that could release this money." in page.text
    assert "It is not recorded as being about this money." in page.text


def test_the_form_of_a_decision_takes_the_money_it_is_about(client: Client, case: Case):
    client.force_login(case.clerk)
    address = f"/programmes/{case.programme.slug}/decisions/record/"
    page = client.get(address)
    given = {"title": "Resolution", "body": make_body().pk, "decided_on": "19 September 2016", "outcome": "resolved"}
    given |= {"text_resolved": "Agreed.", "made_on": page.context["form"].made_on, "about": [case.authorisation.pk]}
    assert client.post(address, given).status_code == 302
    made = FundingDecision.objects.get(title="Resolution")
    assert list(made.about.all()) == [case.authorisation]
    assert str(case.authorisation) in AuditEntry.objects.latest("pk").content
    address = f"/programmes/{case.programme.slug}/decisions/{made.pk}/change/"
    given |= {"made_on": client.get(address).context["form"].made_on, "about": []}
    assert client.post(address, given).status_code == 302
    assert not made.about.exists()
