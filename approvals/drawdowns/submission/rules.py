"""What is frozen of a drawdown when it is submitted, as typed objects. `costing.frozen` writes and reads their text. Pure.

Amounts are pounds by measure. None for an amount is none stated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from approvals.drawdowns.rules import Authority, Mode
from costing import frozen
from costing.line_cost import Duration
from costing.measure import Measure
from posts.exempt.rules import Exempt, named

VERSION = 1
"""Of the form below. A later form reads the texts of this one too."""


@dataclass(frozen=True, slots=True)
class FrozenStep:
    """Who is asked before the decision: an office, or a body outside the council, as its mode says."""

    office: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class FrozenDecision:
    """The decision that gave the power."""

    title: str
    body: str
    date: date
    minute: str


@dataclass(frozen=True, slots=True)
class FrozenPart:
    """So much of what a delegation may release in one measure: from a day, once its conditions are confirmed."""

    number: int
    measure: Measure
    amount: Decimal
    not_before: date | None
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrozenDelegation:
    """Under which it is decided, word for word."""

    title: str
    text: str
    decision_maker: str
    decision: FrozenDecision
    expires: date | None
    limits: Mapping[Measure, Decimal]
    steps: tuple[FrozenStep, ...]
    earliest: date | None = None
    conditions: tuple[str, ...] = ()
    parts: tuple[FrozenPart, ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenAuthorisation:
    """Money that is drawn on."""

    id: int
    title: str
    decision: str
    source: str
    term: str
    limits: Mapping[Measure, Decimal]


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A line as it stood, how much of it is asked for, and what that consumes. `authority` is for each year of the programme."""

    line: int
    version: int
    title: str
    phase: str
    phase_id: int
    team: str
    duration: Duration
    fte: Decimal | None
    fte_drawn: Decimal | None
    authorisation: int
    amounts: Mapping[Measure, Decimal | None]
    consumed: Mapping[Measure, Decimal]
    authority: Mapping[Measure, Authority]
    source: int | None = None
    """The funding source whose part of the line this is, where several pay for it: `amounts` are of that part."""


@dataclass(frozen=True, slots=True)
class FrozenCase:
    """What officers put to the decision maker. The fields are those of a decision record that they write."""

    reasons: str
    alternatives: str
    financial_comments: str
    financial_comments_on: date | None
    legal_comments: str
    legal_comments_on: date | None
    background_papers: str
    wards: str
    report_author: str
    is_key: bool | None
    notice_route: str
    notice_on: date | None
    notice_reference: str
    exempt_paragraph: str
    public_interest: str
    not_key_reason: str = ""


@dataclass(frozen=True, slots=True)
class FrozenPaper:
    """A file that supports it, by its SHA-256."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SubmissionContent:
    """All that is decided on. With a `proposal` it releases no money: there are no lines."""

    reference: str
    submission: int
    submitted_at: datetime
    answer_by: date
    programme: str
    title: str
    prepared_by: str
    delegation: FrozenDelegation
    authorisations: tuple[FrozenAuthorisation, ...]
    lines: tuple[FrozenLine, ...]
    case: FrozenCase | None
    papers: tuple[FrozenPaper, ...]
    version: int = VERSION
    proposal: str = ""

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise ValueError(f"its version {self.version} is not known")

    @property
    def is_public(self) -> bool:
        """Whether the record of the decision will be public: the case does not call it exempt."""
        return self.case is None or not self.case.exempt_paragraph


@lru_cache(maxsize=64)
def submitted(text: str) -> SubmissionContent:
    """What a drawdown, or one submission of it, holds as text. Raises NotReadable."""
    return frozen.read(SubmissionContent, text)


def in_public(content: SubmissionContent, exempt: Exempt) -> SubmissionContent:
    """The same with each exempt line under its paragraph instead of its name: what a public text is drafted from."""
    return replace(content, lines=tuple(replace(line, title=named(exempt, line.line, line.title)) for line in content.lines))
