"""One import: what was read, what it did to which lines, and its file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.attached import as_attachment
from phases.programmes.queries import programme_for
from posts.exempt.queries import check_reader
from posts.importing.kept import queries


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def line_import(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """What one import read and did, for those who may read every line."""
    programme = programme_for(request.user, slug)
    check_reader(request.user, slug)
    found = queries.import_of(programme, pk)
    context = {"programme": programme, "found": found, "may_edit": request.user.may(Permission.EDIT_LINES)}
    return render(request, "posts/importing/import.html", context)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def line_import_file(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The file as it was read, for those who may read every line."""
    programme = programme_for(request.user, slug)
    check_reader(request.user, slug)
    file = queries.file_of(programme, pk)
    return as_attachment(file, file.download_name)
