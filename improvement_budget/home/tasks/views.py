"""What the home page says: what waits for a person, and their programmes at a glance. A constant number of queries."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.permissions.rules import Permission
from accounts.power_changes.queries import address_of
from accounts.power_changes.queries import waiting_for as power_changes_waiting_for
from approvals.chain.queries import open_decisions
from approvals.drawdowns.waiting.queries import signed_among, tasks_for
from approvals.drawdowns.waiting.views import Waiting, in_words, with_money
from approvals.year_end.queries import unspent
from display import formats
from display.lists.listing import pager_of
from display.words import counted
from improvement_budget.home.tasks import queries
from phases.models import FundingDecision, Programme
from phases.programmes.queries import kept_by_version, programmes_by_name, programmes_for
from reports.progress.queries import reports_due
from reports.standing.position.queries import kept_positions_of
from reports.standing.position.rules import Position, tiles

Task = dict[str, Any]


PAGE = 25
"""So many tasks are shown at a time."""

CARDS = 12
"""So many programmes are shown as cards; the list of programmes has them all."""


def home_of(user: User, today: date, page: str = "") -> dict[str, Any]:
    """The context of home.html: a page of tasks, programmes as cards, and whether the person may add one.

    Every programme is read for those alone whom it may give a task; for everybody else no more than is shown.
    """
    looks_after_all = user.may(Permission.EDIT_LINES) or user.may(Permission.RECORD_DECISIONS)
    programmes = programmes_by_name(user, most=None if looks_after_all else CARDS + 1)
    further, waiting = _further_tasks(user, programmes, today), tasks_for(user, today)
    tasks = Paginator([*waiting, *further], PAGE).get_page(page)
    cards = kept_by_version(f"card of {today}", programmes[:CARDS], partial(_cards, today=today))
    return {
        "pager": pager_of(tasks),
        "tasks": [_task_of(each, today) for each in with_money(in_words(tasks))],
        "programmes": list(cards.values()),
        "has_more_programmes": len(programmes) > CARDS,
        "to_sign": len(signed_among(waiting)),
        "may_add_programme": user.may(Permission.SET_UP_PROGRAMMES),
    }


def _further_tasks(user: User, programmes: Sequence[Programme], today: date) -> Iterator[Waiting]:
    seen, finance, clerk = programmes_for(user), user.may(Permission.EDIT_LINES), user.may(Permission.RECORD_DECISIONS)
    of_programmes = kept_by_version("tasks", programmes, _tasks_of_programmes).values() if finance or clerk else ()
    if finance or clerk:
        yield from _reports_due(seen, today)
    if finance:
        yield from (task for each in of_programmes for task in each.finance)
    if clerk:
        yield from _years_to_close(seen, today)
        yield from _decisions_to_follow(seen)
        yield from (task for each in of_programmes for task in each.clerk)
    if user.may(Permission.MANAGE_PEOPLE):
        yield from _tasks_of_administrator(user)


class _OfProgramme(NamedTuple):
    """What a programme gives to do, whatever the day: it is kept until something is written to the programme."""

    finance: tuple[Waiting, ...]
    clerk: tuple[Waiting, ...]


def _tasks_of_programmes(programmes: Sequence[Programme]) -> dict[int, _OfProgramme]:
    positions, unready = kept_positions_of(programmes), queries.recruited_without_paperwork(programmes)
    return {
        each.pk: _OfProgramme(
            tuple(_tasks_of_finance(each, positions[each.pk], unready.get(each.pk))),
            tuple(_tasks_of_clerk(each, positions[each.pk])),
        )
        for each in programmes
    }


def _task_of(waiting: Waiting, today: date) -> Task:
    due = waiting.due
    if due is None:
        words = ""
    elif due < today:
        words = f"Overdue: was due {formats.long_date(due)}"
    else:
        words = "Due today" if due == today else f"Due {formats.long_date(due)}"
    return {"title": waiting.title, "detail": waiting.detail, "url": waiting.url, "due": words, "late": bool(due and due < today)}


def _cards(programmes: Sequence[Programme], today: date) -> dict[int, dict[str, Any]]:
    """The card of each programme, laid out as well: it stays the same until something is written to the programme."""
    positions = kept_positions_of(programmes)
    cards = {each.pk: _card(each, positions[each.pk], today) for each in programmes}
    return {
        pk: card | {"html": render_to_string("_components/programme_card.html", {"programme": card})}
        for pk, card in cards.items()
    }


def _card(programme: Programme, position: Position, today: date) -> dict[str, Any]:
    years = programme.years
    size = f"{counted(len(position.phases), 'phase')}, {counted(position.total.lines, 'line')}"
    over = position.excesses
    return {
        "name": programme.name,
        "url": reverse("position", args=[programme.slug]),
        "detail": f"{years[0]} to {years[-1]}, {size}. Planned:",
        "figures": [{"label": tile.short, "value": tile.value} for tile in tiles(position, today) if tile.short],
        "warning": f"The plan exceeds {counted(len(over), 'limit')}." if over else "",
    }


def _tasks_of_finance(programme: Programme, position: Position, unready: tuple[int, Decimal] | None) -> Iterator[Waiting]:
    name = programme.name
    if not position.phases:
        yield _task("Add the phases", name, "programme_setup", programme, "A programme needs a phase before costs are entered")
        return
    for warning in position.warnings:
        yield _task("The plan is above its limit", name, "position", programme, warning)
    if not position.total.lines:
        yield _task("Enter posts and other costs", name, "lines", programme, "No line yet")
    if missing := max(position.total.not_stated):
        yield _task(f"{counted(missing, 'line')} without a figure", name, "lines", programme, "Totals leave them out")
    if unready:
        lines, fte = unready
        title = f"{formats.fte(fte)} FTE recruited while the paperwork is incomplete"
        yield _task(title, name, "lines", programme, f"On {counted(lines, 'line')}")


def _decisions_to_follow(programmes: QuerySet[Programme]) -> Iterator[Waiting]:
    for decision in open_decisions(programmes):
        programme = decision.programme
        said = f"{decision.body}, {formats.long_date(decision.decided_on)}: {decision.title}"
        recommended = decision.outcome == FundingDecision.Outcome.RECOMMENDED
        title = "Record what was resolved" if recommended else "Record the money this decision allows"
        yield Waiting(title, f"{programme.name}: {said}", _at("decision", programme.slug, decision.pk))


def _tasks_of_clerk(programme: Programme, position: Position) -> Iterator[Waiting]:
    for text in position.unauthorised:
        yield _task("Planned without a decision", programme.name, "position", programme, text)


def _years_to_close(programmes: QuerySet[Programme], today: date) -> Iterator[Waiting]:
    """What years that have ended left of each authorisation, from 1 April on."""
    for each in unspent(programmes, today):
        title = f"{each.year} has ended: {formats.pounds(each.left)} of {each.title} was not drawn"
        detail = f"{each.programme}: let it lapse, or carry it forward by a decision"
        yield Waiting(title, detail, _at("authorisation_lapse", each.slug, each.authorisation, each.year.starts_in))


def _reports_due(programmes: QuerySet[Programme], today: date) -> Iterator[Waiting]:
    for due in reports_due(programmes, today):
        title = f"Report to {due.to}: {due.title}" if due.to else f"Report back: {due.title}"
        detail = f"{due.programme}: progress on the use of the release"
        yield Waiting(title, detail, _at("delegation_progress", due.slug, due.delegation), due.on)


def _tasks_of_administrator(user: User) -> Iterator[Waiting]:
    for change in power_changes_waiting_for(user):
        yield Waiting("Confirm or refuse a change of power", f"{change.asked_by}: {change.words}", address_of(change))
    if not queries.council_is_named():
        yield Waiting("Name your council", "Its name and colour are on every page and paper", reverse("council"))
    for person in queries.without_a_role():
        address = reverse("change_person", args=[person.pk])
        yield Waiting(f"Give {person.name} a role", "They can sign in, and see nothing yet", address)
    if queries.only_administrators():
        yield Waiting("Add the people who will work here", "Finance officers, committee clerks, auditors", reverse("people"))


def _task(title: str, name: str, address: str, programme: Programme, detail: str) -> Waiting:
    return Waiting(title, f"{name}: {detail}", _at(address, programme.slug))


@lru_cache(maxsize=10_000)
def _at(address: str, *of: str | int) -> str:
    """Of a thousand programmes each may have a task; 25 of them are shown."""
    return reverse(address, args=of)
