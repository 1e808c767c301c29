"""The list of the lines of all programmes: what it finds, where each line stands, and what is kept from whom."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from approvals import actions
from approvals.actions import Choice
from approvals.models import Consumption
from posts.exempt.actions import exempt_line
from posts.exempt.rules import Field
from posts.models import CostLine
from posts.standing.queries import standings_of
from posts.standing.rules import Standing
from tests.approvals.case import NOW, Case, handed_back, make_case, of_pounds
from tests.lists import csv_of, rows_of, xlsx_of
from tests.making import (
    enter_line,
    make_administrator,
    make_auditor,
    make_authorisation,
    make_clerk,
    make_decision,
    make_officer,
    make_phase,
    make_programme,
    make_source,
)

pytestmark = pytest.mark.django_db

LINES = "/lines/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(make_auditor())
    return client


def _found(client: Client, **asked: Any) -> list[str]:
    """The titles that the list shows, in its order."""
    response = client.get(LINES, asked)
    assert response.status_code == 200
    assert not response.context["list"].problems
    return [row[0] for row in rows_of(response.text)]


def _by_standing(case: Case) -> dict[str, CostLine]:
    """Lines that stand differently, one of each, by what they are called."""
    lines = {title: case.line(title=title, annual_cost=Decimal(12_000)) for title in TITLES}
    case.drafted(lines["drafted"])
    case.submitted(lines["pending"])
    case.signed(lines["drawn"])
    withdrawn = case.submitted(lines["withdrawn"])
    actions.withdraw(drawdown=withdrawn, version=withdrawn.version, reasons="Not now.", by=case.officer, at=NOW)
    back = case.published(lines["back"])
    row = Consumption.objects.get(drawdown=back)
    handed_back(drawdown=back, giving=of_pounds(row, row.pounds), by=case.officer)
    return lines


TITLES = ("planned", "drafted", "pending", "drawn", "withdrawn", "back")


def test_each_line_stands_where_its_drawdowns_leave_it(reader: Client):
    case = make_case()
    lines = _by_standing(case)
    assert {title: standings_of([line.pk])[line.pk] for title, line in lines.items()} == {
        "planned": [Standing.PLANNED],
        "drafted": [Standing.IN_DRAFT],
        "pending": [Standing.PENDING],
        "drawn": [Standing.DRAWN],
        "withdrawn": [Standing.PLANNED, Standing.NOT_RELEASED],
        "back": [Standing.PLANNED, Standing.HANDED_BACK],
    }


def test_the_filter_by_status_finds_what_the_column_says(reader: Client):
    _by_standing(make_case())
    shown = {row[0]: row[-1] for row in rows_of(reader.get(LINES, {"columns": ["status"]}).text)}
    assert set(shown) == set(TITLES)
    for standing in Standing:
        assert (
            set(_found(reader, status=standing.value)) == {title for title in TITLES if standing.label in shown[title]} != set()
        )


def test_a_line_drawn_in_part_is_pending_with_the_rest(reader: Client):
    case = make_case()
    line = case.line(fte=Decimal(2), intakes=((Decimal(2), NOW.date(), None),))
    half = Choice(line.pk, case.authorisation, fte=Decimal(1))
    case.signed(half)
    case.submitted(half)
    assert standings_of([line.pk])[line.pk] == [Standing.PENDING, Standing.DRAWN]


def test_a_line_of_which_nothing_is_paid_that_year_is_drawn(reader: Client):
    case = make_case()
    line = case.line(annual_cost=Decimal(0))
    case.signed(line)
    assert standings_of([line.pk])[line.pk] == [Standing.DRAWN]


def _two_programmes() -> None:
    first, second = make_programme(name="Ofsted 2016", slug="ofsted"), make_programme(name="Prevention 2018", slug="prevention")
    one, two, of_second = make_phase(first, name="Phase One"), make_phase(first, 2, name="Phase Two"), make_phase(second)
    enter_line(one, title="Social worker", team="Court team", comment="Agency until March", cost_centre="CC100")
    enter_line(two, title="Head of service", paperwork_complete=True, recruited_fte=Decimal(1), establishment_number="E/17")
    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a", "intakes": ((None, NOW.date(), None),)}
    enter_line(of_second, title="Quality audits", **other)
    grant = make_source(first, name="Grant of 2016", kind="grant")
    earlier = make_authorisation(make_decision(first), one, two)
    make_authorisation(make_decision(first), two, funding_source=grant, replaces=earlier)


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"words": "social"}, ["Social worker"]),
        ({"words": "AGENCY worker"}, ["Social worker"]),
        ({"words": "cc100"}, ["Social worker"]),
        ({"words": "e/17"}, ["Head of service"]),
        ({"words": "100%"}, []),
        ({"programme": "prevention"}, ["Quality audits"]),
        ({"programme": "2016 ofsted"}, ["Head of service", "Social worker"]),
        ({"phase": "two"}, ["Head of service"]),
        ({"team": "court"}, ["Social worker"]),
        ({"source": "grant"}, ["Head of service"]),
        ({"source": "central_contingency"}, []),
        ({"kind": "other"}, ["Quality audits"]),
        ({"recruited": "yes"}, ["Head of service"]),
        ({"recruited": "no"}, ["Social worker"]),
        ({"recruited": "n/a"}, ["Quality audits"]),
        ({"recruited": "part"}, []),
        ({"paperwork": "yes"}, ["Head of service"]),
        ({"paperwork": "no", "kind": "post"}, ["Social worker"]),
        ({}, ["Head of service", "Quality audits", "Social worker"]),
    ],
)
def test_lines_are_found_by_what_they_are(reader: Client, asked: dict[str, str], titles: list[str]):
    _two_programmes()
    assert _found(reader, **asked) == titles


def test_what_is_asked_for_survives_in_every_link_and_leads_to_the_line(reader: Client):
    _two_programmes()
    page = reader.get(LINES, {"programme": "ofsted", "sort": "-annual_cost", "per_page": "25"})
    listing = page.context["list"]
    assert all("programme=ofsted" in link for link in (listing.csv_url, listing.xlsx_url, listing.headings[0].url))
    line = CostLine.objects.get(title="Social worker")
    assert f'href="/programmes/ofsted/lines/{line.pk}/"' in page.text
    assert "<strong>2 lines</strong>:" in page.text


def test_its_files_have_a_column_for_each_year_and_tell_nil_from_not_stated(reader: Client):
    phase = make_phase(make_programme())
    enter_line(phase, title="A, half", fte=Decimal("0.5"), intakes=((Decimal("0.5"), NOW.date(), None),))
    enter_line(phase, title="B, no cost yet", annual_cost=None)
    headings, half, unknown = xlsx_of(reader, LINES, columns=["costs"])
    assert headings == ["Post or other cost", "2016/17", "2017/18", "Full year"]
    assert half[1] > 0
    assert unknown[1:] == ["n/s"] * 3
    assert xlsx_of(reader, LINES, columns=["fte"])[1][1] == 0.5
    assert csv_of(reader, LINES, columns=["fte"])[1][1] == "0.5"


def test_the_sources_that_may_pay_for_a_line_are_named(reader: Client):
    _two_programmes()
    shown = {row[0]: row[1] for row in rows_of(reader.get(LINES, {"columns": "source"}).text)}
    assert shown == {"Social worker": "", "Head of service": "Grant of 2016", "Quality audits": ""}
    assert csv_of(reader, LINES, columns="source")[1] == ["Head of service", "Grant of 2016"]


def _exempted(**given: Any) -> tuple[CostLine, CostLine]:
    """A line that is exempt, or a field of it, and another of its programme."""
    phase = make_phase(make_programme(name="Secret programme"))
    secret, public = (enter_line(phase, title=title) for title in ("Interim director", "Clerk"))
    exempt_line(line=secret, paragraph=2, reason="It would tell who leaves.", by=make_clerk(), at=NOW, **given)
    return secret, public


def _sees(client: Client, person: User) -> Any:
    client.force_login(person)
    return client.get(LINES)


def test_exempt_lines_are_marked_for_those_who_may_read_them(client: Client):
    _exempted()
    page = _sees(client, make_officer())
    assert [row[0] for row in rows_of(page.text)] == ["Clerk", "Interim director Exempt: paragraph 2"]
    assert csv_of(client, LINES, columns=["exempt"])[1:] == [["Clerk", ""], ["Interim director", "Exempt: paragraph 2"]]


@pytest.mark.parametrize("field", ["", Field.COMMENT, Field.AMOUNTS])
def test_exempt_lines_are_not_there_for_those_who_may_not(client: Client, field: str):
    secret, public = _exempted(field=field)
    page = _sees(client, make_administrator())
    assert [row[0] for row in rows_of(page.text)] == ["Clerk"]
    assert "Lines that are exempt information are left out" in page.text
    assert f"/lines/{public.pk}/" not in page.text, "it leads to a page that is refused"
    assert client.get(f"/programmes/{public.programme.slug}/lines/{public.pk}/workings/").status_code == 403
    for words in ({"words": "interim"}, {"sort": "-annual_cost"}, {"after": secret.pk}):
        assert "Interim" not in "".join(str(rows_of(client.get(LINES, words).text)))
    assert "Interim" not in str(csv_of(client, LINES))
    assert client.get(LINES, {"format": "csv", "columns": "exempt"}).status_code == 400


def test_a_line_that_may_be_published_again_is_back(client: Client):
    secret, _ = _exempted()
    exempt_line(line=secret, paragraph=None, reason="They have left.", by=make_clerk(), at=NOW)
    page = _sees(client, make_administrator())
    assert [row[0] for row in rows_of(page.text)] == ["Clerk", "Interim director"]
    assert "left out" not in page.text
