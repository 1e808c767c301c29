"""Lines for tests, stored through the actions, so that their amounts, versions and audit entries are real."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.models import AuditEntry, User
from phases.models import Phase, Programme
from posts.importing import actions as paste
from posts.importing.actions import Choices
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import LineState
from posts.models import CostLine
from tests.making import NOON, make_officer

START = date(2016, 8, 1)


def a_state(phase: Phase, **values: Any) -> LineState:
    """A head of service, £90,000 a year from 1 August 2016."""
    return a_line_state(phase=phase.pk, **values)


def a_line_state(**values: Any) -> LineState:
    """The same without a phase that is stored, for what needs no database."""
    given = {
        "phase": 1,
        "team": "Referral and Assessment",
        "position": 10,
        "kind": "post",
        "title": "Head of service",
        "fte": Decimal(1),
        "annual_cost": Decimal(90_000),
        "duration": "recurring",
        "term_months": None,
        "paperwork_complete": False,
        "recruited_fte": Decimal(0),
        "engaged": "",
        "comment": "",
        "cost_centre": "",
        "subjective_code": "",
        "establishment_number": "",
        "intakes": ((Decimal(1), START, None),),
        "stated": (),
    }
    return LineState(**(given | values))


def added(programme: Programme, state: LineState, officer: User) -> CostLine:
    """The line, newly stored."""
    change_lines(programme=programme, line_changes=[LineChange(None, None, state)], by=officer, at=NOON)
    return CostLine.objects.order_by("-pk")[0]


def changed(
    programme: Programme, line: CostLine, state: LineState | None, officer: User, at: datetime = NOON
) -> AuditEntry | None:
    """Store another version of the line; no state removes it."""
    line.refresh_from_db()
    change = LineChange(line.pk, line.version, state)
    return change_lines(programme=programme, line_changes=[change], by=officer, at=at)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def an_import(programme: Programme) -> AuditEntry:
    """One post pasted into the first phase of a programme."""
    phase = programme.phases.order_by("number").first()
    assert phase
    by, text = make_officer(), f"Phase\tPost\tFTE\tAnnual cost\n{phase.number}\tReviewer\t1\t48000"
    entry = paste.apply(paste.look(programme, Choices(text), by=by, at=NOON), by=by, at=NOON)
    assert entry
    return entry
