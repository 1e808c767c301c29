"""What people type into a cell: amounts, FTE, recruited posts and dates. README.md lists every form and its meaning.

Each reader returns the value, or None for a blank cell, or raises NotUnderstood with a sentence that names the cause.
Nothing is guessed, shortened or clamped.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from costing.financial_year import MONTHS, day_in_words
from costing.money import MAXIMUM

LONGEST = 60
"""The most characters any of these cells can need."""
MOST_FTE = Decimal("9999.99")
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100

DONE = {"yes", "y", "true", "complete", "completed", "done", "✓", "✔", "x", "1"}
NIL = {"-", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}", "nil"}

# Ordinary spaces: those that a keyboard, a spreadsheet or a web page puts round a figure.
_SPACES = re.compile("[ \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}]+")
_FIGURE = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
_AMOUNT = re.compile(r"(?P<whole>[0-9][0-9,]*|(?=\.[0-9]))(?:\.(?P<part>[0-9]+))? ?(?P<unit>[km]?)", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[-+]?[0-9][0-9.]*e[-+]?[0-9]+", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}
NOT_DONE = {"", "no", "n", "false", "incomplete", "n/a", "na", "0", *NIL}


class NotUnderstood(ValueError):
    """What was typed cannot be taken. Its text is a whole sentence for the user."""


def parse_amount(text: str, *, credits: bool = False) -> Decimal | None:
    """Whole pounds; blank is None, a dash or "nil" is 0. A credit is refused unless `credits`, and is then negative."""
    typed = _tidy(text, "an amount")
    if not typed:
        return None
    if typed.lower() in NIL:
        return Decimal(0)
    negative, figure = _without_sign(typed)
    pounds = _pounds(figure)
    if negative and pounds and not credits:
        raise NotUnderstood("The amount must be 0 or more: a credit cannot be entered here.")
    return -pounds if negative and pounds else pounds


@lru_cache(maxsize=1_024)
def parse_done(text: str) -> bool:
    """Whether something is done, such as the paperwork of a post; blank is no."""
    said = _tidy(text, "Yes or No").lower()
    if said not in DONE | NOT_DONE:
        raise NotUnderstood("Write Yes or No.")
    return said in DONE


def parse_fte(text: str) -> Decimal | None:
    """Full-time equivalent, above 0 and up to 9,999.99, two decimal places; blank is None."""
    typed = _tidy(text, "an FTE")
    return _fte(typed) if typed else None


def parse_recruited(text: str, fte: Decimal | None) -> Decimal | None:
    """FTE recruited out of the line's: "Yes", "No", "4" or "4 of 6"; blank and "n/a" are None."""
    typed = _tidy(text, "the number recruited").lower()
    if typed in {"", "n/a", "na"}:
        return None
    if typed in NIL | {"no", "n", "none", "0"}:
        return Decimal("0.00")
    if fte is None:
        raise NotUnderstood("This line has no FTE, so nobody is recruited to it: leave this blank.")
    if typed in {"yes", "y", "all"}:
        return fte
    count, _, of = (part.strip() for part in re.sub(r" (?:out )?of |/", "|", typed).partition("|"))
    if of and _fte(of) != fte:
        raise NotUnderstood(f"The line has {_shortest(fte)} FTE, not {_shortest(_fte(of))}.")
    if count.startswith(("-", "\N{MINUS SIGN}")):
        raise NotUnderstood("The number recruited must be 0 or more.")
    recruited = Decimal("0.00") if _is_nought(count) else _fte(count, "Write Yes, No, a number, or 4 of 6.")
    if recruited > fte:
        raise NotUnderstood(f"{_shortest(recruited)} recruited is more than the {_shortest(fte)} FTE of the line.")
    return recruited


def _tidy(text: str, what: str) -> str:
    if len(text) > LONGEST * 2:
        raise NotUnderstood(f"That is too long for {what}.")
    typed = _SPACES.sub(" ", text).strip(" ")
    if len(typed) > LONGEST:
        raise NotUnderstood(f"That is too long for {what}.")
    for character in typed:
        # C is every invisible category: control, format (right-to-left marks), surrogate, unassigned.
        if unicodedata.category(character)[0] == "C":
            raise NotUnderstood(f"There is an invisible character in it (U+{ord(character):04X}): type it again.")
        if unicodedata.category(character)[0] == "N" and character not in "0123456789":
            raise NotUnderstood("Use the digits 0 to 9.")
        if character == "\N{REPLACEMENT CHARACTER}":
            raise NotUnderstood("A character in it was lost on the way: type it again.")
    return typed


def _without_sign(typed: str) -> tuple[bool, str]:
    figure = typed.replace("\N{MINUS SIGN}", "-")
    signs = 0
    if figure.startswith("(") and figure.endswith(")"):
        signs, figure = signs + 1, figure[1:-1].strip()
    if match := re.fullmatch(r"cr\.? ?(.+)|(.+?) ?cr\.?", figure, re.IGNORECASE):
        signs, figure = signs + 1, match[1] or match[2]
    if match := re.fullmatch(r"-? ?£ ?-? ?(.+)", figure):
        signs += figure[: match.start(1)].count("-")
        figure = match[1]
        if figure.startswith("(") and figure.endswith(")"):
            signs, figure = signs + 1, figure[1:-1].strip()
    elif figure.startswith("-"):
        signs, figure = signs + 1, figure[1:].strip()
    if signs > 1:
        raise NotUnderstood("Mark a credit once only: as -500, (500) or Cr 500.")
    return bool(signs), figure


def _pounds(figure: str) -> Decimal:
    if _SCIENTIFIC.fullmatch(figure):
        raise NotUnderstood("Write the amount in full, such as 1,000,000: the notation 1e6 is not read.")
    match = _AMOUNT.fullmatch(figure)
    if not match:
        raise NotUnderstood(_why_no_amount(figure))
    whole, part, unit = match["whole"], match["part"] or "", match["unit"].lower()
    if whole and not _FIGURE.fullmatch(whole):
        raise NotUnderstood("Put commas between thousands only, such as 83,000.")
    exact = Decimal(f"{whole.replace(',', '') or 0}.{part or 0}") * _UNITS[unit]
    if exact != exact.to_integral_value():
        if unit:
            raise NotUnderstood(f"{figure} is not a whole number of pounds.")
        raise NotUnderstood("Write whole pounds, without pence.")
    if exact > MAXIMUM:
        raise NotUnderstood(f"The amount must not be above £{MAXIMUM:,}.")
    return exact.to_integral_value()


def _why_no_amount(figure: str) -> str:
    if re.fullmatch(r"[0-9]{1,3}( [0-9]{3})+", figure):
        return f"Write thousands with commas and without spaces: {figure.replace(' ', ',')}."
    if re.search(r"[$€%]", figure):
        return "Amounts are in pounds: write the figure alone, such as 83,000."
    if re.fullmatch(r"[0-9.,]+ ?[a-z]+", figure, re.IGNORECASE):
        return "Write the figure with k for thousands or m for millions, such as 83k, or in full, such as 83,000."
    return "Write an amount in pounds, such as 83,000 or 83k; leave it blank if none is stated."


def _is_nought(typed: str) -> bool:
    return bool(re.fullmatch(r"0*(\.0*)?", typed)) and "0" in typed


def _fte(typed: str, otherwise: str = "Write the FTE as a number, such as 1 or 0.5.") -> Decimal:
    plain = typed.replace("\N{MINUS SIGN}", "-")
    if re.fullmatch(r"[0-9]{1,3},[0-9]{1,2}", plain):
        raise NotUnderstood(f"Write decimals with a point: {plain.replace(',', '.')}.")
    if not re.fullmatch(r"-? ?([0-9]{1,3}(,[0-9]{3})+|[0-9]*)(\.[0-9]+)?", plain) or not re.search("[0-9]", plain):
        raise NotUnderstood(otherwise)
    if plain.startswith("-") or _is_nought(plain):
        raise NotUnderstood("The FTE must be more than 0.")
    whole, _, part = plain.replace(",", "").partition(".")
    if len(part.rstrip("0")) > 2:
        raise NotUnderstood("Write the FTE with no more than two decimal places, such as 0.25.")
    fte = Decimal(f"{whole or 0}.{part[:2]:0<2}")
    if fte > MOST_FTE:
        raise NotUnderstood(f"The FTE must not be above {MOST_FTE:,}.")
    return fte


def _shortest(fte: Decimal) -> str:
    return f"{fte.normalize():f}"


_MONTH_NAMED = {name.lower(): month for month, name in enumerate(MONTHS, 1)}
_MONTH_NAMED |= {name[:3]: month for name, month in _MONTH_NAMED.items()} | {"sept": 9}

_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ ./-]+([0-9]{1,2}|[a-z]+)\.?(?:[ ./,-]+([0-9]+))?")
_YEAR_FIRST = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")
_MONTH_ONLY = re.compile(r"([a-z]+)\.?[ ./,'-]*([0-9]*)")
_MONTH_AND_YEAR = re.compile(r"([0-9]{1,2})[./-]([0-9]{4})")
_YEAR_AND_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_FINANCIAL_YEAR = re.compile(r"([0-9]{4}) ?/ ?([0-9]{2}|[0-9]{4})")


@lru_cache(maxsize=1_024)
def parse_date(text: str, *, month_means: Literal["first", "last"] = "first") -> date | None:
    """A day, or a month that stands for its first or last day; blank is None. Days come before months."""
    typed = re.sub(r"^(from|since|to|until|till) ", "", _tidy(text, "a date").replace("\N{EN DASH}", "-").lower())
    if not typed:
        return None
    match = _FINANCIAL_YEAR.fullmatch(typed)
    if match and str(int(match[1]) + 1).endswith(match[2]):
        raise NotUnderstood(f"{typed} is a financial year: write a date, such as 1 April {match[1]}.")
    if match := _YEAR_FIRST.fullmatch(typed):
        return _day(match[3], str(_month(match[2])), match[1])
    if match := _MONTH_AND_YEAR.fullmatch(typed):
        return _whole_month(match[1], match[2], month_means)
    if match := _YEAR_AND_MONTH.fullmatch(typed):
        return _whole_month(match[2], match[1], month_means)
    if match := _DAY_FIRST.fullmatch(typed):
        return _day(match[1], match[2], match[3])
    if match := _MONTH_ONLY.fullmatch(typed):
        return _whole_month(match[1], match[2], month_means)
    raise NotUnderstood("Write a date, such as 13 September 2016 or 13/9/2016, or a month, such as Nov 2016.")


def _day(day: str, month: str, year: str | None) -> date:
    if not year and month.isdigit() and int(month) > 12:
        raise NotUnderstood("Write the date in full, the year with four digits: 13/9/2016.")
    in_month = _month(month, day_first=f"{month}/{day}/{year}" if year else None)
    if not year:
        # 30/04 lacks its year, but 31/04 is wrong in every year.
        most = 29 if in_month == 2 else monthrange(2016, in_month)[1]
        if not 1 <= int(day) <= most:
            raise NotUnderstood(_no_such_day(int(day), in_month, 2016))
        raise NotUnderstood(f"Write the year too, with four digits: {day_in_words(date(2016, in_month, int(day)))}.")
    in_year = _year(year)
    try:
        return date(in_year, in_month, int(day))
    except ValueError:
        raise NotUnderstood(_no_such_day(int(day), in_month, in_year)) from None


def _no_such_day(day: int, month: int, year: int) -> str:
    if day < 1:
        return "Days are numbered from 1."
    if month == 2 and day == 29:
        return f"{year} is not a leap year: its February has 28 days."
    if month == 2:
        return f"February has {monthrange(year, 2)[1]} days in {year}."
    return f"{MONTHS[month - 1]} has {monthrange(year, month)[1]} days."


def _whole_month(month: str, year: str, means: Literal["first", "last"]) -> date:
    in_month = _month(month)
    if not year:
        raise NotUnderstood(f"Write the year too, with four digits: {MONTHS[in_month - 1]} 2016.")
    in_year = _year(year)
    return date(in_year, in_month, 1 if means == "first" else monthrange(in_year, in_month)[1])


def _month(typed: str, day_first: str | None = None) -> int:
    if not typed.isdigit():
        if typed not in _MONTH_NAMED:
            raise NotUnderstood(f"\N{LEFT DOUBLE QUOTATION MARK}{typed}\N{RIGHT DOUBLE QUOTATION MARK} is not a month.")
        return _MONTH_NAMED[typed]
    if 1 <= int(typed) <= 12:
        return int(typed)
    if day_first and 13 <= int(typed) <= 31 and int(day_first.split("/")[1]) <= 12:
        raise NotUnderstood(f"Write the day before the month: {day_first}.")
    raise NotUnderstood("Months are numbered from 1 to 12.")


def _year(typed: str) -> int:
    if len(typed) == 2:
        century = 19 if int(typed) >= 90 else 20
        raise NotUnderstood(f"Write the year with four digits: {century}{typed}.")
    if len(typed) != 4:
        raise NotUnderstood("Write the year with four digits, such as 2016.")
    if not EARLIEST_YEAR <= int(typed) <= LATEST_YEAR:
        raise NotUnderstood(f"The year must be from {EARLIEST_YEAR} to {LATEST_YEAR}.")
    return int(typed)
