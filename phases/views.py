"""Pages of programmes: the list, setting one up, and the decisions that fund it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries as accounts_queries
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.formats import long_date, pounds
from display.forms import CarefulForm, EditForm
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, MoneyColumn, any_case, link, tag
from display.lists.listing import Listing
from phases import actions, queries
from phases.forms import (
    ApprovalLimitFilters,
    ApprovalLimitForm,
    AuthorisationForm,
    DecisionForm,
    EndApprovalLimitForm,
    ExcludedItemForm,
    FundingSourceForm,
    PaperForm,
    PhaseForm,
    ProgrammeFilters,
    ProgrammeForm,
)
from phases.models import (
    ANY_AMOUNT_LAST,
    ApprovalLimit,
    Authorisation,
    ExcludedItem,
    FundingDecision,
    FundingSource,
    Phase,
    Programme,
)

keeps_limits = permission_required(Permission.CHANGE_SETTINGS)
sets_up = permission_required(Permission.SET_UP_PROGRAMMES)
records = permission_required(Permission.RECORD_DECISIONS)
reads = permission_required(Permission.VIEW_PROGRAMMES)
either = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: SignedIn) -> QueryDict | None:
    """What was sent, also when that is nothing at all; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def _years(row: queries.ProgrammeSize) -> str:
    first, *others = row.programme.years
    return f"{first} to {others[-1]}" if others else str(first)


class ProgrammeTable(ListTable):
    """By name."""

    name, about, order = "programmes", "Programmes", "programme"

    programme = ListColumn(
        "Programme",
        holds="programme.name",
        sort=any_case("name"),
        screen=lambda row: link(reverse("position", args=[row.programme.slug]), row.programme.name),
    )
    years = ListColumn("Financial years", sort="first_year", screen=_years, cells=[FileColumn("Financial years", _years)])
    phases = ListColumn("Phases", css_class="number")
    lines = ListColumn("Posts and other costs", css_class="number")


@reads
@require_GET
def programmes(request: SignedIn) -> HttpResponseBase:
    """Every programme the person may see."""
    filters = ProgrammeFilters(request.GET, queries.programmes_for(request.user))
    listing = Listing(request, ProgrammeTable(), filters, queries.sizes_of)
    return listing.respond("phases/programmes.html", {"may_add": request.user.may(Permission.SET_UP_PROGRAMMES)})


@sets_up
@either
@transaction.atomic
def programme_new(request: SignedIn) -> HttpResponse:
    """Make a programme; phases, sources and teams follow on its set-up page."""
    blank = Programme(basis=accounts_queries.council().basis)
    form = ProgrammeForm(posted(request), instance=blank)
    if request.method == "POST" and form.is_valid():
        made = form.save_with(lambda: actions.save_programme(values=form.values, by=request.user, at=timezone.now()))
        if made:
            messages.success(request, f"{made} was set up. Now add its phases and funding sources.")
            return redirect("programme_setup", made.slug)
    return render(request, "phases/programme_new.html", {"form": form})


@sets_up
@require_GET
def programme_setup(request: SignedIn, slug: str) -> HttpResponse:
    """Everything a programme is made of, each with its change link."""
    programme = queries.programme_for(request.user, slug)
    return render(request, "phases/set_up.html", {"programme": programme, **queries.set_up_of(programme)})


def edit(
    request: SignedIn,
    programme: Programme,
    form: CarefulForm,
    save: Callable[[], Any],
    title: str,
    done: str,
    back: str,
    template: str = "phases/edit.html",
    *,
    removable: bool = False,
) -> HttpResponse:
    """Show the form, or save it and go back. 409, with what is stored now beside what was typed, when somebody was faster."""
    status = 200
    if request.method == "POST":
        if form.is_stale():
            status = 409
        elif form.is_valid() and (thing := form.save_with(save)):
            messages.success(request, f"{thing} was {done}.")
            return redirect(back, programme.slug)
    context = {"programme": programme, "form": form, "title": title, "back": reverse(back, args=[programme.slug])}
    context["removable"] = removable
    return render(request, template, context, status=status)


def locked(request: SignedIn, slug: str) -> Programme:
    """The programme, locked against other writers while a form is being saved: what is compared is what is overwritten."""
    programme = queries.programme_for(request.user, slug)
    if request.method == "POST":
        Programme.objects.select_for_update().get(pk=programme.pk)
        programme.refresh_from_db()
    return programme


@sets_up
@either
@transaction.atomic
def paper(request: SignedIn, slug: str) -> HttpResponse:
    """Appendix, report number, committee, date, key to abbreviations, assumptions."""
    programme = locked(request, slug)
    form = PaperForm(posted(request), instance=programme)

    def save() -> Programme:
        return actions.save_programme(programme=programme, values=form.values, by=request.user, at=timezone.now())

    return edit(request, programme, form, save, "Details of the committee paper", "changed", "programme_setup")


Save = Callable[..., models.Model]


def _part(
    request: SignedIn,
    slug: str,
    pk: int | None,
    model: type[models.Model],
    form_class: type[EditForm],
    save: Save,
    name: str,
    keyword: str,
) -> HttpResponse:
    """Add (`pk` None) or change one part of a programme's set-up. 404 for a part of another programme."""
    programme = locked(request, slug)
    part = get_object_or_404(model, pk=pk, programme=programme) if pk else model(programme=programme)
    if pk and "remove" in request.POST:
        return _remove(request, programme, part)
    form = form_class(posted(request), instance=part)

    def act() -> models.Model:
        stored = {keyword: part} if pk else {}
        return save(programme=programme, values=form.values, by=request.user, at=timezone.now(), **stored)

    title = f"Change {part}" if pk else f"Add {name}"
    return edit(request, programme, form, act, title, "changed" if pk else "added", "programme_setup", removable=bool(pk))


def _remove(request: SignedIn, programme: Programme, part: Any) -> HttpResponse:
    try:
        actions.remove_part(part=part, by=request.user, at=timezone.now())
    except actions.StillNeeded as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{part} was removed.")
    return redirect("programme_setup", programme.slug)


@sets_up
@either
@transaction.atomic
def phase_add(request: SignedIn, slug: str) -> HttpResponse:
    return _part(request, slug, None, Phase, PhaseForm, actions.save_phase, "a phase", "phase")


@sets_up
@either
@transaction.atomic
def phase_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    return _part(request, slug, pk, Phase, PhaseForm, actions.save_phase, "a phase", "phase")


@sets_up
@either
@transaction.atomic
def funding_source_add(request: SignedIn, slug: str) -> HttpResponse:
    save = actions.save_funding_source
    return _part(request, slug, None, FundingSource, FundingSourceForm, save, "a funding source", "source")


@sets_up
@either
@transaction.atomic
def funding_source_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    return _part(request, slug, pk, FundingSource, FundingSourceForm, actions.save_funding_source, "a funding source", "source")


@sets_up
@either
@transaction.atomic
def excluded_item_add(request: SignedIn, slug: str) -> HttpResponse:
    return _part(request, slug, None, ExcludedItem, ExcludedItemForm, actions.save_excluded_item, "an excluded item", "item")


@sets_up
@either
@transaction.atomic
def excluded_item_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    return _part(request, slug, pk, ExcludedItem, ExcludedItemForm, actions.save_excluded_item, "an excluded item", "item")


@reads
@require_GET
def decisions(request: SignedIn, slug: str) -> HttpResponse:
    """What was decided, in the order of the dates, word for word, and the money each decision allows."""
    programme = queries.programme_for(request.user, slug)
    context = {
        "programme": programme,
        "decisions": queries.decisions_of(programme),
        "may_record": request.user.may(Permission.RECORD_DECISIONS),
    }
    return render(request, "phases/decisions.html", context)


@records
@either
@transaction.atomic
def decision_record(request: SignedIn, slug: str) -> HttpResponse:
    return _decision(request, locked(request, slug), None)


@records
@either
@transaction.atomic
def decision_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    programme = locked(request, slug)
    return _decision(request, programme, get_object_or_404(FundingDecision, pk=pk, programme=programme))


def _decision(request: SignedIn, programme: Programme, decision: FundingDecision | None) -> HttpResponse:
    form = DecisionForm(posted(request), instance=decision or FundingDecision(programme=programme))

    def save() -> FundingDecision:
        now = timezone.now()
        return actions.record_decision(programme=programme, decision=decision, values=form.values, by=request.user, at=now)

    title = "Change this decision" if decision else "Record a decision"
    return edit(request, programme, form, save, title, "changed" if decision else "recorded", "decisions")


@records
@either
@transaction.atomic
def authorise(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Record the money a decision allows. A recommendation allows none: the page says so."""
    programme = locked(request, slug)
    decision = get_object_or_404(FundingDecision, pk=pk, programme=programme)
    if decision.outcome != FundingDecision.Outcome.RESOLVED:
        messages.error(request, "A recommendation authorises nothing: record the resolution first.")
        return redirect("decisions", slug)
    return _authorisation(request, programme, Authorisation(programme=programme, decision=decision))


@records
@either
@transaction.atomic
def authorisation_change(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    programme = locked(request, slug)
    stored = Authorisation.objects.select_related("programme", "decision")
    return _authorisation(request, programme, get_object_or_404(stored, pk=pk, programme=programme))


def _authorisation(request: SignedIn, programme: Programme, authorisation: Authorisation) -> HttpResponse:
    form = AuthorisationForm(posted(request), instance=authorisation)

    def save() -> Authorisation:
        return actions.record_authorisation(
            decision=authorisation.decision,
            authorisation=authorisation if authorisation.pk else None,
            values=form.values,
            phases=form.cleaned_data["phases"],
            limits=form.limits,
            by=request.user,
            at=timezone.now(),
        )

    new = not authorisation.pk
    title = "Record the money this decision allows" if new else f"Change {authorisation}"
    return edit(request, programme, form, save, title, "recorded" if new else "changed", "decisions")


STANDS = {"in_force": ("In force", "green"), "to_come": ("To come", "blue"), "never": ("Never in force", "grey")}
"""How a limit stands on a day, in words and by colour; anything else has ended."""


def _stands(row: queries.LimitOn) -> tuple[str, str]:
    return STANDS.get(row.state, ("Ended", "grey"))


def _end_limit(row: queries.LimitOn) -> str:
    limit = row.limit
    if limit.ends:
        return ""
    which = f"{limit.approver}, {limit.get_measure_display().lower()}, from {long_date(limit.starts)}"
    return link(reverse("approval_limit_end", args=[limit.pk]), "End", f" the limit of {which}")


def _measure(row: queries.LimitOn) -> str:
    return row.limit.get_measure_display()


def _instrument(row: queries.LimitOn) -> str:
    return row.limit.get_instrument_display() if row.limit.instrument else "Any funding"


class LimitTable(ListTable):
    """The lowest first; any amount is the highest."""

    name, about, order = "approval-limits", "Approval limits", "amount"

    approver = ListColumn("Body or officer", holds="limit.approver.name", sort=any_case("approver__name"))
    amount = MoneyColumn(
        "Up to",
        holds="limit.amount",
        sort=ANY_AMOUNT_LAST,
        screen=lambda row: "any amount" if row.limit.amount is None else pounds(row.limit.amount),
    )
    measure = ListColumn("Measure", screen=_measure, cells=[FileColumn("Measure", _measure)])
    instrument = ListColumn("From which funding", screen=_instrument, cells=[FileColumn("From which funding", _instrument)])
    starts = ListColumn("First day", holds="limit.starts", sort="starts")
    ends = ListColumn("Last day", holds="limit.ends")
    today = ListColumn("Today", screen=lambda row: tag(*_stands(row)), cells=[FileColumn("Today", lambda row: _stands(row)[0])])
    end = ActionColumn("End", screen=_end_limit)


@reads
@require_GET
def approval_limits(request: SignedIn) -> HttpResponseBase:
    """Up to how much each body may approve: what is in force, what was, and what is to come."""
    may_keep, today = request.user.may(Permission.CHANGE_SETTINGS), timezone.localdate()
    filters = ApprovalLimitFilters(request.GET, ApprovalLimit.objects.select_related("approver"))
    table = LimitTable(exclude=() if may_keep else ("end",))
    listing = Listing(request, table, filters, lambda limits: queries.limits_on(limits, today))
    return listing.respond("phases/approval_limits.html", {"may_keep": may_keep})


@keeps_limits
@either
def approval_limit_add(request: SignedIn) -> HttpResponse:
    form = ApprovalLimitForm(posted(request), instance=ApprovalLimit())
    if request.method == "POST" and form.is_valid():
        added = form.save_with(lambda: actions.add_approval_limit(values=form.values, by=request.user, at=timezone.now()))
        if added:
            messages.success(request, "The approval limit was added.")
            return redirect("approval_limits")
    context = {"form": form, "title": "Add an approval limit", "label": "Add the limit"}
    return render(request, "phases/approval_limit.html", context)


@keeps_limits
@either
@transaction.atomic
def approval_limit_end(request: SignedIn, pk: int) -> HttpResponse:
    limit = get_object_or_404(ApprovalLimit, pk=pk)
    form = EndApprovalLimitForm(posted(request), instance=limit)
    status = 200
    if request.method == "POST" and form.is_stale():
        status = 409
    elif request.method == "POST" and form.is_valid():
        values = {"limit": limit, **form.values}
        if form.save_with(lambda: actions.end_approval_limit(**values, by=request.user, at=timezone.now())):
            messages.success(request, "The last day was recorded.")
            return redirect("approval_limits")
    context = {"form": form, "limit": limit, "title": "End this approval limit", "label": "Record the last day"}
    return render(request, "phases/approval_limit.html", context, status=status)
