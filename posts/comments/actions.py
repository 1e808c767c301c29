"""Commenting on a line, and withdrawing a comment."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.programmes.actions import locked
from posts.comments.models import LineComment
from posts.comments.queries import may_withdraw
from posts.models import CostLine


@transaction.atomic
def comment_on(*, line: CostLine, text: str, key: str, by: User, at: datetime) -> LineComment:
    """Say something about a line. The same key again gives the comment that it made; with another text it is refused."""
    require(by, Permission.COMMENT_ON_LINES)
    programme = locked(line.programme)
    said = {"line_id": line.pk, "text": text, "by": by}
    if done := LineComment.objects.filter(key=key).first():
        if (done.line_id, done.text, done.by_id) != (line.pk, text, by.pk):
            raise ValidationError("This form has already been sent with different content: reload the page and write it again.")
        return done
    comment = LineComment(key=key, programme=programme, at=at, **said)
    comment.full_clean()
    comment.save(force_insert=True)
    details = {"line": line.pk, "title": line.title, "comment": comment.pk, "text": text}
    record(action="line_commented", subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    return comment


@transaction.atomic
def withdraw_comment(*, comment: LineComment, line: CostLine, reason: str, by: User, at: datetime) -> LineComment:
    """No longer show a comment, and say why. Withdrawn once, it stays so; the audit record keeps what it said."""
    require(by, Permission.COMMENT_ON_LINES)
    programme = locked(line.programme)
    comment = LineComment.objects.select_for_update().get(pk=comment.pk)
    if not may_withdraw(comment, by):
        raise PermissionDenied("You may not withdraw what somebody else wrote.")
    if comment.withdrawn_at:
        return comment
    comment.withdrawn_by, comment.withdrawn_at, comment.withdrawn_because = by, at, reason
    comment.full_clean()
    comment.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    details = {"line": line.pk, "title": line.title, "comment": comment.pk, "reason": reason}
    record(action="line_comment_withdrawn", subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    return comment
