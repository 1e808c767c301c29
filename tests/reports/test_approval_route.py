"""Who must approve what a programme plans: the table by phase, and why in words with the figures."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from phases.models import Authorisation, Phase, Programme
from reports.standing.route.queries import routes_of
from tests.making import (
    make_administrator,
    make_approval_limit,
    make_auditor,
    make_authorisation,
    make_decision,
    make_line,
    make_phase,
    make_programme,
)

pytestmark = pytest.mark.django_db

DAY = date(2016, 9, 14)


def _plan(phase: Phase, full_year: int | None, **years: int) -> None:
    """One line that costs so much in a full year, and in the years named like y2016."""
    line = make_line(phase)
    absence = {"absence": "not_stated"} if full_year is None else {}
    line.amounts.create(financial_year=None, amount=full_year, origin="calculated", **absence)
    for year, amount in years.items():
        line.amounts.create(financial_year=int(year[1:]), amount=amount, origin="calculated")


@pytest.fixture
def programme() -> Programme:
    """The case of September 2016, in three phases."""
    programme = make_programme(slug="ofsted")
    for number, (name, amount) in enumerate({"One": 1_123_000, "Two": 348_000, "Three": 795_000}.items(), 1):
        _plan(make_phase(programme, number, name=f"Phase {name}"), amount, y2016=100_000)
    return programme


@pytest.fixture
def limits() -> None:
    make_approval_limit("Executive", 1_000_000)
    make_approval_limit("Full Council", None)


def _read(client: Client, programme: Programme, by: Any = make_auditor) -> str:
    client.force_login(by())
    page = client.get(f"/programmes/{programme.slug}/approval/").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_phase_one_alone_needs_full_council_and_the_page_says_why(client: Client, programme: Programme, limits: None):
    page = _read(client, programme)
    assert (
        "Phase One £1,123,000 £1,123,000 Full Council With it the programme comes to £1,123,000 in a full year. "
        "The Executive may approve up to £1,000,000: Full Council must decide." in page
    )
    assert "Phase Two £348,000 £1,471,000 Full Council" in page
    assert "Phase Three £795,000 £2,266,000 Full Council" in page


def test_a_small_phase_after_a_large_one_needs_the_same_body(programme: Programme, limits: None):
    (route,) = routes_of(programme, DAY)
    assert [(step.total, str(step.approver or "")) for step in route.steps] == [
        (1_123_000, "Full Council"),
        (1_471_000, "Full Council"),
        (2_266_000, "Full Council"),
    ]


@pytest.mark.parametrize(
    ("amount", "approver", "why"),
    [
        (
            1_000_000,
            "Executive",
            "With it the programme comes to £1,000,000 in a full year. The Executive may approve up to £1,000,000.",
        ),
        (
            1_000_001,
            "Full Council",
            "With it the programme comes to £1,000,001 in a full year. "
            "The Executive may approve up to £1,000,000: Full Council must decide.",
        ),
    ],
)
def test_exactly_the_limit_is_within_it(limits: None, amount: int, approver: str, why: str):
    programme = make_programme()
    _plan(make_phase(programme), amount)
    ((step,),) = [route.steps for route in routes_of(programme, DAY)]
    assert (str(step.approver or ""), step.why) == (approver, why)


def test_what_is_authorised_beside_the_phases_counts_first_unless_it_is_one_off(limits: None):
    programme = make_programme()
    _plan(make_phase(programme, name="Phase One"), 500_000)
    decision = make_decision(programme)
    recurring = Authorisation.Term.RECURRING
    make_authorisation(decision, title="Licences", limits={None: 600_000}, term=recurring)
    make_authorisation(decision, title="Laptops", limits={2016: 150_000, None: 900_000})
    ((first, second),) = [route.steps for route in routes_of(programme, DAY)]
    assert (first.effect.title, first.total) == ("Licences, authorised outside the phases", 600_000)
    assert (second.total, str(second.approver)) == (1_100_000, "Full Council")


def test_years_and_all_years_are_judged_where_limits_are_set_for_them(client: Client, programme: Programme):
    make_approval_limit("Executive", 150_000, measure="in_year")
    make_approval_limit("Executive", 250_000, measure="whole_life")
    found = routes_of(programme, DAY)
    assert [(route.measure.in_words, [str(step.approver or "") for step in route.steps]) for route in found] == [
        ("in 2016/17", ["Executive", "", ""]),
        ("in 2017/18", ["Executive"] * 3),
        ("over its whole life", ["Executive", "Executive", ""]),
    ]
    page = _read(client, programme)
    assert "Nobody With it the programme comes to £300,000 over its whole life, more than anybody may approve." in page
    assert "Adds nothing in 2017/18." in page


def test_each_kind_of_money_with_limits_of_its_own_has_its_own_table(client: Client, programme: Programme, limits: None):
    make_approval_limit("Executive", 5_000_000, instrument="grant")
    assert [(route.money, str(route.steps[0].approver)) for route in routes_of(programme, DAY)] == [
        ("Any funding", "Full Council"),
        ("Grant", "Executive"),
    ]
    page = _read(client, programme)
    assert "if paid from any other funding" in page
    assert "if paid from grant" in page


def test_limits_that_are_not_in_force_that_day_do_not_count(programme: Programme):
    make_approval_limit(starts=date(2016, 9, 15))
    make_approval_limit("Council", ends=date(2016, 9, 13))
    assert routes_of(programme, DAY) == []


def test_lines_that_state_no_full_year_figure_are_named(client: Client, programme: Programme, limits: None):
    _plan(programme.phases.get(number=2), None)
    assert "Lines that state no figure in a full year are left out: Phase Two." in _read(client, programme)


def test_without_limits_the_page_says_who_can_add_them(client: Client, programme: Programme):
    assert "When the administrator adds the council’s limits" in _read(client, programme)
    assert "Keep the approval limits" in _read(client, programme, make_administrator)


def test_the_page_takes_the_same_queries_however_much_is_planned(
    programme: Programme, limits: None, django_assert_num_queries: DjangoAssertNumQueries
):
    decision = make_decision(programme)
    make_authorisation(decision, limits={None: 5})
    with django_assert_num_queries(6):
        routes_of(programme, DAY)
    for number in range(4, 10):
        _plan(make_phase(programme, number), 10)
    make_authorisation(decision, limits={None: 5})
    with django_assert_num_queries(6):
        assert routes_of(programme, DAY)[0].steps[-1].total == Decimal(2_266_060)
