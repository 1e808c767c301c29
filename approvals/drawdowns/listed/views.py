"""The list of drawdowns."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn
from approvals.drawdowns.listed.forms import DrawdownFilters
from approvals.drawdowns.listed.queries import Listed, listed, measures_of
from approvals.drawdowns.queries import drawdowns_for
from approvals.drawdowns.readiness.rules import Readiness
from approvals.drawdowns.readiness.wording.rules import all_in_words
from approvals.drawdowns.rules import State, label_of
from approvals.drawdowns.totals.rules import amounts_in_words
from approvals.drawdowns.views import reads
from approvals.templatetags.drawdowns import COLOURS
from costing.measure import Measure
from display.formats import long_date
from display.lists.columns import FileColumn, ListColumn, ListTable, joined, last_if_open, link, muted, note, tag
from display.lists.listing import Listing


def _title(row: Listed) -> SafeString:
    return link(reverse("drawdown", args=[row.drawdown.reference]), f"{row.drawdown.reference}: {row.drawdown.title}")


def _state(row: Listed) -> SafeString:
    state, elsewhere = State(row.drawdown.state), row.drawdown.taken_elsewhere_id is not None
    later = elsewhere and state is not State.SIGNED_OFF
    return joined(tag(label_of(state, elsewhere), COLOURS[state]), note("Decided elsewhere" if later else ""))


def _asked_for(row: Listed) -> str:
    if row.drawdown.proposal:
        return "No money"
    return amounts_in_words(row.amounts) if row.amounts else muted("Not submitted yet")


def _waits_for(row: Listed) -> str:
    drawdown = row.drawdown
    if row.is_taken_elsewhere:
        return "The clerk, to confirm a decision taken elsewhere"
    match State(drawdown.state):
        case State.DRAFT | State.RETURNED | State.WITHDRAWN:
            return f"{drawdown.prepared_by.name}, to submit it"
        case State.SUBMITTED if row.readiness:
            return _decides(row, row.readiness)
        case State.SIGNED_OFF:
            return f"Takes effect on {long_date(row.effective_on)}" if row.published_on else "The clerk, to publish the decision"
        case State.CALLED_IN:
            return "The outcome of the call-in"
        case _:
            return "Nobody"


def _decides(row: Listed, ready: Readiness) -> str:
    """Those who are to answer; else who decides, from when, and what stands in the way."""
    if row.answering:
        return f"{', '.join(row.answering)}, to answer"
    decides = f"{row.drawdown.delegation.decided_by}, to decide"
    if ready.stuck or ready.unmet:
        return f"{decides}. {all_in_words(ready.obstacles)}"
    return decides if ready.is_ready else f"{decides} from {long_date(ready.first_day)}"


class DrawdownTable(ListTable):
    """Newest first. In a file what is asked for has a column for each measure."""

    name, about, order = "drawdowns", "Drawdowns", "-reference"

    reference = ListColumn(
        "Drawdown",
        sort="pk",
        screen=_title,
        cells=[
            FileColumn("Reference", lambda row: row.drawdown.reference),
            FileColumn("Title", lambda row: row.drawdown.title),
        ],
    )
    programme = ListColumn("Programme", holds="drawdown.programme.name")
    prepared_by = ListColumn("Prepared by", holds="drawdown.prepared_by.name")
    submitted = ListColumn("Submitted", holds="drawdown.submitted_at", shown=False)
    state = ListColumn(
        "State",
        sort="state",
        screen=_state,
        cells=[
            FileColumn("State", lambda row: State(row.drawdown.state).label),
            FileColumn("Decided elsewhere", lambda row: row.drawdown.taken_elsewhere_id is not None),
        ],
    )
    asked_for = ListColumn("Asked for", screen=_asked_for)
    waits_for = ListColumn("Waiting for", screen=_waits_for, cells=[FileColumn("Waiting for", _waits_for)])
    answer_by = ListColumn("Answer by", holds="drawdown.answer_by", sort=last_if_open("answer_by"))

    def __init__(self, measures: Callable[[], Sequence[Measure]]) -> None:
        """`measures`: those of the drawdowns that go to a file."""
        super().__init__()
        self.measures = measures

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        if name != "asked_for":
            return super().cells_of(name)
        return [FileColumn(f"Asked for, {each.label}", partial(_amount, measure=each)) for each in self.measures()]


def _amount(row: Listed, measure: Measure) -> Any:
    return row.amounts.get(measure)


@reads
@require_GET
def drawdowns(request: SignedIn) -> HttpResponseBase:
    """Every drawdown of the programmes that this person may see."""
    today = clock.today()
    filters = DrawdownFilters(request.GET, drawdowns_for(request.user), request=request, today=today)
    table = DrawdownTable(lambda: measures_of(filters.found))
    listing = Listing(request, table, filters, lambda rows: listed(rows, today))
    return listing.respond("approvals/drawdowns/drawdowns.html", {"may_prepare": request.user.may(Permission.PREPARE_DRAWDOWNS)})
