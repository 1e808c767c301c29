"""Pages about offices, their holders and their deputies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.offices import actions, queries
from accounts.offices.forms import (
    AppointDeputyForm,
    CorrectHoldingForm,
    EndHoldingForm,
    OfficeActForm,
    OfficeFilters,
    OfficeForm,
    RevokeDeputyForm,
    TakeOfficeForm,
)
from accounts.offices.models import DeputyAppointment, Office, OfficeHolding
from accounts.people.rules import CALLED
from accounts.permissions.rules import Permission, SignedIn, permission_required
from accounts.power_changes import queries as power_changes
from accounts.power_changes.actions import give
from accounts.power_changes.views import asked
from display.editing import edit_or_409, posted
from display.formats import long_date
from display.lists.columns import FileColumn, ListColumn, ListTable, any_case, joined, link, muted, note, tag
from display.lists.listing import Listing

reads_offices = permission_required(Permission.VIEW_PROGRAMMES)
keeps_offices = permission_required(Permission.MANAGE_OFFICES)
either = require_http_methods(["GET", "HEAD", "POST"])


def _office_link(row: queries.OfficeNow) -> SafeString:
    role = row.office.get_statutory_role_display() if row.office.statutory_role else ""
    return joined(link(reverse("office", args=[row.office.pk]), row.office.name), note(role))


def _held_by(row: queries.OfficeNow) -> SafeString:
    if row.holding is None:
        return tag("Vacant", "yellow")
    until = f", until {long_date(row.holding.until)}" if row.holding.until else ""
    return joined(row.holding.holder.name, note(f"Since {long_date(row.holding.since)}{until}"))


def _next_holder(row: queries.OfficeNow) -> str:
    return f"{row.next.holder.name}, from {long_date(row.next.since)}" if row.next else ""


def _deputies(row: queries.OfficeNow) -> str:
    return ", ".join(each.deputy.name for each in row.deputies)


class OfficeTable(ListTable):
    """By name."""

    name, about, order = "offices", "Offices", "office"

    office = ListColumn(
        "Office",
        sort=any_case("name"),
        screen=_office_link,
        cells=[
            FileColumn("Office", lambda row: row.office.name),
            FileColumn("Kind", lambda row: row.office.get_kind_display()),
            FileColumn("Statutory role", lambda row: row.office.get_statutory_role_display()),
        ],
    )
    holder = ListColumn(
        "Held by",
        screen=_held_by,
        cells=[
            FileColumn("Held by", lambda row: row.holding.holder.name if row.holding else None),
            FileColumn("Since", lambda row: row.holding.since if row.holding else None),
            FileColumn("Until", lambda row: row.holding.until if row.holding else None),
        ],
    )
    next_holder = ListColumn("Next holder", screen=_next_holder, cells=[FileColumn("Next holder", _next_holder)])
    deputies = ListColumn(
        "Deputies today", screen=lambda row: _deputies(row) or muted("None"), cells=[FileColumn("Deputies today", _deputies)]
    )


@reads_offices
@require_GET
def offices(request: SignedIn) -> HttpResponseBase:
    """Every office, who holds it today, and the deputies in force."""
    today = clock.today()
    filters = OfficeFilters(request.GET, Office.objects.all())
    listing = Listing(request, OfficeTable(), filters, lambda found: queries.offices_on(found, today))
    return listing.respond("accounts/offices/offices.html", {"may_manage": request.user.may(Permission.MANAGE_OFFICES)})


@reads_offices
@require_GET
def office(request: SignedIn, pk: int) -> HttpResponse:
    """Who held an office and who deputised, from the first entry on."""
    shown = get_object_or_404(Office, pk=pk)
    history = queries.history_of(shown, clock.today())
    context = {"office": shown, "history": history, "may_manage": request.user.may(Permission.MANAGE_OFFICES)}
    return render(request, "accounts/offices/office.html", context)


@keeps_offices
@either
def add_office(request: SignedIn) -> HttpResponse:
    form = OfficeForm(posted(request), instance=Office())

    def save() -> Office:
        return actions.add_office(values=form.values, by=request.user, at=clock.now())

    def finish(added: Office) -> HttpResponse:
        messages.success(request, f"{added} was added. Now record who holds it.")
        return redirect("office", added.pk)

    context = {"form": form, "title": "Add an office", "label": "Add the office"}
    return edit_or_409(request, form, save, partial(render, request, "accounts/offices/office_form.html", context), finish)


@keeps_offices
@either
@transaction.atomic
def change_office(request: SignedIn, pk: int) -> HttpResponse:
    changed = _office(request, pk)
    form = OfficeForm(posted(request), instance=changed)

    def save() -> Office:
        return actions.change_office(office=changed, values=form.values, by=request.user, at=clock.now())

    note = "Rename it only if it is still the same office. Earlier decisions keep the name they were made under."
    return _happened(request, form, save, OfficeAct(changed, f"Change {changed}", "Save", note, "The office was changed."))


@keeps_offices
@either
@transaction.atomic
def take_office(request: SignedIn, pk: int) -> HttpResponse:
    """Who takes the office, then what that will change, then done."""
    taken = _office(request, pk)
    form = TakeOfficeForm(posted(request), office=taken)

    def look_ahead() -> actions.Succession:
        return actions.succession(
            office=taken, holder=form.cleaned_data["holder"], kind=form.kind, days=form.days, by=request.user
        )

    def save() -> Any:
        wanted = power_changes.taking_office(taken, form.cleaned_data["holder"], form.days, form.said_kind)
        return give(wanted=wanted, by=request.user, at=clock.now())

    note = "The current holder leaves the day before. You will see what changes before it is recorded."
    title = f"Record who takes office as {taken}"
    act = OfficeAct(taken, title, "Continue", note, "The new holder was recorded.")
    if "confirmed" in request.POST:
        return _happened(request, form, save, act)
    return edit_or_409(request, form, look_ahead, partial(act.show, request, form), partial(_confirm, request, taken, form))


def _confirm(request: SignedIn, office: Office, form: TakeOfficeForm, found: actions.Succession) -> HttpResponse:
    typed = form.cleaned_data
    context = {
        "heading": f"{typed['holder']} takes office as {office}",
        "text": "When you confirm:",
        "points": list(_what_changes(found, form)),
        "label": "Confirm and record",
        "cancel_url": reverse("office", args=[office.pk]),
        "hidden": {name: request.POST.get(name, "") for name in form.fields} | {"made_on": form.made_on, "confirmed": "yes"},
    }
    return render(request, "_components/confirm_page.html", context)


def _what_changes(found: actions.Succession, form: TakeOfficeForm) -> Iterator[str]:
    holder, since, until = form.cleaned_data["holder"], form.days.since, form.days.until
    day_before = since - timedelta(days=1)
    yield f"{holder} holds the office from {long_date(since)}" + (f" to {long_date(until)}." if until else " on.")
    if form.said_kind:
        yield f"{holder} is recorded as {CALLED[form.said_kind]}."
    if found.ends:
        instead = f" instead of {long_date(found.ends.until)}" if found.ends.until not in (None, day_before) else ""
        yield f"{found.ends.holder}, in office since {long_date(found.ends.since)}, leaves on {long_date(day_before)}{instead}."
    else:
        yield f"Nobody is recorded as holding the office on {long_date(day_before)}."
    for appointment in found.revokes:
        appointed = f"{holder}’s appointment as deputy, from {long_date(appointment.since)}"
        yield f"{appointed}, ends: the holder cannot be their own deputy."
    if until:
        yield f"From {long_date(until + timedelta(days=1))} nobody holds the office, unless you record who does."


@keeps_offices
@either
@transaction.atomic
def end_holding(request: SignedIn, pk: int) -> HttpResponse:
    held, holding = _row(request, OfficeHolding, pk)
    form = EndHoldingForm(posted(request), office=held, initial={"until": holding.until})

    def save() -> OfficeHolding:
        return actions.end_holding(holding=holding, **form.cleaned_data, by=request.user, at=clock.now())

    note = (
        f"{holding.holder} has held the office since {long_date(holding.since)}. After the last day it is vacant until you "
        "record who takes it. If somebody is taking over, record that instead: it also ends this holding."
    )
    title = f"End {holding.holder} as {held}"
    return _happened(request, form, save, OfficeAct(held, title, "Record the last day", note, "The last day was recorded."))


@keeps_offices
@either
@transaction.atomic
def correct_holding(request: SignedIn, pk: int) -> HttpResponse:
    held, holding = _row(request, OfficeHolding, pk)
    recorded = {"holder": holding.holder_id, "since": holding.since, "until": holding.until}
    form = CorrectHoldingForm(posted(request), office=held, initial=recorded)

    def save() -> Any:
        typed = form.cleaned_data
        wanted = power_changes.correcting_holding(holding, typed["holder"], form.days, typed["reason"], form.said_kind)
        return give(wanted=wanted, by=request.user, at=clock.now())

    note = "For an entry that was wrong from the start. Decisions already recorded keep the person they name."
    title = f"Correct {holding.holder} as {held}"
    return _happened(request, form, save, OfficeAct(held, title, "Save the correction", note, "The entry was corrected."))


@keeps_offices
@either
@transaction.atomic
def appoint_deputy(request: SignedIn, pk: int) -> HttpResponse:
    represented = _office(request, pk)
    form = AppointDeputyForm(posted(request), office=represented)

    def save() -> Any:
        typed = form.cleaned_data
        wanted = power_changes.appointing_deputy(represented, typed["deputy"], form.days, typed["authority"], form.said_kind)
        return give(wanted=wanted, by=request.user, at=clock.now())

    note = (
        "A deputy can do whatever the office can do, but only on the days of the appointment. "
        "An appointment cannot be changed later: revoke it and make another."
    )
    title = f"Appoint a deputy for {represented}"
    act = OfficeAct(represented, title, "Appoint the deputy", note, "The deputy was appointed.")
    return _happened(request, form, save, act)


@keeps_offices
@either
@transaction.atomic
def revoke_deputy(request: SignedIn, pk: int) -> HttpResponse:
    represented, appointment = _row(request, DeputyAppointment, pk)
    form = RevokeDeputyForm(posted(request), office=represented)

    def save() -> DeputyAppointment:
        return actions.revoke_deputy(appointment=appointment, **form.cleaned_data, by=request.user, at=clock.now())

    until = f"to {long_date(appointment.until)}" if appointment.until else "until further notice"
    note = f"{appointment.deputy} is appointed from {long_date(appointment.since)} {until}. Revoking cannot be undone."
    title = f"Revoke {appointment.deputy} as deputy for {represented}"
    act = OfficeAct(represented, title, "Revoke the appointment", note, "The appointment was revoked.")
    return _happened(request, form, save, act)


def _office(request: SignedIn, pk: int) -> Office:
    """The office, locked while something is being sent: what is compared is what is changed."""
    found = actions.locked_office(pk) if request.method == "POST" else Office.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


Row = TypeVar("Row", OfficeHolding, DeputyAppointment)


def _row(request: SignedIn, model: type[Row], pk: int) -> tuple[Office, Row]:
    """A holding or an appointment, read after its office was locked."""
    office = _office(request, get_object_or_404(model, pk=pk).office_id)
    return office, model._default_manager.get(pk=pk)


@dataclass(frozen=True)
class OfficeAct:
    """The page of something that happens to an office: its heading, its button, a note, and what is said once it was recorded."""

    office: Office
    title: str
    label: str
    note: str
    done: str

    def show(self, request: SignedIn, form: OfficeActForm | OfficeForm, status: int) -> HttpResponse:
        history = queries.history_of(self.office, clock.today())
        context = {"office": self.office, "history": history, "form": form, "title": self.title, "label": self.label}
        return render(request, "accounts/offices/office_form.html", {**context, "note": self.note}, status=status)

    def finish(self, request: SignedIn, done: object) -> HttpResponse:
        if not asked(request, done):
            messages.success(request, self.done)
        return redirect("office", self.office.pk)


def _happened(request: SignedIn, form: OfficeActForm | OfficeForm, save: Callable[[], Any], act: OfficeAct) -> HttpResponse:
    return edit_or_409(request, form, save, partial(act.show, request, form), partial(act.finish, request))
