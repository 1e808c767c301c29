"""The committee table on screen: django-tables2 declares its columns, the rows are written by us.

A row of django-tables2 costs 0.4 ms, because it inspects every cell's signature and builds its attributes; a row here is one
formatted string. Every text is escaped here, once.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from html import escape  # a plain text: Django's calls a function again wherever it is put into another
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString, mark_safe

from costing.bound import Bound
from costing.line_cost import Absence
from costing.money import Shown
from display import formats
from reports.table.columns.rules import COMMENT, PAPERWORK, RECRUITED, after_money, money_columns, printed
from reports.table.rules import Column, Figure, Lines, Row, Run, Schedule, Totals


class ExpenditureTable(tables.Table):
    """The columns of the committee table, in the source's order; one for each year shown stands between FTE and full year."""

    title = tables.Column(verbose_name="Post or other cost")
    fte = tables.Column(verbose_name="FTE")
    full_year = tables.Column(verbose_name="Full year")
    paperwork_complete = tables.Column(verbose_name="Paperwork complete")
    recruited = tables.Column(verbose_name="Recruited to post")
    comment = tables.Column(verbose_name="Comment")

    classes = {"title": "title", "paperwork_complete": "short", "recruited": "short", "comment": "comment"}

    class Meta:
        orderable = False
        sequence = ("title", "fte", "...", "full_year", "paperwork_complete", "recruited", "comment")

    def __init__(self, schedule: Schedule, **options: Any) -> None:
        self.schedule = schedule
        ftes = [(f"fte_{place}", tables.Column(verbose_name=label)) for place, label in enumerate(schedule.fte_headings)]
        money = [(_anchor(name), tables.Column(verbose_name=label)) for name, label in schedule.columns[:-1]]
        super().__init__([], extra_columns=[*ftes, *money], exclude=schedule.without, **options)

    @property
    def headings(self) -> list[tuple[str, str, str]]:
        """Each column's heading, the unit printed under it, and its class."""
        return [
            (
                str(column.header),
                "" if column.name in self.classes or column.name.startswith("fte") else self.schedule.unit_label,
                self.classes.get(column.name, "number"),
            )
            for column in self.columns
        ]


def body(schedule: Schedule, workings_address: str = "") -> SafeString:
    """The rows of the table as HTML. `workings_address` has a {} where the number of the line stands; "" links no figure."""
    return mark_safe("".join(_Body(schedule, workings_address).parts()))


class _Texts(dict[Any, str]):
    """The text of each value, written once: titles, comments and figures recur from row to row."""

    def __init__(self, written: Callable[[Any], str]) -> None:
        self.written = written

    def __missing__(self, value: Any) -> str:
        self[value] = text = self.written(value)
        return text


class _Body:
    """Writes the rows of one schedule."""

    def __init__(self, schedule: Schedule, workings_address: str) -> None:
        self.schedule = schedule
        self.address = workings_address.partition("{}")[::2]
        self.anchors = [_anchor(name) for name, _ in money_columns(schedule)]
        self.after = after_money(schedule)
        self.blanks = "<td></td>" * (len(self.anchors) + 1 + len(self.after) + len(schedule.fte_headings))
        self.figure = _Texts(partial(_shown, credits=schedule.credit_style))
        self.lines: Lines | None = None
        self.written: list[str] = []

    def parts(self) -> list[str]:
        made = []
        for phase in self.schedule.phases:
            made.append(f'<tbody><tr class="phase"><th scope="row">{escape(phase.name.upper())}</th>{self.blanks}</tr>')
            for team in phase.teams:
                if team.name:
                    made.append(f'<tr class="team"><th scope="row">{escape(team.name)}</th>{self.blanks}</tr>')
                made += self._rows(team.rows)
                if team.name and self.schedule.show_team_subtotals:
                    made.append(self._total(f"Total {team.name}", team.subtotal, "subtotal"))
            made.append(self._total(phase.total_label, phase.total, "phase-total") + "</tbody>")
        made.append(f"<tbody>{self._total(self.schedule.total_label, self.schedule.total, 'total')}</tbody>")
        return made

    def _rows(self, rows: Sequence[Row]) -> list[str]:
        """Those of all lines are written at once, for the first team that asks for its own."""
        if not isinstance(rows, Run):
            return [self._part_1(row) for row in rows]
        if rows.lines is not self.lines:
            self.lines, self.written = rows.lines, self._lines(rows.lines)
        return self.written[rows.start : rows.end]

    def _lines(self, lines: Lines) -> list[str]:
        """A row for each line. What stands before its figures and after them is looked up as a whole, and its figures by column:
        then only what is the line's own is put together here."""
        heads, tails = _Texts(partial(_head, years=len(self.schedule.fte_headings))), _Texts(partial(_tail, after=self.after))
        by_column = [
            map(_Texts(partial(self._cell, anchor)).__getitem__, _keys(column))
            # Without its last column, the full year, where the table does without it.
            for anchor, column in zip(
                self.anchors, self.schedule.arranged(lines.further, lines.years, lines.full_year), strict=False
            )
        ]
        before, after = self.address
        # What is the same in each cell of a row that has a link, up to the anchor.
        start = f'<td class="number"><a class="figure" href="{before}' if before else '<td class="number">'
        return [
            f'<tr class="line" id="line-{pk}">{head}{(to := f"{start}{pk}{after}#" if before else start)}{to.join(cells)}{tail}'
            for pk, head, cells, tail in zip(
                lines.ids,
                map(heads.__getitem__, zip(lines.titles, lines.ftes, lines.sizes, lines.fte_years, strict=True)),
                zip(*by_column, strict=True),
                map(tails.__getitem__, zip(lines.paperwork_complete, lines.recruited, lines.comments, strict=True)),
                strict=True,
            )
        ]

    def _part_1(self, row: Row) -> str:
        """A line of which something may be withheld: no figure of it leads to its workings."""
        amounts = row.instead_of("amounts")
        cells = "".join(
            f'<td class="number">{amounts or self.figure[_key(figure)]}</td>' for figure in printed(self.schedule, row)
        )
        fte = '</td><td class="number">'.join(
            [row.instead_of("fte") or _fte(row.fte, row.size), *map(_said, self.schedule.fte_texts(row))]
        )
        paperwork = "" if row.paperwork_complete is None else formats.yes_no(row.paperwork_complete)
        complete = row.instead_of(PAPERWORK) or paperwork
        tail = _tail_of((complete, row.recruited, row.comment), self.after)
        return f'<tr class="line"><th scope="row">{escape(row.title)}</th><td class="number">{fte}</td>{cells}{tail}</tr>'

    def _cell(self, anchor: str, shown: "_Key") -> str:
        """A figure from the anchor in its link to the end of its cell."""
        return f'{anchor}">{self.figure[shown]}</a></td>' if self.address[0] else f"{self.figure[shown]}</td>"

    def _total(self, label: str, totals: Totals, css_class: str) -> str:
        cells = "".join([f'<td class="number">{self.figure[_key(figure)]}</td>' for figure in printed(self.schedule, totals)])
        fte = '</td><td class="number">'.join(map(_said, [totals.fte_text, *self.schedule.fte_texts(totals)]))
        head = f'<th scope="row">{escape(label)}</th><td class="number">{fte}</td>'
        return f'<tr class="{css_class}">{head}{cells}{"<td></td>" * len(self.after)}</tr>'


_Key = Shown | Absence | tuple[Shown, Bound] | None
"""What the text of a figure depends on: what it shows, with the word before it, or why it shows nothing."""


def _key(figure: Figure) -> _Key:
    return figure.absence if figure.shown is None else (figure.shown, figure.word) if figure.word else figure.shown


def _keys(column: Column) -> Sequence[_Key]:
    if any(column.bounds):
        return list(map(_key, column.figures()))
    if not any(column.absences):
        return column.shown
    # Mostly a figure is there whole, or it is absent: then it is known by that alone, and nothing is made of it first.
    return [
        gap if shown is None else shown if gap is None else _key(Figure(Decimal(0), shown, gap))
        for shown, gap in zip(column.shown, column.absences, strict=True)
    ]


def _anchor(name: str) -> str:
    """Where the workings of a column stand on the page of a line's workings."""
    return f"y{name[:4]}" if name[:4].isdigit() else name.replace("_", "-")


def _head(of: tuple[str, Decimal | None, str, tuple[Decimal | None, ...]], years: int) -> str:
    """The cells before the figures: title and FTE, and that of so many years."""
    title, fte, size, by_year = of
    head = f'<th scope="row">{escape(title)}</th><td class="number">{_fte(fte, size)}</td>'
    if not years:
        return head
    cells = [NOT_STATED if each is None else formats.fte(each) for each in by_year] or [""] * years
    return head + "".join([f'<td class="number">{cell}</td>' for cell in cells])


def _said(text: str) -> str:
    """n/s in words."""
    return NOT_STATED if text == formats.NOT_STATED else text


def _fte(fte: Decimal | None, size: str) -> str:
    """FTE, and under it what a post states instead or too."""
    if not size:
        return formats.fte(fte)
    beside = formats.fte_beside(size)
    shown = NOT_STATED if fte is None else formats.fte(fte)
    return f'{shown}<span class="fte-beside">{escape(beside)}</span>' if beside else shown


def _tail(of: tuple[bool | None, str, str], after: Sequence[str]) -> str:
    """What stands after the figures: whether the paperwork is complete, recruited, comment, as far as they are printed."""
    paperwork_complete, *rest = of
    return f"{_tail_of(('Yes' if paperwork_complete else 'No', *rest), after)}</tr>"


def _tail_of(texts: tuple[str, ...], after: Sequence[str]) -> str:
    classes = {PAPERWORK: "short", RECRUITED: "short", COMMENT: "comment"}
    cells = zip(classes.items(), texts, strict=True)
    return "".join([f'<td class="{css_class}">{escape(text)}</td>' for (name, css_class), text in cells if name in after])


def _shown(figure: _Key, credits: formats.CreditStyle) -> str:
    """The text of a figure, or of why there is none; nil for zero; of a sum with a gap, that it is at least so much."""
    if isinstance(figure, tuple):
        return f'<span class="bounded">{figure[1]} <span class="nowrap">{_shown(figure[0], credits)}</span></span>'
    if isinstance(figure, int | Decimal) and figure:
        return formats.whole(figure, credits)
    return NOT_STATED if figure == Absence.NOT_STATED else NIL


# A hyphen alone is read as nothing by screen readers.
NIL = '<span aria-hidden="true">-</span><span class="govuk-visually-hidden">nil</span>'
NOT_STATED = "not stated"
