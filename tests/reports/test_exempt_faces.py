"""The committee table as it is read by a role that needs what is exempt, and by one that does not."""

import csv
import io

import pytest
from django.test import Client
from django.utils import timezone

from accounts.permissions.rules import Role
from phases.models import Programme
from posts.exempt.actions import exempt_line
from posts.exempt.rules import Field
from posts.models import CostLine
from tests.approvals.case import Case, make_case
from tests.making import NOON, enter_line, make_clerk, make_phase, make_programme, make_user

pytestmark = pytest.mark.django_db

NAME = "Zyxwoman Redeployment"


@pytest.fixture
def programme() -> Programme:
    programme = make_programme(slug="small")
    phase = make_phase(programme)
    given = {"paragraph": 2, "reason": "It would tell who leaves.", "by": make_clerk(), "at": NOON}
    exempt_line(line=enter_line(phase, title=NAME), **given)
    exempt_line(line=enter_line(phase, title="Adviser", annual_cost=43_217), field=Field.AMOUNTS, **given)
    enter_line(phase, title="Head of service")
    return programme


def reader(role: Role) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.mark.parametrize("face", ["/", ".csv", ".json"])
def test_a_role_that_does_not_need_it_reads_the_paragraph_instead(programme: Programme, face: str):
    said = reader(Role.ADMINISTRATOR).get(f"/programmes/small/expenditure{face}").content.decode()
    assert "Exempt: paragraph 2" in said
    assert "Head of service" in said
    for secret in (NAME, "43,217", "43217"):
        assert secret not in said


@pytest.mark.parametrize("role", [Role.FINANCE_OFFICER, Role.CLERK, Role.AUDITOR, Role.OFFICE_HOLDER])
def test_whoever_needs_it_reads_it_and_that_it_is_exempt(programme: Programme, role: Role):
    client = reader(role)
    page = client.get("/programmes/small/expenditure/").text
    assert NAME in page
    assert "Exempt information, paragraph 2" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/programmes/small/expenditure.csv").content.decode("utf-8-sig"))))
    assert {row["title"]: row["exempt"] for row in rows} == {NAME: "2", "Adviser": "2", "Head of service": ""}


def pages_that_name_every_line(case: Case) -> list[str]:
    """Of a programme and of its drawdown."""
    line = case.line()
    drawdown = case.submitted(line)
    programme = f"/programmes/{case.programme.slug}/lines"
    own = ["", "decided.pdf"]
    return [
        f"{programme}/",
        f"{programme}/{line.pk}/workings/",
        f"{programme}/{line.pk}/what-if/",
        *(f"/drawdowns/{drawdown.reference}/{each}" for each in own),
    ]


def test_pages_that_name_every_line_are_read_by_roles_that_need_what_is_exempt(case: Case):
    """An administrator reads what Part 1 prints; before anything is exempt, the same pages as everybody."""
    pages = pages_that_name_every_line(case)
    administrator = reader(Role.ADMINISTRATOR)
    assert {administrator.get(each).status_code for each in pages} == {200}
    exempt_line(line=case.line(), paragraph=2, reason="It would tell who leaves.", by=make_clerk(), at=NOON)
    for each in pages:
        refused = administrator.get(each)
        assert (refused.status_code, "exempt information, which you may not read" in refused.text) == (403, True), each
        assert reader(Role.AUDITOR).get(each).status_code == 200


def test_findings_and_workings_go_with_the_paper_only_to_whom_may_read_what_is_exempt(programme: Programme):
    for annex in ("internal=yes", "workings=yes"):
        assert reader(Role.ADMINISTRATOR).get(f"/programmes/small/expenditure.pdf?{annex}").status_code == 403


def test_the_table_of_a_past_day_and_the_findings_say_no_more_to_them(programme: Programme):
    # PC05 asks for a start on each line with a cost in a year.
    CostLine.objects.get(title=NAME).intakes.update(start=None)
    said = reader(Role.ADMINISTRATOR).get("/programmes/small/checks.json").text
    whole = reader(Role.CLERK).get("/programmes/small/checks.json")
    assert NAME in whole.text
    assert {each["exempt"] for each in whole.json() if each["line"] == NAME} == {2}
    assert "It is about exempt information." in said
    past = reader(Role.ADMINISTRATOR).get("/programmes/small/expenditure/as-at/", {"at": timezone.localdate().isoformat()})
    assert "Exempt: paragraph 2" in past.text
    for text in (said, past.text):
        assert NAME not in text
        assert "43,217" not in text
        assert "43217" not in text
