"""About how the templates are written."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
LONGEST = 160


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_line_of_a_template_is_too_long_to_be_read(path: Path):
    lines = enumerate(path.read_text().splitlines(), start=1)
    assert [(number, len(line)) for number, line in lines if len(line) > LONGEST] == []
