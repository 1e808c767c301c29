"""Work in other processes: beside this one, or in one that is gone afterwards with all its memory.

They begin from nothing (spawn), because a copy of a server with threads may hold their locks. What they are given and answer is
pickled: functions of modules, frozen objects, bytes. None of them outlives this process, however that ends.
"""

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import ParamSpec, TypeVar

Given = TypeVar("Given")
Answer = TypeVar("Answer")
Params = ParamSpec("Params")


def both_at_once(work: Callable[[Given], Answer], here: Given, beside: Given) -> list[Answer]:
    """The same work on two things, on the second by a process beside this one; by this one, where that was killed."""
    pool = _beside(os.getpid())
    try:
        later = pool.submit(work, beside)
        return [work(here), later.result()]
    except BrokenProcessPool:
        # Killed, perhaps for its memory.
        _beside.cache_clear()
        return [work(here), work(beside)]


def apart(work: Callable[Params, Answer], *given: Params.args, **named: Params.kwargs) -> Answer:
    """The answer of a process that is there for this alone. Raises BrokenProcessPool where it was killed."""
    with _pool() as pool:
        return pool.submit(work, *given, **named).result()


@cache
def _beside(owner: int) -> ProcessPoolExecutor:
    """Started for the first long paper and kept warm. A fork of its owner must not use it: its answers go to the owner."""
    return _pool()


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """What such a process does first. By itself it would wait for work for ever after whoever started it was killed."""
    os.setsid()  # an interrupt typed in the terminal is not for it: whoever started it says when it ends
    files = tempfile.TemporaryDirectory(prefix="printing-")
    tempfile.tempdir = files.name
    Thread(target=_end_with_parent, args=(files,), daemon=True).start()


def _end_with_parent(files: "tempfile.TemporaryDirectory[str]") -> None:
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    files.cleanup()
    os._exit(1)
