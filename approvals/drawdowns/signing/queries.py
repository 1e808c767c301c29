"""What a body may have decided a drawdown by."""

from django.db.models import QuerySet

from approvals.drawdowns.models import Drawdown
from phases.models import FundingDecision


def resolutions_for(drawdown: Drawdown) -> QuerySet[FundingDecision]:
    """The resolutions of the body that decides, that can be about this money.

    None is older than the power it is taken under, decided another drawdown before, or was put right later.
    """
    return FundingDecision.objects.filter(
        programme=drawdown.programme_id,
        body=drawdown.delegation.decision_body,
        outcome=FundingDecision.Outcome.RESOLVED,
        decided_on__gte=drawdown.delegation.decision.decided_on,
        corrections__isnull=True,
    ).exclude(pk__in=Drawdown.objects.filter(resolution__isnull=False).exclude(pk=drawdown.pk).values("resolution"))
