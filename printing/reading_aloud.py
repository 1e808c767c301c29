"""A tagged PDF as it is read aloud: its text in the order of the structure tree, each cell introduced by its headers.

It is read from the finished file, so it says what a screen reader finds there, and nothing of what stands at the margins.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_HEADINGS = {f"/H{level}": level for level in range(1, 7)}
UNTAGGED = -1


def spoken(paper: bytes) -> list[str]:
    """What is read aloud: an item for each heading, paragraph, entry of a list, row of a table, picture; none without tags."""
    import pikepdf

    try:
        document = pikepdf.open(io.BytesIO(paper))
    except pikepdf.PdfError:
        return []
    with document:
        tree = document.Root.get("/StructTreeRoot")
        if tree is None:
            return []
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        return list(_Reader([drawn_on(page) for page in document.pages], pages).read(tree, None))


class _Reader:
    """Walks the structure tree. `texts` are what each page draws under each number of marked content."""

    def __init__(self, texts: list[dict[int, str]], pages: Mapping[Any, int]) -> None:
        self.texts = texts
        self.pages = pages

    def read(self, element: Any, page: int | None) -> Iterator[str]:
        page = self.page_of(element, page)
        for child in kids(element):
            tag = str(child.get("/S", "")) if is_element(child) else ""
            if tag in _HEADINGS:
                yield f"Heading {_HEADINGS[tag]}: {self.text(child, page)}"
            elif tag == "/Table":
                yield from self.table(child, self.page_of(child, page))
            elif tag == "/L":
                yield from self.items(child, self.page_of(child, page))
            elif tag in ("/P", "/Figure", "/Caption", "/Lbl", "/Link", "/Span", "/NonStruct"):
                if text := self.text(child, page):
                    yield text
            elif tag:
                yield from self.read(child, page)

    def page_of(self, element: Any, page: int | None) -> int | None:
        return self.pages[element.Pg.objgen] if "/Pg" in element else page

    def text(self, element: Any, page: int | None) -> str:
        """What is read of an element and all in it: the text that replaces it, or else what is drawn."""
        return " ".join(" ".join(self.drawn(element, page)).split())

    def drawn(self, element: Any, page: int | None) -> Iterator[str]:
        page = self.page_of(element, page)
        if "/ActualText" in element:
            yield str(element.ActualText)
            return
        if element.S == "/Figure":
            yield f"Picture: {element.get('/Alt', 'not described')}"
            return
        for child in kids(element):
            if is_element(child):
                yield from self.drawn(child, page)
            elif (number := marked(child)) is not None:
                where = self.page_of(child, page) if hasattr(child, "keys") else page
                yield self.texts[where].get(number, "") if where is not None else ""

    def items(self, element: Any, page: int | None) -> Iterator[str]:
        found = [self.text(each, page) for each in kids(element) if is_element(each)]
        yield f"List of {len(found)}"
        yield from (f"• {text}" for text in found)

    def table(self, element: Any, page: int | None) -> Iterator[str]:
        """A row is its heading, and each cell that is not empty with the heading of its column."""
        rows = [(row, list(kids(row))) for row in rows_of(element)]
        yield f"Table of {max((len(cells) for _, cells in rows), default=0)} columns and {len(rows)} rows"
        names: dict[str, str] = {}
        for _, cells in rows:
            own = {str(cell.ID): self.text(cell, page) for cell in cells if "/ID" in cell}
            yield ". ".join(filter(None, (self.cell(cell, page, names, own) for cell in cells)))
            names |= own

    def cell(self, cell: Any, page: int | None, names: Mapping[str, str], own: Mapping[str, str]) -> str:
        """The text of a cell after the headings above it. `own` are those of its row, which are read by themselves."""
        text = self.text(cell, page)
        above = [names[name] for name in map(str, headers_of(cell)) if name in names and name not in own]
        return ": ".join([*above, text]) if text else ""


def kids(element: Any) -> Iterable[Any]:
    """What is in an element, whether it is one thing or several."""
    import pikepdf

    inside = element.get("/K")
    if inside is None:
        return ()
    return inside if isinstance(inside, pikepdf.Array) else (inside,)


def is_element(thing: Any) -> bool:
    """Whether it is an element of the tree, not a mark in a page."""
    return hasattr(thing, "keys") and "/S" in thing


def rows_of(table: Any) -> Iterator[Any]:
    """The rows of a table in their order, its heading first."""
    for child in kids(table):
        if is_element(child) and child.S == "/TR":
            yield child
        elif is_element(child) and child.S != "/Caption":
            yield from rows_of(child)  # of its head, body or foot; with a caption the table is one within another


def headers_of(cell: Any) -> list[Any]:
    """The names of the header cells that a cell refers to."""
    return list(cell.get("/A", {}).get("/Headers", []))


def marked(child: Any) -> int | None:
    """The number of marked content; None for what is none."""
    if isinstance(child, int):
        return child
    number = child.get("/MCID") if hasattr(child, "keys") else None
    return None if number is None else int(number)


def drawn_on(page: Any) -> dict[int, str]:
    """What a page draws, by the number of its marked content; under UNTAGGED what is drawn outside any, as at the margins."""
    import pikepdf

    fonts = {name: _letters(font) for name, font in page.Resources.get("/Font", {}).items()}
    letters: Mapping[int, str] = {}
    numbers: list[int | None] = []
    drawn: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page, "BMC BDC EMC Tf Tj TJ"):
        operator, operands = str(instruction.operator), instruction.operands
        if operator in ("BMC", "BDC"):
            marks: Any = operands[1] if operator == "BDC" else None
            number = marks.get("/MCID") if hasattr(marks, "keys") else None
            numbers.append(None if number is None else int(number))
        elif operator == "EMC":
            numbers.pop()
        elif operator == "Tf":
            letters = fonts.get(str(operands[0]), {})
        else:
            inside = next((number for number in reversed(numbers) if number is not None), UNTAGGED)
            parts = operands[0] if operator == "TJ" else operands
            text = "".join(_decoded(bytes(part), letters) for part in parts if isinstance(part, pikepdf.String))
            drawn[inside] = drawn.get(inside, "") + text
    return drawn


def _decoded(codes: bytes, letters: Mapping[int, str]) -> str:
    """Two bytes are the place of a letter in its font."""
    return "".join(letters.get(int.from_bytes(codes[at : at + 2]), "\N{REPLACEMENT CHARACTER}") for at in range(0, len(codes), 2))


_MAPPED = re.compile(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>\s*?\n")


def _letters(font: Any) -> dict[int, str]:
    """The letters of a font as WeasyPrint embeds it, by their place in it."""
    table = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
    return {int(place, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for place, text in _MAPPED.findall(table)}
