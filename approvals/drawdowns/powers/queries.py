"""What says who may act on a drawdown, read in one statement as plain rows: of one drawdown, or of all that wait for somebody."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from accounts.offices.queries import Acting
from approvals.delegations.conditions.rules import HeldBack
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.rules import Capacity, Given, KeyNotice, Matter
from approvals.drawdowns.rules import Asked, Mode, Reply, State, who_is_asked
from costing.measure import in_year
from phases.bodies.models import Body
from phases.bodies.rules import DecidingBody


class Waits(NamedTuple):
    """A drawdown with its matter, as a list names it. `maker` is the office that decides, None where the `body` does."""

    pk: int
    reference: str
    title: str
    programme: str
    delegation: int
    maker: int | None
    body: DecidingBody | None
    answer_by: date
    matter: Matter


class Declared(NamedTuple):
    """The interests that somebody declared with an answer."""

    office: str
    person: str
    interests: str


class Dispensed(NamedTuple):
    """That somebody with an interest may take part, and who allowed it."""

    member: str
    giver: str
    given_on: date
    text: str


class Grounds(NamedTuple):
    """What a decision rests on. `is_key` is of the case; None where it does not say. `has_case`: it was written.

    `last_answered_on` is None where nobody has answered.
    """

    matter: Matter
    declared: list[Declared]
    dispensed: list[Dispensed]
    has_case: bool
    is_key: bool | None
    last_answered_on: date | None


# By way of models this is eight statements and four times the time. It is two: what is said of each drawdown; and, of each
# delegation, what is said of it and of what people did with its drawdowns. The texts stand in functions of the database
# (migration 0055), which each connection plans once: planning them took longer than answering them.
_OF_EVERYBODY = "approvals_said_of_delegations(ARRAY[%(drawdown)s]::bigint[], NULL, %(day)s)"
_ONE = f"SELECT * FROM approvals_said_of(ARRAY[%(drawdown)s]::bigint[], true) AS d CROSS JOIN {_OF_EVERYBODY} AS g"
_ONE_IN_FULL = f"""
SELECT * FROM approvals_said_of(ARRAY[%(drawdown)s]::bigint[], true) AS d
CROSS JOIN approvals_grounds_of(%(drawdown)s) AS f CROSS JOIN {_OF_EVERYBODY} AS g
"""
_ALL = """
SELECT * FROM approvals_said_of(approvals_asked_of(%(offices)s::bigint[], %(of_bodies)s), false) ORDER BY answer_by, id
"""
_THESE = """
SELECT * FROM approvals_said_of(%(drawdowns)s::bigint[], false) WHERE state = 'submitted' ORDER BY answer_by, id
"""
_OF_PEOPLE = "SELECT * FROM approvals_said_of_delegations(%(drawdowns)s::bigint[], %(people)s::bigint[], %(day)s)"


def matter_of(drawdown: Drawdown, day: date) -> Matter:
    """Of one drawdown, whoever asks (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, {"drawdown": drawdown.pk, "day": day})
        row = cursor.fetchone()
    return _waits(row[:_COLUMNS], _delegation(row[_COLUMNS:])).matter


def grounds_of(drawdown: Drawdown, day: date) -> Grounds:
    """As matter_of, with what the record of the decision will say of it (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_IN_FULL, {"drawdown": drawdown.pk, "day": day})
        row = cursor.fetchone()
    declared, dispensed, has_case, is_key, last = row[_COLUMNS : _COLUMNS + 5]
    return Grounds(
        _waits(row[:_COLUMNS], _delegation(row[_COLUMNS + 5 :])).matter,
        [Declared(*each) for each in declared],
        [Dispensed(member, giver, date.fromisoformat(on), text) for member, giver, on, text in dispensed],
        has_case,
        is_key,
        last,
    )


_COLUMNS = 12
"""How many columns approvals_said_of gives."""


def waiting_on(user: User, capacities: Sequence[Acting], of_bodies: bool, day: date) -> tuple[list[Waits], Mapping[Asked, str]]:
    """What is submitted and asks an office of these capacities, or a body where `of_bodies`; and the names of all who are asked.

    Two statements. Who prepared it, or gave a dispensation, is read of this person and whom they act for alone; the first year of
    its money is not read (`standing_of_all` reads it with the money).
    """
    people = {person.pk for each in capacities for person in (user, each.acting_for) if person} | {user.pk}
    which = {"offices": [each.office.pk for each in capacities], "of_bodies": of_bodies}
    return _read(_ALL, which, list(people), day)


def matters_of(drawdowns: Collection[int], day: date) -> tuple[dict[int, Matter], Mapping[Asked, str]]:
    """Of those of these drawdowns that are submitted, by number; and the names of all who are asked (two statements).

    It says what they wait for, and of nobody whether they prepared it or gave a dispensation; nor the first year of their money.
    """
    waits, names = _read(_THESE, {"drawdowns": list(drawdowns)}, [], day)
    return {each.pk: each.matter for each in waits}, names


def _read(statement: str, which: Mapping[str, Any], people: list[int], day: date) -> tuple[list[Waits], Mapping[Asked, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, which)
        rows = cursor.fetchall()
        cursor.execute(_OF_PEOPLE, {"drawdowns": [row[0] for row in rows], "people": people, "day": day})
        delegations = {row[0]: _delegation(row) for row in cursor.fetchall()}
    names = {asked: name for each in delegations.values() for asked, name in each.names.items()}
    return [_waits(row, delegations[row[3]]) for row in rows], names


class _Delegation(NamedTuple):
    """A delegation with what people did under it, by the number of the drawdown. `names` are of all who are asked."""

    programme: str
    decides: int | None
    body: DecidingBody | None
    expires: date | None
    earliest: date | None
    maker: int | None
    steps: Mapping[Asked, Mode]
    names: Mapping[Asked, str]
    preparers: Mapping[int, Sequence[int]]
    answers: Mapping[int, Mapping[Asked, Given]]
    givers: Mapping[int, Sequence[int]]
    unmet: Mapping[int, Sequence[str]]
    held_back: Collection[int]


def _delegation(row: Sequence[Any]) -> _Delegation:
    _, programme, decides, body, expires, earliest, maker, steps, preparers, answers, givers, unmet, held_back = row
    given: dict[int, dict[Asked, Given]] = defaultdict(dict)
    for drawdown, office, body_asked, reply, person, acting_for in answers or ():
        by = Capacity(person, acting_for) if person else None
        given[drawdown][who_is_asked(office, body_asked)] = Given(Reply(reply), by)
    asked = [(who_is_asked(office, body_asked), Mode(mode), name) for office, body_asked, mode, name in steps or ()]
    return _Delegation(
        programme,
        decides,
        Body(**body).deciding if body else None,
        expires,
        earliest,
        maker,
        {each: mode for each, mode, _ in asked},
        {each: name for each, _, name in asked},
        _by_drawdown(preparers),
        given,
        _by_drawdown(givers),
        _by_drawdown(unmet),
        held_back,
    )


def _by_drawdown(pairs: Sequence[tuple[int, Any]] | None) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for drawdown, value in pairs or ():
        found[drawdown].append(value)
    return found


def _waits(row: Sequence[Any], under: _Delegation) -> Waits:
    pk, reference, title, delegation, answer_by, state, prepared_by, is_key, route, notice_on, withdrawn, first_year = row
    matter = Matter(
        is_submitted=state == State.SUBMITTED,
        preparers=(prepared_by, *under.preparers.get(pk, ())),
        maker=under.maker,
        steps=under.steps,
        answers=under.answers.get(pk, {}),
        givers=under.givers.get(pk, ()),
        answer_by=answer_by,
        expires=under.expires,
        notice=KeyNotice(route, notice_on, withdrawn or "") if is_key else None,
        first_year=None if first_year is None else in_year(first_year),
        earliest=under.earliest,
        unmet=under.unmet.get(pk, ()),
        held_back=(HeldBack(),) if pk in under.held_back else (),
    )
    return Waits(pk, reference, title, under.programme, delegation, under.decides, under.body, answer_by, matter)


def capacity_of(acting: Acting) -> Capacity:
    return Capacity(acting.person.pk, acting.acting_for.pk if acting.acting_for else None)
