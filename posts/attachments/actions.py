"""Attaching a file to a line, and removing it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from display.uploads import NotAFile, Upload, media_type
from phases.programmes.actions import locked
from posts.attachments.models import LineFile
from posts.attachments.queries import files_of
from posts.models import CostLine

MOST_FILES = 10
"""Files of one line."""


@transaction.atomic
def attach_file(*, line: CostLine, upload: Upload, by: User, at: datetime) -> LineFile:
    """Keep a file with a line. Raises ValidationError, at `file`, for one that cannot be kept, or is there already."""
    require(by, Permission.EDIT_LINES)
    programme = locked(line.programme)
    names = {name.casefold() for name in files_of(line.pk).values_list("name", flat=True)}
    if len(names) >= MOST_FILES:
        raise ValidationError({"file": f"{MOST_FILES} files are attached: remove one first."})
    if upload.name.casefold() in names:
        raise ValidationError({"file": f"{upload.name} is attached already: remove it first, or give this file another name."})
    try:
        served_as = media_type(upload.name, upload.content)
    except NotAFile as error:
        raise ValidationError({"file": str(error)}) from None
    given = {"name": upload.name, "media_type": served_as, "size": len(upload.content), "sha256": upload.sha256}
    file = LineFile(programme=programme, line_id=line.pk, content=upload.content, added_by=by, added_at=at, **given)
    try:
        file.full_clean()
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from None
    file.save(force_insert=True)
    details = {"line": line.pk, "title": line.title, "name": file.name, "size": file.size, "file_sha256": file.sha256}
    record(action="line_file_attached", subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    return file


@transaction.atomic
def remove_file(*, file: LineFile, line: CostLine, by: User, at: datetime) -> None:
    """Take a file away again. The audit record keeps its name and its hash."""
    require(by, Permission.EDIT_LINES)
    programme = locked(line.programme)
    files_of(line.pk).filter(pk=file.pk).delete()
    details = {"line": line.pk, "title": line.title, "name": file.name, "file_sha256": file.sha256}
    record(action="line_file_removed", subject=f"programme:{programme.slug}", details=details, by=by, at=at)
