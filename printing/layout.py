"""What WeasyPrint lays a page out with: a stylesheet, the fonts, and a fetcher that gives nothing else.

It is imported only when something is drawn: that costs half a second and 50 MB.
"""

import atexit
import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from printing.fonts import FONTS, font_faces

STYLESHEETS = Path(__file__).resolve().parent.parent / "templates/papers"
"""The folder of the stylesheets, each beside the template that it is for."""


class Kit(NamedTuple):
    """What every drawing of this process with one stylesheet uses again."""

    stylesheet: Any
    fonts: Any
    fetcher: Any
    profile: bytes


@cache
def kit(name: str) -> Kit:
    """A parsed stylesheet, its fonts, the colour profile, and a fetcher that gives nothing but `data:` and those fonts."""
    import weasyprint
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    allowed = {path.as_uri() for path in FONTS.values()}

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:") or url in allowed:
                return super().fetch(url, headers)
            raise ValueError("Nothing is fetched for a paper.")

    fetcher, fonts = Fetcher(), FontConfiguration()
    # Given back while the interpreter still stands: its end is too late.
    atexit.register(kit.cache_clear)
    stylesheet = CSS(string=font_faces() + (STYLESHEETS / name).read_text(), font_config=fonts, url_fetcher=fetcher)
    return Kit(stylesheet, fonts, fetcher, (Path(weasyprint.__file__).parent / "pdf/sRGB2014.icc").read_bytes())


def colours(profile: bytes) -> Any:
    """The colour profile for one paper: one that was used gives other bytes."""
    # Left to itself, WeasyPrint opens the file for each paper and never closes it.
    from weasyprint.css import ColorProfile

    return ColorProfile(io.BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def parsed(html: str, fetcher: Any) -> Any:
    """The page for WeasyPrint. It is well-formed, so the XML parser of the standard library reads it, in a tenth of the time."""
    import weasyprint

    read = weasyprint.HTML.__new__(weasyprint.HTML)
    read.base_url, read.url_fetcher, read.media_type = None, fetcher, "print"
    root = ElementTree.fromstring(html)
    read.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    read.etree_element = read.wrapper_element.etree_element
    return read


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Layout makes millions of objects and frees none: collecting meanwhile costs a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
