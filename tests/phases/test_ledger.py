"""The ledger: whether a plan is within what is authorised. Plain records, no database."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.measure import FULL_YEAR, Measure, in_year
from phases.bodies.rules import DecidingBody, Kind
from phases.ledger.rules import (
    Authorised,
    Coverage,
    Decided,
    Excess,
    Part,
    amounts_in_words,
    coverage,
    excesses,
    groups,
    on_one_off_money,
    paying_for,
)

THIS_YEAR, NEXT_YEAR = in_year(2016), in_year(2017)


def money(title: str, phases: set[int], limit: int | None = None, **changed: Any) -> Authorised:
    """One-off money for these phases, with a limit in 2016/17 unless changed."""
    limits = {} if limit is None else {THIS_YEAR: Decimal(limit)}
    decided = Decided(1, "A decision", DecidingBody(1, "Executive", Kind.EXECUTIVE), date(2016, 7, 20))
    made = Authorised(0, title, decided, "Contingency", one_off=True, phases=frozenset(phases), limits=limits)
    return made._replace(**changed)


def found(plans: Mapping[int, int | Fraction], *authorised: Authorised) -> list[tuple[str, set[int], Decimal, Decimal]]:
    """Titles, phases, planned and limit of each excess in 2016/17."""
    exact = {phase: Decimal(plan) if isinstance(plan, int) else plan for phase, plan in plans.items()}
    return [(each.titles, set(each.phases), each.planned, each.limit) for each in excesses(authorised, THIS_YEAR, exact)]


A, B = money("A", {1, 2}, 100_000), money("B", {1}, 100_000)


def test_money_for_one_phase_does_not_pay_for_another_that_shares_what_both_may_use():
    assert found({1: 50_000, 2: 150_000}, A, B) == [("A", {2}, 150_000, 100_000)]


def test_what_can_be_paid_otherwise_makes_room():
    assert found({1: 100_000, 2: 100_000}, A, B) == []
    assert found({1: 100_000, 2: 100_000}, B, A) == []


def test_one_pound_above_all_money_names_all_phases_that_share_it():
    assert found({1: 100_001, 2: 100_000}, A, B) == [("A and B", {1, 2}, 200_001, 200_000)]


def test_money_is_moved_on_through_several_phases():
    chain_of = [money("A", {1, 2}, 10), money("B", {2, 3}, 10), money("C", {3, 4}, 10)]
    assert found({1: 10, 2: 10, 4: 10}, *chain_of) == []
    assert found({1: 10, 2: 11, 4: 10}, *chain_of) == [("A and B", {1, 2}, 21, 20)]


def test_exactly_the_limit_is_within_it():
    assert found({1: 100}, money("A", {1}, 100)) == []
    assert found({1: 101}, money("A", {1}, 100)) == [("A", {1}, 101, 100)]


def test_a_phase_within_its_own_limit_is_not_named():
    assert found({1: 120, 2: 0}, money("A", {1, 2}, 100)) == [("A", {1}, 120, 100)]
    assert found({1: 120, 3: 5}, money("A", {1, 2}, 100), money("B", {2, 3}, 5)) == [("A", {1}, 120, 100)]


def test_phases_that_share_no_money_in_this_measure_are_told_apart():
    elsewhere = money("Both", {1, 2}, limits={NEXT_YEAR: Decimal(1)})
    assert found({1: 15, 2: 12}, money("A", {1}, 10), money("B", {2}, 10), elsewhere) == [
        ("A", {1}, 15, 10),
        ("B", {2}, 12, 10),
    ]


def test_a_credit_of_one_phase_pays_for_nothing_in_another():
    assert found({1: 150, 2: -50}, money("A", {1, 2}, 100)) == [("A", {1}, 150, 100)]


def test_a_phase_without_a_limit_in_the_measure_is_not_compared():
    assert found({1: 1_000_000}, money("A", {1}, limits={NEXT_YEAR: Decimal(1)})) == []
    assert found({2: 1_000_000}, money("A", {1}, 10)) == []


def test_a_replaced_authorisation_pays_for_nothing():
    assert found({1: 10}, money("A", {1}, 10, replaced_by="B"), money("B", {1}, 5)) == [("B", {1}, 10, 5)]


def test_exact_plans_are_rounded_once():
    third = Fraction(100, 3)
    assert found({1: third, 2: third, 3: third + Fraction(1, 3)}, money("A", {1, 2, 3}, 100)) == []
    assert found({1: third, 2: third, 3: third + Fraction(1, 2)}, money("A", {1, 2, 3}, 100)) == [("A", {1, 2, 3}, 101, 100)]


def test_an_excess_is_said_with_all_its_figures():
    (excess,) = excesses([A, B], THIS_YEAR, {1: Decimal(50_000), 2: Decimal(150_000)})
    assert excess.in_words("Phase Two") == (
        "A: £150,000 is planned for Phase Two in 2016/17, £50,000 more than the limit of £100,000."
    )


def test_those_that_share_a_phase_are_grouped_directly_or_through_another():
    first, second, both, beside = money("1", {1}), money("2", {2}), money("both", {1, 2}), money("beside", set())
    assert groups([first, second, beside]) == [(first,), (second,)]
    assert groups([first, second, both]) == [(first, second, both)]
    assert groups([first, second, both._replace(replaced_by="another")]) == [(first,), (second,)]


def test_those_that_pay_for_a_phase_are_in_force():
    old = money("old", {1}, replaced_by="A")
    assert paying_for([A, B, old], 2) == [A]
    assert paying_for([A, B, old], 1) == [A, B]


@pytest.mark.parametrize(
    ("one_off", "measure", "how"),
    [
        (False, FULL_YEAR, Coverage.LIMITED),
        (False, THIS_YEAR, Coverage.THROUGH_FULL_YEAR),
        (True, FULL_YEAR, Coverage.LIMITED),
        (True, THIS_YEAR, Coverage.NO_LIMIT_NAMED),
    ],
)
def test_recurring_money_with_a_full_year_limit_pays_in_years_that_are_not_named(one_off: bool, measure: Measure, how: Coverage):
    assert coverage([money("A", {1}, limits={FULL_YEAR: Decimal(1)}, one_off=one_off)], 1, measure) == how


def test_a_limit_of_one_year_pays_for_no_full_year_and_no_other_phase():
    assert coverage([money("A", {1}, 5, one_off=False)], 1, FULL_YEAR) == Coverage.NO_LIMIT_NAMED
    assert coverage([money("A", {1}, 5)], 2, THIS_YEAR) == Coverage.NO_LIMIT_NAMED


def test_phases_that_recurring_money_pays_for_too_do_not_stand_on_one_off_money():
    assert on_one_off_money([money("A", {1, 2}), money("B", {2}, one_off=False), money("C", set())]) == {1}
    assert on_one_off_money([money("A", {1}, replaced_by="B"), money("B", {2})]) == {2}


def test_limits_are_said_in_the_order_of_their_measures():
    limits = {FULL_YEAR: Decimal(20), NEXT_YEAR: Decimal(15), THIS_YEAR: Decimal(10)}
    assert money("A", {1}, limits=limits).in_words == "Up to £10 in 2016/17, £15 in 2017/18 and £20 in a full year, one-off"
    assert amounts_in_words({}) == "no amount is stated"


# Against a slow and obvious reference

PHASES = [1, 2, 3, 4]
limits = st.one_of(st.integers(1, 6), st.integers(1, 6), st.none())
monies = st.lists(st.builds(money, st.just("M"), st.sets(st.sampled_from(PHASES), max_size=3), limits), min_size=1, max_size=5)
plans = st.fixed_dictionaries({phase: st.integers(-2, 8).map(Decimal) for phase in PHASES})


def sets_of(phases: set[int]) -> list[frozenset[int]]:
    return [frozenset(each) for each in chain.from_iterable(combinations(sorted(phases), n) for n in range(1, len(phases) + 1))]


def excess_of(phases: frozenset[int], authorised: list[Authorised], planned: Mapping[int, Decimal]) -> Decimal:
    """What the phases plan above the limits, added, of all that may pay for any of them."""
    limits = [each.limits[THIS_YEAR] for each in authorised if each.phases & phases and THIS_YEAR in each.limits]
    return sum((planned.get(phase, Decimal(0)) for phase in phases), Decimal(0)) - sum(limits, Decimal(0))


def compared(authorised: list[Authorised]) -> set[int]:
    return {phase for each in authorised if THIS_YEAR in each.limits for phase in each.phases}


def whole(given_excesses: list[Excess]) -> Decimal:
    return sum((each.over for each in given_excesses), Decimal(0))


@settings(max_examples=300)
@given(monies, plans)
def test_what_is_found_is_the_most_that_any_set_of_phases_is_over(authorised: list[Authorised], planned: dict[int, Decimal]):
    over = {phases: excess_of(phases, authorised, planned) for phases in sets_of(compared(authorised))}
    most = max([*over.values(), Decimal(0)])
    excess = excesses(authorised, THIS_YEAR, planned)
    assert whole(excess) == most
    named = frozenset().union(*(each.phases for each in excess))
    assert not most or named == min((phases for phases, each in over.items() if each == most), key=len)


@settings(max_examples=300)
@given(monies, plans)
def test_each_excess_is_right_by_itself_and_shares_no_money_with_another(
    authorised: list[Authorised], planned: dict[int, Decimal]
):
    excess = excesses(authorised, THIS_YEAR, planned)
    for each in excess:
        assert each.planned > each.limit
        assert each.over == excess_of(each.phases, authorised, planned)
    for one, other in combinations(excess, 2):
        assert not one.phases & other.phases
        assert not any(money.phases & one.phases and money.phases & other.phases for money in one.authorisations)


def shares(plans: Mapping[Part, int], *authorised: Authorised) -> list[tuple[str, tuple[str, ...], Decimal, Decimal]]:
    """Titles, sources, planned and limit of each excess in 2016/17."""
    exact = {part: Decimal(plan) for part, plan in plans.items()}
    return [(each.titles, each.sources, each.planned, each.limit) for each in excesses(authorised, THIS_YEAR, exact)]


def test_the_part_of_a_source_is_paid_by_money_of_that_source_alone():
    grant = money("Grant letter", {1}, 100_000, source="Grant")
    council = money("July release", {1}, 100_000)
    assert shares({Part(1): 0, Part(1, "Grant"): 120_000, Part(1, "Contingency"): 50_000}, grant, council) == [
        ("Grant letter", ("Grant",), 120_000, 100_000)
    ]
    assert shares({Part(1): 50_000, Part(1, "Grant"): 100_000, Part(1, "Contingency"): 50_000}, grant, council) == []


def test_what_names_no_source_takes_what_the_parts_of_sources_leave():
    grant = money("Grant letter", {1}, 100_000, source="Grant")
    council = money("July release", {1}, 100_000)
    plans = {Part(1): 120_000, Part(1, "Grant"): 60_000, Part(1, "Contingency"): 30_000}
    assert shares(plans, grant, council) == [("Grant letter and July release", (), 210_000, 200_000)]
    assert shares(plans | {Part(1): 110_000}, grant, council) == []


def test_a_part_of_a_source_without_a_limit_is_compared_with_none():
    assert shares({Part(1): 100_000, Part(1, "Health board"): 70_000}, money("July release", {1}, 100_000)) == []


def test_an_excess_of_one_source_says_whose_part_it_is():
    grant = money("Grant letter", {1}, 100_000, source="Grant")
    (excess,) = excesses([grant], THIS_YEAR, {Part(1, "Grant"): Decimal(120_000)})
    assert excess.in_words("Phase One").startswith(
        "Grant letter: £120,000 is planned for Phase One as the part of Grant in 2016/17,"
    )
