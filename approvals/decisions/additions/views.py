"""Add to the record of a decision."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.additions import actions
from approvals.decisions.additions.forms import AdditionForm
from approvals.decisions.additions.models import RecordAddition
from approvals.decisions.queries import record_for
from display.editing import edit_or_409, posted


@permission_required(Permission.RECORD_DECISIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def record_add(request: SignedIn, reference: str) -> HttpResponse:
    """Wards, background papers, members present and the like, under the clerk's own name."""
    record = record_for(request.user, reference)
    if record.published_on:
        messages.error(request, "This record is published: nothing is added to it.")
        return redirect("decision_record_page", reference)
    form = AdditionForm(posted(request), kind=request.GET.get("about", ""))

    def save() -> RecordAddition:
        kind = RecordAddition.Kind(form.cleaned_data["kind"])
        return actions.add_to_record(record=record, kind=kind, text=form.cleaned_data["text"], by=request.user, at=clock.now())

    def finish(_: RecordAddition) -> HttpResponse:
        messages.success(request, "It was added to the record.")
        return redirect("decision_record_page", reference)

    context = {"record": record, "drawdown": record.drawdown, "programme": record.drawdown.programme, "form": form}
    return edit_or_409(request, form, save, partial(render, request, "approvals/decisions/record_add.html", context), finish)
