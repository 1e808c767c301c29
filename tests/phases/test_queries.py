"""One programme as every page of it asks for it."""

import pytest
from django.http import Http404

from accounts.council.queries import council
from accounts.models import Council
from phases.models import Programme
from phases.programmes.queries import programme_for
from tests.making import make_body, make_officer, make_programme, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("has_committee", [True, False])
def test_one_programme_is_what_is_stored_with_its_committee(has_committee: bool, django_assert_num_queries):
    committee = make_body() if has_committee else None
    made = make_programme("Executive" if has_committee else "", abbreviations="QA = quality assurance", appendix="Appendix 3")
    make_programme(name="Another", slug="another")
    stored = Programme.objects.select_related("committee").get(pk=made.pk)
    officer = make_officer()
    with django_assert_num_queries(1):
        found = programme_for(officer, made.slug)
        named = found.committee and (found.committee.pk, found.committee.name, found.committee.kind)
    fields = [field.attname for field in Programme._meta.concrete_fields]
    assert [getattr(found, each) for each in fields] == [getattr(stored, each) for each in fields]
    assert named == (committee and (committee.pk, committee.name, committee.kind))


def test_no_programme_is_found_that_is_not_there_or_not_to_be_seen():
    made = make_programme()
    for person, slug in ((make_officer(), "elsewhere"), (make_user(), made.slug)):
        with pytest.raises(Http404):
            programme_for(person, slug)


def test_the_council_is_what_is_stored_and_the_defaults_before():
    assert (council().pk, council().name) == (1, "Your council")
    Council(pk=1, name="Northvale", call_in_days=3).save()
    assert (council().name, council().call_in_days, council().colour) == ("Northvale", 3, "#1d4f5f")
