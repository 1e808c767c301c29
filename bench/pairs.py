"""The pairs: what we do, and the least that could be done instead."""

import gc
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.models import F, Func, Value
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils.html import escape
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from accounts.models import Council, User
from bench import case, drafts, grown, importing, issuing, lists, memory, sheet, signing
from bench.measuring import Result, compare
from display import formats
from phases.models import Programme
from posts.importing import actions as paste
from posts.models import CostLine, LineAmount
from reports.checks.queries import findings_of
from reports.table.appendix import rules as pdf
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule
from reports.table.screen import rules as tables
from reports.table.screen.rules import body
from tests.making import NOON, make_officer
from tests.reports.schedules import many, schedule

ROOT = Path(__file__).resolve().parent.parent
_SANS = ROOT / "improvement_budget/static/vendor/fonts/source-sans-pro"
FONTS = ((400, _SANS / "SourceSansPro-Regular.ttf"), (600, _SANS / "SourceSansPro-Semibold.ttf"))
PYTHONS_OWN = (700, 10, 10)
"""How often Python collects garbage where nobody said otherwise."""
WORKINGS = "/programmes/ofsted-2016/lines/{}/workings/"


def first_view() -> Result:
    """The committee page of 34 lines when its programme has just changed, so that no part of it is kept from before."""
    return _page("committee page, 34 lines, first view after a change / empty page", 2.5, changed=True)


def repeated_view() -> Result:
    """The same page when nothing has changed since it was last built."""
    return _page("the same page, repeated view / empty page", 1.4, changed=False)


def _page(name: str, target: float, *, changed: bool) -> Result:
    programme = _programme(34)
    Council(pk=1).save()
    with override_settings(ROOT_URLCONF="bench.urls", DEBUG=False):
        visit = case.visitor(_officer())
        address, empty = reverse("expenditure", args=[programme.slug]), reverse("empty")

        def change() -> None:
            if changed:
                Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)

        return compare(name, target, lambda: visit(address), lambda: visit(empty), rounds=150, before=change)


def table_body() -> Result:
    """From 5,000 records in memory (as the query gives them) to a Schedule, and from that to its rows as one HTML string.

    The reference starts with every cell's text ready, formatted and escaped: it assembles each row of them and joins the rows.
    """
    name = "5,000 records to a schedule to rows of HTML / the same rows joined of ready strings"
    records = many(5000)
    ready = list(_ready_cells(schedule(records)))

    def ours() -> str:
        return body(schedule(records), WORKINGS)

    def reference() -> str:
        return "".join([_joined(*cells) for cells in ready])

    if _lines(reference()) != _lines(ours()):
        raise RuntimeError("The reference joins other rows than ours.")
    return compare(name, 3.0, ours, reference, rounds=25)


def _joined(
    pk: str, title: str, fte: str, first: str, second: str, full: str, paperwork: str, recruited: str, comment: str
) -> str:
    figure = f'<td class="number"><a class="figure" href="/programmes/ofsted-2016/lines/{pk}/workings/#'
    return (
        f'<tr class="line" id="line-{pk}"><th scope="row">{title}</th><td class="number">{fte}</td>'
        f'{figure}y2016">{first}</a></td>{figure}y2017">{second}</a></td>{figure}full-year">{full}</a></td>'
        f'<td class="short">{paperwork}</td><td class="short">{recruited}</td><td class="comment">{comment}</td></tr>'
    )


def _ready_cells(made: Schedule) -> Iterator[tuple[str, ...]]:
    for _, _, row in made.rows():
        figures = [
            formats.whole(figure.shown, made.credit_style) if figure.shown else tables.NIL
            for figure in (*row.years, row.full_year)
        ]
        answers = (formats.yes_no(row.paperwork_complete), str(escape(row.recruited)), str(escape(row.comment)))
        yield (str(row.line_id), str(escape(row.title)), formats.fte(row.fte), *figures, *answers)


def _lines(html: str) -> list[str]:
    return re.findall('<tr class="line".*?</tr>', html)


def short_paper() -> Result:
    """The finished PDF of 34 lines, from its schedule: tagged, corrected, its CSV attached."""
    return _paper(34, 1.3, rounds=9)


def long_paper() -> Result:
    """The same of 500 lines, which are drawn in two parts at once."""
    return _paper(500, 0.6, rounds=3)


def longest_paper() -> Result:
    """The same of 5,000 lines, in ten parts. It takes so long that it is measured once."""
    return _paper(5000, 0.6, rounds=1)


def memory_of_the_longest_paper() -> Result:
    """What the largest of the processes needs that make the paper of 5,000 lines; the plain call would need 865 MB."""
    return Result("most memory of a process, finished PDF of 5,000 lines / 300 MB", 1.0, memory.peak(5000), 300, "MB")


def _paper(lines: int, target: float, rounds: int) -> Result:
    """The reference lays out the same page with the same stylesheet and fonts, read beforehand, and does nothing more.

    It collects garbage as Python does by itself: that the server does so less is part of what is compared.
    """
    made = schedule(many(lines))
    html = pdf.page(made)
    stylesheet, fonts = _stylesheet()

    def plain() -> bytes:
        ours = gc.get_threshold()
        gc.set_threshold(*PYTHONS_OWN)
        try:
            return HTML(string=html).write_pdf(stylesheets=[stylesheet], font_config=fonts)
        finally:
            gc.set_threshold(*ours)

    name = f"finished PDF, {lines} lines / plain WeasyPrint call on the same HTML, without tags"
    return compare(name, target, lambda: pdf.render(made), plain, rounds=rounds)


@cache
def _stylesheet() -> tuple[CSS, FontConfiguration]:
    fonts = FontConfiguration()
    rules = "".join(
        f'@font-face{{font-family:"Source Sans Pro";font-weight:{weight};src:url("{path.as_uri()}")}}' for weight, path in FONTS
    )
    return CSS(string=rules + (ROOT / "templates/papers/appendix.css").read_text(), font_config=fonts), fonts


def paper_check() -> Result:
    """The paper check of 500 lines from the store: its schedule, what else the rules read, and every rule.

    Half of the figures are stated, as papers state them, so that they are costed again.
    """
    programme, council = _checked_programme(), Council(pk=1)
    options = usual_options(programme, council)

    def ours() -> object:
        return findings_of(programme, council, as_at=NOON)

    def reference() -> Schedule:
        return schedule_for(programme, council, options, as_at=NOON)

    if not ours():
        raise RuntimeError("Nothing was found, so nothing was checked.")
    return compare("paper check, 500 lines / building their schedule", 2.0, ours, reference, rounds=40)


@cache
def _checked_programme() -> Programme:
    programme = case.make_programme_of(500, _officer())
    # Of so many posts the published titles speak, and these lines are of one FTE.
    counted = Func("title", Value(r"^[0-9]+ |- [0-9]+ "), Value(""), function="regexp_replace")
    CostLine.objects.filter(programme=programme).update(title=counted)
    stated = LineAmount.objects.filter(line__programme=programme, line__position__lte=250)
    stated.update(origin="stated", reason="As published", stated_by=_officer(), stated_at=NOON)
    return programme


def pasting() -> Result:
    """A block of 100 rows with other annual costs, pasted into a programme of 1,600 lines: every statement from reading to
    storing, except those that begin and end transactions. `ours_s` and `reference_s` are these counts, not seconds."""
    programme = _programme(1600)
    block = case.as_pasted(programme, 100)
    with CaptureQueriesContext(connection) as queries:
        preview = paste.look(programme, paste.Choices(block), by=_officer(), at=NOON)
        paste.apply(preview, by=_officer(), at=NOON)
    if preview.count(paste.CHANGED) != 100:
        raise RuntimeError("Not every row changed a line.")
    asked = [query["sql"] for query in queries if not re.match("BEGIN|COMMIT|SAVEPOINT|RELEASE", query["sql"])]
    return Result("queries of pasting 100 changed rows into 1,600 lines (counts, not times) / 12", 1.0, len(asked), 12, "queries")


@cache
def _officer() -> User:
    return make_officer()


@cache
def _programme(lines: int) -> Programme:
    return case.make_programme_of(lines, _officer())


ALL: tuple[Callable[[], Result | list[Result]], ...] = (
    grown.pages,  # while the store is empty
    first_view,
    repeated_view,
    table_body,
    short_paper,
    long_paper,
    longest_paper,
    memory_of_the_longest_paper,
    paper_check,
    drafts.draft,
    issuing.published_paper,
    pasting,
    *importing.ALL,
    *sheet.ALL,
    lists.lines,
    lists.programmes,
    signing.one_sign_off,
    signing.many_at_once,
    signing.home_page,
)
