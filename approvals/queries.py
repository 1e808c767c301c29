"""Reads about drawdowns, each a constant number of queries."""

from approvals.drawdowns.consumption.queries import (
    Held,
    Standing,
    held,
    held_before,
    standing_of,
)

__all__ = [
    "Held",
    "Standing",
    "held",
    "held_before",
    "standing_of",
]
