"""Reading figures, and what the words beside them say of their basis."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from reports.draft.rules.figures import Bound, Money, counts_in, money_in
from reports.draft.rules.known import in_pounds
from reports.draft.rules.tables import _fte_in
from reports.draft.rules.years import FULL_YEAR

YEARS = (FinancialYear(2016), FinancialYear(2017))


def money(text: str) -> list[Money]:
    return money_in(text, YEARS)


@pytest.mark.parametrize(
    ("written", "pounds"),
    [
        ("£950k", 950_000),
        ("£1,471k", 1_471_000),
        ("£1.153m", 1_153_000),
        ("£69,000", 69_000),
        ("£1,153,417", 1_153_417),
        ("2.3m", 2_300_000),
        ("£2.3 million", 2_300_000),
        ("1.4 million", 1_400_000),
        ("£ 83k", 83_000),
        ("83K", 83_000),
        ("£1.2bn", 1_200_000_000),
        ("£0", 0),
        ("£12.50", Decimal("12.50")),
    ],
)
def test_an_amount_is_read_as_written(written: str, pounds: int):
    (found,) = money(f"It costs {written}, as agreed.")
    assert (found.text, found.value, found.problem) == (written, pounds, "")


@pytest.mark.parametrize(
    "text", ["in 2016/17", "on 20th July 2016", "£'000", "£000", "34 FTE", "paragraph 6.3", "Report CS17089", "M25", "3mm"]
)
def test_what_is_no_amount_is_left_alone(text: str):
    assert money(f"It stands {text} here") == []


def test_an_amount_that_cannot_be_read_says_why():
    (found,) = money("It costs £1,47k in all.")
    assert found.value is None
    assert found.problem == "Put commas between thousands only, such as 83,000."


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("£20–30k", [20_000, 30_000]),
        ("£2.2m to £2.4m", [2_200_000, 2_400_000]),
        ("£1.1-1.2m", [1_100_000, 1_200_000]),
        ("between £20,000 and £30,000", [20_000, 30_000]),
        ("£20,000-£30,000", [20_000, 30_000]),
    ],
)
def test_both_ends_of_a_range_are_read(text: str, pounds: list[int]):
    assert [each.value for each in money(f"It costs {text} a month")] == pounds


@pytest.mark.parametrize(
    ("text", "fits", "differs"),
    [
        ("£950k", (949_500, 950_400), (949_400, 950_600)),
        ("£1,153,417", (1_153_417,), (1_153_416, 1_153_418)),
        ("£69,000", (68_500, 69_400), (68_400, 69_600)),
        ("£2.3m", (2_266_000, 2_314_000), (2_240_000, 2_360_000)),
        ("over £1.4m", (1_400_000, 1_471_000), (1_399_000, 1_541_000)),
        ("nearly £1.5m", (1_471_000,), (1_510_000, 1_390_000)),
        ("£1m", (1_000_000, 1_020_000), (1_090_000, 949_000)),
    ],
)
def test_a_figure_covers_what_it_can_be_rounded_from(text: str, fits: tuple[int, ...], differs: tuple[int, ...]):
    (found,) = money(f"It is {text} here")
    least, most = found.covers
    assert all(least <= each <= most for each in fits)
    assert not any(least <= each <= most for each in differs)


def test_more_than_and_less_than_are_told_apart():
    over, under = money("from over £1.4m to just under £1.5m")
    assert (over.bound, under.bound) == (Bound.OVER, Bound.UNDER)


BASES = [
    ("£949k in 2016/17 with a full year effect of £1,471k", ["2016/17", FULL_YEAR]),
    ("a part year on £731k, increasing to a full year effect of £1,123k", ["2016/17", FULL_YEAR]),
    ("totalling £218k 2016/17, with a full year effect of £348k", ["2016/17", FULL_YEAR]),
    ("£141k in year, £795k in a full year", ["2016/17", FULL_YEAR]),
    ("£141k part-year and £795k in a full year", ["2016/17", FULL_YEAR]),
    ("£1,090k in 2016/17 increasing to full year cost pressures in the region of £2.3m", ["2016/17", FULL_YEAR]),
    ("£731k in 2016-17, £1,171k next year and £1,123k per annum", ["2016/17", "2017/18", FULL_YEAR]),
    ("In 2017/2018 Phase One costs £1,171k", ["2017/18"]),
    ("£141k full year effect of £795k", ["", FULL_YEAR]),
    ("£731k (2016/17)", ["2016/17"]),
]


@pytest.mark.parametrize(("text", "bases"), BASES)
def test_each_figure_has_the_basis_of_the_words_beside_it(text: str, bases: list[str]):
    assert [each.basis if each.certain else "" for each in money(text)] == bases


def test_a_basis_elsewhere_in_the_sentence_is_no_certain_one():
    (found,) = money("Of the posts, which run for a full year, some £731k is spent")
    assert (found.basis, found.certain) == (FULL_YEAR, False)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("34 FTE", [(34, True)]),
        ("34 ftes (excluding one)", [(34, True)]),
        ("seven posts totalling £218k", [(7, False)]),
        ("0.5 full-time equivalents", [(Decimal("0.5"), True)]),
        ("an FTE of 33 in all", [(33, True)]),
        ("three additional posts", [(3, False)]),
        ("2016 was a year of posts", []),
        ("£34 FTE", []),
    ],
)
def test_fte_and_posts_are_counted(text: str, counts: list[tuple[Decimal, bool]]):
    assert [(each.value, each.is_fte) for each in counts_in(text)] == counts


@given(st.integers(1, 99_999_999))
def test_what_papers_write_is_read_back(pounds: int):
    written = in_pounds(Decimal(pounds))
    (found,) = money(f"It costs {written} here")
    assert (found.text, found.value) == (written, pounds)


@given(st.text(st.sampled_from("£0123456789,.kmKM -–() in full year 2016/17 of and FTE postsover"), max_size=200))
def test_any_text_is_read_and_every_figure_stands_where_it_says(text: str):
    for each in [*money(text), *counts_in(text)]:
        assert text[each.start : each.end] == each.text


@pytest.mark.parametrize(
    ("cell", "fte"), [("12", 12), ("-40", -40), ("(40)", -40), ("at least 5.1", Decimal("5.1")), ("n/s", None), ("2 posts", None)]
)
def test_the_fte_of_a_pasted_table_is_read_as_papers_print_it(cell: str, fte: Decimal | None):
    assert _fte_in(cell) == fte
