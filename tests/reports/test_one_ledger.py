"""The position page and the paper check judge "within the limits" by one rule, which an obvious reference agrees with."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import chain, combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.measure import FULL_YEAR, Measure, in_year
from phases.ledger.rules import Authorised
from reports.facts.rules import Facts
from reports.standing.position.rules import PhasePlan, Position, position
from tests.reports.checks.case import MONEY, facts, found_by, line

THIS_YEAR, NEXT_YEAR = in_year(2016), in_year(2017)
MEASURES = (THIS_YEAR, NEXT_YEAR, FULL_YEAR)
Plans = Mapping[int, tuple[int, int, int]]


def money(title: str, phases: set[int], limits: Mapping[Measure, int]) -> Authorised:
    pounds = {measure: Decimal(limit) for measure, limit in limits.items()}
    return MONEY._replace(title=title, phases=frozenset(phases), limits=pounds)


def the_facts(plans: Plans, authorised: Sequence[Authorised]) -> Facts:
    """One line a phase that costs so much in 2016/17, in 2017/18 and in a full year, without dates."""
    lines = [
        line(
            f"Post of {phase}",
            phase=phase,
            start=None,
            annual_cost=None,
            years=((Decimal(first), False), (Decimal(second), False)),
            full_year=Decimal(full),
        )
        for phase, (first, second, full) in plans.items()
    ]
    return facts(*lines, authorisations=tuple(authorised))


def the_position(plans: Plans, authorised: Sequence[Authorised]) -> Position:
    of_phases = [
        PhasePlan(phase, f"PHASE {phase}", Decimal(1), Decimal(0), 1, 1, tuple(map(Decimal, amounts)), (0, 0, 0))
        for phase, amounts in plans.items()
    ]
    return position((FinancialYear(2016), FinancialYear(2017)), of_phases, authorised)


def checked(given_facts: Facts) -> set[tuple[Any, Any]]:
    """What PC11 finds planned as stated, against which limit."""
    return {(finding.stated, finding.expected) for finding in found_by("PC11", given_facts) if not finding.explained_by}


def test_money_for_one_phase_only_does_not_hide_another_that_is_over():
    authorised = [money("A", {1, 2}, {THIS_YEAR: 100_000}), money("B", {1}, {THIS_YEAR: 100_000})]
    plans = {1: (50_000, 0, 0), 2: (150_000, 0, 0)}
    stands = the_position(plans, authorised)
    assert [excess.over for excess in stands.excesses] == [50_000]
    (finding,) = found_by("PC11", the_facts(plans, authorised))
    (warning,) = stands.warnings
    assert finding.text == warning.replace("PHASE 2", "PHASE TWO")
    assert "£50,000 more than the limit of £100,000" in finding.text
    assert stands.groups[0].cells[0].excess == 50_000


amounts = st.integers(0, 8)
every_plan = st.fixed_dictionaries({phase: st.tuples(amounts, amounts, amounts) for phase in (1, 2, 3)})
limits = st.dictionaries(st.sampled_from(MEASURES), st.integers(1, 8), max_size=3)
every_money = st.lists(st.tuples(st.sets(st.sampled_from([1, 2, 3])), limits), max_size=4).map(
    lambda given: [money(f"M{place}", *each) for place, each in enumerate(given)]
)


def most_over(measure: Measure, planned: Mapping[int, int], authorised: Sequence[Authorised]) -> Decimal:
    """Tried out for every set of phases: what they plan above the limits, added, of all that may pay for any of them."""
    limited = [each for each in authorised if measure in each.limits]
    phases = sorted({phase for each in limited for phase in each.phases})
    sets = [set(each) for each in chain.from_iterable(combinations(phases, size) for size in range(1, len(phases) + 1))]
    over = [
        sum(planned[phase] for phase in each) - sum(money.limits[measure] for money in limited if money.phases & each)
        for each in sets
    ]
    return Decimal(max([0, *over]))


@settings(max_examples=200, deadline=None)
@given(every_plan, every_money)
def test_the_page_and_the_check_agree_with_each_other_and_with_the_reference(plans: Plans, authorised: list[Authorised]):
    stands = the_position(plans, authorised)
    assert {(excess.planned, excess.limit) for excess in stands.excesses} == checked(the_facts(plans, authorised))
    for column, measure in enumerate(MEASURES):
        over = sum((excess.over for excess in stands.excesses if excess.measure == measure), Decimal(0))
        assert over == most_over(measure, {phase: each[column] for phase, each in plans.items()}, authorised)
