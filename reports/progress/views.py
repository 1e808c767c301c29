"""Progress on the use of a release, on screen and as a paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.council.logo.queries import look
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.formats import long_date
from phases.programmes.queries import programme_for
from reports.progress.chart.rules import ON_A_PHONE, use_chart
from reports.progress.forms import SinceForm
from reports.progress.queries import Progress, delegation_of, progress_of


def _asked(request: SignedIn, slug: str, pk: int) -> tuple[Progress, SinceForm]:
    """The report, and the form that says from which day on changes are told; the usual day where it is not valid."""
    delegation = delegation_of(programme_for(request.user, slug), pk)
    form = SinceForm(request.GET)
    since = form.cleaned_data["since"] if form.is_valid() else None
    progress = progress_of(delegation, as_at=clock.localtime(), since=since)
    return progress, form if since or not form.is_valid() else SinceForm({"since": long_date(progress.since)})


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def delegation_progress(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """How the money is used that a delegation lets somebody release, for the body that it reports back to."""
    progress, form = _asked(request, slug, pk)
    context = {
        "programme": progress.delegation.programme,
        "delegation": progress.delegation,
        "progress": progress,
        "chart": use_chart(progress.limits, ON_A_PHONE),
        "form": form,
        "query": f"?{request.GET.urlencode()}" if request.GET and form.is_valid() else "",
    }
    return render(request, "reports/progress/progress.html", context)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def delegation_progress_pdf(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The same as a paper for the agenda pack."""
    from reports.progress.paper import rules as progress_paper

    progress, form = _asked(request, slug, pk)
    if not form.is_valid():
        return render(request, "400.html", {"form": form}, status=400)
    paper = progress_paper.render(progress, council_queries.council(), look())
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-progress-{progress.as_at:%Y-%m-%d}.pdf"'
    return response
