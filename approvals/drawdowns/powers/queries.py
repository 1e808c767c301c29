"""What says who may act on a drawdown, read in one statement as plain rows: of one drawdown, or of all that wait for somebody."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from accounts.offices.queries import Acting
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.rules import Capacity, Given, KeyNotice, Matter
from approvals.drawdowns.rules import Mode, Reply, State
from phases.bodies.models import Body
from phases.bodies.rules import DecidingBody

HELD_BACK = "It asks for more than the part of the delegation’s money that is released. Its page says what comes next."


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


# By way of models this is eight statements and four times the time. `people` None: everybody who prepared it or gave a
# dispensation, and not only those of the people asked about.
_EDITED = """\
    SELECT l.drawdown_id, e.actor_id FROM approvals_drawdown d
    JOIN approvals_drawdownline l ON l.drawdown_id = d.id
    JOIN posts_linerevision r ON r.line_id = l.line_id
    JOIN accounts_auditentry e ON e.number = r.entry_id
    WHERE d.id = %(drawdown)s AND e.actor_id IS NOT NULL AND e.at >= d.submitted_at"""
# What these people did since the oldest submission comes first: mostly nothing, and then no line of any drawdown is looked at.
_EDITED_BY = """\
    SELECT l.drawdown_id, e.actor_id
    FROM (
        SELECT number, actor_id, at FROM accounts_auditentry
        WHERE actor_id = ANY(%(people)s) AND at >= (SELECT min(submitted_at) FROM approvals_drawdown WHERE state = 'submitted')
        OFFSET 0
    ) AS e
    JOIN posts_linerevision r ON r.entry_id = e.number
    JOIN approvals_drawdownline l ON l.line_id = r.line_id
    JOIN approvals_drawdown d ON d.id = l.drawdown_id AND d.state = 'submitted' AND d.submitted_at <= e.at"""
_MATTERS = """
WITH edited AS MATERIALIZED (
{edited}
)
SELECT d.id, d.reference, d.title, p.name, d.delegation_id, g.decision_maker_id, to_json(b), d.answer_by, d.state, (
    d.prepared_by_id || ARRAY(
        SELECT person_id FROM approvals_drawdownpreparer WHERE drawdown_id = d.id AND {preparers}
        UNION ALL SELECT actor_id FROM edited WHERE drawdown_id = d.id
    )
), h.holder_id, (
    SELECT json_agg(json_build_array(a.office_id, a.answer, a.person_id, a.acting_for_id))
    FROM approvals_answer a WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256
), ARRAY(
    SELECT giver_id FROM approvals_dispensation WHERE drawdown_id = d.id AND {givers}
), g.expires, g.earliest, ARRAY(
    SELECT k.text FROM approvals_delegationcondition k
    WHERE k.delegation_id = g.id AND k.part_id IS NULL AND NOT approvals_condition_met(k.id, d.id) ORDER BY k.id
), EXISTS (SELECT FROM approvals_delegationpart t WHERE t.delegation_id = g.id) AND approvals_held_back(d.id, g.id, %(day)s),
c.is_key, c.notice_route, c.notice_on, (
    -- Line by line, each by its index: joined, all amounts of everybody were read for each drawdown.
    SELECT min((
        SELECT min(a.financial_year) FROM approvals_drawdownamount a WHERE a.drawdown_line_id = l.id AND a.pounds > 0
    )) FROM approvals_drawdownline l WHERE l.drawdown_id = d.id
){more}
FROM approvals_drawdown d
JOIN approvals_delegation g ON g.id = d.delegation_id
JOIN phases_programme p ON p.id = d.programme_id
LEFT JOIN phases_body b ON b.id = g.decision_body_id
LEFT JOIN approvals_decisionrecord c ON c.drawdown_id = d.id
LEFT JOIN accounts_officeholding h
    ON h.office_id = g.decision_maker_id AND h.since <= %(day)s AND (h.until IS NULL OR h.until >= %(day)s)
WHERE {which} AND {offices}
ORDER BY d.answer_by, d.id
"""
_STEPS_OF_ONE = """, (
    SELECT json_agg(json_build_array(s.office_id, s.mode) ORDER BY s.id)
    FROM approvals_delegationstep s WHERE s.delegation_id = d.delegation_id
)"""
_OF_ONE = _MATTERS.format(
    which="d.id = %(drawdown)s", edited=_EDITED, preparers="TRUE", givers="TRUE", offices="TRUE", more=_STEPS_OF_ONE
)
_IN_FULL = _MATTERS.format(
    which="d.id = %(drawdown)s",
    edited=_EDITED,
    preparers="TRUE",
    givers="TRUE",
    offices="TRUE",
    more=f"""{_STEPS_OF_ONE}, (
    SELECT coalesce(json_agg(json_build_array(o.name, u.name, a.interests) ORDER BY a.answered_at, a.id), '[]')
    FROM approvals_answer a JOIN accounts_office o ON o.id = a.office_id JOIN accounts_user u ON u.id = a.person_id
    WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256
), (
    SELECT coalesce(json_agg(json_build_array(i.member, u.name, i.given_on, i.text) ORDER BY i.id), '[]')
    FROM approvals_dispensation i JOIN accounts_user u ON u.id = i.giver_id WHERE i.drawdown_id = d.id
), c.id IS NOT NULL, c.is_key, (
    SELECT approvals_day(max(a.answered_at)) FROM approvals_answer a WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256
)""",
)
_OF_ALL = _MATTERS.format(
    which="d.state = 'submitted'",
    edited=_EDITED_BY,
    preparers="person_id = ANY(%(people)s)",
    givers="giver_id = ANY(%(people)s)",
    offices="""(
        g.decision_maker_id = ANY(%(offices)s) OR (%(of_bodies)s AND g.decision_maker_id IS NULL)
        OR g.id IN (SELECT delegation_id FROM approvals_delegationstep WHERE office_id = ANY(%(offices)s))
    )""",
    more="",
)
_OF_THESE = _MATTERS.format(
    which="d.state = 'submitted' AND d.id = ANY(%(drawdowns)s)",
    edited=_EDITED_BY,
    preparers="person_id = ANY(%(people)s)",
    givers="giver_id = ANY(%(people)s)",
    offices="TRUE",
    more="",
)
_STEPS = """
SELECT s.delegation_id, s.office_id, s.mode, o.name FROM approvals_delegationstep s
JOIN accounts_office o ON o.id = s.office_id
WHERE s.delegation_id = ANY(%s) ORDER BY s.id
"""


def matter_of(drawdown: Drawdown, day: date) -> Matter:
    """Of one drawdown, whoever asks (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_ONE, {"drawdown": drawdown.pk, "day": day})
        *row, steps = cursor.fetchone()
    return _of_one(row, steps)


def grounds_of(drawdown: Drawdown, day: date) -> Grounds:
    """As matter_of, with what the record of the decision will say of it (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FULL, {"drawdown": drawdown.pk, "day": day})
        *row, steps, declared, dispensed, has_case, is_key, last = cursor.fetchone()
    return Grounds(
        _of_one(row, steps),
        [Declared(*each) for each in declared],
        [Dispensed(member, giver, date.fromisoformat(on), text) for member, giver, on, text in dispensed],
        has_case,
        is_key,
        last,
    )


def _of_one(row: Sequence[Any], steps: Sequence[tuple[int, str]] | None) -> Matter:
    return _waits(row, {office: Mode(mode) for office, mode in steps or ()}).matter


def waiting_on(user: User, capacities: Sequence[Acting], of_bodies: bool, day: date) -> tuple[list[Waits], Mapping[int, str]]:
    """What is submitted and asks an office of these capacities, or a body where `of_bodies`; and the names of the offices asked.

    Two statements. Who prepared it, or gave a dispensation, is read of this person and whom they act for alone.
    """
    people = {person.pk for each in capacities for person in (user, each.acting_for) if person} | {user.pk}
    given: dict[str, Any] = {
        "day": day,
        "people": list(people),
        "offices": [each.office.pk for each in capacities],
        "of_bodies": of_bodies,
    }
    return _read(_OF_ALL, given)


def matters_of(drawdowns: Collection[int], day: date) -> tuple[dict[int, Matter], Mapping[int, str]]:
    """Of those of these drawdowns that are submitted, by number; and the names of the offices asked (two statements).

    It says what they wait for, and of nobody whether they prepared it or gave a dispensation.
    """
    waits, names = _read(_OF_THESE, {"day": day, "people": [], "drawdowns": list(drawdowns)})
    return {each.pk: each.matter for each in waits}, names


def _read(statement: str, given: Mapping[str, Any]) -> tuple[list[Waits], Mapping[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows = cursor.fetchall()
        cursor.execute(_STEPS, [list({row[4] for row in rows})])
        modes: dict[int, dict[int, Mode]] = defaultdict(dict)
        names: dict[int, str] = {}
        for delegation, office, mode, name in cursor.fetchall():
            modes[delegation][office], names[office] = Mode(mode), name
    return [_waits(row, modes[row[4]]) for row in rows], names


def _waits(row: Sequence[Any], steps: Mapping[int, Mode]) -> Waits:
    pk, reference, title, programme, delegation, decides, body, answer_by, state, preparers, maker, answers, givers, *case = row
    expires, earliest, unmet, held_back, is_key, route, notice_on, first_year = case
    matter = Matter(
        is_submitted=state == State.SUBMITTED,
        preparers=preparers,
        maker=maker,
        steps=steps,
        answers={
            office: Given(Reply(reply), Capacity(person, acting_for)) for office, reply, person, acting_for in answers or ()
        },
        givers=givers,
        answer_by=answer_by,
        expires=expires,
        notice=KeyNotice(route, notice_on) if is_key else None,
        first_year=first_year,
        earliest=earliest,
        unmet=unmet,
        held_back=(HELD_BACK,) if held_back else (),
    )
    return Waits(pk, reference, title, programme, delegation, decides, Body(**body).deciding if body else None, answer_by, matter)


def capacity_of(acting: Acting) -> Capacity:
    return Capacity(acting.person.pk, acting.acting_for.pk if acting.acting_for else None)
