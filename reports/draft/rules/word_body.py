"""Walks the body of a Word document in reading order. The standard library only: a bounded process imports this."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from reports.draft.rules.package import Refused
from reports.draft.rules.word_lists import Lists
from reports.draft.rules.word_styles import Style, is_on, value_of, whole

MOST_CHARACTERS = 1_000_000
MOST_BLOCKS = 20_000
MOST_COLUMNS = 60

MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
SEEN_THROUGH = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}
RUNS = SEEN_THROUGH | {"hyperlink", "fldSimple", "dir", "bdo", "ruby", "rubyBase", "AlternateContent", "Choice"}
PICTURES = {"blip": "picture", "imagedata": "picture", "chart": "chart", "relIds": "diagram", "OLEObject": "embedded object"}
_LINK = re.compile(r"\s*(?:LINK|DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE)\s+(.*)", re.DOTALL)
NOTE_MARK = re.compile(r"[0-9*†‡§,()\[\]\s]+")


@dataclass
class Gathered:
    """The blocks of a document read so far, and what of it was not read.

    A block is ["heading" | "paragraph" | "note", number, text] or ["table", rows]: the texts of its cells, None where a cell goes
    on from the left; a paragraph of a cell is a line of it, its number before a tab.
    """

    blocks: list[list[object]] = field(default_factory=list)
    characters: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)

    def add(self, block: list[object]) -> None:
        """Keep a block. Raises Refused where there are more than any paper has."""
        self.blocks.append(block)
        if len(self.blocks) > MOST_BLOCKS:
            raise Refused(f"This document has more than {MOST_BLOCKS:,} paragraphs: no paper has.")

    def counted(self, text: str) -> str:
        """The same text. Raises Refused where there is more than any paper has."""
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise Refused(f"This document has more than {MOST_CHARACTERS:,} characters: no paper has.")
        return text


@dataclass
class Reader(Gathered):
    """Walks the body of a Word document."""

    lists: Lists = field(default_factory=Lists)
    styles: dict[str, Style] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    """For each field that is open where the reader stands, its instructions so far; RESULT once its result has begun."""
    carried: str = ""
    """The text of paragraphs whose ends are deleted: it goes before that of the next."""
    seen: set[int] = field(default_factory=set)

    def read(self, body: Element, kind: str = "") -> None:
        """Every paragraph and table under `body`; `kind` overrules what a paragraph is."""
        for element in body:
            if element.tag == "p":
                self._paragraph(element, kind)
            elif element.tag == "tbl":
                self._table(element)
            elif element.tag == "altChunk":
                self.left_out["another document within this one"] += 1
            elif element.tag in SEEN_THROUGH:
                self.read(element, kind)

    def finish(self) -> None:
        """What was carried to a paragraph that never came is one of its own."""
        if self.carried.strip():
            self.add(["paragraph", "", self.carried])
        self.carried = ""

    def _paragraph(self, paragraph: Element, kind: str) -> None:
        text = self._text(paragraph)
        if self._is_of_contents(paragraph):
            self.left_out["table of contents"] = 1
        elif _end_is_deleted(paragraph):
            self.left_out["deleted"] = 1
            self.carried += text
        else:
            number, heading = self._number(paragraph)
            text, self.carried = self.carried + text, ""
            if text.strip() or number:
                self.add([kind or ("heading" if heading else "paragraph"), number, text])
        for box in _boxes(paragraph):
            self.read(box, kind)

    def _is_of_contents(self, paragraph: Element) -> bool:
        style = self.styles.get(value_of(paragraph.find("pPr/pStyle")))
        return style is not None and style.contents

    def _table(self, table: Element) -> None:
        """A row with a table in one of its cells lays the page out: what is in its cells is read as if it stood in the text."""
        rows: list[list[str | None]] = []
        for row in _through(table, "tr"):
            if row.find("trPr/del") is not None and not any(run.text for run in row.iter("t")):
                self.left_out["deleted"] = 1
            elif any(cell.find(".//tbl") is not None for cell in _through(row, "tc")):
                rows = self._add_rows(rows)
                for cell in _through(row, "tc"):
                    self.read(cell)
            else:
                rows.append(self._row(row))
        self._add_rows(rows)
        for box in (box for paragraph in table.iter("p") for box in _boxes(paragraph)):
            if id(box) not in self.seen:
                self.seen.add(id(box))
                self.read(box)

    def _add_rows(self, rows: list[list[str | None]]) -> list[list[str | None]]:
        if rows:
            self.finish()
            self.add(["table", rows])
        return []

    def _row(self, row: Element) -> list[str | None]:
        """The cells of a row, with those it leaves out before the first and after the last."""
        cells: list[str | None] = [""] * _so_many(row.find("trPr/gridBefore"), 0)
        for cell in _through(row, "tc"):
            properties = cell.find("tcPr")
            merged = None if properties is None else properties.find("vMerge")
            goes_on = merged is not None and value_of(merged, "continue") == "continue"
            aside = properties is not None and value_of(properties.find("hMerge"), "restart") == "continue"
            text = self._cell(cell)
            cells.append(None if aside else "" if goes_on else text)
            cells += [None] * (_so_many(cell.find("tcPr/gridSpan"), 1) - 1)
        cells += [""] * _so_many(row.find("trPr/gridAfter"), 0)
        if len(cells) > MOST_COLUMNS:
            raise Refused(f"A table of this document has more than {MOST_COLUMNS} columns: no paper's has.")
        return cells

    def _cell(self, cell: Element) -> str:
        lines, carried = [], ""
        for paragraph in _paragraphs(cell):
            text = self._text(paragraph)
            if _end_is_deleted(paragraph):
                self.left_out["deleted"] = 1
                carried += text
                continue
            number, _ = self._number(paragraph)
            text, carried = (carried + text).strip(), ""
            if text:
                lines.append(f"{number}\t{text}" if number else text)
        return "\n".join([*lines, *filter(None, [carried.strip()])])

    def _number(self, paragraph: Element) -> tuple[str, bool]:
        """The automatic number of a paragraph, "" for none, and whether it is a heading."""
        style_id = value_of(paragraph.find("pPr/pStyle"))
        list_id, level = value_of(paragraph.find("pPr/numPr/numId")), value_of(paragraph.find("pPr/numPr/ilvl"))
        heading, seen, under = paragraph.find("pPr/outlineLvl") is not None, set(), style_id
        while under in self.styles and under not in seen:
            seen.add(under)
            style = self.styles[under]
            heading = heading or style.heading
            if not list_id and style.list_id:
                list_id, level = style.list_id, level or style.level or self._level_of(style.list_id, under)
            under = style.based_on
        if list_id in ("", "0"):
            return "", heading
        return self.lists.number(list_id, whole(level, 0)), heading

    def _level_of(self, list_id: str, style: str) -> str:
        levels = self.lists.levels.get(self.lists.abstract_of.get(list_id, ""), {})
        return next((str(at) for at, level in levels.items() if level.style == style), "0")

    def _text(self, paragraph: Element) -> str:
        return self.counted("".join(self._words(paragraph)))

    def _words(self, element: Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in ("fldChar", "instrText"):
                self._field(child)
            elif tag in ("t", *MARKS):
                if all(state == RESULT for state in self.fields):
                    yield MARKS.get(tag) or child.text or ""
            elif tag in ("del", "moveFrom"):
                self.left_out["deleted"] = 1
            elif tag == "r":
                yield from self._run(child)
            elif tag in ("drawing", "pict", "object"):
                self._pictures(child)
            elif tag in ("oMath", "oMathPara"):
                yield "".join(each.text or "" for each in child.iter("t"))
            elif tag in RUNS:
                if tag == "fldSimple":
                    self._link(child.get("instr", ""))
                yield from self._words(child)

    def _run(self, run: Element) -> Iterator[str]:
        """The words of a run: none of a hidden one, nor the mark of a note, whose digits would join the figure before it."""
        if is_on(run.find("rPr/vanish")):
            self.left_out["hidden"] = 1
            return
        style = self.styles.get(value_of(run.find("rPr/rStyle")))
        raised = value_of(run.find("rPr/vertAlign"), "superscript" if style and style.raised else "") == "superscript"
        words = "".join(self._words(run))
        if not (raised and NOTE_MARK.fullmatch(words)):
            yield words

    def _field(self, element: Element) -> None:
        """Follow a field: what it says to Word is no text, what Word made of it is."""
        kind = element.get("fldCharType", "")
        if element.tag == "instrText":
            if self.fields and self.fields[-1] != RESULT:
                self.fields[-1] += element.text or ""
        elif kind == "begin":
            self.fields.append("")
        elif self.fields and kind in ("separate", "end"):
            instructions = self.fields.pop()
            if instructions != RESULT:
                self._link(instructions)
            if kind == "separate":
                self.fields.append(RESULT)

    def _link(self, instructions: str) -> None:
        if match := _LINK.match(instructions):
            named = re.findall(r'"([^"]*[./\\][^"]*)"', match[1]) or re.findall(r"\S*[/\\.]\S+", match[1]) or ["another file"]
            self.links.append(f"words or figures from {named[0]}".replace("\\\\", "\\"))

    def _pictures(self, drawn: Element) -> None:
        for each in drawn.iter():
            if each.tag in PICTURES and id(each) not in self.seen:
                self.seen.add(id(each))
                self.left_out[PICTURES[each.tag]] += 1


RESULT = "\0"
"""Stands for the instructions of a field whose result has begun."""


def _so_many(element: Element | None, otherwise: int) -> int:
    return min(max(whole(value_of(element), otherwise), otherwise), MOST_COLUMNS + 1)


def _end_is_deleted(paragraph: Element) -> bool:
    """Whether tracked changes delete the end of a paragraph: it has no number of its own, and its words join the next."""
    return paragraph.find("pPr/rPr/del") is not None or paragraph.find("pPr/rPr/moveFrom") is not None


def _boxes(paragraph: Element) -> list[Element]:
    """The text boxes that hang on a paragraph; the second copy that Word keeps for old programs is left out."""
    copies = {id(box) for fallback in paragraph.iter("Fallback") for box in fallback.iter("txbxContent")}
    inner = {id(box) for whole in paragraph.iter("txbxContent") for box in whole.iter("txbxContent") if box is not whole}
    return [box for box in paragraph.iter("txbxContent") if id(box) not in copies | inner]


def _through(element: Element, tag: str) -> Iterator[Element]:
    """The children of this name, also those within content controls."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in SEEN_THROUGH:
            yield from _through(child, tag)


def _paragraphs(cell: Element) -> Iterator[Element]:
    """Every paragraph of a cell, in order."""
    for child in cell:
        if child.tag == "p":
            yield child
        elif child.tag in SEEN_THROUGH:
            yield from _paragraphs(child)
