"""Who may do what: one list. Views ask it before showing, actions ask it again inside the transaction."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from accounts.people.models import User


class Role(models.TextChoices):
    """What a person does here. A person may have several roles."""

    FINANCE_OFFICER = "finance_officer", "Finance officer"
    CLERK = "clerk", "Committee clerk"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"
    OFFICE_HOLDER = "office_holder", "Office holder"


class Permission(models.TextChoices):
    """One word for each thing that can be allowed. The label completes the sentence "You may not ..."."""

    VIEW_PROGRAMMES = "view_programmes", "see programmes"
    READ_EXEMPT = "read_exempt", "read exempt information"
    EDIT_LINES = "edit_lines", "change posts and other costs"
    COMMENT_ON_LINES = "comment_on_lines", "comment on posts and other costs"
    SET_UP_PROGRAMMES = "set_up_programmes", "set up programmes"
    RECORD_DECISIONS = "record_decisions", "record decisions"
    PREPARE_DRAWDOWNS = "prepare_drawdowns", "prepare drawdowns"
    CONFIRM_CONDITIONS = "confirm_conditions", "confirm the conditions of a delegation"
    WRITE_REPORTS = "write_reports", "write committee reports"
    CHECK_DRAFTS = "check_drafts", "check drafts of papers"
    DISMISS_FINDINGS = "dismiss_findings", "dismiss findings of the paper check"
    OVERRIDE_FINDINGS = "override_findings", "override what stops a paper"
    ISSUE_PAPERS = "issue_papers", "issue papers"
    MANAGE_PEOPLE = "manage_people", "manage people"
    MANAGE_OFFICES = "manage_offices", "record who holds an office, or deputies"
    CHANGE_SETTINGS = "change_settings", "change the council's settings"
    VIEW_AUDIT = "view_audit", "see the audit record"


# Segregation of duties: who plans the money never records what a body allowed, and who records decisions never plans.
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.FINANCE_OFFICER: frozenset(
        {
            Permission.VIEW_PROGRAMMES,
            Permission.READ_EXEMPT,
            Permission.EDIT_LINES,
            Permission.COMMENT_ON_LINES,
            Permission.SET_UP_PROGRAMMES,
            Permission.PREPARE_DRAWDOWNS,
            Permission.CONFIRM_CONDITIONS,
            Permission.WRITE_REPORTS,
            Permission.CHECK_DRAFTS,
            Permission.DISMISS_FINDINGS,
        }
    ),
    Role.CLERK: frozenset(
        {
            Permission.VIEW_PROGRAMMES,
            Permission.READ_EXEMPT,
            Permission.COMMENT_ON_LINES,
            Permission.RECORD_DECISIONS,
            Permission.CONFIRM_CONDITIONS,
            Permission.WRITE_REPORTS,
            Permission.CHECK_DRAFTS,
            Permission.DISMISS_FINDINGS,
            Permission.OVERRIDE_FINDINGS,
            Permission.ISSUE_PAPERS,
        }
    ),
    Role.AUDITOR: frozenset({Permission.VIEW_PROGRAMMES, Permission.READ_EXEMPT, Permission.VIEW_AUDIT}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.VIEW_PROGRAMMES,
            Permission.MANAGE_PEOPLE,
            Permission.MANAGE_OFFICES,
            Permission.CHANGE_SETTINGS,
            Permission.SET_UP_PROGRAMMES,
        }
    ),
    Role.OFFICE_HOLDER: frozenset({Permission.VIEW_PROGRAMMES, Permission.READ_EXEMPT, Permission.COMMENT_ON_LINES}),
}


class SignedIn(HttpRequest):
    """A request as views see it behind LoginRequiredMiddleware: its user is a person."""

    user: "User"


def permissions_of(user: "User") -> frozenset[Permission]:
    """Everything the person's roles allow; nothing for a person who is no longer active."""
    if not user.is_active:
        return frozenset()
    return frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in user.roles))


def require(user: "User", permission: Permission) -> None:
    """Raise PermissionDenied, with a sentence for the person, unless the person may do it."""
    if permission not in permissions_of(user):
        raise PermissionDenied(f"You may not {permission.label}.")


def permission_required(permission: Permission) -> Callable[..., Any]:
    """Guard a view: 403 for a signed-in person without the permission."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, permission)  # type: ignore[arg-type]
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard
