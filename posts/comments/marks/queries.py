"""What a page about one line says of it besides its figures: how much was said, and what it was copied from."""

from typing import NamedTuple

from posts.attachments.queries import files_counted
from posts.comments.queries import comments_counted
from posts.copies.models import CopiedLine
from posts.copies.queries import origin_of


class Marks(NamedTuple):
    """`notes` counts comments and files together; `origin` is None for a line that was typed."""

    notes: int
    origin: CopiedLine | None


def marks_of(line_id: int) -> Marks:
    """For one line (three queries)."""
    notes = comments_counted([line_id]).get(line_id, 0) + files_counted([line_id]).get(line_id, 0)
    return Marks(notes, origin_of(line_id))
