"""What is asked to be made in the background, as frozen values with one JSON form and one reader. Pure: no store, no pages.

A page writes a request and the worker reads it, perhaps of another build: a form that is not known is refused, never guessed at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

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


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """A paper to issue, as its check page showed it: for which meeting, why again, and what it was checked against.

    `version` is that of the programme, `supersedes` the number of the paper before, if there is one.
    """

    meeting: Meeting
    reason: str
    version: int
    supersedes: int | None


@dataclass(frozen=True, slots=True)
class LongPaperRequest:
    """A paper to issue of the table as it stood at a moment: `schedule` is the SHA-256 of what of it is printed."""

    paper: PaperRequest
    as_at: datetime
    schedule: str


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

    @property
    def query(self) -> str:
        """The address of the same table on screen, after its question mark."""
        asked = [("unit", self.unit.value), ("rounding", self.rounding.value), *(("years", str(year)) for year in self.years)]
        return urlencode([*asked, *((annex, "yes") for annex in self.annexes)])


Request = LongPaperRequest | PackRequest | TableRequest


def as_json(request: Request) -> dict[str, Any]:
    """Plain values, to be written as canonical JSON; `read` reads them back."""
    kind, content = _written(request)
    return {"form": FORM, "kind": kind, **content}


def read(content: Mapping[str, Any]) -> Request:
    """The request that `as_json` wrote. Raises UnknownForm."""
    try:
        if content["form"] != FORM:
            raise UnknownForm(f"A request in form {content['form']} is not known.")
        return _READERS[content["kind"]](content)
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownForm(f"This is no request: {error}") from None


def _written(request: Request) -> tuple[str, dict[str, Any]]:
    if isinstance(request, PackRequest):
        items = [item._asdict() for item in request.items]
        meeting = {"committee": request.committee, "meeting_date": request.meeting_date.isoformat()}
        rest = {"agenda_item": request.agenda_item, "part": request.part, "items": items}
        return "pack", {"title": request.title, **meeting, **rest}
    if isinstance(request, TableRequest):
        chosen = {"unit": request.unit.value, "rounding": request.rounding.value}
        return "table", {**chosen, "years": list(request.years), "annexes": list(request.annexes)}
    paper = request.paper
    meeting = {**paper.meeting._asdict(), "meeting_date": paper.meeting.meeting_date.isoformat()}
    checked = {"reason": paper.reason, "version": paper.version, "supersedes": paper.supersedes}
    return "paper", {"meeting": meeting, **checked, "as_at": request.as_at.isoformat(), "schedule": request.schedule}


def _pack(content: Mapping[str, Any]) -> PackRequest:
    return PackRequest(
        title=content["title"],
        committee=content["committee"],
        meeting_date=date.fromisoformat(content["meeting_date"]),
        agenda_item=content["agenda_item"],
        part=content["part"],
        items=tuple(PackItem(**item) for item in content["items"]),
    )


def _table(content: Mapping[str, Any]) -> TableRequest:
    years, annexes = tuple(content["years"]), tuple(content["annexes"])
    return TableRequest(Unit(content["unit"]), Rounding(content["rounding"]), years, annexes)


def _paper(content: Mapping[str, Any]) -> LongPaperRequest:
    held = content["meeting"]
    meeting = Meeting(**{**held, "meeting_date": date.fromisoformat(held["meeting_date"])})
    paper = PaperRequest(meeting, content["reason"], content["version"], content["supersedes"])
    return LongPaperRequest(paper, datetime.fromisoformat(content["as_at"]), content["schedule"])


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Request]] = {"pack": _pack, "table": _table, "paper": _paper}
