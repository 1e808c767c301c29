"""Exempt information on screen: what is kept out of Part 1, where it can be found out all the same, and deciding on a line."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.models import Drawdown
from display.editing import posted
from phases.models import Programme
from phases.programmes.queries import programme_for
from posts.exempt import actions
from posts.exempt.queries import exempt_lines
from posts.exempt.rules import WHOLE, Exempt, Field
from reports.exempt.forms import ExemptForm
from reports.exempt.rules import worked_out
from reports.table.queries import schedule_for, usual_options


@permission_required(Permission.ISSUE_PAPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def exempt_information(request: SignedIn, slug: str) -> HttpResponse:
    """What is kept out of Part 1, and deciding on a line or a field of it."""
    programme = programme_for(request.user, slug)
    form = ExemptForm(posted(request), programme=programme)

    def act() -> Any:
        return actions.exempt_line(**form.cleaned_data, by=request.user, at=clock.now())

    if request.method == "POST" and form.is_valid() and form.save_with(act):
        messages.success(request, "Recorded. Papers already issued stay as they were.")
        return redirect("exempt_information", slug)
    return render(request, "reports/exempt/exempt_information.html", {"form": form, **_standing(programme, clock.localtime())})


def _standing(programme: Programme, now: datetime) -> dict[str, Any]:
    """What is exempt of the lines that there are, in the order of the table; and what of it is no secret."""
    exempt, council = exempt_lines(programme.slug), council_queries.council()
    table = schedule_for(programme, council, usual_options(programme, council), as_at=now)
    named = _named_in(exempt)
    found = [
        (row.title, exempt[row.line_id, field], named[row.line_id] if field in (WHOLE, Field.TITLE) else ())
        for _, _, row in table.rows()
        for field in (WHOLE, *Field)
        if (row.line_id, field) in exempt
    ]
    return {"programme": programme, "exempt": found, "worked_out": worked_out(table, exempt)}


def _named_in(exempt: Exempt) -> dict[int, list[Drawdown]]:
    """For each of these lines, the drawdowns whose decision names it in public: published, or to be so (two queries)."""
    drawdowns = Drawdown.objects.filter(lines__line_id__in={line for line, _ in exempt}, record__exempt_paragraph="")
    found: dict[int, list[Drawdown]] = defaultdict(list)
    for drawdown in drawdowns.select_related("record").prefetch_related("lines").order_by("id").distinct():
        for line in drawdown.lines.all():
            found[line.line_id].append(drawdown)
    return found
