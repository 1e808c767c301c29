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
from approvals.drawdowns.rules import Asked, Mode, Reply, State, who_is_asked
from costing.measure import in_year
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


# By way of models this is eight statements and four times the time. It is two texts: what is said of each drawdown; and, of each
# delegation, what is said of it and of what people did with its drawdowns. A look into every table for each drawdown took most of
# the time of a long list, so the second text is told which drawdowns are meant and looks once.
_DRAWDOWNS = """
SELECT d.id, d.reference, d.title, d.delegation_id, d.answer_by, d.state, d.prepared_by_id,
    c.is_key, c.notice_route, c.notice_on, (
    SELECT w.reference FROM approvals_keynoticewithdrawal w WHERE w.reference = c.notice_reference
) AS withdrawn, {first_year} AS first_year{more}
FROM approvals_drawdown d LEFT JOIN approvals_decisionrecord c ON c.drawdown_id = d.id
WHERE {which}
"""
_FIRST_YEAR = """(
    -- Line by line, each by its index: joined, all amounts of everybody were read for each drawdown.
    SELECT min((
        SELECT min(a.financial_year) FROM approvals_drawdownamount a
        WHERE a.drawdown_line_id = l.id AND a.pounds > 0 AND a.financial_year > 0
    )) FROM approvals_drawdownline l WHERE l.drawdown_id = d.id
)"""
# Of many it is left out: who looks at their money reads it with that (`Money.first_year`), once for all of them.
_NO_YEAR = "NULL::smallint"
# Each of the lists of people and their acts begins with the number of the drawdown.
_DELEGATIONS = """
WITH edited AS MATERIALIZED (
{edited}
)
SELECT g.id, (SELECT name FROM phases_programme WHERE id = g.programme_id) AS programme, g.decision_maker_id, (
    SELECT to_json(b) FROM phases_body b WHERE b.id = g.decision_body_id
) AS body, g.expires, g.earliest, (
    SELECT holder_id FROM accounts_officeholding
    WHERE office_id = g.decision_maker_id AND since <= %(day)s AND (until IS NULL OR until >= %(day)s)
) AS maker, (
    SELECT json_agg(json_build_array(s.office_id, s.body_id, s.mode, coalesce(o.name, b.name)) ORDER BY s.id)
    FROM approvals_delegationstep s LEFT JOIN accounts_office o ON o.id = s.office_id LEFT JOIN phases_body b ON b.id = s.body_id
    WHERE s.delegation_id = g.id
) AS steps, (
    SELECT json_agg(json_build_array(did.drawdown_id, did.person_id)) FROM (
        SELECT drawdown_id, person_id FROM approvals_drawdownpreparer WHERE drawdown_id = ANY(w.ids) AND {preparers}
        UNION ALL SELECT drawdown_id, actor_id FROM edited WHERE drawdown_id = ANY(w.ids)
    ) AS did
) AS preparers, (
    SELECT json_agg(json_build_array(d.id, a.office_id, a.body_id, a.answer, a.person_id, a.acting_for_id))
    FROM approvals_answer a JOIN approvals_drawdown d ON d.id = a.drawdown_id AND d.sha256 = a.sha256
    WHERE a.drawdown_id = ANY(w.ids)
) AS answers, (
    SELECT json_agg(json_build_array(drawdown_id, giver_id))
    FROM approvals_dispensation WHERE drawdown_id = ANY(w.ids) AND {givers}
) AS givers, (
    SELECT json_agg(json_build_array(d.id, k.text) ORDER BY k.id)
    FROM approvals_delegationcondition k CROSS JOIN unnest(w.ids) AS d(id)
    WHERE k.delegation_id = g.id AND k.part_id IS NULL AND NOT approvals_condition_met(k.id, d.id)
) AS unmet, CASE WHEN EXISTS (SELECT FROM approvals_delegationpart t WHERE t.delegation_id = g.id) THEN ARRAY(
    SELECT d.id FROM unnest(w.ids) AS d(id) WHERE approvals_held_back(d.id, g.id, %(day)s)
) ELSE ARRAY[]::bigint[] END AS held_back
FROM (
    SELECT delegation_id, array_agg(id) AS ids FROM approvals_drawdown WHERE id = ANY(%(drawdowns)s) GROUP BY delegation_id
) AS w
JOIN approvals_delegation g ON g.id = w.delegation_id
"""
_OF_EVERYBODY = _DELEGATIONS.format(
    preparers="TRUE",
    givers="TRUE",
    edited="""\
    SELECT l.drawdown_id, e.actor_id FROM approvals_drawdown d
    JOIN approvals_drawdownline l ON l.drawdown_id = d.id
    JOIN posts_linerevision r ON r.line_id = l.line_id
    JOIN accounts_auditentry e ON e.number = r.entry_id
    WHERE d.id = ANY(%(drawdowns)s) AND e.actor_id IS NOT NULL AND e.at >= d.submitted_at""",
)
# Who prepared it, or gave a dispensation, of the people asked about alone. What they did since the oldest submission comes first:
# mostly nothing, and then no line of any drawdown is looked at.
_OF_PEOPLE = _DELEGATIONS.format(
    preparers="person_id = ANY(%(people)s)",
    givers="giver_id = ANY(%(people)s)",
    edited="""\
    SELECT l.drawdown_id, e.actor_id
    FROM (
        SELECT number, actor_id, at FROM accounts_auditentry
        WHERE actor_id = ANY(%(people)s) AND at >= (SELECT min(submitted_at) FROM approvals_drawdown WHERE state = 'submitted')
        OFFSET 0
    ) AS e
    JOIN posts_linerevision r ON r.entry_id = e.number
    JOIN approvals_drawdownline l ON l.line_id = r.line_id
    WHERE e.at >= (SELECT submitted_at FROM approvals_drawdown WHERE id = l.drawdown_id AND state = 'submitted')""",
)
_OF_ONE = f"SELECT d.*, g.* FROM ({_DRAWDOWNS}) AS d CROSS JOIN ({_OF_EVERYBODY}) AS g"
_ONE = _OF_ONE.format(which="d.id = ANY(%(drawdowns)s)", first_year=_FIRST_YEAR, more="")
_ONE_IN_FULL = _OF_ONE.format(
    which="d.id = ANY(%(drawdowns)s)",
    first_year=_FIRST_YEAR,
    more=""", (
    SELECT coalesce(json_agg(json_build_array(o.name, u.name, a.interests) ORDER BY a.answered_at, a.id), '[]')
    FROM approvals_answer a JOIN accounts_office o ON o.id = a.office_id JOIN accounts_user u ON u.id = a.person_id
    WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256
) AS declared, (
    SELECT coalesce(json_agg(json_build_array(i.member, u.name, i.given_on, i.text) ORDER BY i.id), '[]')
    FROM approvals_dispensation i JOIN accounts_user u ON u.id = i.giver_id WHERE i.drawdown_id = d.id
) AS dispensed, c.id IS NOT NULL AS has_case, c.is_key AS case_is_key, (
    SELECT approvals_day(max(a.answered_at)) FROM approvals_answer a WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256
) AS last_answered_on""",
)
_ALL = _DRAWDOWNS.format(
    which="""d.state = 'submitted' AND d.delegation_id IN (
    SELECT id FROM approvals_delegation
    WHERE decision_maker_id = ANY(%(offices)s) OR (%(of_bodies)s AND decision_maker_id IS NULL)
        OR id IN (
            SELECT delegation_id FROM approvals_delegationstep
            WHERE office_id = ANY(%(offices)s) OR (%(of_bodies)s AND body_id IS NOT NULL)
        )
)
ORDER BY d.answer_by, d.id""",
    first_year=_NO_YEAR,
    more="",
)
_THESE = _DRAWDOWNS.format(
    which="d.state = 'submitted' AND d.id = ANY(%(drawdowns)s) ORDER BY d.answer_by, d.id", first_year=_NO_YEAR, more=""
)


def matter_of(drawdown: Drawdown, day: date) -> Matter:
    """Of one drawdown, whoever asks (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, {"drawdowns": [drawdown.pk], "day": day})
        row = cursor.fetchone()
    return _waits(row[:_COLUMNS], _delegation(row[_COLUMNS:])).matter


def grounds_of(drawdown: Drawdown, day: date) -> Grounds:
    """As matter_of, with what the record of the decision will say of it (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_IN_FULL, {"drawdowns": [drawdown.pk], "day": day})
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
"""How many columns _DRAWDOWNS has of its own."""


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
        held_back=(HELD_BACK,) if pk in under.held_back else (),
    )
    return Waits(pk, reference, title, under.programme, delegation, under.decides, under.body, answer_by, matter)


def capacity_of(acting: Acting) -> Capacity:
    return Capacity(acting.person.pk, acting.acting_for.pk if acting.acting_for else None)
