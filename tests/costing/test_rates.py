from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from costing.rates import Allowance, PayRates, Rate, RateNotStated, built_up_cost, in_force

APRIL_2016, APRIL_2017 = date(2016, 4, 1), date(2017, 4, 1)
RATES = PayRates(
    pay_point=(Rate(APRIL_2017, Decimal(40_400)), Rate(APRIL_2016, Decimal(40_000))),
    ni_rate=(Rate(APRIL_2016, Decimal("0.138")),),
    ni_threshold=(Rate(APRIL_2016, Decimal(8_112)), Rate(APRIL_2017, Decimal(8_164))),
    pension_rate=(Rate(APRIL_2016, Decimal("0.15")),),
)


def test_an_annual_cost_is_pay_and_what_the_employer_adds():
    cost = built_up_cost(RATES, APRIL_2016)
    assert cost.pay == 40_000
    assert cost.national_insurance == (40_000 - 8_112) * Fraction("0.138")
    assert cost.pension == 6_000
    assert cost.other_allowances == 0
    assert cost.annual_cost == 50_401


def test_the_latest_rate_that_has_taken_effect_counts():
    assert in_force(RATES.pay_point, date(2017, 3, 31), "pay point") == 40_000
    assert in_force(RATES.pay_point, APRIL_2017, "pay point") == 40_400
    assert built_up_cost(RATES, APRIL_2017).pay == 40_400


def test_a_day_before_every_rate_is_refused_by_name():
    with pytest.raises(RateNotStated) as refusal:
        built_up_cost(RATES, date(2016, 3, 31))
    assert str(refusal.value) == "No pay point is recorded for 31 March 2016."


def test_an_allowance_that_is_pay_attracts_national_insurance_and_pension():
    supplement, mileage = Allowance(Decimal(5_000)), Allowance(Decimal(963), is_pay=False)
    cost = built_up_cost(RATES, APRIL_2016, (allowance for allowance in (supplement, mileage)))
    assert cost.pay == 45_000
    assert cost.pension == 6_750
    assert cost.other_allowances == 963


def test_pay_below_the_threshold_has_no_national_insurance():
    low = PayRates((Rate(APRIL_2016, Decimal(8_000)),), RATES.ni_rate, RATES.ni_threshold, RATES.pension_rate)
    assert built_up_cost(low, APRIL_2016).national_insurance == 0


def test_the_cost_of_several_fte_is_rounded_once():
    cost = built_up_cost(RATES, APRIL_2016)
    assert cost.exact == Fraction("50400.544")
    assert cost.for_fte(Decimal(6)) == 302_403
    assert cost.for_fte(Decimal("0.5")) == 25_200
