"""What of a person's own acts can be undone and done again, in which order. Pure."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

WITHIN = timedelta(days=1)
"""An undo reaches no further back."""


class Act(NamedTuple):
    """One act of changing lines: its number in the audit record, and the number of the act it undid, where it undid one."""

    number: int
    undid: int | None = None


class Stacks(NamedTuple):
    """The numbers of acts that can be undone and done again; the last of each is next."""

    undo: list[int]
    redo: list[int]


def stacks(acts: Iterable[Act]) -> Stacks:
    """The acts of one person, oldest first, as two stacks. To do an act again is to undo the act that undid it.

    A new act after undoing leaves nothing to be done again, as in every spreadsheet.
    """
    undo: list[int] = []
    redo: list[int] = []
    for act in acts:
        if act.undid in undo:
            undo.remove(act.undid)
            redo.append(act.number)
        elif act.undid in redo:
            redo.remove(act.undid)
            undo.append(act.number)
        else:
            undo.append(act.number)
            redo.clear()
    return Stacks(undo, redo)
