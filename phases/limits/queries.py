"""Reads about approval limits, and about what went beyond them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from accounts.joined.queries import Joined
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure
from phases.authorisations.models import Authorisation
from phases.authorisations.queries import authorisations_of, decided_limits, in_force
from phases.limits.models import ApprovalLimit
from phases.programmes.models import Programme
from phases.routing import rules as routing
from phases.routing.rules import Effect, Step


def approval_limits() -> list[ApprovalLimit]:
    """The council's whole table: what is in force, what was, and what is to come. One query."""
    return _LIMITS.read("TRUE ORDER BY t.measure, t.instrument, t.amount NULLS LAST, t.starts", [])


_LIMITS = Joined(ApprovalLimit, "approver")


class LimitOn(NamedTuple):
    """A limit, and how it stands on one day: "in_force", "to_come", "ended" or "never"."""

    limit: ApprovalLimit
    state: str


def limits_on(limits: Iterable[ApprovalLimit], day: date) -> list[LimitOn]:
    return [LimitOn(limit, _state(limit, day)) for limit in limits]


def approval_limits_on(day: date) -> list[LimitOn]:
    """The council's whole table, as it stands that day. One query."""
    return limits_on(approval_limits(), day)


def _state(limit: ApprovalLimit, day: date) -> str:
    if limit.ends and limit.ends < limit.starts:
        return "never"
    if limit.ends and limit.ends < day:
        return "ended"
    return "to_come" if limit.starts > day else "in_force"


def beyond_approval(programme: Programme) -> list[Step]:
    """The authorisations in force that brought the programme above what their bodies could approve that day (four queries).

    They count in the order of their decisions. Where no limit is in force for a measure, nothing is beyond it.
    """
    limits = approval_limits()
    if not limits:
        return []
    effects: dict[Measure, list[Effect]] = defaultdict(list)
    for authorisation in in_force(authorisations_of(programme)):
        decision, kind = authorisation.decision, authorisation.funding_source.kind
        for measure, pounds in _effects(authorisation):
            effects[measure].append(Effect(authorisation.title, kind, decision.decided_on, pounds, decision.body.deciding))
    found = [step for measure in effects for step in routing.steps(effects[measure], measure, limits)]
    return [step for step in found if step.is_beyond_its_body]


def _effects(authorisation: Authorisation) -> Iterator[tuple[Measure, Decimal]]:
    """What an authorisation adds to its programme: its full-year limit where it is recurring, the limits of its years, and its
    limit over the whole life, else what those of its years come to.

    Each as it was decided: what was carried forward to a later year is no more money.
    """
    limits = decided_limits(authorisation)
    full_year, whole_life = limits.pop(FULL_YEAR, None), limits.pop(WHOLE_LIFE, None)
    if full_year is not None and authorisation.term == Authorisation.Term.RECURRING:
        yield FULL_YEAR, full_year
    yield from limits.items()
    if limits or whole_life is not None:
        yield WHOLE_LIFE, sum(limits.values(), Decimal(0)) if whole_life is None else whole_life
