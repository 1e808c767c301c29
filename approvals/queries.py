"""Reads about drawdowns, each a constant number of queries."""

from approvals.drawdowns.consumption.queries import (
    Grounds,
    Held,
    Standing,
    grounds_of,
    held,
    held_before,
    standing_of,
)

__all__ = [
    "Grounds",
    "Held",
    "Standing",
    "grounds_of",
    "held",
    "held_before",
    "standing_of",
]
