"""An issued paper in other forms: as it is read aloud, and the internal version with the reasons that were given."""

import json

from django.core.cache import caches
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from accounts.council.logo.queries import look
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from display.formats import long_date
from phases.programmes.queries import programme_for
from posts.exempt.queries import exempt_lines
from printing.reading_aloud import spoken
from reports.papers.annex.queries import annex_of_findings
from reports.papers.models import IssuedPaper
from reports.papers.queries import require_part
from reports.table.comparison.rules import Reissue, changes_between
from reports.table.faces import rules as faces


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def issued_paper_aloud(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The text of a paper in the order of its tags, as a screen reader finds it in the very file that was issued."""
    programme = programme_for(request.user, slug)
    papers = IssuedPaper.objects.defer("schedule", "findings", "content")
    paper = get_object_or_404(papers, programme=programme, pk=pk)
    require_part(paper, request.user)
    # A paper of thousands of lines takes seconds, and never reads otherwise.
    lines = caches["bodies"].get_or_set(f"aloud:{paper.sha256}", lambda: spoken(bytes(paper.content)), timeout=None)
    return render(request, "reports/papers/issued_paper_aloud.html", {"programme": programme, "paper": paper, "lines": lines})


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def issued_paper_internal(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The table as it was issued, drawn again from what was kept with it, and after it the findings and reasons of that day."""
    from reports.table.appendix import rules as pdf

    papers = IssuedPaper.objects.filter(programme=programme_for(request.user, slug)).defer("content", "supersedes__content")
    paper = get_object_or_404(papers.select_related("supersedes"), pk=pk)
    require_part(paper, request.user)
    if exempt_lines(slug):
        # Findings and reasons name every line.
        require(request.user, Permission.READ_EXEMPT)
    annex = annex_of_findings(json.loads(paper.findings)["findings"])
    drawn = pdf.render_internal(faces.from_json(json.loads(paper.schedule)), annex, _reissue(paper), look=look())
    name = slugify(f"{paper.appendix} {paper.committee} {paper.meeting_date} version {paper.version} internal")
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _reissue(paper: IssuedPaper) -> Reissue | None:
    before = paper.supersedes
    if before is None:
        return None
    changes = changes_between(json.loads(before.schedule), json.loads(paper.schedule))
    return Reissue(before.version, long_date(timezone.localtime(before.issued_at).date()), paper.reason, changes)
