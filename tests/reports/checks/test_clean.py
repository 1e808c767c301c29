"""A programme in which everything is right, and what makes one finding another."""

from decimal import Decimal

import pytest

from reports.checks.rules import RULES, Facts, Severity, check
from tests.reports.checks.case import facts, line, stated, the_finding


def test_a_clean_programme_has_no_finding():
    assert check(facts()) == ()


def test_a_clean_programme_of_several_lines_and_phases_has_none():
    second = line("Quality audits", kind="other", fte=None, recruited="No", recruited_fte=None)
    assert check(facts(line(), second, line("Team manager"))) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_passes_the_clean_programme(rule):
    assert list(rule.find(rule, facts())) == []


def test_the_gravest_findings_come_first():
    spoilt = facts(line(start=None, recruited="1 of 2", **stated(60, 90, 91)), of_schedule={"abbreviations": ()})
    severities = [finding.severity for finding in check(spoilt)]
    assert severities == sorted(severities, key="EWI".index)
    assert {Severity.WARNING, Severity.INFORMATION} <= set(severities)


def _started_too_early(amount: int, annual: int = 90) -> Facts:
    return facts(line(start=None, annual_cost=Decimal(annual) * 1000, **stated(amount, annual, annual)))


def test_a_finding_is_the_same_while_its_figures_are():
    first, again = (the_finding("PC05", _started_too_early(60)) for _ in range(2))
    assert first.fingerprint == again.fingerprint


def test_a_finding_is_another_when_its_figures_change():
    first, changed = (the_finding("PC05", _started_too_early(amount)) for amount in (60, 61))
    assert first.fingerprint != changed.fingerprint


def test_every_finding_names_its_rule_and_speaks_in_sentences():
    for finding in check(_started_too_early(60)):
        assert finding.title
        assert finding.text.endswith((".", "”"))
