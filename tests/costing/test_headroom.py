from datetime import date
from decimal import Decimal

from costing.headroom import ApprovalLimit, approver, exceeds, headroom, running_totals

MILLION = Decimal(1_000_000)
DAY = date(2016, 9, 14)
EXECUTIVE = ApprovalLimit("Executive", MILLION, date(2010, 4, 1))
COUNCIL = ApprovalLimit("Full Council", None, date(2010, 4, 1))


def test_headroom_is_the_limit_less_what_is_used():
    assert headroom(Decimal(950_000), Decimal(949_000)) == 1_000
    assert headroom(Decimal(950_000), Decimal(1_029_667)) == -79_667


def test_what_is_not_limited_has_no_headroom_and_cannot_be_exceeded():
    assert headroom(None, MILLION) is None
    assert not exceeds(None, MILLION)


def test_a_limit_of_nought_is_a_limit():
    assert headroom(Decimal(0), Decimal(1)) == -1
    assert exceeds(Decimal(0), Decimal(1))


def test_exactly_the_limit_is_within_it():
    assert not exceeds(MILLION, MILLION)
    assert exceeds(MILLION, MILLION + 1)


def test_the_running_total_carries_the_parts_before_and_skips_what_has_no_effect():
    assert running_totals([Decimal(700_000), None, Decimal(400_000)]) == (700_000, 700_000, 1_100_000)
    assert running_totals([]) == ()


def test_the_lowest_limit_that_the_running_total_is_within_decides():
    limits = [COUNCIL, EXECUTIVE]
    assert approver(MILLION, limits, DAY) is EXECUTIVE
    assert approver(MILLION + 1, limits, DAY) is COUNCIL
    assert approver(Decimal(1_123_000), limits, DAY) is COUNCIL
    assert approver(MILLION + 1, [EXECUTIVE], DAY) is None


def test_a_limit_counts_only_while_it_is_in_force():
    earlier = ApprovalLimit("Executive", Decimal(500_000), date(2005, 4, 1), date(2016, 9, 14))
    assert approver(Decimal(400_000), [EXECUTIVE, earlier], DAY) is earlier
    assert approver(Decimal(400_000), [EXECUTIVE, earlier], date(2016, 9, 15)) is EXECUTIVE
    assert approver(Decimal(400_000), [EXECUTIVE], date(2010, 3, 31)) is None
    assert approver(Decimal(400_000), [EXECUTIVE], date(2010, 4, 1)) is EXECUTIVE
