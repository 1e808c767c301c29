"""What a story must come to: the rules of money, days and powers said once more, as plain and slow as they can be said.

Nothing here asks the product. Money is whole pounds; a measure is a financial year by the calendar year it starts in, or None
for a full year. `why_not_...` say by which rules an act is refused: an empty set where it is done.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

Measure = int | None
LAST_YEAR = 2017
"""The programme plans 2016/17 and 2017/18: no line says what it costs in a later year."""
BANK_HOLIDAYS = {
    *(date(2016, 12, 26), date(2016, 12, 27), date(2017, 1, 2), date(2017, 4, 14), date(2017, 4, 17), date(2017, 5, 1)),
    *(date(2017, 5, 29), date(2017, 8, 28), date(2017, 12, 25), date(2017, 12, 26), date(2018, 1, 1), date(2018, 3, 30)),
    *(date(2018, 4, 2), date(2018, 5, 7), date(2018, 5, 28), date(2018, 8, 27), date(2018, 12, 25), date(2018, 12, 26)),
}
CONSULTED, WINDOW = 5, 5
"""Working days to answer, and to call a decision in."""


def working_days_after(day: date, number: int) -> date:
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5 and day not in BANK_HOLIDAYS
    return day


def has_ended(measure: Measure, day: date) -> bool:
    return measure is not None and day > date(measure + 1, 3, 31)


def half_up(pounds: Fraction) -> int:
    return (2 * pounds + 1) // 2


class Named:
    """Called by its number in the story that Hypothesis prints."""

    pk: int

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(eq=False, repr=False)
class Line(Named):
    """One FTE that costs so much a year, in post from 1 April of a year on."""

    pk: int
    pounds: int
    starts: int

    def costs(self, measure: Measure) -> int | None:
        if measure is None:
            return self.pounds
        return None if measure > LAST_YEAR else self.pounds if measure >= self.starts else 0


@dataclass(eq=False, repr=False)
class Money(Named):
    """An authorisation. `moved`: what the one that it replaces had drawn was taken over."""

    pk: int
    decision: int
    decided_on: date
    limits: dict[Measure, int]
    recurring: bool
    replaces: "Money | None" = None
    moved: bool = False
    replaced_by: "Money | None" = None
    lapsed: set[Measure] = field(default_factory=set)
    carried: set[tuple[int, int]] = field(default_factory=set)

    def covers(self, measure: Measure) -> bool:
        """Whether what is drawn of another in the measure goes on under this one."""
        return measure in self.limits or (measure is not None and None in self.limits and self.recurring)


@dataclass(eq=False, repr=False)
class Row:
    """What a drawdown draws of one line from some money in one measure. `back`: pounds and FTE that came back, or moved on."""

    asked: "Asked"
    line: Line
    money: Money
    measure: Measure
    pounds: int
    fte: Fraction
    goes_on: "Row | None" = None
    back: list[tuple[str, int, Fraction]] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Row of {self.asked}, {self.line}, {self.money} in {self.measure}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    @property
    def left(self) -> int:
        return self.pounds - sum(pounds for _, pounds, _ in self.back)

    @property
    def left_fte(self) -> Fraction:
        return self.fte - sum((fte for _, _, fte in self.back), Fraction(0))

    @property
    def is_live(self) -> bool:
        return self.left > 0 or self.left_fte > 0

    @property
    def chain(self) -> list["Row"]:
        """This row and those that it goes on from, back to the first drawing."""
        return [self, *(self.goes_on.chain if self.goes_on else ())]

    @property
    def counts(self) -> int:
        """What it takes of its line: money given back while its FTE stay drawn is not there for another to draw."""
        if not self.left_fte:
            return 0
        with_fte = sum(pounds for row in self.chain for kind, pounds, fte in row.back if kind == "handed back" and fte)
        return self.chain[-1].pounds - with_fte

    def reverse(self, kind: str, pounds: int | None = None, fte: Fraction | None = None) -> None:
        self.back.append((kind, self.left if pounds is None else pounds, self.left_fte if fte is None else fte))


class Part(NamedTuple):
    pounds: int
    not_before: date | None
    condition: int | None


@dataclass(eq=False, repr=False)
class Given(Named):
    """A delegation, with what it was given. `parts` are of its limit in 2016/17; `confirmed`: who confirmed a condition, as met
    on which day.
    """

    pk: int
    money: set[int]
    recorded_on: date
    earliest: date | None = None
    expires: date | None = None
    limits: dict[Measure, int] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    condition: int | None = None
    confirmed: dict[int, dict[int, date]] = field(default_factory=dict)


class Said(NamedTuple):
    """An answer to what is submitted now: agreed or not, by which people, on which day."""

    agrees: bool
    people: frozenset[int]
    on: date


class Draw(NamedTuple):
    line: Line
    money: Money
    fte: Fraction


@dataclass(eq=False, repr=False)
class Asked(Named):
    """A drawdown. `returning`: what somebody asked to hand back, by whom."""

    pk: int
    given: Given
    draws: list[Draw]
    prepared: set[int]
    state: str = "draft"
    submitted_on: date = date.min
    frozen: list[dict[Measure, int]] = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    answer_by: date = date.min
    signed_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    called_in_on: date | None = None
    outcome: str = ""
    corrections: int = 0
    gone: bool = False
    returning: tuple[int, list[tuple[Row, int, Fraction]]] | None = None


class Refused(Exception):
    """By these rules."""

    def __init__(self, why: set[str]) -> None:
        super().__init__(why)
        self.why = why


LIVE = {"signed_off", "called_in", "effective"}
AGREES, CONSULTED_OFFICE = "Leader", "Director"


def why_not_acting(asked: Asked, acting: frozenset[int]) -> set[str]:
    why = set() if asked.state == "submitted" else {"state"}
    if not acting:
        return why | {"not acting"}
    return why | ({"prepared"} if acting & asked.prepared else set())


def share(row: Row, fte: Fraction) -> int:
    """Of what was drawn with all its FTE; money that came back before is not there to come back again."""
    return min(half_up(row.pounds * fte / row.fte), row.left)


def taken_of(line: Line, measure: Measure, fte: Fraction, held: Iterable[tuple[Line, Measure, Fraction, int]]) -> int:
    """What so many FTE of a line take in a measure: their share, rounded half up; the last takes what is left. Raises Refused."""
    costs = line.costs(measure)
    if costs is None:
        raise Refused({"no amount"})
    of_it = [(drawn, pounds) for of, when, drawn, pounds in held if (of, when) == (line, measure)]
    drawn, before = sum((each for each, _ in of_it), Fraction(0)), sum(pounds for _, pounds in of_it)
    if drawn + fte > 1:
        raise Refused({"fte"})
    pounds = costs - before if drawn + fte == 1 else half_up(costs * fte)
    if pounds < 0 or before + pounds > costs:
        raise Refused({"line"})
    return pounds
