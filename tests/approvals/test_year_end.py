"""A year that has ended: its money is drawn no more, what was not drawn lapses, or a decision carries it forward."""

from datetime import UTC, date, datetime

import pytest

from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import lacking
from approvals.drawdowns.rules import State, why_year_over
from approvals.drawdowns.waiting.queries import waiting_for
from approvals.models import Drawdown, LimitDrawn
from tests.approvals.case import APRIL, LATER, Case, make_case
from tests.making import make_authorisation, make_decision
from tests.refusals import check_deferred_rules, refused_by

pytestmark = pytest.mark.django_db

LAST_MOMENT = datetime(2017, 3, 31, 22, 59, tzinfo=UTC)  # of 31 March in London


@pytest.fixture
def case() -> Case:
    return make_case()


# Drawing


def test_money_of_a_year_that_has_ended_is_not_signed_off(case: Case):
    ready = case.ready(case.costing(1000))
    with pytest.raises(NotAllowedNow, match="2016/17 has ended: its money is drawn only where a decision carried it forward"):
        case.sign(ready, at=APRIL)
    assert Drawdown.objects.get().state == State.SUBMITTED
    assert case.sign(ready, at=LAST_MOMENT).state == State.SIGNED_OFF


def test_money_of_a_full_year_has_no_end():
    case = make_case({None: 950_000})
    assert case.sign(case.ready(case.costing(1000)), at=APRIL).state == State.SIGNED_OFF


def test_a_line_that_costs_nothing_in_the_year_that_ended_is_drawn_in_the_next():
    case = make_case({2016: 950_000, 2017: 950_000})
    line = case.line(intakes=((1, date(2017, 4, 1), None),))
    assert case.sign(case.ready(line), at=APRIL).state == State.SIGNED_OFF


def test_the_database_draws_nothing_of_a_year_that_has_ended(case: Case, monkeypatch: pytest.MonkeyPatch):
    ready = case.ready(case.costing(1000))
    monkeypatch.setattr("approvals.drawdowns.rules.why_year_over", lambda year, day: "")
    with refused_by("draw_before_its_year_ended"):
        case.sign(ready, at=APRIL)


def test_page_and_home_say_it_where_the_action_would_refuse(case: Case):
    ready = case.ready(case.costing(1000))
    for moment, is_over in ((LAST_MOMENT, False), (APRIL, True)):
        still = lacking(matter_of(ready, moment.date()), moment.date())
        assert (bool(still.year), still.is_ready) == (is_over, not is_over)
        assert bool(waiting_for(case.chief_executive, moment.date())) is not is_over


def test_a_year_is_over_from_the_first_of_april():
    assert why_year_over(2016, LAST_MOMENT.date()) == ""
    assert why_year_over(2016, APRIL.date()).startswith("2016/17 has ended")
    assert why_year_over(None, APRIL.date()) == ""


# Lapsing


def test_the_database_lets_nothing_lapse_before_its_year_has_ended_unless_it_is_replaced(case: Case):
    case.signed(case.costing(1000))
    with refused_by("limit_lapses_after_its_year"):
        LimitDrawn.objects.update(lapsed_at=LAST_MOMENT)
    LimitDrawn.objects.update(lapsed_at=APRIL)


def test_what_is_replaced_lapses_at_once(case: Case):
    case.signed(case.costing(1000))
    later = make_decision(case.programme, decided_on=LATER.date())
    new = make_authorisation(later, case.phase, replaces=case.authorisation)
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert LimitDrawn.objects.get(limit__authorisation=case.authorisation).lapsed_at == LATER
    check_deferred_rules()
