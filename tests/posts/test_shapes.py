"""Thousands of new rows are read by their shape, and costed by the pound: what comes out is what reading each by itself gives."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence, full_year_cost, part_year_cost
from posts.entry.rows.forms import Frame
from posts.importing.block.rules import Frame as BlockFrame
from posts.importing.block.rules import PastedRow
from posts.importing.cells.rules import Manner, read_money
from posts.importing.comparison.rules import NEW, Against, Comparison
from posts.importing.rules import read_block
from posts.importing.shapes.rules import Shapes, shape_of
from posts.importing.workbook.rules import sheets
from posts.lines.blank.rules import blank
from posts.lines.rules import LineState, amounts_of, costed
from posts.models import CostLine, Intake, LineAmount
from tests.making import NOON
from tests.posts.lines import a_line_state

YEARS = (FinancialYear(2016), FinancialYear(2017))
HEADINGS = "Phase\tTeam\tPost\tKind\tFTE\tAnnual cost\tFrom\tTo\tPaperwork\tRecruited\tCost centre\tComment"
CELLS = (
    ("Phase One", "Phase Two", "1"),
    ("Alpha", "Beta", ""),
    ("Reviewer", "Analyst", "", "Hidden\u202e post", "An\u00a0officer", "x" * 201),
    ("", "post", "other"),
    ("1", "0.5", "2 posts", "", "n/s", "-1", "1 of 2", "three"),
    ("48,000", "24000", "£1.50", "", "(5,000)", "tbc", "0", "-"),
    ("1 Nov 2016", "2016-11-01", "", "soon"),
    ("31 March 2018", "", "ongoing", "1 Oct 2016"),
    ("Yes", "No", "", "perhaps"),
    ("Yes", "No", "", "1", "n/a"),
    ("", "AB12", "0007"),
    ("", "One", "Two  words", "\u200bnothing"),
)


def _outcomes(text: str) -> list[tuple[object, ...]]:
    block = read_block(text, BlockFrame(YEARS, ((1, "Phase One"), (2, "Phase Two"))))
    against = Against([], {1: 11, 2: 12}, {11: "Phase One", 12: "Phase Two"}, Frame(YEARS, Basis.MONTHS), "As pasted", 1, NOON)
    found = Comparison(block, against, 10).outcomes()
    assert found
    return [
        (each.row.number, each.status, each.state and each.state.as_json(), each.errors, each.said, _plain(each.amounts))
        for each in found
    ]


def _plain(amounts: list[LineAmount]) -> list[dict[str, object]]:
    return [{name: value for name, value in amount.__dict__.items() if name != "_state"} for amount in amounts]


@pytest.mark.parametrize("seed", range(4))
def test_rows_read_by_their_shape_are_those_read_cell_by_cell(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    # The first value of a column comes often, so that most rows share a shape and some share none.
    rows = [
        "\t".join(chance.choice(cells) if chance.random() < 0.15 else cells[0] for cells in CELLS).replace(
            "Reviewer", f"Reviewer {n}"
        )
        for n in range(150)
    ]
    text = "\n".join([HEADINGS, *rows])
    by_shape: list[bool] = []
    fast = Shapes.line

    def counted(self: Shapes, *given: object) -> LineState | None:
        state = fast(self, *given)  # type: ignore[arg-type]
        by_shape.append(state is not None)
        return state

    monkeypatch.setattr(Shapes, "line", counted)
    quick = _outcomes(text)
    monkeypatch.setattr(Shapes, "line", lambda *_: None)
    assert quick == _outcomes(text)
    assert sum(by_shape) > 20
    assert {status for _, status, *_ in quick} > {NEW}


def _row(words: str, figure: str = "400,000") -> PastedRow:
    text = f"Phase\tPost\tFTE\t2016/17\tFull year\tAt least, about, up to\nPhase One\tReviewer\t1\t{figure}\t5\t{words}"
    (row,) = read_block(text, BlockFrame(YEARS, ((1, "Phase One"),))).lines
    return row


def test_words_before_figures_are_read_from_a_column_of_their_own() -> None:
    assert _row("2016/17: at least; Full year: about; Total: about").bounds == {"y2016": "at least", "full_year": "about"}
    assert _row("2017/18: up to").bounds == {}  # there is no figure that it could be of
    assert _row("2016/17: at least", "at least 400,000").bounds == {"y2016": "at least"}
    assert _row("2016/17: about", "at least 400,000").errors == {"words": "2016/17 says at least itself: clear one of the two."}
    for wrong in ("about", "2016/17: perhaps"):
        said = "Write which figure is at least, about or up to so much, such as 2016/17: at least."
        assert _row(wrong).errors == {"words": said}


def test_stated_figures_and_credits_have_no_shape() -> None:
    row = PastedRow(2, [])
    assert shape_of(row) == ()
    row.figures = {"fte": Decimal(1), "annual_cost": Decimal(5), "y2016": None}
    assert shape_of(row) == ()
    for figures in ({"y2016": Decimal(0)}, {"annual_cost": Decimal(-5)}, {"fte": Decimal(-1)}):
        row.figures = figures
        assert shape_of(row) is None


@given(
    annual=st.integers(-9_999_999, 9_999_999).map(Decimal),
    fte=st.sampled_from([Decimal(1), Decimal("2.50"), None]),
    start=st.dates(date(2015, 1, 1), date(2019, 1, 1)) | st.none(),
    months=st.integers(0, 30),
    duration=st.sampled_from(["recurring", "fixed_term", "one_off"]),
    basis=st.sampled_from(Basis),
)
def test_each_pound_falls_as_the_line_does(
    annual: Decimal, fte: Decimal | None, start: date | None, months: int, duration: str, basis: Basis
) -> None:
    end = FinancialYear(2017).last_day if start and months > 15 and start <= FinancialYear(2017).last_day else None
    intakes = ((fte, start, end),) if start or months else ()
    state = a_line_state(annual_cost=annual, fte=fte, intakes=intakes, duration=duration, kind="post" if fte else "other")
    line, found = costed(state, basis), amounts_of(state, YEARS, basis)
    expected = [part_year_cost(line, year) for year in YEARS]
    full = full_year_cost(line)
    assert [each.amount for each in found] == [*expected, full.amount]
    assert [each.calculated for each in found] == [*expected, full.amount]
    assert [each.absence for each in found] == ["" if cost is not None else Absence.NOT_STATED for cost in expected] + [
        full.absence or ""
    ]
    assert {each.origin for each in found} == {"calculated"}


@pytest.mark.parametrize("model", [LineAmount, CostLine, Intake])
def test_a_blank_row_is_one_that_the_model_makes(model: type[LineAmount | CostLine | Intake]) -> None:
    made, quick, other = model(), blank(model), blank(model)
    assert {n: v for n, v in made.__dict__.items() if n != "_state"} == {n: v for n, v in quick.__dict__.items() if n != "_state"}
    assert quick._state.adding
    assert quick._state is not other._state
    if isinstance(quick, CostLine) and isinstance(other, CostLine):
        quick.cost_changes.append("one")
        assert other.cost_changes == []


@pytest.mark.parametrize(("text", "unit"), [("48000", 1), ("83", 1000), ("0", 1), ("007", 1), ("2", 1_000_000)])
def test_digits_alone_are_read_as_with_a_sign(text: str, unit: int) -> None:
    assert read_money(text, Manner(unit)) == read_money(f"£{text}", Manner(unit))


@pytest.mark.parametrize(
    "said",
    [
        '<row r="3" hidden="1">',
        "<row r='3' hidden = 'true'>",
        '<x:mergeCell ref="A1:A2"/>',
        '<c r="A1"><f>SUM(A2)</f></c>',
        '<c r="A1"><x:f t="shared" si="0"/></c>',
        '<c r="A1" t="e"><v>#REF!</v></c>',
        '<col min="1" max="2" width="0" customWidth="1"/>',
        "<!DOCTYPE worksheet>",
    ],
)
def test_a_sheet_is_looked_through_where_it_says_more_than_values(said: str) -> None:
    assert sheets._LOOKED_FOR.search(said.encode())
    assert sheets._LOOKED_FOR.search(said.encode("utf-16"))
    assert not sheets._LOOKED_FOR.search(
        b'<row r="3" spans="1:4"><c r="A3" s="1" t="s"><v>0</v></c><c r="B3"><v>0.5</v></c></row>'
    )
