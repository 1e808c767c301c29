"""The fonts of every paper: one full TTF for each weight, and what they can draw."""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "improvement_budget/static/vendor/fonts/source-sans-pro"
FONTS = {400: _FOLDER / "SourceSansPro-Regular.ttf", 600: _FOLDER / "SourceSansPro-Semibold.ttf"}
"""By their weight in a stylesheet."""

# What would vanish, reorder the text, or draw as an empty box. NUL and its like are not even allowed in HTML.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def font_faces() -> str:
    """The rules that name the fonts, for the head of a stylesheet."""
    return "".join(
        f'@font-face{{font-family:"Source Sans Pro";font-weight:{weight};src:url("{path.as_uri()}")}}'
        for weight, path in FONTS.items()
    )


def printable(text: str) -> str:
    """The text without control and direction marks, "?" for what the paper's fonts cannot draw. Plain text still: not escaped."""
    if text.isascii() and text.isprintable():
        return text
    text = _UNPRINTABLE.sub("", text)
    drawn = _characters()
    return "".join(letter if letter in drawn or letter.isspace() else "?" for letter in text)


@cache
def _characters() -> frozenset[str]:
    from fontTools.ttLib import TTFont

    drawn = []
    for path in FONTS.values():
        with TTFont(path, lazy=True) as font:
            drawn.append(frozenset(chr(code) for code in font.getBestCmap()))
    return frozenset.intersection(*drawn)
