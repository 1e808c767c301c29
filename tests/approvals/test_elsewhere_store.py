"""What the database refuses of a decision that was taken elsewhere, and what the chain says of it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.audit.wording.rules import in_lines
from accounts.models import AuditEntry, User
from accounts.people.actions import change_person
from accounts.people.rules import PersonDetails
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import NotAllowedNow, Proof
from approvals.drawdowns.queries import supporting
from approvals.elsewhere import actions as elsewhere
from approvals.models import DecisionRecord, Drawdown, LimitDrawn, TakenElsewhere
from operations.proof import NotProved, check_stored
from tests.approvals.case import LATER, NOW, Case, handed_back, of_pounds
from tests.approvals.test_elsewhere import JULY, attached, case, of_a_body, resolved, row
from tests.making import make_administrator, make_clerk, make_decision
from tests.refusals import owner, refused_by

__all__ = ["case", "of_a_body"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("elsewhere_has_its_text", {"text": " "}),
        ("elsewhere_says_who_decided", {"person": " "}),
        ("elsewhere_says_who_decided", {"office": ""}),
        ("elsewhere_says_who_decided", {"interests": ""}),
        ("elsewhere_has_its_evidence", {"evidence_at": ""}),
        ("elsewhere_evidence_is_an_address", {"evidence_at": "in a drawer"}),
        ("elsewhere_begins_waiting", {"state": "taken_back"}),
        ("elsewhere_state_is_whole", {"reasons": "No."}),
        ("elsewhere_not_before_decision", {"decided_on": JULY}),
        ("recording_not_before_elsewhere", {"decided_on": date(2016, 9, 21)}),
        ("recording_not_before_delegation", {"recorded_at": datetime(2016, 9, 19, 9, tzinfo=UTC)}),
        ("elsewhere_of_this_version", {"version": 99}),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused(case: Case, rule: str, values: dict[str, Any]):
    draft = case.drafted(case.costing(1000))
    with refused_by(rule):
        row(case, draft, **values).save()
    row(case, draft).save()


def test_a_row_of_what_is_no_draft_is_refused(case: Case):
    with refused_by("elsewhere_of_a_draft"):
        row(case, case.submitted(case.costing(1000))).save()


def test_a_row_names_its_own_paper_and_the_decision_maker(case: Case):
    other = supporting(attached(case, case.drafted(case.costing(1000)))).get()
    draft = case.drafted(case.costing(1000))
    with refused_by("elsewhere_evidence_is_its_paper"):
        row(case, draft, evidence=other).save()
    paper = supporting(attached(case, draft, "Form.pdf")).get()
    with refused_by("elsewhere_evidence_is_an_address"):
        row(case, Drawdown.objects.get(pk=draft.pk), evidence=paper, evidence_at="in a drawer").save()
    with refused_by("elsewhere_by_the_decision_maker"):
        row(case, Drawdown.objects.get(pk=draft.pk), resolution=resolved(case), **NOBODY).save()


NOBODY = {"office": "", "person": "", "interests": ""}


def test_a_row_says_what_the_body_that_decides_resolved(of_a_body: Case):
    of_body = of_a_body.drafted(of_a_body.costing(1000))
    with refused_by("elsewhere_by_the_decision_maker"):
        row(of_a_body, of_body).save()
    resolution = resolved(of_a_body)
    with refused_by("elsewhere_says_what_was_resolved"):
        row(of_a_body, of_body, resolution=resolution, **NOBODY).save()
    with refused_by("elsewhere_says_what_was_resolved"):
        row(of_a_body, of_body, resolution=resolution, text="Executive agreed.", decided_on=LATER.date(), **NOBODY).save()
    by_another = make_decision(of_a_body.programme, decided_on=date(2016, 9, 1), about=[of_a_body.authorisation])
    with refused_by("elsewhere_by_the_decision_maker"):
        row(of_a_body, of_body, resolution=by_another, text="Executive agreed.", **NOBODY).save()


def test_one_waits_and_it_stays_as_it_was_written_down(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    with refused_by("elsewhere_waits_once"):
        row(case, taken.drawdown).save()
    with refused_by("elsewhere_stays_as_recorded"):
        TakenElsewhere.objects.update(text="To release £999,000.")
    User.objects.filter(pk=case.officer.pk).update(roles=[Role.FINANCE_OFFICER, Role.CLERK])
    with refused_by("elsewhere_confirmed_by_another"):
        TakenElsewhere.objects.update(state="sent_back", answered_by=case.officer, answered_at=NOW, reasons="No.")
    with refused_by("elsewhere_state_is_whole"):
        TakenElsewhere.objects.update(state="sent_back", answered_by=case.clerk, answered_at=NOW)
    with refused_by("confirmed_elsewhere_is_decided"):
        TakenElsewhere.objects.update(state="confirmed", answered_by=case.clerk, answered_at=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TakenElsewhere.objects.all().delete()
    case.confirmed_elsewhere(taken)
    with refused_by("elsewhere_stays_as_recorded"):
        TakenElsewhere.objects.update(state="taken_back")


def test_a_draft_with_one_that_waits_is_neither_submitted_nor_withdrawn(case: Case):
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    values = {"state": "submitted", "submission": 1, "content": "{}", "submitted_at": NOW, "answer_by": NOW.date()}
    sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    with refused_by("draft_while_one_waits_elsewhere"):
        Drawdown.objects.filter(pk=taken.drawdown_id).update(version=99, sha256=sha256, **values)
    with refused_by("draft_while_one_waits_elsewhere"):
        Drawdown.objects.filter(pk=taken.drawdown_id).update(version=99, state="withdrawn", reasons="Not yet.")


def test_only_a_confirmed_one_takes_the_place_of_answers_and_signature(case: Case, monkeypatch: pytest.MonkeyPatch):
    """Of a drawdown of its own, confirmed by who is written as its signer: nobody signs past the named offices otherwise."""
    other = case.decided_elsewhere(case.costing(1000)).taken_elsewhere
    submitted = case.submitted(case.costing(1000))
    given = {"state": "signed_off", "signed_at": NOW, "signed_by": case.clerk, "signed_entry": AuditEntry.objects.first()}
    asked = Drawdown.objects.filter(pk=submitted.pk)
    with refused_by("sign_off_needs_every_agreement"):
        asked.update(version=99, **given)
    Drawdown.objects.filter(taken_elsewhere=other).first()
    owner("ALTER TABLE approvals_drawdown DISABLE TRIGGER USER")
    Drawdown.objects.filter(taken_elsewhere=other).update(taken_elsewhere=None)
    owner("ALTER TABLE approvals_drawdown ENABLE TRIGGER USER")
    with refused_by("elsewhere_is_confirmed"):
        asked.update(version=99, taken_elsewhere=other, **given)
    with refused_by("drawdown_signature_is_whole"):
        asked.update(version=99, taken_elsewhere=other)


def test_the_confirmation_is_the_signers_and_stays(case: Case, monkeypatch: pytest.MonkeyPatch):
    drawdown = case.decided_elsewhere(case.costing(1000))
    with refused_by("drawdown_stays_as_signed"):
        Drawdown.objects.filter(pk=drawdown.pk).update(state="superseded", taken_elsewhere=None, version=99)
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    write = elsewhere._answer
    other = make_clerk()
    monkeypatch.setattr(elsewhere, "_answer", lambda taken, state, by, at: write(taken, state, other, at))
    with refused_by("elsewhere_is_confirmed"):
        case.confirmed_elsewhere(taken)


def test_nobody_confirms_past_the_rule_what_they_prepared(case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(elsewhere, "why_not_confirmed", lambda *given: "")
    monkeypatch.setattr(elsewhere, "refuse_for", lambda reason: None)
    taken = case.recorded_elsewhere(case.drafted(case.costing(1000)))
    User.objects.filter(pk=case.editor.pk).update(roles=[Role.FINANCE_OFFICER, Role.CLERK])
    with refused_by("sign_off_by_no_preparer"):
        case.confirmed_elsewhere(taken, by=User.objects.get(pk=case.editor.pk))
    User.objects.filter(pk=case.officer.pk).update(roles=[Role.FINANCE_OFFICER, Role.CLERK])
    with refused_by("elsewhere_confirmed_by_another"):
        case.confirmed_elsewhere(taken, by=User.objects.get(pk=case.officer.pk))


def test_past_the_guarded_update_the_limit_still_holds(case: Case, monkeypatch: pytest.MonkeyPatch):
    case.signed(case.costing(949_000))
    taken = case.recorded_elsewhere(case.drafted(case.costing(1001)))

    def add(limits: Any, rows: Any) -> dict[int, Decimal]:
        LimitDrawn.objects.update(drawn=950_001)
        return {}

    monkeypatch.setattr("approvals.drawdowns.signing.actions.draw", add)
    with refused_by("drawn_is_within_the_limit"):
        case.confirmed_elsewhere(taken)


def test_its_text_is_put_to_nobody_for_another_wording(case: Case):
    record = DecisionRecord.objects.get(drawdown=case.decided_elsewhere(case.costing(1000)))
    with pytest.raises(NotAllowedNow, match="nobody here signed the text"):
        actions.reword(record=record, text="Otherwise.", reasons="A word was wrong.", by=case.clerk, at=NOW)
    with refused_by("rewording_of_what_was_signed_here"):
        record.rewordings.create(
            earlier=record.text_resolved, text="Otherwise.", reasons="Wrong.", proposed_by=case.clerk, proposed_at=NOW
        )


def test_the_audit_record_tells_it_in_words(case: Case):
    draft = attached(case, case.drafted(case.costing(1000)))
    drawdown = case.confirmed_elsewhere(case.recorded_elsewhere(draft, evidence=Proof(supporting(draft).get())))
    said = "\n".join(in_lines(json.loads(drawdown.signed_entry.content)["details"], is_change=False))
    for line in (
        "Decided on: 1 September 2016",
        "Decided by: Chief Executive: Last Year",
        "Text: To release it.",
        "Evidence: Minute.pdf",
        "SHA-256 of the evidence: ",
        f"Recorded by: {case.officer.email}",
        "£1,000 in 2016/17",
    ):
        assert line in said, said
    assert "Sha256" not in said
    acts = list(AuditEntry.objects.order_by("number").values_list("action", flat=True))
    assert acts[-2:] == ["elsewhere_recorded", "elsewhere_confirmed"]


def altered(statement: str, *tables: str) -> None:
    for table in tables:
        owner(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner(statement)
    for table in tables:
        owner(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE approvals_takenelsewhere SET text = 'To release £999,000.'", "approvals_takenelsewhere"),
        ("UPDATE approvals_takenelsewhere SET decided_on = '2016-08-01'", "approvals_takenelsewhere"),
        ("UPDATE approvals_takenelsewhere SET person = 'Somebody else'", "approvals_takenelsewhere"),
        ("UPDATE approvals_takenelsewhere SET evidence_at = 'https://elsewhere.example/'", "approvals_takenelsewhere"),
        ("UPDATE approvals_decisionrecord SET text_resolved = 'To release £999,000.'", "approvals_decisionrecord"),
        ("UPDATE approvals_decisionrecord SET capacity = 'Chief Executive: Somebody else'", "approvals_decisionrecord"),
        ("UPDATE approvals_drawdown SET taken_elsewhere_id = NULL", "approvals_drawdown"),
    ],
)
def test_a_row_or_a_record_that_differs_is_found(case: Case, statement: str, table: str):
    case.decided_elsewhere(case.costing(1000))
    assert check_stored("decisions taken elsewhere").rows == 2
    assert check_stored("what records say of the acts").rows == 3
    altered(statement, table)
    with pytest.raises(NotProved, match="The decision taken elsewhere on drawdown"):
        check_stored("decisions taken elsewhere")


def test_an_entry_names_people_by_their_address_of_its_day(case: Case):
    case.decided_elsewhere(case.costing(1000))
    signed = case.signed(case.costing(500))
    handed_back(drawdown=signed, giving=of_pounds(signed.consumption.get(), 10), by=case.officer)
    details = PersonDetails("another@council.example", case.officer.name, "", case.officer.roles)
    change_person(person=case.officer, details=details, by=make_administrator(), at=LATER)
    assert check_stored("decisions taken elsewhere").rows == 2
    assert check_stored("hand-backs").rows == 1


def test_one_that_no_act_explains_is_found(case: Case):
    case.decided_elsewhere(case.costing(1000))
    altered("DELETE FROM accounts_auditentry WHERE action = 'elsewhere_recorded'", "accounts_auditentry")
    assert check_stored("decisions taken elsewhere").rows == 2
    altered("UPDATE accounts_auditentry SET action = 'tried' WHERE action = 'elsewhere_confirmed'", "accounts_auditentry")
    with pytest.raises(NotProved, match="confirmed is kept, and it works out as no act"):
        check_stored("decisions taken elsewhere")
