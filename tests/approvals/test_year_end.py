"""A year that has ended: its money is drawn no more, what was not drawn lapses, or a decision carries it forward."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F

from accounts.audit.actions import record
from approvals import actions
from approvals.actions import NotAllowedNow, OverTheLimit
from approvals.drawdowns.consumption.queries import standing_of
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import KeyNotice, lacking
from approvals.drawdowns.readiness.queries import standing_of as standing_of_one
from approvals.drawdowns.readiness.rules import YearOver, readiness
from approvals.drawdowns.readiness.wording.rules import all_in_words, in_words
from approvals.drawdowns.rules import State, year_has_ended
from approvals.drawdowns.waiting.views import waiting_for
from approvals.models import Drawdown, LimitDrawn
from approvals.year_end import actions as year_end
from approvals.year_end.queries import unspent
from approvals.year_end.rules import Carrying
from costing.measure import FULL_YEAR, in_year
from operations.proof import NotProved, check_stored
from phases.authorisations.actions import AuthorisedMoney, record_authorisation
from phases.decisions.actions import record_decision
from phases.models import Authorisation, AuthorisationLimit, CarryForward, FundingDecision
from tests.approvals.case import APRIL, LATER, Case, make_case
from tests.making import make_authorisation, make_decision, make_programme
from tests.refusals import check_deferred_rules, owner, refused_by

pytestmark = pytest.mark.django_db

LAST_MOMENT = datetime(2017, 3, 31, 22, 59, tzinfo=UTC)  # of 31 March in London


@pytest.fixture
def case() -> Case:
    return make_case()


# Drawing


def test_money_of_a_year_that_has_ended_is_not_signed_off(case: Case):
    ready = case.ready(case.costing(1000))
    with pytest.raises(NotAllowedNow, match="2016/17 has ended: its money is drawn only where a decision carried it forward"):
        case.sign(ready, at=APRIL)
    assert Drawdown.objects.get().state == State.SUBMITTED
    assert case.sign(ready, at=LAST_MOMENT).state == State.SIGNED_OFF


def test_money_of_a_full_year_has_no_end():
    case = make_case({None: 950_000})
    assert case.sign(case.ready(case.costing(1000)), at=APRIL).state == State.SIGNED_OFF


def test_a_line_that_costs_nothing_in_the_year_that_ended_is_drawn_in_the_next():
    case = make_case({2016: 950_000, 2017: 950_000})
    line = case.line(intakes=((1, date(2017, 4, 1), None),))
    assert case.sign(case.ready(line), at=APRIL).state == State.SIGNED_OFF


def test_the_database_draws_nothing_of_a_year_that_has_ended(case: Case, monkeypatch: pytest.MonkeyPatch):
    ready = case.ready(case.costing(1000))
    monkeypatch.setattr("approvals.drawdowns.rules.year_has_ended", lambda year, day: False)
    with refused_by("draw_before_its_year_ended"):
        case.sign(ready, at=APRIL)


def test_page_and_home_say_it_where_the_action_would_refuse(case: Case):
    ready = case.ready(case.costing(1000))
    for moment, is_over in ((LAST_MOMENT, False), (APRIL, True)):
        still = lacking(matter_of(ready, moment.date()), moment.date())
        assert (bool(still.year), still.is_ready) == (is_over, not is_over)
        (task,) = waiting_for(case.chief_executive, moment.date())
        assert task.title == f"{'Return or refuse' if is_over else 'Sign off'}: Phase One"


def test_a_notice_that_is_over_only_in_the_next_year_is_said_before():
    case = make_case()
    matter = matter_of(case.ready(case.costing(1000)), LAST_MOMENT.date())
    noticed = matter._replace(notice=KeyNotice("28_days", date(2017, 3, 20)))
    assert "2016/17 ends before this can be signed off." in all_in_words(readiness(noticed, LAST_MOMENT.date(), {}).stuck)
    assert readiness(matter, LAST_MOMENT.date(), {}).is_ready


def test_what_was_submitted_before_money_was_carried_forward_is_submitted_again():
    case = make_case({2016: 1_000, None: 5_000})
    ready = case.ready(case.line(intakes=((Decimal(1), date(2017, 4, 1), None),), annual_cost=Decimal(900)))
    assert standing_of_one(ready, APRIL.date()).readiness.is_ready
    carry(case, resolved(case))
    assert not standing_of_one(ready, APRIL.date()).readiness.is_ready
    with pytest.raises(NotAllowedNow):
        case.sign(ready, at=APRIL)


def test_a_year_is_over_from_the_first_of_april():
    assert not year_has_ended(in_year(2016), LAST_MOMENT.date())
    assert year_has_ended(in_year(2016), APRIL.date())
    assert in_words(YearOver(in_year(2016), has_ended=True)).startswith("2016/17 has ended")
    assert not year_has_ended(FULL_YEAR, APRIL.date())


# Lapsing


def test_the_database_lets_nothing_lapse_before_its_year_has_ended_unless_it_is_replaced(case: Case):
    case.signed(case.costing(1000))
    with refused_by("limit_lapses_after_its_year"):
        LimitDrawn.objects.update(lapsed_at=LAST_MOMENT)
    LimitDrawn.objects.update(lapsed_at=APRIL)


def test_what_is_replaced_lapses_at_once(case: Case):
    case.signed(case.costing(1000))
    later = make_decision(case.programme, decided_on=LATER.date())
    new = make_authorisation(later, case.phase, replaces=case.authorisation)
    actions.replace(authorisation=new, by=case.clerk, at=LATER)
    assert LimitDrawn.objects.get(limit__authorisation=case.authorisation).lapsed_at == LATER
    check_deferred_rules()


# Carrying forward


def resolved(case: Case, **values: Any) -> FundingDecision:
    """What the Executive decided at the end of the year."""
    given = {"title": "Outturn", "decided_on": date(2017, 4, 1), "text_resolved": "That £1,000 be carried forward."}
    return make_decision(case.programme, **(given | values))


def carry(case: Case, decision: FundingDecision, pounds: int = 1000, **values: Any) -> CarryForward:
    years = {"from_year": values.pop("from_year", 2016), "to_year": values.pop("to_year", 2017)}
    given = {"authorisation": case.authorisation, "carrying": Carrying(**years, amount=Decimal(pounds)), "decision": decision}
    return actions.carry_forward(**(given | {"by": case.clerk, "at": APRIL} | values))


def limits_of(authorisation: Authorisation) -> dict[int | None, tuple[int, int]]:
    """Limit and headroom of each year."""
    return {each.limit.financial_year: (each.limit.amount, each.headroom) for each in standing_of(authorisation)}


@pytest.fixture
def nearly(case: Case) -> Case:
    """£949,000 of £950,000 is drawn."""
    case.signed(case.costing(949_000))
    return case


def test_what_was_not_drawn_goes_to_the_next_year_and_the_whole_stays(nearly: Case):
    carried = carry(nearly, resolved(nearly))
    assert limits_of(nearly.authorisation) == {2016: (949_000, 0), 2017: (1_000, 1_000)}
    assert [each.decided for each in nearly.authorisation.limits.all()] == [950_000, 0]
    entry = carried.entry
    assert (entry.action, entry.actor, entry.at) == ("authorisation_carried_forward", nearly.clerk, APRIL)
    assert '"pounds":"1000"' in entry.content
    check_deferred_rules()


def test_it_is_added_to_what_the_later_year_has():
    case = make_case({2016: 5_000, 2017: 700})
    carry(case, resolved(case), 5_000)
    assert limits_of(case.authorisation) == {2016: (0, 0), 2017: (5_700, 5_700)}
    check_deferred_rules()


def test_what_was_carried_forward_is_drawn_in_its_new_year_and_no_more(nearly: Case):
    carry(nearly, resolved(nearly))
    year = ((Decimal("1.00"), date(2017, 4, 1), None),)
    ready = nearly.ready(nearly.line(annual_cost=Decimal(1_000), intakes=year))
    too_much = nearly.ready(nearly.line(annual_cost=Decimal(1), intakes=year))
    nearly.sign(ready, at=APRIL)
    assert limits_of(nearly.authorisation)[2017] == (1_000, 0)
    with pytest.raises(OverTheLimit, match="£0 of £1,000 is left"):
        nearly.sign(too_much, at=APRIL)


def test_what_is_not_needed_goes_on_to_a_further_year(nearly: Case):
    carry(nearly, resolved(nearly))
    next_april = APRIL.replace(year=2018)
    later = resolved(nearly, title="Outturn again", decided_on=next_april.date())
    carry(nearly, later, from_year=2017, to_year=2018, at=next_april)
    assert limits_of(nearly.authorisation) == {2016: (949_000, 0), 2017: (0, 0), 2018: (1_000, 1_000)}
    check_deferred_rules()


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"pounds": 1_001}, ValidationError, "from £1 up to £1,000"),
        ({"pounds": 0}, ValidationError, "from £1 up to £1,000"),
        ({"at": LATER}, NotAllowedNow, "2016/17 ends on 31 March 2017"),
        ({"to_year": 2016}, NotAllowedNow, "Choose a year after 2016/17"),
        ({"at": APRIL.replace(year=2018)}, NotAllowedNow, "Choose a year after 2016/17 that has not ended"),
        ({"from_year": 2015}, NotAllowedNow, "names no limit for 2015/16"),
    ],
)
def test_no_more_and_nowhere_else(nearly: Case, values: dict[str, Any], error: type[Exception], said: str):
    with pytest.raises(error, match=said):
        carry(nearly, resolved(nearly), **values)
    assert not CarryForward.objects.exists()


def test_what_lapsed_or_was_replaced_is_not_carried(nearly: Case):
    decision = resolved(nearly)
    other = make_authorisation(nearly.authorisation.decision, nearly.phase)
    actions.lapse(authorisation=nearly.authorisation, year=2016, by=nearly.clerk, at=APRIL)
    with pytest.raises(NotAllowedNow, match="has lapsed"):
        carry(nearly, decision)
    make_authorisation(make_decision(nearly.programme, title="Later"), nearly.phase, replaces=other, title="Newer")
    with pytest.raises(NotAllowedNow, match="was replaced by Newer"):
        carry(nearly, decision, authorisation=other)


def _not_of_its_own(case: Case) -> dict[str, FundingDecision]:
    corrected = resolved(case, title="Corrected")
    resolved(case, title="Correction", corrects=corrected)
    with_money = resolved(case, title="With money")
    make_authorisation(with_money, limits={2017: 5})
    of_other = resolved(case, title="About other money")
    of_other.about.add(make_authorisation(case.authorisation.decision, limits={2017: 5}))
    return {
        "about other money": of_other,
        "its own": case.authorisation.decision,
        "recommended": resolved(case, title="Recommended", outcome="recommended", text_recommended="That it be so."),
        "of another programme": make_decision(make_programme(), decided_on=APRIL.date()),
        "older": resolved(case, title="Older", decided_on=date(2016, 7, 19)),
        "to come": resolved(case, title="To come", decided_on=date(2017, 4, 2)),
        "put right": corrected,
        "with money": with_money,
    }


def test_only_a_decision_of_its_own_carries_it_by_action_and_database(nearly: Case, monkeypatch: pytest.MonkeyPatch):
    decisions = _not_of_its_own(nearly)
    for decision in decisions.values():
        with pytest.raises(ValidationError, match="cannot carry this money forward"):
            carry(nearly, decision)
    monkeypatch.setattr(year_end, "may_carry_forward", lambda *given: FundingDecision.objects.all())
    for decision in decisions.values():
        with refused_by("carried_forward_by_a_decision_of_its_own"):
            carry(nearly, decision)


def test_a_decision_about_this_money_carries_it(nearly: Case):
    decision = resolved(nearly)
    decision.about.add(nearly.authorisation)
    assert carry(nearly, decision).pounds == 1000


def test_one_decision_carries_a_years_money_of_one_authorisation_once(nearly: Case, monkeypatch: pytest.MonkeyPatch):
    decision = resolved(nearly)
    carry(nearly, decision, 400)
    with pytest.raises(ValidationError, match="cannot carry this money forward"):
        carry(nearly, decision, 600)
    monkeypatch.setattr(year_end, "may_carry_forward", lambda *given: FundingDecision.objects.all())
    with refused_by("carried_forward_once_by_a_decision"):
        carry(nearly, decision, 600)


def test_the_database_holds_years_and_lapse(nearly: Case, monkeypatch: pytest.MonkeyPatch):
    decision = resolved(nearly)
    monkeypatch.setattr(year_end, "why_not_years", lambda *given: None)
    monkeypatch.setattr(year_end, "may_carry_forward", lambda *given: FundingDecision.objects.all())
    for moment in (LAST_MOMENT, APRIL.replace(year=2018)):
        early = resolved(nearly, title=f"Decided by {moment}", decided_on=LATER.date())
        with refused_by("carried_forward_from_a_year_that_ended"):
            carry(nearly, early, at=moment)
    actions.lapse(authorisation=nearly.authorisation, year=2016, by=nearly.clerk, at=APRIL)
    monkeypatch.setattr(year_end, "_left", lambda giving: Decimal(10_000))
    with refused_by("carried_forward_before_it_lapses"):
        carry(nearly, decision)


def test_the_store_itself_takes_nothing_back_in_time_and_no_nothing(nearly: Case):
    owner("ALTER TABLE phases_carryforward DISABLE TRIGGER carried_forward_as_allowed")
    with refused_by("carried_forward_to_a_later_year"):
        CarryForward.objects.create(**_row(nearly, to_year=2016))
    with refused_by("carried_forward_is_more_than_nothing"):
        CarryForward.objects.create(**_row(nearly, pounds=0))
    owner("ALTER TABLE phases_carryforward ENABLE TRIGGER carried_forward_as_allowed")


def test_the_database_carries_no_more_than_was_left(nearly: Case, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(year_end, "may_carry", lambda *given: True)
    with refused_by("drawn_is_within_the_limit"):
        carry(nearly, resolved(nearly), 1_001)


def test_no_limit_grows_without_an_act_that_took_it_elsewhere(nearly: Case):
    carry(nearly, resolved(nearly))
    limits = AuthorisationLimit.objects.filter(authorisation=nearly.authorisation)
    later = limits.filter(financial_year=2017)
    with refused_by("limit_drawn_on_stays"):
        later.update(amount=F("amount") + 1)
    with refused_by("limit_carried_is_the_sum"):
        later.update(amount=F("amount") + 1, carried_in=F("carried_in") + 1)
    with refused_by("limit_carried_is_the_sum"):
        limits.create(authorisation=nearly.authorisation, financial_year=2018, amount=5, carried_in=5)
    with refused_by("limit_carried_is_the_sum"):
        CarryForward.objects.create(**_row(nearly, pounds=1))
    with refused_by("limit_drawn_ceiling_is_the_limit"):
        LimitDrawn.objects.filter(limit__in=later).update(ceiling=2_000)
    with refused_by("limit_is_more_than_nothing"):
        limits.create(authorisation=nearly.authorisation, financial_year=2019, amount=0)
    with refused_by("limit_keeps_what_was_decided"):
        limits.create(authorisation=nearly.authorisation, financial_year=2019, amount=1, carried_in=2)


def _row(case: Case, **values: Any) -> dict[str, Any]:
    given = {"authorisation": case.authorisation, "from_year": 2016, "to_year": 2017, "pounds": 1}
    entry = record(action="carried", subject="nothing", details={}, by=case.clerk, at=APRIL)
    return given | {"decision": resolved(case, title=f"Another {entry.number}"), "entry": entry} | values


def test_the_ceiling_moves_with_the_limit(nearly: Case, monkeypatch: pytest.MonkeyPatch):
    """A limit that is carried without what counts against it is refused as the transaction ends."""
    limits = AuthorisationLimit.objects.filter(authorisation=nearly.authorisation)

    def without_ceiling(*given: Any) -> None:
        limits.update(amount=F("amount") - 1000, carried_out=1000)
        limits.create(authorisation=nearly.authorisation, financial_year=2017, amount=1000, carried_in=1000)

    monkeypatch.setattr(year_end, "_move", without_ceiling)
    with refused_by("limit_drawn_ceiling_is_the_limit"):
        carry(nearly, resolved(nearly))


def test_a_carry_forward_stays_and_so_does_its_decision(nearly: Case):
    carried = carry(nearly, resolved(nearly))
    rows = CarryForward.objects.filter(pk=carried.pk)
    for write in (lambda: rows.update(pounds=1), lambda: rows._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    with refused_by("used_decision_stays"):
        FundingDecision.objects.filter(pk=carried.decision_id).update(text_resolved="That £9,000 be carried forward.")
    with pytest.raises(ValidationError, match="stays as it was recorded"):
        record_decision(
            programme=nearly.programme,
            values={"text_resolved": "That £9,000.", "outcome": "resolved"},
            decision=carried.decision,
            by=nearly.clerk,
            at=APRIL,
        )


def test_the_limits_of_the_decision_are_saved_again_as_they_were_decided(nearly: Case):
    carry(nearly, resolved(nearly))
    stored = nearly.authorisation
    money = AuthorisedMoney({"title": "Renamed"}, [nearly.phase], {in_year(2016): Decimal(950_000)})
    record_authorisation(decision=stored.decision, authorisation=stored, money=money, by=nearly.clerk, at=APRIL)
    assert limits_of(nearly.authorisation) == {2016: (949_000, 0), 2017: (1_000, 1_000)}
    more = AuthorisedMoney({}, [nearly.phase], {in_year(2016): Decimal(950_000), in_year(2017): Decimal(1)})
    with pytest.raises(ValidationError, match="carried forward"):
        record_authorisation(decision=stored.decision, authorisation=stored, money=more, by=nearly.clerk, at=APRIL)


def test_what_ended_and_is_left_is_found_until_it_is_dealt_with(nearly: Case):
    beside = make_authorisation(nearly.authorisation.decision, limits={2016: 500, 2017: 5, None: 7}, title="Laptops")
    assert unspent([nearly.programme], LAST_MOMENT.date()) == []
    found = [(each.title, each.year.label, each.left) for each in unspent([nearly.programme], APRIL.date())]
    assert found == [(nearly.authorisation.title, "2016/17", 1_000), ("Laptops", "2016/17", 500)]
    carry(nearly, resolved(nearly))
    actions.lapse(authorisation=beside, year=2016, by=nearly.clerk, at=APRIL)
    assert unspent([nearly.programme], APRIL.date()) == []


def test_the_audit_check_compares_limits_with_what_was_carried_and_the_acts(nearly: Case):
    carry(nearly, resolved(nearly))
    assert check_stored("limits carried forward").rows == 3  # the act, and the two limits
    owner("ALTER TABLE phases_carryforward DISABLE TRIGGER USER")
    CarryForward.objects.update(pounds=5)
    with pytest.raises(
        NotProved, match="carried forward from 2016/17 is not as it was stored: 5 is kept, and it works out as 1000"
    ):
        check_stored("limits carried forward")
