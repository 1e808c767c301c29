"""What was chosen before for blocks of the same headings."""

from posts.models import RememberedHeadings


def remembered(shape: str) -> RememberedHeadings | None:
    """The choices of this shape, with who made them (one query)."""
    return RememberedHeadings.objects.filter(shape=shape).select_related("by").first()
