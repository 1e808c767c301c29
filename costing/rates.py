"""The annual cost of one FTE built up from pay: every rate is the council's own, with the day it takes effect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from costing.financial_year import day_in_words
from costing.money import round_pounds


class RateNotStated(ValueError):
    """No rate is in force on the day. Its text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure from the day it takes effect until the next one does: pounds a year, or a rate (0.138 is 13.8%)."""

    effective: date
    value: Decimal


def in_force(rates: Iterable[Rate], day: date, called: str) -> Decimal:
    """The latest value that has taken effect by the day. Raises RateNotStated, naming what is missing."""
    effective = [rate for rate in rates if rate.effective <= day]
    if not effective:
        raise RateNotStated(f"No {called} is recorded for {day_in_words(day)}.")
    return max(effective, key=lambda rate: rate.effective).value


@dataclass(frozen=True, slots=True)
class Allowance:
    """Pounds a year per FTE. Pay attracts national insurance and pension (a market supplement); the rest does not."""

    annual: Decimal
    is_pay: bool = True


@dataclass(frozen=True, slots=True)
class PayRates:
    """A pay point and the employer's rates, each by effective date; the threshold is pounds a year."""

    pay_point: tuple[Rate, ...]
    ni_rate: tuple[Rate, ...]
    ni_threshold: tuple[Rate, ...]
    pension_rate: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class BuiltUpCost:
    """The parts of the annual cost of one FTE, exact; `annual_cost` is their sum in whole pounds, rounded once."""

    pay: Fraction
    national_insurance: Fraction
    pension: Fraction
    other_allowances: Fraction

    @property
    def exact(self) -> Fraction:
        """Pounds a year for one FTE, before rounding."""
        return self.pay + self.national_insurance + self.pension + self.other_allowances

    @property
    def annual_cost(self) -> Decimal:
        """Whole pounds a year for one FTE."""
        return round_pounds(self.exact)

    def for_fte(self, fte: Decimal) -> Decimal:
        """The annual cost of a line of so many FTE, whole pounds, rounded once."""
        return round_pounds(self.exact * Fraction(fte))


def built_up_cost(rates: PayRates, day: date, allowances: Iterable[Allowance] = ()) -> BuiltUpCost:
    """The annual cost of one FTE at the rates in force on a day. Raises RateNotStated."""
    allowances = tuple(allowances)
    pay = Fraction(in_force(rates.pay_point, day, "pay point"))
    pay += sum((Fraction(allowance.annual) for allowance in allowances if allowance.is_pay), Fraction(0))
    threshold = Fraction(in_force(rates.ni_threshold, day, "national insurance threshold"))
    ni_rate = Fraction(in_force(rates.ni_rate, day, "national insurance rate"))
    return BuiltUpCost(
        pay=pay,
        national_insurance=max(pay - threshold, Fraction(0)) * ni_rate,
        pension=pay * Fraction(in_force(rates.pension_rate, day, "pension rate")),
        other_allowances=sum((Fraction(a.annual) for a in allowances if not a.is_pay), Fraction(0)),
    )
