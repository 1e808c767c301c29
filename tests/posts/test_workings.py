"""How a figure came about, and what changed in a line, as the page of its workings says it."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import Stated
from posts.lines.undoing.actions import undo
from tests.answers import queries_of
from tests.making import NOON, make_auditor, make_clerk, make_officer, make_phase, make_programme, make_user
from tests.posts.lines import START, a_state, added, changed, signed_in

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


def page_of(line, person) -> str:
    response = signed_in(person).get(f"/programmes/ofsted-2016/lines/{line.pk}/workings/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def section(page: str, anchor: str) -> str:
    """What stands between the anchor that the committee table links to and the end of its section."""
    return page.split(f'<section class="workings" id="{anchor}"')[1].split("</section>", maxsplit=1)[0]


def test_a_figure_shows_how_it_was_calculated_in_words(programme, phase, officer):
    page = page_of(added(programme, a_state(phase), officer), officer)
    assert "£60,000" in section(page, "y2016")
    assert "£90,000 × 8/12, from 1 August 2016, rounded half up to £60,000." in section(page, "y2016")
    assert "£90,000 × 12/12" in section(page, "y2017")
    assert "£90,000 a year, open-ended." in section(page, "full-year")


def test_every_year_of_the_programme_and_the_full_year_has_its_anchor(officer):
    programme = make_programme(slug="ofsted-2016", first_year=2015, last_year=2019)
    page = page_of(added(programme, a_state(make_phase(programme)), officer), officer)
    assert page.count('<section class="workings" id="y20') == 5
    assert "Nil: not in post in 2015/16" in section(page, "y2015")
    assert page.count('<section class="workings" id="full-year"') == 1


def test_a_stated_figure_shows_its_reason_its_author_and_the_calculated_one_beside_it(programme, phase, officer):
    stated = (Stated(2016, Decimal(10_000), "", "As published, paragraph 6.3", officer.pk, NOON),)
    shown = section(page_of(added(programme, a_state(phase, stated=stated), officer), officer), "y2016")
    assert "£10,000" in shown
    assert "Typed by Finance officer on 14 September 2016 at 13:00. Reason: As published, paragraph 6.3" in shown
    assert "Calculated: £60,000." in shown
    assert "The typed figure is £50,000 less than the calculated one." in shown


def test_a_stated_figure_says_so_where_it_cannot_be_calculated(programme, phase, officer):
    stated = (Stated(2016, Decimal(10_000), "", "As published", officer.pk, NOON),)
    shown = section(page_of(added(programme, a_state(phase, intakes=(), stated=stated), officer), officer), "y2016")
    assert "Cannot be calculated: the start is not stated." in shown
    assert "than the calculated one" not in shown


def test_a_stated_nil_and_a_stated_absence_say_so_once(programme, phase, officer):
    stated = (
        Stated(2016, Decimal(0), "", "As published", officer.pk, NOON),
        Stated(None, None, "no_effect", "As published", officer.pk, NOON),
    )
    state = a_state(phase, duration="fixed_term", intakes=((Decimal(1), date(2017, 4, 1), date(2018, 3, 31)),), stated=stated)
    page = page_of(added(programme, state, officer), officer)
    nil = "<strong>Calculated: Nil.</strong> Not in post in 2016/17 (from 1 April 2017 to 31 March 2018)."
    assert f"{nil} The typed figure is the same." in section(page, "y2016")
    none = "<strong>Calculated: No full-year effect.</strong> Fixed term, from 1 April 2017 to 31 March 2018."
    assert none in section(page, "full-year")


def test_a_fixed_term_has_no_full_year_effect_and_adds_to_no_total(programme, phase, officer):
    state = a_state(phase, duration="fixed_term", intakes=((Decimal(1), START, date(2018, 1, 31)),))
    shown = section(page_of(added(programme, state, officer), officer), "full-year")
    assert "No full-year effect: fixed term, from 1 August 2016 to 31 January 2018." in shown
    assert "Adds nothing to any total." in shown


def test_a_figure_names_the_totals_of_its_team_its_phase_and_the_programme(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    added(programme, a_state(phase, title="Second head", annual_cost=Decimal(30_000)), officer)
    added(programme, a_state(phase, title="Of another team", team="Adoption", annual_cost=Decimal(3_000)), officer)
    added(programme, a_state(make_phase(programme, 2), annual_cost=Decimal(300)), officer)
    shown = section(page_of(line, officer), "y2016")
    assert 'Referral and Assessment in Phase One <span class="nowrap">£80,000' in shown
    assert '<li>Phase One <span class="nowrap">£82,000' in shown
    assert 'The whole programme <span class="nowrap">£82,200' in shown


def test_a_line_under_no_team_names_no_total_of_a_team(programme, phase, officer):
    shown = section(page_of(added(programme, a_state(phase, team=""), officer), officer), "y2016")
    assert shown.split("Adds to:")[1].count("<li>") == 2


def test_the_inputs_stand_beside_the_figures(programme, phase, officer):
    page = page_of(added(programme, a_state(phase, cost_centre="CC-101"), officer), officer)
    for name, text in (("Annual cost", "£90,000"), ("In post", "1 FTE from 1 August 2016"), ("Cost centre", "CC-101")):
        assert f"<dt>{name}</dt> <dd> {text} </dd>" in page
    assert "Entered by Finance officer on 14 September 2016 at 13:00." in page


def test_inputs_that_several_people_entered_each_name_theirs(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    changed(programme, line, a_state(phase, comment="Urgent"), make_officer(name="Second officer"))
    page = page_of(line, officer)
    assert '<dt>Comment</dt> <dd> Urgent<span class="facts__who">Second officer, 14 September 2016 at 13:00' in page
    assert '<dt>Annual cost</dt> <dd> £90,000<span class="facts__who">Finance officer' in page


def test_the_history_says_who_changed_what_and_when_newest_first(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    second = make_officer(name="Second finance officer")
    stated = (Stated(None, Decimal(90_500), "", "As agreed", second.pk, NOON),)
    after = a_state(phase, annual_cost=Decimal(96_000), stated=stated, intakes=((Decimal(1), date(2016, 9, 1), None),))
    changed(programme, line, after, second, at=datetime(2016, 9, 15, 8, 5, tzinfo=UTC))
    history = page_of(line, officer).split("History of this line")[1]
    newest, oldest = history.split("<li value=")[1:3]
    assert "Changed</strong> by Second finance officer on 15 September 2016 at 09:05" in newest
    assert "<dt>Annual cost</dt>" in newest
    assert "<del>£90,000</del>" in newest
    assert "<ins>£96,000</ins>" in newest
    assert "<ins>1 FTE from 1 September 2016</ins>" in newest
    assert "<del>calculated</del>" in newest
    assert "<ins>£90,500, typed: As agreed</ins>" in newest
    assert "<dt>Comment</dt>" not in newest
    assert "Added</strong> by Finance officer" in oldest


def test_the_history_goes_on_through_a_move_a_removal_and_its_undoing(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    changed(programme, line, a_state(phase, position=30), officer)
    removal = changed(programme, line, None, officer)
    undo(programme=programme, entry=removal, by=officer, at=NOON)
    history = page_of(line, officer).split("History of this line")[1]
    assert [part.split("</strong>")[0] for part in history.split("<strong>")[1:]] == [
        "Put back",
        "Removed",
        "Moved down",
        "Added",
    ]


def test_hostile_text_stays_text(programme, phase, officer):
    hostile = "<script>alert(1)</script>{{ programme }}{% now 'Y' %}"
    stated = (Stated(2016, Decimal(1), "", hostile, officer.pk, NOON),)
    page = page_of(
        added(programme, a_state(phase, title=hostile, team=hostile, comment=hostile, stated=stated), officer), officer
    )
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ programme }}{% now &#x27;Y&#x27; %}") >= 5


def test_the_page_takes_the_same_queries_however_many_lines_and_versions_there_are(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    client = signed_in(officer)

    def asked(first_cost: int) -> int:
        for cost in range(first_cost, first_cost + 4_000, 1_000):
            changed(programme, line, a_state(phase, annual_cost=Decimal(cost)), officer)
            added(programme, a_state(phase, title=f"Post {cost}"), officer)
        return queries_of(client, f"/programmes/ofsted-2016/lines/{line.pk}/workings/")

    assert [asked(91_000), asked(95_000)] == [13, 13]


@pytest.mark.parametrize("make", [make_officer, make_clerk, make_auditor], ids=lambda make: make.__name__)
def test_whoever_sees_programmes_sees_workings(make, programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    assert "£60,000" in page_of(line, make())


def test_who_may_not_see_programmes_is_refused_and_a_stranger_signs_in(programme, phase, officer):
    address = f"/programmes/ofsted-2016/lines/{added(programme, a_state(phase), officer).pk}/workings/"
    assert signed_in(make_user()).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_line_of_another_programme_a_removed_one_and_an_unknown_one_are_not_found(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    make_programme(slug="another")
    client = signed_in(officer)
    assert client.get(f"/programmes/another/lines/{line.pk}/workings/").status_code == 404
    assert client.get("/programmes/ofsted-2016/lines/999999/workings/").status_code == 404
    changed(programme, line, None, officer)
    assert client.get(f"/programmes/ofsted-2016/lines/{line.pk}/workings/").status_code == 404


def test_only_those_who_may_change_lines_are_offered_it(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    assert "Change this line" in page_of(line, officer)
    assert "Change this line" not in page_of(line, make_auditor())


def test_a_figure_names_what_it_is_worked_out_from_and_who_entered_that(programme, phase, officer):
    line = added(programme, a_state(phase), officer)
    later = datetime(2016, 10, 3, 9, 30, tzinfo=UTC)
    changed(programme, line, a_state(phase, annual_cost=Decimal(96_000)), make_officer(name="Second officer"), at=later)
    figure = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", section(page_of(line, officer), "y2016")))
    assert "Worked out from:" in figure
    assert "Annual cost: £96,000 (Second officer, 3 October 2016 at 10:30)" in figure
    assert "In post: 1 FTE from 1 August 2016 (Finance officer, 14 September 2016 at 13:00)" in figure
    assert "Part-year basis: Months: each whole month is a twelfth" in figure
    assert "Part-year basis" not in section(page_of(line, officer), "full-year")


def test_a_line_that_was_put_back_was_entered_by_who_put_it_back(programme, phase, officer):
    line, second = added(programme, a_state(phase), officer), make_officer(name="Second officer")
    changed(programme, line, None, officer)
    back = [LineChange(line.pk, None, a_state(phase))]
    change_lines(programme=programme, line_changes=back, by=second, at=datetime(2016, 10, 3, 9, 30, tzinfo=UTC))
    assert "Worked out from, entered by Second officer on 3 October 2016" in section(page_of(line, officer), "y2016")


def test_a_figure_that_is_only_stated_has_no_inputs(programme, phase, officer):
    stated = (Stated(2016, Decimal(10_000), "", "As published", officer.pk, NOON),)
    line = added(programme, a_state(phase, annual_cost=None, stated=stated), officer)
    assert "Worked out from" not in section(page_of(line, officer), "y2016")
