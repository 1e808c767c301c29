"""The empty workbook of a programme, to fill in and import."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from posts.importing.file.rules import XLSX
from posts.importing.template.rules import as_template
from posts.lines.queries import teams_of


@permission_required(Permission.EDIT_LINES)
@require_GET
def line_template(request: SignedIn, slug: str) -> HttpResponse:
    """The workbook with the phases and teams of the programme to choose from."""
    programme = programme_for(request.user, slug)
    phases = list(programme.phases.order_by("number").values_list("name", flat=True))
    content = as_template(programme.years, phases, [team.name for team in teams_of(programme)])
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{slug}-template.xlsx") or ""
    return response
