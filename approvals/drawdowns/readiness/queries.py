"""What readiness asks of the store: the money of what waits, and whether it can still release what was submitted."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.db import connection

from approvals.drawdowns.consumption.queries import held_before, waiting_for_transfer
from approvals.drawdowns.headroom.queries import money_of
from approvals.drawdowns.headroom.rules import Money
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.queries import matters_of
from approvals.drawdowns.powers.rules import Matter
from approvals.drawdowns.readiness.rules import Readiness, readiness
from approvals.drawdowns.rules import Asked, Otherwise
from approvals.drawdowns.submission.queries import why_otherwise
from approvals.drawdowns.submission.rules import submitted
from phases.models import AuthorisationLimit

# Those of them whose lines were drawn, or taken over, or handed back since, or whose money was replaced, is to be moved first or
# was carried forward since.
# Everything else still releases what was submitted, and is not looked at line by line.
_MAY_DIFFER = """
SELECT d.id, d.content FROM approvals_drawdown d WHERE d.id = ANY(%s) AND EXISTS (
    SELECT FROM approvals_drawdownline l WHERE l.drawdown_id = d.id AND (
        EXISTS (
            SELECT FROM approvals_consumption c JOIN accounts_auditentry e ON e.number = c.entry_id
            WHERE c.line_id = l.line_id AND e.at >= d.submitted_at
        )
        OR EXISTS (
            SELECT FROM phases_authorisation a
            WHERE a.replaces_id = l.authorisation_id OR (a.id = l.authorisation_id AND a.replaces_id IS NOT NULL)
        )
        OR EXISTS (
            SELECT FROM phases_carryforward c JOIN accounts_auditentry e ON e.number = c.entry_id
            WHERE c.authorisation_id = l.authorisation_id AND e.at >= d.submitted_at
        )
    )
)
"""


class Standing(NamedTuple):
    """How a drawdown that waits stands on a day, and its money."""

    readiness: Readiness
    money: Money


def standing_of_all(matters: Mapping[int, Matter], day: date, asked: Mapping[Asked, str]) -> dict[int, Standing]:
    """Of drawdowns that are submitted, by number. `asked` names every office and outside body they ask.

    Two queries, and three more where any of them may no longer release what was submitted; none where nothing waits.
    """
    money, otherwise = money_of(matters), why_otherwise_of(matters)

    def of(pk: int, matter: Matter) -> Standing:
        drawn = money[pk]
        matter = matter._replace(first_year=drawn.first_year)
        return Standing(readiness(matter, day, asked, drawn.limits, otherwise.get(pk)), drawn)

    return {pk: of(pk, matter) for pk, matter in matters.items()}


def standing_of(drawdown: Drawdown, day: date) -> Standing:
    """Of one that is submitted (four queries at least)."""
    matters, asked = matters_of([drawdown.pk], day)
    return standing_of_all(matters, day, asked)[drawdown.pk]


def why_otherwise_of(drawdowns: Collection[int]) -> dict[int, Otherwise]:
    """Why drawdowns that are submitted can no longer release what was submitted, by number; those that can are left out."""
    if not drawdowns:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_MAY_DIFFER, [list(drawdowns)])
        contents = {pk: submitted(content) for pk, content in cursor.fetchall()}
    if not contents:
        return {}
    limits: dict[int, list[AuthorisationLimit]] = defaultdict(list)
    drawn_on = {line.authorisation for content in contents.values() for line in content.lines}
    for limit in AuthorisationLimit.objects.filter(authorisation__in=drawn_on).select_related("authorisation__replaced_by"):
        limits[limit.authorisation_id].append(limit)
    unmoved = waiting_for_transfer(of[0].authorisation for of in limits.values())
    held = held_before({line.line for content in contents.values() for line in content.lines})
    found = {}
    for pk, content in contents.items():
        of_its_money = {line.authorisation for line in content.lines}
        reason = why_otherwise(content.lines, [limit for of in sorted(of_its_money) for limit in limits[of]], held)
        if reason or of_its_money & unmoved:
            found[pk] = reason or Otherwise(unmoved=True)
    return found
