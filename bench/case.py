"""What is measured: programmes of so many lines, stored through the same action that people use."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.clock import queries as clock
from accounts.factors.views import CONFIRMED
from accounts.models import User
from costing.line_cost import Duration
from phases.models import Phase, Programme
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import LineState, Stated
from reports.table.rules import LineRecord
from tests.making import NOON, make_phase, make_programme
from tests.reports.schedules import many, published

_POST = LineState(
    phase=0,
    team="",
    position=0,
    kind="post",
    title="",
    fte=Decimal(1),
    annual_cost=None,
    duration=Duration.RECURRING,
    term_months=None,
    paperwork_complete=True,
    recruited_fte=Decimal(0),
    engaged="",
    comment="",
    cost_centre="",
    subjective_code="",
    establishment_number="",
    intakes=((Decimal(1), date(2016, 8, 1), None),),
    stated=(),
)


def make_programme_of(lines: int, by: User) -> Programme:
    """Three phases and teams of about eleven lines, with the titles of the September 2016 paper, each costed by the rules."""
    programme = make_programme(table_title="EXPENDITURE AS A RESULT OF OFSTED")
    phases = {number: make_phase(programme, number) for number in (1, 2, 3)}
    changes = [LineChange(None, None, state) for state in _states(lines, phases)]
    change_lines(programme=programme, line_changes=changes, by=by, at=NOON)
    programme.refresh_from_db()
    return programme


def _states(lines: int, phases: dict[int, Phase]) -> list[LineState]:
    return [
        replace(
            _POST,
            phase=phases[record.phase].pk,
            team=record.team,
            position=record.line_id,
            title=f"{record.title} {record.line_id}",
            annual_cost=Decimal(record.line_id * 7919 % 80_000 + 20_000),
            comment=record.comment,
        )
        for record in many(lines)
    ]


def make_published(by: User) -> Programme:
    """The 22 lines of the September 2016 paper, their figures stated as it states them."""
    programme = make_programme(table_title="EXPENDITURE AS A RESULT OF OFSTED", slug="published")
    phases = {number: make_phase(programme, number) for number in (1, 2, 3)}
    changes = [LineChange(None, None, _stated(line, phases, by)) for line in published()]
    change_lines(programme=programme, line_changes=changes, by=by, at=NOON)
    programme.refresh_from_db()
    return programme


def _stated(line: LineRecord, phases: dict[int, Phase], by: User) -> LineState:
    figures = [*zip((2016, 2017), (amount for amount, _ in line.years), strict=True), (None, line.full_year)]
    return replace(
        _POST,
        phase=phases[line.phase].pk,
        team=line.team,
        position=line.line_id,
        kind="post" if line.fte else "other",
        title=line.title,
        fte=line.fte,
        recruited_fte=None if line.fte is None else Decimal(0),
        engaged="" if line.fte else "n/a",
        intakes=(),
        stated=tuple(
            Stated(year, amount, "no_effect" if amount is None else "", "As published", by.pk, NOON) for year, amount in figures
        ),
        comment=line.comment,
    )


def as_pasted(programme: Programme, lines: int) -> str:
    """The first so many lines of the programme as a block from Excel, each with another annual cost."""
    rows = ["Phase\tTeam\tPost or other cost\tFTE\tAnnual cost"]
    for line in programme.lines.select_related("phase", "team").order_by("position")[:lines]:
        rows.append(f"{line.phase.number}\t{line.team.name}\t{line.title}\t1\t{line.annual_cost + 1200}")
    return "\n".join(rows)


def visitor(user: User) -> Callable[[str], HttpResponse]:
    """Opens a page through every middleware with a real session of this person; raises unless it answers 200."""
    requests, handler = _signed_in(user)
    return lambda address: _answered(handler.get_response(requests.get(address)), address, 200)


def sender(user: User) -> Callable[[str, dict[str, Any]], HttpResponse]:
    """Sends a form likewise, without its CSRF token; raises unless it answers with a redirect."""
    requests, handler = _signed_in(user)

    def send(address: str, data: dict[str, Any]) -> HttpResponse:
        request = requests.post(address, data)
        request._dont_enforce_csrf_checks = True
        return _answered(handler.get_response(request), address, 302)

    return send


def _signed_in(user: User) -> tuple[RequestFactory, BaseHandler]:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            CONFIRMED: clock.real_now().timestamp(),
        }
    )
    session.save()
    handler = BaseHandler()
    handler.load_middleware()
    return RequestFactory(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}), handler


def _answered(response: HttpResponse, address: str, status: int) -> HttpResponse:
    response.close()
    if response.status_code != status:
        raise RuntimeError(f"{address} answered {response.status_code}.")
    return response
