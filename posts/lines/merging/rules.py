"""Two changes of one line made from the same version, put together where they do not meet. Pure."""

from collections.abc import Iterable
from dataclasses import fields, replace

from posts.lines.rules import LineState

_ALONE = ("title", "paperwork_complete", "comment", "cost_centre", "subjective_code", "establishment_number")
_PLACE = ("phase", "team", "position")
# Everything else must fit together (FTE, intakes, term, figures typed over): it is one thing, and is taken from one of the two.
_TOGETHER = tuple(f.name for f in fields(LineState) if f.name not in (*_ALONE, *_PLACE))
_PARTS: tuple[tuple[str, ...], ...] = (*((name,) for name in _ALONE), _PLACE, _TOGETHER)


def merged(original: LineState, theirs: LineState, mine: LineState) -> LineState | None:
    """Theirs with what mine changes of the original; None where both change the same part, each to something else."""
    values: dict[str, object] = {}
    for part in _PARTS:
        was, there, here = (_of(state, part) for state in (original, theirs, mine))
        if here in (was, there):
            continue
        if there != was:
            return None
        values |= dict(zip(part, here, strict=True))
    return replace(theirs, **values)  # type: ignore[arg-type]


def _of(state: LineState, part: Iterable[str]) -> tuple[object, ...]:
    return tuple(getattr(state, name) for name in part)
