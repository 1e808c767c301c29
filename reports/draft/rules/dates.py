"""Dates in a sentence, and whether their weekdays fit (PC22)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from costing.typed import NotUnderstood, parse_date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_DATE = re.compile(
    rf"\b(?:(?P<weekday>{_WEEKDAY})\.?,?\s+(?:the\s+)?)?"
    rf"(?P<day>[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\.?,?\s+[0-9]{{4}}|[0-9]{{1,2}}[/.][0-9]{{1,2}}[/.][0-9]{{4}})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Dated:
    """A date as written. `day` is None where there is no such day; `problem` is a sentence, "" where nothing is wrong."""

    start: int
    end: int
    text: str
    day: date | None
    weekday: str
    problem: str = ""


def dates_in(text: str) -> Iterator[Dated]:
    """Every date with its year, in order. One without a year has no weekday that could be checked."""
    if not re.search("[0-9]{4}", text):
        return
    for match in _DATE.finditer(text):
        weekday = next((name for name in WEEKDAYS if name.lower().startswith((match["weekday"] or "?")[:3].lower())), "")
        try:
            day = parse_date(re.sub(r"\bof\s+|,", "", match["day"], flags=re.IGNORECASE))
        except NotUnderstood as error:
            yield Dated(match.start(), match.end(), match[0], None, weekday, f"There is no such day. {error}")
            continue
        problem = ""
        if day and weekday and WEEKDAYS[day.weekday()] != weekday:
            problem = f"{day.day} {day:%B %Y} is a {WEEKDAYS[day.weekday()]}, not a {weekday}."
        yield Dated(match.start(), match.end(), match[0], day, weekday, problem)
