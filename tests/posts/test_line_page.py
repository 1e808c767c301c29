"""The page of one line: what a finance officer types there, what is stored, and what is refused in which words."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEntry
from posts.lines.rules import Stated
from posts.models import LineAmount
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.line_page import address, amounts, messages, post, shown_fields, stored
from tests.posts.lines import START, a_state, added, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_officer(name="Finance officer")


@pytest.fixture
def programme():
    return make_programme(slug="ofsted-2016", name="Ofsted inspection")


@pytest.fixture
def phase(programme):
    return make_phase(programme, 1, name="Phase One")


@pytest.fixture
def line(programme, phase, officer):
    """A head of service, £90,000 a year from 1 August 2016."""
    return added(programme, a_state(phase), officer)


@pytest.fixture
def other_cost(programme, phase, officer):
    """Quality audits, £12,000 a year, an other cost without dates."""
    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a", "intakes": (), "annual_cost": Decimal(12_000)}
    return added(programme, a_state(phase, title="Quality audits", **other), officer)


def test_three_posts_in_two_intakes_cost_what_the_rules_say(line, officer):
    """1 FTE from 1 January and 2 FTE from 1 March 2017 of £123,000: domain, worked examples."""
    client = signed_in(officer)
    response = post(
        client,
        line,
        fte="3",
        annual_cost="£123,000",
        intake__0__fte="1",
        intake__0__from="1 Jan 2017",
        intake__1__fte="2",
        intake__1__from="1/3/2017",
    )
    assert response.status_code == 302
    assert amounts(line) == [17_083, 123_000, 123_000]
    page = " ".join(client.get(address(line)).content.decode().split())
    assert "<dd>£17,083</dd>" in page
    assert "£123,000 × 1/3 × 3/12 (1 of 3 FTE from 1 January 2017) + £123,000 × 2/3 × 1/12" in page
    assert re.search(r"Saved \d\d:\d\d", page)


def test_a_fixed_term_ends_where_its_months_say_and_has_no_full_year_effect(line, officer):
    response = post(signed_in(officer), line, annual_cost="48k", duration="fixed_term", term_months="18")
    assert response.status_code == 302
    assert amounts(line) == [32_000, 40_000, None]
    assert stored(line).intakes == ((Decimal(1), START, date(2018, 1, 31)),)
    assert LineAmount.objects.get(line=line, financial_year=None).absence == "no_effect"


def test_a_one_off_cost_falls_whole_on_its_date(other_cost, officer):
    response = post(
        signed_in(officer), other_cost, annual_cost="150,000", duration="one_off", intake__0__from="13 September 2016"
    )
    assert response.status_code == 302
    assert amounts(other_cost) == [150_000, 0, None]


def test_a_saved_page_sent_back_untouched_changes_nothing(programme, phase, officer):
    stated = (
        Stated(2016, Decimal(10_000), "", "As published", officer.pk, NOON),
        Stated(2017, None, "not_stated", "The paper gives none", officer.pk, NOON),
        Stated(None, None, "no_effect", "As published", officer.pk, NOON),
    )
    intakes = ((Decimal("1.50"), START, date(2016, 12, 31)), (Decimal("2.00"), date(2017, 1, 1), None))
    state = a_state(
        phase,
        fte=Decimal(2),
        recruited_fte=Decimal(1),
        paperwork_complete=True,
        comment="Some <b>words</b>",
        cost_centre="CC-1",
        subjective_code="S-2",
        establishment_number="E-3",
        intakes=intakes,
        stated=stated,
    )
    line = added(programme, state, officer)
    entries = AuditEntry.objects.count()
    client = signed_in(make_officer())
    assert post(client, line).status_code == 302
    assert "Nothing was changed." in client.get(address(line)).content.decode()
    assert stored(line) == state
    assert AuditEntry.objects.count() == entries


def test_every_other_field_is_stored(line, programme, officer):
    second = make_phase(programme, 2)
    given = {"title": "Head of care", "comment": "From\r\nAugust", "cost_centre": "CC-1", "subjective_code": "S-2"}
    response = post(
        signed_in(officer),
        line,
        **given,
        phase=str(second.pk),
        team="A new team",
        establishment_number="E-3",
        paperwork_complete="on",
        recruited="Yes",
        fte="0.5",
    )
    assert response.status_code == 302
    state = stored(line)
    assert (state.phase, state.team, state.title, state.comment) == (second.pk, "A new team", "Head of care", "From August")
    assert (state.cost_centre, state.subjective_code, state.establishment_number) == ("CC-1", "S-2", "E-3")
    assert (state.paperwork_complete, state.recruited_fte, state.fte) == (True, Decimal("0.5"), Decimal("0.5"))
    assert state.intakes == ((Decimal("0.5"), START, None),), "one intake without an FTE of its own follows the line's"


def test_a_line_that_goes_to_another_phase_comes_last_there(line, programme, officer):
    second = make_phase(programme, 2)
    added(programme, a_state(second, position=70), officer)
    post(signed_in(officer), line, phase=str(second.pk))
    assert stored(line).position > 70


def test_an_intake_is_removed_by_clearing_its_row(line, officer):
    client = signed_in(officer)
    rows = {"fte": "2", "intake__0__fte": "1", "intake__1__fte": "1", "intake__1__from": "1 January 2017"}
    assert post(client, line, **rows).status_code == 302
    assert len(stored(line).intakes) == 2
    assert post(client, line, fte="1", intake__0__fte="", intake__0__from="").status_code == 302
    assert stored(line).intakes == ((Decimal(1), date(2017, 1, 1), None),)


def test_there_are_always_three_blank_rows_for_intakes(line, officer):
    client = signed_in(officer)
    assert [name for name in shown_fields(client, line) if name.startswith("intake-") and name.endswith("-from")] == [
        f"intake-{n}-from" for n in range(4)
    ]
    rows = {f"intake__{n}__fte": "1" for n in range(4)} | {f"intake__{n}__from": f"{n + 1} May 2016" for n in range(4)}
    post(client, line, fte="4", **rows)
    assert [name for name in shown_fields(client, line) if name.startswith("intake-") and name.endswith("-from")] == [
        f"intake-{n}-from" for n in range(7)
    ]


def test_a_figure_is_stated_with_its_own_reason_and_who_stated_it(line, officer):
    response = post(signed_in(officer), line, y2016__amount="10k", y2016__reason="As published, paragraph 6.3")
    assert response.status_code == 302
    amount = LineAmount.objects.get(line=line, financial_year=2016)
    assert (amount.amount, amount.calculated, amount.reason) == (10_000, 60_000, "As published, paragraph 6.3")
    assert amount.stated_by == officer
    assert amounts(line)[1:] == [90_000, 90_000]


def test_a_stated_figure_that_is_not_touched_keeps_its_author(line, officer):
    post(signed_in(officer), line, y2016__amount="10k", y2016__reason="As published")
    post(signed_in(make_officer()), line, full_year__amount="91,000", full_year__reason="As agreed")
    authors = dict(LineAmount.objects.filter(line=line, origin="stated").values_list("financial_year", "stated_by"))
    assert authors[2016] == officer.pk
    assert authors[None] != officer.pk


def test_a_dash_in_the_full_year_is_no_effect_and_in_a_year_it_is_nil(line, officer):
    typed = {"full_year__amount": "-", "full_year__reason": "Ends", "y2016__amount": "-", "y2016__reason": "Not filled"}
    assert post(signed_in(officer), line, **typed).status_code == 302
    assert amounts(line) == [0, 90_000, None]
    assert LineAmount.objects.get(line=line, financial_year=None).absence == "no_effect"


def test_a_figure_can_be_stated_as_not_stated(line, officer):
    typed = {"full_year__amount": "Not stated", "full_year__reason": "The paper gives none"}
    assert post(signed_in(officer), line, **typed).status_code == 302
    assert LineAmount.objects.get(line=line, financial_year=None).absence == "not_stated"


def test_a_stated_figure_that_is_cleared_is_calculated_again(line, officer):
    client = signed_in(officer)
    post(client, line, y2016__amount="10k", y2016__reason="As published")
    post(client, line, y2016__amount="", y2016__reason="")
    assert amounts(line)[0] == 60_000


REFUSED = [
    # amounts
    ({"annual_cost": "-1"}, "annual_cost: The amount must be 0 or more: a credit cannot be entered here."),
    ({"annual_cost": "(500)"}, "annual_cost: The amount must be 0 or more: a credit cannot be entered here."),
    ({"annual_cost": "−500"}, "annual_cost: The amount must be 0 or more: a credit cannot be entered here."),
    ({"annual_cost": "1e9"}, "annual_cost: Write the amount in full, such as 1,000,000: the notation 1e6 is not read."),
    (
        {"annual_cost": "NaN"},
        "annual_cost: Write an amount in pounds, such as 83,000 or 83k; leave it blank if none is stated.",
    ),
    ({"annual_cost": "1" + "0" * 18}, "annual_cost: The amount must not be above £999,999,999,999."),
    ({"annual_cost": "83.50"}, "annual_cost: Write whole pounds, without pence."),
    # dates
    ({"intake__0__from": "29 Feb 2017"}, "intake-0-from: 2017 is not a leap year: its February has 28 days."),
    ({"intake__0__from": "31/04"}, "intake-0-from: April has 30 days."),
    ({"intake__0__from": "1/8/16"}, "intake-0-from: Write the year with four digits: 2016."),
    ({"intake__0__to": "31 July 2016"}, "intake-0-to: The last day, 31 July 2016, is before the first, 1 August 2016."),
    ({"intake__0__from": "", "intake__0__to": "1 May 2017"}, "intake-0-from: Enter the first day too."),
    # FTE
    ({"fte": ""}, "fte: Enter the FTE of this post, or n/s where it is not stated."),
    ({"fte": "0"}, "fte: The FTE must be more than 0."),
    ({"fte": "-1", "recruited": "1"}, "recruited: This post has no FTE to recruit to: write Yes, No or n/a."),
    ({"fte": "0.005"}, "fte: Write the FTE with no more than two decimal places, such as 0.25."),
    ({"fte": "6", "recruited": "7"}, "recruited: 7 recruited is more than the 6 FTE of the line."),
    # the line as a whole
    (
        {"fte": "2", "intake__0__fte": "1", "intake__1__fte": "2", "intake__1__from": "1 May 2017"},
        "fte: 3 FTE are in post at once, more than the 2 FTE of the line.",
    ),
    (
        {"fte": "3", "intake__0__fte": "2"},
        "fte: These dates put at most 2 FTE in post at once, but the line has 3. Change one of them.",
    ),
    (
        {"intake__0__fte": "1", "intake__1__from": "1 May 2017"},
        "intake-1-fte: Enter how many FTE of the line these dates are for.",
    ),
    ({"duration": "fixed_term"}, "intake-0-to: Enter the last day, or the term in months: a fixed term ends."),
    (
        {"duration": "fixed_term", "intake__0__from": ""},
        "term_months: Enter the term in months, or the dates below: a fixed term ends.",
    ),
    (
        {"duration": "fixed_term", "term_months": "18", "intake__0__to": "31 March 2018"},
        "intake-0-to: These dates are 20 months, but the term is 18. Change one of them.",
    ),
    ({"term_months": "18"}, "term_months: Only a fixed term has a length: clear this, or choose Fixed term."),
    ({"term_months": "1.5"}, "term_months: Write a whole number of months from 1 to 600, such as 18."),
    ({"intake__0__to": "31 March 2018"}, "intake-0-to: Every date here ends: clear the last To, or choose Fixed term."),
    ({"duration": "one_off"}, "duration: Choose one of these."),
    ({"phase": "999999"}, "phase: Choose a phase of this programme."),
    # stated figures
    ({"y2016__amount": "10k"}, "y2016-reason: Give a reason for this figure, or clear it to have it calculated."),
    ({"y2016__reason": "Why"}, "y2016-amount: Enter the figure too, or clear the reason to have it calculated."),
    (
        {"y2017__amount": "£1.5x", "y2017__reason": "Why"},
        "y2017-amount: Write the figure with k for thousands or m for millions, such as 83k, or in full, such as 83,000.",
    ),
    (
        {"duration": "fixed_term", "term_months": "18", "full_year__amount": "1", "full_year__reason": "Why"},
        "full_year-amount: A line that ends has no full-year effect: write - here, or clear it.",
    ),
    # texts
    ({"title": "  "}, "title: Enter the name of the post or other cost."),
    ({"title": "x" * 201}, "title: Shorten this to 200 characters: it has 201."),
    ({"comment": "x" * 1_000_000}, "comment: Shorten this to 500 characters: it has 1,000,000."),
    (
        {"comment": "a\x00b"},
        "comment: Remove the hidden character from this text (u+0000): it cannot be seen and can change what others read.",
    ),
    (
        {"team": "\u202eAdoption"},
        "team: Remove the hidden character from this text (right-to-left override): "
        "it cannot be seen and can change what others read.",
    ),
    ({"cost_centre": "9" * 21}, "cost_centre: Shorten this to 20 characters: it has 21."),
]


@pytest.mark.parametrize(("typed", "message"), REFUSED, ids=[f"{index}: {row[1][:60]}" for index, row in enumerate(REFUSED)])
def test_what_is_wrong_gets_its_message_at_its_place_and_stays_typed(typed, message, line, officer):
    before = stored(line)
    response = post(signed_in(officer), line, **typed)
    assert response.status_code == 422
    assert message in messages(response)
    page = response.content.decode()
    field, _, words = message.partition(": ")
    assert f'<a href="#id_{field}' in page, "the error summary links to the field"
    assert html.escape(words).replace("&quot;", '"') in page.split("</ul>")[0] or words in html.unescape(page)
    for text in typed.values():
        assert html.escape(text) in page or "Choose" in words
    assert stored(line) == before


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            {"duration": "one_off", "intake__0__from": "1 May 2016", "intake__1__from": "1 June 2016"},
            "intake-1-from: A one-off cost falls on one date.",
        ),
        (
            {"duration": "one_off", "intake__0__from": "1 May 2016", "intake__0__to": "1 June 2016"},
            "intake-0-to: A one-off cost falls on one date: clear this, and keep From.",
        ),
        (
            {"intake__0__from": "1 May 2016", "intake__1__from": "1 June 2016"},
            "intake-1-from: The periods of a cost without FTE must not overlap.",
        ),
        ({"recruited": ""}, "recruited: Choose Yes, No or n/a."),
    ],
)
def test_what_is_wrong_with_an_other_cost_is_said_at_its_place(typed, message, other_cost, officer):
    response = post(signed_in(officer), other_cost, **typed)
    assert response.status_code == 422
    assert message in messages(response)


def test_an_other_cost_may_be_a_credit_and_has_no_fte(other_cost, officer):
    client = signed_in(officer)
    assert "fte" not in shown_fields(client, other_cost)
    assert post(client, other_cost, annual_cost="(500)", intake__0__from="April 2016", recruited="yes").status_code == 302
    assert amounts(other_cost) == [-500, -500, -500]
    assert stored(other_cost).engaged == "yes"


def test_good_amounts_are_read_in_the_ways_people_write_them(line, officer):
    client = signed_in(officer)
    for text, annual_cost in (("£1.5k", 1_500), ("1.2m", 1_200_000), ("-", 0), ("", None), ("83,000", 83_000)):
        assert post(client, line, annual_cost=text).status_code == 302
        assert stored(line).annual_cost == annual_cost


def test_hostile_text_is_stored_as_typed_and_shown_as_text(line, officer):
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %}=HYPERLINK(\"x\")"
    client = signed_in(officer)
    assert post(client, line, title=hostile, team="<b>t</b>", comment=hostile).status_code == 302
    assert stored(line).title == hostile
    page = client.get(address(line)).content.decode()
    assert "<script>alert" not in page
    assert "<b>t</b>" not in page
    assert shown_fields(client, line)["title"] == hostile
