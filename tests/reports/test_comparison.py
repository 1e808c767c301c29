"""What differs between two committee tables, cell by cell."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from costing.financial_year import FinancialYear
from costing.line_cost import Absence
from costing.money import Unit
from reports.table.comparison.rules import CellChange, changes_between
from reports.table.faces import rules as faces
from reports.table.rules import LineRecord, Schedule
from tests.reports.schedules import PHASES, published, record, schedule, schedules

ONE = PHASES[:1]


def changes(before: Schedule, after: Schedule) -> list[CellChange]:
    return list(changes_between(faces.as_json(before), faces.as_json(after)))


def of_lines(before: list[LineRecord], after: list[LineRecord], **options: Any) -> list[tuple[str, ...]]:
    """Row, column, before and after of each change in a table of one phase."""
    made = (schedule(lines, ONE, **options) for lines in (before, after))
    return [change[1:] for change in changes(*made)]


TOTAL_ONE, TOTAL = "TOTAL PHASE ONE RESOURCES REQUESTED", "TOTAL RESOURCES REQUESTED"


@given(schedules())
@settings(max_examples=40)
def test_a_table_does_not_differ_from_itself(made: Schedule):
    assert changes(made, made) == []


def test_a_changed_figure_is_told_with_every_total_that_it_moves():
    after = record(years=((62_000, True), (90_000, True)))
    assert of_lines([record()], [after]) == [
        ("Head of service", "2016/17", "60", "62"),
        (TOTAL_ONE, "2016/17", "60", "62"),
        (TOTAL, "2016/17", "60", "62"),
    ]


def test_a_change_that_rounding_hides_is_told_in_pounds():
    after = record(years=((60_100, True), (90_000, True)))
    assert of_lines([record()], [after])[0] == ("Head of service", "2016/17", "£60,000", "£60,100")


def test_nil_instead_of_no_amount_is_a_change():
    before = record(full_year=None, full_year_absence=Absence.NO_EFFECT)
    assert of_lines([before], [record(full_year=0)])[0] == ("Head of service", "Full year", "-", "£0")


def test_not_stated_instead_of_no_full_year_effect_is_a_change_of_the_line_and_its_totals():
    before = record(full_year=None, full_year_absence=Absence.NO_EFFECT)
    after = record(full_year=None, full_year_absence=Absence.NOT_STATED)
    assert of_lines([before], [after])[0] == ("Head of service", "Full year", "-", "n/s")
    both = [record(line_id=2), after]
    assert of_lines([record(line_id=2), record()], both)[-1] == (TOTAL, "Full year", "180", "at least 90")


def test_words_fte_and_ticks_of_a_line_are_told():
    after = record("Head of care", fte=Decimal("0.5"), paperwork_complete=False, recruited="No", comment="From May")
    assert of_lines([record()], [after])[:5] == [
        ("Head of care", "Title", "Head of service", "Head of care"),
        ("Head of care", "FTE", "1", "0.5"),
        ("Head of care", "Paperwork complete", "Yes", "No"),
        ("Head of care", "Recruited to post", "Yes", "No"),
        ("Head of care", "Comment", "-", "From May"),
    ]


def test_a_line_that_is_added_or_removed_is_told_with_its_figures():
    auditor = record("Auditor", line_id=2, years=((5000, True), (6000, True)), full_year=6000)
    added = of_lines([record()], [record(), auditor])
    assert added[:5] == [
        ("Auditor", "Line", "not in the table", "added"),
        ("Auditor", "FTE", "-", "1"),
        ("Auditor", "2016/17", "-", "5"),
        ("Auditor", "2017/18", "-", "6"),
        ("Auditor", "Full year", "-", "6"),
    ]
    removed = of_lines([record(), auditor], [record()])
    assert removed[0] == ("Auditor", "Line", "in the table", "removed")
    assert removed[2] == ("Auditor", "2016/17", "5", "-")


def test_a_line_that_moves_to_another_phase_and_team_is_the_same_line():
    before = schedule([record(), record("Auditor", line_id=2, phase=2)])
    after = schedule([record(phase=2, team="Audit"), record("Auditor", line_id=2, phase=2)])
    found = changes(before, after)
    assert ("PHASE TWO, Audit", "Head of service", "Phase", "PHASE ONE", "PHASE TWO") in found
    assert ("PHASE TWO, Audit", "Head of service", "Team", "-", "Audit") in found
    assert not [change for change in found if change.column == "Line"]


def test_subtotals_are_told_where_they_are_printed():
    before = [record(team="Audit")]
    after = [record(team="Audit", fte=Decimal(2))]
    printed = [row for row, *_ in of_lines(before, after, show_team_subtotals=True)]
    assert printed == ["Head of service", "Subtotal", TOTAL_ONE, TOTAL]
    assert [row for row, *_ in of_lines(before, after)] == ["Head of service", TOTAL_ONE, TOTAL]


def test_a_phase_that_is_renamed_is_told_once_and_one_that_is_gone_with_its_lines():
    before = schedule([record(), record("Auditor", line_id=2, phase=2)], PHASES[:2])
    renamed = schedule([record(), record("Auditor", line_id=2, phase=2)], ((1, "FIRST", TOTAL_ONE), PHASES[1]))
    assert changes(before, renamed) == [("", "The paper", "Name of the phase", "PHASE ONE", "FIRST")]
    gone = changes(before, schedule([record()], ONE))
    assert ("PHASE TWO", "Auditor", "Line", "in the table", "removed") in gone
    assert ("PHASE TWO", "TOTAL PHASE TWO RESOURCES REQUESTED", "2016/17", "60", "-") in gone


def test_notes_key_head_unit_and_years_of_the_paper_are_told():
    before = schedule([record()], ONE, notes=("Kept.", "Old."), abbreviations=(("DM", "Deputy Manager"),))
    after = schedule(
        [record(years=((60_000, True),))],
        ONE,
        unit=Unit.POUNDS,
        years=(FinancialYear(2016),),
        notes=("Kept.", "New."),
        abbreviations=(("DM", "Duty Manager"),),
        title="COSTS",
        paper=before.paper._replace(report_number="ED17013"),
    )
    found = [change[1:] for change in changes(before, after)]
    assert [each for each in found if each[0] in ("The paper", "Notes", "Key to abbreviations")] == [
        ("The paper", "Title of the table", "EXPENDITURE AS A RESULT OF OFSTED", "COSTS"),
        ("The paper", "Unit", "£'000", "£"),
        ("The paper", "Financial years", "2016/17, 2017/18", "2016/17"),
        ("The paper", "Report number", "ED17012", "ED17013"),
        ("Notes", "Note", "Old.", "left out"),
        ("Notes", "Note", "-", "New."),
        ("Key to abbreviations", "DM", "Deputy Manager", "Duty Manager"),
    ]
    # The year that is gone goes from every row; what only the unit prints otherwise is no change.
    assert next(each for each in found if each[1] == "2017/18") == ("Head of service", "2017/18", "£90,000", "-")
    assert not [each for each in found if each[1] == "2016/17"]


@pytest.mark.parametrize("place", [0, 13, 21])
def test_one_changed_line_of_the_published_table_moves_three_totals_at_most(place: int):
    lines = published()
    lines[place] = lines[place]._replace(years=((1_000, True), lines[place].years[1]))
    assert len(changes(schedule(published()), schedule(lines))) == 3
