"""The books of a story: everything there is in it, and what each rule says of an act, as slowly as it can be said.

Nothing here asks the product. `why_not_...` say by which rules an act is refused: an empty set where it is done.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from tests.approvals.expected import (
    AGREES,
    CONSULTED,
    CONSULTED_OFFICE,
    LIVE,
    WINDOW,
    Asked,
    Draw,
    Given,
    Line,
    Measure,
    Money,
    Part,
    Refused,
    Row,
    has_ended,
    share,
    taken_of,
    why_not_acting,
    working_days_after,
)


class Books:
    """All of it, and what each rule says of an act."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.money: dict[int, Money] = {}
        self.given: dict[int, Given] = {}
        self.asked: dict[int, Asked] = {}
        self.rows: list[Row] = []
        self.first_power = date.min
        """The day of the decision by which every delegation is given."""

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
                    taken[measure] = taken_of(line, measure, fte, held)
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
        why = why_not_acting(asked, acting)
        if office in asked.said:
            why.add("answered")
        if maker in acting:
            why.add("decides")
        if day < asked.submitted_on:
            why.add("day")
        return why

    def why_not_decide(self, asked: Asked, acting: frozenset[int]) -> set[str]:
        answered = frozenset().union(*(said.people for said in asked.said.values())) if asked.said else frozenset()
        return why_not_acting(asked, acting) | ({"has answered"} if acting & answered else set())

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
        return bool(self._met_on(given, condition, asked))

    def _met_on(self, given: Given, condition: int, asked: Asked) -> list[date]:
        return [on for person, on in given.confirmed[condition].items() if person not in asked.prepared]

    # Decided elsewhere: what is asked of the day of a signature is asked of the day of the decision

    def power_since(self, given: Given) -> date:
        return max([self.first_power, *(money.decided_on for money in self.money.values() if money.decision in given.money)])

    def why_not_written_down(self, asked: Asked, on: date, today: date) -> set[str]:
        why = {"day"} if not self.power_since(asked.given) <= on <= today else set()
        try:
            taken = self.consumed(asked.draws)
        except Refused as refused:
            return why | refused.why | self._not_allowed(asked, on)
        over = any(pounds and has_ended(measure, on) for of in taken for measure, pounds in of.items())
        return why | self._not_allowed(asked, on) | ({"year over"} if over else set())

    def _not_allowed(self, asked: Asked, on: date) -> set[str]:
        given, why = asked.given, set()
        if given.earliest and on < given.earliest:
            why.add("first day")
        if given.expires and on > given.expires:
            why.add("ended")
        if given.condition is not None:
            met = self._met_on(given, given.condition, asked)
            if not met:
                why.add("condition")
            elif min(met) > on:
                why.add("met later")
        return why

    def why_not_confirmed(self, asked: Asked, on: date) -> set[str]:
        return self._not_allowed(asked, on) | self._money(asked, on)

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
        return [(row, row.left, row.left_fte) if fte >= row.left_fte else (row, share(row, fte), fte) for row in rows]

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
                    pounds = taken_of(line, measure, fte, held)
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
