"""Files that belong to a drawdown: what supports it, chosen while it is open, and the evidence of answers given off line."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.drawdowns import rules
from approvals.drawdowns.actions import NotAllowedNow, entry_of, locked, move
from approvals.drawdowns.models import Drawdown, Paper
from approvals.drawdowns.preparation.actions import prepared_by
from approvals.drawdowns.queries import supporting
from approvals.drawdowns.rules import State
from display.uploads import NotAFile, Upload, media_type

MOST_PAPERS = 20
"""Supporting papers of one drawdown."""


@transaction.atomic
def attach_paper(*, drawdown: Drawdown, upload: Upload, by: User, at: datetime) -> Paper:
    """Keep a paper that supports the drawdown. Raises ValidationError, at `file`, for a file that cannot be one."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = _open(drawdown)
    names = {name.casefold() for name in supporting(drawdown).values_list("name", flat=True)}
    if len(names) >= MOST_PAPERS:
        raise ValidationError({"file": f"{MOST_PAPERS} papers are attached: remove one first."})
    if upload.name.casefold() in names:
        raise ValidationError({"file": f"{upload.name} is attached already: remove it first, or give this file another name."})
    paper = _keep(Paper.Kind.SUPPORTING, drawdown, upload, by, at)
    prepared_by(drawdown, {by.pk})
    move(drawdown)
    details = {"name": paper.name, "sha256": paper.sha256, "size": paper.size}
    entry_of(drawdown, "drawdown_paper_attached", details, by, at)
    return paper


@transaction.atomic
def remove_paper(*, paper: Paper, by: User, at: datetime) -> Drawdown:
    """Take a supporting paper away again before the drawdown is submitted. The audit record keeps its name and hash."""
    require(by, Permission.PREPARE_DRAWDOWNS)
    drawdown = _open(paper.drawdown)
    if paper.kind != Paper.Kind.SUPPORTING:
        raise NotAllowedNow("The evidence of an answer is never removed.")
    if paper.evidence_of.exists():
        raise NotAllowedNow("It is the evidence of a decision taken elsewhere, which is never removed.")
    supporting(drawdown).filter(pk=paper.pk).delete()
    prepared_by(drawdown, {by.pk})
    move(drawdown)
    entry_of(drawdown, "drawdown_paper_removed", {"name": paper.name, "sha256": paper.sha256}, by, at)
    return drawdown


def attach_evidence(*, drawdown: Drawdown, upload: Upload, by: User, at: datetime) -> Paper:
    """Keep the evidence of an answer given off line. Called inside the act that records the answer, which writes the entry.

    Raises ValidationError, at `file`, for a file that cannot be kept.
    """
    return _keep(Paper.Kind.EVIDENCE, drawdown, upload, by, at)


def _open(drawdown: Drawdown) -> Drawdown:
    drawdown = locked(drawdown)
    if State(drawdown.state) not in rules.OPEN:
        raise NotAllowedNow("A submitted drawdown is frozen: withdraw it first.")
    return drawdown


def _keep(kind: Paper.Kind, drawdown: Drawdown, upload: Upload, by: User, at: datetime) -> Paper:
    try:
        served_as = media_type(upload.name, upload.content)
    except NotAFile as error:
        raise ValidationError({"file": str(error)}) from None
    paper = Paper(
        drawdown=drawdown,
        kind=kind,
        name=upload.name,
        media_type=served_as,
        size=len(upload.content),
        sha256=upload.sha256,
        content=upload.content,
        added_by=by,
        added_at=at,
    )
    try:
        paper.full_clean()
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from None
    paper.save()
    return paper
