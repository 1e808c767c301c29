"""A confirmation of a condition: with its paper, and taken back with reasons while nothing was signed on it."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry, User
from approvals import actions
from approvals.actions import NotAllowedNow, Upload
from approvals.delegations.conditions.rules import GivenPart
from approvals.models import (
    ConditionConfirmation,
    ConfirmationPaper,
    ConfirmationTakenBack,
    DecisionRecord,
    DelegationCondition,
)
from costing.measure import in_year
from operations import proof
from tests.answers import shown
from tests.approvals.case import LATER, NOW, Case, make_case
from tests.approvals.pages import as_
from tests.approvals.test_conditions import INSPECTED, RECRUITED, confirm, given, round_the_action, waiting
from tests.making import make_auditor, make_clerk, make_officer
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

MINUTE = Upload("Minute 17.pdf", b"%PDF-1.7 the head of service is appointed")


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def condition(case: Case) -> DelegationCondition:
    return given(case, conditions=[INSPECTED]).conditions.get()


def take_back(confirmation: ConditionConfirmation, by: User, **values: Any) -> ConfirmationTakenBack:
    said = {"reasons": "The report was of another service.", "at": LATER}
    return actions.take_back_confirmation(confirmation=confirmation, by=by, **(said | values))


def planted(confirmation: ConditionConfirmation, by: User, **values: Any) -> ConfirmationTakenBack:
    """As the web role writes it itself."""
    said = {"at": LATER, "reasons": "x", "entry": AuditEntry.objects.latest("number")}
    return ConfirmationTakenBack.objects.create(confirmation=confirmation, by=by, **(said | values))


def test_what_is_taken_back_counts_no_more_until_somebody_else_confirms_it(
    case: Case, condition: DelegationCondition, monkeypatch: pytest.MonkeyPatch
):
    drawdown, officer = waiting(case, condition.delegation), make_officer()
    take_back(confirm(condition, case.clerk), officer)
    with pytest.raises(NotAllowedNow, match="is not confirmed yet"):
        case.sign(drawdown, at=LATER)
    with monkeypatch.context() as patched:
        round_the_action(patched)
        with refused_by("sign_off_with_its_conditions_met"):
            case.sign(drawdown, at=LATER)
    with pytest.raises(ValidationError, match="Your confirmation of this condition was taken back"):
        confirm(condition, case.clerk, at=LATER)
    confirm(condition, officer, at=LATER)
    power = DecisionRecord.objects.get(drawdown=case.sign(drawdown, at=LATER)).power
    assert power.count("Confirmed by") == 1


def test_a_part_whose_condition_is_taken_back_is_held_again(case: Case):
    delegation = given(case, parts=[GivenPart(in_year(2016), 100_000, None, (RECRUITED,))])  # type: ignore[arg-type]
    confirmation = confirm(delegation.conditions.get(), case.clerk)
    drawdown = waiting(case, delegation)
    take_back(confirmation, make_officer())
    with pytest.raises(NotAllowedNow, match="releases its money in parts"):
        case.sign(drawdown, at=LATER)


def test_who_confirmed_it_does_not_take_it_back(case: Case, condition: DelegationCondition):
    confirmation = confirm(condition, case.clerk)
    with pytest.raises(ValidationError, match="somebody else takes that back"):
        take_back(confirmation, case.clerk)
    with refused_by("taken_back_by_another"):
        planted(confirmation, case.clerk)
    with pytest.raises(PermissionDenied):
        take_back(confirmation, make_auditor())


def test_what_was_signed_on_stays_confirmed(case: Case, condition: DelegationCondition):
    confirmation = confirm(condition, case.clerk)
    drawdown = case.sign(waiting(case, condition.delegation))
    with pytest.raises(ValidationError, match=f"{drawdown.reference} was signed off after this was confirmed"):
        take_back(confirmation, make_officer())
    with refused_by("taken_back_before_anything_was_signed"):
        planted(confirmation, make_officer())


def test_it_is_taken_back_once_with_reasons_after_it_was_given_and_stays(case: Case, condition: DelegationCondition):
    confirmation, officer = confirm(condition, case.clerk), make_officer()
    with pytest.raises(ValidationError, match="reasons"):
        take_back(confirmation, officer, reasons=" ")
    with refused_by("taken_back_has_its_reasons"):
        planted(confirmation, officer, reasons=" ")
    with refused_by("taken_back_after_it_was_given"):
        planted(confirmation, officer, at=NOW - timedelta(days=1))
    taken_back = take_back(confirmation, officer)
    with pytest.raises(ValidationError, match="taken back already"):
        take_back(confirmation, make_clerk())
    with refused_by("taken_back_stays"):
        ConfirmationTakenBack.objects.filter(pk=taken_back.pk).update(reasons="Other")
    with refused_by("taken_back_stays"):
        ConfirmationTakenBack.objects.filter(pk=taken_back.pk).delete()


def test_the_paper_is_kept_with_its_hash_and_printed_in_the_record(case: Case, condition: DelegationCondition):
    confirmation = confirm(condition, case.clerk, upload=MINUTE)
    paper = confirmation.paper
    assert (bytes(paper.content), paper.sha256) == (MINUTE.content, sha256(MINUTE.content).hexdigest())
    power = DecisionRecord.objects.get(drawdown=case.sign(waiting(case, condition.delegation))).power
    assert f"paper: Minute 17.pdf, SHA-256 {paper.sha256}" in power
    with refused_by("confirmation_paper_stays"):
        ConfirmationPaper.objects.filter(pk=paper.pk).update(name="Other.pdf")


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"content": b"other"}, "confirmation_paper_is_the_one_named"),
        ({"content": b"other", "sha256": sha256(b"other").hexdigest()}, "confirmation_paper_is_the_one_named"),
        ({"size": 0}, "confirmation_paper_has_its_hash"),
    ],
)
def test_the_store_keeps_no_other_paper(case: Case, condition: DelegationCondition, values: dict[str, Any], rule: str):
    confirmation = confirm(condition, case.clerk, upload=MINUTE)
    given = {"name": "x.pdf", "media_type": "application/pdf", "size": 9, "sha256": MINUTE.sha256, "content": MINUTE.content}
    with refused_by(rule):
        ConfirmationPaper.objects.create(confirmation=confirmation, **(given | values))


def test_a_file_that_is_no_paper_is_refused_at_its_field(case: Case, condition: DelegationCondition):
    with pytest.raises(ValidationError) as refused:
        confirm(condition, case.clerk, upload=Upload("Minute.pdf", b"no PDF"))
    assert "file" in refused.value.message_dict


def test_confirmed_with_a_paper_and_taken_back_on_their_pages(case: Case, condition: DelegationCondition):
    slug, page = case.programme.slug, f"/programmes/{case.programme.slug}/delegations/{condition.delegation_id}/"
    file = SimpleUploadedFile(MINUTE.name, MINUTE.content)
    sent = {"met_on": "19 September 2016", "evidence": "Minute 17", "file": file}
    assert as_(case.clerk).post(f"/programmes/{slug}/conditions/{condition.pk}/confirm/", sent).url == page
    confirmation = ConditionConfirmation.objects.get()
    address = f"/programmes/{slug}/confirmations/{confirmation.pk}"
    assert MINUTE.sha256 in shown(as_(make_auditor()).get(page)).text
    got = as_(make_auditor()).get(f"{address}/paper/")
    assert (got.content, got.headers["Content-Security-Policy"]) == (MINUTE.content, "sandbox")
    assert f"{address}/take-back/" not in as_(case.clerk).get(page).text
    officer = as_(make_officer())
    assert f"{address}/take-back/" in officer.get(page).text
    refused = officer.post(f"{address}/take-back/", {"reasons": ""})
    assert "Enter the your reasons" not in refused.text
    assert "There is a problem" in refused.text
    assert officer.post(f"{address}/take-back/", {"reasons": "It was of another service."}).url == page
    text = " ".join(shown(officer.get(page)).text.split())
    assert "taken back by" in text
    assert "It was of another service." in text
    assert "It was taken back already." in officer.get(f"{address}/take-back/").text
    assert as_(make_auditor()).get(f"/programmes/{slug}/confirmations/99/paper/").status_code == 404


def test_the_proof_finds_a_paper_that_is_not_the_one_confirmed_with(case: Case, condition: DelegationCondition):
    confirm(condition, case.clerk, upload=MINUTE)
    kept = list(proof.STORED["attached papers"]())
    assert [each.stored == each.afresh for each in kept] == [True]
    owner("ALTER TABLE approvals_confirmationpaper DISABLE TRIGGER USER")
    ConfirmationPaper.objects.update(content=b"other")
    assert [each.stored == each.afresh for each in proof.STORED["attached papers"]()] == [False]
