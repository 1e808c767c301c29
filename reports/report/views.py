"""The report that goes with a programme's paper: reading it, writing its front sheet, recommendations and finance section."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.council.logo.queries import look
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import posted
from display.words import counted
from phases.models import Programme
from phases.programmes.queries import programme_for
from phases.programmes.views import EditPage, edit, locked
from reports.report import actions as report_actions
from reports.report.forms import FrontSheetForm, ParagraphForm
from reports.report.models import ReportParagraph
from reports.report.queries import CommitteeReport, drafts_of, report_of
from reports.report.summary.rules import table_of

reads = permission_required(Permission.VIEW_PROGRAMMES)
writes = permission_required(Permission.WRITE_REPORTS)
either = require_http_methods(["GET", "HEAD", "POST"])

Section = ReportParagraph.Section
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _report(programme: Programme, now: datetime) -> CommitteeReport:
    return report_of(programme, council_queries.council(), as_at=now)


@reads
@require_GET
def report(request: SignedIn, slug: str) -> HttpResponse:
    """The report as it will print, with what is missing and what no longer agrees with the table."""
    programme = programme_for(request.user, slug)
    found = _report(programme, clock.localtime())
    context = {
        "programme": programme,
        "report": found,
        "table": table_of(found.schedule),
        "may_write": request.user.may(Permission.WRITE_REPORTS),
        "may_set_up": request.user.may(Permission.SET_UP_PROGRAMMES),
    }
    return render(request, "reports/report/report.html", context)


@writes
@either
@transaction.atomic
def front_sheet(request: SignedIn, slug: str) -> HttpResponse:
    """Write the boxes of the front sheet that the data do not fill."""
    programme = locked(request, slug)
    form = FrontSheetForm(posted(request), report=_report(programme, clock.localtime()))

    def save() -> Any:
        return report_actions.save_front_sheet(programme=programme, values=form.values, by=request.user, at=clock.now())

    return edit(request, form, save, EditPage(programme, "Front sheet", "saved", "report", "reports/report/front_sheet.html"))


@writes
@either
@transaction.atomic
def paragraph_add(request: SignedIn, slug: str, section: str) -> HttpResponse:
    """Add a recommendation, or a paragraph of the finance section."""
    programme = locked(request, slug)
    if section not in Section.values:
        raise Http404
    blank = ReportParagraph(programme=programme, section=section)
    form = ParagraphForm(posted(request), instance=blank, figures=_report(programme, clock.localtime()).figures)

    def save() -> Any:
        at = clock.now()
        return report_actions.add_paragraph(programme=programme, section=section, values=form.values, by=request.user, at=at)

    title = "Add a recommendation" if section == Section.RECOMMENDATIONS else "Add a paragraph"
    return edit(request, form, save, EditPage(programme, title, "added", "report", "reports/report/report_paragraph.html"))


def _paragraph(programme: Programme, pk: int) -> ReportParagraph:
    return get_object_or_404(ReportParagraph.objects.select_related("programme"), pk=pk, programme=programme)


@writes
@either
@transaction.atomic
def paragraph_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Change one paragraph."""
    programme = locked(request, slug)
    paragraph = _paragraph(programme, pk)
    form = ParagraphForm(posted(request), instance=paragraph, figures=_report(programme, clock.localtime()).figures)

    def save() -> Any:
        return report_actions.change_paragraph(paragraph=paragraph, values=form.values, by=request.user, at=clock.now())

    title = "Change a recommendation" if paragraph.section == Section.RECOMMENDATIONS else "Change a paragraph"
    return edit(request, form, save, EditPage(programme, title, "changed", "report", "reports/report/report_paragraph.html"))


@writes
@require_POST
def section_draft(request: SignedIn, slug: str, section: str) -> HttpResponse:
    """Draft a section from the data; what somebody wrote or edited stays."""
    programme = programme_for(request.user, slug)
    if section not in Section.values:
        raise Http404
    done = report_actions.draft_section(programme=programme, section=section, by=request.user, at=clock.now())
    said = f"{counted(done.added, 'paragraph').capitalize()} drafted"
    said += f", {done.renewed} updated from the data" if done.renewed else ""
    said += f". {counted(done.left, 'edited paragraph').capitalize()} kept as written" if done.left else ""
    messages.success(request, f"{said}.")
    return _back(slug, section)


@writes
@require_POST
def paragraph_move(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """One place up or down."""
    paragraph = _paragraph(programme_for(request.user, slug), pk)
    up = request.POST.get("to") == "up"
    report_actions.move_paragraph(paragraph=paragraph, up=up, by=request.user, at=clock.now())
    return _back(slug, f"paragraph-{pk}")


@writes
@require_POST
def report_update(request: SignedIn, slug: str) -> HttpResponse:
    """Give every reference that no longer agrees its value of now: in one paragraph, or everywhere."""
    programme = programme_for(request.user, slug)
    only = request.POST.get("paragraph", "")
    paragraph = _paragraph(programme, int(only)) if only.isascii() and only.isdecimal() else None
    count = report_actions.bring_up_to_date(programme=programme, paragraph=paragraph, by=request.user, at=clock.now())
    messages.success(
        request, f"{counted(count, 'text').capitalize()} brought up to date." if count else "Everything agrees already."
    )
    return _back(slug, f"paragraph-{only}" if paragraph else "")


@writes
@either
def paragraph_remove(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Ask, then take a paragraph out."""
    paragraph = _paragraph(programme_for(request.user, slug), pk)
    if request.method == "POST":
        try:
            version = _version(request)
            report_actions.remove_paragraph(paragraph=paragraph, version=version, by=request.user, at=clock.now())
        except report_actions.ParagraphMoved:
            return _asked(request, paragraph, "remove", status=409)
        messages.success(request, f"{paragraph} was removed.")
        return _back(slug, paragraph.section)
    return _asked(request, paragraph, "remove")


@writes
@either
def paragraph_redraft(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Show what the data give now beside what is written, ask, then put it in its place."""
    programme = programme_for(request.user, slug)
    paragraph = _paragraph(programme, pk)
    drafts = drafts_of(_report(programme, clock.localtime()))[paragraph.section]
    drafted = next((each for each in drafts if each.key == paragraph.drafted_as), None)
    if drafted is None:
        messages.error(
            request, "This paragraph cannot be drafted from the data: it was written by hand, or its subject has been removed."
        )
        return _back(slug, f"paragraph-{pk}")
    if drafted.text == paragraph.text:
        messages.info(request, f"{paragraph} already matches the data.")
        return _back(slug, f"paragraph-{pk}")
    if request.method == "POST":
        try:
            version = _version(request)
            report_actions.draft_paragraph_again(paragraph=paragraph, version=version, by=request.user, at=clock.now())
        except (report_actions.ParagraphMoved, report_actions.NotDrafted):
            return _asked(request, paragraph, "redraft", drafted.text, status=409)
        messages.success(request, f"{paragraph} was drafted again.")
        return _back(slug, f"paragraph-{pk}")
    return _asked(request, paragraph, "redraft", drafted.text)


def _version(request: SignedIn) -> int:
    """The version that the page was shown for; 0, which no paragraph has, for anything else."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else 0


def _asked(request: SignedIn, paragraph: ReportParagraph, act: str, drafted: str = "", status: int = 200) -> HttpResponse:
    context = {
        "programme": paragraph.programme,
        "paragraph": paragraph,
        "act": act,
        "drafted": drafted,
        "is_stale": status == 409,
        "back": reverse("report", args=[paragraph.programme.slug]),
    }
    return render(request, "reports/report/report_paragraph_confirm.html", context, status=status)


def _back(slug: str, place: str = "") -> HttpResponse:
    return redirect(f"{reverse('report', args=[slug])}{f'#{place}' if place else ''}")


@reads
@require_GET
def report_as_docx(request: SignedIn, slug: str) -> HttpResponse:
    """The report as a Word document, for the council's template."""
    from reports.report.document import rules as report_docx

    made = report_docx.render(_report(programme_for(request.user, slug), clock.localtime()), look())
    response = HttpResponse(made, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{slug}-report.docx"'
    return response


@reads
@require_GET
def report_as_pdf(request: SignedIn, slug: str) -> HttpResponse:
    """The report as a paper for the agenda pack."""
    from reports.report.paper import queries as report_paper

    made = report_paper.report_pdf(programme_for(request.user, slug), clock.now())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-report.pdf"'
    return response
