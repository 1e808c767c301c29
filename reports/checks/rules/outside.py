"""Rules about money that no column of a year holds, and about figures that nobody stated."""

from collections.abc import Iterator, Sequence

from display.formats import pounds
from display.words import listed
from reports.checks.rules.findings import About, Finding, Place, Rule, Spot
from reports.checks.rules.texts import said_in
from reports.draft.rules.figures import Bound, money_in
from reports.facts.lines.rules import CheckedLine
from reports.facts.rules import Facts
from reports.table.outside.rules import EARLIER, LABELS, LATER, UNDATED
from reports.table.rules import Row, Totals

_WHY = {
    EARLIER: "falls before the first year of the table",
    LATER: "falls after the last year of the table",
    UNDATED: "stands in no year",
}


def money_outside(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC30."""
    further = facts.schedule.further
    for line in facts.lines if further else ():
        by_column = dict(zip(further, line.row.further, strict=True))
        for column, why in _WHY.items():
            amount = by_column[column].pounds if column in by_column else None
            if amount:
                text = f"{line.name}: {pounds(amount)} {why}. The table prints it under “{LABELS[column]}”.{_whole(line, column)}"
                yield rule.found(text, About((line.row.line_id, column), stated=amount), Spot.on(line))


def _whole(line: CheckedLine, column: str) -> str:
    """For a sum stated over the whole life, what it is a part of."""
    total = line.row.further[-1]
    if column != UNDATED or not total.stated:
        return ""
    return f" Its whole life is stated as {pounds(total.pounds)}."


def gaps_said(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC32. A total over what is not stated is at least what it says: in the table, and wherever a text repeats it."""
    yield from _totals(rule, facts)
    for each in said_in(facts):
        for mark in each.marks:
            if not (mark.fact and mark.fact.at_least):
                continue
            before = each.paragraph.text[max(0, mark.start - 40) : mark.end]
            if all(money.bound is not Bound.OVER for money in money_in(before, facts.years)[-1:]):
                yield rule.found(
                    f"{each.decision.cited(each.called)}: “{each.words(mark)}” is {mark.fact.in_words()}, over a figure "
                    "that is not stated: write “at least”.",
                    About((each.decision.pk, each.called, each.words(mark), "at least"), stated=each.words(mark)),
                    Spot(Place.DECISION, place_id=each.decision.pk),
                )


def _totals(rule: Rule, facts: Facts) -> Iterator[Finding]:
    schedule = facts.schedule
    for phase in schedule.phases:
        for team in phase.teams:
            yield from _silent(rule, facts, team.rows, team.subtotal, team.name or phase.name)
        yield from _silent(rule, facts, [team.subtotal for team in phase.teams], phase.total, phase.name)
    yield from _silent(rule, facts, [phase.total for phase in schedule.phases], schedule.total, "The whole table")


def _silent(rule: Rule, facts: Facts, parts: Sequence[Row] | Sequence[Totals], made: Totals, what: str) -> Iterator[Finding]:
    columns = list(zip(*map(facts.schedule.figures, parts), strict=True))
    names = [label for _, label in facts.schedule.columns]
    silent = [
        name
        for name, figures, totalled in zip(names, columns, facts.schedule.figures(made), strict=False)
        if any(figure.absence == "not_stated" for figure in figures) and totalled.absence != "not_stated"
    ]
    if silent:
        yield rule.found(
            f"{what}: a figure under {listed(silent)} is not stated, and the total does not say “at least”.",
            About((what, *silent)),
            Spot(Place.LINES),
        )
