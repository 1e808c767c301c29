"""What is authorised, and whether a plan is within it. Pure: plain records in, plain records out, no store and no clock.

An authorisation pays for some phases, up to a limit in each measure that its decision names. Several may pay for one phase. A
plan is within them when every pound of every phase can be given to an authorisation that may pay for it, with no limit exceeded.
That is so exactly when no set of phases plans more than the limits, added, of all authorisations that may pay for any of them.

Adding all limits and all plans is not enough: with A £100k for phases 1 and 2 and B £100k for phase 1, plans of £50k and £150k
come to the £200k of both, and £50k of phase 2 has nobody to pay for it. A credit of one phase pays for nothing in another.

Where a line names who pays for it, each source's part of it is planned for that source: only authorisations of its money may pay
for that part. What names no source, or is funded by none, any authorisation for the phase may pay for.

A phase that no authorisation limits in a measure is not compared there: `coverage` says how it stands. Exactly the limit is
within it.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from costing.measure import FULL_YEAR, WHOLE_LIFE, Kind, Measure
from costing.money import round_pounds
from display import formats
from display.words import listed
from phases.bodies.rules import DecidingBody

Amount = Decimal | Fraction


class Decided(NamedTuple):
    """The decision that money comes from: its number in the store, title, body and day."""

    pk: int
    title: str
    body: DecidingBody
    day: date


class Drawn(NamedTuple):
    """What drawdowns do to a limit, in pounds. `pending` ones consume nothing until signed off; `left` may be drawn still."""

    drawn: Decimal
    pending: Decimal
    left: Decimal


class Carried(NamedTuple):
    """What of a limit was carried forward by decisions, in pounds: from earlier years, and to later ones. The limit holds it."""

    into: Decimal
    out_of: Decimal


class Authorised(NamedTuple):
    """An authorisation: up to its limits, in whole pounds by measure, from one source, for phases by number.

    A measure that its decision does not name is not among its limits. With no phase it stands beside the committee table.
    `replaced_by` is empty while it is in force. `drawn` is empty where it was not asked for. `first_decision` is the decision
    of the earliest authorisation that this one takes over from, directly or through others; None where it replaces none.
    `carried` has the years that gave money to a later one, or were given it: counted where it went, and nowhere else.
    """

    pk: int
    title: str
    decided: Decided
    source: str
    one_off: bool
    phases: frozenset[int]
    limits: Mapping[Measure, Decimal]
    replaced_by: str = ""
    drawn: Mapping[Measure, Drawn] = {}
    first_decision: int | None = None
    carried: Mapping[Measure, Carried] = {}

    @property
    def carried_in_words(self) -> str:
        """A sentence on what was carried forward; "" where nothing was."""
        given = {measure: each.out_of for measure, each in self.carried.items() if each.out_of}
        taken = {measure: each.into for measure, each in self.carried.items() if each.into}
        if not taken:
            return ""
        return (
            f"{self.title}: carried forward by decision, {_each_in_words(given, 'from')}, {_each_in_words(taken, 'to')}. "
            "It counts only in the year it was carried to."
        )

    @property
    def in_words(self) -> str:
        """Its limits and its term, as "Up to £950,000 in 2016/17, one-off"."""
        return f"Up to {amounts_in_words(self.limits)}, {'one-off' if self.one_off else 'recurring'}"


class Coverage(StrEnum):
    """How a phase is paid for in one measure; the best first."""

    LIMITED = "limited"
    THROUGH_WHOLE_LIFE = "through_whole_life"
    THROUGH_FULL_YEAR = "through_full_year"
    NO_LIMIT_NAMED = "no_limit_named"


class Part(NamedTuple):
    """What a phase plans that only money of one source may pay for; "" is any source."""

    phase: int
    source: str = ""


class Excess(NamedTuple):
    """Phases that plan more in one measure than all authorisations that may pay for them allow. Whole pounds.

    `sources` are those that alone may pay for it, where it is no more than their part of the lines.
    """

    measure: Measure
    phases: frozenset[int]
    authorisations: tuple[Authorised, ...]
    planned: Decimal
    limit: Decimal
    sources: tuple[str, ...] = ()

    @property
    def over(self) -> Decimal:
        return self.planned - self.limit

    @property
    def titles(self) -> str:
        return listed(each.title for each in self.authorisations)

    def in_words(self, phases: str) -> str:
        """A sentence with all figures. `phases` are their names, as in a sentence."""
        whose = f" as the part of {listed(self.sources)}" if self.sources else ""
        return (
            f"{self.titles}: {formats.pounds(self.planned)} is planned for {phases}{whose} {self.measure.in_words}, "
            f"{formats.pounds(self.over)} more than the limit of {formats.pounds(self.limit)}."
        )


def in_force(authorisations: Iterable[Authorised]) -> list[Authorised]:
    """Those that no later one has replaced."""
    return [each for each in authorisations if not each.replaced_by]


def paying_for(authorisations: Iterable[Authorised], phase: int) -> list[Authorised]:
    """Those in force that may pay for the phase."""
    return [each for each in in_force(authorisations) if phase in each.phases]


def groups(authorisations: Iterable[Authorised]) -> list[tuple[Authorised, ...]]:
    """Those in force that share a phase, directly or through another, together; those without phases left out."""
    return _connected([each for each in in_force(authorisations) if each.phases], lambda each: each.phases)


def coverage(authorisations: Iterable[Authorised], phase: int, measure: Measure) -> Coverage:
    """How the authorisations in force pay for the phase in the measure."""
    found = {coverage_by(each.limits, each.one_off, measure) for each in paying_for(authorisations, phase)}
    return next((each for each in Coverage if each in found), Coverage.NO_LIMIT_NAMED)


def coverage_by(limits: Container[Measure], one_off: bool, measure: Measure) -> Coverage:
    """How one authorisation with these limits pays in the measure.

    A limit over the whole life covers any year in its pounds. Recurring money with a full-year limit is authorised in the years
    that its decision does not name; one-off money is not.
    """
    if measure in limits:
        return Coverage.LIMITED
    if measure.kind is Kind.IN_YEAR and WHOLE_LIFE in limits:
        return Coverage.THROUGH_WHOLE_LIFE
    if measure.kind is Kind.IN_YEAR and FULL_YEAR in limits and not one_off:
        return Coverage.THROUGH_FULL_YEAR
    return Coverage.NO_LIMIT_NAMED


def on_one_off_money(authorisations: Iterable[Authorised]) -> frozenset[int]:
    """The phases that one-off money in force pays for, and no recurring money."""
    found = in_force(authorisations)
    recurring = frozenset().union(*(each.phases for each in found if not each.one_off))
    return frozenset().union(*(each.phases for each in found)) - recurring


def excesses(
    authorisations: Iterable[Authorised], measure: Measure, plans: Mapping[int, Amount] | Mapping[Part, Amount]
) -> list[Excess]:
    """What the plans, by phase or by part of it, cannot be paid of. Exact plans are added exactly and rounded once.

    The fewest phases are named whose excesses together are all that nobody can pay for, those that share money in one excess.
    """
    limited = [each for each in in_force(authorisations) if measure in each.limits]
    parts = {key if isinstance(key, Part) else Part(key): amount for key, amount in plans.items()}
    short = _unpaid([_Purse(_payable(each), Fraction(each.limits[measure])) for each in limited], parts)
    paying = [each for each in limited if _payable(each) & short]
    found = []
    for sharing in _connected(paying, lambda each: _payable(each) & short):
        owing = short & frozenset().union(*map(_payable, sharing))
        planned = round_pounds(sum((Fraction(parts[part]) for part in owing), Fraction(0)))
        limit = sum((each.limits[measure] for each in sharing), Decimal(0))
        if planned > limit:
            sources = {part.source for part in owing}
            named = () if "" in sources else tuple(sorted(sources))
            found.append(Excess(measure, frozenset(part.phase for part in owing), sharing, planned, limit, named))
    return found


def _payable(authorised: Authorised) -> frozenset[Part]:
    """What it may pay for: what names its source, or none, in its phases."""
    return frozenset(Part(phase, source) for phase in authorised.phases for source in ("", authorised.source))


def amounts_in_words(amounts: Mapping[Measure, Decimal]) -> str:
    """As in a sentence: £10 in 2016/17 and £20 in a full year."""
    return listed(f"{formats.pounds(amounts[each])} {each.in_words}" for each in sorted(amounts)) or "no amount is stated"


def _each_in_words(amounts: Mapping[Measure, Decimal], word: str) -> str:
    """£10 from 2016/17 and £20 from 2017/18."""
    return listed(f"{formats.pounds(amounts[each])} {word} {each.name}" for each in sorted(amounts))


def _connected(
    authorisations: Iterable[Authorised], phases: Callable[[Authorised], frozenset[Any]]
) -> list[tuple[Authorised, ...]]:
    """Those that have a phase in common, directly or through another, together; each group in the order given."""
    found: list[list[Authorised]] = []
    for each in authorisations:
        joined = [group for group in found if any(phases(each) & phases(other) for other in group)]
        found = [group for group in found if group not in joined]
        found.append([*(other for group in joined for other in group), each])
    return [tuple(group) for group in found]


@dataclass
class _Purse:
    """One limit while it is being given out: what is left of it, and to which part of which phase the rest went."""

    phases: frozenset[Part]
    left: Fraction
    paid: dict[Part, Fraction] = field(default_factory=lambda: defaultdict(Fraction))


_Path = list[tuple[Part, _Purse]]


def _unpaid(purses: Sequence[_Purse], plans: Mapping[Part, Amount]) -> frozenset[Part]:
    """The fewest parts of phases whose plan exceeds their limits by as much as that of any set does: the whole shortfall.

    Money is given to one phase after another, and moved on from one that can be paid otherwise. When none can be given more, the
    set is the phases that are still short, with those paid from money that they could use (the smallest least cut of this flow).
    """
    covered = frozenset().union(*(purse.phases for purse in purses))
    owing = [phase for phase in sorted(covered & plans.keys()) if plans[phase] > 0]
    short = [phase for phase in owing if not _is_paid(phase, Fraction(plans[phase]), purses)]
    return frozenset().union(*(_way_to_money(phase, purses)[0] for phase in short))


def _is_paid(phase: Part, owed: Fraction, purses: Sequence[_Purse]) -> bool:
    """Give the phase all it is owed, or as much as can be found."""
    while owed and (path := _way_to_money(phase, purses)[1]):
        owed -= _pay(path, owed)
    return not owed


def _way_to_money(phase: Part, purses: Sequence[_Purse]) -> tuple[frozenset[Part], _Path]:
    """The phases met on the way, and the shortest way itself to money that is left, as (phase, who pays); empty where none is.

    It leads from a phase to who may pay for it, and from there to a phase that is paid from it and could be paid otherwise.
    """
    ways: dict[Part, _Path] = {phase: []}
    waiting, unseen = [phase], list(purses)
    for at in waiting:
        for purse in [each for each in unseen if at in each.phases]:
            unseen.remove(purse)
            way = [*ways[at], (at, purse)]
            if purse.left:
                return frozenset(ways), way
            for other, amount in purse.paid.items():
                if amount and other not in ways:
                    ways[other] = way
                    waiting.append(other)
    return frozenset(ways), []


def _pay(path: _Path, owed: Fraction) -> Fraction:
    """Pay the first phase of the path as much as there is room for: each further one hands its payer over and takes its next."""
    handed = [purse.paid[after] for (_, purse), (after, _) in pairwise(path)]
    amount = min([owed, path[-1][1].left, *handed])
    for phase, purse in path:
        purse.paid[phase] += amount
    for (_, purse), (after, _) in pairwise(path):
        purse.paid[after] -= amount
    path[-1][1].left -= amount
    return amount
