"""Recommendation, resolution, money and drawdowns: linked on one page, kept by the store, and tasks that end."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from approvals import actions
from approvals.chain.queries import chain_of, open_decisions
from costing.measure import in_year
from phases.authorisations.actions import AuthorisedMoney, record_authorisation
from phases.decisions.actions import record_decision, say_no_money_follows
from phases.decisions.rules import Taken, why_not_follow
from phases.models import FundingDecision, Programme
from tests.approvals.case import NOW, Case, make_case
from tests.making import (
    make_auditor,
    make_authorisation,
    make_body,
    make_clerk,
    make_decision,
    make_phase,
    make_programme,
    make_source,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

DAY = date(2016, 9, 14)


@pytest.fixture
def programme() -> Programme:
    return make_programme()


def recommendation(programme: Programme, on: date = DAY, **values: Any) -> FundingDecision:
    return make_decision(programme, decided_on=on, outcome="recommended", **values)


def record(programme: Programme, follows: FundingDecision | None, on: date = DAY, **values: Any) -> FundingDecision:
    given = {
        "title": "Funding",
        "body": make_body("Full Council"),
        "decided_on": on,
        "outcome": "resolved",
        "text_resolved": "Agreed.",
    }
    return record_decision(programme=programme, values=given | {"follows": follows} | values, by=make_clerk(), at=NOW)


def end(decision: FundingDecision, because: str, by: User | None = None) -> None:
    say_no_money_follows(decision=decision, because=because, by=by or make_clerk(), at=NOW)
    decision.refresh_from_db()


def titles(page: Any) -> list[str]:
    return [task["title"] for task in page.context["tasks"]]


# What may follow what: the rule, the action and the store say the same


CASES = list(product(["recommended", "resolved"], [-1, 0, 1], [True, False], [True, False]))


@pytest.mark.parametrize(("outcome", "days", "own", "ended"), CASES)
def test_rule_action_and_store_agree_on_what_may_follow(programme: Programme, outcome: str, days: int, own: bool, ended: bool):
    other = programme if own else make_programme()
    taken = make_decision(other, decided_on=DAY, outcome=outcome, no_money_because="It was not taken up." if ended else "")
    day = DAY + timedelta(days)
    may = outcome == "recommended" and days >= 0 and own and not ended
    asked = Taken(other.pk, outcome == "recommended", DAY, ended)
    assert (why_not_follow(asked, programme=programme.pk, decided_on=day, leads_back=False) is None) is may
    values = {"title": "Funding", "body": make_body(), "decided_on": day, "text_resolved": "Agreed."}
    if may:
        assert record(programme, taken, day).follows == taken
        return
    with pytest.raises(ValidationError) as refusal:
        record(programme, taken, day)
    assert list(refusal.value.message_dict) == ["follows"]
    rules = "decision_follows_a_recommendation", "decision_follows_an_earlier_one", "decision_without_money_ends"
    rule = rules[0] if outcome == "resolved" or not own else rules[1] if days < 0 else rules[2]
    with refused_by(rule):
        FundingDecision.objects.create(programme=programme, follows=taken, **values)


def test_a_recommendation_never_follows_itself_through_others(programme: Programme):
    first = recommendation(programme)
    second = recommendation(programme, follows=first)
    third = recommendation(programme, follows=second)
    values = {"follows": third, "outcome": "recommended"}
    with pytest.raises(ValidationError, match="follows this decision"):
        record_decision(programme=programme, decision=first, values=values, by=make_clerk(), at=NOW)
    with refused_by("decision_follows_another"):
        FundingDecision.objects.filter(pk=first.pk).update(follows=third)
    with refused_by("decision_follows_another"):
        FundingDecision.objects.filter(pk=first.pk).update(follows=first)


def test_a_recommendation_that_was_taken_up_says_what_it_said(programme: Programme):
    taken = recommendation(programme)
    record(programme, taken)
    with pytest.raises(ValidationError, match="puts it right"):
        record_decision(
            programme=programme, decision=taken, values={"title": "Another", "outcome": "recommended"}, by=make_clerk(), at=NOW
        )
    with refused_by("used_decision_stays"):
        FundingDecision.objects.filter(pk=taken.pk).update(title="Another")


# No money follows, because


def test_that_no_money_follows_is_said_with_a_reason_audited_and_taken_back(programme: Programme):
    decision = make_decision(programme)
    end(decision, "It noted a report.")
    assert decision.no_money_because == "It noted a report."
    assert "It noted a report." in AuditEntry.objects.latest("pk").content
    with pytest.raises(ValidationError, match="no money follows"):
        _money_of(decision)
    with refused_by("authorisation_of_a_decision_with_money"):
        make_authorisation(decision)
    end(decision, "")
    make_authorisation(decision)
    with pytest.raises(ValidationError, match="allows money already"):
        end(decision, "It noted a report.")
    with refused_by("decision_without_money_ends"):
        FundingDecision.objects.filter(pk=decision.pk).update(no_money_because="It noted a report.")
    with refused_by("decision_without_money_says_why"):
        FundingDecision.objects.filter(pk=decision.pk).update(no_money_because="  ")


def _money_of(decision: FundingDecision) -> None:
    values = {"title": "Release", "term": "one_off", "funding_source": make_source(decision.programme)}
    money = AuthorisedMoney(values, [], {in_year(2016): Decimal(1_000)})
    record_authorisation(decision=decision, money=money, by=make_clerk(), at=NOW)


def test_a_recommendation_that_was_taken_up_is_not_said_to_lead_nowhere(programme: Programme):
    taken = recommendation(programme)
    record(programme, taken)
    with pytest.raises(ValidationError, match="Another decision follows"):
        end(taken, "Council did not agree.")
    with refused_by("decision_without_money_ends"):
        FundingDecision.objects.filter(pk=taken.pk).update(no_money_because="Council did not agree.")


def test_only_a_clerk_says_so(programme: Programme):
    with pytest.raises(PermissionDenied):
        end(make_decision(programme), "It noted a report.", by=make_auditor())


# Tasks end by themselves


def test_the_task_of_a_recommendation_ends_with_its_resolution_and_that_of_a_resolution_with_its_money(
    client: Client, programme: Programme
):
    client.force_login(make_clerk())
    taken = recommendation(programme)
    assert titles(client.get("/")) == ["Record what was resolved"]
    resolved = record(programme, taken)
    page = client.get("/")
    assert titles(page) == ["Record the money this decision allows"]
    assert page.context["tasks"][0]["url"] == reverse("decision", args=[programme.slug, resolved.pk])
    make_authorisation(resolved, limits={None: 950_000})
    assert titles(client.get("/")) == []


def test_a_task_ends_where_no_money_follows(client: Client, programme: Programme):
    client.force_login(make_clerk())
    decisions = [recommendation(programme), make_decision(programme)]
    for decision in decisions:
        address = reverse("decision_no_money", args=[programme.slug, decision.pk])
        page = client.get(address)
        assert client.post(address, {"made_on": page.context["form"].made_on}).status_code == 200, "a reason is asked for"
        client.post(address, {"made_on": page.context["form"].made_on, "no_money_because": "Withdrawn at the meeting."})
    assert titles(client.get("/")) == []
    page = client.get(reverse("decision", args=[programme.slug, decisions[1].pk]))
    assert "Withdrawn at the meeting." in page.text
    assert "Record the money" not in page.text
    end(decisions[1], "")
    assert titles(client.get("/")) == ["Record the money this decision allows"]


def _decided(case: Case) -> FundingDecision:
    resolution = make_decision(case.programme, body="Full Council", decided_on=date(2016, 9, 19), about=[case.authorisation])
    case.sign(case.ready(case.line()), by=case.clerk, resolution=resolution)
    return resolution


def test_a_resolution_that_decided_a_drawdown_asks_for_no_money(client: Client):
    case = make_case(body="Full Council")
    resolution = _decided(case)
    assert list(open_decisions([case.programme])) == []
    client.force_login(case.clerk)
    page = client.get(reverse("decision", args=[case.programme.slug, resolution.pk]))
    assert "Record the money this decision allows" not in page.text
    assert "only if it allows more than was released there" in " ".join(page.text.split())


def test_a_resolution_that_only_delegates_the_money_of_others_asks_for_none():
    case = make_case()
    gives = make_decision(case.programme)
    assert list(open_decisions([case.programme])) == [gives]
    values = {"title": "Use", "text": "The Chief Executive.", "decision_maker": case.offices["Chief Executive"]}
    actions.record_delegation(
        decision=gives, values=values | {"money": [case.authorisation.decision]}, steps=[], by=case.clerk, at=NOW
    )
    assert list(open_decisions([case.programme])) == []


def test_a_resolution_about_money_that_was_authorised_before_asks_for_none():
    case = make_case()
    make_decision(case.programme, about=[case.authorisation])
    assert list(open_decisions([case.programme])) == []


def test_a_decision_that_was_put_right_leaves_its_task_to_the_later_one(programme: Programme):
    wrong = make_decision(programme)
    right = make_decision(programme, corrects=wrong)
    assert list(open_decisions([programme])) == [right]


# One page


def test_the_page_shows_the_chain_both_ways(client: Client):
    case = make_case()
    decision = case.authorisation.decision
    first = recommendation(case.programme, date(2016, 7, 1), title="From scrutiny")
    second = recommendation(case.programme, date(2016, 7, 5), title="From the Executive", follows=first)
    FundingDecision.objects.filter(pk=decision.pk).update(follows=second)
    signed = case.signed(case.line())
    make_decision(case.programme, title="Of something else")
    for shown in (first, second, decision):
        chain = chain_of(shown)
        assert [each.decision for each in chain] == [first, second, decision]
        assert [each.depth for each in chain] == [0, 1, 2]
        assert [each.decision for each in chain if each.is_this] == [shown]
        [money] = chain[-1].money
        assert (money.authorisation, money.drawdowns) == (case.authorisation, [signed])
        assert chain[-1].delegations == [case.delegation]
        client.force_login(make_auditor())
        page = client.get(reverse("decision", args=[case.programme.slug, shown.pk]))
        for text in ("From scrutiny", "From the Executive", case.authorisation.title, case.delegation.title, signed.reference):
            assert text in page.text
        assert "Of something else" not in page.text
        assert "No money follows" not in page.text


def test_the_chain_costs_the_same_however_long_it_is(programme: Programme, django_assert_num_queries: Any):
    phase = make_phase(programme)
    last: FundingDecision | None = None
    for number in range(4):
        last = recommendation(programme, DAY + timedelta(number), follows=last)
    resolved = record(programme, last, DAY + timedelta(9))
    for _ in range(3):
        make_authorisation(resolved, phase)
    with django_assert_num_queries(12):
        chain_of(FundingDecision.objects.select_related("programme").get(pk=resolved.pk))


def test_the_form_of_a_resolution_begins_with_the_recommendation_that_it_is_asked_for(client: Client, programme: Programme):
    client.force_login(make_clerk())
    taken = recommendation(programme)
    address = reverse("decision_record", args=[programme.slug])
    assert client.get(address, {"follows": taken.pk}).context["form"]["follows"].value() == taken.pk
    for named in ("", "x", "²", "9" * 40, str(make_decision(programme).pk), str(recommendation(make_programme()).pk)):
        assert client.get(address, {"follows": named}).context["form"]["follows"].value() is None
