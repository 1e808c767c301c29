"""What a process keeps goes one by one, the longest unused first: a thousand programmes must not push out each other's tables."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import caches


@pytest.fixture(params=["bodies", "positions"])
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    caches[request.param].clear()
    yield request.param
    caches[request.param].clear()


def test_a_full_store_forgets_one_entry_the_longest_unused(name: str) -> None:
    kept, most = caches[name], settings.CACHES[name]["OPTIONS"]["MAX_ENTRIES"]
    numbers = [str(number) for number in range(most)]
    kept.set_many(dict.fromkeys(numbers, "kept"), timeout=None)
    assert len(kept.get_many(numbers)) == most
    kept.get("0")
    kept.set("one-more", "kept", timeout=None)
    assert set(numbers) - kept.get_many(numbers).keys() == {"1"}
