"""Sign-offs and what waits for them: one request, many people at once, and the home page."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from functools import cache
from time import perf_counter
from typing import Any, NamedTuple
from unittest.mock import patch

import psycopg2
from django.db import connection, transaction
from django.db.models import Sum
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import Council, User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import Choice
from approvals.models import Consumption, Drawdown, LimitDrawn
from bench import case
from bench.measuring import Result, compare
from tests.approvals.case import LATER, NOW, Case, make_case, new_key
from tests.making import make_authorisation, make_deputy, make_user

SIGNERS, EACH = 20, 10


def one_sign_off() -> Result:
    """From the posted form to the redirect: capacity, answers, locks, limits, consumption, record, notices, audit entry."""
    name, rounds = "a whole sign-off request / signed-in page that queries nothing", 40
    made = _case()
    waiting = iter([made.ready(made.costing(1000)) for _ in range(rounds + 1)])
    Council(pk=1).save()
    day = patch("accounts.clock.queries.now", lambda: LATER)  # a day of the year whose money is signed off
    with override_settings(ROOT_URLCONF="bench.urls", DEBUG=False), day:
        send, visit = case.sender(made.chief_executive), case.visitor(made.chief_executive)

        def sign() -> None:
            drawdown = next(waiting)
            seen = {"key": new_key(), "version": drawdown.version, "sha256": drawdown.sha256, "confirm": "yes"}
            send(reverse("sign_off", args=[drawdown.reference]), seen)

        return compare(name, 6.0, sign, lambda: visit(reverse("empty")), rounds=rounds)


def many_at_once() -> Result:
    """200 sign-offs by 20 people on one authorisation, each on a connection of their own, through the action.

    The reference sends the statements that such a sign-off sends, taken down beforehand, through the driver alone. It must still
    make its audit entry, because that depends on the one before.
    """
    pounds, count = 1000, SIGNERS * EACH
    made = _case()
    limits: dict[int | None, int] = {2016: (2 * count + 1) * pounds}
    release = make_authorisation(made.authorisation.decision, made.phase, limits=limits)

    def asked() -> Choice:
        return Choice(made.costing(pounds).pk, release, fte=Decimal(1))

    made.signed(asked())  # the first makes the row that counts what is drawn
    deputies = [_deputy(made, number) for number in range(SIGNERS)]
    ours, theirs = ([made.ready(asked()) for _ in range(count)] for _ in range(2))
    seconds = _together(lambda place: [_sign(drawdown, deputies[place]) for drawdown in ours[place::SIGNERS]])
    taken = [_taken_down(drawdown, deputies[place % SIGNERS]) for place, drawdown in enumerate(theirs)]
    reference = _together(lambda place: _replay(taken[place::SIGNERS]))
    drawn = LimitDrawn.objects.get(limit__authorisation=release)
    consumed = Consumption.objects.filter(authorisation=release).aggregate(pounds=Sum("pounds"))["pounds"]
    if not drawn.drawn == drawn.ceiling == consumed == Decimal((2 * count + 1) * pounds):
        raise RuntimeError(f"£{drawn.drawn:,} of £{drawn.ceiling:,} is counted as drawn, £{consumed:,} consumed.")
    return Result("200 sign-offs by 20 people at once / the same statements through the driver alone", 6.0, seconds, reference)


def home_page() -> Result:
    """The home page of somebody for whom 200 answers wait."""
    made = _case()
    for _ in range(200):
        made.submitted(made.costing(1000))
    with override_settings(ROOT_URLCONF="bench.urls", DEBUG=False):
        visit = case.visitor(made.people["Leader"])
        name = "home page with 200 waiting / signed-in page that queries nothing"
        return compare(name, 3.5, lambda: visit(reverse("home")), lambda: visit(reverse("empty")), rounds=60)


@cache
def _case() -> Case:
    """Limits that nobody reaches, in 2016/17 and in a full year."""
    return make_case({2016: 50_000_000, None: 50_000_000})


def _deputy(made: Case, number: int) -> User:
    person = make_user(Role.OFFICE_HOLDER)
    make_deputy(made.offices["Chief Executive"], person, authority=f"Scheme of delegation, paragraph {number}")
    return person


def _sign(drawdown: Drawdown, by: User) -> None:
    actions.sign_off(drawdown=drawdown, seen=actions.Seen(drawdown.version, drawdown.sha256), key=new_key(), by=by, at=NOW)


def _together(work: Callable[[int], Any]) -> float:
    """Seconds until everybody's work is done, from the moment all have a connection."""
    gate = threading.Barrier(SIGNERS + 1)

    def run(place: int) -> None:
        connection.ensure_connection()
        gate.wait()
        try:
            work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(SIGNERS) as people:
        done = [people.submit(run, place) for place in range(SIGNERS)]
        gate.wait()
        start = perf_counter()
        for each in done:
            each.result()
        return perf_counter() - start


class Taken(NamedTuple):
    """The statements of one sign-off that was rolled back, and the number its audit entry would have had."""

    statements: list[tuple[str, Any]]
    entry: int


class RolledBack(Exception):
    pass


def _taken_down(drawdown: Drawdown, by: User) -> Taken:
    statements: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params if isinstance(params, dict) else tuple(params or ())))
        return execute(sql, params, many, context)

    try:
        with transaction.atomic():
            with connection.execute_wrapper(note):
                _sign(drawdown, by)
            entry = Drawdown.objects.values_list("signed_entry", flat=True).get(pk=drawdown.pk)
            raise RolledBack
    except RolledBack:
        return Taken([each for each in statements if "SAVEPOINT" not in each[0]], entry)


def _replay(taken: Sequence[Taken]) -> None:
    with closing(psycopg2.connect(**_to_the_driver())) as raw:
        for each in taken:
            with raw, raw.cursor() as cursor:
                for sql, params in _on_the_chain(each, cursor):
                    cursor.execute(sql, params)


def _on_the_chain(taken: Taken, cursor: Any) -> Iterator[tuple[str, Any]]:
    """Its statements, with the audit entry named by the number it gets on the chain as it is now."""
    number = taken.entry
    for sql, params in taken.statements:
        yield (
            sql,
            [_renumbered(param, taken.entry, number) for param in params]
            if "entry_id" in sql and not isinstance(params, dict)
            else params,
        )
        if "accounts_audithead" in sql:
            number = cursor.fetchone()[0]


def _renumbered(param: Any, old: int, new: int) -> Any:
    """A list is a column of several rows."""
    if isinstance(param, list):
        return [_renumbered(each, old, new) for each in param]
    return new if isinstance(param, int) and param == old else param


def _to_the_driver() -> dict[str, Any]:
    known = ("dbname", "user", "password", "host", "port", "options")
    return {name: value for name, value in connection.get_connection_params().items() if name in known}
