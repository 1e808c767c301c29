"""Every page, and every state a page can be in, against WCAG 2.2 AA: axe, reflow at 320 px, headings, titles, language.

A test goes through the pages of one person and reports all it found at its end.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, expect

from accounts.clock import queries as clock
from accounts.clock.actions import move_to
from accounts.council.queries import council
from accounts.models import Office, OfficeHolding, PowerChange, User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.models import Delegation
from phases.models import ApprovalLimit, Authorisation, Body, ExcludedItem, FundingDecision, FundingSource, Phase, Programme
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import state_of
from posts.models import CostLine
from reports.checks.queries import findings_of
from tests.accounts.test_factors import code_of
from tests.journeys.screens import Complaints, already_signed_in, blank, cell, state
from tests.making import (
    NOON,
    enter_line,
    make_authorisation,
    make_clerk,
    make_deputy,
    make_governance,
    make_officer,
    make_phase,
    make_programme,
    make_user,
)
from tests.posts.lines import an_import
from tests.reports.draft import paper
from tests.reports.papers import dearer, issued, make_programme_to_issue
from tests.reports.report_case import make_report

pytestmark = pytest.mark.django_db(transaction=True)

AXE = Axe().axe_script
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What can come out otherwise on a narrow window, where the same page is only laid out again.
RULES_OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
# 1280 px at 400 % zoom is 320 px too.
WIDTHS = {1280: EVERY_RULE, 320: RULES_OF_LAYOUT}

# Who looks at which address. Every address of the site is here or among those that are no page.
PAGES: dict[str, list[str]] = {
    "": [
        *("account_login", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done"),
        *("glossary", "help", "help_for", "accessibility", "privacy", "contact"),
    ],
    "finance-officer": [
        *("home", "programmes", "programme_new", "programme_setup", "programme_details", "paper", "phase_add", "phase_change"),
        *("programme_copy", "phase_copy"),
        *("funding_source_add", "funding_source_change", "excluded_item_add", "excluded_item_change", "teams", "decisions"),
        *(
            "all_lines",
            "lines",
            "line",
            "workings",
            "what_if",
            "paste_lines",
            "several_lines",
            "line_import",
            "position",
            "approval_route",
            "expenditure",
        ),
        *("checks", "account_change_password", "account_logout"),
    ],
    "clerk": [
        *("checks", "finding_review", "draft_paper", "issued_papers", "paper_issue", "expenditure_as_at", "exempt_information"),
        *("report", "front_sheet", "paragraph_add"),
        *(
            "decisions",
            "decision",
            "decision_record",
            "decision_change",
            "decision_no_money",
            "authorise",
            "authorisation_change",
            "lines",
            "position",
        ),
        *(
            "delegations",
            "delegation",
            "condition_confirm",
            "condition_take_back",
            "delegation_progress",
            "delegation_record",
            "authorisation",
            "authorisation_lapse",
            "authorisation_carry_forward",
            "authorisation_replace",
        ),
    ],
    "auditor": ["home", "audit", "mail_texts", "own_mail"],
    "administrator": [
        *(
            "home",
            "people",
            "add_person",
            "change_person",
            "power_changes",
            "power_change",
            "council",
            "offices",
            "holders",
            "deputies",
            "office",
            "add_office",
            "change_office",
        ),
        *("take_office", "end_holding", "correct_holding", "appoint_deputy", "revoke_deputy"),
        *("approval_limits", "approval_limit_add", "approval_limit_end", "statements", "change_statement", "privacy"),
        *("bodies", "body_add", "body_change", "governance_change", "governance", "governance_add"),
    ],
}
NO_PAGE = {"healthz", "app_css", "council_css", "preview_lines", "undo_lines", "demo_sign_in", "move_on"}
NO_PAGE |= {"line_file"}
# Looked at below, state by state.
NO_PAGE |= {"line_comments", "comment_withdraw"}
NO_PAGE |= {"audit_export", "audit_verifier", "unsaved", "line_import_file", "line_template"}
# Looked at in test_deciding.py, state by state.
NO_PAGE |= {"drawdown", "answer", "answered", "answer_record", "question_ask", "question_reply", "advise", "dispensation_record"}
NO_PAGE |= {"sitting", "sitting_next", "sitting_summary", "condition_paper", "body_answer_record"}
NO_PAGE |= {"sign_off", "signed", "resolution_record", "drawdown_return", "drawdown_refuse"}
NO_PAGE |= {
    "delegation_progress_pdf",
    "expenditure_pdf",
    "expenditure_xlsx",
    "expenditure_csv",
    "expenditure_json",
    "checks_json",
}
# Looked at in test_preparing.py, state by state.
NO_PAGE |= {
    "drawdowns",
    "drawdown_new",
    "proposal_new",
    "drawdown_lines",
    "drawdown_headroom",
    "drawdown_case",
    "drawdown_papers",
    "paper_file",
}
NO_PAGE |= {"drawdown_submit", "drawdown_withdraw", "hand_back", "drawdown_elsewhere", "elsewhere_confirm"}
# Looked at in test_records.py, state by state.
NO_PAGE |= {"decision_record_page", "record_change", "record_publish", "record_effect", "call_in", "call_in_outcome", "register"}
NO_PAGE |= {"published_decisions", "published_decision", "decision_pdf", "decided_pdf", "published_decision_pdf"}
NO_PAGE |= {
    "record_add",
    "record_reword",
    "rewording_answer",
    "record_correct",
    "record_plan",
    "record_plan_cancel",
    "record_withdraw",
    "correction_withdraw",
    "published_correction",
    "published_correction_pdf",
}
NO_PAGE |= {"published_decisions_json", "published_decisions_atom", "forward_plan", "forward_plan_pdf", "key_notice_give"}
NO_PAGE |= {"key_notice_withdraw"}
# The report: these are posted or downloaded, the others are looked at below, state by state.
NO_PAGE |= {"report_docx", "report_pdf", "report_update", "section_draft", "paragraph_move"}
NO_PAGE |= {"paragraph_change", "paragraph_remove", "paragraph_redraft"}
# Looked at in test_packs.py, state by state.
NO_PAGE |= {"packs", "pack_new", "rendering", "rendering_pdf"}
# Looked at below, state by state.
NO_PAGE |= {"issued_paper", "issued_paper_pdf", "issued_paper_internal", "issued_paper_aloud", "verify_paper"}
# Two-step sign-in, looked at below, state by state.
NO_PAGE |= {"mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"}
NO_PAGE |= {"mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"}
# Of the sign-in package; the first is tried below with a link that no longer works, the rest lead elsewhere here or are closed.
NO_PAGE |= {"account_reset_password_from_key", "account_signup", "account_inactive", "account_confirm_email", "account_email"}
NO_PAGE |= {"account_email_verification_sent", "account_confirm_login_code", "account_set_password", "account_reauthenticate"}


class Inspection:
    """Looks at pages, and keeps what it found until the end."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.titles: dict[str, str] = {}

    def visit(self, name: str, address: str, status: int = 200) -> None:
        """A page that answers with this status: a refusal in its place may be as accessible, and says nothing about it."""
        answer = self.page.goto(address)
        if answer is None or answer.status != status:
            self.found.append(f"{name}: {address} answers {answer and answer.status} instead of {status}")
        title = self.page.title()
        if title in self.titles:
            self.found.append(f"{name}: the title “{title}” is that of {self.titles[title]} too")
        self.titles[title] = name
        self.look(name)

    def look(self, name: str) -> None:
        """At the page as it stands now, wide and narrow."""
        page = self.page
        # A click returns as soon as the next page has begun to arrive, which may be before its heading has.
        page.wait_for_load_state()
        if (headings := page.locator("h1").count()) != 1:
            self.found.append(f"{name}: {headings} h1")
        if page.locator("html").get_attribute("lang") != "en-GB":
            self.found.append(f"{name}: its language is not said")
        for width, rules in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(LAID_OUT)
            self.measure(f"{name} at {width} px", rules)
            beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if beyond > 0:
                self.found.append(f"{name} at {width} px: {beyond} px wider than the window, by {page.evaluate(WIDEST)}")

    def measure(self, name: str, rules: list[str]) -> None:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
        violations = self.page.evaluate("options => axe.run(options).then((result) => result.violations)", options)
        for violation in violations:
            where = "; ".join(str(node["target"][0]) for node in violation["nodes"][:3])
            why = violation["nodes"][0]["failureSummary"].replace("\n", " ")
            self.found.append(f"{name}: {violation['id']}, {len(violation['nodes'])} times: {where}: {why}")


# The menu folds when the window has become narrow, a moment later.
LAID_OUT = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDEST = """[...document.querySelectorAll("main *, header *, footer *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest(".scroll-region"))
  .slice(0, 3).map((each) => `${each.tagName}.${each.className}`).join(" ")"""


@pytest.fixture
def inspection(transactional_db: None, page: Page) -> Iterator[Inspection]:
    """Everything that was found is reported together when the test ends."""
    inspection = Inspection(page)
    with Complaints(page) as complaints:
        yield inspection
    report = inspection.found + complaints.said
    assert not report, "\n" + "\n".join(report)


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


def replacing(earlier: Authorisation) -> Authorisation:
    """A later authorisation for the same phases, to which nothing was moved over yet."""
    limits = {limit.financial_year: int(limit.amount) for limit in earlier.limits.all()}
    return make_authorisation(earlier.decision, *earlier.phases.all(), limits=limits, replaces=earlier, title="Confirmation")


def a_condition() -> int:
    """Of a delegation that nothing is drawn under."""
    decision = FundingDecision.objects.earliest("pk")
    given = {"programme": decision.programme, "title": "With a condition", "text": "Once it is met.", "recorded_at": NOON}
    unused = Delegation.objects.create(decision=decision, decision_body=Body.objects.earliest("pk"), **given)
    return unused.conditions.create(text="The inspection report has been published.").pk


def a_confirmation() -> int:
    """By somebody else than the clerk who looks at it."""
    condition = Delegation.objects.get(title="With a condition").conditions.get()
    given = {"met_on": date(2016, 9, 1), "evidence": actions.Evidence("Minute 17"), "at": NOON}
    return actions.confirm_condition(condition=condition, by=User.objects.get(demo_account="finance-officer"), **given).pk


def past_its_year() -> int:
    """The demonstration has moved on into the next financial year: what was not drawn can lapse."""
    if clock.today() < date(2017, 4, 1):
        move_to(date(2017, 4, 1), by=None)
    return Authorisation.objects.earliest("pk").pk


def power_change() -> int:
    """One that an administrator may confirm."""
    by = User.objects.get(demo_account="clerk")
    given = {"kind": "take_office", "values": {}, "words": "Somebody takes office.", "asked_by": by, "asked_at": NOON}
    return PowerChange.objects.create(**given).pk


def address(name: str) -> str:
    """Of the demonstration: its first phase, line, decision and so on."""
    route = next(iter(get_resolver().reverse_dict.getlist(name)), None)
    numbers: dict[str, Callable[[], int]] = {
        "change_person": lambda: User.objects.get(demo_account="clerk").pk,
        **dict.fromkeys(("office", "change_office", "take_office", "appoint_deputy"), lambda: Office.objects.earliest("pk").pk),
        **dict.fromkeys(("end_holding", "correct_holding"), lambda: OfficeHolding.objects.earliest("pk").pk),
        "revoke_deputy": lambda: make_deputy(Office.objects.earliest("pk"), User.objects.get(demo_account="clerk")).pk,
        "power_change": power_change,
        **dict.fromkeys(("phase_change", "phase_copy"), lambda: Phase.objects.earliest("pk").pk),
        "funding_source_change": lambda: FundingSource.objects.earliest("pk").pk,
        "excluded_item_change": lambda: ExcludedItem.objects.earliest("pk").pk,
        **dict.fromkeys(
            ("decision", "decision_change", "decision_no_money", "authorise"), lambda: FundingDecision.objects.earliest("pk").pk
        ),
        **dict.fromkeys(("authorisation_change", "authorisation"), lambda: Authorisation.objects.earliest("pk").pk),
        **dict.fromkeys(("authorisation_lapse", "authorisation_carry_forward"), past_its_year),
        "authorisation_replace": lambda: replacing(Authorisation.objects.earliest("pk")).pk,
        "body_change": lambda: Body.objects.earliest("pk").pk,
        "governance_change": lambda: make_governance().pk,
        "approval_limit_end": lambda: ApprovalLimit.objects.earliest("pk").pk,
        "line": lambda: CostLine.objects.earliest("pk").pk,
        "line_import": lambda: an_import(Programme.objects.get(slug="ofsted-2016")).number,
        **dict.fromkeys(("workings", "what_if"), lambda: CostLine.objects.earliest("pk").pk),
        **dict.fromkeys(("delegation", "delegation_progress"), lambda: Delegation.objects.earliest("pk").pk),
        "condition_confirm": a_condition,
        "condition_take_back": a_confirmation,
    }
    parameters = route[0][0][1] if route else []
    given: dict[str, Any] = {"slug": "ofsted-2016", "pk": numbers[name]() if name in numbers else 0, "year": 2016}
    given |= {"section": "finance", "kind": "privacy"} | ({"slug": "finance-officer"} if name == "help_for" else {})
    if "fingerprint" in parameters:
        given["fingerprint"] = findings_of(Programme.objects.get(slug="ofsted-2016"), council(), as_at=NOON)[0].fingerprint
    return reverse(name, kwargs={each: given[each] for each in parameters})


def _named(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _named(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_every_address_is_looked_at() -> None:
    looked_at = {name for pages in PAGES.values() for name in pages}
    assert sorted(set(_named(get_resolver().url_patterns)) - looked_at - NO_PAGE) == []


@pytest.mark.parametrize("account", PAGES, ids=lambda account: account or "nobody")
def test_pages_of(account: str, demo: Programme, inspection: Inspection) -> None:
    if account:
        already_signed_in(inspection.page, account)
    for name in PAGES[account]:
        inspection.visit(name, address(name))


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
