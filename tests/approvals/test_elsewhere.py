"""A decision taken before it was recorded here: written down by one, confirmed by another, drawn under the same limits."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.permissions.rules import Permission, Role, permissions_of
from approvals import actions
from approvals.actions import KeyUsedOtherwise, NotAllowedNow, OverTheLimit, Proof, StaleDrawdown
from approvals.drawdowns.queries import supporting
from approvals.drawdowns.rules import State
from approvals.drawdowns.waiting.views import waiting_for
from approvals.elsewhere.rules import Barred, Recorded, Standing, why_not_confirmed, why_not_recorded
from approvals.elsewhere.wording.rules import barred_in_words
from approvals.models import Consumption, DecisionRecord, Drawdown, LimitDrawn, TakenElsewhere
from phases.models import FundingDecision
from tests.approvals.case import CASE, KEY, LATER, NOW, Case, make_case, new_key
from tests.making import make_decision, make_officer, make_user
from tests.refusals import check_deferred_rules, refused_by

pytestmark = pytest.mark.django_db

JULY = date(2016, 7, 19)
"""The day before the power was given."""
MARCH = date(2017, 3, 31)


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def of_a_body() -> Case:
    return make_case(body="Full Council")


def resolved(case: Case, **values: Any) -> FundingDecision:
    given = {"decided_on": date(2016, 9, 1), "about": [case.authorisation], "minute": "12", "members_present": "Nine"}
    return make_decision(case.programme, body="Full Council", **(given | {"interests": "none"} | values))


def attached(case: Case, drawdown: Drawdown, name: str = "Minute.pdf") -> Drawdown:
    actions.attach_paper(drawdown=drawdown, upload=actions.Upload(name, b"%PDF-1.7 " + name.encode()), by=case.officer, at=NOW)
    return Drawdown.objects.get(pk=drawdown.pk)


def row(case: Case, drawdown: Drawdown, **values: Any) -> TakenElsewhere:
    """As somebody would write it who asks no action."""
    given = {
        "drawdown": drawdown,
        "version": drawdown.version,
        "decided_on": date(2016, 9, 1),
        "office": "Chief Executive",
        "person": "Last Year",
        "text": "To release it.",
        "interests": "None",
        "evidence_at": "https://council.example/12",
        "recorded_by": case.officer,
        "recorded_at": NOW,
    }
    return TakenElsewhere(**(given | values))


# The rule


OFFICER, CLERK, OTHER = 1, 2, 3
RECORDED = Recorded(OFFICER, version=3, waits=True)
DRAFT = Standing(is_draft=True, version=3, preparers={OFFICER})


@pytest.mark.parametrize(
    ("recorded", "standing", "person", "said"),
    [
        (RECORDED, DRAFT, CLERK, ""),
        (RECORDED._replace(waits=False), DRAFT, CLERK, "This decision no longer waits to be confirmed."),
        (RECORDED, DRAFT._replace(is_draft=False), CLERK, "It is no longer a draft: what was asked here is decided here."),
        (RECORDED, DRAFT, OFFICER, "You recorded this decision, so somebody else confirms it."),
        (
            RECORDED,
            DRAFT._replace(preparers={OTHER}),
            OTHER,
            "You prepared this drawdown, so somebody else confirms the decision.",
        ),
        (RECORDED, DRAFT._replace(version=4), CLERK, barred_in_words(Barred.CHANGED)),
    ],
)
def test_who_confirms_it_and_when(recorded: Recorded, standing: Standing, person: int, said: str):
    assert barred_in_words(why_not_confirmed(recorded, standing, person)) == said


def test_it_is_recorded_on_a_draft_once():
    assert why_not_recorded(DRAFT, waits=False) is None
    assert "already recorded" in barred_in_words(why_not_recorded(DRAFT, waits=True))
    assert "no longer a draft" in barred_in_words(why_not_recorded(DRAFT._replace(is_draft=False), waits=False))


# Recorded and confirmed


def test_money_is_drawn_when_it_is_confirmed_and_not_before(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    assert not Consumption.objects.exists()
    assert taken.drawdown.state == State.DRAFT
    drawdown = case.confirmed_elsewhere(taken)
    check_deferred_rules()
    assert (drawdown.state, drawdown.signed_by, drawdown.signed_for, drawdown.authority) == ("signed_off", case.clerk, None, "")
    assert LimitDrawn.objects.get().drawn == 1000
    assert [row.pounds for row in Consumption.objects.all()] == [1000]
    assert not drawdown.answers.exists()
    assert drawdown.submissions.get().submitted_by == case.officer


def test_the_record_says_what_was_decided_then_and_nobody_of_today(case: Case):
    record = DecisionRecord.objects.get(drawdown=case.decided_elsewhere(case.costing(1000)))
    assert (record.decided_on, record.capacity) == (date(2016, 9, 1), "Chief Executive: Last Year")
    assert (record.text_resolved, record.text_recommended) == ("To release it.", "No recommendation was made.")
    assert (record.interests, record.recorded_by) == ("None", case.clerk)
    assert (record.call_in_applies, record.call_in_reason) == (False, "It is not a key decision, and was made by an officer.")


def test_what_a_body_resolved_is_taken_from_its_resolution(of_a_body: Case):
    case, resolution = of_a_body, resolved(of_a_body)
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)), resolution=resolution)
    assert (taken.decided_on, taken.text, taken.decided_by) == (date(2016, 9, 1), "Executive agreed.", "Full Council")
    drawdown = case.confirmed_elsewhere(taken)
    record = DecisionRecord.objects.get(drawdown=drawdown)
    assert (drawdown.resolution, record.minute, record.members_present) == (resolution, "12", "Nine")
    assert (record.capacity, record.interests) == ("Full Council", "Members of Full Council: none")
    assert record.text_resolved == "Executive agreed."


def test_a_decision_without_money_may_have_been_taken_elsewhere_too(case: Case):
    draft = actions.draft(
        delegation=case.delegation, title="A post", key=new_key(), by=case.officer, at=NOW, proposal="To add a post."
    )
    actions.write_case(drawdown=draft, version=draft.version, values=CASE, by=case.officer, at=NOW)
    drawdown = case.confirmed_elsewhere(case.recorded_elsewhere(Drawdown.objects.get(pk=draft.pk)))
    check_deferred_rules()
    assert (drawdown.state, drawdown.consumption.count()) == ("signed_off", 0)


def test_call_in_is_counted_from_the_day_it_can_be_read_here(case: Case):
    drawdown = case.publish(case.decided_elsewhere(case.costing(1000), case=KEY))
    assert (drawdown.record.published_on, drawdown.record.closes_on) == (NOW.date(), date(2016, 9, 27))
    assert drawdown.record.decided_on == date(2016, 9, 1)
    called_in = case.called_in(drawdown)
    overturned = actions.overturn(drawdown=called_in, on=LATER.date(), reasons="Scrutiny.", by=case.clerk, at=LATER)
    assert overturned.state == State.SUPERSEDED
    assert LimitDrawn.objects.get().drawn == 0


def test_the_evidence_is_a_paper_with_its_hash_which_stays(case: Case):
    draft = attached(case, case.drafted(case.costing(1000)))
    paper = supporting(draft).get()
    taken = case.recorded_elsewhere(draft, evidence=Proof(paper))
    with pytest.raises(NotAllowedNow, match="the evidence of a decision taken elsewhere"):
        actions.remove_paper(paper=paper, by=case.officer, at=NOW)
    drawdown = case.confirmed_elsewhere(taken)
    assert json.loads(drawdown.signed_entry.content)["details"]["evidence_sha256"] == paper.sha256
    assert paper.sha256 in drawdown.content


def test_it_is_sent_back_with_reasons_and_recorded_again(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    with pytest.raises(ValidationError, match="Say why it is not confirmed"):
        actions.send_back_elsewhere(taken=taken, reasons=" ", by=case.clerk, at=NOW)
    actions.send_back_elsewhere(taken=taken, reasons="The minute says otherwise.", by=case.clerk, at=NOW)
    with pytest.raises(NotAllowedNow, match="sent back already"):
        case.confirmed_elsewhere(taken)
    (task,) = [each for each in waiting_for(case.officer, NOW.date()) if "sent back" in each.title]
    assert task.detail.endswith("The minute says otherwise.")
    again = case.recorded_elsewhere(Drawdown.objects.get(), text="To release £1,000.")
    assert case.confirmed_elsewhere(again).taken_elsewhere == again


def test_it_is_taken_back_and_asked_for_here(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    given = {"drawdown": taken.drawdown, "version": taken.drawdown.version, "by": case.officer, "at": NOW}
    with pytest.raises(NotAllowedNow, match="waits to be confirmed"):
        actions.submit(**given, key=new_key())
    with pytest.raises(NotAllowedNow, match="waits to be confirmed"):
        actions.withdraw(**given, reasons="Not yet.")
    actions.take_back_elsewhere(taken=taken, by=case.officer, at=NOW)
    assert actions.submit(**given, key=new_key()).state == State.SUBMITTED


def test_a_second_click_is_the_first(case: Case):
    draft, key = case.drafted(case.costing(1000)), new_key()
    taken = case.recorded_elsewhere(draft, key=key)
    assert case.recorded_elsewhere(draft, key=key) == taken
    key = new_key()
    first = case.confirmed_elsewhere(taken, key=key)
    assert case.confirmed_elsewhere(taken, key=key, shown="") == first
    assert Consumption.objects.count() == 1


# Refused by the action


@pytest.mark.parametrize(
    "other", [{"decided_on": date(2016, 9, 2)}, {"person": "Somebody Else"}, {"interests": "A partner's post"}]
)
def test_the_same_key_with_another_decision_is_no_second_click(case: Case, other: dict[str, Any]):
    """What was typed the second time would be dropped without a word."""
    key, draft = new_key(), case.drafted(case.costing(1000))
    case.recorded_elsewhere(draft, key=key)
    with pytest.raises(KeyUsedOtherwise):
        case.recorded_elsewhere(draft, key=key, **other)


def test_not_a_pound_over_a_limit(case: Case):
    case.signed(case.costing(949_000))
    taken = case.recorded_elsewhere(case.drafted(case.costing(1001)))
    with pytest.raises(OverTheLimit, match="£1,000 of £950,000 is left"):
        case.confirmed_elsewhere(taken)
    assert Drawdown.objects.get(pk=taken.drawdown_id).state == State.DRAFT
    assert TakenElsewhere.objects.get().state == "waiting"
    assert case.confirmed_elsewhere(case.recorded_elsewhere(case.drafted(case.costing(1000)))).state == State.SIGNED_OFF


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (JULY, "The resolution it rests on was made on 20 July 2016, so it cannot have been decided elsewhere on 19 July 2016."),
        (
            date(2016, 9, 21),
            "It was decided elsewhere on 21 September 2016, so the decision taken elsewhere cannot be recorded "
            "on 20 September 2016.",
        ),
    ],
)
def test_its_day_lies_between_the_power_and_today(case: Case, on: date, said: str):
    with pytest.raises(ValidationError) as refusal:
        case.recorded_elsewhere(case.drafted(case.costing(1000)), decided_on=on)
    assert refusal.value.message_dict == {"decided_on": [said]}


@pytest.mark.parametrize("name", ["office", "person", "text", "interests", "decided_on"])
def test_nothing_is_missing_of_it(case: Case, name: str):
    empty: Any = None if name == "decided_on" else " "
    with pytest.raises(ValidationError) as refusal:
        case.recorded_elsewhere(case.drafted(case.costing(1000)), **{name: empty})
    assert list(refusal.value.message_dict) == [name]


def test_it_needs_evidence_which_is_its_own(case: Case):
    draft = case.drafted(case.costing(1000))
    with pytest.raises(ValidationError, match="Choose the paper that proves the decision"):
        case.recorded_elsewhere(draft, evidence=Proof())
    other = supporting(attached(case, case.drafted(case.costing(1000)))).get()
    with pytest.raises(ValidationError, match="no supporting paper of this drawdown"):
        case.recorded_elsewhere(draft, evidence=Proof(other))
    with pytest.raises(ValidationError, match="valid URL"):
        case.recorded_elsewhere(draft, evidence=Proof(address="nowhere"))


def test_who_wrote_it_down_or_prepared_it_does_not_confirm_it(case: Case):
    both = make_user(Role.FINANCE_OFFICER, Role.CLERK)
    draft = case.drafted(case.costing(1000))
    taken = case.recorded_elsewhere(draft, by=both)
    with pytest.raises(NotAllowedNow, match="You recorded this decision"):
        case.confirmed_elsewhere(taken, by=both)
    with pytest.raises(NotAllowedNow, match="Take it back instead"):
        actions.send_back_elsewhere(taken=taken, reasons="No.", by=both, at=NOW)
    User.objects.filter(pk=case.officer.pk).update(roles=[Role.FINANCE_OFFICER, Role.CLERK])
    with pytest.raises(NotAllowedNow, match="You prepared this drawdown"):
        case.confirmed_elsewhere(taken, by=User.objects.get(pk=case.officer.pk))


def test_who_changed_one_of_its_lines_does_not_confirm_it(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    User.objects.filter(pk=case.editor.pk).update(roles=[Role.FINANCE_OFFICER, Role.CLERK])
    with pytest.raises(NotAllowedNow, match="you prepared"):
        case.confirmed_elsewhere(taken, by=User.objects.get(pk=case.editor.pk))


@pytest.mark.parametrize("role", list(Role))
def test_who_prepares_drawdowns_records_it_and_who_records_decisions_confirms_it(case: Case, role: Role):
    """The database names the same roles: a row of anybody else's is refused there."""
    person, draft = make_user(role), case.drafted(case.costing(1000))
    may_record, may_confirm = (
        permission in permissions_of(person) for permission in (Permission.PREPARE_DRAWDOWNS, Permission.RECORD_DECISIONS)
    )
    if not may_record:
        with pytest.raises(PermissionDenied):
            case.recorded_elsewhere(draft, by=person)
        with refused_by("elsewhere_by_who_may"):
            row(case, draft, recorded_by=person).save()
    taken = case.recorded_elsewhere(draft, by=person if may_record else case.officer)
    confirmer = case.clerk if may_record else person
    if not may_record:
        with refused_by("elsewhere_by_who_may"):
            TakenElsewhere.objects.update(state="taken_back", answered_by=person, answered_at=NOW)
    if not (may_confirm or may_record):
        with refused_by("elsewhere_by_who_may"):
            TakenElsewhere.objects.update(state="sent_back", answered_by=person, answered_at=NOW, reasons="No.")
        for act in (actions.confirm_elsewhere, actions.send_back_elsewhere):
            given = {"reasons": "No."} if act is actions.send_back_elsewhere else {"version": 1, "shown": "", "key": new_key()}
            with pytest.raises(PermissionDenied):
                act(taken=taken, by=person, at=NOW, **given)
        with refused_by("elsewhere_by_who_may"):
            TakenElsewhere.objects.update(state="confirmed", answered_by=person, answered_at=NOW)
        confirmer = case.clerk
    assert case.confirmed_elsewhere(taken, by=confirmer).state == State.SIGNED_OFF


def test_it_is_confirmed_after_who_recorded_it_has_left(case: Case):
    leaving = make_officer()
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)), by=leaving)
    User.objects.filter(pk=leaving.pk).update(is_active=False)
    assert case.confirmed_elsewhere(taken).state == State.SIGNED_OFF


def test_what_was_asked_here_is_decided_here(case: Case):
    submitted = case.submitted(case.costing(1000))
    with pytest.raises(NotAllowedNow, match="no longer a draft"):
        case.recorded_elsewhere(submitted)
    actions.withdraw(drawdown=submitted, version=submitted.version, reasons="Not yet.", by=case.officer, at=NOW)
    with pytest.raises(NotAllowedNow, match="no longer a draft"):
        case.recorded_elsewhere(Drawdown.objects.get())


def test_a_draft_that_changed_since_is_recorded_again(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    with pytest.raises(NotAllowedNow, match="already recorded"):
        case.recorded_elsewhere(taken.drawdown)
    actions.write_case(
        drawdown=taken.drawdown, version=taken.drawdown.version, values={"reasons": "Others."}, by=case.officer, at=NOW
    )
    with pytest.raises(StaleDrawdown):
        case.confirmed_elsewhere(taken)
    with pytest.raises(NotAllowedNow, match="was changed after the decision was recorded"):
        case.confirmed_elsewhere(taken, version=taken.drawdown.version + 1)


def test_a_line_that_changed_since_the_page_was_opened_is_said(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    with pytest.raises(NotAllowedNow, match="has changed since you opened the page"):
        case.confirmed_elsewhere(taken, shown="0" * 64)
    assert not Consumption.objects.exists()


def test_a_resolution_that_was_changed_or_used_since_is_not_confirmed(of_a_body: Case):
    case, resolution = of_a_body, resolved(of_a_body)
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)), resolution=resolution)
    FundingDecision.objects.filter(pk=resolution.pk).update(text_resolved="Agreed in part.")
    with pytest.raises(NotAllowedNow, match="The resolution was changed"):
        case.confirmed_elsewhere(taken)
    FundingDecision.objects.filter(pk=resolution.pk).update(text_resolved="Executive agreed.")
    other = case.answered(case.answered(case.submitted(case.costing(1000))), "Director")
    case.sign(other, by=case.clerk, resolution=resolution)
    with pytest.raises(NotAllowedNow, match="It has decided another drawdown"):
        case.confirmed_elsewhere(taken)


def test_a_resolution_is_chosen_where_a_body_decides_and_nowhere_else(of_a_body: Case):
    with pytest.raises(ValidationError, match="Choose the resolution of Full Council"):
        of_a_body.recorded_elsewhere(of_a_body.drafted(of_a_body.costing(1000)))
    elsewhere_about = resolved(of_a_body, title="Of other money", about=[])
    with pytest.raises(ValidationError, match="not recorded as being about this money"):
        of_a_body.recorded_elsewhere(of_a_body.drafted(of_a_body.costing(1000)), resolution=elsewhere_about)


def test_a_draft_that_is_not_whole_was_not_decided(case: Case):
    with pytest.raises(ValidationError, match="Say whether this is a key decision"):
        case.recorded_elsewhere(case.drafted(case.costing(1000), case={"reasons": "Posts.", "alternatives": "None."}))


# Who is told


def test_home_asks_the_clerk_and_nobody_twice(case: Case):
    draft = case.drafted(case.costing(1000))

    def titles(person: User) -> list[str]:
        return [each.title for each in waiting_for(person, NOW.date())]

    assert titles(case.officer) == ["Finish your draft: Phase One"]
    taken = case.recorded_elsewhere(draft)
    assert titles(case.officer) == []
    assert titles(case.clerk) == ["Confirm a decision taken elsewhere: Phase One"]
    assert titles(case.people["Leader"]) == titles(case.chief_executive) == []
    both = make_user(Role.CLERK, Role.FINANCE_OFFICER)
    taken.drawdown.preparers.create(person=both)
    assert titles(both) == []
    case.confirmed_elsewhere(taken)
    assert titles(case.clerk) == ["Publish the decision: Phase One"]


def test_clerks_are_asked_and_everybody_named_is_told(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    told = taken.drawdown.notices.filter(kind="elsewhere_asked")
    assert [each.person for each in told] == [case.clerk]
    drawdown = case.confirmed_elsewhere(taken)
    told = drawdown.notices.filter(kind="elsewhere")
    assert {each.person for each in told} == {case.officer, *case.people.values()}
    assert not drawdown.notices.filter(kind__in=["asked", "signed"]).exists()


def test_who_recorded_it_is_told_that_it_came_back(case: Case):
    other = make_officer()
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)), by=other)
    actions.send_back_elsewhere(taken=taken, reasons="It says £900.", by=case.clerk, at=NOW)
    assert {each.person for each in taken.drawdown.notices.filter(kind="elsewhere_back")} == {other, case.officer}
