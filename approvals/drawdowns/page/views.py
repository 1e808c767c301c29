"""The page of one drawdown: what is asked, who said what, and what this person may do."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn
from approvals.drawdowns.changes.queries import changed_lines
from approvals.drawdowns.handback.queries import became_of, holds_now
from approvals.drawdowns.offers.views import offers, person_of
from approvals.drawdowns.overview.queries import changes_seen, progress, sheet_of
from approvals.drawdowns.queries import drawdown_in_full, papers_of
from approvals.drawdowns.views import asked_for, reads
from approvals.notices.actions import notices_of


@reads
@require_GET
def drawdown(request: SignedIn, reference: str) -> HttpResponse:
    """As it is now; for one that is not submitted, as it would be."""
    found = drawdown_in_full(request.user, reference)
    asked, problem = asked_for(found, clock.now())
    sheet = sheet_of(found, asked, clock.today())
    context = {
        "drawdown": found,
        "programme": found.programme,
        "sheet": sheet,
        "problem": problem,
        "stages": progress(sheet),
        "offers": offers(person_of(request.user, sheet), sheet),
        "seen": changes_seen(sheet, request.user),
        "became": became_of([found]).get(found.pk, []) if sheet.is_decided else [],
        "papers": papers_of(found),
        "notices": notices_of(found),
        "record": sheet.record,
        "changed": [] if sheet.is_open else changed_lines(found),
        "may_reply": request.user.may(Permission.PREPARE_DRAWDOWNS) and not sheet.is_decided,
    }
    if context["became"]:
        context["holds"] = holds_now(found)
    return render(request, "approvals/drawdowns/drawdown.html", context)
