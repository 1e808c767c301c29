"""Which lines of the table of inputs a person looks at: words, team, recruited, paperwork. It stands in the address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 200
RECRUITED = {"yes": "Yes", "part": "In part", "no": "No"}
PAPERWORK = {"yes": "Complete", "no": "Not complete"}


@dataclass(frozen=True)
class Narrowing:
    """What is asked for; empty is everything."""

    words: str = ""
    team: str = ""
    recruited: str = ""
    paperwork: str = ""

    recruited_choices = RECRUITED
    paperwork_choices = PAPERWORK

    @property
    def is_on(self) -> bool:
        return any((self.words, self.team, self.recruited, self.paperwork))


def narrowing_of(asked: Mapping[str, str]) -> Narrowing:
    """What an address asks for; a choice that there is not is none."""
    recruited, paperwork = asked.get("recruited", ""), asked.get("paperwork", "")
    return Narrowing(
        words=" ".join(asked.get("words", "").split())[:LONGEST],
        team=asked.get("team", "")[:LONGEST],
        recruited=recruited if recruited in RECRUITED else "",
        paperwork=paperwork if paperwork in PAPERWORK else "",
    )
