"""Something that must happen unless what is under way has ended by then: one thread of each process sees to it."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = tuple[float, Callable[[], object]]
"""After so many seconds, what is done. It must not wait for anything: it holds up all that is watched."""

_ROUND = 0.25  # seconds between two looks


class Watch:
    """Used by any thread of a process, and by its forks."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._process, self._lock, self._watched = os.getpid(), threading.Lock(), dict[int, list[Step]]()
        self._something = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, *steps: Step) -> Iterator[None]:
        """While this lasts, each step is done when its time has come; none begins once it has ended."""
        if self._process != os.getpid():
            self._begin()  # the thread stayed with the process that forked
        began = time.monotonic()
        key = id(steps)
        with self._lock:
            self._watched[key] = sorted(((began + after, step) for after, step in steps), key=lambda each: each[0])
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True, name="watch")
                self._thread.start()
        self._something.set()
        try:
            yield
        finally:
            with self._lock:
                del self._watched[key]

    def _look(self) -> None:
        while True:
            self._something.wait()
            with self._lock:
                now = time.monotonic()
                for steps in self._watched.values():
                    while steps and steps[0][0] <= now:
                        steps.pop(0)[1]()
                if not self._watched:
                    self._something.clear()
            time.sleep(_ROUND)


WATCH = Watch()
