"""The finance officer's side of a drawdown, page by page."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.drawdowns.changes.queries import changed_lines
from approvals.drawdowns.preparation import forms
from approvals.drawdowns.rules import Reply, State
from approvals.models import DecisionRecord, Drawdown
from costing.line_cost import Duration
from posts.lines.actions import LineChange, change_lines
from tests.answers import shown
from tests.approvals.case import CASE, KEY, LATER, NOW, Case, edit, make_case, new_key
from tests.approvals.preparing import draft, hidden, of, page_of, typed_on
from tests.making import make_decision, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def officer(client: Client, case: Case) -> Client:
    client.force_login(case.officer)
    return client


# The list


def test_the_list_says_where_each_drawdown_stands_and_who_is_waited_for(case: Case, officer: Client):
    draft(case, case.line())
    waiting = case.submitted(case.line())
    text = officer.get("/drawdowns/").text
    assert "Not submitted yet" in text
    assert f"{case.officer.name}, to submit it" in text
    assert "£60,000 in 2016/17" in text
    assert "Leader, to answer" in text  # the time to consult the Director has long passed
    case.answered(waiting)
    assert "Chief Executive, to decide" in officer.get("/drawdowns/").text


def test_the_list_is_narrowed_by_state_words_programme_and_author(case: Case, officer: Client):
    mine = draft(case, case.line())
    other = actions.draft(delegation=case.delegation, title="Laptops", key=new_key(), by=case.editor, at=NOW)
    make_programme(slug="another")

    def found(query: str) -> list[str]:
        return re.findall(r"DD-\d+(?=:)", officer.get(f"/drawdowns/?{query}").text)

    assert found("") == [other.reference, mine.reference]
    assert found("mine=on") == [mine.reference]
    assert found("words=LAPTOP") == [other.reference]
    assert found(f"words={mine.reference}") == [mine.reference]
    assert found(f"programme={case.programme.slug}") == [other.reference, mine.reference]
    assert found("programme=another") == []
    assert found("state=submitted") == []
    assert "No matching drawdown" in officer.get("/drawdowns/?state=submitted").text


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(
    case: Case, officer: Client, django_assert_num_queries: Any
):
    case.submitted(case.line())
    with django_assert_num_queries(9):
        shown(officer.get("/drawdowns/"))
    for _ in range(3):
        case.submitted(case.line())
    with django_assert_num_queries(9):
        shown(officer.get("/drawdowns/"))


def test_an_empty_list_offers_the_first_one_to_those_who_prepare(case: Case, officer: Client, client: Client):
    assert "Prepare the first drawdown" in officer.get("/drawdowns/").text
    client.force_login(case.clerk)
    text = client.get("/drawdowns/").text
    assert "No drawdown yet" in text
    assert "/drawdowns/new/" not in text


# A new one


def test_a_drawdown_is_begun_under_a_delegation(case: Case, officer: Client):
    page = officer.get(f"/drawdowns/new/?programme={case.programme.slug}")
    assert "The Chief Executive, with the agreement of the Leader." in page.text
    sent = hidden(page.text) | {"delegation": case.delegation.pk, "title": "Phase Two"}
    response = officer.post("/drawdowns/new/", sent)
    drawdown = Drawdown.objects.get()
    assert response.url == page_of(drawdown, "lines")
    assert (drawdown.title, drawdown.state, drawdown.prepared_by) == ("Phase Two", State.DRAFT, case.officer)
    assert officer.post("/drawdowns/new/", sent).url == response.url  # the button was pressed twice
    assert Drawdown.objects.count() == 1
    assert officer.post("/drawdowns/new/", sent | {"title": "Phase Three"}).status_code == 409


def test_a_delegation_that_has_expired_is_not_offered(case: Case, officer: Client):
    values = {"decision_maker": case.offices["Chief Executive"], "title": "Expired", "text": "As it was.", "expires": NOW.date()}
    expired = actions.record_delegation(decision=case.delegation.decision, values=values, steps=[], by=case.clerk, at=NOW)
    page = officer.get("/drawdowns/new/")
    assert "As it was." not in page.text
    sent = hidden(page.text) | {"delegation": expired.pk, "title": "Phase Two"}
    assert "Choose the delegation." in officer.post("/drawdowns/new/", sent | {"delegation": ""}).text
    assert officer.post("/drawdowns/new/", sent).status_code == 200
    assert not Drawdown.objects.exists()


def test_of_many_delegations_those_of_a_programme_are_asked_for_first(
    case: Case, officer: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
):
    monkeypatch.setattr(forms, "MOST_OFFERED", 1)
    assert "Which programme?" not in officer.get("/drawdowns/new/").text
    fostering = make_programme(name="Fostering programme", slug="fostering")
    values = {"decision_maker": case.offices["Chief Executive"], "title": "Carers", "text": "All of it."}
    other = actions.record_delegation(decision=make_decision(fostering), values=values, steps=[], by=case.clerk, at=NOW)
    page = officer.get("/drawdowns/new/")
    assert "Which programme?" in page.text
    assert 'type="radio"' not in page.text
    found = officer.get("/drawdowns/new/?programme=FOSTERING").text
    assert f'value="{other.pk}"' in found
    assert f'value="{case.delegation.pk}"' not in found
    assert "matches “Housing”" in officer.get("/drawdowns/new/?programme=Housing").text
    # What was chosen stays, when the title is missing, on an address without a programme too.
    sent = hidden(found) | {"delegation": other.pk, "title": ""}
    again = officer.post("/drawdowns/new/", sent).text
    assert "Enter the title." in again
    assert f'value="{other.pk}"' in again
    assert officer.post("/drawdowns/new/", sent | {"title": "Carers"}).status_code == 302
    assert "More delegations than these match" in officer.get("/drawdowns/new/?programme=programme").text


# The case


def test_the_case_is_drafted_from_the_data(case: Case, officer: Client):
    drawdown = actions.draft(delegation=case.delegation, title="Phase One", key=new_key(), by=case.officer, at=NOW)
    line = case.whole(case.line(title="Head of service"))
    actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=[line], by=case.officer, at=NOW)
    text = officer.get(page_of(drawdown, "case")).text
    assert "To release £60,000 in 2016/17" in text
    assert "for 1 FTE of Phase 1" in text
    assert "- Head of service, 1 FTE: £60,000 in 2016/17" in text
    assert case.officer.name in text
    assert case.delegation.decision.title in text
    assert not DecisionRecord.objects.exists()  # looking writes nothing


def test_the_case_is_saved_in_part_and_asks_for_what_belongs_together(case: Case, officer: Client):
    drawdown = actions.draft(delegation=case.delegation, title="Phase One", key=new_key(), by=case.officer, at=NOW)
    address = page_of(drawdown, "case")
    page = typed_on(
        officer, address, {"is_key": "yes", "notice_route": "28_days", "legal_comments": "Lawful.", "exempt_paragraph": "3"}
    )
    assert "Enter the date of the notice or agreement." in page.text
    assert "Enter the date of the legal comments." in page.text
    assert "Say why the public interest is against publishing." in page.text
    assert not DecisionRecord.objects.exists()
    assert typed_on(officer, address, {"is_key": "no", "reasons": "Because."}).url == page_of(drawdown, "papers")
    stored = DecisionRecord.objects.get()
    assert (stored.reasons, stored.is_key, stored.alternatives, stored.title) == ("Because.", False, "", "Phase One")


def test_a_case_that_somebody_else_changed_is_shown_beside_what_was_typed(case: Case, officer: Client):
    drawdown = draft(case, case.line())
    sent = hidden(officer.get(page_of(drawdown, "case")).text) | CASE | {"is_key": "no", "reasons": "Mine."}
    values = CASE | {"reasons": "Theirs."}
    actions.write_case(drawdown=drawdown, version=of(drawdown).version, values=values, by=case.officer, at=NOW)
    page = officer.post(page_of(drawdown, "case"), sent)
    assert page.status_code == 409
    assert "Stored now: Theirs." in page.text
    assert "Mine." in page.text


# Submission


def test_the_check_page_says_what_is_missing_with_links(case: Case, officer: Client):
    drawdown = actions.draft(delegation=case.delegation, title="Phase One", key=new_key(), by=case.officer, at=NOW)
    text = officer.get(page_of(drawdown, "submit")).text
    assert "Choose at least one line." in text
    assert "Write the case: reasons, alternatives, and whether this is a key decision." in text
    assert f'href="{page_of(drawdown, "lines")}"' in text
    assert "Submit this drawdown" not in text


def test_submitting_freezes_it_and_a_second_press_changes_nothing(case: Case, officer: Client):
    drawdown = draft(case, case.line())
    page = officer.get(page_of(drawdown, "submit"))
    assert "Must agree before it can be signed" in page.text
    assert case.people["Leader"].name in page.text
    assert "£890,000" in page.text
    sent = hidden(page.text)
    assert officer.post(page_of(drawdown, "submit"), sent).url == f"/drawdowns/{drawdown.reference}/"
    assert (of(drawdown).state, of(drawdown).submission) == (State.SUBMITTED, 1)
    assert officer.post(page_of(drawdown, "submit"), sent).url == f"/drawdowns/{drawdown.reference}/"
    assert of(drawdown).submission == 1


def test_more_than_is_left_is_not_submitted(case: Case, officer: Client):
    drawdown = draft(case, case.costing(950_001))
    page = typed_on(officer, page_of(drawdown, "submit"), {"key": "a-key", "version": of(drawdown).version})
    assert page.status_code == 200
    assert "This asks for more than is left." in page.text
    assert of(drawdown).state == State.DRAFT


@pytest.mark.parametrize("missing", ["reasons", "alternatives", "is_key"])
def test_without_the_case_nothing_is_submitted(case: Case, missing: str):
    drawdown = draft(case, case.line())
    values = CASE | {missing: None if missing == "is_key" else ""}
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=values, by=case.officer, at=NOW)
    with pytest.raises(ValidationError):
        actions.submit(drawdown=drawdown, version=of(drawdown).version, key=new_key(), by=case.officer, at=NOW)
    assert of(drawdown).state == State.DRAFT


def test_the_council_says_how_long_consulting_takes(case: Case):
    from accounts.models import Council

    Council.objects.update_or_create(pk=1, defaults={"name": "Council", "consultation_days": 1})
    assert case.submitted(case.line()).answer_by == date(2016, 9, 21)


def test_a_key_decision_is_submitted_with_its_notice_and_signed_when_the_days_have_passed(case: Case, officer: Client):
    drawdown = draft(case, case.line())
    values = CASE | {"is_key": True}
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=values, by=case.officer, at=NOW)
    assert "Say how notice of this key decision was given." in officer.get(page_of(drawdown, "submit")).text
    values |= {"notice_route": "reg_10", "notice_on": date(2016, 9, 16), "notice_reference": "Plan 12"}
    actions.write_case(drawdown=drawdown, version=of(drawdown).version, values=values, by=case.officer, at=NOW)
    submitted = actions.submit(drawdown=drawdown, version=of(drawdown).version, key=new_key(), by=case.officer, at=NOW)
    ready = case.answered(case.answered(submitted), "Director")
    with pytest.raises(NotAllowedNow, match="can be made from 22 September 2016"):
        case.sign(ready)
    assert case.sign(of(drawdown), at=NOW.replace(day=22)).state == State.SIGNED_OFF


def test_the_check_page_warns_of_a_notice_that_is_too_late_for_today(case: Case, officer: Client):
    drawdown = draft(case, case.line())
    values = CASE | {"is_key": True, "notice_route": "28_days", "notice_on": timezone.localdate()}
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=values, by=case.officer, at=timezone.now())
    text = officer.get(page_of(drawdown, "submit")).text
    assert "28 clear days from the notice" in text
    assert "Submit this drawdown" in text


# Afterwards


def test_it_is_withdrawn_on_a_page_of_its_own_and_submitted_again(case: Case, officer: Client):
    drawdown = case.submitted(case.line())
    assert "Answers already given stay on the record" in officer.get(page_of(drawdown, "withdraw")).text
    assert of(drawdown).state == State.SUBMITTED
    assert "Say why it is withdrawn." in typed_on(officer, page_of(drawdown, "withdraw"), {"reasons": " "}).text
    assert of(drawdown).state == State.SUBMITTED
    typed_on(officer, page_of(drawdown, "withdraw"), {"reasons": "One post is no longer needed."})
    assert of(drawdown).state == State.WITHDRAWN
    assert "One post is no longer needed." in officer.get(f"/drawdowns/{drawdown.reference}/").text
    typed_on(officer, page_of(drawdown, "submit"), {})
    assert (of(drawdown).state, of(drawdown).submission) == (State.SUBMITTED, 2)


def test_what_was_returned_shows_the_reasons_while_it_is_mended(case: Case, officer: Client):
    drawdown = case.answered(case.submitted(case.line()), reply=Reply.DISAGREE)
    for name in ("lines", "case", "papers", "submit"):
        assert "In my view, no." in officer.get(page_of(drawdown, name)).text


@pytest.mark.parametrize("name", ["lines", "case", "papers", "submit"])
def test_what_is_submitted_is_not_changed(case: Case, officer: Client, name: str):
    drawdown = case.submitted(case.line())
    for response in (officer.get(page_of(drawdown, name)), officer.post(page_of(drawdown, name), {})):
        assert response.url == f"/drawdowns/{drawdown.reference}/"


def test_what_has_changed_since_it_was_frozen_is_told_line_by_line(case: Case):
    kept, changed, removed = case.line(title="Kept"), case.line(title="Auditor"), case.line(title="Removed")
    drawdown = case.submitted(kept, changed, removed)
    assert changed_lines(drawdown) == []
    fixed = {"duration": Duration.FIXED_TERM, "intakes": _fixed()}
    edit(changed, case.editor, title="Chief auditor", annual_cost=Decimal(120_000), **fixed)
    gone = LineChange(removed.pk, removed.version, None)
    change_lines(programme=case.programme, line_changes=[gone], by=case.editor, at=LATER)
    found = changed_lines(of(drawdown))
    assert [(line.title, line.is_removed) for line in found] == [("Auditor", False), ("Removed", True)]
    told = {each.what: (each.before, each.after) for each in found[0].differences}
    assert told["Title"] == ("Auditor", "Chief auditor")
    assert told["Cost in 2016/17"] == ("£60,000", "£80,000")
    assert told["Cost in a full year"] == ("£90,000", "no figure")
    assert told["Duration"] == ("recurring", "fixed term")
    assert changed_lines(draft(case, kept)) == []


def _fixed() -> Any:
    return ((Decimal("1.00"), date(2016, 8, 1), date(2018, 3, 31)),)


def test_a_notice_dated_in_the_future_is_refused_at_its_field(case: Case):
    drawdown = case.drafted(case.line())
    values = KEY | {"notice_on": NOW.date() + timedelta(days=1)}
    with pytest.raises(ValidationError, match="cannot be in the future") as refusal:
        actions.write_case(drawdown=drawdown, version=drawdown.version, values=values, by=case.officer, at=NOW)
    assert list(refusal.value.message_dict) == ["notice_on"]
