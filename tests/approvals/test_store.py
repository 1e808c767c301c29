"""What the store refuses of delegations, drawdowns, signatures and answers."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F

from accounts.audit.actions import record
from accounts.models import AuditEntry
from accounts.permissions.rules import Role
from approvals import actions
from approvals.drawdowns.rules import Reply, State
from approvals.models import (
    Answer,
    Delegation,
    DelegationStep,
    Drawdown,
    DrawdownAmount,
    DrawdownLine,
    DrawdownPreparer,
)
from posts.models import LineRevision
from tests.approvals.case import LATER, NOW, Case, make_case
from tests.making import (
    make_authorisation,
    make_body,
    make_decision,
    make_deputy,
    make_holding,
    make_office,
    make_officer,
    make_programme,
    make_user,
)
from tests.refusals import check_deferred_rules, owner, refused_by, unique_columns

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def new_delegation(case: Case, **values: Any) -> Delegation:
    given = {"title": "Another", "text": "To the Executive.", "decision_body": make_body()}
    given |= {"programme": case.programme, "decision": case.delegation.decision, "recorded_at": NOW}
    delegation = Delegation.objects.create(**(given | values))
    check_deferred_rules()
    delegation.money.add(delegation.decision)
    return delegation


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("delegation_named_once", {"title": "Use of the contingency"}),
        ("delegation_has_title_and_text", {"text": " "}),
        ("delegation_to_an_office_or_a_body", {"decision_body": None}),
    ],
)
def test_a_delegation_that_breaks_a_rule_is_refused(case: Case, rule: str, values: dict[str, Any]):
    with refused_by(rule):
        new_delegation(case, **values)


def test_a_delegation_is_to_an_office_or_a_body_not_both(case: Case):
    with refused_by("delegation_to_an_office_or_a_body"):
        new_delegation(case, decision_maker=case.offices["Leader"])


def test_a_delegation_has_a_key_with_its_programme():
    assert unique_columns("approvals_delegation", "delegation_with_programme") == ["id", "programme_id"]


def test_a_delegation_stands_on_a_resolution_of_its_programme(case: Case):
    with refused_by("delegation_needs_a_resolution"):
        new_delegation(case, decision=make_decision(case.programme, outcome="recommended"))
    with refused_by("delegation_decision_same_programme"):
        new_delegation(case, decision=make_decision(make_programme()))


@pytest.mark.parametrize(
    ("rule", "office", "mode"),
    [
        ("step_office_once", "Leader", "agreement"),
        ("step_mode_is_known", "new", "asked"),
        ("decision_maker_is_no_step", "Chief Executive", "agreement"),
    ],
)
def test_a_step_that_breaks_a_rule_is_refused(case: Case, rule: str, office: str, mode: str):
    with refused_by(rule):
        DelegationStep.objects.create(
            delegation=case.delegation, office=case.offices.get(office) or make_office("New"), mode=mode
        )


def test_a_delegation_in_use_gets_no_further_step(case: Case):
    case.drafted()
    with refused_by("step_of_an_unused_delegation"):
        DelegationStep.objects.create(delegation=case.delegation, office=make_office("New"), mode="agreement")


def change(drawdown: Drawdown, **values: Any) -> None:
    Drawdown.objects.filter(pk=drawdown.pk).update(**({"version": F("version") + 1} | values))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("drawdown_moves_as_allowed", {"state": State.EFFECTIVE}),
        ("drawdown_keeps_its_reference", {"reference": "DD-9999"}),
        ("drawdown_has_a_title", {"title": " "}),
        ("drawdown_version_goes_up", {"version": F("version")}),
        ("drawdown_submission_is_whole", {"content": "{}"}),
    ],
)
def test_a_draft_that_breaks_a_rule_is_refused(case: Case, rule: str, values: dict[str, Any]):
    drawdown = case.drafted()
    with refused_by(rule):
        change(drawdown, **values)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("drawdown_stays_as_submitted", {"title": "Another"}),
        ("drawdown_stays_as_submitted", {"content": "{}"}),
        ("drawdown_stays_as_submitted", {"answer_by": date(2016, 9, 20)}),
        ("drawdown_no_has_its_reasons", {"state": State.REFUSED}),
        ("drawdown_no_has_its_reasons", {"state": State.WITHDRAWN}),
        ("drawdown_signature_is_whole", {"authority": "Mine"}),
    ],
)
def test_what_was_submitted_stays(case: Case, rule: str, values: dict[str, Any]):
    drawdown = case.submitted(case.line())
    with refused_by(rule):
        change(drawdown, **values)


def test_a_drawdown_begins_as_a_draft_with_a_known_state(case: Case):
    given = {"programme": case.programme, "delegation": case.delegation, "title": "A", "prepared_by": case.officer}
    with refused_by("drawdown_begins_as_a_draft"):
        Drawdown.objects.create(reference="DD-1", state=State.SUBMITTED, **given)
    owner("ALTER TABLE approvals_drawdown DISABLE TRIGGER drawdown_begins_as_a_draft")
    with refused_by("drawdown_was_submitted"):
        Drawdown.objects.create(reference="DD-1", state=State.SUBMITTED, **given)
    owner("ALTER TABLE approvals_drawdown DROP CONSTRAINT drawdown_signature_is_whole")  # it knows no other state either
    with refused_by("drawdown_state_is_known"):
        Drawdown.objects.create(reference="DD-1", state="approved", **given)


def test_a_drawdown_its_delegation_and_its_resolution_are_of_one_programme(case: Case):
    drawdown, other = case.drafted(), make_case_beside(case)
    with refused_by("drawdown_delegation_same_programme"):
        change(drawdown, delegation=other)
    body = new_delegation(case)
    ready = case.submitted(case.line(), delegation=body)
    # The rule of what a resolution is about comes first: behind it stands the foreign key.
    owner("ALTER TABLE approvals_drawdown DISABLE TRIGGER resolution_in_order")
    with refused_by("drawdown_resolution_same_programme"):
        sign(ready, case.clerk, resolution=make_decision(make_programme()))


def make_case_beside(case: Case) -> Delegation:
    decision = make_decision(make_programme())
    return new_delegation(case, programme=decision.programme, decision=decision)


def test_the_hash_is_of_the_content(case: Case):
    drawdown = case.drafted(case.line())
    with refused_by("drawdown_hash_is_of_its_content"):
        change(drawdown, state="submitted", submission=1, content="{}", sha256="0" * 64, submitted_at=NOW, answer_by=NOW.date())


def sign(drawdown: Drawdown, person: Any, at: Any = NOW, **values: Any) -> None:
    """As a forger would: the bare UPDATE."""
    entry = AuditEntry.objects.order_by("number").last()
    change(drawdown, state=State.SIGNED_OFF, signed_at=at, signed_by=person, signed_entry=entry, **values)


def test_nothing_is_signed_without_every_agreement(case: Case):
    drawdown = case.answered(case.submitted(case.line()), "Director")
    with refused_by("sign_off_needs_every_agreement"):
        sign(drawdown, case.chief_executive, LATER)


def test_nothing_is_signed_before_consultation_has_happened(case: Case):
    with refused_by("sign_off_after_consultation"):
        sign(case.answered(case.submitted(case.line())), case.chief_executive)


def test_nothing_is_signed_after_the_delegation_has_expired(case: Case):
    maker = {"decision_body": None, "decision_maker": case.offices["Chief Executive"]}
    drawdown = case.submitted(case.line(), delegation=new_delegation(case, expires=date(2016, 9, 19), **maker))
    with refused_by("sign_off_while_delegated"):
        sign(drawdown, case.chief_executive)


def test_only_the_decision_maker_signs(case: Case):
    drawdown = case.ready(case.line())
    with refused_by("sign_off_by_the_decision_maker"):
        sign(drawdown, make_user(*Role))
    with refused_by("sign_off_by_the_decision_maker"):
        sign(drawdown, case.chief_executive, authority="Made up")
    with refused_by("sign_off_by_the_decision_maker"):
        sign(drawdown, case.chief_executive, resolution=make_decision(case.programme))
    by_body = case.submitted(case.line(), delegation=new_delegation(case))
    with refused_by("sign_off_by_the_decision_maker"):
        sign(by_body, case.clerk)


def test_a_deputy_signs_within_the_days_under_the_authority_and_for_the_holder(case: Case):
    drawdown, deputy, office = case.ready(case.line()), make_user(Role.OFFICE_HOLDER), case.offices["Chief Executive"]
    authority = make_deputy(office, deputy, until=date(2016, 9, 29)).authority
    rightly = {"signed_for": case.chief_executive, "authority": authority}
    for wrongly in ({"authority": "Another text"}, {"signed_for": case.people["Leader"]}, {"signed_for": None}):
        with refused_by("sign_off_by_the_decision_maker"):
            sign(drawdown, deputy, LATER, **(rightly | wrongly))
    with refused_by("sign_off_by_the_decision_maker"):
        sign(drawdown, deputy, LATER + timedelta(days=2), **rightly)
    office.deputies.update(revoked_from=LATER.date(), revoked_at=LATER, revoked_by=case.clerk)
    with refused_by("sign_off_by_the_decision_maker"):
        sign(drawdown, deputy, LATER, **rightly)
    with refused_by("sign_off_consumes_what_was_frozen"):  # that is, by nothing that asks who signs
        sign(drawdown, deputy, LATER - timedelta(days=1), **rightly)


@pytest.mark.parametrize("through", ["office", "deputy", "deputy of the preparer"])
def test_no_preparer_signs_or_answers_by_whatever_office(case: Case, through: str):
    person = case.officer if through != "deputy of the preparer" else make_user(Role.OFFICE_HOLDER)
    authority, acting_for = "", None
    drawdown = case.ready(case.line())
    for name in ("Chief Executive", "Director"):
        if through != "deputy":
            case.offices[name].holdings.update(until=date(2016, 9, 22))
            make_holding(case.offices[name], case.officer, date(2016, 9, 23))
        if through != "office":
            authority = make_deputy(case.offices[name], person).authority
    if authority:
        acting_for = case.officer if through == "deputy of the preparer" else case.chief_executive
    with refused_by("sign_off_by_no_preparer"):
        sign(drawdown, person, LATER, signed_for=acting_for, authority=authority)
    other = case.submitted(case.line())
    acting_for = acting_for and (case.officer if through == "deputy of the preparer" else case.people["Director"])
    with refused_by("answer_by_no_preparer"):
        say(case, other, "Director", person=person, acting_for=acting_for, authority=authority, answered_at=LATER)


def test_who_changed_a_line_before_or_since_is_a_preparer(case: Case):
    make_deputy(case.offices["Director"], case.editor)
    with refused_by("answer_by_no_preparer"):
        say(
            case,
            case.submitted(case.line()),
            "Director",
            person=case.editor,
            acting_for=case.people["Director"],
            authority="Constitution, Part 3, paragraph 2",
        )


def test_who_answered_does_not_sign(case: Case):
    authority = make_deputy(case.offices["Chief Executive"], case.people["Leader"]).authority
    with refused_by("sign_off_by_none_who_answered"):
        sign(case.ready(case.line()), case.people["Leader"], signed_for=case.chief_executive, authority=authority)


def test_a_signature_stays_and_so_do_the_lines(case: Case):
    signed = case.signed(case.line())
    with refused_by("drawdown_stays_as_signed"):
        change(signed, state=State.CALLED_IN, signed_by=case.officer)
    with refused_by("drawdown_stays_as_submitted"):
        change(signed, state=State.CALLED_IN, content="{}")
    with refused_by("drawdown_moves_as_allowed"):
        change(signed, state=State.WITHDRAWN)
    with refused_by("drawdown_stays"):
        owner("DELETE FROM approvals_drawdown")
    with refused_by("drawdown_lines_stay_as_submitted"):
        DrawdownLine.objects.update(fte=Decimal(2))
    with refused_by("drawdown_lines_stay_as_submitted"):
        DrawdownAmount.objects.update(pounds=1)
    with refused_by("drawdown_lines_stay_as_submitted"):
        DrawdownAmount.objects.all().delete()


def test_what_is_signed_consumes_exactly_what_was_frozen(case: Case):
    with refused_by("sign_off_consumes_what_was_frozen"):
        sign(case.ready(case.line()), case.chief_executive)


def test_a_line_that_breaks_a_rule_is_refused(case: Case):
    drawdown = case.drafted(case.line())
    line = drawdown.lines.get()
    with refused_by("drawdown_line_once"):
        DrawdownLine.objects.create(drawdown=drawdown, line_id=line.line_id, authorisation=case.authorisation)
    with refused_by("drawdown_line_fte_is_more_than_nothing"):
        DrawdownLine.objects.update(fte=0)
    with refused_by("drawdown_authorisation_same_programme"):
        DrawdownLine.objects.update(authorisation=make_authorisation(make_decision(make_programme())))
    DrawdownAmount.objects.create(drawdown_line=line, pounds=1)
    with refused_by("drawdown_amount_once_for_a_measure"):
        DrawdownAmount.objects.create(drawdown_line=line, pounds=1)
    with refused_by("drawdown_amount_is_not_negative"):
        DrawdownAmount.objects.update(pounds=-1)


def test_a_preparer_is_named_once_and_stays(case: Case):
    drawdown = case.drafted()
    with refused_by("preparer_once"):
        DrawdownPreparer.objects.create(drawdown=drawdown, person=case.officer)
    with refused_by("preparer_stays"):
        DrawdownPreparer.objects.all().delete()


def say(case: Case, drawdown: Drawdown, name: str = "Leader", **values: Any) -> Answer:
    given = {
        "sha256": drawdown.sha256,
        "office": case.offices[name],
        "person": case.people[name],
        "answer": Reply.AGREE,
        "interests": "none",
        "asked_at": drawdown.submitted_at,
        "answered_at": NOW,
    }
    return Answer.objects.create(drawdown=drawdown, **(given | values))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("answer_is_known", {"answer": "perhaps", "words": "Well"}),
        ("answer_declares_interests", {"interests": " "}),
        ("answer_has_its_words", {"answer": Reply.DISAGREE}),
        ("answer_after_it_was_asked", {"answered_at": NOW - timedelta(hours=1)}),
        ("answer_is_to_what_is_submitted", {"sha256": "0" * 64}),
        ("answer_is_to_what_is_submitted", {"asked_at": NOW - timedelta(days=1)}),
        ("answer_is_what_the_office_is_asked", {"answer": Reply.VIEW, "words": "Well"}),
        ("answer_by_the_office", {"answered_at": NOW - timedelta(days=365)}),
        ("answer_by_the_office", {"authority": "Made up"}),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused(case: Case, rule: str, values: dict[str, Any]):
    drawdown = case.submitted(case.line())
    with refused_by(rule):
        say(case, drawdown, **values)


def test_an_office_answers_once_and_what_it_said_stays(case: Case):
    drawdown = case.submitted(case.line())
    say(case, drawdown)
    with refused_by("answer_once_for_an_office"):
        say(case, drawdown)
    with refused_by("answer_stays"):
        Answer.objects.update(words="No")
    with refused_by("answer_stays"):
        Answer.objects.all().delete()


def test_only_those_asked_answer_and_only_while_it_is_submitted(case: Case):
    stranger = make_user()
    make_holding(make_office("Mayor"), stranger)
    drawdown = case.submitted(case.line())
    with refused_by("answer_is_what_the_office_is_asked"):
        say(case, drawdown, office=stranger.holdings.get().office, person=stranger)
    with refused_by("answer_by_the_office"):
        say(case, drawdown, person=stranger)
    actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    with refused_by("answer_is_to_what_is_submitted"):
        say(case, drawdown)


def test_the_decision_maker_does_not_answer(case: Case):
    authority = make_deputy(case.offices["Leader"], case.chief_executive).authority
    with refused_by("answer_not_by_the_decision_maker"):
        say(
            case,
            case.submitted(case.line()),
            person=case.chief_executive,
            acting_for=case.people["Leader"],
            authority=authority,
        )


def test_who_has_changed_a_line_since_is_known_by_the_store(case: Case):
    line, since = case.line(), make_officer()
    drawdown = case.ready(line)
    authority = make_deputy(case.offices["Chief Executive"], since).authority
    line_entry = record(action="line_changed", subject="line", details={}, by=since, at=LATER)
    LineRevision.objects.create(line_id=line.pk, programme=case.programme, version=2, state={}, entry=line_entry)
    with refused_by("sign_off_by_no_preparer"):
        sign(drawdown, since, LATER, signed_for=case.chief_executive, authority=authority)
