"""The lines that a person asks for in the table of inputs: the rows follow the address, the totals stay those of all lines."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from posts.lines.rules import state_of
from posts.models import CostLine, Intake
from tests.making import make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed

pytestmark = pytest.mark.django_db
LINES = "/programmes/plan/lines/"
LATER = datetime(2016, 9, 15, 12, tzinfo=UTC)


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


def test_only_what_changed_since_a_day_is_shown_with_who_and_when(client: Client) -> None:
    line = CostLine.objects.get(title="Head of service")
    theirs = make_officer(name="Anna Smith")
    changed(line.programme, line, replace(state_of(line), comment="New"), theirs, LATER)
    changed(line.programme, CostLine.objects.get(title="Court manager"), None, theirs, LATER)
    page = client.get(f"{LINES}?since=15+Sep+2016")
    assert [row.cells["title"] for row in page.context["page"].rows if row.line_id] == ["Head of service"]
    assert "Changed by Anna Smith, 15 September 13:00" in page.content.decode()
    assert "Removed since: Court manager." in page.content.decode()
    assert [row for row in client.get(f"{LINES}?since=16+Sep+2016").context["page"].rows if row.line_id] == []


def test_a_line_added_since_says_so(client: Client) -> None:
    line = CostLine.objects.get(title="Head of service")
    added(line.programme, a_state(line.phase, title="Latest"), make_officer(name="Anna Smith"))
    assert "Added by Anna Smith" in client.get(f"{LINES}?since=14+Sep+2016&words=latest").content.decode()


def test_a_day_that_cannot_be_read_is_said_at_its_place_and_hides_nothing(client: Client) -> None:
    page = client.get(f"{LINES}?since=the+other+day")
    assert len([row for row in page.context["page"].rows if row.line_id]) == 3
    assert "Write a date, such as 13 September 2016" in page.content.decode()
    assert 'value="the other day"' in page.content.decode()


def test_lines_that_the_paper_check_finds_something_of_are_shown_with_what_it_finds(client: Client) -> None:
    line = CostLine.objects.get(title="Head of service")
    added(line.programme, a_state(line.phase, title="3 Reviewers"), make_officer())
    page = client.get(f"{LINES}?finding=PC02")
    assert [row.cells["title"] for row in page.context["page"].rows if row.line_id] == ["3 Reviewers"]
    assert "“3 Reviewers” says 3, and the FTE column 1." in page.content.decode()
    every = client.get(f"{LINES}?finding=any").context["page"]
    assert "3 Reviewers" in [row.cells["title"] for row in every.rows]
    assert len([row for row in client.get(f"{LINES}?finding=PC99").context["page"].rows if row.line_id]) == 4


def test_more_than_a_page_of_what_is_asked_for_is_gone_through_in_parts(client: Client) -> None:
    """Of more than 200 lines that a filter leaves, the address of each part keeps the filter."""
    first = CostLine.objects.get(title="Head of service")
    CostLine.objects.bulk_create(
        CostLine(
            programme=first.programme, phase=first.phase, kind="post", title=f"Court {n}", fte=1, recruited_fte=0, position=n
        )
        for n in range(230)
    )
    page = client.get(f"{LINES}?words=court&page=3")
    assert len([row for row in page.context["page"].rows if row.line_id]) == 32
    assert "?words=court&amp;page=2&amp;phase=1" in page.content.decode()


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("title", ["Court manager", "Head of service", "Two reviewers"]),
        ("cost", ["Two reviewers", "Court manager", "Head of service"]),
        ("start", ["Court manager", "Head of service", "Two reviewers"]),
        ("", ["Head of service", "Court manager", "Two reviewers"]),
    ],
)
def test_lines_are_sorted_for_the_person_without_their_teams(client: Client, order: str, titles: list[str]) -> None:
    CostLine.objects.filter(title="Two reviewers").update(annual_cost=180_000)
    CostLine.objects.filter(title="Court manager").update(annual_cost=95_000)
    Intake.objects.filter(line__title="Court manager").update(start=date(2016, 7, 1))
    (entry,) = client.get(f"{LINES}?order={order}").context["page"].phases
    assert [row.cells["title"] for row in entry.rows] == titles
    assert [heading for heading, _, _ in entry.groups] == ([""] if order else ["Referral and Assessment", "Court", "No team"])
