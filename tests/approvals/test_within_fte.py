"""No line is drawn beyond its FTE, over however many live drawdowns: rule, action and store say the same."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from approvals import actions
from approvals.actions import Choice, Giving, NotAllowedNow
from approvals.authorisations import actions as authorisations
from approvals.drawdowns.consumption.queries import held_before
from approvals.drawdowns.rules import Before, CannotBeDrawn, LineDraw, consumed
from approvals.drawdowns.signing import actions as signing
from approvals.models import Consumption, Drawdown
from costing.measure import in_year
from posts.models import CostLine
from tests.accounts.test_web_role import refused, web
from tests.approvals.case import LATER, Case, at_once, handed_back, make_case
from tests.making import make_authorisation
from tests.refusals import refused_by

__all__ = ["web"]

pytestmark = pytest.mark.django_db

FTE = Decimal("4.00")


def four_posts(case: Case, **values: Any) -> CostLine:
    """Four FTE at £40,000 a year, from April."""
    return case.line(fte=FTE, annual_cost=Decimal(40_000), intakes=((FTE, date(2016, 4, 1), None),), **values)


def asking(case: Case, line: CostLine, fte: int) -> Drawdown:
    return case.ready(Choice(line.pk, case.authorisation, fte=Decimal(fte)))


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.mark.parametrize(("first", "back", "second"), [*product((1, 3, 4), (0, 1), (1, 2))])
def test_rule_action_and_store_agree_on_how_many_fte_are_left(
    case: Case, monkeypatch: pytest.MonkeyPatch, first: int, back: int, second: int
):
    """Both are asked for while the whole line is free; the first is signed, and something of it handed back."""
    line = four_posts(case)
    asked, later = asking(case, line, first), asking(case, line, second)
    signed = case.sign(asked)
    if back:
        giving = Giving(fte={(line.pk, case.authorisation.pk): Decimal(back)})
        handed_back(drawdown=signed, giving=giving, by=case.officer)
    may = first - back + second <= 4
    before = held_before([line.pk])[line.pk]
    draw = LineDraw("Line", FTE, recurring=True, amounts={in_year(2016): Decimal(40_000)}, fte_drawn=Decimal(second))
    assert allowed(lambda: consumed(draw, [in_year(2016)], before)) is may
    if may:
        assert case.sign(later).state == "signed_off"
        return
    with pytest.raises(NotAllowedNow, match=r"FTE are left to draw"):
        case.sign(later)
    for asks in ("_nothing_lacking", "why_otherwise"):
        monkeypatch.setattr(signing, asks, lambda *given: "")
    with refused_by("line_drawn_within_its_fte"):
        case.sign(later)


def allowed(rule: Callable[[], Any]) -> bool:
    try:
        rule()
    except CannotBeDrawn:
        return False
    return True


def test_what_moves_to_a_later_authorisation_is_counted_once(case: Case):
    line = four_posts(case)
    case.sign(asking(case, line, 3))
    later = make_authorisation(case.authorisation.decision, case.phase, replaces=case.authorisation)
    actions.replace(authorisation=later, by=case.clerk, at=LATER)
    assert held_before([line.pk])[line.pk][in_year(2016)] == Before(Decimal(3), Decimal(30_000), taken=True)
    row = Consumption.objects.get(kind="transfer_in")
    assert (row.fte, row.authorisation) == (Decimal(3), later)


def test_what_is_passed_on_does_not_grow_past_the_action(case: Case, monkeypatch: pytest.MonkeyPatch):
    line = four_posts(case)
    case.sign(asking(case, line, 3))
    later = make_authorisation(case.authorisation.decision, case.phase, replaces=case.authorisation)
    rows = authorisations._taken_over

    def grown(*given: Any) -> list[Consumption]:
        for row in (made := rows(*given)):
            row.fte = Decimal(4)
        return made

    monkeypatch.setattr(authorisations, "_taken_over", grown)
    with refused_by("line_drawn_within_its_fte"):
        actions.replace(authorisation=later, by=case.clerk, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_database_lets_one_draw(case: Case, monkeypatch: pytest.MonkeyPatch):
    """Nobody asks what the action asks, and each draws on money of its own: nothing but the line is common to them."""
    line, other = four_posts(case), make_authorisation(case.authorisation.decision, case.phase)
    waiting = [case.ready(Choice(line.pk, money, fte=Decimal(3))) for money in (case.authorisation, other)]
    for asks in ("_nothing_lacking", "why_otherwise"):
        monkeypatch.setattr(signing, asks, lambda *given: "")
    monkeypatch.setattr("approvals.drawdowns.actions._next_version", lambda programme: None)  # which takes the programme too
    results = at_once(*(lambda drawdown=drawdown: case.sign(drawdown) for drawdown in waiting))
    assert sorted(type(each).__name__ for each in results) == ["Drawdown", "IntegrityError"]
    assert Consumption.objects.get().fte == Decimal(3)


@pytest.mark.django_db(transaction=True)
def test_the_web_role_draws_no_line_beyond_its_fte(web: Any):
    """A row more of a line that is drawn whole: it costs nothing, so no limit of money refuses it."""
    case = make_case({2016: 950_000, None: 950_000})
    case.signed(case.costing(1_000))
    fixed = case.line(fte=FTE, duration="fixed_term", intakes=((FTE, date(2016, 4, 1), date(2017, 3, 31)),))
    case.signed(Choice(fixed.pk, case.authorisation, fte=FTE))
    statement = (
        "INSERT INTO approvals_consumption (drawdown_id, line_id, authorisation_id, financial_year, kind, pounds, fte, entry_id)"
        " SELECT drawdown_id, line_id, authorisation_id, NULL, 'transfer_in', 0, 50, entry_id FROM approvals_consumption"
        f" WHERE line_id = {fixed.pk} LIMIT 1"
    )
    assert refused(web, statement) == "line_drawn_within_its_fte"
    # A number below those of the act, as if a later row asked for it.
    chosen = statement.replace("(drawdown_id", "(id, drawdown_id").replace("SELECT drawdown_id", "SELECT -1, drawdown_id")
    assert refused(web, chosen) == "line_drawn_within_its_fte"


def test_of_several_lines_one_beyond_its_fte_is_enough(case: Case, monkeypatch: pytest.MonkeyPatch):
    first, line, last = four_posts(case), four_posts(case), four_posts(case)
    waiting = case.ready(*(Choice(each.pk, case.authorisation, fte=Decimal(2)) for each in (first, line, last)))
    case.sign(asking(case, line, 3))
    for asks in ("_nothing_lacking", "why_otherwise"):
        monkeypatch.setattr(signing, asks, lambda *given: "")
    with refused_by("line_drawn_within_its_fte"):
        case.sign(waiting)
