"""Rows read with those that they name, by one statement that is built once: the same as a queryset reads."""

from datetime import date

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.joined.queries import Joined
from accounts.models import DeputyAppointment, User
from approvals.models import Drawdown
from approvals.notices.models import Notice
from phases.models import Authorisation, AuthorisationLimit
from tests.making import (
    make_authorisation,
    make_decision,
    make_deputy,
    make_holding,
    make_office,
    make_phase,
    make_programme,
    make_user,
)

pytestmark = pytest.mark.django_db
MAY = date(2016, 5, 1)


def test_a_row_comes_with_what_it_names_and_nothing_is_asked_again(django_assert_num_queries: DjangoAssertNumQueries):
    office, holder, deputy = make_office(), make_user(), make_user()
    make_holding(office, holder, MAY)
    make_deputy(office, deputy)
    with django_assert_num_queries(1):
        found = Joined(DeputyAppointment, "office", "deputy", "revoked_by").one("t.deputy_id = %s", [deputy.pk])
        assert found is not None
        assert (found.office, found.deputy, found.deputy.roles, found.revoked_by) == (office, deputy, deputy.roles, None)
    stored = DeputyAppointment.objects.get()
    names = [field.attname for field in DeputyAppointment._meta.concrete_fields]
    assert {name: getattr(found, name) for name in names} == {name: getattr(stored, name) for name in names}
    assert not found._state.adding


def test_what_a_row_may_not_name_is_none_as_far_as_the_path_goes(django_assert_num_queries: DjangoAssertNumQueries):
    phase = make_phase(make_programme())
    old = make_authorisation(make_decision(phase.programme), phase, limits={2016: 500, 2017: 700})
    new = make_authorisation(make_decision(phase.programme), phase, limits={2016: 900}, replaces=old)
    limits = Joined(AuthorisationLimit, "authorisation", "authorisation__funding_source", "authorisation__replaced_by")
    with django_assert_num_queries(1):
        found = limits.read("TRUE ORDER BY t.amount", [])
        assert [each.amount for each in found] == [500, 700, 900]
        assert [each.authorisation.funding_source for each in found] == [*[old.funding_source] * 2, new.funding_source]
        assert [getattr(each.authorisation, "replaced_by", None) for each in found] == [new, new, None]
        assert found[0].authorisation.replaced_by.replaces == old
    paths = Joined(Authorisation, "replaces", "replaces__replaces", "replaces__replaces__funding_source")
    with django_assert_num_queries(1):
        first, second = paths.read("TRUE ORDER BY t.id", [])
        assert (first.replaces, second.replaces, second.replaces.replaces) == (None, old, None)


def test_no_row_is_none():
    assert Joined(User).one("t.id = 0", []) is None
    assert Joined(Drawdown, "delegation").read("TRUE", []) == []


def test_a_column_that_the_driver_does_not_read_by_itself_is_refused_at_import():
    from phases.models import ProgrammeRevision

    with pytest.raises(TypeError, match="state"):
        Joined(ProgrammeRevision)
    Joined(Notice)
