"""The position as a rule: planned against authorised, without a store."""

from datetime import date
from decimal import Decimal

import pytest

from costing.financial_year import FinancialYear
from costing.measure import in_year
from phases.ledger.rules import Coverage, Drawn
from reports.standing.chart.rules import LONGEST, chart
from reports.standing.position.rules import position, tiles
from tests.reports.plans import JULY, ONE, THREE, TWO, authorised, by_measure, compared, plan, pounds


def test_headroom_is_the_limit_less_the_plan_of_all_phases_of_the_authorisation():
    (group,) = compared(ONE, TWO, JULY).groups
    assert [cell.limit for cell in group.cells] == [Decimal(950000), None, None]
    assert [cell.planned for cell in group.cells] == [Decimal(949000), Decimal(1519000), Decimal(1471000)]
    assert [cell.headroom for cell in group.cells] == [Decimal(1000), None, None]


def test_a_plan_of_exactly_the_limit_is_within_it():
    stands = compared(plan(1, 950000, 0, 0), authorised("July release", {1}, 950000, None, None))
    assert stands.within
    assert stands.excesses == ()
    assert stands.groups[0].cells[0].headroom == 0


def test_a_plan_one_pound_over_is_warned_of_with_both_figures():
    stands = compared(plan(1, 950001, 0, 0), authorised("July release", {1}, 950000, None, None))
    assert not stands.within
    (warning,) = stands.warnings
    assert warning == ("July release: £950,001 is planned for Phase One in 2016/17, £1 more than the limit of £950,000.")


def test_a_full_year_limit_is_compared_with_the_full_year_plan():
    stands = compared(plan(1, 10, 20, 101), authorised("Estimate", {1}, None, None, 100, one_off=False))
    assert list(stands.warnings) == ["Estimate: £101 is planned for Phase One in a full year, £1 more than the limit of £100."]


def test_lines_without_full_year_effect_consume_nothing_of_a_full_year_limit():
    (group,) = compared(plan(1, 10, 20, None), authorised("Estimate", {1}, None, None, 100, one_off=False)).groups
    assert group.cells[2].planned is None
    assert group.cells[2].headroom == 100


def test_what_is_drawn_of_several_authorisations_is_added_and_what_is_not_limited_has_nothing():
    first = Drawn(Decimal(30), Decimal(5), Decimal(70))
    second = Drawn(Decimal(1), Decimal(0), Decimal(0))  # lapsed: nothing is left of its 10
    released = authorised("Release", {1}, 100, None, None, drawn={in_year(2016): first})
    topped_up = authorised("Top-up", {1}, 10, None, None, drawn={in_year(2016): second})
    (group,) = compared(plan(1, 60, 0, 0), released, topped_up).groups
    assert group.drawn_rows == [
        ("Drawn", [31, None, None]),
        ("Pending", [5, None, None]),
        ("Headroom", [70, None, None]),
    ]


def test_before_the_first_drawdown_there_is_no_row_of_what_is_drawn():
    untouched = Drawn(Decimal(0), Decimal(0), Decimal(100))
    (group,) = compared(ONE, authorised("Release", {1}, 100, None, None, drawn={in_year(2016): untouched})).groups
    assert group.drawn_rows == []
    (group,) = compared(ONE, JULY).groups
    assert group.drawn_rows == []


def test_a_year_without_a_limit_is_said_to_be_without_one_and_has_no_headroom():
    stands = compared(ONE, TWO, JULY)
    assert stands.groups[0].cells[1].coverage == Coverage.NO_LIMIT_NAMED
    assert stands.unauthorised == (
        "The July release does not cover £1,519,000 in 2017/18 and £1,471,000 in a full year,"
        " planned for Phase One and Phase Two.",
    )


def test_recurring_money_with_a_full_year_limit_is_authorised_in_years_that_are_not_named():
    stands = compared(plan(1, 10, 20, 30), authorised("Estimate", {1}, None, None, 30, one_off=False))
    assert [cell.coverage for cell in stands.groups[0].cells] == [
        Coverage.THROUGH_FULL_YEAR,
        Coverage.THROUGH_FULL_YEAR,
        Coverage.LIMITED,
    ]
    assert stands.unauthorised == ()


def test_one_off_money_with_a_full_year_limit_authorises_no_other_year():
    stands = compared(plan(1, 10, 20, 30), authorised("Release", {1}, 10, None, 30))
    assert stands.groups[0].cells[1].coverage == Coverage.NO_LIMIT_NAMED


def test_a_phase_without_a_decision_is_named_with_its_figures():
    stands = compared(ONE, TWO, THREE, JULY)
    assert [phase.name for phase in stands.uncovered] == ["Phase Three"]
    assert stands.unauthorised[0] == (
        "No decision authorises Phase Three yet: £141,000 in 2016/17, £795,000 in 2017/18 and £795,000 in a full year."
    )


def test_a_phase_without_lines_and_decision_is_not_complained_of():
    empty = plan(3, 0, 0, 0, lines=0, recurring_lines=0)
    stands = compared(empty)
    assert [phase.name for phase in stands.uncovered] == ["Phase Three"]
    assert stands.unauthorised == ()


def test_a_replaced_authorisation_is_kept_and_not_counted():
    replaced = JULY._replace(replaced_by="Council's approval")
    council = authorised("Council's approval", {1, 2}, 949000, None, 1471000, one_off=False)
    stands = compared(ONE, TWO, replaced, council)
    assert stands.authorisations == (replaced, council)
    (group,) = stands.groups
    assert group.authorisations == (council,)
    assert group.cells[0].headroom == 0


def test_a_phase_of_a_replaced_authorisation_only_is_without_a_decision():
    assert compared(ONE, JULY._replace(replaced_by="Another")).uncovered == (ONE,)


def test_authorisations_of_the_same_phase_are_added_and_the_phase_counted_once():
    stands = compared(ONE, TWO, JULY, authorised("Top-up", {2}, 40000, None, None))
    (group,) = stands.groups
    assert group.title == "July release and Top-up"
    assert (group.cells[0].limit, group.cells[0].planned, group.cells[0].headroom) == pounds(990000, 949000, 41000)


def test_phases_are_connected_through_a_third_authorisation():
    first, second, both = (authorised(str(n), phases, 1, None, None) for n, phases in enumerate([{1}, {2}, {1, 2}]))
    assert [len(group.authorisations) for group in compared(ONE, TWO, first, second, both).groups] == [3]
    assert [len(group.authorisations) for group in compared(ONE, TWO, first, second).groups] == [1, 1]


def test_added_limits_do_not_hide_a_phase_behind_money_for_another():
    """Together 300 covers 250, yet Phase Two may use 50 of it only."""
    first, second = authorised("A", {1}, 250, None, None), authorised("B", {1, 2}, 50, None, None)
    stands = compared(plan(1, 100, 0, 0), plan(2, 150, 0, 0), first, second)
    assert list(stands.warnings) == ["B: £150 is planned for Phase Two in 2016/17, £100 more than the limit of £50."]


def test_a_limit_counts_the_phases_only_that_it_may_pay_for():
    """The full-year limit is for Phase One; Phase Two shares the 2016/17 limit and no more."""
    estimate = authorised("Estimate", {1}, None, None, 100, one_off=False)
    stands = compared(plan(1, 10, 0, 100), plan(2, 10, 0, 70), estimate, authorised("Release", {1, 2}, 50, None, None))
    cell = stands.groups[0].cells[2]
    assert (cell.limit, cell.planned, cell.headroom) == pounds(100, 100, 0)
    assert "£70 in a full year, planned for Phase Two" in stands.unauthorised[0]


def test_an_authorisation_without_phases_stands_beside_the_table():
    laptops = authorised("Laptops", set(), 150000, None, None)
    stands = compared(ONE, laptops)
    assert stands.beside == (laptops,)
    assert stands.groups == ()
    assert not stands.within


def test_recurring_lines_on_one_off_money_are_counted():
    assert compared(ONE, TWO, JULY).notes == (
        "6 recurring lines of Phase One and Phase Two (£1,471,000 in a full year) are funded by one-off money: July release.",
    )


def test_recurring_lines_on_recurring_money_are_not_mentioned():
    assert compared(ONE, TWO, JULY._replace(one_off=False)).notes == ()


def test_figures_that_are_not_stated_are_counted_and_in_no_total():
    stands = compared(plan(1, None, 5, 5, not_stated=(3, 1, 0)), JULY._replace(one_off=False))
    assert stands.total.amounts == pounds(None, 5, 5)
    assert stands.notes == (
        "Phase One: no figure is stated for 3 lines in 2016/17 and 1 line in 2017/18; the totals leave it out.",
    )
    assert tiles(stands, date(2016, 9, 1))[2].value == "not stated"


def test_nothing_at_all_is_a_position_too():
    stands = compared()
    assert (stands.groups, stands.unauthorised, stands.excesses, stands.notes) == ((), (), (), ())
    assert stands.total.amounts == pounds(0, 0, 0)
    assert not stands.within
    assert chart(stands) is None


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2010, 1, 1), ["2016/17", "2017/18"]),
        (date(2017, 4, 1), ["2017/18", "2018/19"]),
        (date(2030, 1, 1), ["2018/19", "2019/20"]),
    ],
)
def test_the_tiles_show_this_year_and_the_next_within_the_programme(today: date, shown: list[str]):
    years = FinancialYear.between(FinancialYear(2016), FinancialYear(2019))
    whole = plan(1, 1, 2, 3, 4, 5, not_stated=(0,) * 5)
    money = tiles(position(years, [whole], []), today)[2:]
    assert [tile.label for tile in money] == [*(f"Planned in {year}" for year in shown), "Planned in a full year"]


def test_the_tiles_say_how_much_is_under_no_limit_and_what_is_over():
    fte, recruited, first, second, full = tiles(compared(ONE, TWO, THREE, JULY), date(2016, 9, 1))
    assert (fte.value, recruited.value, recruited.note) == ("21", "7.5", "13.5 still to recruit")
    assert (first.value, first.note, first.kind) == ("£1,090,000", "£141,000 of it not yet authorised", "")
    assert (second.note, full.note) == ("none of it authorised", "none of it authorised")
    over = tiles(compared(ONE, TWO, JULY._replace(limits=by_measure(948000, None, None))), date(2016, 9, 1))[2]
    assert (over.note, over.kind) == ("£1,000 over a limit", "over")


def test_the_chart_draws_every_amount_on_one_scale():
    drawn = chart(compared(ONE, TWO, THREE, JULY, authorised("Laptops", set(), 150000, None, None)))
    bars = [(bar.kind, bar.amount, bar.width) for bar in drawn.bars]
    assert ("planned", "£1,519,000", str(Decimal(LONGEST).quantize(Decimal("0.01")))) in bars
    assert ("limit", "£950,000", str(round(Decimal(950) / 1519 * LONGEST, 2))) in bars
    assert ("none", "no limit named", "0") in bars
    assert ("none", "no decision yet", "0") in bars
    assert ("limit", "£150,000", str(round(Decimal(150) / 1519 * LONGEST, 2))) in bars
    assert drawn.height > max(bar.y for bar in drawn.bars)
    assert "July release, 2016/17: £949,000 planned, limit £950,000." in drawn.description


def test_the_chart_draws_the_part_above_the_limit_apart_and_says_so():
    drawn = chart(compared(plan(1, 200, 0, 0), authorised("A", {1}, 150, None, None)))
    (bar,) = [bar for bar in drawn.bars if bar.over_width]
    assert (Decimal(bar.over_from), Decimal(bar.over_width)) == (Decimal(LONGEST) * 3 / 4, Decimal(LONGEST) / 4)
    assert "2016/17: £50 over" in [words.text for words in drawn.words]


def test_a_credit_has_no_length_in_the_chart():
    drawn = chart(compared(plan(1, -200, 50, 0)))
    assert [(bar.amount, Decimal(bar.width)) for bar in drawn.bars if bar.kind == "planned"] == [("-£200", 0), ("£50", LONGEST)]
