"""What the figures of a draft are matched with: the committee table, the limits that decisions set, the council's own limits."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from costing import measure as measures
from costing.financial_year import FinancialYear
from costing.measure import Measure
from display import formats
from display.words import listed
from phases.ledger.rules import Authorised
from reports.draft.rules.figures import Money, counts_in, money_in
from reports.draft.rules.years import FULL_YEAR, OVER_YEARS
from reports.table.rules import Figure, Schedule

MOST_PHASES_SUMMED = 6
NAMES = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


class Rank(IntEnum):
    """Which figure is meant when several fit: the first of these."""

    LIMIT = 0
    PHASE = 1
    OVERALL = 2
    SUM = 3
    OVER_YEARS = 4
    RULE = 5
    LEFT = 6
    TEAM = 7
    LINE = 8
    NOTE = 9


@dataclass(frozen=True)
class Fact:
    """One figure that a paper may state, in whole pounds. `basis` "" is a figure that stands on none, such as a note's."""

    pounds: Decimal
    name: str
    basis: str
    rank: Rank
    phases: frozenset[int] = frozenset()
    title: str = ""
    """Of the line or team whose figure it is, if it is one's."""
    can_be_named: bool = True
    """Whether a text may name it: several notes share one name."""
    at_least: bool = False
    """Whether it is a total over a figure that is not stated."""

    @property
    def is_group(self) -> bool:
        """Whether it is a total that a paper speaks of: a phase, phases together, everything."""
        return self.rank in (Rank.PHASE, Rank.OVERALL, Rank.SUM)

    def in_words(self) -> str:
        return f"{self.name}, {self.basis}" if self.basis else self.name


class Of(Enum):
    """Whose FTE they are."""

    PHASES = "phases"
    RECRUITED = "recruited"
    TEAM = "team"
    LINE = "line"
    TITLE = "title"
    """Said by the title of a line."""


class Fte(NamedTuple):
    """FTE that a paper may state. `phases` is empty for those of one line."""

    fte: Decimal
    name: str
    phases: frozenset[int]
    of: Of


@dataclass(frozen=True)
class Known:
    """Everything a draft is compared with."""

    facts: tuple[Fact, ...]
    ftes: tuple[Fte, ...]
    years: tuple[FinancialYear, ...]
    schedule: Schedule

    @cached_property
    def _by_amount(self) -> tuple[list[Decimal], list[Fact]]:
        facts = sorted(self.facts, key=lambda fact: fact.pounds)
        return [fact.pounds for fact in facts], facts

    @cached_property
    def groups(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.is_group)

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """Every year of the table, then the full year."""
        return (*(year.label for year in self.years), FULL_YEAR)

    def fitting(self, money: Money) -> list[Fact]:
        """The facts that the figure, as exact as it is written, can stand for."""
        amounts, facts = self._by_amount
        least, most = money.covers
        return facts[bisect_left(amounts, least) : bisect_right(amounts, most)]

    @cached_property
    def _totals(self) -> dict[tuple[frozenset[int], str], Fact]:
        totals = {(fact.phases, fact.basis): fact for fact in reversed(self.groups)}
        over = [fact for fact in self.facts if fact.rank is Rank.OVER_YEARS and not fact.title]
        return {(fact.phases, fact.basis or OVER_YEARS): fact for fact in over} | totals

    def group(self, phases: frozenset[int], basis: str) -> Fact | None:
        """The total of these phases on this basis."""
        return self._totals.get((phases, basis))

    @cached_property
    def every(self) -> frozenset[int]:
        """The numbers of all phases."""
        return frozenset(phase.number for phase in self.schedule.phases)

    @cached_property
    def phase_names(self) -> tuple[tuple[int, str], ...]:
        """What the council calls each phase."""
        return tuple((phase.number, phase.name) for phase in self.schedule.phases)


def known_figures(
    schedule: Schedule,
    authorised: Sequence[Authorised] = (),
    rules: Iterable[tuple[Decimal, str, bool]] = (),
    further: Iterable[Fact] = (),
    recruited: Iterable[tuple[Decimal, frozenset[int]]] = (),
) -> Known:
    """The facts of a programme. `rules` are approval limits: amount, approver as inside a sentence, whether it is of a full year.

    `further` are figures beside the table, `recruited` the FTE recruited of each phase by its number.
    """
    facts = [*_totals(schedule), *_sums(schedule), *_over_years(schedule), *_lines(schedule), *_notes(schedule)]
    for each in authorised:
        state = ", since replaced" if each.replaced_by else ""
        for measure in sorted(each.limits):
            what = f"the limit of {each.title}{state}"
            facts.append(Fact(each.limits[measure], *named(what, measure), Rank.LIMIT, each.phases))
    for amount, approver, in_full_year in rules:
        facts.append(Fact(amount, f"the approval limit of {approver}", FULL_YEAR if in_full_year else "", Rank.RULE))
    facts += further
    return Known(tuple(facts), (*_ftes(schedule), *_recruited(schedule, recruited)), schedule.years, schedule)


def named(name: str, measure: Measure) -> tuple[str, str]:
    """The name and the basis of a figure in a measure. Over the whole life it stands on none, and its name says so."""
    if measure == measures.WHOLE_LIFE:
        return f"{name} {OVER_YEARS}", ""
    return name, FULL_YEAR if measure == measures.FULL_YEAR else measure.label


def in_full(name: str, measure: Measure) -> str:
    """What a text calls a figure in a measure: the total, 2016/17; the total over all years."""
    return ", ".join(filter(None, named(name, measure)))


def _figures(years: Sequence[FinancialYear], figures: Sequence[Figure], full_year: Figure) -> list[tuple[str, Decimal, bool]]:
    """The amounts of a row or total with their bases, and whether each is at least so much; nil and missing ones are no fact."""
    bases = [*(year.label for year in years), FULL_YEAR]
    found = zip(bases, [*figures, full_year], strict=True)
    return [(basis, each.pounds, each.at_least) for basis, each in found if each.pounds]


def _totals(schedule: Schedule) -> Iterable[Fact]:
    everything = frozenset(phase.number for phase in schedule.phases)
    if len(schedule.phases) > 1:
        for phase in schedule.phases:
            for basis, pounds, at_least in _figures(schedule.years, phase.total.years, phase.total.full_year):
                numbers = frozenset({phase.number})
                yield Fact(pounds, phases_in_words(numbers), basis, Rank.PHASE, numbers, at_least=at_least)
    for basis, pounds, at_least in _figures(schedule.years, schedule.total.years, schedule.total.full_year):
        yield Fact(pounds, "the total", basis, Rank.OVERALL, everything, at_least=at_least)


def _sums(schedule: Schedule) -> Iterable[Fact]:
    """Phases taken together, such as One and Two; all of them are the total."""
    if len(schedule.phases) > MOST_PHASES_SUMMED:
        return
    for count in range(2, len(schedule.phases)):
        for chosen in combinations(schedule.phases, count):
            numbers = frozenset(phase.number for phase in chosen)
            columns = zip(*((*phase.total.years, phase.total.full_year) for phase in chosen), strict=True)
            for basis, figures in zip([*(year.label for year in schedule.years), FULL_YEAR], columns, strict=True):
                if pounds := sum((each.pounds for each in figures if each.pounds), Decimal(0)):
                    at_least = any(each.at_least for each in figures)
                    yield Fact(pounds, phases_in_words(numbers), basis, Rank.SUM, numbers, at_least=at_least)


def _over_years(schedule: Schedule) -> Iterable[Fact]:
    """What phases, several of them, all, and each line come to over all their years."""
    phases = schedule.phases
    counts = range(1, len(phases)) if len(phases) <= MOST_PHASES_SUMMED else range(1, 2)
    named = [(phases_in_words(phase.number for phase in some), some) for count in counts for some in combinations(phases, count)]
    for name, some in [("the total", phases), *named]:
        figures = [schedule.over_years(phase.total) for phase in some]
        if pounds := sum((each.pounds for each in figures if each.pounds), Decimal(0)):
            numbers = frozenset(phase.number for phase in some)
            gap = any(each.absence for each in figures)
            yield Fact(pounds, f"{name} {OVER_YEARS}", "", Rank.OVER_YEARS, numbers, at_least=gap)
        for first, last in combinations(range(len(schedule.years)), 2):
            if (first, last) != (0, len(schedule.years) - 1):
                parts = [each.pounds for phase in some for each in phase.total.years[first : last + 1] if each.pounds]
                basis = f"{schedule.years[first].label} to {schedule.years[last].label}"
                if parts:
                    pounds, numbers = sum(parts, Decimal(0)), frozenset(phase.number for phase in some)
                    yield Fact(pounds, name, basis, Rank.OVER_YEARS, numbers, can_be_named=False)
    for phase, _, row in schedule.rows():
        if in_all := schedule.over_years(row).pounds:
            name, numbers = f"{row.title} ({phases_in_words({phase.number})}) {OVER_YEARS}", frozenset({phase.number})
            yield Fact(in_all, name, "", Rank.OVER_YEARS, numbers, row.title)


def _lines(schedule: Schedule) -> Iterable[Fact]:
    for phase in schedule.phases:
        numbers = frozenset({phase.number})
        for team in phase.teams:
            if team.name and len(team.rows) > 1:
                for basis, pounds, _ in _figures(schedule.years, team.subtotal.years, team.subtotal.full_year):
                    yield Fact(pounds, f"{team.name} ({phases_in_words(numbers)})", basis, Rank.TEAM, numbers, team.name)
            for row in team.rows:
                for basis, pounds, _ in _figures(schedule.years, row.years, row.full_year):
                    yield Fact(pounds, f"{row.title} ({phases_in_words(numbers)})", basis, Rank.LINE, numbers, row.title)


def _notes(schedule: Schedule) -> Iterable[Fact]:
    for note in schedule.notes:
        for money in money_in(note, schedule.years):
            if money.value:
                yield Fact(money.value, "a note under the table, not in any total", "", Rank.NOTE, title=note, can_be_named=False)


def _ftes(schedule: Schedule) -> Iterable[Fte]:
    yield Fte(schedule.total.fte, "the total FTE", frozenset(phase.number for phase in schedule.phases), Of.PHASES)
    for count in range(1, min(len(schedule.phases), MOST_PHASES_SUMMED + 1)):
        for chosen in combinations(schedule.phases, count):
            numbers = frozenset(phase.number for phase in chosen)
            fte = sum((phase.total.fte for phase in chosen), Decimal(0))
            yield Fte(fte, f"the FTE of {phases_in_words(numbers)}", numbers, Of.PHASES)
    for _, _, row in schedule.rows():
        if row.fte is not None:
            yield Fte(row.fte, f"the FTE of {row.title}", frozenset(), Of.LINE)
        for count_said in counts_in(row.title):
            yield Fte(count_said.value, f"the title of {row.title}", frozenset(), Of.TITLE)
    for phase in schedule.phases:
        for team in phase.teams:
            if team.name:
                yield Fte(team.subtotal.fte, f"the FTE of {team.name}", frozenset({phase.number}), Of.TEAM)


def _recruited(schedule: Schedule, recruited: Iterable[tuple[Decimal, frozenset[int]]]) -> Iterable[Fte]:
    """What is recruited of each phase, and of all where there are several."""
    found = list(recruited)
    if len(schedule.phases) > 1:
        for fte, numbers in found:
            yield Fte(fte, f"the recruited FTE of {phases_in_words(numbers)}", numbers, Of.RECRUITED)
    if found:
        everything = frozenset().union(*(numbers for _, numbers in found))
        yield Fte(sum((fte for fte, _ in found), Decimal(0)), "the total recruited FTE", everything, Of.RECRUITED)


def in_pounds(amount: Decimal | None) -> str:
    """An amount as papers write it: £1,519k, and £1,153,417 where it is no whole number of thousands."""
    if amount is None or not amount or amount % 1000:
        return formats.pounds(amount)
    return f"{formats.pounds(amount / 1000)}k"


def phases_in_words(numbers: Iterable[int]) -> str:
    """Phase One; Phases One and Two; Phases One, Two and Four."""
    names = [NAMES[number] if number < len(NAMES) else str(number) for number in sorted(numbers)]
    if len(names) == 1:
        return f"Phase {names[0]}"
    return f"Phases {listed(names)}"
