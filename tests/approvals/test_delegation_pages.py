"""Delegations: what the clerk types, and what everybody reads."""

import re
from datetime import date, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Office
from approvals import actions, migrations
from approvals.delegations.queries import delegated, delegations_of
from approvals.drawdowns.rules import Mode
from approvals.models import Delegation, DelegationLimit
from costing.measure import FULL_YEAR, in_year
from phases.models import FundingDecision, Programme
from tests.approvals.case import NOW, make_case
from tests.lists import csv_of
from tests.making import make_auditor, make_body, make_clerk, make_decision, make_office, make_programme
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

WORDS = "The Chief Executive, with the agreement of the <b>Leader</b>."


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="ofsted")


@pytest.fixture
def decision(programme: Programme) -> FundingDecision:
    return make_decision(programme, title="July release")


@pytest.fixture
def offices() -> dict[str, Office]:
    return {name: make_office(name) for name in ("Chief Executive", "Director of Finance", "Leader")}


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_clerk())
    return client


def _typed(under: FundingDecision, offices: dict[str, Office], **changed: Any) -> dict[str, Any]:
    """The Chief Executive decides; the Leader must agree and the Director is consulted."""
    given = {
        "decision": under.pk,
        "title": "Use of the release",
        "text": WORDS,
        "decision_maker": offices["Chief Executive"].pk,
        f"mode_{offices['Leader'].pk}": "agreement",
        f"mode_{offices['Director of Finance'].pk}": "consultation",
        "limit_2016": "950k",
        "limit_full_year": "1m",
        "expires": "Mar 2017",
        "report_back_on": "14 September 2016",
        "report_back_body": make_body().pk,
    }
    return given | changed


def _send(clerk: Client, typed: dict[str, Any]) -> Any:
    address = "/programmes/ofsted/delegations/record/"
    mark = re.search(r'name="made_on" value="(\w+)"', clerk.get(address).text)[1]
    return clerk.post(address, typed | {"made_on": mark})


def _errors(response: Any) -> dict[str, list[str]]:
    return {field: [str(error) for error in errors] for field, errors in response.context["form"].errors.items()}


def _read(client: Client, programme: Programme, tail: str = "") -> str:
    page = client.get(f"/programmes/{programme.slug}/delegations/{tail}").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("delegation_limit_once_for_a_measure", {"financial_year": 2016}),
        ("delegation_limit_once_for_a_measure", {"financial_year": None}),
        ("delegation_limit_is_more_than_nothing", {"amount": 0}),
        ("delegation_limit_year_in_range", {"financial_year": 1989}),
    ],
)
def test_a_limit_of_a_delegation_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    delegation = make_case().delegation
    for year in (2016, None):
        DelegationLimit.objects.create(delegation=delegation, financial_year=year, amount=5)
    with refused_by(rule):
        DelegationLimit.objects.create(delegation=delegation, **({"financial_year": 2017, "amount": 5} | values))


def test_more_than_its_limit_is_never_drawn_under_a_delegation():
    delegation = make_case().delegation
    limit = DelegationLimit.objects.create(delegation=delegation, financial_year=2016, amount=5)
    with refused_by("delegation_drawn_is_within_its_limit"):
        DelegationLimit.objects.filter(pk=limit.pk).update(drawn=6)


def test_the_clerk_records_a_delegation_and_everybody_reads_it(
    clerk: Client, programme: Programme, decision: FundingDecision, offices: dict[str, Office]
):
    assert _send(clerk, _typed(decision, offices)).url == "/programmes/ofsted/delegations/"
    delegation = Delegation.objects.get()
    assert [(step.office.name, step.mode) for step in delegation.steps.order_by("office__name")] == [
        ("Director of Finance", Mode.CONSULTATION),
        ("Leader", Mode.AGREEMENT),
    ]
    assert {limit.financial_year: limit.amount for limit in delegation.limits.all()} == {2016: 950_000, None: 1_000_000}
    assert (delegation.expires, delegation.report_back_on) == (date(2017, 3, 31), date(2016, 9, 14))
    clerk.force_login(make_auditor())
    page = _read(clerk, programme, "?columns=standing&columns=decides&columns=under&columns=asked_first&columns=left")
    for said in (
        "Use of the release",
        "Chief Executive July release Executive, 20 July 2016",
        "Must agree: Leader",
        "Is consulted: Director of Finance",
        "£950,000 of £950,000 in 2016/17",
        "£1,000,000 of £1,000,000 in a full year",
        "A delegation is never changed.",
    ):
        assert said in page
    assert "31 March 2017 To the Executive on 14 September 2016" in _read(
        clerk, programme, "?columns=last_day&columns=reports_back"
    )
    page = _read(clerk, programme, f"{delegation.pk}/")
    for said in (
        "Chief Executive decides, under July release , Executive, 20 July 2016",
        "with the agreement of the &lt;b&gt;Leader&lt;/b&gt;.",
        "Agreement Leader",
        "Consultation Director of Finance",
        "Last day 31 March 2017",
        "Reports back to the Executive on 14 September 2016",
        "2016/17 £950,000 £0 £950,000",
        "Full year £1,000,000 £0 £1,000,000",
    ):
        assert said in page
    assert "/delegations/record/" not in clerk.get("/programmes/ofsted/delegations/").text  # offered to the clerk alone


def test_the_list_says_what_the_two_modes_mean(clerk: Client):
    page = _read(clerk, make_case().programme)
    assert "the decision maker cannot sign until every office asked has agreed" in page
    assert "A contrary view is recorded but does not block" in page


def test_a_body_can_be_the_one_that_decides_and_nobody_need_be_asked(
    clerk: Client, programme: Programme, decision: FundingDecision, offices: dict[str, Office]
):
    typed = {"decision": decision.pk, "title": "Phase Three", "text": "The Executive decides.", "decision_body": make_body().pk}
    assert _send(clerk, typed).status_code == 302
    assert "Executive July release Executive, 20 July 2016 Nobody No limit of its own" in _read(clerk, programme)
    page = _read(clerk, programme, f"{Delegation.objects.get().pk}/")
    assert "Executive decides, under July release" in page
    assert "Asked first Nobody" in page
    assert "Last day None named" in page
    assert "It sets no limit of its own." in page


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"decision": ""}, "decision", "Choose the resolution that delegates."),
        ({"text": " "}, "text", "Enter the text of the delegation."),
        ({"decision_maker": ""}, "decision_maker", "Choose the office that decides or enter the body, not both."),
        ({"decision_body": "Executive"}, "decision_maker", "Choose the office that decides or enter the body, not both."),
        ({"limit_2016": "0"}, "limit_2016", "Enter more than £0, or leave it blank if the resolution sets no limit."),
        ({"limit_2017": "lots"}, "limit_2017", None),
        ({"expires": "19 July 2016"}, "expires", "This day comes before the resolution."),
        ({"report_back_on": "1 July 2016"}, "report_back_on", "This day comes before the resolution."),
    ],
)
def test_a_mistake_gets_its_message_and_loses_nothing(
    clerk: Client, decision: FundingDecision, offices: dict[str, Office], changed: dict[str, str], field: str, said: str | None
):
    if "decision_body" in changed:
        changed = {"decision_body": str(make_body(changed["decision_body"]).pk)}
    response = _send(clerk, _typed(decision, offices, **changed))
    found = _errors(response)
    assert list(found) == [field]
    assert said is None or found[field] == [said]
    assert 'value="Use of the release"' in response.text
    assert re.search(r'value="agreement"\s+selected', response.text)
    assert not Delegation.objects.exists()


def test_the_decision_maker_is_not_asked_as_well(clerk: Client, decision: FundingDecision, offices: dict[str, Office]):
    mode = f"mode_{offices['Chief Executive'].pk}"
    refused = _send(clerk, _typed(decision, offices, **{mode: "consultation"}))
    assert _errors(refused) == {mode: ["This office decides: it cannot also be one of those who answer."]}


def test_a_recommendation_is_not_offered_and_not_taken(
    clerk: Client, programme: Programme, decision: FundingDecision, offices: dict[str, Office]
):
    recommended = make_decision(programme, title="Funding of Phase Two", outcome="recommended")
    elsewhere = make_decision(make_programme(), title="Elsewhere")
    page = clerk.get("/programmes/ofsted/delegations/record/").text
    assert "July release" in page
    assert "Funding of Phase Two" not in page
    for other in (recommended, elsewhere):
        assert list(_errors(_send(clerk, _typed(other, offices)))) == ["decision"]


def test_two_delegations_of_a_programme_have_two_titles(clerk: Client, decision: FundingDecision, offices: dict[str, Office]):
    _send(clerk, _typed(decision, offices))
    again = _send(clerk, _typed(decision, offices))
    assert _errors(again) == {"title": ["Another delegation of this programme has this title: choose another."]}


def test_what_is_drawn_of_a_delegations_limits_is_shown(clerk: Client):
    case = make_case()
    delegation = actions.record_delegation(
        decision=case.delegation.decision,
        values={"title": "Limited", "text": WORDS, "decision_maker": case.offices["Chief Executive"]},
        steps=[(case.offices["Leader"], Mode.AGREEMENT), (case.offices["Director"], Mode.CONSULTATION)],
        limits={in_year(2016): 100_000},
        by=case.clerk,
        at=NOW,
    )
    case.signed(case.costing(60_000), delegation=delegation)
    assert "£40,000 of £100,000 in 2016/17" in _read(clerk, case.programme)
    assert "2016/17 £100,000 £60,000 £40,000" in _read(clerk, case.programme, f"{delegation.pk}/")
    headings, line, _ = csv_of(clerk, f"/programmes/{case.programme.slug}/delegations/")
    row = dict(zip(headings, line, strict=True))
    assert (row["Limit, 2016/17"], row["Drawn, 2016/17"], row["Headroom, 2016/17"]) == ("100000", "60000", "40000")
    assert (row["Must agree"], row["Is consulted"], row["Resolved on"]) == ("Leader", "Director", "2016-07-20")


def test_an_expired_delegation_is_marked_from_the_day_after_its_last(programme: Programme, decision: FundingDecision):
    today = timezone.localdate()
    values = {"decision": decision, "programme": programme, "text": WORDS, "decision_body": make_body(), "recorded_at": NOW}
    for title, expires in (("Past", today - timedelta(days=1)), ("Last day", today), ("Open", None)):
        Delegation.objects.create(title=title, expires=expires, **values)
    assert {each.delegation.title: each.expired for each in delegated(delegations_of(programme), today)} == {
        "Past": True,
        "Last day": False,
        "Open": False,
    }


def test_an_expired_delegation_says_so_on_the_page(clerk: Client, programme: Programme, decision: FundingDecision):
    assert "No delegation recorded" in _read(clerk, programme)
    values = {"decision": decision, "programme": programme, "title": "Old", "text": WORDS, "decision_body": make_body()}
    values |= {"recorded_at": NOW}
    Delegation.objects.create(expires=date(2017, 3, 31), **values)
    assert "Expired" in _read(clerk, programme)
    assert "Expired" in _read(clerk, programme, "?ended=yes&words=chief+executive")
    assert "No matching delegation" in _read(clerk, programme, "?ended=no")
    assert "No matching delegation" in _read(clerk, programme, "?words=chief+unheard-of")


def test_the_list_takes_the_same_queries_however_long_it_is(django_assert_num_queries: DjangoAssertNumQueries):
    case = make_case()
    for number in range(5):
        actions.record_delegation(
            decision=case.delegation.decision,
            values={"title": f"Another {number}", "text": WORDS, "decision_body": make_body()},
            steps=[(case.offices["Leader"], Mode.AGREEMENT)],
            limits={FULL_YEAR: 10},
            by=case.clerk,
            at=NOW,
        )
    with django_assert_num_queries(7):  # steps and their offices are two
        delegated(delegations_of(case.programme), timezone.localdate())


def test_what_was_typed_of_an_older_build_becomes_a_body_or_stays_readable_as_it_was():
    case, executive = make_case(), make_body()
    given = {"text": "As resolved.", "decision_maker": case.offices["Chief Executive"], "recorded_at": NOW}
    given |= {"programme": case.programme, "decision": case.delegation.decision}
    typed = {"The executive": "the Executive", "Scrutiny and others": "Scrutiny and others", "": ""}
    for number, text in enumerate(typed):
        Delegation.objects.create(title=f"Earlier {number}", report_back_to=text, **given)
    (name,) = (each.name for each in iter_modules(migrations.__path__) if each.name.endswith("reports_back_to_a_body"))
    owner(import_module(f"approvals.migrations.{name}").FOUND)
    found = Delegation.objects.filter(title__startswith="Earlier").order_by("title")
    assert [each.reports_to for each in found] == list(typed.values())
    assert [each.report_back_body for each in found] == [executive, None, None]
    assert [each.report_back_to for each in found] == list(typed)
