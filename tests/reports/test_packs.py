"""Packs: what they join, that each paper stays as it was issued, and that the whole conforms."""

import hashlib
import io
import json
import re
from typing import Any

import page as page_validation
import pdfplumber
import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from operations.proof import NotProved, check_everything
from phases.models import Programme
from posts.exempt.actions import exempt_line
from posts.models import CostLine
from printing.joining import page_count
from reports.models import Rendering
from reports.papers.packs import queries as packing
from reports.report import actions as report_actions
from reports.report.paper.queries import report_pdf
from reports.table.appendix import rules as pdf
from tests.approvals.case import KEY, make_case
from tests.explaining import explain
from tests.making import NOON, make_auditor, make_clerk, make_officer
from tests.reports.packs import ask, made, papers, texts
from tests.reports.papers import MEETING, issued, make_programme_to_issue
from tests.reports.report_case import make_report, paragraph
from tests.reports.schedules import many, published, schedule
from tests.working import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make_programme_to_issue()


@pytest.fixture(scope="module")
def appendix() -> bytes:
    return pdf.render(schedule(published()))


def conforms(paper: bytes) -> None:
    for profile in ("ua1", "3a"):
        report = page_validation.validate_pdf_bytes(paper, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


@pytest.fixture(scope="module")
def contents(appendix: bytes) -> list[bytes]:
    return [appendix, pdf.render(schedule(many(60))), pdf.render(schedule(many(200)))]


@pytest.fixture(scope="module")
def finished(contents: list[bytes], django_db_setup: None, django_db_blocker: Any) -> bytes:
    """A pack of these three; nothing of it is left in the store."""
    with django_db_blocker.unblock(), transaction.atomic():
        programme = make_programme_to_issue()
        papers(programme, *contents)
        done = made(programme)
        transaction.set_rollback(True)
    assert (done.state, done.failure) == ("ready", "")
    return bytes(done.content)


def test_a_pack_conforms_to_pdf_ua_1_and_pdf_a_3a(finished: bytes):
    conforms(finished)


def without_its_numbers(pack: bytes) -> list[str]:
    """What is printed on each page, without the number in the pack: below all that a paper prints, in a line of the contents."""
    numbered = texts(pack)
    for number, text in enumerate(numbered, start=1):
        assert text.count(f"Pack page {number} of {len(numbered)}") == 1
    cover = numbered[0].replace(f"Pack page 1 of {len(numbered)} ", "")
    return [cover, *(re.sub(r"\nPack page \d+ of \d+\Z", "", text) for text in numbered[1:])]


def test_each_page_of_a_paper_is_in_the_pack_as_it_was_issued(finished: bytes, contents: list[bytes]):
    whole = without_its_numbers(finished)
    for content in contents:
        own = texts(content)
        start = whole.index(own[0])
        assert whole[start : start + len(own)] == own
    assert len(whole) == 1 + sum(map(page_count, contents))


def test_the_contents_name_each_paper_with_its_version_hash_and_page_and_lead_there(finished: bytes, contents: list[bytes]):
    first, *rest = texts(finished)
    for said in ("Executive, 14 September 2016 - agenda item 7", "Improving our services", "Your council | Part 1 (public)"):
        assert said in first
    with pikepdf.open(io.BytesIO(finished)) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        links = [(str(each.Contents), numbers[each.Dest[0].objgen]) for each in document.pages[0].Annots]
    starts = [2, 4, 8]
    for number, (content, start) in enumerate(zip(contents, starts, strict=True), start=1):
        begins = hashlib.sha256(content).hexdigest()[:16]
        assert re.search(rf"{number} Appendix {number + 2} Version 1, report {begins} {start}\n", first)
        assert links[number - 1] == (f"{number}. Appendix {number + 2}, page {start}", start)
        assert "EXPENDITURE AS A RESULT OF OFSTED" in rest[start - 2]


def test_each_paper_has_a_bookmark_with_its_own_beneath(finished: bytes):
    with pikepdf.open(io.BytesIO(finished)) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        with document.open_outline() as outline:
            contents, *papers = outline.root
            assert contents.title == "Improving our services - Executive, 14 September 2016"
            assert [paper.title for paper in papers] == ["1. Appendix 3", "2. Appendix 4", "3. Appendix 5"]
            for paper, start in zip(papers, (2, 4, 8), strict=True):
                assert [each.title for each in paper.children] == ["EXPENDITURE AS A RESULT OF OFSTED"]
                assert numbers[paper.children[0].destination[0].objgen] == start


def test_one_tree_of_tags_holds_the_contents_and_each_paper_with_every_page(finished: bytes):
    with pikepdf.open(io.BytesIO(finished)) as document:
        tree = document.Root.StructTreeRoot
        assert [str(element.S) for element in tree.K] == ["/Document"]
        parts = [element for element in tree.K[0].K if element.S == "/Part"]
        assert [str(part.T) for part in parts] == ["1. Appendix 3", "2. Appendix 4", "3. Appendix 5"]
        assert all(tree.K[0] == element.P for element in tree.K[0].K)
        keys = [int(key) for key in list(tree.ParentTree.Nums)[::2]]
        asked = [page.StructParents for page in document.pages] + [each.StructParent for each in document.pages[0].Annots]
        assert keys == sorted(set(keys)) == sorted(asked)
        for page in document.pages:
            owners = tree.ParentTree.Nums[2 * keys.index(page.StructParents) + 1]
            assert all(owner.Pg.objgen == page.obj.objgen for owner in owners if isinstance(owner, pikepdf.Dictionary))


def test_no_two_header_cells_and_no_two_fonts_of_different_papers_have_one_name(finished: bytes):
    with pikepdf.open(io.BytesIO(finished)) as document:
        items = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
        headers = [str(item.ID) for item in items if item.get("/S") == "/TH"]
        names = list(pikepdf.NameTree(document.Root.StructTreeRoot.IDTree))
        assert sorted(headers) == names == sorted(set(names))
        asked = {str(name) for item in items if item.get("/S") == "/TD" for name in item.get("/A", {}).get("/Headers", ())}
        assert asked
        assert asked <= set(names)
        fonts = [str(item.FontName) for item in items if item.get("/Type") == "/FontDescriptor"]
        assert len(fonts) == len(set(fonts)) >= 8


def test_what_is_attached_to_each_paper_is_attached_under_a_name_of_its_own(finished: bytes, contents: list[bytes]):
    with pikepdf.open(io.BytesIO(finished)) as document:
        names = [f"00{number}-ofsted-2016-expenditure.csv" for number in (1, 2, 3)]
        assert list(document.attachments) == names
        assert [str(file.UF) for file in document.Root.AF] == names
        own = []
        for content in contents:
            with pikepdf.open(io.BytesIO(content)) as paper:
                own.append(paper.attachments["ofsted-2016-expenditure.csv"].get_file().read_bytes())
        assert [document.attachments[name].get_file().read_bytes() for name in names] == own


def test_nothing_stands_where_the_agenda_pack_is_stamped(finished: bytes):
    with pdfplumber.open(io.BytesIO(finished)) as document:
        for page in document.pages:
            middle = page.width / 2
            drawn = [*page.chars, *page.rects, *page.lines, *page.curves, *page.images]
            assert drawn
            for each in drawn:
                assert not (each["x1"] > page.width - 220 and each["top"] < 58), each
                assert not (each["bottom"] > page.height - 46 and each["x1"] > middle - 90 and each["x0"] < middle + 90), each


def test_the_pack_has_its_title_language_and_fonts_and_opens_with_its_bookmarks(finished: bytes):
    with pikepdf.open(io.BytesIO(finished)) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert str(document.docinfo["/Title"]) == "Improving our services - Executive, 14 September 2016"
        assert document.Root.PageMode == "/UseOutlines"
        assert document.Root.ViewerPreferences.DisplayDocTitle


def test_the_same_papers_give_the_same_bytes(programme: Programme, appendix: bytes):
    papers(programme, appendix, appendix)
    asked = ask(programme)
    first, second = (packing.render(asked, lambda done, of: None) for _ in range(2))
    assert first == second


def test_contents_that_need_two_pages_count_both_of_them(programme: Programme, appendix: bytes):
    papers(programme, *[appendix] * 22)
    content = bytes(made(programme).content)
    pages = texts(content, 2)
    assert "22 Appendix 24" in pages[1]
    assert re.search(r"1 Appendix 3 Version 1, report [0-9a-f]{16} 3\n", pages[0])
    with pikepdf.open(io.BytesIO(content)) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        assert [numbers[each.Dest[0].objgen] for page in document.pages[:2] for each in page.Annots] == list(range(3, 47, 2))


def test_a_public_pack_holds_published_decisions_but_none_that_is_exempt():
    case = make_case({2016: 950_000, None: 950_000})
    case.published()
    exempt = case.published(case=KEY | {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the limit."})
    items = packing.offered(case.programme, 1)
    assert [item.key.split("-")[0] for item in items] == ["decision"]
    done = made(case.programme, items)
    content = bytes(done.content)
    conforms(content)
    said = "\n".join(texts(content))
    assert "inadequate" in said
    for item in items:
        assert f"{item.title}" in said.replace("\n", " ")
    assert "Part 2 - holds exempt information" not in said
    of_members = packing.offered(case.programme, 2)
    whole = made(case.programme, of_members, part=2)
    assert "Part 2 - holds exempt information" in "\n".join(texts(bytes(whole.content)))
    claimed = [item._replace(part=1) for item in of_members if exempt.reference in item.key]
    assert made(case.programme, claimed).state == "failed"


def test_a_pack_begins_with_the_report_as_it_stands_and_names_its_hash(appendix: bytes):
    programme = make_report()
    papers(programme, appendix)
    items = packing.offered(programme, 1)
    assert (items[0].title, items[0].about) == ("Report with front sheet", f"Figures at version {programme.version}")
    done = made(programme, items)
    content = bytes(done.content)
    conforms(content)
    own = report_pdf(programme, NOON)
    pages = without_its_numbers(content)
    assert pages[1 : 1 + page_count(own)] == texts(own)
    assert hashlib.sha256(own).hexdigest()[:16] in pages[0]


def test_a_report_that_changed_since_the_pack_was_asked_for_is_not_in_it(appendix: bytes):
    programme = make_report()
    asked = ask(programme, packing.offered(programme, 1))
    paragraph(programme, "One more thing.")
    work()
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == (
        "failed",
        "The report changed since the pack was asked for. Ask for a new pack.",
    )


def test_a_report_that_names_an_exempt_line_is_in_no_public_pack():
    programme = make_report(reason="It pays for the Auditor.")
    line = CostLine.objects.get(programme=programme, title="Auditor")
    given = {"line": line, "field": "", "paragraph": 1, "reason": "The person could be known."}
    exempt_line(**given, by=make_clerk(), at=NOON)
    programme.refresh_from_db()
    done = made(programme, packing.offered(programme, 1))
    assert (done.state, done.failure) == ("failed", "It is public and would include exempt information.")
    report_actions.save_front_sheet(programme=programme, values={"part": 2}, by=make_clerk(), at=NOON)
    programme.refresh_from_db()
    assert packing.offered(programme, 1) == []
    assert made(programme, packing.offered(programme, 2), part=2).state == "ready"


def test_what_is_exempt_is_not_offered_for_a_public_pack_and_refused_in_one(programme: Programme, appendix: bytes):
    public, exempt = (
        papers(programme, appendix)[0],
        issued(programme, meeting=MEETING._replace(part=2), content=appendix, previous=None),
    )
    assert [item.key for item in packing.offered(programme, 1)] == [f"paper-{public.pk}"]
    both = packing.offered(programme, 2)
    assert [item.key for item in both] == [f"paper-{exempt.pk}", f"paper-{public.pk}"]
    with pytest.raises(packing.NotForThisPart):
        ask(programme, both, part=1)
    assert not Rendering.objects.exists()
    assert made(programme, both, part=2).state == "ready"


def test_a_paper_that_became_part_2_after_all_is_not_found_for_a_public_pack(programme: Programme, appendix: bytes):
    exempt = issued(programme, meeting=MEETING._replace(part=2), content=appendix, previous=None)
    claimed = packing.offered(programme, 2)[0]._replace(part=1)
    assert claimed.key == f"paper-{exempt.pk}"
    assert made(programme, [claimed]).state == "failed"


def test_who_asked_and_what_was_made_are_in_the_audit_record(programme: Programme, appendix: bytes):
    (paper,) = papers(programme, appendix)
    clerk = make_clerk()
    done = made(programme, by=clerk)
    asked, ready = (json.loads(entry.content) for entry in (done.asked, done.entry))
    assert (asked["action"], asked["actor"], asked["subject"]) == ("pack_asked_for", clerk.email, "programme:small")
    assert asked["details"]["papers"] == [[f"paper-{paper.pk}", paper.sha256]]
    assert (ready["action"], ready["details"]["sha256"]) == ("pack_made", done.sha256)


@pytest.mark.parametrize("who", [make_officer, make_auditor])
def test_only_a_clerk_makes_packs(programme: Programme, who: Any, appendix: bytes):
    papers(programme, appendix)
    with pytest.raises(PermissionDenied, match="You may not issue papers"):
        ask(programme, by=who())


def test_the_store_verifies_a_pack_and_names_one_that_was_changed(programme: Programme, appendix: bytes):
    papers(programme, appendix)
    done = made(programme)
    explain()
    _, tallies = check_everything()
    assert (tallies["packs and long tables"].rows, tallies["packs in the audit record"].rows) == (1, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE reports_rendering DISABLE TRIGGER USER")
        cursor.execute("UPDATE reports_rendering SET content = 'x'")
        cursor.execute("ALTER TABLE reports_rendering ENABLE TRIGGER USER")
    with pytest.raises(NotProved, match=f"The PDF of pack {done.pk} is not as it was stored"):
        check_everything()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_rendering DISABLE TRIGGER USER")
        cursor.execute("UPDATE reports_rendering SET sha256 = encode(sha256(content), 'hex')")
        cursor.execute("ALTER TABLE reports_rendering ENABLE TRIGGER USER")
    with pytest.raises(NotProved, match=f"What the audit record says of pack {done.pk}"):
        check_everything()
