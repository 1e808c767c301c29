"""The files of a line, without their bytes."""

from collections.abc import Collection

from django.db.models import Count, QuerySet

from posts.attachments.models import LineFile


def files_of(line_id: int) -> QuerySet[LineFile]:
    """In the order they were attached, with who attached each (one query)."""
    return LineFile.objects.filter(line_id=line_id).defer("content").select_related("added_by")


def files_counted(lines: Collection[int]) -> dict[int, int]:
    """How many files each of these lines has; those without any are left out (one query)."""
    counted = LineFile.objects.filter(line_id__in=lines).order_by().values_list("line_id").annotate(Count("pk"))
    return dict(counted)
