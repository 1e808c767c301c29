"""Which lines of the table of inputs a person looks at: words, team, recruited, paperwork. It stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass

from posts.models import CostLine

LONGEST = 200
RECRUITED = {"yes": "Yes", "part": "In part", "no": "No"}
PAPERWORK = {"yes": "Complete", "no": "Not complete"}


@dataclass(frozen=True)
class Narrowing:
    """What is asked for; empty is everything. `kept` are lines shown in any case: those that a person has typed into."""

    words: str = ""
    team: str = ""
    recruited: str = ""
    paperwork: str = ""
    kept: frozenset[int] = frozenset()

    recruited_choices = RECRUITED
    paperwork_choices = PAPERWORK

    @property
    def is_on(self) -> bool:
        return any((self.words, self.team, self.recruited, self.paperwork))

    def holds(self, line: CostLine) -> bool:
        """Whether the line is one of those asked for; its team already fetched."""
        if line.pk in self.kept:
            return True
        text = f"{line.title}\n{line.comment}".casefold()
        team = line.team.name if line.team else ""
        done = "yes" if line.paperwork_complete else "no"
        return (
            all(word in text for word in self.words.casefold().split())
            and self.team in ("", team)
            and self.paperwork in ("", done)
            and self.recruited in ("", _recruited(line))
        )


def _recruited(line: CostLine) -> str:
    said = line.recruited
    return "part" if " of " in said else said.lower()


def narrowing_of(asked: Mapping[str, str], kept: frozenset[int] = frozenset()) -> Narrowing:
    """What an address asks for; a choice that there is not is none."""
    recruited, paperwork = asked.get("recruited", ""), asked.get("paperwork", "")
    return Narrowing(
        words=" ".join(asked.get("words", "").split())[:LONGEST],
        team=asked.get("team", "")[:LONGEST],
        recruited=recruited if recruited in RECRUITED else "",
        paperwork=paperwork if paperwork in PAPERWORK else "",
        kept=kept,
    )
