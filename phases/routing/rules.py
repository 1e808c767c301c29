"""Who may approve new money: the running total of its programme, against the council's approval limits.

Limits are handed in as rows of the store; nothing here reads it, or asks the clock.
Amounts are whole pounds. Each kind of money has the limits set for its own instrument, or else those set for any money. Splitting
does not help: it is the total with everything before that must be within what a body may approve.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from costing import headroom
from costing.headroom import able, running_totals
from costing.measure import Kind, Measure
from display.formats import long_date, pounds
from phases.bodies.rules import DecidingBody
from phases.limits.models import ApprovalLimit

Rule = headroom.ApprovalLimit[DecidingBody]


@dataclass(frozen=True, slots=True)
class Effect:
    """Money approved or proposed, and what it comes to in one measure; None where it has no effect there.

    `body` decided on it that `day`; None for a proposal. By another title it is still the same.
    """

    title: str = field(compare=False)
    instrument: str
    day: date
    pounds: Decimal | None
    body: DecidingBody | None = None


class Step(NamedTuple):
    """An effect, what the programme comes to with it, and the limits in force that it is within, the lowest first.

    `rules` are all limits in force for it: nothing is limited where there are none.
    """

    effect: Effect
    measure: Measure
    total: Decimal
    able: tuple[Rule, ...]
    rules: tuple[Rule, ...]

    @property
    def approver(self) -> DecidingBody | None:
        """The body with the lowest limit that is enough; None where nobody may approve it."""
        return self.able[0].body if self.able else None

    @property
    def is_beyond_its_body(self) -> bool:
        """Whether who decided could not, by the limits in force that day."""
        return bool(self.rules) and not any(rule.body.is_same(self.effect.body) for rule in self.able)

    @property
    def why(self) -> str:
        """A sentence with the figures: who may approve the total, and who may not any more."""
        comes_to = f"With it the programme comes to {pounds(self.total)} {self.measure.in_words}"
        if self.approver is None:
            return f"{comes_to}, more than anybody may approve."
        too_low = [rule for rule in self.rules if rule.up_to is not None and rule.up_to < self.total]
        if too_low:
            nearest = max(too_low, key=lambda rule: rule.up_to or Decimal(0))
            return f"{comes_to}. {_may(nearest)}: {self.approver.in_sentence} must decide."
        return f"{comes_to}. {_may(self.able[0])}."

    @property
    def refusal(self) -> str:
        """A sentence with the figures: why the body that decided could not."""
        own = [rule for rule in self.rules if rule.body.is_same(self.effect.body)]
        may = _may(max(own, key=lambda rule: rule.up_to or Decimal(0))) if own else _has_none(self.effect.body)
        decides = f"{self.approver.in_sentence} must decide" if self.approver else "nobody may approve that"
        comes_to = f"the programme comes to {pounds(self.total)}"
        return f"{may} {self.measure.in_words}; with “{self.effect.title}” of {long_date(self.effect.day)} {comes_to}: {decides}."


def steps(effects: Iterable[Effect], measure: Measure, limits: Sequence[ApprovalLimit]) -> list[Step]:
    """The running total after each effect, in their order, and who may approve it."""
    effects = list(effects)
    totals = running_totals(effect.pounds for effect in effects)
    return [_step(effect, measure, total, limits) for effect, total in zip(effects, totals, strict=True)]


def _step(effect: Effect, measure: Measure, total: Decimal, limits: Sequence[ApprovalLimit]) -> Step:
    rules = rules_for(limits, measure.kind, effect.instrument, effect.day)
    return Step(effect, measure, total, able(total, rules, effect.day), rules)


def rules_for(limits: Iterable[ApprovalLimit], kind: Kind, instrument: str, day: date) -> tuple[Rule, ...]:
    """The limits in force that day for one kind of measure and of money: its own, or those for any money where it has none."""
    in_force = [limit for limit in limits if limit.measure == kind and limit.rule.in_force(day)]
    own = tuple(limit.rule for limit in in_force if limit.instrument == instrument)
    return own or tuple(limit.rule for limit in in_force if not limit.instrument)


def _may(rule: Rule) -> str:
    amount = "any amount" if rule.up_to is None else f"up to {pounds(rule.up_to)}"
    return f"{rule.body.at_the_start} may approve {amount}"


def _has_none(body: DecidingBody | None) -> str:
    return f"{body.at_the_start if body else 'Who decided'} has no approval limit"
