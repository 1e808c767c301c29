"""What a spreadsheet puts into a cell of a date or a term, made into what the reader of lines takes. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from costing.financial_year import FIRST, MONTHS, FinancialYear, day_in_words
from costing.typed import NotUnderstood, parse_date
from posts.importing.cells.rules import LONGEST, NOT_STATED, refuse_broken, tidy

SERIAL_FROM, SERIAL_TO = 32_874, 73_415  # 1 January 1990 to 31 December 2100, as spreadsheets count days
_NO_END = {
    *("ongoing", "on-going", "permanent", "perm", "n/a", "na", "n.a.", "none", "no end", "open", "open ended", "open-ended", "-"),
    *(
        "indefinite",
        "indefinitely",
        "continuing",
        "recurring",
        "not applicable",
        "base budget",
        "no end date",
        "nil",
        "until further notice",
        "perm.",
        "permanent post",
        "permanent contract",
        "ongoing cost",
        "ongoing post",
        "no end planned",
        "no end",
        "base",
    ),
}
_NO_DAY = {"0", "00/01/1900", "00-jan-00", "0-jan-00", "30/12/1899"}  # what a spreadsheet makes of a blank cell in a formula
_NO_START = {
    *(
        "asap",
        "a.s.a.p.",
        "as soon as possible",
        "immediate",
        "immediately",
        "on appointment",
        "when recruited",
        "on recruitment",
    ),
    *("n/a", "na", "-", "vacant", *NOT_STATED),
}
_IN_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
)
_WORD = re.compile(rf"\b(?:{'|'.join(_IN_WORDS)})\b(?=[ -])")
_OF_TERM = r"(?:fixed[ -]term|ftc|contract|temporary|temp|term)"
_AFTER = rf"(?: (?:post|(?:{_OF_TERM} ?)+|from start|from (?:the )?start date|from appointment|initially|max(?:imum)?))?"
_WHEN_FILLED = re.compile(
    r"(?:up)?on (?:recruitment|appointment|filling)|(?:once|when|as soon as) (?:recruited|appointed|filled|in post|approved|"
    r"possible)|"
    r"subject to .{1,40}|following (?:recruitment|approval)|with immediate effect"
)
_MONTHS = re.compile(rf"(?:(?:for|{_OF_TERM}|of) )*(\d{{1,3}}) ?-?(?:months?|mths?|mos?|m)\.?{_AFTER}")
_YEARS = re.compile(rf"(?:(?:for|{_OF_TERM}|of) )*(\d{{1,2}}(?:\.5)?) ?-?(?:years?|yrs?)\.?{_AFTER}")
_YEARS_AND_MONTHS = re.compile(r"(?:for )?(\d{1,2}) ?(?:years?|yrs?),? (?:and )?(\d{1,2}) ?(?:months?|mths?)")
_PLANNED = re.compile(
    r"\s*\((?:planned|provisional|prov|est(?:imated)?|proposed|expected|approx|tbc|target|latest|earliest)\.?\)\Z", re.IGNORECASE
)
_QUARTER = re.compile(
    r"(?:q|quarter ?|qtr ?|(?=[1-4](?:st|nd|rd|th) q))([1-4])(?:(?:st|nd|rd|th) (?:quarter|qtr))?[ ,-]*"
    r"(?:of )?(?:fy ?)?((?:20)?\d\d) ?[/-] ?((?:20)?\d\d)",
    re.IGNORECASE,
)
_WHOLE_YEAR = re.compile(r"(?:fy ?)?((?:20)?\d\d) ?/ ?((?:20)?\d\d)", re.IGNORECASE)
_WEEKDAY = re.compile(r"\A(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? ", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_TWO_DIGITS = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[ ./-]+)?(?P<month>\d{1,2}|[a-z]{3,9})\.?[ ./',-]+(?P<year>\d\d)", re.IGNORECASE
)
_TIME = re.compile(r"[ t]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m)?z?\Z", re.IGNORECASE)


_MONTH_WORD = re.compile(rf"(?:{'|'.join(name[:3] for name in MONTHS)})", re.IGNORECASE)
_WRITE = "Write a date, such as 13 September 2016 or 13/9/2016, or a month, such as Nov 2016."


@dataclass(frozen=True)
class Day:
    """A date as the reader of lines takes it, "" for none. `term`: months instead of an end. `asks`: a date to be confirmed."""

    text: str
    said: str = ""
    term: int | None = None
    asks: str = ""


@lru_cache(maxsize=1_024)
def read_day(text: str, *, which: Literal["start", "end"]) -> Day:
    """The first or last day in a cell: Jan-17, 01/01/17, 42736, Sunday, January 01, 2017; of an end also 18 months or ongoing.

    Raises NotUnderstood. A year of two digits is one of this century, and is said.
    """
    typed = tidy(text)
    if len(typed) > LONGEST:
        raise NotUnderstood("That is too long for a date.")
    refuse_broken(typed)
    before = (
        "from|since|starts?|starting|w\\.?e\\.?f\\.?|with effect from" if which == "start" else "from|until|till?|ends?|ending|to"
    )
    bare = _PLANNED.sub("", typed.lower())
    bare = re.sub(rf"\A{_OF_TERM} (?=(?:to|until|till?) )", "", bare) if which == "end" else bare
    said = re.sub(rf"\A(?:{before}) ", "", bare).strip()
    edge = "start|beginning|early|1st" if which == "start" else "end"
    said = re.sub(rf"\A(?:(?:the )?(?:{edge}) )?(?:of )?(?=[a-z])", "", said)
    if not said or said in _NO_DAY:
        return Day("", said=f"“{typed}” is read as no date" if said else "")
    if which == "end" and said in _NO_END:
        return Day("", said="" if said == "-" else f"“{typed}” is read as no end")
    if which == "end" and said in NOT_STATED:
        return Day("", asks="end")
    if which == "end" and (months := _months(said)):
        return Day("", said=f"“{typed}” is read as a term of {months} months", term=months)
    if which == "start" and _months(said):
        raise NotUnderstood("This is a length of time, not a date: write the first day, such as 1 April 2017.")
    if which == "start" and (said in _NO_START or _WHEN_FILLED.fullmatch(said)):
        return Day("", said=f"“{typed}” is read as a start that is not stated")
    if found := _period(said, which):
        return Day(found.isoformat(), asks="period")
    return _dated(typed, said, which)


def _months(said: str) -> int | None:
    said = _WORD.sub(lambda word: str(_IN_WORDS.index(word[0]) + 1), said)
    if match := _MONTHS.fullmatch(said):
        return int(match[1])
    if match := _YEARS_AND_MONTHS.fullmatch(said):
        return int(match[1]) * 12 + int(match[2])
    match = _YEARS.fullmatch(said)
    return int(Decimal(match[1]) * 12) if match else None


def _period(said: str, which: str) -> date | None:
    """The first or last day of a quarter, or of a financial year, that is named in place of a date."""
    quarter = _QUARTER.fullmatch(said)
    match = quarter or _WHOLE_YEAR.fullmatch(said)
    if not match:
        return None
    first, last = match.groups()[-2:]
    starts = int(first) if len(first) == 4 else 2000 + int(first)
    if (starts + 1) % 100 != int(last) % 100 or starts < FIRST:
        return None
    year = FinancialYear(starts)
    if not quarter:
        return year.first_day if which == "start" else year.last_day
    month = 4 + 3 * (int(quarter[1]) - 1)
    begins = date(starts + (month > 12), (month - 1) % 12 + 1, 1)
    after = date(begins.year + (begins.month > 9), (begins.month + 2) % 12 + 1, 1)
    return begins if which == "start" else after - timedelta(days=1)


def _dated(typed: str, said: str, which: Literal["start", "end"]) -> Day:
    if re.fullmatch(r"\d{5}(?:\.0+)?", said) and SERIAL_FROM <= int(said[:5]) <= SERIAL_TO:
        day = date(1899, 12, 30) + timedelta(days=int(said[:5]))
        return Day(day.isoformat(), said=f"{typed} is read as {day_in_words(day)}")
    plain = _TIME.sub("", _WEEKDAY.sub("", said)).strip()
    plain = re.sub(r"\A((?:19|20)\d\d)([01]\d)([0-3]\d)\Z", r"\1-\2-\3", plain)
    plain = re.sub(r"\A(\d{1,2})([a-z]{3,9})(\d{2,4})\Z", r"\1 \2 \3", plain)
    if match := _MONTH_DAY.fullmatch(plain):
        plain = f"{match[2]} {match[1]} {match[3]}"
    if match := _TWO_DIGITS.fullmatch(plain):
        century = "19" if int(match["year"]) >= 90 else "20"
        if match["day"] or not match["month"].isdigit():
            plain = f"{match['day'] + ' ' if match['day'] else ''}{match['month']} {century}{match['year']}".strip()
            plain = plain.replace(" ", "/") if match["month"].isdigit() else plain
    if not re.search("[0-9]", plain) and not _MONTH_WORD.match(plain):
        raise NotUnderstood(_WRITE)
    read = parse_date(plain, month_means="first" if which == "start" else "last")
    if read is None:
        return Day("")
    as_typed = plain == said and not re.fullmatch(r"[a-z]+[ -]\d+", said)
    return Day(read.isoformat(), said="" if as_typed else f"“{typed}” is read as {day_in_words(read)}")
