"""Changes of power: those that wait for a second administrator, and what became of the others."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.factors.views import confirms_identity
from accounts.people.models import User
from accounts.permissions.rules import Permission, SignedIn, permission_required
from accounts.power_changes import actions, queries
from accounts.power_changes.models import PowerChange
from accounts.power_changes.rules import why_not_confirm
from accounts.power_changes.wording.rules import unconfirmable_in_words
from display.lists.columns import FileColumn, ListColumn, ListTable, link, tag
from display.lists.filters import ListFilters
from display.lists.listing import Listing

administers = permission_required(Permission.MANAGE_PEOPLE)


def _words(change: PowerChange) -> SafeString:
    return link(queries.address_of(change), change.words)


def _state(change: PowerChange) -> SafeString | str:
    return change.get_outcome_display() if change.outcome else tag("Waiting", "yellow")


class PowerChangesTable(ListTable):
    """Newest first."""

    name, about, order = "changes-of-power", "Changes of power", "-asked_at"

    words = ListColumn("What would change", screen=_words, cells=[FileColumn("What would change", lambda change: change.words)])
    asked_by = ListColumn("Asked for by", holds="asked_by.name")
    asked_at = ListColumn("When", sort="asked_at")
    outcome = ListColumn(
        "State", screen=_state, cells=[FileColumn("State", lambda change: change.get_outcome_display() or "Waiting")]
    )
    decided_by = ListColumn(
        "By",
        screen=lambda change: change.decided_by.name if change.decided_by else "",
        cells=[FileColumn("By", lambda change: change.decided_by.name if change.decided_by else None)],
    )


@administers
@require_GET
def power_changes(request: SignedIn) -> HttpResponseBase:
    """What waits to be confirmed by a second administrator, and what was."""
    listing = Listing(request, PowerChangesTable(), ListFilters(request.GET, queries.changes()))
    return listing.respond("accounts/power_changes/power_changes.html", {})


@administers
@require_http_methods(["GET", "HEAD", "POST"])
@confirms_identity
def power_change(request: SignedIn, pk: int) -> HttpResponse:
    """One of them: what would change, and the buttons of whoever may decide it."""
    change = get_object_or_404(queries.changes(), pk=pk)
    if request.method == "POST":
        return _decided(request, change)
    why_not = why_not_confirm(change.asked_by_id, change.person_id, queries.administrators(), request.user.pk)
    context = {"change": change, "why_not": unconfirmable_in_words(why_not), "own": change.asked_by == request.user}
    return render(request, "accounts/power_changes/power_change.html", context)


def _decided(request: SignedIn, change: PowerChange) -> HttpResponse:
    act = actions.confirm if request.POST.get("decision") == "confirm" else actions.refuse
    try:
        decided = act(change=change, by=request.user, at=clock.now())
    except (ValidationError, ValueError) as error:
        said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        messages.error(request, f"Nothing was changed. {said}")
        return redirect("power_change", change.pk)
    messages.success(request, f"{decided.get_outcome_display()}: {decided.words}")
    return redirect("power_changes")


def asked(request: SignedIn, found: PowerChange | User | object) -> bool:
    """Whether it waits now for a second administrator; says it."""
    if not isinstance(found, PowerChange):
        return False
    messages.info(request, "Nothing is changed yet: another administrator must confirm it. They are told by e-mail.")
    return True
