"""The tables of costing/README.md are the examples: every row is read here and compared with the code."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from costing.financial_year import FinancialYear
from costing.implied_start import implied_start
from costing.intake import Basis, Intake
from costing.line_cost import Absence, Duration, Line, full_year_cost, part_year_cost
from costing.rates import Allowance, PayRates, Rate, built_up_cost
from costing.size import beside_fte, parse_size
from costing.typed import NotUnderstood, parse_amount, parse_date, parse_fte, parse_recruited

README = Path(__file__).parents[2] / "costing" / "README.md"
FULL_YEAR_WORDS = {"no effect": Absence.NO_EFFECT, "not stated": Absence.NOT_STATED}


def tables() -> dict[str, list[list[str]]]:
    """The rows of each table, by the last heading before it and the table's number under it: "Amounts 1"."""
    found: dict[str, list[list[str]]] = {}
    heading, number, inside = "", 0, False
    for text in README.read_text(encoding="utf-8").splitlines():
        if text.startswith("#"):
            heading, number = text.strip("# "), 0
        cells = [cell.strip() for cell in text.strip("|").split("|")] if text.startswith("|") else None
        if cells and not inside:
            number += 1
            found[f"{heading} {number}"] = []
        elif cells and not set(text) <= set("|-"):
            found[f"{heading} {number}"].append(cells)
        inside = cells is not None
    return found


TABLES = tables()
EXAMPLES = TABLES["3. Worked examples 1"]
RE_COSTED = TABLES["The September 2016 table, re-costed at its own dates 1"]
IMPLIED = TABLES["6. The start a figure implies 1"]
BUILT_UP = TABLES["4. Annual cost built up from pay 1"]


def intake_of(words: str, fte: Decimal | None) -> Intake:
    counted, _, dates = words.rpartition(" FTE ")
    start, _, end = dates.removeprefix("from ").partition(" to ")
    started = None if start == "start not stated" else parse_date(start)
    return Intake(parse_fte(counted) if counted else fte, started, parse_date(end))


def line_of(annual: str, fte: str, in_post: str, basis: str = "months") -> Line:
    line_fte = parse_fte(fte)
    intakes = tuple(intake_of(words, line_fte) for words in in_post.split("; "))
    duration = Duration.RECURRING if any(intake.open_ended for intake in intakes) else Duration.FIXED_TERM
    cost = None if annual == "not stated" else parse_amount(annual, credits=True)
    return Line(cost, line_fte, intakes, duration, Basis(basis))


def typed_of(cell: str) -> str:
    return "" if cell == "(blank)" else cell.removeprefix("`").removesuffix("`")


def test_the_page_has_its_examples():
    assert len(EXAMPLES) == 20
    assert len(RE_COSTED) == 6
    assert len(BUILT_UP) == 3
    assert len(IMPLIED) == 4


@pytest.mark.parametrize("row", EXAMPLES, ids=" ".join)
def test_a_worked_example_comes_out(row):
    annual, fte, in_post, basis, year, part_year, full_year = row
    line = line_of(annual, fte, in_post, basis)
    expected = None if part_year == "cannot be calculated" else parse_amount(part_year, credits=True)
    assert part_year_cost(line, FinancialYear.parse(year)) == expected
    if full_year in FULL_YEAR_WORDS:
        assert full_year_cost(line).amount is None
        assert full_year_cost(line).absence is FULL_YEAR_WORDS[full_year]
    else:
        assert full_year_cost(line).amount == parse_amount(full_year, credits=True)


@pytest.mark.parametrize("row", RE_COSTED, ids=" ".join)
def test_a_published_line_re_costs(row):
    _, annual, fte, in_post, year, part_year, _ = row
    assert part_year_cost(line_of(annual, fte, in_post), FinancialYear.parse(year)) == parse_amount(part_year)


@pytest.mark.parametrize("row", BUILT_UP, ids=" ".join)
def test_an_annual_cost_is_built_up(row):
    point, pay, other, threshold, ni_rate, pension_rate, annual = (Decimal(cell.replace(",", "")) for cell in row)
    day = date(2016, 4, 1)
    rates = PayRates(*((Rate(day, value),) for value in (point, ni_rate, threshold, pension_rate)))
    assert built_up_cost(rates, day, [Allowance(pay), Allowance(other, is_pay=False)]).annual_cost == annual


@pytest.mark.parametrize("row", IMPLIED, ids=" ".join)
def test_a_figure_implies_its_range_of_starts(row):
    annual, shown, year, earliest, latest = row
    stated = parse_amount(f"{shown}k")
    implied = implied_start(parse_amount(annual), stated, FinancialYear.parse(year), Basis.MONTHS)
    assert (implied.earliest, implied.latest) == (parse_date(earliest), parse_date(latest))


@pytest.mark.parametrize("row", TABLES["How many posts a line is 1"], ids=" ".join)
def test_a_size_comes_out(row):
    typed, fte, beside = row
    size = parse_size(typed_of(typed))
    assert (f"{size.fte:.2f}" if size.fte is not None else "not stated", beside_fte(size)) == (fte, beside)


def read_amount(text):
    return parse_amount(text)


def read_credit(text):
    return parse_amount(text, credits=True)


def read_recruited(text):
    return parse_recruited(text, Decimal("6.00"))


ACCEPTED = [
    *[(read_amount, row) for row in TABLES["Amounts 1"]],
    *[(read_credit, row) for row in TABLES["Amounts 2"]],
    *[(parse_fte, row) for row in TABLES["FTE 1"]],
    *[(read_recruited, row) for row in TABLES["Recruited to post 1"]],
    *[(parse_date, row) for row in TABLES["Dates 1"]],
]
REFUSED = [
    *[(read_amount, row) for row in TABLES["Amounts 3"] if row[0] != "`(-500)`"],
    (read_credit, next(row for row in TABLES["Amounts 3"] if row[0] == "`(-500)`")),
    *[(parse_fte, row) for row in TABLES["FTE 2"]],
    *[(read_recruited, row) for row in TABLES["Recruited to post 2"]],
    *[(parse_date, row) for row in TABLES["Dates 2"]],
]


@pytest.mark.parametrize(("read", "row"), ACCEPTED, ids=lambda value: getattr(value, "__name__", None) or value[0])
def test_what_is_typed_means_what_the_page_says(read, row):
    typed, means = row
    value = read(typed_of(typed))
    if means == "not stated":
        assert value is None
    else:
        assert str(value) == means


@pytest.mark.parametrize(("read", "row"), REFUSED, ids=lambda value: getattr(value, "__name__", None) or value[0])
def test_what_is_refused_gets_the_sentence_of_the_page(read, row):
    typed, message = row
    with pytest.raises(NotUnderstood) as refusal:
        read(typed_of(typed))
    assert str(refusal.value) == message


def test_the_page_names_the_re_costed_totals_that_test_bromley_proves():
    page = re.sub(r"\s+", " ", README.read_text(encoding="utf-8"))
    for figure in ("£1,153,417", "£1,029,667", "£1,153,418", "£1,029,668"):
        assert figure in page
