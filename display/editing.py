"""One way to change what is stored: the form, what saves it, 409 where somebody else was faster."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from display.forms import CarefulForm


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when that is nothing at all; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def edit_or_409(
    request: HttpRequest,
    form: CarefulForm,
    save: Callable[[], Any],
    show: Callable[..., HttpResponse],
    finish: Callable[[Any], HttpResponse],
) -> HttpResponse:
    """Show the form, or save it and `finish` with what was saved.

    409, with what is stored now beside what was typed, where that changed since the page was opened. `show` takes the status.
    """
    status = 200
    if request.method == "POST":
        if form.is_stale():
            status = 409
        elif form.is_valid() and (saved := form.save_with(save)) is not None:
            return finish(saved)
    return show(status=status)
