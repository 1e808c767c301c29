"""The set-up and decision pages: what a person types, sees and is told."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.db import IntegrityError
from django.test import Client

from accounts.models import AuditEntry
from phases.models import ExcludedItem, Phase, Programme
from posts.models import LineAmount, Team
from tests.answers import queries_of
from tests.lists import csv_of, xlsx_of
from tests.making import (
    make_administrator,
    make_authorisation,
    make_clerk,
    make_decision,
    make_excluded_item,
    make_line,
    make_officer,
    make_phase,
    make_programme,
    make_source,
    make_team,
)
from tests.phases.forms import errors, save

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Children's services: Ofsted 2016",
    "slug": "",
    "table_title": "EXPENDITURE AS A RESULT OF OFSTED",
    "total_wording": "RESOURCES REQUESTED",
    "first_year": "2016/17",
    "last_year": "2017/18",
    "basis": "months",
}


@pytest.fixture
def officer(sign_in: Any) -> Client:
    return sign_in(make_officer())


def test_a_programme_is_made_with_an_address_from_its_name(officer: Client):
    response = officer.post("/programmes/new/", NEW)
    programme = Programme.objects.get()
    assert (programme.slug, programme.first_year, programme.last_year) == ("childrens-services-ofsted-2016", 2016, 2017)
    assert response.url == "/programmes/childrens-services-ofsted-2016/set-up/"
    assert "was set up" in officer.get(response.url).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_year": "2016"}, "Write a financial year like this: 2016/17."),
        ({"first_year": "2016/18"}, "A financial year is one year long, such as 2016/17."),
        ({"first_year": "16/17"}, "Write a financial year like this: 2016/17."),
        ({"first_year": ""}, "Enter the first financial year."),
        ({"first_year": "2018/19"}, "The last financial year must not come before the first."),
        ({"last_year": "2030/31"}, "A programme has at most 10 financial years."),
        ({"name": ""}, "Enter the name."),
        ({"name": "x" * 161}, "Ensure this value has at most 160 characters (it has 161)."),
        ({"name": "!!!"}, "Enter a web address: none can be made from this name."),
        ({"name": "New"}, "“new” is already used by this service: choose another."),
        ({"slug": "Ofsted 2016"}, "Use small letters, digits and hyphens only, such as ofsted-2016."),
        ({"basis": "weeks"}, "Select a valid choice. weeks is not one of the available choices."),
        ({"name": "Of\u202efsted"}, "Remove the hidden character"),
        ({"name": "Of\x00fsted"}, "Null characters are not allowed."),
    ],
)
def test_a_mistake_in_a_programme_gets_its_message_and_loses_nothing(officer: Client, typed: dict[str, str], said: str):
    response = officer.post("/programmes/new/", NEW | typed)
    assert response.status_code == 200
    assert any(error.startswith(said) for error in errors(response)), errors(response)
    assert "There is a problem" in response.text
    assert 'value="EXPENDITURE AS A RESULT OF OFSTED"' in response.text
    assert not Programme.objects.exists()


def test_a_programme_of_the_same_name_or_address_is_refused_in_words(officer: Client):
    make_programme(name=NEW["name"], slug="ofsted-2016")
    assert errors(officer.post("/programmes/new/", NEW | {"slug": "other"})) == [
        "Another programme has this name: choose another."
    ]
    assert errors(officer.post("/programmes/new/", NEW | {"name": "Another", "slug": "ofsted-2016"})) == [
        "Another programme has this web address: choose another."
    ]


def test_markup_and_template_tags_stay_text(officer: Client):
    officer.post("/programmes/new/", NEW | {"name": "<script>alert(1)</script> {{ 7|add:7 }}", "slug": "odd"})
    page = officer.get("/programmes/odd/set-up/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7|add:7 }}" in page


def test_a_megabyte_of_text_is_refused_and_handed_back(officer: Client):
    programme = make_programme()
    response = save(officer, f"/programmes/{programme.slug}/set-up/paper/", {"assumptions": "x" * 1_000_000})
    assert errors(response) == ["This text has 1,000,000 characters: shorten it to 50,000."]
    assert "x" * 1_000_000 in response.text


def test_the_new_basis_of_a_programme_costs_its_lines_anew(officer: Client):
    programme = make_programme()
    make_line(make_phase(programme), title="Head of service")
    address = f"/programmes/{programme.slug}/set-up/details/"
    save(officer, address, NEW | {"last_year": "2018/19", "basis": "days"})
    assert set(LineAmount.objects.values_list("financial_year", flat=True)) == {2016, 2017, 2018, None}
    programme.refresh_from_db()
    assert programme.basis == "days"


def test_the_paper_keeps_its_date_typed_in_words(officer: Client):
    programme = make_programme()
    save(officer, f"/programmes/{programme.slug}/set-up/paper/", {"meeting_date": "14 Sept 2016", "appendix": "Appendix 3"})
    programme.refresh_from_db()
    assert (programme.meeting_date, programme.appendix) == (date(2016, 9, 14), "Appendix 3")
    assert 'value="14 September 2016"' in officer.get(f"/programmes/{programme.slug}/set-up/paper/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("14/9/16", "Write the year with four digits: 2016."),
        ("29 Feb 2017", "2017 is not a leap year: its February has 28 days."),
        ("31/04/2016", "April has 30 days."),
        ("yesterday", "“yesterday” is not a month."),
    ],
)
def test_a_wrong_date_gets_its_message_and_stays(officer: Client, typed: str, said: str):
    response = save(officer, f"/programmes/{make_programme().slug}/set-up/paper/", {"meeting_date": typed})
    assert errors(response) == [said]
    assert f'value="{typed}"' in response.text


def test_a_line_of_the_key_that_explains_nothing_is_named(officer: Client):
    typed = "FTE = Full-time equivalent\nDM"
    response = save(officer, f"/programmes/{make_programme().slug}/set-up/paper/", {"abbreviations": typed})
    assert errors(response) == ["Line 2, “DM”, must read like FTE = Full-time equivalent."]


def test_a_phase_is_added_renamed_and_not_added_twice(officer: Client):
    programme = make_programme()
    address = f"/programmes/{programme.slug}/set-up/phases/"
    assert save(officer, address + "add/", {"number": "1", "name": "Phase One"}).status_code == 302
    assert errors(save(officer, address + "add/", {"number": "1", "name": "Phase Two"})) == [
        "Another phase of this programme has this number: choose another."
    ]
    assert errors(save(officer, address + "add/", {"number": "2", "name": "Phase One"})) == [
        "Another phase of this programme has this name: choose another."
    ]
    assert save(officer, f"{address}{Phase.objects.get().pk}/", {"number": "2", "name": "Phase Two"}).status_code == 302
    assert [(phase.number, phase.name) for phase in Phase.objects.all()] == [(2, "Phase Two")]
    assert [entry.action for entry in AuditEntry.objects.all()] == ["phase_changed", "phase_added"]


@pytest.mark.parametrize("typed", ["0", "100", "-1", "one", "1.5", "", "9" * 40])
def test_a_phase_is_numbered_from_1_to_99(officer: Client, typed: str):
    response = save(officer, f"/programmes/{make_programme().slug}/set-up/phases/add/", {"number": typed, "name": "Phase"})
    assert response.status_code == 200
    assert len(errors(response)) == 1
    assert not Phase.objects.exists()


def test_two_who_add_the_same_phase_at_once_get_a_message_not_a_fault(officer: Client, monkeypatch: pytest.MonkeyPatch):
    programme = make_programme()
    make_phase(programme, 1)
    monkeypatch.setattr(Phase, "full_clean", lambda *args, **options: None)  # as if the other came after the check
    response = save(officer, f"/programmes/{programme.slug}/set-up/phases/add/", {"number": "1", "name": "Phase One"})
    assert response.status_code == 200
    assert errors(response) == ["Another phase of this programme has this number: choose another."]


def test_a_refusal_that_has_no_words_of_its_own_is_still_no_fault(officer: Client, monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: object, **options: object) -> None:
        raise IntegrityError("something else")

    programme = make_programme()
    monkeypatch.setattr("phases.programmes.actions.save", refuse)
    response = save(officer, f"/programmes/{programme.slug}/set-up/phases/add/", {"number": "1", "name": "Phase One"})
    assert errors(response) == ["This was not saved: it conflicts with other records."]


def test_an_edit_over_somebody_elses_shows_theirs_beside_what_was_typed(officer: Client):
    programme = make_programme()
    phase = make_phase(programme, 1, name="Original")
    address = f"/programmes/{programme.slug}/set-up/phases/{phase.pk}/"
    mark = re.search(r'name="made_on" value="(\w+)"', officer.get(address).text)[1]
    Phase.objects.update(name="Theirs")
    response = officer.post(address, {"number": "1", "name": "Mine", "made_on": mark})
    assert response.status_code == 409
    assert 'value="Mine"' in response.text
    assert "Stored now: Theirs" in response.text
    assert "Somebody else changed this after you opened the page." in response.text
    assert Phase.objects.get().name == "Theirs"
    again = re.search(r'name="made_on" value="(\w+)"', response.text)[1]
    assert officer.post(address, {"number": "1", "name": "Mine", "made_on": again}).status_code == 302
    assert Phase.objects.get().name == "Mine"


def test_an_edit_elsewhere_in_the_programme_is_no_conflict(officer: Client):
    programme = make_programme()
    phase = make_phase(programme, 1)
    address = f"/programmes/{programme.slug}/set-up/phases/{phase.pk}/"
    mark = re.search(r'name="made_on" value="(\w+)"', officer.get(address).text)[1]
    Programme.objects.update(version=99)
    assert officer.post(address, {"number": "1", "name": "Mine", "made_on": mark}).status_code == 302


def test_each_list_of_the_set_up_is_downloaded_by_its_name(officer: Client):
    programme = make_programme()
    make_phase(programme, 1, name="Phase One")
    base = f"/programmes/{programme.slug}/set-up/"
    save(officer, base + "funding-sources/add/", {"name": "Capital grant", "kind": "capital_grant"})
    source = programme.funding_sources.get()
    typed = {"title": "Lead", "amount": "£69k", "funding_source": source.pk, "note": "Met from the grant."}
    save(officer, base + "excluded-items/add/", typed)
    found = {name: csv_of(officer, base, list=name) for name in ("phases", "teams", "funding-sources", "excluded-items")}
    assert found == {
        "phases": [["Number", "Phase", "Lines"], ["1", "Phase One", "0"]],
        "teams": [["Team", "Lines"]],
        "funding-sources": [
            ["Funding source", "Kind", "Required match, per cent"],
            ["Capital grant", "Capital grant", ""],
        ],
        "excluded-items": [
            ["Item", "Amount", "Met from", "Note under the table"],
            ["Lead", "69000", "Capital grant", "Met from the grant."],
        ],
    }
    assert xlsx_of(officer, base, list="excluded-items")[1] == ["Lead", 69_000, "Capital grant", "Met from the grant."]
    page = officer.get(base).text
    assert "?format=csv&amp;list=excluded-items" in page
    assert officer.get(base, {"format": "csv", "list": "others"}).status_code == 400


def test_a_funding_source_and_an_excluded_item_are_added_and_changed(officer: Client):
    programme = make_programme()
    base = f"/programmes/{programme.slug}/set-up/"
    save(officer, base + "funding-sources/add/", {"name": "Capital grant", "kind": "capital_grant"})
    source = programme.funding_sources.get()
    typed = {"title": "Lead", "amount": "£69k", "funding_source": source.pk, "note": "Met from the grant."}
    save(officer, base + "excluded-items/add/", typed)
    item = ExcludedItem.objects.get()
    assert item.amount == 69_000
    save(officer, f"{base}excluded-items/{item.pk}/", typed | {"amount": ""})
    item.refresh_from_db()
    assert item.amount is None
    page = officer.get(base).text
    assert "not stated" in page
    assert "Met from the grant." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-1", "The amount must be 0 or more: a credit cannot be entered here."),
        ("1e9", "Write the amount in full, such as 1,000,000: the notation 1e6 is not read."),
        ("NaN", "Write an amount in pounds, such as 83,000 or 83k; leave it blank if none is stated."),
        ("10" + "0" * 17, "The amount must not be above £999,999,999,999."),
        ("£1.5k5", None),
    ],
)
def test_a_wrong_amount_gets_its_message_and_stays(officer: Client, typed: str, said: str | None):
    programme = make_programme()
    source = make_source(programme)
    response = save(
        officer,
        f"/programmes/{programme.slug}/set-up/excluded-items/add/",
        {"title": "Lead", "amount": typed, "funding_source": source.pk, "note": "Elsewhere."},
    )
    assert len(errors(response)) == 1
    assert said is None or errors(response) == [said]
    assert f'value="{typed}"' in response.text
    assert not ExcludedItem.objects.exists()


def test_the_source_of_another_programme_cannot_be_chosen(officer: Client):
    programme, elsewhere = make_programme(), make_source(make_programme())
    response = save(
        officer,
        f"/programmes/{programme.slug}/set-up/excluded-items/add/",
        {"title": "Lead", "amount": "1", "funding_source": elsewhere.pk, "note": "Elsewhere."},
    )
    assert errors(response) == ["Select a valid choice. That choice is not one of the available choices."]


def test_teams_are_renamed_and_put_in_another_order(officer: Client):
    programme = make_programme()
    first, second = make_team(programme, "Adoption", 10), make_team(programme, "Fostering", 20)
    typed = {f"place_{first.pk}": "2", f"name_{first.pk}": "Adoption team"}
    typed |= {f"place_{second.pk}": "1", f"name_{second.pk}": "Fostering"}
    assert save(officer, f"/programmes/{programme.slug}/set-up/teams/", typed).status_code == 302
    assert [team.name for team in Team.objects.order_by("position")] == ["Fostering", "Adoption team"]


def test_two_teams_cannot_share_a_name(officer: Client):
    programme = make_programme()
    first, second = make_team(programme, "Adoption", 10), make_team(programme, "Fostering", 20)
    typed = {f"place_{first.pk}": "1", f"name_{first.pk}": "Adoption"}
    typed |= {f"place_{second.pk}": "x", f"name_{second.pk}": "Adoption"}
    response = save(officer, f"/programmes/{programme.slug}/set-up/teams/", typed)
    assert errors(response) == ["Enter a whole number.", "Two teams cannot both be called Adoption."]


def test_two_teams_may_swap_their_names(officer: Client):
    programme = make_programme()
    first, second = make_team(programme, "Adoption", 10), make_team(programme, "Fostering", 20)
    typed = {f"place_{first.pk}": "1", f"name_{first.pk}": "Fostering"}
    typed |= {f"place_{second.pk}": "2", f"name_{second.pk}": "Adoption"}
    assert save(officer, f"/programmes/{programme.slug}/set-up/teams/", typed).status_code == 302
    assert [team.name for team in Team.objects.order_by("position")] == ["Fostering", "Adoption"]


PARTS = ["phases/{phase}/", "funding-sources/{source}/", "excluded-items/{item}/"]


@pytest.mark.parametrize("address", PARTS)
def test_a_part_of_another_programme_is_not_found(officer: Client, address: str):
    here, elsewhere = make_programme(), make_programme()
    ids = {"phase": make_phase(elsewhere).pk, "source": make_source(elsewhere).pk, "item": make_excluded_item(elsewhere).pk}
    assert officer.get(f"/programmes/{elsewhere.slug}/set-up/{address.format(**ids)}").status_code == 200
    assert officer.get(f"/programmes/{here.slug}/set-up/{address.format(**ids)}").status_code == 404
    assert officer.get(f"/programmes/unknown/set-up/{address.format(**ids)}").status_code == 404


def test_known_but_forbidden_is_said_so(sign_in: Any):
    programme = make_programme()
    assert sign_in(make_clerk()).get(f"/programmes/{programme.slug}/set-up/").status_code == 403
    assert sign_in(make_clerk()).post("/programmes/new/", NEW).status_code == 403
    assert sign_in(make_officer()).get(f"/programmes/{programme.slug}/decisions/record/").status_code == 403
    assert sign_in(make_administrator()).get(f"/programmes/{programme.slug}/set-up/").status_code == 200


def test_the_list_shows_each_programme_and_where_to_begin_when_there_is_none(officer: Client):
    assert "Set up the first programme" in officer.get("/programmes/").text
    make_line(make_phase(make_programme(name="Ofsted 2016")))
    page = officer.get("/programmes/").text
    assert "Ofsted 2016" in page
    assert "2016/17 to 2017/18" in page


def test_the_pages_take_the_same_queries_however_much_there_is(officer: Client):
    programme = make_programme()

    def asked() -> list[int]:
        other = make_programme()
        for _ in range(3):
            for each in (programme, other):
                number = each.phases.count() + 1
                make_line(make_phase(each, number), team=make_team(each, f"Team {number}"))
                make_authorisation(make_decision(each), limits={2016: number, None: 2})
        here = f"/programmes/{programme.slug}"
        caches["positions"].clear()
        return [queries_of(officer, address) for address in ("/programmes/", f"{here}/decisions/", f"{here}/set-up/", "/")]

    assert [asked(), asked()] == [[7, 11, 9, 15]] * 2


def test_a_phase_that_nothing_stands_on_is_removed_and_the_record_says_so(officer: Client):
    programme = make_programme()
    phase = make_phase(programme, number=7, name="Phase Seven")
    officer.post(f"/programmes/{programme.slug}/set-up/phases/{phase.pk}/", {"remove": "yes"})
    assert not Phase.objects.filter(pk=phase.pk).exists()
    assert AuditEntry.objects.latest("number").action == "phase_removed"


def test_a_phase_with_lines_stays_and_the_page_says_why(officer: Client):
    programme = make_programme()
    phase = make_phase(programme, number=7, name="Phase Seven")
    make_line(phase)
    page = officer.post(f"/programmes/{programme.slug}/set-up/phases/{phase.pk}/", {"remove": "yes"}, follow=True)
    assert "Phase Seven was not removed: cost lines belong to it." in page.content.decode()
    assert Phase.objects.filter(pk=phase.pk).exists()
