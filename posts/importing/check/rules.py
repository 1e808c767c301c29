"""What the page that checks a block shows of each row, cell and question."""

from dataclasses import dataclass, field

from costing.frozen import digest
from display import formats
from posts.importing.actions import CHANGED, NEW, REFUSED, SAME, Outcome
from posts.importing.block.rules import UNKNOWN_PHASE, NotRead, PastedRow, Role
from posts.importing.columns.rules import is_money
from posts.importing.effect.rules import Figure
from posts.importing.questions.rules import Question

TAGS = {NEW: ("New", "blue"), CHANGED: ("Changed", "purple"), SAME: ("Same", "grey"), REFUSED: ("Not taken", "red")}
OF_ROLES = {
    Role.PHASE: ("Phase", "grey"),
    Role.TEAM: ("Team", "grey"),
    Role.MERGED: ("Joined", "grey"),
    Role.WORKING: ("Not read", "yellow"),
}
AS_A_LINE = ("line", "Take it in as a line")


@dataclass(frozen=True)
class Cell:
    """One cell as it was pasted: how its column is read, the pounds it comes to where they look otherwise, what is wrong.

    `field` names its input where it can be corrected here, and `before` is what stands in the file where it was.
    """

    text: str
    name: str
    error: str
    identity: str
    pounds: str = ""
    field: str = ""
    before: str | None = None


@dataclass(frozen=True)
class Asked:
    """A question with the answer that was chosen, "" for none."""

    question: Question
    chosen: str

    @property
    def identity(self) -> str:
        return f"answer-{self.question.key}"


@dataclass(frozen=True)
class ShownRow:
    """One row of the preview. `notes`: sentences under its tag; `errors`: those that belong to no cell of it."""

    row: PastedRow
    tag: tuple[str, str]
    cells: list[Cell]
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    offered: Asked | None = None

    @property
    def identity(self) -> str:
        return f"r{self.row.number}"


def pair(before: Figure, after: Figure, *, first: bool) -> tuple[str, str, bool]:
    """Before and after in words, and whether they differ. `first`: of FTE."""
    return _figure(before, first), _figure(after, first), before != after


def _figure(figure: Figure, is_fte: bool) -> str:
    text = (formats.fte(figure.amount) or "0") if is_fte else formats.pounds(figure.amount)
    return f"at least {text}" if figure.at_least else text


def not_read(each: NotRead) -> str:
    """A sentence about what is not read."""
    figures = f" ({', '.join(each.figures[:4])})" if each.figures else ""
    return f"Not read: {each.what}{figures}: {each.why}."


def pounds_of(row: PastedRow, name: str, text: str) -> str:
    """The pounds that a cell comes to, where it does not look so."""
    figure = row.figures.get(name)
    if figure is None or not is_money(name) or not text or name in row.nils:
        return ""
    bare = text.replace("£", "").replace(",", "").strip()
    return "" if bare in (f"{figure:f}", f"({-figure:f})") else formats.pounds(figure)


def mark(*parts: str) -> str:
    """A short mark of these texts."""
    return digest("\x1f".join(parts).encode("utf-8", "surrogatepass"))[:24]


def notes_of(outcome: Outcome) -> list[str]:
    """What is said of a row under its tag."""
    if outcome.status == NEW:
        stored = [(each.financial_year, each.amount) for each in outcome.amounts]
        shown = [formats.NIL if amount is None else formats.pounds(amount) for _, amount in stored]
        return (
            [f"Will be {' / '.join(shown)}"] if any(amount is not None for _, amount in stored) else ["FTE or amounts not stated"]
        )
    if outcome.errors or outcome.state:
        return []
    return ["Its phase is not known"] if outcome.row.phase == UNKNOWN_PHASE else ["Choose its phase above"]
