"""Plan the publication of a record, and cancel that."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.planned import actions
from approvals.decisions.planned.forms import PlanForm
from approvals.decisions.planned.queries import plan_of, shown_of
from approvals.decisions.queries import missing_of, record_for
from approvals.drawdowns.actions import NotAllowedNow
from display.editing import edit_or_409, posted
from display.formats import long_date

clerks = permission_required(Permission.RECORD_DECISIONS)


@clerks
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def record_plan(request: SignedIn, reference: str) -> HttpResponse:
    """Choose the day, check, plan. 409 where the record changed since it was shown."""
    record = record_for(request.user, reference)
    if record.published_on or plan_of(record):
        messages.error(request, "This record is published, or its publication is planned already.")
        return redirect("decision_record_page", reference)
    form, is_asked = PlanForm(posted(request), shown=shown_of(record)), "plan" in request.POST

    def save() -> Any:
        on = form.cleaned_data["on"]
        if is_asked:
            return actions.plan_publication(record=record, on=on, by=request.user, at=clock.now())
        return actions.checked(record, on, request.user, clock.now())

    def show(status: int, checked: Any = None) -> HttpResponse:
        context = {"record": record, "drawdown": record.drawdown, "programme": record.drawdown.programme, "form": form}
        context |= {"checked": checked, "missing": missing_of(record)}
        return render(request, "approvals/decisions/record_plan.html", context, status=status)

    def finish(plan: Any) -> HttpResponse:
        if not is_asked:
            return show(200, plan)
        messages.success(request, f"The record will be published on {long_date(plan.on)}, unless you cancel that before.")
        return redirect("decision_record_page", reference)

    try:
        return edit_or_409(request, form, save, show, finish)
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect("decision_record_page", reference)


@clerks
@require_POST
def record_plan_cancel(request: SignedIn, reference: str) -> HttpResponse:
    """The button beside the planned day."""
    record = record_for(request.user, reference)
    try:
        plan = actions.cancel_plan(record=record, by=request.user, at=clock.now())
    except (NotAllowedNow, ValidationError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"The record will not be published on {long_date(plan.on)}.")
    return redirect("decision_record_page", reference)
