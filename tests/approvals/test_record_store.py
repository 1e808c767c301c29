"""Rules of the store about decision records and call-in, each broken by its name, past the actions."""

import json
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.audit import actions as audit
from accounts.models import AuditEntry
from approvals.decisions.call_in.rules import window
from approvals.decisions.queries import content_now
from approvals.decisions.rules import CHANGEABLE, OF_THE_ACTS
from approvals.drawdowns.rules import State
from approvals.models import CallIn, DecisionRecord, Drawdown, RecordAddition, Rewording
from costing.frozen import canonical, digest, written
from tests.approvals.case import KEY, LATER, NOW, Case, make_case
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def signed(case: Case) -> Drawdown:
    return case.signed(case.line(), case=KEY)


@pytest.fixture
def published(case: Case) -> Drawdown:
    return case.published()


def publish(case: Case, drawdown: Drawdown, **values: Any) -> None:
    """What the action writes, but for `values`: its content and its audit entry are of what is then stored."""
    given = {
        "published_on": date(2016, 9, 20),
        "published_by": case.clerk,
        "closes_on": date(2016, 9, 27),
        "call_in_days": 5,
        "bank_holidays": [],
        "effective_on": date(2016, 9, 28),
        "retain_until": date(2022, 9, 20),
        "retain_papers_until": date(2020, 9, 20),
    } | values
    if "content" not in given:
        record = DecisionRecord.objects.select_related("drawdown__signed_entry").get(drawdown=drawdown)
        for name, value in given.items():
            setattr(record, name, value)
        given["content"] = written(content_now(record, date(2016, 9, 20)))
    given.setdefault("sha256", digest(given["content"]))
    given.setdefault("entry", entry_of(case, drawdown, given["sha256"]))
    DecisionRecord.objects.filter(drawdown=drawdown).update(**given)


def entry_of(case: Case, drawdown: Drawdown, sha256: str, action: str = "decision_published") -> AuditEntry:
    return audit.record(
        action=action, subject=f"drawdown:{drawdown.reference}", details={"sha256": sha256}, by=case.clerk, at=NOW
    )


def test_a_record_is_published_straight_in_the_store(case: Case, signed: Drawdown):
    """So that each refusal below is that of its rule alone."""
    publish(case, signed)


BEFORE = {"published_before_on": date(2016, 9, 20), "published_before_at": "https://council.example/17"}
AHEAD = {"published_on": date(2999, 1, 1), "closes_on": date(2999, 1, 8), "effective_on": date(2999, 1, 9)}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("record_hash_is_of_its_content", {"sha256": "0" * 64}),
        ("record_not_published_ahead", AHEAD),
        ("record_published_when_it_can_be_read", {"published_on": date(2016, 9, 21)}),
        ("record_published_before_has_its_address", {"published_before_on": date(2016, 9, 20)}),
        ("record_published_before_has_its_address", {"published_before_at": "https://council.example/17"}),
        ("record_published_before_has_its_address", BEFORE | {"published_before_on": date(2016, 9, 19)}),
        ("record_published_before_has_its_address", BEFORE | {"published_before_on": date(2016, 9, 21)}),
        ("record_published_before_has_its_address", BEFORE | {"published_before_at": "on paper"}),
        ("record_is_published_whole", {"retain_until": None}),
        ("record_is_published_whole", {"published_on": None}),
        ("record_is_published_whole", {"interests": " "}),
        ("record_is_published_whole", {"effective_on": None}),
        ("record_is_published_whole", {"decided_on": None}),
        ("record_is_published_whole", {"decided_on": date(2016, 9, 21)}),
        ("record_call_in_or_the_reason", {"closes_on": None}),
        ("record_call_in_or_the_reason", {"call_in_applies": False, "closes_on": None, "call_in_reason": ""}),
        ("record_window_is_counted", {"effective_on": date(2016, 9, 27)}),
        ("record_window_is_counted", {"effective_on": date(2016, 9, 29)}),
        ("record_window_is_counted", {"closes_on": date(2016, 9, 26), "effective_on": date(2016, 9, 27)}),
        ("record_window_is_counted", {"call_in_days": 4}),
        ("record_window_is_counted", {"call_in_days": None}),
        ("record_window_is_counted", {"bank_holidays": None}),
        ("record_window_is_counted", {"bank_holidays": [date(2016, 9, 22)]}),
        ("record_holidays_are_of_its_window", {"bank_holidays": [date(2016, 9, 20)]}),
        ("record_holidays_are_of_its_window", {"bank_holidays": [date(2016, 9, 24)]}),
    ],
)
def test_a_publication_that_breaks_a_rule_is_refused(case: Case, signed: Drawdown, rule: str, values: dict[str, Any]):
    owner("ALTER TABLE approvals_decisionrecord DISABLE TRIGGER record_keeps_what_acts_say")
    with refused_by(rule):
        publish(case, signed, **values)


FORGED = "To release £999,000"


@pytest.mark.parametrize("field", [*OF_THE_ACTS, *CHANGEABLE])
def test_the_content_that_is_published_says_what_the_record_says(case: Case, signed: Drawdown, field: str):
    """A content of its own with its own hash, and even an entry that names it."""
    record = DecisionRecord.objects.select_related("drawdown__signed_entry").get(drawdown=signed)
    record.published_on = date(2016, 9, 20)
    said = json.loads(written(content_now(record, date(2016, 9, 20))))
    said[field] = {"decided_on": "2016-09-19", "money": {}, "call_in_applies": False}.get(field, FORGED)
    with refused_by("record_content_is_of_its_columns"):
        publish(case, signed, content=canonical(said))


def test_a_record_is_published_by_the_act_that_the_audit_record_holds(case: Case, signed: Drawdown):
    other = case.signed(case.line(), case=KEY)
    for entry in (
        signed.signed_entry,
        entry_of(case, signed, "0" * 64),
        entry_of(case, other, "0" * 64),
        entry_of(case, signed, "0" * 64, "record_changed"),
    ):
        with refused_by("record_published_by_its_act"):
            publish(case, signed, entry=entry)


def test_a_record_is_never_removed(case: Case, signed: Drawdown, published: Drawdown):
    for drawdown in (signed, published, case.drafted(case.line())):
        with refused_by("record_never_removed"):
            DecisionRecord.objects.filter(drawdown=drawdown).delete()


def test_the_database_counts_every_window_as_the_rule_does():
    """The vectors of the specification and every day of fifteen years, by windows of one, five and ten working days."""
    days = [date(2016, 1, 1) + timedelta(days=number) for number in range(15 * 365)]
    days += [date(2025, 3, 6), date(2022, 1, 11), date(2016, 8, 24), date(2016, 12, 21)]
    expected = [window(day, length) for day in days for length in (1, 5, 10)]
    asked = [(each.published, each.days, json.dumps([str(day) for day in each.holidays])) for each in expected]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT closes, approvals_working_day_after(closes, 1, passed_over) FROM (
                SELECT row, passed_over, approvals_working_day_after(published, length, passed_over) AS closes FROM (
                    SELECT row, published, length,
                        ARRAY(SELECT value::date FROM json_array_elements_text(holidays::json)) AS passed_over
                    FROM unnest(%s::date[], %s::integer[], %s::text[]) WITH ORDINALITY AS given(published, length, holidays, row)
                ) AS windows
            ) AS counted ORDER BY row
            """,
            [list(column) for column in zip(*asked, strict=True)],
        )
        assert cursor.fetchall() == [(each.closes, each.effective) for each in expected]
    assert any(each.holidays for each in expected)


def test_a_key_decision_is_not_published_without_its_notice(case: Case, signed: Drawdown):
    owner("ALTER TABLE approvals_decisionrecord DISABLE TRIGGER case_is_written_while_open")
    with refused_by("record_key_has_its_notice"):
        publish(case, signed, notice_route="")


def test_only_the_record_of_a_signed_decision_is_published(case: Case):
    drawdown = case.ready(case.line(), case=KEY)
    with refused_by("record_published_once_signed"):
        publish(case, drawdown, content="{}")


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("record_notice_has_its_date", {"notice_route": "reg_10", "notice_on": None}),
        ("record_exemption_has_its_reason", {"exempt_paragraph": "3", "public_interest": " "}),
    ],
)
def test_a_case_that_breaks_a_rule_is_refused(case: Case, rule: str, values: dict[str, Any]):
    drawdown = case.drafted(case.line())
    with refused_by(rule):
        DecisionRecord.objects.filter(drawdown=drawdown).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"text_resolved": "Something else"},
        {"effective_on": date(2016, 9, 29)},
        {"retain_until": date(2017, 1, 1)},
        {"published_on": None},
        {"money": "{}"},
    ],
)
def test_nothing_of_a_published_record_changes(published: Drawdown, values: dict[str, Any]):
    with refused_by("published_record_stays"):
        DecisionRecord.objects.filter(drawdown=published).update(**values)


def call_in(case: Case, drawdown: Drawdown, **values: Any) -> CallIn:
    given = {"called_in_on": NOW.date(), "called_in_by": "Scrutiny", "reasons": "The cost.", "recorded_by": case.clerk}
    return CallIn.objects.create(drawdown=drawdown, **(given | values))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("call_in_within_its_window", {"called_in_on": date(2016, 9, 19)}),
        ("call_in_within_its_window", {"called_in_on": date(2016, 9, 28)}),
        ("call_in_has_its_reasons", {"reasons": " "}),
        ("call_in_has_its_reasons", {"called_in_by": ""}),
        ("call_in_begins_without_an_outcome", {"outcome": "stands"}),
    ],
)
def test_a_call_in_that_breaks_a_rule_is_refused(case: Case, published: Drawdown, rule: str, values: dict[str, Any]):
    with refused_by(rule):
        call_in(case, published, **values)


def test_what_is_not_published_or_not_open_is_not_called_in(case: Case, signed: Drawdown):
    with refused_by("call_in_within_its_window"):
        call_in(case, signed)
    closed = case.publish(case.signed(case.line()))
    with refused_by("call_in_within_its_window"):
        call_in(case, closed)


STANDS = {"outcome": "stands", "outcome_on": LATER.date(), "outcome_text": "It stands.", "outcome_recorded_by": F("recorded_by")}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("call_in_stays", {"reasons": "Others"}),
        ("call_in_stays", {"called_in_on": date(2016, 9, 21)}),
        ("call_in_outcome_is_whole", {"outcome": "overturned"}),
        (
            "call_in_outcome_is_whole",
            {"outcome": "overturned", "outcome_text": "It falls.", "outcome_recorded_by": F("recorded_by")},
        ),
        ("call_in_that_stands_takes_effect", STANDS),
        ("call_in_that_stands_takes_effect", {"effective_on": LATER.date()}),
    ],
)
def test_a_call_in_stays_as_it_was_recorded(case: Case, published: Drawdown, rule: str, values: dict[str, Any]):
    case.called_in(published)
    with refused_by(rule):
        CallIn.objects.update(**values)


def test_a_call_in_has_one_outcome_and_is_never_removed(case: Case, published: Drawdown):
    case.called_in(published)
    given = {"outcome_on": LATER.date(), "outcome_text": "Council let it stand.", "outcome_recorded_by": case.clerk}
    CallIn.objects.update(outcome="stands", effective_on=LATER.date(), **given)
    with refused_by("call_in_stays"):
        CallIn.objects.update(outcome="overturned", effective_on=None)
    with refused_by("call_in_never_removed"):
        CallIn.objects.all().delete()
    with refused_by("call_in_no_truncate"):
        owner("SET LOCAL improvement_budget.allow_truncate = off")
        owner("TRUNCATE approvals_callin")


def become(drawdown: Drawdown, state: State) -> None:
    Drawdown.objects.filter(pk=drawdown.pk).update(state=state, version=F("version") + 1)


def test_nothing_takes_effect_before_it_is_published_and_its_day_has_come(case: Case, signed: Drawdown):
    with refused_by("effective_when_its_day_has_come"):
        become(signed, State.EFFECTIVE)
    today = datetime.now(UTC)
    case.publish(signed, at=today)
    with refused_by("effective_when_its_day_has_come"):
        become(signed, State.EFFECTIVE)


def test_a_state_of_call_in_goes_with_its_record(case: Case, published: Drawdown):
    with refused_by("called_in_with_its_reasons"):
        become(published, State.CALLED_IN)
    case.called_in(published)
    with refused_by("effective_after_call_in"):
        become(published, State.EFFECTIVE)
    with refused_by("overturned_by_its_outcome"):
        become(published, State.SUPERSEDED)
    tomorrow = timezone.localdate() + timedelta(days=1)
    given = {"outcome_on": LATER.date(), "outcome_text": "Council let it stand.", "outcome_recorded_by": case.clerk}
    CallIn.objects.update(outcome="stands", effective_on=tomorrow, **given)
    with refused_by("effective_after_call_in"):
        become(published, State.EFFECTIVE)


@pytest.mark.parametrize("field", [name for name in OF_THE_ACTS if name != "text_resolved"])
def test_what_the_acts_say_stays(case: Case, signed: Drawdown, field: str):
    other = date(2016, 9, 1) if field == "decided_on" else "To release £999,000"
    with refused_by("record_says_what_acts_say"):
        DecisionRecord.objects.filter(drawdown=signed).update(**{field: other})


def test_the_text_stays_unless_who_signed_confirmed_another(case: Case, signed: Drawdown):
    with refused_by("record_text_is_signed_or_confirmed"):
        DecisionRecord.objects.filter(drawdown=signed).update(text_resolved="To release £999,000")


def worded(signed: Drawdown, case: Case, **values: Any) -> Rewording:
    record = DecisionRecord.objects.get(drawdown=signed)
    given = {"record": record, "earlier": record.text_resolved, "text": "Other", "reasons": "So.", "proposed_by": case.clerk}
    return Rewording.objects.create(**(given | {"proposed_at": NOW} | values))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("rewording_begins_open", {"earlier": "Something else"}),
        ("rewording_has_its_reasons", {"reasons": " "}),
        ("rewording_has_its_reasons", {"text": " "}),
    ],
)
def test_a_wording_that_breaks_a_rule_is_refused(case: Case, signed: Drawdown, rule: str, values: dict[str, Any]):
    with refused_by(rule):
        worded(signed, case, **values)


def test_a_wording_is_put_forward_once_and_of_what_an_office_signed(case: Case, signed: Drawdown, published: Drawdown):
    worded(published, case)
    worded(signed, case)
    with refused_by("rewording_waits_once"):
        worded(signed, case)
    with refused_by("rewording_of_a_signed_text"):
        worded(case.ready(case.line(), case=KEY), case)


@pytest.mark.parametrize(
    ("rule", "who"),
    [("rewording_answered_by_the_signer", "Leader"), ("rewording_by_two_people", "clerk"), ("", "Chief Executive")],
)
def test_a_wording_is_answered_by_who_acts_for_the_office_that_signed(case: Case, signed: Drawdown, rule: str, who: str):
    waiting = worded(signed, case)
    person = case.clerk if who == "clerk" else {**case.people, "Chief Executive": case.chief_executive}[who]
    answered = {"answer": "confirmed", "answered_by": person, "answered_at": NOW, "entry": signed.signed_entry}
    with refused_by(rule) if rule else nullcontext():
        Rewording.objects.filter(pk=waiting.pk).update(**answered)


def test_a_wording_and_an_addition_stay(case: Case, signed: Drawdown):
    waiting = worded(signed, case)
    with refused_by("rewording_stays"):
        Rewording.objects.filter(pk=waiting.pk).update(text="Another")
    with refused_by("rewording_never_removed"):
        waiting.delete()
    addition = RecordAddition.objects.create(
        record=waiting.record, kind="note", text="A note", added_by=case.clerk, added_at=NOW, entry=signed.signed_entry
    )
    with refused_by("addition_stays"):
        RecordAddition.objects.update(text="Other")
    with refused_by("addition_stays"):
        addition.delete()


def test_nothing_is_added_to_a_published_record(case: Case, published: Drawdown):
    with refused_by("addition_before_publication"):
        RecordAddition.objects.create(
            record=published.record, kind="note", text="A note", added_by=case.clerk, added_at=NOW, entry=published.signed_entry
        )


@pytest.mark.parametrize(
    ("rule", "values"), [("addition_kind_is_known", {"kind": "money"}), ("addition_says_something", {"text": " "})]
)
def test_an_addition_that_breaks_a_rule_is_refused(case: Case, signed: Drawdown, rule: str, values: dict[str, Any]):
    given = {"kind": "note", "text": "A note", "added_by": case.clerk, "added_at": NOW, "entry": signed.signed_entry}
    with refused_by(rule):
        RecordAddition.objects.create(record=signed.record, **(given | values))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("rewording_says_something_else", {"text": ""}),
        ("rewording_is_answered_whole", {"answer": "confirmed"}),
    ],
)
def test_an_answer_that_is_not_whole_is_refused(case: Case, signed: Drawdown, rule: str, values: dict[str, Any]):
    if rule == "rewording_says_something_else":
        with refused_by(rule):
            worded(signed, case, text=signed.record.text_resolved)
        return
    waiting = worded(signed, case)
    owner("ALTER TABLE approvals_rewording DISABLE TRIGGER rewording_as_allowed")
    with refused_by(rule):
        Rewording.objects.filter(pk=waiting.pk).update(**values)
