"""Which lines of the table of inputs a person looks at. It stands in the address. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from costing.typed import NotUnderstood, parse_date

LONGEST = 200
RECRUITED = {"yes": "Yes", "part": "In part", "no": "No"}
PAPERWORK = {"yes": "Complete", "no": "Not complete"}
ANY_FINDING = "any"
ORDERS = {"title": "Title", "cost": "Annual cost, highest first", "start": "Start, earliest first"}


@dataclass(frozen=True)
class Narrowing:
    """What is asked for; empty is everything, and for `order` that of the paper.

    `paper` is the key of one, `finding` that of a rule, or ANY_FINDING.

    `since` is as it was typed; `day` what it says, and `wrong` why it says nothing.
    """

    words: str = ""
    team: str = ""
    recruited: str = ""
    paperwork: str = ""
    since: str = ""
    paper: str = ""
    finding: str = ""
    order: str = ""
    day: date | None = None
    wrong: str = ""

    recruited_choices = RECRUITED
    paperwork_choices = PAPERWORK
    orders = ORDERS

    @property
    def is_on(self) -> bool:
        return any((self.words, self.team, self.recruited, self.paperwork, self.day, self.paper, self.finding))


def narrowing_of(asked: Mapping[str, str], papers: Collection[str] = (), findings: Collection[str] = ()) -> Narrowing:
    """What an address asks for, where these papers and rules can be named; a choice that there is not is none."""
    recruited, paperwork = asked.get("recruited", ""), asked.get("paperwork", "")
    paper, finding = asked.get("paper", ""), asked.get("finding", "")
    since = " ".join(asked.get("since", "").split())[:LONGEST]
    day, wrong = _day(since)
    return Narrowing(
        words=" ".join(asked.get("words", "").split())[:LONGEST],
        team=asked.get("team", "")[:LONGEST],
        recruited=recruited if recruited in RECRUITED else "",
        paperwork=paperwork if paperwork in PAPERWORK else "",
        since=since,
        paper=paper if paper in papers else "",
        finding=finding if finding in findings or (findings and finding == ANY_FINDING) else "",
        order=asked["order"] if asked.get("order", "") in ORDERS else "",
        day=day,
        wrong=wrong,
    )


def _day(typed: str) -> tuple[date | None, str]:
    try:
        return parse_date(typed), ""
    except NotUnderstood as error:
        return None, str(error)
