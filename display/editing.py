"""One way to change what is stored: the form, what saves it, 409 where somebody else was faster."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from display.forms import CarefulForm


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when that is nothing at all; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True)
class SettingPage:
    """A page under Settings that adds to a list, or changes what is on it: its heading, what was done with it, and the list."""

    title: str
    done: str
    list_label: str
    list_name: str


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


def edit_setting(request: HttpRequest, form: CarefulForm, save: Callable[[], Any], page: SettingPage) -> HttpResponse:
    """As `edit_or_409`; once it is saved, back to the list, which says so."""

    def finish(saved: Any) -> HttpResponse:
        messages.success(request, f"{saved} was {page.done}.")
        return redirect(page.list_name)

    context = {"form": form, "title": page.title, "list_label": page.list_label, "list_url": reverse(page.list_name)}
    return edit_or_409(request, form, save, partial(render, request, "_components/setting.html", context), finish)
