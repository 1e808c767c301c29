"""What is exempt and was published is withdrawn at once from every public address: marked, with reasons, for good."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.audit import actions as audit
from accounts.models import User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.decisions.withdrawal.actions import checked
from approvals.models import Correction, DecisionRecord, Drawdown, Withdrawal
from posts.exempt.actions import exempt_line
from reports.papers.packs.queries import offered
from tests.approvals.case import CASE, KEY, NOW, Case, make_case
from tests.approvals.test_exempt import read
from tests.explaining import explain
from tests.making import make_administrator, make_clerk, make_user
from tests.refusals import owner, refused_by
from tests.site.test_nothing_exempt_is_public import public_answers, said

pytestmark = pytest.mark.django_db

NAME = "Zyxwoman Redeployment"
WHY = "It named a member of staff."
LATER = NOW + timedelta(days=2)


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)


def record_of(drawdown: Drawdown) -> DecisionRecord:
    return DecisionRecord.objects.get(drawdown=drawdown)


def withdraw(case: Case, of: DecisionRecord | Correction, **values: Any) -> Withdrawal:
    given = {"of": of, "paragraph": "2", "reasons": WHY, "by": case.clerk, "at": LATER}
    return actions.withdraw_from_publication(**(given | values))


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def leaked(case: Case) -> Drawdown:
    """A published record that names somebody, in its title too, with a correction that does."""
    drawdown = case.signed(case.line(title=NAME), case=KEY | {"reasons": f"{NAME} is needed."})
    published = case.publish(drawdown)
    return case.correct(published, right=f"{NAME}, Kelsey")


def test_no_byte_of_any_public_address_says_what_was_withdrawn_and_each_says_that_it_was(case: Case):
    published = leaked(case)
    base = f"/published-decisions/{published.reference}"
    values = {"reference": [published.reference], "number": [1], "slug": [case.programme.slug], "pk": [1], "kind": ["privacy"]}
    before = {address for address, content in public_answers(Client(), values).items() if said(content, NAME)}
    assert {f"{base}/", f"{base}.pdf", f"{base}/corrections/1/", f"{base}/corrections/1.pdf"} <= before
    withdraw(case, record_of(published))
    answers = public_answers(Client(), values)
    assert before <= set(answers)
    for secret in (NAME, "60,000", "60000"):
        told = [address for address, content in answers.items() if said(content, secret)]
        assert [address for address in told if not address.startswith("/glossary/")] == []  # its own examples
    for address in before:
        assert said(answers[address], "Withdrawn on 22 September 2016")
        assert said(answers[address], WHY)


def test_the_public_is_answered_410_and_lists_and_feeds_carry_the_mark(case: Case):
    published = leaked(case)
    title, base = published.record.title, f"/published-decisions/{published.reference}"
    withdraw(case, record_of(published))
    visitor = Client()
    for address in (f"{base}/", f"{base}.pdf", f"{base}/corrections/1/", f"{base}/corrections/1.pdf"):
        assert visitor.get(address).status_code == 410
    assert "Withdrawn on 22 September 2016 because" in read(visitor.get(f"{base}.pdf").content)
    page = visitor.get("/published-decisions/").text
    assert "Withdrawn from publication" in page
    assert title not in page
    for words in (title, "Chief Executive"):
        assert "No matching decision" in visitor.get("/published-decisions/", {"words": words}).text
    assert published.reference in visitor.get("/published-decisions/", {"words": published.reference}).text
    told = visitor.get("/published-decisions.json").json()["decisions"][0]
    assert told["withdrawn"] == {"on": "2016-09-22", "paragraph": "2", "reasons": WHY}
    assert (told["title"], told["decided_by"], told["released"], told["sha256"]) == (
        "Withdrawn from publication",
        None,
        None,
        None,
    )
    atom = "{http://www.w3.org/2005/Atom}"
    entry = ElementTree.fromstring(visitor.get("/published-decisions.atom").content).find(f"{atom}entry")
    assert entry is not None
    assert entry.findtext(f"{atom}title") == f"{published.reference}: Withdrawn from publication"
    assert entry.findtext(f"{atom}updated", "").startswith("2016-09-22")


def test_inside_those_whose_role_needs_it_still_read_it(case: Case):
    published = leaked(case)
    withdraw(case, record_of(published))
    address = f"/drawdowns/{published.reference}"
    clerk, other = client_of(case.clerk), client_of(make_administrator())
    inside = clerk.get(f"{address}/record/").text
    assert f"{NAME} is needed." in inside
    assert "Withdrawn from publication" in inside
    paper = read(clerk.get(f"{address}/decision.pdf").content)
    assert paper.count("Withdrawn from publication on 22 September 2016") >= 2
    refused = other.get(f"{address}/record/").text
    assert f"{NAME} is needed." not in refused
    assert "which your role does not read" in refused
    assert other.get(f"{address}/decision.pdf").status_code == 403
    assert "Withdrawn from publication on 22 September 2016" in clerk.get("/decisions/").text
    assert not [each for each in offered(case.programme, 1) if published.reference in each.key]
    assert [each for each in offered(case.programme, 2) if published.reference in each.key]


def test_one_correction_is_withdrawn_and_the_record_stays(case: Case):
    published = leaked(case)
    withdraw(case, Correction.objects.get())
    base, visitor = f"/published-decisions/{published.reference}", Client()
    assert visitor.get(f"{base}/corrections/1/").status_code == visitor.get(f"{base}/corrections/1.pdf").status_code == 410
    page = visitor.get(f"{base}/")
    assert page.status_code == 200
    paper = read(visitor.get(f"{base}.pdf").content)
    for text in (page.text, paper):
        assert "Kelsey" not in text
        assert WHY in text
    assert "Kelsey" in client_of(case.clerk).get(f"/drawdowns/{published.reference}/record/").text


def test_balances_beside_a_withdrawn_record_are_withheld(case: Case):
    hidden = case.publish(case.signed(case.costing(4_321), case=KEY))
    after = case.publish(case.signed(case.costing(10_000), case=KEY))
    address = f"/published-decisions/{after.reference}/"
    assert "945,679" in Client().get(address).text
    withdraw(case, record_of(hidden))
    assert "945,679" not in Client().get(address).text


def test_only_a_clerk_withdraws_once_and_only_what_is_published_with_a_reason_that_says_nothing_exempt(case: Case):
    signed = case.signed(line := case.line(title=NAME), case=CASE)
    with pytest.raises(NotAllowedNow, match="not published"):
        withdraw(case, record_of(signed))
    published = case.publish(signed)
    exempt_line(line=line, paragraph=2, reason="It would tell who leaves.", by=make_clerk(), at=NOW)
    with pytest.raises(PermissionDenied):
        withdraw(case, record_of(published), by=case.officer)
    for field, value in (("reasons", " "), ("reasons", f"It named {NAME}."), ("paragraph", "8"), ("paragraph", "")):
        with pytest.raises(ValidationError) as refused:
            withdraw(case, record_of(published), **{field: value})
        assert list(refused.value.message_dict) == [field]
    withdraw(case, record_of(published))
    with pytest.raises(NotAllowedNow, match="already withdrawn"):
        withdraw(case, record_of(published))
    with pytest.raises(NotAllowedNow, match="withdrawn from publication"):
        case.correct(published, at=LATER)


def made(case: Case, drawdown: Drawdown, **details: Any) -> Withdrawal:
    withdrawn = checked(record_of(drawdown), "2", WHY, case.clerk, LATER)
    said = {"sha256": withdrawn.record.sha256, "reasons": WHY} | details  # type: ignore[union-attr]
    subject = f"drawdown:{drawdown.reference}"
    withdrawn.entry = audit.record(action="publication_withdrawn", subject=subject, details=said, by=case.clerk, at=LATER)
    return withdrawn


def test_the_database_holds_each_of_these(case: Case):
    published, signed = case.published(), case.signed(case.line(), case=KEY)
    for rule, values in (
        ("withdrawal_of_what_is_published", {"record": record_of(signed)}),
        ("withdrawal_of_what_is_published", {"withdrawn_on": NOW.date() - timedelta(days=1)}),
        ("withdrawal_by_its_act", {"withdrawn_on": NOW.date()}),
        ("withdrawal_by_its_act", {"reasons": "Because."}),
        ("withdrawal_has_its_reasons", {"paragraph": "8"}),
    ):
        withdrawn = made(case, published)
        for name, value in values.items():
            setattr(withdrawn, name, value)
        with refused_by(rule):
            withdrawn.save()
    with refused_by("withdrawal_by_its_act"):
        made(case, published, sha256="0" * 64).save()
    case.correct(published)
    both = made(case, published, sha256=Correction.objects.get().sha256)
    both.correction = Correction.objects.get()
    with refused_by("withdrawal_of_one_thing"):
        both.save()


def test_nothing_is_let_back(case: Case):
    withdraw(case, record_of(case.published()))
    with refused_by("withdrawal_stays"):
        Withdrawal.objects.all().delete()
    with refused_by("withdrawal_stays"):
        Withdrawal.objects.update(reasons="None.")


def test_verify_audit_finds_a_withdrawal_that_was_taken_away(case: Case):
    withdraw(case, record_of(case.published()))
    explain()
    call_command("verify_audit")
    owner("ALTER TABLE approvals_withdrawal DISABLE TRIGGER USER")
    Withdrawal.objects.all().delete()
    owner("ALTER TABLE approvals_withdrawal ENABLE TRIGGER USER")
    with pytest.raises(CommandError, match="withdrawal from publication in entry"):
        call_command("verify_audit")


def test_the_clerk_says_why_checks_and_withdraws(case: Case):
    published, clerk = leaked(case), client_of(case.clerk)
    address = f"/drawdowns/{published.reference}/record/withdraw/"
    assert list(clerk.post(address, {}).context["form"].errors) == ["paragraph", "reasons"]
    sent = {"paragraph": "2", "reasons": WHY}
    assert "Check before you withdraw" in clerk.post(address, sent).text
    assert not Withdrawal.objects.exists()
    assert "It is withdrawn from publication." in clerk.post(address, sent | {"withdraw": "yes"}, follow=True).text
    assert "There is nothing to withdraw" in clerk.post(address, sent | {"withdraw": "yes"}, follow=True).text
    other = leaked(case)
    address = f"/drawdowns/{other.reference}/record/corrections/1/withdraw/"
    clerk.post(address, sent | {"withdraw": "yes"})
    assert Client().get(f"/published-decisions/{other.reference}/corrections/1/").status_code == 410
    assert client_of(make_user(Role.AUDITOR)).get(address).status_code == 403
