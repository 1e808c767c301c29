"""A correction: written and checked by the clerk, then published; read by anybody."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.corrections import actions
from approvals.decisions.corrections.forms import CorrectionForm
from approvals.decisions.corrections.queries import public_sections, published_correction
from approvals.decisions.publication.views import for_anybody, gone
from approvals.decisions.queries import record_for
from approvals.decisions.withdrawal.queries import withdrawal_of_correction
from approvals.drawdowns.actions import NotAllowedNow
from display.editing import edit_or_409, posted


@permission_required(Permission.RECORD_DECISIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def record_correct(request: SignedIn, reference: str) -> HttpResponse:
    """Say what is wrong and what is right, check it, publish it. 409 where another correction was published meanwhile."""
    record = record_for(request.user, reference)
    if not record.published_on:
        messages.error(request, "This record is not published yet: it is not corrected, but added to or worded otherwise.")
        return redirect("decision_record_page", reference)
    form = CorrectionForm(posted(request), number=actions.next_number(record))

    def save() -> Any:
        typed: tuple[Any, ...] = (int(form.shown), form.said, request.user, clock.now())
        if "publish" not in request.POST:
            return actions.checked(record, *typed)
        number, said, by, at = typed
        return actions.correct(record=record, number=number, said=said, by=by, at=at)

    def show(status: int, checked: Any = None) -> HttpResponse:
        context = {"record": record, "drawdown": record.drawdown, "programme": record.drawdown.programme, "form": form}
        template = "approvals/decisions/record_correct.html"
        return render(request, template, context | {"checked": checked, "today": clock.today()}, status=status)

    def finish(done: Any) -> HttpResponse:
        if "publish" not in request.POST:
            return show(200, done)
        messages.success(request, f"The correction {done.reference} is published.")
        return redirect("decision_record_page", reference)

    try:
        return edit_or_409(request, form, save, show, finish)
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect("decision_record_page", reference)


@for_anybody
def published_correction_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One correction, as anybody may read it, with the way to the record it corrects; 410 of one that was withdrawn."""
    correction = published_correction(reference, number)
    if withdrawn := withdrawal_of_correction(correction):
        return gone(request, correction.record, withdrawn, correction.reference)
    context = {"correction": correction, "record": correction.record, "sections": public_sections(correction)}
    return render(request, "approvals/decisions/published_correction.html", context)
