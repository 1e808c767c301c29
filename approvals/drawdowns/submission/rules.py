"""What a drawdown asks for, read back from its frozen content into figures for people. No query."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from approvals.drawdowns.rules import Authority, Measure, in_words
from costing.financial_year import FinancialYear
from costing.line_cost import Duration
from costing.money import round_pounds
from display import formats


class AskedLine(NamedTuple):
    """A line asked for. `amounts` are whole pounds in the order of the measures; None where nothing is consumed of one.

    `full_year` is what it costs in a full year, where that is not limited; None where it has no full-year effect, or none stated.
    """

    title: str
    team: str
    fte: str
    term: str
    amounts: list[Decimal | None]
    full_year: Decimal | None


class AskedPhase(NamedTuple):
    """The lines of one phase, with their sums."""

    name: str
    lines: list[AskedLine]
    fte: Decimal
    amounts: list[Decimal | None]
    full_year: Decimal | None


class Asked(NamedTuple):
    """What is asked, by phase and altogether. `by_limit` is by authorisation (its number) and measure.

    `full_year` is what the recurring lines cost in a full year where no limit of it is drawn on; else None.
    """

    content: dict[str, Any]
    measures: list[Measure]
    phases: list[AskedPhase]
    fte: Decimal
    amounts: list[Decimal | None]
    full_year: Decimal | None
    by_limit: dict[tuple[int, Measure], Decimal]

    @property
    def headings(self) -> list[str]:
        return [heading(measure) for measure in self.measures]

    @property
    def by_measure(self) -> dict[Measure, Decimal]:
        return {measure: amount for measure, amount in zip(self.measures, self.amounts, strict=True) if amount is not None}

    @property
    def money(self) -> list[tuple[str, Decimal]]:
        """Each measure in words with what is drawn of its limit."""
        return [(in_words(measure), pounds) for measure, pounds in self.by_measure.items()]

    @property
    def effect(self) -> dict[Measure, Decimal]:
        """What is drawn, and what it costs in a full year even where no limit of that is drawn on."""
        return self.by_measure | ({} if self.full_year is None else {None: self.full_year})

    @property
    def in_words(self) -> str:
        """£218,000 in 2016/17, £348,000 in a full year."""
        return amounts_in_words(self.effect)

    @property
    def purpose(self) -> str:
        """For what, and from which money: 7 FTE of Phase Two, from the Central Contingency."""
        phases = _listed([phase.name for phase in self.phases])
        sources = _listed(list(dict.fromkeys(each["source"] for each in self.content["authorisations"])))
        what = f"{formats.fte(self.fte)} FTE of {phases}" if self.fte else phases
        return f"{what}, from {sources}"

    @property
    def releases_nothing_in(self) -> list[str]:
        """The years in which no line has authority: the decision names neither them nor a full year."""
        years = {year for line in self.content["lines"] for year in line["authority"]}
        nothing = Authority.NOTHING_RELEASED
        none = [year for year in sorted(years) if all(line["authority"][year] == nothing for line in self.content["lines"])]
        return [FinancialYear(int(year)).label for year in none]


def asked_of(content: str | Mapping[str, Any]) -> Asked:
    """From the canonical text of a submission, or from what it would be now."""
    frozen: dict[str, Any] = json.loads(content) if isinstance(content, str) else dict(content)
    lines = frozen["lines"]
    measures = sorted({measure_of(name) for line in lines for name in line["consumed"]}, key=_in_order)
    phases = [
        _phase(name, list(group), measures)
        for name, group in groupby(sorted(lines, key=lambda line: line["phase_id"]), key=lambda line: line["phase"])
    ]
    by_limit: dict[tuple[int, Measure], Decimal] = {}
    for line in lines:
        for name, pounds in line["consumed"].items():
            limit = (line["authorisation"], measure_of(name))
            by_limit[limit] = by_limit.get(limit, Decimal(0)) + Decimal(pounds)
    fte = sum((phase.fte for phase in phases), Decimal(0))
    full_year = _sum([phase.full_year for phase in phases])
    return Asked(frozen, measures, phases, fte, _sums([phase.amounts for phase in phases]), full_year, by_limit)


def _phase(name: str, lines: Sequence[Mapping[str, Any]], measures: Sequence[Measure]) -> AskedPhase:
    rows = [_line(line, measures) for line in lines]
    # The same line under two authorisations brings its own FTE each time: each is a part of it.
    fte = sum((Decimal(line["fte_drawn"] or 0) for line in lines), Decimal(0))
    return AskedPhase(name, rows, fte, _sums([row.amounts for row in rows]), _sum([row.full_year for row in rows]))


def _line(line: Mapping[str, Any], measures: Sequence[Measure]) -> AskedLine:
    consumed = {measure_of(name): Decimal(pounds) for name, pounds in line["consumed"].items()}
    term = "" if line["duration"] == Duration.RECURRING else line["duration"].replace("_", "-").capitalize()
    return AskedLine(
        line["title"],
        line["team"],
        _part(line),
        term,
        [consumed.get(measure) for measure in measures],
        _full_year(line, measures),
    )


def _full_year(line: Mapping[str, Any], measures: Sequence[Measure]) -> Decimal | None:
    stated = line["amounts"].get("full_year")
    if None in measures or line["duration"] != Duration.RECURRING or stated is None:
        return None
    whole = Fraction(Decimal(stated))
    if not line["fte_drawn"]:
        return round_pounds(whole)
    return round_pounds(whole * Fraction(Decimal(line["fte_drawn"])) / Fraction(Decimal(line["fte"])))


def _part(line: Mapping[str, Any]) -> str:
    if not line["fte_drawn"]:
        return ""
    drawn, whole = formats.fte(Decimal(line["fte_drawn"])), formats.fte(Decimal(line["fte"]))
    return drawn if drawn == whole else f"{drawn} of {whole}"


def _sums(rows: Sequence[Sequence[Decimal | None]]) -> list[Decimal | None]:
    """Column by column."""
    return [_sum(column) for column in zip(*rows, strict=True)]


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """None where there is no amount at all."""
    given = [each for each in amounts if each is not None]
    return sum(given, Decimal(0)) if given else None


def amounts_in_words(amounts: Mapping[Measure, Decimal]) -> str:
    """£218,000 in 2016/17, £348,000 in a full year."""
    ordered = sorted(amounts.items(), key=lambda each: _in_order(each[0]))
    return ", ".join(f"{formats.pounds(pounds)} in {in_words(measure)}" for measure, pounds in ordered)


def heading(measure: Measure) -> str:
    return "Full year" if measure is None else FinancialYear(measure).label


def measure_of(name: str) -> Measure:
    return None if name == "full_year" else int(name)


def _in_order(measure: Measure) -> tuple[bool, int]:
    return measure is None, measure or 0


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class Difference(NamedTuple):
    """One thing that two submissions say differently. "" where one of them says nothing of it."""

    what: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changed from one submission to a later one: title, money, authority, and each line added, left out or changed."""
    old, new = _said(before), _said(after)
    names = list(dict.fromkeys([*old, *new]))
    return [Difference(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)]


def _said(content: Mapping[str, Any]) -> dict[str, str]:
    asked, scheme = asked_of(content), content["delegation"]
    said = {
        "Title": content["title"],
        "Released altogether": asked.in_words,
        "Delegation": scheme["title"],
        "Decision maker": scheme["decision_maker"],
        "Asked first": ", ".join(f"{step['office']} ({step['mode']})" for step in scheme["steps"]),
    }
    for each in content["authorisations"]:
        said[f"Limits of {each['title']}"] = _limits(each["limits"])
    for line in content["lines"]:
        part = _part(line)
        consumed = {measure_of(name): Decimal(pounds) for name, pounds in line["consumed"].items()}
        words = amounts_in_words(consumed)
        said[f"{line['phase']}: {line['title']}"] = f"{part} FTE, {words}" if part else words
    return said


def _limits(limits: Mapping[str, str | None]) -> str:
    return amounts_in_words({measure_of(name): Decimal(pounds or 0) for name, pounds in limits.items()})
