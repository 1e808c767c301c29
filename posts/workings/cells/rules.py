"""The history of one cell of the table of inputs: which versions of its line changed it, from what to what. Pure."""

from collections.abc import Iterable, Sequence

from costing.financial_year import FinancialYear
from costing.measure import stored
from posts.lines.cells.rules import NAMES, is_figure, year_of
from posts.lines.rules import from_json
from posts.models import LineRevision
from posts.workings.rules import COST_CHANGES, Changed, Names, Version, described, history

_PERIOD = ("In post", "When", "Term", "Lasts")
_SEVERAL = {
    "annual_cost": (NAMES["annual_cost"], "Amount", COST_CHANGES),
    "start": _PERIOD,
    "end": _PERIOD,
    "recruited": (NAMES["recruited"], "Engaged"),
}
"""Cells that one line records under one name and another under another, or under several."""


def recorded_as(cell: str, years: Iterable[FinancialYear]) -> tuple[str, ...] | None:
    """The names under which the history of a line records a cell of a programme's table; None where there is no such cell."""
    if cell == "reason":
        return tuple(stored(year).label for year in (*(year.starts_in for year in years), None))
    if is_figure(cell):
        return (stored(year_of(cell)).label,)
    return _SEVERAL.get(cell) or ((NAMES[cell],) if cell in NAMES else None)


def cell_history(revisions: Sequence[LineRevision], names: Names, cells: Sequence[str]) -> list[Version]:
    """The versions that changed what is recorded under these names, newest first as `revisions` are; the first too."""
    found = []
    for version, revision in zip(history(revisions, names), revisions, strict=True):
        changes = tuple(change for change in version.changes if change.name in cells)
        if version.number == 1 and revision.state:
            words = described(from_json(revision.state), names)
            changes = tuple(Changed(name, "blank", words[name]) for name in cells if words.get(name))
        if changes or version.number == 1:
            found.append(version._replace(changes=changes))
    return found
