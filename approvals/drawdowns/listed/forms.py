"""What the list of drawdowns is narrowed to."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters import CharFilter, ModelChoiceFilter

from approvals.drawdowns.listed.queries import in_words
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.rules import State
from display.lists.filters import ListFilters, OneOfFilter, TickFilter
from phases.models import Programme
from phases.programmes.queries import programmes_for

Drawdowns = QuerySet[Drawdown]


def _programmes(request: HttpRequest) -> QuerySet[Programme]:
    return programmes_for(request.user).order_by("name")  # type: ignore[arg-type]


class DrawdownFilters(ListFilters):
    words = CharFilter(label="Words or reference", method="with_words", max_length=200)
    programme = ModelChoiceFilter(
        label="Programme",
        queryset=_programmes,
        to_field_name="slug",
        empty_label="All",
        error_messages={"invalid_choice": "Choose one of these."},
    )
    state = OneOfFilter(label="State", choices=[(state.value, state.label) for state in State])
    mine = TickFilter(label="Prepared by me", method="prepared_by_me")

    def with_words(self, drawdowns: Drawdowns, name: str, words: str) -> Drawdowns:
        return drawdowns.filter(in_words(words))

    def prepared_by_me(self, drawdowns: Drawdowns, name: str, mine: bool) -> Drawdowns:
        return drawdowns.filter(prepared_by=self.request.user) if mine else drawdowns
