"""Totals: of what is present, never inventing what is not."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from costing.money import Rounding, Shown, Unit, in_unit, round_pounds


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the amounts present; None when there are entries but no amount; 0 when there is no entry at all."""
    entries = tuple(amounts)
    present = [amount for amount in entries if amount is not None]
    return sum(present, Decimal(0)) if present or not entries else None


def exact_total(exact_amounts: Iterable[Fraction | None]) -> Decimal | None:
    """The total of a re-costing: exact amounts added, then rounded once. Absences as in `total`."""
    entries = tuple(exact_amounts)
    present = [amount for amount in entries if amount is not None]
    return round_pounds(sum(present, Fraction(0))) if present or not entries else None


def shown_total(amounts: Iterable[Decimal | None], unit: Unit, rounding: Rounding) -> Shown | None:
    """The total as a table shows it, in its unit; None as in `total`. Over lines, not over totals, at every level."""
    entries = tuple(amounts)
    exact = total(entries)
    if exact is None or rounding is Rounding.ROUNDED_SUM:
        return None if exact is None else in_unit(exact, unit)
    return sum(in_unit(amount, unit) for amount in entries if amount is not None)


def footnote_needed(amounts: Iterable[Decimal | None], unit: Unit, rounding: Rounding = Rounding.ROUNDED_SUM) -> bool:
    """Whether a rounded exact total differs from the rounded lines above it; their own sum never does."""
    entries = tuple(amounts)
    return rounding is Rounding.ROUNDED_SUM and (
        shown_total(entries, unit, Rounding.ROUNDED_SUM) != shown_total(entries, unit, Rounding.SUM_OF_ROUNDED)
    )
