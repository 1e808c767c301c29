"""Reading what is typed into the table of posts and other costs.

One pass over all cells, no form object per row: 1,600 rows of Django forms cost 2.2 s. A cell keeps the text that was typed, so
that a wrong one comes back as it was, with its message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence
from costing.measure import WHOLE_LIFE_STORED
from costing.size import shown as size_shown
from costing.typed import DONE, NotUnderstood, parse_done
from display import formats
from display.words import listed
from posts.entry.columns.rules import Column, columns_of
from posts.entry.since.queries import Change
from posts.lines.cells.rules import FULL_YEAR, WHOLE_LIFE, cell_named, figure_in_words, is_figure, year_field, year_of
from posts.lines.reading.rules import Ground, Place, TypedFigure, TypedLine, TypedPeriod, read_line
from posts.lines.rules import LineState, amounts_of, is_fewer_at_a_cost
from posts.models import LineAmount, recruited_text

FEWER_AT_A_COST = "Fewer posts, at a cost? Type what they save as a credit: (50,000)."


@dataclass(frozen=True)
class Frame:
    """What every row of a programme is read and shown against."""

    years: tuple[FinancialYear, ...]
    basis: Basis
    hidden: frozenset[str] = frozenset()

    def ground(self, by: int, at: datetime) -> Ground:
        """The same, with who types and when."""
        return Ground(self.years, self.basis, by, at)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the table can have, in their order on screen."""
        return columns_of(self.years)

    @cached_property
    def shown(self) -> tuple[Column, ...]:
        """Those that this person has not left out."""
        return tuple(column for column in self.columns if column.name not in self.hidden)

    @cached_property
    def fields(self) -> list[str]:
        """The cells of a row, shown or not."""
        return [column.name for column in self.columns]


@dataclass
class EntryRow:
    """One row of the table of inputs: what stands in its cells, what is wrong with them, and what follows from them."""

    prefix: str
    cells: dict[str, str]
    line_id: int | None = None
    version: int | None = None
    state: LineState | None = None
    # The amounts that are stored of it, which the totals hold.
    amounts: Sequence[LineAmount] = ()
    errors: dict[str, str] = field(default_factory=dict)
    # Measures whose figure is stated; beside such a figure, the calculated one where it differs.
    stated: frozenset[str] = frozenset()
    calculated: dict[str, str] = field(default_factory=dict)
    conflict: "Conflict | None" = None
    # A new row begun above a line: that line.
    before: int | None = None
    # Where the line is drawn or waits to be, in words.
    drawn: tuple[str, ...] = ()
    # How many comments and files the line has.
    notes: int = 0
    # Where it is asked for: who changed it last since, and what the paper check finds of it.
    changed: Change | None = None
    found: list[str] = field(default_factory=list)

    @property
    def several_intakes(self) -> int:
        """How many intakes the line has, where it has more than the row's From and To can show."""
        return len(self.state.intakes) if self.state and len(self.state.intakes) > 1 else 0

    @property
    def questions(self) -> dict[str, str]:
        """What is asked of a cell that is stored as typed, and may be meant otherwise."""
        return {"fte": FEWER_AT_A_COST} if self.state and is_fewer_at_a_cost(self.state) else {}

    @property
    def figures(self) -> dict[str, str]:
        """The cells of its years and full year."""
        return _in_the_table(self.cells)

    @property
    def name(self) -> str:
        """What messages call the row."""
        return self.cells.get("title", "").strip()[:60] or ("this line" if self.line_id else "the new line")


@dataclass(frozen=True)
class Conflict:
    """Somebody else saved the row first. Each entry is a cell that both changed: its name, original, theirs, yours."""

    rows: tuple[tuple[str, str, str, str], ...]
    removed: bool = False


def shown_cells(state: LineState, amounts: Sequence[LineAmount], frame: Frame) -> dict[str, str]:
    """The text of every cell of a stored line."""
    by_year = {amount.financial_year: amount for amount in amounts}
    single = state.intakes[0] if len(state.intakes) == 1 else (None, None, None)
    reasons = [item.reason for item in state.stated]
    return {
        "title": state.title,
        "team": state.team,
        "fte": size_shown(state.size),
        "annual_cost": _typed_amount(state.annual_cost),
        "start": short_date(single[1]),
        "end": short_date(single[2]),
        **{year_field(year): _figure_text(by_year.get(year.starts_in)) for year in frame.years},
        FULL_YEAR: _figure_text(by_year.get(None)),
        WHOLE_LIFE: _figure_text(by_year.get(WHOLE_LIFE_STORED)),
        "paperwork": "yes" if state.paperwork_complete else "",
        "recruited": recruited_text(state.fte, state.recruited_fte, state.engaged),
        "cost_centre": state.cost_centre,
        "comment": state.comment,
        "reason": reasons[0] if reasons else "",
    }


def entry_row(line_id: int, version: int, state: LineState, amounts: Sequence[LineAmount], frame: Frame) -> EntryRow:
    """A stored line as a row of the table."""
    row = EntryRow(f"l{line_id}", shown_cells(state, amounts, frame), line_id, version, state, amounts)
    _explain(row, amounts, frame)
    return row


def _explain(row: EntryRow, amounts: Sequence[LineAmount], frame: Frame) -> None:
    names = {None: FULL_YEAR} | {year.starts_in: year_field(year) for year in frame.years}
    stated = [amount for amount in amounts if amount.origin == LineAmount.Origin.STATED and amount.financial_year in names]
    row.stated = frozenset(names[amount.financial_year] for amount in stated)
    row.calculated = {
        names[amount.financial_year]: formats.whole(amount.calculated)
        for amount in stated
        if amount.calculated is not None and amount.calculated != amount.amount
    }


def blank_row(phase_id: int, frame: Frame) -> EntryRow:
    """The empty row at the end of a phase, where a line is added by typing."""
    return EntryRow(f"new{phase_id}", dict.fromkeys(frame.fields, ""))


def new_row(phase_id: int, number: int, frame: Frame, *, before: int | None = None, team: str = "") -> EntryRow:
    """A new row beside the empty one of a phase, above a line where `before` names one."""
    return EntryRow(f"new{phase_id}x{number}", {**dict.fromkeys(frame.fields, ""), "team": team}, before=before)


def typed_cells(data: Mapping[str, str], prefix: str, frame: Frame, shown: Mapping[str, str]) -> dict[str, str]:
    """What was typed in a row's cells, line ends as one kind, nothing else changed.

    A cell whose column was not on the person's page, of which the form says so, is as it was `shown`.
    """
    posted = set(data.get("columns", "").split()) or set(frame.fields)
    return {
        name: str(data.get(f"{prefix}-{name}", "")).replace("\r\n", "\n") if name in posted else shown.get(name, "")
        for name in frame.fields
    }


_TEXTS = ("title", "team", "cost_centre", "comment", "fte", "annual_cost", "recruited")


def typed_line(
    typed: Mapping[str, str], original: LineState | None, shown: Mapping[str, str], *, phase: int, position: int
) -> TypedLine:
    """What a row's cells say of a line. `shown` are the cells as they were shown; `position` is that of a new line."""
    several = original is not None and len(original.intakes) > 1
    return TypedLine(
        phase=phase,
        texts={name: typed.get(name, "") for name in _TEXTS},
        periods=None if several else {0: TypedPeriod("", typed.get("start", ""), typed.get("end", ""))},
        figures=_typed_figures(typed, original, shown),
        paperwork_complete=typed.get("paperwork", "").strip().lower() in DONE,
        position=position,
    )


def _typed_figures(
    typed: Mapping[str, str], original: LineState | None, shown: Mapping[str, str]
) -> dict[int | None, TypedFigure]:
    """The figures of a row share one reason: that of every figure that is typed, and of all of them where it is changed."""
    before = {item.year: item.reason for item in original.stated} if original else {}
    reason, found = typed.get("reason", ""), {}
    kept = " ".join(reason.split()) == shown.get("reason", "")
    for name in (name for name in typed if is_figure(name)):
        year, text, was = year_of(name), typed[name].strip(), shown.get(name, "")
        its = before.get(year, "") if text == was and (kept or year not in before) else reason if text else ""
        found[year] = TypedFigure(text, its, was)
    return found


class Before(NamedTuple):
    """What a row was typed over: the line, None where it is new, and its cells as they were shown."""

    line: LineState | None
    cells: Mapping[str, str]


def read_row(
    typed: Mapping[str, str], before: Before, ground: Ground, *, phase: int, position: int
) -> tuple[LineState | None, dict[str, str]]:
    """The state a row's cells say, or None and a message for each wrong cell.

    A figure that still reads as it was shown was not touched, and stays calculated or stated as it was. One that was cleared is
    calculated; one that was typed is stated, and needs a reason.
    """
    original, shown = before
    line = typed_line(typed, original, shown, phase=phase, position=position)
    state, wrong = read_line(line, original, ground)
    errors = {cell_of(place): message for place, message in wrong.items() if place.field != "reason"}
    try:
        parse_done(typed.get("paperwork", ""))
    except NotUnderstood as error:
        errors["paperwork"] = str(error)
    without = [place.at for place in wrong if place.field == "reason"]
    if without:
        errors["reason"] = _reason_wanted(without) if not typed.get("reason", "").strip() else wrong[Place("reason", without[0])]
    new = " ".join(typed.get("reason", "").split())
    if new and new != shown.get("reason", "") and not any(figure.reason for figure in line.figures.values()):
        errors.setdefault("reason", "Type the figure that this is the reason for, or clear it.")
    return (None if errors else state), errors


def cell_of(place: Place) -> str:
    """The cell in which a message about a place stands."""
    if place.field == "figure":
        return cell_named(place.at)
    return {"period_fte": "fte", "term_months": "end"}.get(place.field, place.field)


def _reason_wanted(years: Sequence[int | None]) -> str:
    named = listed(map(figure_in_words, years))
    return f"Give a reason for {named}, or clear {'that cell' if len(years) == 1 else 'those cells'}."


def calculated_cells(state: LineState, frame: Frame) -> tuple[dict[str, str], list[LineAmount]]:
    """The figures of a row as it would be shown once saved, and its amounts."""
    amounts = amounts_of(state, frame.years, frame.basis)
    cells = shown_cells(state, amounts, frame)
    return _in_the_table(cells), amounts


def _in_the_table(cells: Mapping[str, str]) -> dict[str, str]:
    """The figures that the table has a column for: the whole life is stated on the page of a line."""
    return {name: text for name, text in cells.items() if is_figure(name) and name != WHOLE_LIFE}


def short_date(day: date | None) -> str:
    """A date as it stands in a cell: 1 Nov 2016."""
    return "" if day is None else f"{day.day} {day:%b %Y}"


def _typed_amount(amount: Decimal | None) -> str:
    return "" if amount is None else formats.whole(amount, formats.CreditStyle.MINUS)


def _figure_text(amount: LineAmount | None) -> str:
    if amount is None or (amount.amount is None and amount.absence == Absence.NOT_STATED):
        return ""
    if amount.amount is None:
        return formats.NIL
    figure = formats.whole(amount.amount, formats.CreditStyle.MINUS)
    return f"{amount.bound} {figure}" if amount.bound else figure
