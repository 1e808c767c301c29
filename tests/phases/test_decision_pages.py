"""The pages of decisions and of the money they allow."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from phases.models import Authorisation, AuthorisationLimit, FundingDecision
from tests.making import (
    make_auditor,
    make_authorisation,
    make_body,
    make_clerk,
    make_decision,
    make_officer,
    make_phase,
    make_programme,
    make_source,
)
from tests.phases.forms import errors, save

pytestmark = pytest.mark.django_db


def a_decision(**changed: Any) -> dict[str, Any]:
    """A decision of the Executive as the clerk types it."""
    return DECISION | {"body": make_body().pk} | changed


DECISION = {
    "title": "Release of resources",
    "decided_on": "20 July 2016",
    "outcome": "resolved",
    "text_resolved": "Executive agreed.",
}


@pytest.fixture
def clerk(sign_in: Any) -> Client:
    return sign_in(make_clerk())


def test_a_clerk_records_a_decision_and_the_money_it_allows(clerk: Client):
    programme = make_programme()
    one, source = make_phase(programme, 1), make_source(programme)
    base = f"/programmes/{programme.slug}/"
    save(clerk, base + "decisions/record/", a_decision())
    decision = FundingDecision.objects.get()
    typed = {"title": "July release", "term": "one_off", "funding_source": source.pk, "phases": [one.pk], "limit_2016": "950k"}
    assert save(clerk, f"{base}decisions/{decision.pk}/authorise/", typed).status_code == 302
    page = clerk.get(base + "decisions/").text
    assert "£950,000" in page
    assert "2016/17, up to" in page
    made = Authorisation.objects.get()
    typed |= {"limit_2016": "", "limit_full_year": "1.5m", "phases": []}
    assert save(clerk, f"{base}decisions/authorisations/{made.pk}/change/", typed).status_code == 302
    assert list(AuthorisationLimit.objects.values_list("financial_year", "amount")) == [(None, 1_500_000)]
    assert not made.phases.exists()


def test_one_authorisation_replaces_another(clerk: Client):
    programme = make_programme()
    first = make_authorisation(make_decision(programme), title="July release")
    council = make_decision(programme, title="Council", decided_on=date(2016, 9, 26))
    typed = {"title": "Supplementary estimate", "term": "recurring", "funding_source": make_source(programme).pk}
    typed |= {"replaces": first.pk, "limit_full_year": "1,471,000"}
    assert save(clerk, f"/programmes/{programme.slug}/decisions/{council.pk}/authorise/", typed).status_code == 302
    page = clerk.get(f"/programmes/{programme.slug}/decisions/").text
    assert "It no longer counts." in page
    assert "by Supplementary estimate" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Enter at least one limit: for a financial year, for a full year or over the whole life."),
        ({"limit_2016": "0"}, "A limit must be more than £0: leave it blank if the decision sets none."),
        ({"limit_2016": "-"}, "A limit must be more than £0: leave it blank if the decision sets none."),
        ({"limit_2017": "(500)"}, "The amount must be 0 or more: a credit cannot be entered here."),
        ({"limit_2016": "1", "term": ""}, "Choose the term."),
    ],
)
def test_a_mistake_in_an_authorisation_gets_its_message(clerk: Client, typed: dict[str, str], said: str):
    programme = make_programme()
    decision = make_decision(programme)
    given = {"title": "Release", "term": "one_off", "funding_source": make_source(programme).pk}
    response = save(clerk, f"/programmes/{programme.slug}/decisions/{decision.pk}/authorise/", given | typed)
    assert errors(response) == [said]
    assert not Authorisation.objects.exists()


def test_under_a_recommendation_no_money_is_recorded(clerk: Client):
    programme = make_programme()
    decision = make_decision(programme, outcome="recommended")
    response = clerk.get(f"/programmes/{programme.slug}/decisions/{decision.pk}/authorise/", follow=True)
    assert "A recommendation authorises nothing: record the resolution first." in response.text
    assert f"decisions/{decision.pk}/authorise/" not in response.text


def test_a_decision_that_authorises_money_is_not_made_a_recommendation(clerk: Client):
    programme = make_programme()
    decision = make_decision(programme)
    make_authorisation(decision)
    response = save(
        clerk,
        f"/programmes/{programme.slug}/decisions/{decision.pk}/change/",
        a_decision(outcome="recommended"),
    )
    assert errors(response) == ["This decision authorises money, so it must stay resolved."]


def test_a_decision_has_a_text(clerk: Client):
    response = save(clerk, f"/programmes/{make_programme().slug}/decisions/record/", a_decision(text_resolved=" "))
    assert errors(response) == ["Enter the text as recommended, the text as resolved, or both."]


def test_everybody_reads_decisions_and_only_the_clerk_is_offered_to_write(sign_in: Any):
    programme = make_programme()
    make_decision(programme, text_resolved="Agreed <b>unanimously</b>.\n\nSecond paragraph.", assumption="Assumption: guessed.")
    for person, offered in [(make_auditor(), False), (make_officer(), False), (make_clerk(), True)]:
        page = sign_in(person).get(f"/programmes/{programme.slug}/decisions/").text
        assert ("decisions/record/" in page) is offered
        assert "<p>Agreed &lt;b&gt;unanimously&lt;/b&gt;.</p>" in page
        assert "Guessed." in page


def test_a_decision_or_authorisation_of_another_programme_is_not_found(clerk: Client):
    here, elsewhere = make_programme(), make_programme()
    decision = make_decision(elsewhere)
    made = make_authorisation(decision)
    for address in (
        f"decisions/{decision.pk}/change/",
        f"decisions/{decision.pk}/authorise/",
        f"decisions/authorisations/{made.pk}/change/",
    ):
        assert clerk.get(f"/programmes/{elsewhere.slug}/{address}").status_code == 200
        assert clerk.get(f"/programmes/{here.slug}/{address}").status_code == 404
