"""Several drawdowns signed one after another: choosing them, going on to the next, and what became of them.

Each is signed on its own page, after its own check page. Nothing here signs, and nothing here is stored.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from approvals.drawdowns.readiness.wording.rules import all_in_words
from approvals.drawdowns.rules import LIVE, State
from approvals.drawdowns.sitting.forms import SittingForm
from approvals.drawdowns.sitting.queries import Became, Outcome, Ready, outcomes, ready_for, released_by, with_running
from approvals.drawdowns.sitting.rules import MOST, Sitting, sitting_of
from approvals.drawdowns.totals.rules import amounts_in_words
from approvals.drawdowns.views import reads
from approvals.drawdowns.waiting.queries import to_sign


class Place(NamedTuple):
    """Where in a sitting the page of one drawdown stands, and the ways on from there."""

    sitting: Sitting
    reference: str
    number: int

    @property
    def of(self) -> int:
        return len(self.sitting.chosen)

    @property
    def query(self) -> str:
        """What the address of a page of it ends in."""
        return f"?{urlencode({'sitting': str(self.sitting)})}"

    @property
    def next_url(self) -> str:
        return _at("sitting_next", self.sitting, after=self.reference)

    @property
    def skip_url(self) -> str:
        return _at("sitting_next", self.sitting.skipping(self.reference), after=self.reference)

    @property
    def summary_url(self) -> str:
        return _at("sitting_summary", self.sitting)


def place_in(request: HttpRequest, reference: str) -> Place | None:
    """Of a page whose address, or whose form, carries a sitting with this drawdown in it; None of any other."""
    sitting = sitting_of(request.POST.get("sitting") or request.GET.get("sitting", ""))
    number = sitting.place_of(reference) if sitting else None
    return Place(sitting, reference, number) if sitting and number else None


def in_sitting(name: str, reference: str, place: Place | None) -> str:
    """The address of a page of this drawdown, with the sitting it belongs to."""
    return f"{reverse(name, args=[reference])}{place.query if place else ''}"


def _at(name: str, sitting: Sitting, **more: str) -> str:
    return f"{reverse(name)}?{urlencode({'sitting': str(sitting)} | more)}"


@reads
@require_GET
def sitting(request: SignedIn) -> HttpResponse:
    """What is ready for this person's signature, each with the headroom that those before it leave."""
    ready = ready_for(request.user, clock.today())
    shown = list(ready)[:MOST]
    form = SittingForm(request.GET, ready=shown)
    return _choosing(request, form, ready)


def _choosing(request: SignedIn, form: SittingForm, ready: dict[str, Ready]) -> HttpResponse:
    running = {each.drawdown.reference: each for each in with_running([ready[each] for each in form.picked])}
    rows = [running.get(each, ready[each]) for each in form.order]
    context = {"form": form, "rows": rows, "chosen": set(running), "more": len(ready) - len(rows), "order": ",".join(form.order)}
    return render(request, "approvals/drawdowns/sitting.html", context)


@reads
@require_GET
def sitting_next(request: SignedIn) -> HttpResponse:
    """On to the page of the next that is still ready and was not skipped; to the summary where none is left."""
    if "order" in request.GET:
        return _begin(request)
    going = sitting_of(request.GET.get("sitting", ""))
    if going is None:
        return redirect("sitting")
    waiting = {each.reference for each in to_sign(request.user, clock.today())}
    found = going.next_of(request.GET.get("after", ""), waiting)
    if found is None:
        return redirect(_at("sitting_summary", going))
    return redirect(_sign_off(found, going))


def _begin(request: SignedIn) -> HttpResponse:
    ready = ready_for(request.user, clock.today())
    form = SittingForm(request.GET, ready=list(ready)[:MOST])
    if not form.is_valid():
        return _choosing(request, form, ready)
    return redirect(_at("sitting_next", Sitting(tuple(form.picked))))


def _sign_off(reference: str, sitting: Sitting) -> str:
    return f"{reverse('sign_off', args=[reference])}?{urlencode({'sitting': str(sitting)})}"


class Result(NamedTuple):
    """One of the summary: what became of it, where it can still be signed, and why it cannot; "" where it cannot, and can."""

    outcome: Outcome
    url: str
    why: str


def _result(outcome: Outcome, sitting: Sitting) -> Result:
    still = outcome.became in (Became.SKIPPED, Became.TO_COME)
    reference = outcome.drawdown.reference
    return Result(outcome, _sign_off(reference, sitting.returning_to(reference)) if still else "", _why(outcome))


def _why(outcome: Outcome) -> str:
    """What stands in the way of it, or who else signed it."""
    if outcome.became not in (Became.NO, Became.NOT_POSSIBLE):
        return ""
    drawdown, state = outcome.drawdown, State(outcome.drawdown.state)
    if state is State.SUBMITTED:
        return all_in_words(outcome.in_the_way) or "You do not decide on this one."
    by = f" by {drawdown.signed_by.name}" if drawdown.signed_by and state in LIVE else ""
    return f"{state.label}{by}."


@reads
@require_GET
def sitting_summary(request: SignedIn) -> HttpResponse:
    """What became of each: signed, returned or refused, skipped, not come to yet, no longer possible and why."""
    held = sitting_of(request.GET.get("sitting", ""))
    if held is None:
        return redirect("sitting")
    found = [_result(each, held) for each in outcomes(held, request.user, clock.today())]
    groups = {became.value: [each for each in found if each.outcome.became is became] for became in Became}
    released = released_by(each.outcome for each in groups[Became.SIGNED])
    context = {"groups": groups, "released": amounts_in_words(released), "of": len(found)}
    return render(request, "approvals/drawdowns/sitting_summary.html", context)
