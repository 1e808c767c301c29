"""Choosing the columns of a programme's table of inputs, and their widths."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions.rules import Permission, SignedIn, permission_required
from phases.programmes.queries import programme_for
from posts.entry.columns import actions
from posts.entry.columns.forms import ColumnsForm, WidthForm
from posts.entry.columns.queries import columns_set
from posts.entry.columns.rules import columns_of, widths_css


@permission_required(Permission.VIEW_PROGRAMMES)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: SignedIn, slug: str) -> HttpResponse:
    """Which columns the person sees, and how wide."""
    programme = programme_for(request.user, slug)
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(posted, columns_of(programme.years), columns_set(request.user, programme))
    if form.is_valid():
        actions.set_columns(programme=programme, columns=form.chosen, by=request.user)
        messages.success(request, "Columns saved.")
        return redirect("lines", slug)
    status = 422 if form.is_bound else 200
    return render(request, "posts/entry/columns.html", {"programme": programme, "form": form}, status=status)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_POST
def width(request: SignedIn, slug: str) -> JsonResponse:
    """One column was dragged to a width."""
    programme = programme_for(request.user, slug)
    form = WidthForm(request.POST, columns_of(programme.years))
    if not form.is_valid():
        return JsonResponse({"said": "Width not saved"}, status=422)
    given = form.cleaned_data
    actions.set_width(programme=programme, name=given["column"], width=given["width"], by=request.user)
    return JsonResponse({"said": f"{given['width']} pixels wide"})


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def widths(request: SignedIn, slug: str) -> HttpResponse:
    """The widths that the person has set, as a style sheet."""
    programme = programme_for(request.user, slug)
    own = columns_set(request.user, programme)
    shown = (column for column in columns_of(programme.years) if column.name not in own.hidden)
    return HttpResponse(widths_css(shown, own.widths), content_type="text/css; charset=utf-8")
