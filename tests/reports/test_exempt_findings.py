"""Findings about exempt lines, as they are read by a role that needs what is exempt, and by one that does not."""

import re

import pytest
from django.test import Client

from accounts.council.queries import council
from accounts.permissions.rules import Role
from phases.models import Programme
from posts.exempt.actions import exempt_line
from posts.exempt.rules import Field
from posts.models import CostLine
from reports.checks.actions import review_finding
from reports.checks.queries import findings_of
from tests.answers import shown
from tests.making import NOON, enter_line, make_clerk, make_officer, make_user
from tests.reports.papers import MEETING, issued, make_programme_to_issue, ready_table

pytestmark = pytest.mark.django_db

NAME = "Zyxwoman Redeployment"


@pytest.fixture
def programme() -> Programme:
    """Two lines without a start, one exempt by name, one by its costs: PC05 names both."""
    programme = make_programme_to_issue()
    phase = programme.phases.get()
    given = {"paragraph": 2, "reason": "It would tell who leaves.", "by": make_clerk(), "at": NOON}
    exempt_line(line=enter_line(phase, title=NAME), **given)
    exempt_line(line=enter_line(phase, title="Adviser", annual_cost=43_217), field=Field.AMOUNTS, **given)
    for title in (NAME, "Adviser"):
        CostLine.objects.get(title=title).intakes.update(start=None)
    programme.refresh_from_db()
    return programme


def reader(role: Role) -> Client:
    client = Client()
    client.force_login(make_user(role))
    return client


def text_of(role: Role, address: str) -> str:
    return " ".join(shown(reader(role).get(address)).text.split())


def dismissed(programme: Programme, reason: str) -> None:
    found = findings_of(programme, council(), as_at=NOON)
    finding = next(each for each in found if each.line == NAME and each.severity != "E")
    review_finding(programme=programme, fingerprint=finding.fingerprint, reason=reason, by=make_officer(), at=NOON)
    programme.refresh_from_db()


def test_the_paper_check_tells_an_administrator_neither_name_nor_amount(programme: Programme):
    whole, said = (text_of(role, "/programmes/small/checks/") for role in (Role.CLERK, Role.ADMINISTRATOR))
    assert NAME in whole
    assert "Adviser" in whole
    assert NAME not in said
    assert "43,217" not in said
    assert "28,811" not in said
    assert "It is about exempt information." in said
    assert "Exempt information, paragraph 2" in said


def test_as_many_findings_and_none_of_them_leads_to_the_line(programme: Programme):
    pages = [shown(reader(role).get("/programmes/small/checks/")) for role in (Role.CLERK, Role.ADMINISTRATOR)]
    assert len({page.context["found"] for page in pages}) == 1
    line = CostLine.objects.get(title=NAME)
    assert f"/lines/{line.pk}/" in pages[0].text
    assert f"/lines/{line.pk}/" not in pages[1].text


def test_who_may_read_it_sees_that_it_is_exempt(programme: Programme):
    said = text_of(Role.AUDITOR, "/programmes/small/checks/")
    marked = re.findall(
        r'<p class="finding__text">([^<]+)</p> <p class="finding__why"><strong>Exempt information, paragraph 2', said
    )
    assert marked
    assert all(NAME in each or "Adviser" in each for each in marked)


def test_the_reason_of_a_review_is_hidden_with_its_finding(programme: Programme):
    dismissed(programme, "She leaves in May.")
    assert "She leaves in May." in text_of(Role.CLERK, "/programmes/small/checks/")
    assert "She leaves in May." not in text_of(Role.ADMINISTRATOR, "/programmes/small/checks/")


def test_findings_kept_with_an_issued_paper_are_read_in_the_same_way(programme: Programme):
    dismissed(programme, "She leaves in May.")
    paper = issued(programme)
    whole, said = (text_of(role, f"/programmes/small/papers/{paper.pk}/") for role in (Role.CLERK, Role.ADMINISTRATOR))
    for secret in (NAME, "She leaves in May."):
        assert secret in whole
        assert secret not in said
    address = f"/programmes/small/papers/{paper.pk}/internal.pdf"
    assert reader(Role.ADMINISTRATOR).get(address).status_code == 403
    assert reader(Role.CLERK).get(address).status_code == 200


@pytest.mark.parametrize("tail", ["/", ".pdf", "/aloud/", "/internal.pdf"])
def test_a_paper_of_part_2_is_read_by_those_whose_role_needs_it(programme: Programme, tail: str):
    paper = issued(programme, meeting=MEETING._replace(part=2), previous=None)
    address = f"/programmes/small/papers/{paper.pk}{tail}"
    assert reader(Role.ADMINISTRATOR).get(address).status_code == 403
    if tail != "/aloud/":  # the bytes of this one are no PDF
        assert reader(Role.CLERK).get(address).status_code == 200


def test_a_pack_of_part_2_is_read_by_those_whose_role_needs_it(programme: Programme):
    address = f"/programmes/small/renderings/{ready_table(programme, part=2).pk}.pdf"
    assert reader(Role.AUDITOR).get(address).status_code == 200
    assert reader(Role.ADMINISTRATOR).get(address).status_code == 403
