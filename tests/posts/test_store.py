"""What the database itself refuses about teams, lines, intakes, amounts and the history of lines."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.audit.actions import record
from costing.line_cost import Absence, Duration
from costing.size import fte_of_hours
from posts.models import CostLine, LineAmount, LineRevision
from tests.making import (
    NOON,
    make_amount,
    make_intake,
    make_line,
    make_officer,
    make_other_cost,
    make_phase,
    make_programme,
    make_team,
)
from tests.refusals import check_deferred_rules, refused_by, unique_columns

pytestmark = pytest.mark.django_db


def _phase() -> Any:
    return make_phase(make_programme())


UNRECRUITED = {"recruited_fte": None, "engaged": "n/a"}


def test_a_team_has_a_name_of_its_own():
    programme = make_programme()
    make_team(programme, "Adoption")
    with refused_by("team_named_once"):
        make_team(programme, "Adoption")
    with refused_by("team_has_a_name"):
        make_team(programme, "")


def test_a_team_is_referred_to_together_with_its_programme():
    assert unique_columns("posts_team", "team_with_programme") == ["id", "programme_id"]


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("line_has_a_title", {"title": ""}),
        ("line_recruited_fits_its_kind", {"fte": None}),
        ("line_recruited_fits_its_kind", {"fte": Decimal(-1)}),
        ("line_fte_belongs_to_posts", {"fte": Decimal(0)}),
        ("line_recruited_fits_its_kind", {"recruited_fte": None}),
        ("line_headcount_belongs_to_posts", {"headcount": 0}),
        ("line_headcount_belongs_to_posts", {"headcount": -2}),
        ("line_headcount_belongs_to_posts", {"headcount": 10_000}),
        ("line_fte_follows_its_hours", {"weekly_hours": Decimal("22.2"), "full_time_hours": Decimal(37)}),
        ("line_fte_follows_its_hours", {"fte": Decimal("0.6"), "weekly_hours": Decimal("22.2")}),
        ("line_fte_follows_its_hours", {"fte": Decimal("0.6"), "full_time_hours": Decimal(37)}),
        ("line_fte_follows_its_hours", {"fte": Decimal("0.13"), "weekly_hours": Decimal(22), "full_time_hours": Decimal(169)}),
        (
            "line_fte_follows_its_hours",
            {"fte": None, **UNRECRUITED, "weekly_hours": Decimal(37), "full_time_hours": Decimal(37)},
        ),
        ("line_recruited_fits_its_kind", {"recruited_fte": Decimal(-1)}),
        ("line_recruited_fits_its_kind", {"engaged": "yes"}),
        ("line_recruited_within_fte", {"recruited_fte": Decimal("1.01")}),
        ("line_post_costs_nothing_less", {"annual_cost": Decimal(-1)}),
        ("line_duration_fits_its_kind", {"duration": Duration.ONE_OFF}),
        ("line_duration_fits_its_kind", {"duration": "for ever"}),
        ("line_term_is_of_a_fixed_term", {"term_months": 18}),
        ("line_term_is_of_a_fixed_term", {"term_months": 0, "duration": Duration.FIXED_TERM}),
    ],
)
def test_a_post_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        make_line(_phase(), **values)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("line_fte_belongs_to_posts", {"fte": Decimal(1)}),
        ("line_recruited_fits_its_kind", {"recruited_fte": Decimal(0)}),
        ("line_recruited_fits_its_kind", {"engaged": ""}),
        ("line_headcount_belongs_to_posts", {"headcount": 2}),
        ("line_fte_follows_its_hours", {"weekly_hours": Decimal(37), "full_time_hours": Decimal(37)}),
    ],
)
def test_an_other_cost_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        make_other_cost(_phase(), **values)


@pytest.mark.parametrize("fte", [None, Decimal(-40)])
def test_a_post_may_go_or_state_no_fte(fte: Decimal | None):
    line = make_line(_phase(), fte=fte, annual_cost=None if fte is None else Decimal(-1), **UNRECRUITED)
    make_intake(line, fte=fte and Decimal(-20))
    check_deferred_rules()
    with refused_by("intake_fte_belongs_to_posts" if fte is None else "intake_fte_within_line"):
        make_intake(line, fte=Decimal(1) if fte is None else Decimal(-41))


@pytest.mark.parametrize(
    ("hours", "week", "fte"), [("22.2", "37", "0.6"), ("18.5", "37", "0.5"), ("10", "37", "0.27"), ("0.37", "74", "0.01")]
)
def test_the_database_works_out_the_same_fte_of_hours(hours: str, week: str, fte: str):
    worked, whole = Decimal(hours), Decimal(week)
    assert fte_of_hours(worked, whole) == Decimal(fte)
    make_line(_phase(), fte=Decimal(fte), weekly_hours=worked, full_time_hours=whole)
    make_line(_phase(), fte=-Decimal(fte), weekly_hours=-worked, full_time_hours=whole, **UNRECRUITED)


def test_an_other_cost_may_be_a_credit_and_fall_once():
    make_other_cost(_phase(), annual_cost=Decimal(-500))
    make_other_cost(_phase(), duration=Duration.ONE_OFF)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("intake_ends_after_it_starts", {"start": date(2016, 8, 1), "end": date(2016, 7, 31)}),
        ("intake_end_needs_a_start", {"start": None, "end": date(2016, 7, 31)}),
        ("intake_fte_is_not_nothing", {"fte": Decimal(0)}),
        ("intake_fte_as_its_line", {"fte": Decimal(-1)}),
        ("intake_fte_belongs_to_posts", {"fte": None}),
        ("intake_fte_within_line", {"fte": Decimal("1.01")}),
    ],
)
def test_an_intake_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    line = make_line(_phase())
    with refused_by(rule):
        make_intake(line, **values)


def test_an_intake_of_an_other_cost_has_no_fte():
    line = make_other_cost(_phase())
    make_intake(line)
    with refused_by("intake_fte_belongs_to_posts"):
        make_intake(line, fte=Decimal(1))


def test_an_intake_of_a_fixed_term_line_ends():
    line = make_line(_phase(), duration=Duration.FIXED_TERM)
    make_intake(line, end=date(2018, 1, 31))
    with refused_by("intake_of_fixed_term_ends"):
        make_intake(line)


def test_a_line_cannot_shrink_under_its_intakes():
    line = make_line(_phase(), fte=Decimal(3))
    make_intake(line)
    check_deferred_rules()  # or the intake, still to be checked, would refuse in its stead
    with refused_by("intake_fte_within_line"):
        CostLine.objects.filter(pk=line.pk).update(fte=Decimal(2))
    with refused_by("intake_of_fixed_term_ends"):
        CostLine.objects.filter(pk=line.pk).update(duration=Duration.FIXED_TERM, term_months=18)


def test_a_one_off_cost_falls_once():
    line = make_other_cost(_phase(), duration=Duration.ONE_OFF)
    make_intake(line)
    with refused_by("one_off_falls_once"):
        make_intake(line, start=date(2017, 4, 1))


def test_only_recurring_lines_have_a_full_year_effect():
    line = make_line(_phase(), duration=Duration.FIXED_TERM)
    make_amount(line, financial_year=None, amount=None, absence=Absence.NO_EFFECT)
    with refused_by("full_year_only_where_recurring"):
        LineAmount.objects.filter(line=line).update(amount=Decimal(90_000), absence="")


def test_a_line_with_a_full_year_effect_does_not_become_fixed_term():
    line = make_line(_phase())
    make_amount(line, financial_year=None, amount=Decimal(90_000))
    with refused_by("full_year_only_where_recurring"):
        CostLine.objects.filter(pk=line.pk).update(duration=Duration.FIXED_TERM)


STATED = {"origin": LineAmount.Origin.STATED, "reason": "As published", "stated_at": NOON}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("amount_once_for_a_measure", {"financial_year": 2016}),
        ("amount_once_for_a_measure", {"financial_year": None}),
        ("amount_or_why_there_is_none", {"amount": None}),
        ("amount_or_why_there_is_none", {"absence": Absence.NOT_STATED}),
        ("amount_or_why_there_is_none", {"amount": None, "absence": "forgotten"}),
        ("amount_no_effect_is_of_a_full_year", {"amount": None, "absence": Absence.NO_EFFECT}),
        ("amount_stated_has_reason_and_person", {"reason": "As published"}),
        ("amount_stated_has_reason_and_person", STATED),
        ("amount_stated_has_reason_and_person", {"origin": "guessed"}),
        ("amount_year_in_range", {"financial_year": 1989}),
        ("amount_year_in_range", {"financial_year": 2100}),
    ],
)
def test_an_amount_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    line = make_line(_phase())
    make_amount(line, financial_year=2016)
    make_amount(line, financial_year=None)
    with refused_by(rule):
        make_amount(line, **({"financial_year": 2017} | values))


def test_a_stated_amount_keeps_its_reason_and_who_stated_it():
    line = make_line(_phase())
    make_amount(line, stated_by=make_officer(), **STATED)
    with refused_by("amount_stated_has_reason_and_person"):
        LineAmount.objects.filter(line=line).update(reason="")


def test_a_line_and_its_phase_are_of_one_programme():
    line = make_line(_phase())
    with refused_by("line_phase_same_programme"):
        CostLine.objects.filter(pk=line.pk).update(phase=_phase())


def test_a_line_and_its_team_are_of_one_programme():
    line = make_line(_phase())
    with refused_by("line_team_same_programme"):
        CostLine.objects.filter(pk=line.pk).update(team=make_team(make_programme()))


def _revision(**values: Any) -> LineRevision:
    entry = record(action="lines_changed", subject="test", details={}, by=None, at=NOON)
    given = {"line_id": 1, "version": 1, "programme": make_programme(), "entry": entry, "state": {}}
    return LineRevision.objects.create(**(given | values))


def test_a_line_has_one_revision_of_each_version():
    _revision()
    with refused_by("line_revision_once"):
        _revision()


def test_a_revision_is_never_changed_or_removed():
    _revision()
    with refused_by("line_revision_append_only"):
        LineRevision.objects.update(state=None)
    with refused_by("line_revision_append_only"):
        LineRevision.objects.all().delete()


def test_the_history_of_lines_is_never_emptied():
    _revision()
    with refused_by("line_revision_no_truncate"), connection.cursor() as cursor:
        check_deferred_rules()
        cursor.execute("SET LOCAL improvement_budget.allow_truncate = off")
        cursor.execute("TRUNCATE posts_linerevision")
