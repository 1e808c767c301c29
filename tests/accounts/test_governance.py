"""How the council is governed: what holds on a day, what the database refuses, and the administrator's pages."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.governance.actions import save_governance
from accounts.governance.queries import governance_on, has_key_decisions
from accounts.governance.rules import Form, Governance, on
from accounts.models import AuditEntry, GovernanceTerm
from tests.lists import csv_of
from tests.making import NOON, make_administrator, make_clerk, make_governance
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
CHANGED = date(2022, 5, 9)


def test_each_day_has_the_governance_that_had_begun():
    history = [Governance(Form.COMMITTEES, CHANGED), Governance(Form.MAYOR, date(2012, 5, 1))]
    assert on(history, date(2012, 4, 30)) == Governance()
    assert on(history, date(2022, 5, 8)).form is Form.MAYOR
    assert on(history, CHANGED).form is Form.COMMITTEES


def test_before_anything_is_recorded_it_is_a_leader_and_cabinet():
    assert governance_on(CHANGED) == Governance()
    make_governance(Form.COMMITTEES, CHANGED)
    assert governance_on(CHANGED).has_executive is False


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("governance_once_for_a_day", {"since": CHANGED}),
        ("governance_form_is_known", {"form": "republic"}),
        ("governance_call_in_fits_its_form", {"form": "committees"}),
        ("governance_call_in_fits_its_form", {"form": "mayor", "committee_call_in": True}),
        ("governance_call_in_fits_its_form", {"form": "leader", "scrutiny_call_in": True}),
        ("governance_call_in_fits_its_form", {"form": "mayoral", "scrutiny_call_in": True}),
        (
            "governance_call_in_fits_its_form",
            {"form": "committees", "member_call_in": False, "officer_call_in": False, "scrutiny_call_in": True},
        ),
        (
            "governance_call_in_fits_its_form",
            {"form": "combined", "member_call_in": False, "officer_call_in": False, "committee_call_in": True},
        ),
    ],
)
def test_a_term_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    make_governance(Form.LEADER, CHANGED)
    with refused_by(rule):
        GovernanceTerm.objects.create(**({"form": "leader", "since": date(2020, 1, 1)} | values))


def test_only_the_administrator_says_how_the_council_is_governed():
    with pytest.raises(PermissionDenied):
        save_governance(values={"form": "mayor", "since": CHANGED}, by=make_clerk(), at=NOON)


def test_the_administrator_records_a_change_and_corrects_it(client: Client):
    client.force_login(make_administrator())
    typed = {"form": "committees", "since": "9 May 2022", "committee_call_in": "on"}
    page = client.post("/settings/governance/add/", typed, follow=True).text
    assert "Committee system was recorded." in page
    assert "9 May 2022" in page
    term = GovernanceTerm.objects.get()
    address = f"/settings/governance/{term.pk}/change/"
    typed = {"form": "mayor", "since": "9 May 2022", "made_on": client.get(address).context["form"].made_on}
    assert "only its own call-in can be chosen" in client.post(address, typed | {"committee_call_in": "on"}).text
    assert "Elected mayor and cabinet was changed." in client.post(address, typed, follow=True).text
    told = AuditEntry.objects.filter(action__startswith="governance").order_by("number").values_list("action", flat=True)
    assert list(told) == ["governance_added", "governance_changed"]


def test_the_terms_of_governance_are_downloaded(client: Client):
    client.force_login(make_administrator())
    client.post("/settings/governance/add/", {"form": "leader", "since": "9 May 2022", "member_call_in": "on"})
    heads, row = csv_of(client, "/settings/governance/")
    assert heads[:3] == ["From", "How the council is governed", "Decisions of one member open to call-in"]
    assert row[:4] == ["2022-05-09", "Leader and cabinet or executive", "Yes", "No"]


def test_a_mayoral_combined_authority_has_its_own_call_in_by_setting(client: Client):
    client.force_login(make_administrator())
    typed = {"form": "mayoral", "since": "8 May 2017", "scrutiny_call_in": "on"}
    page = client.post("/settings/governance/add/", typed, follow=True).text
    assert "Mayoral combined authority was recorded." in page
    assert "Decisions of the authority, its mayor and members" in page
    term = GovernanceTerm.objects.get()
    assert (term.as_rule.is_combined, term.as_rule.has_executive, term.as_rule.scrutiny_call_in) == (True, False, True)
    assert (has_key_decisions(date(2017, 5, 8)), governance_on(date(2017, 5, 7)).is_combined) == (True, False)
