"""The pure rules: what is consumed, who is missing, what may follow what."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.decisions.key_notice.wording.rules import unnoticed_in_words
from approvals.drawdowns.powers.rules import (
    Capacity,
    Given,
    KeyNotice,
    Matter,
    WhyNot,
    lacking,
    why_not_answer,
    why_not_decide,
)
from approvals.drawdowns.rules import (
    LIVE,
    MOVES,
    OPEN,
    Authority,
    Before,
    CannotBeDrawn,
    LineDraw,
    Mode,
    Reply,
    State,
    authority,
    consumed,
    may_become,
    missing,
)
from costing.measure import FULL_YEAR, in_year

LEADER, DIRECTOR = 1, 2  # by their numbers

Y2016, Y2017 = in_year(2016), in_year(2017)


def asked(**values: Any) -> LineDraw:
    """The three social workers of Phase Three, all drawn."""
    given = {
        "title": "3 social workers",
        "fte": Decimal(3),
        "recurring": True,
        "amounts": {Y2016: Decimal(10_000), Y2017: Decimal(123_000), FULL_YEAR: Decimal(123_000)},
        "fte_drawn": Decimal(3),
    }
    return LineDraw(**(given | values))


def test_a_line_consumes_its_amount_in_each_measure_that_is_limited():
    assert consumed(asked(), [Y2016, FULL_YEAR], {}) == {Y2016: Decimal(10_000), FULL_YEAR: Decimal(123_000)}


def test_a_part_is_rounded_half_up_and_the_last_draw_takes_the_remainder():
    part = asked(fte_drawn=Decimal(1))
    assert consumed(part, [Y2016], {}) == {Y2016: Decimal(3333)}
    assert consumed(part, [Y2016], {Y2016: Before(Decimal(1), Decimal(3333))}) == {Y2016: Decimal(3333)}
    assert consumed(part, [Y2016], {Y2016: Before(Decimal(2), Decimal(6666))}) == {Y2016: Decimal(3334)}
    half = asked(fte=Decimal(2), fte_drawn=Decimal(1), amounts={Y2016: Decimal(15_001)})
    assert consumed(half, [Y2016], {}) == {Y2016: Decimal(7501)}
    assert consumed(half, [Y2016], {Y2016: Before(Decimal(1), Decimal(7501))}) == {Y2016: Decimal(7500)}


@given(st.integers(0, 10**7), st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_the_parts_of_a_line_come_to_the_line(amount: int, hundredths: list[int]):
    """However it is split. Where the roundings before it leave too little for a part, it is refused, never cut to fit."""
    parts = [Decimal(part) / 100 for part in hundredths]
    line, drawn = sum(parts), Before()
    for part in parts:
        one = asked(fte=line, fte_drawn=part, amounts={Y2016: Decimal(amount)})
        try:
            pounds = consumed(one, [Y2016], {Y2016: drawn})[Y2016]
        except CannotBeDrawn:
            due = Fraction(amount) * Fraction(part) / Fraction(line)
            assert drawn.pounds + due - amount <= Fraction(len(parts), 2)  # half a pound for each part
            return
        drawn = Before(drawn.fte + part, drawn.pounds + pounds)
    assert drawn.pounds == amount


def test_no_more_fte_are_drawn_than_the_line_has():
    with pytest.raises(CannotBeDrawn, match="1 of 3 FTE are left"):
        consumed(asked(fte_drawn=Decimal(2)), [Y2016], {Y2016: Before(Decimal(2), Decimal(6667))})


def test_a_refusal_tells_the_line_apart_from_the_reason():
    """Beside the line its name is left out, whatever the name is: nothing is cut from a sentence."""
    with pytest.raises(CannotBeDrawn) as refused:
        consumed(asked(title="Post: say", fte_drawn=None), [Y2016], {})
    assert (str(refused.value), refused.value.reason) == ("Post: say: say how many FTE are drawn.", "Say how many FTE are drawn.")


def test_a_fixed_term_line_consumes_nothing_of_a_full_year_limit():
    fixed = asked(recurring=False, amounts={Y2016: Decimal(32_000), FULL_YEAR: None})
    assert consumed(fixed, [Y2016, FULL_YEAR], {}) == {Y2016: Decimal(32_000)}


def test_a_line_whose_full_year_is_not_stated_is_not_drawn_where_the_full_year_is_limited():
    unknown = asked(amounts={Y2016: Decimal(32_000), FULL_YEAR: None})
    assert consumed(unknown, [Y2016], {}) == {Y2016: Decimal(32_000)}
    with pytest.raises(CannotBeDrawn, match="no amount for a full year"):
        consumed(unknown, [Y2016, FULL_YEAR], {})


def test_a_line_without_fte_is_drawn_in_pounds():
    other = asked(fte=None, fte_drawn=None, pounds={Y2016: Decimal(4000)})
    assert consumed(other, [Y2016], {Y2016: Before(pounds=Decimal(6000))}) == {Y2016: Decimal(4000)}
    with pytest.raises(CannotBeDrawn, match="£3,999 of £10,000 is left"):
        consumed(other, [Y2016], {Y2016: Before(pounds=Decimal(6001))})
    with pytest.raises(CannotBeDrawn, match="how many pounds"):
        consumed(other, [Y2016, FULL_YEAR], {})
    with pytest.raises(CannotBeDrawn, match="not limited"):
        consumed(other, [Y2017], {})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"fte_drawn": None}, "how many FTE"),
        ({"fte_drawn": Decimal(-1)}, "how many FTE"),
        ({"fte": None, "pounds": {Y2016: Decimal("0.5")}}, "whole pounds"),
        ({"fte": None, "pounds": {Y2016: Decimal(-5)}}, "less than nothing"),
        ({"amounts": {Y2016: Decimal(-500)}}, "less than nothing"),
    ],
)
def test_what_makes_no_sense_is_not_drawn(values: dict[str, Any], says: str):
    with pytest.raises(CannotBeDrawn, match=says):
        consumed(asked(**values), [Y2016], {})


def test_a_year_not_named_is_authorised_through_a_full_year_limit_only():
    assert authority(Y2016, recurring=True, limited=[Y2016], one_off=False) is Authority.LIMITED
    assert authority(Y2017, recurring=True, limited=[Y2016], one_off=False) is Authority.NOTHING_RELEASED
    assert authority(Y2017, recurring=True, limited=[Y2016, FULL_YEAR], one_off=False) is Authority.THROUGH_FULL_YEAR
    assert authority(Y2017, recurring=False, limited=[Y2016, FULL_YEAR], one_off=False) is Authority.NOTHING_RELEASED


@pytest.mark.parametrize("recurring", [True, False])
def test_one_off_money_is_authorised_only_in_what_its_decision_names(recurring: bool):
    assert authority(Y2016, recurring, limited=[Y2016, FULL_YEAR], one_off=True) is Authority.LIMITED
    assert authority(Y2017, recurring, limited=[Y2016, FULL_YEAR], one_off=True) is Authority.NOTHING_RELEASED


STEPS = {"Leader": Mode.AGREEMENT, "Director": Mode.CONSULTATION}
DUE = date(2016, 9, 27)


def test_agreement_is_missing_until_it_is_given_however_long_it_takes():
    year_later = date(2017, 9, 27)
    assert missing(STEPS, {}, DUE, year_later) == ["Leader"]
    assert missing(STEPS, {"Leader": Reply.DISAGREE}, DUE, year_later) == ["Leader"]
    assert missing(STEPS, {"Leader": Reply.AGREE}, DUE, year_later) == []


def test_consultation_waits_for_an_answer_or_for_the_day_after_it_was_due():
    agreed = {"Leader": Reply.AGREE}
    assert missing(STEPS, agreed, DUE, DUE) == ["Director"]
    assert missing(STEPS, agreed, DUE, date(2016, 9, 28)) == []
    assert missing(STEPS, agreed | {"Director": Reply.DISAGREE}, DUE, DUE) == []


def test_nobody_answers_what_they_prepared_or_signs_what_they_answered():
    steps = {LEADER: Mode.AGREEMENT, DIRECTOR: Mode.CONSULTATION}
    answers = {DIRECTOR: Given(Reply.VIEW, Capacity(3, 4))}
    matter = Matter(is_submitted=True, preparers=[2], steps=steps, answers=answers, givers=[6])
    assert why_not_answer(matter, LEADER, Capacity(1)) is None
    assert why_not_answer(matter, LEADER, None) is WhyNot.NOT_ACTING
    assert why_not_answer(matter, LEADER, Capacity(2)) is WhyNot.PREPARED
    assert why_not_answer(matter, LEADER, Capacity(1, 2)) is WhyNot.PREPARED_FOR
    assert why_not_answer(matter, DIRECTOR, Capacity(1)) is WhyNot.ANSWERED
    assert why_not_answer(matter, 99, Capacity(1)) is WhyNot.NOT_ASKED
    assert why_not_answer(matter._replace(maker=1), LEADER, Capacity(5, 1)) is WhyNot.DECIDES
    assert why_not_answer(matter._replace(is_submitted=False), LEADER, Capacity(1)) is WhyNot.NOT_WAITING
    assert why_not_decide(matter, Capacity(1)) is None
    assert why_not_decide(matter, None) is WhyNot.NOT_ACTING
    assert why_not_decide(matter, Capacity(1, 4)) is WhyNot.HAS_ANSWERED
    assert why_not_decide(matter, Capacity(2)) is WhyNot.PREPARED
    assert why_not_decide(matter, Capacity(6)) is WhyNot.GAVE_DISPENSATION
    assert why_not_decide(matter._replace(is_submitted=False), Capacity(1)) is WhyNot.NOT_WAITING


def test_a_decision_waits_for_answers_a_delegation_in_force_and_notice():
    steps = {LEADER: Mode.AGREEMENT}
    matter = Matter(is_submitted=True, preparers=[], steps=steps, answer_by=DUE, expires=DUE, notice=KeyNotice("28_days", DUE))
    assert lacking(matter, DUE).answers == [LEADER]
    assert not lacking(matter, DUE).has_ended
    assert lacking(matter, DUE + timedelta(days=1)).has_ended
    notice = lacking(matter, DUE).notice
    assert notice
    assert "clear days" in unnoticed_in_words(notice)
    assert not lacking(matter, DUE).is_ready
    assert lacking(Matter(is_submitted=True, preparers=[]), DUE).is_ready


def test_every_state_says_what_may_follow():
    assert set(MOVES) == set(State)
    assert not OPEN & LIVE
    assert all(MOVES[state] <= {State.SUPERSEDED, *LIVE} for state in LIVE)
    assert {state for state in State if may_become(state, State.SIGNED_OFF)} == {State.SUBMITTED}
    assert {state for state in State if not MOVES[state]} == {State.REFUSED, State.SUPERSEDED}
