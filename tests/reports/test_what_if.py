"""What if: a line moved or resized on a copy, what that does to figures and headroom, and keeping it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from costing.financial_year import FinancialYear
from costing.intake import Basis
from posts.lines.rules import LineState, Stated, amounts_of, state_of
from posts.models import CostLine, LineRevision
from reports.standing.position.queries import position_of
from reports.standing.what_if.rules import CannotTry, Trial, tried, what_if
from tests.answers import shown, words_of
from tests.making import (
    NOON,
    enter_line,
    make_auditor,
    make_authorisation,
    make_decision,
    make_officer,
    make_phase,
    make_programme,
)
from tests.posts.lines import a_state, changed, signed_in

pytestmark = pytest.mark.django_db

YEARS = (FinancialYear(2016), FinancialYear(2017))
AUGUST = date(2016, 8, 1)


@pytest.fixture
def programme() -> Any:
    return make_programme(slug="ofsted-2016")


@pytest.fixture
def phase(programme: Any) -> Any:
    return make_phase(programme, name="Phase One")


def moved(state: LineState, months: int = 0, fte: str | None = None) -> LineState:
    return tried(state, YEARS, Basis.MONTHS, months=months, fte=Decimal(fte) if fte else None)


def costs(state: LineState) -> list[Decimal | None]:
    return [amount.amount for amount in amounts_of(state, YEARS, Basis.MONTHS)]


def stating(state: LineState, *measures: int | None) -> LineState:
    stated = tuple(Stated(year, Decimal(1_000), "", "As published", 1, NOON) for year in measures)
    return replace(state, stated=stated)


def test_a_later_start_costs_less_this_year_and_the_same_in_a_full_year(phase: Any):
    assert costs(a_state(phase)) == [60_000, 90_000, 90_000]
    assert costs(moved(a_state(phase), 2)) == [45_000, 90_000, 90_000]
    assert costs(moved(a_state(phase), -4)) == [90_000, 90_000, 90_000]


def test_a_fixed_term_moves_whole(phase: Any):
    term = a_state(phase, duration="fixed_term", term_months=18, intakes=((Decimal(1), AUGUST, date(2018, 1, 31)),))
    assert moved(term, 1).intakes == ((Decimal(1), date(2016, 9, 1), date(2018, 2, 28)),)
    assert costs(moved(term, 1)) == [52_500, 82_500, None]


def test_more_fte_cost_more_at_the_same_cost_for_each(phase: Any):
    state = moved(a_state(phase), fte="1.5")
    assert (state.fte, state.annual_cost, state.intakes[0][0]) == (Decimal("1.5"), 135_000, Decimal("1.5"))
    assert costs(state) == [90_000, 135_000, 135_000]


def test_nothing_tried_leaves_the_line_as_it_is(phase: Any):
    stated = stating(a_state(phase), 2016)
    assert moved(stated) == stated
    assert moved(stated, fte="1") == stated


def test_a_stated_figure_gives_way_to_the_calculated_one_where_the_change_bears_on_it(phase: Any):
    stated = stating(a_state(phase), 2016, None)
    assert costs(stated) == [1_000, 90_000, 1_000]
    assert costs(moved(stated, 2)) == [45_000, 90_000, 1_000]
    assert costs(moved(stated, fte="2")) == [120_000, 180_000, 180_000]


def test_a_stated_figure_stays_where_none_can_be_calculated(phase: Any):
    stated = stating(a_state(phase, intakes=()), 2016, 2017)
    found = figures_of(stated, moved(stated, fte="2"))
    assert [(figure.now, figure.then, figure.stays) for figure in found] == [
        (1_000, 1_000, True),
        (1_000, 1_000, True),
        (90_000, 180_000, False),
    ]


@pytest.mark.parametrize(
    ("values", "months", "fte", "said"),
    [
        ({"intakes": ()}, 1, None, "The start of this line is not stated"),
        ({"recruited_fte": Decimal(1)}, 0, "0.5", "1 FTE are recruited already"),
        ({"fte": Decimal(2), "intakes": ((Decimal(1), AUGUST, None),) * 2}, 0, "3", "several intakes"),
        ({"intakes": ((Decimal(1), date(9999, 11, 1), None),)}, 2, None, "No date is that far away"),
    ],
)
def test_what_cannot_be_tried_says_why(phase: Any, values: dict[str, Any], months: int, fte: str | None, said: str):
    with pytest.raises(CannotTry, match=said):
        moved(a_state(phase, **values), months, fte)


def figures_of(now: LineState, then: LineState) -> Any:
    return what_if(Trial(now, then), YEARS, Basis.MONTHS, position_of(make_programme()), 1).figures


def test_headroom_moves_with_the_figures_and_what_is_exceeded_is_said(programme: Any, phase: Any):
    make_authorisation(make_decision(programme), phase, limits={2016: 130_000, None: 150_000})
    line, _ = enter_line(phase), enter_line(phase)
    now = state_of(CostLine.objects.get(pk=line.pk))
    stands = position_of(programme)
    found = what_if(Trial(now, moved(now, -4)), YEARS, Basis.MONTHS, stands, 1)
    assert [(room.measure.label, room.headroom, room.headroom_then, room.over) for room in found.rooms] == [
        ("2016/17", 10_000, -20_000, True),
        ("Full year", -30_000, -30_000, True),
    ]
    (text,) = found.exceeded
    assert "£150,000" in text
    assert "£130,000" in text
    assert found.corrected == ()
    less = what_if(Trial(now, moved(now, fte="0.5")), YEARS, Basis.MONTHS, stands, 1)
    assert [room.headroom_then for room in less.rooms] == [40_000, 15_000]
    assert len(less.corrected) == 1


def test_the_headroom_foretold_is_the_headroom_once_it_is_kept(programme: Any, phase: Any):
    make_authorisation(make_decision(programme), phase, limits={2016: 130_000, None: 150_000})
    line, officer = enter_line(phase), make_officer()
    now = state_of(line)
    foretold = what_if(Trial(now, moved(now, 2, "2")), YEARS, Basis.MONTHS, position_of(programme), 1)
    changed(programme, line, moved(now, 2, "2"), officer)
    (group,) = position_of(programme).groups
    assert [room.headroom_then for room in foretold.rooms] == [cell.headroom for cell in group.cells if cell.limit]


def _address(line: CostLine, query: str = "") -> str:
    return f"/programmes/ofsted-2016/lines/{line.pk}/what-if/{query}"


def test_looking_saves_nothing(programme: Any, phase: Any):
    line = enter_line(phase)
    before = AuditEntry.objects.count()
    response = signed_in(make_officer()).get(_address(line, "?months=2&fte=2"))
    page = words_of(response.text)
    assert response.status_code == 200
    assert "2016/17 £60,000 £90,000 +£30,000" in page
    assert "Full year £90,000 £180,000 +£90,000" in page
    assert (AuditEntry.objects.count(), LineRevision.objects.filter(line_id=line.pk).count()) == (before, 1)


def test_a_reader_may_try_and_not_keep(programme: Any, phase: Any):
    line, reader = enter_line(phase), signed_in(make_auditor())
    page = reader.get(_address(line, "?months=2")).text
    assert ">Keep</button>" not in page
    assert reader.post(_address(line), {"months": "2", "version": "1"}).status_code == 403


def test_nothing_to_keep_is_offered_while_nothing_differs(programme: Any, phase: Any):
    assert ">Keep</button>" not in signed_in(make_officer()).get(_address(enter_line(phase))).text


def _kept(client: Client, line: CostLine, **data: str) -> Any:
    return client.post(_address(line), {"months": "2", "fte": "1", "version": "1"} | data)


def test_what_is_kept_is_an_ordinary_edit(programme: Any, phase: Any):
    line, officer = enter_line(phase), make_officer()
    response = _kept(signed_in(officer), line)
    assert response.url == f"/programmes/ofsted-2016/lines/{line.pk}/workings/"
    line.refresh_from_db()
    assert (line.version, line.intakes.get().start, line.amounts.get(financial_year=2016).amount) == (
        2,
        date(2016, 10, 1),
        45_000,
    )
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.actor) == ("lines_changed", officer)


def test_the_same_sent_twice_is_kept_once(programme: Any, phase: Any):
    line, client = enter_line(phase), signed_in(make_officer())
    _kept(client, line)
    assert _kept(client, line).status_code == 302
    line.refresh_from_db()
    assert (line.version, line.intakes.get().start) == (2, date(2016, 10, 1))


def test_a_line_that_somebody_else_changed_is_shown_as_it_stands_now_and_not_saved_over(programme: Any, phase: Any):
    line, client = enter_line(phase), signed_in(make_officer())
    changed(programme, line, replace(state_of(line), annual_cost=Decimal(120_000)), make_officer())
    response = _kept(client, line)
    assert response.status_code == 409
    assert "Somebody else changed this line first." in response.text
    assert "2016/17 £80,000 £60,000 -£20,000" in words_of(response.text)
    line.refresh_from_db()
    assert line.version == 2
    assert _kept(client, line, version="2").status_code == 302


def test_a_line_that_somebody_removed_is_not_found(programme: Any, phase: Any):
    line, client = enter_line(phase), signed_in(make_officer())
    changed(programme, line, None, make_officer())
    assert _kept(client, line).status_code == 404
    assert client.get(_address(line)).status_code == 404


@pytest.mark.parametrize("query", ["?months=x", "?months=121", "?fte=0", "?fte=lots", "?months=1.5"])
def test_what_cannot_be_read_is_said_at_its_field(programme: Any, phase: Any, query: str):
    line, client = enter_line(phase), signed_in(make_officer())
    page = client.get(_address(line, query)).text
    assert "There is a problem" in page
    assert ">Keep</button>" not in page
    sent = {query[1:].split("=", maxsplit=1)[0]: query.split("=")[1]}
    assert _kept(client, line, **sent).status_code == 422


@pytest.mark.parametrize("lines", [0, 3])
def test_the_page_takes_the_same_queries_however_many_lines_there_are(
    programme: Any, phase: Any, django_assert_num_queries: Any, lines: int
):
    line, client = enter_line(phase), signed_in(make_officer())
    for _ in range(lines):
        enter_line(phase)
    with django_assert_num_queries(13):
        shown(client.get(_address(line, "?months=2")))
