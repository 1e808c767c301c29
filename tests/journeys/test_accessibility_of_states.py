"""Every state a page can be in, against WCAG 2.2 AA: errors, conflicts, what is empty and what is refused."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.permissions.rules import Role
from phases.models import Phase, Programme
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import state_of
from posts.models import CostLine
from tests.accounts.test_factors import code_of
from tests.journeys.addresses import address
from tests.journeys.inspecting import Inspection
from tests.journeys.screens import already_signed_in, blank, cell, state
from tests.making import (
    NOON,
    enter_line,
    make_clerk,
    make_officer,
    make_phase,
    make_programme,
    make_user,
)
from tests.reports.draft import paper
from tests.reports.papers import dearer, issued, make_programme_to_issue
from tests.reports.report_case import make_report

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small(transactional_db: None) -> Programme:
    """Three lines in one phase: enough for the states of a page, and quickly looked through."""
    programme = make_programme(name="Small programme", slug="small")
    phase = make_phase(programme)
    for title in ("Head of service", "Team manager", "Auditor"):
        enter_line(phase, title=title)
    return programme


def saved_by_somebody_else(line: CostLine) -> None:
    theirs = replace(state_of(line), comment="Theirs")
    change = LineChange(line.pk, line.version, theirs)
    change_lines(programme=line.programme, line_changes=[change], by=make_officer(), at=NOON)


def test_two_step_sign_in(inspection: Inspection) -> None:
    page, person = inspection.page, make_user(email="auditor@council.example", roles=["auditor"])
    person.set_password("a long enough password")
    person.save()
    already_signed_in(page, person)
    inspection.visit("two steps, off", "/accounts/2fa/")
    page.get_by_role("button", name="Set it up").click()
    inspection.look("the password again")
    page.get_by_label("Password", exact=True).fill("a long enough password")
    page.get_by_role("button", name="Confirm").click()
    inspection.look("setting it up")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Turn on two-step sign-in").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    inspection.look("a wrong code")
    page.get_by_label("Code").fill(code_of(page.locator("dd code").inner_text()))
    page.get_by_role("button", name="Turn on two-step sign-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    inspection.look("recovery codes")
    page.get_by_role("link", name="Make new recovery codes").click()
    inspection.look("new recovery codes")
    page.goto("/accounts/2fa/")
    inspection.look("two steps, on")
    page.get_by_role("link", name="Turn it off").click()
    inspection.look("turning it off")
    page.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_text("You sign in with your password alone.")).to_be_visible()


def test_what_is_said_when_signing_in_fails(demo: Programme, inspection: Inspection) -> None:
    page = inspection.page
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("nobody@council.example")
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    inspection.look("wrong password")
    page.goto("/accounts/password/reset/")
    page.get_by_role("button", name="Send the link").click()
    inspection.look("no address to send a link to")
    page.goto("/accounts/password/reset/key/1-abc/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    inspection.look("a link that no longer works")


@pytest.mark.parametrize(
    ("account", "forms"),
    [
        ("finance-officer", ["programme_new", "phase_add", "funding_source_add", "excluded_item_add", "line", "paste_lines"]),
        ("clerk", ["decision_record", "authorise", "draft_paper"]),
        ("administrator", ["add_person", "council", "add_office", "take_office", "appoint_deputy", "revoke_deputy"]),
    ],
)
def test_forms_sent_with_nothing_in_them(account: str, forms: list[str], demo: Programme, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, account)
    for name in forms:
        page.goto(address(name))
        # What is folded away is sent too.
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")
        for field in page.locator("main input[type=text], main textarea:not([hidden])").all():
            field.fill("")
        page.locator("main form button.govuk-button[type=submit]").last.click()
        expect(page).to_have_title(re.compile("^Error: "))
        inspection.look(f"{name} with errors")


def test_states_of_the_table_of_inputs(small: Programme, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, make_officer())
    page.goto(reverse("lines", args=[small.slug]))
    page.get_by_label("Tick Auditor").check()
    page.get_by_role("button", name="Change ticked rows").click()
    page.get_by_label("Remove them").check()
    page.get_by_role("button", name="Show what happens").click()
    expect(page.get_by_role("button", name="Remove these lines")).to_be_visible()
    inspection.look("what becomes of ticked rows")
    page.get_by_role("link", name="Cancel").click()
    cell(page, "FTE", "Head of service").fill("0")
    cell(page, "Comment", "Team manager").fill("Changed")
    blank(page, "Post or other cost").focus()
    expect(state(page, "Head of service")).to_have_text("Not saved")
    expect(state(page, "Team manager")).to_contain_text("Saved")
    inspection.look("a row refused, another saved")

    saved_by_somebody_else(CostLine.objects.get(title="Auditor"))
    cell(page, "Comment", "Auditor").fill("Mine")
    page.evaluate("document.querySelector('#entry').submit()")  # as it is sent without a script
    expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()
    expect(page.get_by_role("region", name="The three versions of Auditor")).to_be_visible()
    inspection.look("the table with an error and a conflict")


def test_states_of_one_line(small: Programme, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, make_officer())
    line = CostLine.objects.get(title="Auditor")
    page.goto(reverse("line", args=[small.slug, line.pk]))
    saved_by_somebody_else(line)
    page.get_by_label("Comment", exact=True).fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("region", name="The three versions")).to_be_visible()
    inspection.look("a line in conflict")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Saved")
    inspection.look("a line saved")


def test_comments_and_files_of_a_line(small: Programme, inspection: Inspection, tmp_path: Path) -> None:
    page, line = inspection.page, CostLine.objects.get(title="Auditor")
    already_signed_in(page, make_officer())
    inspection.visit("no comments yet", reverse("line_comments", args=[small.slug, line.pk]))
    page.get_by_role("button", name="Add comment").click()
    inspection.look("an empty comment")
    for text in ("Agency until March?", "No."):
        page.get_by_label("Comment", exact=True).fill(text)
        page.get_by_role("button", name="Add comment").click()
        expect(page.get_by_text(text)).to_be_visible()
    file = tmp_path / "Quote.pdf"
    for content, said in ((b"no PDF", "does not match its name"), (b"%PDF-1.7", "Quote.pdf was attached.")):
        file.write_bytes(content)
        page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_role("button", name="Attach").click()
        expect(page.get_by_text(said).first).to_be_visible()
        inspection.look(said)
    page.get_by_role("link", name="Withdraw").first.click()
    inspection.look("withdrawing a comment")
    page.get_by_label("Reason").fill("On the wrong line.")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_text("On the wrong line.")).to_be_visible()
    inspection.look("a comment withdrawn")


def test_a_block_with_errors(small: Programme, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, make_officer())
    page.goto(reverse("paste_lines", args=[small.slug]))
    page.get_by_label("The rows, copied from Excel").fill(
        "Phase\tTeam\tPost\tFTE\tAnnual cost\tFrom\t2016/17\n"
        "1\tReferral and Assessment\tPractitioner\t1\t-1\t1 Aug 2016\t\n"
        "1\t\tAuditor\t1\t60,000\t1 Sep 2016\t61,000\n"
        "9\tNo such phase\tNobody\t0\tlots\t31/04/2016\t\n"
        "1\t\tInterim consultant\t0\t5,000\t1 Sep 2016\t\n"
    )
    page.get_by_role("button", name="Check").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("group", name=re.compile("is it an other cost, without FTE"))).to_be_visible()
    inspection.look("a block with errors")


def test_what_the_check_of_a_draft_found(demo: Programme, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, "clerk")
    page.goto(reverse("draft_paper", args=[demo.slug]))
    page.get_by_label("Or the text of the paper").fill(f"{paper.as_text()}\n9.1 On Tuesday 14 September 2016 £k [TBC] and £37k.")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the check of the draft found")
    inspection.look("what the check of a draft found")


def test_a_report_that_no_longer_agrees_and_its_paragraphs(inspection: Inspection) -> None:
    programme, page = make_report(ward=""), inspection.page
    dearer(programme)
    already_signed_in(page, make_officer())
    inspection.visit("an outdated report", reverse("report", args=[programme.slug]))
    expect(page.get_by_role("button", name="Bring every figure up to date")).to_be_visible()
    first = page.get_by_role("link", name="Paragraph 1 of the finance section")
    first.filter(has_text="Change").click()
    page.get_by_label("Text", exact=True).fill("It costs {Phase Onee} and [TBC].")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_text("Figures that can be named", exact=True).click()
    inspection.look("a paragraph with errors")
    page.goto(reverse("report", args=[programme.slug]))
    first.filter(has_text="Draft again").click()
    inspection.look("drafting a paragraph again")
    page.goto(reverse("report", args=[programme.slug]))
    first.filter(has_text="Remove").click()
    inspection.look("removing a paragraph")


def test_issuing_a_paper_and_what_is_kept_of_it(inspection: Inspection, tmp_path: Path) -> None:
    programme, page = make_programme_to_issue(), inspection.page
    first = issued(programme)
    dearer(programme)
    already_signed_in(page, make_clerk())
    page.goto(reverse("issued_paper", args=[programme.slug, first.pk]))
    page.get_by_role("link", name="Issue a new version").click()
    page.get_by_label("Why it is issued again").fill("The grade was wrong.")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what will be issued")
    inspection.look("what will be issued")
    page.get_by_role("button", name="Issue this paper").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Appendix 3, version 2")
    inspection.look("an issued paper")
    inspection.visit("as it is read aloud", f"{page.url}aloud/")
    inspection.visit("a superseded paper", reverse("issued_paper", args=[programme.slug, first.pk]))
    inspection.visit("issued papers", reverse("issued_papers", args=[programme.slug]))
    inspection.visit("as at a past day", f"{reverse('expenditure_as_at', args=[programme.slug])}?at=2016-09-14T13:00:00Z")
    inspection.visit("is it genuine", reverse("verify_paper"))
    given = tmp_path / "given.pdf"
    for content, said in ((bytes(first.content), "Genuine, but superseded"), (b"%PDF-1.7", "Not known")):
        given.write_bytes(content)
        page.get_by_label("PDF").set_input_files(given)
        page.get_by_role("button", name="Check the file").click()
        expect(page.get_by_role("heading", name=said)).to_be_visible()
        inspection.look(said)


def test_a_form_that_somebody_else_saved_first(demo: Programme, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, "finance-officer")
    page.goto(address("phase_change"))
    Phase.objects.filter(number=1).update(name="Phase 1 (theirs)")
    page.get_by_label("Name").fill("Phase 1 (mine)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Stored now: Phase 1 (theirs)")).to_be_visible()
    inspection.look("a form in conflict")


def test_workings_over_the_committee_table(demo: Programme, inspection: Inspection) -> None:
    page = inspection.page
    already_signed_in(page, "clerk")
    page.goto(address("expenditure"))
    page.get_by_role("row", name="Director ECHS").get_by_role("link", name="83").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    inspection.look("workings in a dialog")


def test_a_plan_over_its_limit(demo: Programme, inspection: Inspection) -> None:
    enter_line(demo.phases.get(number=1), annual_cost=Decimal(900_000), title="Something dear")
    already_signed_in(inspection.page, "finance-officer")
    inspection.page.goto(address("position"))
    expect(inspection.page.get_by_role("heading", name="The plan exceeds a limit")).to_be_visible()
    inspection.look("over the limit")
    inspection.page.goto("/")
    inspection.look("home, over the limit")


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.FINANCE_OFFICER, ["lines", "position", "expenditure", "decisions", "programme_setup", "teams", "paste_lines"]),
        (Role.CLERK, ["lines", "position", "expenditure", "decisions"]),
    ],
)
def test_a_programme_with_nothing_in_it(role: Role, names: list[str], inspection: Inspection) -> None:
    programme = make_programme(name="Nothing yet", slug="nothing-yet")
    already_signed_in(inspection.page, make_user(role))
    for name in names:
        inspection.visit(f"empty {name}", reverse(name, args=[programme.slug]))
    make_phase(programme)
    for name in ("lines", "position"):
        inspection.page.goto(reverse(name, args=[programme.slug]))
        inspection.look(f"{name} with one empty phase")


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.AUDITOR])
def test_a_council_without_a_programme(role: Role, inspection: Inspection) -> None:
    already_signed_in(inspection.page, make_user(role))
    for name in ("home", "programmes"):
        inspection.visit(f"{name} without a programme", reverse(name))


def test_what_is_refused(inspection: Inspection) -> None:
    already_signed_in(inspection.page, make_officer())
    inspection.visit("403", "/audit/", 403)
    inspection.visit("404", "/programmes/unknown/", 404)
    inspection.visit("400", "/programmes/?page=%00", 400)


def test_pages_in_forced_colours_are_legible(small: Programme, inspection: Inspection) -> None:
    page = inspection.page
    page.emulate_media(forced_colors="active")
    page.goto("/accounts/login/")
    inspection.measure("sign-in in forced colours", ["color-contrast"])
    already_signed_in(page, make_officer())
    for name in ("home", "lines", "position", "expenditure", "programme_setup"):
        page.goto(reverse(name, args=[] if name == "home" else [small.slug]))
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        inspection.measure(f"{name} in forced colours", ["color-contrast"])
