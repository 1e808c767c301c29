"""What a line costs in a financial year and in a full year, in whole pounds, each rounded once, and the workings.

None is not zero: a part-year cost of None cannot be calculated, and a full-year cost of None says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from operator import add
from typing import NamedTuple

from costing.financial_year import MONTHS, FinancialYear, day_in_words
from costing.intake import (
    Basis,
    CostFrom,
    Intake,
    StartNotStated,
    days_in_year,
    in_months,
    most_in_post,
    share_of_year,
)
from costing.money import round_pounds

WHOLE = Fraction(1)


class NotALine(ValueError):
    """A line whose parts contradict each other. Its text is a sentence for the user, `field` which part: dates, cost or fte."""

    def __init__(self, sentence: str, *, field: str = "dates") -> None:
        super().__init__(sentence)
        self.field = field


class Duration(StrEnum):
    """Recurring until further notice, for a fixed term, or once."""

    RECURRING = "recurring"
    FIXED_TERM = "fixed_term"
    ONE_OFF = "one_off"


class Absence(StrEnum):
    """Why there is no full-year cost: the line has no full-year effect, or none is stated."""

    NO_EFFECT = "no_effect"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class FullYear:
    """The full-year cost in whole pounds, or why there is none: exactly one of the two is None."""

    amount: Decimal | None
    absence: Absence | None

    def __post_init__(self) -> None:
        if (self.amount is None) == (self.absence is None):
            raise NotALine("A full-year cost is either an amount or an absence.", field="cost")


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be costed.

    `annual_cost` is pounds for the whole line, all its FTE, April to March in steady state (for a one-off line the
    whole amount), or None when not stated. `fte` None is an other cost. No intake means one whose start is not stated.
    `costs` are the annual costs that hold instead from a day on, for the whole line.
    """

    annual_cost: Decimal | None
    fte: Decimal | None
    intakes: tuple[Intake, ...]
    duration: Duration
    basis: Basis
    costs: tuple[CostFrom, ...] = ()

    def __post_init__(self) -> None:
        if self.fte is not None and not self.fte:
            raise NotALine("The FTE of a line must not be 0.", field="fte")
        if self.fte and any(intake.fte and (intake.fte < 0) != (self.fte < 0) for intake in self.intakes):
            raise NotALine("A line is of more posts or of fewer posts: its intakes must be the same.", field="fte")
        if self.duration is Duration.ONE_OFF and len(self.intakes) > 1:
            raise NotALine("A one-off cost falls on one date.")
        if self.has_changes and (self.annual_cost is None or self.duration is Duration.ONE_OFF):
            raise NotALine("An annual cost that changes needs one to begin with, and more than one day.", field="cost")
        self._refuse_more_in_post_than_the_line()

    def _refuse_more_in_post_than_the_line(self) -> None:
        whole = self.fte if self.fte is not None else Decimal(1)
        if len(self.intakes) == 1:
            most = (self.fte and self.intakes[0].fte) or whole
        else:
            most = most_in_post(Intake((self.fte and i.fte) or whole, i.start, i.end) for i in self.intakes)
        if abs(most) > abs(whole) and self.fte is None:
            raise NotALine("The periods of a cost without FTE must not overlap.")
        if abs(most) > abs(whole):
            words = f"{number(most)} FTE are in post at once, more than the {number(whole)} FTE of the line."
            raise NotALine(words, field="fte")

    @property
    def periods(self) -> tuple[Intake, ...]:
        """The intakes, or the implicit one of a line that has none: open-ended, its start not stated."""
        return self.intakes or (Intake(None, None, None),)

    def part(self, intake: Intake) -> Fraction:
        """The intake's part of the line: its FTE / the line's FTE, or 1 when either has none."""
        if self.fte is None or intake.fte is None or intake.fte == self.fte:
            return WHOLE
        return Fraction(intake.fte) / Fraction(self.fte)

    @property
    def has_changes(self) -> bool:
        """Whether its annual cost, or that of an intake, becomes another one from a day on."""
        return cost_changes(self.costs, self.intakes)

    @property
    def open_ended(self) -> bool:
        """Whether the line has a full-year effect: recurring, and some intake has no end."""
        return self.duration is Duration.RECURRING and any(intake.open_ended for intake in self.periods)


def cost_changes(costs: Sequence[CostFrom], intakes: Iterable[Intake]) -> bool:
    """Whether an annual cost becomes another one from a day on: that of a line, or of one of its intakes."""
    return bool(costs) or any(intake.costs for intake in intakes)


def part_year_cost(line: Line, year: FinancialYear) -> Decimal | None:
    """The cost that falls in the year, whole pounds, 0 when none does; None when it cannot be calculated."""
    exact = exact_part_year_cost(line, year)
    return None if exact is None else round_pounds(exact)


def exact_part_year_cost(line: Line, year: FinancialYear) -> Fraction | None:
    """The same before its rounding, for the total of a re-costing, which is rounded once itself."""
    if missing(line, year):
        return None
    annual = Fraction(line.annual_cost or 0)
    if line.duration is Duration.ONE_OFF:
        start = line.intakes[0].start
        return annual if start and start in year else Fraction(0)
    if line.has_changes:
        stretches = (each for intake in line.periods for each in stretches_of(line, intake))
        return sum((each.exact(line) * share_of_year(each.intake, year, line.basis) for each in stretches), Fraction(0))
    if len(line.periods) == 1 and line.part(line.periods[0]) is WHOLE:  # most lines: two products of fractions less
        return annual * share_of_year(line.periods[0], year, line.basis)
    return annual * reduce(add, (line.part(i) * share_of_year(i, year, line.basis) for i in line.periods))


def full_year_cost(line: Line) -> FullYear:
    """Annual cost x FTE of the open-ended intakes / line FTE, whole pounds; none for fixed-term and one-off lines."""
    if not line.open_ended:
        return FullYear(None, Absence.NO_EFFECT)
    if line.annual_cost is None:
        return FullYear(None, Absence.NOT_STATED)
    if line.has_changes:
        lasting = (stretches_of(line, intake)[-1] for intake in line.periods if intake.open_ended)
        return FullYear(round_pounds(sum((each.exact(line) for each in lasting), Fraction(0))), None)
    return FullYear(round_pounds(Fraction(line.annual_cost) * open_part(line)), None)


class Stretch(NamedTuple):
    """Part of an intake at one annual cost: that of the line, of which the intake has its part, or that of the intake itself."""

    annual: Decimal
    is_of_line: bool
    intake: Intake

    def exact(self, line: Line) -> Fraction:
        """What it costs from April to March."""
        return Fraction(self.annual) * (line.part(self.intake) if self.is_of_line else 1)


def stretches_of(line: Line, intake: Intake) -> list[Stretch]:
    """An intake cut where its annual cost changes, in order; on one day the intake's own cost comes before that of the line.

    The line's annual cost must be stated.
    """
    assert line.annual_cost is not None
    found: list[Stretch] = []
    annual, is_of_line, begins = line.annual_cost, True, intake.start
    for starts, is_own, changed in sorted(
        [
            *((each.starts, False, each.annual) for each in line.costs),
            *((each.starts, True, each.annual) for each in intake.costs),
        ]
    ):
        if intake.end and starts > intake.end:
            break
        if begins and starts > begins:
            found.append(Stretch(annual, is_of_line, Intake(intake.fte, begins, starts - timedelta(days=1))))
            begins = starts
        annual, is_of_line = changed, not is_own
    return [*found, Stretch(annual, is_of_line, Intake(intake.fte, begins, intake.end))]


def open_part(line: Line) -> Fraction:
    """The part of the line that stays: FTE of its open-ended intakes / line FTE."""
    return sum((line.part(intake) for intake in line.periods if intake.open_ended), Fraction(0))


def missing(line: Line, year: FinancialYear) -> str | None:
    """What keeps the cost in the year from being calculated, as words that end a sentence, or None."""
    if line.duration is Duration.ONE_OFF:
        if line.annual_cost is None:
            return "the amount is not stated"
        return None if line.periods[0].start else "the date is not stated"
    if line.annual_cost is None:
        return "the annual cost is not stated"
    for intake in line.periods:
        try:
            in_post = intake.within(year)
        except StartNotStated:
            return "the start is not stated"
        if in_post and line.duration is Duration.FIXED_TERM and intake.open_ended:
            return "the end of the fixed term is not stated"
    return None


def number(value: Decimal) -> str:
    """An FTE without idle zeros: 6, 0.5, 0.25."""
    return f"{value.normalize():f}"


class Workings(NamedTuple):
    """How a figure came about, in one sentence: `how`, after what it comes to in words where that is no amount, such as Nil."""

    how: str
    instead: str = ""

    def __str__(self) -> str:
        return f"{self.instead}: {self.how}" if self.instead else self.how


def workings(line: Line, year: FinancialYear | None) -> Workings:
    """The workings of the cost in a year, or of the full-year cost when `year` is None."""
    return _of_full_year(line) if year is None else _of_part_year(line, year)


def pounds(amount: Decimal) -> str:
    """£90,000, £0.50, and -£500 for a credit."""
    shown = f"{abs(amount):,}" if amount == amount.to_integral_value() else f"{abs(amount):,.2f}"
    return f"{'-' if amount < 0 else ''}£{shown.removesuffix('.00')}"


def when(intake: Intake) -> str:
    """The days in post: "from 1 August 2016 to 31 January 2018"."""
    start = f"from {day_in_words(intake.start)}" if intake.start else "start not stated"
    return f"{start} to {day_in_words(intake.end)}" if intake.end else start


def _of_part_year(line: Line, year: FinancialYear) -> Workings:
    if lacking := missing(line, year):
        return Workings(f"{lacking}.", "Cannot be calculated")
    cost = part_year_cost(line, year)
    assert cost is not None
    assert line.annual_cost is not None
    annual = pounds(line.annual_cost)
    if line.duration is Duration.ONE_OFF:
        return _of_one_off(line, year, annual)
    in_post = [intake for intake in line.periods if days_in_year(intake, year)]
    if not in_post:
        absent = "not in post" if line.fte else "nothing falls"
        return Workings(f"{absent} in {year} ({'; '.join(when(intake) for intake in line.periods)}).", "Nil")
    parts = [
        _stretch(line, each, year) for intake in in_post for each in stretches_of(line, intake) if days_in_year(each.intake, year)
    ]
    if len(parts) == 1:
        return Workings(f"{parts[0][0]}, {parts[0][1]}, rounded half up to {pounds(cost)}")
    sums = " + ".join(f"{costs} ({who})" for costs, who in parts)
    return Workings(f"{sums}, rounded half up to {pounds(cost)}")


def _stretch(line: Line, stretch: Stretch, year: FinancialYear) -> tuple[str, str]:
    """What a stretch costs in the year, as a product, and whose it is and when."""
    part = _part(line, stretch.intake) if stretch.is_of_line else ""
    return f"{pounds(stretch.annual)}{part} × {_share(stretch.intake, year, line.basis)}", _who(line, stretch.intake)


def _of_one_off(line: Line, year: FinancialYear, annual: str) -> Workings:
    start = line.intakes[0].start
    assert start is not None
    if start in year:
        return Workings(f"{annual} once, on {day_in_words(start)}, all of it in {year}")
    return Workings(f"the one-off cost of {annual} falls in {FinancialYear.containing(start)}, on {day_in_words(start)}.", "Nil")


def _of_full_year(line: Line) -> Workings:
    if line.duration is Duration.ONE_OFF:
        return Workings("the cost is one-off.", "No full-year effect")
    if line.duration is Duration.FIXED_TERM:
        return Workings(f"fixed term, {'; '.join(when(intake) for intake in line.periods)}.", "No full-year effect")
    if not line.open_ended:
        return Workings(f"every part of it ends ({'; '.join(when(intake) for intake in line.periods)}).", "No full-year effect")
    cost = full_year_cost(line).amount
    if cost is None or line.annual_cost is None:
        return Workings("no annual cost is recorded.", "Not stated")
    if line.has_changes:
        lasting = [stretches_of(line, intake)[-1] for intake in line.periods if intake.open_ended]
        sums = " + ".join(
            f"{pounds(each.annual)}{_part(line, each.intake) if each.is_of_line else ''} ({_who(line, each.intake)})"
            for each in lasting
        )
        return Workings(f"{sums} a year, as it costs in the end, rounded half up to {pounds(cost)}")
    if open_part(line) == 1:
        return Workings(f"{pounds(line.annual_cost)} a year, open-ended")
    stays = sum((intake.fte for intake in line.periods if intake.open_ended and intake.fte), Decimal(0))
    part = f" × {number(stays)}/{number(line.fte)}, {number(stays)} of {number(line.fte)} FTE open-ended" if line.fte else ""
    return Workings(f"{pounds(line.annual_cost)}{part}, rounded half up to {pounds(cost)}")


def _part(line: Line, intake: Intake) -> str:
    if line.part(intake) == 1 or line.fte is None or intake.fte is None:
        return ""
    return f" × {number(intake.fte)}/{number(line.fte)}"


def _who(line: Line, intake: Intake) -> str:
    if not _part(line, intake) or line.fte is None or intake.fte is None:
        return when(intake)
    return f"{number(intake.fte)} of {number(line.fte)} FTE {when(intake)}"


def _share(intake: Intake, year: FinancialYear, basis: Basis) -> str:
    if basis is Basis.DAYS:
        return f"{days_in_year(intake, year)}/{year.days} days"
    whole, part_months = in_months(intake, year)
    return f"({_months_in_words(intake, year)})/12" if part_months else f"{whole}/12"


def _months_in_words(intake: Intake, year: FinancialYear) -> str:
    whole, part_months = in_months(intake, year)
    parts = [f"{days}/{length} of {MONTHS[month - 1]}" for month, days, length in part_months]
    if whole:
        parts.insert(0, "1 month" if whole == 1 else f"{whole} months")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
