"""A person waits for a few papers only, and is told where nobody works on them."""

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.worker.actions import seen
from phases.models import Programme
from reports.papers.background import actions as rendering
from reports.table.appendix import rules as pdf
from tests.making import make_clerk
from tests.reports.packs import ask, papers
from tests.reports.papers import make_programme_to_issue
from tests.reports.schedules import published, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    programme = make_programme_to_issue()
    papers(programme, pdf.render(schedule(published())))
    return programme


@pytest.fixture
def by() -> User:
    return make_clerk()


def test_of_one_person_a_few_are_under_way_and_the_next_is_refused(by: User, programme: Programme):
    """Thirty in the queue of one person would keep everybody else's waiting."""
    for number in range(rendering.MOST_AT_ONCE):
        ask(programme, title=f"Pack {number}", by=by)
    assert ask(programme, title="Pack 0", by=by).title == "Pack 0"  # the same once more is not another one
    with pytest.raises(rendering.TooManyWaiting), transaction.atomic():
        ask(programme, title="Another", by=by)
    ask(programme, title="Another", by=make_clerk(email="another@council.example"))


def test_the_page_says_where_nothing_works_on_it(by: User, client: Client, programme: Programme):
    client.force_login(by)
    address = f"/programmes/small/renderings/{ask(programme).pk}/"
    assert "Nothing works on it at the moment" in client.get(address).text
    seen()
    assert "Nothing works on it at the moment" not in client.get(address).text
