"""The list of the lines of all programmes, on screen and as files."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.permissions.rules import Permission, SignedIn, permission_required
from costing.line_cost import Absence
from costing.measure import Measure
from costing.size import PostSize, beside_fte
from costing.size import shown as size_shown
from display import formats
from display.lists.columns import (
    Fact,
    FileColumn,
    ListColumn,
    ListTable,
    MoneyColumn,
    any_case,
    joined,
    line_of_cell,
    link,
    note,
    tag,
)
from display.lists.listing import Listing
from posts.listed import queries
from posts.listed.forms import LineFilters
from posts.listed.queries import Amount, ListedLine
from posts.models import ANY_COST_LAST, CostLine, recruited_text
from posts.standing.rules import Standing

_COLOURS = {
    Standing.PLANNED: "grey",
    Standing.IN_DRAFT: "yellow",
    Standing.PENDING: "blue",
    Standing.DRAWN: "green",
    Standing.HANDED_BACK: "orange",
    Standing.NOT_RELEASED: "orange",
}


def _title(row: ListedLine) -> SafeString:
    said = note(row.exempt)
    if not row.is_open:
        return joined(row.line.title, said)
    return joined(link(f"{_lines_of(row.line.programme__slug)}{row.line.pk}/", row.line.title), said)


@lru_cache(maxsize=1000)
def _lines_of(slug: str) -> str:
    """Beneath this address each line of the programme has its page: to look it up for each row takes longer than the row."""
    return reverse("lines", args=[slug])


def _notes(row: ListedLine) -> SafeString:
    """How many there are, with the way to them; nothing where there are none, or for who may not open the line."""
    if not row.is_open or not (row.comments or row.files):
        return SafeString()
    said = str(row.comments + row.files)
    return link(f"{_lines_of(row.line.programme__slug)}{row.line.pk}/comments/", said, f" of {row.line.title}")


def _place(row: ListedLine) -> SafeString:
    return joined(row.line.programme__name, note(row.line.phase__name))


def _kind(row: ListedLine) -> str:
    return CostLine.Kind(row.line.kind).label


def _size(row: ListedLine) -> PostSize | None:
    line = row.line
    is_post = line.kind == CostLine.Kind.POST
    return PostSize(line.fte, line.headcount, line.weekly_hours, line.full_time_hours) if is_post else None


def _fte(row: ListedLine) -> str:
    return size_shown(_size(row))


def _plain_fte(row: ListedLine) -> Fact:
    """Without idle zeros; n/s where a post states none."""
    if row.line.fte is None:
        return formats.fte_or_absent(None, beside_fte(_size(row))) or None
    return row.line.fte.normalize()


def _beside_fte(row: ListedLine) -> str:
    return beside_fte(_size(row))


def _recruited(row: ListedLine) -> str:
    return recruited_text(row.line.fte, row.line.recruited_fte, row.line.engaged)


def _costs(row: ListedLine) -> SafeString:
    return joined(*(line_of_cell(f"{measure.label}: {_in_words(each)}") for measure, each in sorted(row.amounts.items())))


def _in_words(amount: Amount) -> str:
    if amount.pounds is not None:
        return formats.pounds(amount.pounds)
    return formats.NIL if amount.absence == Absence.NO_EFFECT else "not stated"


def _amount(row: ListedLine, measure: Measure) -> Fact:
    """Empty where the line has no such year, or no full-year effect."""
    found = row.amounts.get(measure)
    if found is None or found.absence == Absence.NO_EFFECT:
        return None
    return formats.NOT_STATED if found.pounds is None else found.pounds


def _status(row: ListedLine) -> SafeString:
    return joined(*(tag(each.label, _COLOURS[each]) for each in row.standings))


def _standings(row: ListedLine) -> str:
    return "; ".join(each.label for each in row.standings)


def _sources(row: ListedLine) -> str:
    return "; ".join(row.sources)


class LineTable(ListTable):
    """By title. In a file the costs have a column for each measure."""

    name, about, order = "lines", "Lines", "title"

    title = ListColumn("Post or other cost", holds="line.title", sort=any_case("title"), screen=_title)
    programme = ListColumn(
        "Programme",
        css_class="place",
        screen=_place,
        cells=[
            FileColumn("Programme", lambda row: row.line.programme__name),
            FileColumn("Phase", lambda row: row.line.phase__name),
        ],
    )
    team = ListColumn("Team", holds="line.team__name")
    kind = ListColumn("Kind", shown=False, screen=_kind, cells=[FileColumn("Kind", _kind)])
    fte = ListColumn(
        "FTE",
        css_class="number",
        screen=_fte,
        cells=[FileColumn("FTE", _plain_fte), FileColumn("Posts or hours as stated", _beside_fte)],
    )
    annual_cost = MoneyColumn(
        "Annual cost",
        holds="line.annual_cost",
        sort=ANY_COST_LAST,
    )
    costs = ListColumn("Costs by year", screen=_costs)
    source = ListColumn("Funding source", shown=False, screen=_sources, cells=[FileColumn("Funding source", _sources)])
    paperwork = ListColumn("Paperwork complete", holds="line.paperwork_complete")
    recruited = ListColumn("Recruited", screen=_recruited, cells=[FileColumn("Recruited", _recruited)])
    status = ListColumn("Status", screen=_status, cells=[FileColumn("Status", _standings)])
    notes = ListColumn(
        "Comments and files",
        css_class="number",
        screen=_notes,
        cells=[FileColumn("Comments", lambda row: row.comments), FileColumn("Files", lambda row: row.files)],
    )
    exempt = ListColumn("Exempt", holds="exempt", shown=False)
    comment = ListColumn("Comment", holds="line.comment", shown=False)
    cost_centre = ListColumn("Cost centre", holds="line.cost_centre", shown=False)
    subjective_code = ListColumn("Subjective code", holds="line.subjective_code", shown=False)
    establishment_number = ListColumn("Establishment number", holds="line.establishment_number", shown=False)
    number = ListColumn("Line number", holds="line.pk", sort="pk", shown=False, css_class="number")

    def __init__(self, measures: Callable[[], Sequence[Measure]], *, reads_exempt: bool) -> None:
        """`measures`: those of the lines that go to a file. Whoever may not read exempt information has no column of it."""
        super().__init__(exclude=() if reads_exempt else ("exempt",))
        self.measures = measures

    def cells_of(self, name: str) -> Sequence[FileColumn]:
        if name != "costs":
            return super().cells_of(name)
        return [FileColumn(each.label, partial(_amount, measure=each)) for each in self.measures()]


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def all_lines(request: SignedIn) -> HttpResponseBase:
    """The lines of every programme that this person may see."""
    user = request.user
    filters = LineFilters(request.GET, queries.as_rows(queries.lines_for(user)))
    table = LineTable(lambda: queries.measures_of(filters.found), reads_exempt=user.may(Permission.READ_EXEMPT))
    listing = Listing(
        request, table, filters, lambda rows: queries.listed(rows, user, with_sources="source" in listing.columns), size=50
    )
    context = {"counted": queries.counted(filters.found), "some_are_hidden": queries.some_are_hidden(user)}
    return listing.respond("posts/listed/lines.html", context)
