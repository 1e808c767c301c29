"""The columns that a paper prints: some of them can be left out of it. Data files (CSV, JSON) hold them all the same. Pure."""

from phases.programmes.models import LEFT_OUT_OF_A_TABLE
from reports.table.paying.rules import FULL_YEAR, WhoPays
from reports.table.rules import Figure, Row, Schedule, Totals

PAPERWORK, RECRUITED, COMMENT = "paperwork_complete", "recruited", "comment"
LABELS = dict(LEFT_OUT_OF_A_TABLE)


def money_columns(schedule: Schedule) -> tuple[tuple[str, str], ...]:
    """Those of `schedule.columns` that are printed: the full year stands last."""
    return schedule.columns[:-1] if FULL_YEAR in schedule.without else schedule.columns


def printed(schedule: Schedule, row: Row | Totals) -> tuple[Figure, ...]:
    """The figures of a line or a total in the order of `money_columns`."""
    figures = schedule.figures(row)
    return figures[:-1] if FULL_YEAR in schedule.without else figures


def after_money(schedule: Schedule) -> tuple[str, ...]:
    """The columns printed after the money, by name, in their order."""
    return tuple(name for name in (PAPERWORK, RECRUITED, COMMENT) if name not in schedule.without)


def paid_columns(schedule: Schedule) -> WhoPays | None:
    """Who pays, with the columns that the paper prints; None where no line names a source."""
    paid = schedule.who_pays
    return paid.without_column(FULL_YEAR) if paid and FULL_YEAR in schedule.without else paid
