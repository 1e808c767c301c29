"""What is asked to be made in the background, as frozen values with one JSON form and one reader. Pure: no store, no pages.

A page writes a request and the worker reads it, perhaps of another build: a form that is not known is refused, never guessed at.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, NewType
from urllib.parse import urlencode

from costing import frozen
from costing.money import Rounding, Unit

FORM = 1


class UnknownForm(ValueError):
    """A request that this build cannot read."""


class Meeting(NamedTuple):
    """Which appendix of which meeting a paper is issued as."""

    committee: str
    meeting_date: date
    appendix: str
    agenda_item: str = ""
    report_number: str = ""
    part: int = 1


class PackItem(NamedTuple):
    """What stands in a pack. `key` finds it again; `sha256` is of what it is: a paper's PDF, or a record's content."""

    key: str
    title: str
    about: str
    meeting: str
    sha256: str
    part: int = 1
    superseded: bool = False


PaperNumber = NewType("PaperNumber", int)
"""By which the store knows an issued paper."""


@dataclass(frozen=True)
class PaperRequest:
    """A paper to issue, as its check page showed it: for which meeting, why again, and what it was checked against.

    `version` is that of the programme, `supersedes` the number of the paper before, if there is one.
    """

    meeting: Meeting
    reason: str
    version: int
    supersedes: PaperNumber | None


@dataclass(frozen=True)
class LongPaperRequest(PaperRequest):
    """A paper to issue of the table as it stood at a moment: `schedule` is the SHA-256 of what of it is printed."""

    as_at: datetime
    schedule: str

    @classmethod
    def of(cls, paper: PaperRequest, as_at: datetime, schedule: str) -> "LongPaperRequest":
        return cls(paper.meeting, paper.reason, paper.version, paper.supersedes, as_at, schedule)


@dataclass(frozen=True, slots=True)
class PackRequest:
    """Papers to join into one for a meeting, in this order."""

    title: str
    committee: str
    meeting_date: date
    agenda_item: str
    part: int
    items: tuple[PackItem, ...]


@dataclass(frozen=True, slots=True)
class TableRequest:
    """A committee table to draw. No `years`: every year of the programme. `annexes` makes it the internal version."""

    unit: Unit
    rounding: Rounding
    years: tuple[int, ...] = ()
    annexes: tuple[str, ...] = ()
    total: bool = False
    fte_by_year: bool = False
    without: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The address of the same table on screen, after its question mark."""
        asked = [("unit", self.unit.value), ("rounding", self.rounding.value), *(("years", str(year)) for year in self.years)]
        asked += [("total", "yes")] if self.total else []
        asked += [("fte", "yes")] if self.fte_by_year else []
        asked += [("without", name) for name in self.without]
        return urlencode([*asked, *((annex, "yes") for annex in self.annexes)])


Request = LongPaperRequest | PackRequest | TableRequest


KINDS: Mapping[str, type[Request]] = {"pack": PackRequest, "table": TableRequest, "paper": LongPaperRequest}


def written(request: Request) -> str:
    """The canonical text, which `read` reads back."""
    kind = next(name for name, each in KINDS.items() if type(request) is each)
    return frozen.canonical({"form": FORM, "kind": kind, **frozen.as_json(request)})


def read(text: str) -> Request:
    """The request that was `written`. Raises UnknownForm."""
    try:
        content = json.loads(text)
        form, kind = content.pop("form"), KINDS[content.pop("kind")]
        if form == FORM:
            return frozen.from_json(kind, content)
    except (KeyError, ValueError) as error:
        raise UnknownForm(f"This is no request: {error}") from None
    raise UnknownForm(f"A request in form {form} is not known.")
