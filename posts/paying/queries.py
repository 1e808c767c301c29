"""Reads about who pays for lines."""

from collections.abc import Collection, Mapping

from costing.paying import PaidLine
from phases.models import Programme
from posts.lines.payers.rules import in_words
from posts.lines.queries import lines_of
from posts.lines.rules import LineState, state_of
from posts.paying.rules import paid_line


def sources_of(programme: Programme) -> dict[int, str]:
    """The names of its funding sources by their numbers, in the order of their names (one query)."""
    return dict(programme.funding_sources.order_by("name").values_list("pk", "name"))


def paid_lines(programme: Programme, lines: Collection[int], sources: Mapping[int, str]) -> list[tuple[int, str, PaidLine]]:
    """These lines, each with who pays for it, in words and by measure, in printing order (three queries)."""
    states = [(line, state_of(line)) for line in lines_of(programme, lines)]
    return [(line.pk, paid_in_words(state, sources), paid_line(state, line.amounts.all(), programme)) for line, state in states]


def paid_in_words(state: LineState, sources: Mapping[int, str]) -> str:
    """Who pays for a line: 60% by Council; 40% by Health board to 31 March 2018."""
    return "; ".join(in_words(each, sources) for each in state.paid_by)
