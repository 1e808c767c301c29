"""The council's settings and its colour."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.council import actions, queries
from accounts.council.forms import CouncilForm
from accounts.council.models import Council
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import edit_or_409, posted
from display.formats import contrast_with_white


@login_not_required
@require_GET
def council_css(request: HttpRequest) -> HttpResponse:
    """The council's colour as a stylesheet: the content policy allows no inline style."""
    colour = queries.council().colour
    on_colour = "#fff" if contrast_with_white(colour) >= 4.5 else "#0b0c0c"  # not money: a contrast ratio
    css = f":root {{ --council-colour: {colour}; --council-on-colour: {on_colour}; }}\n"
    response = HttpResponse(css, content_type="text/css")
    patch_cache_control(response, max_age=60)
    return response


@permission_required(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def change_council(request: SignedIn) -> HttpResponse:
    if request.method == "POST":
        Council.objects.select_for_update().filter(pk=1).first()
    form = CouncilForm(posted(request), instance=queries.council())

    def save() -> Council:
        return actions.change_council(values=form.values, by=request.user, at=clock.now())

    def finish(council: Council) -> HttpResponse:
        messages.success(request, f"{council} was changed.")
        return redirect("council")

    show = partial(render, request, "accounts/council/council.html", {"form": form})
    return edit_or_409(request, form, save, show, finish)
