"""The paper of September 2016 as it was published: what the check finds in it, no more and no less."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.council.queries import council
from improvement_budget import demonstration
from phases.models import Programme
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import state_of
from posts.models import CostLine
from reports.checks.queries import findings_of
from reports.checks.rules import Finding
from tests.making import make_officer
from tests.reports.checks.case import lines_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

# Rule and severity, and how many. PC01, PC02, PC08 and PC27 to PC29 find nothing.
FOUND = {
    ("PC03", "E"): 4,
    ("PC04", "I"): 16,
    ("PC05", "W"): 12,
    ("PC06", "E"): 1,
    ("PC07", "W"): 1,
    ("PC09", "W"): 4,
    ("PC10", "I"): 1,
    ("PC11", "E"): 1,
    ("PC12", "E"): 1,
    ("PC13", "E"): 1,
    ("PC14", "I"): 1,
    ("PC15", "E"): 1,
    ("PC16", "E"): 1,
    ("PC17", "E"): 1,
    ("PC18", "W"): 1,
    ("PC19", "W"): 1,
    ("PC20", "W"): 1,
    ("PC23", "E"): 1,
    ("PC24", "W"): 1,
    ("PC25", "W"): 1,
    ("PC26", "I"): 4,
}


@pytest.fixture(scope="module")
def findings(django_db_setup: None, django_db_blocker: Any) -> dict[str, list[Finding]]:
    """Loaded and checked once: findings are frozen records, and nothing of the case stays."""
    found: dict[str, list[Finding]] = {}
    with django_db_blocker.unblock(), transaction.atomic():
        demonstration.load(at=NOW)
        for finding in findings_of(Programme.objects.get(slug="ofsted-2016"), council(), as_at=NOW):
            found.setdefault(finding.rule, []).append(finding)
        transaction.set_rollback(True)
    return found


def test_the_findings_are_those_of_the_specification_no_fewer_and_none_invented(findings: dict[str, list[Finding]]):
    assert Counter((f.rule, f.severity.value) for group in findings.values() for f in group) == FOUND


def test_four_lines_do_not_follow_from_their_starts(findings: dict[str, list[Finding]]):
    figures = {(f.line, f.phase): (f.stated, f.expected) for f in findings["PC03"]}
    assert figures == {
        ("6 Senior Practitioner roles", "Phase Two"): (158_000, 264_000),
        ("Quality Audit Manager", "Phase Two"): (60_000, 35_000),
        ("Head of service", "Phase Three"): (60_000, 22_500),
        ("Safeguarding and care planning - 3 social workers", "Phase Three"): (10_000, 30_750),
    }


def test_each_of_them_is_explained(findings: dict[str, list[Finding]]):
    roles, auditor, head, workers = findings["PC03"]
    assert "13 to 14 September 2016, in no whole month" in roles.explained_by
    assert "1 April 2016" in auditor.explained_by
    assert "1 August 2016" in head.explained_by
    assert "Head of service in Phase One has the same figures" in head.explained_by
    assert "1 March 2017" in workers.explained_by
    assert "1 of the 3 FTE" in workers.explained_by


def test_twelve_undated_lines_imply_the_first_of_august(findings: dict[str, list[Finding]]):
    undated = set(lines_of(findings["PC05"]))
    assert len(undated) == 12
    implied = [finding for finding in findings["PC04"] if finding.phase == "Phase One"]
    assert {finding.line for finding in implied} == undated
    assert {finding.expected for finding in implied} == {"1 August 2016"}


def test_the_eighteen_month_post_is_planned_for_twenty(findings: dict[str, list[Finding]]):
    (finding,) = findings["PC06"]
    assert (finding.stated, finding.expected) == ("£32,000 + £48,000", "£32,000 + £40,000")


def test_34_fte_are_33_in_steady_state(findings: dict[str, list[Finding]]):
    (finding,) = findings["PC07"]
    assert (finding.stated, finding.expected) == ("34 FTE", "33 FTE")


def test_nine_fte_are_recruited_without_their_paperwork(findings: dict[str, list[Finding]]):
    assert sum(Decimal(str(finding.stated).removesuffix(" FTE")) for finding in findings["PC09"]) == 9


def test_four_of_six_are_recruited(findings: dict[str, list[Finding]]):
    assert findings["PC10"][0].stated == "4 of 6"


def test_the_release_is_exceeded_as_re_costed_and_not_as_stated(findings: dict[str, list[Finding]]):
    (finding,) = findings["PC11"]
    assert (finding.stated, finding.expected) == (1_029_667, 950_000)
    assert "as stated, Phase One and Phase Two cost £949,000 in 2016/17, within the limit of £950,000" in finding.text


def test_the_money_needs_council_and_rests_on_a_one_off_release(findings: dict[str, list[Finding]]):
    assert "Full Council must decide" in findings["PC13"][0].text
    assert findings["PC12"][0].stated == 1_471_000


def test_the_year_between_is_not_stated(findings: dict[str, list[Finding]]):
    (finding,) = findings["PC14"]
    assert finding.expected == 1_519_000
    assert "14 September 2016" in finding.text


def test_agreement_became_consultation(findings: dict[str, list[Finding]]):
    (finding,) = findings["PC16"]
    assert (finding.stated, finding.expected) == ("consultation", "agreement")


def test_phase_two_is_used_without_its_agreements(findings: dict[str, list[Finding]]):
    assert [finding.phase for finding in findings["PC17"]] == ["Phase Two"]


def test_what_is_said_of_each_paper(findings: dict[str, list[Finding]]):
    assert findings["PC18"][0].stated == "Supplementary estimate"
    assert findings["PC19"][0].stated == "1 May 2016"
    assert "10 January 2017" in findings["PC15"][0].text
    assert (findings["PC20"][0].phase, findings["PC20"][0].stated) == ("Phase Three", "£141k and £795k")
    assert "20 July 2016" in findings["PC23"][0].text
    assert "report number" in findings["PC25"][0].text
    assert [finding.stated for finding in findings["PC26"]] == ["DM", "ECHS", "FTE", "mth"]


@pytest.mark.django_db
def test_mending_a_line_takes_its_findings_away():
    demonstration.load(at=NOW)
    programme = Programme.objects.get(slug="ofsted-2016")
    line = CostLine.objects.get(title="Quality Audit Manager")
    corrected = replace(state_of(line), stated=())
    change_lines(programme=programme, line_changes=[LineChange(line.pk, line.version, corrected)], by=make_officer(), at=NOW)
    programme.refresh_from_db()
    left = findings_of(programme, council(), as_at=NOW)
    assert "Quality Audit Manager" not in [finding.line for finding in left if finding.rule in ("PC03", "PC04")]
