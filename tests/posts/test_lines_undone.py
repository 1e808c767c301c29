"""What was done in the table of inputs is undone and done again."""

import pytest
from django.test import Client

from accounts.models import User
from phases.models import Phase
from posts.frozen.queries import Frozen
from posts.models import CostLine
from tests.making import make_officer, make_phase, make_programme
from tests.posts.entry_table import add, posted, theirs_too

pytestmark = pytest.mark.django_db


@pytest.fixture
def phase() -> Phase:
    return make_phase(make_programme(slug="plan"), name="Phase One")


@pytest.fixture
def officer(client: Client, phase: Phase) -> Client:
    client.force_login(make_officer())
    return client


def test_several_new_rows_come_in_together_and_are_undone_as_one(officer: Client, phase: Phase) -> None:
    rows = {}
    for number in (1, 2, 3):
        rows |= {f"new{phase.pk}x{number}-{name}": text for name, text in {"title": f"Post {number}", "fte": "1"}.items()}
    refused = officer.post(
        "/programmes/plan/lines/", rows | {f"new{phase.pk}x2-fte": "0"}, headers={"accept": "application/json"}
    )
    assert (refused.status_code, CostLine.objects.count()) == (422, 0)
    assert "more than 0" in refused.json()["rows"][f"new{phase.pk}x2"]
    officer.post("/programmes/plan/lines/", rows)
    assert list(CostLine.objects.order_by("position").values_list("title", flat=True)) == ["Post 1", "Post 2", "Post 3"]
    officer.post(f"/programmes/plan/lines/undo/{next_undo(officer)}/")
    assert not CostLine.objects.exists()


def next_undo(client: Client) -> int | None:
    last = client.get("/programmes/plan/lines/").context["undoable"].last
    return last.number if last else None


def next_redo(client: Client) -> int | None:
    return client.get("/programmes/plan/lines/").context["undoable"].redo


def test_one_undoes_step_by_step_to_the_beginning_of_the_visit_and_does_it_all_again(officer: Client, phase: Phase) -> None:
    def title() -> list[str]:
        return list(CostLine.objects.values_list("title", flat=True))

    add(officer, phase, title="One")
    line = CostLine.objects.get()
    for text in ("Two", "Three"):
        officer.post("/programmes/plan/lines/", posted(officer) | {f"l{line.pk}-title": text})
    seen = [title()]
    while (number := next_undo(officer)) is not None:
        officer.post(f"/programmes/plan/lines/undo/{number}/")
        seen.append(title())
    assert seen == [["Three"], ["Two"], ["One"], []]
    seen = []
    while (number := next_redo(officer)) is not None:
        officer.post(f"/programmes/plan/lines/undo/{number}/")
        seen.append(title())
    assert seen == [["One"], ["Two"], ["Three"]]
    officer.post(f"/programmes/plan/lines/undo/{next_undo(officer)}/")
    officer.post("/programmes/plan/lines/", posted(officer) | {f"l{line.pk}-title": "Another"})
    assert next_redo(officer) is None, "a new act leaves nothing to be done again"


def test_undo_keeps_what_somebody_else_changed_beside_it(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    officer.post("/programmes/plan/lines/", posted(officer) | {f"l{line.pk}-comment": "Mine"})
    theirs_too(posted(officer), **{f"l{line.pk}-title": "Theirs"})
    officer.post(f"/programmes/plan/lines/undo/{next_undo(officer)}/")
    line.refresh_from_db()
    assert (line.title, line.comment) == ("Theirs", "")


def test_undo_reaches_no_further_than_the_visit_the_day_and_the_person(officer: Client, phase: Phase) -> None:
    add(officer, phase)
    number = next_undo(officer)
    another = Client()
    another.force_login(make_officer())
    assert next_undo(another) is None
    another.post(f"/programmes/plan/lines/undo/{number}/")
    assert CostLine.objects.exists()
    officer.force_login(User.objects.get(pk=officer.session["_auth_user_id"]))
    assert next_undo(officer) is None, "another visit"


def test_an_undo_of_a_line_in_a_drawdown_is_asked_first(officer: Client, phase: Phase, monkeypatch: pytest.MonkeyPatch) -> None:
    add(officer, phase)
    line = CostLine.objects.get()
    drawn = [Frozen(line.pk, "Phase One posts", "signed", "£60,000 in 2016/17")]
    monkeypatch.setattr("posts.frozen.queries._sources", [lambda lines: [each for each in drawn if each.line_id in lines]])
    address = f"/programmes/plan/lines/undo/{next_undo(officer)}/"
    assert "Phase One posts (signed, £60,000 in 2016/17)" in officer.post(address).content.decode()
    assert officer.post(address, headers={"accept": "application/json"}).json() == {"ask": True}
    assert CostLine.objects.exists()
    officer.post(address, {"confirmed": "yes"})
    assert not CostLine.objects.exists()


def test_a_removal_is_undone_from_the_page(officer: Client, phase: Phase) -> None:
    add(officer, phase, title="A")
    line = CostLine.objects.get()
    officer.post("/programmes/plan/lines/", posted(officer) | {"do": f"remove:{line.pk}"})
    page = officer.get("/programmes/plan/lines/")
    change = page.context["undoable"].last
    assert change.said == "removed “A”"
    officer.post(f"/programmes/plan/lines/undo/{change.number}/")
    assert CostLine.objects.get().pk == line.pk
