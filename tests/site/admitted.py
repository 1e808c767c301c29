"""One table of who is let in where. An address that is missing from it fails."""

from typing import Any

from accounts.permissions.rules import Role

NOBODY = None
PEOPLE = (NOBODY, "", *Role)  # "" is a person without any role

EVERYBODY = {"", *Role}
READERS = set(Role)
FINANCE = {Role.FINANCE_OFFICER}
SETS_UP = {Role.FINANCE_OFFICER, Role.ADMINISTRATOR}
CLERK = {Role.CLERK}
ADMINISTRATOR = {Role.ADMINISTRATOR}
AUDITOR = {Role.AUDITOR}
OPEN = {NOBODY, *EVERYBODY}
BY_OFFICE: set[Any] = set()  # no role is enough: who holds the office, or deputises

# Name of the address: who is let in. The rest get 403, and without a session the sign-in page.
WHO_IS_LET_IN: dict[str, set[Any]] = {
    "home": EVERYBODY,
    **dict.fromkeys(("healthz", "livez", "readyz"), OPEN),
    "app_css": OPEN,
    "council_css": OPEN,
    **dict.fromkeys(("glossary", "help", "help_for", "accessibility", "privacy", "contact"), OPEN),
    **dict.fromkeys(("governance", "governance_add", "governance_change"), ADMINISTRATOR),
    "statements": ADMINISTRATOR,
    "mail_texts": READERS,
    "change_statement": ADMINISTRATOR,
    "people": ADMINISTRATOR,
    **dict.fromkeys(("power_changes", "power_change"), ADMINISTRATOR),
    "add_person": ADMINISTRATOR,
    "change_person": ADMINISTRATOR,
    "offices": READERS,
    "holders": READERS,
    "deputies": READERS,
    "office": READERS,
    "add_office": ADMINISTRATOR,
    "change_office": ADMINISTRATOR,
    "take_office": ADMINISTRATOR,
    "end_holding": ADMINISTRATOR,
    "correct_holding": ADMINISTRATOR,
    "appoint_deputy": ADMINISTRATOR,
    "revoke_deputy": ADMINISTRATOR,
    **dict.fromkeys(("council", "council_logo", "council_logo_png"), ADMINISTRATOR),
    "audit": AUDITOR,
    "audit_export": AUDITOR,
    "audit_verifier": AUDITOR,
    "programmes": READERS,
    "programme_new": SETS_UP,
    "programme_setup": SETS_UP,
    "programme_details": SETS_UP,
    "paper": SETS_UP,
    "phase_add": SETS_UP,
    "phase_change": SETS_UP,
    **dict.fromkeys(("programme_copy", "phase_copy"), FINANCE),
    "funding_source_add": SETS_UP,
    "funding_source_change": SETS_UP,
    "excluded_item_add": SETS_UP,
    "excluded_item_change": SETS_UP,
    "teams": SETS_UP,
    "bodies": READERS,
    "body_add": ADMINISTRATOR,
    "body_change": ADMINISTRATOR,
    "approval_limits": READERS,
    "approval_limit_add": ADMINISTRATOR,
    "approval_limit_end": ADMINISTRATOR,
    "decisions": READERS,
    "decision_record": CLERK,
    "decision_change": CLERK,
    "decision": READERS,
    "decision_no_money": CLERK,
    "authorise": CLERK,
    "authorisation_change": CLERK,
    "authorisation": READERS,
    "authorisation_lapse": CLERK,
    "authorisation_carry_forward": CLERK,
    "authorisation_replace": CLERK,
    "delegations": READERS,
    "delegation_record": CLERK,
    "delegation": READERS,
    **dict.fromkeys(("condition_confirm", "condition_take_back"), FINANCE | CLERK),
    "condition_paper": READERS,
    "delegation_progress": READERS,
    "delegation_progress_pdf": READERS,
    "drawdowns": READERS,
    **dict.fromkeys(("sitting", "sitting_next", "sitting_summary"), READERS),
    **dict.fromkeys(
        ("drawdown_new", "proposal_new", "drawdown_lines", "drawdown_headroom", "drawdown_case", "drawdown_papers"), FINANCE
    ),
    **dict.fromkeys(("drawdown_submit", "drawdown_withdraw", "hand_back", "drawdown_elsewhere"), FINANCE),
    "elsewhere_confirm": CLERK,
    "paper_file": READERS,
    "drawdown": READERS,
    "answer": BY_OFFICE,
    "answered": READERS,
    "answer_record": CLERK,
    "body_answer_record": CLERK,
    "question_ask": BY_OFFICE,
    "question_reply": FINANCE,
    "advise": BY_OFFICE,
    "dispensation_record": CLERK,
    "sign_off": BY_OFFICE,
    "signed": READERS,
    "resolution_record": CLERK,
    "drawdown_return": BY_OFFICE,
    "drawdown_refuse": BY_OFFICE,
    "decision_record_page": READERS,
    "decided_pdf": READERS,
    "decision_pdf": READERS,
    "record_change": CLERK,
    "record_add": CLERK,
    "record_reword": CLERK,
    **dict.fromkeys(("record_plan", "record_plan_cancel"), CLERK),
    **dict.fromkeys(("record_correct", "record_withdraw", "correction_withdraw"), CLERK),
    "rewording_answer": READERS,
    "record_publish": CLERK,
    "record_effect": CLERK,
    "call_in": CLERK,
    "call_in_outcome": CLERK,
    "register": READERS,
    "published_decisions": OPEN,
    "published_decisions_json": OPEN,
    "published_decisions_atom": OPEN,
    "published_decision": OPEN,
    "published_decision_pdf": OPEN,
    **dict.fromkeys(("forward_plan", "forward_plan_pdf"), OPEN),
    **dict.fromkeys(("key_notice_give", "key_notice_withdraw"), CLERK),
    "published_correction": OPEN,
    "published_correction_pdf": OPEN,
    "all_lines": READERS,
    "lines": READERS,
    **dict.fromkeys(("line_comments", "line_file"), READERS),
    "comment_withdraw": FINANCE,
    "line": READERS,
    "workings": READERS,
    **dict.fromkeys(("line_import", "line_import_file"), READERS),
    "what_if": READERS,
    **dict.fromkeys(("columns", "column_width", "column_widths"), READERS),
    **dict.fromkeys(("preview_lines", "presence"), FINANCE),
    "undo_lines": FINANCE,
    "several_lines": FINANCE,
    "paste_lines": FINANCE,
    "line_template": FINANCE,
    "position": READERS,
    "approval_route": READERS,
    "expenditure": READERS,
    "expenditure_pdf": READERS,
    "expenditure_xlsx": READERS,
    "expenditure_csv": READERS,
    "expenditure_json": READERS,
    "checks": READERS,
    "checks_json": READERS,
    "finding_review": FINANCE | CLERK,
    "draft_paper": FINANCE | CLERK,
    **dict.fromkeys(("report", "report_docx", "report_pdf"), READERS),
    **dict.fromkeys(("front_sheet", "paragraph_add", "paragraph_change", "paragraph_remove"), FINANCE | CLERK),
    **dict.fromkeys(("paragraph_redraft", "paragraph_move", "section_draft", "report_update"), FINANCE | CLERK),
    "issued_papers": READERS,
    "issued_paper": READERS,
    "issued_paper_pdf": READERS,
    "issued_paper_aloud": READERS,
    "issued_paper_internal": READERS,
    "paper_issue": CLERK,
    **dict.fromkeys(("packs", "rendering", "rendering_pdf"), READERS),
    "pack_new": CLERK,
    "exempt_information": CLERK,
    "verify_paper": OPEN,
    "expenditure_as_at": READERS,
}

# Answered for a visitor without a session, on purpose: signing in, and asking for a new password.
WITHOUT_A_SESSION = {"demo_sign_in", "account_login", "account_logout", "account_signup", "account_reset_password"}
WITHOUT_A_SESSION |= {"account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done"}
WITHOUT_A_SESSION |= {
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_login_code",
}

# Of the demonstration alone: tests/accounts/test_clock.py says who moves its day on.
WITHOUT_A_SESSION |= {"move_on"}
# Of the sign-in package, for whoever is signed in.
OF_ONES_OWN = {"unsaved", "own_mail", "account_change_password", "account_set_password", "account_reauthenticate"}
OF_ONES_OWN |= {"mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"}
OF_ONES_OWN |= {"mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"}

POSTED_ONLY = {
    "preview_lines",
    "column_width",
    "presence",
    "undo_lines",
    "drawdown_headroom",
    "record_effect",
    "record_plan_cancel",
}
POSTED_ONLY |= {"paragraph_move", "section_draft", "report_update"}
