"""A credit is taken in a drawdown with the costs it pays for; headroom is tested on the costs before credits (money rule 16)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Council
from approvals import actions
from approvals.actions import Choice, OverTheLimit
from approvals.decisions.wording.proposal.queries import proposed
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.rules import Before, CannotBeDrawn, LineDraw, check_costs, consumed
from approvals.drawdowns.signing import actions as signing
from approvals.drawdowns.submission.queries import submitted
from approvals.drawdowns.totals.rules import totals_of
from approvals.models import Consumption, DecisionRecord
from costing.measure import FULL_YEAR, in_year
from posts.models import CostLine
from tests.approvals.case import LATER, Case, at_once, make_case
from tests.making import make_authorisation
from tests.posts.lines import signed_in
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

THIS = in_year(2016)
WHOLE_YEAR = ((None, date(2016, 4, 1), None),)


@pytest.fixture
def case() -> Case:
    return make_case({2016: 100_000, None: 200_000}, term="recurring")


def credit(case: Case, pounds: int = -30_000) -> CostLine:
    """A contribution of so much in 2016/17 and in a full year."""
    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a"}
    return case.line(title="Health contribution", annual_cost=Decimal(pounds), intakes=WHOLE_YEAR, **other)


def taken(case: Case, line: CostLine) -> Choice:
    return Choice(line.pk, case.authorisation)


def drawn(case: Case) -> dict[object, Decimal]:
    return {each.limit.measure: each.drawn for each in standing_of(case.authorisation)}


def test_a_credit_makes_no_headroom_and_is_shown_with_the_costs_it_pays_for(case: Case):
    drawdown = case.signed(case.costing(90_000), taken(case, credit(case)))
    assert drawn(case) == {THIS: 90_000, FULL_YEAR: 90_000}
    assert sorted(Consumption.objects.values_list("pounds", flat=True)) == [0, 0, 90_000, 90_000]
    asked = totals_of(submitted(drawdown.content))
    assert asked.by_measure == {THIS: 90_000, FULL_YEAR: 90_000}
    assert asked.credits == {THIS: -30_000, FULL_YEAR: -30_000}
    assert asked.net == {THIS: 60_000, FULL_YEAR: 60_000}


def test_the_costs_are_tested_before_the_credit(case: Case):
    with pytest.raises(OverTheLimit, match=r"£110,000 cannot be drawn .* £100,000 of £100,000 is left"):
        case.signed(case.costing(110_000), taken(case, credit(case)))


def test_a_credit_is_not_taken_alone(case: Case):
    with pytest.raises(ValidationError, match="with the costs it pays for"):
        case.submitted(taken(case, credit(case)))


def test_a_credit_is_taken_once(case: Case):
    line = credit(case)
    waiting = case.ready(case.costing(10_000), taken(case, line))
    case.signed(case.costing(20_000), taken(case, line))
    with pytest.raises(actions.NotAllowedNow, match="this credit is taken already"):
        case.sign(waiting)
    with pytest.raises(ValidationError, match="this credit is taken already"):
        case.submitted(case.costing(5_000), taken(case, line))


def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks what the action asks: the database alone decides."""
    for asks in ("_nothing_lacking", "why_otherwise"):
        monkeypatch.setattr(signing, asks, lambda *given: "")


def test_the_store_takes_a_credit_once(case: Case, monkeypatch: pytest.MonkeyPatch):
    line = credit(case)
    waiting = case.ready(case.costing(10_000), taken(case, line))
    case.signed(case.costing(20_000), taken(case, line))
    unasked(monkeypatch)
    with refused_by("credit_taken_once"):
        case.sign(waiting)


def both_at_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two sign for one credit at the same time, each on money of its own: nothing but the credit is common to them."""
    line, other = credit(case), make_authorisation(case.authorisation.decision, case.phase, limits={2016: 100_000, None: 100_000})
    waiting = [
        case.ready(Choice(case.costing(10_000).pk, money, fte=Decimal(1)), Choice(line.pk, money))
        for money in (case.authorisation, other)
    ]
    unasked(monkeypatch)
    monkeypatch.setattr("approvals.drawdowns.actions._next_version", lambda programme: None)  # which takes the programme too
    results = at_once(*(lambda drawdown=drawdown: case.sign(drawdown) for drawdown in waiting))
    return sorted(type(each).__name__ for each in results)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_database_lets_one_take_it(case: Case, monkeypatch: pytest.MonkeyPatch):
    assert both_at_once(case, monkeypatch) == ["Drawdown", "IntegrityError"]


@pytest.mark.django_db(transaction=True)
def test_without_that_guard_both_would(case: Case, monkeypatch: pytest.MonkeyPatch):
    """The control: it is the guard of the database that lets one, and nothing else that the two meet on their way."""
    owner("ALTER TABLE approvals_consumption DISABLE TRIGGER credit_taken_once")
    try:
        assert both_at_once(case, monkeypatch) == ["Drawdown", "Drawdown"]
    finally:
        owner("ALTER TABLE approvals_consumption ENABLE TRIGGER credit_taken_once")


def test_a_credit_can_be_taken_again_once_the_decision_is_overturned(case: Case):
    line = credit(case)
    called = case.called_in(case.published(case.costing(20_000), taken(case, line)))
    actions.overturn(drawdown=called, on=LATER.date(), reasons="Scrutiny asked.", by=case.clerk, at=LATER)
    assert case.signed(case.costing(10_000), taken(case, line)).state == "signed_off"
    assert drawn(case) == {THIS: 10_000, FULL_YEAR: 10_000}


def test_fewer_posts_are_taken_as_a_credit_is(case: Case):
    gone = case.line(
        title="Posts deleted",
        fte=Decimal(-2),
        recruited_fte=None,
        engaged="n/a",
        annual_cost=Decimal(-50_000),
        intakes=((Decimal(-2), date(2016, 4, 1), None),),
    )
    drawdown = case.signed(case.costing(90_000), taken(case, gone))
    assert totals_of(submitted(drawdown.content)).net == {THIS: 40_000, FULL_YEAR: 40_000}


@pytest.mark.parametrize(("style", "words"), [("brackets", "(£30,000)"), ("minus", "-£30,000"), ("cr", "Cr £30,000")])
def test_the_record_and_the_pages_print_it_as_the_council_does(style: str, words: str, case: Case):
    Council.objects.update_or_create(pk=1, defaults={"credit_style": style})
    drawdown = case.signed(case.costing(90_000), taken(case, credit(case)))
    said = f"a credit of {words} in 2016/17 and {words} in a full year, which makes no headroom"
    assert said in proposed(submitted(drawdown.content))
    assert said in DecisionRecord.objects.get(drawdown=drawdown).text_recommended
    page = signed_in(case.officer).get(f"/drawdowns/{drawdown.reference}/").content.decode()
    assert words in page
    assert "Less the" in page


@pytest.mark.parametrize(("style", "words"), [("brackets", "(30,000)"), ("minus", "-30,000"), ("cr", "Cr 30,000")])
def test_the_choice_prints_a_credit_as_the_council_does(style: str, words: str, case: Case):
    Council.objects.update_or_create(pk=1, defaults={"credit_style": style})
    credit(case)
    drawdown = case.drafted(case.costing(90_000))
    page = signed_in(case.officer).get(f"/drawdowns/{drawdown.reference}/lines/").content.decode()
    cells = [" ".join(cell.split()) for cell in re.findall(r'<td class="number[^>]*data-label="2016/17">([^<]*)', page)]
    assert words in cells


def test_the_choice_offers_a_credit_whole(case: Case):
    line = credit(case)
    drawdown = case.drafted(case.costing(90_000))
    page = signed_in(case.officer).get(f"/drawdowns/{drawdown.reference}/lines/").content.decode()
    assert "a credit: makes no headroom" in page
    assert f"pounds-{line.pk}-" not in page
    case.signed(case.costing(20_000), taken(case, line))
    page = signed_in(case.officer).get(f"/drawdowns/{drawdown.reference}/lines/").content.decode()
    assert "taken already" in page


def test_the_store_lets_no_credit_make_headroom(case: Case):
    drawdown = case.signed(case.costing(90_000), taken(case, credit(case)))
    row = Consumption.objects.filter(drawdown=drawdown, pounds=0)[0]
    with refused_by("consumption_fits_its_kind"), transaction.atomic():
        Consumption.objects.filter(pk=row.pk).bulk_create(
            [Consumption(**{**_fields(row), "pk": None, "line_id": row.line_id + 1000, "pounds": Decimal(-1)})]
        )


def _fields(row: Consumption) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Consumption._meta.concrete_fields if not field.primary_key}


def test_what_a_credit_consumes_is_nothing_in_each_measure():
    line = LineDraw("Income", None, recurring=True, amounts={THIS: Decimal(-5), FULL_YEAR: Decimal(-7)})
    assert consumed(line, [THIS, FULL_YEAR], {}) == {THIS: 0, FULL_YEAR: 0}
    with pytest.raises(CannotBeDrawn, match="taken already"):
        consumed(line, [THIS], {THIS: Before(taken=True)})
    cost = LineDraw("Post", None, recurring=True, amounts={THIS: Decimal(5)})
    check_costs([(line, {THIS: Decimal(0)}), (cost, {THIS: Decimal(5)})])
    check_costs([(cost, {THIS: Decimal(0)})])
    with pytest.raises(CannotBeDrawn, match="Income: a credit is taken with the costs it pays for"):
        check_costs([(line, {THIS: Decimal(0)})])
