"""Rules about totals and limits: casting, what is authorised, who may approve, where the money comes from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from costing.headroom import ApprovalLimit, able, approver, exceeds, running_totals
from costing.line_cost import Duration, exact_part_year_cost
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure
from costing.money import Rounding, in_unit
from costing.totals import total
from display.formats import fte as fte_text
from display.formats import pounds
from display.words import counted, listed
from phases.bodies.rules import DecidingBody
from phases.ledger import rules as ledger
from phases.ledger.rules import Excess, Part
from reports.checks.rules.findings import About, Finding, Place, Rule, Severity, Spot
from reports.facts.lines.rules import CheckedLine
from reports.facts.rules import Facts
from reports.table.rules import Figure, Row, Schedule, Totals


class Sum(NamedTuple):
    """What is added up, the totals it should come to, and what messages call it. `phase` is None for the whole table."""

    parts: Sequence[Row] | Sequence[Totals]
    made: Totals
    what: str
    phase: str | None


def sums_of(schedule: Schedule) -> Iterator[Sum]:
    """Everything that the table adds up: the lines of each team, the teams of each phase, and the phases that have any."""
    for phase in schedule.phases:
        subtotals = [team.subtotal for team in phase.teams]
        for team, subtotal in zip(phase.teams, subtotals, strict=True):
            yield Sum(team.rows, subtotal, team.name or phase.name, phase.name)
        if subtotals:
            yield Sum(subtotals, phase.total, phase.name, phase.name)
    if filled := [phase.total for phase in schedule.phases if phase.teams]:
        yield Sum(filled, schedule.total, "The whole table", None)


def columns_cast(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC01."""
    schedule = facts.schedule
    years = {year.label for year in schedule.years}
    headings = [label if label in years else f"the {label.lower()}" for _, label in schedule.columns]
    for addition in sums_of(schedule):
        yield from _cast(rule, schedule, headings, addition)


def _cast(rule: Rule, schedule: Schedule, headings: Sequence[str], addition: Sum) -> Iterator[Finding]:
    parts, made, what, phase = addition
    fte = sum([part.fte for part in parts if part.fte is not None], Decimal(0))
    if fte != made.fte:
        text = f"{what}: the FTE column adds to {fte_text(fte)}, and its total is {fte_text(made.fte)}."
        yield rule.found(
            text,
            About((what, phase, "FTE"), stated=fte_text(made.fte), expected=fte_text(fte)),
            Spot(Place.LINES, phase=phase),
        )
    columns = zip(*map(schedule.figures, parts), strict=True)
    for heading, figures, totalled in zip(headings, columns, schedule.figures(made), strict=True):
        exact = sum([figure.pounds for figure in figures if figure.pounds], Decimal(0))
        if schedule.rounding is Rounding.ROUNDED_SUM:
            shown = in_unit(exact, schedule.unit)
        else:
            shown = sum([figure.shown for figure in figures if figure.shown])
        if exact != (totalled.pounds or 0) or shown != (totalled.shown or 0):
            text = (
                f"{what}: the column of {heading} adds to {pounds(exact)} ({shown:,} as shown), and its total is "
                f"{pounds(totalled.pounds)} ({totalled.shown or 0:,})."
            )
            yield rule.found(
                text,
                About((what, phase, heading), figures=(shown, totalled.shown), stated=totalled.pounds, expected=exact),
                Spot(Place.LINES, phase=phase),
            )


def within_limits(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC11."""
    yield from _carried_forward(rule, facts)
    for measure in sorted({measure for each in facts.in_force for measure in each.limits}):
        yield from _overdrawn(rule, facts, measure)
        as_stated = ledger.excesses(facts.authorisations, measure, parts_planned(facts, measure))
        for excess in as_stated:
            yield _above_a_limit(rule, facts, excess)
        told = frozenset().union(*(excess.phases for excess in as_stated))
        for excess in ledger.excesses(facts.authorisations, measure, parts_recosted(facts, measure)):
            if not excess.phases & told:
                yield _above_as_recosted(rule, facts, excess)


def _carried_forward(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """For the reader: a limit that is not the one its decision set. Each pound of it counts in one year."""
    for each in facts.in_force:
        if said := each.carried_in_words:
            yield rule.found(
                said, About((each.title, "carried forward", said)), Spot(Place.DECISIONS), severity=Severity.INFORMATION
            )


def _overdrawn(rule: Rule, facts: Facts, measure: Measure) -> Iterator[Finding]:
    for each in facts.in_force:
        if measure in each.drawn and exceeds(each.limits[measure], each.drawn[measure].drawn):
            drawn, limit = each.drawn[measure].drawn, each.limits[measure]
            yield rule.found(
                f"{each.title}: {pounds(drawn)} is drawn {measure.in_words}, {pounds(drawn - limit)} more than the limit of "
                f"{pounds(limit)}.",
                About((each.title, measure.key, "drawn"), figures=(limit,), stated=drawn, expected=limit),
                Spot(Place.LINES),
            )


def _above_a_limit(rule: Rule, facts: Facts, excess: Excess) -> Finding:
    where = phases_in_words(facts, excess.phases)
    return rule.found(
        excess.in_words(where),
        About(
            (excess.titles, excess.measure.key, "as stated"),
            figures=(excess.limit,),
            stated=excess.planned,
            expected=excess.limit,
        ),
        Spot(Place.LINES, phase=where),
    )


def _above_as_recosted(rule: Rule, facts: Facts, excess: Excess) -> Finding:
    where, measure = phases_in_words(facts, excess.phases), excess.measure
    stated = sum((planned(facts, measure).get(phase, Decimal(0)) for phase in excess.phases), Decimal(0))
    text = (
        f"{excess.titles}: as stated, {where} cost {pounds(stated)} {measure.in_words}, within the limit of "
        f"{pounds(excess.limit)}. Re-costed from their own dates, lines without a start at the one their figure implies, they "
        f"cost {pounds(excess.planned)}, {pounds(excess.over)} above it."
    )
    return rule.found(
        text,
        About(
            (excess.titles, measure.key, "as re-costed"),
            figures=(excess.limit, stated),
            stated=excess.planned,
            expected=excess.limit,
        ),
        Spot(Place.LINES, phase=where),
        explained_by=f"As stated it is {pounds(stated)}: the figures of single lines do not follow from their dates.",
    )


def planned(facts: Facts, measure: Measure) -> dict[int, Decimal]:
    """What each phase plans in the measure, as the table states it; nothing in a year outside the table."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for line in facts.lines:
        figure = _figure(facts, line, measure)
        found[line.phase.number] += (figure and figure.pounds) or Decimal(0)
    return found


def parts_planned(facts: Facts, measure: Measure) -> dict[Part, Decimal]:
    """The same by who may pay for it: what sources pay of lines that name them, and apart from it what any money may pay for."""
    return {part: Decimal(amount) for part, amount in _parts(facts, measure, planned(facts, measure)).items()}


def parts_recosted(facts: Facts, measure: Measure) -> dict[Part, Fraction]:
    """What `recosted` gives by who may pay for it, in the proportions of the amounts as the table states them."""
    stated, exact = planned(facts, measure), recosted(facts, measure)
    found = {}
    for part, amount in parts_planned(facts, measure).items():
        whole = stated[part.phase]
        found[part] = Fraction(amount) * exact[part.phase] / Fraction(whole) if whole else Fraction(0)
        if not whole and not part.source:
            found[part] = exact[part.phase]
    return found


def _parts(facts: Facts, measure: Measure, by_phase: Mapping[int, Decimal]) -> dict[Part, Decimal]:
    found = {Part(phase): amount for phase, amount in by_phase.items()}
    if (paid := facts.schedule.who_pays) is None:
        return found
    for line in facts.lines:
        pays = paid.paid.get(line.row.line_id)
        amounts = pays and pays.of(measure)
        for source, amount in amounts.by_source.items() if amounts else ():
            part, anybody = Part(line.phase.number, paid.sources[source]), Part(line.phase.number)
            found[part] = found.get(part, Decimal(0)) + amount
            found[anybody] = found.get(anybody, Decimal(0)) - amount
    return found


def recosted(facts: Facts, measure: Measure) -> dict[int, Fraction]:
    """The same from the lines' own dates, exact: of a full year, and of phases without a stated figure, as the table has it.

    A line that cannot be costed counts as it is stated.
    """
    found = {phase: Fraction(amount) for phase, amount in planned(facts, measure).items()}
    if measure.year not in facts.years:
        return found
    lines: dict[int, list[CheckedLine]] = defaultdict(list)
    for line in facts.lines:
        lines[line.phase.number].append(line)
    for phase, its_lines in lines.items():
        if any(figure.stated for line in its_lines for figure in line.row.years):
            found[phase] = sum((_exact(facts, line, measure) for line in its_lines), Fraction(0))
    return found


def _exact(facts: Facts, line: CheckedLine, measure: Measure) -> Fraction:
    dated, figure = line.as_dated, _figure(facts, line, measure)
    cost = exact_part_year_cost(dated, measure.year) if dated and measure.year else None
    return Fraction((figure and figure.pounds) or 0) if cost is None else cost


def _figure(facts: Facts, line: CheckedLine, measure: Measure) -> Figure | None:
    if measure == FULL_YEAR:
        return line.row.full_year
    if measure == WHOLE_LIFE:
        return facts.schedule.over_years(line.row)
    return line.row.years[facts.years.index(measure.year)] if measure.year in facts.years else None


def recurring_on_one_off(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC12."""
    for members in ledger.groups(facts.authorisations):
        phases = ledger.on_one_off_money(members)
        count = recurring_lines(facts, phases)
        if not count:
            continue
        titles = listed([each.title for each in members if each.one_off])
        cost, where = steady_cost(facts, phases), phases_in_words(facts, phases)
        text = (
            f"{counted(count, 'recurring line')} of {where} {'costs' if count == 1 else 'cost'} {pounds(cost)} in a full year, "
            f"and the money of {titles} is one-off."
        )
        yield rule.found(
            text,
            About(titles, figures=(count,), stated=cost, expected="a recurring authorisation"),
            Spot(Place.DECISION, place_id=members[0].decided.pk, phase=where),
        )


def approved_by_who_may(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC13."""
    effects = [phase.total.full_year.pounds for phase in facts.schedule.phases]
    running = running_totals(effects)
    if not running or not running[-1]:
        return
    if not facts.limits:
        text = f"The full-year effect comes to {pounds(running[-1])}. Up to how much a body may approve is not recorded."
        yield rule.found(
            text,
            About("limits", stated=running[-1], expected="approval limits"),
            Spot(Place.LIMITS),
        )
        return
    for phase, comes_to in zip(facts.schedule.phases, running, strict=True):
        if not phase.total.full_year.pounds:
            continue
        bodies = _deciding(facts, phase.number)
        for limits in facts.limits.values():
            if not any(limit.body.is_same(body) for limit in able(comes_to, limits, facts.day) for body in bodies):
                yield _beyond(rule, facts, Reached(phase.name, comes_to, running[-1]), bodies, limits)
                return


def _deciding(facts: Facts, phase: int) -> list[DecidingBody]:
    """The bodies that authorised the phase for good, or else the body that this paper goes to."""
    lasting = [each for each in facts.paying_for(phase) if not each.one_off or FULL_YEAR in each.limits]
    return [each.decided.body for each in lasting] or ([facts.committee] if facts.committee else [])


class Reached(NamedTuple):
    """What the programme comes to in a full year, in pounds: with the phase and those before it, and with every phase."""

    phase: str
    with_it: Decimal
    overall: Decimal


def _beyond(
    rule: Rule,
    facts: Facts,
    reached: Reached,
    bodies: list[DecidingBody],
    limits: Sequence[ApprovalLimit[DecidingBody]],
) -> Finding:
    overall = reached.overall
    needed = approver(overall, limits, facts.day)
    own = [limit for limit in limits if any(limit.body.is_same(body) for body in bodies) and limit.up_to is not None]
    may = max((limit.up_to or Decimal(0) for limit in own), default=None)
    allowed = f"may approve up to {pounds(may)}" if may is not None else "has no approval limit"
    who = listed(body.in_sentence for body in bodies) or "nobody named"
    must = f"{needed.body.in_sentence} must decide" if needed else "nobody may approve it"
    text = (
        f"With {reached.phase} the programme comes to {pounds(reached.with_it)} in a full year, "
        f"and with every phase to {pounds(overall)}. "
        f"{who[:1].upper()}{who[1:]} {allowed}: {must}."
    )
    return rule.found(
        text,
        About(
            "approver",
            figures=(overall, tuple(body.name for body in bodies), may, needed and needed.body.name),
            stated=overall,
            expected=may,
        ),
        Spot(Place.DECISIONS),
        explained_by="The running total of every phase counts, so splitting it into phases does not change the result.",
    )


def one_source(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC18."""
    paid_from: dict[str, set[int]] = {}
    for each in facts.in_force:
        if each.phases:
            paid_from.setdefault(each.source, set()).update(each.phases)
    asked = [facts.front_sheet.source] if facts.front_sheet and facts.front_sheet.source else []
    asked = asked or [source.name for source in facts.sources if source.asked_for]
    for name in asked:
        before = {source: phases for source, phases in paid_from.items() if source.casefold() != name.casefold()}
        if before:
            source, phases = next(iter(before.items()))
            where = phases_in_words(facts, frozenset(phases))
            text = (
                f"{name} is asked for, and {where} {'is' if len(phases) == 1 else 'are'} authorised from {source}: "
                "say which it is, and what happens to the other."
            )
            yield rule.found(
                text,
                About(name, figures=(source, where), stated=name, expected=source),
                Spot(Place.DECISIONS),
            )
    for pot in facts.sources:
        released = [max(each.limits.values(), default=Decimal(0)) for each in facts.in_force if each.source == pot.name]
        used = sum(released, Decimal(0))
        if exceeds(pot.balance, used):
            text = f"{pounds(used)} is authorised from {pot.name}, whose balance is {pounds(pot.balance)}."
            yield rule.found(
                text,
                About(pot.name, stated=used, expected=pot.balance),
                Spot(Place.DECISIONS),
            )


def excluded_items(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC28."""
    titles = {line.row.title.casefold(): line for line in facts.lines}
    for item in facts.excluded:
        if item.source.casefold() not in item.note.casefold():
            text = f"The note on {item.title} does not say that it is met from {item.source}."
            yield rule.found(
                text,
                About(item.pk, figures=(item.note,), expected=item.source),
                Spot(Place.EXCLUDED, place_id=item.pk),
            )
        if line := titles.get(item.title.casefold()):
            text = f"{item.title} is met from {item.source}, and stands in the total of {line.phase.name} too."
            yield rule.found(
                text,
                About((item.pk, line.row.line_id), stated=line.row.full_year.pounds),
                Spot.on(line),
            )


def steady_cost(facts: Facts, phases: frozenset[int]) -> Decimal | None:
    """The recurring full-year effect of these phases; None where no line states one."""
    return total(phase.total.full_year.pounds for phase in facts.schedule.phases if phase.number in phases)


def recurring_lines(facts: Facts, phases: frozenset[int]) -> int:
    """How many lines of these phases go on: recurring, with a full-year effect."""
    lines = [line for line in facts.lines if line.phase.number in phases]
    return sum(line.inputs.duration is Duration.RECURRING and line.row.full_year.absence != "no_effect" for line in lines)


def phases_in_words(facts: Facts, numbers: frozenset[int]) -> str:
    """The names of these phases: Phase One and Phase Two."""
    return listed([phase.name for phase in facts.schedule.phases if phase.number in numbers])
