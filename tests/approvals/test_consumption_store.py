"""What the store refuses of the money that is drawn, and that nothing of the record is changed or emptied."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from approvals.models import (
    Answer,
    Consumption,
    Delegation,
    DelegationStep,
    Drawdown,
    DrawdownPreparer,
    LimitDrawn,
    Receipt,
)
from phases.models import AuthorisationLimit
from tests.approvals.case import APRIL, Case, make_case
from tests.refusals import check_deferred_rules, owner, refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def test_no_more_is_drawn_than_the_limit_even_where_the_sum_is_forged(case: Case):
    case.signed(case.line())
    with refused_by("drawn_is_within_the_limit"):
        LimitDrawn.objects.update(drawn=950_001)
    with refused_by("drawn_is_within_the_limit"):
        LimitDrawn.objects.update(drawn=-1)
    with refused_by("limit_drawn_is_the_sum"):
        LimitDrawn.objects.update(drawn=0)
    with refused_by("limit_drawn_ceiling_is_the_limit"):
        LimitDrawn.objects.update(ceiling=2_000_000)
    with refused_by("limit_drawn_on_stays"):
        AuthorisationLimit.objects.update(amount=2_000_000)
    with refused_by("limit_drawn_stays"):
        LimitDrawn.objects.all().delete()


def test_the_ceiling_begins_as_the_limit(case: Case):
    with refused_by("limit_drawn_ceiling_is_the_limit"):
        LimitDrawn.objects.create(limit=case.authorisation.limits.get(), ceiling=2_000_000)


def test_a_limit_that_lapsed_is_not_drawn_nor_brought_back(case: Case):
    case.signed(case.line())
    LimitDrawn.objects.update(lapsed_at=APRIL)
    for values in ({"drawn": 60_001}, {"lapsed_at": None}):
        with refused_by("limit_lapsed_is_not_drawn"):
            LimitDrawn.objects.update(**values)


def row(case: Case, signed: Drawdown, **values: Any) -> Consumption:
    original = signed.consumption.first()
    given = {"line_id": original.line_id, "authorisation": case.authorisation, "financial_year": 2016, "entry": original.entry}
    back = {"kind": Consumption.Kind.HAND_BACK, "pounds": -1, "fte": Decimal(0), "reverses": original}
    return Consumption.objects.create(**({"drawdown": signed} | given | back | values))


DRAW = {"kind": Consumption.Kind.DRAW, "pounds": 1, "reverses": None}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("limit_drawn_is_the_sum", {"kind": Consumption.Kind.OVERTURN}),
        ("handed_back_as_confirmed", {}),
        ("limit_drawn_is_the_sum", DRAW | {"line_id": 9}),
        ("limit_drawn_is_the_sum", DRAW | {"financial_year": 2017}),
        ("consumption_once_for_a_measure", DRAW),
        ("consumption_fits_its_kind", {"pounds": 1}),
        ("consumption_fits_its_kind", DRAW | {"financial_year": 2017, "pounds": -1}),
        ("consumption_year_in_range", DRAW | {"financial_year": 1066}),
        ("consumption_reverses_what_is_left", {"pounds": -60_001}),
        ("consumption_reverses_what_is_left", {"fte": Decimal(-2)}),
        ("consumption_reverses_what_is_left", {"financial_year": 2017}),
        ("consumption_reverses_what_is_left", DRAW | {"financial_year": 2017, "fte": Decimal(-1)}),
    ],
)
def test_consumption_that_breaks_a_rule_is_refused(case: Case, rule: str, values: dict[str, Any]):
    signed = case.signed(case.line())
    check_deferred_rules()
    with refused_by(rule):
        row(case, signed, **values)


def test_a_transfer_goes_on_with_the_same_line_and_measure(case: Case):
    signed = case.signed(case.line())
    transfer = DRAW | {"kind": Consumption.Kind.TRANSFER_IN, "continues": signed.consumption.get(), "financial_year": 2017}
    with refused_by("consumption_goes_on_from_its_own"):
        row(case, signed, **transfer)


def test_only_what_is_signed_consumes(case: Case):
    signed, drawdown = case.signed(case.line()), case.submitted(case.line())
    check_deferred_rules()
    with refused_by("consumption_is_of_a_signed_drawdown"):
        row(case, signed, **(DRAW | {"drawdown": drawdown}))


@pytest.mark.parametrize(
    ("rule", "change_it"),
    [
        ("consumption_stays", lambda: Consumption.objects.update(pounds=1)),
        ("consumption_stays", lambda: Consumption.objects.all().delete()),
        ("delegation_stays", lambda: Delegation.objects.update(text="As I please")),
        ("step_stays", lambda: DelegationStep.objects.update(mode="consultation")),
        ("step_stays", lambda: DelegationStep.objects.all().delete()),
        ("receipt_stays", lambda: Receipt.objects.update(body="")),
    ],
)
def test_what_was_recorded_is_never_changed(case: Case, rule: str, change_it: Callable[[], Any]):
    case.signed(case.line())
    check_deferred_rules()
    with refused_by(rule):
        change_it()


@pytest.mark.parametrize(
    ("rule", "model"),
    [
        ("consumption_no_truncate", Consumption),
        ("answer_no_truncate", Answer),
        ("drawdown_no_truncate", Drawdown),
        ("limit_drawn_no_truncate", LimitDrawn),
        ("delegation_no_truncate", Delegation),
        ("step_no_truncate", DelegationStep),
        ("preparer_no_truncate", DrawdownPreparer),
        ("receipt_no_truncate", Receipt),
    ],
)
def test_no_table_of_the_record_is_emptied(rule: str, model: Any):
    with refused_by(rule):
        owner("SET LOCAL improvement_budget.allow_truncate = off")
        # Alone where nothing refers to it; the table itself refuses before what refers to it is asked.
        owner(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_a_receipt_has_its_key(case: Case):
    with refused_by("receipt_has_its_key"):
        Receipt.objects.create(key="", body="0", drawdown=case.drafted())
