"""One site, served by real processes, for all tests that kill some of them; slow to start, so started once."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.house.running_site import Site, free_port


@pytest.fixture(scope="session")
def mail_port() -> int:
    """Where the site looks for its mail server. Nobody listens there unless a test does."""
    return free_port()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, mail_port: int) -> Iterator[tuple[Site, list[dict[str, Any]]]]:
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail_port)}
    site = Site(tmp_path_factory.mktemp("served"), free_port(), mail)
    try:
        site.start()
        yield site, site.ready_drawdowns(2)
    finally:
        site.stop()
    assert site.processes() == {"web": [], "supervisor": [], "worker": []}


@pytest.fixture
def site(served: tuple[Site, list[dict[str, Any]]]) -> Site:
    return served[0]


@pytest.fixture
def drawdown(served: tuple[Site, list[dict[str, Any]]]) -> dict[str, Any]:
    """One that waits for the Chief Executive and for nothing else."""
    return served[1].pop()
