"""How many posts a line is, in the notation that people type and read, and FTE by year and in totals."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake, StartNotStated, most_in_post, most_in_year
from costing.line_cost import Duration, Line, NotALine, full_year_cost, part_year_cost
from costing.size import PostSize, beside_fte, parse_part, parse_size, shown, total_fte
from costing.typed import NotUnderstood

YEARS = [FinancialYear(year) for year in (2016, 2017, 2018, 2019)]

hundredths = st.decimals("0.01", "9999.99", places=2)
hours = st.tuples(st.decimals("0.5", "500", places=2), st.decimals("20", "48", places=2), st.sampled_from([1, -1]))


def _of_hours(given_hours: tuple[Decimal, Decimal, int]) -> PostSize:
    worked, week, sign = given_hours
    exact = worked * 100 / week
    # A second calculation, by hundredths: whole ones, and one more from a half on.
    whole = int(exact)
    return PostSize(sign * Decimal(whole + (exact - whole >= Decimal("0.5"))) / 100, None, sign * worked, week)


sizes = st.one_of(
    hundredths.map(PostSize),
    hundredths.map(lambda fte: PostSize(-fte)),
    st.just(PostSize(None)),
    st.integers(-9999, 9999).filter(bool).map(lambda posts: PostSize(None, posts)),
    st.tuples(hundredths, st.integers(1, 9999), st.sampled_from([1, -1])).map(lambda t: PostSize(t[0] * t[2], t[1] * t[2])),
    hours.map(_of_hours).filter(lambda size: bool(size.fte)),
)


@given(sizes)
def test_what_is_shown_is_read_back(size: PostSize):
    assert parse_size(shown(size)) == size


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("3", PostSize(Decimal(3))),
        ("0.5 FTE", PostSize(Decimal("0.5"))),
        ("-40", PostSize(Decimal(-40))),
        ("\N{MINUS SIGN}40", PostSize(Decimal(-40))),
        ("(40)", PostSize(Decimal(-40))),
        ("n/s", PostSize(None)),
        ("Not stated", PostSize(None)),
        ("2 posts", PostSize(None, 2)),
        ("1 post", PostSize(None, 1)),
        ("-3 posts", PostSize(None, -3)),
        ("n/s, 2 posts", PostSize(None, 2)),
        ("2.5 FTE, 3 posts", PostSize(Decimal("2.5"), 3)),
        ("22.2 of 37 hours", PostSize(Decimal("0.6"), None, Decimal("22.2"), Decimal(37))),
        ("22.2 / 37", PostSize(Decimal("0.6"), None, Decimal("22.2"), Decimal(37))),
        ("22.2 hours a week of 37", PostSize(Decimal("0.6"), None, Decimal("22.2"), Decimal(37))),
        ("-18.5 of 37 hours", PostSize(Decimal("-0.5"), None, Decimal("-18.5"), Decimal(37))),
        ("", None),
    ],
)
def test_a_size_is_read(typed: str, size: PostSize | None):
    assert parse_size(typed) == size


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0", "more than 0"),
        ("-0", "more than 0"),
        ("0 posts", "from 1 to 9,999"),
        ("2.5 posts", "as a number"),
        ("1/2", "as a number"),
        ("4 of 6", "as a number"),
        ("0 of 37 hours", "more than 0"),
        ("18 of 0 hours", "those of one week"),
        ("18 of 169 hours", "those of one week"),
        ("0.1 of 37 hours", "less than 0.01 FTE"),
        ("18.555 of 37 hours", "two decimal places"),
        ("99999 of 1 hours", "9,999.99"),
        ("some", "as a number"),
    ],
)
def test_a_size_that_cannot_be_is_refused(typed: str, says: str):
    with pytest.raises(NotUnderstood, match=says):
        parse_size(typed)


def test_it_is_said_whether_an_fte_of_hours_was_rounded():
    assert not _of_hours((Decimal("22.2"), Decimal(37), 1)).is_rounded
    assert _of_hours((Decimal(10), Decimal(37), 1)).is_rounded


def test_a_total_of_fte_says_that_one_is_not_stated():
    named = [PostSize(Decimal(3)), None, PostSize(Decimal("-0.5"))]
    assert total_fte(named) == (Decimal("2.5"), False)
    assert total_fte([*named, PostSize(None, 2)]) == (Decimal("2.5"), True)
    assert total_fte([]) == (Decimal(0), False)


def test_what_stands_beside_an_fte():
    found = [beside_fte(parse_size(text)) for text in ("3", "n/s", "2 posts", "2.5 FTE, 3 posts", "22.2 of 37 hours", "")]
    assert found == ["", "n/s", "2 posts", "3 posts", "22.2 of 37 hours", ""]


def test_a_part_of_fewer_posts_is_below_nought():
    assert [parse_part(text) for text in ("2", "-2", "(2)", "")] == [Decimal(2), Decimal(-2), Decimal(-2), None]
    with pytest.raises(NotUnderstood):
        parse_part("2 posts")


def _leaving(*steps: tuple[int, date | None]) -> tuple[Intake, ...]:
    return tuple(Intake(Decimal(fte), date(2016, 4, 1), end) for fte, end in steps)


def test_fte_by_year_is_the_most_in_post_on_any_day_of_it():
    twelve_to_three = _leaving((3, date(2017, 3, 31)), (3, date(2018, 3, 31)), (3, date(2019, 3, 31)), (3, None))
    assert [most_in_year(twelve_to_three, year) for year in YEARS] == [12, 9, 6, 3]
    joined = (Intake(Decimal(2), date(2016, 4, 1), date(2017, 9, 30)), Intake(Decimal(5), date(2017, 10, 1), None))
    assert [most_in_year(joined, year) for year in YEARS] == [2, 5, 5, 5]
    assert most_in_year(joined, FinancialYear(2015)) == 0


def test_fte_of_a_year_is_not_worked_out_without_a_start():
    with pytest.raises(StartNotStated):
        most_in_year([Intake(Decimal(1), None, None)], YEARS[0])


days = st.dates(date(2016, 1, 1), date(2019, 12, 31))
periods = st.tuples(st.integers(1, 9), days, st.one_of(st.none(), days)).map(
    lambda t: Intake(Decimal(t[0]), min(t[1], t[2] or t[1]), t[2] and max(t[1], t[2]))
)


@given(st.lists(periods, min_size=1, max_size=4), st.sampled_from(YEARS), st.sampled_from([1, -1]))
def test_the_most_of_a_year_is_that_of_its_days(intakes: list[Intake], year: FinancialYear, sign: int):
    signed = [Intake(intake.fte and sign * intake.fte, intake.start, intake.end) for intake in intakes]
    by_day = []
    for ordinal in range(year.first_day.toordinal(), year.last_day.toordinal() + 1):
        day = date.fromordinal(ordinal)
        by_day.append(sum(i.fte or 0 for i in signed if (i.start or day) <= day <= (i.end or day)))
    assert most_in_year(signed, year) == max(by_day, key=abs)
    assert abs(most_in_post(signed)) >= abs(most_in_year(signed, year))


def test_fewer_posts_are_costed_as_posts_are():
    intakes = (Intake(Decimal(-10), date(2016, 10, 1), None), Intake(Decimal(-30), date(2017, 1, 1), None))
    line = Line(Decimal(-1_200_000), Decimal(-40), intakes, Duration.RECURRING, Basis.MONTHS)
    assert part_year_cost(line, YEARS[0]) == -(150_000 + 225_000)
    assert part_year_cost(line, YEARS[1]) == full_year_cost(line).amount == -1_200_000


def test_a_line_is_of_more_posts_or_of_fewer():
    with pytest.raises(NotALine, match="of more posts or of fewer"):
        Line(Decimal(1), Decimal(-2), (Intake(Decimal(1), None, None),), Duration.RECURRING, Basis.MONTHS)
    with pytest.raises(NotALine, match="in post at once"):
        Line(Decimal(1), Decimal(-2), (Intake(Decimal(-3), None, None),), Duration.RECURRING, Basis.MONTHS)
