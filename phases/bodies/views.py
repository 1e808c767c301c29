"""Pages of the bodies that decide, under Settings."""

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import SettingPage, edit_setting, posted
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, any_case, link
from display.lists.listing import Listing
from phases.bodies import actions, queries
from phases.bodies.forms import BodyFilters, BodyForm
from phases.bodies.models import Body

keeps = permission_required(Permission.CHANGE_SETTINGS)
either = require_http_methods(["GET", "HEAD", "POST"])


def _kind(body: Body) -> str:
    return body.get_kind_display()


def _change(body: Body) -> SafeString:
    return link(reverse("body_change", args=[body.pk]), "Change", f" {body.in_sentence}")


class BodyTable(ListTable):
    """By name."""

    name, about, order = "bodies", "Bodies that decide", "body"

    body = ListColumn("Body or officer", holds="name", sort=any_case("name"))
    kind = ListColumn("Kind", screen=_kind, cells=[FileColumn("Kind", _kind)])
    sentence = ListColumn("In a sentence", holds="in_sentence")
    call_in = ListColumn("Open to call-in", holds="call_in")
    since = ListColumn("First day", shown=False)
    until = ListColumn("Last day", shown=False)
    change = ActionColumn("Change", screen=_change)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def bodies(request: SignedIn) -> HttpResponseBase:
    """Who decides in this council: full council, the executive, committees, officers."""
    may_keep = request.user.may(Permission.CHANGE_SETTINGS)
    table = BodyTable(exclude=() if may_keep else ("change",))
    listing = Listing(request, table, BodyFilters(request.GET, queries.bodies()))
    return listing.respond("phases/bodies/bodies.html", {"may_keep": may_keep})


@keeps
@either
@transaction.atomic
def body_add(request: SignedIn) -> HttpResponse:
    return _edit(request, Body())


@keeps
@either
@transaction.atomic
def body_change(request: SignedIn, pk: int) -> HttpResponse:
    stored = Body.objects.select_for_update() if request.method == "POST" else Body.objects
    return _edit(request, get_object_or_404(stored, pk=pk))


def _edit(request: SignedIn, body: Body) -> HttpResponse:
    form, known = BodyForm(posted(request), instance=body), body if body.pk else None

    def save() -> Body:
        return actions.save_body(values=form.values, by=request.user, at=clock.now(), body=known)

    title = f"Change {body.in_sentence}" if known else "Add a body that decides"
    page = SettingPage(title, "changed" if known else "added", "Bodies that decide", "bodies")
    return edit_setting(request, form, save, page)
