"""Rules about money that no column of a year holds, and about figures that nobody stated."""

from collections.abc import Iterator

from display.formats import pounds
from display.words import listed
from reports.checks.rules.findings import About, Finding, Place, Rule, Spot
from reports.checks.rules.money import sums_of
from reports.checks.rules.texts import said_in
from reports.draft.rules.figures import Bound, money_in
from reports.facts.lines.rules import CheckedLine
from reports.facts.rules import Facts
from reports.table.outside.rules import EARLIER, LABELS, LATER, UNDATED

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
    names = [label for _, label in schedule.columns]
    for parts, made, what, _ in sums_of(schedule):
        columns = zip(*map(schedule.figures, parts), strict=True)
        silent = [
            name
            for name, figures, totalled in zip(names, columns, schedule.figures(made), strict=True)
            if totalled.absence != "not_stated" and any(figure.absence == "not_stated" for figure in figures)
        ]
        if silent:
            yield rule.found(
                f"{what}: a figure under {listed(silent)} is not stated, and the total does not say “at least”.",
                About((what, *silent)),
                Spot(Place.LINES),
            )
