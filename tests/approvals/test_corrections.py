"""A published record is corrected only by a correction: a new record, published, linked both ways, that stays."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.audit import actions as audit
from accounts.models import User
from approvals import actions
from approvals.actions import Corrected, NotAllowedNow
from approvals.decisions.corrections.actions import checked
from approvals.decisions.rules import OF_THE_ACTS
from approvals.models import Correction, DecisionRecord, Drawdown, Rewording
from costing.frozen import digest
from posts.exempt.actions import exempt_line
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.approvals.test_exempt import read
from tests.explaining import explain
from tests.making import make_clerk
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

SAID = Corrected(Correction.Kind.WARDS, "All wards", "Copers Cope and Kelsey")
EXEMPT = {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the limit."}
LATER = NOW + timedelta(days=2)


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)


def correct(case: Case, drawdown: Drawdown, said: Corrected = SAID, number: int = 1, **values: Any) -> Correction:
    given = {"record": DecisionRecord.objects.get(drawdown=drawdown), "number": number, "said": said} | values
    return actions.correct(**({"by": case.clerk, "at": LATER} | given))


def test_a_correction_is_a_published_record_of_its_own_and_the_old_one_stays(case: Case):
    published = case.published()
    before = DecisionRecord.objects.values().get()
    first = correct(case, published)
    second = correct(case, published, SAID._replace(right="Kelsey only"), number=2)
    assert (first.reference, second.reference) == (f"{published.reference}-C1", f"{published.reference}-C2")
    assert first.said.record_sha256 == before["sha256"]
    assert DecisionRecord.objects.values().get() == before


def test_only_a_clerk_corrects_and_only_what_is_published(case: Case):
    signed = case.signed(case.line(), case=KEY)
    with pytest.raises(NotAllowedNow, match="not published yet"):
        correct(case, signed)
    published = case.publish(signed)
    with pytest.raises(PermissionDenied):
        correct(case, published, by=case.officer)
    correct(case, published)
    with pytest.raises(NotAllowedNow, match="another correction"):
        correct(case, published)


@pytest.mark.parametrize("field", OF_THE_ACTS)
def test_what_the_acts_say_is_of_no_kind_that_can_be_corrected(case: Case, field: str):
    allowed = {"minute", "members_present", "text_resolved"}  # a clerk may have added the first two; who signed confirms the last
    assert (field in Correction.Kind.values) is (field in allowed)
    if field not in allowed:
        published = case.published()
        made = checked(DecisionRecord.objects.get(drawdown=published), 1, SAID, case.clerk, LATER)
        made.kind, made.entry = field, entry_of(case, published, made.sha256)  # type: ignore[assignment]
        with refused_by("correction_kind_is_known"):
            made.save()


OTHER = "Agreed as recommended, for one year."


def worded(case: Case, drawdown: Drawdown) -> Rewording:
    record = DecisionRecord.objects.get(drawdown=drawdown)
    return actions.reword(record=record, text=OTHER, reasons="The year was left out.", by=case.clerk, at=LATER)


def answered(waiting: Rewording, by: User, answer: Rewording.Answer = Rewording.Answer.CONFIRMED) -> None:
    actions.answer_rewording(rewording=waiting, answer=answer, by=by, at=LATER)


def test_the_text_as_decided_is_corrected_once_who_signed_has_confirmed_it(case: Case):
    published = case.published()
    before = DecisionRecord.objects.values().get()
    waiting = worded(case, published)
    with pytest.raises(PermissionDenied):
        answered(waiting, case.clerk)
    answered(waiting, case.chief_executive)
    correction = Correction.objects.get()
    assert (correction.wrong, correction.right, correction.kind) == (before["text_resolved"], OTHER, "text_resolved")
    assert (correction.said.recorded_by, correction.said.confirmed_by) == (case.clerk.name, "Chief Executive")
    assert DecisionRecord.objects.values().get() == before
    told = Client().get(f"/published-decisions/{published.reference}/corrections/1/").text
    assert "Confirmed by the decision maker" in told
    explain()
    call_command("verify_audit")


def test_a_text_that_is_refused_or_not_confirmed_is_no_correction(case: Case):
    published = case.published()
    answered(worded(case, published), case.chief_executive, Rewording.Answer.REFUSED)
    assert not Correction.objects.exists()
    record = DecisionRecord.objects.get()
    with pytest.raises(ValidationError, match="ask for another wording"):
        correct(case, published, Corrected(Correction.Kind.TEXT, record.text_resolved, OTHER))
    made = checked(record, 1, SAID._replace(wrong=record.text_resolved, right=OTHER), case.clerk, LATER)
    made.kind, made.entry = Correction.Kind.TEXT, entry_of(case, published, made.sha256)
    with refused_by("correction_of_the_text_is_confirmed"):
        made.save()


def test_a_correction_says_something_else_and_nothing_exempt(case: Case):
    hidden = case.line(title="Zyxwoman Redeployment")
    published = case.published()
    exempt_line(line=hidden, paragraph=2, reason="It would tell who leaves.", by=make_clerk(), at=NOW)
    for said, field in (
        (SAID._replace(right=SAID.wrong), "right"),
        (SAID._replace(right=" "), "right"),
        (SAID._replace(right="For Zyxwoman Redeployment"), "right"),
        (SAID._replace(wrong="For Zyxwoman Redeployment"), "wrong"),
    ):
        with pytest.raises(ValidationError) as refused:
            correct(case, published, said)
        assert list(refused.value.message_dict) == [field]
    assert not Correction.objects.exists()


def entry_of(case: Case, drawdown: Drawdown, sha256: str, action: str = "record_corrected") -> Any:
    return audit.record(
        action=action, subject=f"drawdown:{drawdown.reference}", details={"sha256": sha256}, by=case.clerk, at=LATER
    )


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("correction_hash_is_of_its_content", {"sha256": "0" * 64}),
        ("correction_content_is_of_its_columns", {"right": "Bromley Town"}),
        ("correction_published_by_its_act", {"published_on": NOW.date()}),
        ("correction_is_the_next", {"number": 2}),
        ("correction_says_something_else", {"right": " "}),
        ("correction_of_a_published_record", {"published_on": NOW.date() - timedelta(days=1)}),
    ],
)
def test_the_database_refuses_what_the_action_does(case: Case, rule: str, values: dict[str, Any]):
    published = case.published()
    made = checked(DecisionRecord.objects.get(drawdown=published), 1, SAID, case.clerk, LATER)
    if "right" in values and not values["right"].strip():
        made.content = made.content.replace(f'"right":"{made.right}"', '"right":" "')
        made.sha256 = digest(made.content)
    made.entry = entry_of(case, published, made.sha256)
    for name, value in values.items():
        setattr(made, name, value)
    with refused_by(rule):
        made.save()


def test_the_database_refuses_a_correction_without_its_act_or_of_an_unpublished_record(case: Case):
    published, signed = case.published(), case.signed(case.line(), case=KEY)
    made = checked(DecisionRecord.objects.get(drawdown=published), 1, SAID, case.clerk, LATER)
    made.entry = entry_of(case, published, made.sha256, action="record_changed")
    with refused_by("correction_published_by_its_act"):
        made.save()
    made.entry, made.record = entry_of(case, signed, made.sha256), DecisionRecord.objects.get(drawdown=signed)
    with refused_by("correction_of_a_published_record"):
        made.save()


def test_two_corrections_of_a_record_have_two_numbers(case: Case):
    published = case.published()
    correct(case, published)
    owner("ALTER TABLE approvals_correction DISABLE TRIGGER correction_as_allowed")
    made = Correction.objects.get()
    made.pk, made.entry = None, entry_of(case, published, made.sha256)
    with refused_by("correction_numbered_once"):
        made.save(force_insert=True)


def test_a_correction_is_not_changed_nor_removed(case: Case):
    correct(case, case.published())
    with refused_by("correction_stays"):
        Correction.objects.update(right="Bromley Town")
    with refused_by("correction_stays"):
        Correction.objects.all()._raw_delete("default")


def test_the_record_and_its_correction_lead_to_each_other_and_the_first_is_marked_everywhere(case: Case):
    published = case.published()
    visitor, base = Client(), f"/published-decisions/{published.reference}"
    correction = correct(case, published)
    page = visitor.get(f"{base}/").text
    assert f'href="{base}/corrections/1/"' in page
    assert "Its record was corrected on 22 September 2016." in page
    told = visitor.get(f"{base}/corrections/1/").text
    for said in (f'href="{base}/"', f'href="{base}/corrections/1.pdf"', "All wards", "Copers Cope and Kelsey", case.clerk.name):
        assert said in told
    assert "corrected on 22 September 2016" in visitor.get("/published-decisions/").text
    data = visitor.get("/published-decisions.json").json()["decisions"][0]
    assert data["corrections"] == [{"reference": correction.reference, "published_on": "2016-09-22"}]
    feed = ElementTree.fromstring(visitor.get("/published-decisions.atom").content)
    atom = "{http://www.w3.org/2005/Atom}"
    entry = feed.find(f"{atom}entry")
    assert entry is not None
    assert "corrected on 22 September 2016" in entry.findtext(f"{atom}summary", "")
    assert entry.findtext(f"{atom}updated", "").startswith("2016-09-22")
    for address in (f"{base}/corrections/2/", f"{base}/corrections/2.pdf", "/published-decisions/DD-9999/corrections/1/"):
        assert visitor.get(address).status_code == 404
    reader = Client()
    reader.force_login(case.officer)
    assert "Corrected" in reader.get("/decisions/").text
    assert "Copers Cope and Kelsey" in reader.get(f"/drawdowns/{published.reference}/record/").text


def test_page_1_and_the_foot_of_the_paper_say_that_it_was_corrected_and_the_correction_has_its_own(case: Case):
    published = case.published()
    correction = correct(case, published)
    mark = f"Corrected on 22 September 2016: read it with {correction.reference}"
    paper = read(Client().get(f"/published-decisions/{published.reference}.pdf").content)
    assert paper.count(mark) >= 2
    own = read(Client().get(f"/published-decisions/{published.reference}/corrections/1.pdf").content)
    for said in (f"This corrects the record of decision {published.reference}", "Copers Cope and Kelsey", correction.sha256[:20]):
        assert said in own


def test_of_a_correction_of_an_exempt_record_the_public_reads_that_there_is_one(case: Case):
    published = case.published(case=KEY | EXEMPT)
    correct(case, published)
    base = f"/published-decisions/{published.reference}"
    for said in (
        *(Client().get(each).text for each in (f"{base}/", f"{base}/corrections/1/")),
        *(read(Client().get(each).content) for each in (f"{base}.pdf", f"{base}/corrections/1.pdf")),
    ):
        assert "orrect" in said
        assert "Copers Cope" not in said


def test_the_clerk_writes_checks_and_publishes_once(case: Case):
    published, client = case.published(), Client()
    client.force_login(case.clerk)
    address = f"/drawdowns/{published.reference}/record/correct/"
    sent = {"shown": client.get(address).context["form"].shown, **SAID._asdict()}
    empty = client.post(address, sent | {"right": ""})
    assert list(empty.context["form"].errors) == ["right"]
    assert "Copers" not in empty.text
    check = client.post(address, sent)
    assert "Check before you publish" in check.text
    assert not Correction.objects.exists()
    done = client.post(address, sent | {"publish": "yes"}, follow=True)
    assert f"The correction {published.reference}-C1 is published." in done.text
    assert client.post(address, sent | {"publish": "yes"}).status_code == 409
    assert Correction.objects.count() == 1


def test_the_page_leads_back_where_the_record_is_not_published(case: Case):
    signed, client = case.signed(case.line()), Client()
    client.force_login(case.clerk)
    answer = client.get(f"/drawdowns/{signed.reference}/record/correct/", follow=True)
    assert "This record is not published yet" in answer.text
    client.force_login(case.officer)
    assert client.get(f"/drawdowns/{signed.reference}/record/correct/").status_code == 403


def test_verify_audit_finds_a_correction_that_was_changed_past_the_triggers(case: Case, monkeypatch: pytest.MonkeyPatch):
    correct(case, case.published())
    explain()
    call_command("verify_audit")
    owner("ALTER TABLE approvals_correction DISABLE TRIGGER USER")
    Correction.objects.update(right="Bromley Town")
    owner("ALTER TABLE approvals_correction ENABLE TRIGGER USER")
    with pytest.raises(CommandError, match="correction"):
        call_command("verify_audit")
