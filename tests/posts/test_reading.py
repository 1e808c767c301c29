"""One reader of a line: what is typed means the same, and is refused in the same words, in every place where it can be typed."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from phases.models import Phase, Programme
from posts.importing.actions import Choices, look
from posts.lines.rules import state_of
from posts.models import CostLine
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, signed_in

pytestmark = pytest.mark.django_db

LABELS = {"title": "Post", "fte": "FTE", "annual_cost": "Annual cost", "start": "From", "end": "To", "comment": "Comment"}
FIELDS = {"start": "intake-0-from", "end": "intake-0-to"}


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def programme() -> Programme:
    return make_programme(slug="plan", name="Plan")


@pytest.fixture
def phase(programme: Programme) -> Phase:
    return make_phase(programme, 1, name="Phase One")


@pytest.fixture
def line(programme: Programme, phase: Phase, officer: User) -> CostLine:
    """A head of service, £90,000 a year from 1 August 2016."""
    return added(programme, a_state(phase), officer)


def in_the_table(client: Client, line: CostLine, typed: dict[str, str]) -> Any:
    page = client.get("/programmes/plan/lines/").context["page"]
    row = next(row for row in page.rows if row.line_id == line.pk)
    cells = {name: text for name, text in row.cells.items() if text or name != "paperwork"} | typed
    data = {f"{row.prefix}-{name}": text for name, text in cells.items()} | {f"{row.prefix}-version": str(line.version)}
    return client.post("/programmes/plan/lines/", data)


def on_its_page(client: Client, line: CostLine, typed: dict[str, str]) -> Any:
    form = client.get(f"/programmes/plan/lines/{line.pk}/").context["form"]
    given = {name: form[name].value() for name in form.fields}
    sent = {name: str(value) for name, value in given.items() if value not in (None, "", False)}
    named = {FIELDS.get(name, name): text for name, text in typed.items()}
    return client.post(f"/programmes/plan/lines/{line.pk}/", {**sent, "version": str(line.version), **named})


def pasted(programme: Programme, officer: User, typed: dict[str, str]) -> dict[str, str]:
    typed = {"title": "Head of service", "fte": "1"} | typed
    text = "\t".join(LABELS[name] for name in typed) + "\n" + "\t".join(typed.values())
    [outcome] = look(programme, Choices(text), by=officer, at=NOON).outcomes
    return outcome.errors


@pytest.mark.parametrize(
    ("typed", "cell", "said"),
    [
        ({"fte": "one"}, "fte", "Write the FTE as a number, such as 1 or 0.5."),
        ({"annual_cost": "8,35"}, "annual_cost", "Put commas between thousands only, such as 83,000."),
        ({"start": "31/04/2016"}, "start", "April has 30 days."),
        ({"start": "1 Aug 2016", "end": "1 July 2016"}, "end", "The last day, 1 July 2016, is before the first, 1 August 2016."),
        ({"end": "31/06/2018"}, "end", "June has 30 days."),
        ({"comment": "x" * 501}, "comment", "Shorten this to 500 characters: it has 501."),
    ],
)
def test_a_wrong_cell_is_refused_in_the_same_words_in_the_table_on_the_page_and_in_a_pasted_block(
    programme: Programme, line: CostLine, officer: User, typed: dict[str, str], cell: str, said: str
) -> None:
    client = signed_in(officer)
    table, page = in_the_table(client, line, typed), on_its_page(client, line, typed)
    row = next(row for row in table.context["page"].rows if row.line_id == line.pk)
    assert (table.status_code, row.errors.get(cell)) == (422, said)
    assert (page.status_code, page.context["form"].errors.get(FIELDS.get(cell, cell))) == (422, [said])
    assert pasted(programme, officer, typed).get(cell) == said


def test_a_reason_for_no_figure_is_not_dropped(line: CostLine, officer: User) -> None:
    response = in_the_table(signed_in(officer), line, {"reason": "As the Executive agreed"})
    row = next(row for row in response.context["page"].rows if row.line_id == line.pk)
    assert response.status_code == 422
    assert row.errors == {"reason": "Type the figure that this is the reason for, or clear it."}
    assert row.cells["reason"] == "As the Executive agreed"


@pytest.mark.parametrize("words", ["not stated", "Not stated", "n/s"])
def test_not_stated_is_understood_in_the_table_as_on_the_page_and_as_papers_print_it(
    line: CostLine, officer: User, words: str
) -> None:
    in_the_table(signed_in(officer), line, {"y2016": words, "reason": "The paper gives none"})
    amount = line.amounts.get(financial_year=2016)
    assert (amount.amount, amount.absence, amount.origin) == (None, "not_stated", "stated")


def test_dates_that_contradict_the_stated_term_are_refused_in_the_table_too(
    programme: Programme, phase: Phase, officer: User
) -> None:
    term = added(programme, a_state(phase, duration="fixed_term", term_months=18, intakes=()), officer)
    response = in_the_table(signed_in(officer), term, {"start": "1 Aug 2016", "end": "31 March 2018"})
    row = next(row for row in response.context["page"].rows if row.line_id == term.pk)
    assert row.errors == {"end": "These dates are 20 months, but the term is 18. Change one of them."}
    assert state_of(CostLine.objects.get(pk=term.pk)).intakes == ()


def test_periods_of_a_cost_without_fte_that_overlap_are_refused_at_their_dates(
    programme: Programme, phase: Phase, officer: User
) -> None:
    """The message names FTE, and is not about the FTE."""
    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a", "intakes": ()}
    cost = added(programme, a_state(phase, title="Audits", **other), officer)
    typed = {"intake-0-from": "1 Aug 2016", "intake-0-to": "31 Aug 2016", "intake-1-from": "15 Aug 2016"}
    response = on_its_page(signed_in(officer), cost, typed)
    assert response.context["form"].errors == {"intake-1-from": ["The periods of a cost without FTE must not overlap."]}
