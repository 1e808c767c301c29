"""The paper check on screen: what it finds in a programme, where each finding is corrected, and reviewing it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from accounts.models import User
from accounts.permissions.rules import Permission, SignedIn, permission_required, require
from display.editing import posted
from phases.models import Programme
from phases.programmes.queries import programme_for
from reports.checks import actions
from reports.checks.forms import FindingsFilterForm, ReviewForm
from reports.checks.queries import Judged, judged, kept_findings_of
from reports.checks.reading.queries import reading_of
from reports.checks.reading.rules import HIDDEN, Reading
from reports.checks.rules import BY_ID, Finding, Place, Severity
from reports.checks.rules.findings import Value


class Shown(NamedTuple):
    """A finding as this person reads it: with its review, where to correct it, and the address of its review where one may.

    `exempt` is the paragraph of its line; `reason` is of the review.
    """

    finding: Finding
    review: Any
    mend_label: str
    mend_url: str
    review_url: str
    exempt: int | None
    reason: str


class RuleGroup(NamedTuple):
    rule: str
    title: str
    shown: list[Shown]


class SeverityGroup(NamedTuple):
    severity: Severity
    rules: list[RuleGroup]


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def checks(request: SignedIn, slug: str) -> HttpResponse:
    """Everything the paper check finds: open findings by severity and rule, reviewed ones folded below."""
    programme = programme_for(request.user, slug)
    council = council_queries.council()
    found = judged(programme, kept_findings_of(programme, council, clock.localtime()))
    phases = programme.phases.order_by("number").values_list("name", flat=True)
    form = FindingsFilterForm(request.GET, phases=phases)
    reading = reading_of(programme.slug, request.user)
    still_open = [each for each in found if not each.review]
    chosen = [each for each in found if form.wants(each.finding)]
    context = {
        "programme": programme,
        "council": council,
        "form": form,
        "counts": [(severity, sum(each.finding.severity == severity for each in still_open)) for severity in Severity],
        "found": len(found),
        "chosen": len(chosen),
        "groups": _grouped(programme, [each for each in chosen if not each.review], reading, request.user),
        "reviewed": _all_shown(programme, [each for each in chosen if each.review], reading, request.user),
        "stops": sum(each.stops_the_paper for each in found),
        "may_check_drafts": request.user.may(Permission.CHECK_DRAFTS),
        "may_issue": request.user.may(Permission.ISSUE_PAPERS),
    }
    return render(request, "reports/checks/checks.html", context)


@permission_required(Permission.VIEW_PROGRAMMES)
@require_GET
def checks_json(request: SignedIn, slug: str) -> HttpResponse:
    """Every finding, reviewed ones too. Amounts are strings in whole pounds; `review` says what became of the finding."""
    programme = programme_for(request.user, slug)
    found = judged(programme, kept_findings_of(programme, council_queries.council(), clock.localtime()))
    reading = reading_of(programme.slug, request.user)
    return JsonResponse([_as_json(each, reading) for each in found], safe=False)


def _as_json(each: Judged, reading: Reading) -> dict[str, Any]:
    """A finding as it is read; with the paragraph of its line, where the programme has anything exempt."""
    finding = reading.of(each.finding)
    marked = {"exempt": reading.paragraph_on(finding)} if reading.lines else {}
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "line": finding.line,
        "phase": finding.phase,
        "stated": _in_digits(finding.stated),
        "expected": _in_digits(finding.expected),
        "text": finding.text,
        "explained_by": finding.explained_by,
        "review": each.review.kind if each.review else None,
        **marked,
    }


def _in_digits(value: Value) -> str | None:
    return f"{value:f}" if isinstance(value, Decimal) else value


@permission_required(Permission.DISMISS_FINDINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def finding_review(request: SignedIn, slug: str, fingerprint: str) -> HttpResponse:
    """Dismiss a finding, override it, or take it up again, with a reason. 404 for one that is not found any more."""
    programme = programme_for(request.user, slug)
    each = _judged_or_404(programme, fingerprint, clock.localtime())
    require(request.user, actions.permission_for(each.finding.severity))
    form = ReviewForm(posted(request))

    def act() -> Any:
        return actions.review_finding(
            programme=programme,
            fingerprint=fingerprint,
            reason=form.cleaned_data["reason"],
            reopen=each.review is not None,
            by=request.user,
            at=clock.now(),
        )

    if request.method == "POST" and form.is_valid() and (review := form.save_with(act)):
        messages.success(request, f"{review.get_kind_display()}: {review.text}")
        return redirect("checks", programme.slug)
    context = {"programme": programme, "form": form, "finding": each.finding, "review": each.review, "verb": _verb(each)}
    return render(request, "reports/checks/finding_review.html", context)


def _judged_or_404(programme: Programme, fingerprint: str, now: datetime) -> Judged:
    for each in judged(programme, kept_findings_of(programme, council_queries.council(), now)):
        if each.finding.fingerprint == fingerprint:
            return each
    raise Http404


def _verb(each: Judged) -> str:
    if each.review:
        return "Reopen"
    return "Override" if each.finding.severity == Severity.ERROR else "Dismiss"


def _grouped(programme: Programme, found: Sequence[Judged], reading: Reading, user: User) -> list[SeverityGroup]:
    groups = []
    for severity, graded in groupby(found, key=lambda each: each.finding.severity):
        rules = [
            RuleGroup(rule, BY_ID[rule].title, _all_shown(programme, same, reading, user))
            for rule, same in groupby(graded, key=lambda each: each.finding.rule)
        ]
        groups.append(SeverityGroup(severity, rules))
    return groups


def shown_to(programme: Programme, found: Iterable[Judged], user: User) -> list[Shown]:
    """Findings as this person may read them, with the links they may follow (one query; three more where some are hidden)."""
    return _all_shown(programme, found, reading_of(programme.slug, user), user)


def _all_shown(programme: Programme, found: Iterable[Judged], reading: Reading, user: User) -> list[Shown]:
    return [_shown(programme, each, reading, user) for each in found]


def _shown(programme: Programme, each: Judged, reading: Reading, user: User) -> Shown:
    finding, review = each.finding, each.review
    hidden = reading.hides_finding(finding)
    mend = ("", "") if hidden else _mend(programme, finding, user)
    reason = review.reason if review else ""
    if hidden or reading.hides(reason):
        reason = HIDDEN
    return Shown(reading.of(finding), review, *mend, _review_url(programme, finding, user), reading.paragraph_on(finding), reason)


def _review_url(programme: Programme, finding: Finding, user: User) -> str:
    if not user.may(actions.permission_for(finding.severity)):
        return ""
    return reverse("finding_review", args=[programme.slug, finding.fingerprint])


# What a place is called, the name of its address, and the permission without which it is not offered.
_PLACES = {
    Place.LINE: ("Open the line", "line", Permission.VIEW_PROGRAMMES),
    Place.LINES: ("Open posts and other costs", "lines", Permission.VIEW_PROGRAMMES),
    Place.PAPER: ("Change the details of the paper", "paper", Permission.SET_UP_PROGRAMMES),
    Place.FRONT_SHEET: ("Open the front sheet", "report", Permission.VIEW_PROGRAMMES),
    Place.REPORT: ("Open the report", "report", Permission.VIEW_PROGRAMMES),
    Place.DECISION: ("Open the decision", "decisions", Permission.VIEW_PROGRAMMES),
    Place.DECISIONS: ("Open decisions and money", "decisions", Permission.VIEW_PROGRAMMES),
    Place.LIMITS: ("Open the approval limits", "approval_limits", Permission.VIEW_PROGRAMMES),
    Place.DRAWDOWNS: ("Open the drawdowns", "drawdowns", Permission.VIEW_PROGRAMMES),
    Place.SET_UP: ("Open the set-up", "programme_setup", Permission.SET_UP_PROGRAMMES),
    Place.EXCLUDED: ("Change the item", "excluded_item_change", Permission.SET_UP_PROGRAMMES),
}


# The box of the front sheet that a rule is about; the page names those that are empty.
_BOXES = {"PC23": "#box-notice_route", "PC24": "#box-call_in"}


def _mend(programme: Programme, finding: Finding, user: User) -> tuple[str, str]:
    """What the link to where it is corrected says, and its address; empty where there is none for this person."""
    if finding.place is None:
        return "", ""
    label, name, needed = _PLACES[finding.place]
    if not user.may(needed):
        return "", ""
    if finding.place in (Place.LIMITS, Place.DRAWDOWNS):
        return label, reverse(name)
    if finding.place in (Place.LINE, Place.EXCLUDED):
        return label, reverse(name, args=[programme.slug, finding.place_id])
    anchors = {Place.DECISION: f"#decision-{finding.place_id}", Place.FRONT_SHEET: _BOXES.get(finding.rule, "")}
    return label, f"{reverse(name, args=[programme.slug])}{anchors.get(finding.place, '')}"
