"""The lines that a person asks for in the table of inputs: the rows follow the address, the totals stay those of all lines."""

from decimal import Decimal

import pytest
from django.test import Client

from posts.models import CostLine
from tests.making import make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added

pytestmark = pytest.mark.django_db
LINES = "/programmes/plan/lines/"


@pytest.fixture
def client(client: Client) -> Client:
    programme, officer = make_programme(slug="plan"), make_officer()
    phase = make_phase(programme, name="Phase One")
    client.force_login(officer)
    added(programme, a_state(phase, title="Head of service", comment="Court", paperwork_complete=True), officer)
    added(programme, a_state(phase, title="Court manager", team="Court", recruited_fte=Decimal(1)), officer)
    two = {"fte": Decimal(2), "recruited_fte": Decimal(1), "intakes": ((Decimal(2), None, None),)}
    added(programme, a_state(phase, title="Two reviewers", team="", **two), officer)
    return client


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("words=court", ["Court manager", "Head of service"]),
        ("words=court+HEAD", ["Head of service"]),
        ("team=Court", ["Court manager"]),
        ("recruited=yes", ["Court manager"]),
        ("recruited=part", ["Two reviewers"]),
        ("recruited=no&paperwork=yes", ["Head of service"]),
        ("paperwork=perhaps", ["Court manager", "Head of service", "Two reviewers"]),
        ("words=nobody", []),
    ],
)
def test_rows_follow_what_is_asked_for_and_totals_do_not(client: Client, asked: str, titles: list[str]) -> None:
    page = client.get(f"{LINES}?{asked}").context["page"]
    assert sorted(row.cells["title"] for row in page.rows if row.line_id) == titles
    assert page.totals["fte"] == "4"


def test_a_line_that_is_no_longer_asked_for_is_saved_all_the_same(client: Client) -> None:
    page = client.get(f"{LINES}?paperwork=no").context["page"]
    row = next(row for row in page.rows if row.cells["title"] == "Court manager")
    data = {f"{row.prefix}-{name}": text for name, text in row.cells.items() if text}
    data |= {f"{row.prefix}-version": "1", f"{row.prefix}-phase": str(page.phases[0].phase.pk)}
    theirs = Client()
    theirs.force_login(make_officer())
    theirs.post(LINES, data | {f"{row.prefix}-paperwork": "yes"})
    client.post(f"{LINES}?paperwork=no", data | {f"{row.prefix}-comment": "Mine"})
    line = CostLine.objects.get(title="Court manager")
    assert (line.paperwork_complete, line.comment) == (True, "Mine")
