"""Where a line stands on its way from the plan to released money. Pure: no store, no clock."""

from enum import StrEnum


class Standing(StrEnum):
    """What became of a line. It may stand in several of these at once: part of its FTE drawn, the rest pending."""

    PLANNED = "planned"
    """In no request that is being prepared or waits, and nothing of it is drawn."""
    IN_DRAFT = "in_draft"
    """In a request that its author may still change."""
    PENDING = "pending"
    """In a request that waits for its decision."""
    DRAWN = "drawn"
    """Money was released for it, and not all of it came back."""
    HANDED_BACK = "handed_back"
    """All that was released for it came back."""
    NOT_RELEASED = "not_released"
    """In a request that was withdrawn or refused."""

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Standing.PLANNED: "Planned",
    Standing.IN_DRAFT: "In a draft",
    Standing.PENDING: "Pending",
    Standing.DRAWN: "Drawn",
    Standing.HANDED_BACK: "Handed back",
    Standing.NOT_RELEASED: "Withdrawn or refused",
}

ASKED_FOR = (Standing.IN_DRAFT, Standing.PENDING, Standing.DRAWN)
"""A line that stands in none of these is planned, whatever happened to it earlier."""

FROM_REQUESTS = (*ASKED_FOR, Standing.HANDED_BACK, Standing.NOT_RELEASED)
"""What only those know who keep the requests for money."""
