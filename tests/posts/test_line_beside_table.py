"""A line's form beside the table of inputs: what is asked for there, and what its row is told once it is saved."""

import pytest

from phases.models import FundingSource
from posts.models import CostLine
from tests.making import make_auditor, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_officer()


@pytest.fixture
def line(officer):
    programme = make_programme(slug="plan")
    make_phase(programme, 2, name="Phase Two")
    return added(programme, a_state(make_phase(programme, 1, name="Phase One")), officer)


def address(line):
    return f"/programmes/plan/lines/{line.pk}/?in=panel"


def filled(line, **typed):
    return {
        "version": str(line.version),
        "phase": str(line.phase_id),
        "team": "Referral and Assessment",
        "title": line.title,
        "fte": "1",
        "annual_cost": "90,000",
        "duration": "recurring",
        "intake-0-from": "1 August 2016",
        "recruited": "No",
        **typed,
    }


def test_it_is_the_form_of_the_page_without_the_page(line, officer):
    FundingSource.objects.create(programme=line.programme, name="Council", kind="grant")
    page = signed_in(officer).get(address(line))
    whole = signed_in(officer).get(f"/programmes/plan/lines/{line.pk}/").content.decode()
    text = page.content.decode()
    assert "<html" not in text
    assert 'id="panel-title"' in text
    assert page.context["form"].fields.keys() == {name for name in page.context["form"].fields if f'name="{name}"' in whole}
    assert all(f'name="{name}"' in text for name in page.context["form"].fields), "every field of the page is there"


def test_saved_there_the_row_and_the_totals_follow(line, officer):
    response = signed_in(officer).post(address(line), filled(line, duration="fixed_term", **{"intake-0-to": "Jan 2017"}))
    answer = response.json()
    assert answer["said"].startswith("Saved ")
    assert list(answer["rows"]) == [f"l{line.pk}"]
    assert "31 Jan 2017" in answer["rows"][f"l{line.pk}"]
    assert answer["totals"]["all"]["y2016"] == "45,000"
    assert "data-undo" in answer["undo"]


def test_moved_to_another_phase_its_row_is_not_given_for_its_old_place(line, officer):
    phase = line.programme.phases.get(number=2)
    answer = signed_in(officer).post(address(line), filled(line, phase=str(phase.pk))).json()
    assert answer["rows"] == {}
    assert CostLine.objects.get().phase == phase


def test_refused_there_everything_typed_comes_back_with_the_message(line, officer):
    response = signed_in(officer).post(address(line), filled(line, recruited="Many", annual_cost="lots"))
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="lots"' in text
    assert '<details class="govuk-details" open>' in text, "what is folded away and wrong is open"
    assert CostLine.objects.get().version == 1


def test_changed_by_somebody_else_meanwhile_the_three_versions_are_shown(line, officer):
    theirs = signed_in(make_officer())
    theirs.post(address(line), filled(line, comment="Theirs"))
    response = signed_in(officer).post(address(line), filled(line, comment="Mine"))
    assert response.status_code == 409
    assert "Somebody else changed the same" in response.content.decode()


def test_those_who_only_read_are_sent_to_the_workings(line):
    response = signed_in(make_auditor()).get(address(line))
    assert response.status_code == 302
    assert response["Location"].endswith("/workings/")


def test_the_history_of_a_cell_says_who_changed_it_from_what_to_what_and_nothing_of_other_cells(line, officer):
    client = signed_in(officer)
    client.post(address(line), filled(line, annual_cost="93,000", comment="Pay award"))
    line.refresh_from_db()
    client.post(address(line), filled(line, annual_cost="93,000", comment="Agreed"))
    workings = f"/programmes/plan/lines/{line.pk}/workings/?in=panel&cell="
    history = client.get(f"{workings}annual_cost").context["history"]
    assert [version.changes for version in history] == [
        (("Annual cost", "£90,000", "£93,000"),),
        (("Annual cost", "blank", "£90,000"),),
    ]
    assert [version.who for version in history] == [officer.name, officer.name]
    comments = client.get(f"{workings}comment").context["history"]
    assert [version.changes for version in comments[:2]] == [
        (("Comment", "Pay award", "Agreed"),),
        (("Comment", "blank", "Pay award"),),
    ]
    assert client.get(f"{workings}nothing").status_code == 404
    assert client.get(f"{workings}reason").status_code == 200
    assert "<html" not in client.get(f"{workings}y2016").content.decode()
