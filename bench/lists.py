"""Lists of a council with a thousand programmes and a hundred thousand lines, against raw SQL of the same rows and a join."""

import re
from collections.abc import Callable
from functools import cache

from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import Council, User
from bench import case
from bench.measuring import Result, compare
from tests.making import make_officer
from tests.many_lines import make_many

_LINES = """
SELECT line.title, programme.name, phase.name, coalesce(team.name, ''), coalesce(line.fte::text, ''),
       coalesce(line.annual_cost::text, ''),
       (SELECT string_agg(coalesce(amount.amount::text, 'not stated'), ' ' ORDER BY amount.financial_year NULLS LAST)
        FROM posts_lineamount AS amount WHERE amount.line_id = line.id),
       line.paperwork_complete::text, coalesce(line.recruited_fte::text, line.engaged),
       (SELECT string_agg(DISTINCT drawdown.state, ' ') FROM approvals_drawdownline AS drawn
        JOIN approvals_drawdown AS drawdown ON drawdown.id = drawn.drawdown_id WHERE drawn.line_id = line.id)
FROM posts_costline AS line
JOIN phases_programme AS programme ON programme.id = line.programme_id
JOIN phases_phase AS phase ON phase.id = line.phase_id
LEFT JOIN posts_team AS team ON team.id = line.team_id
ORDER BY lower(line.title), line.id LIMIT 100
"""

_PROGRAMMES = """
SELECT programme.name, programme.first_year::text,
       (SELECT count(*)::text FROM phases_phase AS phase WHERE phase.programme_id = programme.id),
       (SELECT count(*)::text FROM posts_costline AS line WHERE line.programme_id = programme.id),
       (SELECT string_agg(total, ' ') FROM (
            SELECT coalesce(sum(amount.amount)::text, '') AS total FROM posts_lineamount AS amount
            JOIN posts_costline AS line ON line.id = amount.line_id WHERE line.programme_id = programme.id
            GROUP BY amount.financial_year) AS totals)
FROM (SELECT * FROM phases_programme ORDER BY lower(name), id LIMIT 100) AS programme
ORDER BY lower(programme.name), programme.id
"""


STATEMENTS = {"lines": _LINES, "programmes": _PROGRAMMES}


def lines() -> Result:
    """A hundred of all lines, with their costs by year and where they stand."""
    return _page("list of 100,000 lines, page of 100 / raw SQL and join of the same rows in an empty page", "lines")


def programmes() -> Result:
    """A hundred of a thousand programmes, each with its counts and its totals by year."""
    return _page("list of 1,000 programmes, page of 100 / raw SQL and join of the same rows in an empty page", "programmes")


def _page(name: str, address: str) -> Result:
    """Both answer a request through every middleware, with the head and foot of every page."""
    with override_settings(ROOT_URLCONF="bench.urls", DEBUG=False):
        visit = _visitor()
        ours, reference = f"/{address}/?per_page=100", reverse("joined", args=[address])
        shown = re.findall(r'<th scope="row" role="rowheader"><a [^>]*>(.*?)</a>', visit(ours).text)
        if len(shown) != 100 or shown != re.findall(r"<tr><td>(.*?)</td>", visit(reference).text):
            raise RuntimeError("The reference reads other rows than ours.")
        return compare(name, 4.0, lambda: visit(ours), lambda: visit(reference), rounds=60)


@cache
def _visitor() -> Callable[[str], HttpResponse]:
    Council(pk=1).save()
    make_many()
    return case.visitor(_officer())


@cache
def _officer() -> User:
    return make_officer()
