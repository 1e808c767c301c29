"""Which lines stand where. Whoever keeps requests for money says so here; this app knows none of them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from posts.standing.rules import ASKED_FOR, Standing


class Source(NamedTuple):
    """Who keeps requests. Both say the same of FROM_REQUESTS: one finds lines, the other looks at lines that were found.

    `rows_of` gives rows with a `line_id` each, of the lines that stand so; a line may come more than once.
    """

    rows_of: Callable[[Standing], QuerySet[Any]]
    of_lines: Callable[[Collection[int]], Iterable[tuple[int, Standing]]]


_sources: list[Source] = []


def ask_where_lines_stand(source: Source) -> None:
    """Ask this source too, from now on."""
    if source not in _sources:
        _sources.append(source)


def standing_so(standing: Standing) -> Q:
    """The lines that stand so."""
    if standing is not Standing.PLANNED:
        return _in(standing)
    # Not NOT IN: beyond its memory PostgreSQL would read the whole answer again for every line.
    asked_for = Q()
    for each in ASKED_FOR:
        asked_for &= ~_in(each)
    return asked_for


def _in(standing: Standing) -> Q:
    found = Q(pk__in=[])
    for source in _sources:
        found |= Q(Exists(source.rows_of(standing).filter(line_id=OuterRef("pk"))))
    return found


def standings_of(lines: Collection[int]) -> dict[int, list[Standing]]:
    """Where each of these lines stands, in the order of Standing (as many queries as the sources take)."""
    found: dict[int, set[Standing]] = defaultdict(set)
    for source in _sources:
        for line_id, standing in source.of_lines(lines):
            found[line_id].add(standing)
    return {line_id: _in_order(found[line_id]) if line_id in found else [Standing.PLANNED] for line_id in lines}


def _in_order(found: set[Standing]) -> list[Standing]:
    stands = found if found & _ASKED_FOR else {*found, Standing.PLANNED}
    return [each for each in Standing if each in stands]


_ASKED_FOR = set(ASKED_FOR)
