"""The page on which what a year left is carried forward to a later year: typed, checked, recorded."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.drawdowns.actions import NotAllowedNow
from approvals.drawdowns.consumption.queries import LimitStanding, standing_of, waiting_for_transfer
from approvals.drawdowns.consumption.wording.rules import NOT_MOVED_YET
from approvals.year_end import actions
from approvals.year_end.forms import CarryForwardForm
from approvals.year_end.queries import may_carry_forward, shifts
from approvals.year_end.rules import later_years, why_not_years
from approvals.year_end.wording.rules import not_carried_in_words
from costing.financial_year import FinancialYear
from costing.measure import in_year
from display.editing import edit_or_409, posted
from display.formats import pounds
from phases.authorisations.queries import authorisations_of
from phases.models import Authorisation, CarryForward
from phases.programmes.views import locked

records = permission_required(Permission.RECORD_DECISIONS)


@records
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def authorisation_carry_forward(request: SignedIn, slug: str, pk: int, year: int) -> HttpResponse:
    """How much goes to which year by which decision; then what both years are afterwards; then that it was done."""
    programme = locked(request, slug)
    authorisation = get_object_or_404(authorisations_of(programme).select_related("programme"), pk=pk)
    standings = standing_of(authorisation)
    today = clock.today()
    years = later_years(year, today, programme.last_year)
    giving = _giving(standings, year)
    if early := why_not_years(year, years[0], today):
        messages.error(request, not_carried_in_words(early, year))
        return redirect("authorisation", slug, pk)
    if because := _nothing_left(authorisation, giving):
        messages.error(request, because)
        return redirect("authorisation", slug, pk)
    decisions = may_carry_forward(authorisation, year, today)
    form = CarryForwardForm(posted(request), decisions=decisions, years=years, left=giving.headroom)

    def save() -> CarryForward | None:
        if request.POST.get("do") != "carry":
            return None
        given: dict[str, Any] = {"carrying": form.carrying(year), "decision": form.cleaned_data["decision"]}
        try:
            return actions.carry_forward(authorisation=authorisation, **given, by=request.user, at=clock.now())
        except NotAllowedNow as error:
            form.add_error(None, str(error))
            return None

    def finish(done: CarryForward) -> HttpResponse:
        to = FinancialYear(done.to_year)
        messages.success(request, f"{pounds(done.pounds)} was carried forward from {FinancialYear(year)} to {to}.")
        return redirect("authorisation", slug, pk)

    def show(status: int) -> HttpResponse:
        checked = request.POST.get("do") in ("check", "carry") and status == 200 and form.is_valid()
        context = {"programme": programme, "authorisation": authorisation, "year": FinancialYear(year), "giving": giving}
        context |= {"form": form, "shifts": shifts(standings, form.carrying(year)) if checked else []}
        page = "approvals/authorisations/authorisation_carry_forward.html"
        return render(request, page, context | {"decisions": decisions}, status=status)

    return edit_or_409(request, form, save, partial(show), finish)


def _giving(standings: list[LimitStanding], year: int) -> LimitStanding:
    found = next((each for each in standings if each.limit.measure == in_year(year)), None)
    if found is None:
        raise Http404
    return found


def _nothing_left(authorisation: Authorisation, giving: LimitStanding) -> str:
    if hasattr(authorisation, "replaced_by"):
        return f"{authorisation} was replaced by {authorisation.replaced_by}."
    if waiting_for_transfer([authorisation]):
        return NOT_MOVED_YET
    if giving.lapsed:
        return f"{giving.limit.measure} has lapsed."
    return "" if giving.headroom else f"All of {giving.limit.measure} was drawn or carried forward."
