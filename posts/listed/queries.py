"""The list of the lines of all programmes: which a person may see, what they are found by, and what is said of each."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from accounts.permissions.rules import Permission
from costing.measure import Measure, stored
from display import formats
from phases.models import AuthorisationPhase, FundingSource
from phases.programmes.queries import programmes_for
from posts.attachments.queries import files_counted
from posts.comments.queries import comments_counted
from posts.exempt.queries import exempt_among, exempt_now
from posts.exempt.rules import Field
from posts.models import SEARCHED, CostLine, LineAmount
from posts.standing.queries import standings_of
from posts.standing.rules import Standing

COUNTED = 1000
"""So many lines are counted; of more it is said that they are more."""


class StoredLine(Protocol):
    """A row of the query: a line, with the names of what it belongs to."""

    pk: int
    title: str
    programme_id: int
    phase_id: int
    programme__slug: str
    programme__name: str
    phase__name: str
    team__name: str | None
    kind: str
    duration: str
    fte: Decimal | None
    headcount: int | None
    weekly_hours: Decimal | None
    full_time_hours: Decimal | None
    annual_cost: Decimal | None
    paperwork_complete: bool
    recruited_fte: Decimal | None
    engaged: str
    comment: str
    cost_centre: str
    subjective_code: str
    establishment_number: str
    paid_by: list[dict[str, Any]]


_FIELDS = (*StoredLine.__annotations__,)


def lines_for(user: User) -> QuerySet[CostLine]:
    """The lines of all programmes that this person may see. Of whoever may not read exempt information, none of which anything
    is exempt."""
    lines = CostLine.objects.filter(programme__in=programmes_for(user).order_by().values("pk")).order_by()
    return lines if user.may(Permission.READ_EXEMPT) else lines.filter(~Exists(exempt_now().filter(line_id=OuterRef("pk"))))


def some_are_hidden(user: User) -> bool:
    """Whether `lines_for` leaves out a line that is there (one query, and none for those who may read what is exempt)."""
    return not user.may(Permission.READ_EXEMPT) and exempt_now().filter(line_id__in=CostLine.objects.values("pk")).exists()


def as_rows(lines: QuerySet[CostLine]) -> QuerySet[CostLine]:
    """The same lines as plain rows, StoredLine: a list of thousands makes no instance of each line and all it belongs to."""
    rows: QuerySet[CostLine] = lines.values_list(*_FIELDS, named=True)
    return rows


def with_words(lines: QuerySet[CostLine], words: str) -> QuerySet[CostLine]:
    """Those in whose title, comment or codes every one of these words occurs."""
    lines = lines.alias(words=SEARCHED)
    for word in words.split():
        lines = lines.filter(words__icontains=word)
    return lines


def funded_from(kind: str) -> Q:
    """The lines that name a source of this kind, and of those that name none, those of phases for which a decision allows such
    money."""
    named = Func(
        *(OuterRef("paid_by"), F("pk")),
        arg_joiner=" @> jsonb_build_array(jsonb_build_object('source', ",
        template="(%(expressions)s)))",
        output_field=BooleanField(),
    )
    paying = FundingSource.objects.filter(programme=OuterRef("programme"), kind=kind).alias(named=named).filter(named=True)
    allowed = _funds().filter(authorisation__funding_source__kind=kind).values("phase")
    return Q(paid_by=[], phase__in=allowed) | Q(~Q(paid_by=[]), Exists(paying))


def _funds() -> QuerySet[AuthorisationPhase]:
    """What pays for a phase now: not what a later authorisation replaced."""
    return AuthorisationPhase.objects.filter(authorisation__replaced_by__isnull=True).order_by()


RECRUITED = {
    "yes": Q(recruited_fte=F("fte")) | Q(engaged="yes"),
    "part": Q(recruited_fte__gt=0, recruited_fte__lt=F("fte")),
    "no": Q(recruited_fte=0) | Q(engaged="no"),
    "n/a": Q(engaged="n/a"),
}


class Counted(NamedTuple):
    """How many lines there are, and of these how many posts, with how much FTE; COUNTED and one more at most.

    `without_fte` are the posts among them whose FTE is not stated.
    """

    lines: int
    posts: int
    fte: Decimal | None
    without_fte: int

    @property
    def fte_text(self) -> str:
        """As it is printed: at least 7 where that of a post is not stated; "" where there is none."""
        return formats.fte_total(self.fte or Decimal(0), at_least=self.without_fte > 0) if self.fte or self.without_fte else ""

    @property
    def are_more(self) -> bool:
        return self.lines > COUNTED

    @property
    def other_costs(self) -> int:
        return self.lines - self.posts


def counted(lines: QuerySet[CostLine]) -> Counted:
    """The line above the list (one query, which reads no more lines than are counted)."""
    some = lines.order_by().values("pk", "kind", "fte")[: COUNTED + 1]
    posts = Q(kind=CostLine.Kind.POST)
    unstated = Count("pk", filter=posts & Q(fte__isnull=True))
    # The sum comes last: what is counted after it would count the sum, which has the name of the field.
    return Counted(**some.aggregate(lines=Count("pk"), posts=Count("pk", filter=posts), without_fte=unstated, fte=Sum("fte")))


def measures_of(lines: QuerySet[CostLine]) -> list[Measure]:
    """The measures in which these lines have amounts, years first (one query, as long as the lines are many)."""
    amounts = LineAmount.objects.filter(line__in=lines.order_by().values("pk"))
    return sorted(map(stored, amounts.order_by().values_list("financial_year", flat=True).distinct()))


class Amount(NamedTuple):
    """What a line costs in one measure: whole pounds, or why there is no figure."""

    pounds: Decimal | None
    absence: str


class ListedLine(NamedTuple):
    """A line in the list. `exempt` names what of it is exempt and under which paragraph, "" for nothing.

    `is_open` says whether the person may open the line itself.
    """

    line: StoredLine
    amounts: dict[Measure, Amount]
    standings: list[Standing]
    sources: list[str]
    exempt: str
    is_open: bool
    comments: int
    files: int


def listed(lines: Sequence[StoredLine], user: User, *, with_sources: bool = True) -> list[ListedLine]:
    """What the list says of these lines (six queries, and one for the sources that may pay for them)."""
    numbers = [line.pk for line in lines]
    amounts, standings = _amounts_of(numbers), standings_of(numbers)
    sources = _sources_of(lines) if with_sources else {}
    comments, files = comments_counted(numbers), files_counted(numbers)
    exempt, closed = _exempt_of(numbers, {line.programme_id for line in lines}, user)
    return [
        ListedLine(
            line,
            amounts.get(line.pk, {}),
            standings[line.pk],
            sources.get(line.pk, []),
            exempt.get(line.pk, ""),
            line.programme_id not in closed,
            comments.get(line.pk, 0),
            files.get(line.pk, 0),
        )
        for line in lines
    ]


def _amounts_of(lines: Sequence[int]) -> dict[int, dict[Measure, Amount]]:
    found: dict[int, dict[Measure, Amount]] = defaultdict(dict)
    rows = LineAmount.objects.filter(line__in=lines).order_by()
    for line, year, pounds, absence in rows.values_list("line_id", "financial_year", "amount", "absence"):
        found[line][stored(year)] = Amount(pounds, absence)
    return found


def _sources_of(lines: Sequence[StoredLine]) -> dict[int, list[str]]:
    """The sources that a line names, else those of what is authorised for its phase; by the number of the line."""
    found: dict[int, list[str]] = defaultdict(list)
    phases = {line.phase_id for line in lines}
    rows = _funds().filter(phase__in=phases).order_by("phase_id", "authorisation__funding_source__name").distinct()
    for phase, name in rows.values_list("phase_id", "authorisation__funding_source__name"):
        found[phase].append(name)
    named = {line.pk: {payer["source"] for payer in line.paid_by} for line in lines if line.paid_by}
    names = dict(FundingSource.objects.filter(pk__in=set().union(*named.values())).values_list("pk", "name")) if named else {}
    paid = {pk: sorted(names[source] for source in sources) for pk, sources in named.items()}
    return {line.pk: paid.get(line.pk) or found[line.phase_id] for line in lines}


def _exempt_of(lines: Sequence[int], programmes: set[int], user: User) -> tuple[dict[int, str], set[int]]:
    """What of these lines is exempt, in words; and the programmes whose lines this person may not open."""
    if not user.may(Permission.READ_EXEMPT):
        return {}, set(exempt_now().filter(programme__in=programmes).values_list("programme_id", flat=True))
    found: dict[int, list[str]] = defaultdict(list)
    for (line, field), each in exempt_among(lines, programmes).items():
        found[line].append(f"{Field(field).label if field else 'Exempt'}: paragraph {each.paragraph}")
    return {line: "; ".join(said) for line, said in found.items()}, set()
