"""A database server that is behind what this process has seen committed is refused, and nothing is written to it."""

import pytest
from django.db import transaction
from django.test import Client

from accounts.audit.actions import ServerBehind, record
from accounts.audit.fence.rules import FENCE, Fence, Mark
from accounts.models import AuditEntry
from tests.making import NOON, make_administrator


def act() -> AuditEntry:
    with transaction.atomic():
        return record(action="tried", subject="test", details={}, by=None, at=NOON)


@pytest.mark.parametrize(
    ("next_entry", "is_behind"),
    [
        (Mark(2, 8), False),
        (Mark(3, 9), False),  # promoted, and whole
        (Mark(1, 8), True),  # it led before
        (Mark(1, 90), True),  # and took writes that are lost
        (Mark(3, 7), True),  # promoted without what was confirmed
    ],
)
def test_a_server_of_an_older_timeline_or_without_the_last_entry_is_behind(next_entry: Mark, is_behind: bool):
    fence = Fence()
    fence.saw(Mark(2, 7))
    assert fence.is_behind(next_entry) is is_behind


def test_threads_may_say_in_any_order_what_they_saw():
    fence = Fence()
    for mark in (Mark(1, 8), Mark(1, 7)):
        fence.saw(mark)
    assert fence.is_behind(Mark(1, 8))
    assert not fence.is_behind(Mark(1, 9))


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_seen_and_what_is_undone_is_not():
    first = act()
    with transaction.atomic():
        act()
        transaction.set_rollback(True)
    assert act().number == first.number + 1


@pytest.mark.django_db(transaction=True)
def test_a_write_to_a_server_that_is_behind_is_refused_and_the_next_goes_on_where_another_is_found():
    first = act()
    for seen in (Mark(2, first.number), Mark(1, first.number + 1)):
        FENCE.forget()
        FENCE.saw(seen)
        with pytest.raises(ServerBehind):
            act()
        FENCE.forget()
        assert AuditEntry.objects.count() == first.number
    assert act().number == first.number + 1


@pytest.mark.django_db(transaction=True)
def test_the_page_says_that_nothing_was_saved_and_keeps_what_was_typed(client: Client):
    administrator = make_administrator()
    FENCE.forget()
    FENCE.saw(Mark(99, 0))
    client.force_login(administrator)
    client.raise_request_exception = False
    answer = client.post("/offices/add/", {"name": "Chief Executive", "kind": "officer"})
    assert answer.status_code == 503
    assert "Chief Executive" in answer.content.decode()
