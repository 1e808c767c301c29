"""Reads of the council's governance."""

from datetime import date

from django.db import connection

from accounts.governance.rules import Form, Governance, on

# Most acts ask for it, and building the statement each time takes as long as the answer.
_HISTORY = """
SELECT form, since, member_call_in, officer_call_in, committee_call_in, scrutiny_call_in
FROM accounts_governanceterm ORDER BY since DESC
"""


def history() -> tuple[Governance, ...]:
    """All that was recorded (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY)
        return tuple(Governance(Form(form), *rest) for form, *rest in cursor.fetchall())


def governance_on(day: date) -> Governance:
    """What holds that day (one query); a leader and cabinet where nothing was recorded."""
    return on(history(), day)


def has_key_decisions(day: date) -> bool:
    """Whether anybody here can take a key decision that day (one query)."""
    governance = governance_on(day)
    return governance.has_executive or governance.is_combined
