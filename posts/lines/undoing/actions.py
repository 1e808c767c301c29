"""Undoing a change of lines, and undoing that: nothing is taken out of the history, each is an act of its own."""

from datetime import datetime

from django.db import transaction

from accounts.models import AuditEntry, User
from accounts.permissions.rules import Permission, require
from phases.models import Programme
from posts.lines import queries
from posts.lines.actions import LineChange, change_lines
from posts.lines.merging.rules import merged
from posts.lines.rules import LineState, from_json, state_of
from posts.lines.undoing.rules import WITHIN
from posts.models import LineRevision

_WHOLE = ("lines_pasted", "lines_imported")
"""What is undone as one from its own page, whoever took it in and however long ago."""


class NothingToUndo(Exception):
    """The change cannot be undone: its text says why, as a sentence for the user."""


@transaction.atomic
def undo(*, programme: Programme, entry: AuditEntry, by: User, at: datetime) -> AuditEntry | None:
    """Put the lines of one change back as they were before it; what somebody else changed beside it stays.

    Raises NothingToUndo where the same was changed since, where the change is somebody else's, or older than a day.
    """
    require(by, Permission.EDIT_LINES)
    Programme.objects.select_for_update().get(pk=programme.pk)
    revisions = list(LineRevision.objects.filter(entry=entry, programme=programme))
    if not revisions:
        raise NothingToUndo("There is nothing to undo.")
    if entry.action not in _WHOLE and (entry.actor_id != by.pk or at - entry.at > WITHIN):
        raise NothingToUndo("You can only undo your own changes of the last day.")
    numbers = [revision.line_id for revision in revisions]
    earlier = {(each.line_id, each.version): each.state for each in LineRevision.objects.filter(line_id__in=numbers)}
    current = {line.pk: line for line in queries.lines_of(programme, numbers)}
    paying = any(state and state.get("paid_by") for state in earlier.values())
    sources = set(programme.funding_sources.values_list("pk", flat=True)) if paying else set()
    line_changes = []
    for revision in revisions:
        line = current.get(revision.line_id)
        before = earlier.get((revision.line_id, revision.version - 1))
        target = _target(
            was=from_json(before) if before else None,
            became=from_json(revision.state) if revision.state else None,
            now=state_of(line) if line else None,
        )
        if target and not {payer.source for payer in target.paid_by} <= sources:
            raise NothingToUndo("This was not undone, because a funding source that paid for a line has been removed since then.")
        line_changes.append(LineChange(revision.line_id, line.version if line else None, target))
    return change_lines(programme=programme, line_changes=line_changes, by=by, at=at, what="change_undone", undone=entry.number)


def _target(*, was: LineState | None, became: LineState | None, now: LineState | None) -> LineState | None:
    """What a line is once its change from `was` to `became` is undone. Raises NothingToUndo."""
    if now == became:
        return was
    target = merged(became, now, was) if was and became and now else None
    if target is None:
        raise NothingToUndo("This was not undone, because one of its lines has changed since then.")
    return target
