"""The decision: sign off, return, refuse; or the clerk records what a body resolved."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.council.queries import council
from accounts.governance.queries import governance_on
from accounts.permissions.rules import SignedIn
from approvals.decisions.call_in.rules import window
from approvals.drawdowns.actions import Seen, StaleDrawdown
from approvals.drawdowns.answers import actions as answers_actions
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.offers.views import Person, why_not_decide, why_not_ready
from approvals.drawdowns.overview.queries import Sheet
from approvals.drawdowns.queries import drawdown_seen
from approvals.drawdowns.signing import actions
from approvals.drawdowns.signing.forms import NoForm, ResolutionForm, SignOffForm
from approvals.drawdowns.signing.queries import considered_for
from approvals.drawdowns.sitting.queries import rest_of
from approvals.drawdowns.sitting.views import Place, in_sitting, place_in
from approvals.drawdowns.views import (
    acts,
    bearing_on,
    either,
    must_act_for,
    opened,
    reads,
    records,
    require_recorder,
    to_be_checked,
)
from approvals.drawdowns.waiting.views import Waiting, to_sign, with_money
from display.editing import posted
from phases.bodies.rules import duty_of


def _context(request: SignedIn, sheet: Sheet, person: Person, form: ActForm) -> dict[str, Any]:
    """What the decision is taken on. `because` is why this person does not decide, `missing` what it still waits for."""
    return {
        **bearing_on(request, sheet),
        "form": form,
        "acting": person.acting_for(sheet.drawdown.delegation.decision_maker),
        "because": why_not_decide(person, sheet),
        "missing": why_not_ready(sheet),
        **_next(sheet),
    }


def _next(sheet: Sheet) -> dict[str, Any]:
    """Whether it is, or will be, open to call-in, and until when if it were published today."""
    drawdown, record = sheet.drawdown, sheet.record
    duty = duty_of(drawdown.delegation.maker, governance_on(sheet.day), record.is_key if record else None)
    applies, reason = duty.call_in, duty.reason
    if record and record.call_in_applies is not None:
        applies, reason = record.call_in_applies, record.call_in_reason
    return {"call_in": {"applies": applies, "reason": reason}, "window": window(sheet.day, council().call_in_days)}


def _to_be_checked(request: SignedIn, form: ActForm, sheet: Sheet, context: dict[str, Any]) -> bool:
    """Whether to show the check page. StaleDrawdown where the drawdown changed since the form was opened."""
    if not to_be_checked(request, form):
        return False
    if form.seen != Seen(sheet.drawdown.version, sheet.drawdown.sha256):
        raise StaleDrawdown(sheet.drawdown)
    return not context["because"] and not context["missing"]


def _sign(request: SignedIn, form: ActForm, **values: Any) -> Drawdown:
    values |= {"seen": form.seen, "key": form.cleaned_data["key"]}
    return actions.sign_off(drawdown=form.drawdown, **values, by=request.user, at=clock.now())


@reads
@either
@acts
def sign_off(request: SignedIn, reference: str) -> HttpResponse:
    """Everything the decision maker should have seen; then a check page, whose button says what it does; then the act."""
    place = place_in(request, reference)
    form = SignOffForm(posted(request), drawdown=drawdown_seen(request.user, reference), initial=_carried(place))
    if "confirm" in request.POST and form.is_valid() and form.act(lambda: _sign(request, form)):
        return redirect(in_sitting("signed", reference, place))
    sheet, person = opened(request, reference)
    must_act_for(person, sheet.drawdown.delegation.decision_maker)
    context = _context(request, sheet, person, form) | _rest_of(place)
    if _to_be_checked(request, form, sheet, context):
        return render(request, "approvals/drawdowns/sign_off_check.html", context)
    return render(request, "approvals/drawdowns/sign_off.html", context)


def _carried(place: Place | None) -> dict[str, str]:
    return {"sitting": str(place.sitting)} if place else {}


def _rest_of(place: Place | None) -> dict[str, Any]:
    """What a page within a sitting says of the others: how many are still to come, and what is left if they are signed too."""
    if place is None:
        return {}
    return {"place": place, "rest": rest_of(place.sitting, place.reference)}


@records
@either
@acts
def resolution_record(request: SignedIn, reference: str) -> HttpResponse:
    """The clerk's form where a body decides: which of its recorded resolutions this is; then its text beside the amounts."""
    sheet, person = opened(request, reference)
    form = ResolutionForm(posted(request), drawdown=sheet.drawdown)
    chosen = form.cleaned_data["resolution"] if request.method == "POST" and form.is_valid() else None
    if "confirm" in request.POST and chosen and form.act(lambda: _sign(request, form, resolution=chosen)):
        return redirect("signed", reference)
    not_offered = [each for each in considered_for(sheet.drawdown) if each.why_not]
    context = _context(request, sheet, person, form) | {"chosen": chosen, "not_offered": not_offered}
    if _to_be_checked(request, form, sheet, context):
        return render(request, "approvals/drawdowns/sign_off_check.html", context)
    return render(request, "approvals/drawdowns/resolution.html", context)


@reads
@require_GET
def signed(request: SignedIn, reference: str) -> HttpResponse:
    """The confirmation: reference, entry of the audit record, amounts, what happens next and when."""
    sheet, _ = opened(request, reference)
    if not sheet.is_decided:
        return redirect("drawdown", reference)
    context = {"drawdown": sheet.drawdown, "programme": sheet.drawdown.programme, "sheet": sheet}
    context |= _going_on(place_in(request, reference), to_sign(request.user, clock.today()))
    return render(request, "approvals/drawdowns/signed.html", context | _next(sheet))


def _going_on(place: Place | None, waiting: list[Waiting]) -> dict[str, Any]:
    """What waits for the next signature: the next of the sitting, else the first of all, with its money."""
    if place is None:
        return {"next_to_sign": with_money(waiting[:1])[0] if waiting else None, "more_to_sign": len(waiting) > 1}
    following = place.sitting.next_of(place.reference, {each.to_sign for each in waiting})
    found = [each for each in waiting if each.to_sign == following]
    return {"place": place, "next_to_sign": with_money(found)[0] if found else None}


@reads
@either
@acts
def drawdown_return(request: SignedIn, reference: str) -> HttpResponse:
    """To its author, with reasons."""
    note = "It is returned to its author, who can change it and submit it again. Everybody then answers again."
    said = {"title": f"Return {reference}", "button": "Return it", "note": note}
    return _no(request, reference, answers_actions.send_back, said)


@reads
@either
@acts
def drawdown_refuse(request: SignedIn, reference: str) -> HttpResponse:
    """For good, with reasons."""
    note = "This ends the drawdown: it cannot be submitted again. To have it changed, return it instead."
    said = {"title": f"Refuse {reference}", "button": "Refuse it", "note": note, "kind": "warning"}
    return _no(request, reference, answers_actions.refuse, said)


def _no(request: SignedIn, reference: str, act: Callable[..., Drawdown], said: Mapping[str, str]) -> HttpResponse:
    """`said` is what the page says of the act, as act.html takes it."""
    sheet, person = opened(request, reference)
    place = place_in(request, reference)
    labels = {"label": "Your reasons", "help_text": "Its author will read them."}
    form = NoForm(posted(request), drawdown=sheet.drawdown, initial=_carried(place), **labels)

    def say() -> Drawdown:
        given = form.cleaned_data
        body = {"sha256": given["sha256"], "reasons": given["text"], "key": given["key"]}
        return act(drawdown=form.drawdown, **body, by=request.user, at=clock.now())

    if request.method == "POST" and form.is_valid() and form.act(say):
        return redirect(place.next_url) if place else redirect("drawdown", reference)
    if maker := sheet.drawdown.delegation.decision_maker:
        must_act_for(person, maker)
    else:
        require_recorder(request)
    context = {"drawdown": sheet.drawdown, "programme": sheet.drawdown.programme, "form": form, **said}
    context["because"] = "" if request.method == "POST" else why_not_decide(person, sheet)
    return render(request, "approvals/drawdowns/act.html", context)
