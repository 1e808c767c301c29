"""What the pages of one drawdown share: opening it as this person, and saying so when it changed meanwhile."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.models import Office
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from approvals.drawdowns import rules
from approvals.drawdowns.actions import KeyUsedOtherwise, StaleDrawdown
from approvals.drawdowns.changes.queries import changed_lines
from approvals.drawdowns.changes.views import changed_since, sent_otherwise
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.offers.views import Person, person_of
from approvals.drawdowns.overview.queries import AskedOffice, Sheet, changes_seen, sheet_of
from approvals.drawdowns.queries import drawdown_in_full, papers_of
from approvals.drawdowns.rules import CannotBeDrawn
from approvals.drawdowns.submission import queries as freezing
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import Totals, totals_of

reads = permission_required(Permission.VIEW_PROGRAMMES)
records = permission_required(Permission.RECORD_DECISIONS)
prepares = permission_required(Permission.PREPARE_DRAWDOWNS)
either = require_http_methods(["GET", "HEAD", "POST"])


def acts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that acts: 409 and what changed where it was opened before, 409 for a key that was used with something else."""

    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StaleDrawdown as error:
            return changed_since(request, error)
        except KeyUsedOtherwise:
            return sent_otherwise(request, kwargs["reference"])

    return guarded


def opened(request: SignedIn, reference: str) -> tuple[Sheet, Person]:
    """The drawdown with all that was said on it, and who looks at it. Http404 for one they may not know of."""
    drawdown = drawdown_in_full(request.user, reference)
    asked, _ = asked_for(drawdown, clock.now())
    sheet = sheet_of(drawdown, asked, clock.today())
    return sheet, person_of(request.user, sheet)


def asked_for(drawdown: Drawdown, now: datetime) -> tuple[Totals | None, str]:
    """What it asks for: as it was frozen, or as it would be now; else None, and why it cannot be drawn so."""
    if drawdown.state not in rules.OPEN:
        return totals_of(submitted(drawdown.content)), ""
    try:
        frozen = freezing.work_out(drawdown)
    except CannotBeDrawn as error:
        return None, str(error)
    return totals_of(freezing.content_of(drawdown, frozen, drawdown.submission + 1, now, timezone.localdate(now))), ""


def bearing_on(request: SignedIn, sheet: Sheet) -> dict[str, Any]:
    """All that bears on the decision, for who answers and who decides the same (seven queries at most)."""
    return {
        "drawdown": sheet.drawdown,
        "programme": sheet.drawdown.programme,
        "sheet": sheet,
        "seen": changes_seen(sheet, request.user),
        "changed": changed_lines(sheet.drawdown),
        "papers": papers_of(sheet.drawdown),
    }


def to_be_checked(request: SignedIn, form: ActForm) -> bool:
    """Whether the form was sent to be checked: neither confirmed nor taken back."""
    return request.method == "POST" and not {"confirm", "change"} & set(request.POST) and form.is_valid()


def office_asked(sheet: Sheet, slug: str) -> AskedOffice:
    """The office of this address among those asked. Raises Http404."""
    found = next((each for each in sheet.offices if each.office.slug == slug), None)
    if found is None:
        raise Http404
    return found


def must_act_for(person: Person, office: Office | None) -> None:
    """PermissionDenied for whoever does not act for the office today."""
    if person.acting_for(office) is None:
        raise PermissionDenied(f"You do not act for this office: {office}.")


def require_recorder(request: SignedIn) -> None:
    """PermissionDenied for whoever does not record what bodies decide."""
    require(request.user, Permission.RECORD_DECISIONS)
