"""Reads the text of an OpenDocument text (.odt) in reading order. It runs in the bounded process of `documents.py`."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from reports.draft.rules.docx import LONGEST_ADDRESS, not_read
from reports.draft.rules.package import DAMAGED, Refused, read_part, tree_of
from reports.draft.rules.word_body import MOST_COLUMNS, NOTE_MARK, Gathered
from reports.draft.rules.word_lists import Level, Lists
from reports.draft.rules.word_styles import whole

TEXTS = ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template")
MOST_ROWS_REPEATED = 50
LOOKS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
OUTLINE = "the outline"
GROUPS = {"section", "list-item", "table-header-rows", "table-rows", "table-row-group", "index-body"}
SHAPES = {"custom-shape", "rect", "ellipse", "polygon", "path", "g", "text-box", "a"}
UNSEEN = {"tracked-changes", "annotation", "annotation-end", "note", "hidden-text", "hidden-paragraph", "ruby-text", "forms"}


@dataclass
class Styles:
    """What the styles say that matters here, by their names."""

    raised: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    lists: Lists = field(default_factory=Lists)

    def add(self, root: Element) -> None:
        for style in root.iter("style"):
            name = style.get("name", "")
            for properties in style.findall("text-properties"):
                position = properties.get("text-position", "")
                if position.startswith("super") or re.match(r"[1-9][0-9]?%", position):
                    self.raised.add(name)
                if properties.get("display") == "none":
                    self.hidden.add(name)
        for style in root.iter("list-style"):
            self._levels(style.get("name", ""), style)
        for style in root.iter("outline-style"):
            self._levels(OUTLINE, style)

    def _levels(self, name: str, style: Element) -> None:
        levels = self.lists.levels.setdefault(name, {})
        self.lists.abstract_of[name] = name
        for level in style:
            at = whole(level.get("level", ""), 1) - 1
            look = LOOKS.get(level.get("num-format", ""), "none")
            shown = min(whole(level.get("display-levels", ""), 1), at + 1)
            figures = ".".join(f"%{number}" for number in range(at + 2 - shown, at + 2))
            pattern = f"{level.get('num-prefix', '')}{figures}{level.get('num-suffix', '')}"
            levels[at] = Level(start=whole(level.get("start-value", ""), 1), look=look, pattern=pattern)


@dataclass
class Reader(Gathered):
    """Walks the body of a text; its blocks are those of a Word document."""

    styles: Styles = field(default_factory=Styles)
    notes: list[Element] = field(default_factory=list)

    def read(self, parent: Element, kind: str = "") -> None:
        """Every paragraph, list and table under an element."""
        for element in parent:
            if element.tag in ("p", "h"):
                self._paragraph(element, kind)
            elif element.tag == "list":
                self._list(element, kind)
            elif element.tag == "table":
                self._table(element)
            elif element.tag == "tracked-changes":
                self.left_out["deleted"] = int(element.find(".//deletion") is not None)
            elif element.tag.endswith(("-index", "table-of-content")):
                self.left_out["table of contents"] = 1
            elif element.tag in GROUPS:
                self.read(element, kind)
            elif element.tag == "frame" or element.tag in SHAPES:
                self._shape(element, kind)

    def _paragraph(self, paragraph: Element, kind: str, number: str = "") -> None:
        is_heading = paragraph.tag == "h"
        if is_heading and not number and paragraph.get("is-list-header") != "true":
            number = self.styles.lists.number(OUTLINE, whole(paragraph.get("outline-level", ""), 1) - 1)
        text = self._text(paragraph)
        if text.strip() or number:
            self.add([kind or ("heading" if is_heading else "paragraph"), number, text])
        for shape in _shapes(paragraph):
            self._shape(shape, kind)

    def _list(self, element: Element, kind: str, level: int = 0, style: str = "") -> None:
        for paragraph, number in self._items(element, level, style):
            if paragraph.tag == "table":
                self._table(paragraph)
            else:
                self._paragraph(paragraph, kind, number)

    def _items(self, element: Element, level: int = 0, style: str = "") -> Iterator[tuple[Element, str]]:
        """The paragraphs of a list, each with its number; those within an item have none of their own."""
        style = element.get("style-name", style)
        lists = self.styles.lists
        if level == 0 and element.get("continue-numbering") != "true" and not element.get("continue-list"):
            lists.counters.pop(style, None)
        for item in element:
            if item.tag not in ("list-item", "list-header"):
                continue
            if start := item.get("start-value"):
                lists.counters.setdefault(style, {})[level] = whole(start, 1) - 1
            numbered = item.tag == "list-item"
            for child in item:
                if child.tag == "list":
                    yield from self._items(child, level + 1, style)
                elif child.tag in ("p", "h", "table"):
                    yield child, lists.number(style, level) if numbered and child.tag != "table" else ""
                    numbered = False

    def _table(self, table: Element) -> None:
        rows: list[list[str | None]] = []
        for row in _rows(table):
            if row.find(".//table") is not None:
                rows = self._add_rows(rows)
                for cell in row:
                    self.read(cell)
            else:
                repeated = min(max(whole(row.get("number-rows-repeated", ""), 1), 1), MOST_ROWS_REPEATED)
                rows += [self._row(row)] * repeated
        self._add_rows(rows)

    def _add_rows(self, rows: list[list[str | None]]) -> list[list[str | None]]:
        if rows:
            self.add(["table", rows])
        return []

    def _row(self, row: Element) -> list[str | None]:
        cells: list[str | None] = []
        across = 0
        for cell in row:
            repeated = min(max(whole(cell.get("number-columns-repeated", ""), 1), 1), MOST_COLUMNS + 1)
            if cell.tag == "covered-table-cell":
                cells += [None if across > 0 else ""] * repeated
                across -= repeated
            elif cell.tag == "table-cell":
                across = whole(cell.get("number-columns-spanned", ""), 1) - 1
                cells += [self._cell(cell)] * repeated
        while cells and cells[-1] == "" and len(cells) > MOST_COLUMNS:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Refused(f"A table of this document has more than {MOST_COLUMNS} columns: no paper's has.")
        return cells

    def _cell(self, cell: Element) -> str:
        lines = []
        for child in cell:
            inner = self._items(child) if child.tag == "list" else [(child, "")] if child.tag in ("p", "h") else []
            for paragraph, number in inner:
                if text := self._text(paragraph).strip():
                    lines.append(f"{number}\t{text}" if number else text)
        return "\n".join(lines)

    def _shape(self, shape: Element, kind: str) -> None:
        """The words in a frame or shape; a picture or object in it is counted, and named where it lies elsewhere."""
        if shape.tag == "frame":
            kinds = [
                ("picture", shape.find("image")),
                ("embedded object", shape.find("object")),
                ("embedded object", shape.find("object-ole")),
            ]
            name, found = next(((name, each) for name, each in reversed(kinds) if each is not None), ("", None))
            if found is not None:
                self.left_out[name] += 1
                address = found.get("href", "")
                if re.match(r"[a-z][a-z0-9+.-]*:|\.\./|//", address, re.IGNORECASE):
                    self.links.append(f"{'a picture' if name == 'picture' else 'an object'} at {address[:LONGEST_ADDRESS]}")
        self.read(shape, kind)

    def _text(self, paragraph: Element) -> str:
        return self.counted("".join(self._words(paragraph)))

    def _words(self, element: Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            yield from self._inside(child)
            yield child.tail or ""

    def _inside(self, child: Element) -> Iterator[str]:
        if child.tag == "s":
            yield " " * min(max(whole(child.get("c", ""), 1), 1), 100)
        elif child.tag == "tab":
            yield "\t"
        elif child.tag == "line-break":
            yield "\n"
        elif child.tag == "note":
            self.notes += child.findall("note-body")
        elif child.tag == "annotation":
            self.left_out["comments"] = 1
        elif child.tag == "span" and child.get("style-name", "") in self.styles.hidden:
            self.left_out["hidden"] = 1
        elif child.tag == "span" and child.get("style-name", "") in self.styles.raised:
            words = "".join(self._words(child))
            if not NOTE_MARK.fullmatch(words):
                yield words
        elif child.tag not in UNSEEN and child.tag != "frame" and (child.tag not in SHAPES or child.tag == "a"):
            yield from self._words(child)


def _shapes(paragraph: Element) -> Iterator[Element]:
    """The frames and shapes that hang on a paragraph, none of those within them."""
    for child in paragraph:
        if child.tag == "frame" or (child.tag in SHAPES and child.tag != "a"):
            yield child
        elif child.tag not in UNSEEN:
            yield from _shapes(child)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "table-row":
            yield child
        elif child.tag in GROUPS:
            yield from _rows(child)


def is_one(package: zipfile.ZipFile) -> bool:
    """Whether a package says that it is a text of OpenDocument."""
    return (read_part(package, "mimetype") or b"").decode("latin-1").strip() in TEXTS


def read(package: zipfile.ZipFile) -> dict[str, object]:
    """The blocks of the text, and sentences on what of it is not read. Raises Refused."""
    manifest = read_part(package, "META-INF/manifest.xml")
    if manifest and b"encryption-data" in manifest:
        raise Refused("This document is protected by a password: save it without one and upload that.")
    content = read_part(package, "content.xml")
    if content is None:
        raise Refused(DAMAGED)
    root = tree_of(content)
    body = root.find("body/text")
    if body is None:
        raise Refused(DAMAGED)
    reader = Reader()
    if own := read_part(package, "styles.xml"):
        styles = tree_of(own)
        reader.styles.add(styles)
        margins = [each for page in styles.iter("master-page") for each in page if each.tag in ("header", "footer")]
        reader.left_out["headers"] = int(any("".join(each.itertext()).strip() for each in margins))
    reader.styles.add(root)
    reader.read(body)
    for note in reader.notes:
        reader.read(note, "note")
    return {"blocks": reader.blocks, "left_out": not_read(reader.left_out, reader.links)}
