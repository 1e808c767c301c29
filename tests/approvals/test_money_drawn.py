"""What a drawdown takes of its limits, and what comes back of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from approvals import actions
from approvals.actions import (
    Choice,
    Giving,
    NotAllowedNow,
    OverTheLimit,
)
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.rules import State
from approvals.models import Consumption, Drawdown
from costing.line_cost import Duration
from costing.measure import in_year
from tests.approvals.case import LATER, Case, drawn, handed_back, make_case, of_pounds
from tests.making import (
    make_phase,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def test_pending_drawdowns_consume_nothing(case: Case):
    case.submitted(case.line())
    [standing] = standing_of(case.authorisation)
    assert (standing.drawn, standing.pending, standing.headroom) == (0, 60_000, 950_000)


def test_exactly_the_limit_is_drawn_and_not_a_pound_more():
    case = make_case({2016: 100_000})
    case.signed(case.costing(100_000))
    over = case.ready(case.costing(1))
    with pytest.raises(OverTheLimit, match="£0 of £100,000 is left"):
        case.sign(over)
    assert drawn(case.authorisation) == {2016: Decimal(100_000)}
    assert Drawdown.objects.get(pk=over.pk).state == State.SUBMITTED


def test_each_measure_is_held_by_itself_and_all_are_drawn_together():
    case = make_case({2016: 500_000, None: 100_000})
    over = case.ready(case.costing(100_001))
    with pytest.raises(OverTheLimit, match="a full year"):
        case.sign(over)
    assert set(drawn(case.authorisation).values()) == {Decimal(0)}
    assert not Consumption.objects.exists()


def test_a_fixed_term_line_consumes_nothing_of_the_full_year():
    case = make_case({2016: 500_000, None: 100_000})
    term = ((Decimal("1.00"), date(2016, 8, 1), date(2018, 1, 31)),)
    case.signed(case.line(annual_cost=Decimal(48_000), duration=Duration.FIXED_TERM, intakes=term))
    assert drawn(case.authorisation) == {2016: Decimal(32_000), None: Decimal(0)}


def test_a_line_is_drawn_in_parts_and_the_last_takes_the_remainder(case: Case):
    line = case.line(fte=Decimal("3.00"), annual_cost=Decimal(100), intakes=((Decimal("3.00"), date(2016, 4, 1), None),))
    one = Choice(line.pk, case.authorisation, fte=Decimal(1))
    first, second, third = (case.ready(one) for _ in range(3))
    case.sign(first)
    case.sign(second)
    with pytest.raises(NotAllowedNow, match="no longer what was submitted"):
        case.sign(third)
    assert drawn(case.authorisation) == {2016: Decimal(66)}
    case.signed(one)
    assert drawn(case.authorisation) == {2016: Decimal(100)}
    with pytest.raises(ValidationError, match="0 of 3"):
        case.drafted(one)


def test_a_line_without_fte_is_drawn_in_pounds(case: Case):
    line = case.line(kind="other", fte=None, recruited_fte=None, engaged="n/a", duration=Duration.ONE_OFF, intakes=())
    line.amounts.filter(financial_year=2016).update(amount=50_000, absence="")
    case.signed(Choice(line.pk, case.authorisation, pounds={in_year(2016): Decimal(20_000)}))
    with pytest.raises(ValidationError, match="£30,000 of £50,000 is left"):
        case.drafted(Choice(line.pk, case.authorisation, pounds={in_year(2016): Decimal(30_001)}))
    case.signed(Choice(line.pk, case.authorisation, pounds={in_year(2016): Decimal(30_000)}))
    assert drawn(case.authorisation) == {2016: Decimal(50_000)}


def test_a_line_of_a_phase_the_authorisation_does_not_name_is_not_drawn(case: Case):
    case.phase = make_phase(case.programme, 2)
    with pytest.raises(ValidationError, match="does not pay for Phase 2"):
        case.drafted(case.line())


def test_part_of_the_money_is_handed_back_and_the_post_stays_drawn(case: Case):
    line = case.line()
    signed = case.signed(line)
    row = signed.consumption.get()
    handed_back(drawdown=signed, giving=of_pounds(row, 10_000), by=case.officer)
    assert drawn(case.authorisation) == {2016: Decimal(50_000)}
    with pytest.raises(ValidationError, match="up to £50,000"):
        handed_back(drawdown=signed, giving=of_pounds(row, 50_001), by=case.officer)
    with pytest.raises(ValidationError, match="0 of 1"):
        case.drafted(line)
    handed_back(drawdown=signed, giving=of_pounds(row, 50_000), by=case.officer)
    assert drawn(case.authorisation) == {2016: Decimal(0)}
    case.signed(line)
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}


def test_whole_pounds_of_its_own_rows_are_handed_back(case: Case):
    signed, other = case.signed(case.line()), case.signed(case.costing(1000))
    row = signed.consumption.get()
    refused = [("Enter the FTE or the pounds", Giving()), ("does not hold", of_pounds(other.consumption.get(), 1))]
    refused += [("Hand back whole pounds, from £1 up to £60,000", of_pounds(row, each)) for each in ("0", "-1", "1.50")]
    for said, giving in refused:
        with pytest.raises(ValidationError, match=said):
            handed_back(drawdown=signed, giving=giving, by=case.officer)
    assert drawn(case.authorisation) == {2016: Decimal(61_000)}


def test_the_outcome_of_a_call_in_is_not_recorded_ahead_of_its_day(case: Case):
    called = case.called_in(case.published(case.line()))
    values = {"drawdown": called, "reasons": "Scrutiny asked.", "by": case.clerk, "at": LATER}
    with pytest.raises(ValidationError, match="it cannot be in the future"):
        actions.overturn(on=LATER.date() + timedelta(days=1), **values)
    assert actions.overturn(on=LATER.date(), **values).state == State.SUPERSEDED


def test_only_what_was_called_in_is_overturned_and_then_releases_everything(case: Case):
    published = case.published(case.line())
    values = {"drawdown": published, "on": LATER.date(), "reasons": "Scrutiny asked.", "by": case.clerk, "at": LATER}
    with pytest.raises(NotAllowedNow, match="called in"):
        actions.overturn(**values)
    assert case.called_in(published).state == State.CALLED_IN
    assert drawn(case.authorisation) == {2016: Decimal(60_000)}
    assert actions.overturn(**values).state == State.SUPERSEDED
    assert drawn(case.authorisation) == {2016: Decimal(0)}
    assert [row.pounds for row in Consumption.objects.all()] == [60_000, -60_000]


def test_a_year_lapses_only_after_it_has_ended_and_then_draws_no_more(case: Case):
    case.signed(case.costing(1000))
    ready, values = case.ready(case.costing(1)), {"authorisation": case.authorisation, "year": 2016, "by": case.clerk}
    with pytest.raises(NotAllowedNow, match="31 March 2017"):
        actions.lapse(**values, at=LATER)
    actions.lapse(**values, at=LATER.replace(year=2017, month=4))
    with pytest.raises(NotAllowedNow, match="names no limit for 2017/18"):
        actions.lapse(**values | {"year": 2017}, at=LATER.replace(year=2018, month=4))
    assert [(each.drawn, each.headroom) for each in standing_of(case.authorisation)] == [(1000, 0)]
    with pytest.raises(OverTheLimit, match="lapsed"):
        case.sign(ready)
