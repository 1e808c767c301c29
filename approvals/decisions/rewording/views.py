"""Put another wording to who signed, and answer it."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.offices.queries import may_act_for
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import record_for
from approvals.decisions.rewording import actions
from approvals.decisions.rewording.forms import RewordingAnswerForm, RewordingForm
from approvals.decisions.rewording.models import Rewording
from approvals.drawdowns.actions import NotAllowedNow
from display.editing import edit_or_409, posted

either = require_http_methods(["GET", "HEAD", "POST"])

_STANDS = "You confirmed the text. It now stands."


def _context(record: DecisionRecord, **more: object) -> dict[str, object]:
    return {"record": record, "drawdown": record.drawdown, "programme": record.drawdown.programme, **more}


@permission_required(Permission.RECORD_DECISIONS)
@either
@transaction.atomic
def record_reword(request: SignedIn, reference: str) -> HttpResponse:
    """The clerk puts forward another text of what was decided."""
    record = record_for(request.user, reference)
    why_not = "This record was withdrawn from publication: its text stays." if hasattr(record, "withdrawal") else ""
    if record.drawdown.delegation.decision_maker_id is None:
        why_not = "The text is that of the resolution of a body, and stays as it was resolved."
    if why_not:
        messages.error(request, why_not)
        return redirect("decision_record_page", reference)
    form = RewordingForm(posted(request), record=record)

    def save() -> Rewording:
        return actions.reword(record=record, **form.cleaned_data, by=request.user, at=clock.now())

    def finish(_: Rewording) -> HttpResponse:
        messages.success(request, "The other wording was put to the decision maker. The text stands once it is confirmed.")
        return redirect("decision_record_page", reference)

    show = partial(render, request, "approvals/decisions/record_reword.html", _context(record, form=form))
    return _done(request, reference, lambda: edit_or_409(request, form, save, show, finish))


@permission_required(Permission.VIEW_PROGRAMMES)
@either
@transaction.atomic
def rewording_answer(request: SignedIn, reference: str) -> HttpResponse:
    """Who signed reads both texts, and confirms or refuses. 403 for who does not act for the office."""
    record = record_for(request.user, reference)
    waiting = record.rewordings.filter(answer="").select_related("proposed_by").first()
    office = record.drawdown.delegation.decision_maker
    if waiting is None or office is None:
        messages.info(request, "No other wording waits for an answer.")
        return redirect("decision_record_page", reference)
    acting = may_act_for(request.user, office, clock.today())
    form = RewordingAnswerForm(posted(request))

    def save() -> Rewording:
        answer = Rewording.Answer(form.cleaned_data["answer"])
        return actions.answer_rewording(rewording=waiting, answer=answer, by=request.user, at=clock.now())

    def finish(answered: Rewording) -> HttpResponse:
        done = "You confirmed the text. It is published as a correction." if record.published_on else _STANDS
        confirmed = answered.answer == Rewording.Answer.CONFIRMED
        messages.success(request, done if confirmed else "You refused it. The text stays.")
        return redirect("decision_record_page", reference)

    context = _context(record, form=form, waiting=waiting, office=office, acting=acting)
    show = partial(render, request, "approvals/decisions/rewording_answer.html", context)
    return _done(request, reference, lambda: edit_or_409(request, form, save, show, finish))


def _done(request: SignedIn, reference: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What the act answers; back to the record, with the reason, where things have changed meanwhile."""
    try:
        return act()
    except NotAllowedNow as error:
        messages.error(request, str(error))
        return redirect("decision_record_page", reference)
