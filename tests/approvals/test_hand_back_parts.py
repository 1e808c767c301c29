"""How much comes back of what a line drew: the rule, without a store."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.actions import Giving
from approvals.drawdowns.handback.rules import NotHandedBack, Part, Row, parts

pytestmark = pytest.mark.django_db


ROW = Row(1, 7, 3, Decimal(100_001), Decimal(4), Decimal(100_001), Decimal(4))
OF_LINE = (7, 3)


@pytest.mark.parametrize(
    ("fte", "row", "pounds", "back"),
    [
        ("1", ROW, 25_000, "1"),  # 25,000.25
        ("2", ROW, 50_001, "2"),  # 50,000.50 is rounded half up
        ("4", ROW, 100_001, "4"),
        ("1", ROW._replace(left=Decimal(25_001), left_fte=Decimal(1)), 25_001, "1"),  # the last takes the remainder
        ("1", ROW._replace(left=Decimal(10)), 10, "1"),  # the rest came back before
        ("2", ROW._replace(left=Decimal(9), left_fte=Decimal(1)), 9, "1"),  # in this measure one FTE is left
    ],
)
def test_fte_bring_back_their_share(fte: str, row: Row, pounds: int, back: str):
    rows = [row, ROW._replace(pk=2)]
    first = next(part for part in parts(rows, Giving(fte={OF_LINE: Decimal(fte)})) if part.row == 1)
    assert first == Part(1, Decimal(pounds), Decimal(back))


def test_pounds_leave_the_fte_drawn_unless_all_come_back():
    assert parts([ROW], Giving(pounds={1: Decimal(5)})) == [Part(1, Decimal(5), Decimal(0))]
    assert parts([ROW], Giving(pounds={1: Decimal(100_001)})) == [Part(1, Decimal(100_001), Decimal(4))]
    without = ROW._replace(drawn_fte=None, left_fte=None)
    assert parts([without], Giving(pounds={1: Decimal(100_001)})) == [Part(1, Decimal(100_001), None)]


@pytest.mark.parametrize(
    ("giving", "said"),
    [
        (Giving(), "Enter the FTE or the pounds"),
        (Giving(fte={OF_LINE: Decimal("4.01")}), "up to 4"),
        (Giving(fte={OF_LINE: Decimal(0)}), "more than 0 FTE"),
        (Giving(fte={(8, 3): Decimal(1)}), "does not hold"),
        (Giving(fte={OF_LINE: Decimal(1)}, pounds={1: Decimal(1)}), "not both"),
    ],
)
def test_what_cannot_be_handed_back_is_said(giving: Giving, said: str):
    with pytest.raises(NotHandedBack, match=said):
        parts([ROW], giving)


@given(st.integers(0, 10**7), st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_however_it_is_handed_back_the_parts_add_up(pounds: int, hundredths: list[int]):
    whole = sum(hundredths, 0)
    row = ROW._replace(drawn=Decimal(pounds), left=Decimal(pounds), drawn_fte=Decimal(whole) / 100, left_fte=Decimal(whole) / 100)
    for each in hundredths:
        (part,) = parts([row], Giving(fte={OF_LINE: Decimal(each) / 100}))
        assert 0 <= part.pounds <= row.left
        row = row._replace(left=row.left - part.pounds, left_fte=row.left_fte - part.fte)
    assert (row.left, row.left_fte) == (0, 0)
