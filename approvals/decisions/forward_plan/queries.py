"""The forward plan, and the notices that a drawdown may take its route from."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from approvals.decisions.forward_plan.models import KeyNotice, KeyNoticeWithdrawal
from approvals.decisions.models import DecisionRecord
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.rules import OPEN, State
from phases.models import Programme

_WITHDRAWAL: Any = KeyNotice._meta.get_field("withdrawal")


def forward_plan() -> QuerySet[KeyNotice]:
    """Every notice that was given, by the day on which the decision may be made, the latest first (one query)."""
    notices = KeyNotice.objects.select_related(
        "programme", "office", "body", "entry", "given_by", "withdrawal__instead", "withdrawal__entry"
    )
    return notices.order_by("-due_from", "-pk")


def plan_after(after: int) -> list[KeyNotice]:
    """As `forward_plan` was once the act of this number was done, before any later one."""
    found = [each for each in forward_plan() if each.entry.number <= after]
    for each in found:
        withdrawn: KeyNoticeWithdrawal | None = getattr(each, "withdrawal", None)
        if withdrawn and withdrawn.entry.number > after:
            _WITHDRAWAL.set_cached_value(each, None)
    return found


def decided_under(notices: list[KeyNotice], after: int | None = None) -> Mapping[str, str]:
    """The published decision, by its reference, that took its notice from each of these, by the reference of the notice.

    With `after`, as it was once the act of this number was done.
    """
    named = {each.reference for each in notices}
    found = DecisionRecord.objects.filter(notice_reference__in=named, published_on__isnull=False)
    if after is None:
        found = found.filter(withdrawal__isnull=True)
    else:
        later = Q(withdrawal__isnull=True) | Q(withdrawal__entry__number__gt=after)
        found = found.filter(later, entry__number__lte=after)
    return dict(found.order_by("pk").values_list("notice_reference", "drawdown__reference"))


def still_to_come(notices: Iterable[KeyNotice], decided: Collection[str], today: date) -> list[KeyNotice]:
    """Those that stand, are not decided, and whose period is not over. `decided` are references."""
    return [
        each for each in notices if each.reference not in decided and each.due_until >= today and not hasattr(each, "withdrawal")
    ]


def notices_for(drawdown: Drawdown) -> QuerySet[KeyNotice]:
    """Those of its programme that name its decision maker, newest first."""
    delegation = drawdown.delegation
    same = {"programme": drawdown.programme_id, "office": delegation.decision_maker_id, "body": delegation.decision_body_id}
    return KeyNotice.objects.filter(**same, withdrawal__isnull=True).order_by("-pk")


def notices_of(programme: Programme) -> QuerySet[KeyNotice]:
    """Those of a programme that stand, newest first (one query)."""
    return KeyNotice.objects.filter(programme=programme, withdrawal__isnull=True).select_related("office", "body").order_by("-pk")


def notice_of(programme: Programme, pk: int) -> KeyNotice:
    """One of this programme; Http404 otherwise."""
    return get_object_or_404(KeyNotice.objects.select_related("office", "body", "withdrawal"), programme=programme, pk=pk)


class Stays(NamedTuple):
    """Why a notice is not withdrawn: a drawdown, by its reference, was decided under it; "" where it is withdrawn already."""

    decided: str = ""


def why_not_withdraw(notice: KeyNotice) -> Stays | None:
    """Why it cannot be withdrawn; None where it can (two queries at most).

    The trigger `key_notice_withdrawn_before_a_decision` holds the same.
    """
    if KeyNoticeWithdrawal.objects.filter(notice=notice).exists():
        return Stays()
    decided = DecisionRecord.objects.filter(notice_reference=notice.reference, is_key=True, drawdown__signed_at__isnull=False)
    if reference := decided.values_list("drawdown__reference", flat=True).first():
        return Stays(reference)
    return None


def relying_on(notice: KeyNotice) -> QuerySet[Drawdown]:
    """The drawdowns not decided yet whose case names it as the notice of a key decision."""
    named = DecisionRecord.objects.filter(notice_reference=notice.reference, is_key=True).values("drawdown")
    return Drawdown.objects.filter(pk__in=named, state__in=[*OPEN, State.SUBMITTED]).order_by("pk")


def notice_is_gone(case: DecisionRecord | None) -> bool:
    """Whether the notice which a key decision names was withdrawn (one query, or none)."""
    if case is None or not case.is_key or not case.notice_reference:
        return False
    return KeyNoticeWithdrawal.objects.filter(reference=case.notice_reference).exists()
