"""The committee table as one frozen object: phases, teams, rows, figures, subtotals, totals, notes.

Screen, PDF, XLSX, CSV and JSON print this object and compute nothing. Amounts are whole pounds; `shown` is the same amount in
the schedule's unit, under its rounding rule. Everything here is immutable. The lines are held by column, because a table of 5,000
is then built and written in half the time; a row of them is made when somebody asks for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby, repeat
from typing import Any, NamedTuple, TypeVar

from costing.bound import Bound, of_sum
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence
from costing.money import Rounding, Shown, Unit, in_unit, whole_in_unit
from costing.size import FteTotal
from display import formats
from display.formats import CreditStyle
from reports.table.outside.rules import EARLIER, LABELS, NOTHING, TOTAL, Outside, words_by_column
from reports.table.paying.rules import FULL_YEAR, WhoPays


class Figure(NamedTuple):
    """One cell. `pounds` is None where there is no full-year effect or nothing is stated: `absence` says which.

    A total, of lines or of years, with pounds whose absence is "not stated" is at least this much: a figure is not included in it
    (money rule 12).
    """

    pounds: Decimal | None
    shown: Shown | None
    absence: Absence | None = None
    stated: bool = False
    bound: Bound | None = None
    """The word that the source puts before it; of a total, the word of what it adds up."""

    @property
    def word(self) -> Bound | None:
        """What is printed before it. A total over something that is not stated is at least so much, or about so much."""
        if self.pounds is None:
            return None
        return of_sum([self.bound, Bound.AT_LEAST]) if self.absence is Absence.NOT_STATED else self.bound

    @property
    def at_least(self) -> bool:
        """Whether it is at least so much."""
        return self.word is Bound.AT_LEAST


class Row(NamedTuple):
    """One line of the table. `recruited` is the text of its column: Yes, No, 4 of 6, n/a; "" and None where it is exempt.

    `withheld` is empty but in Part 1: the fields without a text that may not be published, each with its paragraph.
    """

    line_id: int
    title: str
    kind: str
    fte: Decimal | None
    years: tuple[Figure, ...]
    full_year: Figure
    paperwork_complete: bool | None
    recruited: str
    comment: str
    withheld: tuple[tuple[str, int], ...] = ()
    further: tuple[Figure, ...] = ()
    """Those of the schedule's further columns, in their order."""
    size: str = ""
    """What a post states instead of its FTE or beside it: 2 posts, 22.2 of 37 hours; n/s for nothing; "" for a plain FTE."""
    fte_years: tuple[Decimal | None, ...] = ()
    """The FTE of a post in each year shown, None where it is not stated; empty for another cost, or without such columns."""
    others: str = ""
    """What sources say that are not used; the comment ends with it."""

    @property
    def fte_text(self) -> str:
        """The FTE as it is printed: n/s where a post states none."""
        return formats.fte_or_absent(self.fte, self.size)

    @property
    def own_comment(self) -> str:
        """The comment without what other sources say."""
        return self.comment.removesuffix(self.others).rstrip("; ") if self.others else self.comment

    def instead_of(self, field: str) -> str:
        """What is printed where a field may not be published: "para 2". Empty where it may."""
        if not self.withheld:  # most lines; a long table asks thousands of times
            return ""
        return next((f"para {paragraph}" for name, paragraph in self.withheld if name == field), "")


class Totals(NamedTuple):
    """FTE and money of a team, a phase or the whole table; one figure for each year shown."""

    fte: Decimal
    years: tuple[Figure, ...]
    full_year: Figure
    line_count: int
    further: tuple[Figure, ...] = ()
    fte_gap: bool = False
    """Whether the FTE of a post is not stated, and not in this total (money rule 12)."""

    fte_years: tuple[FteTotal, ...] = ()
    """The FTE of each year shown; empty without such columns."""

    @property
    def fte_text(self) -> str:
        """The FTE as it is printed: at least 7 where that of a post is not stated."""
        return formats.fte_total(self.fte, self.fte_gap)


ZERO = Decimal(0)

Each = TypeVar("Each")

_NO_FIGURE = Figure(None, None, Absence.NOT_STATED)

# A NamedTuple's own constructor takes twice as long, which is felt at 5,000 rows.
_new = tuple.__new__


class Column(NamedTuple):
    """The figures of one measure, one for each line: its whole pounds, what is shown of them, and why there are none."""

    pounds: Sequence[int | None]
    shown: Sequence[Shown | None]
    absences: Sequence[Absence | None]
    stated: Sequence[bool]
    bounds: Sequence[Bound | None] = ()
    """The word of each; none of any where it is empty."""

    def figures(self) -> Iterator[Figure]:
        """Each as a cell."""
        money = (None if pounds is None else Decimal(pounds) for pounds in self.pounds)
        bounds = self.bounds or repeat(None)
        return map(_new, repeat(Figure), zip(money, self.shown, self.absences, self.stated, bounds, strict=False))


@dataclass(frozen=True)
class Lines:
    """Lines of a table by column: what a Row holds of each, in the same order."""

    unit: Unit
    rounding: Rounding
    ids: Sequence[int]
    titles: Sequence[str]
    kinds: Sequence[str]
    ftes: Sequence[Decimal | None]
    years: Sequence[Column]
    full_year: Column
    paperwork_complete: Sequence[bool | None]
    recruited: Sequence[str]
    comments: Sequence[str]
    sizes: Sequence[str]
    fte_years: Sequence[tuple[Decimal | None, ...]]
    further: Sequence[Column] = ()
    others: Sequence[str] = ()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Each as a row."""
        years = zip(*(year.figures() for year in self.years), strict=True) if self.years else repeat(())
        further = zip(*(each.figures() for each in self.further), strict=True) if self.further else repeat(())
        rest = (self.sizes, self.fte_years, self.others)
        texts = (self.paperwork_complete, self.recruited, self.comments, repeat(()), further, *rest)
        fields = zip(self.ids, self.titles, self.kinds, self.ftes, years, self.full_year.figures(), *texts, strict=False)
        return tuple(map(_new, repeat(Row), fields))

    def totals(self, start: int, end: int) -> Totals:
        """FTE and money of the lines from `start` and before `end`."""
        *years, full_year = [self._total(column, start, end) for column in (*self.years, self.full_year)]
        further = tuple([self._total(column, start, end) for column in self.further])
        ftes = self.ftes[start:end]
        gap = None in ftes and any(size for fte, size in zip(ftes, self.sizes[start:end], strict=True) if fte is None)
        by_year = tuple(_fte_total(column) for column in zip(*filter(None, self.fte_years[start:end]), strict=True))
        return Totals(sum(filter(None, ftes), ZERO), tuple(years), full_year, end - start, further, gap, by_year)

    def _total(self, column: Column, start: int, end: int) -> Figure:
        """Pounds are added exactly. Shown figures are the sum of those of the lines, unless the exact total is what is rounded:
        so nothing is rounded twice (domain, money rule 8)."""
        pounds, shown = column.pounds[start:end], column.shown[start:end]
        gap = Absence.NOT_STATED if Absence.NOT_STATED in column.absences[start:end] else None
        if start < end and shown.count(None) == end - start:
            return Figure(None, None, gap or Absence.NO_EFFECT)
        exact = Decimal(_sum(pounds))
        shown_sum = in_unit(exact, self.unit) if self.rounding is Rounding.ROUNDED_SUM else _sum(shown)
        return Figure(exact, shown_sum, gap, bound=of_sum(column.bounds[start:end]))


def _fte_total(ftes: Sequence[Decimal | None]) -> FteTotal:
    return FteTotal(sum((fte for fte in ftes if fte is not None), ZERO), None in ftes)


def _sum(numbers: Sequence[Shown | None]) -> Shown:
    """Of those that there are."""
    return sum(filter(None, numbers)) if None in numbers else sum(numbers)  # type: ignore[arg-type]


class Run(Sequence[Row]):
    """The rows of lines that follow one another, made when they are asked for."""

    __slots__ = ("end", "lines", "start")

    def __init__(self, lines: Lines, start: int, end: int) -> None:
        self.lines, self.start, self.end = lines, start, end

    def __len__(self) -> int:
        return self.end - self.start

    def totals(self) -> Totals:
        """What they add up to."""
        return self.lines.totals(self.start, self.end)

    def __getitem__(self, place: Any) -> Any:
        return self.lines.rows[self.start : self.end][place]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.lines.rows[self.start : self.end])


class TeamGroup(NamedTuple):
    """Rows under one heading; `name` is empty for the lines of a phase that stand under no team."""

    name: str
    rows: Sequence[Row]
    given: Totals | None = None
    """The subtotal, where it is not worked out of the rows: some of what it adds up may be withheld."""

    @property
    def subtotal(self) -> Totals:
        """What the lines add up to."""
        if self.given:
            return self.given
        assert isinstance(self.rows, Run)
        return self.rows.totals()


class PhaseSection(NamedTuple):
    """One phase with its teams; `total_label` is printed, e.g. TOTAL PHASE ONE RESOURCES REQUESTED."""

    number: int
    name: str
    total_label: str
    teams: tuple[TeamGroup, ...]
    total: Totals


class Paper(NamedTuple):
    """What the appendix prints at the head and foot of every page. Empty texts are not printed; version 0 is not issued."""

    appendix: str = ""
    report_number: str = ""
    committee: str = ""
    meeting_date: str = ""
    part: int = 1
    agenda_item: str = ""
    version: int = 0
    internal: bool = False


class Schedule(NamedTuple):
    """The whole committee table. `notes` are full sentences in printing order, `abbreviations` pairs (short form, meaning)."""

    slug: str
    programme: str
    council: str
    title: str
    years: tuple[FinancialYear, ...]
    unit: Unit
    rounding: Rounding
    basis: Basis
    credit_style: CreditStyle
    show_team_subtotals: bool
    phases: tuple[PhaseSection, ...]
    total_label: str
    total: Totals
    notes: tuple[str, ...]
    abbreviations: tuple[tuple[str, str], ...]
    paper: Paper
    version: int
    as_at: datetime
    further: tuple[str, ...] = ()
    """The columns of money beside the years and the full year, in their order (reports.table.outside)."""
    fte_by_year: bool = False
    """Whether the FTE of each year stands beside that of the line."""
    who_pays: WhoPays | None = None
    """What each funding source pays, where lines name any."""
    without: tuple[str, ...] = ()
    """Columns that the paper does without, by name (reports.table.columns)."""

    @property
    def fte_headings(self) -> tuple[str, ...]:
        """The headings of the columns of FTE by year, where they are shown."""
        return tuple(f"FTE {year.label}" for year in self.years) if self.fte_by_year else ()

    def fte_texts(self, row: "Row | Totals") -> list[str]:
        """The FTE of each year as it is printed, where it is shown: 6, 0, n/s, at least 6, para 2; empty for another cost."""
        if isinstance(row, Totals):
            found = row.fte_years or (FteTotal(ZERO),) * len(self.fte_headings)
            return [formats.fte_total(*each) for each in found] if self.fte_by_year else []
        withheld = row.instead_of("fte")
        texts = ["n/s" if fte is None else formats.fte(fte) for fte in row.fte_years]
        return [withheld] * len(self.fte_headings) if withheld or not texts else texts

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Every column of money in printing order, as files name it and as its heading says it."""
        further = tuple((name, LABELS[name]) for name in self.further)
        years = tuple((year.label, year.label) for year in self.years)
        return (*further[: self._before], *years, *further[self._before :], (FULL_YEAR, "Full year"))

    def figures(self, row: "Row | Totals") -> tuple[Figure, ...]:
        """The figures of a line or a total in the order of `columns`."""
        return self.arranged(row.further, row.years, row.full_year)

    def arranged(self, further: Sequence[Each], years: Sequence[Each], full_year: Each) -> tuple[Each, ...]:
        """What there is of each column, given apart, in the order of `columns`."""
        return (*further[: self._before], *years, *further[self._before :], full_year)

    def over_years(self, row: "Row | Totals") -> Figure:
        """What a line or a total comes to over all its years: its figure in the column of totals, else the sum of the years."""
        if TOTAL in self.further:
            return row.further[-1]
        known = [each.pounds for each in row.years if each.pounds is not None]
        gap = Absence.NOT_STATED if any(each.absence for each in row.years) else None
        bound = of_sum(each.bound for each in row.years)
        shown = _sum([each.shown for each in row.years])
        return Figure(sum(known, ZERO), shown, gap, bound=bound) if known else _NO_FIGURE

    @property
    def _before(self) -> int:
        """How many of the further columns stand before the years."""
        return 1 if EARLIER in self.further else 0

    def rows(self) -> Iterable[tuple[PhaseSection, TeamGroup, Row]]:
        """Every line in printing order, with the phase and team it stands under."""
        return ((phase, team, row) for phase in self.phases for team in phase.teams for row in team.rows)

    @property
    def unit_label(self) -> str:
        """What a column heading says of its figures: £'000 or £."""
        return self.unit.sign


def says_sizes(schedule: Schedule) -> bool:
    """Whether a post states anything but a plain FTE, so that data faces need a column for it."""
    return any(row.size for _, _, row in schedule.rows())


class LineRecord(NamedTuple):
    """What the store knows of one line, in whole pounds, ready for the table. `years` has those of each year shown, in order."""

    phase: int
    team: str
    line_id: int
    title: str
    kind: str
    fte: Decimal | None
    years: tuple[tuple[int | None, bool], ...]
    full_year: int | None
    full_year_absence: Absence | None
    full_year_stated: bool
    paperwork_complete: bool
    recruited: str
    comment: str
    outside: Outside = NOTHING
    size: str = ""
    fte_years: tuple[Decimal | None, ...] = ()
    bounds: tuple[Bound | None, ...] = ()
    """The words of its years, of its full year and of its whole life, in that order; empty where none has one."""
    others: str = ""
    """What sources say that are not used; the comment ends with it."""


class Shape(NamedTuple):
    """What a table is made like: how many years it shows, its further columns, its unit and its rounding rule."""

    year_count: int
    further: tuple[str, ...]
    unit: Unit
    rounding: Rounding


def _lines(columns: Sequence[Sequence[Any]], shape: Shape) -> Lines:
    """The lines of records that were turned into columns."""
    _, _, ids, titles, kinds, ftes, years, full_year, absences, stated, paperwork, recruited, comments, *rest = columns
    outside, sizes, fte_years, bounds, others = rest
    year_count, further, unit, rounding = shape
    pairs: list[Any] = [zip(*year, strict=True) for year in zip(*years, strict=True)] or [((), ())] * year_count
    by_year = [_column(pounds, repeat(Absence.NOT_STATED), is_stated, unit) for pounds, is_stated in pairs]
    whole = _column(full_year, absences, stated, unit)
    beside = [_further(name, years, outside, unit) for name in further]
    if any(bounds):
        of_years, of_full_year, of_totals = words_by_column(bounds, outside)
        by_year = [column._replace(bounds=words) for column, words in zip(by_year, of_years, strict=True)]
        whole = whole._replace(bounds=of_full_year)
        named = zip(further, beside, strict=True)
        beside = [column._replace(bounds=of_totals) if name == TOTAL else column for name, column in named]
    texts = (paperwork, recruited, comments)
    return Lines(unit, rounding, ids, titles, kinds, ftes, by_year, whole, *texts, sizes, fte_years, beside, others)


def _further(name: str, years: Sequence[Any], outside: Sequence[Outside], unit: Unit) -> Column:
    """A column beside the years. A total counts as stated where it is a sum stated over the whole life."""
    if name != TOTAL:
        return _column([each.of(name) for each in outside], (), (False,) * len(outside), unit)
    totals = [each.total([pounds for pounds, _ in line]) for each, line in zip(outside, years, strict=True)]
    pounds = [amount for amount, _ in totals]
    stated = [each.whole is not None for each in outside]
    return Column(pounds, whole_in_unit(pounds, unit), [gap for _, gap in totals], stated)


def _column(pounds: Sequence[int | None], absences: Iterable[Absence | None], stated: Sequence[bool], unit: Unit) -> Column:
    """These amounts; an absence stands only where there is none."""
    shown = whole_in_unit(pounds, unit)
    if None not in shown:
        return Column(pounds, shown, (None,) * len(shown), stated)
    only = [absence if each is None else None for each, absence in zip(shown, absences, strict=False)]
    return Column(pounds, shown, only, stated)


def sections(
    phases: Iterable[tuple[int, str, str]],
    records: Iterable[LineRecord],
    shape: Shape,
) -> tuple[tuple[PhaseSection, ...], Totals]:
    """Phases (number, name, total label) with their teams and rows in the order given, and the total of all.

    Records come in the order of their phases, and within one so that the lines of a team stand together. A phase without lines
    is kept.
    """
    labelled = {number: (name, label) for number, name, label in phases}
    columns = list(zip(*records, strict=True)) or [()] * len(LineRecord._fields)
    lines = _lines(columns, shape)
    teams: dict[int, list[TeamGroup]] = {number: [] for number in labelled}
    end = 0
    for (phase, team), same in groupby(zip(columns[0], columns[1], strict=True)):
        start, end = end, end + len(list(same))
        teams.setdefault(phase, []).append(TeamGroup(team, Run(lines, start, end)))
    built = []
    end = 0
    for number, (name, label) in labelled.items():
        start, end = end, end + sum([len(team.rows) for team in teams[number]])
        built.append(PhaseSection(number, name, label, tuple(teams[number]), lines.totals(start, end)))
    return tuple(built), lines.totals(0, end)
