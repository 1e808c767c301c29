"""Who pays for a line (money rule 18): as it is stored, as it is typed, and as it is shown."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from costing.paying import NotPaid, Payer, check, percent
from costing.typed import NotUnderstood, parse_amount, parse_date
from display import formats

MOST_PAYERS = 20
LARGEST_DENOMINATOR = 999_999
THE_REST = "the rest"
HINT = "60% or 3/5 of the cost; £20,000 for each year; or the rest"


def as_json(payer: Payer) -> dict[str, Any]:
    """As the store and the history hold it; `payers_of` reads it."""
    return {
        "source": payer.source,
        "share": None if payer.share is None else f"{payer.share.numerator}/{payer.share.denominator}",
        "pounds": None if payer.pounds is None else f"{payer.pounds:f}",
        "from": payer.starts and payer.starts.isoformat(),
        "to": payer.ends and payer.ends.isoformat(),
    }


def payers_of(content: Iterable[Mapping[str, Any]]) -> tuple[Payer, ...]:
    """The payers that `as_json` wrote."""
    return tuple(
        Payer(
            each["source"],
            None if each["share"] is None else Fraction(each["share"]),
            None if each["pounds"] is None else Decimal(each["pounds"]),
            None if each["from"] is None else date.fromisoformat(each["from"]),
            None if each["to"] is None else date.fromisoformat(each["to"]),
        )
        for each in content
    )


def pays(payer: Payer) -> str:
    """What it pays, as a person would type it."""
    if payer.share is not None:
        return percent(payer.share)
    return THE_REST if payer.pounds is None else formats.pounds(payer.pounds)


def in_words(payer: Payer, sources: Mapping[int, str]) -> str:
    """60% by the Council from 1 April 2017 to 31 March 2018."""
    starts = f" from {formats.long_date(payer.starts)}" if payer.starts else ""
    ends = f" to {formats.long_date(payer.ends)}" if payer.ends else ""
    a_year = " a year" if payer.pounds is not None else ""
    return f"{pays(payer)}{a_year} by {sources.get(payer.source, 'a removed source')}{starts}{ends}"


class TypedPayer(NamedTuple):
    """One payer as it is typed; blank where nothing is. `source` is the number of a funding source."""

    source: str
    pays: str
    starts: str
    ends: str


Errors = dict[tuple[str, int], str]
"""A message by the field (payer_source, payer_pays, payer_from, payer_to) and the number of the row."""


def read_payers(typed: Mapping[int, TypedPayer], *, credits: bool) -> tuple[tuple[Payer, ...], Errors]:
    """The payers in the order of their rows, and what is wrong with them. Rows left blank are none."""
    found: dict[int, Payer] = {}
    errors: Errors = {}
    for number, row in typed.items():
        if not any(text.strip() for text in row):
            continue
        read: list[Any] = []
        ways: tuple[Callable[[str], Any], ...] = (
            _source,
            partial(_share_or_pounds, credits=credits),
            parse_date,
            partial(parse_date, month_means="last"),
        )
        for field, text, way in zip(("payer_source", "payer_pays", "payer_from", "payer_to"), row, ways, strict=True):
            try:
                read.append(way(text))
            except NotUnderstood as error:
                errors[field, number] = str(error)
                read.append(None)
        if not any(of == number for _, of in errors):
            source, (share, pounds), starts, ends = read
            found[number] = Payer(source, share, pounds, starts, ends)
    try:
        check(list(found.values()))
    except NotPaid as error:
        errors.setdefault(("payer_pays", list(found)[error.place]), str(error))
    return tuple(found.values()), errors


def _source(text: str) -> int:
    if not text.strip().isdecimal():
        raise NotUnderstood("Choose who pays, or clear the row.")
    return int(text)


def _share_or_pounds(text: str, *, credits: bool) -> tuple[Fraction | None, Decimal | None]:
    typed = " ".join(text.split()).lower()
    if typed in (THE_REST, "rest", "the remainder", "remainder", "balance", "the balance"):
        return None, None
    if match := re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?(?:%|per ?cent)", typed):
        share = Fraction(match[1]) / 100
    elif match := re.fullmatch(r"([0-9]{1,6}) ?/ ?([0-9]{1,6})", typed):
        if not int(match[2]):
            raise NotUnderstood("Nothing can be divided by 0: write a share such as 3/5.")
        share = Fraction(int(match[1]), int(match[2]))
    else:
        return None, _pounds(typed, credits=credits)
    if not 0 < share <= 1:
        raise NotUnderstood("A share must be more than 0 and at most 100%.")
    return share, None


def _pounds(typed: str, *, credits: bool) -> Decimal:
    if not typed:
        raise NotUnderstood(f"Enter how much: {HINT}.")
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]+)?", typed) and Fraction(typed) <= 100:
        raise NotUnderstood(f"Write {typed}% for a share, or £{typed} for an amount.")
    if "%" in typed:
        raise NotUnderstood("Write a share with up to four decimal places, such as 62.5%, or as a fraction, such as 1/3.")
    pounds = parse_amount(typed, credits=credits)
    if not pounds:
        raise NotUnderstood(f"Enter how much: {HINT}.")
    return pounds
