"""What a person can undo and do again in a programme."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, F, Func, OuterRef, TextField, Value

from accounts.models import AuditEntry, User
from phases.models import Programme
from posts.frozen.queries import Frozen, frozen_in
from posts.lines.undoing.rules import WITHIN, Act, stacks
from posts.models import LineRevision


class LastChange(NamedTuple):
    """A change of lines that can be undone: its number in the audit record, when, and what it was, in words."""

    number: int
    at: datetime
    said: str


class Undoable(NamedTuple):
    """What is undone next, and the number of what is done again next."""

    last: LastChange | None
    redo: int | None


def undoable(
    programme: Programme, user: User, *, at: datetime, since: int = 0, passed: Collection[int] = frozenset()
) -> Undoable:
    """The person's own acts of the last day in this programme, after entry `since` of the audit record (two queries).

    `passed`: acts that could not be undone, because their lines have changed since: the ones before them come next.
    """
    own = AuditEntry.objects.filter(
        Exists(LineRevision.objects.filter(entry=OuterRef("pk"))),
        subject=f"programme:{programme.slug}",
        actor=user,
        number__gt=since,
        at__gte=at - WITHIN,
    )
    # Quotation marks inside texts are escaped: only our own key reads so.
    undone = Func(F("content"), Value(r'"undone":(\d+)\}'), function="substring", output_field=TextField())
    acts = own.order_by("number").values_list("number", undone)
    undo, redo = stacks(Act(number, int(undid) if undid else None) for number, undid in acts)
    undo, redo = ([number for number in stack if number not in passed] for stack in (undo, redo))
    entry = AuditEntry.objects.get(number=undo[-1]) if undo else None
    return Undoable(LastChange(entry.number, entry.at, said(entry)) if entry else None, redo[-1] if redo else None)


_VERBS = {
    "line_remove": "removed",
    "line_duplicate": "duplicated",
    "line_up": "moved up",
    "line_down": "moved down",
    "lines_pasted": "pasted",
    "lines_imported": "imported",
    "change_undone": "undid a change of",
}


def said(entry: AuditEntry) -> str:
    """What a change of lines was, in words: removed “Head of service”."""
    lines = json.loads(entry.content)["details"]["lines"]
    verb = _VERBS.get(entry.action) or ("added" if all("added" in line["changed"] for line in lines) else "changed")
    what = f"“{lines[0]['title']}”" if len(lines) == 1 or entry.action in ("line_up", "line_down") else f"{len(lines)} lines"
    return f"{verb} {what}"


def drawn_lines(entry: AuditEntry) -> list[Frozen]:
    """The lines that a change touched and a drawdown keeps figures of: undoing it is asked first."""
    return frozen_in(LineRevision.objects.filter(entry=entry).values_list("line_id", flat=True))


def lines_touched(entries: Iterable[int]) -> list[int]:
    """The lines that these changes touched, by their numbers."""
    return list(LineRevision.objects.filter(entry__in=entries).order_by("pk").values_list("line_id", flat=True))
