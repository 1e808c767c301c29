"""A planned record is published by itself on its day, unless that is cancelled or it is changed before."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client

from accounts.audit import actions as audit
from accounts.models import AuditEntry, User
from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.decisions.additions.models import RecordAddition
from approvals.decisions.planned.actions import checked
from approvals.models import DecisionRecord, Drawdown, PlannedPublication
from posts.exempt.actions import exempt_line
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.explaining import explain
from tests.making import make_clerk
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

DAY = date(2016, 9, 26)
MORNING = NOW + timedelta(days=6)


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def signed(case: Case) -> Drawdown:
    return case.signed(case.line(), case=KEY)


def record_of(drawdown: Drawdown) -> DecisionRecord:
    return DecisionRecord.objects.get(drawdown=drawdown)


def plan(case: Case, drawdown: Drawdown, **values: Any) -> PlannedPublication:
    given = {"record": record_of(drawdown), "on": DAY, "by": case.clerk, "at": NOW}
    return actions.plan_publication(**(given | values))


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_it_is_published_by_itself_on_its_day_and_not_before(case: Case, signed: Drawdown):
    planned = plan(case, signed)
    assert actions.publish_planned(MORNING - timedelta(days=1)) == 0
    assert actions.publish_planned(MORNING) == 1
    record = record_of(signed)
    assert (record.published_on, record.closes_on, record.published_by) == (DAY, date(2016, 10, 3), case.clerk)
    entry = AuditEntry.objects.get(action="decision_published")
    assert entry.actor is None  # nobody acted that day
    assert f'"planned_in_entry":{planned.entry_id}' in entry.content
    assert actions.publish_planned(MORNING) == 0
    explain()
    call_command("verify_audit")


def test_it_can_be_cancelled_before(case: Case, signed: Drawdown):
    plan(case, signed)
    with pytest.raises(NotAllowedNow, match="planned already"):
        plan(case, signed)
    actions.cancel_plan(record=record_of(signed), by=case.clerk, at=NOW)
    assert actions.publish_planned(MORNING) == 0
    with pytest.raises(NotAllowedNow, match="No publication is planned"):
        actions.cancel_plan(record=record_of(signed), by=case.clerk, at=NOW)
    plan(case, signed)
    assert actions.publish_planned(MORNING) == 1


@pytest.mark.parametrize("on", [NOW.date(), NOW.date() - timedelta(days=1)])
def test_a_day_that_has_come_is_refused_by_the_action_and_the_database(case: Case, signed: Drawdown, on: date):
    with pytest.raises(ValidationError) as refused:
        plan(case, signed, on=on)
    assert list(refused.value.message_dict) == ["on"]
    made = checked(record_of(signed), DAY, case.clerk, NOW)
    made.on, made.entry = on, entry_of(case, signed)
    with refused_by("plan_of_a_day_to_come"):
        made.save()


def test_what_is_not_ready_is_not_planned_and_only_a_clerk_plans(case: Case, signed: Drawdown):
    with pytest.raises(PermissionDenied):
        plan(case, signed, by=case.officer)
    DecisionRecord.objects.filter(drawdown=signed).update(call_in_applies=None)
    with pytest.raises(ValidationError, match="open to call-in"):
        plan(case, signed)
    with pytest.raises(NotAllowedNow, match="published"):
        plan(case, case.published())


def test_what_was_changed_or_became_exempt_since_is_not_published_unseen(case: Case):
    line = case.line(title="Zyxwoman Redeployment")
    changed, exempt = case.signed(case.line(), case=KEY), case.signed(line, case=KEY)
    plan(case, changed)
    plan(case, exempt)
    note = RecordAddition.Kind.NOTE
    actions.add_to_record(record=record_of(changed), kind=note, text="A note.", by=case.clerk, at=NOW)
    exempt_line(line=line, paragraph=2, reason="It would tell who leaves.", by=make_clerk(), at=NOW)
    assert actions.publish_planned(MORNING) == 0
    assert record_of(changed).published_on is record_of(exempt).published_on is None


def test_home_is_quiet_until_a_plan_was_not_carried_out(case: Case, signed: Drawdown, monkeypatch: pytest.MonkeyPatch):
    clerk = client_of(case.clerk)
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)
    assert "Publish the decision" in clerk.get("/").text
    plan(case, signed)
    assert "Publish the decision" not in clerk.get("/").text
    monkeypatch.setattr("accounts.clock.queries.today", lambda: DAY)
    assert "Planned publication was not carried out" in clerk.get("/").text


def entry_of(case: Case, drawdown: Drawdown, action: str = "publication_planned", at: Any = NOW) -> AuditEntry:
    return audit.record(action=action, subject=f"drawdown:{drawdown.reference}", details={}, by=case.clerk, at=at)


def test_the_database_holds_plans(case: Case, signed: Drawdown):
    made = checked(record_of(signed), DAY, case.clerk, NOW)
    made.entry = entry_of(case, signed, action="record_changed")
    with refused_by("plan_by_its_act"):
        made.save()
    made.entry, made.shown = entry_of(case, signed), "none"
    with refused_by("plan_names_what_was_shown"):
        made.save()
    planned = plan(case, signed)
    other = PlannedPublication(
        record=planned.record, on=DAY, shown=planned.shown, planned_by=case.clerk, entry=entry_of(case, signed)
    )
    with refused_by("plan_waits_once"):
        other.save()
    with refused_by("plan_stays"):
        PlannedPublication.objects.update(on=DAY + timedelta(days=1))
    with refused_by("plan_is_cancelled_whole"):
        PlannedPublication.objects.update(cancelled_by=case.clerk)
    with refused_by("plan_by_its_act"):
        PlannedPublication.objects.update(cancelled_by=case.clerk, cancelled=entry_of(case, signed))
    with refused_by("plan_never_removed"):
        PlannedPublication.objects.all().delete()
    actions.publish_planned(MORNING)
    late = PlannedPublication(
        record=planned.record, on=DAY, shown=planned.shown, planned_by=case.clerk, entry=entry_of(case, signed)
    )
    with refused_by("plan_of_an_unpublished_record"):
        late.save()


def test_the_clerk_chooses_checks_plans_and_cancels(case: Case, signed: Drawdown, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.clock.queries.now", lambda: NOW)
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)
    clerk, address = client_of(case.clerk), f"/drawdowns/{signed.reference}/record/plan/"
    sent = {"shown": clerk.get(address).context["form"].shown, "on": "26 September 2016"}
    assert list(clerk.post(address, sent | {"on": "19 September 2016"}).context["form"].errors) == ["on"]
    assert clerk.post(address, sent | {"shown": "0"}).status_code == 409
    assert "26 September 2016, by itself" in clerk.post(address, sent).text
    assert not PlannedPublication.objects.exists()
    done = clerk.post(address, sent | {"plan": "yes"}, follow=True).text
    assert "will be published on 26 September 2016" in done
    assert "Cancel the planned publication" in done
    cancelled = clerk.post(f"{address}cancel/", follow=True).text
    assert "will not be published on 26 September 2016" in cancelled
