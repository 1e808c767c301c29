"""Papers as they are issued: the list, issuing, and one paper with what it was made from."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.formats import long_date
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, joined, link, note, tag
from display.lists.listing import Listing
from phases.models import Programme
from phases.programmes.queries import programme_for
from reports.checks.queries import findings_of, judged
from reports.checks.reading.queries import reading_of
from reports.checks.rules import Severity
from reports.checks.views import shown_to
from reports.exempt.rules import worked_out
from reports.papers import actions
from reports.papers.annex.queries import with_moment
from reports.papers.background.actions import TooManyWaiting, ask_for_paper
from reports.papers.background.queries import papers_under_way
from reports.papers.forms import IssuedPaperFilters, IssueForm
from reports.papers.issue.queries import drawn, for_meeting, paper_of, reissue_of, table_for
from reports.papers.models import IssuedPaper
from reports.papers.packs.views import TOO_MANY
from reports.papers.queries import issued_papers_of, require_part
from reports.requests.rules import Meeting
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import changes_between

either = require_http_methods(["GET", "HEAD", "POST"])


def _paper(paper: IssuedPaper) -> SafeString:
    which = f" for {paper.committee} on {long_date(paper.meeting_date)}, version {paper.version}"
    url = reverse("issued_paper", args=[paper.programme.slug, paper.pk])
    exempt = "Part 2 (exempt)" if paper.part == 2 else ""
    return joined(link(url, paper.appendix, which), note(exempt), note(paper.report_number))


def _meeting(paper: IssuedPaper) -> SafeString:
    return joined(paper.committee, note(f"Agenda item {paper.agenda_item}" if paper.agenda_item else ""))


def _is_current(paper: IssuedPaper) -> bool:
    return getattr(paper, "superseded_by", None) is None


class IssuedPaperTable(ListTable):
    """Newest first."""

    name, about, order = "issued-papers", "Issued papers", "-issued_at"

    paper = ListColumn(
        "Paper",
        screen=_paper,
        cells=[
            FileColumn("Paper", lambda paper: paper.appendix),
            FileColumn("Part", lambda paper: paper.part),
            FileColumn("Report number", lambda paper: paper.report_number),
        ],
    )
    committee = ListColumn(
        "Committee",
        screen=_meeting,
        cells=[
            FileColumn("Committee", lambda paper: paper.committee),
            FileColumn("Agenda item", lambda paper: paper.agenda_item),
        ],
    )
    meeting_date = ListColumn("Meeting", sort="meeting_date")
    version = ListColumn("Version", css_class="number")
    issued_at = ListColumn("Issued", sort="pk")
    issued_by = ListColumn("Issued by", holds="issued_by.name")
    status = ListColumn(
        "Status",
        screen=lambda paper: tag("Current", "green") if _is_current(paper) else tag("Superseded", "grey"),
        cells=[FileColumn("Status", lambda paper: "Current" if _is_current(paper) else "Superseded")],
    )
    pdf = ActionColumn(
        "Download",
        screen=lambda paper: link(reverse("issued_paper_pdf", args=[paper.programme.slug, paper.pk]), "PDF", f" of {paper}"),
    )


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def issued_papers(request: SignedIn, slug: str) -> HttpResponseBase:
    """Every paper that was issued for a programme."""
    programme = programme_for(request.user, slug)
    papers = issued_papers_of(programme).select_related("programme")
    context = {
        "programme": programme,
        "under_way": papers_under_way(programme, clock.now()),
        "may_issue": request.user.may(Permission.ISSUE_PAPERS),
    }
    listing = Listing(request, IssuedPaperTable(), IssuedPaperFilters(request.GET, papers))
    return listing.respond("reports/papers/issued_papers.html", context)


@permission_required(Permission.ISSUE_PAPERS)
@either
def paper_issue(request: SignedIn, slug: str) -> HttpResponse:
    """Say for which meeting, check, issue. Each step is refused while findings stop the paper."""
    programme = programme_for(request.user, slug)
    if request.method != "POST":
        return _asked(request, IssueForm(None, programme=programme, initial=_usual(programme, request.GET.get("again", ""))))
    form = IssueForm(request.POST, programme=programme)
    if not form.is_valid() or "change" in request.POST:
        return _asked(request, form)
    if "confirm" in request.POST and form.is_as_checked:
        return _issue(request, form)
    return _to_check(request, form, moved_on="confirm" in request.POST)


def _issue(request: SignedIn, form: IssueForm) -> HttpResponse:
    """Issue it now, or have a long paper issued in the background."""
    slug, at = form.programme.slug, clock.localtime()
    try:
        if form.programme.lines.count() >= pdf.LONG:
            asked = ask_for_paper(programme=form.programme, request=form.request, by=request.user, at=at)
            return redirect("rendering", slug, asked.pk)
        issued = actions.issue(paper=drawn(paper_of(form.programme, form.request), at), by=request.user, at=clock.now())
    except TooManyWaiting:
        messages.error(request, TOO_MANY)
        return _asked(request, form)
    except (actions.PaperOvertaken, actions.StoppedByFindings):
        return _to_check(request, form, moved_on=True)
    messages.success(request, f"{issued} was issued.")
    return redirect("issued_paper", slug, issued.pk)


def _usual(programme: Programme, again: str) -> dict[str, Any]:
    """The details of the paper that is issued again, or else of the programme."""
    if again.isdecimal() and len(again) < 16:
        paper = get_object_or_404(issued_papers_of(programme), pk=int(again))
        return {name: getattr(paper, name) for name in Meeting._fields}
    return {name: getattr(programme, name) for name in ("committee", "meeting_date", "appendix", "report_number")}


def _asked(request: SignedIn, form: IssueForm) -> HttpResponse:
    programme = form.programme
    found = judged(programme, findings_of(programme, council_queries.council(), as_at=clock.localtime()))
    stops = [each for each in found if each.stops_the_paper]
    context = {"programme": programme, "form": form, "stops": shown_to(programme, stops, request.user)}
    return render(request, "reports/papers/paper_issue.html", context)


def _to_check(request: SignedIn, form: IssueForm, *, moved_on: bool) -> HttpResponse:
    """What will be issued, its findings, and what changed since the version before."""
    paper, now = paper_of(form.programme, form.request), clock.localtime()
    programme = for_meeting(paper)
    found = judged(programme, findings_of(programme, council_queries.council(), as_at=now))
    stops = [each for each in found if each.stops_the_paper]
    table = table_for(paper, now)
    context = {
        "programme": programme,
        "form": form,
        "meeting": form.meeting,
        "reissue": reissue_of(paper, table),
        "worked_out": worked_out(table, form.exempt) if form.meeting.part == 1 else [],
        "stops": shown_to(programme, stops, request.user),
        "found": len(found),
        "overridden": [each.review for each in found if each.review and each.review.kind == "overridden"],
        "moved_on": moved_on,
    }
    return render(request, "reports/papers/paper_issue_check.html", context, status=409 if moved_on else 200)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def issued_paper(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """One paper: its details and hash, the findings as they were, and what changed since the version before."""
    programme = programme_for(request.user, slug)
    papers = IssuedPaper.objects.filter(programme=programme).defer("content")
    paper = get_object_or_404(papers.select_related("issued_by", "supersedes", "superseded_by", "entry"), pk=pk)
    reading = reading_of(slug, request.user)
    require_part(paper, request.user)
    before, findings = paper.supersedes, [with_moment(reading.of_kept(each)) for each in json.loads(paper.findings)["findings"]]
    context = {
        "programme": programme,
        "paper": paper,
        "superseded_by": getattr(paper, "superseded_by", None),
        "overridden": [each for each in findings if each["severity"] == Severity.ERROR],
        "others": [each for each in findings if each["severity"] != Severity.ERROR],
        "changes": changes_between(json.loads(before.schedule), json.loads(paper.schedule)) if before else None,
        "may_issue": request.user.may(Permission.ISSUE_PAPERS),
    }
    return render(request, "reports/papers/issued_paper.html", context)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def issued_paper_pdf(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The very bytes that were issued."""
    paper = get_object_or_404(IssuedPaper, programme=programme_for(request.user, slug), pk=pk)
    require_part(paper, request.user)
    part = " part 2" if paper.part == 2 else ""
    name = slugify(f"{paper.appendix}{part} {paper.committee} {paper.meeting_date} version {paper.version}")
    response = HttpResponse(bytes(paper.content), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.pdf") or "attachment"
    return response
