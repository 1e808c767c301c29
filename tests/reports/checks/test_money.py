"""Rules about totals, limits and where the money comes from."""

from datetime import date
from decimal import Decimal

from costing.line_cost import Absence, Duration
from costing.measure import in_year
from costing.money import Rounding
from phases.ledger.rules import Drawn
from reports.facts.rules import Source
from tests.reports.checks.case import (
    COUNCIL,
    EXCLUDED,
    EXECUTIVE,
    FRONT_SHEET,
    LIMITS,
    MONEY,
    facts,
    found_by,
    line,
    stated,
    the_finding,
)

JANUARY = date(2017, 1, 1)


def with_total(given, **changed):
    """The same table with something else in the total of its only phase."""
    phase = given.schedule.phases[0]
    spoilt = phase._replace(total=phase.total._replace(**changed))
    return given._replace(schedule=given.schedule._replace(phases=(spoilt,), total=spoilt.total))


def test_pc01_finds_a_column_that_does_not_add_up():
    given = facts(line(), line("Administrator"))
    first, second = given.schedule.total.years
    finding = the_finding("PC01", with_total(given, years=(first._replace(pounds=Decimal(121_000), shown=121), second)))
    assert (finding.stated, finding.expected) == (121_000, 120_000)
    assert finding.text == ("PHASE ONE: the column of 2016/17 adds to £120,000 (120 as shown), and its total is £121,000 (121).")


def test_pc01_finds_an_fte_column_that_does_not_add_up():
    finding = the_finding("PC01", with_total(facts(), fte=Decimal(2)))
    assert (finding.stated, finding.expected) == ("2", "1")


def test_pc01_passes_a_table_whose_exact_totals_are_rounded_last():
    odd = stated(60, 90, 90) | {"years": ((Decimal(60_400), True), (Decimal(90_000), True))}
    two = (line(**odd), line("Administrator", **odd))
    for rounding in Rounding:
        assert found_by("PC01", facts(*two, of_schedule={"rounding": rounding})) == []


def test_pc11_finds_a_plan_above_its_limit():
    finding = the_finding("PC11", facts(authorisations=(MONEY._replace(limits={in_year(2016): Decimal(59_999)}),)))
    assert (finding.stated, finding.expected) == (60_000, 59_999)
    assert "£1 more than the limit of £59,999" in finding.text


def test_pc11_passes_a_plan_of_exactly_the_limit():
    assert found_by("PC11", facts(authorisations=(MONEY._replace(limits={in_year(2016): Decimal(60_000)}),))) == []


def test_pc11_finds_a_plan_that_its_own_dates_take_above_the_limit():
    late = line(start=date(2016, 7, 1))  # £67,500, stated as £60,000
    finding = the_finding("PC11", facts(late, authorisations=(MONEY._replace(limits={in_year(2016): Decimal(60_000)}),)))
    assert (finding.stated, finding.expected) == (67_500, 60_000)
    assert "as stated" in finding.text


def test_pc11_adds_exact_amounts_and_rounds_once():
    third = stated(33, 100, 100) | {"annual_cost": Decimal(100_000), "start": date(2016, 12, 1)}
    three = [line(title, **third) for title in ("A post", "Another", "A third")]
    limit = MONEY._replace(limits={in_year(2016): Decimal(99_500)})
    assert the_finding("PC11", facts(*three, authorisations=(limit,))).stated == 100_000


def test_pc11_counts_a_line_without_a_start_at_the_one_it_implies():
    undated = line(start=None, annual_cost=Decimal(52_000), **stated(34, 52, 52))
    limit = MONEY._replace(limits={in_year(2016): Decimal(34_500)})
    assert the_finding("PC11", facts(undated, authorisations=(limit,))).stated == 34_667


def test_pc11_counts_what_is_drawn():
    drawn = MONEY._replace(
        limits={in_year(2016): Decimal(60_000)}, drawn={in_year(2016): Drawn(Decimal(61_000), Decimal(0), Decimal(0))}
    )
    assert "is drawn in 2016/17" in the_finding("PC11", facts(authorisations=(drawn,))).text


def test_pc11_leaves_a_replaced_authorisation_out():
    replaced = MONEY._replace(limits={in_year(2016): Decimal(1)}, replaced_by="September")
    assert found_by("PC11", facts(authorisations=(replaced,))) == []


def test_pc12_finds_recurring_lines_on_one_off_money():
    finding = the_finding("PC12", facts(line(), line("Administrator"), authorisations=(MONEY._replace(one_off=True),)))
    assert finding.text.startswith("2 recurring lines of PHASE ONE cost £180,000 in a full year")


def test_pc12_passes_where_recurring_money_may_pay_too():
    two = (MONEY._replace(one_off=True), MONEY._replace(pk=2, title="For good"))
    assert found_by("PC12", facts(authorisations=two)) == []


def test_pc12_passes_a_fixed_term_on_one_off_money():
    ends = line(duration=Duration.FIXED_TERM, term_months=18, full_year_absence=Absence.NO_EFFECT, **stated(60, 75, None))
    assert found_by("PC12", facts(ends, authorisations=(MONEY._replace(one_off=True),))) == []


def costing(millions: str, phase: int = 1):
    amount = Decimal(millions) * 1_000_000
    return line(
        f"Phase {phase} posts",
        phase=phase,
        annual_cost=amount,
        start=date(2016, 4, 1),
        years=((int(amount), True), (int(amount), True)),
        full_year=int(amount),
    )


def test_pc13_needs_council_above_a_million():
    finding = the_finding("PC13", facts(costing("1.2"), authorisations=()))
    assert (finding.stated, finding.expected) == (1_200_000, 1_000_000)
    assert "Executive may approve up to £1,000,000: Full Council must decide." in finding.text


def test_pc13_passes_exactly_a_million():
    assert found_by("PC13", facts(costing("1.0"), authorisations=())) == []


def test_pc13_is_not_helped_by_splitting():
    finding = the_finding("PC13", facts(costing("0.6"), costing("0.6", phase=2), authorisations=()))
    assert finding.text.startswith("With PHASE TWO the programme comes to £1,200,000 in a full year")


def test_pc13_passes_what_council_itself_approved():
    council = MONEY._replace(decided=MONEY.decided._replace(body=COUNCIL))
    assert found_by("PC13", facts(costing("1.2"), authorisations=(council,))) == []


def test_pc13_says_that_limits_are_not_recorded():
    finding = the_finding("PC13", facts(limits={}))
    assert "is not recorded" in finding.text


def test_pc13_judges_each_kind_of_money_by_its_own_limits():
    strict = (LIMITS[0].__class__(EXECUTIVE, Decimal(50_000), date(2010, 4, 1)), LIMITS[1])
    given = facts(authorisations=(), limits={"grant": LIMITS, "supplementary_estimate": strict})
    assert the_finding("PC13", given).expected == 50_000


def test_pc18_finds_another_source_on_the_front_sheet():
    sheet = FRONT_SHEET._replace(source="Supplementary estimate")
    finding = the_finding("PC18", facts(front_sheet=sheet))
    assert (finding.stated, finding.expected) == ("Supplementary estimate", "Contingency")


def test_pc18_finds_a_source_that_is_asked_for_beside_the_authorised_one():
    sources = (Source("Contingency"), Source("Supplementary estimate", asked_for=True))
    assert the_finding("PC18", facts(front_sheet=None, sources=sources)).stated == "Supplementary estimate"


def test_pc18_finds_more_authorised_than_the_source_has():
    finding = the_finding("PC18", facts(sources=(Source("Contingency", balance=Decimal(900_000)),)))
    assert (finding.stated, finding.expected) == (950_000, 900_000)


def test_pc18_passes_one_source():
    assert found_by("PC18", facts(front_sheet=None)) == []


def test_pc28_finds_an_item_whose_note_names_no_source():
    finding = the_finding("PC28", facts(excluded=(EXCLUDED._replace(note="Not in the table."),)))
    assert finding.expected == "Capital Grant"


def test_pc28_finds_an_item_that_stands_in_a_total():
    assert the_finding("PC28", facts(line("Business lead"))).line == "Business lead"


def test_pc28_passes_an_item_with_its_note():
    assert found_by("PC28", facts()) == []
