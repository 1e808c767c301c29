"""Several people at the same moment, each on a connection of their own, against the real database."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum

from accounts.offices.actions import revoke_deputy
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import Choice, NotAllowedNow, OverTheLimit, StaleDrawdown
from approvals.drawdowns import actions as acts
from approvals.drawdowns.rules import State
from approvals.drawdowns.signing import actions as signing
from approvals.elsewhere import actions as elsewhere
from approvals.models import Consumption, Drawdown, LimitDrawn, TakenElsewhere
from approvals.year_end import actions as year_end
from approvals.year_end.rules import Carrying
from phases.models import AuthorisationLimit
from tests.approvals.case import APRIL, LATER, NOW, Case, at_once, make_case, new_key
from tests.making import (
    make_administrator,
    make_authorisation,
    make_clerk,
    make_decision,
    make_deputy,
    make_holding,
    make_office,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

SIGNERS = 8
MEASURES = pytest.mark.parametrize("measure", [2016, None], ids=["in-year", "full-year"])


def nearly_drawn(measure: int | None) -> tuple[Case, list[Drawdown]]:
    """£949,000 of £950,000 drawn in the measure, the other far away; and eight drawdowns of £1,000, ready to be signed."""
    case = make_case({2016: 2_000_000, None: 2_000_000} | {measure: 950_000})
    case.signed(case.costing(949_000))
    return case, [case.ready(case.costing(1000)) for _ in range(SIGNERS)]


def sign_all(case: Case, drawdowns: list[Drawdown]) -> list[Any]:
    return at_once(*(lambda drawdown=drawdown: case.sign(drawdown) for drawdown in drawdowns))


def consumed(measure: int | None) -> Decimal:
    rows = Consumption.objects.filter(financial_year=measure) if measure else Consumption.objects.filter(financial_year=None)
    return rows.aggregate(pounds=Sum("pounds"))["pounds"]


def one_signed(results: list[Any], refusal: type[Exception], measure: int | None) -> None:
    assert sum(isinstance(result, Drawdown) for result in results) == 1
    assert sum(isinstance(result, refusal) for result in results) == SIGNERS - 1, results
    assert consumed(measure) == 950_000
    assert LimitDrawn.objects.get(ceiling=950_000).drawn == 950_000
    assert Drawdown.objects.filter(state=State.SIGNED_OFF).count() == 2


@contextmanager
def without(*statements: tuple[str, str]) -> Iterator[None]:
    """Statements of the owner, and what takes each back."""
    try:
        for statement, _ in statements:
            run(statement)
        yield
    finally:
        for _, back in statements:
            run(back)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no lock on office, programme or limits."""

    monkeypatch.setattr(acts, "lock_office", lambda pk: None)
    monkeypatch.setattr(signing, "lock_programme", lambda pk: None)
    monkeypatch.setattr(signing, "locked_limits", only_read)


def only_read(*authorisations: int) -> list[AuthorisationLimit]:
    return list(AuthorisationLimit.objects.filter(authorisation__in=authorisations).select_related("authorisation"))


def only_read_in(authorisation: int, *years: int) -> list[AuthorisationLimit]:
    return [each for each in only_read(authorisation) if each.financial_year in years]


def sum_first(write: Callable[[AuthorisationLimit, Decimal], None]) -> Callable[..., dict[int, Decimal]]:
    """In place of the guarded UPDATE: everybody sums, everybody finds that there is room, everybody writes."""
    everybody_has_looked = threading.Barrier(SIGNERS)

    def draw(limits: list[AuthorisationLimit], rows: list[Consumption]) -> dict[int, Decimal]:
        for limit in limits:
            pounds = sum(row.pounds for row in rows if row.financial_year == limit.financial_year)
            assert consumed(limit.financial_year) + pounds <= limit.amount
        everybody_has_looked.wait(30)
        for limit in limits:
            write(limit, sum((row.pounds for row in rows if row.financial_year == limit.financial_year), Decimal(0)))
        return dict(LimitDrawn.objects.filter(limit__in=limits).values_list("limit", "drawn"))

    return draw


def add_unguarded(limit: AuthorisationLimit, pounds: Decimal) -> None:
    LimitDrawn.objects.filter(limit=limit).update(drawn=F("drawn") + pounds)


@MEASURES
def test_of_eight_who_sign_the_last_thousand_at_once_exactly_one_succeeds(measure: int | None):
    case, drawdowns = nearly_drawn(measure)
    one_signed(sign_all(case, drawdowns), OverTheLimit, measure)


@MEASURES
def test_with_the_locks_off_the_guarded_update_alone_lets_one_succeed(measure: int | None, monkeypatch: pytest.MonkeyPatch):
    case, drawdowns = nearly_drawn(measure)
    unlocked(monkeypatch)
    one_signed(sign_all(case, drawdowns), OverTheLimit, measure)


@MEASURES
def test_with_locks_and_guard_off_the_constraint_alone_lets_one_succeed(measure: int | None, monkeypatch: pytest.MonkeyPatch):
    case, drawdowns = nearly_drawn(measure)
    unlocked(monkeypatch)
    monkeypatch.setattr(signing, "draw", sum_first(add_unguarded))
    one_signed(sign_all(case, drawdowns), IntegrityError, measure)


@MEASURES
def test_control_with_locks_guard_and_constraint_off_all_eight_succeed_and_overspend(
    measure: int | None, monkeypatch: pytest.MonkeyPatch
):
    case, drawdowns = nearly_drawn(measure)
    unlocked(monkeypatch)
    monkeypatch.setattr(signing, "draw", sum_first(add_unguarded))
    table, rule = "ALTER TABLE approvals_limitdrawn", "drawn_is_within_the_limit"
    with without(
        (
            f"{table} DROP CONSTRAINT {rule}",
            f"{table} ADD CONSTRAINT {rule} CHECK (drawn >= 0 AND drawn <= ceiling) NOT VALID",
        )
    ):
        assert all(isinstance(result, Drawdown) for result in sign_all(case, drawdowns))
        assert consumed(measure) == 950_000 + 7000


# Decided elsewhere


def waiting_elsewhere() -> tuple[Case, list[Callable[[], Any]]]:
    """£949,000 of £950,000 drawn, and eight decisions of £1,000 each that were taken elsewhere, to be confirmed."""
    case = make_case({2016: 950_000})
    case.signed(case.costing(949_000))
    taken = [case.recorded_elsewhere(case.drafted(case.costing(1000))) for _ in range(SIGNERS)]
    shown = [case.shown(each) for each in taken]
    return case, [
        lambda each=each, saw=saw: case.confirmed_elsewhere(each, shown=saw) for each, saw in zip(taken, shown, strict=True)
    ]


def unlocked_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked(monkeypatch)
    monkeypatch.setattr(elsewhere, "lock_programme", lambda pk: None)


def test_of_eight_who_confirm_the_last_thousand_at_once_exactly_one_succeeds():
    _, confirmations = waiting_elsewhere()
    one_signed(at_once(*confirmations), OverTheLimit, 2016)
    assert TakenElsewhere.objects.filter(state="confirmed").count() == 1


def test_with_the_locks_off_the_constraint_alone_lets_one_be_confirmed(monkeypatch: pytest.MonkeyPatch):
    _, confirmations = waiting_elsewhere()
    unlocked_elsewhere(monkeypatch)
    monkeypatch.setattr(signing, "draw", sum_first(add_unguarded))
    one_signed(at_once(*confirmations), IntegrityError, 2016)


def test_control_with_locks_guard_and_constraint_off_all_eight_are_confirmed_and_overspend(monkeypatch: pytest.MonkeyPatch):
    _, confirmations = waiting_elsewhere()
    unlocked_elsewhere(monkeypatch)
    monkeypatch.setattr(signing, "draw", sum_first(add_unguarded))
    table, rule = "ALTER TABLE approvals_limitdrawn", "drawn_is_within_the_limit"
    with without(
        (
            f"{table} DROP CONSTRAINT {rule}",
            f"{table} ADD CONSTRAINT {rule} CHECK (drawn >= 0 AND drawn <= ceiling) NOT VALID",
        )
    ):
        assert all(isinstance(result, Drawdown) for result in at_once(*confirmations))
        assert consumed(2016) == 950_000 + 7000


def test_two_who_confirm_one_decision_at_once_draw_it_once():
    case = make_case()
    taken, other = case.recorded_elsewhere(case.drafted(case.costing(1000))), make_clerk()
    saw = case.shown(taken)
    results = at_once(
        lambda: case.confirmed_elsewhere(taken, shown=saw), lambda: case.confirmed_elsewhere(taken, shown=saw, by=other)
    )
    assert sorted(type(result).__name__ for result in results) == ["Drawdown", "StaleDrawdown"], results
    assert consumed(2016) == 1000


def test_a_double_click_on_sign_off_is_one_signature():
    case = make_case()
    drawdown, key = case.ready(case.costing(1000)), new_key()
    results = at_once(*[lambda: case.sign(drawdown, key=key)] * 4)
    assert results == [drawdown] * 4
    assert [result.state for result in results] == [State.SIGNED_OFF] * 4
    assert consumed(2016) == 1000


def test_two_tabs_with_a_key_each_sign_once():
    case = make_case()
    drawdown = case.ready(case.costing(1000))
    results = at_once(*[lambda: case.sign(drawdown)] * 4)
    assert sum(isinstance(result, Drawdown) for result in results) == 1
    assert sum(isinstance(result, StaleDrawdown) for result in results) == 3, results
    assert consumed(2016) == 1000


def test_two_who_decide_at_once_do_not_draw_one_line_twice(monkeypatch: pytest.MonkeyPatch):
    """By two offices, of two authorisations, under two delegations: nothing but the programme is locked by both."""
    case = make_case()
    line = case.costing(1000)
    other = make_authorisation(case.authorisation.decision, case.phase)
    maker, person = make_office("Head of paid service"), make_user(Role.OFFICE_HOLDER)
    make_holding(maker, person)
    values = {"title": "Another", "text": "To the head of paid service.", "decision_maker": maker}
    alone = actions.record_delegation(decision=case.delegation.decision, values=values, steps=[], by=case.clerk, at=NOW)
    first, second = case.ready(line), case.submitted(Choice(line.pk, other, fte=line.fte), delegation=alone)
    read = signing._frozen_rows

    def read_slowly(*given: Any) -> list[Consumption]:
        rows = read(*given)
        time.sleep(0.5)  # long enough for the other to read as well, were it not kept waiting
        return rows

    monkeypatch.setattr(signing, "_frozen_rows", read_slowly)
    results = at_once(lambda: case.sign(first), lambda: case.sign(second, by=person))
    assert sorted(type(result).__name__ for result in results) == ["Drawdown", "NotAllowedNow"], results
    assert consumed(2016) == 1000


def test_a_deputy_whose_revocation_is_just_being_saved_does_not_sign():
    case, deputy, administrator = make_case(), make_user(Role.OFFICE_HOLDER), make_administrator()
    appointment = make_deputy(case.offices["Chief Executive"], deputy)
    drawdown, revoked = case.ready(case.costing(1000)), threading.Event()

    def revoke() -> None:
        with transaction.atomic():
            revoke_deputy(appointment=appointment, revoked_from=LATER.date(), by=administrator, at=LATER)
            revoked.set()
            time.sleep(0.5)

    def sign() -> Drawdown:
        assert revoked.wait(30)
        return case.sign(drawdown, by=deputy, at=LATER)

    assert isinstance(at_once(revoke, sign)[1], PermissionDenied)
    assert not Consumption.objects.exists()


def test_a_double_click_on_a_new_drawdown_makes_one():
    case, key = make_case(), new_key()
    values = {"delegation": case.delegation, "title": "Twice", "key": key, "by": case.officer, "at": NOW}
    results = at_once(*[lambda: actions.draft(**values)] * 4)
    assert Drawdown.objects.count() == 1
    assert set(results) == set(Drawdown.objects.all())


def test_sign_off_withdrawal_and_replacement_at_once_leave_every_sum_right():
    case = make_case()
    case.signed(case.costing(10_000))
    first, second = case.ready(case.costing(1000)), case.ready(case.costing(2000))
    new = make_authorisation(case.authorisation.decision, case.phase, limits={2016: 949_000}, replaces=None)
    type(new).objects.filter(pk=new.pk).update(replaces=case.authorisation)
    new.refresh_from_db()
    results = at_once(
        lambda: case.sign(first),
        lambda: actions.withdraw(drawdown=second, version=second.version, reasons="Not yet.", by=case.officer, at=NOW),
        lambda: actions.replace(authorisation=new, by=case.clerk, at=LATER),
    )
    assert isinstance(results[0], NotAllowedNow)
    assert not any(isinstance(result, Exception) for result in results[1:])
    assert {row.limit.authorisation: row.drawn for row in LimitDrawn.objects.select_related("limit__authorisation")} == {
        case.authorisation: 0,
        new: 10_000,
    }


# Carrying forward


CARRIERS = 6


def one_thousand_left(monkeypatch: pytest.MonkeyPatch, *, locks: bool = True) -> tuple[Case, list[Callable[[], Any]]]:
    """£949,000 of £950,000 drawn, the year over, and six decisions that each carry the last £1,000 forward."""
    case = make_case()
    case.signed(case.costing(949_000))
    everybody_has_looked = threading.Barrier(CARRIERS)
    left = year_end._left

    def seen_by_all(giving: AuthorisationLimit) -> Decimal:
        found = left(giving)
        everybody_has_looked.wait(30)
        return found

    if not locks:
        unlocked(monkeypatch)
        monkeypatch.setattr(year_end, "lock_programme", lambda pk: None)
        monkeypatch.setattr(year_end, "locked_limits_in", only_read_in)
        monkeypatch.setattr(year_end, "_left", seen_by_all)
    decided = {"decided_on": APRIL.date(), "text_resolved": "Carried forward."}
    decisions = [make_decision(case.programme, title=f"Outturn {number}", **decided) for number in range(CARRIERS)]
    given = {"authorisation": case.authorisation, "by": case.clerk, "at": APRIL}
    # To a year each, so that they meet where it is taken from.
    return case, [
        lambda decision=decision, year=year: actions.carry_forward(
            carrying=Carrying(2016, year, Decimal(1000)), decision=decision, **given
        )
        for year, decision in enumerate(decisions, 2017)
    ]


def authorised(case: Case) -> tuple[Decimal, Decimal]:
    """What is authorised in all, and what of it was carried forward."""
    sums = case.authorisation.limits.aggregate(Sum("amount"), Sum("carried_in"))
    return sums["amount__sum"], sums["carried_in__sum"]


def test_of_six_who_carry_the_last_thousand_forward_at_once_exactly_one_succeeds(monkeypatch: pytest.MonkeyPatch):
    case, acts_at_once = one_thousand_left(monkeypatch)
    results = at_once(*acts_at_once)
    assert sorted(type(each).__name__ for each in results) == ["CarryForward"] + ["ValidationError"] * (CARRIERS - 1), results
    assert authorised(case) == (950_000, 1000)


def test_with_the_locks_off_the_constraint_alone_lets_one_carry_it_forward(monkeypatch: pytest.MonkeyPatch):
    case, acts_at_once = one_thousand_left(monkeypatch, locks=False)
    results = at_once(*acts_at_once)
    assert sorted(type(each).__name__ for each in results) == ["CarryForward"] + ["IntegrityError"] * (CARRIERS - 1), results
    assert authorised(case) == (950_000, 1000)


def test_control_with_locks_and_constraint_off_all_six_carry_forward_money_that_was_drawn(monkeypatch: pytest.MonkeyPatch):
    case, acts_at_once = one_thousand_left(monkeypatch, locks=False)
    table, rule = "ALTER TABLE approvals_limitdrawn", "drawn_is_within_the_limit"
    with without(
        (
            f"{table} DROP CONSTRAINT {rule}",
            f"{table} ADD CONSTRAINT {rule} CHECK (drawn >= 0 AND drawn <= ceiling) NOT VALID",
        )
    ):
        results = at_once(*acts_at_once)
        assert [type(each).__name__ for each in results] == ["CarryForward"] * CARRIERS, results
        assert authorised(case) == (950_000, 6000)
        assert LimitDrawn.objects.get(drawn=949_000).ceiling == 944_000
