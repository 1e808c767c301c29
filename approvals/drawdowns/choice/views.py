"""Choosing the lines of a drawdown, with the headroom before and after."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from approvals.delegations.conditions.rules import waits_for
from approvals.delegations.conditions.wording.rules import awaited_in_words
from approvals.drawdowns.choice.forms import open_choosing
from approvals.drawdowns.conditions.queries import awaited_by
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.preparation import actions
from approvals.drawdowns.preparation.forms import ProposalForm
from approvals.drawdowns.preparation.views import done, page_context, while_open
from approvals.drawdowns.views import acts, either, prepares
from display.editing import posted


@prepares
@either
@acts
@while_open
def drawdown_lines(request: SignedIn, drawdown: Drawdown) -> HttpResponse:
    """Lines of authorised phases, whole or in part. Without a script, buttons work out the headroom and tick whole phases."""
    if drawdown.proposal:
        return _proposal(request, drawdown)
    choosing = open_choosing(drawdown, posted(request))
    form = ActForm(posted(request), drawdown=drawdown)
    is_looking = "headroom" in request.POST or "whole" in request.POST
    if request.method == "POST" and not is_looking and form.is_valid() and not choosing.errors:
        given: dict[str, Any] = {"version": form.seen.version, "choices": choosing.choices, "by": request.user, "at": clock.now()}
        if done(form, lambda: actions.choose_lines(drawdown=drawdown, **given)):
            messages.success(request, f"{choosing.chosen}.")
            return redirect("drawdown_case", drawdown.reference)
    context = page_context(drawdown, choosing=choosing, form=form, has_errors=bool(choosing.errors))
    today, scheme = clock.today(), drawdown.delegation
    awaited = awaited_by(drawdown, choosing.asked, today)
    context["not_yet"] = [*map(awaited_in_words, [*waits_for(scheme.earliest, awaited.unmet, today), *awaited.held_back])]
    return render(request, "approvals/drawdowns/drawdown_lines.html", context)


def _proposal(request: SignedIn, drawdown: Drawdown) -> HttpResponse:
    """The text in place of the lines, where no money is released."""
    form = ProposalForm(posted(request), drawdown=drawdown)
    if request.method == "POST" and form.is_valid():
        given = {"version": form.seen.version, "proposal": form.cleaned_data["proposal"], "by": request.user}
        if done(form, lambda: actions.word_proposal(drawdown=drawdown, **given, at=clock.now())):
            messages.success(request, "What is to be decided was saved.")
            return redirect("drawdown_case", drawdown.reference)
    return render(request, "approvals/drawdowns/drawdown_proposal.html", page_context(drawdown, form=form))


@prepares
@require_POST
@acts
@while_open
def drawdown_headroom(request: SignedIn, drawdown: Drawdown) -> HttpResponse:
    """What the lines as typed would consume, and what that leaves. Nothing is written."""
    choosing = open_choosing(drawdown, request.POST)
    return JsonResponse(
        {
            "panel": render_to_string("approvals/drawdowns/_lines_headroom.html", {"choosing": choosing}),
            "said": choosing.chosen,
            "rows": {row.key: {"takes": row.takes, "error": row.error} for row in choosing.rows if row.ticked or row.error},
        }
    )
