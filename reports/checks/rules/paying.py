"""Rules about who pays: sources add up to their lines, required match is held, and money that may pay for a phase is enough."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from costing.measure import FULL_YEAR, Measure, in_year
from costing.paying import PaidLine, percent_of
from display.formats import pounds
from display.words import counted
from phases.ledger import rules as ledger
from reports.checks.rules.findings import About, Finding, Place, Rule, Severity, Spot
from reports.checks.rules.money import parts_planned, phases_in_words
from reports.facts.rules import Facts
from reports.table.paying.rules import WhoPays

ZERO = Decimal(0)


def sources_add_up(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC33."""
    paid = facts.schedule.who_pays
    if paid is None:
        return
    measures = [*map(in_year, facts.years), FULL_YEAR]
    for line in facts.lines:
        for measure in measures if line.row.line_id in paid.paid else ():
            found = paid.paid[line.row.line_id].of(measure)
            if found and found.unfunded:
                whole = sum(found.by_source.values(), found.unfunded)
                yield rule.found(
                    f"{line.name}: its sources pay {pounds(whole - found.unfunded)} of {pounds(whole)} {measure.in_words}; "
                    f"{pounds(found.unfunded)} is unfunded.",
                    About((line.row.line_id, measure.key, "unfunded"), stated=whole - found.unfunded, expected=whole),
                    Spot.on(line),
                )
            if found and found.not_needed:
                yield rule.found(
                    f"{line.name}: its sources are to pay {pounds(found.not_needed)} more than it costs {measure.in_words}.",
                    About((line.row.line_id, measure.key, "not needed"), figures=(found.not_needed,)),
                    Spot.on(line),
                    severity=Severity.WARNING,
                )
    for source in facts.sources:
        if source.match:
            for measure in measures:
                yield from _short_of_match(rule, paid, source.name, source.match, measure)


def _short_of_match(rule: Rule, paid: WhoPays, name: str, match: Decimal, measure: Measure) -> Iterator[Finding]:
    """A pound a line is allowed: each share is rounded."""
    lines, whole, others = _helped(paid.paid, paid.sources, name, measure)
    needed = whole * match / 100
    if others < needed - lines:
        said = percent_of(others, whole)
        yield rule.found(
            f"{name} asks that others pay {match.normalize():f}% of what it helps to pay for: of {pounds(whole)} for "
            f"{counted(lines, 'line')} {measure.in_words} they pay {pounds(others)}, which is {said}.",
            About((name, measure.key, "match"), figures=(match,), stated=others, expected=needed.quantize(Decimal(1))),
            Spot(Place.LINES),
        )


def _helped(
    paid: Mapping[int, PaidLine], sources: Mapping[int, str], name: str, measure: Measure
) -> tuple[int, Decimal, Decimal]:
    """The lines that a source helps to pay for: how many, what they cost, and what other sources pay of that."""
    lines, whole, others = 0, ZERO, ZERO
    for each in paid.values():
        found = each.of(measure)
        own = sum((amount for pk, amount in found.by_source.items() if sources.get(pk) == name), ZERO) if found else ZERO
        if found and own:
            funded = sum(found.by_source.values(), ZERO)
            lines, whole, others = lines + 1, whole + funded + found.unfunded, others + funded - own
    return lines, whole, others


def enough_may_pay(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC31, the rule of the position page: every pound of every phase can be given to money that may pay for it."""
    for measure in sorted({measure for each in facts.in_force for measure in each.limits}):
        for excess in ledger.excesses(facts.authorisations, measure, parts_planned(facts, measure)):
            where = phases_in_words(facts, excess.phases)
            yield rule.found(
                f"{where}: nothing that is authorised can pay for {pounds(excess.over)} of what is planned {measure.in_words}. "
                f"{excess.in_words(where)}",
                About((where, excess.titles, measure.key), figures=(excess.limit,), stated=excess.planned, expected=excess.limit),
                Spot(Place.LINES, phase=where),
            )
