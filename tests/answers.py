"""What pages answer. Counted is only what is shown, for a refusal takes few queries whatever is stored."""

import re
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext


def shown(answer: HttpResponse) -> HttpResponse:
    """The answer, which must be a page or a file, and no refusal and no way to another page."""
    assert answer.status_code == 200, f"{answer.status_code} {answer.headers.get('Location', '')}"
    return answer


def queries_of(client: Client, address: str, data: dict[str, Any] | None = None) -> int:
    """How many queries a page takes that is shown."""
    with CaptureQueriesContext(connection) as taken:
        shown(client.get(address, data))
    return len(taken)


def words_of(html: str) -> str:
    """A page as it is read: without its marks, words apart by one space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
