"""What anybody may read without signing in."""

import pytest
from django.test import Client

from approvals import actions
from tests.approvals.case import KEY, NOW, Case, make_case

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
    late = case.publish(case.signed(case.line()), on=NOW.date().replace(year=2017), at=NOW.replace(year=2018))
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
