"""Lists as answers that are saved: CSV, sent line by line, and a workbook, made whole before it is sent."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from display.lists.columns import FileColumn
from display.lists.files import csv_lines, xlsx
from display.words import listed

FACES = ("csv", "xlsx")
UNKNOWN_FACE = "This list can be downloaded as csv or xlsx."


class Download(NamedTuple):
    """What is downloaded: `name` is that of the file, `about` says in the plural what it lists, rows fit the cells."""

    name: str
    about: str
    cells: Sequence[FileColumn]
    rows: Iterable[Any]


def answer(face: str, download: Download) -> HttpResponseBase:
    """The list as one of FACES."""
    name, about, cells, rows = download
    response: HttpResponseBase
    if face == "csv":
        response = StreamingHttpResponse(csv_lines(cells, rows), content_type="text/csv; charset=utf-8")
    else:
        workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(xlsx(about, cells, rows), content_type=workbook)
    response["Content-Disposition"] = f'attachment; filename="{name}.{face}"'
    return response


def file_of(request: HttpRequest, *downloads: Download) -> HttpResponseBase | None:
    """Of a page that shows short lists whole: the file of one where the address asks for it, by `list`, else of the first.

    BadRequest for another format, or a list that the page has not.
    """
    face = request.GET.get("format", "")
    if not face:
        return None
    if face not in FACES:
        raise BadRequest(UNKNOWN_FACE)
    wanted = request.GET.get("list", downloads[0].name)
    found = next((download for download in downloads if download.name == wanted), None)
    if found is None:
        raise BadRequest(f"This page has no such list. Its lists: {listed(each.name for each in downloads)}.")
    return answer(face, found)
