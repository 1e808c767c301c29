"""Glossary, help by task, and the terms that pages explain."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions.rules import Role
from improvement_budget.glossary.rules import BY_NAME, BY_SLUG, TERMS
from improvement_budget.help.rules import GUIDES, Guide
from improvement_budget.templatetags.glossary import explained
from tests.making import make_programme, make_user
from tests.site.admitted import WHO_IS_LET_IN

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ADDRESSES = ["/glossary/", "/help/", "/accessibility/", "/privacy/", "/contact/"]

# What the field calls things; a new word belongs here and in the glossary.
VOCABULARY = """
advice, consent,
programme, phase, funding source, decision, authorisation, team, line, post, FTE, intake, full-year cost, part-year cost,
full-year effect, financial year, paperwork complete, recruited, drawdown, headroom, office, deputy, scheme of delegation,
agreement, consultation, call-in, whole-life sum, not stated, body, governance, correction, report, clearance, plan version,
pay point, on-costs, agency cover, reallocation, outturn, variance, Part 1 and Part 2, key decision, limit, one-off, recurring,
credit, number of posts, required match, unfunded,
who pays
"""


def test_the_glossary_explains_every_word_of_the_field_once():
    words = [" ".join(word.split()) for word in VOCABULARY.split(",")]
    assert sorted(words, key=str.lower) == sorted((term.in_a_sentence for term in TERMS), key=str.lower)
    assert len(BY_SLUG) == len(TERMS)
    assert {name for term in TERMS for name in term.see} <= set(BY_NAME)


@pytest.mark.django_db
def test_every_term_has_its_own_place_in_the_glossary(client: Client):
    page = client.get("/glossary/").text
    places = re.findall(r'id="([\w-]+)"', page)
    assert len(places) == len(set(places))
    assert set(BY_SLUG) <= set(places)
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= set(places)


def test_pages_explain_only_terms_that_the_glossary_has():
    used = {
        slug
        for path in TEMPLATES.rglob("*.html")
        for slugs in re.findall(r"{% term ([^%]+) %}", path.read_text())
        for slug in re.findall(r'"([\w-]+)"', slugs)
    }
    assert used
    assert used <= set(BY_SLUG)


def test_terms_are_explained_in_place_with_a_way_to_the_glossary():
    one, several = explained("headroom"), explained("part-1-and-part-2", "fte", "drawdown")
    assert "What headroom means" in one
    assert 'href="/glossary/#headroom"' in one
    assert BY_SLUG["headroom"].meaning in one
    assert "What Part 1 and Part 2, FTE and drawdown mean<" in several
    assert several.count("<dt>") == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [*ADDRESSES, "/accounts/login/", "/published-decisions/", "/papers/verify/", "/no-such-page/"]
)
def test_every_page_for_everybody_leads_to_them(client: Client, address: str):
    foot = client.get(address, follow=True).text.split("<footer")[1]
    assert [each for each in ADDRESSES if f'href="{each}"' not in foot] == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_page_for_who_is_signed_in_leads_to_them(client: Client, role: Role):
    client.force_login(make_user(role))
    foot = client.get("/").text.split("<footer")[1]
    assert [each for each in ADDRESSES if f'href="{each}"' not in foot] == []


def test_there_is_help_for_every_role():
    assert sorted(guide.role for guide in GUIDES) == sorted(Role)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.slug)
def test_help_leads_only_where_its_reader_is_let_in(guide: Guide):
    places = {step.place for task in guide.tasks for step in task.steps if step.place}
    assert [place for place in places if guide.role not in WHO_IS_LET_IN[place]] == []


@pytest.mark.django_db
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.slug)
@pytest.mark.parametrize("programmes", [0, 1, 2])
def test_help_leads_straight_to_the_page_where_there_is_one_programme(client: Client, guide: Guide, programmes: int):
    made = [make_programme() for _ in range(programmes)]
    client.force_login(make_user(Role(guide.role)))
    page = client.get(reverse("help_for", args=[guide.slug])).text.split("<main")[1].split("</main>")[0]
    links = set(re.findall(r'href="(/[^"#]*)"', page))
    assert {client.get(link).status_code for link in links} == {200}
    inside = [link for link in links if link.startswith("/programmes/") and link not in ("/programmes/", "/programmes/new/")]
    assert bool(inside) == (programmes == 1 and guide.slug != "administrator")
    assert all(link.startswith(f"/programmes/{made[0].slug}/") for link in inside)


@pytest.mark.django_db
def test_help_tells_a_visitor_nothing_of_the_programmes(client: Client):
    make_programme(slug="secret")
    for guide in GUIDES:
        assert "secret" not in client.get(reverse("help_for", args=[guide.slug])).text


@pytest.mark.django_db
def test_there_is_no_help_for_others(client: Client):
    assert client.get("/help/mayor/").status_code == 404
