"""Issuing papers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.audit.actions import record
from accounts.council import queries as council_queries
from accounts.models import User
from accounts.permissions.rules import Permission, require
from costing.frozen import canonical, digest
from phases.models import Programme
from posts.exempt.queries import check_public
from reports.checks.queries import Judged, findings_of, judged
from reports.papers.models import IssuedPaper
from reports.requests.rules import Meeting


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
    """Findings that stop a paper are neither corrected nor overridden: `findings`. Nothing was written."""

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
    found = judged(locked, findings_of(paper.programme, council_queries.council(), as_at=at))
    if stopped := [each for each in found if each.stops_the_paper]:
        raise StoppedByFindings(stopped)
    if paper.meeting.part == 1:
        check_public(locked.slug, {"reason": paper.reason})
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
