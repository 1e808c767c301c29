"""Pages about people, and the demonstration's sign-in."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.clock import queries as clock
from accounts.offices import queries as offices_queries
from accounts.people import actions, queries
from accounts.people.forms import ChangePersonForm, OwnMailForm, PeopleFilters, PersonForm
from accounts.people.models import User
from accounts.permissions.rules import Permission, SignedIn, permission_required
from accounts.power_changes import queries as power_changes
from accounts.power_changes.actions import give
from accounts.power_changes.views import asked
from display.editing import edit_or_409, posted
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, any_case, joined, link, muted, note, tag
from display.lists.listing import Listing


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a demonstration account, with no password. Exists only while `make run` has the demonstration on."""
    if not settings.DEMONSTRATION:
        raise Http404
    user = get_object_or_404(queries.demonstration_accounts(), demo_account=request.POST.get("account", "").replace("\0", ""))
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return redirect(address if here else "home")


def _change_person(person: User) -> SafeString:
    return link(reverse("change_person", args=[person.pk]), "Change", f" {person.name}")


class PeopleTable(ListTable):
    """By name."""

    name, about, order = "people", "People", "person"

    person = ListColumn(
        "Name",
        sort=any_case("name"),
        screen=lambda person: joined(person.name, note(person.job_title)),
        cells=[FileColumn("Name", lambda person: person.name), FileColumn("Job title", lambda person: person.job_title)],
    )
    email = ListColumn("E-mail address", sort="email")
    kind = ListColumn(
        "Member or officer",
        screen=lambda person: person.get_kind_display() or muted("Not said yet"),
        cells=[FileColumn("Member or officer", lambda person: person.get_kind_display() or None)],
    )
    roles = ListColumn("Roles", holds="role_names", screen=lambda person: person.role_names or "None")
    signs_in = ListColumn(
        "Signs in", holds="is_active", screen=lambda person: "Yes" if person.is_active else tag("No longer", "grey")
    )
    change = ActionColumn("Change", screen=_change_person)


@permission_required(Permission.MANAGE_PEOPLE)
@require_GET
def people(request: SignedIn) -> HttpResponseBase:
    """Who can sign in, and what each may do."""
    return Listing(request, PeopleTable(), PeopleFilters(request.GET, queries.people())).respond(
        "accounts/people/people.html", {}
    )


@permission_required(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: SignedIn) -> HttpResponse:
    form = PersonForm(posted(request), instance=User())

    def save() -> Any:
        if wanted := power_changes.adding_person(form.details):
            return give(wanted=wanted, by=request.user, at=clock.now())
        return actions.add_person(details=form.details, by=request.user, at=clock.now())

    def finish(person: Any) -> HttpResponse:
        if asked(request, person):
            return redirect("people")
        how = "They are sent a link to set a password. “Forgot your password?” on the sign-in page sends another."
        messages.success(request, f"{person.name} was added. {how}")
        return redirect("people")

    show = partial(render, request, "accounts/people/person.html", {"form": form, "title": "Add a person"})
    return edit_or_409(request, form, save, show, finish)


@permission_required(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def change_person(request: SignedIn, pk: int) -> HttpResponse:
    person = actions.locked_person(pk) if request.method == "POST" else User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    form = ChangePersonForm(posted(request), instance=person)

    def save() -> Any:
        try:
            if wanted := power_changes.changing_person(person, form.details, clock.today()):
                return give(wanted=wanted, by=request.user, at=clock.now())
            return actions.change_person(person=person, details=form.details, by=request.user, at=clock.now())
        except actions.LastAdministrator as error:
            form.add_error("roles", str(error))
            return None

    def finish(changed: Any) -> HttpResponse:
        if not asked(request, changed):
            messages.success(request, f"{changed} was changed.")
        return redirect("people")

    offices = offices_queries.acts_for(person, clock.today())
    context = {"form": form, "person": person, "title": f"Change {person.name}", "offices": offices}
    return edit_or_409(request, form, save, partial(render, request, "accounts/people/person.html", context), finish)


@require_http_methods(["GET", "HEAD", "POST"])
def own_mail(request: SignedIn) -> HttpResponse:
    """Whether one's own mail comes at once or once a day."""
    form = OwnMailForm(posted(request), once_a_day=request.user.mail_once_a_day)

    def save() -> bool:
        actions.change_own_mail(once_a_day=form.cleaned_data["comes"] == "once_a_day", by=request.user, at=clock.now())
        return True

    def finish(_: bool) -> HttpResponse:
        messages.success(request, "Your choice is saved.")
        return redirect("own_mail")

    return edit_or_409(request, form, save, partial(render, request, "accounts/people/own_mail.html", {"form": form}), finish)
