"""What the paper check finds: severities, rules and findings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from costing.frozen import digest
from display import formats
from reports.facts.lines.rules import CheckedLine
from reports.facts.rules import Facts


class Severity(StrEnum):
    """E stops the issue of a paper unless it is overridden with a reason; W warns; I informs."""

    ERROR = "E"
    WARNING = "W"
    INFORMATION = "I"

    @property
    def label(self) -> str:
        return {"E": "Stops the paper", "W": "Warning", "I": "For information"}[self.value]


class Place(StrEnum):
    """Where a finding is corrected; the page that shows it makes the link."""

    LINE = "line"
    LINES = "lines"
    PAPER = "paper"
    FRONT_SHEET = "front_sheet"
    REPORT = "report"
    DECISION = "decision"
    DECISIONS = "decisions"
    LIMITS = "limits"
    DRAWDOWNS = "drawdowns"
    SET_UP = "set_up"
    EXCLUDED = "excluded"


Value = Decimal | str | None
"""What a paper states, or what was expected: whole pounds as a Decimal, anything else in words."""


class Finding(NamedTuple):
    """One thing that the paper check found. `text` is whole sentences. No `line` or `phase`: it is of the whole paper.

    `fingerprint` is of the rule, its subject and the figures it is about: reviewed once, it comes back when one of them changes.
    """

    rule: str
    severity: Severity
    title: str
    text: str
    fingerprint: str
    line: str | None = None
    phase: str | None = None
    stated: Value = None
    expected: Value = None
    explained_by: str = ""
    place: Place | None = None
    place_id: int | None = None

    @property
    def stated_text(self) -> str:
        return in_words(self.stated)

    @property
    def expected_text(self) -> str:
        return in_words(self.expected)


def in_words(value: Value) -> str:
    """Pounds with their sign, words as they are, nothing for None."""
    return formats.pounds(value) if isinstance(value, Decimal) else value or ""


@dataclass(frozen=True, slots=True)
class About:
    """What a finding is about: its subject, what is stated and expected of it, and the other figures that it depends on."""

    subject: object
    figures: Iterable[object] = ()
    stated: Value = None
    expected: Value = None

    def known_by(self, rule: str) -> list[object]:
        """What its fingerprint is of."""
        return [rule, self.subject, self.stated, self.expected, *self.figures]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a finding is, and where it is corrected: of the whole paper, of a phase by its name, or `on` a line."""

    place: Place | None = None
    place_id: int | None = None
    phase: str | None = None
    title: str | None = None

    @classmethod
    def on(cls, line: CheckedLine | None) -> "Spot":
        """On a line, which is corrected on its own page; nowhere in particular where it is None."""
        return cls(Place.LINE, line.row.line_id, line.phase.name, line.row.title) if line else cls()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the paper check: what it demands, how grave a breach is, and what finds breaches."""

    id: str
    title: str
    severity: Severity
    find: "Callable[[Rule, Facts], Iterable[Finding]]"

    def found(self, text: str, about: About, at: Spot, *, severity: Severity | None = None, explained_by: str = "") -> Finding:
        """A finding of this rule, in whole sentences. `severity` where it is another than the rule's."""
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            title=self.title,
            text=text,
            fingerprint=digest("\n".join(map(_as_text, about.known_by(self.id))))[:32],
            line=at.title,
            phase=at.phase,
            stated=about.stated,
            expected=about.expected,
            explained_by=explained_by,
            place=at.place,
            place_id=at.place_id,
        )


def _as_text(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
