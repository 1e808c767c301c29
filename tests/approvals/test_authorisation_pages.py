"""One authorisation: what is drawn of it, letting a year lapse, and moving over what an earlier one released."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from approvals import actions
from approvals.authorisations.queries import acts_on, is_waiting_for_transfer, stands_of
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.rules import Mode
from approvals.models import Consumption
from costing.measure import FULL_YEAR, in_year
from phases.models import Authorisation
from tests.answers import words_of
from tests.approvals.case import NOW, Case, handed_back, make_case, of_pounds
from tests.making import make_auditor, make_authorisation, make_decision, make_officer, make_phase, make_programme

pytestmark = pytest.mark.django_db

MARCH, APRIL = date(2017, 3, 31), date(2017, 4, 1)


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def clerk(client: Client, case: Case) -> Client:
    client.force_login(case.clerk)
    return client


def _address(authorisation: Authorisation, act: str = "") -> str:
    return f"/programmes/{authorisation.programme.slug}/authorisations/{authorisation.pk}/{act}"


def _read(client: Client, authorisation: Authorisation, act: str = "") -> str:
    return words_of(client.get(_address(authorisation, act), follow=True).text)


def _confirm(client: Client, authorisation: Authorisation, act: str) -> Any:
    """Look at the check page, then press its button."""
    page = client.get(_address(authorisation, act)).text
    return client.post(_address(authorisation, act), {"made_on": re.search(r'name="made_on" value="(\w+)"', page)[1]})


def _council(case: Case, limits: dict[int | None, int], **values: Any) -> Authorisation:
    """Full Council's confirmation of what the Executive released."""
    decision = make_decision(case.programme, body="Full Council", decided_on=date(2016, 9, 26))
    given = {"title": "September approval", "replaces": case.authorisation, "term": "recurring"}
    return make_authorisation(decision, *values.pop("phases", [case.phase]), limits=limits, **(given | values))


# What is drawn


def test_every_measure_shows_what_is_drawn_pending_and_left(client: Client):
    case = make_case(limits={2016: 950_000, None: 1_471_000})
    case.signed(case.line(annual_cost=Decimal(90_000)))  # from August: 60,000 in 2016/17
    case.submitted(case.costing(10_000))
    client.force_login(make_auditor())
    page = _read(client, case.authorisation)
    assert "2016/17 £950,000 £60,000 £10,000 £890,000" in page
    assert "Full year £1,471,000 £90,000 £10,000 £1,381,000" in page
    assert "Let it lapse" not in page


def test_every_act_is_shown_with_its_drawdown_and_its_audit_entry(clerk: Client, case: Case):
    signed = case.signed(case.costing(500))
    row = Consumption.objects.get()
    handed_back(drawdown=signed, giving=of_pounds(row, 200), by=case.officer)
    html = clerk.get(_address(case.authorisation)).text
    assert html.count(f'href="/drawdowns/{signed.reference}/"') == 2
    page = words_of(html)
    assert f"Drawn 20 September 2016 at 11:00, by Chief Executive, audit entry {row.entry_id} £500" in page
    assert re.search(r"Handed back 28 September 2016 at 11:00, by Person \d+, audit entry \d+ -£200", page)
    assert "2016/17 £950,000 £300 £0 £949,700" in page


def test_the_lines_of_one_act_are_added_up(case: Case):
    case.signed(case.costing(500), case.costing(70))
    (act,) = acts_on(case.authorisation, [in_year(2016), FULL_YEAR])
    assert act.amounts == (("2016/17", 570), ("Full year", None))


def test_an_authorisation_on_which_nothing_is_drawn_says_so(clerk: Client, case: Case):
    assert "Nothing is drawn" in _read(clerk, case.authorisation)


def test_the_page_takes_the_same_queries_however_much_was_drawn(case: Case, django_assert_num_queries: DjangoAssertNumQueries):
    for pounds in (100, 200, 300):
        case.signed(case.costing(pounds))
    later = _council(case, {2016: 900_000})
    with django_assert_num_queries(2):
        stands_of(case.authorisation, APRIL)
    with django_assert_num_queries(1):
        acts_on(case.authorisation, [in_year(2016)])
    with django_assert_num_queries(2):
        assert is_waiting_for_transfer(later)


def test_an_authorisation_of_another_programme_is_not_found(clerk: Client, case: Case):
    address = f"/programmes/{make_programme().slug}/authorisations/{case.authorisation.pk}/"
    for act in ("", "lapse/2016/", "replace/"):
        assert clerk.get(address + act).status_code == 404


# Letting a year lapse


@pytest.mark.parametrize(("day", "may"), [(MARCH, False), (APRIL, True)])
def test_a_year_may_lapse_from_the_day_after_its_last(case: Case, day: date, may: bool):
    (stand,) = stands_of(case.authorisation, day)
    assert stand.may_lapse is may


def test_the_clerk_lets_a_year_lapse_after_seeing_what_that_does(clerk: Client, case: Case):
    case.signed(case.costing(949_000))
    case.submitted(case.costing(600))
    assert "Let it lapse" in _read(clerk, case.authorisation)
    check = _read(clerk, case.authorisation, "lapse/2016/")
    for said in (
        "The limit is £950,000, of which £949,000 is drawn. What is drawn stays drawn.",
        "The rest, £1,000, lapses: nothing more is drawn in 2016/17.",
        "Submitted drawdowns ask for £600 of this. They can no longer be signed off.",
        "If a decision carries it forward to a later year, record that first: what has lapsed stays lapsed.",
        "Let £1,000 lapse",
    ):
        assert said in check
    assert standing_of(case.authorisation)[0].headroom == 1_000  # nothing is written before it is confirmed
    assert _confirm(clerk, case.authorisation, "lapse/2016/").url == _address(case.authorisation)
    page = _read(clerk, case.authorisation)
    assert "£1,000 of " in page
    assert "2016/17 £950,000 £949,000 £600 Lapsed" in page
    assert standing_of(case.authorisation)[0].headroom == 0


def test_a_year_does_not_lapse_twice_nor_before_its_end(clerk: Client, case: Case):
    _confirm(clerk, case.authorisation, "lapse/2016/")
    entries = AuditEntry.objects.count()
    clerk.post(_address(case.authorisation, "lapse/2016/"), {})
    assert "2016/17 has already lapsed." in _read(clerk, case.authorisation)
    assert AuditEntry.objects.count() == entries
    year = timezone.localdate().year + 1
    to_come = make_authorisation(case.authorisation.decision, limits={year: 5})
    assert "has not ended: nothing lapses until it has" in _read(clerk, to_come, f"lapse/{year}/")
    assert clerk.get(_address(case.authorisation, "lapse/2017/")).status_code == 404  # not limited


def test_what_was_drawn_meanwhile_is_shown_before_it_is_confirmed_again(clerk: Client, case: Case):
    ready = case.ready(case.costing(500))
    mark = re.search(r'name="made_on" value="(\w+)"', clerk.get(_address(case.authorisation, "lapse/2016/")).text)[1]
    case.sign(ready)
    stale = clerk.post(_address(case.authorisation, "lapse/2016/"), {"made_on": mark})
    assert stale.status_code == 409
    assert "Check the figures as they are now, then confirm again." in stale.text
    assert "Let £949,500 lapse" in stale.text
    assert not standing_of(case.authorisation)[0].lapsed


# Moving over what was drawn


def test_the_clerk_moves_over_what_was_drawn_after_seeing_every_row(clerk: Client, case: Case):
    signed = case.signed(case.line(title="Head of service"))
    later = _council(case, {2016: 949_000, None: 1_471_000})
    assert "has not yet been moved to this authorisation" in _read(clerk, later)
    check = _read(clerk, later, "replace/")
    for said in (
        f"Head of service {signed.reference} 1 £60,000 £90,000",
        "2016/17 £949,000 £0 £60,000 £889,000",
        "Full year £1,471,000 £0 £90,000 £1,381,000",
        "2016/17 £950,000 £60,000 £0 £890,000",  # of the earlier one, which lapses
        "Move it over",
    ):
        assert said in check
    assert is_waiting_for_transfer(later)
    assert _confirm(clerk, later, "replace/").url == _address(later)
    page = _read(clerk, later)
    assert "Full year £1,471,000 £90,000 £0 £1,381,000" in page
    assert "Taken over from an earlier authorisation" in page
    assert "has not yet been moved" not in page
    earlier = _read(clerk, case.authorisation)
    assert "Passed on to a later authorisation" in earlier
    assert "Replaced by September approval" in earlier
    assert "2016/17 £950,000 £0 £0 Lapsed" in earlier


def test_what_is_pending_on_the_earlier_one_is_pointed_out(clerk: Client, case: Case):
    case.submitted(case.costing(218))
    page = _read(clerk, _council(case, {2016: 949_000}), "replace/")
    assert "2016/17 £950,000 £0 £218 £950,000" in page
    assert "They can no longer be signed off" in page


def test_what_does_not_fit_is_said_in_words_and_nothing_moves(clerk: Client, case: Case):
    case.signed(case.line())
    later = _council(case, {2016: 59_999, None: 80_000})
    check = clerk.get(_address(later, "replace/"))
    text = words_of(check.text)
    assert "£60,000 cannot be drawn from September approval in 2016/17: £59,999 of £59,999 is left." in text
    assert "£90,000 cannot be drawn from September approval in a full year: £80,000 of £80,000 is left." in text
    assert "Move it over" not in text
    assert _confirm(clerk, later, "replace/").status_code == 200
    assert [each.drawn for each in standing_of(case.authorisation, later)] == [60_000, 0, 0]


def test_a_later_authorisation_that_does_not_pay_for_it_says_so(clerk: Client, case: Case):
    case.signed(case.line(title="Head of service"))
    later = _council(case, {2016: 950_000}, phases=[make_phase(case.programme, 2)])
    assert "September approval does not pay for the phase of Head of service." in _read(clerk, later, "replace/")


def test_the_limits_of_a_delegation_are_looked_at_ahead_too(clerk: Client, case: Case):
    limited = actions.record_delegation(
        decision=case.delegation.decision,
        values={"title": "Limited", "text": "In a full year.", "decision_maker": case.offices["Chief Executive"]},
        steps=[(case.offices["Leader"], Mode.AGREEMENT), (case.offices["Director"], Mode.CONSULTATION)],
        limits={FULL_YEAR: 80_000},
        by=case.clerk,
        at=NOW,
    )
    case.signed(case.line(), delegation=limited)
    later = _council(case, {2016: 949_000, None: 1_471_000})
    assert "£90,000 cannot be drawn under Limited in a full year: £80,000 of £80,000 is left." in _read(clerk, later, "replace/")


def test_what_was_handed_back_meanwhile_is_shown_before_it_is_confirmed_again(clerk: Client, case: Case):
    signed = case.signed(case.line())
    later = _council(case, {2016: 949_000})
    mark = re.search(r'name="made_on" value="(\w+)"', clerk.get(_address(later, "replace/")).text)[1]
    handed_back(drawdown=signed, giving=of_pounds(Consumption.objects.get(), 10_000), by=case.officer)
    stale = clerk.post(_address(later, "replace/"), {"made_on": mark})
    assert stale.status_code == 409
    assert "£50,000" in stale.text
    assert is_waiting_for_transfer(later)


def test_what_was_moved_over_is_not_moved_again(clerk: Client, case: Case):
    case.signed(case.line())
    later = _council(case, {2016: 949_000})
    _confirm(clerk, later, "replace/")
    entries = AuditEntry.objects.count()
    clerk.post(_address(later, "replace/"), {})
    assert "There is nothing to move to September approval." in _read(clerk, later)
    assert AuditEntry.objects.count() == entries
    assert "There is nothing to move to" in _read(clerk, case.authorisation, "replace/")  # it replaces none


def test_an_authorisation_of_which_nothing_is_drawn_only_lapses(clerk: Client, case: Case):
    later = _council(case, {2016: 949_000})
    page = _read(clerk, later, "replace/")
    assert "Nothing is drawn from" in page
    assert "They can no longer be signed off" not in page
    _confirm(clerk, later, "replace/")
    assert [each.lapsed for each in standing_of(case.authorisation)] == [True]
    assert not is_waiting_for_transfer(later)


def test_others_read_and_are_offered_neither_act(client: Client, case: Case):
    case.signed(case.line())
    later = _council(case, {2016: 949_000})
    client.force_login(make_officer())
    assert "/replace/" not in client.get(_address(later)).text
    assert "/lapse/" not in client.get(_address(case.authorisation)).text
    for act in ("lapse/2016/", "replace/"):
        assert client.post(_address(later, act), {}).status_code == 403


def test_the_decisions_page_leads_to_what_is_drawn(clerk: Client, case: Case):
    page = clerk.get(f"/programmes/{case.programme.slug}/decisions/").text
    assert f'href="{_address(case.authorisation)}"' in page
