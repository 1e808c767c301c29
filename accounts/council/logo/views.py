"""The council's logo: shown, changed and removed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.council.logo import actions, queries
from accounts.council.logo.forms import LogoForm
from accounts.permissions.rules import Permission, SignedIn, permission_required


@permission_required(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def council_logo(request: SignedIn) -> HttpResponse:
    """The logo as it is, and another one in its place, or none."""
    removed = request.method == "POST" and request.POST.get("do") == "remove"
    form = LogoForm(request.POST, request.FILES) if request.method == "POST" and not removed else LogoForm()
    if removed or (form.is_bound and form.is_valid()):
        content = b"" if removed else form.cleaned_data["logo"]
        actions.change_logo(content=content, by=request.user, at=clock.now())
        messages.success(request, "The logo was removed." if removed else "New papers will have this logo.")
        return redirect("council_logo")
    return render(request, "accounts/council/logo.html", {"form": form, "has_logo": bool(queries.logo())})


@permission_required(Permission.CHANGE_SETTINGS)
@require_GET
def council_logo_png(request: HttpRequest) -> HttpResponse:
    """The picture itself."""
    if content := queries.logo():
        return HttpResponse(content, content_type="image/png")
    raise Http404
