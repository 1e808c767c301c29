"""The page on which a condition of a delegation is confirmed."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.delegations.conditions import actions
from approvals.delegations.conditions.forms import ConfirmationForm
from approvals.delegations.conditions.models import ConditionConfirmation
from approvals.delegations.conditions.queries import condition_of, why_not_confirm
from display.editing import edit_or_409, posted
from phases.programmes.queries import programme_for


@permission_required(Permission.CONFIRM_CONDITIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def condition_confirm(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Since when it is met, and where that can be seen; once confirmed, back to the delegation."""
    programme = programme_for(request.user, slug)
    found = condition_of(programme, pk)
    form = ConfirmationForm(posted(request))

    def save() -> ConditionConfirmation:
        given = {"met_on": form.cleaned_data["met_on"], "evidence": form.cleaned_data["evidence"]}
        return actions.confirm_condition(condition=found, **given, by=request.user, at=clock.now())

    def finish(_: object) -> HttpResponse:
        messages.success(request, "The condition was confirmed.")
        return redirect("delegation", slug, found.delegation_id)

    context = {"programme": programme, "condition": found, "form": form, "because": why_not_confirm(found, request.user)}
    show = partial(render, request, "approvals/delegations/condition_confirm.html", context)
    return edit_or_409(request, form, save, show, finish)
