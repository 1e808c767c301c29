"""The committee schedule as a workbook: a cover, its contents and notes, and each table on a sheet of its own."""

import io
from collections.abc import Mapping
from datetime import UTC

import xlsxwriter

from costing.money import Unit
from reports.table.columns.rules import paid_columns
from reports.table.rules import Schedule
from reports.table.wording import rules as wording
from reports.table.workbook.front import rules as front
from reports.table.workbook.paying.rules import NAME as WHO_PAYS
from reports.table.workbook.paying.rules import write_who_pays
from reports.table.workbook.sheet.rules import POUNDS, TABLE, Look, Sheet, write_pounds, write_table
from reports.table.workbook.styles.rules import styles


def as_xlsx(schedule: Schedule, exempt: Mapping[int, int] | None = None) -> bytes:
    """The workbook. Amounts stand in the unit of their heading; each total is a formula that carries its value for other readers.

    Nil is 0, shown "-"; "-" as text is no full-year effect, "n/s" not stated. What Part 1 withholds reads as on the paper, and
    a total over it is a number. `exempt` is the paragraph of each line of which anything is exempt; where there is any, a last
    column says it. The same schedule gives the same bytes.
    """
    file = io.BytesIO()
    # Nothing that a user typed becomes a formula, a link or a number.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties(
        {
            "title": schedule.title[:255],
            "subject": schedule.programme[:255],
            "author": schedule.council[:255],
            "comments": wording.data_line(schedule),
            "created": schedule.as_at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    made = styles(book, schedule.credit_style)
    sheets = [("Contents", "The sheets of this workbook"), ("Notes", "Notes, abbreviations and marks"), *_tables(schedule)]
    cover, contents, notes, *tables = [book.add_worksheet(name) for name in ("Cover", *(name for name, _ in sheets))]
    front.write_cover(cover, made, schedule, sheets)
    front.write_contents(contents, made, schedule, sheets)
    front.write_notes(notes, made, schedule)
    look = Look(made, exempt or {})
    in_unit = look._replace(styles=styles(book, schedule.credit_style, schedule.unit.places)) if schedule.unit.places else look
    write_table(Sheet(tables[0], in_unit, schedule, schedule.unit))
    if paid := paid_columns(schedule):
        write_who_pays(tables.pop(), made, schedule, paid)
    for sheet in tables[1:]:
        write_pounds(Sheet(sheet, look, schedule, Unit.POUNDS))
    book.close()
    return file.getvalue()


def _tables(schedule: Schedule) -> list[tuple[str, str]]:
    """The sheets with figures, and what each holds. A table in pounds needs no second one."""
    table = (TABLE, f"{schedule.title}, in {schedule.unit_label}, with totals")
    in_pounds = [(POUNDS, "The same lines in whole pounds")] if schedule.unit != Unit.POUNDS else []
    paid = [(WHO_PAYS, "What each funding source pays, in whole pounds")] if schedule.who_pays else []
    return [table, *in_pounds, *paid]
