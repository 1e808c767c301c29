"""The structure tree of a paper as WeasyPrint 70 makes it: what a page break cuts in two becomes one element again.

WeasyPrint tags each page by itself. A table over three pages is three tables then, each with its headings, and a list is three
lists. Boxes and elements are walked side by side: the tree has an element for each box, in the same order.
"""

from collections.abc import Iterator
from typing import Any

from printing import speech

Dropped = dict[int, set[int]]
"""By page, the numbers of marked content that is read no longer: headings that are repeated, and what stands at the margins."""

_CELLS = {"td", "th", "dt", "dd"}


class Tree:
    """The tree of one paper, while it is put together."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.source: dict[int, tuple[Any, str]] = {}
        self.dropped: Dropped = {}
        self.names: list[tuple[Any, Any]] = []
        self.pages = {reference: number for number, reference in enumerate(pdf.page_references)}
        self.document = self.of(self.of(pdf.catalog["StructTreeRoot"])["K"][0])

    def of(self, reference: bytes) -> Any:
        return self.pdf.objects[int(reference.split()[0])]

    def tidy(self, pages: Any, part: int = 0) -> None:
        """Read the boxes of every page, and put together what goes on from the page before.

        Of a part of a long paper the first table is that of the whole: its headings have the same names in every part, and are
        read in the first alone.
        """
        kids = iter(list(self.document["K"]))
        whole: list[bytes] = []
        for page in pages:
            body = page._page_box.children[0].children[0]
            on_page = [(box, next(kids)) for box in _inside(body)]
            for box, reference in on_page:
                self._read(box, self.of(reference))
            for index, (_, reference) in enumerate(on_page):
                if index or not whole or not self._joins(self.of(whole[-1]), self.of(reference)):
                    whole.append(reference)
        self.document["K"][:] = whole
        if part:
            self._name_heads(part)
        for again, first in self.names:
            again.string = first.string
        for reference in whole:
            self._list_terms(self.of(reference))

    def _read(self, box: Any, element: Any) -> None:
        """Note from which element of the page it came, and say what would be heard wrongly."""
        self.source[id(element)] = (box.element, box.element_tag)
        if element["S"] == "/LI" and (box.element_tag in ("dt", "dd") or _is_plain_item(box)):
            # WeasyPrint puts an item round its body.
            return self._read(box, self.of(element["K"][0]))
        boxes, references = list(_inside(box)), element["K"]
        if element["S"] == "/LI":
            boxes = [child for child in boxes if child.element_tag not in ("ul", "ol")]  # it hangs on the list itself
        elif boxes and all(child.element_tag == "li" for child in boxes):
            references = [reference for reference in references if self.of(reference)["S"] != "/L"]
        if box.element_tag == "td" and box.element.text and not len(box.element):
            if (heard := speech.cell(box.element.text)) != box.element.text and (span := self._only_span(element)):
                _say(span, heard)
            return None
        for child, reference in zip(boxes, references[len(references) - len(boxes) :], strict=True):
            if isinstance(reference, int):
                continue  # the words of a link hang on it without an element
            kid = self.of(reference)
            text = getattr(child, "text", None)
            if isinstance(text, str):
                if ("/" in text or "000" in text) and (heard := speech.words(text)) != text:
                    _say(kid, heard)
            elif hasattr(child, "children"):
                self._read(child, kid)
        return None

    def _only_span(self, element: Any) -> Any:
        """The one piece of text in a cell; None where it is printed in several, on more than one line."""
        while element["S"] != "/Span":
            if len(element["K"]) != 1:
                return None
            element = self.of(element["K"][0])
        return element

    def _joins(self, before: Any, after: Any) -> bool:
        """Whether an element goes on with that of the page before: then it is put in it."""
        source = self.source.get(id(after))
        if source is None or self.source.get(id(before)) != source:
            return False
        kids, is_row = list(after["K"]), source[1] in ("tr", "div")
        if before["S"] == "/Table":
            kids = [kid for kid in kids if not self._repeats(before, kid)]
        for index, reference in enumerate(kids):
            kid = self.of(reference)
            same = [] if index and not is_row else before["K"][-len(kids) if is_row else -1 :]
            if not any(self._joins(self.of(each), kid) for each in same):
                kid["P"] = before.reference
                before["K"].append(reference)
        after.clear()
        return True

    def _repeats(self, table: Any, reference: bytes) -> bool:
        """Whether it is the heading of a table once more: it is no longer read, and its cells stand for those of the first."""
        head = self.of(reference)
        if head.get("S") != "/THead":
            return False
        first = next((kid for kid in map(self.of, table["K"]) if kid["S"] == "/THead"), None)
        if first is None:
            return False
        for again, cell in zip(self._cells(head), self._cells(first), strict=True):
            self.names.append((again["ID"], cell["ID"]))
        self.drop(head)
        return True

    def _name_heads(self, part: int) -> None:
        table = next(kid for kid in map(self.of, self.document["K"]) if kid["S"] == "/Table")
        head = next(reference for reference in table["K"] if self.of(reference)["S"] == "/THead")
        for number, cell in enumerate(self._cells(self.of(head))):
            cell["ID"].string = f"head-{number}"
        if part > 1:
            table["K"].remove(head)
            self.drop(self.of(head))

    def _cells(self, head: Any) -> list[Any]:
        return [self.of(cell) for row in head["K"] for cell in self.of(row)["K"]]

    def drop(self, element: Any) -> None:
        """No longer read an element and what is in it."""
        page = self.pages[element["Pg"]]
        for kid in element["K"]:
            if isinstance(kid, int):
                self.dropped.setdefault(page, set()).add(kid)
            else:
                self.drop(self.of(kid))
        element.clear()

    def _list_terms(self, element: Any) -> None:
        """A definition list is laid out as a table: in the tree each of its rows is an item, with the term as its label."""
        if self.source.get(id(element), (None, ""))[1] == "dl":
            items = list(self._rows(element))
            element["K"][:] = [item.reference for item in items]
            for item in items:
                self._item(item, element)
            return
        if element["S"] in ("/Table", "/P", "/L"):
            return
        for kid in element["K"]:
            if isinstance(kid, bytes):
                self._list_terms(self.of(kid))

    def _rows(self, element: Any) -> Iterator[Any]:
        for kid in map(self.of, element["K"]):
            if kid["S"] == "/Div":
                yield kid
            else:
                yield from self._rows(kid)
                kid.clear()

    def _item(self, row: Any, whole: Any) -> None:
        label: Any = None
        body: Any = None
        for wrapped in map(self.of, list(row["K"])):
            term = self.source[id(wrapped)][1] == "dt"
            for part in map(self.of, wrapped["K"]):
                into = label if term else body
                if into is None:
                    part["S"], part["P"] = "/Lbl" if term else "/LBody", row.reference
                    label, body = (part, body) if term else (label, part)
                    continue
                for reference in part["K"]:
                    self.of(reference)["P"] = into.reference
                into["K"] += part["K"]
                part.clear()
            wrapped.clear()
        row["S"], row["P"] = "/LI", whole.reference
        row["K"][:] = [part.reference for part in (label, body) if part is not None]


def _inside(box: Any) -> Iterator[Any]:
    """The boxes in a box that have an element of the tree each: lines have none, and those of a table are in its wrapper."""
    if getattr(box, "is_table_wrapper", False) and box.element_tag == "table":
        for child in box.children:
            yield from child.children if child is box.get_wrapped_table() else [child]
        return
    for child in box.children:
        yield from child.children if type(child).__name__ == "LineBox" else [child]


def _is_plain_item(box: Any) -> bool:
    return box.element_tag == "li" and ("list-item" not in box.style["display"] or box.style["list_style_type"] == "none")


def _say(span: Any, heard: str) -> None:
    import pydyf

    span["ActualText"] = pydyf.String(heard)
