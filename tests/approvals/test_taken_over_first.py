"""Money that is still to take over what an earlier authorisation released: nothing happens to it before that is moved."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.authorisations.actions import look_ahead
from approvals.drawdowns.consumption.queries import waiting_for_transfer
from approvals.drawdowns.consumption.wording.rules import NOT_MOVED_YET
from approvals.models import Consumption, LimitDrawn
from approvals.year_end.queries import unspent
from approvals.year_end.rules import Carrying
from phases.models import Authorisation, CarryForward
from tests.approvals.case import APRIL, Case, handed_back, make_case, of_pounds
from tests.making import make_authorisation, make_decision
from tests.refusals import check_deferred_rules, refused_by

pytestmark = pytest.mark.django_db

BOTH_YEARS: dict[int | None, int] = {2016: 950_000, 2017: 950_000}


class Chain:
    """£1,000 is drawn of the first authorisation; the second replaces it, the third the second, and nothing is moved yet."""

    def __init__(self) -> None:
        self.case: Case = make_case()
        self.signed = self.case.signed(self.case.costing(1_000))
        self.second = self.replacing(self.case.authorisation)
        self.third = self.replacing(self.second)

    def replacing(self, earlier: Authorisation) -> Authorisation:
        decision = make_decision(self.case.programme, decided_on=date(2017, 4, 1))
        return make_authorisation(decision, self.case.phase, limits=BOTH_YEARS, replaces=earlier)

    def lapse(self) -> Any:
        return actions.lapse(authorisation=self.second, year=2016, by=self.case.clerk, at=APRIL)

    def carry(self) -> Any:
        self.third.delete()
        decision = make_decision(self.case.programme, decided_on=date(2017, 4, 1))
        carrying = Carrying(2016, 2017, Decimal(5))
        second = Authorisation.objects.get(pk=self.second.pk)
        by = {"by": self.case.clerk, "at": APRIL}
        return actions.carry_forward(authorisation=second, carrying=carrying, decision=decision, **by)

    def pass_on(self) -> Any:
        return actions.replace(authorisation=self.third, by=self.case.clerk, at=APRIL)


ACTS: dict[str, Callable[[Chain], Any]] = {"lapse": Chain.lapse, "carry": Chain.carry, "pass on": Chain.pass_on}


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_nothing_happens_to_it_before(chain: Chain, act: Callable[[Chain], Any]):
    with pytest.raises(NotAllowedNow, match=r"has not yet (been moved to this one|taken over what)"):
        act(chain)
    assert not LimitDrawn.objects.filter(lapsed_at__isnull=False).exists()
    assert not CarryForward.objects.exists()


@pytest.mark.parametrize(
    ("act", "guard"),
    [
        ("lapse", "limit_lapses_once_it_took_over"),
        ("carry", "carried_forward_once_it_took_over"),
        ("pass on", "limit_lapses_once_it_took_over"),
    ],
)
def test_the_database_holds_it_too(chain: Chain, act: str, guard: str, monkeypatch: pytest.MonkeyPatch):
    for module in ("drawdowns.outcome", "year_end"):
        monkeypatch.setattr(f"approvals.{module}.actions.not_waiting_for_transfer", lambda which: None)
    monkeypatch.setattr("approvals.authorisations.actions.waiting_for_transfer", lambda which: set())
    with refused_by(guard):
        ACTS[act](chain)


def test_the_database_signs_nothing_off_under_it(monkeypatch: pytest.MonkeyPatch):
    case = make_case()
    case.signed(case.costing(1_000))
    later = make_authorisation(case.authorisation.decision, case.phase, replaces=case.authorisation)
    case.authorisation = later
    ready = case.ready(case.costing(5))
    with pytest.raises(NotAllowedNow, match="has not yet been moved to this one"):
        case.sign(ready)
    monkeypatch.setattr("approvals.drawdowns.signing.actions.not_waiting_for_transfer", lambda which: None)
    with refused_by("drawn_once_it_took_over"):
        case.sign(ready)


def test_a_decision_taken_elsewhere_draws_nothing_of_it_either(monkeypatch: pytest.MonkeyPatch):
    """Whatever readiness said of it: what is signed and what is confirmed come through the same door."""
    case = make_case()
    case.signed(case.costing(1_000))
    case.authorisation = make_authorisation(case.authorisation.decision, case.phase, replaces=case.authorisation)
    taken = case.recorded_elsewhere(case.drafted(case.costing(5)))
    with pytest.raises(NotAllowedNow, match="has not yet been moved to this one"):
        case.confirmed_elsewhere(taken)
    assert Consumption.objects.count() == 1
    monkeypatch.setattr("approvals.drawdowns.signing.actions.not_waiting_for_transfer", lambda which: None)
    with refused_by("drawn_once_it_took_over"):
        case.confirmed_elsewhere(taken)


def test_one_after_the_other_everything_moves_to_the_last(chain: Chain):
    actions.replace(authorisation=chain.second, by=chain.case.clerk, at=APRIL)
    actions.replace(authorisation=Authorisation.objects.get(pk=chain.third.pk), by=chain.case.clerk, at=APRIL)
    check_deferred_rules()
    drawn = LimitDrawn.objects.values_list("limit__authorisation", "limit__financial_year", "drawn")
    assert set(drawn.filter(drawn__gt=0)) == {(chain.third.pk, 2016, 1_000), (chain.third.pk, 2017, 1_000)}


def test_the_rule_and_the_database_say_the_same_of_what_waits(chain: Chain):
    def both(of: Authorisation) -> tuple[bool, bool]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT approvals_waits_for_transfer(%s)", [of.pk])
            return bool(waiting_for_transfer([of])), cursor.fetchone()[0]

    assert [both(each) for each in (chain.case.authorisation, chain.second, chain.third)] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    row = chain.signed.consumption.get()
    handed_back(drawdown=chain.signed, giving=of_pounds(row, 400), by=chain.case.officer)
    assert both(chain.second) == (True, True)
    handed_back(drawdown=chain.signed, giving=of_pounds(row, 600), by=chain.case.officer)
    assert both(chain.second) == (False, False)


def test_what_would_move_says_that_something_else_moves_first(chain: Chain):
    (refusal,) = look_ahead(chain.third).refusals
    assert refusal == f"{chain.second} has not yet taken over what {chain.case.authorisation} released: move that first."


def test_pages_and_home_do_not_offer_it(chain: Chain, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.clock.queries.now", lambda: APRIL)
    chain.third.delete()
    client.force_login(chain.case.clerk)
    address = f"/programmes/{chain.case.programme.slug}/authorisations/{chain.second.pk}/"
    shown = client.get(address)
    assert "carried forward or left to lapse" in " ".join(shown.text.split())
    assert f"{address}lapse/2016/" not in shown.text
    for act in ("lapse/2016/", "carry-forward/2016/"):
        response = client.get(f"{address}{act}", follow=True)
        assert response.redirect_chain == [(address, 302)]
        assert NOT_MOVED_YET in response.text
    assert unspent([chain.case.programme], APRIL.date()) == []
    actions.replace(authorisation=chain.second, by=chain.case.clerk, at=APRIL)
    [left] = unspent([chain.case.programme], APRIL.date())
    assert (left.authorisation, left.left) == (chain.second.pk, 949_000)
    assert client.get(f"{address}lapse/2016/").status_code == 200
