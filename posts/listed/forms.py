"""What the list of all lines is narrowed to."""

from django.db.models import Q, QuerySet
from django_filters import CharFilter

from display.lists.filters import ListFilters, OneOfFilter
from phases.models import FundingSource
from phases.programmes.queries import of_programmes
from posts.listed import queries
from posts.models import CostLine
from posts.standing.queries import standing_so
from posts.standing.rules import Standing

Lines = QuerySet[CostLine]

_PAPERWORK = [("yes", "Complete"), ("no", "Not complete")]
_RECRUITED = [("yes", "Yes"), ("part", "In part"), ("no", "No"), ("n/a", "n/a")]


class LineFilters(ListFilters):
    """Programmes, phases and teams are typed."""

    offers_the_same = True

    words = CharFilter(label="Words", method="with_words", max_length=200, help_text="In titles, comments and codes")
    programme = CharFilter(label="Programme", method="of_programmes", max_length=160)
    phase = CharFilter(label="Phase", field_name="phase__name", lookup_expr="icontains", max_length=60)
    team = CharFilter(label="Team", field_name="team__name", lookup_expr="icontains", max_length=120)
    source = OneOfFilter(label="Funding source", method="funded_from", choices=FundingSource.Kind.choices)
    kind = OneOfFilter(label="Kind", choices=CostLine.Kind.choices)
    status = OneOfFilter(label="Status", method="standing_so", choices=[(each.value, each.label) for each in Standing])
    recruited = OneOfFilter(label="Recruited", method="recruited_so", choices=_RECRUITED)
    paperwork = OneOfFilter(label="Paperwork", method="with_paperwork", choices=_PAPERWORK)

    def with_words(self, lines: Lines, name: str, words: str) -> Lines:
        return queries.with_words(lines, words)

    def of_programmes(self, lines: Lines, name: str, words: str) -> Lines:
        return lines.filter(of_programmes(words))

    def funded_from(self, lines: Lines, name: str, kind: str) -> Lines:
        return lines.filter(queries.funded_from(kind))

    def standing_so(self, lines: Lines, name: str, standing: str) -> Lines:
        return lines.filter(standing_so(Standing(standing)))

    def recruited_so(self, lines: Lines, name: str, recruited: str) -> Lines:
        return lines.filter(queries.RECRUITED[recruited])

    def with_paperwork(self, lines: Lines, name: str, paperwork: str) -> Lines:
        return lines.filter(Q(paperwork_complete=paperwork == "yes"))
