"""What the totals of the table of inputs add up: counted in and out line by line, they are what the lines come to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.financial_year import FinancialYear
from costing.measure import Measure, in_year, stored
from costing.size import PostSize, total_fte
from costing.totals import total
from posts.entry.totals.queries import sums_of
from posts.entry.totals.rules import Sums, together
from posts.models import CostLine
from tests.making import make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed

YEAR, FULL = in_year(FinancialYear(2016)), stored(None)
PENCE = st.none() | st.decimals(-10_000, 10_000, places=2)
SIZES = st.none() | st.builds(PostSize, st.none() | st.decimals(-9, 9, places=2).filter(bool))
LINES = st.lists(st.tuples(SIZES, st.dictionaries(st.sampled_from([YEAR, FULL]), PENCE)), max_size=8)
Line = tuple[PostSize | None, dict[Measure, Decimal | None]]


@given(LINES, LINES)
def test_lines_counted_in_and_out_again_leave_the_totals_of_those_that_stay(stay: list[Line], go: list[Line]) -> None:
    sums = Sums()
    for size, amounts in [*go, *stay]:
        sums.count(size, amounts)
    for size, amounts in go:
        sums.count(size, amounts, -1)
    assert sums.lines == len(stay)
    assert sums.fte == total_fte(size for size, _ in stay)
    for measure in (YEAR, FULL):
        assert sums.of(measure) == total(amounts[measure] for _, amounts in stay if measure in amounts)


@given(LINES, LINES)
def test_phases_together_are_their_lines_together(one: list[Line], two: list[Line]) -> None:
    apart, all_of_them = (Sums(), Sums()), Sums()
    for sums, lines in zip(apart, (one, two), strict=True):
        for line in lines:
            sums.count(*line)
            all_of_them.count(*line)
    whole = together(apart)
    assert (whole.lines, whole.fte) == (all_of_them.lines, all_of_them.fte)
    assert [whole.of(measure) for measure in (YEAR, FULL)] == [all_of_them.of(measure) for measure in (YEAR, FULL)]


@pytest.mark.django_db
def test_what_is_kept_is_read_again_after_every_write() -> None:
    programme, officer = make_programme(), make_officer()
    phase = make_phase(programme)
    assert sums_of(programme) == {}
    line = added(programme, a_state(phase), officer)
    programme.refresh_from_db()
    assert sums_of(programme)[phase.pk].of(FULL) == 90_000
    changed(programme, line, a_state(phase, annual_cost=Decimal(48_000)), officer)
    programme.refresh_from_db()
    assert sums_of(programme)[phase.pk].of(FULL) == 48_000
    changed(programme, CostLine.objects.get(), None, officer)
    programme.refresh_from_db()
    assert sums_of(programme) == {}
