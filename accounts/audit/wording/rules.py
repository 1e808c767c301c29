"""An entry of the audit record in people's words: names, years and pounds, not keys and codes. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from costing.financial_year import NotAFinancialYear
from costing.measure import Measure, NotAMeasure, parse, stored
from display.formats import long_date, long_moment, pounds

NAMES = {
    "sha256": "SHA-256",
    "record_sha256": "SHA-256 of the record",
    "file_sha256": "SHA-256 of the file",
    "evidence_sha256": "SHA-256 of the evidence",
    "evidence_at": "address of the evidence",
    "decided_on": "decided on",
    "fte": "FTE",
    "is_key": "key decision",
    "is_executive": "executive decision",
    "is_urgent": "urgent",
}
MONEY = frozenset({"pounds", "amount", "up_to", "current_budget", "annual_cost"})
MEASURES = frozenset({"measure", "financial_year", "first_year", "last_year"})
_CODE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})")


def in_words(name: str) -> str:
    """acting_for as Acting for."""
    text = _name(name)
    return text[:1].upper() + text[1:]


def _name(key: str) -> str:
    return NAMES.get(key, key.replace("_", " "))


def in_lines(details: Mapping[str, Any], *, is_change: bool) -> Iterator[str]:
    """A line for each fact of an entry; an empty one has none. `is_change`: a pair is what was before and what came after."""
    for name, value in details.items():
        if name == "values" and "words" in details:
            continue  # for machines: the words say the same
        if name == "changed" and isinstance(value, dict):
            yield from in_lines(value, is_change=True)
        elif is_change and isinstance(value, list) and len(value) == 2 and name not in ("before", "after"):
            yield from _change(name, *value)
        elif name == "lines" and isinstance(value, list):
            for line in value:
                yield f"{line.get('title', '')}: {', '.join(_name(field) for field in line.get('changed', {}))}"
        elif value and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            for each in value:
                yield f"{in_words(name)}: {_fact(each)}"
        elif said := _said(name, value):
            yield f"{in_words(name)}: {said}"


def _change(name: str, before: Any, after: Any) -> Iterator[str]:
    was, is_now = _said(name, before), _said(name, after)
    if was:
        yield f"{in_words(name)}: {was} → {is_now or 'none'}"
    elif is_now:
        yield f"{in_words(name)}: {is_now}"


def _said(name: str, value: Any) -> str:
    """A value as people say it; "" where there is none. `name` tells pounds and years from other numbers."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(filter(None, (_said(name, each) for each in value)))
    if isinstance(value, dict):
        return _limits(value) or _fact(value)
    if name in MEASURES and (measure := _measure(value)):
        return measure.label
    if name in MONEY and (amount := _number(value)) is not None:
        return _pounds(amount)
    return _text(str(value))


def _text(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            return long_date(date.fromisoformat(text))
        if _MOMENT.fullmatch(text):
            return long_moment(datetime.fromisoformat(text))
    except ValueError:  # it only looks like one
        return text
    return text.replace("_", " ") if _CODE.fullmatch(text) else text


def _fact(fact: Mapping[str, Any]) -> str:
    """One of several like things: "Head of service, July release, £83,000 in 2016/17". A name stands for its number."""
    parts = {name: _said(name, value) for name, value in fact.items() if name != "row" and f"{name}_title" not in fact}
    money = parts.pop("pounds", "")
    year = ""
    if "measure" in fact and (measure := _measure(fact["measure"])):
        year = measure.in_words
        parts.pop("measure")
    what_first = sorted(parts.items(), key=lambda part: part[0] not in ("title", "line_title"))
    said = [text if name.endswith("title") else f"{_name(name)} {text}" for name, text in what_first if text]
    return ", ".join(filter(None, [*said, f"{money} {year}".strip()]))


def _measure(value: Any) -> Measure | None:
    """An entry names a full year by nothing, as columns do, or by its key. None for what is no measure, such as "in_year"."""
    try:
        return stored(value) if value is None or isinstance(value, int) else parse(str(value))
    except (NotAMeasure, NotAFinancialYear):
        return None


def _limits(value: Mapping[str, Any]) -> str:
    """Limits by measure: "£950,000 in 2016/17"; "" where it is not that."""
    try:
        found = [(parse(key), _number(amount)) for key, amount in value.items()]
    except NotAMeasure:
        return ""
    return ", ".join(f"{_pounds(amount)} {measure.in_words}" for measure, amount in found if amount is not None)


def _pounds(amount: Decimal) -> str:
    """With its pence where it has any: an entry is not rounded."""
    sign = "-" if amount < 0 else ""
    return pounds(amount) if amount == amount.to_integral_value() else f"{sign}£{abs(amount):,.2f}"


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
