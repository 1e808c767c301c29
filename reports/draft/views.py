"""The check of a draft on screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from reports.draft.forms import DraftForm
from reports.draft.queries import known_of
from reports.draft.rules.report import check


@permission_required(Permission.CHECK_DRAFTS)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_paper(request: SignedIn, slug: str) -> HttpResponse:
    """Check a draft paper against the committee table. The draft is read, answered with what was found, and forgotten."""
    programme = programme_for(request.user, slug)
    form = DraftForm(request.POST, request.FILES) if request.method == "POST" else DraftForm()
    if not form.is_valid():
        context = {"programme": programme, "form": form}
        return render(request, "reports/draft/draft_paper.html", context, status=422 if form.is_bound else 200)
    known = known_of(programme, council_queries.council(), as_at=clock.localtime())
    context = {"programme": programme, "report": check(form.cleaned_data["draft"], known), "known": known}
    return render(request, "reports/draft/draft_report.html", context)
