"""What a kind of act in the stories is, and how one of the things there are is chosen for it."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import strategies as st

from accounts.models import User
from tests.approvals.books import Books
from tests.approvals.case import Case
from tests.approvals.expected import Asked
from tests.approvals.stories import Council, days

ONE, HALF, QUARTER = Fraction(1), Fraction(1, 2), Fraction(1, 4)
CONDITION = "The inspection report has been published."


class Act(NamedTuple):
    """A kind of act: how often it is chosen beside the others, where it can be, and what is drawn for it."""

    weight: int
    when: Callable[["Acting"], bool]
    given: Mapping[str, st.SearchStrategy[Any]]


ACTS: dict[str, Act] = {}
Method = Callable[..., None]


def act(weight: int, when: Callable[["Acting"], bool] = lambda story: True, **given: Any) -> Callable[[Method], Method]:
    def noted(method: Method) -> Method:
        ACTS[method.__name__] = Act(weight, when, given)
        return method

    return noted


def some(*states: str) -> Callable[["Acting"], bool]:
    """Whether some drawdown is in one of these states."""
    return lambda story: any(asked.state in states for asked in story.books.asked.values())


BACK = st.sampled_from([0, 0, 0, 0, 0, 1, 3])
"""So many days before today an act is dated; it is done only where the model refuses it by its day."""


class Acting:
    """Whoever tells a story: the council, its case and its books, and what was published so far, by drawdown."""

    told: Council
    case: Case
    books: Books
    published: dict[int, str]

    # Choosing

    def _day(self, back: int, why_not: Any) -> date:
        """The day so many days ago where the act is refused for its day; else today, since no clock goes back."""
        day = self.told.today - days(back)
        return day if "day" in why_not(day) else self.told.today

    def _one(self, data: Any, *states: str) -> Asked:
        return data.draw(st.sampled_from([each for each in self.books.asked.values() if each.state in states]))

    def _likely(self, data: Any) -> Asked:
        """One that waits, mostly."""
        asked = list(self.books.asked.values())
        return data.draw(st.sampled_from([each for each in asked if each.state == "submitted"] * 4 + asked))

    def _decided(self, data: Any) -> Asked:
        """One that is decided; mostly one whose record is published, and whose call-in window is open."""
        decided = list(dict.fromkeys(row.asked for row in self.books.rows))
        published = [asked for asked in decided if asked.published_on and not asked.gone]
        return data.draw(
            st.sampled_from(published * 3 + [asked for asked in published if asked.state == "signed_off"] * 3 + decided)
        )

    def _somebody(self, data: Any, name: str) -> User:
        """The holder; one of those ever appointed for the office; or anybody."""
        appointed = [deputy for office, deputy in self.told.deputies if office == name]
        return data.draw(st.sampled_from([self.case.people[name]] * 3 + [*appointed, *appointed, self.told.pool[0]]))
