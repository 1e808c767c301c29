"""The committee table on screen: django-tables2 declares its columns, the rows are written by us.

A row of django-tables2 costs 0.4 ms, because it inspects every cell's signature and builds its attributes anew; a row here is one
formatted string. Every text is escaped here, once.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import django_tables2 as tables
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from improvement_budget.display import formats
from reports.schedule import Figure, Row, Schedule, TeamGroup, Totals


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


def body(schedule: Schedule, workings_address: str) -> SafeString:
    """The rows of the table as HTML. `workings_address` has a {} where the number of the line stands."""
    return mark_safe("".join(_rows(schedule, workings_address)))


def _rows(schedule: Schedule, workings_address: str) -> Iterator[str]:
    anchors = [*(f"y{year.starts_in}" for year in schedule.years), "full-year"]
    row_html = partial(_row, schedule, workings_address.split("{}"), anchors)
    blanks = "<td></td>" * (len(anchors) + 4)
    for phase in schedule.phases:
        yield f'<tbody><tr class="phase"><th scope="row">{escape(phase.name.upper())}</th>{blanks}</tr>'
        for team in phase.teams:
            yield from _team(schedule, team, row_html, blanks)
        yield _total(schedule, phase.total_label, phase.total, "phase-total")
        yield "</tbody>"
    yield f"<tbody>{_total(schedule, schedule.total_label, schedule.total, 'total')}</tbody>"


def _team(schedule: Schedule, team: TeamGroup, row_html: "partial[str]", blanks: str) -> Iterator[str]:
    if team.name:
        yield f'<tr class="team"><th scope="row">{escape(team.name)}</th>{blanks}</tr>'
    yield from map(row_html, team.rows)
    if team.name and schedule.show_team_subtotals:
        yield _total(schedule, f"Total {team.name}", team.subtotal, "subtotal")


def _row(schedule: Schedule, address: list[str], anchors: list[str], row: Row) -> str:
    link = f'<td class="number"><a class="figure" href="{address[0]}{row.line_id}{address[1]}#'
    credits = schedule.credit_style
    cells = "".join(
        [
            f'{link}{anchor}">{_shown(figure, credits)}</a></td>'
            for anchor, figure in zip(anchors, (*row.years, row.full_year), strict=True)
        ]
    )
    return (
        f'<tr class="line" id="line-{row.line_id}"><th scope="row">{escape(row.title)}</th><td class="number">{formats.fte(row.fte)}</td>{cells}'
        f'<td class="short">{formats.yes_no(row.paperwork_complete)}</td><td class="short">{row.recruited}</td>'
        f'<td class="comment">{escape(row.comment)}</td></tr>'
    )


def _total(schedule: Schedule, label: str, totals: Totals, css_class: str) -> str:
    cells = "".join(
        f'<td class="number">{_shown(figure, schedule.credit_style)}</td>' for figure in (*totals.years, totals.full_year)
    )
    return (
        f'<tr class="{css_class}"><th scope="row">{escape(label)}</th><td class="number">{formats.fte(totals.fte)}</td>{cells}'
        "<td></td><td></td><td></td></tr>"
    )


def _shown(figure: Figure, credits: formats.CreditStyle) -> str:
    if not figure.shown:
        return NOT_STATED if figure.absence == "not_stated" else NIL
    return formats.whole(figure.shown, credits)


# A hyphen alone is read as nothing by screen readers.
NIL = '<span aria-hidden="true">-</span><span class="govuk-visually-hidden">nil</span>'
NOT_STATED = "not stated"
