"""A process of its own for what strangers send: begun, bounded and answered. The standard library only: it may have no other.

The process bounds itself before it looks at a byte. It reads its input whole and answers in JSON.
"""

import json
import resource
import subprocess
from collections.abc import Sequence
from typing import Any


def bound_this_process(*, memory: int, seconds: int) -> None:
    """At most so many bytes of memory and seconds of the processor; no file is written, and next to none is opened."""
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(limit, (most, most))


def answer_of(command: Sequence[str], content: bytes, *, seconds: float) -> dict[str, Any] | None:  # not money: seconds
    """What this command answers to these bytes; None if it took more memory or time than it may, or ended without an answer."""
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, env={"LC_ALL": "C.UTF-8"})
        answer: dict[str, Any] | None = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, BrokenPipeError, ValueError):
        return None
    return answer
