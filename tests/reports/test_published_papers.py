"""“Check a paper” knows each public PDF of a decision and of a correction, as it was at the time, and says what became of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.worker.actions import seen
from approvals import actions
from approvals.models import DecisionRecord, Drawdown
from costing.frozen import digest
from reports.models import PublishedPaper, PublishedPlan
from reports.papers.published.actions import keep_bytes, note, note_plan, note_published, note_soon
from reports.papers.published.queries import faces_after, published_paper_with
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.approvals.test_forward_plan import give
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)


@pytest.fixture
def case() -> Case:
    return make_case()


def read(drawdown: Drawdown, rest: str = "") -> bytes:
    """What anybody is sent; it is noted by the worker a moment after the act."""
    note_published()
    return Client().get(f"/published-decisions/{drawdown.reference}{rest}.pdf").content


def asked(paper: bytes) -> str:
    return Client().post("/papers/verify/", {"file": SimpleUploadedFile("decision.pdf", paper)}).text


def overturned(case: Case, drawdown: Drawdown) -> Drawdown:
    called = case.called_in(drawdown)
    return actions.overturn(drawdown=called, on=date(2016, 9, 20), reasons="Not in the budget.", by=case.clerk, at=NOW)


def overturned_after_call_in(case: Case, drawdown: Drawdown) -> Any:
    return actions.overturn(drawdown=drawdown, on=date(2016, 9, 20), reasons="Not in the budget.", by=case.clerk, at=NOW)


def withdrawn(case: Case, drawdown: Drawdown) -> Any:
    record = DecisionRecord.objects.get(drawdown=drawdown)
    given = {"paragraph": "2", "reasons": "It named a member of staff.", "by": case.clerk, "at": LATER}
    return actions.withdraw_from_publication(of=record, **given)


def test_the_pdf_of_a_decision_is_known_as_it_was_published(case: Case):
    published = case.published()
    paper = read(published)
    said = asked(paper)
    assert "Genuine, and as it can be read now" in said
    for each in (published.reference, published.record.title, "20 September 2016", "It may be called in up to"):
        assert each in said
    assert "Not known" in asked(paper + b" ")


@pytest.mark.parametrize("act", [overturned, Case.called_in, Case.correct])
def test_an_earlier_copy_is_known_and_says_what_has_happened_since(case: Case, act: Any):
    published = case.published()
    before = read(published)
    act(case, published)
    after = read(published)
    assert before != after
    assert "Genuine, but more has happened since" in asked(before)
    assert "Genuine, and as it can be read now" in asked(after)


def test_a_correction_is_known_too(case: Case):
    published = case.correct(case.published())
    said = asked(read(published, "/corrections/1"))
    assert "Genuine, and as it can be read now" in said
    assert f"{published.reference}-C1" in said


def test_of_what_was_withdrawn_it_says_that_and_not_the_title(case: Case):
    published, beside = case.published(), case.published()
    title, before, neighbour = published.record.title, read(published), read(beside)
    withdrawn(case, published)
    note_published()
    said = asked(before)
    assert "Genuine, but withdrawn from publication" in said
    assert "It named a member of staff." in said
    assert title not in said
    assert "Genuine, but withdrawn from publication" in asked(read(published))
    assert read(beside) != neighbour  # its balances are withheld from now on
    assert "Genuine, but more has happened since" in asked(neighbour)
    assert "Genuine, and as it can be read now" in asked(read(beside))


def let_stand(case: Case, drawdown: Drawdown) -> Any:
    given = {"on": date(2016, 9, 20), "reasons": "It stands.", "effective_on": date(2016, 9, 21), "by": case.clerk, "at": NOW}
    return actions.let_stand(drawdown=drawdown, **given)


def in_effect(case: Case, drawdown: Drawdown) -> Any:
    return actions.take_effect(drawdown=drawdown, by=case.clerk, at=LATER + timedelta(days=30))


def correction_withdrawn(case: Case, drawdown: Drawdown) -> Any:
    given = {"paragraph": "2", "reasons": "It named a member of staff.", "by": case.clerk, "at": LATER}
    return actions.withdraw_from_publication(of=drawdown.record.corrections.earliest("pk"), **given)


@pytest.mark.parametrize(
    "acts",
    [
        [Case.correct, Case.called_in, let_stand, Case.correct, in_effect],
        [Case.called_in, Case.correct, overturned_after_call_in],
        [Case.correct, Case.correct, correction_withdrawn, in_effect, withdrawn],
    ],
    ids=["stands", "overturned", "withdrawn"],
)
def test_every_text_it_ever_had_in_public_is_known_however_quick_the_acts_followed(case: Case, acts: list[Any]):
    """What anybody was sent between two acts is known, and what it has become."""
    published, beside = case.published(), case.published()
    addresses = [f"/published-decisions/{published.reference}{rest}.pdf" for rest in ("", "/corrections/1", "/corrections/2")]
    addresses.append(f"/published-decisions/{beside.reference}.pdf")
    sent = {}
    for act in [lambda case, drawdown: None, *acts]:
        act(case, Drawdown.objects.get(pk=published.pk))
        answers = [Client().get(address) for address in addresses]
        sent |= {answer.content: address for address, answer in zip(addresses, answers, strict=True) if answer.status_code == 200}
    assert len(sent) > len(acts)
    assert {address for paper, address in sent.items() if "Genuine" not in asked(paper)} == set()


def test_the_public_face_of_an_exempt_record_is_known(case: Case):
    exempt = KEY | {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the limit."}
    assert "Genuine, and as it can be read now" in asked(read(case.published(case=exempt)))


def test_the_worker_notes_once_what_acts_changed(case: Case):
    queued = DBTaskResult.objects.filter(task_path=note.module_path)
    note_soon(NOW.date())
    assert not queued.exists()
    case.publish(case.signed(case.line()))
    note_soon(NOW.date())
    note_soon(NOW.date())
    assert queued.count() == 1
    assert note_published() == 1
    assert note_published() == 0
    assert PublishedPaper.objects.count() == 1


def test_nobodys_request_draws_a_public_pdf(case: Case, monkeypatch: pytest.MonkeyPatch, no_worker: None):
    """What the worker drew when it was published is read; until then the page says so, and it says where nothing draws."""
    monkeypatch.setattr("printing.engine.draw", lambda *_, **__: pytest.fail("drawn by a request"))
    published = case.published()
    address = f"/published-decisions/{published.reference}.pdf"
    waiting = Client().get(address)
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "10")
    assert "public" not in waiting.get("Cache-Control", "")
    assert "nothing here draws papers" in waiting.content.decode()
    seen()
    assert "drawn again" in Client().get(address).content.decode()
    monkeypatch.undo()
    note_published()
    monkeypatch.setattr("printing.engine.draw", lambda *_, **__: pytest.fail("drawn by a request"))
    assert Client().get(address).content.startswith(b"%PDF")


def test_of_papers_that_an_early_version_noted_the_bytes_are_drawn_once(case: Case, no_worker: None):
    published = case.published()
    [face] = faces_after(published.record.entry)
    PublishedPaper.objects.create(record=published.record, entry=published.record.entry, sha256=digest(face.content))
    assert [keep_bytes(), keep_bytes()] == [1, 0]
    assert Client().get(f"/published-decisions/{published.reference}.pdf").content == face.content


def test_bytes_that_another_version_draws_otherwise_are_kept_beside_the_hash_that_was_noted(case: Case, no_worker: None):
    published = case.published()
    PublishedPaper.objects.create(record=published.record, entry=published.record.entry, sha256="1" * 64)
    assert keep_bytes() == 1
    content = Client().get(f"/published-decisions/{published.reference}.pdf").content
    for sha256 in ("1" * 64, digest(content)):
        assert published_paper_with(sha256) is not None


def test_a_hash_that_was_noted_stays(case: Case):
    case.published()
    note_published()
    noted = PublishedPaper.objects.get()
    with refused_by("published_paper_stays"):
        PublishedPaper.objects.update(sha256="0" * 64)
    with refused_by("published_paper_stays"):
        PublishedPaper.objects.update(content=b"another")
    with refused_by("published_paper_is_kept"):
        PublishedPaper.objects.all().delete()
    with refused_by("published_paper_once"):
        PublishedPaper.objects.create(record=noted.record, entry=noted.entry, sha256=noted.sha256)
    given = {"record": noted.record, "entry": noted.record.drawdown.signed_entry}
    with refused_by("published_paper_is_its_hash"):
        PublishedPaper.objects.create(**given, sha256="1" * 64, content=b"-")
    with refused_by("published_paper_has_its_hash"):
        PublishedPaper.objects.create(record=noted.record, entry=noted.record.drawdown.signed_entry, sha256="none")


def test_the_forward_plan_is_known_as_it_was_on_each_day(case: Case, monkeypatch: pytest.MonkeyPatch):
    def plan(day: date) -> bytes:
        monkeypatch.setattr("accounts.clock.queries.today", lambda: day)
        note.func(day.isoformat())
        return Client().get("/forward-plan.pdf").content

    day = NOW.date()
    assert Client().get("/forward-plan.pdf")["Location"] == "/forward-plan/"
    notice = give(case)
    first = plan(day)
    assert "Genuine, and as it can be read now" in asked(first)
    assert "as anyone could read it here on 20 September 2016" in asked(first)
    actions.withdraw_notice(notice=notice, reasons="Postponed.", by=case.clerk, at=NOW)
    second = plan(day)
    assert "Genuine, but more has happened since" in asked(first)
    assert "Genuine, and as it can be read now" in asked(second)
    third = plan(day + timedelta(days=1))
    assert third != second
    assert "Genuine, but more has happened since" in asked(second)
    assert "Genuine, and as it can be read now" in asked(third)


def test_the_forward_plan_between_two_quick_acts_is_known(case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)
    first, sent = give(case), []
    sent.append(Client().get("/forward-plan.pdf").content)
    second = give(case, matter="Phase Two posts")
    sent.append(Client().get("/forward-plan.pdf").content)
    actions.withdraw_notice(notice=first, reasons="Postponed.", instead=second, by=case.clerk, at=NOW)
    sent.append(Client().get("/forward-plan.pdf").content)
    case.published()
    note_plan(NOW.date())
    assert len(set(sent)) == 3
    assert ["Genuine" in asked(paper) for paper in sent] == [True] * 3


def test_the_forward_plan_is_noted_once_and_stays(case: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)
    assert not note_plan(NOW.date())
    give(case)
    queued = DBTaskResult.objects.filter(task_path=note.module_path)
    note_soon(NOW.date())
    assert queued.count() == 1
    assert [note_plan(NOW.date()), note_plan(NOW.date())] == [True, False]
    noted = PublishedPlan.objects.get()
    with refused_by("published_plan_stays"):
        PublishedPlan.objects.update(sha256="0" * 64)
    with refused_by("published_plan_is_its_hash"):
        PublishedPlan.objects.create(on=NOW.date(), entry=noted.entry, sha256="1" * 64, content=b"-")
    with refused_by("published_plan_once"):
        PublishedPlan.objects.create(on=noted.on, entry=noted.entry, sha256="1" * 64)
    with refused_by("published_plan_has_its_hash"):
        PublishedPlan.objects.create(on=date(2016, 9, 1), entry=noted.entry, sha256="none")
