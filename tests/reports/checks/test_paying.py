"""PC31 and PC33: enough may pay for each phase, sources add up to their lines, and required match is held."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from accounts.council import queries as council_queries
from costing.measure import FULL_YEAR, in_year
from costing.paying import Payer
from phases.models import FundingSource, Phase, Programme
from reports.checks.queries import findings_of
from reports.standing.position.queries import position_of
from tests.making import NOON, make_authorisation, make_decision, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added
from tests.reports.checks.case import MONEY, facts, found_by, line, the_finding

WHOLE_YEAR = ((Decimal(1), date(2016, 4, 1), None),)


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="ofsted-2016")


@pytest.fixture
def phase(programme: Programme) -> Phase:
    return make_phase(programme, 1, name="Phase One")


@pytest.fixture
def grant(programme: Programme) -> FundingSource:
    return FundingSource.objects.create(programme=programme, name="Grant", kind="grant", match_percent=30)


@pytest.fixture
def council(programme: Programme) -> FundingSource:
    return FundingSource.objects.create(programme=programme, name="Council", kind="existing_budget")


def pay(phase: Phase, *payers: Payer, pounds: int = 90_000, **values: object) -> None:
    """A line that costs so much in each year and in a full year."""
    state = a_state(phase, annual_cost=Decimal(pounds), intakes=WHOLE_YEAR, paid_by=payers, **values)
    added(phase.programme, state, make_officer())


def said(programme: Programme, rule: str) -> list[str]:
    programme.refresh_from_db()
    found = findings_of(programme, council_queries.council(), as_at=NOON)
    return [f"{each.severity} {each.text}" for each in found if each.rule == rule]


@pytest.mark.django_db
def test_what_nobody_pays_is_found_in_each_measure(programme: Programme, phase: Phase, council: FundingSource) -> None:
    pay(phase, Payer(council.pk, Fraction(3, 5)))
    of = "Head of service, Phase One: its sources pay £54,000 of £90,000"
    assert said(programme, "PC33") == [
        f"E {of} in 2016/17; £36,000 is unfunded.",
        f"E {of} in 2017/18; £36,000 is unfunded.",
        f"E {of} in a full year; £36,000 is unfunded.",
    ]


@pytest.mark.django_db
def test_what_all_pay_together_is_found_nowhere(
    programme: Programme, phase: Phase, council: FundingSource, grant: FundingSource
) -> None:
    pay(phase, Payer(grant.pk, Fraction(7, 10)), Payer(council.pk), pounds=83_333)
    assert said(programme, "PC33") == []


@pytest.mark.django_db
def test_pounds_that_are_not_needed_are_a_warning(programme: Programme, phase: Phase, council: FundingSource) -> None:
    pay(
        phase,
        Payer(council.pk, None, Decimal(100_000), ends=date(2017, 3, 31)),
        Payer(council.pk, Fraction(1), starts=date(2017, 4, 1)),
    )
    assert said(programme, "PC33") == [
        "W Head of service, Phase One: its sources are to pay £10,000 more than it costs in 2016/17."
    ]


@pytest.mark.django_db
def test_match_is_compared_over_all_lines_that_the_grant_helps_to_pay_for(
    programme: Programme, phase: Phase, council: FundingSource, grant: FundingSource
) -> None:
    pay(phase, Payer(grant.pk, Fraction(4, 5)), Payer(council.pk, Fraction(1, 5)))
    assert said(programme, "PC33")[0] == (
        "E Grant asks that others pay 30% of what it helps to pay for: of £90,000 for 1 line in 2016/17 they pay £18,000, "
        "which is 20%."
    )
    pay(phase, Payer(grant.pk, Fraction(3, 5)), Payer(council.pk, Fraction(2, 5)), title="Another")
    assert said(programme, "PC33") == []


@pytest.mark.django_db
def test_a_pound_of_rounding_is_no_lack_of_match(
    programme: Programme, phase: Phase, council: FundingSource, grant: FundingSource
) -> None:
    pay(phase, Payer(grant.pk, Fraction(7, 10)), Payer(council.pk, Fraction(3, 10)), pounds=101)
    assert said(programme, "PC33") == []


@pytest.mark.django_db
def test_the_check_and_the_position_compare_each_source_with_its_own_money(
    programme: Programme, phase: Phase, council: FundingSource, grant: FundingSource
) -> None:
    decision = make_decision(programme)
    limits = {2016: 50_000, 2017: 90_000, None: 90_000}
    make_authorisation(decision, phase, title="Grant letter", limits=limits, term="recurring", funding_source=grant)
    make_authorisation(decision, phase, title="Release", limits={2016: 900_000}, term="recurring", funding_source=council)
    pay(phase, Payer(grant.pk, Fraction(2, 3)), Payer(council.pk, Fraction(1, 3)))
    (found,) = said(programme, "PC31")
    assert found == (
        "E Phase One: nothing that is authorised can pay for £10,000 of what is planned in 2016/17. Grant letter: £60,000 is "
        "planned for Phase One as the part of Grant in 2016/17, £10,000 more than the limit of £50,000."
    )
    assert [excess.over for excess in position_of(programme).excesses] == [10_000]


def test_enough_may_pay_for_a_clean_programme() -> None:
    assert found_by("PC31", facts(line())) == []


@pytest.mark.parametrize("measure", [in_year(2016), FULL_YEAR])
def test_a_plan_above_all_that_may_pay_for_it_is_found(measure) -> None:
    money = MONEY._replace(limits={measure: Decimal(50_000)})
    found = the_finding("PC31", facts(line(), authorisations=(money,)))
    assert (found.severity, found.phase) == ("E", "PHASE ONE")
    assert f"is planned for PHASE ONE {measure.in_words}" in found.text
