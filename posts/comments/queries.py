"""The comments of a line, and how many there are."""

from collections.abc import Collection

from django.db.models import Count, QuerySet

from accounts.models import User
from accounts.permissions.rules import Permission
from posts.comments.models import LineComment


def comments_of(line_id: int) -> QuerySet[LineComment]:
    """Oldest first, those that were withdrawn too, with who wrote each (one query)."""
    return LineComment.objects.filter(line_id=line_id).select_related("by", "withdrawn_by")


def comments_counted(lines: Collection[int]) -> dict[int, int]:
    """How many comments stand on each of these lines; those without any are left out (one query)."""
    stand = LineComment.objects.filter(line_id__in=lines, withdrawn_at__isnull=True)
    return dict(stand.order_by().values_list("line_id").annotate(Count("pk")))


def may_withdraw(comment: LineComment, user: User) -> bool:
    """Whoever wrote it, and whoever may change the line."""
    return comment.by_id == user.pk or user.may(Permission.EDIT_LINES)
