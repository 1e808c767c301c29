"""What the end of a financial year leaves, on the pages: the task at Home, carrying it forward, who sees it."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.council.queries import council
from approvals import actions
from approvals.drawdowns.consumption.queries import standing_of
from approvals.year_end.rules import Carrying
from costing.measure import in_year
from phases.limits.queries import _effects
from phases.models import Authorisation, CarryForward, FundingDecision
from reports.checks.queries import findings_of
from reports.progress.queries import progress_of
from reports.standing.position.queries import position_of
from tests.approvals.case import APRIL, LATER, Case, make_case
from tests.making import make_authorisation, make_decision, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site lives on 1 April 2017."""
    monkeypatch.setattr("accounts.clock.queries.now", lambda: APRIL)


@pytest.fixture
def case() -> Case:
    """£949,000 of £950,000 is drawn in 2016/17."""
    case = make_case()
    Authorisation.objects.filter(pk=case.authorisation.pk).update(title="July release")
    case.authorisation.refresh_from_db()
    case.signed(case.costing(949_000))
    return case


@pytest.fixture
def clerk(client: Client, case: Case) -> Client:
    client.force_login(case.clerk)
    return client


def outturn(case: Case, **values: Any) -> FundingDecision:
    given = {"title": "Outturn", "decided_on": date(2017, 4, 1), "text_resolved": "That £1,000 be carried forward."}
    return make_decision(case.programme, **(given | values))


def carried(case: Case, amount: int = 1000) -> CarryForward:
    carrying = Carrying(2016, 2017, Decimal(amount))
    given = {"authorisation": case.authorisation, "carrying": carrying, "decision": outturn(case)}
    return actions.carry_forward(**given, by=case.clerk, at=APRIL)


def address(case: Case, act: str = "carry-forward/2016/") -> str:
    return f"/programmes/{case.programme.slug}/authorisations/{case.authorisation.pk}/{act}"


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(made_on|decision|to_year|amount)" value="([^"]*)"', html))


# The task


def test_home_asks_the_clerk_from_the_first_of_april_until_it_is_dealt_with(
    clerk: Client, case: Case, monkeypatch: pytest.MonkeyPatch
):
    title = "2016/17 has ended: £1,000 of July release was not drawn"
    home = clerk.get("/").text
    assert title in home
    assert f'href="{address(case, "lapse/2016/")}"' in home
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER.replace(year=2017, month=3))
    assert title not in clerk.get("/").text
    monkeypatch.setattr("accounts.clock.queries.now", lambda: APRIL)
    carried(case)
    assert title not in clerk.get("/").text


def test_home_does_not_ask_others(client: Client, case: Case):
    client.force_login(make_officer())
    assert "has ended" not in client.get("/").text


def test_a_decision_that_carried_money_forward_asks_for_no_money(clerk: Client, case: Case):
    decision = outturn(case)
    assert "Record the money this decision allows" in clerk.get("/").text
    given = {"authorisation": case.authorisation, "carrying": Carrying(2016, 2017, Decimal(1)), "decision": decision}
    actions.carry_forward(**given, by=case.clerk, at=APRIL)
    assert "Record the money this decision allows" not in clerk.get("/").text


# The check page, and carrying it forward


def test_the_check_page_of_a_lapse_leads_to_carrying_it_forward(clerk: Client, case: Case):
    page = clerk.get(address(case, "lapse/2016/")).text
    assert "Let £1,000 lapse" in page
    assert f'href="{address(case)}"' in page
    assert f'href="{address(case)}"' in clerk.get(address(case, "")).text


def test_the_clerk_carries_it_forward_after_seeing_both_years(clerk: Client, case: Case):
    case.submitted(case.costing(600))
    decision = outturn(case)
    page = clerk.get(address(case))
    assert "£1,000 of £950,000 was not drawn in 2016/17." in plain(page.text)
    assert "Submitted drawdowns ask for £600 of it." in plain(page.text)
    assert "That £1,000 be carried forward." in page.text
    typed = hidden(page.text) | {"decision": decision.pk, "to_year": "2017", "amount": "£400", "do": "check"}
    check = clerk.post(address(case), typed).text
    for said in ("2016/17 £950,000 £949,600", "2017/18 £0 £400", "Both years £950,000 £950,000", "This cannot be undone."):
        assert said in plain(check), said
    assert not CarryForward.objects.exists()
    done = clerk.post(address(case), hidden(check) | {"do": "carry"})
    assert done.url == address(case, "")
    shown = plain(clerk.get(done.url).text)
    assert "£400 was carried forward from 2016/17 to 2017/18." in shown
    assert "2016/17 to 2017/18 1 April 2017 at 10:00, by" in shown
    assert "2016/17 £949,600 £949,000 £600 £600" in shown
    assert "2017/18 £400 £0 £0 £400" in shown
    decisions = plain(clerk.get(f"/programmes/{case.programme.slug}/decisions/").text)
    assert "£949,600 £400 carried forward from this year" in decisions
    assert "£400 £400 of it carried forward to this year" in decisions


def test_what_was_typed_wrongly_comes_back_with_a_message(clerk: Client, case: Case):
    outturn(case)
    typed = hidden(clerk.get(address(case)).text) | {"to_year": "2017", "amount": "1001", "do": "check"}
    page = clerk.post(address(case), typed).text
    assert "Enter whole pounds, from £1 up to £1,000: more was not left." in page
    assert "Choose the decision that carries it forward." in page
    assert 'value="1001"' in page


def test_what_changed_meanwhile_is_seen_before_it_is_confirmed(clerk: Client, case: Case):
    decision = outturn(case, title="Another")
    typed = hidden(clerk.get(address(case)).text) | {"decision": decision.pk, "to_year": "2017", "amount": "1000", "do": "carry"}
    carried(case, 300)
    assert clerk.post(address(case), typed).status_code == 409
    assert CarryForward.objects.count() == 1


def test_without_a_decision_the_page_says_which_one_is_needed(clerk: Client, case: Case):
    page = plain(clerk.get(address(case)).text)
    assert "No decision is recorded that could carry it forward." in page
    assert "Record the decision" in page


@pytest.mark.parametrize(
    ("moment", "year", "said"),
    [
        (LATER, 2016, "2016/17 ends on 31 March 2017: nothing is carried forward before then."),
        (APRIL, 2017, "2017/18 ends on 31 March 2018"),
    ],
)
def test_a_year_that_goes_on_is_not_carried(
    clerk: Client, case: Case, monkeypatch: pytest.MonkeyPatch, moment: Any, year: int, said: str
):
    make_limits = make_authorisation(case.authorisation.decision, limits={2016: 5, 2017: 5})
    monkeypatch.setattr("accounts.clock.queries.now", lambda: moment)
    here = f"/programmes/{case.programme.slug}/authorisations/{make_limits.pk}/carry-forward/{year}/"
    assert said in plain(clerk.get(here, follow=True).text)


def test_what_was_drawn_has_lapsed_or_was_replaced_is_not_carried(clerk: Client, case: Case):
    actions.lapse(authorisation=case.authorisation, year=2016, by=case.clerk, at=APRIL)
    assert "2016/17 has lapsed." in plain(clerk.get(address(case), follow=True).text)
    make_authorisation(case.authorisation.decision, replaces=case.authorisation, title="September approval")
    assert "July release was replaced by September approval." in plain(clerk.get(address(case), follow=True).text)
    assert clerk.get(address(case, "carry-forward/2018/")).status_code == 404


# Who sees it: each pound in one year


def test_position_and_check_say_it_and_count_it_once(case: Case):
    before = sum(limit.amount for limit in case.authorisation.limits.all())
    carried(case)
    position = position_of(case.programme)
    (group,) = position.groups
    limits = {cell.measure: cell.limit for cell in group.cells if cell.limit is not None}
    assert limits == {in_year(2016): 949_000, in_year(2017): 1_000}
    assert sum(limits.values()) == before
    said = "July release: carried forward by decision, £1,000 from 2016/17, £1,000 to 2017/18."
    assert any(note.startswith(said) for note in position.notes)
    found = [each for each in findings_of(case.programme, council(), as_at=APRIL) if said in each.text]
    assert [(each.rule, each.severity) for each in found] == [("PC11", "I")]


def test_the_report_of_the_delegation_tells_it(case: Case):
    carried(case)
    report = progress_of(case.delegation, as_at=APRIL)
    (event,) = [each for each in report.changes if each.what.startswith("Carried forward")]
    assert (event.what, event.title) == ("Carried forward from 2016/17 to 2017/18", "Outturn")
    assert dict(event.amounts) == {"2016/17": -1000, "2017/18": 1000}
    assert [(each.measure, each.limit, each.headroom) for each in report.limits] == [
        ("2016/17", 949_000, 0),
        ("2017/18", 1_000, 1_000),
    ]


def test_the_limits_of_the_council_count_what_was_decided(case: Case):
    """The Executive decided £950,000 in 2016/17 and nothing in 2017/18: what was carried there is no decision of its own."""
    carried(case)
    fresh = Authorisation.objects.prefetch_related("limits").get(pk=case.authorisation.pk)
    assert dict(_effects(fresh))[in_year(2016)] == 950_000
    assert in_year(2017) not in dict(_effects(fresh))
    assert [each.headroom for each in standing_of(case.authorisation)] == [0, 1_000]
