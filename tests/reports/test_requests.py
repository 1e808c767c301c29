"""What is asked to be made in the background: written in one JSON form, read back by one reader, never guessed at."""

import json
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
    PaperRequest,
    Request,
    TableRequest,
    UnknownForm,
    as_json,
    read,
)

DAY = date(2016, 9, 14)
MEETING = Meeting("Executive", DAY, "Appendix 3", "7", "ED17012", 2)
PAPER = LongPaperRequest(PaperRequest(MEETING, "The grade was wrong.", 12, 3), datetime(2016, 9, 14, 12, tzinfo=UTC), "ab" * 32)
ITEMS = (
    PackItem("paper-3", "Appendix 3", "Version 1", "Executive", "cd" * 32, 2, superseded=True),
    PackItem("report-7", "Report", "", "", ""),
)
PACK = PackRequest("Papers", "Executive", DAY, "", 2, ITEMS)
TABLE = TableRequest(Unit.POUNDS, Rounding.ROUNDED_SUM, (2016, 2017), ("internal", "workings"))


@pytest.mark.parametrize("request_", [PAPER, PACK, TABLE, TableRequest(Unit.THOUSANDS, Rounding.SUM_OF_ROUNDED)])
def test_a_request_is_read_back_as_it_was_written(request_: Request):
    written = canonical(as_json(request_))
    assert read(json.loads(written)) == request_
    assert canonical(as_json(read(json.loads(written)))) == written


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"form": 2, "kind": "pack"},
        {"form": 1, "kind": "booklet"},
        {"form": 1, "kind": "pack", "title": "Papers"},
        as_json(TABLE) | {"unit": "pence"},
        as_json(PAPER) | {"as_at": "soon"},
        as_json(PACK) | {"items": [{"key": "paper-3", "colour": "red"}]},
    ],
)
def test_what_is_not_known_is_refused(content: dict[str, Any]):
    with pytest.raises(UnknownForm):
        read(content)


def test_a_table_has_the_address_of_the_same_table_on_screen():
    assert TABLE.query == "unit=pounds&rounding=rounded_sum&years=2016&years=2017&internal=yes&workings=yes"
