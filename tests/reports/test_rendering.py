"""What is made in the background: asked for, under way, ready or not made, and why; long papers as they are issued."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.models import AuditEntry, Council, User
from costing.money import Rounding, Unit
from phases.models import Programme
from posts.models import LineAmount
from reports.models import IssuedPaper, Rendering
from reports.papers.actions import PaperOvertaken
from reports.papers.background import actions as rendering
from reports.papers.packs import queries as packing
from reports.requests.rules import LongPaperRequest, PackRequest, PaperRequest, TableRequest
from reports.table.appendix import rules as pdf
from tests.making import NOON, make_auditor, make_clerk, make_officer
from tests.refusals import check_deferred_rules, refused_by
from tests.reports.papers import MEETING, dearer, issued, make_programme_to_issue
from tests.reports.test_issue_pages import ISSUE, TYPED, hidden_of, signed_in
from tests.working import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(monkeypatch: pytest.MonkeyPatch) -> Programme:
    """Two lines, and every paper of two lines is long."""
    monkeypatch.setattr(pdf, "LONG", 2)
    return make_programme_to_issue()


@pytest.fixture
def person(programme: Programme) -> User:
    return make_clerk()


@pytest.fixture
def clerk(person: User) -> Client:
    return signed_in(person)


def ask_to_issue(client: Client, **typed: str) -> Rendering:
    checked = client.post(ISSUE, TYPED | typed)
    answer = client.post(ISSUE, hidden_of(checked.text) | {"confirm": "yes"})
    asked = Rendering.objects.latest("pk")
    assert answer.url == page_of(asked)
    return asked


def page_of(asked: Rendering) -> str:
    return f"/programmes/small/renderings/{asked.pk}/"


def after_work(asked: Rendering) -> Rendering:
    work()
    asked.refresh_from_db()
    return asked


def test_a_long_paper_is_issued_in_the_background_as_it_was_checked(clerk: Client, person: User):
    asked = ask_to_issue(clerk)
    assert not IssuedPaper.objects.exists()
    waiting = clerk.get(page_of(asked))
    assert waiting["Refresh"] == "3"
    assert "You can leave this page" in waiting.text
    assert "it is being made and will then be issued" in clerk.get("/programmes/small/papers/").text

    done = after_work(asked)
    paper = IssuedPaper.objects.get()
    assert (done.state, done.paper, done.content) == ("ready", paper, None)
    assert (paper.issued_by, paper.as_at, paper.version) == (person, asked.asked_at, 1)
    assert bytes(paper.content).startswith(b"%PDF")
    assert clerk.get(page_of(asked)).url == f"/programmes/small/papers/{paper.pk}/"
    assert "being made" not in clerk.get("/programmes/small/papers/").text


def test_a_paper_whose_figures_changed_meanwhile_is_not_issued_and_says_so(clerk: Client, programme: Programme):
    asked = ask_to_issue(clerk)
    dearer(programme)
    done = after_work(asked)
    assert (done.state, done.failure) == (
        "failed",
        "Something changed since it was checked, so it was not issued. Check it again.",
    )
    assert not IssuedPaper.objects.exists()
    page = clerk.get(page_of(asked))
    assert "Check and issue it again" in page.text
    assert "Refresh" not in page
    assert "it was not issued" in clerk.get("/programmes/small/papers/").text
    Rendering.objects.update(finished_at=asked.asked_at - timedelta(days=8))
    assert "it was not issued" not in clerk.get("/programmes/small/papers/").text


def test_a_paper_that_changed_while_it_was_drawn_is_not_issued(
    clerk: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch
):
    drawn = pdf.render

    def draw_slowly(*arguments: Any, **options: Any) -> bytes:
        dearer(Programme.objects.get(pk=programme.pk))
        return drawn(*arguments, **options)

    monkeypatch.setattr(pdf, "render", draw_slowly)
    done = after_work(ask_to_issue(clerk))
    assert "Something changed since it was checked" in done.failure
    assert not IssuedPaper.objects.exists()


def test_a_paper_in_another_unit_than_was_checked_is_not_issued(clerk: Client):
    Council.objects.update_or_create(pk=1, defaults={"unit": "thousands"})
    asked = ask_to_issue(clerk)
    Council.objects.update(unit="pounds")
    assert "Something changed since it was checked" in after_work(asked).failure
    assert not IssuedPaper.objects.exists()


def test_a_paper_of_which_another_version_was_issued_meanwhile_is_not_issued(clerk: Client, programme: Programme):
    asked = ask_to_issue(clerk)
    other = issued(programme)
    assert "Something changed since it was checked" in after_work(asked).failure
    assert list(IssuedPaper.objects.all()) == [other]


def test_findings_that_stop_a_paper_stop_it_before_it_is_queued(clerk: Client, programme: Programme):
    checked = clerk.post(ISSUE, TYPED).text
    stated = {"origin": "stated", "reason": "As published", "stated_by": make_officer(), "stated_at": NOON}
    LineAmount.objects.filter(line__title="Auditor", financial_year=2016).update(amount=10_000, **stated)
    assert clerk.post(ISSUE, hidden_of(checked) | {"confirm": "yes"}).status_code == 409
    assert not Rendering.objects.exists()


def test_findings_that_appeared_meanwhile_stop_it_too(clerk: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch):
    asked = ask_to_issue(clerk)

    def stopped(**_: Any) -> None:
        raise rendering.StoppedByFindings([])

    monkeypatch.setattr(rendering.actions, "issue", stopped)
    assert "A finding of the paper check stops it" in after_work(asked).failure


def test_a_second_press_of_the_button_waits_for_the_same_paper(clerk: Client):
    sent = hidden_of(clerk.post(ISSUE, TYPED).text) | {"confirm": "yes"}
    first, second = (clerk.post(ISSUE, sent).url for _ in range(2))
    assert first == second
    assert DBTaskResult.objects.count() == 1


def test_who_may_no_longer_issue_issues_nothing_in_the_background_either(clerk: Client, person: User):
    asked = ask_to_issue(clerk)
    User.objects.filter(pk=person.pk).update(roles=[])
    assert after_work(asked).failure == f"{person.name}: You may not issue papers."
    assert not IssuedPaper.objects.exists()


TABLE = "/programmes/small/expenditure.pdf"


def test_a_long_table_is_asked_for_by_a_button_and_drawn_in_the_background(clerk: Client, person: User):
    before = AuditEntry.objects.count()
    page = clerk.get(f"{TABLE}?unit=pounds").text
    assert "made in the background" in page
    assert not Rendering.objects.exists()
    first, second = (clerk.post(f"{TABLE}?unit=pounds").url for _ in range(2))
    assert first == second
    asked = Rendering.objects.get()
    done = after_work(asked)
    assert (done.state, done.kind, done.part, done.asked_by) == ("ready", "table", 1, person)
    assert (done.done, done.total) == (1, 1)
    download = clerk.get(f"/programmes/small/renderings/{asked.pk}.pdf")
    assert download.content == bytes(done.content)
    assert "Ready" in clerk.get(TABLE).text
    assert AuditEntry.objects.count() == before


def test_of_a_long_table_the_internal_version_is_made_too(clerk: Client):
    plain, internal = clerk.post(TABLE).url, clerk.post(f"{TABLE}?workings=yes").url
    assert plain != internal
    work()
    first, second = Rendering.objects.order_by("pk")
    assert (first.title, second.title) == ("Committee table", "Committee table, internal version")
    assert (first.state, second.state) == ("ready", "ready")
    assert len(second.content) > len(first.content)


def test_choices_that_make_no_sense_are_refused_before_anything_is_made(clerk: Client):
    assert clerk.get(f"{TABLE}?unit=pence").status_code == 400
    assert clerk.post(f"{TABLE}?unit=pence").status_code == 400
    assert not Rendering.objects.exists()


def test_a_table_of_earlier_weeks_is_thrown_away_when_the_next_is_asked_for(programme: Programme, person: User):
    request = TableRequest(Unit.THOUSANDS, Rounding.SUM_OF_ROUNDED)
    asked = {"programme": programme, "request": request, "by": person}
    old = rendering.ask_for_table(**asked, at=NOON)
    work()
    new = rendering.ask_for_table(**asked, at=NOON + timedelta(days=8))
    assert list(Rendering.objects.all()) == [new]
    assert new != old


def test_who_may_read_the_programme_sees_how_far_it_is(clerk: Client, programme: Programme):
    asked = ask_to_issue(clerk)
    Rendering.objects.filter(pk=asked.pk).update(state="making", done=2, total=8)
    page = signed_in(make_auditor()).get(page_of(asked)).text
    assert 'value="2" max="8"' in page
    assert "2 of 8 steps done, 25%." in page
    assert "<title>25%: Appendix 3" in " ".join(page.split())


def a_pack(programme: Programme, by: User | None = None) -> Rendering:
    issued(programme, content=b"no PDF")
    request = PackRequest("A pack", "Executive", date(2016, 9, 14), "", 1, tuple(packing.offered(programme, 1)))
    return rendering.ask_for_pack(programme=programme, request=request, by=by or make_clerk(), at=NOON)


def test_what_goes_wrong_is_said_in_words_and_it_can_be_made_again(
    clerk: Client, programme: Programme, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    asked = after_work(a_pack(programme))
    assert (asked.state, asked.failure) == ("failed", "Something went wrong while it was made. The server's log says what.")
    assert "PdfError" in caplog.text
    page = clerk.get(page_of(asked))
    assert "Make it again" in page.text
    assert "Not made" in clerk.get("/programmes/small/packs/").text
    monkeypatch.setattr(packing, "render", lambda *_: b"%PDF-1.7")
    assert clerk.post(page_of(asked)).status_code == 302
    assert after_work(asked).state == "ready"


def test_making_again_is_for_who_may_make_it_and_for_what_was_not_made(clerk: Client, programme: Programme):
    asked = a_pack(programme)
    with pytest.raises(PermissionDenied):
        rendering.ask_again(rendering=asked, by=make_auditor())
    assert signed_in(make_auditor()).post(page_of(asked)).status_code == 403
    clerk.post(page_of(asked))
    assert DBTaskResult.objects.count() == 1
    paper = ask_to_issue(clerk, appendix="Appendix 4")
    dearer(programme)
    assert after_work(paper).state == "failed"
    clerk.post(page_of(paper))
    paper.refresh_from_db()
    assert paper.state == "failed"


def test_what_a_worker_was_killed_in_is_begun_anew_but_not_for_ever(programme: Programme, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packing, "render", lambda *_: b"%PDF-1.7")
    first, last = a_pack(programme), Rendering.objects.none()
    Rendering.objects.update(state="making", done=2, total=8)
    DBTaskResult.objects.update(worker_ids=["killed", "killed"])
    assert after_work(first).state == "ready"
    issued(programme, content=b"more", reason="Once more.")
    last = a_pack_again(programme)
    DBTaskResult.objects.filter(status="READY").update(worker_ids=["killed"] * 3)
    assert after_work(last).failure == "It was stopped each time. It may be too long."


def a_pack_again(programme: Programme) -> Rendering:
    first = Rendering.objects.get()
    assert isinstance(first.request, PackRequest)
    return rendering.ask_for_pack(programme=programme, request=replace(first.request, title="Another"), by=make_clerk(), at=NOON)


def test_what_is_ready_is_not_made_once_more(programme: Programme, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packing, "render", lambda *_: b"%PDF-1.7")
    asked = after_work(a_pack(programme))
    entries = AuditEntry.objects.count()
    rendering.make.enqueue(asked.pk)
    work()
    assert AuditEntry.objects.count() == entries


@pytest.fixture
def pack(programme: Programme) -> Rendering:
    return a_pack(programme)


def change(pack: Rendering, **values: Any) -> None:
    Rendering.objects.filter(pk=pack.pk).update(**values)


def test_it_ends_in_words_or_well(pack: Rendering):
    for values in (
        {"state": "failed", "finished_at": NOON},
        {"state": "failed", "failure": "It broke."},
        {"state": "queued", "failure": "It broke."},
        {"state": "making", "finished_at": NOON},
    ):
        with refused_by("rendering_ends_in_words_or_well"):
            change(pack, **values)


READY = {"state": "ready", "finished_at": NOON, "content": b"x"}
READY["sha256"] = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_what_is_ready_has_its_result_and_nothing_else_has_one(pack: Rendering):
    for values in (READY | {"content": None}, READY | {"state": "making", "finished_at": None}):
        with refused_by("rendering_has_its_result_when_ready"):
            change(pack, **values, entry=AuditEntry.objects.earliest("pk"))


def test_no_more_steps_are_done_than_there_are(pack: Rendering):
    with refused_by("rendering_does_no_more_than_all"):
        change(pack, done=3, total=2)


def a_copy_of(pack: Rendering, **changed: Any) -> Rendering:
    fields = {field.attname: getattr(pack, field.attname) for field in Rendering._meta.fields if field.name != "id"}
    return Rendering(**(fields | {"asked_id": AuditEntry.objects.exclude(pk=pack.asked_id).earliest("pk").pk} | changed))


def test_a_part_that_is_not_known_is_refused(pack: Rendering):
    with refused_by("rendering_part_is_known"):
        a_copy_of(pack, part=3).save()


def test_a_pack_has_its_meeting_and_its_audit_entries(pack: Rendering):
    for values in ({"committee": " "}, {"meeting_date": None}, {"asked_id": None}):
        with refused_by("rendering_pack_has_its_meeting_and_entries"):
            a_copy_of(pack, **values).save()
    with refused_by("rendering_pack_has_its_meeting_and_entries"):
        change(pack, **READY)


def test_a_hash_that_is_not_that_of_the_content_is_refused(pack: Rendering):
    with refused_by("rendering_hash_is_of_its_content"):
        change(pack, **READY | {"content": b"y"}, entry=AuditEntry.objects.earliest("pk"))


def test_what_is_ready_stays(pack: Rendering):
    change(pack, **READY, entry=AuditEntry.objects.earliest("pk"))
    with refused_by("rendering_stays_once_ready"):
        change(pack, done=0)


def test_what_was_made_is_not_emptied_at_once(pack: Rendering):
    check_deferred_rules()
    with refused_by("rendering_no_truncate"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL improvement_budget.allow_truncate = off; TRUNCATE reports_rendering")


def test_what_was_asked_for_does_not_change(pack: Rendering):
    for values in ({"wanted": "{}"}, {"title": "Another"}, {"part": 2}, {"asked_by": make_clerk()}):
        with refused_by("rendering_is_what_was_asked_for"):
            change(pack, **values)


def test_packs_and_papers_that_were_asked_for_are_not_removed(pack: Rendering):
    with refused_by("rendering_is_not_removed"):
        pack.delete()


def test_the_frozen_wish_names_the_schedule_by_its_hash(clerk: Client):
    wanted = ask_to_issue(clerk).request
    assert isinstance(wanted, LongPaperRequest)
    assert len(wanted.schedule) == 64
    assert wanted.meeting.committee == "Executive"


def test_the_worker_reads_a_value_and_no_form(clerk: Client):
    """What a page sends and a form reads may change with a build; what is stored is a request, in a form of its own."""
    stored = json.loads(ask_to_issue(clerk).wanted)
    assert stored["form"] == 1
    assert {**stored["meeting"], "part": 1} == {**MEETING._asdict(), "meeting_date": "2016-09-14"}
    assert "part" not in stored["meeting"]  # as usual, so left out
    assert not {"csrfmiddlewaretoken", "confirm", "change"} & stored.keys()


def test_a_paper_of_data_that_moved_on_is_not_even_queued(programme: Programme):
    request = PaperRequest(MEETING, "", programme.version - 1, None)
    with pytest.raises(PaperOvertaken):
        rendering.ask_for_paper(programme=programme, request=request, by=make_clerk(), at=NOON)
    assert not Rendering.objects.exists()
