"""Several drawdowns signed one after another: each by its own act, with the headroom running."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.drawdowns.rules import Reply, State
from approvals.drawdowns.sitting.rules import MOST, Sitting, moved, sitting_of
from approvals.models import Consumption, Drawdown
from tests.answers import shown
from tests.approvals.case import LATER, Case, make_case, new_key
from tests.approvals.pages import again, as_
from tests.making import make_deputy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_2016(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)


@pytest.fixture
def case() -> Case:
    return make_case({2016: 100_000, None: 1_000_000})


def text_of(person: User, address: str) -> str:
    return " ".join(shown(as_(person).get(address)).text.split())


def started(person: User, *drawdowns: Drawdown) -> str:
    """The address of the first page of a sitting with these, in this order."""
    order = ",".join(each.reference for each in drawdowns)
    chosen = {"order": order, "chosen": [each.reference for each in drawdowns]}
    return as_(person).get("/drawdowns/sitting/next/", chosen, follow=True).redirect_chain[-1][0]


def sign_at(person: User, address: str, **values: Any) -> Any:
    """The form of a sign-off page within a sitting, confirmed."""
    form = as_(person).get(address).context["form"]
    seen = {name: form[name].value() for name in ("key", "version", "sha256", "sitting")}
    return as_(person).post(address.partition("?")[0], seen | {"confirm": "yes"} | values)


def going_on(person: User, address: str) -> str:
    """Where the button of a page of a sitting leads."""
    page = as_(person).get(address)
    return as_(person).get(page.context["place"].next_url, follow=True).redirect_chain[-1][0]


# The rule


def test_a_sitting_is_carried_by_its_pages_and_what_is_no_reference_is_left_out():
    held = Sitting(("DD-0003", "DD-0001", "DD-0002"), frozenset({"DD-0001"}))
    assert str(held) == "DD-0003,DD-0001~,DD-0002"
    assert sitting_of(str(held)) == held
    assert sitting_of("DD-0003,<b>,DD-0003~,,DD-1~x,DD-0002") == Sitting(("DD-0003", "DD-0002"))
    assert sitting_of("") is sitting_of("nothing") is None
    assert len(sitting_of(",".join(f"DD-{each:04}" for each in range(60))).chosen) == MOST  # type: ignore[union-attr]


def test_what_comes_next_is_what_follows_then_what_was_passed_over_and_never_what_was_skipped():
    held = Sitting(("DD-0001", "DD-0002", "DD-0003", "DD-0004")).skipping("DD-0002")
    assert held.next_of("", held.chosen) == "DD-0001"
    assert held.next_of("DD-0001", held.chosen) == "DD-0003"
    assert held.next_of("DD-0003", {"DD-0001", "DD-0002"}) == "DD-0001"
    assert held.next_of("DD-0004", {"DD-0002"}) is None
    assert held.returning_to("DD-0002").next_of("DD-0001", held.chosen) == "DD-0002"


@pytest.mark.parametrize(
    ("places", "order"),
    [({}, "abcd"), ({"d": 1}, "dabc"), ({"a": 3}, "bcad"), ({"a": 4, "d": 1}, "dbca"), ({"b": 99}, "acdb"), ({"b": 0}, "bacd")],
)
def test_what_is_moved_up_stands_before_what_was_there_and_moved_down_after_it(places: dict[str, int], order: str):
    assert "".join(moved("abcd", places)) == order


# Choosing


def test_the_list_shows_what_is_ready_for_this_person_with_the_headroom_running(case: Case):
    first, second = case.ready(case.costing(60_000)), case.ready(case.costing(30_000))
    case.submitted(case.costing(5_000))
    text = text_of(case.chief_executive, "/drawdowns/sitting/")
    assert re.findall(r'value="(DD-\d+)"\s*checked', text) == [first.reference, second.reference]
    left = [["£40,000", "£940,000"], ["£10,000", "£910,000"]]
    rows = as_(case.chief_executive).get("/drawdowns/sitting/").context["rows"]
    assert [[f"£{limit.after:,}" for limit in row.limits] for row in rows] == left
    assert all(pounds in text for row in left for pounds in row)
    assert "No drawdown is ready for your signature" in text_of(case.people["Leader"], "/drawdowns/sitting/")


def test_another_order_and_choice_move_the_headroom(case: Case):
    first, second, third = (case.ready(case.costing(pounds)) for pounds in (60_000, 30_000, 20_000))
    order = ",".join(each.reference for each in (first, second, third))
    given = {"order": order, "chosen": [first.reference, third.reference], f"place-{third.reference}": "1"}
    page = as_(case.chief_executive).get("/drawdowns/sitting/", given)
    rows = page.context["rows"]
    assert [row.drawdown.reference for row in rows] == [third.reference, first.reference, second.reference]
    assert [row.limits[0].after for row in rows[:2]] == [80_000, 20_000]
    assert page.context["chosen"] == {first.reference, third.reference}


def test_what_does_not_fit_after_those_above_it_is_said(case: Case):
    case.ready(case.costing(60_000))
    case.ready(case.costing(60_000))
    assert text_of(case.chief_executive, "/drawdowns/sitting/").count("It does not fit after those above it") == 1


def test_what_bears_on_each_is_said_in_short_and_its_page_is_one_link_away(case: Case):
    asked = case.submitted(case.line())
    contrary = case.answered(asked, "Director", Reply.DISAGREE, interests="A cousin works there.")
    drawdown = case.answered(contrary)
    given = {"concerned": case.concerned(drawdown), "by": case.people["Leader"], "at": LATER}
    actions.ask(text="Why now?", key=new_key(), **given)
    text = text_of(case.chief_executive, "/drawdowns/sitting/")
    for said in ("1 office consulted did not agree", "1 answer declares an interest", "1 question without a reply"):
        assert said in text
    assert f'href="/drawdowns/{drawdown.reference}/"' in text


def test_nothing_chosen_is_told_and_begins_nothing(case: Case):
    drawdown = case.ready(case.line())
    text = text_of(case.chief_executive, f"/drawdowns/sitting/next/?order={drawdown.reference}")
    assert "Choose at least one drawdown." in text


def test_one_cannot_choose_what_waits_for_somebody_else(case: Case):
    ready, asked = case.ready(case.line()), case.submitted(case.line())
    for person, drawdown in ((case.people["Leader"], ready), (case.chief_executive, asked)):
        given = {"order": drawdown.reference, "chosen": [drawdown.reference]}
        refused = as_(person).get("/drawdowns/sitting/next/", given)
        assert refused.status_code == 200
        assert drawdown.reference not in refused.context["chosen"]


# Signing


def test_each_is_signed_by_its_own_act_on_its_own_page(case: Case):
    first, second = case.ready(case.costing(60_000)), case.ready(case.costing(30_000))
    person = case.chief_executive
    address = started(person, second, first)
    assert address.startswith(f"/drawdowns/{second.reference}/sign-off/?sitting=")
    page = text_of(person, address)
    assert "<strong>1 of 2</strong>" in page
    assert "Headroom if you sign this and the 1 still to come: £10,000 in 2016/17, £910,000 in a full year." in page
    done = sign_at(person, address)
    assert done.url.startswith(f"/drawdowns/{second.reference}/signed/?sitting=")
    assert (again(first).state, again(second).state) == (State.SUBMITTED, State.SIGNED_OFF)
    assert "1 of 2 signed one after another" in text_of(person, done.url)
    address = going_on(person, done.url)
    assert address.startswith(f"/drawdowns/{first.reference}/sign-off/?sitting=")
    page = text_of(person, address)
    assert "<strong>2 of 2</strong>" in page
    assert "still to come" not in page
    done = sign_at(person, address)
    assert "See what you signed" in text_of(person, done.url)
    summary = text_of(person, going_on(person, done.url))
    assert "2 of 2 signed" in summary
    assert "Released: £90,000 in 2016/17, £90,000 in a full year" in summary
    assert "Headroom after it: £10,000 in 2016/17" in summary


def test_a_skipped_one_is_left_out_told_and_can_be_returned_to(case: Case):
    first, second = case.ready(case.costing(60_000)), case.ready(case.costing(30_000))
    person = case.chief_executive
    page = as_(person).get(started(person, first, second))
    on = as_(person).get(page.context["place"].skip_url)
    assert on.url == f"/drawdowns/{second.reference}/sign-off/?sitting={first.reference}~%2C{second.reference}"
    summary = going_on(person, sign_at(person, on.url).url)
    text = text_of(person, summary)
    assert "1 of 2 signed" in text
    assert "Skipped: 1" in text
    [skipped] = as_(person).get(summary).context["groups"]["skipped"]
    assert "<strong>1 of 2</strong>" in text_of(person, skipped.url)
    sign_at(person, skipped.url)
    assert "2 of 2 signed" in text_of(person, summary)


def test_no_signature_goes_over_the_limit(case: Case):
    first, second = case.ready(case.costing(60_000)), case.ready(case.costing(60_000))
    person = case.chief_executive
    address = started(person, first, second)
    assert "They do not all fit." in text_of(person, address)
    late = f"/drawdowns/{second.reference}/sign-off/"
    form = as_(person).get(late).context["form"]
    seen = {name: form[name].value() for name in ("key", "version", "sha256")} | {"sitting": address.partition("=")[2]}
    summary = going_on(person, sign_at(person, address).url)
    assert summary.startswith("/drawdowns/sitting/summary/")
    text = text_of(person, summary)
    assert "1 of 2 signed" in text
    assert "No longer possible: 1" in text
    assert "£40,000 is left in 2016/17, less than this asks for." in text
    assert "£40,000 of £100,000 is left" in as_(person).post(late, seen | {"confirm": "yes"}).text
    assert Consumption.objects.filter(drawdown=second).count() == 0


def test_a_stale_page_is_told_and_leads_on(case: Case):
    first, second = case.ready(case.costing(60_000)), case.ready(case.costing(30_000))
    person = case.chief_executive
    address = started(person, first, second)
    form = as_(person).get(address).context["form"]
    seen = {name: form[name].value() for name in ("key", "version", "sha256", "sitting")}
    given = {"concerned": case.concerned(first), "by": case.people["Leader"], "at": LATER}
    actions.ask(text="Is it still needed?", key=new_key(), **given)
    stale = as_(person).post(f"/drawdowns/{first.reference}/sign-off/", seen | {"confirm": "yes"})
    assert stale.status_code == 409
    [on] = re.findall(r'href="(/drawdowns/sitting/next/[^"]+)"', stale.text)
    assert as_(person).get(on.replace("&amp;", "&")).url.startswith(f"/drawdowns/{second.reference}/sign-off/")
    assert f'href="/drawdowns/{first.reference}/sign-off/?sitting=' in stale.text
    assert again(first).state == State.SUBMITTED


def test_what_was_signed_by_a_deputy_or_withdrawn_meanwhile_is_passed_over_and_told(case: Case):
    first, second, third = (case.ready(case.costing(1_000 * each)) for each in (1, 2, 3))
    deputy = make_user(Role.OFFICE_HOLDER, name="Deputy")
    make_deputy(case.offices["Chief Executive"], deputy)
    person = case.chief_executive
    address = started(person, first, second, third)
    case.sign(second, by=deputy, at=LATER)
    actions.withdraw(drawdown=third, version=third.version, reasons="Not needed.", by=case.officer, at=LATER)
    summary = going_on(person, sign_at(person, address).url)
    text = text_of(person, summary)
    assert "1 of 3 signed" in text
    assert "No longer possible: 2" in text
    assert "Signed off by Deputy." in text
    assert "Withdrawn." in text


def test_a_return_with_reasons_goes_on_to_the_next(case: Case):
    first, second = case.ready(case.costing(60_000)), case.ready(case.costing(30_000))
    person = case.chief_executive
    page = as_(person).get(started(person, first, second))
    [address] = re.findall(r'href="(/drawdowns/DD-\d+/return/[^"]+)"', page.text)
    form = as_(person).get(address).context["form"]
    given = {name: form[name].value() for name in ("key", "version", "sha256", "sitting")} | {"text": "Too early."}
    sent = as_(person).post(address.partition("?")[0], given)
    assert sent.url.startswith("/drawdowns/sitting/next/")
    assert as_(person).get(sent.url).url.startswith(f"/drawdowns/{second.reference}/sign-off/")
    assert again(first).state == State.RETURNED


def test_home_offers_it_where_several_are_ready(case: Case):
    case.ready(case.costing(60_000))
    assert "Sign one after another" not in text_of(case.chief_executive, "/")
    case.ready(case.costing(30_000))
    assert "2 drawdowns are ready for your signature." in text_of(case.chief_executive, "/")


def test_addresses_made_by_hand_lead_nowhere_wrong(case: Case):
    theirs = case.ready(case.line())
    for tail in ("next/", "summary/", "next/?sitting=x", "summary/?sitting=%3Cb%3E"):
        assert as_(case.people["Leader"]).get(f"/drawdowns/sitting/{tail}").url == "/drawdowns/sitting/"
    text = text_of(case.people["Leader"], f"/drawdowns/sitting/summary/?sitting={theirs.reference}")
    assert "You do not decide on this one." in text
    assert "0 of 0 signed" in text_of(case.people["Leader"], "/drawdowns/sitting/summary/?sitting=DD-9999")
    address = f"/drawdowns/{theirs.reference}/sign-off/?sitting=DD-9999"
    assert '<nav class="sitting"' not in text_of(case.chief_executive, address)


def test_as_many_queries_for_many_as_for_one(case: Case):
    def asked() -> tuple[int, int]:
        client = as_(case.chief_executive)
        with CaptureQueriesContext(connection) as queries:
            page = shown(client.get("/drawdowns/sitting/"))
        return len(queries), len(page.context["rows"])

    case.ready(case.costing(1_000))
    first, one = asked()
    for _ in range(MOST + 1):
        case.ready(case.costing(1_000))
    again, many = asked()
    assert (one, many, again) == (1, MOST, first)
    assert "2 more are ready." in text_of(case.chief_executive, "/drawdowns/sitting/")
