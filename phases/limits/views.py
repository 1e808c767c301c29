"""Pages of the council's approval limits."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.editing import edit_or_409, posted
from display.formats import long_date, pounds
from display.lists.columns import ActionColumn, FileColumn, ListColumn, ListTable, MoneyColumn, any_case, link, tag
from display.lists.listing import Listing
from phases.limits import actions, queries
from phases.limits.forms import ApprovalLimitFilters, ApprovalLimitForm, EndApprovalLimitForm
from phases.limits.models import ANY_AMOUNT_LAST, ApprovalLimit

keeps_limits = permission_required(Permission.CHANGE_SETTINGS)
reads = permission_required(Permission.VIEW_PROGRAMMES)
either = require_http_methods(["GET", "HEAD", "POST"])


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
    may_keep, today = request.user.may(Permission.CHANGE_SETTINGS), clock.today()
    filters = ApprovalLimitFilters(request.GET, ApprovalLimit.objects.select_related("approver"))
    table = LimitTable(exclude=() if may_keep else ("end",))
    listing = Listing(request, table, filters, lambda limits: queries.limits_on(limits, today))
    return listing.respond("phases/limits/approval_limits.html", {"may_keep": may_keep})


@keeps_limits
@either
def approval_limit_add(request: SignedIn) -> HttpResponse:
    form = ApprovalLimitForm(posted(request), instance=ApprovalLimit())

    def save() -> ApprovalLimit:
        return actions.add_approval_limit(values=form.values, by=request.user, at=clock.now())

    context = {"form": form, "title": "Add an approval limit", "label": "Add the limit"}
    show = partial(render, request, "phases/limits/approval_limit.html", context)
    return edit_or_409(request, form, save, show, partial(_back, request, "The approval limit was added."))


def _back(request: SignedIn, said: str, _: ApprovalLimit) -> HttpResponse:
    messages.success(request, said)
    return redirect("approval_limits")


@keeps_limits
@either
@transaction.atomic
def approval_limit_end(request: SignedIn, pk: int) -> HttpResponse:
    limit = get_object_or_404(ApprovalLimit, pk=pk)
    form = EndApprovalLimitForm(posted(request), instance=limit)

    def save() -> ApprovalLimit:
        return actions.end_approval_limit(limit=limit, **form.values, by=request.user, at=clock.now())

    context = {"form": form, "limit": limit, "title": "End this approval limit", "label": "Record the last day"}
    show = partial(render, request, "phases/limits/approval_limit.html", context)
    return edit_or_409(request, form, save, show, partial(_back, request, "The last day was recorded."))
