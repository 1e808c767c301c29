"""The tests' own database: put back before a test that wants it otherwise, and only then."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tests import templates
from tests.making import make_user


def test_what_a_test_committed_is_gone_for_the_next(transactional_db: None):
    make_user(name="Left behind")
    templates.forget()

    templates.put_back("blank")

    assert not User.objects.filter(name="Left behind").exists()


def test_a_database_that_is_as_it_was_kept_is_not_copied_again(transactional_db: None, monkeypatch: pytest.MonkeyPatch):
    copied = []
    monkeypatch.setattr(templates, "_copy", lambda source, target: copied.append(source))

    templates.put_back("blank")
    assert copied == []

    templates.forget()
    templates.put_back("blank")
    templates.put_back("blank")
    assert copied == [templates.name_of("blank")]


def test_who_wants_the_demonstration_begins_with_it(demonstration_template: str, transactional_db: None):
    assert User.objects.filter(demo_account="clerk").exists()


@pytest.mark.django_db
def test_who_does_not_want_it_begins_with_nothing():
    assert not User.objects.exists()


@pytest.fixture(scope="class")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        make_user(name="Of all tests of a class")
        yield
        transaction.set_rollback(True)


def test_one_commits_before_them(transactional_db: None):
    make_user(name="Left behind")


class TestTransactionOfAClass:
    def test_it_begins_in_a_database_that_was_put_back(self, loaded: None, db: None):
        assert [user.name for user in User.objects.all()] == ["Of all tests of a class"]
