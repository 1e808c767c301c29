"""What anybody may read without signing in: the decisions that are published."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial, wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.council.queries import council
from approvals.decisions.aftermath.queries import became
from approvals.decisions.models import DecisionRecord
from approvals.decisions.publication import queries
from approvals.decisions.queries import content_of, hidden_balances, published_record, published_records
from approvals.decisions.register.forms import PublicFilters
from approvals.decisions.register.views import released_cells
from approvals.decisions.rules import RecordContent
from approvals.decisions.standing import queries as standing
from approvals.decisions.withdrawal.models import Withdrawal
from approvals.decisions.withdrawal.queries import sentence, withdrawal_of
from approvals.decisions.wording import queries as wording
from approvals.drawdowns.totals.rules import released_in_words
from costing.measure import Measure
from display import formats
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, joined, last_if_open, link, muted, note, tag
from display.lists.listing import Listing

IN_THE_FEED = 50
"""So many of the newest decisions are in the feed; whoever wants all of them takes the JSON."""


def for_anybody(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same page for everybody, signed in or not: it asks for no session and sets no cookie, so it may be cached."""

    @login_not_required
    @require_GET
    @wraps(view)
    def page(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        request.user = AnonymousUser()
        # The check for sign-in has looked at the session; this page does not hang on it, so caches need not tell visitors apart.
        request.session.accessed = False
        answer = view(request, *args, **kwargs)
        if answer.status_code < 500:  # what is not there yet is soon
            patch_cache_control(answer, public=True, max_age=300)
        return answer

    return page


def _title(record: DecisionRecord) -> SafeString:
    about = "Exempt information" if record.exempt_paragraph else ""
    url = reverse("published_decision", args=[record.drawdown.reference])
    return joined(link(url, queries.public_title(record)), note(record.drawdown.reference), note(about))


def _pdf(record: DecisionRecord) -> SafeString:
    reference = record.drawdown.reference
    return link(reverse("published_decision_pdf", args=[reference]), "PDF", f" of {reference}")


def _amounts(record: DecisionRecord) -> str:
    if withdrawal_of(record):
        return muted("Withdrawn")
    if record.exempt_paragraph:
        return muted("Exempt")
    return released_in_words(queries.public_amounts(record)) if wording.sources_of(record) else "No money"


def _sources(record: DecisionRecord) -> str:
    return "; ".join(queries.public_sources(record))


class PublishedTable(ListTable):
    """Newest first. In a file what is released has a column for each measure."""

    name, about, order = "published-decisions", "Published decisions", "-published_on"

    title = ListColumn(
        "Decision",
        screen=_title,
        cells=[FileColumn("Reference", lambda each: each.drawdown.reference), FileColumn("Title", queries.public_title)],
    )
    programme = ListColumn("Programme", shown=False, holds="drawdown.programme.name")
    capacity = ListColumn("Decided by", screen=queries.public_capacity, cells=[FileColumn("Decided by", queries.public_capacity)])
    decided_on = ListColumn("Decided", sort=last_if_open("decided_on"))
    released = ListColumn("Released", screen=_amounts)
    sources = ListColumn("Funding source", shown=False, screen=_sources, cells=[FileColumn("Funding source", _sources)])
    published_on = ListColumn("Published", sort="published_on")
    closes_on = ListColumn("Call-in closes", shown=False)
    stands = ListColumn(
        "Status", cells=[FileColumn("Status", standing.standing), FileColumn("Retrospective", wording.is_retrospective)]
    )
    exempt = ListColumn(
        "Exempt information",
        shown=False,
        screen=lambda each: formats.yes_no(bool(each.exempt_paragraph)),
        cells=[FileColumn("Exempt information", lambda each: bool(each.exempt_paragraph))],
    )
    pdf = ActionColumn("Download", screen=_pdf)

    def __init__(self, measures: Callable[[], Sequence[Measure]], today: date) -> None:
        """`measures`: those that the decisions of a file release money in."""
        super().__init__()
        self.measures = measures
        self.declared["stands"].screen = partial(_stands, today=today)

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        return released_cells(self.measures(), queries.public_amounts) if name == "released" else super().cells_of(name)


def _stands(record: DecisionRecord, today: date) -> str:
    is_open = standing.is_open_to_call_in(record, today)
    retrospective = note(standing.retrospective(record))
    return joined(tag("Open to call-in", "orange") if is_open else "", note(standing.standing(record)), retrospective)


def _listing(request: HttpRequest, size: int = 25) -> Listing:
    today = clock.today()
    filters = PublicFilters(request.GET, published_records(), today=today)
    table = PublishedTable(lambda: queries.public_measures(filters.found), today)
    return Listing(request, table, filters, size=size)


@for_anybody
def published_decisions(request: HttpRequest) -> HttpResponseBase:
    """By year, words and whether they are open to call-in."""
    return _listing(request).respond("approvals/decisions/published.html", {})


@for_anybody
def published_decisions_json(request: HttpRequest) -> HttpResponse:
    """The same list for machines: a hundred decisions at a time, newest first, under the same filters; `next` leads on."""
    listing = _listing(request, size=100)
    rows = [queries.as_data(record, clock.today()) for record in listing.rows]
    if said := [each.text for each in listing.problems] or [
        str(text) for texts in listing.form.errors.values() for text in texts
    ]:
        return JsonResponse({"errors": said}, status=400)
    for row in rows:
        row["url"] = request.build_absolute_uri(reverse("published_decision", args=[row["reference"]]))
        row["pdf"] = request.build_absolute_uri(reverse("published_decision_pdf", args=[row["reference"]]))
    following = request.build_absolute_uri(listing.next_url) if listing.next_url else None
    return JsonResponse({"council": council().name, "decisions": rows, "next": following})


class PublishedFeed(Feed):
    """The latest decisions as they were published, for who follows them with a feed reader (Atom, RFC 4287)."""

    feed_type = Atom1Feed
    title = "Published decisions"

    def link(self) -> str:
        return reverse("published_decisions")

    def author_name(self) -> str:
        return council().name

    def items(self) -> Iterable[DecisionRecord]:
        return published_records().order_by("-published_on", "-id")[:IN_THE_FEED]

    def item_title(self, item: DecisionRecord) -> str:
        return f"{item.drawdown.reference}: {queries.public_title(item)}"

    def item_description(self, item: DecisionRecord) -> str:
        if withdrawal_of(item):
            return escape(standing.standing(item))
        released = "" if item.exempt_paragraph else released_in_words(queries.public_amounts(item))
        exempt = "It holds exempt information." if item.exempt_paragraph else ""
        later = standing.retrospective(item)
        said = [
            f"{item.capacity}, {formats.long_date(item.decided_on)}.",
            later and f"{later}.",
            released and f"Released: {released}.",
            exempt,
        ]
        # A summary of an Atom feed of Django 5.2 is markup, though its title is plain text.
        return escape(" ".join(filter(None, [*said, standing.standing(item)])))

    def item_link(self, item: DecisionRecord) -> str:
        return reverse("published_decision", args=[item.drawdown.reference])

    def item_pubdate(self, item: DecisionRecord) -> datetime:
        return queries.published_at(item)

    def item_updateddate(self, item: DecisionRecord) -> datetime:
        return queries.changed_at(item)


@for_anybody
def published_decisions_atom(request: HttpRequest) -> HttpResponse:
    """The newest decisions as an Atom feed."""
    return PublishedFeed()(request)


def gone(request: HttpRequest, record: DecisionRecord, withdrawn: Withdrawal, reference: str) -> HttpResponse:
    """410 in the place of what was withdrawn: which record or correction it was, since when it is not public, and why."""
    context = {"record": record, "withdrawn": withdrawn, "said": sentence(withdrawn), "reference": reference}
    return render(request, "approvals/decisions/published_withdrawn.html", context, status=410)


def _sections(record: DecisionRecord, content: RecordContent) -> list[wording.Section]:
    """What anybody may read of it, and what became of it."""
    if content.exempt_paragraph:
        return wording.public_sections(content)
    after = [standing.since(record, public=True), became(record, amounts=False)]
    return [*standing.as_it_stands(wording.public_sections(content), record), *after]


@for_anybody
def published_decision(request: HttpRequest, reference: str) -> HttpResponse:
    """One record; of an exempt one that there is one, and why it is exempt; 410 of one that was withdrawn."""
    record = published_record(reference)
    if withdrawn := withdrawal_of(record):
        return gone(request, record, withdrawn, reference)
    content = content_of(record)
    exempt = bool(content.exempt_paragraph)
    context = {
        "record": record,
        "kind": content.kind_of_record,
        "sections": _sections(record, content),
        "money": wording.public_money_rows(content, hidden_balances(record)),
        "withheld": wording.BALANCE_WITHHELD,
        "answers": [] if exempt else wording.answer_rows(content),
        "standing": standing.standing(record),
        "retrospective": standing.retrospective(record),
        "exempt": exempt,
        "corrections": record.corrections.all(),
    }
    return render(request, "approvals/decisions/published_decision.html", context)
