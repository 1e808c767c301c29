"""Every page against WCAG 2.2 AA: axe, reflow at 320 px, headings, titles, language.

A test goes through the pages of one person and reports all it found at its end.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from phases.models import Programme
from tests.journeys.addresses import address
from tests.journeys.inspecting import Inspection
from tests.journeys.screens import already_signed_in

pytestmark = pytest.mark.django_db(transaction=True)

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
            "columns",
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
            "council_logo",
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

NO_PAGE = {"healthz", "livez", "readyz", "app_css", "council_css", "preview_lines", "undo_lines", "demo_sign_in", "move_on"}
NO_PAGE |= {"column_width", "column_widths", "presence"}
NO_PAGE |= {"line_file", "council_logo_png"}

# Looked at in test_accessibility_of_states.py.
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

# The report: these are posted or downloaded, the others are looked at in test_accessibility_of_states.py.
NO_PAGE |= {"report_docx", "report_pdf", "report_update", "section_draft", "paragraph_move"}
NO_PAGE |= {"paragraph_change", "paragraph_remove", "paragraph_redraft"}
# Looked at in test_packs.py, state by state.
NO_PAGE |= {"packs", "pack_new", "rendering", "rendering_pdf"}

# Looked at in test_accessibility_of_states.py.
NO_PAGE |= {"issued_paper", "issued_paper_pdf", "issued_paper_internal", "issued_paper_aloud", "verify_paper"}

# Two-step sign-in, looked at in test_accessibility_of_states.py.
NO_PAGE |= {"mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"}
NO_PAGE |= {"mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"}

# Of the sign-in package; the first is tried there with a link that no longer works, the rest lead elsewhere here or are closed.
NO_PAGE |= {"account_reset_password_from_key", "account_signup", "account_inactive", "account_confirm_email", "account_email"}
NO_PAGE |= {"account_email_verification_sent", "account_confirm_login_code", "account_set_password", "account_reauthenticate"}


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
