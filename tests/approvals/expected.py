"""What a story must come to: the rules of money, days and powers said once more, as plain and slow as they can be said.

Nothing here asks the product. Money is whole pounds; a measure is a financial year by the calendar year it starts in, or None
for a full year. `why_not_...` say by which rules an act is refused: an empty set where it is done.
"""

from collections.abc import Iterable, Iterator, Sequence
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
    """A delegation, with what it was given. `parts` are of its limit in 2016/17; `confirmed`: who confirmed a condition."""

    pk: int
    money: set[int]
    recorded_on: date
    earliest: date | None = None
    expires: date | None = None
    limits: dict[Measure, int] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    condition: int | None = None
    confirmed: dict[int, set[int]] = field(default_factory=dict)


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


class Books:
    """All of it, and what each rule says of an act."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.money: dict[int, Money] = {}
        self.given: dict[int, Given] = {}
        self.asked: dict[int, Asked] = {}
        self.rows: list[Row] = []

    # What is drawn

    def drawn(self, money: Money, measure: Measure) -> int:
        return sum(row.left for row in self.rows if row.money is money and row.measure == measure)

    def drawn_under(self, given: Given, measure: Measure) -> int:
        return sum(row.left for row in self.rows if row.asked.given is given and row.measure == measure)

    def moved_on(self, money: Money, measure: Measure) -> int:
        of_it = [row for row in self.rows if row.money is money and row.measure == measure]
        return sum(pounds for row in of_it for kind, pounds, _ in row.back if kind == "moved")

    def live_of(self, asked: Asked) -> list[Row]:
        return [row for row in self.rows if row.asked is asked and row.is_live]

    def consumed(self, draws: Sequence[Draw], leaving_out: Iterable[Row] = ()) -> list[dict[Measure, int]]:
        """What the draws take in each measure that their money limits, one after the other. Raises Refused."""
        held = [(row.line, row.measure, row.left_fte, row.counts) for row in self.rows if row not in set(leaving_out)]
        found, why = [], set()
        for line, money, fte in draws:
            if money.replaced_by:
                why.add("replaced")
            taken: dict[Measure, int] = {}
            for measure in money.limits:
                try:
                    taken[measure] = _taken(line, measure, fte, held)
                except Refused as refused:
                    why |= refused.why
            held += [(line, measure, fte, pounds) for measure, pounds in taken.items()]
            found.append(taken)
        if why:
            raise Refused(why)
        return found

    # Before a signature

    def why_not_choose(self, given: Given, draws: Sequence[Draw]) -> set[str]:
        why = {"not its money" for draw in draws if draw.money.decision not in given.money}
        return why | self._otherwise(draws)

    def why_not_submit(self, asked: Asked, day: date) -> set[str]:
        why = {"day"} if day < asked.given.recorded_on else set()
        if asked.state not in ("draft", "returned", "withdrawn"):
            why.add("state")
        return why | self._otherwise(asked.draws)

    def _otherwise(self, draws: Sequence[Draw], frozen: list[dict[Measure, int]] | None = None) -> set[str]:
        try:
            consumed = self.consumed(draws)
        except Refused as refused:
            return refused.why
        return {"otherwise"} if frozen is not None and consumed != frozen else set()

    def why_not_release(self, asked: Asked) -> set[str]:
        """Why it can no longer release what was submitted, whoever signs, on any day."""
        return self._otherwise(asked.draws, asked.frozen)

    def submitted(self, asked: Asked, day: date) -> None:
        asked.state, asked.submitted_on, asked.said = "submitted", day, {}
        asked.frozen, asked.answer_by = self.consumed(asked.draws), working_days_after(day, CONSULTED)

    def why_not_answer(self, asked: Asked, office: str, acting: frozenset[int], maker: int, day: date) -> set[str]:
        why = _acting(asked, acting)
        if office in asked.said:
            why.add("answered")
        if maker in acting:
            why.add("decides")
        if day < asked.submitted_on:
            why.add("day")
        return why

    def why_not_decide(self, asked: Asked, acting: frozenset[int]) -> set[str]:
        answered = frozenset().union(*(said.people for said in asked.said.values())) if asked.said else frozenset()
        return _acting(asked, acting) | ({"has answered"} if acting & answered else set())

    def why_not_sign(self, asked: Asked, acting: frozenset[int], day: date) -> set[str]:
        return self.why_not_decide(asked, acting) | self.why_not_ready(asked, day)

    def why_not_ready(self, asked: Asked, day: date) -> set[str]:
        """Whoever signs."""
        given, why = asked.given, set()
        if day < asked.submitted_on or any(day < said.on for said in asked.said.values()):
            why.add("day")
        if AGREES not in asked.said:
            why.add("agreement")
        if CONSULTED_OFFICE not in asked.said and day <= asked.answer_by:
            why.add("consultation")
        if given.earliest and day < given.earliest:
            why.add("first day")
        if given.expires and day > given.expires:
            why.add("ended")
        if given.condition is not None and not self._met(given, given.condition, asked):
            why.add("condition")
        return why | self._money(asked, day)

    def _met(self, given: Given, condition: int, asked: Asked) -> bool:
        return bool(given.confirmed[condition] - asked.prepared)

    def _money(self, asked: Asked, day: date) -> set[str]:
        given, why = asked.given, self._otherwise(asked.draws, asked.frozen)
        sums: dict[tuple[Money, Measure], int] = {}
        for draw, taken in zip(asked.draws, asked.frozen, strict=True):
            why |= self._not_moved_yet(draw.money)
            for measure, pounds in taken.items():
                sums[draw.money, measure] = sums.get((draw.money, measure), 0) + pounds
        for (money, measure), pounds in sums.items():
            if pounds and has_ended(measure, day):
                why.add("year over")
            if pounds and measure in money.lapsed:
                why.add("lapsed")
            elif self.drawn(money, measure) + pounds > money.limits.get(measure, 0):
                why.add("limit")
        for measure, limit in given.limits.items():
            pounds = sum(each for (_, of), each in sums.items() if of == measure)
            if pounds and self.drawn_under(given, measure) + pounds > limit:
                why.add("limit of the delegation")
        pounds = sum(each for (_, of), each in sums.items() if of == 2016)
        if given.parts and any(2016 in taken for taken in asked.frozen):
            open_parts = [part for part in given.parts if self._released(given, part, asked, day)]
            if self.drawn_under(given, 2016) + pounds > sum(part.pounds for part in open_parts):
                why.add("part")
        return why

    def _not_moved_yet(self, money: Money) -> set[str]:
        """Nothing happens to money that is still to take over what was drawn of an earlier authorisation."""
        earlier = [row for row in self.rows if row.money is money.replaces and row.is_live]
        return {"not moved yet"} if earlier else set()

    def _released(self, given: Given, part: Part, asked: Asked, day: date) -> bool:
        in_time = part.not_before is None or part.not_before <= day
        return in_time and (part.condition is None or self._met(given, part.condition, asked))

    def signed(self, asked: Asked, day: date) -> None:
        asked.state, asked.signed_on = "signed_off", day
        for (line, money, fte), taken in zip(asked.draws, asked.frozen, strict=True):
            self.rows += [Row(asked, line, money, measure, pounds, fte) for measure, pounds in taken.items()]

    def why_not_confirm(self, given: Given, condition: int, person: int) -> set[str]:
        asks = [
            each for each in self.asked.values() if each.given is given and each.state not in ("refused", "superseded", *LIVE)
        ]
        why = {"profits"} if any(person in each.prepared for each in asks) else set()
        return why | ({"confirmed"} if person in given.confirmed[condition] else set())

    # After it

    def why_not_publish(self, asked: Asked, day: date) -> set[str]:
        if asked.state not in LIVE:
            return {"state"}
        if asked.published_on:
            return {"published"}
        return {"day"} if day < (asked.signed_on or day) else set()

    def published(self, asked: Asked, day: date) -> None:
        asked.published_on = day
        asked.effective_on = working_days_after(day, WINDOW + 1)

    def why_not_call_in(self, asked: Asked, on: date, day: date) -> set[str]:
        if asked.state != "signed_off":
            return {"state"}
        if asked.published_on is None:
            return {"not published"}
        closes = working_days_after(asked.published_on, WINDOW)
        return ({"day"} if not asked.published_on <= on <= closes else set()) | ({"to come"} if on > day else set())

    def why_not_take_effect(self, asked: Asked, day: date) -> set[str]:
        if asked.state not in ("signed_off", "called_in"):
            return {"state"}
        if asked.published_on is None:
            return {"not published"}
        if asked.called_in_on and not asked.outcome:
            return {"called in"}
        return {"day"} if day < (asked.effective_on or day) else set()

    def overturned(self, asked: Asked) -> None:
        asked.state, asked.outcome = "superseded", "overturned"
        for row in self.live_of(asked):
            row.reverse("overturned")

    def why_not_correct(self, asked: Asked, number: int) -> set[str]:
        if asked.published_on is None:
            return {"not published"}
        if asked.gone:
            return {"gone"}
        return {"another came first"} if number != asked.corrections + 1 else set()

    def of_fte(self, asked: Asked, line: Line, money: Money, fte: Fraction) -> list[tuple[Row, int, Fraction]]:
        """What comes back of each measure with so many FTE of a line."""
        rows = [row for row in self.live_of(asked) if (row.line, row.money) == (line, money) and row.left_fte]
        return [(row, row.left, row.left_fte) if fte >= row.left_fte else (row, _share(row, fte), fte) for row in rows]

    def why_not_hand_back(self, asked: Asked, by: int) -> set[str]:
        """A second person confirms what was asked, and all of it is still there."""
        assert asked.returning
        asker, parts = asked.returning
        why = {"asked it"} if asker == by else set()
        changed = any(pounds > row.left or fte > row.left_fte for row, pounds, fte in parts)
        return why | ({"changed"} if changed else set())

    # One authorisation instead of another

    def why_not_replace(self, new: Money) -> set[str]:
        assert new.replaces
        why = self._not_moved_yet(new.replaces)
        try:
            self._taken_over(new)
        except Refused as refused:
            return refused.why | why
        return why

    def replaced(self, new: Money) -> None:
        moving, rows = self._taken_over(new)
        for row in moving:
            row.reverse("moved")
        assert new.replaces
        new.moved, new.replaces.lapsed = True, set(new.replaces.limits)
        self.rows += rows

    def _taken_over(self, new: Money) -> tuple[list[Row], list[Row]]:
        """What is live of the money that it replaces, and the rows that go on from it. Raises Refused."""
        moving = [row for row in self.rows if row.money is new.replaces and row.is_live]
        rows, why = list(self._going_on(new, moving)), set()
        if any(row.left and not new.covers(row.measure) for row in moving):
            why.add("not covered")
        for measure, limit in new.limits.items():
            pounds = sum(row.pounds for row in rows if row.measure == measure)
            if pounds and measure in new.lapsed:
                why.add("lapsed")
            elif self.drawn(new, measure) + pounds > limit:
                why.add("limit")
        for given in self.given.values():
            for measure, limit in given.limits.items():
                more = sum(row.pounds for row in rows if row.measure == measure and row.asked.given is given)
                less = sum(row.left for row in moving if row.measure == measure and row.asked.given is given)
                if more - less > limit - self.drawn_under(given, measure):
                    why.add("limit of the delegation")
        if why:
            raise Refused(why)
        return moving, rows

    def _going_on(self, new: Money, moving: Sequence[Row]) -> Iterator[Row]:
        """What is drawn goes on as it is; in a measure that only the new money limits, what a line costs is drawn now."""
        held = [(row.line, row.measure, row.left_fte, row.counts) for row in self.rows if row not in set(moving)]
        for asked, line in dict.fromkeys((row.asked, row.line) for row in moving):
            group = {row.measure: row for row in moving if (row.asked, row.line) == (asked, line)}
            fte = max(row.left_fte for row in group.values())
            ever = {row.measure for row in self.rows if (row.asked, row.line) == (asked, line)}
            for measure in new.limits:
                if measure in group:
                    yield Row(asked, line, new, measure, group[measure].left, group[measure].left_fte, group[measure])
                elif measure not in ever:
                    pounds = _taken(line, measure, fte, held)
                    held.append((line, measure, fte, pounds))
                    yield Row(asked, line, new, measure, pounds, fte)

    # The end of a year

    def why_not_lapse(self, money: Money, year: int, day: date) -> set[str]:
        if not has_ended(year, day):
            return {"year goes on"}
        return self._not_moved_yet(money) if year in money.limits else {"no limit"}

    def why_not_carry(self, money: Money, years: tuple[int, int], pounds: int, day: date) -> set[str]:
        """Whatever the decision."""
        from_year, to_year = years
        why = set() if has_ended(from_year, day) else {"year goes on"}
        if to_year <= from_year or has_ended(to_year, day):
            why.add("not a later year")
        if from_year not in money.limits:
            return why | {"no limit"}
        why |= self._not_moved_yet(money) | ({"replaced"} if money.replaced_by else set())
        if from_year in money.lapsed:
            why.add("lapsed")
        if not 0 < pounds <= money.limits[from_year] - self.drawn(money, from_year):
            why.add("amount")
        return why

    def carried(self, money: Money, years: tuple[int, int], pounds: int, decision: int) -> None:
        from_year, to_year = years
        money.limits[from_year] -= pounds
        money.limits[to_year] = money.limits.get(to_year, 0) + pounds
        money.carried.add((decision, from_year))


def _acting(asked: Asked, acting: frozenset[int]) -> set[str]:
    why = set() if asked.state == "submitted" else {"state"}
    if not acting:
        return why | {"not acting"}
    return why | ({"prepared"} if acting & asked.prepared else set())


def _share(row: Row, fte: Fraction) -> int:
    """Of what was drawn with all its FTE; money that came back before is not there to come back again."""
    return min(half_up(row.pounds * fte / row.fte), row.left)


def _taken(line: Line, measure: Measure, fte: Fraction, held: Iterable[tuple[Line, Measure, Fraction, int]]) -> int:
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
