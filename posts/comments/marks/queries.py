"""What a page about one line says of it besides its figures: how much was said, and what it was copied from."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from posts.attachments.models import LineFile
from posts.comments.models import LineComment
from posts.copies.models import CopiedLine
from posts.copies.queries import origin_of


class Marks(NamedTuple):
    """`notes` counts comments and files together; `origin` is None for a line that was typed."""

    notes: int
    origin: CopiedLine | None


def notes_counted(lines: Collection[int]) -> Mapping[int, int]:
    """How many comments stand on each of these lines, and files, together (one query; none where there are no lines)."""
    if not lines:
        return {}
    comments = LineComment.objects.filter(line_id__in=lines, withdrawn_at__isnull=True).order_by()
    files = LineFile.objects.filter(line_id__in=lines).order_by()
    return Counter(comments.values_list("line_id", flat=True).union(files.values_list("line_id", flat=True), all=True))


def marks_of(line_id: int) -> Marks:
    """For one line (two queries)."""
    return Marks(notes_counted([line_id]).get(line_id, 0), origin_of(line_id))
