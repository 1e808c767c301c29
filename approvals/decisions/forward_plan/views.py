"""The forward plan, as anybody reads it, and the notices that a clerk gives and withdraws."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.forward_plan import actions
from approvals.decisions.forward_plan.forms import KeyNoticeForm, WithdrawNoticeForm
from approvals.decisions.forward_plan.models import KeyNotice
from approvals.decisions.forward_plan.queries import decided_under, forward_plan, notice_of, still_to_come, why_not_withdraw
from approvals.decisions.forward_plan.wording.rules import stays_in_words
from approvals.decisions.key_notice.rules import Route, earliest
from approvals.decisions.publication.views import for_anybody
from display.editing import edit_or_409, posted
from display.lists.columns import FileColumn
from display.lists.downloads import Download, file_of
from phases.programmes.queries import programme_for


def _withdrawn_on(row: tuple[KeyNotice, str]) -> date | None:
    return row[0].withdrawal.withdrawn_on if hasattr(row[0], "withdrawal") else None


def _reasons(row: tuple[KeyNotice, str]) -> str:
    return row[0].withdrawal.reasons if hasattr(row[0], "withdrawal") else ""


_CELLS = [
    FileColumn("Reference", lambda row: row[0].reference),
    FileColumn("Matter", lambda row: row[0].matter),
    FileColumn("What is proposed", lambda row: row[0].text),
    FileColumn("Decision maker", lambda row: str(row[0].maker)),
    FileColumn("To be decided from", lambda row: row[0].due_from),
    FileColumn("To be decided until", lambda row: row[0].due_until),
    FileColumn("Documents", lambda row: row[0].documents),
    FileColumn("Where to ask, or to comment", lambda row: row[0].contact),
    FileColumn("Notice given", lambda row: row[0].given_on),
    FileColumn("Withdrawn", _withdrawn_on),
    FileColumn("Why withdrawn", _reasons),
    FileColumn("Decision", lambda row: row[1]),
]
"""Of a file of the plan. A row is a notice, and the reference of the published decision or "" for none."""


@for_anybody
def forward_plan_page(request: HttpRequest) -> HttpResponseBase:
    """Every notice, those still to be decided first; or the file of them all that was asked for."""
    notices, today = list(forward_plan()), clock.today()
    decided = decided_under(notices)
    coming = still_to_come(notices, decided, today)
    past = [each for each in notices if each not in coming]
    context = {
        "coming": [(each, "") for each in reversed(coming)],
        "past": [(each, decided.get(each.reference, "")) for each in past],
    }
    download = Download("forward-plan", "Forward plan", _CELLS, [*context["coming"], *context["past"]])
    if file := file_of(request, download):
        return file
    return render(request, "approvals/decisions/forward_plan.html", context)


@permission_required(Permission.RECORD_DECISIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def key_notice_give(request: SignedIn, slug: str) -> HttpResponse:
    """Write the notice, check it, publish it."""
    programme, is_asked = programme_for(request.user, slug), "give" in request.POST
    form = KeyNoticeForm(posted(request), instance=KeyNotice(programme=programme))

    def save() -> Any:
        if is_asked:
            return actions.give_notice(programme=programme, values=form.values, by=request.user, at=clock.now())
        return actions.checked(programme, form.values, request.user, clock.now())

    def show(status: int, checked: Any = None) -> HttpResponse:
        first = earliest(Route.TWENTY_EIGHT_DAYS, clock.today())
        context = {"programme": programme, "form": form, "checked": checked, "first": first, "today": clock.today()}
        return render(request, "approvals/decisions/key_notice_give.html", context, status=status)

    def finish(notice: Any) -> HttpResponse:
        if not is_asked:
            return show(200, notice)
        messages.success(request, f"The notice {notice.reference} is published in the forward plan.")
        return redirect("register")

    return edit_or_409(request, form, save, show, finish)


@permission_required(Permission.RECORD_DECISIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def key_notice_withdraw(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """Why a notice counts no more; then back to the delegations, where notices are given."""
    programme = programme_for(request.user, slug)
    notice = notice_of(programme, pk)
    form = WithdrawNoticeForm(posted(request), notice=notice)

    def save() -> Any:
        given = {"reasons": form.cleaned_data["reasons"], "instead": form.cleaned_data["instead"]}
        return actions.withdraw_notice(notice=notice, **given, by=request.user, at=clock.now())

    def finish(_: Any) -> HttpResponse:
        messages.success(request, f"The notice {notice.reference} was withdrawn.")
        return redirect("delegations", slug)

    stays = None if request.method == "POST" else why_not_withdraw(notice)
    because = stays_in_words(notice.reference, stays.decided) if stays else ""
    context = {"programme": programme, "notice": notice, "form": form, "because": because}
    show = partial(render, request, "approvals/decisions/key_notice_withdraw.html", context)
    return edit_or_409(request, form, save, show, finish)
