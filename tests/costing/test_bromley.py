from costing.financial_year import FinancialYear
from costing.line_cost import exact_part_year_cost, full_year_cost, part_year_cost
from costing.totals import exact_total, total
from tests.costing.bromley import ALL, ONE_AND_TWO

YEAR = FinancialYear(2016)


def recosted(lines):
    return exact_total(exact_part_year_cost(line, YEAR) for line in lines)


def test_the_table_has_22_lines_and_34_fte():
    assert len(ALL) == 22
    assert sum(line.fte or 0 for line in ALL) == 34


def test_the_whole_table_re_costs_at_its_own_dates():
    assert recosted(ALL) == 1_153_417


def test_phases_one_and_two_re_cost_above_their_release():
    assert recosted(ONE_AND_TWO) == 1_029_667


def test_the_amounts_of_the_lines_add_to_a_pound_more_than_the_re_costing():
    assert total(part_year_cost(line, YEAR) for line in ALL) == 1_153_418
    assert total(part_year_cost(line, YEAR) for line in ONE_AND_TWO) == 1_029_668


def test_the_full_year_is_the_published_one():
    assert total(full_year_cost(line).amount for line in ALL) == 2_266_000
    assert total(full_year_cost(line).amount for line in ONE_AND_TWO) == 1_471_000
