"""From a workbook to the text of its sheet of lines. It is opened in a bounded process of its own (`sheets.py`)."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

from display.bounded import answer_of
from display.words import listed
from posts.importing.columns.rules import TITLE, column_named, is_money
from posts.importing.table.rules import header_at
from posts.importing.text.rules import Decoded, Unreadable, WhichSheet

MOST_SECONDS = 30

_ROOT = Path(__file__).resolve().parents[4]
_TOO_MUCH = "This workbook takes more memory or time to read than any list of posts needs: save the one sheet as CSV UTF-8."
OURS = "Lines in pounds"
"""The sheet of our own workbook whose lines stand in whole pounds, beside the committee table that rounds them."""


def read_workbook(content: bytes, sheet: str = "") -> Decoded:
    """The rows of the sheet of lines, tab-separated, or of the one that is named. Raises Unreadable.

    What is hidden or merged in it, and the sheets that are not read, are said.
    """
    answer = _opened(content)
    sheets = {each["name"]: each for each in answer["sheets"]}
    chosen = _chosen(sheets, sheet)
    others = [name for name in sheets if name != chosen["name"]]
    said = []
    if others or answer["hidden"]:
        said.append(f"The sheet {chosen['name']} is read. Not read: {listed([*others, *answer['hidden']])}.")
    if chosen["merged"]:
        said.append(f"Cells merged downwards are read in each of their rows (the first begins in row {chosen['merged'][0]}).")
    written = io.StringIO()
    csv.writer(written, delimiter="\t", lineterminator="\n").writerows(chosen["rows"])
    return Decoded(written.getvalue(), tuple(said), tuple(chosen["hidden_rows"]), tuple(chosen["hidden_columns"]))


def _opened(content: bytes) -> dict[str, Any]:
    import python_calamine

    packages = str(Path(python_calamine.__file__).resolve().parents[1])
    program = (
        f"import sys; sys.path[:0] = [{str(_ROOT)!r}, {packages!r}]; "
        "from posts.importing.workbook.rules.sheets import main; del sys.path[:2]; main()"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    answer = answer_of(command, content, seconds=MOST_SECONDS) or {"refused": _TOO_MUCH}
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return answer


def _chosen(sheets: dict[str, Any], named: str) -> Any:
    """The sheet that is named; else the only one there is, the only one with the headings of lines, or ours in pounds."""
    if named:
        found = next((each for name, each in sheets.items() if name.casefold() == named.strip().casefold()), None)
        if found is None:
            raise WhichSheet(f"This workbook has no visible sheet {named[:60]}. Its sheets: {listed(sheets)}.")
        return found
    filled = [each for each in sheets.values() if any(any(row) for row in each["rows"])]
    if not filled:
        raise Unreadable("This workbook is empty.")
    if len(filled) == 1:
        return filled[0]
    of_lines = [each for each in filled if _holds_lines(each["rows"])]
    if len(of_lines) > 1:
        of_lines = [each for each in of_lines if each["name"].casefold() == OURS.casefold()] or of_lines
    if len(of_lines) == 1:
        return of_lines[0]
    names = listed([each["name"] for each in of_lines or filled])
    what = "Several sheets of this workbook hold lines" if of_lines else "No sheet of this workbook has headings of lines"
    raise WhichSheet(f"{what}: {names}. Name the sheet to be read.")


def _holds_lines(rows: list[list[str]]) -> bool:
    at = header_at(rows)
    names = {column_named(cell) for cells in rows[at : at + 2] for cell in cells} if at is not None else set()
    return TITLE in names or any(is_money(name) for name in names)
