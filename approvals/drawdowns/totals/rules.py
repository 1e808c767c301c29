"""What a drawdown asks for, added up by phase and altogether for people, from what is frozen of it. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from approvals.drawdowns.rules import Authority
from approvals.drawdowns.submission.rules import FrozenLine, SubmissionContent
from costing.line_cost import Duration
from costing.measure import FULL_YEAR, Measure
from costing.money import round_pounds, share_of
from costing.totals import total
from display import formats
from display.words import listed


class LineTotals(NamedTuple):
    """A line asked for. `amounts` are whole pounds in the order of the measures; None where nothing is consumed of one.

    `full_year` is what it costs in a full year, where that is not limited; None where it has no full-year effect, or none stated.
    `credits` are those it brings instead, below 0, None where it brings none: they make no headroom.
    """

    title: str
    team: str
    fte: str
    term: str
    amounts: list[Decimal | None]
    full_year: Decimal | None
    credits: Sequence[Decimal | None] = ()

    @property
    def cells(self) -> list[tuple[Decimal | None, bool]]:
        """What stands in each measure, and whether it is a credit."""
        credits = self.credits or [None] * len(self.amounts)
        return [
            (amount if credit is None else credit, credit is not None)
            for amount, credit in zip(self.amounts, credits, strict=True)
        ]


class PhaseTotals(NamedTuple):
    """The lines of one phase, with their sums."""

    name: str
    lines: list[LineTotals]
    fte: Decimal
    amounts: list[Decimal | None]
    full_year: Decimal | None


class Totals(NamedTuple):
    """What is asked, by phase and altogether. `by_limit` is by authorisation (its number) and measure.

    `full_year` is what the recurring lines cost in a full year where no limit of it is drawn on; else None.
    """

    content: SubmissionContent
    measures: list[Measure]
    phases: list[PhaseTotals]
    fte: Decimal
    amounts: list[Decimal | None]
    full_year: Decimal | None
    by_limit: dict[tuple[int, Measure], Decimal]

    @property
    def headings(self) -> list[str]:
        return [measure.label for measure in self.measures]

    @property
    def by_measure(self) -> dict[Measure, Decimal]:
        return {measure: amount for measure, amount in zip(self.measures, self.amounts, strict=True) if amount is not None}

    @property
    def money(self) -> list[tuple[str, Decimal]]:
        """Each measure in words with what is drawn of its limit."""
        return [(measure.name, pounds) for measure, pounds in self.by_measure.items()]

    @property
    def in_words(self) -> str:
        """What is released, and nothing else: £218,000 in 2016/17. A full year that is not released is said beside it."""
        return "no money" if self.content.proposal else amounts_in_words(self.by_measure)

    @property
    def purpose(self) -> str:
        """For what, and from which money: 7 FTE of Phase Two, from the Central Contingency."""
        phases = listed(phase.name for phase in self.phases)
        sources = listed(dict.fromkeys(each.source for each in self.content.authorisations))
        what = f"{formats.fte(self.fte)} FTE of {phases}" if self.fte else phases
        return f"{what}, from {sources}"

    @property
    def credits(self) -> dict[Measure, Decimal]:
        """What the credits that are taken with it come to, below 0, in each measure that is drawn on."""
        return credits_of(self.content.lines)

    @property
    def net(self) -> dict[Measure, Decimal]:
        """What it releases less its credits, where it has any."""
        return {measure: self.by_measure[measure] + credit for measure, credit in self.credits.items()}

    @property
    def releases_nothing_in(self) -> list[str]:
        """The years in which no line has authority: neither under a limit of the year nor through a full-year limit."""
        lines = self.content.lines
        years = sorted({year for line in lines for year in line.authority})
        none = [year for year in years if all(line.authority[year] is Authority.NOTHING_RELEASED for line in lines)]
        return [year.label for year in none]


def totals_of(content: SubmissionContent) -> Totals:
    """Of a submission, or of what it would be now."""
    lines = content.lines
    measures = sorted({measure for line in lines for measure in line.consumed})
    phases = [
        _phase(name, list(group), measures)
        for name, group in groupby(sorted(lines, key=lambda line: line.phase_id), key=lambda line: line.phase)
    ]
    fte = sum((phase.fte for phase in phases), Decimal(0))
    full_year = total(phase.full_year for phase in phases) if phases else None
    return Totals(content, measures, phases, fte, _columns([phase.amounts for phase in phases]), full_year, by_limit(lines))


def by_limit(lines: Sequence[FrozenLine]) -> dict[tuple[int, Measure], Decimal]:
    """What the lines consume, by authorisation and measure."""
    found: dict[tuple[int, Measure], Decimal] = {}
    for line in lines:
        for measure, pounds in line.consumed.items():
            found[line.authorisation, measure] = found.get((line.authorisation, measure), Decimal(0)) + pounds
    return found


def by_measure(lines: Sequence[FrozenLine]) -> dict[Measure, Decimal]:
    """What the lines consume, by measure."""
    found: dict[Measure, Decimal] = {}
    for (_, measure), pounds in by_limit(lines).items():
        found[measure] = found.get(measure, Decimal(0)) + pounds
    return found


def credits_of(lines: Sequence[FrozenLine]) -> dict[Measure, Decimal]:
    """What the credits among the lines come to in each measure that they are drawn in, below 0."""
    found: dict[Measure, Decimal] = {}
    for line in lines:
        for measure in line.consumed:
            if (amount := line.amounts.get(measure) or Decimal(0)) < 0:
                found[measure] = found.get(measure, Decimal(0)) + amount
    return found


def _phase(name: str, lines: Sequence[FrozenLine], measures: Sequence[Measure]) -> PhaseTotals:
    rows = [_line(line, measures) for line in lines]
    # The same line under two authorisations brings its own FTE each time: each is a part of it.
    fte = sum((line.fte_drawn or Decimal(0) for line in lines), Decimal(0))
    return PhaseTotals(name, rows, fte, _columns([row.amounts for row in rows]), total(row.full_year for row in rows))


def _line(line: FrozenLine, measures: Sequence[Measure]) -> LineTotals:
    term = "" if line.duration is Duration.RECURRING else line.duration.replace("_", "-").capitalize()
    amounts = [line.consumed.get(measure) for measure in measures]
    credits = [credits_of([line]).get(measure) for measure in measures]
    return LineTotals(line.title, line.team, part_drawn(line), term, amounts, _full_year(line, measures), credits)


def _full_year(line: FrozenLine, measures: Sequence[Measure]) -> Decimal | None:
    stated = line.amounts.get(FULL_YEAR)
    if FULL_YEAR in measures or line.duration is not Duration.RECURRING or stated is None:
        return None
    return share_of(stated, line.fte_drawn, line.fte) if line.fte_drawn and line.fte else round_pounds(stated)


def part_drawn(line: FrozenLine) -> str:
    """How much of its FTE is asked for: 1, 0.5 of 1; nothing for a line without FTE."""
    if not line.fte_drawn:
        return ""
    drawn, whole = formats.fte(line.fte_drawn), formats.fte(line.fte)
    return drawn if drawn == whole else f"{drawn} of {whole}"


def _columns(rows: Sequence[Sequence[Decimal | None]]) -> list[Decimal | None]:
    """Their sums, column by column."""
    return [total(column) for column in zip(*rows, strict=True)]


def amounts_in_words(amounts: Mapping[Measure, Decimal]) -> str:
    """£218,000 in 2016/17, £348,000 in a full year."""
    return ", ".join(_in_words(tuple(amounts.items())))


def released_in_words(amounts: Mapping[Measure, Decimal]) -> str:
    """£218,000 in 2016/17 and £348,000 in a full year: as a sentence of a record says it."""
    return listed(_in_words(tuple(amounts.items())))


@lru_cache(maxsize=5_000)
def _in_words(amounts: tuple[tuple[Measure, Decimal], ...]) -> tuple[str, ...]:
    """Kept, for Home says the same of what waits each time."""
    return tuple(f"{formats.pounds(pounds)} {measure.in_words}" for measure, pounds in sorted(amounts))
