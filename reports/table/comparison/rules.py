"""What differs between two committee tables, cell by cell. Both are given as JSON faces of a schedule (`faces.as_json`)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from costing.bound import Bound
from costing.line_cost import Absence
from costing.money import Shown
from display import formats
from display.formats import NIL, CreditStyle
from reports.table.outside.rules import LABELS
from reports.table.rules import Figure
from reports.table.wording import rules as wording

Face = Mapping[str, Any]

FULL_YEAR = "Full year"
LEFT_OUT, ADDED = "not in the table", "added"


class CellChange(NamedTuple):
    """One cell that differs. `row` is a line, a total, or what of the whole paper it is; `where` its phase and team."""

    where: str
    row: str
    column: str
    before: str
    after: str


class Reissue(NamedTuple):
    """What a later version of a paper prints of the one before it."""

    version: int
    issued_on: str
    reason: str
    changes: tuple[CellChange, ...]


def changes_between(before: Face, after: Face) -> tuple[CellChange, ...]:
    """Every cell of the later table that differs from the earlier, in printing order; lines are known by their number.

    A figure is given as it is printed. Where both print the same, or in different units, it is given in pounds.
    """
    return (
        *_of_the_paper(before, after),
        *_Tables(before, after).changes(),
        *_of_who_pays(before, after),
        *_of_the_notes(before, after),
    )


_PAPER = {
    "title": "Title of the table",
    "programme": "Programme",
    "council": "Council",
    "unit": "Unit",
    "rounding": "Rounding of totals",
    "basis": "Part-year basis",
}
_WORDS = {
    "thousands": "£'000",
    "pounds": "£",
    "sum_of_rounded": "the sum of the rounded lines",
    "rounded_sum": "the exact total, rounded",
}
_HEAD = {"agenda_item": "Agenda item", "report_number": "Report number"}


def _of_the_paper(before: Face, after: Face) -> Iterator[CellChange]:
    for key, label in _PAPER.items():
        if before[key] != after[key]:
            was, now = (_WORDS.get(face[key], face[key]) for face in (before, after))
            yield CellChange("", "The paper", label, str(was), str(now))
    if before["years"] != after["years"]:
        yield CellChange("", "The paper", "Financial years", ", ".join(before["years"]), ", ".join(after["years"]))
    for key, label in _HEAD.items():
        if before["paper"][key] != after["paper"][key]:
            yield CellChange("", "The paper", label, before["paper"][key] or NIL, after["paper"][key] or NIL)


def _of_who_pays(before: Face, after: Face) -> Iterator[CellChange]:
    """What each funding source pays, in pounds; the total is that of the table, and told there."""
    was, now = (
        {row["name"]: row["amounts"] for row in face["who_pays"]["sources"]} if "who_pays" in face else {}
        for face in (before, after)
    )
    labels = {
        column: label for face in (before, after) if "who_pays" in face for column, label in face["who_pays"]["columns"].items()
    }
    for name in dict.fromkeys((*was, *now)):
        for column, label in labels.items():
            amounts = [
                formats.pounds(Decimal(of[name][column])) if name in of and column in of[name] else LEFT_OUT for of in (was, now)
            ]
            if amounts[0] != amounts[1]:
                yield CellChange("Who pays", name, label, *amounts)


def _of_the_notes(before: Face, after: Face) -> Iterator[CellChange]:
    for note in before["notes"]:
        if note not in after["notes"]:
            yield CellChange("", "Notes", "Note", note, "left out")
    for note in after["notes"]:
        if note not in before["notes"]:
            yield CellChange("", "Notes", "Note", NIL, note)
    for short in {**before["abbreviations"], **after["abbreviations"]}:
        was, now = (face["abbreviations"].get(short, NIL) for face in (before, after))
        if was != now:
            yield CellChange("", "Key to abbreviations", short, was, now)


class _Line(NamedTuple):
    number: int
    phase: str
    team: str
    line: Mapping[str, Any]

    @property
    def where(self) -> str:
        return ", ".join(filter(None, (self.phase, self.team)))


class _Tables:
    """Two tables beside each other."""

    def __init__(self, before: Face, after: Face) -> None:
        self.before, self.after = before, after
        self.years = list(dict.fromkeys((*before["years"], *after["years"])))
        further = (*before.get("further_columns", ()), *after.get("further_columns", ()))
        self.columns = (*self.years, *(column for column in LABELS if column in further), FULL_YEAR)
        self.fte_years = self.years if before.get("fte_columns") or after.get("fte_columns") else []
        self.one_unit = before["unit"] == after["unit"]
        self.styles = [CreditStyle(face["credits"]) for face in (before, after)]

    def changes(self) -> Iterator[CellChange]:
        was, now = _lines(self.before), _lines(self.after)
        phases = {phase["number"]: phase for phase in self.before["phases"]}
        for phase in self.after["phases"]:
            earlier = phases.pop(phase["number"], None)
            if earlier and earlier["name"] != phase["name"]:
                yield CellChange("", "The paper", "Name of the phase", earlier["name"], phase["name"])
            yield from self._lines(was, now, phase)
            yield from self._left(was, now, earlier)
            yield from self._money(phase["name"], phase["total_label"], earlier and earlier["total"], phase["total"])
        for gone in phases.values():
            yield from self._left(was, now, gone)
            yield from self._money(gone["name"], gone["total_label"], gone["total"], None)
        yield from self._money("", self.after["total_label"], self.before["total"], self.after["total"])

    def _lines(self, was: Mapping[int, _Line], now: Mapping[int, _Line], phase: Mapping[str, Any]) -> Iterator[CellChange]:
        subtotals = _subtotals(self.before, phase["number"]) if self.after["team_subtotals"] else {}
        for team in phase["teams"]:
            for line in team["lines"]:
                after = now[line["id"]]
                if before := was.get(line["id"]):
                    yield from self._line(before, after)
                else:
                    yield CellChange(after.where, line["title"], "Line", LEFT_OUT, ADDED)
                    yield from self._money(after.where, line["title"], None, line)
            if subtotals and team["name"] in subtotals:
                where = f"{phase['name']}, {team['name']}"
                yield from self._money(where, "Subtotal", subtotals[team["name"]], team["subtotal"])

    def _left(self, was: Mapping[int, _Line], now: Mapping[int, _Line], phase: Mapping[str, Any] | None) -> Iterator[CellChange]:
        for team in phase["teams"] if phase else ():
            for line in team["lines"]:
                if line["id"] not in now:
                    where = was[line["id"]].where
                    yield CellChange(where, line["title"], "Line", "in the table", "removed")
                    yield from self._money(where, line["title"], line, None)

    def _line(self, before: _Line, after: _Line) -> Iterator[CellChange]:
        title = after.line["title"]
        for column, was, now in (
            ("Title", before.line["title"], title),
            ("Phase", before.phase, after.phase),
            ("Team", before.team, after.team),
        ):
            if was != now and not (column == "Phase" and before.number == after.number):
                yield CellChange(after.where, title, column, was or NIL, now or NIL)
        yield from self._money(after.where, title, before.line, after.line)
        for key, column in _TEXTS.items():
            was, now = (_withheld(each.line, key) or _word(each.line[key]) for each in (before, after))
            if was != now:
                yield CellChange(after.where, title, column, was, now)

    def _money(
        self, where: str, row: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> Iterator[CellChange]:
        """FTE and figures of a line or total. None: there is no such row."""
        ftes = [_withheld(each, "fte") or _fte(each) for each in (before, after)]
        if ftes[0] != ftes[1]:
            yield CellChange(where, row, "FTE", *ftes)
        for year in self.fte_years:
            ftes = [_withheld(each, "fte") or _fte_in(each, year) for each in (before, after)]
            if ftes[0] != ftes[1]:
                yield CellChange(where, row, f"FTE {year}", *ftes)
        hidden = [_withheld(each, "amounts") for each in (before, after)]
        for column in self.columns:
            figures = [_figure(each, column) for each in (before, after)]
            if figures[0][::2] == figures[1][::2]:
                continue
            shown = [wording.cell(each, style) for each, style in zip(figures, self.styles, strict=True)]
            if not self.one_unit or shown[0] == shown[1]:
                shown = [_in_pounds(each) for each in figures]
            was, now = (instead or figure for instead, figure in zip(hidden, shown, strict=True))
            yield CellChange(where, row, LABELS.get(column, column), was, now)


_TEXTS = {"paperwork_complete": "Paperwork complete", "recruited": "Recruited to post", "comment": "Comment"}


def _lines(face: Face) -> dict[int, _Line]:
    return {
        line["id"]: _Line(phase["number"], phase["name"], team["name"], line)
        for phase in face["phases"]
        for team in phase["teams"]
        for line in team["lines"]
    }


def _subtotals(face: Face, number: int) -> dict[str, Mapping[str, Any]]:
    teams: Sequence[Any] = next((phase["teams"] for phase in face["phases"] if phase["number"] == number), ())
    return {team["name"]: team["subtotal"] for team in teams if team["name"]}


def _word(value: bool | str) -> str:
    return formats.yes_no(value) if isinstance(value, bool) else value or NIL


def _withheld(row: Mapping[str, Any] | None, field: str) -> str:
    """What stands where a field was not published, e.g. para 2; empty where it was."""
    paragraph = row.get("withheld", {}).get(field) if row else None
    return f"para {paragraph}" if paragraph else ""


def _fte(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return NIL
    fte, beside = None if row["fte"] is None else Decimal(row["fte"]), row.get("posts_or_hours", "")
    if fte is not None and row.get("fte_not_stated"):
        return formats.fte_total(fte, at_least=True)
    shown = formats.fte_or_absent(fte, beside)
    under = formats.fte_beside(beside)
    return f"{shown} ({under})" if under else shown or NIL


def _fte_in(row: Mapping[str, Any] | None, year: str) -> str:
    """The FTE of a year, where the table has such columns."""
    by_year = row.get("fte_by_year", {}) if row else {}
    if year not in by_year:
        return NIL
    if by_year[year] is None:
        return formats.NOT_STATED
    return formats.fte_total(Decimal(by_year[year]), at_least=year in (row or {}).get("fte_by_year_not_stated", ()))


def _figure(row: Mapping[str, Any] | None, column: str) -> Figure:
    """What the face says of it. There is no amount where there is none, no such column or no such row."""
    if row is None:
        return Figure(None, None)
    name = "full_year" if column == FULL_YEAR else column
    digits = row["full_year"] if column == FULL_YEAR else row["amounts"].get(column)
    gap = Absence.NOT_STATED if name in row.get("not_stated", ()) else None
    words = row.get("words", {})
    bound = Bound(words[name]) if name in words else None
    return Figure(None if digits is None else Decimal(digits), _as_shown(row["shown"].get(name)), gap, bound=bound)


def _as_shown(face: int | str | None) -> Shown | None:
    return Decimal(face) if isinstance(face, str) else face


def _in_pounds(figure: Figure) -> str:
    if figure.pounds is None:
        return formats.NOT_STATED if figure.absence else NIL
    return f"{figure.word} {formats.pounds(figure.pounds)}" if figure.word else formats.pounds(figure.pounds)
