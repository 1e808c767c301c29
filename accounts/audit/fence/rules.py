"""Which servers a process still writes to: none that is behind what it has seen committed. Pure.

After a failover the server of before may be let go on and take writes again for a while. It is told by its timeline, which each
promotion raises; and one that lost what was confirmed is told by the number of its last audit entry.
"""

import threading
from typing import NamedTuple


class Mark(NamedTuple):
    """How far a server is: its timeline, and the number of an audit entry on it."""

    timeline: int
    number: int


class Fence:
    """What this process has seen committed. It is forgotten when the process ends: so restarting it accepts an older server."""

    def __init__(self) -> None:
        self._lock, self._seen = threading.Lock(), Mark(0, 0)

    def is_behind(self, next_entry: Mark) -> bool:
        """Whether a server that would give the next entry this mark is behind what was seen."""
        seen = self._seen
        return next_entry.timeline < seen.timeline or next_entry.number <= seen.number

    def saw(self, committed: Mark) -> None:
        """Several threads may say so in any order."""
        with self._lock:
            self._seen = Mark(max(committed.timeline, self._seen.timeline), max(committed.number, self._seen.number))

    def forget(self) -> None:
        self._seen = Mark(0, 0)


FENCE = Fence()
