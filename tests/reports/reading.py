"""What anybody who cannot see a paper relies on, asked of the structure tree of the finished file."""

import io
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pdfplumber
import pikepdf

from printing.reading_aloud import headers_of, is_element, kids, rows_of


def reads_well(paper: bytes, papers: int = 1) -> None:
    """Every promise below, of one paper, or of a pack of so many: each of these has its own title and its own page numbers."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        tells_its_language_and_title(document)
        elements = list(elements_of(document))
        has_no_empty_tags(elements)
        has_headings_in_order(elements, papers)
        has_whole_lists(elements)
        has_pictures_in_words(elements)
        has_every_cell_under_its_headers(document, elements)
    is_read_in_the_order_in_which_it_is_seen(paper)
    leaves_the_margins_unread(paper, is_pack=papers > 1)


def elements_of(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the tree, in reading order."""

    def inside(element: Any) -> Iterator[Any]:
        for child in kids(element):
            if is_element(child):
                yield child
                yield from inside(child)

    return inside(document.Root.StructTreeRoot)


def tells_its_language_and_title(document: pikepdf.Pdf) -> None:
    assert str(document.Root.Lang) == "en-GB"
    assert document.Root.MarkInfo.Marked
    assert document.Root.ViewerPreferences.DisplayDocTitle
    assert str(document.docinfo["/Title"]).strip()


def has_no_empty_tags(elements: list[Any]) -> None:
    """A cell may be empty: its row would not be whole without it."""
    empty = [str(each.S) for each in elements if each.S != "/TD" and not list(kids(each)) and "/Alt" not in each]
    assert not empty, empty


def has_headings_in_order(elements: list[Any], papers: int) -> None:
    levels = [int(str(each.S)[2:]) for each in elements if str(each.S)[:2] == "/H" and str(each.S)[2:].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == papers
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def has_whole_lists(elements: list[Any]) -> None:
    for each in elements:
        tags = {str(child.S) for child in kids(each) if is_element(child)}
        if each.S == "/L":
            assert tags == {"/LI"}, tags
        if each.S == "/LI":
            assert each.P.S == "/L"
            assert tags in ({"/LBody"}, {"/Lbl", "/LBody"}), tags


def has_pictures_in_words(elements: list[Any]) -> None:
    assert all(str(each.get("/Alt", "")).strip() for each in elements if each.S == "/Figure")


def has_every_cell_under_its_headers(document: pikepdf.Pdf, elements: list[Any]) -> None:
    """Rows of one length; every header has a scope; every other cell names one of its column and one of its row."""
    named = {str(each.ID): each for each in elements if each.S == "/TH"}
    kept = [str(name) for kid in document.Root.StructTreeRoot.get("/IDTree", {}).get("/Kids", []) for name in kid.Names[::2]]
    assert sorted(kept) == sorted(named)
    for table in (each for each in elements if each.S == "/Table"):
        rows = [list(kids(row)) for row in rows_of(table)]
        assert len({len(row) for row in rows}) == 1
        has_head = any(cell.A.Scope == "/Column" for cell in rows[0] if cell.S == "/TH")
        for row in rows:
            own = {str(cell.ID) for cell in row if cell.S == "/TH"}
            for column, cell in enumerate(row):
                if cell.S == "/TH":
                    assert cell.A.Scope in ("/Column", "/Row")
                    continue
                names = {str(name) for name in headers_of(cell)}
                assert names <= named.keys()
                assert names & own, "no header of its row"
                above = {str(rows[0][column].get("/ID", ""))} if has_head else set()
                assert names == own | above


def is_read_in_the_order_in_which_it_is_seen(paper: bytes) -> None:
    """On each page, what is read later stands below, or on the same line further to the right."""
    with pdfplumber.open(io.BytesIO(paper)) as document:
        places: list[dict[int, tuple[float, float, float]]] = []
        for page in document.pages:
            drawn = defaultdict(list)
            for letter in page.chars:
                if letter["mcid"] is not None and letter["text"].strip():
                    drawn[letter["mcid"]].append(letter)
            places.append(
                {
                    mark: (min(c["top"] for c in chars), max(c["bottom"] for c in chars), min(c["x0"] for c in chars))
                    for mark, chars in drawn.items()
                }
            )
    before = -1, 0.0, 0.0, 0.0
    for page, mark, cell in marks_in_order(paper):
        if mark not in places[page]:
            continue
        top, bottom, left = places[page][mark]
        last_page, last_top, last_bottom, last_left = before
        below = top > last_bottom - 3
        beside = left > last_left and bottom > last_top
        # The second line of a cell is followed by the first line of the next one, further to the right.
        assert page > last_page or below or beside or (cell and left > last_left), (page, mark)
        before = page, top, bottom, left


def marks_in_order(paper: bytes) -> Iterator[tuple[int, int, bool]]:
    """The page and number of everything that is read, in the order of the tree; and whether it is in a cell."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}

        def inside(element: Any, page: int | None, *, cell: bool) -> Iterator[tuple[int, int, bool]]:
            page = pages[element.Pg.objgen] if "/Pg" in element else page
            for child in kids(element):
                if is_element(child):
                    yield from inside(child, page, cell=cell or child.S in ("/TD", "/TH", "/LI"))
                elif isinstance(child, int):
                    assert page is not None
                    yield page, child, cell
                elif "/MCID" in child:
                    yield pages[child.Pg.objgen] if "/Pg" in child else page, int(child.MCID), cell

        yield from list(inside(document.Root.StructTreeRoot, None, cell=False))


def leaves_the_margins_unread(paper: bytes, *, is_pack: bool) -> None:
    """All that is drawn is either read or an artifact, and what stands at the margins is an artifact."""
    read = {(page, mark) for page, mark, _ in marks_in_order(paper)}
    with pdfplumber.open(io.BytesIO(paper)) as document:
        for number, page in enumerate(document.pages):
            margin = ""
            for letter in page.chars:
                if letter["mcid"] is None:
                    assert letter["tag"] == "Artifact", (number, letter["text"])
                    margin += letter["text"]
                else:
                    assert (number, letter["mcid"]) in read, (number, letter["text"])
            assert is_pack or f"Page {number + 1} of {len(document.pages)}" in margin
