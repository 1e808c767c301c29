"""Papers as they are issued: the list, issuing, one paper with what it was made from, checking a file, and tables of the past."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries as accounts_queries
from accounts.permissions import Permission, SignedIn, permission_required
from display.formats import long_moment
from phases.models import Programme
from phases.queries import programme_for
from reports.checks.queries import findings_of, judged
from reports.checks.rules import Severity
from reports.checks.views import shown_to
from reports.models import IssuedPaper
from reports.papers import actions
from reports.papers.annex.rules import with_moment
from reports.papers.background.actions import ask_for_paper
from reports.papers.exempt.rules import worked_out
from reports.papers.issue.rules import drawn, for_meeting, paper_of, reissue_of, table_for
from reports.papers.packs.rules import superseded_in
from reports.papers.packs.views import pack_with, papers_under_way
from reports.papers.requests.rules import Meeting
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import changes_between
from reports.table.faces import rules as faces
from reports.table.forms import IssueForm, MomentForm, VerifyForm
from reports.table.past.queries import schedule_at
from reports.table.queries import schedule_for, usual_options
from reports.table.screen.rules import ExpenditureTable, body

either = require_http_methods(["GET", "HEAD", "POST"])


def _issued(programme: Programme) -> QuerySet[IssuedPaper]:
    """Newest first, without their bytes."""
    papers = IssuedPaper.objects.filter(programme=programme).defer("content", "schedule", "findings")
    return papers.select_related("issued_by", "superseded_by").defer(
        "superseded_by__content", "superseded_by__schedule", "superseded_by__findings"
    )


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def issued_papers(request: SignedIn, slug: str) -> HttpResponse:
    """Every paper that was issued for a programme, newest first."""
    programme = programme_for(request.user, slug)
    context = {
        "programme": programme,
        "papers": _issued(programme),
        "under_way": papers_under_way(programme, timezone.now()),
        "may_issue": request.user.may(Permission.ISSUE_PAPERS),
    }
    return render(request, "reports/papers/issued_papers.html", context)


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
    slug, at = form.programme.slug, timezone.localtime()
    try:
        if form.programme.lines.count() >= pdf.LONG:
            asked = ask_for_paper(programme=form.programme, request=form.request, by=request.user, at=at)
            return redirect("rendering", slug, asked.pk)
        issued = actions.issue(paper=drawn(paper_of(form.programme, form.request), at), by=request.user, at=timezone.now())
    except (actions.PaperOvertaken, actions.StoppedByFindings):
        return _to_check(request, form, moved_on=True)
    messages.success(request, f"{issued} was issued.")
    return redirect("issued_paper", slug, issued.pk)


def _usual(programme: Programme, again: str) -> dict[str, Any]:
    """The details of the paper that is issued again, or else of the programme."""
    if again.isdecimal() and len(again) < 16:
        paper = get_object_or_404(_issued(programme), pk=int(again))
        return {name: getattr(paper, name) for name in Meeting._fields}
    return {name: getattr(programme, name) for name in ("committee", "meeting_date", "appendix", "report_number")}


def _asked(request: SignedIn, form: IssueForm) -> HttpResponse:
    programme = form.programme
    found = judged(programme, findings_of(programme, accounts_queries.council(), as_at=timezone.localtime()))
    stops = [each for each in found if each.stops_the_paper]
    context = {"programme": programme, "form": form, "stops": shown_to(programme, stops, request.user)}
    return render(request, "reports/papers/paper_issue.html", context)


def _to_check(request: SignedIn, form: IssueForm, *, moved_on: bool) -> HttpResponse:
    """What will be issued, its findings, and what changed since the version before."""
    paper, now = paper_of(form.programme, form.request), timezone.localtime()
    programme = for_meeting(paper)
    found = judged(programme, findings_of(programme, accounts_queries.council(), as_at=now))
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
    before, findings = paper.supersedes, [with_moment(each) for each in json.loads(paper.findings)["findings"]]
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
    part = " part 2" if paper.part == 2 else ""
    name = slugify(f"{paper.appendix}{part} {paper.committee} {paper.meeting_date} version {paper.version}")
    response = HttpResponse(bytes(paper.content), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.pdf") or "attachment"
    return response


@login_not_required
@either
def verify_paper(request: HttpRequest) -> HttpResponse:
    """Whether a PDF that anybody was given is one that was issued here, and whether it still is the newest version."""
    form = VerifyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if not (form.is_bound and form.is_valid()):
        return render(request, "reports/papers/verify_paper.html", {"form": form})
    sha256 = _sha256(form.cleaned_data["file"])
    papers = IssuedPaper.objects.filter(sha256=sha256).defer("content", "schedule", "findings")
    found = papers.select_related("programme", "superseded_by").first()
    pack = None if found else pack_with(sha256)
    context = {
        "form": VerifyForm(),
        "paper": found,
        "sha256": sha256,
        "newer": getattr(found, "superseded_by", None),
        "pack": pack,
        "superseded": superseded_in(pack) if pack else [],
    }
    return render(request, "reports/papers/verify_paper.html", context)


def _sha256(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def expenditure_as_at(request: SignedIn, slug: str) -> HttpResponse:
    """The committee table as it stood at a moment of the past, and every cell that differs today."""
    programme, now = programme_for(request.user, slug), timezone.localtime()
    form = MomentForm(request.GET or None, now=now)
    papers = [(paper, timezone.localtime(paper.as_at)) for paper in _issued(programme)]
    context: dict[str, Any] = {"programme": programme, "form": form, "papers": papers}
    if form.is_bound and form.is_valid():
        context |= _then_and_now(programme, timezone.localtime(form.cleaned_data["at"]), now)
    return render(request, "reports/table/expenditure_as_at.html", context)


def _then_and_now(programme: Programme, moment: datetime, now: datetime) -> dict[str, Any]:
    council = accounts_queries.council()
    then = schedule_at(programme, council, moment)
    today = schedule_for(programme, council, usual_options(programme, council), as_at=now)
    return {
        "schedule": then,
        "moment": long_moment(moment),
        "table": ExpenditureTable(then),
        "body": body(then),
        "changes": changes_between(faces.as_json(then), faces.as_json(today)),
    }
