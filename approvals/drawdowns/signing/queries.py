"""What a body may have decided a drawdown by."""

from typing import NamedTuple

from django.db.models import QuerySet

from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.signing.rules import Resolved, Unfit, why_not_resolved_by
from phases.models import FundingDecision


class Considered(NamedTuple):
    """A resolution, and why it cannot decide on the drawdown; None where it can. `used_on` is another drawdown it decided."""

    decision: FundingDecision
    why_not: Unfit | None
    used_on: str = ""


def considered_for(drawdown: Drawdown) -> list[Considered]:
    """Every resolution of the body that decides in this programme, the newest first (five queries)."""
    power_since = drawdown.delegation.decision.decided_on
    money = set(drawdown.lines.values_list("authorisation", flat=True))
    resolved = (
        FundingDecision.objects.filter(
            programme=drawdown.programme_id, body=drawdown.delegation.decision_body, outcome=FundingDecision.Outcome.RESOLVED
        )
        .prefetch_related("about", "corrections")
        .order_by("-decided_on", "-pk")
    )
    elsewhere = Drawdown.objects.filter(resolution__in=resolved).exclude(pk=drawdown.pk)
    used = dict(elsewhere.values_list("resolution", "reference"))

    def considered(decision: FundingDecision) -> Considered:
        about = frozenset(each.pk for each in decision.about.all())
        gives_power = decision.pk == drawdown.delegation.decision_id
        facts = Resolved(decision.decided_on, about, used.get(decision.pk, ""), bool(decision.corrections.all()), gives_power)
        return Considered(decision, why_not_resolved_by(facts, power_since=power_since, money=money), facts.used_on)

    return [considered(each) for each in resolved]


def resolutions_for(drawdown: Drawdown) -> QuerySet[FundingDecision]:
    """The resolutions that can decide on it, by the rule `why_not_resolved_by`."""
    return FundingDecision.objects.filter(pk__in=[each.decision.pk for each in considered_for(drawdown) if not each.why_not])


def considered_of(drawdown: Drawdown, resolution: FundingDecision) -> Considered:
    """Whether this resolution can decide on it, and if not, why not."""
    found = {each.decision.pk: each for each in considered_for(drawdown)}
    return found.get(resolution.pk, Considered(resolution, Unfit.OF_ANOTHER_BODY))
