"""What the list of drawdowns is narrowed to."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter

from approvals.drawdowns.listed.queries import in_words
from approvals.drawdowns.models import Answer, Drawdown
from approvals.drawdowns.rules import State
from approvals.drawdowns.waiting.queries import drawdowns_waiting_for
from display.lists.filters import ListFilters, OneOfFilter, TickFilter
from phases.programmes.queries import of_programmes

Drawdowns = QuerySet[Drawdown]


class DrawdownFilters(ListFilters):
    words = CharFilter(label="Words or reference", method="with_words", max_length=200)
    programme = CharFilter(label="Programme", method="of_programmes", max_length=160)
    state = OneOfFilter(label="State", choices=[(state.value, state.label) for state in State])
    mine = TickFilter(label="Prepared by me", method="prepared_by_me")
    waiting = TickFilter(label="Waiting for me", method="waiting_for_me")
    answered = TickFilter(label="Answered by me", method="answered_by_me")

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        """`today` decides for whom something waits."""
        super().__init__(*args, **options)
        self.today = today

    def of_programmes(self, drawdowns: Drawdowns, name: str, words: str) -> Drawdowns:
        return drawdowns.filter(of_programmes(words))

    def with_words(self, drawdowns: Drawdowns, name: str, words: str) -> Drawdowns:
        return drawdowns.filter(in_words(words))

    def prepared_by_me(self, drawdowns: Drawdowns, name: str, mine: bool) -> Drawdowns:
        return drawdowns.filter(prepared_by=self.request.user) if mine else drawdowns

    def waiting_for_me(self, drawdowns: Drawdowns, name: str, mine: bool) -> Drawdowns:
        """Those that Home asks this person to answer, to decide or to record."""
        return drawdowns.filter(pk__in=drawdowns_waiting_for(self.request.user, self.today)) if mine else drawdowns

    def answered_by_me(self, drawdowns: Drawdowns, name: str, mine: bool) -> Drawdowns:
        """Those that this person answered, in whatever capacity and whenever."""
        given = Answer.objects.filter(person=self.request.user)
        return drawdowns.filter(pk__in=given.values("drawdown")) if mine else drawdowns
