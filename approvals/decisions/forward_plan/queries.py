"""The forward plan, and the notices that a drawdown may take its route from."""

from collections.abc import Mapping

from django.db.models import QuerySet

from approvals.decisions.forward_plan.models import KeyNotice
from approvals.decisions.models import DecisionRecord
from approvals.drawdowns.models import Drawdown


def forward_plan() -> QuerySet[KeyNotice]:
    """Every notice that was given, by the day on which the decision may be made, the latest first (one query)."""
    notices = KeyNotice.objects.select_related("programme", "office", "body", "entry", "given_by")
    return notices.order_by("-due_from", "-pk")


def decided_under(notices: list[KeyNotice]) -> Mapping[str, str]:
    """The published decision, by its reference, that took its notice from each of these, by the reference of the notice."""
    named = {each.reference for each in notices}
    found = DecisionRecord.objects.filter(notice_reference__in=named, published_on__isnull=False, withdrawal__isnull=True)
    return dict(found.order_by("pk").values_list("notice_reference", "drawdown__reference"))


def notices_for(drawdown: Drawdown) -> QuerySet[KeyNotice]:
    """Those of its programme that name its decision maker, newest first."""
    delegation = drawdown.delegation
    same = {"programme": drawdown.programme_id, "office": delegation.decision_maker_id, "body": delegation.decision_body_id}
    return KeyNotice.objects.filter(**same).order_by("-pk")
