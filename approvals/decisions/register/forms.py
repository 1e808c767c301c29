"""The filters of the register, and of the public's list."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django_filters import CharFilter

from approvals.decisions.models import DecisionRecord
from approvals.decisions.queries import (
    URGENT,
    decided_by,
    decision_makers,
    in_public_words,
    in_words,
    open_to_call_in,
    publication_years,
)
from approvals.drawdowns.models import Drawdown
from display.lists.filters import ListFilters, OneOfFilter, TypedDateFilter
from phases.programmes.queries import of_programmes

Records = QuerySet[DecisionRecord]

_KEY = [("yes", "Key decisions"), ("no", "Not key"), ("urgent", "Urgent (general exception or special urgency)")]
_PUBLISHED = [("yes", "Published"), ("no", "Not published")]
_OF_KIND = {"yes": Q(is_key=True), "no": Q(is_key=False), "urgent": Q(notice_route__in=URGENT)}
_IF_PUBLISHED = {"yes": Q(published_on__isnull=False), "no": Q(published_on__isnull=True)}


class RegisterFilters(ListFilters):
    words = CharFilter(label="Words", method="with_words", max_length=200)
    programme = CharFilter(label="Programme", method="of_programmes", max_length=160)
    maker = OneOfFilter(label="Decision maker", method="made_by", choices=())
    since = TypedDateFilter(label="Decided from", field_name="decided_on", lookup_expr="gte")
    until = TypedDateFilter(label="Decided up to", field_name="decided_on", lookup_expr="lte", month_means="last")
    kind = OneOfFilter(label="Kind", method="of_kind", choices=_KEY)
    published = OneOfFilter(label="Published", method="if_published", choices=_PUBLISHED)

    def __init__(self, data: object, queryset: Records, *, request: HttpRequest) -> None:
        super().__init__(data, queryset, request=request)
        self.filters["maker"].extra["choices"] = decision_makers(request.user)  # type: ignore[arg-type]

    def of_programmes(self, records: Records, name: str, words: str) -> Records:
        return records.filter(drawdown__in=Drawdown.objects.filter(of_programmes(words)).order_by().values("pk"))

    def with_words(self, records: Records, name: str, words: str) -> Records:
        return records.filter(in_words(words))

    def made_by(self, records: Records, name: str, maker: str) -> Records:
        return records.filter(decided_by(maker))

    def of_kind(self, records: Records, name: str, kind: str) -> Records:
        return records.filter(_OF_KIND[kind])

    def if_published(self, records: Records, name: str, published: str) -> Records:
        return records.filter(_IF_PUBLISHED[published])


def _years() -> list[tuple[str, str]]:
    return [(str(year), str(year)) for year in publication_years()]


class PublicFilters(ListFilters):
    """Read by anybody."""

    words = CharFilter(label="Words", method="with_words", max_length=200)
    year = OneOfFilter(label="Year of publication", method="of_year", choices=_years)
    call_in = OneOfFilter(label="Call-in", method="if_open", choices=[("open", "Open to call-in now")])

    def __init__(self, data: object, queryset: Records, *, today: date) -> None:
        super().__init__(data, queryset)
        self.today = today

    def with_words(self, records: Records, name: str, words: str) -> Records:
        return records.filter(in_public_words(words))

    def of_year(self, records: Records, name: str, year: str) -> Records:
        return records.filter(published_on__range=(date(int(year), 1, 1), date(int(year), 12, 31)))

    def if_open(self, records: Records, name: str, call_in: str) -> Records:
        return records.filter(open_to_call_in(self.today))
