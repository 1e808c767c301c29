"""About how the templates are written."""

from pathlib import Path

from tests.code.guards import faults

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
LONGEST = 160


def test_no_line_of_a_template_is_too_long_to_be_read():
    assert faults(TEMPLATES, _too_long) == {}


def _too_long(text: str) -> list[tuple[int, int]]:
    return [(number, len(line)) for number, line in enumerate(text.splitlines(), start=1) if len(line) > LONGEST]
