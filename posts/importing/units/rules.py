"""The unit that amounts stand in: pounds, thousands or millions, for each column by itself. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

POUNDS, THOUSANDS, MILLIONS = 1, 1_000, 1_000_000
WORDS = {POUNDS: "£", THOUSANDS: "£'000", MILLIONS: "£m"}
NAMES = {"pounds": POUNDS, "thousands": THOUSANDS, "millions": MILLIONS}

TAGS = re.compile(r"</?[a-z]{1,6}>", re.IGNORECASE)
_QUOTE = "['’‘`´′]"
_THOUSANDS = (
    rf"(?:£\s?,?|[\s(]){_QUOTE}?000{_QUOTE}?s?{_QUOTE}?(?!\d|,\d)|£\s?k(?:s|\b)|\bk\s?£|£\s?thousands?\b|\bthousands? of pounds\b"
    r"|\bin thousands\b(?: of pounds)?|\b(?:gbp|£)\s?(?:in )?(?:000s?|k)\b|\(thousands?\)|\(k\)"
)
_MILLIONS = (
    r"£\s?m(?:n|s|illions?)?\b|\b(?:in )?millions? of pounds\b|\bin millions\b(?: of pounds)?|\bgbp\s?m(?:n|"
    r"illions?)?\b|\(millions?\)"
    r"|[£\s(]['’]?000[,.]?000['’]?s?\b"
)
_IN_POUNDS = (
    r"(?:\bin )?£s\b|£(?![\s\dkm'’‘`´′0])|£(?=\s*(?:[)\]]|$))|\bin (?:whole )?pounds\b|\bpounds\b|"
    r"\bgbp\b(?!\s?[km0])|\bwhole pounds\b"
)
UNIT = re.compile(rf"[(\[]?\s*(?:{_MILLIONS}|{_THOUSANDS}|{_IN_POUNDS}|£)\s*[)\]]?", re.IGNORECASE)
_KINDS = (
    (MILLIONS, re.compile(_MILLIONS, re.IGNORECASE)),
    (THOUSANDS, re.compile(_THOUSANDS, re.IGNORECASE)),
    (POUNDS, re.compile(_IN_POUNDS, re.IGNORECASE)),
)
_OF_ALL = re.compile(
    r"\W*(?:(?:nb|note|notes|please note|n\.b\.)\W+)?(?:all |the |these )?"
    r"(?:figures?|amounts?|costs?|values?|numbers?|sums?|money|prices?)?"
    r"(?: (?:in this table|below|above|here|shown|stated|given|quoted))*(?: (?:are|is))?"
    r"(?: (?:all|shown|stated|given|quoted|expressed))*(?: in)?\W*\Z",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def unit_in(text: str) -> int | None:
    """The unit that a heading or a note says, None where it says none."""
    padded = f" {TAGS.sub('', text)} "
    return next((unit for unit, pattern in _KINDS if pattern.search(padded)), None)


@lru_cache(maxsize=4_096)
def only_a_unit(text: str) -> bool:
    """Whether a cell states a unit and nothing else: £'000, or All figures in £'000."""
    plain = f" {TAGS.sub('', text).strip()} "
    return unit_in(plain) is not None and bool(_OF_ALL.fullmatch(UNIT.sub(" ", plain).strip(" .()*:")))


@dataclass(frozen=True)
class Scale:
    """How the figures of some columns stand to what is stored: `factor` times it, in `agree` of `compared` cells."""

    columns: tuple[str, ...]
    factor: Decimal
    agree: int
    compared: int


def scale_against(
    read: Sequence[tuple[str, str, Decimal]], stored: Mapping[tuple[str, str], Decimal], units: Mapping[str, int]
) -> Scale | None:
    """Whether figures are a thousand times, or a thousandth of, what is stored under the same heading. None where they are not.

    `read`: line, column, pounds as read; `stored`: the same by line and column. Nil does not count; at least two.
    """
    pairs = [
        (name, pounds, stored[line, name]) for line, name, pounds in read if name in units and pounds and stored.get((line, name))
    ]
    if len(pairs) < 2:
        return None
    columns = tuple(dict.fromkeys(name for name, *_ in pairs))
    larger = sum(pounds == was * 1000 for _, pounds, was in pairs)
    smaller = sum(abs(pounds) * 1000 - abs(was) in _HALF and abs(was) >= 1000 for _, pounds, was in pairs)
    for factor, agree in ((Decimal(1000), larger), (Decimal("0.001"), smaller)):
        if 2 * agree > len(pairs):
            return Scale(columns, factor, agree, len(pairs))
    return None


_HALF = range(-500, 501)
