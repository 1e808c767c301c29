"""The list of a programme's delegations."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.governance.queries import has_key_decisions
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions.forward_plan.queries import notices_of
from approvals.delegations.conditions.wording.rules import awaited_in_words
from approvals.delegations.listed.forms import DelegationFilters
from approvals.delegations.models import DelegationLimit
from approvals.delegations.queries import Delegated, delegated, delegations_of, measures_of
from approvals.drawdowns.rules import Mode
from costing.measure import Measure
from display.formats import long_date, pounds
from display.lists.columns import (
    ActionColumn,
    Fact,
    FileColumn,
    ListColumn,
    ListTable,
    any_case,
    joined,
    last_if_open,
    link,
    muted,
    note,
    tag,
)
from display.lists.listing import Listing
from phases.programmes.queries import programme_for

_COLOURS = {"Expired": "grey", "Not yet": "yellow", "In force": "green"}


def _title(row: Delegated) -> SafeString:
    return link(reverse("delegation", args=[row.delegation.programme.slug, row.delegation.pk]), row.delegation.title)


def _standing(row: Delegated) -> str:
    if row.expired:
        return "Expired"
    return "Not yet" if row.waits else "In force"


def _standing_shown(row: Delegated) -> SafeString:
    standing = _standing(row)
    return joined(
        tag(standing, _COLOURS[standing]), *(note(awaited_in_words(each)) for each in ([] if row.expired else row.waits))
    )


def _under(row: Delegated) -> SafeString:
    decision = row.delegation.decision
    minute = f", minute {decision.minute}" if decision.minute else ""
    where = f"{decision.body}, {long_date(decision.decided_on)}{minute}"
    return joined(link(reverse("decision", args=[row.delegation.programme.slug, decision.pk]), decision.title), note(where))


_ASKED = {
    Mode.AGREEMENT: "Must agree",
    Mode.CONSULTATION: "Is consulted",
    Mode.CONSENT: "Must consent",
    Mode.ADVICE: "Gives advice",
}


def _named(row: Delegated, mode: Mode) -> str:
    return ", ".join(step.name for step in row.delegation.steps.all() if step.mode == mode)


def _asked_first(row: Delegated) -> SafeString:
    said = [f"{how}: {named}" for mode, how in _ASKED.items() if (named := _named(row, mode))]
    return joined(*map(note, said)) if said else muted("Nobody")


def _left(row: Delegated) -> SafeString:
    said = [f"{pounds(each.headroom)} of {pounds(each.amount)} {each.measure.in_words}" for each in row.delegation.limits.all()]
    return joined(*map(note, said)) if said else muted("No limit of its own")


def _reports_back(row: Delegated) -> str:
    to, on = row.delegation.reports_to, row.delegation.report_back_on
    return " ".join([*([f"To {to}"] if to else []), *([f"{'on' if to else 'On'} {long_date(on)}"] if on else [])])


def _progress(row: Delegated) -> SafeString:
    address = reverse("delegation_progress", args=[row.delegation.programme.slug, row.delegation.pk])
    return link(address, "Progress", f" on the use of {row.delegation.title}")


class DelegationTable(ListTable):
    """By title. In a file each measure that is limited has three columns."""

    name, about, order = "delegations", "Delegations", "delegation"

    delegation = ListColumn(
        "Delegation",
        sort=any_case("title"),
        screen=_title,
        cells=[FileColumn("Delegation", lambda row: row.delegation.title)],
    )
    standing = ListColumn(
        "Today",
        screen=_standing_shown,
        cells=[
            FileColumn("Today", _standing),
            FileColumn("Not yet, because", lambda row: "" if row.expired else " ".join(row.waits)),
        ],
    )
    decides = ListColumn("Decides", holds="delegation.decided_by")
    under = ListColumn(
        "Under",
        screen=_under,
        cells=[
            FileColumn("Under", lambda row: row.delegation.decision.title),
            FileColumn("Resolved by", lambda row: row.delegation.decision.body.name),
            FileColumn("Resolved on", lambda row: row.delegation.decision.decided_on),
            FileColumn("Minute", lambda row: row.delegation.decision.minute),
        ],
    )
    asked_first = ListColumn(
        "Asked first",
        screen=_asked_first,
        cells=[
            *(FileColumn(how, partial(_named, mode=mode)) for mode, how in _ASKED.items()),
        ],
    )
    left = ListColumn("Headroom", screen=_left)
    first_day = ListColumn("First day", holds="delegation.earliest", shown=False)
    last_day = ListColumn("Last day", holds="delegation.expires", sort=last_if_open("expires"))
    reports_back = ListColumn(
        "Reports back",
        screen=_reports_back,
        shown=False,
        cells=[
            FileColumn("Reports back to", lambda row: row.delegation.reports_to),
            FileColumn("Reports back on", lambda row: row.delegation.report_back_on),
        ],
    )
    recorded = ListColumn("Recorded", holds="delegation.recorded_at", shown=False)
    progress = ActionColumn("Progress on its use", screen=_progress)

    def __init__(self, measures: Callable[[], Sequence[Measure]]) -> None:
        """`measures`: those that are limited by the delegations that go to a file."""
        super().__init__()
        self.measures = measures

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        if name != "left":
            return super().cells_of(name)
        return [column for measure in self.measures() for column in _columns_of(measure)]


def _columns_of(measure: Measure) -> Iterator[FileColumn]:
    for heading, field in (("Limit", "amount"), ("Drawn", "drawn"), ("Headroom", "headroom")):
        yield FileColumn(f"{heading}, {measure}", partial(_amount, measure=measure, field=field))


def _amount(row: Delegated, *, measure: Measure, field: str) -> Fact:
    limit: DelegationLimit | None = next((each for each in row.delegation.limits.all() if each.measure == measure), None)
    return getattr(limit, field) if limit else None


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def delegations(request: SignedIn, slug: str) -> HttpResponseBase:
    """Every delegation of a programme: who decides, who is asked first, and what is left of its limits."""
    programme, today = programme_for(request.user, slug), clock.today()
    filters = DelegationFilters(request.GET, delegations_of(programme), today=today)
    table = DelegationTable(lambda: measures_of(filters.found))
    listing = Listing(request, table, filters, lambda rows: delegated(rows, today))
    may_record = request.user.may(Permission.RECORD_DECISIONS)
    context = {"programme": programme, "may_record": may_record, "notices": notices_of(programme) if may_record else ()}
    context["has_key_decisions"] = has_key_decisions(today)
    return listing.respond("approvals/delegations/delegations.html", context)
