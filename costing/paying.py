"""Who pays for a line: funding sources in shares or in pounds, each for all time or for some days. Pounds by measure, exactly.

A share is of what the line costs in the days for which it holds; each is rounded half up to the pound, and the last source takes
the rest. Pounds are a sum for each financial year in which they hold, not above what shares leave. One source may take the rest.
What nobody pays is unfunded. Sources and what is unfunded always add up to the line, to the pound.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from costing.financial_year import FinancialYear, day_in_words
from costing.intake import Intake, share_of_year
from costing.line_cost import Duration, Line, exact_part_year_cost
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure
from costing.money import round_pounds

WHOLE = Fraction(1)


class NotPaid(ValueError):
    """Payers that contradict each other. Its text is a sentence for the user, `place` the number of the payer, from 0."""

    def __init__(self, sentence: str, place: int) -> None:
        super().__init__(sentence)
        self.place = place


@dataclass(frozen=True, slots=True)
class Payer:
    """A source that pays a share, or whole pounds a year (below 0 of a credit), or else all that is left.

    `source` is its number. `starts` and `ends` are the first and the last day for which it pays, None where it is not limited.
    """

    source: int
    share: Fraction | None = None
    pounds: Decimal | None = None
    starts: date | None = None
    ends: date | None = None

    @property
    def takes_the_rest(self) -> bool:
        return self.share is None and self.pounds is None

    def holds(self, first: date, last: date) -> bool:
        """Whether it pays on any of these days."""
        return (self.starts is None or self.starts <= last) and (self.ends is None or self.ends >= first)

    def overlaps(self, other: "Payer") -> bool:
        return self.holds(other.starts or date.min, other.ends or date.max)


class Paid(NamedTuple):
    """What each source pays of an amount, in whole pounds and in the order of the payers, and what nobody pays.

    `not_needed` is what sources would pay in pounds beyond what there is to pay.
    """

    by_source: Mapping[int, Decimal]
    unfunded: Decimal = Decimal(0)
    not_needed: Decimal = Decimal(0)


def check(payers: Sequence[Payer]) -> None:
    """Raises NotPaid where the payers cannot all be."""
    for place, payer in enumerate(payers):
        _check_alone(payer, place)
        for other in payers[:place]:
            if payer.takes_the_rest and other.takes_the_rest:
                raise NotPaid("Another source takes the rest already: give this one a share or an amount.", place)
            if payer.source == other.source and payer.overlaps(other):
                raise NotPaid(
                    "This source pays on these days already, in another row: change the dates, or make it one row.", place
                )
        together = _shares_on_a_day(payers[: place + 1], payer)
        if together > 1:
            raise NotPaid(f"The shares come to {percent(together)} on the same day: they must not be above 100%.", place)
    for place, payer in enumerate(payers):
        if payer.share is None and _shares_throughout(payers, payer):
            raise NotPaid("The shares pay for all of it already: nothing is left for this source.", place)


def _check_alone(payer: Payer, place: int) -> None:
    if payer.share is not None and not 0 < payer.share <= 1:
        raise NotPaid("A share must be more than 0 and at most 100%.", place)
    if payer.starts and payer.ends and payer.ends < payer.starts:
        raise NotPaid(f"The last day, {day_in_words(payer.ends)}, is before the first, {day_in_words(payer.starts)}.", place)
    if payer.takes_the_rest and (payer.starts or payer.ends):
        raise NotPaid("Who takes the rest does so at any time: clear the dates, or give a share.", place)


def _shares_on_a_day(payers: Sequence[Payer], of: Payer) -> Fraction:
    """The most that shares come to on any day on which this payer pays."""
    days = {of.starts or date.min, *(each.starts for each in payers if each.starts and of.holds(each.starts, each.starts))}
    return max(_shares_on(payers, day) for day in days)


def _shares_on(payers: Sequence[Payer], day: date) -> Fraction:
    return sum((each.share for each in payers if each.share and each.holds(day, day)), Fraction(0))


def _shares_throughout(payers: Sequence[Payer], of: Payer) -> bool:
    """Whether shares pay for everything on each day on which this payer pays."""
    first, last = of.starts or date.min, of.ends or date.max
    days = [first, *(cut for cut in _cuts(payers) if first < cut <= last)]
    return all(_shares_on(payers, day) == 1 for day in days)


def paid_in_year(amount: Decimal, line: Line, year: FinancialYear, payers: Sequence[Payer]) -> Paid:
    """Who pays an amount of the year. Where shares hold for a part of it, by what the line costs in that part.

    Where that cannot be worked out, or is nothing, by the part of the year.
    """
    pieces = _pieces(year.first_day, year.last_day, payers)
    if len(pieces) == 1:
        weights = [WHOLE]
    else:
        costs = [exact_part_year_cost(_within(line, *piece), year) for piece in pieces]
        if any(cost is None for cost in costs) or not sum(cost or 0 for cost in costs):
            costs = [share_of_year(Intake(None, *piece), year, line.basis) for piece in pieces]
        in_all = sum((cost or Fraction(0) for cost in costs), Fraction(0))
        weights = [(cost or Fraction(0)) / in_all for cost in costs]
    return _split(amount, payers, pieces, weights)


def paid_in_the_end(amount: Decimal, payers: Sequence[Payer]) -> Paid:
    """Who pays a full year: those that go on without an end. So is paid what has no date at all."""
    lasting = [payer for payer in payers if payer.ends is None]
    return _split(amount, lasting, [(date.max, date.max)], [WHOLE])


def paid_over(amount: Decimal, years: Sequence[FinancialYear], payers: Sequence[Payer]) -> Paid:
    """Who pays a sum stated over all years together: shares that hold for a part of them by days, pounds once."""
    pieces = _pieces(years[0].first_day, years[-1].last_day, payers)
    days = [Fraction((last - first).days + 1) for first, last in pieces]
    return _split(amount, payers, pieces, [each / sum(days) for each in days])


def added(paid: Iterable[Paid]) -> Paid:
    """Several amounts of one line together."""
    by_source: dict[int, Decimal] = {}
    unfunded = not_needed = Decimal(0)
    for each in paid:
        for source, pounds in each.by_source.items():
            by_source[source] = by_source.get(source, Decimal(0)) + pounds
        unfunded, not_needed = unfunded + each.unfunded, not_needed + each.not_needed
    return Paid(by_source, unfunded, not_needed)


class PaidLine(NamedTuple):
    """Who pays for one line. `years` are all that it costs something in, those outside its programme too, by their first day.

    None where there is no such figure. `undated` is what stands in no year, `stated` the sum stated over the whole life.
    """

    years: dict[int, Paid]
    full_year: Paid | None
    undated: Paid | None
    stated: Paid | None

    @property
    def in_all(self) -> Paid:
        """Over its whole life: as it was stated, else the sum of its years and of what stands in none."""
        return self.stated or added([*self.years.values(), *([self.undated] if self.undated else [])])

    @property
    def beside_years(self) -> Paid:
        """What stands in no year: of a sum stated over the whole life, what the years leave of it."""
        if self.stated is None:
            return self.undated or Paid({})
        return added([self.stated, *map(_taken_off, self.years.values())])

    def of(self, measure: Measure) -> Paid | None:
        """Who pays in a measure; None where the line has no figure for it."""
        if measure == FULL_YEAR:
            return self.full_year
        return self.in_all if measure == WHOLE_LIFE else self.years.get(measure.financial_year or 0)


def _taken_off(paid: Paid) -> Paid:
    return Paid({source: -pounds for source, pounds in paid.by_source.items()}, -paid.unfunded)


def percent_of(part: Decimal, whole: Decimal) -> str:
    """What part of the whole it is, to one decimal place, half up: 29.7%."""
    tenths = int(abs(Fraction(part) / Fraction(whole)) * 1000 + Fraction(1, 2))
    return f"{Decimal(tenths) / 10:f}%"


def percent(share: Fraction) -> str:
    """A share as it is written: 60%, 12.5%, or 1/3 where no percentage of up to four decimal places says it exactly."""
    hundredths = share * 100 * 10_000
    if hundredths.denominator != 1:
        return f"{share.numerator}/{share.denominator}"
    return f"{(Decimal(hundredths.numerator) / 10_000).normalize():f}%"


def _cuts(payers: Iterable[Payer]) -> set[date]:
    """The days on which somebody begins to pay, or no longer does."""
    starts = {payer.starts for payer in payers if payer.starts}
    return starts | {payer.ends + timedelta(days=1) for payer in payers if payer.ends and payer.ends < date.max}


def _pieces(first: date, last: date, payers: Sequence[Payer]) -> list[tuple[date, date]]:
    """These days, cut where shares change."""
    begins = [first, *sorted(cut for cut in _cuts(payers) if first < cut <= last)]
    return [(day, after - timedelta(days=1)) for day, after in pairwise(begins)] + [(begins[-1], last)]


def _within(line: Line, first: date, last: date) -> Line:
    """The line as it is in post on these days alone. It is costed in the year that holds them."""
    if line.duration is Duration.ONE_OFF or any(each.start is None for each in line.periods):
        in_post = line.intakes and line.intakes[0].start
        nothing = bool(in_post) and not first <= in_post <= last  # type: ignore[operator]
        return replace(line, annual_cost=Decimal(0)) if nothing and line.annual_cost is not None else line
    kept = tuple(
        replace(each, start=max(each.start, first), end=min(each.end or last, last))
        for each in line.intakes
        if each.start and each.start <= last and (each.end is None or each.end >= first)
    )
    if not kept:
        return replace(line, annual_cost=None if line.annual_cost is None else Decimal(0), costs=(), intakes=line.intakes[:1])
    return replace(line, intakes=kept)


def _split(amount: Decimal, payers: Sequence[Payer], pieces: Sequence[tuple[date, date]], weights: Sequence[Fraction]) -> Paid:
    """Shares first, then pounds, then who takes the rest. Nobody is asked for more than is left to pay."""
    parts = [
        (payer.share or 0) * sum((w for piece, w in zip(pieces, weights, strict=True) if payer.holds(*piece)), Fraction(0))
        for payer in payers
    ]
    holding = [any(payer.holds(*piece) for piece in pieces) for payer in payers]
    last = max((place for place, part in enumerate(parts) if part), default=None) if sum(parts) == 1 else None
    found: dict[int, Decimal] = {payer.source: Decimal(0) for payer in payers}
    left, not_needed = amount, Decimal(0)
    for place, part in enumerate(parts):
        if part:
            pays = left if place == last else _not_above(round_pounds(Fraction(amount) * part), left)
            found[payers[place].source] += pays
            left -= pays
    for payer, holds in zip(payers, holding, strict=True):
        if payer.pounds is not None and holds:
            pays = _not_above(payer.pounds, left)
            found[payer.source] += pays
            left, not_needed = left - pays, not_needed + payer.pounds - pays
    for payer in payers:
        if payer.takes_the_rest:
            found[payer.source] += left
            left = Decimal(0)
    return Paid(found, left, not_needed)


def _not_above(pays: Decimal, left: Decimal) -> Decimal:
    """So much of what is left to pay, charge or credit: never more than it, never of the other sign."""
    if (pays > 0) != (left > 0):
        return Decimal(0)
    return min(pays, left) if left > 0 else max(pays, left)
