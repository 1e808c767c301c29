"""Reads about decisions."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from costing.measure import Measure
from display.words import listed
from phases.authorisations.models import Authorisation
from phases.authorisations.queries import authorisations_of
from phases.decisions.models import FundingDecision
from phases.programmes.models import Programme


def decisions_of(programme: Programme) -> QuerySet[FundingDecision]:
    """In the order of their dates, each with its money, corrections, what followed and what it is about (seven queries)."""
    return (
        FundingDecision.objects.filter(programme=programme)
        .select_related("body", "corrects", "follows")
        .prefetch_related(Prefetch("authorisations", authorisations_of(programme)), "corrections", "followers", "about")
        .order_by("decided_on", "id")
    )


class Allowed(NamedTuple):
    """What a decision allows in one authorisation; a decision that allows no money stands by itself, with None."""

    decision: FundingDecision
    authorisation: Authorisation | None
    limits: dict[Measure, Decimal]

    @property
    def phases(self) -> str:
        return listed(phase.name for phase in self.authorisation.phases.all()) if self.authorisation else ""

    @property
    def replaced_by(self) -> str:
        return str(getattr(self.authorisation, "replaced_by", ""))


def allowed_by(decisions: Iterable[FundingDecision]) -> list[Allowed]:
    """A row for each authorisation of these decisions, in their order, with what holds today (no query after theirs)."""
    found = []
    for decision in decisions:
        money = list(decision.authorisations.all())
        found += [Allowed(decision, each, {limit.measure: limit.amount for limit in each.limits.all()}) for each in money]
        if not money:
            found.append(Allowed(decision, None, {}))
    return found


def is_used(decision: FundingDecision) -> bool:
    """Whether anything stands on it: money, a delegation, a drawdown that it decided, a correction of it.

    Whatever refers to a decision counts, so that an app above need not be known here; what it says itself does not.
    """
    relations = (
        each
        for each in FundingDecision._meta.get_fields(include_hidden=True)
        if each.auto_created and not each.concrete and each.related_model is not FundingDecision.about.through
    )
    return any(
        each.related_model._base_manager.filter(**{each.field.name: decision}).exists()  # type: ignore[union-attr]
        for each in relations
    )


def leads_back(taken: FundingDecision, decision: FundingDecision) -> bool:
    """Whether a recommendation follows this decision, itself or through others."""
    seen: set[int] = set()
    step: FundingDecision | None = taken
    while step and step.pk not in seen:
        if step.pk == decision.pk:
            return True
        seen.add(step.pk)
        step = step.follows
    return False
