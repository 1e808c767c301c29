"""A decision that was taken elsewhere: what waits on a drawdown, what it says, and whether it was allowed on its day."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from approvals.delegations.conditions.queries import confirmations_for
from approvals.drawdowns.conditions.queries import why_held_back
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.powers.rules import Matter
from approvals.drawdowns.readiness.rules import Obstacle, readiness
from approvals.drawdowns.rules import State
from approvals.elsewhere.models import TakenElsewhere
from approvals.elsewhere.rules import Barred, MetLater, Recorded, Standing
from costing.frozen import canonical, digest
from costing.measure import Measure
from phases.models import FundingDecision


def recorded_on(drawdown: Drawdown) -> QuerySet[TakenElsewhere]:
    """Every decision that was recorded on it as taken elsewhere, the last first, with all that a page names. One query."""
    named = ("resolution__body", "evidence", "recorded_by", "answered_by")
    return drawdown.elsewhere.select_related(*named).defer("evidence__content").order_by("-pk")


def waiting_on(drawdown: Drawdown) -> TakenElsewhere | None:
    """The one that waits to be confirmed (one query)."""
    return recorded_on(drawdown).filter(state=TakenElsewhere.State.WAITING).first()


def facts_of(taken: TakenElsewhere) -> Recorded:
    return Recorded(taken.recorded_by_id, taken.version, taken.state == TakenElsewhere.State.WAITING)


def standing_of(drawdown: Drawdown) -> Standing:
    """One query."""
    preparers = {drawdown.prepared_by_id, *drawdown.preparers.values_list("person", flat=True)}
    return Standing(drawdown.state == State.DRAFT, drawdown.version, preparers)


def why_not_then(drawdown: Drawdown, matter: Matter, day: date) -> list[Obstacle | MetLater]:
    """Why the decision could not be taken that day; nothing where it could.

    `matter` is of that day. Nobody was asked here, so no answer is missing; the limits of the money are held when it is drawn.
    """
    matter = matter._replace(steps={}, answers={})
    if matter.held_back:
        matter = matter._replace(held_back=why_held_back(drawdown, day))
    return [*readiness(matter, day, {}).obstacles, *_met_later(drawdown, day)]


def _met_later(drawdown: Drawdown, day: date) -> Iterable[MetLater]:
    """Each condition of the delegation that was first met after that day (two queries)."""
    first: dict[int, tuple[date, str]] = {}
    for each in confirmations_for(drawdown.delegation, set(drawdown.preparers.values_list("person", flat=True))):
        if each.condition.part_id is None:
            met = (each.met_on, each.condition.text)
            first[each.condition_id] = min(first.get(each.condition_id, met), met)
    return [MetLater(on, text) for on, text in first.values() if on > day]


def why_not_as_resolved(taken: TakenElsewhere) -> Barred | None:
    """Whether the resolution no longer says what was written down of it; None where it does, or none decided."""
    resolution = taken.resolution
    if resolution is None or says(resolution) == {"decided_on": taken.decided_on, "text": taken.text}:
        return None
    return Barred.RESOLVED_OTHERWISE


def shown_of(lines: Iterable[tuple[int, int, Mapping[Measure, Decimal]]]) -> str:
    """SHA-256 of what would be released: lines and authorisations by number, each with pounds by measure."""
    told = [[line, of, {each.key: str(pounds) for each, pounds in consumed.items()}] for line, of, consumed in lines]
    return digest(canonical({"lines": told}))


def says(resolution: FundingDecision) -> dict[str, Any]:
    """The day and the text of a resolution, as they are written down."""
    return {"decided_on": resolution.decided_on, "text": resolution.text_resolved or resolution.text_recommended}


def evidence_of(taken: TakenElsewhere) -> str:
    """The evidence in words: the paper with its whole SHA-256, the address, or both."""
    paper = f"{taken.evidence.name} (SHA-256 {taken.evidence.sha256})" if taken.evidence else ""
    return "\n".join(filter(None, [paper, taken.evidence_at]))


def said_of(taken: TakenElsewhere) -> dict[str, Any]:
    """What the audit record keeps of it."""
    return {
        "decided_on": taken.decided_on,
        "decided_by": taken.decided_by,
        "resolution": taken.resolution and str(taken.resolution),
        "text": taken.text,
        "interests": taken.interests,
        "evidence": taken.evidence.name if taken.evidence else "",
        "evidence_sha256": taken.evidence.sha256 if taken.evidence else "",
        "evidence_at": taken.evidence_at,
        "recorded_by": taken.recorded_by.email,
    }
