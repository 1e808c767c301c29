"""What is found wrong with lines, in words. Whoever checks papers says so here; this app knows no check."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from phases.models import Programme


class LineFinding(NamedTuple):
    """One thing that was found of a line: the rule by its key, and whole sentences."""

    line_id: int
    rule: str
    text: str


class Source(NamedTuple):
    """A check: the keys and titles of its rules of lines, and what it finds in a programme at a moment."""

    rules: tuple[tuple[str, str], ...]
    found: Callable[[Programme, datetime], list[LineFinding]]


_sources: list[Source] = []


def ask_what_is_found(source: Source) -> None:
    """Ask this check too, from now on."""
    if source not in _sources:
        _sources.append(source)


def rules_of_lines() -> dict[str, str]:
    """The rules that lines are checked by, title by key."""
    return dict(rule for source in _sources for rule in source.rules)


def found_of_lines(programme: Programme, at: datetime) -> list[LineFinding]:
    """Everything that is found of the lines of a programme and not reviewed."""
    return [finding for source in _sources for finding in source.found(programme, at)]
