"""The sheets of a workbook (.xlsx, .ods) as rows of text. Runs in a bounded process of its own, which `reading.py` starts.

Values are read by calamine; what it does not tell (hidden rows and columns, merged cells, formulas without a value) from the
package's own XML, in which no entity is ever declared.
"""

import io
import json
import re
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

import python_calamine

from display.bounded import bound_this_process

MEGABYTE = 1024 * 1024
MOST_MEMORY = 600 * MEGABYTE
MOST_SECONDS = 20
MOST_PARTS = 1_000
MOST_UNPACKED = 60 * MEGABYTE
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 200, 40

DAMAGED = "This workbook is damaged or not complete: open it in a spreadsheet program, save it again, and try once more."
TOO_MUCH = "This workbook is larger than any list of posts: save the one sheet as CSV UTF-8."
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:\d{3}")
_LOOKED_FOR = re.compile(
    rb"""\0|<!|\bhidden\s*=|[<:]mergeCell\b|[<:]f[\s>/]|\bt\s*=\s*["']e["']|\bwidth\s*=\s*["']0(?:\.0)?["']"""
)
"""Without any of these a sheet says nothing beside its values, and its thousands of cells need not be looked at one by one."""
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Refused(ValueError):
    """The workbook is not read. A sentence for the user."""


@dataclass
class Look:
    """What the XML of a sheet says beside its values; rows and columns from 0."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)  # first row, last row, column
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # #REF! and the like, which calamine reads as blank


def read(content: bytes) -> dict[str, Any]:
    """Every visible sheet: its name, its rows of text, what is hidden or merged in it. Raises Refused."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused(DAMAGED) from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused(TOO_MUCH)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = workbook.sheets_metadata
    except Exception:  # calamine has an exception for each format
        raise Refused(DAMAGED) from None
    visible = [sheet.name for sheet in sheets if sheet.visible == python_calamine.SheetVisibleEnum.Visible][:MOST_SHEETS]
    hidden = [sheet.name for sheet in sheets if sheet.visible != python_calamine.SheetVisibleEnum.Visible]
    looks = _looks(package)
    found = []
    for name in visible:
        rows = _rows(workbook, name)
        look = looks.get(name, Look())
        _apply(look, rows)
        beside = [column for column in look.hidden_columns if any(_cell(rows, row, column) for row in range(len(rows)))]
        found.append(
            {
                "name": name,
                "rows": rows,
                "hidden_rows": [row + 1 for row in look.hidden_rows if row < len(rows) and any(rows[row])],
                "hidden_columns": [column + 1 for column in beside],
                "merged": [first + 1 for first, last, column in look.merged if last > first and _cell(rows, first, column)],
            }
        )
    return {"sheets": found, "hidden": hidden}


def _rows(workbook: Any, name: str) -> list[list[str]]:
    try:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise Refused(TOO_MUCH)
        return [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    except Refused:
        raise
    except Exception:
        raise Refused(DAMAGED) from None


def _text(value: object) -> str:
    """A value as a person would type it: no float's tail, dates by year, month and day."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float):  # not money: whatever a cell holds, made text at once
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def _cell(rows: list[list[str]], row: int, column: int) -> str:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _apply(look: Look, rows: list[list[str]]) -> None:
    """Cells merged downwards say in each row what they say in the first; a formula whose value was not saved is itself."""
    for first, last, column in look.merged:
        text = _cell(rows, first, column)
        for row in range(first + 1, min(last + 1, len(rows))):
            if text and any(rows[row]) and not _cell(rows, row, column):
                rows[row] += [""] * (column + 1 - len(rows[row]))
                rows[row][column] = text
    said = {place: f"={formula}" for place, formula in look.formulas.items()} | look.errors
    for (row, column), text in said.items():
        if row < MOST_ROWS and column < MOST_COLUMNS:
            rows += [[] for _ in range(row + 1 - len(rows))]
            rows[row] += [""] * (column + 1 - len(rows[row]))
            if not rows[row][column] or (row, column) in look.errors:
                rows[row][column] = text


def _looks(package: zipfile.ZipFile) -> dict[str, Look]:
    names = set(package.namelist())
    try:
        if "content.xml" in names:
            return _of_open_document(package.read("content.xml"))
        return _of_open_xml(package, names)
    except Refused:
        raise
    except (expat.ExpatError, KeyError, ValueError, zipfile.BadZipFile, OSError):
        return {}


def _parser() -> Any:
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_: object) -> None:
        raise Refused(DAMAGED)

    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


def _parse(parser: Any, content: bytes) -> None:
    parser.Parse(content, 1)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _of_open_xml(package: zipfile.ZipFile, names: set[str]) -> dict[str, Look]:
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}

    def relation(name: str, given: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "").lstrip("/")

    def sheet(name: str, given: dict[str, str]) -> None:
        if _local(name) == "sheet":
            at = next((value for key, value in given.items() if _local(key) == "id"), "")
            sheets[given.get("name", "")] = at

    for part, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        parser = _parser()
        parser.StartElementHandler = handler
        _parse(parser, package.read(part))
    found = {}
    for title, identity in sheets.items():
        target = targets.get(identity, "")
        part = target if target in names else f"xl/{target}"
        if part in names:
            found[title] = _of_sheet(package.read(part))
    return found


class _Sheet:
    """Collects what the XML of one sheet says, element by element."""

    def __init__(self) -> None:
        self.look = Look()
        self.place, self.inside, self.formula, self.has_value = "", "", "", False
        self.of_formula = self.is_error = False
        self.value = ""
        self.row = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        kind = self.inside = _local(name)
        if kind == "row":
            self.row = int(given.get("r") or self.row + 1)
            if given.get("hidden") in ("1", "true"):
                self.look.hidden_rows.append(self.row - 1)
        elif kind == "col" and (given.get("hidden") in ("1", "true") or given.get("width") in ("0", "0.0")):
            self.look.hidden_columns.extend(range(int(given["min"]) - 1, min(int(given["max"]), MOST_COLUMNS)))
        elif kind == "c":
            self.place, self.formula, self.of_formula, self.has_value = given.get("r", ""), "", False, False
            self.is_error, self.value = given.get("t") == "e", ""
        elif kind == "f":
            self.of_formula = True
        elif kind == "mergeCell":
            _merge(self.look, given.get("ref", ""))

    def text(self, data: str) -> None:
        if self.inside == "f":
            self.formula = (self.formula + data)[:200]
        elif self.inside == "v":
            self.has_value = True
            if self.is_error:
                self.value = (self.value + data)[:40]

    def end(self, name: str) -> None:
        self.inside = ""
        place = _place(self.place)
        if _local(name) == "c" and self.is_error and place:
            self.look.errors[place] = self.value
        if _local(name) == "c" and self.of_formula and not self.has_value and place:
            self.look.formulas[place] = self.formula


def _of_sheet(content: bytes) -> Look:
    if not _LOOKED_FOR.search(content):
        return Look()
    sheet, parser = _Sheet(), _parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = sheet.start, sheet.end, sheet.text
    _parse(parser, content)
    return sheet.look


def _place(text: str) -> tuple[int, int] | None:
    match = _PLACE.fullmatch(text)
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _merge(look: Look, reference: str) -> None:
    first, _, last = reference.partition(":")
    begin, end = _place(first), _place(last or first)
    if begin and end and begin[1] == end[1]:
        look.merged.append((begin[0], end[0], begin[1]))


def _of_open_document(content: bytes) -> dict[str, Look]:
    found: dict[str, Look] = {}
    at = {"row": 0, "column": 0, "repeat": 1, "columns": 0}
    place: dict[str, Any] = {"here": (0, 0), "text": "", "error": False, "formula": False}
    look = Look()

    def given_of(given: dict[str, str], name: str, otherwise: str = "") -> str:
        return next((value for key, value in given.items() if _local(key) == name), otherwise)

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal look
        kind = _local(name)
        if kind == "table":
            look = found[given_of(given, "name")] = Look()
            at.update(row=0, columns=0)
        elif kind == "table-column":
            many = min(int(given_of(given, "number-columns-repeated", "1")), MOST_COLUMNS)
            if given_of(given, "visibility") in ("collapse", "filter"):
                look.hidden_columns.extend(range(at["columns"], at["columns"] + many))
            at["columns"] += many
        elif kind == "table-row":
            at["repeat"] = int(given_of(given, "number-rows-repeated", "1"))
            at["column"] = 0
            if given_of(given, "visibility") in ("collapse", "filter"):
                look.hidden_rows.extend(range(at["row"], at["row"] + min(at["repeat"], MOST_ROWS)))
        elif kind in ("table-cell", "covered-table-cell"):
            down, across = int(given_of(given, "number-rows-spanned", "1")), int(given_of(given, "number-columns-spanned", "1"))
            if down > 1 and across == 1:
                look.merged.append((at["row"], at["row"] + down - 1, at["column"]))
            place["here"], place["text"] = (at["row"], at["column"]), ""
            # LibreOffice says it in an attribute of its own; others only show it.
            place["error"] = any(value == "error" and _local(key) == "value-type" for key, value in given.items())
            place["formula"] = bool(given_of(given, "formula"))
            at["column"] += int(given_of(given, "number-columns-repeated", "1"))

    def text(data: str) -> None:
        if place["error"] or place["formula"]:
            place["text"] = (place["text"] + data)[:40]

    def end(name: str) -> None:
        if _local(name) == "table-row":
            at["row"] += at["repeat"]
        elif _local(name) == "table-cell" and (place["error"] or _ERROR.fullmatch(place["text"])):
            look.errors[place["here"]] = place["text"] or "#VALUE!"

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    _parse(parser, content)
    return found


def main() -> None:
    """Answer, as JSON, for the workbook on standard input."""
    bound_this_process(memory=MOST_MEMORY, seconds=MOST_SECONDS)
    try:
        answer = read(sys.stdin.buffer.read())
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": TOO_MUCH}
    sys.stdout.write(json.dumps(answer))
