"""What the record of a decision says, as typed objects. `costing.frozen` writes and reads their text. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from approvals.drawdowns.submission.rules import FrozenStep
from costing import frozen
from costing.measure import Measure
from phases.bodies.rules import EXECUTIVE_DECISION

VERSION = 1
"""Of the form below. A later form reads the texts of this one too."""


OF_THE_ACTS = (
    *("title", "decided_on", "capacity", "text_recommended", "text_resolved", "power", "interests", "dispensations"),
    *("minute", "members_present", "money"),
)
"""What submission, answers, signature and resolution say in a record: nobody rewrites it, and the database holds it."""


CHANGEABLE = ("call_in_applies", "call_in_reason")
"""What a clerk settles in a record, after the rule has proposed it: no act says it."""


NO_MONEY = "This decision releases no money."


class Gap(NamedTuple):
    """A field of the record that is empty, and that it needs by law before it is published.

    `unsettled`: it says that the decision is key, and that is no executive one; or another wording waits to be answered.
    """

    field: str
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """What is released of one limit, and what was and is left of it, in whole pounds."""

    authorisation: str
    source: str
    term: str
    measure: Measure
    limit: Decimal
    before: Decimal
    released: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """What was released, kept at sign-off, with a sentence for each year that no limit names."""

    rows: tuple[Balance, ...] = ()
    notes: tuple[str, ...] = ()


class Elsewhere(NamedTuple):
    """Where a decision could be read before it is published here: since which day, and at which address."""

    on: date
    address: str


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """What an office said, or an outside body: then `person` is who wrote it."""

    office: str
    person: str
    acting_for: str
    answer: str
    words: str
    answered_on: date
    recorded_from: str
    of_a_body: bool = False


@dataclass(frozen=True, slots=True)
class RecordedAdvice:
    """What the section 151 officer advised."""

    person: str
    text: str
    given_on: date


@dataclass(frozen=True, slots=True)
class RecordedPaper:
    """A file that supports the decision, by its SHA-256."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """The entry of the audit record in which the decision stands."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class RecordedAddition:
    """What a clerk added to what the acts say."""

    about: str
    text: str
    person: str
    added_on: date


@dataclass(frozen=True, slots=True)
class RecordedRewording:
    """Another text that the decision maker confirmed, and why it was put forward."""

    reasons: str
    earlier: str
    proposed_by: str
    confirmed_by: str
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class RecordedElsewhere:
    """That the decision was taken before it was recorded here: its evidence in words, who wrote it down, and who confirmed it."""

    evidence: str
    recorded_by: str
    recorded_on: date
    confirmed_by: str
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class RecordContent:
    """The whole record. `kind_of_record` heads it; its default heads those from before there were others.

    `may_be_key`: whether a decision of its maker could be key that day; None of those from before that was said.
    `notice_said` is the notice route in words, of the law of the council or combined authority; "" likewise.
    """

    council: str
    reference: str
    programme: str
    is_of_a_body: bool
    title: str
    text_recommended: str
    text_resolved: str
    capacity: str
    power: str
    reasons: str
    alternatives: str
    interests: str
    dispensations: str
    minute: str
    members_present: str
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
    call_in_applies: bool | None
    call_in_reason: str
    exempt_paragraph: str
    public_interest: str
    decided_on: date | None
    signed_on: date
    published_on: date | None
    publication_recorded_on: date | None
    closes_on: date | None
    effective_on: date | None
    retain_until: date | None
    retain_papers_until: date | None
    money: Money
    steps: tuple[FrozenStep, ...]
    answers: tuple[RecordedAnswer, ...]
    advice: tuple[RecordedAdvice, ...]
    papers: tuple[RecordedPaper, ...]
    recorded_by: str
    submission_sha256: str
    signed_entry: RecordedEntry
    kind_of_record: str = EXECUTIVE_DECISION
    asked_for_by: str = ""
    published_before_on: date | None = None
    published_before_at: str = ""
    additions: tuple[RecordedAddition, ...] = ()
    rewordings: tuple[RecordedRewording, ...] = ()
    elsewhere: RecordedElsewhere | None = None
    may_be_key: bool | None = None
    notice_said: str = ""
    version: int = VERSION

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise ValueError(f"its version {self.version} is not known")


_TITLES = {
    "title": "Title",
    "capacity": "Decision maker",
    "text_recommended": "Text as recommended",
    "text_resolved": "Text as decided",
    "power": "Power relied on",
    "reasons": "Reasons",
    "alternatives": "Alternatives",
    "interests": "Interests declared",
    "dispensations": "Dispensations",
    "minute": "Minute",
    "members_present": "Members present",
    "financial_comments": "Financial comments",
    "legal_comments": "Legal comments",
    "background_papers": "Background papers",
    "wards": "Wards affected",
    "report_author": "Report author",
    "notice_reference": "Notice",
    "call_in_reason": "Why it is not open to call-in",
}


def public_texts(content: RecordContent) -> dict[str, str]:
    """What the public will read of the record, by what it is. Of an exempt one its title, who decided, and why it is exempt."""
    if content.exempt_paragraph:
        return {
            "Title": content.title,
            "Decision maker": content.capacity,
            "Why the public interest is against publishing": content.public_interest,
        }
    texts = {label: getattr(content, name) for name, label in _TITLES.items()}
    money = [f"{row.authorisation}, {row.source}: £{row.released:f}" for row in content.money.rows]
    texts["Money released"] = "\n".join([*money, *content.money.notes])
    texts |= {f"Answer of the {each.office}": each.words for each in content.answers if not each.of_a_body}
    texts |= {f"Answer of an outside body, {each.office}": each.words for each in content.answers if each.of_a_body}
    texts["Advice of the section 151 officer"] = "\n".join(each.text for each in content.advice)
    texts["Names of papers"] = "\n".join(each.name for each in content.papers)
    texts["Evidence"] = content.elsewhere.evidence if content.elsewhere else ""
    texts["Additions"] = "\n".join(each.text for each in content.additions)
    texts["Other wording"] = "\n".join(f"{each.reasons}\n{each.earlier}" for each in content.rewordings)
    return texts


@lru_cache(maxsize=64)
def published(text: str) -> RecordContent:
    """What a published record holds as text. Raises NotReadable."""
    return frozen.read(RecordContent, text)


@lru_cache(maxsize=256)
def released(text: str) -> Money:
    """The money of a record as it was kept at sign-off; nothing for a record that has none yet. Raises NotReadable."""
    return frozen.read(Money, text) if text else Money()
