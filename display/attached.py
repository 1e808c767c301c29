"""A file that was uploaded, handed back: always an attachment, so that a browser opens nothing of it in our name."""

from typing import Protocol

from django.http import HttpResponse
from django.utils.http import content_disposition_header


class Kept(Protocol):
    """A file that was uploaded and is kept whole."""

    @property
    def media_type(self) -> str: ...
    @property
    def content(self) -> bytes | memoryview: ...


def as_attachment(kept: Kept, name: str) -> HttpResponse:
    """A file as it was uploaded, never opened by the browser."""
    response = HttpResponse(bytes(kept.content), content_type=kept.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Content-Security-Policy"] = "sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
