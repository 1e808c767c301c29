"""Pages about people, the council's settings, the audit record, and the demonstration's sign-in."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, queries
from accounts.forms import ChangePersonForm, CouncilForm, PersonForm
from accounts.models import Council, User
from accounts.permissions import Permission, SignedIn, permission_required
from improvement_budget.display.formats import contrast_with_white
from improvement_budget.display.forms import EditForm


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a demonstration account, with no password. Exists only while `make run` has the demonstration on."""
    if not settings.DEMONSTRATION:
        raise Http404
    user = get_object_or_404(queries.demonstration_accounts(), demo_account=request.POST.get("account", "").replace("\0", ""))
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


@login_not_required
@require_GET
def council_css(request: HttpRequest) -> HttpResponse:
    """The council's colour as a stylesheet: the content policy allows no inline style."""
    colour = queries.council().colour
    on_colour = "#fff" if contrast_with_white(colour) >= 4.5 else "#0b0c0c"
    css = f":root {{ --council-colour: {colour}; --council-on-colour: {on_colour}; }}\n"
    response = HttpResponse(css, content_type="text/css")
    patch_cache_control(response, max_age=60)
    return response


@permission_required(Permission.MANAGE_PEOPLE)
@require_GET
def people(request: SignedIn) -> HttpResponse:
    return render(request, "accounts/people.html", {"people": queries.people()})


@permission_required(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: SignedIn) -> HttpResponse:
    form = PersonForm(_posted(request), instance=User())
    if request.method == "POST" and form.is_valid():
        person = form.save_with(lambda: actions.add_person(**form.cleaned_data, by=request.user, at=timezone.now()))
        if person:
            messages.success(
                request,
                f"{person.name} was added. They choose a password with “I have forgotten my password” on the sign-in page.",
            )
            return redirect("people")
    return render(request, "accounts/person.html", {"form": form, "title": "Add a person"})


@permission_required(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def change_person(request: SignedIn, pk: int) -> HttpResponse:
    person = actions.locked_person(pk) if request.method == "POST" else User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    form = ChangePersonForm(_posted(request), instance=person)

    def save() -> User | None:
        try:
            return actions.change_person(person=person, **form.cleaned_data, by=request.user, at=timezone.now())
        except actions.LastAdministrator as error:
            form.add_error("roles", str(error))
            return None

    context = {"form": form, "person": person, "title": f"Change {person.name}"}
    return _edited(request, form, save, "people", "accounts/person.html", context)


@permission_required(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def change_council(request: SignedIn) -> HttpResponse:
    if request.method == "POST":
        Council.objects.select_for_update().filter(pk=1).first()
    form = CouncilForm(_posted(request), instance=queries.council())

    def save() -> Council:
        return actions.change_council(values=form.values, by=request.user, at=timezone.now())

    return _edited(request, form, save, "council", "accounts/council.html", {"form": form})


def _posted(request: SignedIn) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _edited(
    request: SignedIn, form: EditForm, save: Callable[[], Any], back: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Show the form, or save it and go back. 409 when somebody else was faster."""
    status = 200
    if request.method == "POST":
        if form.is_stale():
            status = 409
        elif form.is_valid() and (thing := form.save_with(save)):
            messages.success(request, f"{thing} was changed.")
            return redirect(back)
    return render(request, template, context, status=status)


@permission_required(Permission.VIEW_AUDIT)
@require_GET
def audit(request: SignedIn) -> HttpResponse:
    """The audit record, newest first, 50 entries a page. `before` is the number under which the page begins."""
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else None
    entries, older, newer = queries.audit_page(before)
    return render(request, "accounts/audit.html", {"entries": entries, "older": older, "newer": newer, "before": before})
