"""What load balancers and monitors are told."""

import logging
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.worker.actions import seen

pytestmark = pytest.mark.django_db
PROBES = ("/livez", "/readyz", "/healthz")


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_load_balancer_asks_by_an_address_of_its_own_in_plain_http(probe: str, method: str, settings: Any):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["budget.example.gov.uk"]
    answer = getattr(Client(), method)(probe, headers={"Host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "X-Content-Type-Options" in answer


def test_a_worker_that_is_not_seen_is_a_warning_and_no_reason_to_send_people_away():
    answer = Client().get("/readyz").json()
    assert (answer["status"], answer["reasons"]) == ("ready", [])
    assert "No worker has been seen" in answer["warnings"][0]
    seen()
    answer = Client().get("/readyz").json()
    assert answer["warnings"] == []
    assert answer["figures"]["worker_seen"] < 60


def test_the_figures_are_not_for_who_comes_through_the_proxy():
    assert "figures" not in Client().get("/readyz", headers={"X-Forwarded-For": "203.0.113.1"}).json()


def test_a_read_only_server_is_not_ready():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "read-only" in answer.json()["reasons"][0]


def test_a_migration_that_is_not_applied_is_not_ready():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reports' AND name LIKE '0001%'")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["1 migrations are not applied."])


@pytest.mark.parametrize(("probe", "status"), [("/livez", 200), ("/readyz", 503), ("/healthz", 503)])
def test_without_a_database_it_is_said_in_one_line_of_the_log(
    probe: str, status: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def execute(*_: Any) -> None:
        raise OperationalError("server closed\nthe connection")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", execute)
    monkeypatch.setattr(connection, "close", lambda: None)
    with caplog.at_level(logging.WARNING):
        assert Client().get(probe).status_code == status
    assert all(record.exc_info is None for record in caplog.records)
