"""Lists as answers that are saved: CSV, sent line by line, and a workbook, made whole before it is sent."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from display.lists.columns import FileColumn
from display.lists.files import csv_lines, xlsx

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


def file_of(request: HttpRequest, download: Download) -> HttpResponseBase | None:
    """Of a page that shows a short list whole: its file where the address asks for one. BadRequest for another format."""
    face = request.GET.get("format", "")
    if not face:
        return None
    if face not in FACES:
        raise BadRequest(UNKNOWN_FACE)
    return answer(face, download)
