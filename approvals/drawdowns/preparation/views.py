"""Pages of those who prepare drawdowns: a new one, its case, submission, withdrawal."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.clock import queries as clock
from accounts.governance.queries import governance_on
from accounts.permissions.rules import SignedIn
from approvals.decisions.key_notice.rules import routes
from approvals.decisions.key_notice.wording.rules import why_key_in_words
from approvals.delegations.queries import takes_key_decisions
from approvals.drawdowns import rules
from approvals.drawdowns.actions import KeyUsedOtherwise, NotAllowedNow, locked
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.headroom.queries import left_of
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.preparation import actions
from approvals.drawdowns.preparation import queries as preparing
from approvals.drawdowns.preparation.forms import CaseForm, NewDrawdownForm, NewProposalForm, WithdrawForm, drafted_case
from approvals.drawdowns.preparation.wording.rules import missing_in_words, vacancy_in_words
from approvals.drawdowns.queries import case_of, drawdown_for, supporting
from approvals.drawdowns.readiness.wording.rules import in_words
from approvals.drawdowns.rules import State
from approvals.drawdowns.views import acts, asked_for, either, prepares
from display.editing import edit_or_409, posted
from display.forms import CarefulForm
from phases.bodies.rules import duty_of
from phases.programmes.queries import programmes_for


def while_open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that changes a drawdown: for one that is not open, its own page, which says how it stands."""

    @wraps(view)
    def guarded(request: SignedIn, reference: str, **kwargs: Any) -> HttpResponse:
        drawdown = drawdown_for(request.user, reference)
        if State(drawdown.state) not in rules.OPEN:
            messages.error(request, "A submitted drawdown is frozen: withdraw it first.")
            return redirect("drawdown", reference)
        return view(request, drawdown, **kwargs)

    return guarded


def done(form: CarefulForm, act: Callable[[], Any]) -> Any:
    """What the act returns; None, with the reason among the form's errors, where it is refused."""
    try:
        return form.save_with(act)
    except NotAllowedNow as error:
        form.add_error(None, str(error))
        return None


def page_context(drawdown: Drawdown, **more: Any) -> dict[str, Any]:
    return {"drawdown": drawdown, "programme": drawdown.programme, **more}


@prepares
@either
def drawdown_new(request: SignedIn) -> HttpResponse:
    """Under which delegation, and what for; its lines come next."""
    return _new(request, NewDrawdownForm, "drawdown_lines")


@prepares
@either
def proposal_new(request: SignedIn) -> HttpResponse:
    """A decision that releases no money: under which delegation, and what is to be decided; its case comes next."""
    return _new(request, NewProposalForm, "drawdown_case")


def _new(request: SignedIn, form_of: type[NewDrawdownForm], then: str) -> HttpResponse:
    offered = preparing.delegations_open(clock.today()).filter(programme__in=programmes_for(request.user))
    form = form_of(posted(request), offered, request.GET.get("programme", ""))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.fields}
        try:
            drawdown = actions.draft(**values, by=request.user, at=clock.now())
        except KeyUsedOtherwise as error:
            return render(request, "409.html", {"message": str(error), "again_url": reverse("drawdowns")}, status=409)
        return redirect(then, drawdown.reference)
    return render(request, "approvals/drawdowns/drawdown_new.html", {"form": form})


@prepares
@either
@acts
@while_open
@transaction.atomic
def drawdown_case(request: SignedIn, drawdown: Drawdown) -> HttpResponse:
    """The case for the decision, which becomes the first part of its record."""
    if request.method == "POST":
        drawdown = locked(drawdown)
    case = case_of(drawdown)
    now = clock.now()
    asked, _ = asked_for(drawdown, now)
    governance = governance_on(clock.today())
    may_be_key = duty_of(drawdown.delegation.maker, governance).takes_key_decisions
    form = CaseForm(posted(request), instance=case or drafted_case(drawdown, asked, request.user), may_be_key=may_be_key)
    form.offer_routes(routes(has_executive=governance.has_executive))
    if may_be_key:
        why = preparing.why_key_of(case, asked.by_measure if asked else {})
        form.say_why_key(why_key_in_words(why) if why else "")

    def save() -> Any:
        version, values = drawdown.version, form.values
        try:
            return actions.write_case(drawdown=drawdown, version=version, values=values, by=request.user, at=now)
        except NotAllowedNow as error:
            raise ValidationError(str(error)) from None

    def finish(_: object) -> HttpResponse:
        messages.success(request, "The case was saved.")
        return redirect("drawdown_papers", drawdown.reference)

    context = page_context(drawdown, form=form, is_drafted=case is None, may_be_key=may_be_key)
    return edit_or_409(request, form, save, partial(render, request, "approvals/drawdowns/drawdown_case.html", context), finish)


@prepares
@either
@acts
@while_open
def drawdown_submit(request: SignedIn, drawdown: Drawdown) -> HttpResponse:
    """What will be asked, of whom, and what is missing; then freeze it and ask."""
    today, case = clock.today(), case_of(drawdown)
    asked, problem = asked_for(drawdown, clock.now())
    left = left_of(asked.by_limit, drawdown.delegation, is_pending=False) if asked else []
    missing = [(problem, reverse("drawdown_lines", args=[drawdown.reference]))] if problem else []
    if any(each.is_over for each in left):
        missing.append(("This asks for more than is left.", reverse("drawdown_lines", args=[drawdown.reference])))
    may_be_key, amounts = takes_key_decisions(drawdown.delegation, today), asked.by_measure if asked else {}
    of_case = preparing.missing_of_case(case, may_be_key=may_be_key)
    of_case += preparing.missing_why_not_key(case, amounts, may_be_key=may_be_key)
    missing += [(missing_in_words(each), reverse("drawdown_case", args=[drawdown.reference])) for each in of_case]
    form = ActForm(posted(request), drawdown=drawdown)
    to_ask = preparing.to_ask(drawdown.delegation, today)
    later = preparing.once_answered(drawdown, case, asked.by_limit if asked else {}, today)
    if request.method == "POST" and form.is_valid() and not missing:
        given: dict[str, Any] = {
            "version": form.seen.version,
            "key": form.cleaned_data["key"],
            "by": request.user,
            "at": clock.now(),
        }
        if done(form, lambda: actions.submit(drawdown=drawdown, **given)):
            said = f"{drawdown.reference} was submitted. Everybody who must answer has been told."
            messages.success(request, " ".join([said, *map(in_words, later.obstacles)]))
            return redirect("drawdown", drawdown.reference)
    context = page_context(drawdown, form=form, asked=asked, left=left, missing=missing, case=case)
    context |= {"may_be_key": may_be_key, "to_ask": to_ask, "later": later, "papers": supporting(drawdown)}
    context["vacant"] = [*map(vacancy_in_words, preparing.vacant(drawdown.delegation, to_ask, today))]
    context["was_refused"] = request.method == "POST" and bool(missing)
    return render(request, "approvals/drawdowns/drawdown_submit.html", context)


@prepares
@either
@acts
def drawdown_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Take it back before it is decided, on a page of its own: everybody's answers are lost with it."""
    drawdown = drawdown_for(request.user, reference)
    form = WithdrawForm(posted(request), drawdown=drawdown)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"version": form.seen.version, "by": request.user, "at": clock.now()}
        given["reasons"] = form.cleaned_data["reasons"]
        if done(form, lambda: actions.withdraw(drawdown=drawdown, **given)):
            messages.success(request, f"{drawdown.reference} was withdrawn. Change it, and submit it again when it is ready.")
            return redirect("drawdown", reference)
    may_withdraw = rules.may_become(drawdown.state, State.WITHDRAWN)
    return render(
        request, "approvals/drawdowns/drawdown_withdraw.html", page_context(drawdown, form=form, may_withdraw=may_withdraw)
    )
