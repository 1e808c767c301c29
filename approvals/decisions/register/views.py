"""The register of decisions, on screen and as CSV."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import Permission, SignedIn, permission_required
from approvals.decisions.queries import counted, decision_makers, page_of, records_for
from approvals.decisions.register.forms import RegisterForm
from approvals.decisions.wording.queries import registered
from approvals.models import DecisionRecord
from display.formats import inert
from phases.queries import programmes_for

reads = permission_required(Permission.VIEW_PROGRAMMES)


def _form(request: SignedIn) -> RegisterForm:
    records = records_for(request.user)
    return RegisterForm(request.GET, programmes=list(programmes_for(request.user)), makers=decision_makers(records))


@reads
@require_GET
def register(request: SignedIn) -> HttpResponse:
    """Every decision on a drawdown that was signed, newest first, filtered as the address says."""
    form, today = _form(request), timezone.localdate()
    records = form.filtered(records_for(request.user))
    page = page_of(records, "decided_on", request.GET.get("at", ""))
    query = request.GET.copy()
    query.pop("at", None)
    context: dict[str, Any] = {
        "form": form,
        "rows": [registered(record, today) for record in page.records],
        "page": page,
        "counted": counted(records),
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
    }
    return render(request, "approvals/decisions/register.html", context)


_HEADINGS = (
    *("reference", "title", "programme", "decided", "decision_maker", "key", "urgent", "published", "days_to_publication"),
    *("call_in_closes", "takes_effect", "state", "keep_until"),
)


@reads
@require_GET
def register_csv(request: SignedIn) -> HttpResponse:
    """The same decisions as CSV, all of them; dates as 2016-09-20, empty where there is none."""
    records = _form(request).filtered(records_for(request.user)).order_by("-decided_on", "-pk")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="decisions.csv"'
    writer = csv.writer(response)
    writer.writerow(_HEADINGS)
    writer.writerows([inert(str(cell)) for cell in _cells(record)] for record in records)
    return response


def _cells(record: DecisionRecord) -> Iterator[Any]:
    row = registered(record, None)
    yield from (row.reference, row.title, row.programme, record.decided_on or "", row.maker)
    yield from ("yes" if record.is_key else "no", "yes" if row.urgent else "no", record.published_on or "")
    yield from ("" if row.days is None else row.days, record.closes_on or "", row.effective_on or "", row.state)
    yield record.retain_until or ""
