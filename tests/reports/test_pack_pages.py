"""The pages on which a clerk asks for a pack, and what anybody learns of one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from phases.models import Programme
from reports.models import Rendering
from reports.papers.packs import queries as packing
from reports.table.appendix import rules as pdf
from tests.answers import shown
from tests.making import NOON, make_clerk, make_programme
from tests.reports.packs import ask, made, papers, texts
from tests.reports.papers import MEETING, issued, make_programme_to_issue
from tests.reports.schedules import published, schedule
from tests.working import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make_programme_to_issue()


@pytest.fixture(scope="module")
def appendix() -> bytes:
    return pdf.render(schedule(published()))


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def clerk() -> Client:
    return signed_in(make_clerk())


NEW = "/programmes/small/packs/new/"
TYPED = {"title": "Improving our services", "committee": "Executive", "meeting_date": "14 September 2016", "agenda_item": "7"}


def test_a_clerk_chooses_papers_puts_them_in_order_and_downloads_the_pack(clerk: Client, programme: Programme, appendix: bytes):
    first, second = papers(programme, appendix, appendix)
    page = clerk.get(NEW).text
    assert re.findall(r'value="(paper-\d+)" checked', page) == [f"paper-{second.pk}", f"paper-{first.pk}"]
    assert re.findall(r'name="place-paper-\d+" value="(\d*)"', page) == ["2", "1"]
    places = {f"place-paper-{first.pk}": "1", f"place-paper-{second.pk}": "2"}
    answer = clerk.post(NEW, TYPED | places | {"items": [f"paper-{first.pk}", f"paper-{second.pk}"]})
    asked = Rendering.objects.get()
    assert answer.url == f"/programmes/small/renderings/{asked.pk}/"
    assert [item.title for item in asked.items] == ["Appendix 3", "Appendix 4"]
    assert clerk.get(f"/programmes/small/renderings/{asked.pk}.pdf").status_code == 404

    waiting = clerk.get(answer.url)
    assert waiting["Refresh"] == "3"
    assert "It is waiting" in waiting.text
    assert "<progress" in waiting.text
    assert "Refresh" not in clerk.get(f"{answer.url}?still=yes")

    work()
    ready = clerk.get(answer.url)
    assert "Refresh" not in ready
    assert "<progress" not in ready.text
    asked.refresh_from_db()
    assert asked.sha256 in ready.text
    download = clerk.get(f"/programmes/small/renderings/{asked.pk}.pdf")
    assert download.content == bytes(asked.content)
    assert 'filename="pack-improving-our-services-executive-2016-09-14.pdf"' in download["Content-Disposition"]
    assert "Ready" in clerk.get("/programmes/small/packs/").text


def test_superseded_papers_are_marked_and_not_chosen_beforehand(clerk: Client, programme: Programme, appendix: bytes):
    old = issued(programme, content=appendix)
    new = issued(programme, at=NOON + timedelta(hours=1), content=appendix, reason="The grade was wrong.")
    page = clerk.get(NEW).text
    assert page.index(f"choose-paper-{new.pk}") < page.index(f"choose-paper-{old.pk}")
    assert re.findall(r'value="(paper-\d+)" checked', page) == [f"paper-{new.pk}"]
    assert page.count("Superseded") == 1
    done = made(programme, [item for item in packing.offered(programme, 1) if item.key == f"paper-{old.pk}"])
    assert "Superseded by a later version" in texts(bytes(done.content))[0].replace("\n", " ")


def test_nothing_chosen_and_places_that_are_no_numbers_are_said_beside_them(clerk: Client, programme: Programme, appendix: bytes):
    (paper,) = papers(programme, appendix)
    answer = clerk.post(NEW, TYPED)
    assert (answer.status_code, "Choose at least one paper." in answer.text) == (422, True)
    typed = {"items": [f"paper-{paper.pk}"], f"place-paper-{paper.pk}": "first", "title": ""}
    answer = clerk.post(NEW, TYPED | typed)
    for said in ("Enter a whole number, like 2.", "Enter the title.", 'value="first"'):
        assert said in answer.text
    assert clerk.post(NEW, TYPED | {"items": ["paper-99999"]}).status_code == 422
    assert not Rendering.objects.exists()


def test_a_paper_of_part_2_cannot_be_posted_into_a_public_pack(clerk: Client, programme: Programme, appendix: bytes):
    exempt = issued(programme, meeting=MEETING._replace(part=2), content=appendix, previous=None)
    typed = TYPED | {"items": [f"paper-{exempt.pk}"]}
    assert clerk.post(NEW, typed).status_code == 422
    assert clerk.post(f"{NEW}?part=2", typed).status_code == 302
    assert "Part 2 (exempt)" in clerk.get("/programmes/small/packs/").text


def test_a_second_press_of_the_button_waits_for_the_same_pack(clerk: Client, programme: Programme, appendix: bytes):
    (paper,) = papers(programme, appendix)
    first, second = (clerk.post(NEW, TYPED | {"items": [f"paper-{paper.pk}"]}).url for _ in range(2))
    assert first == second
    assert Rendering.objects.count() == 1


def test_papers_without_a_place_follow_those_with_one(clerk: Client, programme: Programme, appendix: bytes):
    found = papers(programme, appendix, appendix, appendix)
    clerk.post(NEW, TYPED | {"items": [f"paper-{paper.pk}" for paper in found], f"place-paper-{found[0].pk}": "1"})
    assert [item.title for item in Rendering.objects.get().items] == ["Appendix 3", "Appendix 5", "Appendix 4"]


def test_the_papers_of_another_programme_are_not_offered(clerk: Client, programme: Programme, appendix: bytes):
    papers(programme, appendix)
    make_programme(slug="other")
    assert "There is nothing to put into a pack" in clerk.get("/programmes/other/packs/new/").text
    foreign = ask(programme)
    assert clerk.get(f"/programmes/other/renderings/{foreign.pk}/").status_code == 404
    assert clerk.get(f"/programmes/other/renderings/{foreign.pk}.pdf").status_code == 404


def test_the_list_of_packs_asks_a_constant_number_of_queries(
    clerk: Client, programme: Programme, appendix: bytes, django_assert_num_queries: Any
):
    papers(programme, appendix)
    for _ in range(3):
        ask(programme)
    clerk.get("/programmes/small/packs/")
    with django_assert_num_queries(5):
        shown(clerk.get("/programmes/small/packs/"))


def test_anybody_learns_whether_a_file_is_a_pack_made_here_and_what_of_it_is_superseded(programme: Programme, appendix: bytes):
    papers(programme, appendix)
    done = made(programme)

    def verified() -> str:
        file = SimpleUploadedFile("pack.pdf", bytes(done.content), "application/pdf")
        return Client().post("/papers/verify/", {"file": file}).text

    assert "A genuine pack, and the newest version of each paper" in verified()
    assert done.asked_by.name not in verified()
    issued(programme, at=NOON + timedelta(hours=1), content=appendix, reason="The grade was wrong.")
    page = verified()
    assert "A genuine pack, with papers that are superseded" in page
    assert "A newer version has replaced Appendix 3: it was Version 1" in page
