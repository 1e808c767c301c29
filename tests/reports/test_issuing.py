"""Issuing a paper: what is kept of it, what stops it, and that it stays."""

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.council.queries import council
from accounts.models import AuditEntry
from phases.models import Programme
from posts.models import LineAmount
from reports.checks.actions import review_finding
from reports.checks.queries import findings_of
from reports.models import IssuedPaper
from reports.papers import actions
from reports.papers.actions import PaperOvertaken, StoppedByFindings
from tests.explaining import explain
from tests.making import NOON, make_auditor, make_clerk, make_officer
from tests.refusals import check_deferred_rules, refused_by, unique_columns
from tests.reports.papers import MEETING, dearer, issued, make_programme_to_issue, paper_of

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def programme() -> Programme:
    return make_programme_to_issue()


def a_copy_of(paper: IssuedPaper, **changed: Any) -> IssuedPaper:
    """Another row like this one: its hash fits its content, and it has an audit entry of its own."""
    entry = AuditEntry.objects.exclude(pk=paper.entry_id).earliest("number")
    given = {field.attname: getattr(paper, field.attname) for field in IssuedPaper._meta.fields if field.name != "id"}
    return IssuedPaper(**(given | {"entry_id": entry.pk} | changed))


def wrong_figure(programme: Programme) -> None:
    """A stated figure that does not follow from its date: PC03 stops the paper."""
    amount = LineAmount.objects.filter(line__title="Head of service", financial_year=2016)
    amount.update(amount=10_000, origin="stated", reason="As published", stated_by=make_officer(), stated_at=NOON)
    Programme.objects.filter(pk=programme.pk).update(version=programme.version + 1)
    programme.refresh_from_db()


def test_an_issued_paper_keeps_its_bytes_its_figures_its_findings_and_who_issued_it(programme: Programme):
    clerk = make_clerk()
    paper = issued(programme, by=clerk)
    assert (paper.version, paper.supersedes, paper.issued_by, paper.issued_at) == (1, None, clerk, NOON)
    assert paper.data_version == programme.version
    assert paper.sha256 == hashlib.sha256(paper.content).hexdigest()
    assert json.loads(paper.schedule)["total"]["amounts"]["2016/17"] == "120000"
    found = json.loads(paper.findings)["findings"]
    assert [each["text"] for each in found] == [each.text for each in findings_of(programme, council(), as_at=NOON)]


def test_issuing_is_in_the_audit_record_with_every_hash(programme: Programme):
    paper = issued(programme)
    content = json.loads(paper.entry.content)
    assert (content["action"], content["subject"]) == ("paper_issued", "programme:small")
    assert content["details"] | {"sha256": paper.sha256, "version": 1, "appendix": "Appendix 3"} == content["details"]
    assert content["details"]["schedule"] == hashlib.sha256(paper.schedule.encode()).hexdigest()
    assert content["details"]["findings"] == hashlib.sha256(paper.findings.encode()).hexdigest()


def test_a_second_version_supersedes_the_first_and_says_why(programme: Programme):
    first = issued(programme)
    dearer(programme)
    second = issued(programme, at=LATER, reason="The grade was wrong.")
    assert (second.version, second.supersedes, second.reason) == (2, first, "The grade was wrong.")
    first.refresh_from_db()
    assert first.superseded_by == second
    assert json.loads(first.schedule)["total"]["amounts"]["2016/17"] == "120000"
    assert json.loads(second.schedule)["total"]["amounts"]["2016/17"] == "124000"


def test_another_meeting_begins_at_version_one_again(programme: Programme):
    issued(programme)
    council_meeting = MEETING._replace(committee="Full Council", meeting_date=date(2016, 9, 26))
    assert issued(programme, meeting=council_meeting, previous=None).version == 1


@pytest.mark.parametrize("who", [make_officer, make_auditor])
def test_only_a_clerk_issues(programme: Programme, who: Any):
    with pytest.raises(PermissionDenied, match="You may not issue papers"):
        issued(programme, by=who())
    assert not IssuedPaper.objects.exists()


def test_a_finding_that_stops_the_paper_stops_it_until_it_is_overridden(programme: Programme):
    clerk = make_clerk()
    wrong_figure(programme)
    with pytest.raises(StoppedByFindings) as stopped:
        issued(programme, by=clerk)
    assert {each.finding.severity for each in stopped.value.findings} == {"E"}
    assert not IssuedPaper.objects.exists()
    for each in stopped.value.findings:
        reason = {"reason": "As the source says.", "by": clerk, "at": NOON}
        review_finding(programme=programme, fingerprint=each.finding.fingerprint, **reason)
    programme.refresh_from_db()
    found = json.loads(issued(programme, by=clerk).findings)["findings"]
    overridden = [each["review"] for each in found if each["severity"] == "E"]
    assert overridden
    assert {(each["kind"], each["reason"], each["by"]) for each in overridden} == {
        ("Overridden", "As the source says.", clerk.name)
    }


def test_a_paper_of_figures_that_changed_meanwhile_is_not_issued(programme: Programme):
    paper = paper_of(programme)
    dearer(Programme.objects.get(pk=programme.pk))
    with pytest.raises(PaperOvertaken):
        actions.issue(paper=paper, by=make_clerk(), at=NOON)
    assert not IssuedPaper.objects.exists()


def test_of_two_who_issue_the_same_paper_one_is_told_so(programme: Programme):
    paper = paper_of(programme)
    actions.issue(paper=paper, by=make_clerk(), at=NOON)
    with pytest.raises(PaperOvertaken):
        actions.issue(paper=paper, by=make_clerk(), at=NOON)
    assert IssuedPaper.objects.count() == 1


def test_a_version_without_its_reason_is_refused_before_the_store(programme: Programme):
    issued(programme)
    with pytest.raises(ValidationError, match="issued_paper_again_with_its_reason"):
        issued(programme, at=LATER)


def test_nothing_of_an_issued_paper_changes_or_goes(programme: Programme):
    paper = issued(programme)
    with refused_by("issued_paper_stays"):
        IssuedPaper.objects.update(appendix="Appendix 4")
    with refused_by("issued_paper_stays"):
        paper.delete()
    check_deferred_rules()
    with refused_by("issued_paper_no_truncate"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL improvement_budget.allow_truncate = off; TRUNCATE reports_issuedpaper CASCADE")


def test_the_store_reckons_the_hash_of_the_pdf_itself(programme: Programme):
    paper = issued(programme)
    with refused_by("issued_paper_hash_is_of_its_content"):
        a_copy_of(paper, appendix="Appendix 4", content=b"%PDF-1.7 another").save()


def test_a_version_is_issued_once(programme: Programme):
    paper = issued(programme)
    assert unique_columns("reports_issuedpaper", "issued_paper_version_once") == [
        *("programme_id", "committee", "meeting_date", "appendix", "part", "version")
    ]
    with refused_by("issued_paper_version_once"):
        a_copy_of(paper).save()


@pytest.mark.parametrize("other", [{"appendix": "Appendix 4"}, {"version": 3}, {"part": 2}, {"committee": "Another"}])
def test_a_version_supersedes_the_one_before_of_the_same_paper(programme: Programme, other: dict[str, Any]):
    first = issued(programme)
    with refused_by("issued_paper_follows_its_version_before"):
        a_copy_of(first, **({"version": 2, "supersedes_id": first.pk, "reason": "Wrong."} | other)).save()


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("issued_paper_again_with_its_reason", {"version": 2}),
        ("issued_paper_again_with_its_reason", {"reason": "Of a first version."}),
        ("issued_paper_names_its_meeting", {"appendix": " "}),
        ("issued_paper_names_its_meeting", {"committee": ""}),
        ("issued_paper_part_is_known", {"part": 3}),
        ("issued_paper_is_not_ahead_of_its_data", {"as_at": LATER}),
    ],
)
def test_the_store_refuses_a_paper_that_is_not_whole(programme: Programme, rule: str, changed: dict[str, Any]):
    paper = issued(programme)
    with refused_by(rule):
        a_copy_of(paper, **({"appendix": "Appendix 4"} | changed)).save()


def tampered(statement: str) -> None:
    """As the owner of the tables could."""
    with connection.cursor() as cursor:
        check_deferred_rules()
        cursor.execute("ALTER TABLE reports_issuedpaper DISABLE TRIGGER USER")
        cursor.execute(statement)
        check_deferred_rules()
        cursor.execute("ALTER TABLE reports_issuedpaper ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE reports_issuedpaper SET content = 'x'", r"The PDF of issued paper \d+ is not as it was stored"),
        (
            "UPDATE reports_issuedpaper SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
            r"What issued paper \d+ was made from is not as it was stored",
        ),
        ("UPDATE reports_issuedpaper SET schedule = '{}'", r"What issued paper \d+ was made from is not as it was stored"),
        ("UPDATE reports_issuedpaper SET findings = '{}'", r"What issued paper \d+ was made from is not as it was stored"),
    ],
)
def test_what_was_changed_past_the_triggers_is_found(programme: Programme, statement: str, said: str):
    issued(programme)
    explain()
    call_command("verify_audit")
    tampered(statement)
    with pytest.raises(CommandError, match=said):
        call_command("verify_audit")


def test_a_wrong_figure_is_worth_its_name(programme: Programme):
    """What the tests above make wrong is stopped for that figure, and nothing else stops this programme."""
    assert not [each for each in findings_of(programme, council(), as_at=NOON) if each.severity == "E"]
    wrong_figure(programme)
    stops = [each for each in findings_of(programme, council(), as_at=NOON) if each.severity == "E"]
    assert stops[0].stated == Decimal(10_000)
