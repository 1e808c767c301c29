"""Where printed pages begin: so that one paper can have its pages end where those of another do."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from printing.layout import kit, no_garbage_collection, parsed

_FLOW = ("tr", "h2", "p", "li")
"""What can begin a page. Both papers have the same of these, in the same order, up to where they may differ."""


def page_starts(html: str, stylesheet: str) -> set[int]:
    """Which of the elements in the flow of this page, counted from zero, begin a printed page after the first."""
    tools = kit(stylesheet)
    page = parsed(html, tools.fetcher)
    numbers = {element: number for number, element in enumerate(_in_flow(page.etree_element))}
    heads = set(_in_flow(page.etree_element.find(".//thead")))
    with no_garbage_collection():
        document = page.render(stylesheets=[tools.stylesheet], font_config=tools.fonts)
    firsts = (next(_elements(printed._page_box, numbers.keys() - heads), None) for printed in document.pages[1:])
    return {numbers[first] for first in firsts if first is not None}


def beginning(html: str, starts: set[int]) -> str:
    """The page with a page break before each of these elements; its stylesheet breaks before `[data-begins]`."""
    numbers = count()

    def mark(match: re.Match[str]) -> str:
        return f'<{match[1]} data-begins=""' if next(numbers) in starts else match[0]

    return re.sub(rf"<({'|'.join(_FLOW)})\b", mark, html)


def _in_flow(root: Any) -> Iterator[Any]:
    return (element for element in root.iter() if element.tag in _FLOW)


def _elements(box: Any, wanted: Any) -> Iterator[Any]:
    """The elements among these that are laid out in a box, from the top."""
    for child in getattr(box, "children", ()):
        if child.element in wanted:
            yield child.element
        yield from _elements(child, wanted)
