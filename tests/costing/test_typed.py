"""What README.md lists is tested in test_readme.py; here is what a table cannot show."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from costing.money import MAXIMUM
from costing.typed import NotUnderstood, parse_amount, parse_date, parse_fte, parse_recruited

READERS = [
    parse_amount,
    parse_fte,
    parse_date,
    lambda text: parse_recruited(text, Decimal("6.00")),
    lambda text: parse_recruited(text, None),
]
HOSTILE = [
    ("\x00", "There is an invisible character in it (U+0000): type it again."),
    ("83\x00", "There is an invisible character in it (U+0000): type it again."),
    ("\u202e83", "There is an invisible character in it (U+202E): type it again."),
    ("8\u200f3", "There is an invisible character in it (U+200F): type it again."),
    ("\ufeff83", "There is an invisible character in it (U+FEFF): type it again."),
    ("8\x1b3", "There is an invisible character in it (U+001B): type it again."),
    ("\ud800", "There is an invisible character in it (U+D800): type it again."),
    ("\ufffd", "A character in it was lost on the way: type it again."),
    ("٨٣", "Use the digits 0 to 9."),
    ("８３", "Use the digits 0 to 9."),
    ("½", "Use the digits 0 to 9."),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("text", "message"), HOSTILE)
def test_invisible_characters_and_other_digits_are_refused_everywhere(read, text, message):
    with pytest.raises(NotUnderstood) as refusal:
        read(text)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("read", "what"),
    [(parse_amount, "an amount"), (parse_fte, "an FTE"), (parse_date, "a date"), (READERS[3], "the number recruited")],
)
@pytest.mark.parametrize("text", ["1" * 1_000_000, " " * 1_000_000, "9" * 61])
def test_what_is_too_long_is_refused_at_once(read, what, text):
    with pytest.raises(NotUnderstood) as refusal:
        read(text)
    assert str(refusal.value) == f"That is too long for {what}."


@pytest.mark.parametrize(
    "text",
    [
        "<b>1</b>",
        "{{ 1 }}",
        "{% now %}",
        "=1+1",
        "@SUM(1)",
        "+1",
        "'1'",
        "../1",
        "1;2",
        "£",
        "(",
        "()",
        ".",
        "k",
        "£-",
        "Cr",
        "Cr -",
        "1-",
        "--1",
        "0x1F",
        "1_000",
    ],
)
def test_what_is_no_amount_is_refused_with_credits_too(text):
    with pytest.raises(NotUnderstood):
        parse_amount(text, credits=True)


@pytest.mark.parametrize("text", ["\u00a083,000\u00a0", "\t83,000\r\n", "\u202f£\u202f83,000"])
def test_the_spaces_of_spreadsheets_do_no_harm(text):
    assert parse_amount(text) == 83_000


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\t\r\n"])
@pytest.mark.parametrize("read", READERS)
def test_a_blank_cell_is_not_stated(read, text):
    assert read(text) is None


def test_a_negative_nought_is_nought():
    assert str(parse_amount("-0")) == str(parse_amount("(0)", credits=True)) == "0"


def test_the_largest_amount_can_be_typed():
    assert parse_amount(f"{MAXIMUM:,}") == MAXIMUM
    with pytest.raises(NotUnderstood, match="must not be above"):
        parse_amount("1,000,000,000,000")


def test_nobody_is_recruited_to_a_line_without_fte():
    assert parse_recruited("n/a", None) is None
    assert parse_recruited("No", None) == 0
    with pytest.raises(NotUnderstood) as refusal:
        parse_recruited("Yes", None)
    assert str(refusal.value) == "This line has no FTE, so nobody is recruited to it: leave this blank."


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Feb 2016", date(2016, 2, 29)),
        ("to Jan 2018", date(2018, 1, 31)),
        ("until April 2017", date(2017, 4, 30)),
        ("12/2016", date(2016, 12, 31)),
        ("13 Sept 2016", date(2016, 9, 13)),
    ],
)
def test_a_month_can_stand_for_its_last_day(text, last):
    assert parse_date(text, month_means="last") == last


@given(st.text(max_size=40))
@example("(£)")
@example("cr")
@example("from ")
@example("²")
@example("4 of 0")
def test_every_text_is_read_or_refused_with_a_sentence(text):
    for read in READERS:
        message = "Read."
        try:
            read(text)
        except NotUnderstood as refusal:
            message = str(refusal)
        assert message.endswith(".")


@given(st.text(alphabet="0123456789.,-()£kKmMcCrR /eE", max_size=14))
def test_every_amount_that_is_read_is_whole_pounds_within_the_limit(text):
    try:
        amount = parse_amount(text, credits=True)
    except NotUnderstood:
        return
    assert amount is None or (amount == amount.to_integral_value() and abs(amount) <= MAXIMUM)


@given(st.integers(-int(MAXIMUM), int(MAXIMUM)))
def test_an_amount_written_with_commas_reads_back(pounds):
    assert parse_amount(f"{pounds:,}", credits=True) == pounds
    assert parse_amount(f"{pounds}", credits=True) == pounds


@given(st.decimals("0.01", "9999.99", places=2))
def test_an_fte_reads_back(fte):
    assert parse_fte(str(fte)) == fte
    assert str(parse_fte(str(fte))) == str(fte)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_reads_back_in_every_form(day):
    for written in (
        f"{day.day}/{day.month}/{day.year}",
        day.isoformat(),
        day.strftime("%d %B %Y"),
        day.strftime("%d %b %Y"),
    ):
        assert parse_date(written) == day
