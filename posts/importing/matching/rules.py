"""When two spellings mean the same title or team, and characters that were damaged on the way. Pure."""

import re
import unicodedata
from functools import lru_cache

from posts.importing.years.rules import plain_dashes

_QUOTES = re.compile("['’‘`´′ʼ\"“”„]")
_TRAILING = re.compile(r"(?:[\s*†‡§#^]|\[\d{1,2}\]|(?<=[^\W\d])[\u00b9\u00b2\u00b3\u2070-\u2079]+)+\Z")
_DAMAGED = re.compile(
    "(?:[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u2044\u20ac\u2122]|\u00e2[\u0080-\u00bf\u20ac][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u2044\u20ac\u2122])+"
)


@lru_cache(maxsize=32_768)  # more than a block has titles: each is asked for several times
def spelling(text: str) -> str:
    """A title or team without what its spellings differ in: case, apostrophes, dashes, spaces, marks after it."""
    plain = unicodedata.normalize("NFKC", _TRAILING.sub("", text))  # which makes figures of raised ones
    plain = _QUOTES.sub("", plain_dashes(plain).casefold()).replace("&", " and ")
    return " ".join(re.sub(r"[-/,.;:]+", " ", _TRAILING.sub("", plain)).split())


def mended(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with characters that were saved as UTF-8 and opened as something else put right; each, and what it is read as."""
    found: list[tuple[str, str]] = []

    def put_right(match: re.Match[str]) -> str:
        try:
            right = b"".join(_byte(character) for character in match[0]).decode("utf-8")
        except (UnicodeDecodeError, UnicodeEncodeError):
            return match[0]
        found.append((match[0], right))
        return right

    return _DAMAGED.sub(put_right, text), found


def _byte(character: str) -> bytes:
    return bytes([ord(character)]) if "\x80" <= character <= "\x9f" else character.encode("cp1252")
