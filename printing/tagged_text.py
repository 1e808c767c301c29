"""The text of a tagged PDF of our own as blocks in reading order: what is printed, where `reading_aloud` has what is heard.

It is used in a bounded process: the file may be anybody's.
"""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from printing.reading_aloud import UNTAGGED, drawn_on, is_element, kids, marked, rows_of

MOST_PAGES = 300
MOST_COLUMNS = 60
MAKER = "WeasyPrint"

_HEADING = re.compile(r"/H[1-6]?")
_IN_LINE = {"/Span", "/Link", "/Lbl", "/NonStruct", "/Em", "/Strong", "/Quote", "/Code", "/Reference", "/Annot"}
_LEAVES = {"/P", "/Caption", "/Note"}
_TERM = re.compile(r"[^\W\d_]{3}")
_BROKEN = re.compile(r"\w[-/\N{NON-BREAKING HYPHEN}]\Z")


class Fault(Enum):
    """Why a PDF is not read."""

    LOCKED = "locked"
    DAMAGED = "damaged"
    TOO_LONG = "too long"
    FOREIGN = "foreign"
    UNTAGGED = "untagged"
    LETTERS = "letters"


class NotRead(Exception):
    """The PDF is not read: `fault` says why, `pages` how many it has where that is known."""

    def __init__(self, fault: Fault, pages: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.pages = pages


@dataclass
class Text:
    """What was read. A block is ["heading" | "paragraph", number, text] or ["table", rows].

    Rows are the texts of their cells: a line for each paragraph, None where the cell on the left goes on. `left_out` counts
    pictures, and says whether the margins hold text.
    """

    blocks: list[list[object]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def load() -> None:
    """Load what reads a PDF: a process that is bounded later could not."""
    import pikepdf

    pikepdf.new().close()


def read(paper: bytes) -> Text:
    """The blocks of a paper. Raises NotRead; MemoryError where it takes more than is allowed."""
    import pikepdf

    try:
        # Not mended: half a paper read as if it were whole would be called right.
        with pikepdf.open(io.BytesIO(paper), attempt_recovery=False, suppress_warnings=True) as document:
            text = _read(document)
            if document.get_warnings():
                raise NotRead(Fault.DAMAGED)
            return text
    except pikepdf.PasswordError:
        raise NotRead(Fault.LOCKED) from None
    except (NotRead, MemoryError):
        raise
    except Exception:
        # Any object of a damaged file may be of another kind than its place asks for.
        raise NotRead(Fault.DAMAGED) from None


def _read(document: Any) -> Text:
    if len(document.pages) > MOST_PAGES:
        raise NotRead(Fault.TOO_LONG, len(document.pages))
    tree = document.Root.get("/StructTreeRoot")
    if tree is None:
        raise NotRead(Fault.UNTAGGED)
    if not str(document.docinfo.get("/Producer", "")).startswith(MAKER):
        raise NotRead(Fault.FOREIGN)
    reader = _Reader(document)
    reader.read(tree, None)
    return reader.text


class _Reader:
    """Walks the structure tree and gathers its blocks."""

    def __init__(self, document: Any) -> None:
        self.text = Text()
        self.pages = {page.objgen: number for number, page in enumerate(document.pages)}
        self.drawn = [drawn_on(page) for page in document.pages]
        self.text.left_out["headers"] = int(any(UNTAGGED in page for page in self.drawn))

    def read(self, element: Any, page: int | None, number: str = "") -> None:
        """Add every block in an element. Words that stand in it beside blocks are a paragraph, the first with this `number`."""
        page = self.page_of(element, page)
        words: list[str] = []
        for child in kids(element):
            tag = str(child.S) if is_element(child) else ""
            if not tag or tag in _IN_LINE:
                words += self.words(child, page)
                continue
            number = self.add("paragraph", number, words)
            words = []
            if _HEADING.fullmatch(tag) or tag in _LEAVES:
                number = self.add("heading" if tag not in _LEAVES else "paragraph", number, self.words(child, page))
            elif tag == "/Table":
                self.table(child, self.page_of(child, page))
            elif tag == "/L" and (rows := self.terms(child, self.page_of(child, page))):
                self.text.blocks.append(["table", rows])
            elif tag == "/LI":
                self.item(child, self.page_of(child, page))
            elif tag == "/Figure":
                self.text.left_out["picture"] += 1
            else:
                self.read(child, page, number)
        self.add("paragraph", number, words)

    def terms(self, whole: Any, page: int | None) -> list[list[str | None]]:
        """A definition list as rows of term and text; none of a list whose labels are bullets or numbers."""
        items = [[part for part in kids(item) if is_element(part)] for item in kids(whole) if is_element(item)]
        if not all(len(parts) == 2 and parts[0].S == "/Lbl" for parts in items):
            return []
        rows: list[list[str | None]] = [[self.cell(part, self.page_of(part, page)) for part in parts] for parts in items]
        return rows if all(_TERM.search(row[0] or "") for row in rows) else []

    def item(self, item: Any, page: int | None) -> None:
        """An entry of a list. Its bullet is no number."""
        parts = [child for child in kids(item) if is_element(child)]
        label = _joined(word for part in parts if part.S == "/Lbl" for word in self.words(part, page))
        for part in parts:
            if part.S != "/Lbl":
                self.read(part, page, label if re.search(r"\w", label) else "")

    def table(self, table: Any, page: int | None) -> None:
        """A table under the headings of the one before it, with nothing between them, goes on with it on another page."""
        for child in (each for each in kids(table) if is_element(each) and each.S == "/Caption"):
            self.add("paragraph", "", self.words(child, page))
        rows = self.rows(table, page)
        heads = rows[: sum(row.get("/P", {}).get("/S") == "/THead" for row in rows_of(table))]
        before = self.text.blocks[-1] if self.text.blocks else [""]
        if heads and before[0] == "table" and before[1][: len(heads)] == heads:  # type: ignore[index]
            before[1] += rows[len(heads) :]  # type: ignore[operator]
        else:
            self.text.blocks.append(["table", rows])

    def rows(self, table: Any, page: int | None) -> list[list[str | None]]:
        """The texts of its cells."""
        rows: list[list[str | None]] = []
        below: Counter[int] = Counter()
        for row in rows_of(table):
            cells: list[str | None] = []
            row_page = self.page_of(row, page)
            for cell in (each for each in kids(row) if is_element(each)):
                self.covered(cells, below)
                wide, deep = _span(cell, "/ColSpan"), _span(cell, "/RowSpan")
                below.update(dict.fromkeys(range(len(cells), len(cells) + wide), deep - 1))
                cells += [self.cell(cell, self.page_of(cell, row_page)), *[None] * (wide - 1)]
            self.covered(cells, below)
            rows.append(cells)
        return rows

    @staticmethod
    def covered(cells: list[str | None], below: Counter[int]) -> None:
        """The places of a row over which cells of rows above reach down are empty."""
        while below[len(cells)] > 0:
            below[len(cells)] -= 1
            cells.append("")

    def cell(self, cell: Any, page: int | None) -> str:
        """The paragraphs of a cell, each a line."""
        inner = _Part(self)
        inner.read(cell, page)
        lines = [f"{number}\t{text}" if number else str(text) for _, number, text in inner.text.blocks if text]
        return "\n".join(lines)

    def words(self, element: Any, page: int | None) -> Iterator[str]:
        """What is printed of an element and all in it, piece by piece."""
        if not is_element(element):
            where = self.page_of(element, page) if hasattr(element, "keys") else page
            number = marked(element)
            if number is not None and where is not None:
                yield self.drawn[where].get(number, "")
            return
        if element.S == "/Figure":
            self.text.left_out["picture"] += 1
            return
        page = self.page_of(element, page)
        for child in kids(element):
            yield from self.words(child, page)

    def add(self, kind: str, number: str, words: Iterable[str]) -> str:
        """Keep a block if it has words. Gives the number that is still to be given: none, once a block has it."""
        text = _joined(words)
        if "\N{REPLACEMENT CHARACTER}" in text:
            raise NotRead(Fault.LETTERS)
        if text:
            self.text.blocks.append([kind, number, text])
            return ""
        return number

    def page_of(self, element: Any, page: int | None) -> int | None:
        return self.pages[element.Pg.objgen] if "/Pg" in element else page


class _Part(_Reader):
    """Gathers the blocks of one cell by themselves; its pictures are counted with the rest."""

    def __init__(self, whole: _Reader) -> None:
        self.text = Text(left_out=whole.text.left_out)
        self.pages = whole.pages
        self.drawn = whole.drawn

    def table(self, table: Any, page: int | None) -> None:
        """A table in a cell: its cells are lines."""
        self.text.blocks += [["paragraph", "", cell] for row in self.rows(table, page) for cell in row if cell]


def _span(cell: Any, name: str) -> int:
    """Over how many columns or rows a cell reaches."""
    said = cell.get("/A", {})
    for attributes in [said] if hasattr(said, "keys") else said:
        if name in attributes:
            return min(max(int(attributes[name]), 1), MOST_COLUMNS)
    return 1


def _joined(words: Iterable[str]) -> str:
    """Pieces as one text. A line ends between pieces, with no space where it was broken after a hyphen or stroke."""
    text = ""
    for word in words:
        text += word if _BROKEN.search(text) and word[:1].isalnum() else f" {word}"
    return " ".join(text.split())
