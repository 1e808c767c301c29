"""Every list of the product is offered as CSV and as workbook: found by what its view calls, so that none is left out."""

import ast
import inspect
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from phases.models import Programme
from tests.lists import csv_of, xlsx_of
from tests.making import make_authorisation, make_decision, make_phase, make_programme, make_source, make_user
from tests.site.admitted import NOBODY, WHO_IS_LET_IN
from tests.site.test_addresses import Standing, _address, programme, standing

__all__ = ["programme", "standing"]
pytestmark = pytest.mark.django_db

CALLS = {"Listing", "file_of"}
"""What makes a page a list."""

# A list is added by itself; one that is lost from these is missed.
KNOWN = {"programmes", "all_lines", "drawdowns", "register", "published_decisions", "audit", "people", "offices", "holders"}
KNOWN |= {"deputies", "delegations", "issued_papers", "packs", "forward_plan", "decisions", "programme_setup"}
KNOWN |= {"bodies", "approval_limits", "power_changes"}


def _patterns(patterns: list[Any]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns)
        elif isinstance(each, URLPattern):
            yield each


def _is_list(view: Any) -> bool:
    function = inspect.unwrap(view)
    try:
        tree = ast.parse(inspect.cleandoc(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(each, ast.Name) and each.id in CALLS for each in called)


# Their views share what makes the list with an address that is none.
LISTS = {"audit", "published_decisions"}
LISTS |= {each.name for each in _patterns(get_resolver().url_patterns) if each.name and _is_list(each.callback)}


def test_the_lists_are_found():
    assert set(LISTS) >= KNOWN


def _reader(client: Client, name: str) -> Client:
    who = WHO_IS_LET_IN[name]
    if NOBODY not in who:
        client.force_login(make_user(sorted(who)[-1]))
    return client


@pytest.mark.parametrize("name", sorted(LISTS))
def test_it_is_offered_as_csv_and_as_workbook(name: str, client: Client, programme: Programme, standing: Standing):
    reader, address = _reader(client, name), _address(name, programme, standing)
    headings, *lines = csv_of(reader, address)
    book = xlsx_of(reader, address)
    assert book[0] == headings
    assert len(book) - 1 == len(lines)
    assert all(headings)
    refused = reader.get(address, {"format": "pdf"})
    assert refused.status_code == 400
    assert "This list can be downloaded as csv or xlsx." in refused.text or "went wrong" not in refused.text
    assert reader.get(address).status_code == 200


def test_decisions_come_with_the_money_they_allow(client: Client):
    programme = make_programme(slug="ofsted")
    phase, decision = make_phase(programme, name="Phase One"), make_decision(programme, title="=Release")
    grant = make_source(programme, name="Grant", kind="grant")
    make_authorisation(decision, phase, limits={2016: 950_000, None: 10}, title="July", funding_source=grant)
    make_decision(programme, title="Noted")
    client.force_login(make_user("clerk"))
    headings, *lines = csv_of(client, "/programmes/ofsted/decisions/")
    assert headings[5:] == [
        *("Authorisation", "Funding source", "Term", "Phases", "Limit, 2016/17", "Limit, Full year", "Replaced by")
    ]
    assert [line[1] for line in lines] == ["'=Release", "Noted"]
    assert lines[0][5:] == ["July", "Grant", "One-off", "Phase One", "950000", "10", ""]
    assert lines[1][5:] == [""] * 7
    assert "Download decisions and money" in client.get("/programmes/ofsted/decisions/").text


def test_the_funding_sources_of_a_programme(client: Client):
    programme = make_programme(slug="ofsted")
    make_source(programme, name="@Grant", kind="grant")
    make_source(programme, name="Matched", kind="grant", match_percent=Decimal("30.00"))
    client.force_login(make_user("finance_officer"))
    headings, *lines = csv_of(client, "/programmes/ofsted/set-up/")
    assert headings == ["Funding source", "Kind", "Required match, per cent"]
    assert lines == [["'@Grant", "Grant", ""], ["Matched", "Grant", "30.00"]]
    assert xlsx_of(client, "/programmes/ofsted/set-up/")[1:] == [["@Grant", "Grant", None], ["Matched", "Grant", 30]]
