"""Reads about offices: who holds them, who deputises, who may act for them on a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from accounts.offices.models import DeputyAppointment, Office, OfficeHolding
from accounts.offices.rules import Days, fits
from accounts.people.models import User


def holder_of(office: Office, on: date) -> User | None:
    """Who holds the office that day; None while it is vacant."""
    holding = office.holdings.on(on).select_related("holder").order_by("since").first()
    return holding.holder if holding else None


class Acting(NamedTuple):
    """In which capacity a person may act for an office on one day. Copy it on to the record: it is true of that day only."""

    office: Office
    person: User
    acting_for: User | None
    """Whom a deputy acts for; None for the holder, and for a deputy while the office is vacant."""
    authority: str
    """The text a deputy acts under; empty for the holder, whose power is the office's own."""

    @property
    def as_deputy(self) -> bool:
        return bool(self.authority)


# As OfficeHolding.objects.on and DeputyAppointment.objects.on say it: every page with a capacity asks for both at once.
_ACTS_FOR = """
SELECT o.*, '' AS authority FROM accounts_officeholding h JOIN accounts_office o ON o.id = h.office_id
WHERE h.holder_id = %(user)s AND h.since <= %(day)s AND (h.until IS NULL OR h.until >= %(day)s)
UNION ALL
SELECT o.*, p.authority FROM accounts_deputyappointment p JOIN accounts_office o ON o.id = p.office_id
WHERE p.deputy_id = %(user)s AND p.since <= %(day)s AND (p.until IS NULL OR p.until >= %(day)s)
    AND (p.revoked_from IS NULL OR p.revoked_from > %(day)s)
"""


def acts_for(user: User, on: date) -> list[Acting]:
    """Every office the person may act for that day, by name of the office: as holder or as deputy. Two queries at most."""
    found = [(office, vars(office)["authority"]) for office in Office.objects.raw(_ACTS_FOR, {"user": user.pk, "day": on})]
    holders = _holders_of([office.pk for office, authority in found if authority], on)
    acting = [Acting(office, user, holders.get(office.pk) if authority else None, authority) for office, authority in found]
    return sorted(acting, key=lambda each: each.office.name)


# As OfficeHolding.objects.on and DeputyAppointment.objects.on say it: every act for an office asks it, inside its transaction.
_MAY_ACT = """
SELECT (
    SELECT holder_id FROM accounts_officeholding
    WHERE office_id = %(office)s AND since <= %(day)s AND (until IS NULL OR until >= %(day)s)
), (
    SELECT authority FROM accounts_deputyappointment
    WHERE office_id = %(office)s AND deputy_id = %(user)s AND since <= %(day)s AND (until IS NULL OR until >= %(day)s)
        AND (revoked_from IS NULL OR revoked_from > %(day)s)
    ORDER BY since LIMIT 1
)
"""


def may_act_for(user: User, office: Office, on: date) -> Acting | None:
    """In which capacity the person may act for the office that day; None if in none. To be asked again inside the transaction.

    One query, and for a deputy another that reads whom they act for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAY_ACT, {"office": office.pk, "user": user.pk, "day": on})
        holder, authority = cursor.fetchone()
    if holder == user.pk:
        return Acting(office, user, None, "")
    if authority is None:
        return None
    return Acting(office, user, None if holder is None else User.objects.get(pk=holder), authority)


def _holders_of(offices: list[int], on: date) -> dict[int, User]:
    if not offices:
        return {}
    holdings = OfficeHolding.objects.on(on).filter(office__in=offices).select_related("holder")
    return {holding.office_id: holding.holder for holding in holdings}


def of_another_kind(person: User, office: Office, days: Days) -> OfficeHolding | DeputyAppointment | None:
    """What the person holds or deputises for in these days that is of another kind than this office.

    A councillor does not act for an officer, nor an officer for a councillor: the law asks other records of the two.
    """
    for rows in (person.holdings, person.deputy_appointments):
        others = rows.within(days.since, days.until).exclude(office=office).exclude(office__kind=office.kind)
        if found := others.select_related("office").order_by("since").first():
            return found
    return None


def acted_for_another_kind(person: User, kind: str) -> Office | None:
    """An office that the person holds or deputises for, or ever did, and that somebody of this kind does not take."""
    in_force_once = person.deputy_appointments.exclude(revoked_from=F("since"))
    for rows in (person.holdings.all(), in_force_once):
        for row in rows.select_related("office").order_by("since"):
            if not fits(kind, row.office.kind):
                return row.office
    return None


class OfficeNow(NamedTuple):
    """An office as the list of offices shows it."""

    office: Office
    holding: OfficeHolding | None
    """Of the day; None while the office is vacant."""
    next: OfficeHolding | None
    """The first to come after that day."""
    deputies: list[DeputyAppointment]


def offices_on(offices: Sequence[Office], day: date) -> list[OfficeNow]:
    """These offices, with who holds each that day, who is next, and the deputies in force. Two queries."""
    holdings = defaultdict(list)
    for holding in OfficeHolding.objects.not_ended(day).filter(office__in=offices).select_related("holder").order_by("since"):
        holdings[holding.office_id].append(holding)
    deputies = defaultdict(list)
    appointed = DeputyAppointment.objects.on(day).filter(office__in=offices)
    for appointment in appointed.select_related("deputy").order_by("deputy__name"):
        deputies[appointment.office_id].append(appointment)

    def now(office: Office) -> OfficeNow:
        holding = next((each for each in holdings[office.pk] if each.since <= day), None)
        to_come = next((each for each in holdings[office.pk] if each.since > day), None)
        return OfficeNow(office, holding, to_come, deputies[office.pk])

    return [now(office) for office in offices]


class Term(NamedTuple):
    """A holding or an appointment, and how it stands on one day."""

    row: OfficeHolding | DeputyAppointment
    state: str
    """"in_force", "to_come", "ended", or "never" for an appointment revoked before it began."""


def terms(rows: Iterable[OfficeHolding] | Iterable[DeputyAppointment], day: date) -> list[Term]:
    """How each stands that day."""
    return [Term(row, _state(row, day)) for row in rows]


def _state(row: OfficeHolding | DeputyAppointment, day: date) -> str:
    last = row.last_day
    if last and last < row.since:
        return "never"
    if last and last < day:
        return "ended"
    return "to_come" if row.since > day else "in_force"


class OfficeHistory(NamedTuple):
    """Everything recorded of an office, newest first, and the holding in force; None while it is vacant."""

    holding: OfficeHolding | None
    holders: list[Term]
    deputies: list[Term]


def history_of(office: Office, day: date) -> OfficeHistory:
    """Two queries. `day` says what of it is in force."""
    holdings = office.holdings.select_related("holder").order_by("-since")
    deputies = office.deputies.select_related("deputy", "revoked_by").order_by("-since", "deputy__name")
    in_force = next((each for each in holdings if _state(each, day) == "in_force"), None)
    return OfficeHistory(in_force, terms(holdings, day), terms(deputies, day))
