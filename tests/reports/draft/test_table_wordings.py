"""The table of one phase under the headings and the names for a total that papers use: each right, and with one figure wrong."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from reports.draft.rules.matching import Status
from reports.draft.rules.report import Report, check
from reports.draft.rules.text import from_blocks
from tests.reports.draft.known import the_known
from tests.reports.schedules import published

THREE = [line for line in published() if line.phase == 3]


def _thousands(pounds: int) -> str:
    return f"{pounds // 1000:,}" if pounds else "-"


def _with_k(pounds: int) -> str:
    return f"£{pounds // 1000:,}k" if pounds else "–"


def _pounds(pounds: int) -> str:
    return f"£{pounds:,}"


def _pence(pounds: int) -> str:
    return f"£{pounds:,}.00"


def _millions(pounds: int) -> str:
    return f"{Decimal(pounds) / 1_000_000:.3f}"


HEADINGS: list[tuple[list[str], Callable[[int], str]]] = [
    (["Post", "FTE", "2016/17 £'000", "2017/18 £'000", "Full year £'000"], _thousands),
    (["Role", "WTE", "16/17 (£000)", "17/18 (£000)", "FYE (£000)"], _thousands),
    (["Job title", "No. of FTE", "2016-17 £k", "2017-18 £k", "Full Year Effect £k"], _thousands),
    (["Proposed resource", "FTE", "In-year cost (£000s)", "2017/18 cost (£000s)", "Full year cost (£000s)"], _thousands),
    (["Post", "FTE", "2016/17 £'000s", "2017/18 £'000s", "FY effect £'000s"], _thousands),
    (["Description", "FTE", "Cost 2016/17", "Cost 2017/18", "Full-year cost"], _with_k),
    (["Post title", "FTE", "2016/17", "2017/18", "Full year"], _pounds),
    (["Post", "FTE", "Part year 2016/17", "Full year 2017/18", "Ongoing"], _pounds),
    (["Position", "FTE", "Year 1", "Year 2", "Recurring"], _pounds),
    (["Resource", "Full-time equivalent", "This year", "Next year", "Full year"], _pence),
    (["Post", "FTE", "2016/17 £m", "2017/18 £m", "Per annum £m"], _millions),
]
TOTALS = ["TOTAL PHASE THREE", "Total", "Sub-total", "Phase Three total", "Total cost", "Totals"]


def _report(headings: list[str], written: Callable[[int], str], total: str, wrong: int = 0) -> Report:
    """`wrong` is added to 2016/17 of the fourth line."""
    rows = [[line.title, f"{line.fte:f}" if line.fte else "", *map(written, _figures(line))] for line in THREE]
    sums = [sum(column) for column in zip(*map(_figures, THREE), strict=True)]
    fte = sum(line.fte for line in THREE if line.fte)
    rows[4][2] = written(_figures(THREE[4])[0] + wrong)
    table = [headings, *rows, [total, f"{fte:f}", *map(written, sums)]]
    return check(from_blocks([["paragraph", "", "Phase Three is set out below."], ["table", table]]), the_known())


def _figures(line: object) -> list[int]:
    return [*(int(amount or 0) for amount, _ in line.years), int(line.full_year or 0)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("headings", "written"), HEADINGS, ids=[" ".join(headings) for headings, _ in HEADINGS])
@pytest.mark.parametrize("total", TOTALS)
def test_the_table_of_a_phase_is_compared_under_any_headings(headings: list[str], written: Callable[[int], str], total: str):
    right = _report(headings, written, total)
    assert right.counted.of(Status.WRONG) + right.counted.of(Status.NOT_FOUND) + right.counted.of(Status.NOT_COMPARED) == 0
    assert right.counted.of(Status.MATCHED) >= 29
    wrong = _report(headings, written, total, wrong=1000)
    assert wrong.counted.of(Status.WRONG) == 1
