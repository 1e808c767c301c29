"""The columns of the table of inputs as each person sets them: left out, and of which width."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from phases.models import Phase
from posts.models import CostLine, SheetColumn
from tests.making import make_officer, make_phase, make_programme
from tests.posts.entry_table import add, posted
from tests.posts.lines import signed_in
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
LINES = "/programmes/plan/lines/"


@pytest.fixture
def phase() -> Phase:
    return make_phase(make_programme(slug="plan"), name="Phase One")


@pytest.fixture
def person() -> User:
    return make_officer()


@pytest.fixture
def officer(person: User, phase: Phase) -> Client:
    return signed_in(person)


def left_out(officer: Client, *names: str, **widths: str) -> None:
    form = officer.get(f"{LINES}columns/").context["form"]
    shown = [name for name in form.names if name not in names]
    data = {"shown": shown} | {f"width-{name}": width for name, width in widths.items()}
    assert officer.post(f"{LINES}columns/", data).status_code == 302


def heads(client: Client) -> list[str]:
    return [column.name for column in client.get(LINES).context["page"].frame.shown]


def test_columns_are_left_out_for_one_person_and_one_programme(officer: Client, phase: Phase) -> None:
    make_programme(slug="other")
    left_out(officer, "team", "cost_centre", "y2017")
    assert not {"team", "cost_centre", "y2017"} & set(heads(officer))
    assert "team" in heads(signed_in(make_officer()))
    assert officer.get("/programmes/other/lines/columns/").context["form"]["shown"].initial.count("team") == 1
    left_out(officer)
    assert "team" in heads(officer)


def test_what_stands_in_a_column_that_is_left_out_stays(officer: Client, phase: Phase) -> None:
    add(officer, phase, comment="Agency", paperwork="yes", team="Court")
    left_out(officer, "comment", "paperwork", "team")
    line = CostLine.objects.get()
    data = posted(officer) | {"columns": " ".join(heads(officer)), f"l{line.pk}-fte": "2"}
    data = {key: text for key, text in data.items() if not key.endswith(("-comment", "-paperwork", "-team"))}
    assert officer.post(LINES, data).status_code == 302
    line.refresh_from_db()
    assert (line.fte, line.comment, line.paperwork_complete, line.team.name if line.team else "") == (2, "Agency", True, "Court")


def test_a_form_opened_before_a_column_was_left_out_still_saves_it(officer: Client, phase: Phase) -> None:
    add(officer, phase, comment="Agency")
    line = CostLine.objects.get()
    opened = posted(officer) | {"columns": " ".join(heads(officer))}
    left_out(officer, "comment")
    officer.post(LINES, opened | {f"l{line.pk}-comment": "Typed before"})
    assert CostLine.objects.get().comment == "Typed before"


def test_a_message_about_a_column_that_is_left_out_stands_at_the_title(officer: Client, phase: Phase) -> None:
    add(officer, phase, end="31 Mar 2017")
    left_out(officer, "end")
    line = CostLine.objects.get()
    data = posted(officer) | {"columns": " ".join(heads(officer)), f"l{line.pk}-start": "1 Aug 2018"}
    response = officer.post(LINES, data)
    assert response.status_code == 422
    assert response.context["page"].errors[0]["href"] == f"#l{line.pk}-title"
    assert "To: " in response.content.decode()


def test_a_width_is_kept_and_sent_as_a_style_sheet(officer: Client, phase: Phase) -> None:
    assert "columns.css" not in officer.get(LINES).content.decode()
    assert officer.post(f"{LINES}columns/width/", {"column": "team", "width": "150"}).status_code == 200
    assert "columns.css" in officer.get(LINES).content.decode()
    sheet = officer.get(f"{LINES}columns.css")
    assert sheet["Content-Type"].startswith("text/css")
    assert "> :nth-child(2) { flex: none; width: 9.3750rem; }" in sheet.content.decode()
    left_out(officer, "fte", comment="320")
    assert officer.get(f"{LINES}columns.css").content.decode().count("nth-child") == 1, "the one that is chosen now"


@pytest.mark.parametrize("wrong", [{"column": "team", "width": "39"}, {"column": "nothing", "width": "90"}, {"column": "team"}])
def test_a_width_that_cannot_be_is_refused(officer: Client, phase: Phase, wrong: dict[str, str]) -> None:
    assert officer.post(f"{LINES}columns/width/", wrong).status_code == 422
    assert not SheetColumn.objects.exists()


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ({"name": "title", "hidden": True}, "sheet_column_may_be_left_out"),
        ({"name": "team", "width": 10}, "sheet_column_has_room"),
        ({"name": "fte", "hidden": True}, "sheet_column_set_once"),
    ],
)
def test_the_store_holds_no_other_columns(person: User, phase: Phase, values: dict[str, Any], broken: str) -> None:
    SheetColumn.objects.create(person=person, programme=phase.programme, name="fte", width=90)
    with refused_by(broken):
        SheetColumn.objects.create(person=person, programme=phase.programme, **values)
