"""Which state may follow which: the rule and the trigger that repeats it, pair by pair."""

from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from approvals.drawdowns.rules import LIVE, MOVES, OPEN, State
from approvals.models import Drawdown
from tests.approvals.case import make_case
from tests.refusals import check_deferred_rules

pytestmark = pytest.mark.django_db

RULE = "drawdown_moves_as_allowed"
CHANGED_IN_PLACE = (*OPEN, State.SUBMITTED)
"""What is not decided may be written while it stays where it is."""


def test_the_database_lets_pass_exactly_the_moves_of_the_rule():
    """A drawdown is put into each state behind the trigger's back, then moved to each: only that refusal counts, no other."""
    case = make_case()
    pk = case.signed(case.line()).pk
    found = {(before, after) for before, after in product(State, State) if _lets_pass(pk, before, after)}
    of_the_rule = {(before, after) for before, allowed in MOVES.items() for after in allowed}
    assert found == of_the_rule | {(state, state) for state in CHANGED_IN_PLACE}


def _lets_pass(pk: int, before: State, after: State) -> bool:
    with transaction.atomic():
        _put(pk, before)
        try:
            with transaction.atomic():
                Drawdown.objects.filter(pk=pk).update(state=after, version=F("version") + 1)
                passed = True
        except IntegrityError as refusal:
            passed = refusal.__cause__.diag.constraint_name != RULE  # type: ignore[union-attr]
        transaction.set_rollback(True)
    return passed


def _put(pk: int, state: State) -> None:
    signature = ("signed_at", "signed_by", "signed_for", "signed_entry", "resolution")
    unsigned = {**dict.fromkeys(signature), "authority": "", "reasons": "As said."}
    check_deferred_rules()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE approvals_drawdown DISABLE TRIGGER USER")
        Drawdown.objects.filter(pk=pk).update(state=state, **({} if state in (*LIVE, State.SUPERSEDED) else unsigned))
        check_deferred_rules()
        cursor.execute("ALTER TABLE approvals_drawdown ENABLE TRIGGER USER")


def test_that_trigger_guards_every_update_of_a_drawdown():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = 'approvals_drawdown'::regclass AND tgfoid = 'approvals_check_move'::regproc AND tgenabled = 'O'"
        )
        (definition,) = [row[0] for row in cursor.fetchall()]
    assert "BEFORE UPDATE ON public.approvals_drawdown FOR EACH ROW EXECUTE" in definition
