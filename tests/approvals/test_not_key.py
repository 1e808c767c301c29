"""A decision above the council's thresholds that is not key says why: the rule, the action and the store say the same."""

from decimal import Decimal
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.models import Council
from approvals import actions
from approvals.decisions.key_notice.rules import Thresholds, wards_in, why_key
from approvals.drawdowns.rules import State
from approvals.models import DecisionRecord, Drawdown, DrawdownAmount
from tests.approvals.case import CASE, KEY, NOW, Case, make_case, new_key
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

RULE = "not_key_above_thresholds_says_why"


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def thresholds(pounds: int | None, wards: int | None) -> None:
    Council.objects.update_or_create(pk=1, defaults={"key_amount": pounds, "key_wards": wards})


def round_the_action(drawdown: Drawdown) -> None:
    """Submitted by the web role itself: the amounts, and the state."""
    for line in drawdown.lines.all():
        for year in (2016, None):
            DrawdownAmount.objects.create(drawdown_line=line, financial_year=year, pounds=Decimal(500_000))
    content = "{}"
    given = {"submission": 1, "content": content, "sha256": sha256(content.encode()).hexdigest(), "version": drawdown.version + 1}
    Drawdown.objects.filter(pk=drawdown.pk).update(state=State.SUBMITTED, submitted_at=NOW, answer_by=NOW.date(), **given)


@pytest.mark.parametrize("pounds", [500_000, 1])
def test_the_store_refuses_it_without_a_reason(case: Case, pounds: int):
    thresholds(pounds, None)
    drawdown = case.drafted(case.costing(500_000))
    with refused_by(RULE):
        round_the_action(drawdown)


@pytest.mark.parametrize("reason", [" ", "\n\t"])
def test_blank_is_no_reason(case: Case, reason: str):
    thresholds(500_000, None)
    drawdown = case.drafted(case.costing(500_000))
    DecisionRecord.objects.filter(drawdown=drawdown).update(not_key_reason=reason)
    with refused_by(RULE):
        round_the_action(drawdown)


@pytest.mark.parametrize(
    ("limits", "values"),
    [
        ((500_001, None), {}),
        ((None, None), {}),
        ((None, 3), {"wards": "Cray Valley East, Penge"}),
        ((500_000, 1), {"not_key_reason": "Full Council decided on it.", "wards": "All"}),
        ((500_000, 1), {**KEY, "wards": "All"}),
    ],
    ids=["below", "no thresholds", "few wards", "with a reason", "key"],
)
def test_what_needs_no_reason_or_has_one_is_submitted(case: Case, limits: tuple[int | None, int | None], values: dict[str, str]):
    thresholds(*limits)
    drawdown = case.drafted(case.costing(500_000), case=CASE | values)
    round_the_action(drawdown)
    assert Drawdown.objects.get(pk=drawdown.pk).state == State.SUBMITTED


WARDS = "|All|all wards|Allerton|Borough-wide|county wide|Penge|Penge, Anerley|Penge and Anerley|Penge;Anerley|Sandwich, Andover"
WARDS += "|, ,|Penge AND Anerley|  All of them|District-Wide|Citywide|Penge\nAnerley\nClock House| "


@pytest.mark.parametrize("wards", WARDS.split("|"))
def test_rule_and_store_count_the_same_wards(wards: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT approvals_wards_in(%s)", [wards])
        assert cursor.fetchone()[0] == wards_in(wards)


@pytest.mark.parametrize("limits", [(None, None), (100_000, None), (100_001, None), (None, 2), (None, 3), (100_001, 2)])
def test_rule_action_and_store_say_the_same(case: Case, limits: tuple[int | None, int | None]):
    thresholds(*limits)
    wards = "Penge, Anerley"
    drawdown = case.drafted(case.costing(100_000), case=CASE | {"wards": wards})
    is_key = bool(why_key(Thresholds(*limits), ("a full year", Decimal(100_000)), wards))
    given = {"drawdown": drawdown, "version": drawdown.version, "key": new_key(), "by": case.officer, "at": NOW}
    try:
        with transaction.atomic():
            actions.submit(**given)
        refused = False
    except ValidationError:
        refused = True
    assert refused is is_key
    for line in [] if not refused else drawdown.lines.all():
        DrawdownAmount.objects.create(drawdown_line=line, financial_year=None, pounds=Decimal(100_000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT approvals_is_key_by_thresholds(%s, %s)", [drawdown.pk, wards])
        assert cursor.fetchone()[0] is is_key
