"""What something was copied from."""

from posts.copies.models import CopiedLine, Copy


def made_by(key: str) -> Copy | None:
    """What the form with this key made already (one query)."""
    return Copy.objects.filter(key=key).first()


def origin_of(line_id: int) -> CopiedLine | None:
    """What a line was copied from, with who copied it and when; None for a line that was typed (one query)."""
    found = CopiedLine.objects.filter(line_id=line_id).select_related("copy__source_programme", "copy__entry__actor")
    return found.defer("copy__entry__content").first()
