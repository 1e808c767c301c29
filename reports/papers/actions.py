"""Writes about reports: reviewing what the paper check found, and issuing papers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from accounts import queries as accounts_queries
from accounts.actions import record
from accounts.models import User
from accounts.permissions import Permission, require
from costing.frozen import canonical, digest
from phases.models import Programme
from posts.models import CostLine
from reports.checks.queries import Judged, findings_of, judged
from reports.checks.rules import Severity
from reports.models import FindingReview, IssuedPaper, LineExemption
from reports.papers.requests.rules import Meeting

Kind = FindingReview.Kind


class FindingGone(Exception):
    """The paper check does not find it any more: its figures have changed, or it is mended."""


def permission_for(severity: str) -> Permission:
    """Who may review it. An error is overridden by who issues the paper, never by who entered the figure."""
    return Permission.OVERRIDE_FINDINGS if severity == Severity.ERROR else Permission.DISMISS_FINDINGS


@transaction.atomic
def review_finding(
    *, programme: Programme, fingerprint: str, reason: str, by: User, at: datetime, reopen: bool = False
) -> FindingReview:
    """Dismiss a warning or a note, override an error, or take up again what was reviewed, with a reason.

    Raises FindingGone where the check, made again now, has no such finding.
    """
    require(by, Permission.DISMISS_FINDINGS)
    Programme.objects.select_for_update().get(pk=programme.pk)
    programme.refresh_from_db()
    found = findings_of(programme, accounts_queries.council(), as_at=at)
    finding = next((each for each in found if each.fingerprint == fingerprint), None)
    if finding is None:
        raise FindingGone("This finding no longer applies: its figures have changed, or it has been corrected.")
    require(by, permission_for(finding.severity))
    kind = Kind.REOPENED if reopen else Kind.OVERRIDDEN if finding.severity == Severity.ERROR else Kind.DISMISSED
    review = FindingReview(
        programme=programme,
        rule=finding.rule,
        severity=finding.severity.value,
        fingerprint=fingerprint,
        text=finding.text,
        kind=kind,
        reason=reason,
        by=by,
        at=at,
    )
    review.full_clean()
    review.save(force_insert=True)
    details = {"rule": finding.rule, "finding": finding.text, "fingerprint": fingerprint, "reason": reason}
    record(action=f"finding_{kind.value}", subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return review


class PaperToIssue(NamedTuple):
    """A finished paper with what it was made from. Nothing was locked while it was drawn, so `issue` asks whether it still holds.

    `programme` carries the details of `meeting`, and the version that `schedule`, the JSON face, was read at; `as_at` is when.
    """

    programme: Programme
    meeting: Meeting
    previous: IssuedPaper | None
    reason: str
    as_at: datetime
    schedule: Mapping[str, Any]
    content: bytes


class PaperOvertaken(Exception):
    """Since the paper was made, the programme was changed or another version was issued. Nothing was written."""


class StoppedByFindings(Exception):
    """Findings that stop a paper are neither mended nor overridden: `findings`. Nothing was written."""

    def __init__(self, findings: Sequence[Judged]) -> None:
        super().__init__("Findings of the paper check stop this paper.")
        self.findings = findings


def last_issued(programme: Programme, meeting: Meeting) -> IssuedPaper | None:
    """The newest version of this appendix of this meeting; None while none is issued."""
    same = {"committee": meeting.committee, "meeting_date": meeting.meeting_date, "appendix": meeting.appendix}
    issued = IssuedPaper.objects.filter(programme=programme, part=meeting.part, **same)
    return issued.defer("content").order_by("-version").first()


@transaction.atomic
def issue(*, paper: PaperToIssue, by: User, at: datetime) -> IssuedPaper:
    """Keep a paper as it leaves the building, with the findings as they stand at this moment.

    Raises PaperOvertaken or StoppedByFindings. The lock is held for the check only: the paper was drawn before.
    """
    require(by, Permission.ISSUE_PAPERS)
    locked = Programme.objects.select_for_update().get(pk=paper.programme.pk)
    if locked.version != paper.programme.version or last_issued(locked, paper.meeting) != paper.previous:
        raise PaperOvertaken
    found = judged(locked, findings_of(paper.programme, accounts_queries.council(), as_at=at))
    if stopped := [each for each in found if each.stops_the_paper]:
        raise StoppedByFindings(stopped)
    version = paper.previous.version + 1 if paper.previous else 1
    schedule, findings = canonical(paper.schedule), canonical({"findings": [as_reviewed(each) for each in found]})
    hashes = {"sha256": digest(paper.content), "schedule": digest(schedule), "findings": digest(findings)}
    details = {**paper.meeting._asdict(), "version": version, "reason": paper.reason, **hashes}
    entry = record(action="paper_issued", subject=f"programme:{locked.slug}", details=details, by=by, at=at)
    issued = IssuedPaper(
        programme=locked,
        **paper.meeting._asdict(),
        version=version,
        supersedes=paper.previous,
        reason=paper.reason,
        as_at=paper.as_at,
        data_version=locked.version,
        schedule=schedule,
        findings=findings,
        content=paper.content,
        sha256=hashes["sha256"],
        issued_by=by,
        issued_at=at,
        entry=entry,
    )
    issued.full_clean()
    issued.save(force_insert=True)
    return issued


def as_reviewed(each: Judged) -> dict[str, Any]:
    """A finding with its review, in words only: it must read the same when the rules have changed."""
    finding, review = each
    reviewed = (
        {
            "kind": review.get_kind_display(),
            "reason": review.reason,
            "by": review.by.name,
            "role": review.by.job_title or review.by.role_names,
            "at": review.at.isoformat(),
        }
        if review
        else None
    )
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "title": finding.title,
        "text": finding.text,
        "stated": finding.stated_text,
        "expected": finding.expected_text,
        "explained_by": finding.explained_by,
        "line": finding.line,
        "phase": finding.phase,
        "review": reviewed,
    }


@transaction.atomic
def exempt_line(*, line: CostLine, paragraph: int | None, reason: str, by: User, at: datetime, field: str = "") -> LineExemption:
    """Keep a line, or a field of it, out of Part 1 under a paragraph of Schedule 12A; or, with none, let it be published."""
    require(by, Permission.ISSUE_PAPERS)
    programme = Programme.objects.select_for_update().get(pk=line.programme_id)
    given = {"field": field, "paragraph": paragraph, "reason": reason}
    exemption = LineExemption(programme=programme, line_id=line.pk, **given, by=by, at=at)
    exemption.full_clean()
    exemption.save(force_insert=True)
    details = {"line": line.pk, "title": line.title, **given}
    action = "line_exempted" if paragraph else "line_made_public"
    record(action=action, subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
    return exemption
