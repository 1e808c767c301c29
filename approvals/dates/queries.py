"""The dates of the decisions of a programme, as the store has them."""

from django.db import connection

from approvals.dates.rules import Dated, Step
from phases.models import Programme

_DATES = """
SELECT g.title, coalesce(d.reference, ''),
    (SELECT max(f.decided_on) FROM phases_fundingdecision f
     WHERE f.id = g.decision_id OR f.id IN (
        SELECT m.fundingdecision_id FROM approvals_delegation_money m WHERE m.delegation_id = g.id)),
    approvals_day(g.recorded_at), t.decided_on, approvals_day(t.recorded_at), approvals_day(d.submitted_at),
    (SELECT approvals_day(max(a.answered_at)) FROM approvals_answer a WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256),
    (SELECT f.decided_on FROM phases_fundingdecision f WHERE f.id = d.resolution_id),
    approvals_day(d.signed_at), r.published_on, coalesce(c.effective_on, r.effective_on)
FROM approvals_delegation g
LEFT JOIN approvals_drawdown d ON d.delegation_id = g.id
LEFT JOIN approvals_takenelsewhere t ON t.id = d.taken_elsewhere_id
LEFT JOIN approvals_decisionrecord r ON r.drawdown_id = d.id
LEFT JOIN approvals_callin c ON c.drawdown_id = d.id
WHERE g.programme_id = %s
ORDER BY g.id, d.id
"""


def dates_of(programme: Programme) -> list[Dated]:
    """Of every delegation and every drawdown of the programme (one statement)."""
    with connection.cursor() as cursor:
        cursor.execute(_DATES, [programme.pk])
        return [Dated(title, reference, dict(zip(Step, days, strict=True))) for title, reference, *days in cursor.fetchall()]
