"""Rules about single lines: their figures, their starts, their terms, their FTE and how far they are recruited."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from costing.financial_year import FinancialYear, day_in_words
from costing.implied_start import ImpliedStart
from costing.intake import months_in_year
from costing.line_cost import Duration, number, open_part, part_year_cost, pounds, workings
from costing.money import Unit, round_pounds
from costing.size import parse_size
from display import formats
from display.words import listed
from reports.checks.rules.findings import About, Finding, Rule, Spot
from reports.facts.lines.rules import HALF_A_THOUSAND, CheckedLine, unit_of
from reports.facts.rules import Facts
from reports.table.rules import Figure, Row

TERM_TOLERANCE = Fraction(1, 10)
"""Months by which the months by year may miss a term."""
_COUNT = re.compile(r"\d{1,3}(?=\s+[^\W\d])")
_TIMES = re.compile(r"\s+(?:mths?|months?|years?|yrs?|weeks?|days?|hours?|hrs?)\b")


def title_count(title: str) -> int | None:
    """How many posts the title says: at its beginning, or after a dash: "3 social workers". None where it says nothing."""
    for match in _COUNT.finditer(title):
        before = title[: match.start()].rstrip()
        if (not before or before[-1] in "-–:,(") and not _TIMES.match(title, match.end()):
            return int(match[0])
    return None


def number_in_title(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC02."""
    for line in facts.lines:
        row = line.row
        said = _posts_said(row)
        count = None if said is None else title_count(row.title)
        if count is not None and count != said:
            fte = formats.fte_beside(row.size) if row.fte is None else formats.fte(row.fte)
            text = f"“{row.title}” says {count}, and the FTE column {fte}."
            yield rule.found(
                text,
                About(row.line_id, stated=str(count), expected=fte),
                Spot.on(line),
            )


def _posts_said(row: Row) -> Decimal | None:
    """How many posts the FTE column says, also those that go: the FTE, or the number of posts where no FTE is stated."""
    if row.fte is not None:
        return abs(row.fte)
    size = parse_size(row.size)
    return None if size is None or size.posts is None else abs(Decimal(size.posts))


def part_year_follows(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC03."""
    for line in facts.lines:
        for year, stated, expected in line.contradictions:
            how = workings(line.costed, year)
            text = f"{line.name}: {pounds(stated)} is stated in {year}, and its own dates give {pounds(expected)} ({how})."
            yield rule.found(
                text,
                About(
                    (line.row.line_id, year),
                    figures=(line.inputs.annual_cost, line.row.fte, line.inputs.intakes),
                    stated=stated,
                    expected=expected,
                ),
                Spot.on(line),
                explained_by=_explained(facts, line, year, stated),
            )


def _explained(facts: Facts, line: CheckedLine, year: FinancialYear, stated: Decimal) -> str:
    said = []
    cost = line.first_cost
    if cost and cost[0] == year:
        found = line.implied
        said.append(f"A start {start_in_words(found, year)} would give it." if found else f"No start in {year} would give it.")
    if part := _part_of_the_fte(line, year, stated):
        said.append(part)
    said += [
        f"{other.row.title} in {other.phase.name} has the same figures."
        for other in facts.lines
        if other.row.line_id != line.row.line_id and _pair(facts, other, year) == _pair(facts, line, year)
    ]
    return " ".join(said)


def _pair(facts: Facts, line: CheckedLine, year: FinancialYear) -> tuple[Decimal | None, Decimal | None]:
    return line.row.years[facts.years.index(year)].pounds, line.inputs.annual_cost


def _part_of_the_fte(line: CheckedLine, year: FinancialYear, stated: Decimal) -> str:
    """Where so many whole posts of the line, from its stated start, cost what is stated."""
    fte, annual = line.row.fte, line.inputs.annual_cost
    if fte is None or annual is None or fte != int(fte) or fte < 2 or len(line.inputs.intakes) != 1:
        return ""
    whole = part_year_cost(line.costed, year)
    unit = 1000 if unit_of(annual, stated) is Unit.THOUSANDS else 1
    for posts in range(1, int(fte)):
        if whole and abs(round_pounds(Fraction(whole) * posts / int(fte)) - stated) * 2 <= unit:
            return f"So would {posts} of the {number(fte)} FTE from {day_in_words(line.inputs.intakes[0].start or date.min)}."
    return ""


def start_in_words(found: ImpliedStart, year: FinancialYear) -> str:
    """ "on 1 August 2016 (or any day from 31 July to 2 August 2016)", or "on 13 or 14 September 2016, in no whole month"."""
    if not found.months:
        return f"{'on' if found.earliest == found.latest else 'from'} {span_in_words(found)}, in no whole month,"
    day = day_in_words(found.months[0])
    if found.months[0] == year.first_day:
        return f"on {day} or before"
    return f"on {day}" if found.earliest == found.latest else f"on {day} (or any day from {span_in_words(found)})"


def span_in_words(found: ImpliedStart) -> str:
    """13 to 14 September 2016; 30 July to 3 August 2016."""
    first, last = day_in_words(found.earliest).split(), day_in_words(found.latest).split()
    if first == last:
        return " ".join(last)
    said = first[: next(place for place in (1, 2, 3) if first[place:] == last[place:])]
    return f"{' '.join(said)} to {' '.join(last)}"


def start_implied(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC04."""
    for line in facts.lines:
        if line.inputs.duration is Duration.ONE_OFF or not _needs_its_start(line):
            continue
        cost, annual = line.first_cost, line.inputs.annual_cost
        if cost is None or annual is None:
            continue
        year, amount = cost
        found = line.implied
        months = f"{float_free(Fraction(amount) / Fraction(annual) * 12)} months" if annual else "no part"
        says = f"{line.name}: {pounds(amount)} of {pounds(annual)} in {year} is {months}"
        text = f"{says}: a start {start_in_words(found, year).rstrip(',')}." if found else f"{says}: no start in {year} gives it."
        yield rule.found(
            text,
            About(line.row.line_id, figures=(annual, line.inputs.intakes), stated=amount, expected=_start_expected(found)),
            Spot.on(line),
        )


def _needs_its_start(line: CheckedLine) -> bool:
    if not line.dated:
        return True
    if not line.contradictions or line.first_cost is None:
        return False
    return line.first_cost[0] in {each.year for each in line.contradictions}


def _start_expected(found: ImpliedStart | None) -> str | None:
    if found is None:
        return None
    return day_in_words(found.months[0]) if found.months else span_in_words(found)


def float_free(exact: Fraction) -> str:
    """Two decimal places, half up, without idle zeros: 6.58, 8."""
    hundredths = round_pounds(exact * 100)
    return formats.fte(hundredths / 100)


def start_stated(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC05."""
    for line in facts.lines:
        if line.dated:
            continue
        if cost := line.first_cost:
            year, amount = cost
            text = f"{line.name}: {pounds(amount)} falls in {year}, and no start is stated."
            yield rule.found(
                text,
                About(line.row.line_id, figures=(amount,), expected="a start date"),
                Spot.on(line),
            )


def term_adds_up(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC06."""
    for line in facts.lines:
        if line.inputs.duration is not Duration.FIXED_TERM or not line.inputs.annual_cost:
            continue
        term = _term(facts, line)
        present = [figure for figure in line.row.years if figure.pounds]
        if term is None or not present:
            continue
        annual = Fraction(line.inputs.annual_cost)
        months = [Fraction(figure.pounds or 0) / annual * 12 for figure in line.row.years]
        allowed = TERM_TOLERANCE + sum(_rounding(figure) for figure in present) / annual * 12
        too_many = sum(months) - term > allowed
        # Without dates the term may go on after the last year shown, if it is in post to the end of it.
        too_few = term - sum(months) > allowed and (line.dated or months[-1] < 12 - allowed)
        if too_many or too_few:
            yield _term_finding(rule, facts, line, term, months)


def _rounding(figure: Figure) -> int:
    return HALF_A_THOUSAND if figure.pounds is not None and figure.stated and figure.pounds % 1000 == 0 else 0


def _term(facts: Facts, line: CheckedLine) -> Fraction | None:
    """The months of the term that fall in the years shown, or all of it where no dates are stated."""
    if line.dated and all(intake.end for intake in line.inputs.intakes):
        costed = line.costed
        return sum(
            (
                line_part * months_in_year(i, year)
                for i in costed.periods
                for year in facts.years
                for line_part in (costed.part(i),)
            ),
            Fraction(0),
        )
    return Fraction(line.inputs.term_months) if line.inputs.term_months else None


def _term_finding(rule: Rule, facts: Facts, line: CheckedLine, term: Fraction, months: list[Fraction]) -> Finding:
    stated = [figure.pounds or Decimal(0) for figure in line.row.years]
    by_year = listed([f"{float_free(m)} months in {year}" for m, year in zip(months, facts.years, strict=True) if m])
    dated = line.as_dated
    expected = [part_year_cost(dated, year) if dated else None for year in facts.years]
    whole = round_pounds(Fraction(line.inputs.annual_cost or 0) * term / 12)
    example = "" if None in expected else f", such as {' and '.join(pounds(amount or Decimal(0)) for amount in expected)}"
    text = (
        f"{line.name}: {by_year} make {float_free(sum(months, Fraction(0)))} months, and its term is "
        f"{float_free(term)}. {pounds(whole)} is expected in all{example}."
    )
    return rule.found(
        text,
        About(
            line.row.line_id,
            figures=(line.inputs.annual_cost, line.inputs.intakes),
            stated=_added(stated),
            expected=_added([amount or Decimal(0) for amount in expected]) if None not in expected else pounds(whole),
        ),
        Spot.on(line),
        explained_by=f"It is what {float_free(sum(months, Fraction(0)))} months cost.",
    )


def _added(amounts: list[Decimal]) -> str:
    return " + ".join(pounds(amount) for amount in amounts)


def no_full_year_for_a_term(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC07."""
    ending: list[tuple[CheckedLine, Decimal]] = []
    for line in facts.lines:
        duration, intakes = line.inputs.duration, line.inputs.intakes
        if duration is Duration.RECURRING and not any(intake.end for intake in intakes):
            continue
        if duration is not Duration.RECURRING and line.row.full_year.pounds is not None:
            shown = line.row.full_year.pounds
            text = f"{line.name}: it ends, and {pounds(shown)} is shown for a full year."
            yield rule.found(
                text,
                About(line.row.line_id, stated=shown, expected=formats.NIL),
                Spot.on(line),
            )
        if line.row.fte is not None:
            stays = Fraction(line.row.fte) * (open_part(line.costed) if duration is Duration.RECURRING else 0)
            if stays != line.row.fte:
                ending.append((line, line.row.fte - round_pounds(stays * 100) / 100))
    if ending:
        whole = facts.schedule.total.fte
        steady = whole - sum(fte for _, fte in ending)
        named = listed([f"{line.row.title} ({formats.fte(fte)} FTE)" for line, fte in ending])
        text = (
            f"The table comes to {formats.fte(whole)} FTE and {formats.fte(steady)} of them stay: {named} "
            f"{'ends' if len(ending) == 1 else 'end'}, so the full-year cost is that of {formats.fte(steady)} FTE."
        )
        yield rule.found(
            text,
            About("FTE", figures=(named,), stated=f"{formats.fte(whole)} FTE", expected=f"{formats.fte(steady)} FTE"),
            Spot.on(ending[0][0] if len(ending) == 1 else None),
        )


def same_title_same_cost(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC08."""
    titled: dict[str, list[CheckedLine]] = defaultdict(list)
    for line in facts.lines:
        if line.row.fte and line.inputs.annual_cost is not None:
            titled[line.row.title.casefold()].append(line)
    for lines in titled.values():
        if len(lines) > 1 and len(by_cost := _by_unit_cost(lines)) > 1:
            yield _costs_differ(rule, by_cost)


def _by_unit_cost(lines: list[CheckedLine]) -> dict[Fraction, list[CheckedLine]]:
    costs: dict[Fraction, list[CheckedLine]] = defaultdict(list)
    for line in lines:
        costs[Fraction(line.inputs.annual_cost or 0) / Fraction(line.row.fte or 1)].append(line)
    return costs


def _costs_differ(rule: Rule, by_cost: dict[Fraction, list[CheckedLine]]) -> Finding:
    usual, *others = sorted(by_cost, key=lambda cost: -len(by_cost[cost]))
    line = by_cost[others[0]][0]
    said = listed([f"{pounds(round_pounds(cost))} in {listed([each.phase.name for each in by_cost[cost]])}" for cost in by_cost])
    return rule.found(
        f"{line.row.title} costs {said} for one FTE a year.",
        About(line.row.title, figures=(said,), stated=round_pounds(others[0]), expected=round_pounds(usual)),
        Spot.on(line),
    )


def paperwork_first(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC09."""
    for line in facts.lines:
        recruited = line.inputs.recruited_fte
        if recruited and not line.row.paperwork_complete:
            fte = formats.fte(recruited)
            text = f"{line.name}: {fte} FTE recruited, and the paperwork is not complete."
            yield rule.found(
                text,
                About(line.row.line_id, figures=(recruited,), stated=f"{fte} FTE", expected="paperwork complete"),
                Spot.on(line),
            )


_OF = re.compile(r"([\d.]+) of ([\d.]+)")


def recruited_of(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC10."""
    for line in facts.lines:
        if match := _OF.fullmatch(line.row.recruited):
            some, of = Decimal(match[1]), Decimal(match[2])
            fte = formats.fte(line.row.fte)
            differs = "" if of == line.row.fte else f" The FTE column says {fte}."
            where, left = f"{line.name}", formats.fte(of - some)
            text = f"{where}: {line.row.recruited} FTE recruited, {left} to recruit.{differs}"
            yield rule.found(
                text,
                About(line.row.line_id, stated=line.row.recruited, expected=f"of {fte}"),
                Spot.on(line),
            )
