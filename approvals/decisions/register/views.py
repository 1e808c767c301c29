"""The register of decisions, on screen and as files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import counted, records_for, released_measures
from approvals.decisions.register.forms import RegisterFilters
from approvals.decisions.wording.queries import Registered, counted_days, registered
from approvals.drawdowns.handback.queries import Became, became_of
from approvals.drawdowns.rules import label_of
from approvals.drawdowns.totals.rules import released_in_words
from approvals.templatetags.drawdowns import REGISTERED
from costing.measure import Measure
from display import formats
from display.lists.columns import FileColumn, ListColumn, ListTable, joined, last_if_open, link, muted, note, tag
from display.lists.listing import Listing

reads = permission_required(Permission.VIEW_PROGRAMMES)


def _title(row: Registered) -> SafeString:
    return joined(link(reverse("decision_record_page", args=[row.reference]), row.title), note(row.reference))


def _kind(row: Registered) -> str:
    kind = "Key decision" if row.is_key else "Not key"
    return joined(kind, note(f"Urgent: {row.urgent.lower()}" if row.urgent else ""))


def _sources(row: Registered) -> str:
    return "; ".join(row.sources)


def _published(row: Registered) -> str:
    if row.published_on is None:
        return "Not yet"
    after = "" if row.days is None else "the same day" if row.days == 0 else f"after {counted_days(row.days)}"
    return joined(formats.long_date(row.published_on), note(after))


def _takes_effect(row: Registered) -> str:
    if not row.stands:
        return muted("Does not stand")
    return formats.long_date(row.effective_on) if row.effective_on else muted("Open")


def _state(row: Registered) -> SafeString:
    days = {"Corrected": row.corrected_on, "Withdrawn from publication": row.withdrawn_on}
    said = [note(f"{name} on {formats.long_date(day)}") for name, day in days.items() if day]
    label = label_of(row.state, row.elsewhere)
    retrospective = note("Retrospective" if row.retrospective else "")
    return joined(tag(label, REGISTERED.get(row.state, "")), retrospective, *said)


def _keep_until(row: Registered) -> str:
    if row.retain_until is None:
        return muted("From publication")
    return joined(formats.long_date(row.retain_until), note("Past its retention date" if row.past_retention else ""))


def released_cells(measures: Sequence[Measure], released: Callable[[Any], Mapping[Measure, Decimal]]) -> list[FileColumn]:
    """A column of a file for each measure, with the whole pounds released in it; empty where nothing is."""
    return [FileColumn(f"Released, {each.label}", partial(_amount, released=released, measure=each)) for each in measures]


def _amount(row: Any, *, released: Callable[[Any], Mapping[Measure, Decimal]], measure: Measure) -> Decimal | None:
    return released(row).get(measure)


def _released(row: Registered) -> SafeString:
    return joined(released_in_words(row.released) if row.sources else "No money", note(row.since))


class RegisterTable(ListTable):
    """Newest first. In a file what is released has a column for each measure."""

    name, about, order = "decisions", "Register of decisions", "-decided_on"

    title = ListColumn(
        "Decision",
        screen=_title,
        cells=[FileColumn("Reference", lambda row: row.reference), FileColumn("Title", lambda row: row.title)],
    )
    programme = ListColumn("Programme")
    decided_on = ListColumn("Decided", sort=last_if_open("decided_on"))
    maker = ListColumn("Decision maker")
    kind = ListColumn(
        "Kind",
        screen=_kind,
        cells=[FileColumn("Key decision", lambda row: row.is_key), FileColumn("Urgent", lambda row: row.urgent)],
    )
    released = ListColumn("Released", screen=_released)
    sources = ListColumn("Funding source", shown=False, screen=_sources, cells=[FileColumn("Funding source", _sources)])
    published_on = ListColumn(
        "Published",
        sort=last_if_open("published_on"),
        screen=_published,
        cells=[
            FileColumn("Published", lambda row: row.published_on),
            FileColumn("Days to publication", lambda row: row.days),
        ],
    )
    closes_on = ListColumn("Call-in closes", shown=False)
    effective_on = ListColumn("Takes effect", screen=_takes_effect)
    state = ListColumn(
        "Status",
        screen=_state,
        cells=[
            FileColumn("Status", lambda row: label_of(row.state, row.elsewhere)),
            FileColumn("Retrospective", lambda row: row.retrospective),
            FileColumn("Corrected", lambda row: row.corrected_on),
            FileColumn("Withdrawn from publication", lambda row: row.withdrawn_on),
        ],
    )
    retain_until = ListColumn("Keep until", screen=_keep_until)

    def __init__(self, measures: Callable[[], Sequence[Measure]]) -> None:
        """`measures`: those of the decisions that go to a file."""
        super().__init__()
        self.measures = measures

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        if name != "released":
            return super().cells_of(name)
        released = released_cells(self.measures(), lambda row: row.released)
        return [*released, FileColumn("What became of it", lambda row: row.since)]


def _rows(records: Iterable[DecisionRecord], today: date) -> list[Registered]:
    """The rows of a page or a file, with what became of the money of each (two queries at most)."""
    records = list(records)
    became = became_of([each.drawdown for each in records])
    return [registered(each, today, _since(became.get(each.drawdown_id, []))) for each in records]


def _since(acts: Iterable[Became]) -> str:
    return "; ".join(f"{act.what}: {act.in_words}" if act.amounts else act.what for act in acts)


@reads
@require_GET
def register(request: SignedIn) -> HttpResponseBase:
    """Every decision on a drawdown that was signed, of the programmes that this person may see."""
    today = clock.today()
    filters = RegisterFilters(request.GET, records_for(request.user), request=request)
    table = RegisterTable(lambda: released_measures(filters.found))
    listing = Listing(request, table, filters, partial(_rows, today=today), size=50)
    return listing.respond("approvals/decisions/register.html", {"counted": counted(filters.found)})
