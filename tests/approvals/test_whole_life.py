"""A limit over the whole life: drawn in pounds of any year, refused beyond it by action and database, and shown with its plan."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from approvals.actions import Choice, OverTheLimit
from approvals.decisions.wording.queries import years_in_words
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.models import Consumption, LimitDrawn
from approvals.drawdowns.submission.rules import submitted
from approvals.year_end.queries import unspent
from costing.measure import FULL_YEAR, WHOLE_LIFE, in_year
from phases.authorisations.actions import AuthorisedMoney, record_authorisation
from phases.ledger.rules import Coverage, coverage_by
from phases.limits.queries import beyond_approval
from phases.models import Authorisation
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import Stated, state_of
from posts.models import CostLine
from reports.standing.position.queries import position_of
from tests.approvals.case import NOW, Case, make_case
from tests.making import make_approval_limit, make_source
from tests.posts.lines import signed_in
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

FOUR_YEARS = ((Decimal("1.00"), date(2016, 4, 1), None),)


@pytest.fixture
def case() -> Case:
    """Up to £300,000 over its whole life, and no year is named."""
    return make_case(limits={0: 300_000})


def grant(case: Case, pounds: int) -> CostLine:
    """An other cost of which only the sum over its whole life is stated."""
    line = case.line(kind="other", fte=None, recruited_fte=None, engaged="n/a", annual_cost=None, intakes=())
    state = replace(state_of(line), stated=(Stated(0, Decimal(pounds), "", "Grant letter", case.editor.pk, NOW),))
    change_lines(programme=case.programme, line_changes=[LineChange(line.pk, line.version, state)], by=case.editor, at=NOW)
    return CostLine.objects.get(pk=line.pk)


def in_pounds(case: Case, line: CostLine, pounds: int) -> Choice:
    return Choice(line.pk, case.authorisation, pounds={WHOLE_LIFE: Decimal(pounds)})


def test_a_post_is_drawn_with_all_its_years_together(case: Case) -> None:
    line = case.line(annual_cost=Decimal(90_000), intakes=FOUR_YEARS)
    drawn = case.signed(case.whole(line))
    assert [(row.measure, row.pounds) for row in Consumption.objects.filter(drawdown=drawn)] == [(WHOLE_LIFE, 180_000)]
    content = submitted(drawn.content)
    assert content.lines[0].amounts[WHOLE_LIFE] == 180_000
    assert years_in_words(content) == [
        "2016/17: within what is released over the whole life.",
        "2017/18: within what is released over the whole life.",
    ]


def test_a_sum_without_years_is_drawn_in_pounds_until_the_limit_and_no_further(case: Case) -> None:
    line = grant(case, 400_000)
    case.signed(in_pounds(case, line, 100_000))
    case.signed(in_pounds(case, line, 199_999))
    with pytest.raises(OverTheLimit, match=r"£2 cannot be drawn from .* over its whole life: £1 of £300,000 is left"):
        case.signed(in_pounds(case, line, 2))
    limit = standing_of(case.authorisation)[0]
    assert (limit.drawn, limit.headroom) == (299_999, 1)


def test_the_database_refuses_a_pound_beyond_it(case: Case) -> None:
    case.signed(in_pounds(case, grant(case, 400_000), 300_000))
    with refused_by("drawn_is_within_the_limit"):
        LimitDrawn.objects.update(drawn=300_001)


def test_a_year_that_ends_takes_nothing_of_it(case: Case) -> None:
    assert unspent([case.programme], date(2030, 4, 1)) == []


def test_more_than_the_line_comes_to_is_not_drawn(case: Case) -> None:
    with pytest.raises(ValidationError, match="£50,000 of £50,000 is left to draw in its whole life"):
        case.submitted(in_pounds(case, grant(case, 50_000), 50_001))


def test_the_position_compares_the_plan_of_all_years_with_it(case: Case) -> None:
    case.line(annual_cost=Decimal(90_000), intakes=FOUR_YEARS)
    grant(case, 150_000)
    stands = position_of(case.programme)
    assert stands.measures == (in_year(2016), in_year(2017), FULL_YEAR, WHOLE_LIFE)
    assert stands.phases[0].amounts == (90_000, 90_000, 90_000, 330_000)
    assert [(each.measure, each.over) for each in stands.excesses] == [(WHOLE_LIFE, 30_000)]
    page = signed_in(case.officer).get(f"/programmes/{case.programme.slug}/").content.decode()
    assert "under the limit over the whole life" in page
    assert "does not cover £90,000 in 2016/17" not in page


def test_a_limit_over_the_whole_life_covers_each_year_and_no_full_year() -> None:
    limits = {WHOLE_LIFE: Decimal(1)}
    assert coverage_by(limits, one_off=True, measure=in_year(2016)) is Coverage.THROUGH_WHOLE_LIFE
    assert coverage_by(limits, one_off=False, measure=FULL_YEAR) is Coverage.NO_LIMIT_NAMED
    assert coverage_by(limits, one_off=False, measure=WHOLE_LIFE) is Coverage.LIMITED


def test_what_a_body_may_approve_over_a_whole_life_counts_the_limit_once(case: Case) -> None:
    make_approval_limit("Executive", 500_000, measure="whole_life")
    values = {"title": "More", "term": Authorisation.Term.ONE_OFF, "funding_source": make_source(case.programme)}
    limits = {in_year(2016): Decimal(150_000), WHOLE_LIFE: Decimal(200_000)}
    given: dict[str, Any] = {"decision": case.authorisation.decision, "by": case.clerk, "at": NOW}
    record_authorisation(money=AuthorisedMoney(values, [case.phase], limits), **given)
    assert beyond_approval(case.programme) == []
    more = values | {"title": "A pound more", "funding_source": make_source(case.programme)}
    with pytest.raises(ValidationError):
        record_authorisation(money=AuthorisedMoney(more, [case.phase], {WHOLE_LIFE: Decimal(1)}), **given)


def test_the_page_that_chooses_lines_shows_the_whole_life(case: Case) -> None:
    drawdown = case.drafted(in_pounds(case, grant(case, 50_000), 20_000))
    page = signed_in(case.officer).get(f"/drawdowns/{drawdown.reference}/lines/").content.decode()
    assert "Whole life" in page
    assert "50,000" in page
