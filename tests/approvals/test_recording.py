"""Decision records: drafted at sign-off, published, in effect, called in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from accounts.audit import actions as audit
from accounts.models import AuditEntry
from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.decisions.actions import check_publication
from approvals.decisions.call_in.rules import window
from approvals.decisions.queries import content_of, in_public_words, missing_of, published_records
from approvals.decisions.rules import OF_THE_ACTS, Elsewhere, RecordContent
from approvals.decisions.standing import queries as standing
from approvals.decisions.wording import queries as wording
from approvals.decisions.wording.rules import gap_in_words
from approvals.drawdowns.rules import State
from approvals.models import DecisionRecord, Drawdown, RecordAddition, Rewording
from costing.frozen import digest
from phases.models import Authorisation
from tests.approvals.case import CASE, KEY, LATER, NOW, Case, make_case
from tests.explaining import explain
from tests.making import make_decision, make_officer
from tests.refusals import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def record_of(drawdown: Drawdown) -> DecisionRecord:
    return DecisionRecord.objects.get(drawdown=drawdown)


def row(content: RecordContent, label: str) -> str:
    return next(row.text for section in wording.sections(content) for row in section.rows if row.label == label)


def test_the_record_is_drafted_at_sign_off_from_what_is_stored(case: Case):
    drawdown = case.answered(case.submitted(case.line(title="Head of service")), interests="Governor of a school")
    record = record_of(case.sign(case.answered(drawdown, "Director")))
    proposed = f"To release £60,000 in 2016/17 from {case.authorisation} ({case.authorisation.funding_source}), for:"
    released = "£60,000 in 2016/17"
    assert record.text_recommended == f"{proposed}\n- Head of service (Phase 1, 1 FTE): {released}"
    assert record.text_resolved == f"Agreed as recommended.\n\n{record.text_recommended}"
    assert (record.title, record.decided_on) == ("Phase One", NOW.date())
    assert record.capacity == "Chief Executive: Chief Executive"
    assert record.power.startswith("Executive, 20 July 2016: Release of resources")
    assert record.power.endswith("The Chief Executive, with the agreement of the Leader.")
    assert record.interests == "Leader (Leader): Governor of a school\nDirector (Director): none"
    assert record.dispensations == "None"
    assert record.reasons == CASE["reasons"]
    assert (record.call_in_applies, record.call_in_reason) == (False, "It is not a key decision, and was made by an officer.")


def test_the_money_released_is_kept_with_the_balances_before_and_after(case: Case):
    case.signed(case.costing(100_000))
    content = content_of(record_of(case.signed(case.costing(40_000), case.costing(2_000))))
    (money,) = wording.money_rows(content)
    assert (money.measure, money.term) == ("2016/17", "One-off")
    assert (money.before, money.released, money.after) == (Decimal(850_000), Decimal(42_000), Decimal(808_000))
    assert content.money.notes == ("Nothing is released in 2017/18.",)


def test_a_year_that_is_paid_through_the_full_year_says_how_much():
    case = make_case({2016: 100_000, None: 100_000}, term=Authorisation.Term.RECURRING)
    content = content_of(record_of(case.signed(case.line())))
    assert content.money.notes == ("2017/18: £90,000 authorised through the full-year limit.",)
    assert [each.measure for each in wording.money_rows(content)] == ["2016/17", "Full year"]


def test_a_body_is_recorded_with_its_resolution_and_labelled_retrospective():
    case = make_case(body="Full Council")
    values = {"minute": "12", "members_present": "Nine members", "interests": "none", "text_resolved": "Agreed."}
    council = make_decision(
        case.programme, body="Full Council", decided_on=date(2016, 9, 19), about=[case.authorisation], **values
    )
    drawdown = case.answered(case.answered(case.submitted(case.line())), "Director")
    record = record_of(case.sign(drawdown, by=case.clerk, resolution=council))
    assert (record.capacity, record.minute, record.members_present) == ("Full Council", "12", "Nine members")
    assert (record.text_resolved, record.decided_on) == ("Agreed.", date(2016, 9, 19))
    assert record.interests.endswith("Members of Full Council: none")
    assert record.text_recommended == "No recommendation was made."
    assert record.call_in_applies is False
    said = "Decided on 19 September 2016, and recorded here later, on 20 September 2016."
    assert row(content_of(record), "Retrospective") == said


def test_publication_freezes_the_record_with_its_dates_and_hash(case: Case):
    record = record_of(case.published())
    opened = window(NOW.date(), 5)
    assert (record.closes_on, record.effective_on) == (opened.closes, opened.effective) == (date(2016, 9, 27), date(2016, 9, 28))
    assert (record.retain_until, record.retain_papers_until) == (date(2022, 9, 20), date(2020, 9, 20))
    assert record.sha256 == digest(record.content)
    assert json.loads(record.entry.content)["details"]["sha256"] == record.sha256
    assert record.recorded_by == case.clerk
    content = content_of(record)
    assert row(content, "From decision to publication") == "The same day"
    assert row(content, "Takes effect") == "28 September 2016, unless called in"


def test_a_decision_that_is_not_open_to_call_in_takes_effect_on_publication(case: Case):
    record = record_of(case.publish(case.signed(case.line()), at=LATER))
    assert (record.closes_on, record.effective_on) == (None, LATER.date())
    content = content_of(record)
    assert row(content, "Open to call-in") == "No. It is not a key decision, and was made by an officer."
    assert row(content, "From decision to publication") == "8 days"


def test_a_leap_day_is_kept_until_the_28th(case: Case):
    record = record_of(case.signed(case.line()))
    record.decided_on = date(2016, 2, 29)
    follows = check_publication(record, None, NOW)
    assert (follows.retain_until, follows.retain_papers_until) == (date(2022, 2, 28), date(2020, 2, 29))


ELSEWHERE = "https://council.example/decisions/17"


def test_a_publication_elsewhere_is_said_with_its_address_and_shortens_nothing(case: Case):
    """Entered on 28 September, as published on the day of the decision: the window is that of 28 September."""
    signed = case.signed(case.line(), case=KEY)
    record = record_of(case.publish(signed, elsewhere=Elsewhere(NOW.date(), ELSEWHERE), at=LATER))
    opened = window(LATER.date(), 5)
    assert (record.published_on, record.closes_on, record.effective_on) == (LATER.date(), opened.closes, opened.effective)
    said = "It could be read elsewhere since 20 September 2016, at https://council.example/decisions/17, and here since"
    assert said in row(content_of(record), "Retrospective")


@pytest.mark.parametrize(("on", "why"), [(date(2016, 9, 19), "before"), (date(2016, 9, 21), "in the future")])
def test_it_was_readable_elsewhere_from_the_decision_to_today(case: Case, on: date, why: str):
    with pytest.raises(ValidationError, match=why):
        case.publish(case.signed(case.line()), elsewhere=Elsewhere(on, ELSEWHERE))


def test_nothing_is_published_before_it_was_decided(case: Case):
    with pytest.raises(ValidationError, match="It was signed on 20 September 2016, so it cannot be published on 19"):
        case.publish(case.signed(case.line()), at=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("field", "why"),
    [("interests", "interests"), ("power", "power"), ("dispensations", "dispensations"), ("text_resolved", "what was decided")],
)
def test_what_the_law_asks_for_is_missed_by_name(case: Case, field: str, why: str):
    record = record_of(case.signed(case.line()))
    setattr(record, field, " ")
    assert [why in gap_in_words(missing) for missing in missing_of(record)] == [True]


def test_a_reason_is_needed_where_call_in_does_not_apply(case: Case):
    signed = case.signed(case.line(), case=KEY)
    actions.change_record(record=record_of(signed), values={"call_in_applies": False}, by=case.clerk, at=LATER)
    with pytest.raises(ValidationError, match="not open to call-in"):
        case.publish(signed)


def test_the_clerk_settles_call_in_until_the_record_is_published_and_nobody_else(case: Case):
    signed = case.signed(case.line(), case=KEY)
    values = {"record": record_of(signed), "values": {"call_in_applies": False, "call_in_reason": "Agreed urgency."}, "at": LATER}
    with pytest.raises(PermissionDenied):
        actions.change_record(**values, by=make_officer())
    actions.change_record(**values, by=case.clerk)
    changed = json.loads(AuditEntry.objects.get(action="record_changed").content)["details"]["changed"]
    assert changed == {"call_in_applies": [True, False], "call_in_reason": ["", "Agreed urgency."]}
    case.publish(signed)
    with pytest.raises(NotAllowedNow, match="cannot be changed"):
        actions.change_record(**(values | {"values": {"call_in_applies": True}}), by=case.clerk)
    with pytest.raises(NotAllowedNow, match="published on 20 September 2016"):
        case.publish(signed)


@pytest.mark.parametrize("field", OF_THE_ACTS)
def test_what_the_acts_say_is_nobodys_to_change(case: Case, field: str):
    record = record_of(case.signed(case.line()))
    with pytest.raises(ValueError, match=field):
        actions.change_record(record=record, values={field: "To release £999,000"}, by=case.clerk, at=LATER)


def test_a_clerk_adds_what_no_act_says_under_their_name_until_publication(case: Case):
    signed = case.signed(case.line())
    given = {"record": record_of(signed), "kind": RecordAddition.Kind.WARDS, "at": LATER}
    with pytest.raises(PermissionDenied):
        actions.add_to_record(**given, text="All wards", by=make_officer())
    with pytest.raises(ValidationError, match="cannot be blank"):
        actions.add_to_record(**given, text="  ", by=case.clerk)
    actions.add_to_record(**given, text="All wards", by=case.clerk)
    said = f"All wards\n(Added by {case.clerk.name}, 28 September 2016)"
    assert row(content_of(record_of(signed)), "Wards affected, added") == said
    case.publish(signed, at=LATER)
    assert row(content_of(record_of(signed)), "Wards affected, added") == said
    with pytest.raises(NotAllowedNow, match="cannot be changed"):
        actions.add_to_record(**given, text="None", by=case.clerk)


def put_forward(case: Case, drawdown: Drawdown, text: str = "Agreed, for one year.") -> Rewording:
    return actions.reword(record=record_of(drawdown), text=text, reasons="The year was left out.", by=case.clerk, at=LATER)


def test_another_wording_stands_once_who_signed_confirms_it(case: Case):
    signed = case.signed(case.line())
    before = record_of(signed).text_resolved
    waiting = put_forward(case, signed)
    assert record_of(signed).text_resolved == before
    with pytest.raises(ValidationError, match="not yet answered"):
        case.publish(signed)
    with pytest.raises(NotAllowedNow, match="already waits"):
        put_forward(case, signed, "Something else.")
    confirm = {"rewording": waiting, "answer": Rewording.Answer.CONFIRMED, "at": LATER}
    for stranger in (case.clerk, case.officer, case.people["Leader"]):
        with pytest.raises(PermissionDenied):
            actions.answer_rewording(**confirm, by=stranger)
    actions.answer_rewording(**confirm, by=case.chief_executive)
    assert record_of(signed).text_resolved == "Agreed, for one year."
    said = row(content_of(record_of(signed)), "Other wording of the decision")
    for part in (case.clerk.name, "The year was left out.", "Confirmed by Chief Executive, 28 September 2016", before):
        assert part in said
    with pytest.raises(NotAllowedNow, match="no longer waits"):
        actions.answer_rewording(**confirm, by=case.chief_executive)
    assert "all equal" in verified()


def test_a_wording_that_is_refused_changes_nothing(case: Case):
    signed = case.signed(case.line())
    before = record_of(signed).text_resolved
    actions.answer_rewording(
        rewording=put_forward(case, signed), answer=Rewording.Answer.REFUSED, by=case.chief_executive, at=LATER
    )
    assert record_of(signed).text_resolved == before
    assert content_of(record_of(signed)).rewordings == ()
    case.publish(signed, at=LATER)


def test_the_text_of_a_resolution_is_not_worded_anew():
    case = make_case(body="Full Council")
    council = make_decision(
        case.programme, body="Full Council", decided_on=date(2016, 9, 19), text_resolved="Agreed.", about=[case.authorisation]
    )
    signed = case.sign(case.answered(case.answered(case.submitted(case.line())), "Director"), by=case.clerk, resolution=council)
    with pytest.raises(NotAllowedNow, match="that of the resolution"):
        put_forward(case, signed)


def verified() -> str:
    explain()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("field", "value"), [("text_resolved", "To release £999,000"), ("interests", "None"), ("title", "Other")]
)
def test_the_audit_check_finds_a_record_that_says_something_else_than_the_acts(case: Case, field: str, value: str):
    """Written past the actions and with the guard off, as who owns the database could."""
    signed = case.signed(case.line())
    assert "all equal" in verified()
    owner("ALTER TABLE approvals_decisionrecord DISABLE TRIGGER record_keeps_what_acts_say")
    DecisionRecord.objects.filter(drawdown=signed).update(**{field: value})
    owner("ALTER TABLE approvals_decisionrecord ENABLE TRIGGER record_keeps_what_acts_say")
    with pytest.raises(CommandError, match=f"What the record says of the decision on drawdown {signed.reference}"):
        verified()


GUARDS = ("record_is_published_as_allowed", "record_keeps_what_acts_say", "record_never_removed", "case_is_written_while_open")


@contextmanager
def without_guards() -> Iterator[None]:
    """As who owns the database could, and switches the guards on again."""
    for name in GUARDS:
        owner(f"ALTER TABLE approvals_decisionrecord DISABLE TRIGGER {name}")
    yield
    for name in GUARDS:
        owner(f"ALTER TABLE approvals_decisionrecord ENABLE TRIGGER {name}")


def test_the_audit_check_finds_a_published_content_that_nobody_published(case: Case):
    published = case.published()
    record = record_of(published)
    content = record.content.replace("Agreed as recommended.", "To release £999,000.")
    with without_guards():
        DecisionRecord.objects.filter(pk=record.pk).update(content=content, sha256=digest(content))
    with pytest.raises(CommandError, match=f"drawdown {published.reference} in the audit record"):
        verified()


def test_the_audit_check_finds_a_content_that_differs_from_the_record(case: Case):
    """Even where somebody wrote an entry that names it."""
    published = case.published()
    record = record_of(published)
    content = record.content.replace("Agreed as recommended.", "To release £999,000.")
    entry = audit.record(
        action="decision_published",
        subject=f"drawdown:{published.reference}",
        details={"sha256": digest(content)},
        by=case.clerk,
        at=NOW,
    )
    with without_guards():
        DecisionRecord.objects.filter(pk=record.pk).update(content=content, sha256=digest(content), entry=entry)
    with pytest.raises(CommandError, match=f"drawdown {published.reference} in its content"):
        verified()


def test_the_audit_check_misses_a_record_that_is_gone(case: Case):
    signed = case.signed(case.line())
    with without_guards():
        DecisionRecord.objects.filter(drawdown=signed).delete()
    with pytest.raises(CommandError, match=f"drawdown {signed.reference} is not as it was stored: nothing is kept"):
        verified()


def test_the_audit_check_finds_a_call_in_that_no_clerk_settled(case: Case):
    signed = case.signed(case.line(), case=KEY)
    values = {"call_in_applies": False, "call_in_reason": "Agreed urgency."}
    actions.change_record(record=record_of(signed), values=values, by=case.clerk, at=LATER)
    assert "all equal" in verified()
    DecisionRecord.objects.filter(drawdown=signed).update(call_in_reason="Because.")
    with pytest.raises(CommandError, match=f"drawdown {signed.reference}, call_in_reason"):
        verified()


def test_what_is_not_signed_has_no_record_to_publish(case: Case):
    with pytest.raises(NotAllowedNow, match="no decision"):
        case.publish(case.ready(case.line()))


def take_effect(drawdown: Drawdown, **values: Any) -> Drawdown:
    return actions.take_effect(drawdown=drawdown, **({"by": None, "at": LATER} | values))


def test_a_decision_takes_effect_on_its_day_and_not_before(case: Case):
    signed = case.signed(case.line(), case=KEY)
    with pytest.raises(NotAllowedNow, match="only after its record is published"):
        take_effect(signed)
    published = case.publish(signed)
    with pytest.raises(NotAllowedNow, match="28 September 2016, not before"):
        take_effect(published, at=LATER - timedelta(days=1))
    assert take_effect(published).state == State.EFFECTIVE
    with pytest.raises(NotAllowedNow, match="cannot become effective"):
        take_effect(published)


def test_the_daily_run_puts_into_effect_what_is_due_and_nothing_else(case: Case):
    due, called, unpublished = case.published(), case.called_in(case.published()), case.signed(case.line())
    assert actions.take_effect_of_all(LATER - timedelta(days=1)) == 0
    assert actions.take_effect_of_all(LATER) == 1
    states = [Drawdown.objects.get(pk=each.pk).state for each in (due, called, unpublished)]
    assert states == [State.EFFECTIVE, State.CALLED_IN, State.SIGNED_OFF]
    assert AuditEntry.objects.get(action="drawdown_effective").actor is None


def test_the_command_says_how_many_took_effect(case: Case):
    case.published()
    out = StringIO()
    call_command("take_effect", stdout=out)
    call_command("take_effect", stdout=out)
    none = "0 records are published."
    assert out.getvalue().splitlines() == [none, "1 decision takes effect.", none, "0 decisions take effect."]


def test_a_decision_is_called_in_within_its_window_only(case: Case):
    signed = case.signed(case.line(), case=KEY)
    with pytest.raises(NotAllowedNow, match="opens when the record is published"):
        case.called_in(signed)
    published = case.publish(signed)
    for day in (date(2016, 9, 19), date(2016, 9, 28)):
        with pytest.raises(ValidationError, match="20 September 2016 to the end of 27 September 2016"):
            case.called_in(published, on=day, at=LATER)
    with pytest.raises(ValidationError, match="it cannot be in the future"):
        case.called_in(published, on=date(2016, 9, 21))
    assert case.called_in(published, on=date(2016, 9, 27), at=LATER).state == State.CALLED_IN
    with pytest.raises(NotAllowedNow, match="cannot become called in"):
        case.called_in(published)


def test_a_decision_that_is_not_open_is_not_called_in(case: Case):
    with pytest.raises(NotAllowedNow, match="not open to call-in"):
        case.called_in(case.publish(case.signed(case.line())))


def let_stand(case: Case, drawdown: Drawdown, **values: Any) -> Drawdown:
    given = {"on": LATER.date(), "reasons": "The committee was satisfied.", "effective_on": LATER.date(), "at": LATER}
    return actions.let_stand(drawdown=drawdown, **(given | {"by": case.clerk} | values))


def test_a_decision_that_was_called_in_waits_for_the_outcome(case: Case):
    called = case.called_in(case.published())
    with pytest.raises(NotAllowedNow, match="record the outcome first"):
        take_effect(called)
    assert let_stand(case, called).state == State.EFFECTIVE


def test_a_decision_let_stand_takes_effect_on_the_day_said(case: Case):
    called = case.called_in(case.published())
    stands = let_stand(case, called, effective_on=date(2016, 10, 3))
    assert stands.state == State.CALLED_IN
    with pytest.raises(NotAllowedNow, match="already recorded"):
        let_stand(case, called)
    with pytest.raises(NotAllowedNow, match="3 October 2016"):
        take_effect(stands)
    assert actions.take_effect_of_all(LATER + timedelta(days=5)) == 1
    said = [each.text for each in standing.since(record_of(called)).rows]
    assert said[1].endswith("It takes effect on 3 October 2016.")


def test_what_is_exempt_is_found_by_the_public_in_its_title_only(case: Case):
    exempt = KEY | {"exempt_paragraph": "3", "public_interest": "It names a contractor."}
    case.published(case=exempt)
    case.published()
    by_title = published_records().filter(in_public_words("phase one"))
    by_reasons = published_records().filter(in_public_words("inadequate"))
    assert (by_title.count(), by_reasons.count()) == (2, 1)
