"""What the paper check finds: severities, rules and findings."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

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
    """Where a finding is mended; the page that shows it makes the link."""

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
class Rule:
    """One rule of the paper check: what it demands, how grave a breach is, and what finds breaches."""

    id: str
    title: str
    severity: Severity
    find: "Callable[[Rule, Facts], Iterable[Finding]]"

    def found(
        self,
        text: str,
        *,
        subject: object,
        figures: Iterable[object] = (),
        line: CheckedLine | None = None,
        phase: str | None = None,
        severity: Severity | None = None,
        stated: Value = None,
        expected: Value = None,
        explained_by: str = "",
        place: Place | None = None,
        place_id: int | None = None,
    ) -> Finding:
        """A finding of this rule, about `subject`. `figures` are what it depends on beside what is stated and expected."""
        about = [self.id, subject, stated, expected, *figures]
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            title=self.title,
            text=text,
            fingerprint=hashlib.sha256("\n".join(map(_as_text, about)).encode()).hexdigest()[:32],
            line=line.row.title if line else None,
            phase=line.phase.name if line else phase,
            stated=stated,
            expected=expected,
            explained_by=explained_by,
            place=place or (Place.LINE if line else None),
            place_id=place_id if place_id is not None or line is None else line.row.line_id,
        )


def _as_text(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
