"""The demonstration's day: where it is told, what moves it, and that nothing outside the demonstration has one."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from accounts.audit.queries import exported
from accounts.clock import queries as clock
from accounts.clock.actions import ClockStays, move_to
from accounts.clock.rules import moment_of, opening
from accounts.models import AuditEntry, DemonstrationClock
from accounts.people.queries import demonstration_accounts
from approvals.models import Notice
from improvement_budget import demonstration
from improvement_budget.clock.rules import end_of_year, next_meeting
from operations import verify_export
from phases.models import FundingDecision
from tests.making import make_user
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
DAY = date(2016, 9, 16)


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMONSTRATION = True


@pytest.fixture
def loaded(demo: None) -> None:
    assert demonstration.load(at=demonstration.OPENING)


def test_a_day_goes_on_from_nine_and_never_becomes_the_next_or_goes_back():
    chosen = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
    assert moment_of(DAY, chosen, chosen) == opening(DAY)
    assert moment_of(DAY, chosen, chosen + timedelta(hours=2)) == opening(DAY) + timedelta(hours=2)
    moments = [moment_of(DAY, chosen, chosen + timedelta(hours=hours)) for hours in range(-2, 60)]
    assert moments == sorted(moments)
    assert {timezone.localdate(each) for each in moments} == {DAY}


def test_there_is_one_clock():
    with refused_by("demonstration_clock_is_one_row"):
        DemonstrationClock.objects.create(pk=2, day=DAY, moved_at=timezone.now())


def test_the_real_clock_holds_where_no_day_was_chosen(demo: None):
    assert abs(clock.now() - timezone.now()) < timedelta(minutes=1)


def test_outside_the_demonstration_a_stored_day_is_not_looked_at(settings: Any, django_assert_num_queries: Any):
    DemonstrationClock.objects.create(pk=1, day=DAY, moved_at=timezone.now())
    settings.DEMONSTRATION = False
    with django_assert_num_queries(0):
        assert clock.today() == timezone.localdate()
    with pytest.raises(ClockStays, match="Only the demonstration"):
        move_to(DAY + timedelta(days=1), by=None)


def test_outside_the_demonstration_there_is_no_such_address(client: Client, settings: Any):
    settings.DEMONSTRATION = False
    client.force_login(make_user())
    assert client.post("/demonstration/clock/", {"to": "day"}).status_code == 404


def test_with_a_real_database_the_settings_refuse_the_demonstration():
    environment = {"IMPROVEMENT_BUDGET_DEMO": "1", "DATABASE_URL": "postgres://nobody@localhost/none", "SECRET_KEY": "x" * 60}
    told = subprocess.run(
        [sys.executable, "-c", "import improvement_budget.settings"],
        env=environment,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert told.returncode != 0
    assert ImproperlyConfigured.__name__ in told.stderr


def test_the_demonstration_begins_on_its_day_and_knows_nothing_later(loaded: None):
    assert clock.today() == DAY
    assert not AuditEntry.objects.filter(at__gt=clock.now()).exists()


def test_the_day_moves_on_only_and_not_beyond_the_real_one(loaded: None):
    move_to(DAY + timedelta(days=1), by=None)
    assert clock.today() == DAY + timedelta(days=1)
    with pytest.raises(ClockStays, match="only moves on"):
        move_to(DAY, by=None)
    with pytest.raises(ClockStays, match="real date"):
        move_to(timezone.localdate() + timedelta(days=1), by=None)


def test_entries_of_the_demonstration_keep_both_times_and_older_ones_verify_beside_them(settings: Any, tmp_path: Path):
    settings.DEMONSTRATION = False
    assert demonstration.load(at=demonstration.OPENING)
    old = AuditEntry.objects.count()
    settings.DEMONSTRATION = True
    move_to(DAY, by=None)
    entry = AuditEntry.objects.get(number=old + 1)
    content = json.loads(entry.content)
    assert content["at"].startswith("2016-09-16T09:00:00")
    assert datetime.fromisoformat(content["written"]).year == timezone.now().year
    assert f"Really written: {timezone.localtime():%-d %B %Y}" in entry.details
    assert "written" not in json.loads(AuditEntry.objects.get(number=old).content)

    lines = "".join(exported(1, None)).encode().splitlines(keepends=True)
    assert verify_export.check(lines) == (old + 1, entry.hash)


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2016, 9, 16), date(2017, 3, 31)),
        (date(2017, 3, 30), date(2017, 3, 31)),
        (date(2017, 3, 31), date(2018, 3, 31)),
        (date(2017, 4, 1), date(2018, 3, 31)),
    ],
)
def test_the_year_ends_on_31_march(today: date, end: date):
    assert end_of_year(today) == end


def test_the_next_meeting_is_the_first_that_is_to_come():
    days = [date(2017, 1, 10), date(2016, 9, 26)]
    assert next_meeting(DAY, days) == date(2016, 9, 26)
    assert next_meeting(date(2016, 9, 26), days) == date(2017, 1, 10)
    assert next_meeting(date(2017, 1, 10), days) is None


def _pressed(client: Client, to: str) -> str:
    return client.post("/demonstration/clock/", {"to": to, "next": "/drawdowns/"}, follow=True).content.decode()


def test_the_band_prints_the_day_and_its_buttons_move_it(loaded: None, client: Client):

    client.force_login(demonstration_accounts().get(demo_account="clerk"))
    assert "Demonstration: today is 16 September 2016." in client.get("/").content.decode()
    assert "today is 17 September 2016." in _pressed(client, "day")
    assert "today is 26 September 2016." in _pressed(client, "meeting")
    told = set(AuditEntry.objects.filter(action="drawdown_effective").values_list("at", flat=True))
    assert not FundingDecision.objects.filter(decided_on__year=2017).exists()
    assert "today is 31 March 2017." in _pressed(client, "year")
    assert FundingDecision.objects.filter(decided_on__year=2017).count() == 2, "the story went on"
    assert not AuditEntry.objects.filter(at__gt=clock.now()).exists()
    assert told == set(AuditEntry.objects.filter(action="drawdown_effective").values_list("at", flat=True))
    assert client.post("/demonstration/clock/", {"to": "yesterday"}).status_code == 400


def test_people_are_reminded_on_the_days_that_pass(loaded: None, client: Client):

    client.force_login(demonstration_accounts().get(demo_account="clerk"))
    _pressed(client, "meeting")
    reminded = Notice.objects.filter(kind__startswith="reminder").values_list("kind", "queued_at").distinct()
    days = {kind: timezone.localdate(at) for kind, at in reminded}
    assert days["reminder_before"] < days["reminder_overdue"] <= date(2016, 9, 26)


def test_only_people_of_the_demonstration_move_it(loaded: None, client: Client):
    client.force_login(make_user())
    assert client.post("/demonstration/clock/", {"to": "day"}).status_code == 403
    assert clock.today() == DAY
    assert "Next day" not in client.get("/").content.decode()
