"""The first sheets of the workbook: what it is, which sheets it has, and what its marks and notes say."""

from typing import Any

from display import formats
from reports.table.rules import Schedule
from reports.table.wording import rules as wording
from reports.table.workbook.styles.rules import mark_as_table, print_on_a4, set_height, write_text, write_title

_NARROW, _WIDE = 24, 100  # characters
_FIRST = 3  # the first row under the headings of a table, counted from 0
_MARKS = (
    (formats.NIL, "in a cell that holds 0: nil. As text: no full-year effect, since the line is one-off or for a fixed term"),
    (formats.NOT_STATED, "not stated: the source gives no figure, so that a total over it is at least what it says"),
)


def write_cover(sheet: Any, styles: dict[str, Any], schedule: Schedule, sheets: list[tuple[str, str]]) -> None:
    """Whose table it is, of which paper, as at when, and the unit. `sheets` are the others, each with what it holds."""
    sheet.set_column(0, 0, _WIDE)
    write_title(sheet, schedule.title, styles["title"])
    paper = " | ".join(wording.paper_heading(schedule))
    sentences = [
        wording.about(schedule),
        paper,
        f"{wording.data_line(schedule)}.",
        f"This workbook has {len(sheets) + 1} sheets: this cover, {', '.join(name for name, _ in sheets)}.",
    ]
    for row, sentence in enumerate(filter(None, sentences), start=1):
        write_text(sheet, (row, 0), sentence, styles["wrapped"])
        set_height(sheet, row, [(sentence, _WIDE)])
    print_on_a4(sheet, paper, wording.data_line(schedule))


def write_contents(sheet: Any, styles: dict[str, Any], schedule: Schedule, sheets: list[tuple[str, str]]) -> None:
    """The other sheets, each a link, and what it holds."""
    _write_pairs(sheet, styles, schedule, "Contents", [("Sheet", "What it holds"), *sheets])
    for row, (name, _) in enumerate(sheets, start=_FIRST):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles["link"], name)


def write_notes(sheet: Any, styles: dict[str, Any], schedule: Schedule) -> None:
    """The notes of the paper, its key to abbreviations, and what stands where there is no amount."""
    notes = [(f"Note {number}", note) for number, note in enumerate(schedule.notes, start=1)]
    _write_pairs(sheet, styles, schedule, "Notes", [("Note or mark", "What it says"), *notes, *schedule.abbreviations, *_MARKS])


def _write_pairs(sheet: Any, styles: dict[str, Any], schedule: Schedule, name: str, pairs: list[tuple[str, str]]) -> None:
    """A sheet with a table of two columns, the first pair its headings."""
    write_title(sheet, name, styles["title"])
    write_text(sheet, (1, 0), "This sheet holds one table.", styles["sentence"])
    sheet.set_column(0, 0, _NARROW)
    sheet.set_column(1, 1, _WIDE)
    headings, *rows = pairs
    end = (_FIRST - 1 + len(rows), 1)
    mark_as_table(sheet, name, (_FIRST - 1, 0), end, [(heading, styles["heading"]) for heading in headings])
    for row, texts in enumerate(rows, start=_FIRST):
        for column, text in enumerate(texts):
            write_text(sheet, (row, column), text, styles["wrapped"])
        set_height(sheet, row, zip(texts, (_NARROW, _WIDE), strict=True))
    sheet.freeze_panes(_FIRST, 0)
    print_on_a4(sheet, " | ".join(wording.paper_heading(schedule)), wording.data_line(schedule), _FIRST - 1)
