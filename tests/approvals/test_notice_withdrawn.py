"""A notice of the forward plan withdrawn with reasons: it is marked, and what relied on it loses its route."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.audit import actions as audit
from accounts.models import User
from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.drawdowns.signing import actions as signing
from approvals.models import DecisionRecord, Drawdown, KeyNotice, KeyNoticeWithdrawal, Notice
from operations import proof
from posts.exempt.actions import exempt_line
from tests.answers import shown
from tests.approvals.case import CASE, NOW, Case, make_case
from tests.approvals.pages import as_
from tests.approvals.test_exempt import read
from tests.approvals.test_forward_plan import FIRST, give
from tests.making import make_clerk, make_programme
from tests.refusals import refused_by
from tests.working import work

pytestmark = pytest.mark.django_db

DECIDED = datetime(2016, 10, 20, 10, tzinfo=UTC)


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: NOW)
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)


def withdraw(notice: KeyNotice, by: User, **values: Any) -> KeyNoticeWithdrawal:
    return actions.withdraw_notice(notice=notice, **({"reasons": "It names the wrong body.", "at": NOW} | values), by=by)


def under(case: Case, notice: KeyNotice) -> dict[str, Any]:
    """A key case that takes its route from the notice."""
    given = {"notice_route": "28_days", "notice_on": notice.given_on, "notice_reference": notice.reference}
    return CASE | {"is_key": True} | given


def sign(case: Case, drawdown: Drawdown) -> Drawdown:
    return case.sign(drawdown, at=DECIDED)


def test_the_forward_plan_shows_it_withdrawn_with_the_reasons_and_what_was_given_instead(case: Case):
    notice, other = give(case), give(case, matter="Phase Three posts, corrected")
    withdraw(notice, case.clerk, instead=other)
    page, paper = Client().get("/forward-plan/"), read(Client().get("/forward-plan.pdf").content)
    coming, past = page.context["coming"], page.context["past"]
    assert [each for each, _ in coming] == [other]
    assert [each for each, _ in past] == [notice]
    for said in (" ".join(page.text.split()), paper):
        assert "Withdrawn: Phase Three posts" in said
        assert "20 September 2016: It names the wrong body." in said
        assert str(other) in said


def test_what_relied_on_it_loses_its_route_and_says_so(case: Case, monkeypatch: pytest.MonkeyPatch):
    notice = give(case)
    drawdown = case.ready(case.line(), case=under(case, notice))
    withdraw(notice, case.clerk)
    gone = f"The notice {notice.reference} of the forward plan was withdrawn: this key decision needs another notice."
    with pytest.raises(NotAllowedNow, match=gone):
        sign(case, drawdown)
    monkeypatch.setattr("accounts.clock.queries.today", DECIDED.date)
    assert gone in shown(as_(case.chief_executive).get(f"/drawdowns/{drawdown.reference}/sign-off/")).text
    monkeypatch.setattr(signing, "_nothing_lacking", lambda *given: None)
    with refused_by("sign_off_under_a_notice_that_stands"):
        sign(case, drawdown)


def test_a_case_that_names_it_is_not_submitted_and_it_is_not_offered(case: Case):
    notice = give(case)
    drafted = case.drafted(case.line(), case=under(case, notice))
    address = f"/drawdowns/{drafted.reference}/case/"
    assert f'value="{notice.reference}"' in as_(case.officer).get(address).text
    withdraw(notice, case.clerk)
    with pytest.raises(ValidationError, match="was withdrawn: this key decision needs another notice"):
        actions.submit(drawdown=drafted, version=drafted.version, key="k", by=case.officer, at=NOW)
    page = shown(as_(case.officer).get(address))
    assert notice.reference not in dict(page.context["form"].notices)


def test_a_notice_that_was_decided_under_stays(case: Case):
    notice = give(case)
    drawdown = sign(case, case.ready(case.line(), case=under(case, notice)))
    with pytest.raises(ValidationError, match=f"{drawdown.reference} was decided under this notice"):
        withdraw(notice, case.clerk, at=DECIDED)
    with refused_by("key_notice_withdrawn_before_a_decision"):
        planted(notice, case, at=DECIDED)


def planted(notice: KeyNotice, case: Case, at: datetime = NOW, action: str = "key_notice_withdrawn", **values: Any) -> None:
    """As the web role writes it itself, after an act of that name."""
    reasons = values.setdefault("reasons", "x")
    details = {"reference": notice.reference, "reasons": values.pop("said", reasons)}
    entry = audit.record(action=action, subject=f"programme:{case.programme.slug}", details=details, by=case.clerk, at=at)
    given = {"reference": notice.reference, "withdrawn_on": at.date(), "withdrawn_by": case.clerk}
    KeyNoticeWithdrawal.objects.create(notice=notice, entry=entry, **(given | values))


def test_it_is_withdrawn_once_with_public_reasons_by_a_clerk_and_stays(case: Case):
    exempt_line(line=case.line(title="Zyxwoman Redeployment"), paragraph=2, reason="It would tell.", by=make_clerk(), at=NOW)
    notice = give(case)
    with pytest.raises(PermissionDenied):
        withdraw(notice, case.officer)
    for reasons in (" ", "For Zyxwoman Redeployment."):
        with pytest.raises(ValidationError) as refused:
            withdraw(notice, case.clerk, reasons=reasons)
        assert list(refused.value.message_dict) == ["reasons"]
    with pytest.raises(ValidationError, match="another notice of this programme"):
        withdraw(notice, case.clerk, instead=notice)
    made = withdraw(notice, case.clerk)
    with pytest.raises(ValidationError, match="withdrawn already"):
        withdraw(notice, case.clerk)
    with refused_by("key_notice_withdrawal_stays"):
        KeyNoticeWithdrawal.objects.filter(pk=made.pk).update(withdrawn_on=date(2016, 1, 1))


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"action": "key_notice_given"}, "key_notice_withdrawn_by_its_act"),
        ({"reference": "KN-9999"}, "key_notice_withdrawn_by_its_act"),
        ({"withdrawn_on": date(2016, 1, 1)}, "key_notice_withdrawn_by_its_act"),
        ({"reasons": "Others", "said": "x"}, "key_notice_withdrawn_by_its_act"),
        ({"reasons": " "}, "key_notice_withdrawn_with_reasons"),
    ],
)
def test_the_store_refuses_what_no_act_explains(case: Case, values: dict[str, Any], rule: str):
    with refused_by(rule):
        planted(give(case), case, **values)


def test_the_store_refuses_another_programmes_notice_itself_and_no_reasons(case: Case):
    notice, elsewhere = give(case), make_case_elsewhere(case)
    with refused_by("key_notice_replaced_in_its_programme"):
        planted(notice, case, instead=elsewhere)
    with refused_by("key_notice_replaced_by_another"):
        planted(notice, case, instead=notice)


def make_case_elsewhere(case: Case) -> KeyNotice:
    values = {"matter": "Other", "text": "x", "documents": "None", "contact": "Here", "due_from": FIRST, "due_until": FIRST}
    values |= {"office_id": case.offices["Leader"].pk}
    return actions.give_notice(programme=make_programme(), values=values, by=case.clerk, at=NOW)


def test_the_proof_compares_withdrawals_with_their_acts(case: Case):
    withdraw(give(case), case.clerk)
    kept = list(proof.STORED["withdrawn notices of key decisions"]())
    assert len(kept) == 1
    assert all(each.stored == each.afresh for each in kept)


def test_a_clerk_withdraws_it_on_a_page(case: Case):
    notice, clerk = give(case), as_(case.clerk)
    listed = f"/programmes/{case.programme.slug}/delegations/"
    address = f"/programmes/{case.programme.slug}/key-notices/{notice.pk}/withdraw/"
    assert address in clerk.get(listed).text
    assert address not in as_(case.officer).get(listed).text
    refused = clerk.post(address, {"reasons": ""})
    assert "Enter the reasons." in refused.text
    assert clerk.post(address, {"reasons": "Postponed to 2017."}).url == listed
    assert address not in clerk.get(listed).text
    assert f"{notice.reference} is withdrawn already." in clerk.get(address).text
    assert clerk.get(f"/programmes/{case.programme.slug}/key-notices/999/withdraw/").status_code == 404


def test_a_case_that_names_a_withdrawn_notice_is_refused_when_it_is_saved(case: Case):
    notice, other = give(case), give(case, matter="Phase Three posts, corrected")
    drawdown = case.drafted(case.line(), case=under(case, notice))
    withdraw(notice, case.clerk)
    values = under(case, notice) | {"reasons": "Other reasons."}
    gone = f"The notice {notice.reference} of the forward plan was withdrawn"
    with pytest.raises(ValidationError, match=gone) as refusal:
        actions.write_case(drawdown=drawdown, version=drawdown.version, values=values, by=case.officer, at=NOW)
    assert list(refusal.value.message_dict) == ["notice_reference"]
    client, address = as_(case.officer), f"/drawdowns/{drawdown.reference}/case/"
    form = client.get(address).context["form"]
    typed = {"made_on": form.made_on, "is_key": "yes", "reasons": "Other reasons.", "alternatives": "None.", "key_notice": ""}
    typed |= {"notice_route": "28_days", "notice_on": "20 September 2016", "notice_reference": notice.reference}
    refused = client.post(address, typed)
    assert gone in str(refused.context["form"].errors["notice_reference"])
    assert "Other reasons." in refused.text
    beside = case.drafted(case.line(), case=under(case, other))
    with refused_by("case_names_a_notice_that_stands"):
        DecisionRecord.objects.filter(drawdown=beside).update(notice_reference=notice.reference)
    values = under(case, other)
    assert actions.write_case(drawdown=drawdown, version=drawdown.version, values=values, by=case.officer, at=NOW)


def test_whoever_relies_on_it_is_told_when_it_is_withdrawn(case: Case):
    notice, other = give(case), give(case, matter="Phase Three posts, corrected")
    drafted = case.drafted(case.line(), case=under(case, notice))
    submitted = case.submitted(case.line(), case=under(case, notice))
    case.submitted(case.line(), case=under(case, other))
    withdraw(notice, case.clerk)
    told = Notice.objects.filter(kind=Notice.Kind.KEY_NOTICE_GONE)
    assert set(told.values_list("drawdown", "person", "key_notice")) == {
        (drafted.pk, case.officer.pk, notice.pk),
        (submitted.pk, case.officer.pk, notice.pk),
        (submitted.pk, case.chief_executive.pk, notice.pk),
    }
    mail.outbox.clear()
    work()
    [letter] = [each for each in mail.outbox if each.to == [case.chief_executive.email] and notice.reference in each.body]
    assert letter.subject.startswith("Another notice is needed")
    assert "It names the wrong body." not in letter.body


def test_each_notice_that_is_withdrawn_is_told(case: Case):
    """The author took another one, and that was withdrawn too."""
    notice, other = give(case), give(case, matter="Phase Three posts, corrected")
    drawdown = case.drafted(case.line(), case=under(case, notice))
    withdraw(notice, case.clerk)
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=under(case, other), by=case.officer, at=NOW)
    withdraw(other, case.clerk)
    assert list(Notice.objects.order_by("pk").values_list("key_notice", flat=True)) == [notice.pk, other.pk]
    with refused_by("notice_of_a_key_notice_names_it"):
        Notice.objects.update(key_notice=None)
