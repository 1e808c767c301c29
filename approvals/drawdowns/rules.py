"""What may become of a drawdown, what it consumes, and who is still to answer. Pure: no store, no clock.

Amounts are whole pounds; an amount of None is a measure the line has no figure for.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeVar

from costing.measure import FULL_YEAR, Measure
from costing.money import share_of
from phases.ledger import rules as ledger

Named = TypeVar("Named")


class State(StrEnum):
    """Where a drawdown stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    SIGNED_OFF = "signed_off"
    CALLED_IN = "called_in"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        return "Overturned" if self is State.SUPERSEDED else self.value.replace("_", " ").capitalize()


def label_of(state: str, elsewhere: bool) -> str:
    """Where a drawdown stands, in words. Nobody signed off what was decided `elsewhere`."""
    return "Decided elsewhere" if elsewhere and state == State.SIGNED_OFF else State(state).label


OPEN = frozenset({State.DRAFT, State.RETURNED, State.WITHDRAWN})
"""Its author may change it."""
LIVE = frozenset({State.SIGNED_OFF, State.CALLED_IN, State.EFFECTIVE})
"""It consumes what it released."""

# The trigger drawdown_moves_as_allowed holds the same table.
MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.RETURNED, State.WITHDRAWN, State.REFUSED, State.SIGNED_OFF}),
    State.REFUSED: frozenset(),
    State.SIGNED_OFF: frozenset({State.CALLED_IN, State.EFFECTIVE, State.SUPERSEDED}),
    State.CALLED_IN: frozenset({State.EFFECTIVE, State.SUPERSEDED}),
    State.EFFECTIVE: frozenset({State.SUPERSEDED}),
    State.SUPERSEDED: frozenset(),
}


def may_become(state: str, after: State) -> bool:
    return after in MOVES[State(state)]


class Mode(StrEnum):
    """How somebody is asked before the decision: an office for its agreement or its view, a body outside for consent or advice.

    Agreement and consent are conditions of the power to sign; consultation and advice must have been asked for.
    """

    AGREEMENT = "agreement"
    CONSULTATION = "consultation"
    CONSENT = "consent"
    ADVICE = "advice"

    @property
    def is_condition(self) -> bool:
        return self in (Mode.AGREEMENT, Mode.CONSENT)

    @property
    def is_of_a_body(self) -> bool:
        """Whether a body outside the council is asked so, and no office."""
        return self in (Mode.CONSENT, Mode.ADVICE)

    @property
    def not_given(self) -> str:
        """What is said of who has not answered, after the name."""
        return f"has not given its {self}" if self.is_of_a_body else "has not answered"


class Reply(StrEnum):
    """What an office answered, or a body outside the council."""

    AGREE = "agree"
    DISAGREE = "disagree"
    VIEW = "view"
    CONSENT = "consent"
    NO_CONSENT = "no_consent"
    IN_FAVOUR = "in_favour"
    AGAINST = "against"

    @property
    def is_given(self) -> bool:
        """Whether the condition is met that the decision maker waits for."""
        return self in (Reply.AGREE, Reply.CONSENT)


REPLIES: Mapping[Mode, tuple[Reply, ...]] = {
    Mode.AGREEMENT: (Reply.AGREE, Reply.DISAGREE),
    Mode.CONSULTATION: (Reply.AGREE, Reply.DISAGREE, Reply.VIEW),
    Mode.CONSENT: (Reply.CONSENT, Reply.NO_CONSENT),
    Mode.ADVICE: (Reply.IN_FAVOUR, Reply.AGAINST, Reply.VIEW),
}
"""What may be answered to whom is asked so. The triggers of the database on answers hold the same."""

ANSWERS = {
    Reply.AGREE: "Agree",
    Reply.DISAGREE: "Do not agree",
    Reply.VIEW: "View given",
    Reply.CONSENT: "Consent given",
    Reply.NO_CONSENT: "Consent not given",
    Reply.IN_FAVOUR: "Advises in favour",
    Reply.AGAINST: "Advises against",
}
"""Each answer in the words of pages and records."""
OFF_LINE = {"email": "E-mail", "paper": "Paper", "letter": "Letter", "minute": "Minute"}
"""How an answer came that was not given here."""


def returns_it(mode: Mode, reply: Reply) -> bool:
    """Whether this answer returns the drawdown to its author: a condition that is refused."""
    return mode.is_condition and not reply.is_given


class AskedBody(NamedTuple):
    """A body outside the council that is asked, by its number."""

    body: int


Asked = int | AskedBody
"""Who is asked before a decision: an office by its number, or a body outside the council."""


def who_is_asked(office: int | None, body: int | None) -> Asked:
    """As a row of the store says it: one of the two is None."""
    if office is not None:
        return office
    assert body is not None  # the database holds it
    return AskedBody(body)


NO_INTERESTS = "None"
"""What is stored as the positive answer that there are no interests."""


def declares(interests: str) -> bool:
    """Whether an answer declares an interest: anything but the positive "none"."""
    return interests.strip().casefold() != NO_INTERESTS.casefold()


class CannotBeDrawn(ValueError):
    """The line cannot be drawn as asked. Its text is a sentence for the user; `reason` is what it says beside the line itself."""

    def __init__(self, reason: str, line: str = "") -> None:
        super().__init__(f"{line}: {reason}" if line else reason)
        self.reason = f"{reason[:1].upper()}{reason[1:]}"


class Otherwise(NamedTuple):
    """What a drawdown releases is no longer what was submitted: other amounts, where it is neither of these.

    `refused`: something of it cannot be drawn any more. `unmoved`: its money waits for what an earlier authorisation released.
    """

    refused: CannotBeDrawn | None = None
    unmoved: bool = False


def drawn_by_fte(fte: Decimal | None) -> Decimal | None:
    """The FTE by which a line is drawn; None where it is drawn in pounds: it has none, states none, or posts go."""
    return fte if fte is not None and fte > 0 else None


@dataclass(frozen=True, slots=True)
class LineDraw:
    """A line as it is drawn on. `fte_drawn` of its `fte`; a line without FTE is drawn in `pounds` by measure instead."""

    title: str
    fte: Decimal | None
    recurring: bool
    amounts: Mapping[Measure, Decimal | None]
    fte_drawn: Decimal | None = None
    pounds: Mapping[Measure, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """What of a line live drawdowns hold already in one measure. `taken`: one of them has it, though a credit holds no pounds."""

    fte: Decimal = Decimal(0)
    pounds: Decimal = Decimal(0)
    taken: bool = False


def consumed(asked: LineDraw, limited: Collection[Measure], before: Mapping[Measure, Before]) -> dict[Measure, Decimal]:
    """What the line consumes in each measure that its authorisation limits. Raises CannotBeDrawn.

    A fixed-term or one-off line consumes nothing of a full-year limit, so it has no entry for it.
    """
    measures = [measure for measure in limited if measure != FULL_YEAR or asked.recurring]
    if asked.fte is None and (unlimited := set(asked.pounds) - set(measures)):
        raise CannotBeDrawn(f"nothing can be drawn in {unlimited.pop().name}, which is not limited.", asked.title)
    return {measure: _consumed_in(measure, asked, before.get(measure, Before())) for measure in measures}


def _consumed_in(measure: Measure, asked: LineDraw, before: Before) -> Decimal:
    amount, when = asked.amounts.get(measure), measure.name
    if amount is None:
        raise CannotBeDrawn(f"{asked.title} states no amount for {when}, which the authorisation limits.")
    if asked.fte is None and amount < 0:
        if before.taken:
            raise CannotBeDrawn("this credit is taken already.", asked.title)
        return Decimal(0)  # headroom is tested on the gross: a credit makes no room (money rule 16)
    if asked.fte is None:
        pounds = asked.pounds.get(measure)
        if pounds is None:
            raise CannotBeDrawn(f"{asked.title} has no FTE: say how many pounds are drawn in {when}.")
    elif not asked.fte_drawn or asked.fte_drawn < 0:
        raise CannotBeDrawn("say how many FTE are drawn.", asked.title)
    elif before.fte + asked.fte_drawn > asked.fte:
        left = max(asked.fte - before.fte, Decimal(0))
        raise CannotBeDrawn(f"{left.normalize():f} of {asked.fte.normalize():f} FTE are left to draw in {when}.", asked.title)
    elif before.fte + asked.fte_drawn == asked.fte:
        pounds = amount - before.pounds
    else:
        pounds = share_of(amount, asked.fte_drawn, asked.fte)
    if pounds < 0:
        raise CannotBeDrawn(f"less than nothing would be drawn in {when}.", asked.title)
    if pounds != int(pounds):
        raise CannotBeDrawn(f"draw whole pounds in {when}.", asked.title)
    if before.pounds + pounds > amount:
        raise CannotBeDrawn(f"£{amount - before.pounds:,} of £{amount:,} is left to draw in {when}.", asked.title)
    return pounds


def check_costs(lines: Iterable[tuple[LineDraw, Mapping[Measure, Decimal]]]) -> None:
    """A credit is taken with costs that it pays for, and not alone. `lines` with what each consumes. Raises CannotBeDrawn."""
    lines = list(lines)
    credits = [line.title for line, measures in lines if any((line.amounts.get(measure) or 0) < 0 for measure in measures)]
    if credits and not any(pounds for _, measures in lines for pounds in measures.values()):
        raise CannotBeDrawn("a credit is taken with the costs it pays for: choose some of them too.", credits[0])


class Authority(StrEnum):
    """How a line may be paid for in a year."""

    LIMITED = "limited"
    THROUGH_WHOLE_LIFE = "through_whole_life"
    THROUGH_FULL_YEAR = "through_full_year"
    NOTHING_RELEASED = "nothing_released"


def authority(year: Measure, recurring: bool, limited: Collection[Measure], one_off: bool) -> Authority:
    """How money with these limits pays for a line in the year. `recurring` is the line, `one_off` the money.

    The ledger says how the money is authorised in the year; what is so through a full-year limit is for recurring lines only.
    """
    found = ledger.coverage_by(limited, one_off, year)
    if found is ledger.Coverage.THROUGH_FULL_YEAR and not recurring:
        return Authority.NOTHING_RELEASED
    return _AUTHORITY[found]


_AUTHORITY = {
    ledger.Coverage.LIMITED: Authority.LIMITED,
    ledger.Coverage.THROUGH_WHOLE_LIFE: Authority.THROUGH_WHOLE_LIFE,
    ledger.Coverage.THROUGH_FULL_YEAR: Authority.THROUGH_FULL_YEAR,
    ledger.Coverage.NO_LIMIT_NAMED: Authority.NOTHING_RELEASED,
}


def missing(steps: Mapping[Named, Mode], answers: Mapping[Named, Reply], answer_by: date, day: date) -> list[Named]:
    """Those without whose answer nothing can be signed that day: conditions not met, consultations and advice still in time."""
    in_time = day <= answer_by
    return [
        office
        for office, mode in steps.items()
        if (_is_not_given(answers.get(office)) if mode.is_condition else in_time and office not in answers)
    ]


def _is_not_given(reply: Reply | None) -> bool:
    return reply is None or not reply.is_given


def year_has_ended(measure: Measure, day: date) -> bool:
    """Whether the measure is a financial year that was over before the day, so that its money is not drawn. A full year never is.

    The trigger draw_before_its_year_ended of the database holds the same.
    """
    return measure.year is not None and measure.year.last_day < day
