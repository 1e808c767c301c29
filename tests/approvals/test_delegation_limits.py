"""A delegation's own "up to", beside the limits of the authorisations it draws on: kept by the actions and by the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from approvals import actions
from approvals.actions import OverTheLimit
from approvals.drawdowns.rules import Mode
from approvals.drawdowns.signing import actions as signing
from approvals.models import Delegation, DelegationLimit, Drawdown
from costing.measure import stored
from tests.approvals.case import LATER, NOW, Case, at_once, handed_back, make_case, of_pounds
from tests.making import make_authorisation, make_decision
from tests.refusals import check_deferred_rules, refused_by

SIGNERS = 8


def limited(case: Case, limits: dict[int | None, int]) -> Delegation:
    """The same offices, with "up to" of its own."""
    return actions.record_delegation(
        decision=case.delegation.decision,
        values={"title": "Up to", "text": "Up to so much.", "decision_maker": case.offices["Chief Executive"]},
        steps=[(case.offices["Leader"], Mode.AGREEMENT), (case.offices["Director"], Mode.CONSULTATION)],
        limits={stored(year): Decimal(pounds) for year, pounds in limits.items()},
        by=case.clerk,
        at=NOW,
    )


def drawn(delegation: Delegation) -> dict[int | None, Decimal]:
    return dict(delegation.limits.values_list("financial_year", "drawn"))


@contextmanager
def only_the_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The action asks nothing."""
    with monkeypatch.context() as patched:
        patched.setattr(signing, "check_delegation_limits", lambda rows: None)
        yield


@pytest.fixture
def case(db: Any) -> Case:
    return make_case({2016: 950_000, None: 950_000})


@pytest.mark.parametrize("measure", [2016, None], ids=["in-year", "full-year"])
def test_exactly_the_limit_is_drawn_under_a_delegation_and_not_a_pound_more(case: Case, measure: int | None):
    delegation = limited(case, {2016: 900_000, None: 900_000} | {measure: 10_000})
    case.signed(case.costing(9_000), delegation=delegation)
    with pytest.raises(OverTheLimit, match=r"£1,001 cannot be drawn under Up to in .*: £1,000 of £10,000 is left"):
        case.signed(case.costing(1_001), delegation=delegation)
    case.signed(case.costing(1_000), delegation=delegation)
    assert drawn(delegation) == {2016: Decimal(10_000), None: Decimal(10_000)}


def test_the_store_refuses_what_the_action_lets_pass(case: Case, monkeypatch: pytest.MonkeyPatch):
    ready = case.ready(case.costing(10_001), delegation=limited(case, {2016: 10_000}))
    with only_the_store(monkeypatch), refused_by("delegation_drawn_is_within_its_limit"):
        case.sign(ready)


def test_a_delegation_without_a_limit_in_a_measure_stops_nothing_there(case: Case):
    delegation = limited(case, {2017: 1})
    case.signed(case.costing(500_000), delegation=delegation)
    assert drawn(delegation) == {2017: Decimal(0)}


def test_what_is_handed_back_may_be_drawn_again_under_the_delegation(case: Case):
    delegation = limited(case, {2016: 10_000})
    row = case.signed(case.costing(10_000), delegation=delegation).consumption.get(financial_year=2016)
    handed_back(drawdown=row.drawdown, giving=of_pounds(row, 4_000), by=case.officer)
    assert drawn(delegation) == {2016: Decimal(6_000)}
    case.signed(case.costing(4_000), delegation=delegation)
    assert drawn(delegation) == {2016: Decimal(10_000)}


def test_what_passes_to_a_later_authorisation_stays_drawn_under_the_delegation(case: Case):
    delegation = limited(case, {2016: 10_000})
    case.signed(case.costing(10_000), delegation=delegation)
    council = make_decision(case.programme, body="Full Council", decided_on=LATER.date())
    new = make_authorisation(council, case.phase, limits={2016: 10_000, None: 10_000}, replaces=case.authorisation)
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert drawn(delegation) == {2016: Decimal(10_000)}


@pytest.mark.django_db
def test_nothing_passes_over_that_the_delegation_never_allowed_in_a_measure():
    """Drawn under an authorisation without a full-year limit; the later one has one, and so has the delegation: too small."""
    case = make_case({2016: 950_000})
    delegation = limited(case, {None: 9_999})
    case.signed(case.costing(10_000), delegation=delegation)
    council = make_decision(case.programme, body="Full Council", decided_on=LATER.date())
    new = make_authorisation(council, case.phase, limits={2016: 950_000, None: 950_000}, replaces=case.authorisation)
    with pytest.raises(OverTheLimit, match="in a full year"):
        actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert drawn(delegation) == {None: Decimal(0)}


def test_a_limit_comes_with_its_delegation_and_begins_at_nothing(case: Case):
    unused = limited(case, {2016: 10_000})
    with refused_by("delegation_limit_of_an_unused_delegation"):
        DelegationLimit.objects.create(delegation=unused, financial_year=2017, amount=5, drawn=1)
    case.drafted(delegation=unused)
    with refused_by("delegation_limit_of_an_unused_delegation"):
        DelegationLimit.objects.create(delegation=unused, financial_year=2017, amount=5)


@pytest.mark.parametrize("change", [{"amount": 20_000}, {"financial_year": 2017}, {"financial_year": None}, {"delegation": None}])
def test_a_limit_of_a_delegation_stays(case: Case, change: dict[str, Any]):
    limit = limited(case, {2016: 10_000}).limits.filter(financial_year=2016)
    with refused_by("delegation_limit_stays"):
        limit.update(**({"delegation": case.delegation} if "delegation" in change else change))


def test_what_is_drawn_under_a_delegation_is_the_sum_of_what_is_consumed(case: Case):
    delegation = limited(case, {2016: 10_000})
    case.signed(case.costing(5_000), delegation=delegation)
    for forged in (F("drawn") - 1, F("drawn") + 1):
        with refused_by("delegation_drawn_is_the_sum"):
            delegation.limits.update(drawn=forged)
    with refused_by("delegation_drawn_is_within_its_limit"):
        delegation.limits.update(drawn=-1)


def test_a_limit_of_a_delegation_is_never_removed(case: Case):
    limits = limited(case, {2016: 10_000}).limits.all()
    with refused_by("delegation_limit_never_removed"):
        limits._raw_delete(limits.db)


def test_limits_of_delegations_are_not_emptied(case: Case):
    limited(case, {2016: 10_000})
    with refused_by("delegation_limit_no_truncate"):
        for statement in ("SET LOCAL improvement_budget.allow_truncate = off", "TRUNCATE approvals_delegationlimit"):
            check_deferred_rules()
            with connection.cursor() as cursor:
                cursor.execute(statement)


def nearly_drawn() -> tuple[Case, Delegation, list[Drawdown]]:
    """£9,000 of the delegation's £10,000 drawn, the authorisation far away; and eight drawdowns of £1,000, ready to be signed."""
    case = make_case({2016: 950_000, None: 950_000})
    delegation = limited(case, {2016: 10_000})
    case.signed(case.costing(9_000), delegation=delegation)
    return case, delegation, [case.ready(case.costing(1_000), delegation=delegation) for _ in range(SIGNERS)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", ["with the lock", "by the store alone"])
def test_of_eight_who_sign_the_last_thousand_of_a_delegation_at_once_one_succeeds(locks: str, monkeypatch: pytest.MonkeyPatch):
    case, delegation, drawdowns = nearly_drawn()
    refusal: type[Exception] = OverTheLimit
    if locks == "by the store alone":
        refusal = IntegrityError
        monkeypatch.setattr(signing, "lock_programme", lambda pk: None)
        monkeypatch.setattr(signing, "check_delegation_limits", lambda rows: None)
    results = at_once(*(lambda drawdown=drawdown: case.sign(drawdown) for drawdown in drawdowns))
    assert sum(isinstance(result, Drawdown) for result in results) == 1
    assert sum(isinstance(result, refusal) for result in results) == SIGNERS - 1, results
    assert drawn(delegation) == {2016: Decimal(10_000)}
