"""What anybody may read without signing in."""

import csv
import io
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals import actions
from approvals.decisions.rules import released
from approvals.models import DecisionRecord
from tests.approvals.case import KEY, NOW, Case, make_case
from tests.refusals import owner

pytestmark = pytest.mark.django_db

EXEMPT = KEY | {"exempt_paragraph": "3", "public_interest": "It would tell a contractor the council’s limit."}


@pytest.fixture
def case() -> Case:
    return make_case()


def test_anybody_reads_what_is_published_and_nothing_else(case: Case):
    published, signed = case.published(), case.signed(case.line())
    visitor = Client()
    page = visitor.get("/published-decisions/").text
    assert published.reference in page
    assert signed.reference not in page
    record = visitor.get(f"/published-decisions/{published.reference}/").text
    for said in ("Agreed as recommended.", "The service was found inadequate", "£890,000", "Chief Executive", "None, because"):
        assert said in record
    for address in (f"{signed.reference}/", f"{signed.reference}.pdf", "DD-9999/"):
        assert visitor.get(f"/published-decisions/{address}").status_code == 404


def test_the_page_is_the_same_for_everybody_sets_no_cookie_and_may_be_cached(case: Case):
    published = case.published()
    visitor, clerk = Client(), Client()
    clerk.force_login(case.clerk)
    for address in ("", f"{published.reference}/"):
        response = visitor.get(f"/published-decisions/{address}")
        assert not response.cookies
        assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=300"}
        assert "Cookie" not in response.get("Vary", "")
        assert clerk.get(f"/published-decisions/{address}").text == response.text


def test_of_an_exempt_decision_the_public_reads_that_there_is_one_and_why(case: Case):
    published = case.published(case=EXEMPT)
    record = Client().get(f"/published-decisions/{published.reference}/").text
    for said in ("Phase One", "20 September 2016", "Chief Executive", "paragraph 3", "tell a contractor"):
        assert said in record
    for secret in ("inadequate", "£", "Leader", "Agreed as recommended"):
        assert secret not in record


def test_words_find_nothing_that_an_exempt_record_keeps_back(case: Case):
    published, visitor = case.published(case=EXEMPT), Client()
    assert published.reference in visitor.get("/published-decisions/").text
    assert "No matching decision" in visitor.get("/published-decisions/?words=inadequate").text
    assert "Exempt information" in visitor.get("/published-decisions/?words=phase").text


def test_a_decision_that_was_overturned_says_so(case: Case):
    called = case.called_in(case.published())
    assert "It was called in" in Client().get("/published-decisions/").text
    actions.overturn(drawdown=called, on=NOW.date(), reasons="Not in the budget.", by=case.clerk, at=NOW)
    for address in ("", f"{called.reference}/"):
        assert "has no effect" in Client().get(f"/published-decisions/{address}").text


def test_the_list_is_newest_first_and_filtered_by_year(case: Case):
    older, newer = case.publish(case.signed(case.line())), case.publish(case.signed(case.line()))
    late = case.publish(case.signed(case.line()), at=NOW.replace(year=2017))
    visitor = Client()
    shown = [record.drawdown for record in visitor.get("/published-decisions/").context["list"].rows]
    assert shown == [late, newer, older]
    of_2017 = visitor.get("/published-decisions/?year=2017")
    assert [record.drawdown for record in of_2017.context["list"].rows] == [late]
    assert [choice for choice, _ in of_2017.context["list"].form.fields["year"].choices] == ["", "2017", "2016"]


def test_before_anything_is_published_the_page_says_so():
    assert "Nothing is published yet" in Client().get("/published-decisions/").text


def test_the_sign_in_page_leads_there():
    assert 'href="/published-decisions/"' in Client().get("/accounts/login/").text


def test_nothing_can_be_sent_there(case: Case):
    assert Client().post("/published-decisions/").status_code == 405


COLUMNS = "&".join(f"columns={name}" for name in ("programme", "released", "sources", "published_on", "stands"))


def test_the_list_and_its_file_say_how_much_and_from_which_source_but_not_of_an_exempt_decision(case: Case):
    published, exempt = case.published(), case.published(case=EXEMPT)
    assert "£60,000 in 2016/17" in Client().get("/published-decisions/").text
    file = Client().get(f"/published-decisions/?{COLUMNS}&format=csv").getvalue().decode("utf-8-sig")
    rows = {row["Reference"]: row for row in csv.DictReader(io.StringIO(file))}
    told, kept = rows[published.reference], rows[exempt.reference]
    assert (told["Programme"], told["Released, 2016/17"]) == (published.programme.name, "60000")
    assert told["Funding source"] == released(published.record.money).rows[0].source
    assert (kept["Released, 2016/17"], kept["Funding source"]) == ("", "")


@pytest.mark.parametrize(("day", "is_open"), [(date(2016, 9, 27), True), (date(2016, 9, 28), False)])
def test_the_list_says_what_may_be_called_in_now(case: Case, monkeypatch: pytest.MonkeyPatch, day: date, is_open: bool):
    published = case.published()
    monkeypatch.setattr("accounts.clock.queries.today", lambda: day)
    page = Client().get("/published-decisions/").text
    assert ("Open to call-in</strong>" in page) is is_open
    assert (published.reference in Client().get("/published-decisions/?call_in=open").text) is is_open
    told = Client().get("/published-decisions.json").json()["decisions"][0]["call_in"]
    assert told == {"applies": True, "closes_on": "2016-09-27", "open": is_open}


def test_machines_read_the_same_with_amounts_as_text_a_hundred_at_a_time(case: Case):
    published, exempt = case.published(), case.published(case=EXEMPT)
    data = Client().get("/published-decisions.json").json()
    kept, told = data["decisions"]
    assert (told["reference"], kept["reference"], data["next"]) == (published.reference, exempt.reference, None)
    assert {(each["measure"], each["pounds"]) for each in told["released"]} >= {("2016/17", "60000")}
    assert (kept["released"], kept["sha256"], kept["exempt_paragraph"]) == (None, None, "3")
    assert Client().get(told["url"]).status_code == Client().get(told["pdf"]).status_code == 200
    assert Client().get("/published-decisions.json?year=1999").status_code == 400
    assert Client().get("/published-decisions.json?words=nothing-like-it").json()["decisions"] == []


def test_a_feed_reader_is_told_of_each_decision_and_how_much_it_releases(case: Case):
    published, exempt = case.published(), case.published(case=EXEMPT)
    response = Client().get("/published-decisions.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    assert not response.cookies
    atom = "{http://www.w3.org/2005/Atom}"
    entries = {each.findtext(f"{atom}title"): each for each in ElementTree.fromstring(response.content).iter(f"{atom}entry")}
    told = entries[f"{published.reference}: {published.record.title}"]
    kept = entries[f"{exempt.reference}: {exempt.record.title}"]
    assert "£60,000 in 2016/17" in told.findtext(f"{atom}summary", "")
    assert "£" not in kept.findtext(f"{atom}summary", "")
    assert told.find(f"{atom}link").attrib["href"].endswith(f"/published-decisions/{published.reference}/")
    before = told.findtext(f"{atom}updated", "")
    called = case.called_in(published)
    actions.overturn(
        drawdown=called, on=date(2016, 9, 26), reasons="Not in the budget.", by=case.clerk, at=NOW + timedelta(days=6)
    )
    after = ElementTree.fromstring(Client().get("/published-decisions.atom").content)
    changed = next(each for each in after.iter(f"{atom}entry") if published.reference in each.findtext(f"{atom}title", ""))
    assert "overturned" in changed.findtext(f"{atom}summary", "")
    assert changed.findtext(f"{atom}updated", "") > before


@pytest.mark.parametrize("address", ["/published-decisions/", "/published-decisions.json", "/published-decisions.atom"])
def test_more_decisions_take_no_more_queries(case: Case, address: str):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    case.published()
    one = asked()
    for _ in range(3):
        case.published()
    assert asked() == one


def test_a_feed_reader_takes_no_text_for_markup(case: Case):
    """An Atom feed of Django 5.2.19 says that its summaries are html and its titles text: what somebody typed is text in both."""
    case.published()
    owner("ALTER TABLE approvals_decisionrecord DISABLE TRIGGER USER")
    DecisionRecord.objects.update(title="Fewer than 5 <b>posts</b>", capacity="Fewer than 5 <b>members</b>")
    entry = ElementTree.fromstring(Client().get("/published-decisions.atom").content).find("{http://www.w3.org/2005/Atom}entry")
    title, summary = (entry.find(f"{{http://www.w3.org/2005/Atom}}{name}") for name in ("title", "summary"))
    assert (title.attrib, title.text.endswith("Fewer than 5 <b>posts</b>")) == ({}, True)
    assert (summary.attrib, summary.text.startswith("Fewer than 5 &lt;b&gt;members&lt;/b&gt;")) == ({"type": "html"}, True)
