"""How figures, FTE and dates look everywhere: screen, PDF, workbook headings. Pure functions: no Django, no clock, no locale."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from costing.financial_year import day_in_words

NIL = "-"
NOT_STATED = "n/s"


class CreditStyle(StrEnum):
    """How a credit is printed: a council's own setting."""

    BRACKETS = "brackets"
    MINUS = "minus"
    CR = "cr"


def whole(number: int | Decimal, credits: CreditStyle = CreditStyle.BRACKETS) -> str:
    """A whole number with thousands separators: 1,171. Credits as (863), -863 or Cr 863."""
    if number >= 0:
        return f"{number:,}"
    size = f"{-number:,}"
    if credits == CreditStyle.MINUS:
        return f"-{size}"
    return f"({size})" if credits == CreditStyle.BRACKETS else f"Cr {size}"


def figure(number: int | Decimal | None, credits: CreditStyle = CreditStyle.BRACKETS) -> str:
    """A cell of the committee table. Nil and a missing full-year effect both print "-" (domain, money rule 9)."""
    return NIL if not number else whole(number, credits)


def pounds(amount: Decimal | int | None, credits: CreditStyle = CreditStyle.MINUS) -> str:
    """An amount in a sentence: £83,333, £0; "not stated" where there is none."""
    if amount is None:
        return "not stated"
    size = f"£{abs(amount):,.0f}"
    if amount >= 0:
        return size
    return {CreditStyle.MINUS: f"-{size}", CreditStyle.BRACKETS: f"({size})"}.get(CreditStyle(credits), f"Cr {size}")


def fte(number: Decimal | None) -> str:
    """FTE without idle zeros: 1, 0.5, 2.25; nothing for a line that has none."""
    if number is None:
        return ""
    text = f"{number:,.2f}"
    return text.rstrip("0").rstrip(".")


def fte_or_absent(number: Decimal | None, beside: str) -> str:
    """FTE in a table: n/s where a post states none. `beside` is what it states instead or too: 2 posts; "" for nothing."""
    return NOT_STATED if number is None and beside else fte(number)


def fte_beside(beside: str) -> str:
    """What stands under the FTE in a table: 2 posts, 22.2 of 37 hours; "" where the FTE says all there is."""
    return "" if beside == NOT_STATED else beside


def fte_total(number: Decimal, at_least: bool) -> str:
    """The FTE of several lines: 7, or at least 7 where that of a post among them is not stated, or n/s where none is."""
    if at_least:
        return f"at least {fte(number)}" if number else NOT_STATED
    return fte(number)


def long_date(day: date | None) -> str:
    """1 August 2016; nothing for no date."""
    return "" if day is None else day_in_words(day)


def long_moment(moment: datetime) -> str:
    """14 September 2016 at 09:05, in the time zone the moment carries."""
    return f"{long_date(moment.date())} at {moment:%H:%M}"


def yes_no(value: bool | None) -> str:
    """Nothing for None: it is not said."""
    return "" if value is None else "Yes" if value else "No"


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Begins each CSV: without it Excel reads £ and ’ as if they were of an older encoding."""


def inert(text: str) -> str:
    """Text for a CSV that no spreadsheet takes for a formula: with an apostrophe before a start that could be one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def contrast_with_white(colour: str) -> float:  # not money: a ratio of light
    """The contrast ratio of white on a colour like #1d4f5f, 1 to 21 (WCAG 2.2, relative luminance). 4.5 is enough for text."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # not money: light
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)  # not money: light
