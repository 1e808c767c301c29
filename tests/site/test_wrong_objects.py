"""Address x object: what belongs to another programme, or to another drawdown, is not found under this one, whoever asks."""

import re

import pytest
from django.urls import get_resolver

from accounts.models import Office
from phases.models import Programme
from tests.approvals.case import Case, make_case
from tests.making import make_programme
from tests.site import test_addresses
from tests.site.admitted import NOBODY, OPEN, WHO_IS_LET_IN
from tests.site.test_addresses import Standing, _address, _ask, _client

pytestmark = pytest.mark.django_db
standing = test_addresses.standing


def _route(name: str) -> str:
    return next(iter(get_resolver().reverse_dict.getlist(name)))[0][0][0]


OF_A_PROGRAMME = [name for name in WHO_IS_LET_IN if re.search(r"%\(slug\)s.*%\(pk\)s", _route(name))]


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="table")


@pytest.mark.parametrize("name", OF_A_PROGRAMME)
def test_an_object_of_another_programme_is_not_found(name: str, programme: Programme, standing: Standing):
    """It is there under its own programme, and under the other it is not, for somebody who may see both."""
    make_programme(slug="another")
    who = sorted(WHO_IS_LET_IN[name])[-1]
    address = _address(name, programme, standing)
    assert "/table/" in address
    client = _client(who)
    assert _ask(client, name, address.replace("/table/", "/another/", 1)).status_code == 404
    assert _ask(client, name, address).status_code in (200, 302)


def test_they_are_many():
    """A finding is known by what it says, and two programmes may have the same."""
    assert len(OF_A_PROGRAMME) > 25, OF_A_PROGRAMME


OF_A_DRAWDOWN = [name for name in WHO_IS_LET_IN if re.search(r"%\(reference\)s.*%\((pk|number)\)s", _route(name))]


@pytest.mark.parametrize("name", OF_A_DRAWDOWN)
def test_an_object_of_another_drawdown_is_not_found(name: str, programme: Programme, standing: Standing):
    """A paper, a question or a correction is read by its own drawdown's reference only."""
    who = NOBODY if WHO_IS_LET_IN[name] is OPEN else sorted(WHO_IS_LET_IN[name])[-1]
    address = _address(name, programme, standing)
    case = make_another_case()
    other = case.published().reference
    client = _client(who)
    assert _ask(client, name, re.sub(r"DD-\d+", other, address)).status_code == 404
    assert _ask(client, name, address).status_code in (200, 302)


def make_another_case() -> Case:
    for office in Office.objects.all():
        Office.objects.filter(pk=office.pk).update(name=f"Former {office}", slug=f"former-{office.slug}")
    return make_case()
