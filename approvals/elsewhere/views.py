"""The pages of a decision taken elsewhere: written down by who prepares drawdowns, confirmed by who records decisions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from approvals.decisions.models import DecisionRecord
from approvals.delegations.queries import takes_key_decisions
from approvals.drawdowns.actions import NotAllowedNow
from approvals.drawdowns.headroom.queries import left_of
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.preparation.queries import missing_of_case, missing_why_not_key
from approvals.drawdowns.preparation.views import done, page_context
from approvals.drawdowns.preparation.wording.rules import missing_in_words
from approvals.drawdowns.queries import case_of, drawdown_for, drawdown_in_full
from approvals.drawdowns.rules import State
from approvals.drawdowns.signing.queries import considered_for
from approvals.drawdowns.totals.rules import Totals
from approvals.drawdowns.views import acts, asked_for, bearing_on, either, opened, prepares, records
from approvals.elsewhere import actions
from approvals.elsewhere.forms import ConfirmForm, SendBackForm, form_for
from approvals.elsewhere.models import TakenElsewhere
from approvals.elsewhere.queries import facts_of, shown_of, standing_of, waiting_on, why_not_as_resolved
from approvals.elsewhere.rules import why_not_confirmed
from approvals.elsewhere.wording.rules import barred_in_words
from display.editing import posted


@prepares
@either
@acts
def drawdown_elsewhere(request: SignedIn, reference: str) -> HttpResponse:
    """Write down who decided, when, what and by which evidence; or, once that is done, what it waits for."""
    drawdown = drawdown_in_full(request.user, reference)
    if drawdown.state != State.DRAFT:
        messages.error(request, "It is no longer a draft: what was asked here is decided here.")
        return redirect("drawdown", reference)
    if waiting := waiting_on(drawdown):
        return _waits(request, drawdown, waiting)
    asked, problem = asked_for(drawdown, clock.now())
    may_be_key = takes_key_decisions(drawdown.delegation, clock.today())
    needed = _needed(case_of(drawdown), asked, may_be_key=may_be_key)
    missing = _missing(drawdown, needed, problem)
    form = form_for(drawdown)(posted(request), drawdown=drawdown)
    if request.method == "POST" and form.is_valid() and not missing:
        given: dict[str, Any] = {"decision": form.decision, "by": request.user, "at": clock.now()}
        given |= {name: form.cleaned_data[name] for name in ("version", "key")}
        if done(form, lambda: actions.record_elsewhere(drawdown=drawdown, **given)):
            messages.success(request, "The decision was recorded. A clerk has been told, and confirms it from the evidence.")
            return redirect("drawdown", reference)
    not_offered = [each for each in considered_for(drawdown) if each.why_not] if drawdown.delegation.decision_body_id else []
    context = page_context(drawdown, form=form, asked=asked, missing=missing, not_offered=not_offered)
    context |= {"was_refused": request.method == "POST" and bool(missing), "last": drawdown.elsewhere.last()}
    return render(request, "approvals/elsewhere/record.html", context)


def _needed(case: DecisionRecord | None, asked: Totals | None, *, may_be_key: bool) -> list[str]:
    missing = missing_of_case(case, may_be_key=may_be_key)
    missing += missing_why_not_key(case, asked.by_measure if asked else {}, may_be_key=may_be_key)
    return [*map(missing_in_words, missing)]


def _missing(drawdown: Drawdown, needed: list[str], problem: str) -> list[tuple[str, str]]:
    """What the draft needs before it can be said to have been decided, each with the address where it is put right."""
    lines, of_case = (reverse(name, args=[drawdown.reference]) for name in ("drawdown_lines", "drawdown_case"))
    found = [(problem, lines)] if problem else []
    return found + [(each, of_case) for each in needed]


def _waits(request: SignedIn, drawdown: Drawdown, waiting: TakenElsewhere) -> HttpResponse:
    """What was written down, for who prepares drawdowns: it can be taken back."""
    if request.POST.get("do") == "take_back":
        try:
            actions.take_back_elsewhere(taken=waiting, by=request.user, at=clock.now())
            messages.success(request, "The decision was taken back. Record it again, or submit the drawdown.")
        except NotAllowedNow as error:
            messages.error(request, str(error))
        return redirect("drawdown_elsewhere", drawdown.reference)
    return render(request, "approvals/elsewhere/waiting.html", page_context(drawdown, taken=waiting))


@records
@either
@acts
def elsewhere_confirm(request: SignedIn, reference: str) -> HttpResponse:
    """What was written down beside what it would release and its evidence: confirmed, or sent back with reasons."""
    waiting = waiting_on(drawdown_for(request.user, reference))
    if waiting is None:
        messages.error(request, "No decision taken elsewhere waits to be confirmed here.")
        return redirect("drawdown", reference)
    sheet, _ = opened(request, reference)
    drawdown, asked = sheet.drawdown, sheet.asked
    sends_back = request.POST.get("do") == "send_back"
    form = ConfirmForm(None if sends_back else posted(request), drawdown=drawdown, shown=_shown(asked))
    back = SendBackForm(posted(request) if sends_back else None, drawdown=drawdown, auto_id="back_%s")
    if sends_back and back.is_valid():
        given: dict[str, Any] = {"reasons": back.cleaned_data["reasons"], "by": request.user, "at": clock.now()}
        if done(back, lambda: actions.send_back_elsewhere(taken=waiting, **given)):
            messages.success(request, "The decision was sent back with your reasons. The drawdown is still a draft.")
            return redirect("drawdown", reference)
    elif request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("version", "shown", "key")} | {"by": request.user, "at": clock.now()}
        if form.act(lambda: actions.confirm_elsewhere(taken=waiting, **given)):
            messages.success(request, f"{reference} is recorded as decided elsewhere. Publish its record next.")
            return redirect("decision_record_page", reference)
    barred = why_not_confirmed(facts_of(waiting), standing_of(drawdown), request.user.pk) or why_not_as_resolved(waiting)
    context = bearing_on(request, sheet) | {"taken": waiting, "form": form, "back": back, "because": barred_in_words(barred)}
    context["left"] = left_of(asked.by_limit, drawdown.delegation, is_pending=False) if asked else []
    return render(request, "approvals/elsewhere/confirm.html", context)


def _shown(asked: Totals | None) -> str:
    return shown_of((each.line, each.authorisation, each.consumed) for each in asked.content.lines) if asked else ""
