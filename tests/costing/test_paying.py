"""Who pays for a line: worked examples, what contradicts itself, and on generated lines a second, slow calculation."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake
from costing.line_cost import Duration, Line, part_year_cost
from costing.paying import NotPaid, Paid, Payer, added, check, paid_in_the_end, paid_in_year, paid_over, percent
from tests.costing import day_by_day
from tests.costing.test_properties import DAYS, YEARS, lines

COUNCIL, HEALTH, GRANT = 1, 2, 3
YEAR = FinancialYear(2016)
SIXTY, FORTY = Fraction(3, 5), Fraction(2, 5)


def a_line(annual=83_333, start=date(2016, 4, 1), end=None, **values) -> Line:
    intakes = (Intake(None, start, end),)
    return Line(Decimal(annual), None, intakes, values.get("duration", Duration.RECURRING), values.get("basis", Basis.MONTHS))


def pounds(paid: Paid) -> dict[int, int]:
    return {source: int(amount) for source, amount in paid.by_source.items()}


def in_year(amount, *payers, line=None) -> Paid:
    check(payers)
    return paid_in_year(Decimal(amount), line or a_line(amount), YEAR, payers)


def test_each_share_is_rounded_and_the_last_source_takes_the_rest():
    paid = in_year(83_333, Payer(COUNCIL, SIXTY), Payer(HEALTH, FORTY))
    assert (pounds(paid), paid.unfunded) == ({COUNCIL: 50_000, HEALTH: 33_333}, 0)
    thirds = [Payer(source, Fraction(1, 3)) for source in (COUNCIL, HEALTH, GRANT)]
    assert pounds(in_year(100, *thirds)) == {COUNCIL: 33, HEALTH: 33, GRANT: 34}
    assert pounds(in_year(-100, *thirds)) == {COUNCIL: -33, HEALTH: -33, GRANT: -34}


def test_nobody_pays_less_than_nothing_where_halves_round_up():
    quarters = [Payer(source, Fraction(1, 4)) for source in range(1, 5)]
    assert pounds(in_year(2, *quarters)) == {1: 1, 2: 1, 3: 0, 4: 0}


def test_what_shares_leave_is_unfunded_unless_somebody_takes_the_rest():
    assert in_year(1_000, Payer(COUNCIL, SIXTY)) == Paid({COUNCIL: Decimal(600)}, Decimal(400))
    assert pounds(in_year(1_000, Payer(COUNCIL, SIXTY), Payer(HEALTH))) == {COUNCIL: 600, HEALTH: 400}


def test_pounds_are_for_each_year_and_not_above_what_there_is_to_pay():
    paid = in_year(50_000, Payer(GRANT, pounds=Decimal(69_000)), Payer(COUNCIL))
    assert (pounds(paid), paid.not_needed) == ({GRANT: 50_000, COUNCIL: 0}, 19_000)
    assert pounds(in_year(90_000, Payer(GRANT, pounds=Decimal(69_000)), Payer(COUNCIL))) == {GRANT: 69_000, COUNCIL: 21_000}
    gone = Payer(GRANT, pounds=Decimal(69_000), ends=date(2016, 3, 31))
    assert pounds(in_year(90_000, gone, Payer(COUNCIL))) == {GRANT: 0, COUNCIL: 90_000}
    assert in_year(-90_000, Payer(GRANT, pounds=Decimal(5))).not_needed == 5  # a charge pays for no credit


def test_a_source_that_changes_within_a_year_pays_for_its_part_of_it():
    until, since = Payer(GRANT, Fraction(1), ends=date(2016, 12, 31)), Payer(COUNCIL, Fraction(1), starts=date(2017, 1, 1))
    assert pounds(in_year(12_000, until, since)) == {GRANT: 9_000, COUNCIL: 3_000}
    # in post from October alone: three of six months before the change
    assert pounds(in_year(6_000, until, since, line=a_line(12_000, date(2016, 10, 1)))) == {GRANT: 3_000, COUNCIL: 3_000}
    # a stated amount that nothing explains goes by the months of the year
    assert pounds(in_year(400, until, since, line=a_line(12_000, None))) == {GRANT: 300, COUNCIL: 100}
    once = a_line(500, date(2017, 2, 1), duration=Duration.ONE_OFF)
    assert pounds(in_year(500, until, since, line=once)) == {GRANT: 0, COUNCIL: 500}


def test_a_full_year_is_paid_by_who_pays_in_the_end():
    until, since = Payer(GRANT, Fraction(1), ends=date(2016, 12, 31)), Payer(COUNCIL, SIXTY, starts=date(2017, 1, 1))
    assert paid_in_the_end(Decimal(1_000), [until, since]) == Paid({COUNCIL: Decimal(600)}, Decimal(400))


def test_a_sum_over_all_years_is_paid_by_days_and_pounds_once():
    until, since = Payer(GRANT, Fraction(1), ends=date(2017, 3, 31)), Payer(COUNCIL, Fraction(1), starts=date(2017, 4, 1))
    years = [FinancialYear(2016), FinancialYear(2017)]
    assert pounds(paid_over(Decimal(730), years, [until, since])) == {GRANT: 365, COUNCIL: 365}
    assert pounds(paid_over(Decimal(730), years, [Payer(GRANT, pounds=Decimal(100)), Payer(COUNCIL)])) == {1: 630, 3: 100}


@pytest.mark.parametrize(
    ("payers", "place", "words"),
    [
        ([Payer(1, Fraction(6, 5))], 0, "A share must be more than 0 and at most 100%."),
        ([Payer(1, SIXTY), Payer(2, SIXTY)], 1, "The shares come to 120% on the same day: they must not be above 100%."),
        ([Payer(1, FORTY), Payer(1, FORTY)], 1, "This source pays on these days already, in another row: change the dates,"),
        ([Payer(1), Payer(2)], 1, "Another source takes the rest already: give this one a share or an amount."),
        ([Payer(1, Fraction(1)), Payer(2)], 1, "The shares pay for all of it already: nothing is left for this source."),
        ([Payer(1, starts=date(2017, 1, 1))], 0, "Who takes the rest does so at any time: clear the dates, or give a share."),
        (
            [Payer(1, SIXTY, starts=date(2017, 1, 2), ends=date(2017, 1, 1))],
            0,
            "The last day, 1 January 2017, is before the first, 2 January 2017.",
        ),
    ],
)
def test_payers_that_contradict_each_other_are_refused(payers, place, words):
    with pytest.raises(NotPaid) as refused:
        check(payers)
    assert str(refused.value).startswith(words)
    assert refused.value.place == place


def test_shares_one_after_the_other_may_each_be_the_whole():
    check([Payer(1, Fraction(1), ends=date(2016, 12, 31)), Payer(2, Fraction(1), starts=date(2017, 1, 1))])


@pytest.mark.parametrize(
    ("share", "words"), [(SIXTY, "60%"), (Fraction(1, 8), "12.5%"), (Fraction(1, 3), "1/3"), (Fraction(1), "100%")]
)
def test_a_share_is_written_exactly(share, words):
    assert percent(share) == words


@st.composite
def payers(draw):
    """One to four sources that can stand together: shares by their days, pounds a year, and perhaps one that takes the rest."""
    found = []
    for source in range(1, draw(st.integers(1, 4)) + 1):
        starts = draw(st.none() | DAYS)
        ends = draw(st.none() | DAYS.map(lambda day, first=starts: max(day, first or day)))
        kind = draw(st.sampled_from(["share", "share", "pounds", "rest"]))
        if kind == "share":
            payer = Payer(source, Fraction(draw(st.integers(1, 12)), 12), None, starts, ends)
        elif kind == "pounds":
            payer = Payer(source, None, Decimal(draw(st.integers(-9_000, 90_000))), starts, ends)
        else:
            payer = Payer(source)
        try:
            check([*found, payer])
        except NotPaid:
            continue
        found.append(payer)
    return found


def on_a_day(line: Line, day: date) -> Fraction:
    return sum(
        (day_by_day.annual_on(line, intake, day) for intake in line.intakes if day_by_day.in_post(intake, day)), Fraction(0)
    )


def slowly(line: Line, year: FinancialYear, found: list[Payer], amount: int) -> dict[int, int]:
    """What each share comes to, every day of the year asked what it costs and who pays for it. Pounds are rounded as on paper."""
    days = day_by_day.days_of(year)
    worth = day_by_day.worth_of_days(days, line.basis)
    costs = {day: on_a_day(line, day) * worth[day] for day in days}
    in_all = sum(costs.values())
    parts = {}
    for payer in found:
        if payer.share:
            held = [costs[day] / in_all if in_all else worth[day] for day in days if payer.holds(day, day)]
            parts[payer.source] = payer.share * sum(held, Fraction(0))
    left, pays = amount, {}
    for source in (source for source, part in parts.items() if part):
        pays[source] = int(abs(parts[source] * amount) + Fraction(1, 2)) * (1 if amount > 0 else -1)
        if abs(pays[source]) > abs(left):
            pays[source] = left
        left -= pays[source]
    if sum(parts.values()) == 1:
        pays[source] += left
    return pays


@given(lines(), YEARS, payers(), st.none() | st.integers(-90_000, 90_000))
def test_sources_and_what_is_unfunded_add_up_to_the_line(line, year, found, stated):
    amount = part_year_cost(line, year) if stated is None else Decimal(stated)
    paid = paid_in_year(amount, line, year, found)
    assert sum(paid.by_source.values()) + paid.unfunded == amount
    assert all(each * amount >= 0 for each in (*paid.by_source.values(), paid.unfunded))
    if any(payer.takes_the_rest for payer in found):
        assert not paid.unfunded


@settings(max_examples=40)
@given(lines(), YEARS, payers())
def test_a_second_slow_calculation_finds_the_same_shares(line, year, found):
    amount = part_year_cost(line, year)
    paid = paid_in_year(amount, line, year, found)
    for source, pays in slowly(line, year, found, int(amount)).items():
        assert paid.by_source[source] == pays


@given(payers(), st.integers(-90_000, 90_000), st.integers(0, 6))
def test_every_measure_adds_up(found, amount, years):
    amount = Decimal(amount)
    span = FinancialYear.between(FinancialYear(2014), FinancialYear(2014 + years))
    for paid in (paid_in_the_end(amount, found), paid_over(amount, span, found)):
        assert sum(paid.by_source.values()) + paid.unfunded == amount
    both = added([paid_in_the_end(amount, found), paid_over(amount, span, found)])
    assert sum(both.by_source.values()) + both.unfunded == 2 * amount
