"""Lists and counts as sentences say them."""

from collections.abc import Iterable


def listed(words: Iterable[str]) -> str:
    """As in a sentence: Phase One, Phase Two and Phase Three. Nothing at all is ""."""
    *first, last = tuple(words) or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def counted(number: int, noun: str) -> str:
    """1 line, 22 lines, no lines."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
