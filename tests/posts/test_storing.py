"""Many lines are stored by COPY, few by a statement: the store holds the same, and refuses the same."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from costing.line_cost import Duration
from phases.models import Phase
from posts.lines import queries
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import CostChange, LineState, Stated, state_of
from posts.lines.storing import actions as storing
from posts.models import LineAmount, LineRevision
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.lines import a_state

pytestmark = pytest.mark.django_db

ODD = (
    "plain",
    "a\ttab",
    "two\nlines\r\nand three",
    r"\N",
    r"back\slash \t \\.",
    "“quoted” ‘it’ 'so' \"and so\"",
    "£ and – and 语",
    r"\.",
)


def _states(phase: Phase, by: int) -> list[LineState]:
    texts = [a_state(phase, title=f"Line {place}", position=place, comment=text) for place, text in enumerate(ODD)]
    stated = Stated(2016, Decimal(1), "", "As the paper\tsays", by, NOON, "about", Decimal(2), r"Another \N paper")
    return [
        *texts,
        a_state(phase, team="", title="Stated", position=20, stated=(stated,)),
        a_state(phase, title="Not costed", position=21, annual_cost=None, intakes=((Decimal(1), None, None),)),
        a_state(
            phase,
            title="Once",
            position=22,
            kind="other",
            fte=None,
            duration=Duration.ONE_OFF.value,
            engaged="n/a",
            recruited_fte=None,
            intakes=((None, date(2016, 8, 1), None),),
        ),
        a_state(phase, title="Dearer", position=23, cost_changes=(CostChange(date(2017, 4, 1), Decimal(95_000)),)),
        a_state(
            phase,
            title="Two intakes",
            position=24,
            fte=Decimal(3),
            intakes=((Decimal(1), date(2016, 8, 1), None), (Decimal(2), date(2017, 1, 1), date(2017, 6, 30))),
        ),
    ]


def _stored(phase: Phase) -> tuple[object, ...]:
    lines = list(queries.lines_of(phase.programme))
    of_these = LineRevision.objects.filter(programme=phase.programme).order_by("line_id")
    amounts = LineAmount.objects.filter(line__programme=phase.programme).order_by("line__position", "financial_year")
    return (
        [replace(state_of(line), phase=0) for line in lines],
        [line.version for line in lines],
        [{**row.state, "phase": 0} for row in of_these],
        [row.version for row in of_these],
        list(
            amounts.values_list(
                "line__position", "financial_year", "amount", "absence", "origin", "calculated", "reason", "bound"
            )
        ),
        list(amounts.values_list("stated_by", "stated_at", "other_amount", "other_source")),
    )


def test_copied_lines_are_what_lines_stored_one_by_one_are(monkeypatch: pytest.MonkeyPatch) -> None:
    by, found = make_officer(), []
    for many in (1_000_000, 1):
        monkeypatch.setattr(storing, "MANY", many)
        phase = make_phase(make_programme())
        changes = [LineChange(None, None, state) for state in _states(phase, by.pk)]
        with CaptureQueriesContext(connection) as asked:
            entry = change_lines(programme=phase.programme, line_changes=changes, by=by, at=NOON)
        assert any('INSERT INTO "posts_lineamount"' in each["sql"] for each in asked) is (many > 1)
        assert entry
        told = json.loads(entry.content)["details"]["lines"]
        assert [each["line"] for each in told] == sorted(line.pk for line in queries.lines_of(phase.programme))
        found.append(_stored(phase))
    assert found[0] == found[1]


@pytest.mark.parametrize("many", [1_000_000, 1])
def test_a_row_that_the_database_refuses_is_refused_alike(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MANY", many)
    phase = make_phase(make_programme())
    with pytest.raises(IntegrityError):
        change_lines(
            programme=phase.programme,
            line_changes=[LineChange(None, None, a_state(phase)), LineChange(None, None, a_state(phase, kind="neither"))],
            by=make_officer(),
            at=NOON,
        )


def test_a_removed_line_comes_back_under_its_number_among_copied_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    by, phase = make_officer(), make_phase(make_programme())
    programme = phase.programme
    change_lines(programme=programme, line_changes=[LineChange(None, None, a_state(phase))], by=by, at=NOON)
    line = queries.lines_of(programme).get()
    change_lines(programme=programme, line_changes=[LineChange(line.pk, line.version, None)], by=by, at=NOON)
    monkeypatch.setattr(storing, "MANY", 1)
    back = [LineChange(line.pk, None, a_state(phase)), LineChange(None, None, a_state(phase, title="New", position=20))]
    change_lines(programme=programme, line_changes=back, by=by, at=NOON)
    first, second = queries.lines_of(programme)
    assert (first.pk, first.version, second.version) == (line.pk, 3, 1)
    assert len(first.amounts.all()) == len(second.amounts.all()) == len(first.programme.years) + 1
