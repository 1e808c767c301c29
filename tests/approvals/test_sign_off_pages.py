"""The page on which the decision maker signs off, returns or refuses, and the clerk records what a body resolved."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Office, User
from accounts.offices.actions import revoke_deputy
from accounts.permissions.rules import Role
from approvals import actions
from approvals.drawdowns.rules import Reply, State
from approvals.models import Consumption, Dispensation, Drawdown
from tests.approvals.case import KEY, LATER, NOW, Case, make_case, new_key
from tests.approvals.pages import again, as_, offered, opened, page, send
from tests.making import (
    make_administrator,
    make_auditor,
    make_decision,
    make_deputy,
    make_holding,
    make_officer,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_2016(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site lives on 28 September 2016: money of a year that has ended is not signed off."""
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)


@pytest.fixture
def case() -> Case:
    return make_case({2016: 950_000, None: 1_000_000})


def sign(person: User, drawdown: Drawdown, **values: Any) -> Any:
    return send(person, drawdown, "sign-off/", **(opened(person, drawdown, "sign-off/") | {"confirm": "yes"} | values))


def checked(person: User, drawdown: Drawdown, tail: str = "sign-off/", **values: Any) -> Any:
    """The check page."""
    return send(person, drawdown, tail, **opened(person, drawdown, tail), **values)


def seen_of(drawdown: Drawdown) -> dict[str, Any]:
    return {"key": new_key(), "version": drawdown.version, "sha256": drawdown.sha256, "confirm": "yes"}


def test_the_button_says_what_it_does(case: Case):
    drawdown = case.ready(case.line())
    assert "Continue to sign off</button>" in page(case.chief_executive, drawdown, "sign-off/").text
    text = " ".join(checked(case.chief_executive, drawdown).text.split())
    assert "Sign off £60,000 in 2016/17, £90,000 in a full year</button>" in text.replace(" </button>", "</button>")
    assert "You decide as Chief Executive." in text


def test_the_button_says_what_is_released_and_the_page_what_it_costs_in_a_full_year():
    case = make_case()
    drawdown = case.ready(case.line())
    text = " ".join(checked(case.chief_executive, drawdown).text.split()).replace(" </button>", "</button>")
    assert "Sign off £60,000 in 2016/17</button>" in text
    assert "asks to release <strong" in text
    assert "Full-year cost <strong" in text
    assert "(not released here)." in text


def test_what_the_decision_is_taken_on_is_on_the_page(case: Case):
    Office.objects.filter(name="Director").update(statutory_role="section_151")
    drawdown = case.answered(case.submitted(case.line()), "Director", words="Go on.", interests="A cousin works there.")
    said = {"text": "The contingency is enough.", "by": case.people["Director"]}
    actions.advise(drawdown=drawdown, sha256=drawdown.sha256, key=new_key(), at=NOW, **said)
    text = page(case.chief_executive, drawdown, "sign-off/").text
    for said in (
        "The service was found inadequate",
        "Go on.",
        "A cousin works there.",
        "The contingency is enough.",
        "Headroom after",
        "Leader has not answered.",
    ):
        assert said in text


def test_signing_draws_the_money_and_says_what_happens_next(case: Case):
    drawdown = case.ready(case.line())
    done = sign(case.chief_executive, drawdown)
    assert done.url == f"/drawdowns/{drawdown.reference}/signed/"
    signed = again(drawdown)
    assert (signed.state, signed.signed_by) == (State.SIGNED_OFF, case.chief_executive)
    text = " ".join(page(case.chief_executive, drawdown, "signed/").text.split())
    for said in (
        drawdown.reference,
        f"Audit entry <strong>{signed.signed_entry_id}</strong>",
        "£60,000 in 2016/17, £90,000 in a full year",
        "The clerk completes the decision record and publishes it.",
    ):
        assert said in text


def test_a_decision_open_to_call_in_says_until_when(case: Case):
    key, other = case.ready(case.line(), case=KEY), case.ready(case.line())
    assert "scrutiny can call it in until the end of" in checked(case.chief_executive, key).text
    assert "It is not open to call-in." in checked(case.chief_executive, other).text


@pytest.mark.parametrize(
    ("way", "missing"),
    [
        (lambda case: case.submitted(case.line()), "Leader has not answered."),
        (lambda case: case.answered(case.submitted(case.line()), reply=Reply.DISAGREE), "it is returned"),
        (lambda case: case.answered(case.submitted(case.line()), "Director"), "Leader has not answered."),
    ],
    ids=["missing", "refused", "only consulted"],
)
def test_without_every_agreement_there_is_no_button(case: Case, way: Any, missing: str):
    drawdown = way(case)
    text = page(case.chief_executive, drawdown, "sign-off/").text
    assert missing in text
    assert "Continue to sign off" not in text
    refused = send(case.chief_executive, drawdown, "sign-off/", **seen_of(drawdown))
    assert refused.status_code == 200
    assert "There is a problem" in refused.text
    assert not Consumption.objects.exists()


def test_an_agreement_to_an_earlier_submission_does_not_count(case: Case):
    drawdown = case.ready(case.line())
    drawdown = actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    assert "Leader has not answered" in page(case.chief_executive, drawdown, "sign-off/").text
    assert "Leader has not answered." in send(case.chief_executive, drawdown, "sign-off/", **seen_of(drawdown)).text
    assert not Consumption.objects.exists()


def test_a_double_click_and_a_browser_retry_sign_once(case: Case):
    drawdown = case.ready(case.line())
    seen = opened(case.chief_executive, drawdown, "sign-off/")
    results = [send(case.chief_executive, drawdown, "sign-off/", **seen, confirm="yes") for _ in range(3)]
    assert {(each.status_code, each.url) for each in results} == {(302, f"/drawdowns/{drawdown.reference}/signed/")}
    assert Consumption.objects.count() == 2


def test_a_second_tab_is_told_that_it_is_signed(case: Case):
    drawdown = case.ready(case.line())
    tabs = [opened(case.chief_executive, drawdown, "sign-off/") for _ in range(2)]
    send(case.chief_executive, drawdown, "sign-off/", **tabs[0], confirm="yes")
    late = send(case.chief_executive, drawdown, "sign-off/", **tabs[1], confirm="yes")
    assert late.status_code == 409
    assert "Drawdown signed off" in late.text
    assert Consumption.objects.count() == 2


def test_the_same_key_with_something_else_is_refused_in_words(case: Case):
    drawdown, other = case.ready(case.line()), case.ready(case.line())
    seen = opened(case.chief_executive, drawdown, "sign-off/")
    send(case.chief_executive, drawdown, "sign-off/", **seen, confirm="yes")
    refused = send(
        case.chief_executive,
        other,
        "sign-off/",
        **(opened(case.chief_executive, other, "sign-off/") | {"key": seen["key"], "confirm": "yes"}),
    )
    assert refused.status_code == 409
    assert "The first version stands" in refused.text
    assert again(other).state == State.SUBMITTED


def test_a_page_opened_before_a_change_is_told_what_changed(case: Case):
    drawdown = case.ready(case.line())
    seen = opened(case.chief_executive, drawdown, "sign-off/")
    actions.ask(
        concerned=case.concerned(drawdown),
        text="Is it still needed?",
        key=new_key(),
        by=case.people["Leader"],
        at=NOW,
    )
    stale = send(case.chief_executive, drawdown, "sign-off/", **seen, confirm="yes")
    assert stale.status_code == 409
    assert "Nothing was done." in stale.text
    assert "Drawdown question asked" in stale.text
    assert "Is it still needed?" in stale.text
    assert "Drawdown answered" not in stale.text
    assert again(drawdown).state == State.SUBMITTED


def test_more_than_is_left_is_refused_in_words(case: Case):
    first, second = case.ready(case.costing(900_000)), case.ready(case.costing(100_000))
    seen = opened(case.chief_executive, second, "sign-off/")
    sign(case.chief_executive, first)
    text = send(case.chief_executive, second, "sign-off/", **seen, confirm="yes").text
    assert "£100,000 cannot be drawn from" in text
    assert "£50,000 of £950,000 is left" in text
    assert "Continue to sign off" not in page(case.chief_executive, second, "sign-off/").text


def test_a_preparer_does_not_sign_directly_as_deputy_or_through_a_second_office(case: Case):
    make_deputy(case.offices["Chief Executive"], case.officer)
    drawdown = case.ready(case.line())
    assert offered(case.officer, drawdown)["Sign off"] == "You prepared this, so you cannot sign it."
    assert "Continue to sign off" not in page(case.officer, drawdown, "sign-off/").text
    assert (
        "You cannot answer or sign a drawdown you prepared."
        in send(case.officer, drawdown, "sign-off/", **seen_of(drawdown)).text
    )
    assert again(drawdown).state == State.SUBMITTED


def test_the_holder_who_prepared_it_does_not_sign(case: Case):
    drawdown = case.ready(case.line())
    case.chief_executive.holdings.update(until=date(2016, 9, 24))
    make_holding(case.offices["Chief Executive"], case.officer, since=date(2016, 9, 25))
    assert (
        "You cannot answer or sign a drawdown you prepared."
        in send(case.officer, drawdown, "sign-off/", **seen_of(drawdown)).text
    )
    deputy = make_user(Role.OFFICE_HOLDER)
    make_deputy(case.offices["Chief Executive"], deputy)
    assert "so nobody can sign it for them." in page(deputy, drawdown, "sign-off/").text


def test_who_answered_does_not_sign(case: Case):
    drawdown = case.ready(case.line())
    make_deputy(case.offices["Chief Executive"], case.people["Leader"])
    said = "Somebody who answered, or was acted for, cannot also decide."
    assert offered(case.people["Leader"], drawdown)["Sign off"] == said


def test_who_gave_a_dispensation_does_not_sign(case: Case):
    giver = make_user(Role.OFFICE_HOLDER)
    drawdown = case.ready(case.line())
    given = {"member": "Leader", "giver": giver, "given_on": NOW.date(), "text": "May take part."}
    Dispensation.objects.create(drawdown=drawdown, recorded_by=case.clerk, recorded_at=NOW, **given)
    make_deputy(case.offices["Chief Executive"], giver)
    assert "Somebody who gave a dispensation on this cannot decide on it." in page(giver, drawdown, "sign-off/").text
    text = send(giver, drawdown, "sign-off/", **seen_of(drawdown)).text
    assert "Somebody who gave a dispensation on this cannot decide on it." in text
    assert again(drawdown).state == State.SUBMITTED


def test_a_deputy_signs_for_the_holder_while_appointed(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER, name="Deputy")
    make_deputy(case.offices["Chief Executive"], deputy, authority="Minute 12")
    drawdown = case.ready(case.line())
    assert "as deputy under: Minute 12" in checked(deputy, drawdown).text
    sign(deputy, drawdown)
    signed = again(drawdown)
    assert (signed.signed_by, signed.signed_for, signed.authority) == (deputy, case.chief_executive, "Minute 12")


@pytest.mark.parametrize(("since", "until"), [(-40, -1), (1, None)], ids=["after", "before"])
def test_a_deputy_does_not_sign_outside_the_appointment(case: Case, since: int, until: int | None):
    deputy, today = make_user(Role.OFFICE_HOLDER), LATER.date()
    last = None if until is None else today + timedelta(until)
    make_deputy(case.offices["Chief Executive"], deputy, since=today + timedelta(since), until=last)
    drawdown = case.ready(case.line())
    assert page(deputy, drawdown, "sign-off/").status_code == 403
    assert send(deputy, drawdown, "sign-off/", **seen_of(drawdown)).status_code == 403
    assert again(drawdown).state == State.SUBMITTED


def test_a_deputy_revoked_between_page_and_post_does_not_sign(case: Case):
    deputy = make_user(Role.OFFICE_HOLDER)
    appointment = make_deputy(case.offices["Chief Executive"], deputy)
    drawdown = case.ready(case.line())
    seen = opened(deputy, drawdown, "sign-off/")
    revoke_deputy(appointment=appointment, revoked_from=LATER.date(), by=make_administrator(), at=LATER)
    assert send(deputy, drawdown, "sign-off/", **seen, confirm="yes").status_code == 403
    assert again(drawdown).state == State.SUBMITTED


def test_who_lost_every_role_in_mid_session_does_not_sign(case: Case):
    drawdown, client = case.ready(case.line()), as_(case.chief_executive)
    address = f"/drawdowns/{drawdown.reference}/sign-off/"
    form = client.get(address).context["form"]
    seen = {name: form[name].value() for name in ("key", "version", "sha256")}
    User.objects.filter(pk=case.chief_executive.pk).update(roles=[])
    assert client.post(address, seen).status_code == 403
    assert again(drawdown).state == State.SUBMITTED


@pytest.mark.parametrize(("tail", "state"), [("return/", State.RETURNED), ("refuse/", State.REFUSED)])
def test_the_decision_maker_says_no_with_reasons(case: Case, tail: str, state: State):
    drawdown = case.submitted(case.line())
    seen = opened(case.chief_executive, drawdown, tail)
    assert "Enter your reasons." in send(case.chief_executive, drawdown, tail, **seen, text="").text
    for _ in range(2):
        assert send(case.chief_executive, drawdown, tail, **seen, text="Not now.").status_code == 302
    assert again(drawdown).state == state
    assert "Not now." in page(make_auditor(), drawdown).text
    assert page(case.officer, drawdown, tail).status_code == 403


def test_only_who_decides_opens_the_page(case: Case):
    drawdown = case.ready(case.line())
    for person in (case.officer, case.clerk, case.people["Leader"], make_auditor()):
        assert page(person, drawdown, "sign-off/").status_code == 403
    assert page(make_auditor(), drawdown, "signed/").url == f"/drawdowns/{drawdown.reference}/"


class TestABodyDecides:
    @pytest.fixture
    def case(self) -> Case:
        return make_case(body="Executive")

    def test_the_clerk_records_the_resolution(self, case: Case):
        drawdown = case.ready(case.line())
        resolution = make_decision(case.programme, title="Phase Three", about=[case.authorisation])
        make_decision(case.programme, title="Not theirs", body="Full Council")
        make_decision(case.programme, title="Only recommended", outcome="recommended")
        text = page(case.clerk, drawdown, "resolution/").text
        assert "Phase Three" in text
        assert "Not theirs" not in text
        assert "Only recommended" not in text
        seen = opened(case.clerk, drawdown, "resolution/") | {"confirm": "yes"}
        assert "Choose the resolution." in send(case.clerk, drawdown, "resolution/", **seen).text
        for _ in range(2):
            assert send(case.clerk, drawdown, "resolution/", **seen, resolution=resolution.pk).status_code == 302
        signed = again(drawdown)
        assert (signed.resolution, signed.signed_by, signed.state) == (resolution, case.clerk, State.SIGNED_OFF)
        assert "Phase Three" in page(make_auditor(), drawdown, "signed/").text

    def test_it_waits_for_the_answers(self, case: Case):
        drawdown = case.submitted(case.line())
        text = page(case.clerk, drawdown, "resolution/").text
        assert "Leader has not answered" in text
        assert ">Continue</button>" not in text

    def test_nobody_but_the_clerk_records_it(self, case: Case):
        drawdown = case.ready(case.line())
        for person in (make_officer(), case.chief_executive):
            assert page(person, drawdown, "resolution/").status_code == 403
            assert page(person, drawdown, "refuse/").status_code == 403
        assert offered(case.clerk, drawdown)["Record what the Executive resolved…"]
        assert send(case.clerk, drawdown, "sign-off/", **seen_of(drawdown)).status_code == 403


@pytest.mark.parametrize("lines", [1, 6])
def test_a_sign_off_takes_twenty_two_statements_however_many_lines_it_draws(
    case: Case, lines: int, django_assert_num_queries: DjangoAssertNumQueries
):
    """Session, person and drawdown; then one transaction: receipt, locks, limits, audit entry, governance, record, mail."""
    case.signed(case.costing(1000))  # the first makes the rows that count what is drawn
    drawdown = case.ready(*[case.costing(1000) for _ in range(lines)])
    client, form = as_(case.chief_executive), seen_of(drawdown)
    with django_assert_num_queries(22):
        answer = client.post(f"/drawdowns/{drawdown.reference}/sign-off/", form)
    assert (answer.status_code, answer.url) == (302, f"/drawdowns/{drawdown.reference}/signed/")
    assert again(drawdown).state == State.SIGNED_OFF


# The check page


def test_nothing_is_signed_before_it_is_checked_and_what_was_typed_is_kept(case: Case):
    drawdown = case.ready(case.line())
    seen = opened(case.chief_executive, drawdown, "sign-off/")
    for _ in range(2):
        check = send(case.chief_executive, drawdown, "sign-off/", **seen)
        assert "Check before you sign" in check.text
        assert f'name="key" value="{seen["key"]}"' in check.text
        assert drawdown.sha256[:16] in check.text
    assert again(drawdown).state == State.SUBMITTED
    back = send(case.chief_executive, drawdown, "sign-off/", **seen, change="yes")
    assert f'name="key" value="{seen["key"]}"' in back.text
    assert send(case.chief_executive, drawdown, "sign-off/", **seen, confirm="yes").status_code == 302
    assert again(drawdown).state == State.SIGNED_OFF


def test_what_changed_before_the_check_page_is_said_there(case: Case):
    drawdown = case.ready(case.line())
    seen = opened(case.chief_executive, drawdown, "sign-off/")
    question = {"text": "Is it still needed?", "by": case.people["Leader"], "at": NOW}
    actions.ask(concerned=case.concerned(drawdown), key=new_key(), **question)
    assert send(case.chief_executive, drawdown, "sign-off/", **seen).status_code == 409


def test_the_clerk_checks_the_text_of_the_resolution_beside_the_amounts():
    case = make_case(body="Executive")
    drawdown = case.ready(case.line())
    resolution = make_decision(case.programme, title="Phase Three", text_resolved="That £60,000.", about=[case.authorisation])
    text = " ".join(checked(case.clerk, drawdown, "resolution/", resolution=resolution.pk).text.split())
    assert "That £60,000." in text
    assert "Record that £60,000 in 2016/17 was resolved" in text
    assert f'name="resolution" value="{resolution.pk}"' in text
    assert again(drawdown).state == State.SUBMITTED


def test_all_that_bears_on_it_is_on_the_page_of_who_answers_and_of_who_signs(case: Case):
    exempt = {"exempt_paragraph": "3", "public_interest": "It names a supplier.", "background_papers": "Report of July"}
    drafted = case.drafted(case.line(), case=KEY | exempt)
    actions.attach_paper(drawdown=drafted, upload=actions.Upload("Tender.pdf", b"%PDF-1.7"), by=case.officer, at=NOW)
    drawdown = again(drafted)
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    given = {"text": "Why now?", "key": new_key(), "by": case.people["Leader"], "at": NOW}
    question = actions.ask(concerned=case.concerned(drawdown), **given)
    reply = {"reply": "The inspection.", "key": new_key(), "by": case.officer, "at": NOW}
    actions.reply_to(question=question, **reply)
    giver = make_user(Role.OFFICE_HOLDER, name="Monitoring officer")
    granted = actions.Granted("A member", giver, NOW.date(), "May vote.")
    actions.record_dispensation(drawdown=drawdown, granted=granted, key=new_key(), by=case.clerk, at=NOW)
    case.answered(again(drawdown), "Director")
    for person, tail in ((case.people["Leader"], "answer/leader/"), (case.chief_executive, "sign-off/")):
        text = " ".join(page(person, drawdown, tail).text.split())
        for said in (
            "Why now?",
            "The inspection.",
            "May vote.",
            "Tender.pdf",
            "The Chief Executive, with the agreement of the Leader.",
            "It names a supplier.",
            "Report of July",
            "The service was found inadequate",
            "None, because the posts are needed",
            f"/drawdowns/{drawdown.reference}/decided.pdf",
        ):
            assert said in text, (tail, said)
