"""A well-formed HTML page in, the bytes of a PDF out: tagged, PDF/UA-1 and PDF/A-3a. The same page gives the same bytes.

A long paper comes as the pages of its parts, which are drawn two at once, by this process and one beside it, and joined with
their tags; its printed pages are numbered then.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import md5
from threading import Lock

from printing.fonts import FONTS
from printing.joining import in_one, with_clear_ends
from printing.layout import colours, kit, no_garbage_collection, parsed
from printing.look import Look
from printing.mending import mend
from printing.page_ends import beginning, page_starts
from printing.pool import apart, both_at_once

# Pango and fontconfig are shared by the process.
_LOCK = Lock()

PLAIN = Look()

Step = Callable[[int, int], object]
"""Told how many of how many parts are drawn."""


def ignore(done: int, of: int) -> None:
    """Nobody waits to be told."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of data as it is attached: its name, its text, what it is, and the moment that it and the paper bear."""

    name: str
    text: str
    about: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn at a time: a whole paper (part 0), or a part of one, counted from 1.

    Its printed pages end where those of the page `beside` do, if that is given.
    """

    html: str
    stylesheet: str
    """The name of a file in templates/papers."""
    attached: Attached | None = None
    part: int = 0
    beside: str = ""


def draw(html: str, stylesheet: str, attached: Attached | None = None, *, look: Look = PLAIN) -> bytes:
    """A paper of one page, and the name of its stylesheet."""
    return finished([Page(html, stylesheet, attached)], look=look)


def finished(parts: Sequence[Page], step: Step = ignore, *, look: Look = PLAIN) -> bytes:
    """The paper of its parts, in their order; most papers have one."""
    parts = [_in(look, part) for part in parts]
    with _LOCK:
        if len(parts) == 1:
            return with_clear_ends(_identified(drawn(parts[0])))
        papers = _drawn_at_once(parts, step)
        if len(parts) == 2:
            return in_one(papers, FONTS[400])
        # Of thousands of lines joining needs 200 MB, and so does whoever draws them.
        return apart(in_one, list(papers), FONTS[400])


def _in(look: Look, page: Page) -> Page:
    opens = page.part <= 1
    beside = page.beside and look.applied(page.beside, opens=opens)
    return replace(page, html=look.applied(page.html, opens=opens), beside=beside)


def _drawn_at_once(parts: Sequence[Page], step: Step) -> Iterator[bytes]:
    step(0, len(parts))
    for start in range(0, len(parts), 2):
        pair = parts[start : start + 2]
        yield from both_at_once(drawn, *pair) if len(pair) == 2 else [drawn(*pair)]
        step(min(start + 2, len(parts)), len(parts))


def drawn(page: Page) -> bytes:
    """A page as WeasyPrint draws it, corrected. Whoever shares this process with other threads holds the lock."""
    from weasyprint import Attachment

    html = beginning(page.html, page_starts(page.beside, page.stylesheet)) if page.beside else page.html
    tools = kit(page.stylesheet)
    attachments = []
    if it := page.attached:
        utc = it.moment.astimezone(UTC)  # WeasyPrint writes it as UTC whatever its zone
        moments = {"created": utc, "modified": utc}
        attachments.append(Attachment(string=it.text, name=it.name, description=it.about, relationship="Data", **moments))
    with no_garbage_collection():
        return parsed(html, tools.fetcher).write_pdf(
            stylesheets=[tools.stylesheet],
            font_config=tools.fonts,
            color_profiles={"paper": colours(tools.profile)},
            output_intent="paper",
            attachments=attachments,
            pdf_variant="pdf/a-3a",
            pdf_identifier=False,
            finisher=partial(mend, page.part),
        )


def _identified(paper: bytes) -> bytes:
    """With the file identifier that PDF/A asks for, made of the bytes; WeasyPrint would serialise every object again for it."""
    before, mark, after = paper.rpartition(b"/Type /XRef")
    digest = md5(paper, usedforsecurity=False).hexdigest().encode()
    return b"%s%s/ID [<%s> <%s>]%s" % (before, mark, digest, digest, after)
