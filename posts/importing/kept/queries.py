"""Reads about imports: what was read, what it did, and whether it was undone."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, QuerySet, TextField, Value
from django.shortcuts import get_object_or_404

from accounts.models import AuditEntry
from display.words import counted, listed
from phases.models import Programme
from posts.models import CostLine, ImportedFile, LineRevision

MOST_LISTED = 200


@dataclass(frozen=True)
class ImportedLine:
    """A line as an import left it: its number, what became of it, its title then, and whether it is there still."""

    line_id: int
    fate: str
    title: str
    is_there: bool


@dataclass(frozen=True)
class Import:
    """One import with its first lines. `undone`: the entry that took it back; `overtaken`: a line of it has changed since."""

    file: ImportedFile
    details: dict[str, Any]
    lines: Sequence[ImportedLine]
    counts: Mapping[str, int]
    undone: AuditEntry | None
    overtaken: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def said(self) -> str:
        """ "2 lines added and 1 line changed"."""
        return listed([f"{counted(number, 'line')} {fate}" for fate, number in self.counts.items()])


def imports_of(programme: Programme) -> QuerySet[ImportedFile]:
    """The imports of a programme, newest first, without their content."""
    return ImportedFile.objects.filter(programme=programme).select_related("entry__actor").defer("content", "entry__content")


def file_of(programme: Programme, number: int) -> ImportedFile:
    """The file of an import with its content, by the number of its entry. Raises Http404."""
    return get_object_or_404(ImportedFile.objects.select_related("entry__actor"), programme=programme, entry=number)


def _undoing(programme: Programme, number: int) -> Mapping[int, list[int]]:
    """Which acts after entry `number` undid which: the number of each, by that of what it undid."""
    # Quotation marks inside texts are escaped: only our own key reads so.
    undid = Func(F("content"), Value(r'"undone":(\d+)\}'), function="substring", output_field=TextField())
    acts = AuditEntry.objects.filter(action="change_undone", subject=f"programme:{programme.slug}", number__gt=number)
    found: dict[int, list[int]] = {}
    for act, of in acts.order_by("number").values_list("number", undid):
        if of:
            found.setdefault(int(of), []).append(act)
    return found


def _standing(number: int, undoing: Mapping[int, Sequence[int]]) -> int | None:
    """The last act that undid this one and was not undone itself."""
    return next((act for act in reversed(undoing.get(number, [])) if _standing(act, undoing) is None), None)


def _of_one(number: int, undoing: Mapping[int, Sequence[int]]) -> set[int]:
    """The acts that undid an import, did it again, and so on."""
    return {each for act in undoing.get(number, []) for each in (act, *_of_one(act, undoing))}


def import_of(programme: Programme, number: int) -> Import:
    """One import (six queries). Raises Http404."""
    file = get_object_or_404(
        ImportedFile.objects.select_related("entry__actor").defer("content"), programme=programme, entry=number
    )
    revisions = list(
        LineRevision.objects.filter(entry=number, programme=programme)
        .order_by("pk")
        .values_list("line_id", "version", "state__title")
    )
    fates = [
        (line, "removed" if title is None else "added" if version == 1 else "changed", title)
        for line, version, title in revisions
    ]
    counts = Counter(fate for _, fate, _ in fates)
    undoing = _undoing(programme, number)
    standing = _standing(number, undoing)
    later = LineRevision.objects.filter(line_id__in=[line for line, *_ in revisions], entry__gt=number)
    later = later.exclude(entry__in=_of_one(number, undoing))
    undone = AuditEntry.objects.select_related("actor").defer("content").get(number=standing) if standing else None
    there = set(CostLine.objects.filter(pk__in=[line for line, *_ in fates[:MOST_LISTED]]).values_list("pk", flat=True))
    lines = [ImportedLine(line, fate, title or "A line", line in there) for line, fate, title in fates[:MOST_LISTED]]
    return Import(file, json.loads(file.entry.content)["details"], lines, counts, undone, later.exists())
