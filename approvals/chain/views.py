"""The page of one decision: its text, what it follows and what came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.chain.queries import chain_of
from phases.models import FundingDecision
from phases.programmes.queries import programme_for


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def decision(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    programme = programme_for(request.user, slug)
    shown = get_object_or_404(FundingDecision.objects.select_related("body", "corrects"), pk=pk, programme=programme)
    chain = chain_of(shown)
    context = {
        "programme": programme,
        "decision": shown,
        "chain": chain,
        "link": next(each for each in chain if each.is_this),
        "may_record": request.user.may(Permission.RECORD_DECISIONS),
    }
    return render(request, "approvals/chain/decision.html", context)
