"""What is heard in the place of what is printed: figures, years and units as a person would read them out.

Screen readers skip brackets and strokes: a credit would be heard as a cost, and 2016/17 as two numbers.
"""

import re

from display.formats import NIL, NOT_STATED

_ALONE = {NIL: "nil", NOT_STATED: "not stated"}
_CREDIT = re.compile(r"(?:\((£?[\d,.]+)\)|[-\N{MINUS SIGN}](£?[\d,.]+)|Cr (£?[\d,.]+))\Z")
_YEARS = re.compile(r"(?<![\w/])((?:19|20)\d\d)/(\d\d)(?![\w/])")
_THOUSANDS = re.compile("£['\N{RIGHT SINGLE QUOTATION MARK}]000")


def cell(text: str) -> str:
    """A cell of a table that holds nothing but this: "-" is nil, "n/s" not stated, "(863)" minus 863."""
    if text in _ALONE:
        return _ALONE[text]
    if found := _CREDIT.match(text):
        return f"minus {next(filter(None, found.groups()))}"
    return words(text)


def words(text: str) -> str:
    """Years and units wherever they stand: 2016/17 is 2016 to 2017, and £'000 is thousand pounds."""
    if "/" in text:
        text = _YEARS.sub(_both_years, text)
    return _THOUSANDS.sub("thousand pounds", text) if "000" in text else text


def _both_years(found: re.Match[str]) -> str:
    first, last = int(found[1]), int(found[2])
    if last != (first + 1) % 100:
        return found[0]  # no financial year: a date, or a number of a report
    return f"{first} to {first + 1}"
