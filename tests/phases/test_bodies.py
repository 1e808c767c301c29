"""Who decides: what a body is follows its kind, everywhere; and the pages on which the administrator keeps them."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.governance.rules import Form, Governance
from accounts.models import AuditEntry
from phases.bodies.actions import save_body
from phases.bodies.models import Body
from phases.bodies.queries import is_used
from phases.bodies.rules import DecidingBody, Kind, Maker, duty_of
from phases.decisions.actions import record_decision
from phases.models import FundingDecision
from tests.approvals.case import make_case
from tests.making import (
    NOON,
    make_administrator,
    make_approval_limit,
    make_auditor,
    make_body,
    make_clerk,
    make_decision,
    make_officer,
    make_programme,
)
from tests.refusals import refused_by
from tests.reports.checks.case import DECISION, FRONT_SHEET, facts, found_by

MISLEADING = ("Council Tax Committee", "Borough Council", "Policy Council")
COUNCIL = DecidingBody(2, "Full Council", Kind.FULL_COUNCIL, with_article=False, call_in=False)


def body(name: str, kind: Kind = Kind.COMMITTEE, **changed: Any) -> DecidingBody:
    return DecidingBody(1, name, kind)._replace(**changed)


# Rules


@pytest.mark.parametrize(
    ("decides", "is_key", "applies"),
    [
        (None, None, None),
        (None, False, False),
        (None, True, True),
        (body("Executive", Kind.EXECUTIVE), False, True),
        (COUNCIL, True, False),
        *((body(name), False, True) for name in MISLEADING),
        *((body(name, Kind.FULL_COUNCIL, call_in=False), None, False) for name in MISLEADING),
        (body("Licensing Committee", call_in=False), None, False),
    ],
)
def test_call_in_follows_the_body_and_never_its_name(decides: DecidingBody | None, is_key: bool | None, applies: bool | None):
    duty = duty_of(decides.maker if decides else Maker(Kind.OFFICER), Governance(), is_key)
    assert duty.call_in is applies
    assert bool(duty.reason) is (applies is False)


LEADER, MAYOR, COMMITTEES, COMBINED, MAYORAL = (Governance(form) for form in Form)
_2012, _2014 = (
    "Executive Arrangements Regulations 2012, regulation",
    "Openness of Local Government Bodies Regulations 2014, regulation",
)


@pytest.mark.parametrize("governance", [LEADER, MAYOR])
@pytest.mark.parametrize(
    ("maker", "title", "law", "executive"),
    [
        (body("Cabinet", Kind.EXECUTIVE).maker, "Record of executive decision", f"{_2012} 12", True),
        (Maker(Kind.MEMBER), "Record of executive decision", f"{_2012} 13(1) and (2)", True),
        (Maker(Kind.OFFICER), "Record of an officer’s decision", f"{_2012} 13(4)", True),
        (COUNCIL.maker, "Record of decision", "Local Government Act 1972, schedule 12, paragraph 41", False),
        (body("Planning").maker, "Record of decision", "Local Government Act 1972, schedule 12, paragraph 41", False),
        (Maker(Kind.OUTSIDE), "Record of decision", "Its own rules", False),
    ],
)
def test_title_and_law_of_a_record_with_an_executive(governance: Governance, maker: Maker, title: str, law: str, executive: bool):
    duty = duty_of(maker, governance, is_key=True)
    assert (duty.title, duty.law, duty.takes_key_decisions) == (title, law, executive)


@pytest.mark.parametrize("kind", Kind)
def test_the_committee_system_has_no_executive_decisions_and_by_law_no_call_in(kind: Kind):
    decides = body("Children’s Services", kind, call_in=kind not in (Kind.FULL_COUNCIL, Kind.OUTSIDE))
    for maker in (decides.maker, Maker(kind)):
        duty = duty_of(maker, COMMITTEES, is_key=True)
        assert (duty.is_executive, duty.takes_key_decisions, duty.call_in) == (False, False, False)
        assert "its constitution gives no call-in" in duty.reason
        assert duty.title == ("Record of an officer’s decision" if kind is Kind.OFFICER else "Record of decision")
    assert duty_of(Maker(Kind.OFFICER), COMMITTEES).law == f"{_2014} 7"


def test_a_constitution_may_open_the_committees_to_call_in():
    given = COMMITTEES._replace(committee_call_in=True)
    assert duty_of(body("Children’s Services").maker, given).call_in is True
    assert duty_of(body("Licensing", call_in=False).maker, given).call_in is False
    assert duty_of(COUNCIL.maker, given).call_in is False
    assert duty_of(Maker(Kind.OFFICER), given, is_key=True).call_in is False


@pytest.mark.parametrize("governance", [COMBINED, MAYORAL])
@pytest.mark.parametrize(
    ("maker", "title", "law", "key"),
    [
        (COUNCIL.maker, "Record of decision", "The authority’s standing orders", True),
        (body("Transport").maker, "Record of decision", "The authority’s standing orders", True),
        (Maker(Kind.MEMBER), "Record of decision", "The authority’s constitution", True),
        (Maker(Kind.OFFICER), "Record of an officer’s decision", "Openness of Local Government Bodies Regulations 2014", True),
        (Maker(Kind.OUTSIDE), "Record of decision", "Its own rules", False),
    ],
)
def test_a_combined_authority_takes_key_decisions_and_no_executive_ones(
    governance: Governance, maker: Maker, title: str, law: str, key: bool
):
    """Combined Authorities Order 2017, article 11: a decision maker includes the mayor."""
    duty = duty_of(maker, governance, is_key=True)
    assert (duty.title, duty.law, duty.is_executive, duty.takes_key_decisions, duty.call_in) == (title, law, False, key, False)
    assert duty.reason


@pytest.mark.parametrize("governance", [COMBINED, MAYORAL])
def test_the_scrutiny_committee_of_a_combined_authority_calls_in_by_setting(governance: Governance):
    given = governance._replace(scrutiny_call_in=True)
    for maker in (COUNCIL.maker, body("Transport").maker, Maker(Kind.MEMBER)):
        assert duty_of(maker, given).call_in is True
    assert duty_of(body("Audit", call_in=False).maker, given).call_in is False
    assert [duty_of(Maker(Kind.OFFICER), given, is_key=key).call_in for key in (True, False, None)] == [True, False, None]
    assert duty_of(Maker(Kind.OUTSIDE), given, is_key=True).call_in is False


@pytest.mark.parametrize(("is_key", "applies"), [(None, True), (False, True), (True, True)])
def test_a_decision_of_a_lead_member_is_open_to_call_in_as_the_settings_say(is_key: bool | None, applies: bool):
    assert duty_of(Maker(Kind.MEMBER), LEADER, is_key).call_in is applies
    closed = duty_of(Maker(Kind.MEMBER), LEADER._replace(member_call_in=False), is_key)
    assert (closed.call_in, closed.reason) == (
        False,
        "Decisions of one member are not open to call-in under the council’s constitution.",
    )
    assert duty_of(Maker(Kind.OFFICER), LEADER._replace(officer_call_in=False), is_key).call_in is False


@pytest.mark.parametrize("kind", [Kind.COMMITTEE, Kind.EXECUTIVE])
def test_the_check_follows_the_governance_of_the_day(kind: Kind):
    decides = body("Children’s Services", kind)
    since = (LEADER, COMMITTEES._replace(since=date(2016, 9, 14)))
    judged = facts(committee=decides, front_sheet=FRONT_SHEET._replace(decider=decides, notice=None, notice_on=None))
    (finding,) = found_by("PC24", judged._replace(governance=since))
    assert "has a committee system" in finding.text
    assert found_by("PC23", judged._replace(governance=since)) == []
    assert found_by("PC24", judged._replace(governance=(LEADER,))) == []


@pytest.mark.parametrize("name", MISLEADING)
def test_the_record_and_the_check_say_the_same_of_call_in(name: str):
    for kind in (Kind.FULL_COUNCIL, Kind.COMMITTEE, Kind.EXECUTIVE):
        decides = body(name, kind, call_in=kind != Kind.FULL_COUNCIL)
        applies = duty_of(decides.maker, Governance()).call_in
        sheet = FRONT_SHEET._replace(decider=decides)
        fitting = {True: sheet, False: sheet._replace(call_in=False)}
        assert found_by("PC24", facts(committee=decides, front_sheet=fitting[bool(applies)])) == []
        assert len(found_by("PC24", facts(committee=decides, front_sheet=fitting[not applies]))) == 1


@pytest.mark.parametrize("name", MISLEADING)
def test_only_the_executive_needs_notice_of_a_key_decision(name: str):
    unnoticed = DECISION._replace(is_key=True, notice=None)
    assert len(found_by("PC23", facts(decisions=(unnoticed._replace(body=body(name, Kind.EXECUTIVE)),)))) == 1
    for kind in (Kind.COMMITTEE, Kind.FULL_COUNCIL):
        other = unnoticed._replace(body=body(name, kind, call_in=False))
        assert found_by("PC23", facts(decisions=(other,))) == []


def test_a_name_brings_its_article_in_a_sentence_and_never_two():
    assert (body("Executive").in_sentence, body("Executive").at_the_start) == ("the Executive", "The Executive")
    assert body("Council Tax Committee").in_sentence == "the Council Tax Committee"
    assert (COUNCIL.in_sentence, COUNCIL.at_the_start) == ("Full Council", "Full Council")


def test_a_body_is_the_same_whatever_it_is_called():
    assert body("Executive").is_same(body("Cabinet", Kind.EXECUTIVE))
    assert not body("Executive").is_same(body("Executive", pk=2))
    assert not body("Executive").is_same(None)


# As stored


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("body_named_once", {"name": "executive"}),
        ("body_has_a_name", {"name": " "}),
        ("body_name_without_article", {"name": "The Cabinet"}),
        ("body_kind_is_known", {"kind": "quango"}),
        ("body_call_in_fits_its_kind", {"kind": "full_council"}),
        ("body_call_in_fits_its_kind", {"kind": "outside"}),
        ("body_days_in_order", {"since": date(2022, 5, 9), "until": date(2022, 5, 8)}),
    ],
)
def test_a_body_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    make_body("Executive")
    with refused_by(rule):
        Body.objects.create(**({"name": "Another", "kind": "committee"} | values))


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_officer, make_clerk, make_auditor])
def test_only_the_administrator_keeps_the_bodies(make: Any):
    with pytest.raises(PermissionDenied):
        save_body(values={"name": "Executive", "kind": "executive"}, by=make(), at=NOON)


@pytest.mark.django_db
def test_adding_and_renaming_a_body_is_on_the_record():
    by = make_administrator()
    made = save_body(values={"name": "Executive", "kind": "executive"}, by=by, at=NOON)
    save_body(values={"name": "Cabinet", "kind": "executive"}, by=by, at=NOON, body=made)
    save_body(values={"name": "Cabinet", "kind": "executive"}, by=by, at=NOON, body=made)
    added, changed = AuditEntry.objects.filter(subject=f"body:{made.pk}").order_by("number")
    assert [added.action, changed.action] == ["body_added", "body_changed"]
    assert json.loads(changed.content)["details"]["changed"] == {"name": ["Executive", "Cabinet"]}


@pytest.mark.django_db
@pytest.mark.parametrize("use", ["decision", "limit", "delegation", "paper"])
def test_the_kind_of_a_body_stays_once_something_names_it(use: str):
    by, executive = make_administrator(), make_body()
    save_body(values={"kind": "committee"}, by=by, at=NOON, body=executive)
    assert not is_used(executive)
    match use:
        case "decision":
            make_decision(make_programme())
        case "limit":
            make_approval_limit()
        case "delegation":
            make_case(body="Executive")
        case "paper":
            make_programme(committee="Executive")
    assert is_used(executive)
    with pytest.raises(ValidationError, match="its kind stays"):
        save_body(values={"kind": "executive"}, by=by, at=NOON, body=executive)
    assert save_body(values={"name": "Cabinet"}, by=by, at=NOON, body=executive).name == "Cabinet"


@pytest.mark.django_db
def test_a_resolution_counts_for_the_body_that_is_now_called_otherwise():
    case = make_case(body="Executive")
    resolution = make_decision(case.programme, decided_on=date(2016, 9, 19), about=[case.authorisation])
    save_body(values={"name": "Cabinet"}, by=make_administrator(), at=NOON, body=make_body())
    answered = case.answered(case.answered(case.submitted(case.line())), "Director")
    assert case.sign(answered, by=case.clerk, resolution=resolution).resolution == resolution


# Pages


def _mark(client: Client, address: str) -> dict[str, str]:
    return {"made_on": client.get(address).context["form"].made_on}


@pytest.mark.django_db
def test_the_administrator_adds_and_renames_a_body(client: Client):
    client.force_login(make_administrator())
    assert "Add the first body" in client.get("/bodies/").text
    typed = {"name": "Executive", "kind": "executive", "with_article": "on", "call_in": "on"}
    assert client.post("/bodies/add/", typed).status_code == 302
    made = Body.objects.get()
    page = client.get("/bodies/").text
    assert "Executive or cabinet" in page
    assert "the Executive" in page
    address = f"/bodies/{made.pk}/change/"
    mark = _mark(client, address)
    assert client.post(address, typed | {"name": "Cabinet"} | mark).status_code == 302
    assert client.post(address, typed | {"name": "Board"} | mark).status_code == 409
    made.refresh_from_db()
    assert made.name == "Cabinet"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": "executive"}, "name", "Another body has this name: choose another."),
        ({"name": "The Board"}, "name", "Enter the name without “the” before it."),
        ({"name": ""}, "name", "Enter the name."),
        ({"kind": ""}, "kind", "Choose the kind."),
        (
            {"kind": "full_council"},
            "call_in",
            "Decisions of full council and of outside bodies are not open to call-in: clear this box.",
        ),
    ],
)
def test_a_mistake_about_a_body_gets_its_message(client: Client, changed: dict[str, str], field: str, said: str):
    make_body("Executive")
    client.force_login(make_administrator())
    typed = {"name": "Board", "kind": "committee", "with_article": "on", "call_in": "on"}
    response = client.post("/bodies/add/", typed | changed)
    assert response.context["form"].errors == {field: [said]}


@pytest.mark.django_db
def test_readers_see_the_bodies_and_are_offered_nothing_more(client: Client):
    client.force_login(make_clerk())
    assert "When the administrator adds" in client.get("/bodies/").text
    council = make_body("Full Council")
    page = client.get("/bodies/").text
    assert "Full Council" in page
    assert "/bodies/add/" not in page
    assert f"/bodies/{council.pk}/change/" not in page


@pytest.mark.django_db
def test_a_form_offers_the_bodies_by_name(client: Client):
    programme = make_programme()
    make_body("Council Tax Committee")
    client.force_login(make_clerk())
    assert "Council Tax Committee</option>" in client.get(f"/programmes/{programme.slug}/decisions/record/").text


# Councils change


CHANGE = date(2022, 5, 9)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "fits"), [(date(2022, 5, 8), False), (CHANGE, True), (date(2024, 5, 31), True), (date(2024, 6, 1), False)]
)
def test_a_body_decides_on_its_days_only(day: date, fits: bool):
    cabinet = make_body("Cabinet", Kind.EXECUTIVE, since=CHANGE, until=date(2024, 5, 31))
    programme, by = make_programme(), make_clerk()
    values = {"title": "Release", "body": cabinet, "decided_on": day, "outcome": "resolved", "text_resolved": "Agreed."}
    if fits:
        record_decision(programme=programme, values=values, by=by, at=NOON)
        return
    with pytest.raises(ValidationError, match="The Cabinet was not there on"):
        record_decision(programme=programme, values=values, by=by, at=NOON)
    with refused_by("decision_on_a_day_of_its_body"):
        FundingDecision.objects.create(programme=programme, **values)


@pytest.mark.django_db
def test_a_body_keeps_the_days_of_what_it_decided():
    body = make_decision(make_programme()).body
    with refused_by("body_keeps_the_days_of_its_decisions"):
        Body.objects.filter(pk=body.pk).update(until=date(2016, 7, 19))
