"""What anybody may read without signing in: the decisions that are published."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import content_of, published_record, published_records
from approvals.decisions.register.forms import PublicFilters
from approvals.decisions.wording import queries as wording
from display import formats
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, joined, last_if_open, link, note
from display.lists.listing import Listing


def for_anybody(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same page for everybody, signed in or not: it asks for no session and sets no cookie, so it may be cached."""

    @login_not_required
    @require_GET
    @cache_control(public=True, max_age=300)
    @wraps(view)
    def page(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        request.user = AnonymousUser()
        # The check for sign-in has looked at the session; this page does not hang on it, so caches need not tell visitors apart.
        request.session.accessed = False
        return view(request, *args, **kwargs)

    return page


def _title(record: DecisionRecord) -> SafeString:
    about = "Exempt information" if record.exempt_paragraph else ""
    url = reverse("published_decision", args=[record.drawdown.reference])
    return joined(link(url, record.title), note(record.drawdown.reference), note(about))


def _pdf(record: DecisionRecord) -> SafeString:
    reference = record.drawdown.reference
    return link(reverse("published_decision_pdf", args=[reference]), "PDF", f" of {reference}")


class PublishedTable(ListTable):
    """Newest first."""

    name, about, order = "published-decisions", "Published decisions", "-published_on"

    title = ListColumn(
        "Decision",
        screen=_title,
        cells=[FileColumn("Reference", lambda each: each.drawdown.reference), FileColumn("Title", lambda each: each.title)],
    )
    capacity = ListColumn("Decided by")
    decided_on = ListColumn("Decided", sort=last_if_open("decided_on"))
    published_on = ListColumn("Published", sort="published_on")
    stands = ListColumn("Status", screen=wording.standing, cells=[FileColumn("Status", wording.standing)])
    exempt = ListColumn(
        "Exempt information",
        shown=False,
        screen=lambda each: formats.yes_no(bool(each.exempt_paragraph)),
        cells=[FileColumn("Exempt information", lambda each: bool(each.exempt_paragraph))],
    )
    pdf = ActionColumn("Download", screen=_pdf)


@for_anybody
def published_decisions(request: HttpRequest) -> HttpResponseBase:
    """By year and words."""
    listing = Listing(request, PublishedTable(), PublicFilters(request.GET, published_records()))
    return listing.respond("approvals/decisions/published.html", {})


@for_anybody
def published_decision(request: HttpRequest, reference: str) -> HttpResponse:
    """One record; of an exempt one that there is one, and why it is exempt."""
    record = published_record(reference)
    content = content_of(record)
    exempt = bool(content.exempt_paragraph)
    context = {
        "record": record,
        "kind": content.kind_of_record,
        "sections": wording.public_sections(content) + ([] if exempt else [wording.since(record)]),
        "money": [] if exempt else wording.money_rows(content),
        "answers": [] if exempt else wording.answer_rows(content),
        "standing": wording.standing(record),
        "exempt": exempt,
    }
    return render(request, "approvals/decisions/published_decision.html", context)
