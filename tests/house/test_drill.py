"""The arithmetic of the drill's table, what it calls a failure, and whether the page still holds what the drill sets up."""

from dataclasses import replace

import pytest

from operations.drill import events, machines
from operations.drill.counting import Outcome, Run, Write, faults, in_columns, outcome

WRITES = [
    Write("there", confirmed=True, confirmed_at=11),
    Write("gone", confirmed=True, confirmed_at=12),
    Write("twice", confirmed=True, confirmed_at=16.5),
    Write("never said", confirmed=False),
    Write("never there", confirmed=False),
]
RUN = Run("leader killed", began=10, ended=18, writes=WRITES, longest_page=3.14)
STORED = ["another run's", "there", "twice", "twice", "never said"]


def test_what_was_confirmed_and_is_not_there_is_lost_and_what_is_there_unsaid_is_counted_too():
    assert outcome(RUN, STORED) == Outcome(
        "leader killed", confirmed=3, lost=1, doubled=1, stored_unconfirmed=1, gap_s=4.5, page_s=3.1, covered=True
    )


@pytest.mark.parametrize(("began", "ended", "gap"), [(2, 17, 9), (10, 30, 13.5)])
def test_the_longest_gap_may_be_before_the_first_write_or_after_the_last(began: float, ended: float, gap: float):
    assert outcome(replace(RUN, began=began, ended=ended), STORED).gap_s == gap


def test_a_loss_fails_the_drill_unless_the_event_is_named_as_not_covered():
    found = outcome(RUN, STORED)
    assert faults([found], control="control") == ["leader killed: 1 lost, 1 doubled."]
    assert faults([replace(found, covered=False)], control="control") == []
    assert "(not covered)" in in_columns(replace(found, covered=False))


def test_an_event_in_which_nothing_was_confirmed_proves_nothing():
    assert "nothing is proved" in faults([outcome(Run("etcd killed", 0, ended=9), [])], control="control")[0]


def test_a_control_that_loses_nothing_fails_the_drill():
    control = outcome(replace(RUN, event="control", covered=False), STORED)
    assert faults([control], control="control") == []
    assert "could not have seen a loss" in faults([replace(control, lost=0)], control="control")[0]


def test_each_event_has_a_name_of_its_own_and_the_control_is_none_of_the_covered():
    names = [event.name for event in (*events.ALL, events.CONTROL)]
    assert len(set(names)) == len(names)
    assert not events.CONTROL.covered


def test_the_page_holds_the_settings_that_the_drill_sets_up_and_the_control_leaves_out():
    voter, database, web = machines.blocks()
    assert "ETCD_INITIAL_CLUSTER=" in voter
    assert all(f"{guard}: true" in database for guard in machines.GUARDS)
    assert machines.GUARD_OF_HAPROXY in web
    assert "pool_mode = transaction" in web


def test_the_page_says_of_each_event_what_became_of_it():
    """And where the two differ, that table is another cluster's."""
    rows = [line.split(" | ")[0].removeprefix("| ") for line in machines.PAGE.read_text().splitlines() if line.startswith("| ")]
    assert [row for row in rows if row in {event.name for event in events.ALL}] == [event.name for event in events.ALL]
