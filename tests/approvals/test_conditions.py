"""A delegation's first day, its conditions and the parts of its money: nothing is drawn before they allow it."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import Evidence, NotAllowedNow
from approvals.delegations.conditions.queries import parts_for
from approvals.delegations.conditions.rules import GivenPart, released
from approvals.drawdowns.rules import Mode
from approvals.drawdowns.signing import actions as signing
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.waiting.views import waiting_for
from approvals.models import (
    ConditionConfirmation,
    DecisionRecord,
    Delegation,
    DelegationCondition,
    DelegationPart,
    Drawdown,
)
from costing.measure import in_year, stored
from phases.models import FundingDecision
from tests.answers import shown as answered
from tests.approvals.case import NOW, Case, handed_back, make_case, of_pounds
from tests.making import make_auditor, make_clerk, make_decision, make_officer, make_user
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

INSPECTED, RECRUITED = "The inspection report has been published.", "The head of service has been appointed."
OCTOBER = datetime(2016, 10, 3, 10, tzinfo=UTC)


@pytest.fixture
def case() -> Case:
    return make_case()


def given(case: Case, title: str = "With conditions", limits: Any = (), **values: Any) -> Delegation:
    """The Chief Executive decides, the Leader agrees, and what `values` say."""
    values = {"title": title, "text": "As resolved.", "decision_maker": case.offices["Chief Executive"], **values}
    steps = [(case.offices["Leader"], Mode.AGREEMENT)]
    money = [case.authorisation.decision]
    return actions.record_delegation(
        decision=case.delegation.decision,
        values=values | {"money": money},
        steps=steps,
        limits=dict(limits),
        by=case.clerk,
        at=NOW,
    )


def waiting(case: Case, delegation: Delegation, pounds: int = 60_000) -> Drawdown:
    """Submitted, and answered by everybody."""
    return case.answered(case.submitted(case.costing(pounds), delegation=delegation))


def confirm(condition: DelegationCondition, by: User, at: datetime = NOW, **values: Any) -> ConditionConfirmation:
    evidence = Evidence(values.get("evidence", "Minute 17 of the Audit Committee"), values.get("upload"))
    return actions.confirm_condition(condition=condition, met_on=values.get("met_on", at.date()), evidence=evidence, by=by, at=at)


def round_the_action(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_nothing_lacking", lambda *given: None)


def home(case: Case) -> list[str]:
    return [each.title for each in waiting_for(case.chief_executive, NOW.date())]


# The first day


def test_nothing_is_signed_before_the_first_day(case: Case, monkeypatch: pytest.MonkeyPatch):
    drawdown = waiting(case, given(case, earliest=date(2016, 10, 1)))
    with pytest.raises(NotAllowedNow, match="The delegation allows decisions from 1 October 2016"):
        case.sign(drawdown)
    assert home(case) == []
    round_the_action(monkeypatch)
    with refused_by("sign_off_from_the_first_day"):
        case.sign(drawdown)
    assert case.sign(drawdown, at=OCTOBER).signed_at == OCTOBER


def test_a_delegation_begins_before_it_ends(case: Case):
    with pytest.raises(ValidationError, match="delegation_begins_before_it_ends"):
        given(case, earliest=date(2016, 10, 2), expires=date(2016, 10, 1))
    one_day = given(case, earliest=date(2016, 10, 1), expires=date(2016, 10, 1))
    owner("ALTER TABLE approvals_delegation DISABLE TRIGGER USER")
    with refused_by("delegation_begins_before_it_ends"):
        Delegation.objects.filter(pk=one_day.pk).update(expires=date(2016, 9, 30))


# Conditions


def test_nothing_is_signed_before_every_condition_is_confirmed(case: Case, monkeypatch: pytest.MonkeyPatch):
    delegation = given(case, conditions=[INSPECTED, RECRUITED])
    drawdown = waiting(case, delegation)
    first, second = delegation.conditions.all()
    confirm(first, case.clerk)
    with pytest.raises(NotAllowedNow) as refusal:
        case.sign(drawdown)
    assert str(refusal.value) == f"A condition of the delegation is not confirmed yet: {RECRUITED}"
    assert home(case) == []
    with monkeypatch.context() as patched:
        round_the_action(patched)
        with refused_by("sign_off_with_its_conditions_met"):
            case.sign(drawdown)
    confirm(second, make_officer(name="Second officer"), met_on=date(2016, 9, 19))
    assert home(case) == ["Sign off: Phase One"]
    power = DecisionRecord.objects.get(drawdown=case.sign(drawdown)).power
    assert f"Condition: {INSPECTED}" in power
    said = f"Confirmed by Second officer, met on 19 September 2016: {RECRUITED} (Minute 17 of the Audit Committee)"
    assert said in power


def test_conditions_and_parts_are_frozen_with_the_submission(case: Case):
    parts = [GivenPart(in_year(2016), Decimal(100_000), date(2016, 10, 1), (RECRUITED,))]
    scheme = submitted(
        waiting(case, given(case, conditions=[INSPECTED], parts=parts, earliest=date(2016, 9, 1))).content
    ).delegation
    assert (scheme.earliest, scheme.conditions) == (date(2016, 9, 1), (INSPECTED,))
    [part] = scheme.parts
    assert (part.number, part.measure, part.amount, part.not_before) == (1, in_year(2016), 100_000, date(2016, 10, 1))
    assert part.conditions == (RECRUITED,)
    without = submitted(waiting(case, case.delegation).content).delegation
    assert (without.conditions, without.parts) == ((), ())


def test_who_prepared_a_drawdown_under_it_does_not_confirm(case: Case, monkeypatch: pytest.MonkeyPatch):
    delegation = given(case, conditions=[INSPECTED])
    [condition] = delegation.conditions.all()
    waiting(case, delegation)
    with pytest.raises(ValidationError, match="You prepared a drawdown under this delegation"):
        confirm(condition, case.officer)
    entry = actions.confirm_condition(
        condition=condition, met_on=NOW.date(), evidence=Evidence("Seen"), by=case.clerk, at=NOW
    ).entry
    values = {"condition": condition, "confirmed_at": NOW, "met_on": NOW.date(), "evidence": "Seen", "entry": entry}
    with refused_by("confirmed_by_nobody_who_asks"):
        ConditionConfirmation.objects.create(confirmed_by=case.officer, **values)


def test_a_confirmation_does_not_count_for_what_its_author_prepares_later(case: Case, monkeypatch: pytest.MonkeyPatch):
    delegation = given(case, conditions=[INSPECTED])
    [condition] = delegation.conditions.all()
    confirm(condition, case.officer)
    drawdown = waiting(case, delegation)
    with pytest.raises(NotAllowedNow, match="is not confirmed yet"):
        case.sign(drawdown)
    with monkeypatch.context() as patched:
        round_the_action(patched)
        with refused_by("sign_off_with_its_conditions_met"):
            case.sign(drawdown)
    confirm(condition, case.clerk)
    power = DecisionRecord.objects.get(drawdown=case.sign(drawdown)).power
    assert power.count("Confirmed by") == 1


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"met_on": NOW.date() + timedelta(days=1)}, "cannot be in the future"),
        ({"evidence": " "}, "evidence"),
    ],
)
def test_a_confirmation_needs_its_day_and_its_evidence(case: Case, values: dict[str, Any], why: str):
    [condition] = given(case, conditions=[INSPECTED]).conditions.all()
    with pytest.raises(ValidationError, match=why):
        confirm(condition, case.clerk, **values)
    made = confirm(condition, case.clerk)
    with pytest.raises(ValidationError, match="already confirmed"):
        confirm(condition, case.clerk)
    owner("ALTER TABLE approvals_conditionconfirmation DISABLE TRIGGER confirmation_stays")
    with refused_by("confirmation_has_its_evidence"):
        ConditionConfirmation.objects.filter(pk=made.pk).update(evidence=" ")


def test_only_finance_officers_and_clerks_confirm(case: Case):
    [condition] = given(case, conditions=[INSPECTED]).conditions.all()
    for person in (case.chief_executive, make_auditor(), make_user(Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            confirm(condition, person)


def test_the_store_keeps_conditions_parts_and_confirmations(case: Case):
    parts = [GivenPart(in_year(2016), Decimal(100_000), None, (RECRUITED,))]
    delegation = given(case, conditions=[INSPECTED], parts=parts)
    first, of_part = delegation.conditions.all()
    made = confirm(first, case.clerk)
    for name, row, values in (
        ("condition", first, {"text": "Nothing"}),
        ("part", of_part.part, {"amount": 5}),
        ("confirmation", made, {"evidence": "Other"}),
    ):
        with refused_by(f"{name}_stays"):
            type(row).objects.filter(pk=row.pk).update(**values)
    with refused_by("condition_of_its_own_delegation"):
        DelegationCondition.objects.create(delegation=case.delegation, part=of_part.part, text="Another")
    with refused_by("confirmed_once_it_is_met"):
        ConditionConfirmation.objects.create(
            condition=of_part, confirmed_by=case.clerk, confirmed_at=NOW, met_on=OCTOBER.date(), evidence="x", entry=made.entry
        )
    waiting(case, delegation)
    with refused_by("condition_of_an_unused_delegation"):
        DelegationCondition.objects.create(delegation=delegation, text="Another")
    with refused_by("part_of_an_unused_delegation"):
        DelegationPart.objects.create(delegation=delegation, number=2, financial_year=2016, amount=5)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("part_numbered_once", {"number": 1}),
        ("part_is_more_than_nothing", {"amount": 0}),
        ("part_year_in_range", {"financial_year": 1989}),
    ],
)
def test_a_part_that_breaks_a_rule_is_refused(case: Case, rule: str, values: dict[str, Any]):
    delegation = given(case, parts=[GivenPart(in_year(2016), Decimal(100_000))])
    with refused_by(rule):
        DelegationPart.objects.create(**({"delegation": delegation, "number": 2, "financial_year": 2016, "amount": 5} | values))


def test_a_condition_has_its_text_and_a_person_confirms_it_once(case: Case):
    delegation = given(case, conditions=[INSPECTED])
    with refused_by("condition_has_its_text"):
        DelegationCondition.objects.create(delegation=delegation, text=" ")
    made = confirm(delegation.conditions.get(), case.clerk)
    other = confirm(delegation.conditions.get(), make_officer())
    owner("ALTER TABLE approvals_conditionconfirmation DISABLE TRIGGER confirmation_stays")
    with refused_by("confirmed_once_by_a_person"):
        ConditionConfirmation.objects.filter(pk=other.pk).update(confirmed_by=made.confirmed_by)


# Parts


@pytest.fixture
def in_parts(case: Case) -> Delegation:
    """£100,000 at once, £50,000 from October, and £30,000 once somebody is appointed."""
    parts = [
        GivenPart(in_year(2016), Decimal(100_000)),
        GivenPart(in_year(2016), Decimal(50_000), date(2016, 10, 1)),
        GivenPart(in_year(2016), Decimal(30_000), None, (RECRUITED,)),
    ]
    return given(case, title="In parts", parts=parts)


def test_parts_come_to_the_limit_of_the_delegation(case: Case, in_parts: Delegation):
    assert in_parts.limits.get().amount == 180_000
    with pytest.raises(ValidationError, match="come to £50,000, and the limit is £60,000"):
        given(case, limits={in_year(2016): Decimal(60_000)}, parts=[GivenPart(in_year(2016), Decimal(50_000))])
    with refused_by("parts_come_to_the_limit"):
        DelegationPart.objects.create(delegation=in_parts, number=4, financial_year=2016, amount=5)


def test_no_more_is_drawn_than_the_parts_that_are_released(case: Case, in_parts: Delegation, monkeypatch: pytest.MonkeyPatch):
    case.sign(waiting(case, in_parts, 80_000))
    drawdown = waiting(case, in_parts, 40_000)
    with pytest.raises(NotAllowedNow) as refusal:
        case.sign(drawdown)
    assert str(refusal.value) == (
        "The delegation releases its money in parts: £20,000 is left of those released in 2016/17, and this asks for £40,000. "
        "Part 2, £50,000, is released from 1 October 2016. Part 3, £30,000, is released once this is confirmed: "
        "The head of service has been appointed."
    )
    assert home(case) == []
    with monkeypatch.context() as patched:
        round_the_action(patched)
        with refused_by("draw_of_a_released_part"):
            case.sign(drawdown)
    case.sign(drawdown, at=OCTOBER)


def test_a_part_is_released_when_its_condition_is_confirmed(case: Case, in_parts: Delegation):
    drawdown = waiting(case, in_parts, 120_000)
    with pytest.raises(NotAllowedNow, match="£100,000 is left of those released"):
        case.sign(drawdown)
    confirm(in_parts.conditions.get(), case.clerk)
    assert home(case) == ["Sign off: Phase One"]
    power = DecisionRecord.objects.get(drawdown=case.sign(drawdown)).power
    assert "Part 2: up to £50,000 in 2016/17, not before 1 October 2016" in power
    assert f"Condition of part 3: {RECRUITED}" in power


def test_what_is_handed_back_can_be_drawn_of_its_part_again(case: Case, in_parts: Delegation):
    signed = case.sign(waiting(case, in_parts, 80_000))
    row = signed.consumption.get()
    handed_back(drawdown=signed, giving=of_pounds(row, 80_000), by=case.officer, at=NOW)
    case.sign(waiting(case, in_parts, 100_000))


def test_the_store_and_the_rule_say_the_same_of_what_is_released(case: Case):
    chance = random.Random(9)
    preparers = frozenset({case.officer.pk})
    for number in range(12):
        parts = [
            GivenPart(
                stored(chance.choice([2016, 2017, None])),
                Decimal(chance.randrange(1, 9) * 1000),
                chance.choice([None, date(2016, 9, 1), date(2016, 10, 1)]),
                tuple(chance.sample([INSPECTED, RECRUITED], chance.randrange(3))),
            )
            for _ in range(chance.randrange(1, 5))
        ]
        delegation = given(case, title=f"Of chance {number}", parts=parts)
        for condition in delegation.conditions.all():
            if chance.random() < 0.6:
                confirm(condition, chance.choice([case.officer, case.clerk]))
        drawdown = case.drafted(delegation=delegation)
        for day in (NOW.date(), OCTOBER.date()):
            for year in (2016, 2017, None):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT approvals_released(%s, %s, %s, %s)", [delegation.pk, year, drawdown.pk, day])
                    [by_store] = cursor.fetchone()
                assert by_store == released(parts_for(delegation, preparers), stored(year), day)


# Pages


def typed(decision: FundingDecision, maker: int, **changed: str) -> dict[str, Any]:
    usual = {"decision": decision.pk, "title": "Typed", "text": "As resolved.", "decision_maker": maker}
    usual |= {"earliest": "1 Oct 2016", "conditions": f"{INSPECTED}\r\n\r\n{RECRUITED}", "limit_2016": "150k"}
    usual |= {"part_1_amount": "100k", "part_1_measure": "2016", "part_2_amount": "50k", "part_2_measure": "2016"}
    return usual | {"part_2_from": "Jan 2017", "part_2_conditions": "Somebody is appointed."} | changed


def shown(answer: Any) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answered(answer).text))


def send(client: Client, case: Case, **changed: str) -> Any:
    address = f"/programmes/{case.programme.slug}/delegations/record/"
    mark = re.search(r'name="made_on" value="(\w+)"', client.get(address).text)[1]  # type: ignore[index]
    decision = make_decision(case.programme, title="Typed decision")
    return client.post(address, typed(decision, case.offices["Chief Executive"].pk, **changed) | {"made_on": mark})


def test_the_clerk_types_first_day_conditions_and_parts(client: Client, case: Case):
    client.force_login(case.clerk)
    assert send(client, case).status_code == 302
    made = Delegation.objects.get(title="Typed")
    assert made.earliest == date(2016, 10, 1)
    assert [(each.part and each.part.number, each.text) for each in made.conditions.all()] == [
        (None, INSPECTED),
        (None, RECRUITED),
        (2, "Somebody is appointed."),
    ]
    assert [(part.amount, part.financial_year, part.not_before) for part in made.parts.all()] == [
        (100_000, 2016, None),
        (50_000, 2016, date(2017, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"part_2_measure": ""}, "part_2_measure", "Choose the year of this amount."),
        ({"part_2_amount": ""}, "part_2_amount", "Enter how much this part releases, or clear it."),
        ({"part_2_amount": "60k"}, "part_2_amount", "The parts in 2016/17 come to £160,000, and the limit is £150,000."),
        ({"expires": "30 Sept 2016"}, "earliest", "The first day comes after the last day."),
    ],
)
def test_a_part_typed_wrongly_gets_its_message_and_is_kept(
    client: Client, case: Case, changed: dict[str, str], field: str, said: str
):
    client.force_login(case.clerk)
    response = send(client, case, **changed)
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert str(errors[field][0]).startswith(said)
    assert "Somebody is appointed." in response.text
    assert '<details class="govuk-details" open>' in response.text


def test_its_page_says_what_is_met_and_a_condition_is_confirmed_there(client: Client, case: Case, in_parts: Delegation):
    delegation = given(case, conditions=[INSPECTED], earliest=date(2026, 10, 1))
    address = f"/programmes/{case.programme.slug}/delegations/{delegation.pk}/"
    client.force_login(make_auditor())
    page = client.get(address).text
    assert INSPECTED in page
    assert "/confirm/" not in page
    client.force_login(make_clerk(name="Clerk of the day"))
    page = shown(client.get(address))
    assert "Nothing can be signed under it yet" in page
    confirming = f"/programmes/{case.programme.slug}/conditions/{delegation.conditions.get().pk}/confirm/"
    assert confirming in client.get(address).text
    mark = {"made_on": re.search(r'name="made_on" value="(\w+)"', client.get(confirming).text)[1]}  # type: ignore[index]
    refused = client.post(confirming, mark | {"met_on": "1 Sept 2016", "evidence": " "})
    assert "Enter the evidence." in refused.text
    assert "1 Sept 2016" in refused.text
    assert client.post(confirming, mark | {"met_on": "1 Sept 2016", "evidence": "Minute 9"}).url == address
    page = shown(client.get(address))
    assert "Met on 1 September 2016. Confirmed by Clerk of the day" in page
    assert "Minute 9" in page
    parts = shown(client.get(f"/programmes/{case.programme.slug}/delegations/{in_parts.pk}/"))
    assert "Part 1: £100,000 in 2016/17 Released" in parts
    assert "Part 3: £30,000 in 2016/17 Not released" in parts


def test_every_page_of_the_drawdown_says_why_not_and_from_when(client: Client, case: Case):
    delegation = given(case, conditions=[INSPECTED], earliest=date(2030, 10, 1))
    drawdown = case.drafted(case.line(), delegation=delegation)
    client.force_login(case.officer)
    assert "from 1 October 2030" in shown(client.get("/drawdowns/new/"))
    for page in ("lines/", "submit/"):
        said = shown(client.get(f"/drawdowns/{drawdown.reference}/{page}"))
        assert "The delegation allows decisions from 1 October 2030." in said
        assert f"not confirmed yet: {INSPECTED}" in said
    drawdown = waiting(case, delegation)
    assert "The delegation allows decisions from 1 October 2030." in shown(client.get(f"/drawdowns/{drawdown.reference}/"))
    client.force_login(case.chief_executive)
    said = shown(client.get(f"/drawdowns/{drawdown.reference}/sign-off/"))
    assert "The delegation allows decisions from 1 October 2030." in said
    assert "Sign off £" not in said
