"""A line's page where somebody else was faster, or may not write."""

from decimal import Decimal

import pytest
from django.test import Client

from posts.models import CostLine
from tests.making import make_administrator, make_auditor, make_clerk, make_officer, make_phase, make_programme, make_user
from tests.posts.line_page import address, amounts, shown_fields, stored
from tests.posts.lines import a_state, added, changed, signed_in

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


def test_two_officers_on_one_line_the_second_sees_three_versions_and_loses_nothing(line, programme, phase, officer):
    client = signed_in(officer)
    opened = shown_fields(client, line)
    changed(programme, line, a_state(phase, annual_cost=Decimal(95_000)), make_officer())
    mine = opened | {"annual_cost": "99,000", "comment": "Agreed on Monday"}
    response = client.post(address(line), mine)
    assert response.status_code == 409
    page = " ".join(response.content.decode().split())
    assert "Somebody else changed the same." in page
    row = '<th scope="row">Annual cost</th> <td> <mark>99,000</mark> </td> <td>95,000</td> <td>90,000</td>'
    assert row in " ".join(page.split())
    assert stored(line).annual_cost == 95_000
    assert 'value="99,000"' in page
    assert "Agreed on Monday</textarea>" in page
    assert client.post(address(line), mine | {"version": "2"}).status_code == 302, "saved again on what was just shown"
    assert (stored(line).annual_cost, stored(line).comment) == (99_000, "Agreed on Monday")


def test_the_same_form_sent_twice_is_no_conflict(line, officer):
    client = signed_in(officer)
    mine = shown_fields(client, line) | {"annual_cost": "99,000"}
    assert client.post(address(line), mine).status_code == 302
    assert client.post(address(line), mine).status_code == 302
    assert CostLine.objects.get(pk=line.pk).version == 2


def test_a_line_removed_meanwhile_can_be_put_back_with_what_was_typed(line, programme, officer):
    client = signed_in(officer)
    mine = shown_fields(client, line) | {"comment": "Agreed on Monday"}
    changed(programme, line, None, make_officer())
    response = client.post(address(line), mine)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody else removed this line" in page
    assert "Agreed on Monday</textarea>" in page
    assert not CostLine.objects.filter(pk=line.pk).exists()
    assert client.post(address(line), mine | {"version": ""}).status_code == 302
    assert stored(line).comment == "Agreed on Monday"
    assert amounts(line) == [60_000, 90_000, 90_000]


@pytest.mark.parametrize("version", ["", "0", "7", "99999999999999999999", "x", "-1", "1 OR 1"])
def test_a_version_that_never_was_overwrites_nothing(version, line, officer):
    client = signed_in(officer)
    response = client.post(address(line), shown_fields(client, line) | {"version": version, "annual_cost": "1"})
    assert response.status_code == 409
    assert stored(line).annual_cost == 90_000


def test_more_rows_than_a_line_can_have_are_no_way_to_tire_the_server(line, officer):
    client = signed_in(officer)
    response = client.post(address(line), shown_fields(client, line) | {"intake-99-from": "x", "intake-5000-from": "x"})
    assert response.status_code == 422
    assert response.content.decode().count('-from"') < 700


@pytest.mark.parametrize("make", [make_clerk, make_auditor, make_administrator], ids=lambda make: make.__name__)
def test_who_may_only_read_is_sent_to_the_workings(make, line, officer):
    client = signed_in(make())
    response = client.get(address(line))
    assert (response.status_code, response["Location"]) == (302, f"{address(line)}workings/")
    assert client.post(address(line), {"version": "1", "title": "Mine"}).status_code == 403
    assert stored(line).title == "Head of service"


def test_who_may_not_see_programmes_is_refused_and_a_stranger_signs_in(line):
    assert signed_in(make_user()).get(address(line)).status_code == 403
    assert Client().get(address(line)).status_code == 302
    assert "/accounts/login/" in Client().post(address(line))["Location"]


def test_a_line_of_another_programme_and_an_unknown_one_are_not_found(line, officer):
    make_programme(slug="another")
    client = signed_in(officer)
    for wrong in (f"/programmes/another/lines/{line.pk}/", "/programmes/ofsted-2016/lines/999999/"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, {"version": "1"}).status_code == 404
