"""Withdraw a published record, or one of its corrections, from publication."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.corrections.models import Correction
from approvals.decisions.corrections.queries import corrections_of
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import record_for
from approvals.decisions.withdrawal import actions
from approvals.decisions.withdrawal.forms import WithdrawalForm
from approvals.drawdowns.actions import NotAllowedNow
from display.editing import edit_or_409, posted

clerks = permission_required(Permission.RECORD_DECISIONS)
either = require_http_methods(["GET", "HEAD", "POST"])


@clerks
@either
@transaction.atomic
def record_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """A published record, with its corrections."""
    record = record_for(request.user, reference)
    return _withdraw(request, record, record)


@clerks
@either
@transaction.atomic
def correction_withdraw(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """One correction; the record stays published."""
    record = record_for(request.user, reference)
    return _withdraw(request, record, get_object_or_404(corrections_of(record), number=number))


def _withdraw(request: SignedIn, record: DecisionRecord, of: DecisionRecord | Correction) -> HttpResponse:
    """Say why, check what will happen, withdraw; back with the reason where it is not public."""
    reference = record.drawdown.reference
    if not record.published_on or hasattr(record, "withdrawal") or hasattr(of, "withdrawal"):
        messages.error(request, "There is nothing to withdraw: it is not published, or already withdrawn.")
        return redirect("decision_record_page", reference)
    form, is_asked = WithdrawalForm(posted(request)), "withdraw" in request.POST

    def save() -> Any:
        typed = form.cleaned_data
        if is_asked:
            return actions.withdraw_from_publication(of=of, **typed, by=request.user, at=clock.now())
        return actions.checked(of, typed["paragraph"], typed["reasons"], request.user, clock.now())

    def show(status: int, checked: Any = None) -> HttpResponse:
        context = {"record": record, "drawdown": record.drawdown, "programme": record.drawdown.programme, "form": form}
        context |= {"checked": checked, "correction": of if isinstance(of, Correction) else None}
        return render(request, "approvals/decisions/record_withdraw.html", context, status=status)

    def finish(done: Any) -> HttpResponse:
        if not is_asked:
            return show(200, done)
        messages.success(request, "It is withdrawn from publication.")
        return redirect("decision_record_page", reference)

    try:
        return edit_or_409(request, form, save, show, finish)
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect("decision_record_page", reference)
