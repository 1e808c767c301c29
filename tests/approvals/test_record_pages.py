"""Pages of decision records: read, changed, published, called in, in effect; and the register."""

import csv
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.governance.rules import Form
from accounts.models import User
from approvals import actions
from approvals.decisions.queries import content_of
from approvals.decisions.wording.queries import sections
from approvals.drawdowns.rules import State
from approvals.models import CallIn, DecisionRecord, Drawdown
from tests.answers import shown
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.making import make_auditor, make_decision, make_governance, of_another_kind
from tests.refusals import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def clerk(case: Case) -> Client:
    return client_of(case.clerk)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(drawdown: Drawdown, *rest: str) -> str:
    return "/".join(["/drawdowns", drawdown.reference, *rest, ""])


def test_everybody_reads_the_record_and_only_the_clerk_is_offered_to_act(case: Case, clerk: Client):
    signed = case.signed(case.line(), case=KEY)
    read = client_of(make_auditor()).get(page(signed, "record")).text
    for said in ("Draft, not published", "£950,000", "£60,000", "£890,000", "Alternatives considered and rejected", "Director"):
        assert said in read
    assert "Publish the record" not in read
    assert "Publish the record" in clerk.get(page(signed, "record")).text


def test_what_is_not_signed_has_no_record(case: Case, clerk: Client):
    assert clerk.get(page(case.ready(case.line()), "record")).status_code == 404
    assert clerk.get("/drawdowns/DD-9999/record/").status_code == 404


def test_only_the_clerk_changes_publishes_or_records_a_call_in(case: Case):
    published, reader = case.published(), client_of(make_auditor())
    for rest in (["record", "change"], ["record", "publish"], ["call-in"], ["call-in", "outcome"]):
        assert reader.get(page(published, *rest)).status_code == 403
    assert reader.post(page(published, "record", "effect")).status_code == 403


def typed(form: Any, **values: Any) -> dict[str, Any]:
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()} | {"made_on": form.made_on} | values


def test_the_clerk_settles_call_in(case: Case, clerk: Client):
    signed = case.signed(case.line(), case=KEY)
    form = clerk.get(page(signed, "record", "change")).context["form"]
    assert list(form.fields) == ["call_in_applies", "call_in_reason"]
    sent = typed(form, call_in_applies="False", call_in_reason="Agreed urgency.")
    response = clerk.post(page(signed, "record", "change"), sent, follow=True)
    assert "The record was changed." in response.text
    assert "No. Agreed urgency." in response.text


def test_a_record_changed_meanwhile_is_not_overwritten(case: Case, clerk: Client):
    signed = case.signed(case.line())
    form = clerk.get(page(signed, "record", "change")).context["form"]
    record = DecisionRecord.objects.get()
    actions.change_record(record=record, values={"call_in_reason": "Theirs"}, by=case.clerk, at=timezone.now())
    response = clerk.post(page(signed, "record", "change"), typed(form, call_in_reason="Mine"))
    assert response.status_code == 409
    assert "Stored now: Theirs" in response.text
    assert "Mine</textarea>" in response.text


def test_the_clerk_adds_to_the_record(case: Case, clerk: Client):
    signed = case.signed(case.line())
    address = page(signed, "record", "add")
    assert clerk.get(f"{address}?about=wards").context["form"]["kind"].value() == "wards"
    empty = clerk.post(address, {"kind": "wards", "text": ""})
    assert (empty.status_code, list(empty.context["form"].errors)) == (200, ["text"])
    response = clerk.post(address, {"kind": "wards", "text": "All wards"}, follow=True)
    assert "It was added to the record." in response.text
    assert f"Added by {case.clerk.name}" in response.text


def test_another_wording_goes_to_who_signed_and_comes_back(case: Case, clerk: Client):
    signed = case.signed(case.line())
    address, answer = page(signed, "record", "wording"), page(signed, "record", "wording", "answer")
    form = clerk.get(address).context["form"]
    same = clerk.post(address, {"text": form["text"].value(), "reasons": "None."})
    assert "This is the text as it stands" in same.text
    sent = clerk.post(address, {"text": "Agreed, for one year.", "reasons": "The year was left out."}, follow=True)
    assert "Another wording waits for the decision maker." in sent.text
    assert "whom you do not act for" in clerk.get(answer).text
    assert clerk.post(answer, {"answer": "confirmed"}).status_code == 403
    signer = client_of(case.chief_executive)
    assert "Confirm the wording of the decision: Phase One" in signer.get("/").text
    shown = signer.get(answer).text
    assert "Agreed as recommended." in shown
    assert "Agreed, for one year." in shown
    assert list(signer.post(answer, {}).context["form"].errors) == ["answer"]
    done = signer.post(answer, {"answer": "confirmed"}, follow=True)
    assert "You confirmed the text." in done.text
    assert "Confirm the wording" not in signer.get("/").text
    assert DecisionRecord.objects.get().text_resolved == "Agreed, for one year."


def test_what_the_law_asks_for_is_linked_before_publication():
    case = make_case(body="Full Council")
    council = make_decision(
        case.programme,
        body="Full Council",
        decided_on=date(2016, 9, 19),
        text_resolved="Agreed.",
        minute="12",
        about=[case.authorisation],
    )
    signed = case.sign(case.answered(case.answered(case.submitted(case.line())), "Director"), by=case.clerk, resolution=council)
    for address in (page(signed, "record"), page(signed, "record", "publish")):
        assert f'href="{page(signed, "record", "add")}?about=members_present"' in client_of(case.clerk).get(address).text


def test_publication_is_checked_first_and_then_done_once(case: Case, clerk: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("accounts.clock.queries.now", lambda: NOW)
    signed = case.signed(case.line(), case=KEY)
    address = page(signed, "record", "publish")
    sent = {"shown": clerk.get(address).context["form"].shown}
    checked = clerk.post(address, sent).text
    for said in (
        "At the end of 27 September 2016",
        "28 September 2016, unless called in",
        "20 September 2022",
        "20 September 2020",
    ):
        assert said in checked
    assert DecisionRecord.objects.get().published_on is None
    assert "The record is published." in clerk.post(address, sent | {"publish": "yes"}, follow=True).text
    again = clerk.post(address, sent | {"publish": "yes"}, follow=True).text
    assert "This record was published on 20 September 2016." in again
    assert DecisionRecord.objects.get().published_on == NOW.date()


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        ({"before_on": "19 September 2016", "before_at": "https://council.example/17"}, "before_on", "before"),
        ({"before_on": "1 January 2099", "before_at": "https://council.example/17"}, "before_on", "in the future"),
        ({"before_on": "soon", "before_at": "https://council.example/17"}, "before_on", "month"),
        ({"before_on": "20 September 2016", "before_at": ""}, "before_at", "Enter the address"),
        ({"before_on": "20 September 2016", "before_at": "on paper"}, "before_at", "valid URL"),
        ({"before_on": "", "before_at": "https://council.example/17"}, "before_on", "Enter the day"),
    ],
)
def test_a_publication_elsewhere_that_does_not_fit_is_said_at_its_field(
    case: Case, clerk: Client, typed: dict[str, str], field: str, why: str
):
    address = page(case.signed(case.line()), "record", "publish")
    response = clerk.post(address, typed | {"shown": clerk.get(address).context["form"].shown})
    assert why in str(response.context["form"].errors[field])


def test_a_record_changed_since_it_was_checked_is_not_published(case: Case, clerk: Client):
    signed = case.signed(case.line())
    address = page(signed, "record", "publish")
    shown = clerk.get(address).context["form"].shown
    actions.change_record(
        record=DecisionRecord.objects.get(), values={"call_in_reason": "Theirs"}, by=case.clerk, at=timezone.now()
    )
    response = clerk.post(address, {"shown": shown, "publish": "yes"})
    assert response.status_code == 409
    assert "Look at it again" in response.text
    assert DecisionRecord.objects.get().published_on is None


def test_the_clerk_puts_into_effect_what_is_due(case: Case, clerk: Client):
    published = case.published()
    assert "Bring into effect" in clerk.get(page(published, "record")).text
    assert "is in effect" in clerk.post(page(published, "record", "effect"), follow=True).text
    assert Drawdown.objects.get().state == State.EFFECTIVE
    assert "Bring into effect" not in clerk.get(page(published, "record")).text
    assert "cannot become effective" in clerk.post(page(published, "record", "effect"), follow=True).text


def test_an_outcome_is_checked_before_it_is_recorded(case: Case, clerk: Client):
    called = case.called_in(case.published())
    sent = {"outcome": "stands", "outcome_on": "3 October 2016", "outcome_text": "Referred back, and confirmed."}
    check = clerk.post(page(called, "call-in", "outcome"), sent).text
    assert "The decision takes effect on 3 October 2016." in check
    assert 'name="outcome_text" value="Referred back, and confirmed."' in check
    back = clerk.post(page(called, "call-in", "outcome"), sent | {"change": "yes"}).text
    assert "Referred back, and confirmed.</textarea>" in back
    assert Drawdown.objects.get(pk=called.pk).state == State.CALLED_IN
    overturned = clerk.post(page(called, "call-in", "outcome"), sent | {"outcome": "overturned"}).text
    assert "All the money it still holds returns to the authorisations." in overturned


def test_a_call_in_and_its_outcome_are_recorded(case: Case, clerk: Client):
    published = case.published()
    wrong = clerk.post(page(published, "call-in"), {"called_in_on": "28 September 2016", "called_in_by": "S", "reasons": "R"})
    assert "to the end of 27 September 2016" in str(wrong.context["form"].errors["called_in_on"])
    sent = {"called_in_on": "21 September 2016", "called_in_by": "Scrutiny committee", "reasons": "The cost is in doubt."}
    assert "Record the outcome of the call-in" in clerk.post(page(published, "call-in"), sent, follow=True).text
    outcome = {"outcome": "stands", "outcome_on": "3 October 2016", "outcome_text": "Referred back, and confirmed."}
    outcome["confirm"] = "yes"
    after = clerk.post(page(published, "call-in", "outcome"), outcome, follow=True).text
    for said in ("The outcome is recorded.", "Scrutiny committee", "The decision stands, 3 October 2016", "Effective"):
        assert said in after
    assert CallIn.objects.get().effective_on == date(2016, 10, 3)


def test_an_overturned_decision_says_that_it_does_not_stand(case: Case, clerk: Client):
    called = case.called_in(case.published())
    sent = {"outcome": "overturned", "outcome_on": "3 October 2016", "outcome_text": "Not in the budget framework."}
    sent["confirm"] = "yes"
    refused = clerk.post(page(called, "call-in", "outcome"), sent | {"effective_on": "4 October 2016"})
    assert "does not take effect" in str(refused.context["form"].errors["effective_on"])
    assert "has no effect." in clerk.post(page(called, "call-in", "outcome"), sent, follow=True).text
    assert case.authorisation.limits.get().drawn_row.drawn == 0
    last = clerk.get(f"/drawdowns/{called.reference}/").context["stages"][-1]
    assert (last.label, last.state) == ("Overturned", "stopped")


def test_what_cannot_be_called_in_says_so(case: Case, clerk: Client):
    signed = case.signed(case.line())
    assert "cannot be called in" in clerk.get(page(signed, "call-in"), follow=True).text
    assert "This decision has no call-in awaiting an outcome." in clerk.get(page(signed, "call-in", "outcome"), follow=True).text


def register(client: Client, **query: str) -> list[str]:
    return [row.reference for row in client.get("/decisions/", query).context["list"].rows]


URGENT = KEY | {"notice_route": "reg_11", "notice_on": date(2016, 9, 14)}


@pytest.fixture
def decisions(case: Case) -> list[str]:
    """A published key decision, an urgent one and a minor one that are not published, oldest first."""
    made = [case.published(), case.signed(case.line(), case=URGENT), case.signed(case.line())]
    return [drawdown.reference for drawdown in made]


def test_the_register_lists_decisions_newest_first_and_counts_the_urgent(clerk: Client, decisions: list[str]):
    assert register(clerk) == decisions[::-1]
    text = clerk.get("/decisions/").text
    assert "<strong>3 decisions</strong>: 1 urgent (general exception or special urgency), 2 not published yet." in " ".join(
        text.split()
    )
    for said in ("the same day", "28 September 2016", "20 September 2022", "Urgent: special urgency", "£60,000 in 2016/17"):
        assert said in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "yes"}, [1, 0]),
        ({"kind": "no"}, [2]),
        ({"kind": "urgent"}, [1]),
        ({"published": "yes"}, [0]),
        ({"published": "no"}, [2, 1]),
        ({"since": "21 September 2016"}, []),
        ({"until": "20 September 2016"}, [2, 1, 0]),
        ({"words": "inadequate PHASE"}, [2, 1, 0]),
        ({"words": "inadequate nowhere"}, []),
        ({"maker": "office:chief-executive"}, [2, 1, 0]),
    ],
)
def test_the_register_is_filtered(clerk: Client, decisions: list[str], query: dict[str, str], found: list[int]):
    assert register(clerk, **query) == [decisions[place] for place in found]


def test_a_register_without_anything_says_why(clerk: Client, case: Case):
    assert "No decision yet" in clerk.get("/decisions/").text
    case.signed(case.line())
    assert "No matching decision" in clerk.get("/decisions/?kind=urgent").text


def test_a_record_past_its_retention_date_is_flagged(case: Case, clerk: Client):
    case.published()
    assert "Past its retention date" in clerk.get("/decisions/").text


def test_the_register_takes_as_many_queries_for_many_as_for_one(clerk: Client, case: Case, django_assert_num_queries: Any):
    for _ in range(2):
        case.signed(case.line())
        # session, person, decision makers, page and what its rows name (call-in, withdrawal, entry), money, count, council
        with django_assert_num_queries(10):
            shown(clerk.get("/decisions/"))


def test_more_than_a_thousand_decisions_are_not_counted(clerk: Client, decisions: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("approvals.decisions.queries.COUNTED", 2)
    assert "<strong>More than 1,000 decisions</strong>" in clerk.get("/decisions/").text
    assert "<strong>2 decisions</strong>" in clerk.get("/decisions/?kind=yes").text


def test_the_register_is_narrowed_to_a_programme_by_its_address_or_words_of_its_name(
    case: Case, clerk: Client, decisions: list[str]
):
    for typed in (case.programme.slug, case.programme.name.upper()):
        assert "<strong>3 decisions</strong>" in clerk.get("/decisions/", {"programme": typed}).text
    assert "No matching decision" in clerk.get("/decisions/?programme=another").text


def test_the_csv_holds_the_filtered_register_and_no_formula(case: Case, clerk: Client):
    signed = case.signed(case.line(), case=URGENT)
    case.signed(case.line())
    owner("ALTER TABLE approvals_decisionrecord DISABLE TRIGGER record_keeps_what_acts_say")
    DecisionRecord.objects.filter(drawdown=signed).update(title="=1+1")
    rows = list(csv.DictReader(clerk.get("/decisions/?kind=urgent&format=csv").getvalue().decode("utf-8-sig").splitlines()))
    assert [row["Reference"] for row in rows] == [signed.reference]
    assert rows[0]["Title"] == "'=1+1"
    assert (rows[0]["Key decision"], rows[0]["Urgent"]) == ("Yes", "Special urgency")
    assert (rows[0]["Decided"], rows[0]["Published"], rows[0]["Released, 2016/17"]) == ("2016-09-20", "", "60000")


@pytest.mark.parametrize(
    ("kind", "form", "title", "law", "call_in"),
    [
        ("member", Form.LEADER, "Record of executive decision", "regulation 13(1) and (2)", "Yes"),
        ("officer", Form.LEADER, "Record of an officer’s decision", "regulation 13(4)", "No. It is not a key decision"),
        (
            "officer",
            Form.COMMITTEES,
            "Record of an officer’s decision",
            "2014, regulation 7",
            "No. The council has a committee system",
        ),
    ],
)
def test_the_record_follows_the_office_and_the_governance_of_the_day(
    case: Case, kind: str, form: Form, title: str, law: str, call_in: str
):
    """A lead member's decision was "made by an officer", and every council's a "Record of executive decision"."""
    make_governance(form)
    of_another_kind(case.offices["Chief Executive"], kind)
    content = content_of(DecisionRecord.objects.get(drawdown=case.signed(case.line())))
    assert content.kind_of_record == title
    rows = {row.label: row.text for section in sections(content) for row in section.rows}
    assert rows["Recorded under"].endswith(law)
    assert rows["Open to call-in"].startswith(call_in)
