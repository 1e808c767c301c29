"""Who may approve new money: the council's dated limits, the running total of a programme, and what is refused."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, User
from costing import measure
from phases.authorisations import actions as authorisations_actions
from phases.decisions import actions as decisions_actions
from phases.funding import actions as funding_actions
from phases.limits import actions as limits_actions
from phases.limits import queries
from phases.models import ApprovalLimit, Authorisation, FundingDecision, FundingSource, Programme
from tests.making import (
    NOON,
    make_administrator,
    make_approval_limit,
    make_auditor,
    make_authorisation,
    make_body,
    make_clerk,
    make_decision,
    make_officer,
    make_programme,
    make_source,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

IN_FORCE, SEPTEMBER = date(2010, 4, 1), date(2016, 9, 26)
ONE_OFF, RECURRING = Authorisation.Term.ONE_OFF, Authorisation.Term.RECURRING
ESTIMATE = FundingSource.Kind.SUPPLEMENTARY_ESTIMATE


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="ofsted")


@pytest.fixture
def limits() -> None:
    """As in the case: up to £1m in a full year the Executive, above it Full Council."""
    make_approval_limit("Executive", 1_000_000)
    make_approval_limit("Full Council", None)


def _authorise(
    decision: FundingDecision,
    limits: dict[int | None, int],
    by: User | None = None,
    stored: Authorisation | None = None,
    **values: Any,
) -> Authorisation:
    """As the clerk records it: recurring, from a source of its own."""
    source = values.pop("source", None) or (stored.funding_source if stored else make_source(decision.programme))
    title = stored.title if stored else f"Release {Authorisation.objects.count()}"
    given = {"title": title, "funding_source": source, "term": RECURRING, "replaces": None, "assumption": ""}
    return authorisations_actions.record_authorisation(
        decision=decision,
        authorisation=stored,
        money=authorisations_actions.AuthorisedMoney(
            given | values, [], {measure.stored(year): Decimal(amount) for year, amount in limits.items()}
        ),
        by=by or make_clerk(),
        at=NOON,
    )


def _refused(decision: FundingDecision, limits: dict[int | None, int], **values: Any) -> dict[str, list[str]]:
    before = Authorisation.objects.count()
    with pytest.raises(ValidationError) as error:
        _authorise(decision, limits, **values)
    assert Authorisation.objects.count() == before
    return error.value.message_dict


# The store


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("approval_limit_measure_is_known", {"measure": "for_ever"}),
        ("approval_limit_instrument_is_known", {"instrument": "lottery"}),
        ("approval_limit_is_more_than_nothing", {"amount": 0}),
        ("approval_limit_ends_after_start", {"ends": date(2010, 3, 30)}),
    ],
)
def test_an_approval_limit_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        make_approval_limit(**values)


def test_a_body_has_one_limit_for_the_same_money_and_measure_on_any_day():
    make_approval_limit(ends=SEPTEMBER)
    make_approval_limit(starts=date(2016, 9, 27))
    make_approval_limit(measure="in_year")
    make_approval_limit(instrument="grant")
    make_approval_limit("Full Council", None)
    with refused_by("approval_limit_once_for_an_approver"):
        make_approval_limit("Executive", 2_000_000, starts=SEPTEMBER, ends=SEPTEMBER)


def test_a_limit_that_never_applied_leaves_room_for_the_right_one():
    make_approval_limit(amount=10_000_000, ends=date(2010, 3, 31))
    make_approval_limit()


@pytest.mark.parametrize(
    "changed", [{"amount": 5}, {"amount": None}, {"approver": 0}, {"starts": SEPTEMBER}, {"measure": "in_year"}]
)
def test_a_limit_is_only_ended_and_only_once(changed: dict[str, Any]):
    limit = ApprovalLimit.objects.filter(pk=make_approval_limit().pk)
    with refused_by("approval_limit_only_ended"):
        limit.update(**changed)
    limit.update(ends=SEPTEMBER)
    with refused_by("approval_limit_only_ended"):
        limit.update(ends=None)
    with refused_by("approval_limit_stays"):
        limit.delete()


# Keeping the table


def test_the_administrator_adds_and_ends_a_limit_on_the_record():
    by = make_administrator()
    values = {"approver": make_body(), "amount": Decimal(1_000_000), "measure": "full_year", "instrument": "", "starts": IN_FORCE}
    limit = limits_actions.add_approval_limit(values=values, by=by, at=NOON)
    limits_actions.end_approval_limit(limit=limit, ends=SEPTEMBER, by=by, at=NOON)
    entries = AuditEntry.objects.filter(subject=f"approval_limit:{limit.pk}").order_by("number")
    assert [entry.action for entry in entries] == ["approval_limit_added", "approval_limit_ended"]
    details = json.loads(entries[1].content)["details"]
    assert (details["up_to"], details["starts"], details["ends"]) == ("1000000", "2010-04-01", "2016-09-26")
    for ends, said in ((SEPTEMBER, "already ended, on 26 September 2016"),):
        with pytest.raises(ValidationError, match=said):
            limits_actions.end_approval_limit(limit=limit, ends=ends, by=by, at=NOON)
    with pytest.raises(ValidationError, match="starts on 1 April 2010: the earliest it can end is the day before"):
        limits_actions.end_approval_limit(limit=make_approval_limit("Council"), ends=date(2010, 3, 30), by=by, at=NOON)


@pytest.mark.parametrize("make", [make_officer, make_clerk, make_auditor])
def test_nobody_but_the_administrator_keeps_the_limits(make: Any):
    by, limit = make(), make_approval_limit()
    with pytest.raises(PermissionDenied):
        limits_actions.add_approval_limit(values={"approver": make_body("Leader"), "starts": IN_FORCE}, by=by, at=NOON)
    with pytest.raises(PermissionDenied):
        limits_actions.end_approval_limit(limit=limit, ends=SEPTEMBER, by=by, at=NOON)
    assert not AuditEntry.objects.exists()


# Recording money


def test_without_a_table_of_limits_nothing_is_refused(programme: Programme):
    _authorise(make_decision(programme), {None: 1_471_000})


def test_the_executive_does_not_approve_what_is_full_councils_to_approve(programme: Programme, limits: None):
    decision = make_decision(programme, decided_on=SEPTEMBER)
    assert _refused(decision, {2016: 949_000, None: 1_471_000}, title="Phases One and Two") == {
        "limit_full_year": [
            "The Executive may approve up to £1,000,000 in a full year; with “Phases One and Two” of 26 September 2016 "
            "the programme comes to £1,471,000: Full Council must decide."
        ]
    }
    council = make_decision(programme, body="Full Council", decided_on=SEPTEMBER)
    assert _authorise(council, {2016: 949_000, None: 1_471_000}).pk


def test_exactly_the_limit_is_within_it(programme: Programme, limits: None):
    decision = make_decision(programme)
    assert _refused(decision, {None: 1_000_001})
    assert _authorise(decision, {None: 1_000_000}).pk


def test_splitting_into_several_authorisations_or_decisions_does_not_help(programme: Programme, limits: None):
    first, second = make_decision(programme), make_decision(programme, decided_on=SEPTEMBER)
    _authorise(first, {None: 600_000})
    for decision in (first, second):
        (said,) = _refused(decision, {None: 400_001})["limit_full_year"]
        assert "the programme comes to £1,000,001" in said
    _authorise(second, {None: 400_000}, source=make_source(programme, kind="grant"))  # of all instruments together


def test_recording_them_in_another_order_than_they_were_decided_does_not_help(programme: Programme, limits: None):
    _authorise(make_decision(programme, decided_on=SEPTEMBER), {None: 700_000}, title="September")
    (said,) = _refused(make_decision(programme), {None: 400_000}, title="July")["limit_full_year"]
    assert "with “September” of 26 September 2016 the programme comes to £1,100,000: Full Council must decide." in said


def test_another_programme_has_its_own_total(programme: Programme, limits: None):
    _authorise(make_decision(make_programme()), {None: 900_000})
    _authorise(make_decision(programme), {None: 900_000})


def test_one_off_money_has_no_full_year_effect(programme: Programme, limits: None):
    decision = make_decision(programme)
    _authorise(decision, {2016: 950_000, None: 2_000_000}, term=ONE_OFF)
    _authorise(decision, {None: 1_000_000})


def test_what_is_replaced_is_not_counted_and_counts_again_if_it_is_no_longer_replaced(programme: Programme, limits: None):
    decision = make_decision(programme)
    first = _authorise(decision, {None: 900_000})
    second = _authorise(decision, {None: 950_000}, replaces=first)
    (said,) = _refused(decision, {None: 950_000}, stored=second, replaces=None)["limit_full_year"]
    assert "£1,850,000" in said


def test_an_authorisation_is_not_made_larger_than_its_body_may_approve(programme: Programme, limits: None):
    decision = make_decision(programme)
    made = _authorise(decision, {None: 900_000})
    assert _refused(decision, {None: 1_100_000}, stored=made)
    assert _authorise(decision, {None: 1_000_000}, stored=made) == made


def test_what_full_council_approved_is_not_laid_to_the_executive_afterwards(programme: Programme, limits: None):
    decision = make_decision(programme, body="Full Council")
    _authorise(decision, {None: 1_471_000})
    values = {name: getattr(decision, name) for name in ("title", "decided_on", "outcome", "text_resolved")}
    with pytest.raises(ValidationError) as error:
        decisions_actions.record_decision(
            programme=programme, decision=decision, values=values | {"body": make_body("Executive")}, by=make_clerk(), at=NOON
        )
    assert "stays as it was recorded" in error.value.message_dict["body"][0]
    assert FundingDecision.objects.get().body == make_body("Full Council")


def test_what_was_recorded_before_there_were_limits_can_still_be_corrected(programme: Programme):
    decision = make_decision(programme)
    made = _authorise(decision, {None: 1_471_000})
    make_approval_limit()
    assert _authorise(decision, {None: 1_471_000}, stored=made, title="Its right name").title == "Its right name"
    assert "nobody may approve that" in _refused(decision, {None: 1_472_000}, stored=made)["limit_full_year"][0]


def test_limits_count_on_the_day_of_the_decision(programme: Programme):
    make_approval_limit("Executive", 500_000, starts=IN_FORCE, ends=date(2016, 8, 31))
    make_approval_limit("Executive", 1_000_000, starts=date(2016, 9, 1))
    decision = make_decision(programme, decided_on=date(2016, 8, 31))
    assert _refused(decision, {None: 500_001})
    _authorise(make_decision(programme, decided_on=date(2016, 9, 1)), {None: 500_001})
    _authorise(make_decision(programme, decided_on=date(2010, 3, 31)), {None: 400_000})  # before there was any


def test_a_body_that_is_not_in_the_table_approves_nothing(programme: Programme, limits: None):
    decision = make_decision(programme, body="Portfolio Holder")
    (said,) = _refused(decision, {None: 10}, title="Top-up")["limit_full_year"]
    assert said == (
        "The Portfolio Holder has no approval limit in a full year; with “Top-up” of 20 July 2016 the programme comes to £10: "
        "the Executive must decide."
    )
    _authorise(make_decision(programme, body="Executive"), {None: 10})


def test_money_with_limits_of_its_own_is_judged_by_them(programme: Programme, limits: None):
    make_approval_limit("Executive", 200_000, instrument="virement")
    make_approval_limit("Full Council", None, instrument="virement")
    decision = make_decision(programme)
    virement = make_source(programme, kind="virement")
    assert "up to £200,000" in _refused(decision, {None: 200_001}, source=virement)["limit_full_year"][0]
    _authorise(decision, {None: 200_001})


def test_limits_for_another_instrument_do_not_touch_it(programme: Programme):
    make_approval_limit(instrument=ESTIMATE)
    decision = make_decision(programme)
    _authorise(decision, {None: 2_000_000})
    (said,) = _refused(decision, {None: 1}, source=make_source(programme, kind=ESTIMATE))["limit_full_year"]
    assert "£2,000,001" in said  # the total is of all instruments


@pytest.mark.parametrize("term", [ONE_OFF, RECURRING])
def test_limits_in_one_financial_year_and_over_all_are_held_too(programme: Programme, term: str):
    make_approval_limit(measure="in_year")
    make_approval_limit(amount=1_500_000, measure="whole_life")
    decision = make_decision(programme)
    _authorise(decision, {2016: 600_000}, term=term)
    assert list(_refused(decision, {2016: 400_001}, term=term)) == ["limit_2016"]
    _authorise(decision, {2017: 900_000}, term=term)
    (said,) = _refused(decision, {2016: 1}, term=term)["__all__"]
    assert "up to £1,500,000 over its whole life" in said


def test_finding_what_is_beyond_takes_the_same_queries_however_much_is_authorised(
    programme: Programme, limits: None, django_assert_num_queries: DjangoAssertNumQueries
):
    decision = make_decision(programme)
    for _ in range(3):
        make_authorisation(decision, limits={None: 500_000}, term=RECURRING)
    with django_assert_num_queries(4):
        (step,) = queries.beyond_approval(programme)
    assert (step.total, str(step.approver)) == (1_500_000, "Full Council")


def test_money_is_not_given_another_name_under_which_its_body_could_not_approve_it(programme: Programme):
    make_approval_limit(instrument=ESTIMATE)
    source = make_source(programme, kind="grant")
    _authorise(make_decision(programme), {None: 2_000_000}, source=source)
    values = {"name": source.name, "kind": ESTIMATE}
    with pytest.raises(ValidationError) as error:
        funding_actions.save_funding_source(programme=programme, source=source, values=values, by=make_officer(), at=NOON)
    assert "the programme comes to £2,000,000" in error.value.message_dict["kind"][0]


# The pages


def _mark(text: str) -> str:
    return re.search(r'name="made_on" value="(\w+)"', text)[1]


def _send(client: Client, address: str, **typed: Any) -> Any:
    return client.post(address, typed | {"made_on": _mark(client.get(address).text)})


def _errors(response: Any) -> dict[str, list[str]]:
    return {field: [str(error) for error in errors] for field, errors in response.context["form"].errors.items()}


def test_the_clerk_reads_why_at_the_field_and_keeps_what_was_typed(client: Client, programme: Programme, limits: None):
    client.force_login(make_clerk())
    decision, source = make_decision(programme), make_source(programme)
    address = f"/programmes/ofsted/decisions/{decision.pk}/authorise/"
    typed = {"title": "Estimate", "funding_source": source.pk, "term": "recurring", "limit_full_year": "1,471k"}
    refused = _send(client, address, **typed)
    assert _errors(refused)["limit_full_year"][0].endswith("the programme comes to £1,471,000: Full Council must decide.")
    assert 'value="1,471k"' in refused.text
    assert _send(client, address, **typed | {"limit_full_year": "1m"}).status_code == 302


def test_the_administrator_keeps_the_table_on_its_pages(client: Client):
    client.force_login(make_administrator())
    assert "Without limits, every body may approve any amount." in client.get("/approval-limits/").text
    typed = {"approver": make_body().pk, "amount": "1m", "measure": "full_year", "instrument": ESTIMATE, "starts": "1 April 2010"}
    assert _send(client, "/approval-limits/add/", **typed).url == "/approval-limits/"
    page = client.get("/approval-limits/").text
    for said in ("£1,000,000", "Supplementary estimate", "In a full year", "1 April 2010", "In force"):
        assert said in page
    again = _send(client, "/approval-limits/add/", **typed)
    said = "This body has a limit for the same money and measure in these days: end that one first."
    assert _errors(again) == {"approver": [said]}
    address = f"/approval-limits/{ApprovalLimit.objects.get().pk}/end/"
    shown = " ".join(client.get(address).text.split())
    assert "up to £1,000,000 in a full year from supplementary estimate, for decisions from 1 April 2010." in shown
    assert _errors(_send(client, address, ends="1 Jan 2010")) == {
        "ends": ["It starts on 1 April 2010: the earliest it can end is the day before."]
    }
    assert _send(client, address, ends="Mar 2016").status_code == 302
    assert "31 March 2016" in client.get("/approval-limits/").text


def test_a_limit_that_was_ended_meanwhile_is_not_ended_again(client: Client):
    client.force_login(make_administrator())
    limit = make_approval_limit()
    address = f"/approval-limits/{limit.pk}/end/"
    mark = _mark(client.get(address).text)
    limits_actions.end_approval_limit(limit=limit, ends=SEPTEMBER, by=make_administrator(), at=NOON)
    assert client.post(address, {"ends": "1 May 2016", "made_on": mark}).status_code == 409


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"approver": ""}, "approver", "Choose the body or officer."),
        ({"amount": "0"}, "amount", "Enter more than £0, or leave it blank for any amount."),
        ({"starts": "1/4/10"}, "starts", "Write the year with four digits: 2010."),
        ({"measure": ""}, "measure", "Choose the measure."),
    ],
)
def test_a_mistake_about_a_limit_gets_its_message(client: Client, typed: dict[str, str], field: str, said: str):
    client.force_login(make_administrator())
    given = {"approver": make_body().pk, "amount": "1m", "measure": "full_year", "instrument": "", "starts": "1 April 2010"}
    assert _errors(_send(client, "/approval-limits/add/", **given | typed)) == {field: [said]}


def test_readers_see_the_limits_and_are_offered_nothing_more(client: Client):
    client.force_login(make_clerk())
    assert "When the administrator adds" in client.get("/approval-limits/").text
    make_approval_limit("Full Council", None)
    page = client.get("/approval-limits/").text
    assert "any amount" in page
    assert "/add/" not in page
    assert "/end/" not in page


def test_what_else_a_body_recorded_is_shown_with_its_decision(client: Client, programme: Programme):
    client.force_login(make_clerk())
    typed = {
        "title": "Release",
        "body": make_body().pk,
        "decided_on": "20 July 2016",
        "outcome": "resolved",
        "text_resolved": "Agreed.",
        "members_present": "The Leader and six members",
        "interests": "none",
        "section_151_advice": "The money is affordable.",
    }
    assert _send(client, "/programmes/ofsted/decisions/record/", **typed).status_code == 302
    page = client.get("/programmes/ofsted/decisions/").text
    for said in ("The Leader and six members", "Interests declared", "The money is affordable."):
        assert said in page
