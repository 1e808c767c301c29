"""A paper from its check to the reader: findings corrected or overridden, issued twice, in two parts, and proved genuine."""

import io
import re
from pathlib import Path

import pdfplumber
import pytest
from playwright.sync_api import Download, Page, expect

from phases.models import Programme
from tests.journeys.test_story import enter, heading, press

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAMME = "/programmes/ofsted-2016/"
CONTRADICTED = (
    "6 Senior Practitioner roles, Phase Two: £158,000 is stated in 2016/17, and its own dates give £264,000",
    "Quality Audit Manager, Phase Two: £60,000 is stated in 2016/17, and its own dates give £35,000",
    "Head of service, Phase Three: £60,000 is stated in 2016/17, and its own dates give £22,500",
    "3 social workers, Phase Three: £10,000 is stated in 2016/17, and its own dates give £30,750",
    "Strategic and business support, Phase One: 8 months in 2016/17 and 12 months in 2017/18 make 20 months, and its term is 18",
)
MENDED = CONTRADICTED[1]
EXEMPT = "Quality Audit Manager"


def programme_page(page: Page, name: str) -> None:
    """From wherever one is: by the names of the pages that the programme's own pages offer."""
    if "/programmes/ofsted-2016/" not in page.url:
        page.goto(PROGRAMME)
    page.get_by_role("navigation", name="Programme").get_by_role("link", name=name, exact=True).click()
    heading(page, name)


def save_the_line(page: Page) -> None:
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Saved")


def override(page: Page, reason: str) -> None:
    """The first finding that can be overridden here, with a reason."""
    page.get_by_role("link", name=re.compile("^Override")).first.click()
    heading(page, re.compile("^Override"))
    page.get_by_label("Reason").fill(reason)
    press(page, "Override")
    expect(page.get_by_role("alert")).to_contain_text("Overridden")


def issue(page: Page, said: str, *, part: str = "", reason: str = "") -> Path:
    """Fill in what is missing, check, issue, download; the file."""
    page.get_by_label("Agenda item").fill("7")
    page.get_by_label("Report number").fill("ED17012")
    if part:
        page.get_by_label(re.compile(f"^{part}")).check()
    if reason:
        page.get_by_label("Why it is issued again").fill(reason)
    press(page, "Continue")
    heading(page, "Check what will be issued")
    press(page, "Issue this paper")
    expect(page.get_by_role("alert")).to_contain_text(f"{said} was issued.")
    return downloaded(page)


def downloaded(page: Page) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the PDF").click()
    got: Download = download.value
    return Path(got.path())


def text_of(file: Path | io.BytesIO) -> str:
    with pdfplumber.open(file) as document:
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in document.pages))


def pages_of(file: Path, words: str) -> list[int]:
    """How often each page before the changes says it."""
    with pdfplumber.open(file) as document:
        return [len(page.search(words)) for page in document.pages if "Changes since" not in page.extract_text()]


def exempt(page: Page, line: str, what: str) -> None:
    page.get_by_label("Post or other cost").select_option(label=line)
    page.get_by_label("Which part").select_option(label=what)
    page.get_by_label("Paragraph of Schedule 12A").select_option("2")
    page.get_by_label("Public interest").fill("It would tell who is in post.")
    press(page, "Record")
    expect(page.get_by_role("alert")).to_contain_text("Recorded.")


def verified(page: Page, file: Path | dict[str, object]) -> str:
    """What anybody is told of a file, by whom nobody is signed in."""
    page.context.clear_cookies()
    page.goto("/papers/verify/")
    page.get_by_label("PDF").set_input_files(file)  # type: ignore[arg-type]
    press(page, "Check the file")
    return page.get_by_role("status").inner_text()


def test_a_paper_is_checked_issued_issued_again_and_verified(demo: Programme, site: Page) -> None:
    page = site

    # A finance officer sees the five lines, and mends one where its link leads.
    enter(page, "Finance officer")
    programme_page(page, "Paper check")
    for finding in CONTRADICTED:
        expect(page.get_by_role("listitem").filter(has_text=finding)).to_have_count(1)
    expect(page.get_by_role("link", name=re.compile("^Override"))).to_have_count(0)
    page.get_by_role("listitem").filter(has_text=MENDED).get_by_role("link", name="Open the line").click()
    line = page.url
    page.get_by_label("2016/17, typed", exact=True).fill("")
    page.get_by_label("Reason for 2016/17").fill("")
    save_the_line(page)
    programme_page(page, "Paper check")
    expect(page.get_by_role("listitem").filter(has_text=MENDED)).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text=CONTRADICTED[0])).to_have_count(1)

    # The clerk is told what stops the paper, and overrides it, each with its reason.
    enter(page, "Committee clerk")
    programme_page(page, "Issued papers")
    page.get_by_role("button", name="Issue a paper").click()
    heading(page, re.compile(r"^\d+ findings stop the paper$"))
    programme_page(page, "Paper check")
    links = page.get_by_role("link", name=re.compile("^Override"))
    stopping = links.count()
    for number in range(stopping):
        override(page, f"Reason {number + 1}: as published, and told to the Director.")
    expect(links).to_have_count(0)
    expect(page.get_by_text("Nothing stops the paper from being issued.")).to_be_visible()

    # Appendix 3 leaves the building.
    page.get_by_role("button", name="Issue a paper").click()
    first = issue(page, "Appendix 3, version 1")
    expect(page.get_by_text(f"Reason {stopping}: as published, and told to the Director.")).to_be_visible()
    text = text_of(first)
    assert "Appendix 3 | Report no. ED17012 | Executive | 14 September 2016 | Agenda item 7 | Part 1 (public)" in text
    assert "Quality Audit Manager 1 35 60 60" in text
    assert "Reason 1" not in text
    internal = page.request.get(page.get_by_role("link", name="Internal version").get_attribute("href") or "").body()
    assert "Internal - not for publication" in text_of(io.BytesIO(internal))
    assert "Reason 1: as published, and told to the Director. Committee clerk, Democratic services" in text_of(
        io.BytesIO(internal)
    )
    page.get_by_role("link", name="As it is read aloud").click()
    expect(
        page.get_by_text("Director ECHS. FTE: 1. 2016 to 2017 thousand pounds: 83. 2017 to 2018 thousand pounds: 200.")
    ).to_be_visible()

    # A line changes; the paper is issued again, and prints what is different.
    enter(page, "Finance officer")
    page.goto(line)
    page.get_by_role("textbox", name="Comment").fill("From Sept 2016, in post")
    save_the_line(page)
    enter(page, "Committee clerk")
    programme_page(page, "Issued papers")
    page.get_by_role("link", name="Appendix 3 for Executive").click()
    page.get_by_role("link", name="Issue a new version").click()
    second = issue(page, "Appendix 3, version 2", reason="The post is filled.")
    text = text_of(second)
    assert "Changes since version 1, issued on" in text
    assert "Phase Two Quality Audit Manager Comment From Sept 2016 From Sept 2016, in post" in text

    # One line is exempt, and its costs too, which takes a second line to hide: the public twin and Part 2.
    programme_page(page, "Issued papers")
    page.get_by_role("link", name="Exempt information").click()
    expect(page.get_by_text("Nothing is exempt")).to_be_visible()
    exempt(page, EXEMPT, "The whole line, except FTE and costs")
    exempt(page, EXEMPT, "Costs")
    expect(
        page.get_by_text(f"Costs of {EXEMPT} can be worked out: nothing else is withheld under TOTAL PHASE TWO")
    ).to_be_visible()
    exempt(page, "6 Senior Practitioner roles", "Costs")
    expect(page.get_by_text("can be worked out")).to_have_count(0)
    programme_page(page, "Issued papers")
    page.get_by_role("button", name="Issue a paper").click()
    twin = issue(page, "Appendix 3, version 3", part="Part 1", reason="A line is exempt.")
    programme_page(page, "Issued papers")
    page.get_by_role("button", name="Issue a paper").click()
    whole = issue(page, "Appendix 3, version 1", part="Part 2")
    assert EXEMPT not in text_of(twin)
    assert "6 Senior Practitioner roles 6 para 2 para 2 para 2 No Yes" in text_of(twin)
    assert "Exempt: paragraph 2 1 para 2 para 2 para 2" in text_of(twin)
    assert "TOTAL PHASE TWO RESOURCES REQUESTED 7 193 348 348" in text_of(twin)
    assert "Quality Audit Manager 1 35 60 60" in text_of(whole)
    assert pages_of(twin, "TOTAL") == pages_of(whole, "TOTAL")

    # Whoever was given one of them learns what it is.
    assert "Genuine, and the newest version" in verified(page, twin)
    said = verified(page, first)
    assert "Genuine, but superseded" in said
    assert "The post is filled." in said
    changed = bytearray(first.read_bytes())
    changed[len(changed) // 2] ^= 1
    assert "Not known" in verified(page, {"name": "changed.pdf", "mimeType": "application/pdf", "buffer": bytes(changed)})
