"""The committee table as it is read by a role that needs what is exempt, and by one that does not."""

import csv
import io

import pytest
from django.test import Client

from accounts.permissions.rules import Role
from phases.models import Programme
from posts.exempt.actions import exempt_line
from posts.exempt.rules import Field
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
    rows = list(csv.DictReader(io.StringIO(client.get("/programmes/small/expenditure.csv").text)))
    assert {row["title"]: row["exempt"] for row in rows} == {NAME: "2", "Adviser": "2", "Head of service": ""}


def test_findings_and_workings_go_with_the_paper_only_to_whom_may_read_what_is_exempt(programme: Programme):
    for annex in ("internal=yes", "workings=yes"):
        assert reader(Role.ADMINISTRATOR).get(f"/programmes/small/expenditure.pdf?{annex}").status_code == 403
