"""An annual cost that changes from a day on: typed on the page of a line, stored, guarded, shown in its workings, checked."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from costing.intake import CostFrom
from posts.lines.rules import CostChange, from_json
from posts.models import CostLine, LineRevision
from reports.checks.queries import _inputs
from tests.making import make_intake, make_line, make_officer, make_other_cost, make_phase, make_programme
from tests.posts.line_page import amounts, messages, post, stored
from tests.posts.lines import START, a_state, added, signed_in
from tests.refusals import check_deferred_rules, refused_by

pytestmark = pytest.mark.django_db

APRIL = date(2017, 4, 1)


@pytest.fixture
def officer():
    return make_officer(name="Finance officer")


@pytest.fixture
def programme():
    return make_programme(slug="ofsted-2016", name="Ofsted inspection")


@pytest.fixture
def line(programme, officer):
    """A head of service, £90,000 a year from 1 August 2016."""
    return added(programme, a_state(make_phase(programme, 1, name="Phase One")), officer)


def test_a_pay_award_is_typed_costed_and_explained(line, officer):
    client = signed_in(officer)
    assert post(client, line, **{"change-0-from": "1 April 2017", "change-0-cost": "91,800"}).status_code == 302
    assert stored(line).cost_changes == (CostChange(APRIL, Decimal(91_800)),)
    assert amounts(line) == [60_000, 91_800, 91_800]
    page = client.get(reverse("workings", args=("ofsted-2016", line.pk))).content.decode()
    assert "£91,800 from 1 April 2017" in page
    again = post(client, line)
    assert (again.status_code, CostLine.objects.get().version) == (302, 2)  # what was sent back untouched changed nothing
    post(client, line, **{"change-0-from": "", "change-0-cost": ""})
    assert (stored(line).cost_changes, amounts(line)) == ((), [60_000, 90_000, 90_000])


def test_one_intake_changes_alone_and_keeps_its_history(programme, line, officer):
    intakes = ((Decimal(1), START, None), (Decimal(2), START, None))
    changes = (CostChange(date(2017, 1, 1), Decimal(60_000), 1), CostChange(APRIL, Decimal(153_000)))
    state = a_state(
        line.phase, title="Workers", fte=Decimal(3), annual_cost=Decimal(150_000), intakes=intakes, cost_changes=changes
    )
    made = added(programme, state, officer)
    # 150,000 x 1/3 x 5/12 + 60,000 x 3/12, and 150,000 x 2/3 x 8/12; then 153,000
    assert amounts(made) == [20_833 + 15_000 + 66_667, 153_000, 153_000]
    assert from_json(LineRevision.objects.get(line_id=made.pk).state) == state
    page = signed_in(officer).get(reverse("workings", args=("ofsted-2016", made.pk))).content.decode()
    assert "£60,000 from 1 January 2017 for intake 1; £153,000 from 1 April 2017" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"change-0-cost": "91,800"}, "change-0-from: Enter the day from which this cost holds."),
        ({"change-0-from": "1 April 2017"}, "change-0-cost: Enter the annual cost from that day, or clear the row."),
        ({"change-0-from": "April", "change-0-cost": "1"}, "change-0-from: Write the year too, with four digits: April 2016."),
        (
            {"change-0-from": "1 April 2017", "change-0-cost": "-5"},
            "change-0-cost: The amount must be 0 or more: a credit cannot be entered here.",
        ),
        (
            {"change-0-from": "1 April 2017", "change-0-cost": "5", "change-0-intake": "2"},
            "change-0-intake: Leave this blank for the whole line, or write the number of an intake: 1.",
        ),
        (
            {"change-0-from": "1 April 2017", "change-0-cost": "5", "change-1-from": "1/4/2017", "change-1-cost": "6"},
            "change-1-from: Another row has the same day: keep one of them.",
        ),
        (
            {"annual_cost": "", "change-0-from": "1 April 2017", "change-0-cost": "5"},
            "annual_cost: An annual cost that changes needs one to begin with, and more than one day. "
            "Correct it, or clear the changes of the annual cost.",
        ),
    ],
)
def test_a_wrong_change_is_said_at_its_place(typed, message, line, officer):
    assert message in messages(post(signed_in(officer), line, **typed))
    assert stored(line).cost_changes == ()


def change(day: str = "2017-04-01", annual: str = "5", intake: int | None = None) -> dict[str, object]:
    return {"from": day, "annual_cost": annual, "intake": intake}


@pytest.mark.parametrize(
    "values",
    [
        {"cost_changes": {}},
        {"cost_changes": [{}]},
        {"cost_changes": [change(annual="5.5")]},
        {"cost_changes": [change(annual="-5")]},
        {"cost_changes": [change("1 April 2017")]},
        {"cost_changes": [change(intake=0)]},
        {"cost_changes": [change(), change()]},
        {"cost_changes": [change("2018-04-01"), change()]},
        {"cost_changes": [change() | {"more": 1}]},
        {"cost_changes": [change()], "annual_cost": None},
    ],
)
def test_the_store_refuses_a_change_that_cannot_be(values):
    with refused_by("line_cost_changes_stand"):
        make_line(make_phase(make_programme()), **values)


def test_the_store_keeps_a_change_with_its_intake():
    line = make_line(make_phase(make_programme()))
    kept = make_intake(line)
    CostLine.objects.filter(pk=line.pk).update(cost_changes=[change(intake=1)])
    check_deferred_rules()
    with refused_by("cost_change_of_an_intake"):
        CostLine.objects.filter(pk=line.pk).update(cost_changes=[change(intake=2)])
    with refused_by("cost_change_of_an_intake"):
        kept.delete()
    make_other_cost(line.phase, cost_changes=[change(annual="-5")])
    check_deferred_rules()


def test_the_paper_check_costs_a_line_with_its_changes(programme, line):
    CostLine.objects.update(cost_changes=[change(annual="91800"), change("2017-05-01", "92000", 1)])
    found = _inputs(programme)[line.pk]
    assert found.costs == (CostFrom(APRIL, Decimal(91_800)),)
    assert found.intakes[0].costs == (CostFrom(date(2017, 5, 1), Decimal(92_000)),)
