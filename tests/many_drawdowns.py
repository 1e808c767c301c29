"""Thousands of drawdowns with their answers, records and amounts, and a long audit chain, written straight into the store."""

from typing import Any

from accounts.models import AuditEntry, AuditHead
from approvals.models import (
    Answer,
    Consumption,
    DecisionRecord,
    Delegation,
    DelegationStep,
    Drawdown,
    DrawdownAmount,
    DrawdownLine,
    DrawdownPreparer,
    LimitDrawn,
    Submission,
)
from phases.models import Authorisation, AuthorisationLimit, AuthorisationPhase, FundingDecision, FundingSource
from tests.lists import without_triggers
from tests.many_lines import copy_rows, run

_MODELS: tuple[Any, ...] = (
    FundingSource,
    FundingDecision,
    Authorisation,
    AuthorisationPhase,
    AuthorisationLimit,
    LimitDrawn,
    Delegation,
    DelegationStep,
    Drawdown,
    Submission,
    DrawdownPreparer,
    DrawdownLine,
    DrawdownAmount,
    Answer,
    Consumption,
    DecisionRecord,
    AuditEntry,
    AuditHead,
)

_PROGRAMMES = "phases_programme AS programme WHERE programme.slug LIKE 'many-%'"


def make_many_drawdowns(drawdown: Drawdown, of_each: int = 5, entries: int = 200_000) -> None:
    """After `make_many`: each programme has a decision, its money, a delegation, and so many drawdowns of one line under it.

    Copies of one that is published, of its delegation and of what its first line draws on. Every fifth drawdown is a draft,
    every 25th waits for everybody, the others are decided. The audit chain goes on to so many entries, linked as ever.
    """
    drawn = DrawdownLine.objects.filter(drawdown=drawdown).select_related("authorisation__decision").order_by("pk")[0]
    tables = [model._meta.db_table for model in _MODELS]
    with without_triggers(*tables):
        of_delegation = _copy_power(drawn.authorisation, drawdown.delegation)
        run(*(f"ANALYZE {table}" for table in tables))
        _copy_drawdowns(drawn, of_delegation, of_each)
        _lengthen_chain(entries)
    run(*(f"ANALYZE {table}" for table in tables))


def _copy_power(money: Authorisation, delegation: Delegation) -> str:
    """The decision, its money and its delegation in each programme; where the delegations are read from."""
    copy_rows(money.funding_source, _PROGRAMMES, programme_id="programme.id")
    copy_rows(money.decision, _PROGRAMMES, programme_id="programme.id", follows_id="NULL", corrects_id="NULL")
    own = "phases_fundingdecision AS decision JOIN phases_fundingsource AS source USING (programme_id)"
    own += " JOIN phases_programme AS programme ON programme.id = programme_id AND programme.slug LIKE 'many-%'"
    of_own = {"programme_id": "programme.id", "decision_id": "decision.id"}
    copy_rows(money, own, **of_own, funding_source_id="source.id", replaces_id="NULL")
    of_money = f"phases_authorisation AS money, {_PROGRAMMES} AND money.programme_id = programme.id"
    phase = "(SELECT id FROM phases_phase WHERE programme_id = programme.id AND number = 1)"
    covered = AuthorisationPhase.objects.filter(authorisation=money)[0]
    copy_rows(covered, of_money, authorisation_id="money.id", phase_id=phase, programme_id="programme.id")
    for limit in AuthorisationLimit.objects.filter(authorisation=money):
        copy_rows(limit, of_money, authorisation_id="money.id")
    fresh = "phases_authorisationlimit AS limits WHERE NOT EXISTS (SELECT FROM approvals_limitdrawn WHERE limit_id = limits.id)"
    copy_rows(LimitDrawn.objects.order_by("pk")[0], fresh, limit_id="limits.id", ceiling="limits.amount")
    copy_rows(delegation, own, **of_own)
    of_delegation = f"approvals_delegation AS delegation, {_PROGRAMMES} AND delegation.programme_id = programme.id"
    for step in DelegationStep.objects.filter(delegation=delegation):
        copy_rows(step, of_delegation, delegation_id="delegation.id")
    return of_delegation


_WAITS = "(n % 5 = 1 AND programme.id % 5 = 0)"
_STATES = f"CASE WHEN n % 5 = 0 THEN 'draft' WHEN {_WAITS} THEN 'submitted' ELSE 'effective' END"
_IF_SIGNED = f"CASE WHEN n % 5 <> 0 AND NOT {_WAITS} THEN {{}} END"


def _copy_drawdowns(drawn: DrawdownLine, of_delegation: str, of_each: int) -> None:
    drawdown = drawn.drawdown
    own_row = f"(SELECT {{}} FROM approvals_drawdown WHERE id = {drawdown.pk})"
    signed = {
        name: _IF_SIGNED.format(own_row.format(name))
        for name in ("signed_at", "signed_by_id", "signed_for_id", "signed_entry_id")
    }
    said = {
        "reference": "'MD-' || programme.id || '-' || n",
        "title": "'Release ' || n || ' of ' || programme.name",
        "state": _STATES,
        "resolution_id": "NULL",
        "taken_elsewhere_id": "NULL",
    }
    each = of_delegation.replace(" WHERE", f", generate_series(1, {of_each}) AS n WHERE")
    copy_rows(drawdown, each, programme_id="programme.id", delegation_id="delegation.id", **said, **signed)
    run("ANALYZE approvals_drawdown")
    copies = "approvals_drawdown AS copy WHERE copy.reference LIKE 'MD-%'"
    submitted, decided = f"{copies} AND copy.state <> 'draft'", f"{copies} AND copy.signed_at IS NOT NULL"
    line = "(SELECT min(id) FROM posts_costline WHERE programme_id = copy.programme_id)"
    money = "(SELECT id FROM phases_authorisation WHERE programme_id = copy.programme_id)"
    for model, source in ((Submission, submitted), (DrawdownPreparer, copies), (Answer, decided)):
        for row in model.objects.filter(drawdown=drawdown):
            copy_rows(row, source, drawdown_id="copy.id")
    copy_rows(drawn, copies, drawdown_id="copy.id", line_id=line, authorisation_id=money)
    for amount in DrawdownAmount.objects.filter(drawdown_line=drawn):
        lines = f"approvals_drawdownline AS drawn, {copies} AND copy.id = drawn.drawdown_id"
        copy_rows(amount, lines, drawdown_line_id="drawn.id")
    for row in Consumption.objects.filter(drawdown=drawdown, line_id=drawn.line_id):
        copy_rows(row, decided, drawdown_id="copy.id", line_id=line, authorisation_id=money)
    copy_rows(DecisionRecord.objects.get(drawdown=drawdown), decided, drawdown_id="copy.id", title="copy.title")


_CHAIN = """
DO $$
DECLARE
    head record;
    last accounts_auditentry%ROWTYPE;
BEGIN
    SELECT number, hash INTO head FROM accounts_audithead WHERE id = 1;
    SELECT * INTO last FROM accounts_auditentry WHERE number = head.number;
    FOR n IN head.number + 1 .. {entries} LOOP
        last.number := n;
        last.previous_hash := last.hash;
        last.action := (ARRAY['drawdown_signed_off', 'line_changed', 'drawdown_answered'])[1 + n % 3];
        last.subject := 'MD-' || n % 1000 || '-' || 1 + n % 5;
        last.content := format('{{"action":%s,"actor":null,"at":%s,"details":{{"pounds":"%s"}},"number":%s,"subject":%s}}',
            to_json(last.action), to_json(last.at), n * 7919 % 900000, n, to_json(last.subject));
        last.hash := encode(sha256(convert_to(last.hash || E'\\n' || last.content, 'UTF8')), 'hex');
        INSERT INTO accounts_auditentry VALUES (last.*);
    END LOOP;
    UPDATE accounts_audithead SET number = last.number, hash = last.hash WHERE id = 1;
END $$
"""


def _lengthen_chain(entries: int) -> None:
    run(_CHAIN.format(entries=entries))
