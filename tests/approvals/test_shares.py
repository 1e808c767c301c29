"""A line that several sources pay for: each authorisation is drawn on for the part of its own source, and for no more."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from approvals import actions
from approvals.actions import Choice
from approvals.drawdowns.changes.queries import changed_lines
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.submission.queries import submitted
from approvals.models import Consumption
from costing.measure import FULL_YEAR, in_year
from costing.paying import Payer
from phases.models import Authorisation, FundingSource
from posts.lines.rules import LineState, state_of
from posts.models import CostLine
from reports.standing.position.queries import position_of
from tests.approvals.case import Case, make_case
from tests.making import make_authorisation
from tests.posts.lines import changed, signed_in

pytestmark = pytest.mark.django_db

THIS = in_year(2016)
SIXTY, FORTY = Fraction(3, 5), Fraction(2, 5)


@pytest.fixture
def case() -> Case:
    return make_case({2016: 100_000, None: 200_000}, term="recurring")


@pytest.fixture
def council(case: Case) -> FundingSource:
    return case.authorisation.funding_source


@pytest.fixture
def health(case: Case) -> FundingSource:
    return FundingSource.objects.create(programme=case.programme, name="Health board", kind="partner_contribution")


@pytest.fixture
def shared(case: Case, council: FundingSource, health: FundingSource) -> CostLine:
    """£83,333 in 2016/17 and in a full year, 60% of it by the council and 40% by the health board."""
    whole_year = ((Decimal("1.00"), date(2016, 4, 1), None),)
    payers = (Payer(council.pk, SIXTY), Payer(health.pk, FORTY))
    return case.line(annual_cost=Decimal(83_333), intakes=whole_year, paid_by=payers)


def part(case: Case, line: CostLine, this: int, full: int) -> Choice:
    return Choice(line.pk, case.authorisation, pounds={THIS: Decimal(this), FULL_YEAR: Decimal(full)})


def drawn(authorisation: Authorisation) -> dict[object, Decimal]:
    return {each.limit.measure: each.drawn for each in standing_of(authorisation)}


def test_an_authorisation_pays_the_part_of_its_source(case: Case, shared: CostLine):
    drawdown = case.signed(part(case, shared, 50_000, 50_000))
    assert drawn(case.authorisation) == {THIS: 50_000, FULL_YEAR: 50_000}
    (frozen,) = submitted(drawdown.content).lines
    assert (frozen.source, frozen.amounts[THIS]) == (case.authorisation.funding_source_id, 50_000)


def test_no_more_than_the_part_can_be_drawn(case: Case, shared: CostLine):
    with pytest.raises(ValidationError, match="£50,000 of £50,000 is left to draw in 2016/17"):
        case.submitted(part(case, shared, 50_001, 50_000))
    waiting = case.ready(part(case, shared, 30_000, 30_000))
    case.signed(part(case, shared, 30_000, 30_000))
    with pytest.raises(actions.NotAllowedNow, match="£20,000 of £50,000 is left to draw in 2016/17"):
        case.sign(waiting)
    assert set(Consumption.objects.values_list("fte", flat=True)) == {None}


def test_the_other_part_is_left_for_the_other_source(case: Case, shared: CostLine, health: FundingSource):
    case.signed(part(case, shared, 50_000, 50_000))
    limits = {2016: 100_000, None: 100_000}
    decision = case.authorisation.decision
    other = make_authorisation(decision, case.phase, limits=limits, term="recurring", funding_source=health)
    with pytest.raises(ValidationError, match="£33,333 of £33,333 is left to draw in 2016/17"):
        case.submitted(Choice(shared.pk, other, pounds={THIS: Decimal(33_334), FULL_YEAR: Decimal(33_333)}))
    case.signed(Choice(shared.pk, other, pounds={THIS: Decimal(33_333), FULL_YEAR: Decimal(33_333)}))
    assert (drawn(case.authorisation)[THIS], drawn(other)[THIS]) == (50_000, 33_333)


def test_money_of_a_source_that_does_not_pay_for_a_line_is_not_drawn_for_it(case: Case, shared: CostLine, health: FundingSource):
    changed(case.programme, shared, _paid(shared, Payer(health.pk)), case.editor)
    with pytest.raises(ValidationError, match="other sources pay for it, not that of"):
        case.submitted(part(case, shared, 1, 1))
    drawdown = case.drafted(case.costing(1_000))
    page = signed_in(case.officer).get(f"/drawdowns/{drawdown.reference}/lines/").content.decode()
    assert "is paid for by other funding sources" in page


def test_the_choice_offers_the_part_in_pounds(case: Case, shared: CostLine):
    drawdown = case.drafted(case.costing(1_000))
    page = signed_in(case.officer).get(f"/drawdowns/{drawdown.reference}/lines/").content.decode()
    assert f"pounds-{shared.pk}-{case.authorisation.pk}-2016" in page
    assert "2016/17, up to £50,000" in page


def test_other_shares_are_told_as_a_change_since(case: Case, shared: CostLine, council: FundingSource, health: FundingSource):
    waiting = case.submitted(part(case, shared, 50_000, 50_000))
    assert changed_lines(waiting) == []
    changed(case.programme, shared, _paid(shared, Payer(council.pk, FORTY), Payer(health.pk, SIXTY)), case.editor)
    (line,) = changed_lines(waiting)
    assert [(each.what, each.before, each.after) for each in line.differences] == [
        ("Cost in 2016/17", "£50,000", "£33,333"),
        ("Cost in 2017/18", "£50,000", "£33,333"),
        ("Cost in a full year", "£50,000", "£33,333"),
    ]


def test_what_was_drawn_before_there_were_shares_counts(case: Case, council: FundingSource, health: FundingSource):
    line = case.costing(80_000)
    case.signed(line)
    changed(case.programme, line, _paid(line, Payer(council.pk, SIXTY), Payer(health.pk, FORTY)), case.editor)
    with pytest.raises(ValidationError, match=r"of £48,000 is left to draw in 2016/17"):
        case.submitted(part(case, line, 1, 1))


def test_the_position_compares_the_part_of_each_source_with_its_money(case: Case, shared: CostLine):
    case.costing(60_000)
    (group,) = position_of(case.programme).groups
    excesses = [each for cell in group.cells for each in cell.excesses]
    assert [(each.measure, each.planned, each.limit) for each in excesses] == [(THIS, 110_000, 100_000)]


def _paid(line: CostLine, *payers: Payer) -> LineState:
    return replace(state_of(CostLine.objects.get(pk=line.pk)), paid_by=payers)
