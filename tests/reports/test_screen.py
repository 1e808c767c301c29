"""The rows of the table on screen: the text of a figure is looked up by all that it depends on, however it is worked out."""

from itertools import product

import pytest

from costing.bound import Bound
from costing.line_cost import Absence
from reports.table.rules import Column
from reports.table.screen.rules import _key, _keys

GAPS = (None, *Absence)


@pytest.mark.parametrize("bounds", [(), (None, *Bound)])
def test_a_column_is_known_by_the_same_as_its_figures_one_by_one(bounds: tuple[Bound | None, ...]):
    cells = list(product((None, 0, 83, -7), GAPS, bounds or (None,)))
    shown = [each for each, _, _ in cells]
    words = [bound for _, _, bound in cells] if bounds else ()
    column = Column(shown, shown, [gap for _, gap, _ in cells], (False,) * len(cells), words)
    assert list(_keys(column)) == list(map(_key, column.figures()))
    assert any(isinstance(each, tuple) for each in _keys(column)), "none has a word before it"
