"""The committee table on screen: django-tables2 declares its columns, the rows are written by us.

A row of django-tables2 costs 0.4 ms, because it inspects every cell's signature and builds its attributes anew; a row here is one
formatted string. Every text is escaped here, once.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import escape  # a plain text: Django's calls a function again wherever it is put into another
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString, mark_safe

from costing.line_cost import Absence
from display import formats
from reports.table.rules import Row, Schedule, TeamGroup, Totals


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
        years = [(f"y{year.starts_in}", tables.Column(verbose_name=year.label)) for year in schedule.years]
        super().__init__([], extra_columns=years, **options)

    @property
    def headings(self) -> list[tuple[str, str, str]]:
        """Each column's heading, the unit printed under it, and its class."""
        return [
            (
                str(column.header),
                "" if column.name in self.classes or column.name == "fte" else self.schedule.unit_label,
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
        anchors = [*(f"y{year.starts_in}" for year in schedule.years), "full-year"]
        self.blanks = "<td></td>" * (len(anchors) + 4)
        self.text = _Texts(escape)
        self.fte = _Texts(formats.fte)
        self.figure = _Texts(partial(_shown, credits=schedule.credit_style))
        # A column's cells from the anchor in their link to their end: what stands before it is the same in a whole row.
        self.linked = [_Texts(partial(self._linked, anchor) if workings_address else self._plain) for anchor in anchors]

    def parts(self) -> Iterator[str]:
        for phase in self.schedule.phases:
            yield f'<tbody><tr class="phase"><th scope="row">{escape(phase.name.upper())}</th>{self.blanks}</tr>'
            for team in phase.teams:
                yield from self._team(team)
            yield self._total(phase.total_label, phase.total, "phase-total")
            yield "</tbody>"
        yield f"<tbody>{self._total(self.schedule.total_label, self.schedule.total, 'total')}</tbody>"

    def _team(self, team: TeamGroup) -> Iterator[str]:
        if team.name:
            yield f'<tr class="team"><th scope="row">{escape(team.name)}</th>{self.blanks}</tr>'
        yield from self._lines(team.rows)
        if team.name and self.schedule.show_team_subtotals:
            yield self._total(f"Total {team.name}", team.subtotal, "subtotal")

    def _lines(self, rows: Iterable[Row]) -> list[str]:
        before, after = self.address
        text, fte, linked = self.text, self.fte, self.linked
        made = []
        for pk, title, _, posts, years, full_year, paperwork_complete, recruited, comment, _ in rows:
            link = f'<td class="number"><a class="figure" href="{before}{pk}{after}#' if before else '<td class="number">'
            cells = [column[shown or absence] for column, (_, shown, absence, _) in zip(linked, (*years, full_year), strict=True)]
            made.append(
                f'<tr class="line" id="line-{pk}"><th scope="row">{text[title]}</th><td class="number">{fte[posts]}</td>'
                f'{link}{link.join(cells)}<td class="short">{"Yes" if paperwork_complete else "No"}</td>'
                f'<td class="short">{text[recruited]}</td><td class="comment">{text[comment]}</td></tr>'
            )
        return made

    def _linked(self, anchor: str, shown: int | Absence | None) -> str:
        return f'{anchor}">{self.figure[shown]}</a></td>'

    def _plain(self, shown: int | Absence | None) -> str:
        return f"{self.figure[shown]}</td>"

    def _total(self, label: str, totals: Totals, css_class: str) -> str:
        cells = "".join(
            [
                f'<td class="number">{self.figure[figure.shown or figure.absence]}</td>'
                for figure in (*totals.years, totals.full_year)
            ]
        )
        return (
            f'<tr class="{css_class}"><th scope="row">{escape(label)}</th><td class="number">{self.fte[totals.fte]}</td>{cells}'
            "<td></td><td></td><td></td></tr>"
        )


def _shown(figure: int | Absence | None, credits: formats.CreditStyle) -> str:
    """The text of a figure other than nought, or of why there is none; nil for nought."""
    if isinstance(figure, int) and figure:
        return formats.whole(figure, credits)
    return NOT_STATED if figure == Absence.NOT_STATED else NIL


# A hyphen alone is read as nothing by screen readers.
NIL = '<span aria-hidden="true">-</span><span class="govuk-visually-hidden">nil</span>'
NOT_STATED = "not stated"
