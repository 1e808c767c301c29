"""The table of the finance section: the totals of the schedule, phase by phase, in its own words and unit."""

from typing import NamedTuple

from reports.table.rules import Schedule, Totals
from reports.table.wording import rules as wording


class SummaryTable(NamedTuple):
    """Headings with their units, and a row of texts for each phase and for all; the first text of a row is its heading."""

    caption: str
    headings: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def table_of(schedule: Schedule) -> SummaryTable:
    """What the committee table totals. A programme of one phase has only its total."""
    unit = schedule.unit_label
    totals = [(phase.total_label, phase.total) for phase in schedule.phases] if len(schedule.phases) > 1 else []
    return SummaryTable(
        schedule.title,
        (("Phase", ""), ("FTE", ""), *((year.label, unit) for year in schedule.years), ("Full year", unit)),
        tuple(_row(schedule, label, total) for label, total in [*totals, (schedule.total_label, schedule.total)]),
        schedule.notes,
    )


def _row(schedule: Schedule, label: str, totals: Totals) -> tuple[str, ...]:
    figures = (wording.cell(figure, schedule.credit_style) for figure in (*totals.years, totals.full_year))
    return label, totals.fte_text, *figures
