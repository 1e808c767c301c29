"""The sheet of the workbook that says which funding sources pay, in whole pounds."""

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from reports.table.paying.rules import WhoPays
from reports.table.rules import Schedule
from reports.table.wording import rules as wording
from reports.table.workbook.styles.rules import mark_as_table, print_on_a4, write_text, write_title

NAME = "Who pays"
_HEADING = 3  # the row of the headings, counted from 0


def write_who_pays(sheet: Any, styles: dict[str, Any], schedule: Schedule, paid: WhoPays) -> None:
    """One table: a row for each source, then what nobody pays and what names no source, and the total of the committee table."""
    write_title(sheet, f"{schedule.title}: who pays", styles["title"])
    about = "One table: what each funding source pays of the committee table, in whole pounds."
    write_text(sheet, (1, 0), about, styles["sentence"])
    write_text(sheet, (2, 0), f"{wording.data_line(schedule)}.", styles["sentence"])
    headings = [("Funding source", styles["heading"])]
    headings += [(f"{label} (£)", styles["heading_number"]) for _, label in paid.columns]
    first, last = _HEADING + 1, _HEADING + len(paid.rows)
    mark_as_table(sheet, "Who_pays", (_HEADING, 0), (last + 1, len(paid.columns)), headings)
    for row, payment in enumerate(paid.rows, start=first):
        write_text(sheet, (row, 0), payment.name, styles["line_text"])
        for column, pounds in enumerate(payment.pounds, start=1):
            sheet.write_number(row, column, pounds, styles["line_money"])
    write_text(sheet, (last + 1, 0), "Total", styles["all_text"])
    for column, pounds in enumerate(paid.total, start=1):
        name = xl_col_to_name(column)
        sheet.write_formula(last + 1, column, f"=SUM({name}{first + 1}:{name}{last + 1})", styles["all_money"], pounds)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(paid.columns), 16)
    sheet.freeze_panes(first, 1)
    print_on_a4(sheet, " | ".join(wording.paper_heading(schedule)), wording.data_line(schedule), _HEADING)
