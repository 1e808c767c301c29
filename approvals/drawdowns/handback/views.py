"""The page on which money and FTE are handed back: asked by one person, checked and confirmed by another."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from approvals.drawdowns.actions import NotAllowedNow
from approvals.drawdowns.consumption.queries import held
from approvals.drawdowns.handback import actions
from approvals.drawdowns.handback.forms import HandBackForm, fte_name, pounds_name
from approvals.drawdowns.handback.queries import HeldLine, asked_of, freed_by, held_lines
from approvals.drawdowns.handback.rules import Part
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.preparation.views import done, page_context
from approvals.drawdowns.queries import drawdown_for
from approvals.drawdowns.returned.models import HandBack
from approvals.drawdowns.views import acts, either, prepares
from display.editing import posted


@prepares
@either
@acts
def hand_back(request: SignedIn, reference: str) -> HttpResponse:
    """What is handed back: typed, checked with what it frees, asked; then the same again for who confirms it."""
    drawdown = drawdown_for(request.user, reference)
    if asked := asked_of(drawdown):
        return _answered(request, drawdown, asked)
    live = [each for each in held(Q(drawdown=drawdown)) if each.is_live]
    form = HandBackForm(posted(request), live)
    is_valid = form.is_valid()
    if is_valid and request.POST.get("do") == "hand_back":
        given: dict[str, Any] = {"giving": form.giving, "by": request.user, "at": clock.now()}
        given |= {name: form.cleaned_data[name] for name in ("reasons", "key")}
        if done(form, lambda: actions.ask_hand_back(drawdown=drawdown, **given)):
            messages.success(request, "The request was recorded. Another finance officer has been told, and confirms it.")
            return redirect("drawdown", reference)
    checked = is_valid and request.POST.get("do") != "change"
    lines = held_lines(drawdown, live, form.parts if checked else ())
    context = page_context(drawdown, form=form, lines=lines, boxes=_boxes(form, lines))
    context["freed"] = freed_by(live, form.parts, drawdown.delegation) if checked else []
    context["checked"] = checked
    return render(request, "approvals/drawdowns/hand_back.html", context)


def _boxes(form: HandBackForm, lines: list[HeldLine]) -> list[dict[str, Any]]:
    """Each line with its box for FTE, and its rows with theirs for pounds; None where there is nothing to hand back."""

    def box(name: str) -> Any:
        return form[name] if name in form.fields else None

    return [
        {
            "line": each,
            "fte": box(fte_name(each.line, each.authorisation)),
            "rows": [(row, box(pounds_name(row.pk))) for row in each.rows],
        }
        for each in lines
    ]


def _answered(request: SignedIn, drawdown: Drawdown, asked: HandBack) -> HttpResponse:
    """The check page of who confirms it; for who asked, what it waits for."""
    acts_of = {"confirm": (actions.confirm_hand_back, "The money was handed back. The decision maker has been told.")}
    acts_of["withdraw"] = (actions.withdraw_hand_back, "The request was withdrawn. Nothing was handed back.")
    if request.method == "POST" and (act := acts_of.get(request.POST.get("do", ""))):
        do, sentence = act
        try:
            do(hand_back=asked, by=request.user, at=clock.now())
            messages.success(request, sentence)
        except NotAllowedNow as error:
            messages.error(request, str(error))
        return redirect("drawdown", drawdown.reference)
    live = [each for each in held(Q(drawdown=drawdown)) if each.is_live]
    returned = [Part(part.row_id, part.pounds, part.fte) for part in asked.parts.all()]
    context = page_context(drawdown, asked=asked, is_own=asked.asked_by_id == request.user.pk)
    context |= {"lines": held_lines(drawdown, live, returned), "freed": freed_by(live, returned, drawdown.delegation)}
    return render(request, "approvals/drawdowns/hand_back_check.html", context)
