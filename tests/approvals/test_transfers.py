"""What was drawn goes over to a later authorisation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q

from approvals import actions
from approvals.actions import (
    Choice,
    NotAllowedNow,
    OverTheLimit,
)
from approvals.drawdowns.consumption.queries import held, standing_of
from approvals.drawdowns.rules import Mode
from approvals.models import Drawdown, LimitDrawn
from costing.measure import in_year
from phases.authorisations.actions import AuthorisedMoney, record_authorisation
from phases.models import Authorisation
from tests.approvals.case import LATER, NOW, Case, drawn, handed_back, make_case, of_pounds
from tests.making import (
    make_authorisation,
    make_decision,
    make_phase,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def later(case: Case, limits: dict[int | None, int], *phases: Any, **values: Any) -> Authorisation:
    """Council's confirmation of what the Executive released."""
    council = make_decision(case.programme, body="Full Council", decided_on=date(2016, 9, 19))
    return make_authorisation(
        council, *(phases or [case.phase]), limits=limits, replaces=case.authorisation, **({"term": "recurring"} | values)
    )


def test_a_later_authorisation_takes_over_what_was_drawn_in_every_measure_it_limits(case: Case):
    signed = case.signed(case.line())
    new = later(case, {2016: 949_000, None: 1_471_000})
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert drawn(case.authorisation) == {2016: Decimal(0)}
    assert drawn(new) == {2016: Decimal(60_000), None: Decimal(90_000)}
    assert standing_of(case.authorisation)[0].headroom == 0
    assert LimitDrawn.objects.get(limit__authorisation=case.authorisation).lapsed_at == LATER
    assert {each.row.authorisation for each in held(Q(drawdown=signed)) if each.is_live} == {new}
    assert Drawdown.objects.get(pk=signed.pk).content == signed.content


def test_what_was_handed_back_is_not_drawn_again_by_a_transfer():
    case = make_case({2016: 950_000, None: 950_000})
    signed = case.signed(case.line())
    row = signed.consumption.get(financial_year=2016)
    handed_back(drawdown=signed, giving=of_pounds(row, 60_000), by=case.officer)
    new = later(case, {2016: 949_000, None: 1_471_000})
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert drawn(new) == {2016: Decimal(0), None: Decimal(90_000)}
    newer = make_authorisation(
        make_decision(case.programme, decided_on=LATER.date()), case.phase, limits={2016: 1, None: 90_000}, replaces=new
    )
    actions.replace(authorisation=newer, by=case.clerk, at=LATER)
    assert drawn(newer) == {2016: Decimal(0), None: Decimal(90_000)}


def test_nothing_is_moved_where_a_new_limit_would_be_exceeded(case: Case):
    case.signed(case.line())
    for limits, error in [({2016: 59_999, None: 90_000}, OverTheLimit), ({2016: 60_000, None: 89_999}, OverTheLimit)]:
        new = later(case, limits)
        with pytest.raises(error):
            actions.replace(authorisation=new, by=case.clerk, at=LATER)
        assert drawn(case.authorisation) == {2016: Decimal(60_000)}
        new.limits.all().delete()
        Authorisation.objects.filter(pk=new.pk).update(replaces=None)


def test_what_the_later_authorisation_does_not_pay_for_is_not_moved(case: Case):
    case.signed(case.line())
    elsewhere = later(case, {2016: 949_000}, make_phase(case.programme, 2))
    with pytest.raises(NotAllowedNow, match="does not pay for the phase"):
        actions.replace(authorisation=elsewhere, by=case.clerk, at=LATER)
    Authorisation.objects.filter(pk=elsewhere.pk).update(replaces=None)
    with pytest.raises(NotAllowedNow, match="allows nothing in 2016/17"):
        actions.replace(authorisation=later(case, {2017: 949_000}), by=case.clerk, at=LATER)


def test_nothing_is_drawn_on_either_while_a_transfer_waits(case: Case):
    case.signed(case.line())
    waiting = case.ready(case.line())
    new = later(case, {2016: 949_000})
    with pytest.raises(NotAllowedNow, match="was replaced"):
        case.sign(waiting)
    under = actions.record_delegation(
        decision=new.decision,
        values={"title": "Of Council", "text": "All.", "decision_maker": case.offices["Chief Executive"]},
        steps=[(case.offices[name], Mode.CONSULTATION) for name in ("Leader", "Director")],
        by=case.clerk,
        at=NOW,
    )
    on_new = case.ready(Choice(case.line().pk, new, fte=Decimal(1)), delegation=under)
    with pytest.raises(NotAllowedNow, match="not yet been moved"):
        case.sign(on_new)
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    case.sign(on_new)
    assert drawn(new) == {2016: Decimal(120_000)}


def test_an_authorisation_that_replaces_none_takes_nothing_over(case: Case):
    with pytest.raises(NotAllowedNow, match="does not replace another"):
        actions.replace(authorisation=case.authorisation, by=case.clerk, at=LATER)


def test_a_limit_that_was_drawn_on_is_not_changed_from_inside(case: Case):
    case.signed(case.line())
    values = {"title": case.authorisation.title, "term": "one_off", "funding_source": case.authorisation.funding_source}
    given = {"decision": case.authorisation.decision, "authorisation": case.authorisation, "by": case.clerk, "at": LATER}
    same, more = ({in_year(2016): Decimal(amount)} for amount in (950_000, 950_001))
    record_authorisation(money=AuthorisedMoney(values, [case.phase], same), **given)
    with pytest.raises(ValidationError, match="a new decision"):
        record_authorisation(money=AuthorisedMoney(values, [case.phase], more), **given)
