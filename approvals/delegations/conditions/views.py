"""A condition of a delegation: confirmed, taken back, and the paper it was confirmed with."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.delegations.conditions import actions
from approvals.delegations.conditions.forms import ConfirmationForm, TakeBackForm
from approvals.delegations.conditions.models import ConditionConfirmation, ConfirmationTakenBack
from approvals.delegations.conditions.queries import condition_of, confirmation_of, paper_of, why_not_confirm, why_not_take_back
from approvals.delegations.conditions.wording.rules import cannot_confirm_in_words, stands_in_words
from display.attached import as_attachment
from display.editing import edit_or_409, posted
from phases.programmes.queries import programme_for


@permission_required(Permission.CONFIRM_CONDITIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def condition_confirm(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Since when it is met, and where that can be seen; once confirmed, back to the delegation."""
    programme = programme_for(request.user, slug)
    found = condition_of(programme, pk)
    form = ConfirmationForm(posted(request), request.FILES or None)

    def save() -> ConditionConfirmation:
        typed = form.cleaned_data
        given = {"met_on": typed["met_on"], "evidence": actions.Evidence(typed["evidence"], typed["file"])}
        return actions.confirm_condition(condition=found, **given, by=request.user, at=clock.now())

    def finish(_: object) -> HttpResponse:
        messages.success(request, "The condition was confirmed.")
        return redirect("delegation", slug, found.delegation_id)

    context = {
        "programme": programme,
        "condition": found,
        "form": form,
        "because": cannot_confirm_in_words(why_not_confirm(found, request.user)),
    }
    show = partial(render, request, "approvals/delegations/condition_confirm.html", context)
    return edit_or_409(request, form, save, show, finish)


@permission_required(Permission.CONFIRM_CONDITIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def condition_take_back(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Why a confirmation counts no more; once it is taken back, to the delegation."""
    programme = programme_for(request.user, slug)
    found = confirmation_of(programme, pk)
    form = TakeBackForm(posted(request))

    def save() -> ConfirmationTakenBack:
        reasons = form.cleaned_data["reasons"]
        return actions.take_back_confirmation(confirmation=found, reasons=reasons, by=request.user, at=clock.now())

    def finish(_: object) -> HttpResponse:
        messages.success(request, "The confirmation was taken back.")
        return redirect("delegation", slug, found.condition.delegation_id)

    because = "" if request.method == "POST" else stands_in_words(why_not_take_back(found, request.user))
    context = {"programme": programme, "confirmation": found, "condition": found.condition, "form": form, "because": because}
    show = partial(render, request, "approvals/delegations/condition_take_back.html", context)
    return edit_or_409(request, form, save, show, finish)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def condition_paper(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """The paper that a condition was confirmed with."""
    paper = paper_of(programme_for(request.user, slug), pk)
    return as_attachment(paper, paper.name)
