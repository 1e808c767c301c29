"""The committee schedule as the PDF appendix of an agenda pack: A4 landscape, tagged, PDF/UA-1 and PDF/A-3a, its CSV attached.

Other papers are drawn the same way from a page of their own and a stylesheet beside its template (`draw`).

The only module that imports WeasyPrint, and only when something is rendered: the import costs half a second. What WeasyPrint 70
leaves undone for PDF/UA is mended before the file is written: TH scopes, the IDTree, running heads as artifacts, "-" read as
"nil", and the PDF/UA mark in the metadata. A long paper is drawn in parts, two at once, by this process and a helper, and joined
with its tags; its pages are numbered then.
"""

import atexit
import gc
import io
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from hashlib import md5
from html import escape
from itertools import accumulate, count, groupby, pairwise
from math import ceil
from operator import attrgetter
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Lock
from typing import Any, NamedTuple
from xml.etree import ElementTree

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from display import formats
from printing.joining import PLACEHOLDER, font_of, in_one, in_one_apart, with_clear_ends
from reports.table.comparison.rules import Change, Reissue
from reports.table.faces import rules as faces
from reports.table.rules import Figure, PhaseSection, Row, Schedule, Totals
from reports.table.wording import rules as wording

_ROOT = Path(__file__).resolve().parents[3]
_STYLESHEETS = _ROOT / "templates/papers"
_FONTS = {
    400: _ROOT / "improvement_budget/static/vendor/fonts/source-sans-pro/SourceSansPro-Regular.ttf",
    600: _ROOT / "improvement_budget/static/vendor/fonts/source-sans-pro/SourceSansPro-Semibold.ttf",
}
# Pango and fontconfig are shared by the process.
_LOCK = Lock()

LONG = 200
"""From so many lines on a paper is drawn in parts, two at once, and nobody waits for it: it is made in the background."""

_AT_MOST = 500
"""About so many lines are in a part: WeasyPrint needs 170 kB for each."""

_PIECE = 50
"""Lines of one team that stay together; even, so that every other row is shaded across pieces too."""

_NUMBERED_LATER = f'@page{{@bottom-left{{content:"{PLACEHOLDER}"}}}}'


Step = Callable[[int, int], object]
"""Told how many of how many parts are drawn."""


def ignore(done: int, of: int) -> None:
    """Nobody waits to be told."""


def render(schedule: Schedule, reissue: Reissue | None = None, *, beside: Schedule | None = None, step: Step = ignore) -> bytes:
    """The finished appendix, with what changed since the version before. The same schedule gives the same bytes.

    A Part 1 that stands `beside` a Part 2 has its pages end where those of Part 2 end, up to the section of changes.
    """
    attachment = _Attached(faces.csv_name(schedule), faces.as_csv(schedule), schedule.as_at)
    pages = _pages(schedule, reissue, like=beside)
    others = _pages(beside) if beside else [""] * len(pages)
    if len(pages) == 1:
        with _LOCK:
            return with_clear_ends(_identified(_draw(_Part(pages[0], attachment, beside=others[0]))))
    parts = [
        _Part(html, None if number else attachment, number + 1, beside=other)
        for number, (html, other) in enumerate(zip(pages, others, strict=True))
    ]
    join = in_one if len(parts) == 2 else in_one_apart
    with _LOCK:
        return join(_drawn_at_once(parts, step), _FONTS[400])


def render_internal(schedule: Schedule, annex: str, reissue: Reissue | None = None) -> bytes:
    """The appendix marked as internal on every page, and after it well-formed HTML with rules of its own; in one piece."""
    schedule = schedule._replace(paper=schedule.paper._replace(internal=True))
    attachment = _Attached(faces.csv_name(schedule), faces.as_csv(schedule), schedule.as_at)
    before, closing, after = page(schedule, reissue).rpartition("</body>")
    # In a sheet of their own: rules that the plain paper does not use would slow it down.
    rules = (_STYLESHEETS / "annex.css").read_text()
    html = before.replace("</style>", f"{rules}</style>", 1) + printable(annex) + closing + after
    with _LOCK:
        return with_clear_ends(_identified(_draw(_Part(html, attachment))))


def draw(page: str, stylesheet: str) -> bytes:
    """A paper of one well-formed HTML page, and the name of its stylesheet. The same page gives the same bytes."""
    with _LOCK:
        return with_clear_ends(_identified(_draw(_Part(page, None, stylesheet=stylesheet))))


_FLOW = ("tr", "h2", "p", "li")
"""What can begin a page. Both parts have the same of these, in the same order, up to the section of changes."""


def _page_starts(html: str) -> set[int]:
    """Which of the elements in the flow of this page, counted from nought, begin a printed page after the first."""
    kit = _kit()
    parsed = _parsed(html, kit.fetcher)
    numbers = {element: number for number, element in enumerate(_in_flow(parsed.etree_element))}
    heads = set(_in_flow(parsed.etree_element.find(".//thead")))
    with _no_garbage_collection():
        document = parsed.render(stylesheets=[kit.stylesheet], font_config=kit.fonts)
    firsts = (next(_elements(page_._page_box, numbers.keys() - heads), None) for page_ in document.pages[1:])
    return {numbers[first] for first in firsts if first is not None}


def _in_flow(root: Any) -> Iterator[Any]:
    return (element for element in root.iter() if element.tag in _FLOW)


def _elements(box: Any, wanted: Any) -> Iterator[Any]:
    """The elements among these that are laid out in a box, from the top."""
    for child in getattr(box, "children", ()):
        if child.element in wanted:
            yield child.element
        yield from _elements(child, wanted)


def _beginning(html: str, starts: set[int]) -> str:
    """The page with a page break before each of these elements."""
    numbers = count()

    def mark(match: re.Match[str]) -> str:
        return f'<{match[1]} data-begins=""' if next(numbers) in starts else match[0]

    return re.sub(rf"<({'|'.join(_FLOW)})\b", mark, html)


class _Attached(NamedTuple):
    """The CSV as it is attached."""

    name: str
    text: str
    moment: datetime


class _Part(NamedTuple):
    """What is drawn at a time: a whole paper (number 0), or one of its parts. Its pages end where those of `beside` do."""

    html: str
    attached: _Attached | None
    number: int = 0
    stylesheet: str = "appendix.css"
    beside: str = ""


def page(schedule: Schedule, reissue: Reissue | None = None) -> str:
    """The appendix as one HTML page, which WeasyPrint lays out with the stylesheet beside its template."""
    return _page(schedule, reissue, list(_blocks(schedule)))


def _pages(schedule: Schedule, reissue: Reissue | None = None, *, like: Schedule | None = None) -> list[str]:
    """The same as the pages of its parts, of which a short paper has one; its columns as wide as those of the table it is `like`.

    Only the schedule decides, never the machine: the same schedule gives the same bytes.
    """
    blocks = list(_blocks(schedule))
    cuts = [0, *_cuts(blocks, schedule.total.line_count), len(blocks)]
    if len(cuts) == 2:
        return [_page(schedule, reissue, blocks, like=like)]
    return [
        _page(schedule, reissue, blocks[start:end], like=like, opens=start == 0, closes=end == len(blocks), numbered=False)
        for start, end in pairwise(cuts)
    ]


def _cuts(blocks: Sequence["_Block"], lines: int) -> list[int]:
    """Before which blocks a long paper is cut into parts that take about as long, an even number of them.

    It is cut between two phases, which begin a page anyway, where that is near enough.
    """
    if lines < LONG:
        return []
    parts = 2 * ceil(lines / (2 * _AT_MOST))
    before = list(accumulate(block.lines for block in blocks[:-1]))
    found = []
    # Of two parts the first is smaller: who draws it joins them then.
    goals = [lines * 0.46] if parts == 2 else [lines * number / parts for number in range(1, parts)]  # not money: lines
    for goal in goals:
        away = {place: abs(count - goal) for place, count in enumerate(before, start=1)}
        near = [place for place in away if blocks[place].phase != blocks[place - 1].phase and away[place] < lines / parts / 6]
        found.append(min(near or away, key=away.__getitem__, default=0))
    return sorted({place for place in found if place})


def _page(
    schedule: Schedule,
    reissue: Reissue | None,
    blocks: Sequence["_Block"],
    *,
    like: Schedule | None = None,
    opens: bool = True,
    closes: bool = True,
    numbered: bool = True,
) -> str:
    columns, widths = _columns(like or schedule)
    head = [printable(text) for text in wording.paper_heading(schedule)]
    context = {
        "title": printable(f"{schedule.title} - {head[0]}" if len(head) > 1 else schedule.title),
        "author": printable(schedule.council),
        "description": printable(schedule.programme),
        "moment": schedule.as_at.isoformat(timespec="seconds"),
        "widths": mark_safe(widths + ("" if numbered else _NUMBERED_LATER)),
        "opens": opens,
        "closes": closes,
        "head": head,
        "internal": schedule.paper.internal,
        "data": printable(wording.data_line(schedule)),
        "heading": printable(schedule.title),
        "about": printable(wording.about(schedule)),
        "columns": mark_safe(columns),
        "headings": mark_safe(_headings(schedule)),
        "body": mark_safe("".join(_body(schedule, blocks, closes=closes))),
        "notes": [printable(note) for note in schedule.notes],
        "key": [(printable(short), printable(meaning)) for short, meaning in wording.key(schedule)],
        "reissue": _reissue(reissue, schedule.unit_label) if reissue else None,
    }
    return render_to_string("papers/appendix.html", context)


def _reissue(reissue: Reissue, unit: str) -> dict[str, Any]:
    """The section that says what changed. A line's name is printed with each of its cells: rows are read by themselves."""
    return {
        "version": reissue.version,
        "issued_on": reissue.issued_on,
        "reason": printable(reissue.reason),
        "unit": unit,
        "changes": [Change(*map(printable, change)) for change in reissue.changes],
    }


# What would vanish, reorder the text, or draw as an empty box. NUL and its like are not even allowed in HTML.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def printable(text: str) -> str:
    """The text without control and direction marks, "?" for what the paper's fonts cannot draw. Plain text still: not escaped."""
    if text.isascii() and text.isprintable():
        return text
    text = _UNPRINTABLE.sub("", text)
    drawn = _characters()
    return "".join(letter if letter in drawn or letter.isspace() else "?" for letter in text)


@cache
def _characters() -> frozenset[str]:
    from fontTools.ttLib import TTFont

    drawn = []
    for path in _FONTS.values():
        with TTFont(path, lazy=True) as font:
            drawn.append(frozenset(chr(code) for code in font.getBestCmap()))
    return frozenset.intersection(*drawn)


def _columns(schedule: Schedule) -> tuple[str, str]:
    """The `col` elements and the widths of their classes, in mm of the 267 there are: money as wide as its longest figure.

    The smallest wanted for the words is 60; where years or figures are too many for that, all shrinks, the letters too.
    """
    count = len(schedule.years) + 1
    longest = max(_money_texts(schedule), key=len)
    # Widths of the semibold letters at 9.5 points: a digit 1.72 mm, a comma or bracket less.
    money = max(19.0, 4.6 + sum(1.1 if letter in ",()- " else 1.72 for letter in longest))  # not money: mm
    fte, paperwork, recruited = 15, 27, 24
    scale = min(1, 267 / (fte + paperwork + recruited + count * money + 60))
    words = 267 / scale - (fte + paperwork + recruited + count * money)
    is_talkative = any(len(row.comment) > 60 for _, _, row in schedule.rows())
    comment = words * (45 if is_talkative else 30) / 100
    columns = {"f": fte, "m": money, "y": paperwork, "r": recruited, "c": comment}
    widths = "".join(f".{name}{{width:{width * scale:.1f}mm}}" for name, width in columns.items())
    size = f"table{{font-size:{9.5 * scale:.2f}pt}}" if scale < 1 else ""  # not money: points
    return "".join(f'<col class="{name}"/>' for name in f"lf{'m' * count}yrc"), widths + size


def _money_texts(schedule: Schedule) -> Iterator[str]:
    for totals in (schedule.total, *(phase.total for phase in schedule.phases)):
        for figure in (*totals.years, totals.full_year):
            yield formats.figure(figure.shown, schedule.credit_style)
    for _, _, row in schedule.rows():
        for figure in (*row.years, row.full_year):
            yield formats.figure(figure.shown, schedule.credit_style)


_CLASSES = {"FTE": "n", "Paperwork complete": "t"}


def _headings(schedule: Schedule) -> str:
    # The stylesheet keeps the line break: a `br` would be an empty tag.
    cells = ((heading, unit, f"{heading}\n{unit}" if unit else heading) for heading, unit in wording.column_headings(schedule))
    return "".join(
        f'<th class="{_CLASSES.get(heading, "n" if unit else "")}" scope="col">{escape(text)}</th>'
        for heading, unit, text in cells
    )


class _Block(NamedTuple):
    """Rows that stay in one part: those of a team, with the heading or total of its phase where it is the first or last."""

    phase: int
    lines: int
    html: str


def _body(schedule: Schedule, blocks: Sequence[_Block], *, closes: bool) -> Iterator[str]:
    # In a long paper each phase begins a page.
    begins = '<tbody class="new">' if schedule.total.line_count >= LONG else "<tbody>"
    for phase, same in groupby(blocks, key=attrgetter("phase")):
        yield "<tbody>" if phase == blocks[0].phase else begins
        yield from (block.html for block in same)
        yield "</tbody>"
    if closes:
        yield f"<tbody>{_sum(schedule, 'all', schedule.total_label, schedule.total)}</tbody>"


def _blocks(schedule: Schedule) -> Iterator[_Block]:
    empty = "<td></td>" * (len(schedule.years) + 5)
    for number, phase in enumerate(schedule.phases):
        heading = f'<tr class="phase"><th scope="row">{_text(phase.name)}</th>{empty}</tr>'
        *blocks, last = list(_phase(schedule, phase, empty)) or [(0, "")]
        for lines, html in blocks:
            yield _Block(number, lines, heading + html)
            heading = ""
        yield _Block(number, last[0], heading + last[1] + _sum(schedule, "sum", phase.total_label, phase.total))


def _phase(schedule: Schedule, phase: PhaseSection, empty: str) -> Iterator[tuple[int, str]]:
    """The rows of each team, by how many lines; of a large one in several pieces."""
    for team in phase.teams:
        heading = f'<tr class="team"><th scope="row">{_text(team.name)}</th>{empty}</tr>' if team.name else ""
        shown = team.name and schedule.show_team_subtotals
        subtotal = _sum(schedule, "sub", f"Subtotal {team.name}", team.subtotal) if shown else ""
        *pieces, last = [team.rows[start : start + _PIECE] for start in range(0, len(team.rows), _PIECE)] or [()]
        for piece in pieces:
            yield len(piece), heading + "".join(_lines(schedule, piece))
            heading = ""
        yield len(last), heading + "".join(_lines(schedule, last)) + subtotal


def _lines(schedule: Schedule, rows: Sequence[Row]) -> Iterator[str]:
    for index, row in enumerate(rows):
        shade = " z" if index % 2 else ""
        yield (
            f'<tr class="line{shade}"><th scope="row">{_text(row.title)}</th>{_figures(schedule, row)}'
            f'<td class="t">{row.instead_of("paperwork_complete") or formats.yes_no(row.paperwork_complete)}</td>'
            f"<td>{_text(row.recruited)}</td><td>{_text(row.comment)}</td></tr>"
        )


def _sum(schedule: Schedule, kind: str, label: str, totals: Totals) -> str:
    return f'<tr class="{kind}"><th scope="row">{_text(label)}</th>{_figures(schedule, totals)}<td></td><td></td><td></td></tr>'


def _figures(schedule: Schedule, row: Row | Totals) -> str:
    withheld = row.instead_of if isinstance(row, Row) else _nothing
    cells = [f'<td class="n">{withheld("fte") or formats.fte(row.fte)}</td>']
    brackets = schedule.credit_style == formats.CreditStyle.BRACKETS
    for figure in (*row.years, row.full_year):
        # A closing bracket stands outside the column, so that digits stay under digits.
        hung = "k" if brackets and (figure.shown or 0) < 0 else "n"
        cells.append(f'<td class="{hung}">{withheld("amounts") or _figure(schedule, figure)}</td>')
    return "".join(cells)


def _nothing(_: str) -> str:
    """A total is never withheld."""
    return ""


def _figure(schedule: Schedule, figure: Figure) -> str:
    return formats.figure(figure.shown, schedule.credit_style)


def _text(text: str) -> str:
    return escape(printable(text))


def _draw(part: _Part) -> bytes:
    from weasyprint import Attachment

    html = _beginning(part.html, _page_starts(part.beside)) if part.beside else part.html
    kit = _kit(part.stylesheet)
    attachments = []
    if part.attached:
        name, text, moment = part.attached
        about = "The lines of the table, in pounds"
        attachments.append(
            Attachment(string=text, name=name, description=about, created=moment, modified=moment, relationship="Data")
        )
    with _no_garbage_collection():
        return _parsed(html, kit.fetcher).write_pdf(
            stylesheets=[kit.stylesheet],
            font_config=kit.fonts,
            color_profiles={"paper": _colours(kit.profile)},
            output_intent="paper",
            attachments=attachments,
            pdf_variant="pdf/a-3a",
            pdf_identifier=False,
            finisher=partial(_mend, part.number),
        )


def _parsed(html: str, fetcher: Any) -> Any:
    """The page for WeasyPrint. It is well-formed, so the XML parser of the standard library reads it, in a tenth of the time."""
    import weasyprint

    read = weasyprint.HTML.__new__(weasyprint.HTML)
    read.base_url, read.url_fetcher, read.media_type = None, fetcher, "print"
    root = ElementTree.fromstring(html)
    read.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(root, content_language=None)
    read.etree_element = read.wrapper_element.etree_element
    return read


def _identified(paper: bytes) -> bytes:
    """With the file identifier that PDF/A asks for, made of the bytes; WeasyPrint would serialise every object again for it."""
    before, mark, after = paper.rpartition(b"/Type /XRef")
    digest = md5(paper, usedforsecurity=False).hexdigest().encode()
    return b"%s%s/ID [<%s> <%s>]%s" % (before, mark, digest, digest, after)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Layout makes millions of objects and frees none: collecting meanwhile costs a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Kit(NamedTuple):
    """What every rendering of this process with one stylesheet uses again."""

    stylesheet: Any
    fonts: Any
    fetcher: Any
    profile: bytes


@cache
def _kit(name: str = "appendix.css") -> _Kit:
    """A parsed stylesheet, its fonts, the colour profile, and a fetcher that gives nothing but `data:` and those fonts."""
    import weasyprint
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    allowed = {path.as_uri() for path in _FONTS.values()}

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:") or url in allowed:
                return super().fetch(url, headers)
            raise ValueError("Nothing is fetched for a paper.")

    font_faces = "".join(
        f'@font-face{{font-family:"Source Sans Pro";font-weight:{weight};src:url("{path.as_uri()}")}}'
        for weight, path in _FONTS.items()
    )
    fetcher, fonts = Fetcher(), FontConfiguration()
    # Given back while the interpreter still stands: its end is too late.
    atexit.register(_kit.cache_clear)
    stylesheet = CSS(string=font_faces + (_STYLESHEETS / name).read_text(), font_config=fonts, url_fetcher=fetcher)
    return _Kit(stylesheet, fonts, fetcher, (Path(weasyprint.__file__).parent / "pdf/sRGB2014.icc").read_bytes())


def _colours(profile: bytes) -> Any:
    # Left to itself, WeasyPrint opens the file for each paper and never closes it. A profile that was used gives other bytes.
    from weasyprint.css import ColorProfile

    return ColorProfile(io.BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def _drawn_at_once(parts: Sequence[_Part], step: Step) -> Iterator[bytes]:
    """The parts in their order, every second by the helper meanwhile; or here, where the helper is gone."""
    step(0, len(parts))
    for start in range(0, len(parts), 2):
        yield from _pair(*parts[start : start + 2])
        step(min(start + 2, len(parts)), len(parts))


def _pair(first: _Part, second: _Part | None = None) -> list[bytes]:
    if second is None:
        return [_draw(first)]
    helper = _helper()
    try:
        pickle.dump(second, helper.stdin)
        helper.stdin.flush()
        return [_draw(first), pickle.load(helper.stdout)]
    except BaseException as error:
        # The next paper must find no answer to this one, so it finds a new helper.
        _helper.cache_clear()
        _stop(helper)
        if not isinstance(error, OSError | EOFError | pickle.UnpicklingError):
            raise
        # The helper was killed, perhaps for its memory.
        return [_draw(first), _draw(second)]


@cache
def _helper() -> Any:
    """A second process that draws, started for the first long paper and kept warm; it ends with this one."""
    start = "from reports.table.appendix import rules; rules.draw_what_is_asked()"
    helper = Popen([sys.executable, "-c", start], cwd=_ROOT, stdin=PIPE, stdout=PIPE, start_new_session=True)
    atexit.register(_stop, helper)
    return helper


# Two processes must not talk to one helper.
os.register_at_fork(after_in_child=_helper.cache_clear)


def _stop(helper: Any) -> None:
    """Without its pipes it ends by itself, and takes its temporary files along."""
    for pipe in (helper.stdin, helper.stdout):
        with suppress(OSError):
            pipe.close()
    try:
        helper.wait(timeout=10)
    except TimeoutExpired:
        helper.kill()
        helper.wait()


def draw_what_is_asked() -> None:
    """What the helper does, until the process that started it is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed must not get between the answers
    with suppress(EOFError, BrokenPipeError):
        while True:
            part = pickle.load(sys.stdin.buffer)
            pickle.dump(_draw(part), answers)
            answers.flush()


# The mark of PDF/UA-1, and the description that PDF/A asks of every schema it does not know.
_UA_MARK = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of PDF/UA</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


def _mend(part: int, document: Any, pdf: Any) -> None:
    """What WeasyPrint leaves undone, on its objects, just before they are written."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [written.replace(b"</rdf:RDF>", _UA_MARK) for written in metadata.stream]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = pdf.catalog["AF"][:1]  # the CSV stands there twice
    metadata.compress = False  # PDF/A wants it readable as it stands
    if part > 1:
        _tell_apart(pdf, part)
    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    _name_headers(pdf, tree)
    _make_margins_artifacts(pdf, tree)
    for page_ in document.pages:
        _read_nil(pdf, page_._page_box)


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _tell_apart(pdf: Any, part: int) -> None:
    """Other names for the header cells and fonts of a later part than those of the parts before."""
    for item in pdf.objects:
        if isinstance(item, dict):
            if "ID" in item:
                item["ID"].string = f"part-{part:03}-{item['ID'].string}"
            for name in ("BaseFont", "FontName"):
                if name in item:
                    item[name] = font_of(part, item[name])


def _name_headers(pdf: Any, tree: Any) -> None:
    """A scope for each header cell, and all of them by name in the IDTree."""
    import pydyf

    names: list[tuple[bytes, Any]] = []
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH":
            group = _object(pdf, _object(pdf, item["P"])["P"])
            item["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"
            names.append((item["ID"].data, item))
    if not names:
        return
    names.sort(key=lambda name: name[0])
    flat = [part for _, item in names for part in (item["ID"], item.reference)]
    limits = [names[0][1]["ID"], names[-1][1]["ID"]]
    leaf = pydyf.Dictionary({"Names": pydyf.Array(flat), "Limits": pydyf.Array(limits)})
    pdf.add_object(leaf)
    tree["IDTree"] = pydyf.Dictionary({"Kids": pydyf.Array([leaf.reference])})


def _make_margins_artifacts(pdf: Any, tree: Any) -> None:
    """Running heads and page numbers are tagged, yet hang on no tree: they become artifacts, which no reader reads out."""
    document = _object(pdf, tree["K"][0])
    linked = set(document["K"])
    numbers = _object(pdf, tree["ParentTree"])["Nums"]
    for number, page_reference in enumerate(pdf.page_references):
        stream = _object(pdf, pdf.objects[int(page_reference.split()[0])]["Contents"]).stream
        owners = numbers[2 * number + 1]
        margin = set()
        for marked, owner in enumerate(owners):
            element, top = _object(pdf, owner), owner
            while element["P"] != document.reference:
                top = element["P"]
                element = _object(pdf, top)
            if top not in linked:
                margin.add(marked)
                owners[marked] = "null"
        for index, part in enumerate(stream):
            if isinstance(part, dict) and part.get("MCID") in margin:
                stream[index - 1] = b"/Artifact"
                del part["MCID"]
                part["Type"] = "/Pagination"


def _read_nil(pdf: Any, box: Any) -> None:
    """Says "nil" for each cell that shows "-". WeasyPrint keeps a cell's tag on its box."""
    for child in getattr(box, "children", ()):
        if child.element_tag == "td":
            if child.element.text == formats.NIL:
                _first_span(pdf, child.mark)
        else:
            _read_nil(pdf, child)


def _first_span(pdf: Any, cell: Any) -> None:
    import pydyf

    element = cell
    while element["S"] != "/Span":
        element = _object(pdf, element["K"][0])
    element["ActualText"] = pydyf.String("nil")
