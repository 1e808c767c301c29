"""What is asked to be made in the background: written in one JSON form, read back by one reader, never guessed at."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from costing.frozen import canonical
from costing.money import Rounding, Unit
from reports.requests.rules import (
    LongPaperRequest,
    Meeting,
    PackItem,
    PackRequest,
    PaperNumber,
    PaperRequest,
    Request,
    TableRequest,
    UnknownForm,
    read,
    written,
)

DAY = date(2016, 9, 14)
MEETING = Meeting("Executive", DAY, "Appendix 3", "7", "ED17012", 2)
PAPER = LongPaperRequest.of(
    PaperRequest(MEETING, "The grade was wrong.", 12, PaperNumber(3)), datetime(2016, 9, 14, 12, tzinfo=UTC), "ab" * 32
)
ITEMS = (
    PackItem("paper-3", "Appendix 3", "Version 1", "Executive", "cd" * 32, 2, superseded=True),
    PackItem("report-7", "Report", "", "", ""),
)
PACK = PackRequest("Papers", "Executive", DAY, "", 2, ITEMS)
TABLE = TableRequest(Unit.POUNDS, Rounding.ROUNDED_SUM, (2016, 2017), ("internal", "workings"))


@pytest.mark.parametrize("request_", [PAPER, PACK, TABLE, TableRequest(Unit.THOUSANDS, Rounding.SUM_OF_ROUNDED)])
def test_a_request_is_read_back_as_it_was_written(request_: Request):
    text = written(request_)
    assert read(text) == request_
    assert written(read(text)) == text


def test_a_request_of_an_earlier_build_is_read():
    """Written whole then, with what is left out today because it is as usual."""
    item = {"key": "report-7", "title": "Report", "about": "", "meeting": "", "sha256": "", "part": 1, "superseded": False}
    pack = {"title": "Papers", "committee": "Executive", "meeting_date": "2016-09-14", "agenda_item": "", "part": 2}
    assert read(canonical({"form": 1, "kind": "pack", **pack, "items": [item]})) == replace(PACK, items=ITEMS[1:])
    paper = json.loads(written(PAPER)) | {"meeting": {**MEETING._asdict(), "meeting_date": "2016-09-14"}}
    assert read(canonical(paper)) == PAPER


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"form": 2, "kind": "pack"},
        {"form": 1, "kind": "booklet"},
        {"form": 1, "kind": "pack", "title": "Papers"},
        json.loads(written(TABLE)) | {"unit": "pence"},
        json.loads(written(PAPER)) | {"as_at": "soon"},
        json.loads(written(PACK)) | {"items": [{"key": "paper-3", "colour": "red"}]},
    ],
)
def test_what_is_not_known_is_refused(content: dict[str, Any]):
    with pytest.raises(UnknownForm):
        read(canonical(content))


def test_a_table_has_the_address_of_the_same_table_on_screen():
    assert TABLE.query == "unit=pounds&rounding=rounded_sum&years=2016&years=2017&internal=yes&workings=yes"
