"""Whole pounds, thousands of pounds, and the one rounding both use.

Rounding is half up, and away from zero for credits: 0.5 becomes 1 and -0.5 becomes -1, so that a credit mirrors its
charge.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

MAXIMUM = Decimal("999999999999")
"""The largest amount held, in pounds, charge or credit."""


class NotAnAmount(ValueError):
    """A number that cannot be money. Its text is a sentence for the user."""


class Unit(StrEnum):
    """The unit that a table is shown in."""

    POUNDS = "pounds"
    THOUSANDS = "thousands"
    TENTHS = "tenths_of_thousands"

    @property
    def sign(self) -> str:
        """As the heading of a column says it; tenths stand in the figures themselves."""
        return "£" if self is Unit.POUNDS else "£'000"

    @property
    def label(self) -> str:
        """As it is chosen."""
        return f"{self.sign}, one decimal place" if self is Unit.TENTHS else self.sign

    @property
    def places(self) -> int:
        """Decimal places of its figures."""
        return 1 if self is Unit.TENTHS else 0


Shown = int | Decimal
"""A figure in the unit of its table: a whole number, or to one decimal place."""

# Python 3.11 takes longer to find a member of an enumeration than all else that a rounding needs.
_TENTHS = Unit.TENTHS
_DIVISORS = {Unit.POUNDS: 1, Unit.THOUSANDS: 1000, Unit.TENTHS: 100}


class Rounding(StrEnum):
    """How a total in a committee table is made: from the rounded lines above it, or from the exact ones."""

    SUM_OF_ROUNDED = "sum_of_rounded"
    ROUNDED_SUM = "rounded_sum"


def round_pounds(exact: Fraction | Decimal) -> Decimal:
    """Whole pounds, half up, away from zero for credits. Refuses what is not a finite amount up to MAXIMUM."""
    pounds = Decimal(_rounded_quotient(exact, 1))
    if abs(pounds) > MAXIMUM:
        raise NotAnAmount(f"The amount must not be above £{MAXIMUM:,}.")
    return pounds


def share_of(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """What a part of a whole costs, in whole pounds: the amount x part / whole, rounded once. FTE drawn of a line's FTE, say."""
    return round_pounds(Fraction(amount) * Fraction(part) / Fraction(whole))


def thousands(pounds: Fraction | Decimal) -> int:
    """Thousands of pounds, half up, away from zero for credits: £23,500 is 24 and -£500 is -1."""
    return _rounded_quotient(pounds, 1000)


def in_unit(pounds: Fraction | Decimal, unit: Unit) -> Shown:
    """The number that a table shows for this amount in this unit."""
    number = _rounded_quotient(pounds, _DIVISORS[unit])
    return Decimal(number).scaleb(-1) if unit is _TENTHS else number


def whole_in_unit(pounds: Iterable[int | None], unit: Unit) -> Sequence[Shown | None]:
    """`in_unit` of whole pounds, as they are stored, thousands of them in a twentieth of the time. What is None stays so."""
    if unit is Unit.POUNDS:
        return list(pounds)
    if unit is _TENTHS:
        return [None if each is None else in_unit(Decimal(each), unit) for each in pounds]
    return [None if each is None else (each + 500) // 1000 if each >= 0 else -((500 - each) // 1000) for each in pounds]


def _rounded_quotient(amount: Fraction | Decimal, divisor: int) -> int:
    # A float has already lost the pence this rule decides on.
    if type(amount) not in (Fraction, Decimal, int):
        raise TypeError(f"Money is a Decimal or a Fraction, not {type(amount).__name__}.")
    if isinstance(amount, Decimal) and not amount.is_finite():
        raise NotAnAmount(f"{amount} is not an amount of money.")
    numerator, denominator = amount.as_integer_ratio()
    denominator *= divisor
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded
