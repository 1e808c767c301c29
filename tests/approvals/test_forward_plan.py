"""Notices of key decisions: given 28 clear days before, read by anybody; the case of a drawdown takes its route from them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.audit import actions as audit
from accounts.models import User
from approvals import actions
from approvals.decisions.forward_plan.actions import checked
from approvals.models import DecisionRecord, KeyNotice
from posts.exempt.actions import exempt_line
from tests.approvals.case import CASE, KEY, NOW, Case, make_case
from tests.approvals.test_exempt import read
from tests.explaining import explain
from tests.making import make_body, make_clerk, make_programme
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

FIRST = date(2016, 10, 19)  # 28 clear days after 20 September
TYPED = {
    "matter": "Phase Three posts",
    "text": "To fund seven posts.",
    "documents": "Report CS17089",
    "contact": "Democratic services",
    "due_from": FIRST,
    "due_until": FIRST + timedelta(days=30),
}


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: NOW)
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)


def values_of(case: Case, **values: Any) -> dict[str, Any]:
    return TYPED | {"office_id": case.offices["Chief Executive"].pk} | values


def give(case: Case, by: User | None = None, at: Any = NOW, **values: Any) -> KeyNotice:
    return actions.give_notice(programme=case.programme, values=values_of(case, **values), by=by or case.clerk, at=at)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_notice_is_published_at_once_for_anybody_as_a_page_and_as_a_document(case: Case):
    notice = give(case)
    page, paper = Client().get("/forward-plan/"), read(Client().get("/forward-plan.pdf").content)
    assert not page.cookies
    for said in (page.text, paper):
        for each in ("Phase Three posts", "To fund seven posts.", "Chief Executive", "19 October 2016", "Report CS17089"):
            assert each in said
        assert notice.reference in said
        assert "20 September 2016" in said
    assert 'href="/forward-plan/"' in Client().get("/published-decisions/").text


def test_28_clear_days_are_counted_by_the_rule_and_held_by_the_database(case: Case):
    with pytest.raises(ValidationError) as refused:
        give(case, due_from=FIRST - timedelta(days=1))
    assert list(refused.value.message_dict) == ["due_from"]
    assert "19 October 2016" in str(refused.value)
    give(case)
    made = checked(case.programme, values_of(case), case.clerk, NOW)
    made.due_from, made.entry = FIRST - timedelta(days=1), entry_of(case, due_from=FIRST - timedelta(days=1))
    with refused_by("key_notice_28_clear_days"):
        made.save()


def entry_of(case: Case, at: Any = NOW, action: str = "key_notice_given", **values: Any) -> Any:
    details = {name: str(value) for name, value in values_of(case, **values).items()}
    return audit.record(action=action, subject=f"programme:{case.programme.slug}", details=details, by=case.clerk, at=at)


def test_a_notice_of_a_day_to_come_is_refused_by_the_action_and_by_the_database(case: Case):
    drafted = case.drafted(case.line())
    values = KEY | {"notice_on": NOW.date() + timedelta(days=1)}
    with pytest.raises(ValidationError) as refused:
        actions.write_case(drawdown=drafted, version=drafted.version, values=values, by=case.officer, at=NOW)
    assert list(refused.value.message_dict) == ["notice_on"]
    with refused_by("record_notice_not_ahead"):
        DecisionRecord.objects.filter(drawdown=drafted).update(notice_route="28_days", notice_on=date(2999, 1, 1))
    with refused_by("record_notice_before_the_decision"):
        DecisionRecord.objects.filter(drawdown=case.ready(case.line(), case=KEY)).update(decided_on=date(2016, 6, 30))
    ahead = date(2999, 1, 1)
    made = checked(case.programme, values_of(case, due_from=date(2999, 3, 1), due_until=date(2999, 3, 1)), case.clerk, NOW)
    made.given_on, made.entry = ahead, entry_of(case, due_from=date(2999, 3, 1))
    with refused_by("key_notice_not_ahead"):
        made.save()


def test_a_notice_says_everything_and_nothing_exempt_and_only_a_clerk_gives_it(case: Case):
    exempt_line(line=case.line(title="Zyxwoman Redeployment"), paragraph=2, reason="It would tell.", by=make_clerk(), at=NOW)
    with pytest.raises(PermissionDenied):
        give(case, by=case.officer)
    for name, value in (("matter", " "), ("text", "For Zyxwoman Redeployment"), ("documents", ""), ("contact", "")):
        with pytest.raises(ValidationError) as refused:
            give(case, **{name: value})
        assert name in refused.value.message_dict


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("key_notice_by_its_act", {"matter": "Something else"}),
        ("key_notice_by_its_act", {"given_on": NOW.date() - timedelta(days=1)}),
        ("key_notice_of_one_decision_maker", {"office_id": None}),
        ("key_notice_is_whole", {"contact": " "}),
        ("key_notice_period_in_order", {"due_until": FIRST - timedelta(days=1)}),
    ],
)
def test_the_database_holds_a_notice(case: Case, rule: str, values: dict[str, Any]):
    made = checked(case.programme, values_of(case), case.clerk, NOW)
    made.entry = entry_of(case)
    for name, value in values.items():
        setattr(made, name, value)
    with refused_by(rule):
        made.save()


def test_a_notice_stays(case: Case):
    give(case)
    with refused_by("key_notice_stays"):
        KeyNotice.objects.update(matter="Another")
    with refused_by("key_notice_stays"):
        KeyNotice.objects.all().delete()


def test_verify_audit_finds_a_notice_that_was_changed_past_the_triggers(case: Case):
    give(case)
    explain()
    call_command("verify_audit")
    owner("ALTER TABLE approvals_keynotice DISABLE TRIGGER USER")
    KeyNotice.objects.update(due_from=FIRST - timedelta(days=10))
    owner("ALTER TABLE approvals_keynotice ENABLE TRIGGER USER")
    with pytest.raises(CommandError, match="notice of a key decision"):
        call_command("verify_audit")


def typed(form: Any, **values: Any) -> dict[str, Any]:
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()} | {"made_on": form.made_on} | values


def test_the_case_takes_its_route_from_a_notice_of_its_own_decision_maker(case: Case):
    notice, client = give(case), client_of(case.officer)
    other = give(case, office_id=None, body_id=make_body("Executive").pk)
    drafted = case.drafted(case.line())
    address = f"/drawdowns/{drafted.reference}/case/"
    form = client.get(address).context["form"]
    offered = [value for value, _ in form.fields["key_notice"].choices]
    assert offered == ["", notice.reference]
    assert other.reference not in offered
    sent = typed(form, is_key="yes", key_notice=notice.reference)
    wrong = client.post(address, sent | {"notice_route": "reg_10"})
    assert list(wrong.context["form"].errors) == ["notice_route"]
    client.post(address, sent)
    record = DecisionRecord.objects.get(drawdown=drafted)
    assert (record.notice_route, record.notice_on, record.notice_reference) == ("28_days", NOW.date(), notice.reference)
    assert client.get(address).context["form"]["key_notice"].value() == notice.reference


def test_the_database_knows_the_notice_that_a_case_names(case: Case):
    give(case)
    drafted = case.drafted(case.line(), case=CASE)
    records = DecisionRecord.objects.filter(drawdown=drafted)
    named = {"notice_route": "28_days", "notice_on": NOW.date(), "notice_reference": KeyNotice.objects.get().reference}
    for wrong in ({"notice_reference": "KN-9999"}, {"notice_on": date(2016, 9, 1)}, {"notice_route": "reg_10"}):
        with refused_by("record_notice_is_of_the_forward_plan"):
            records.update(**(named | wrong))
    records.update(**named)


def test_a_decision_under_a_notice_waits_for_its_days_and_is_then_linked_from_the_plan(case: Case):
    notice = give(case)
    taken = KEY | {"notice_on": notice.given_on, "notice_reference": notice.reference}
    ready = case.ready(case.line(), case=taken)
    with pytest.raises(actions.NotAllowedNow, match="19 October 2016"):
        case.sign(ready, at=NOW + timedelta(days=28))
    later = NOW + timedelta(days=29)
    published = case.publish(case.sign(ready, at=later), at=later)
    assert f'href="/published-decisions/{published.reference}/"' in Client().get("/forward-plan/").text
    assert "No key decision is planned" in Client().get("/forward-plan/").text


def test_the_clerk_writes_checks_and_publishes_the_notice(case: Case):
    client, address = client_of(case.clerk), f"/programmes/{case.programme.slug}/key-notices/new/"
    form = client.get(address).context["form"]
    maker = f"office-{case.offices['Chief Executive'].pk}"
    sent = TYPED | {"maker": maker, "due_from": "19 October 2016", "due_until": "1 November 2016", "made_on": form.made_on}
    assert "maker" in client.post(address, sent | {"maker": ""}).context["form"].errors
    assert list(client.post(address, sent | {"due_from": "18 October 2016"}).context["form"].errors) == ["due_from"]
    assert list(client.post(address, sent | {"due_until": "1 October 2016"}).context["form"].errors) == ["due_until"]
    assert "Check before you publish" in client.post(address, sent).text
    assert not KeyNotice.objects.exists()
    assert "is published in the forward plan" in client.post(address, sent | {"give": "yes"}, follow=True).text
    assert KeyNotice.objects.get().given_on == NOW.date()
    assert client_of(case.officer).get(address).status_code == 403
    assert client.get("/programmes/unknown/key-notices/new/").status_code == 404
    assert make_programme().key_notices.count() == 0
