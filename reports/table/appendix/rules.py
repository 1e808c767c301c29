"""The committee schedule as the PDF appendix of an agenda pack: A4 landscape, its CSV attached. A long one is cut in parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import accumulate, groupby, pairwise
from math import ceil
from operator import attrgetter
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from display import formats
from printing.engine import PLAIN, Attached, Page, Step, draw, finished, ignore
from printing.fonts import printable
from printing.joining import NUMBERED_LATER
from printing.layout import STYLESHEETS
from printing.look import Look
from reports.table.columns.rules import COMMENT, PAPERWORK, RECRUITED, after_money, money_columns, paid_columns, printed
from reports.table.comparison.rules import CellChange, Reissue
from reports.table.faces import rules as faces
from reports.table.rules import Figure, Row, Schedule, Totals
from reports.table.wording import rules as wording

_STYLESHEET = "appendix.css"

LONG = 200
"""From so many lines on a paper is drawn in parts, two at once, and nobody waits for it: it is made in the background."""

_AT_MOST = 500
"""About so many lines are in a part: WeasyPrint needs 170 kB for each."""

_PIECE = 50
"""Lines of one team that stay together; even, so that every other row is shaded across pieces too."""


def render(
    schedule: Schedule,
    reissue: Reissue | None = None,
    *,
    beside: Schedule | None = None,
    step: Step = ignore,
    look: Look = PLAIN,
) -> bytes:
    """The finished appendix, with what changed since the version before. The same schedule gives the same bytes.

    A Part 1 that stands `beside` a Part 2 has its pages end where those of Part 2 end, up to the section of changes.
    """
    pages = _pages(schedule, reissue, like=beside)
    others = _pages(beside) if beside else [""] * len(pages)
    if len(pages) == 1:
        return finished([Page(pages[0], _STYLESHEET, _attached(schedule), beside=others[0])], look=look)
    parts = [
        Page(html, _STYLESHEET, None if number else _attached(schedule), number + 1, other)
        for number, (html, other) in enumerate(zip(pages, others, strict=True))
    ]
    return finished(parts, step, look=look)


def render_internal(schedule: Schedule, annex: str, reissue: Reissue | None = None, *, look: Look = PLAIN) -> bytes:
    """The appendix marked as internal on every page, and after it well-formed HTML with rules of its own; in one piece."""
    schedule = schedule._replace(paper=schedule.paper._replace(internal=True))
    before, closing, after = page(schedule, reissue).rpartition("</body>")
    # In a sheet of their own: rules that the plain paper does not use would slow it down.
    rules = (STYLESHEETS / "annex.css").read_text()
    html = before.replace("</style>", f"{rules}</style>", 1) + printable(annex) + closing + after
    return draw(html, _STYLESHEET, _attached(schedule), look=look)


def _attached(schedule: Schedule) -> Attached:
    return Attached(faces.csv_name(schedule), faces.as_csv(schedule), "The lines of the table, in pounds", schedule.as_at)


def page(schedule: Schedule, reissue: Reissue | None = None) -> str:
    """The appendix as one HTML page, which WeasyPrint lays out with the stylesheet beside its template."""
    return _page(schedule, reissue, _Part(list(_blocks(schedule))))


def _pages(schedule: Schedule, reissue: Reissue | None = None, *, like: Schedule | None = None) -> list[str]:
    """The same as the pages of its parts, of which a short paper has one; its columns as wide as those of the table it is `like`.

    Only the schedule decides, never the machine: the same schedule gives the same bytes.
    """
    blocks = list(_blocks(schedule))
    cuts = [0, *_cuts(blocks, schedule.total.line_count), len(blocks)]
    if len(cuts) == 2:
        return [_page(schedule, reissue, _Part(blocks), like=like)]
    return [
        _page(schedule, reissue, _Part(blocks[start:end], start == 0, end == len(blocks), numbered=False), like=like)
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


class _Part(NamedTuple):
    """What one drawing holds of a paper: by default the whole. `numbered` is False where its pages are numbered later."""

    blocks: Sequence["_Block"]
    opens: bool = True
    closes: bool = True
    numbered: bool = True


def _page(schedule: Schedule, reissue: Reissue | None, part: _Part, *, like: Schedule | None = None) -> str:
    columns, widths = _columns(like or schedule)
    head, paid = [printable(text) for text in wording.paper_heading(schedule)], paid_columns(schedule)
    context = {
        "title": printable(f"{schedule.title} - {head[0]}" if len(head) > 1 else schedule.title),
        "author": printable(schedule.council),
        "description": printable(schedule.programme),
        "moment": schedule.as_at.isoformat(timespec="seconds"),
        "widths": mark_safe(widths + _continued(schedule) + ("" if part.numbered else NUMBERED_LATER)),
        "opens": part.opens,
        "closes": part.closes,
        "head": head,
        "internal": schedule.paper.internal,
        "data": printable(wording.data_line(schedule)),
        "heading": printable(schedule.title),
        "about": printable(wording.about(schedule)),
        "columns": mark_safe(columns),
        "headings": mark_safe(_headings(schedule)),
        "body": mark_safe("".join(_body(schedule, part.blocks, closes=part.closes))),
        "notes": [printable(note) for note in schedule.notes],
        "key": [(printable(short), printable(meaning)) for short, meaning in wording.key(schedule)],
        "paid": paid,
        "paid_texts": [(printable(name), texts) for name, texts in paid.texts(schedule.credit_style)] if paid else [],
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
        "changes": [CellChange(*map(printable, change)) for change in reissue.changes],
    }


def _columns(schedule: Schedule) -> tuple[str, str]:
    """The `col` elements and the widths of their classes, in mm of the 267 there are: money as wide as its longest figure.

    The smallest wanted for the words is 60; where years or figures are too many for that, all shrinks, the letters too.
    """
    count, after = len(money_columns(schedule)), after_money(schedule)
    longest = max(_money_texts(schedule), key=len)
    # Widths of the semibold letters at 9.5 points: a digit 1.72 mm, a comma or bracket less.
    money = max(19.0, 4.6 + sum(1.1 if letter in ",()- " else 1.72 for letter in longest))  # not money: mm
    fte, paperwork, recruited = 15, 27 * (PAPERWORK in after), 24 * (RECRUITED in after)
    ftes = len(schedule.fte_headings)
    by_year = ftes * fte
    scale = min(1, 267 / (by_year + fte + paperwork + recruited + count * money + 60))
    words = 267 / scale - (by_year + fte + paperwork + recruited + count * money)
    is_talkative = any(len(row.comment) > 60 for _, _, row in schedule.rows())
    comment = words * (45 if is_talkative else 30) / 100
    columns = {"f": fte, "m": money, "y": paperwork, "r": recruited, "c": comment}
    last = "".join({PAPERWORK: "y", RECRUITED: "r", COMMENT: "c"}[name] for name in after)
    widths = "".join(f".{name}{{width:{width * scale:.1f}mm}}" for name, width in columns.items() if width)
    size = f"table{{font-size:{9.5 * scale:.2f}pt}}" if scale < 1 else ""  # not money: points
    return "".join(f'<col class="{name}"/>' for name in f"l{'f' * (1 + ftes)}{'m' * count}{last}"), widths + size


def _money_texts(schedule: Schedule) -> Iterator[str]:
    for totals in (schedule.total, *(phase.total for phase in schedule.phases)):
        for figure in printed(schedule, totals):
            yield formats.figure(figure.shown, schedule.credit_style)
    for _, _, row in schedule.rows():
        for figure in printed(schedule, row):
            yield formats.figure(figure.shown, schedule.credit_style)


_CLASSES = {"FTE": "n", "Paperwork complete": "t"}


def _headings(schedule: Schedule) -> str:
    # The stylesheet keeps the line break: a `br` would be an empty tag.
    cells = ((heading, unit, f"{heading}\n{unit}" if unit else heading) for heading, unit in wording.column_headings(schedule))
    numbers = schedule.fte_headings
    return "".join(
        f'<th class="{_CLASSES.get(heading, "n" if unit or heading in numbers else "")}" scope="col">{escape(text)}</th>'
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
    beside = 1 + len(after_money(schedule)) + len(schedule.fte_headings)
    empty = "<td></td>" * (len(money_columns(schedule)) + beside)
    for number, phase in enumerate(schedule.phases):
        heading = f'<tr class="phase"><th scope="row">{_text(phase.name)}</th>{empty}</tr>'
        *blocks, last = list(_phase(schedule, number, empty)) or [(0, "")]
        for lines, html in blocks:
            yield _Block(number, lines, heading + html)
            heading = ""
        yield _Block(number, last[0], heading + last[1] + _sum(schedule, "sum", phase.total_label, phase.total))


def _phase(schedule: Schedule, number: int, empty: str) -> Iterator[tuple[int, str]]:
    """The rows of each team, by how many lines; of a large one in several pieces."""
    for index, team in enumerate(schedule.phases[number].teams):
        place = _place(number, index)
        heading = f'<tr class="team"><th scope="row">{_text(team.name)}</th>{empty}</tr>' if team.name else ""
        shown = team.name and schedule.show_team_subtotals
        subtotal = _sum(schedule, "sub", f"Subtotal {team.name}", team.subtotal) if shown else ""
        *pieces, last = [team.rows[start : start + _PIECE] for start in range(0, len(team.rows), _PIECE)] or [()]
        for piece in pieces:
            yield len(piece), heading + "".join(_lines(schedule, piece, place))
            heading = ""
        yield len(last), heading + "".join(_lines(schedule, last, place)) + subtotal


def _place(phase: int, team: int) -> str:
    """The class of the lines of a team."""
    return f"g{phase}-{team}"


def _continued(schedule: Schedule) -> str:
    """What stands over a page that begins within a team: each of its lines would say so if it were the first of a page."""
    rules = []
    for number, phase in enumerate(schedule.phases):
        for index, team in enumerate(phase.teams):
            name = f"{phase.name}, {team.name}" if team.name else phase.name
            said = "".join(f"\\{ord(letter):x} " for letter in printable(f"{name} (continued)"))
            rules.append(f'.{_place(number, index)}{{string-set:goes-on "{said}"}}')
    return "".join(rules)


def _lines(schedule: Schedule, rows: Sequence[Row], place: str) -> Iterator[str]:
    after = after_money(schedule)
    for index, row in enumerate(rows):
        shade = " z" if index % 2 else ""
        texts = "".join(_AFTER[name](row) for name in after)
        yield f'<tr class="line{shade} {place}"><th scope="row">{_text(row.title)}</th>{_figures(schedule, row)}{texts}</tr>'


def _paperwork(row: Row) -> str:
    return f'<td class="t">{row.instead_of(PAPERWORK) or formats.yes_no(row.paperwork_complete)}</td>'


_AFTER: Mapping[str, Callable[[Row], str]] = {
    PAPERWORK: _paperwork,
    RECRUITED: lambda row: f"<td>{_text(row.recruited)}</td>",
    COMMENT: lambda row: f"<td>{_text(row.comment)}</td>",
}


def _sum(schedule: Schedule, kind: str, label: str, totals: Totals) -> str:
    blanks = "<td></td>" * len(after_money(schedule))
    return f'<tr class="{kind}"><th scope="row">{_text(label)}</th>{_figures(schedule, totals)}{blanks}</tr>'


def _figures(schedule: Schedule, row: Row | Totals) -> str:
    withheld = row.instead_of if isinstance(row, Row) else _nothing
    beside = formats.fte_beside(row.size) if isinstance(row, Row) else ""
    fte = f"{row.fte_text}<br/>{_text(beside)}" if beside else row.fte_text
    wraps = " f" if beside or (isinstance(row, Totals) and row.fte_gap) else ""
    cells = [f'<td class="n{wraps}">{withheld("fte") or fte}</td>']
    cells += [f'<td class="n f">{text}</td>' for text in schedule.fte_texts(row)]
    brackets = schedule.credit_style == formats.CreditStyle.BRACKETS
    for figure in printed(schedule, row):
        # A closing bracket stands outside the column, so that digits stay under digits.
        hung = "k" if brackets and (figure.shown or 0) < 0 else "n"
        cells.append(f'<td class="{hung}{" f" if figure.word else ""}">{withheld("amounts") or _figure(schedule, figure)}</td>')
    return "".join(cells)


def _nothing(_: str) -> str:
    """A total is never withheld."""
    return ""


def _figure(schedule: Schedule, figure: Figure) -> str:
    return wording.cell(figure, schedule.credit_style)


def _text(text: str) -> str:
    return escape(printable(text))
