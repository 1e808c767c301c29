"""The limits of a process that reads what strangers send, each passed once."""

import sys

import pytest

from display.bounded import answer_of

MEGABYTE = 1024 * 1024
BOUNDED = (
    "import json, os, sys; from display.bounded import bound_this_process; "
    "bound_this_process(memory=200 * 1024 * 1024, seconds=1); "
)


def answered(program: str, content: bytes = b"", seconds: float = 20) -> dict[str, object] | None:
    return answer_of([sys.executable, "-c", BOUNDED + program], content, seconds=seconds)


def test_it_answers_in_json_to_what_it_is_given():
    assert answered("print(json.dumps({'read': len(sys.stdin.buffer.read())}))", b"x" * 3) == {"read": 3}


@pytest.mark.parametrize(
    "program",
    [
        "print(json.dumps({'read': len(bytearray(400 * 1024 * 1024))}))",
        "[each for each in iter(int, 1)]",
        "open(os.environ.get('TMPDIR', '/tmp') + '/bounded', 'w').write('x' * 10_000_000)",
        "[open('/dev/null') for _ in range(20)]; files = [os.open('/dev/null', 0) for _ in range(20)]; print('{}')",
        "print('no answer')",
    ],
    ids=["memory", "time of the processor", "a file", "many files", "no JSON"],
)
def test_what_passes_a_limit_has_no_answer(program: str):
    assert answered(program) is None


def test_what_waits_too_long_has_no_answer():
    assert answered("import time; time.sleep(20)", seconds=0.5) is None


def test_what_does_not_read_its_input_has_no_answer():
    assert answered("sys.exit(1)", b"x" * MEGABYTE) is None
