"""Packs: the list, asking for one; and how far a pack, a long paper or a long table is that is made in the background."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.models import User
from accounts.permissions.rules import Permission, SignedIn, permission_required
from accounts.worker.queries import is_working
from display.editing import posted
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, joined, link, note, tag
from display.lists.listing import Listing
from phases.programmes.queries import programme_for
from reports.papers.background.actions import MOST_AT_ONCE, TooManyWaiting, ask_again, ask_for_pack
from reports.papers.background.models import Rendering
from reports.papers.background.queries import renderings_of
from reports.papers.packs.forms import PackFilters, PackForm
from reports.papers.packs.queries import offered
from reports.papers.queries import require_part
from reports.requests.rules import TableRequest

either = require_http_methods(["GET", "HEAD", "POST"])

TOO_MANY = f"{MOST_AT_ONCE} papers of yours are waiting or being made already. Wait until one of them is ready."
STALLED = "No worker has been seen for a minute. It goes on when one is there again; whoever runs this site can see that too."
REFRESHED = 3
"""Seconds after which the page of something under way shows again how far it is."""


COLOURS = {
    Rendering.State.READY: "green",
    Rendering.State.FAILED: "red",
    Rendering.State.MAKING: "blue",
    Rendering.State.QUEUED: "grey",
}


def _address(name: str, pack: Rendering) -> str:
    return reverse(name, args=[pack.programme.slug, pack.pk])


def _part(pack: Rendering) -> str:
    return "Part 2 (exempt)" if pack.part == 2 else "Part 1 (public)"


def _state(pack: Rendering) -> SafeString:
    state = Rendering.State(pack.state)
    return tag(str(state.label), COLOURS[state])


def _pdf(pack: Rendering) -> str:
    return link(_address("rendering_pdf", pack), "PDF", f" of {pack.title}") if pack.state == Rendering.State.READY else ""


class PackTable(ListTable):
    """Newest first."""

    name, about, order = "packs", "Packs", "-asked_at"

    pack = ListColumn(
        "Pack",
        screen=lambda pack: joined(link(_address("rendering", pack), pack.title), note(_part(pack))),
        cells=[FileColumn("Pack", lambda pack: pack.title), FileColumn("Part", lambda pack: pack.part)],
    )
    committee = ListColumn(
        "Committee",
        screen=lambda pack: joined(pack.committee, note(f"Agenda item {pack.agenda_item}" if pack.agenda_item else "")),
        cells=[
            FileColumn("Committee", lambda pack: pack.committee),
            FileColumn("Agenda item", lambda pack: pack.agenda_item),
        ],
    )
    meeting_date = ListColumn("Meeting", sort="meeting_date")
    papers = ListColumn(
        "Papers",
        css_class="number",
        screen=lambda pack: str(len(pack.items)),
        cells=[FileColumn("Papers", lambda pack: len(pack.items))],
    )
    asked_at = ListColumn("Asked for", sort="pk")
    asked_by = ListColumn("Asked for by", holds="asked_by.name")
    status = ListColumn("Status", screen=_state, cells=[FileColumn("Status", lambda pack: pack.get_state_display())])
    pdf = ActionColumn("Download", screen=_pdf)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def packs(request: SignedIn, slug: str) -> HttpResponseBase:
    """Every pack of a programme."""
    programme = programme_for(request.user, slug)
    found = renderings_of(programme).filter(kind=Rendering.Kind.PACK).select_related("programme")
    listing = Listing(request, PackTable(), PackFilters(request.GET, found))
    context = {"programme": programme, "may_make": request.user.may(Permission.ISSUE_PAPERS)}
    return listing.respond("reports/papers/packs.html", context)


@permission_required(Permission.ISSUE_PAPERS)
@either
def pack_new(request: SignedIn, slug: str) -> HttpResponse:
    """Choose papers of one part and put them in order; a background task joins them."""
    programme = programme_for(request.user, slug)
    part = 2 if request.GET.get("part") == "2" else 1
    form = PackForm(posted(request), programme=programme, items=offered(programme, part))
    if form.is_bound and form.is_valid():
        try:
            asked = ask_for_pack(programme=programme, request=form.request(part), by=request.user, at=clock.now())
            return redirect("rendering", slug, asked.pk)
        except TooManyWaiting:
            form.add_error(None, TOO_MANY)
    context = {"programme": programme, "form": form, "part": part}
    return render(request, "reports/papers/pack_new.html", context, status=422 if form.is_bound else 200)


@permission_required(Permission.VIEW_PROGRAMMES)
@either
def rendering(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """How far it is. The page asks for itself again while that changes, unless `?still=yes`."""
    programme = programme_for(request.user, slug)
    found = get_object_or_404(renderings_of(programme), pk=pk)
    if request.method == "POST":
        ask_again(rendering=found, by=request.user)
        return redirect("rendering", slug, pk)
    if found.paper_id:
        return redirect("issued_paper", slug, found.paper_id)
    still = request.GET.get("still") == "yes"
    response = render(
        request, "reports/papers/rendering.html", {"programme": programme, "still": still, **_shown(found, request.user)}
    )
    if found.is_under_way and not still:
        response["Refresh"] = str(REFRESHED)
    return response


def _shown(found: Rendering, user: User) -> dict[str, Any]:
    permission = Permission.ISSUE_PAPERS if found.kind == Rendering.Kind.PACK else Permission.VIEW_PROGRAMMES
    return {
        "rendering": found,
        "stalled": STALLED if found.is_under_way and not is_working() else "",
        "percent": 100 * found.done // found.total if found.total else 0,
        "query": found.request.query if isinstance(found.request, TableRequest) else "",
        "may_ask_again": user.may(permission),
    }


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def rendering_pdf(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The finished PDF; 404 while there is none."""
    found = get_object_or_404(Rendering, programme=programme_for(request.user, slug), pk=pk)
    require_part(found, request.user)
    if found.content is None:
        raise Http404("It has not been made.")
    part = " part 2" if found.part == 2 else ""
    day = found.meeting_date or timezone.localtime(found.asked_at).date()
    name = slugify(f"{found.kind} {found.title}{part} {found.committee} {day}")
    response = HttpResponse(bytes(found.content), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.pdf") or "attachment"
    return response
