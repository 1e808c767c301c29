"""Rules about single lines: each where it is kept, where it is broken, and with a figure of the published table."""

from datetime import date
from decimal import Decimal

import pytest

from costing.intake import Intake
from costing.line_cost import Absence, Duration
from reports.checks.rules.lines import title_count
from tests.reports.checks.case import facts, found_by, line, lines_of, stated, the_finding

MAY, SEPTEMBER, JANUARY = date(2016, 5, 1), date(2016, 9, 1), date(2017, 1, 1)


def six_senior_practitioners(**changed):
    given = {"fte": Decimal(6), "annual_cost": Decimal(288_000), "start": MAY, **stated(158, 288, 288)}
    return line("6 Senior Practitioner roles", **(given | changed))


def three_social_workers():
    figures = stated(10, 123, 123)
    return line("3 social workers", fte=Decimal(3), annual_cost=Decimal(123_000), start=JANUARY, **figures)


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("6 Advanced Practitioner Posts", 6),
        ("Safeguarding and care planning - 3 social workers", 3),
        ("Recruitment and retention of social workers from 2017/18", None),
        ("18 mth post", None),
        ("12 months of cover", None),
        ("Grade 10 officer", None),
        ("Phase 3 manager", None),
        ("DM Post", None),
        ("Social workers (2 posts)", 2),
    ],
)
def test_a_title_says_how_many_only_where_it_counts_posts(title, count):
    assert title_count(title) == count


def test_pc02_passes_a_number_that_is_the_fte():
    assert found_by("PC02", facts(six_senior_practitioners())) == []


def test_pc02_warns_of_a_number_that_is_not_the_fte():
    finding = the_finding("PC02", facts(six_senior_practitioners(fte=Decimal(5))))
    assert (finding.stated, finding.expected) == ("6", "5")


def test_pc03_passes_a_figure_within_a_thousand_of_its_dates():
    figures = stated(38, 150, 150)  # three of twelve months are 37,500
    audits = line("Quality Audits", kind="other", fte=None, annual_cost=Decimal(150_000), start=JANUARY, **figures)
    assert found_by("PC03", facts(audits)) == []


def test_pc03_finds_a_figure_that_its_start_does_not_give():
    finding = the_finding("PC03", facts(six_senior_practitioners()))
    assert (finding.stated, finding.expected) == (158_000, 264_000)
    assert "£288,000 × 11/12, from 1 May 2016" in finding.text
    assert finding.explained_by == "A start from 13 to 14 September 2016, in no whole month, would give it."


def test_pc03_says_that_a_part_of_the_fte_would_give_it():
    finding = the_finding("PC03", facts(three_social_workers()))
    assert finding.expected == 30_750
    assert "1 March 2017" in finding.explained_by
    assert "So would 1 of the 3 FTE from 1 January 2017." in finding.explained_by


def test_pc03_names_another_line_with_the_same_figures():
    finding = the_finding("PC03", facts(line(), line(phase=3, start=JANUARY)))
    assert finding.phase == "PHASE THREE"
    assert "A start on 1 August 2016" in finding.explained_by
    assert "Head of service in PHASE ONE has the same figures." in finding.explained_by


def test_pc03_says_so_where_no_start_gives_it():
    figures = stated(91, 90, 90)
    finding = next(iter(found_by("PC03", facts(line(start=SEPTEMBER, **figures)))))
    assert finding.explained_by == "No start in 2016/17 would give it."


def test_pc03_leaves_calculated_figures_alone():
    calculated = ((1, False), (90_000, False))
    assert found_by("PC03", facts(line(years=calculated))) == []


def test_pc03_says_nothing_of_a_line_without_a_start():
    assert found_by("PC03", facts(line(start=None))) == []


def test_pc04_gives_the_first_of_a_month_and_the_days_that_round_to_the_same():
    finding = the_finding("PC04", facts(line(start=None)))
    assert finding.expected == "1 August 2016"
    assert "8 months: a start on 1 August 2016 (or any day from 30 July to 3 August 2016)" in finding.text


def test_pc04_allows_for_an_annual_cost_that_is_rounded_itself():
    manager = line("DM Post", start=None, annual_cost=Decimal(52_000), **stated(34, 52, 52))
    assert the_finding("PC04", facts(manager)).expected == "1 August 2016"


def test_pc04_informs_where_a_start_does_not_explain_the_figure():
    assert the_finding("PC04", facts(six_senior_practitioners())).expected == "13 to 14 September 2016"


def test_pc04_says_nothing_where_a_start_explains_it():
    assert found_by("PC04", facts()) == []


def test_pc05_wants_a_start_wherever_something_costs():
    assert lines_of(found_by("PC05", facts(line(), line("Administrator", start=None)))) == ["Administrator"]


def test_pc05_wants_none_of_a_line_that_costs_nothing_yet():
    assert found_by("PC05", facts(line(start=None, **stated(0, 0, 0)))) == []


def eighteen_months(*amounts: int, **changed):
    given = {
        "annual_cost": Decimal(48_000),
        "duration": Duration.FIXED_TERM,
        "term_months": 18,
        "start": None,
        "full_year_absence": Absence.NO_EFFECT,
        **stated(*amounts, None),
    }
    return line("Strategic and business support", **(given | changed))


def test_pc06_finds_twenty_months_in_a_term_of_eighteen():
    finding = the_finding("PC06", facts(eighteen_months(32, 48)))
    assert (finding.stated, finding.expected) == ("£32,000 + £48,000", "£32,000 + £40,000")
    assert "8 months in 2016/17 and 12 months in 2017/18 make 20 months, and its term is 18" in finding.text


def test_pc06_passes_eighteen_months():
    assert found_by("PC06", facts(eighteen_months(32, 40))) == []


def test_pc06_passes_a_term_that_goes_on_after_the_years_shown():
    assert found_by("PC06", facts(eighteen_months(32, 48, term_months=30))) == []


def test_pc06_finds_a_term_that_ends_too_soon():
    assert len(found_by("PC06", facts(eighteen_months(32, 20)))) == 1


def test_pc06_allows_for_figures_in_thousands():
    figures = {"annual_cost": Decimal(23_700), "term_months": 18}
    assert found_by("PC06", facts(eighteen_months(16, 20, **figures))) == []


def test_pc06_judges_dates_where_they_are_stated():
    dated = (Intake(Decimal(1), date(2016, 8, 1), date(2018, 1, 31)),)
    assert found_by("PC06", facts(eighteen_months(32, 40, intakes=dated))) == []
    assert len(found_by("PC06", facts(eighteen_months(32, 48, intakes=dated)))) == 1


def test_pc07_tells_the_headline_from_those_who_stay():
    finding = the_finding("PC07", facts(line(), eighteen_months(32, 40)))
    assert (finding.stated, finding.expected) == ("2 FTE", "1 FTE")
    assert "Strategic and business support (1 FTE) ends" in finding.text


def test_pc07_finds_a_full_year_cost_of_what_ends():
    cost = stated(32, 40, 48) | {"full_year_absence": None}
    shown, headline = found_by("PC07", facts(eighteen_months(32, 40, **cost)))
    assert (shown.stated, shown.expected) == (48_000, "-")
    assert headline.expected == "0 FTE"


def test_pc07_passes_what_goes_on():
    assert found_by("PC07", facts(line())) == []


def test_pc07_counts_the_part_of_a_line_that_ends():
    halves = (Intake(Decimal(1), date(2016, 8, 1), None), Intake(Decimal(1), date(2016, 8, 1), date(2017, 3, 31)))
    figures = stated(120, 90, 90)
    finding = the_finding("PC07", facts(line(fte=Decimal(2), annual_cost=Decimal(180_000), intakes=halves, **figures)))
    assert finding.expected == "1 FTE"


def test_pc08_finds_one_title_at_two_costs():
    dearer = line(phase=3, annual_cost=Decimal(95_000), start=JANUARY, **stated(24, 95, 95))
    finding = the_finding("PC08", facts(line(), line(phase=2), dearer))
    assert (finding.stated, finding.expected) == (95_000, 90_000)


def test_pc08_compares_the_cost_of_one_fte():
    two = line(phase=3, fte=Decimal(2), annual_cost=Decimal(180_000), **stated(120, 180, 180))
    assert found_by("PC08", facts(line(), two)) == []


def test_pc09_warns_of_those_recruited_before_their_paperwork():
    finding = the_finding("PC09", facts(line(), six_senior_practitioners(paperwork_complete=False)))
    assert finding.stated == "6 FTE"


def test_pc09_passes_where_nobody_is_recruited():
    assert found_by("PC09", facts(line(paperwork_complete=False, recruited_fte=Decimal(0)))) == []


def test_pc10_informs_of_those_still_to_recruit():
    finding = the_finding("PC10", facts(six_senior_practitioners(recruited="4 of 6")))
    assert finding.text == "6 Senior Practitioner roles, PHASE ONE: 4 of 6 FTE recruited, 2 to recruit."


def test_pc10_says_so_where_the_whole_is_not_the_fte():
    finding = the_finding("PC10", facts(six_senior_practitioners(recruited="4 of 7")))
    assert finding.text.endswith("The FTE column says 6.")


def test_pc10_says_nothing_of_a_plain_yes():
    assert found_by("PC10", facts()) == []
