"""Pages of one authorisation: what is drawn of it; letting a year lapse; moving over what an earlier one released."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.authorisations import actions
from approvals.authorisations.actions import look_ahead
from approvals.authorisations.forms import ConfirmForm
from approvals.authorisations.queries import Stand, acts_on, is_waiting_for_transfer, moving, stands_of
from approvals.drawdowns.consumption.queries import waiting_for_transfer
from approvals.drawdowns.consumption.wording.rules import NOT_MOVED_YET
from approvals.drawdowns.models import Consumption
from approvals.drawdowns.outcome import actions as outcome_actions
from approvals.drawdowns.totals.rules import amounts_in_words
from approvals.year_end.queries import carried_of
from costing.financial_year import FinancialYear
from costing.measure import in_year
from display.editing import edit_or_409, posted
from display.formats import pounds
from phases.authorisations.queries import authorisations_of
from phases.models import Authorisation, Programme
from phases.programmes.queries import programme_for
from phases.programmes.views import locked

records = permission_required(Permission.RECORD_DECISIONS)
either = require_http_methods(["GET", "HEAD", "POST"])


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def authorisation(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """What is drawn, pending and left of an authorisation in every measure, and every act that drew on it."""
    programme = programme_for(request.user, slug)
    shown = _authorisation(programme, pk)
    stands = stands_of(shown, clock.today())
    context = {
        "programme": programme,
        "authorisation": shown,
        "stands": stands,
        "acts": acts_on(shown, [each.standing.limit.measure for each in stands]),
        "carried": carried_of(shown),
        "waiting": is_waiting_for_transfer(shown),
        "may_record": request.user.may(Permission.RECORD_DECISIONS),
    }
    return render(request, "approvals/authorisations/authorisation.html", context)


@records
@either
@transaction.atomic
def authorisation_lapse(request: SignedIn, slug: str, pk: int, year: int) -> HttpResponse:
    """What will lapse, then that it has."""
    programme = locked(request, slug)
    lapsing = _authorisation(programme, pk)
    stand = _stand_in(lapsing, year, clock.today())
    if waiting_for_transfer([lapsing]):
        messages.error(request, NOT_MOVED_YET)
        return redirect("authorisation", slug, pk)
    if not stand.may_lapse:
        when = "has already lapsed" if stand.standing.lapsed else "has not ended: nothing lapses until it has"
        messages.error(request, f"{FinancialYear(year)} {when}.")
        return redirect("authorisation", slug, pk)
    form = ConfirmForm(posted(request), seen=[stand.standing.drawn, stand.standing.pending])

    def save() -> Authorisation:
        outcome_actions.lapse(authorisation=lapsing, year=year, by=request.user, at=clock.now())
        return lapsing

    def finish(lapsed: Authorisation) -> HttpResponse:
        messages.success(request, f"{pounds(stand.standing.headroom)} of {lapsed} lapsed in {FinancialYear(year)}.")
        return redirect("authorisation", slug, pk)

    show = partial(render, request, "_components/confirm_page.html", _lapsing(lapsing, stand, form))
    return edit_or_409(request, form, save, show, finish)


def _stand_in(authorisation: Authorisation, year: int, today: date) -> Stand:
    stands = stands_of(authorisation, today)
    found = next((each for each in stands if each.standing.limit.measure == in_year(year)), None)
    if found is None:
        raise Http404
    return found


def _lapsing(authorisation: Authorisation, stand: Stand, form: ConfirmForm) -> dict[str, Any]:
    standing = stand.standing
    slug, pk, year = authorisation.programme.slug, authorisation.pk, standing.limit.financial_year
    points = [
        f"The limit is {pounds(standing.limit.amount)}, of which {pounds(standing.drawn)} is drawn. What is drawn stays drawn.",
        f"The rest, {pounds(standing.headroom)}, lapses: nothing more is drawn in {standing.limit.measure}.",
        "If a decision carries it forward to a later year, record that first: what has lapsed stays lapsed.",
    ]
    if standing.pending:
        points.insert(2, f"Submitted drawdowns ask for {pounds(standing.pending)} of this. They can no longer be signed off.")
    return {
        "heading": f"Let {standing.limit.measure} of {authorisation} lapse",
        "text": "When you confirm, which cannot be undone:",
        "points": points,
        "label": f"Let {pounds(standing.headroom)} lapse",
        "kind": "warning",
        "other": {"label": "Carry it forward instead", "url": reverse("authorisation_carry_forward", args=[slug, pk, year])}
        if standing.headroom
        else None,
        "cancel_url": reverse("authorisation", args=[slug, pk]),
        "form": form,
        "hidden": {"made_on": form.made_on},
    }


@records
@either
@transaction.atomic
def authorisation_replace(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    """What will move over from the earlier authorisation, and what will lapse of it, then that it has."""
    programme = locked(request, slug)
    later = _authorisation(programme, pk)
    if not is_waiting_for_transfer(later):
        messages.error(request, f"There is nothing to move to {later}.")
        return redirect("authorisation", slug, pk)
    ahead = look_ahead(later)
    form = ConfirmForm(posted(request), seen=[*map(_seen, ahead.rows), *ahead.refusals])

    def save() -> Authorisation | None:
        if ahead.refusals:
            return None
        actions.replace(authorisation=later, by=request.user, at=clock.now())
        return later

    def finish(_: Authorisation) -> HttpResponse:
        left = {each.limit.measure: each.headroom for each in ahead.lapsing if each.headroom and not each.lapsed}
        rest = amounts_in_words(left)
        lapsed = f" The remaining {rest} has lapsed." if rest else ""
        messages.success(request, f"Everything drawn from {later.replaces} has moved to {later}.{lapsed}")
        return redirect("authorisation", slug, pk)

    rows = moving(ahead.rows, [each.standing.limit.measure for each in ahead.measures])
    context = {"programme": programme, "authorisation": later, "ahead": ahead, "rows": rows, "form": form}
    show = partial(render, request, "approvals/authorisations/authorisation_replace.html", context)
    return edit_or_409(request, form, save, show, finish)


def _seen(row: Consumption) -> tuple[object, ...]:
    return row.drawdown_id, row.line_id, row.financial_year, row.pounds


def _authorisation(programme: Programme, pk: int) -> Authorisation:
    return get_object_or_404(authorisations_of(programme).select_related("programme"), pk=pk)
