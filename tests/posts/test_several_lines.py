"""The rows ticked in the table of inputs, changed together after a page that shows what would become of each."""

from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from costing.paying import Payer
from phases.models import FundingSource, Phase, Programme
from posts.frozen.queries import Frozen
from posts.lines.rules import state_of
from posts.lines.undoing.actions import undo
from posts.models import CostLine, LineRevision
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added

pytestmark = pytest.mark.django_db
SEVERAL = "/programmes/plan/lines/several/"


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="plan")


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def lines(programme: Programme, officer: User) -> list[CostLine]:
    phase = make_phase(programme, name="Phase One")
    return [added(programme, a_state(phase, title=f"Post {place}", position=place), officer) for place in (10, 20, 30)]


@pytest.fixture
def client(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def asks(lines: list[CostLine], act: str, **more: Any) -> dict[str, Any]:
    return {"line": [line.pk for line in lines], "act": act, **more}


def applied(lines: list[CostLine]) -> dict[str, str]:
    return {"do": "apply"} | {f"version-{line.pk}": str(line.version) for line in lines}


def test_ticked_rows_lead_to_the_page_that_changes_them(client: Client, lines: list[CostLine]) -> None:
    ticked = client.post("/programmes/plan/lines/", {"do": "several", "tick": [lines[0].pk, lines[2].pk]}, follow=True)
    assert [line.title for line in ticked.context["change"].lines] == ["Post 10", "Post 30"]
    assert "No lines are ticked" in client.post("/programmes/plan/lines/", {"do": "several"}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("act", "text", "shown"),
    [
        ("start", "1 Oct 2016", ("From", "1 Aug 2016", "1 Oct 2016")),
        ("end", "Jan 2018", ("To", "", "31 Jan 2018")),
        ("team", "Court", ("Team", "Referral and Assessment", "Court")),
    ],
)
def test_a_cell_of_several_lines_is_shown_first_and_then_stored_as_one(
    client: Client, lines: list[CostLine], act: str, text: str, shown: tuple[str, str, str]
) -> None:
    asked = asks(lines[:2], act, **{f"to-{act}": text})
    page = client.post(SEVERAL, asked | {"do": "preview"})
    assert [each.changes[0] for each in page.context["change"].planned] == [shown, shown]
    assert LineRevision.objects.count() == 3, "nothing is stored yet"
    assert client.post(SEVERAL, asked | applied(lines[:2])).status_code == 302
    assert list(CostLine.objects.order_by("position").values_list("version", flat=True)) == [2, 2, 1]
    assert LineRevision.objects.filter(version=2).values("entry").distinct().count() == 1


def test_lines_move_to_another_phase_in_their_order(client: Client, programme: Programme, lines: list[CostLine]) -> None:
    two = make_phase(programme, 2)
    asked = asks(lines[:2], "phase", **{"to-phase": two.pk})
    assert "Phase One becomes" in " ".join(client.post(SEVERAL, asked).content.decode().split())
    client.post(SEVERAL, asked | applied(lines[:2]))
    assert list(CostLine.objects.filter(phase=two).order_by("position").values_list("title", flat=True)) == ["Post 10", "Post 20"]


def test_what_one_line_cannot_be_stops_all_and_is_said_at_it(client: Client, lines: list[CostLine]) -> None:
    asked = asks(lines, "end", **{"to-end": "1 July 2016"})
    page = client.post(SEVERAL, asked)
    assert all("before the first" in each.error for each in page.context["change"].planned)
    assert "Change these lines" not in page.content.decode()
    client.post(SEVERAL, asked | applied(lines))
    assert not LineRevision.objects.filter(version=2).exists()


def test_a_line_that_somebody_else_changed_is_shown_again_first(client: Client, phase: Phase, lines: list[CostLine]) -> None:
    asked = asks(lines, "team", **{"to-team": "Court"}) | applied(lines)
    CostLine.objects.filter(pk=lines[0].pk).update(version=5)
    assert "Somebody else changed one of these lines" in client.post(SEVERAL, asked).content.decode()
    assert not CostLine.objects.filter(team__name="Court").exists()


@pytest.fixture
def phase(lines: list[CostLine]) -> Phase:
    return lines[0].phase


def test_removing_a_line_that_is_drawn_asks_first_from_the_table_too(
    client: Client, lines: list[CostLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = [Frozen(lines[1].pk, "Phase One posts", "signed", "£60,000 in 2016/17")]
    monkeypatch.setattr("posts.frozen.queries._sources", [lambda wanted: [each for each in drawn if each.line_id in wanted]])
    page = client.post("/programmes/plan/lines/", {"do": f"remove:{lines[1].pk}"}, follow=True)
    assert "Phase One posts: signed" in page.content.decode()
    assert CostLine.objects.count() == 3
    client.post(SEVERAL, asks(lines[1:2], "remove") | applied(lines[1:2]))
    assert list(CostLine.objects.order_by("position").values_list("title", flat=True)) == ["Post 10", "Post 30"]


def test_without_a_choice_it_says_so(client: Client, lines: list[CostLine]) -> None:
    page = client.post(SEVERAL, {"line": [lines[0].pk], "act": "elsewhere"})
    assert (page.status_code, page.context["change"].error) == (422, "Choose what to change.")


def test_who_pays_is_changed_for_several_lines_with_one_undo(
    client: Client, programme: Programme, officer: User, lines: list[CostLine]
) -> None:
    grant = FundingSource.objects.create(programme=programme, name="Prevention grant", kind="grant")
    given = asks(lines[:2], "source", **{"to-source": str(grant.pk), "to-pays": "70%"})
    page = client.post(SEVERAL, given)
    assert [each.changes for each in page.context["change"].planned] == [[("Who pays", "", "70% by Prevention grant")]] * 2
    assert not CostLine.objects.exclude(paid_by=[]).exists()
    assert client.post(SEVERAL, given | applied(lines[:2])).status_code == 302
    of = {line.title: state_of(line).paid_by for line in CostLine.objects.all()}
    share = Payer(grant.pk, Fraction(7, 10))
    assert of == {"Post 10": (share,), "Post 20": (share,), "Post 30": ()}
    undo(programme=programme, entry=AuditEntry.objects.latest("number"), by=officer, at=NOON)
    assert not CostLine.objects.exclude(paid_by=[]).exists()


def test_a_source_alone_pays_for_all_and_none_clears(client: Client, programme: Programme, lines: list[CostLine]) -> None:
    grant = FundingSource.objects.create(programme=programme, name="Prevention grant", kind="grant")
    client.post(SEVERAL, asks(lines, "source", **{"to-source": str(grant.pk)}) | applied(lines))
    lines = list(CostLine.objects.order_by("position"))
    assert {state_of(line).paid_by for line in lines} == {(Payer(grant.pk, Fraction(1)),)}
    page = client.post(SEVERAL, asks(lines, "source", **{"to-source": ""}) | applied(lines), follow=True)
    assert "3 lines were changed." in page.content.decode()
    assert not CostLine.objects.exclude(paid_by=[]).exists()


@pytest.mark.parametrize(
    ("source", "pays", "said"),
    [
        ("999999", "", "Choose a funding source of this programme."),
        ("", "60%", "Choose a funding source"),
        (None, "60", "Write 60%"),
    ],
)
def test_a_wrong_source_or_share_is_said_and_stays_typed(
    client: Client, programme: Programme, lines: list[CostLine], source: str | None, pays: str, said: str
) -> None:
    grant = FundingSource.objects.create(programme=programme, name="Prevention grant", kind="grant")
    chosen = str(grant.pk) if source is None else source
    page = client.post(SEVERAL, asks(lines, "source", **{"to-source": chosen, "to-pays": pays}) | applied(lines))
    assert page.status_code == 422
    assert said in page.context["change"].error
    assert f'value="{pays}"' in page.content.decode()
    assert not CostLine.objects.exclude(paid_by=[]).exists()
