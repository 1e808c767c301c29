"""Who holds and held which office, and who deputises and deputised, over all offices: two lists."""

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.offices.models import DeputyAppointment, OfficeHolding
from accounts.offices.queries import Term, terms
from accounts.offices.terms.forms import DeputyFilters, HolderFilters
from accounts.permissions.rules import Permission, SignedIn, permission_required
from display.formats import long_date
from display.lists.columns import FileColumn, ListColumn, ListTable, last_if_open, link, tag
from display.lists.listing import Listing

reads_offices = permission_required(Permission.VIEW_PROGRAMMES)

_STANDING = {
    "in_force": ("In force", "green"),
    "to_come": ("To come", "blue"),
    "ended": ("Ended", "grey"),
    "never": ("Never in force", "grey"),
}


def _office(term: Term) -> SafeString:
    return link(reverse("office", args=[term.row.office_id]), term.row.office.name)


def _until(term: Term) -> str:
    return long_date(term.row.until) or "Further notice"


def _revoked(term: Term) -> str:
    row = term.row
    if not isinstance(row, DeputyAppointment) or row.revoked_by is None:
        return ""
    return f"From {long_date(row.revoked_from)}, recorded by {row.revoked_by.name}"


def _office_column() -> ListColumn:
    return ListColumn("Office", screen=_office, cells=[FileColumn("Office", lambda term: term.row.office.name)])


def _standing_column() -> ListColumn:
    return ListColumn(
        "Today",
        screen=lambda term: tag(*_STANDING[term.state]),
        cells=[FileColumn("Today", lambda term: _STANDING[term.state][0])],
    )


class HolderTable(ListTable):
    """The latest to take office first."""

    name, about, order = "holders", "Holders of offices", "-since"

    holder = ListColumn("Holder", holds="row.holder.name")
    office = _office_column()
    since = ListColumn("From", holds="row.since", sort="since")
    until = ListColumn("Until", holds="row.until", sort=last_if_open("until"))
    standing = _standing_column()


class DeputyTable(ListTable):
    """The latest appointment first."""

    name, about, order = "deputies", "Deputies", "-since"

    deputy = ListColumn("Deputy", holds="row.deputy.name")
    office = _office_column()
    since = ListColumn("From", holds="row.since", sort="since")
    until = ListColumn(
        "Until", screen=_until, sort=last_if_open("until"), cells=[FileColumn("Until", lambda term: term.row.until)]
    )
    standing = _standing_column()
    authority = ListColumn("Authority", holds="row.authority")
    revoked = ListColumn(
        "Revoked",
        screen=_revoked,
        shown=False,
        cells=[
            FileColumn("Revoked from", lambda term: term.row.revoked_from),
            FileColumn("Revoked by", lambda term: term.row.revoked_by.name if term.row.revoked_by else None),
        ],
    )


@reads_offices
@require_GET
def holders(request: SignedIn) -> HttpResponseBase:
    """Every holder of an office there is, was, or is to come."""
    today = clock.today()
    found = OfficeHolding.objects.select_related("office", "holder")
    filters = HolderFilters(request.GET, found, today=today)
    listing = Listing(request, HolderTable(), filters, lambda rows: terms(rows, today))
    return listing.respond("accounts/offices/holders.html", {})


@reads_offices
@require_GET
def deputies(request: SignedIn) -> HttpResponseBase:
    """Every deputy there is, was, or is to come, and under which authority."""
    today = clock.today()
    found = DeputyAppointment.objects.select_related("office", "deputy", "revoked_by")
    filters = DeputyFilters(request.GET, found, today=today)
    listing = Listing(request, DeputyTable(), filters, lambda rows: terms(rows, today))
    return listing.respond("accounts/offices/deputies.html", {})
