"""Figures that are at least, about or up to so much, and those of a second source: kept as typed, printed, carried to totals."""

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from accounts.council import queries as council_queries
from accounts.models import User
from costing.bound import Bound
from phases.models import Phase, Programme
from posts.exempt.actions import exempt_line
from posts.exempt.queries import exempt_lines
from posts.lines.rules import LineState, Stated, from_json
from posts.models import CostLine, LineAmount
from reports.exempt.rules import public
from reports.table.appendix import rules as pdf
from reports.table.faces import rules as faces
from reports.table.past.queries import schedule_at
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule
from tests.making import NOON, make_clerk, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, signed_in
from tests.reports.schedules import record, schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def programme() -> Programme:
    return make_programme()


@pytest.fixture
def phase(programme: Programme) -> Phase:
    return make_phase(programme, 1, name="Phase One")


def table(programme: Programme) -> Schedule:
    programme.refresh_from_db()
    council = council_queries.council()
    return schedule_for(programme, council, usual_options(programme, council), as_at=NOON)


def stating(phase: Phase, officer: User, **values: Any) -> LineState:
    figure = Stated(2016, Decimal(400_000), "", "Budget book", officer.pk, NOON, **values)
    return a_state(phase, title="Placements", stated=(figure,))


def test_the_word_is_printed_on_every_face_and_carried_to_the_total(programme: Programme, phase: Phase, officer: User) -> None:
    added(programme, a_state(phase), officer)
    added(programme, stating(phase, officer, bound="at least"), officer)
    made = table(programme)
    assert made.total.years[0].word is Bound.AT_LEAST
    page = pdf.page(made)
    assert ">at least 400<" in page
    assert ">at least 460<" in page
    row = next(each for each in csv.DictReader(io.StringIO(faces.as_csv(made))) if each["title"] == "Placements")
    assert (row["2016/17"], row["words"]) == ("400000", "2016/17: at least")
    face = faces.as_json(made)
    assert face["phases"][0]["teams"][0]["lines"][1]["words"] == {"2016/17": "at least"}
    assert face["total"]["words"] == {"2016/17": "at least"}
    assert faces.as_json(faces.from_json(face)) == face
    sheet = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made)))["Committee table"]
    cell = next(row for row in sheet.iter_rows() if row[2].value == "Placements")
    assert cell[4].number_format.startswith('"at least "')
    assert cell[10].value == "2016/17: at least"
    screen = signed_in(officer).get(f"/programmes/{programme.slug}/expenditure/").content.decode()
    assert 'at least <span class="nowrap">400</span>' in screen
    assert faces.as_json(schedule_at(programme, council_queries.council(), NOON))["phases"] == face["phases"]


def test_words_of_several_kinds_make_a_total_about_so_much_and_a_note_says_so(
    programme: Programme, phase: Phase, officer: User
) -> None:
    for bound in ("at least", "up to"):
        added(programme, stating(phase, officer, bound=bound), officer)
    made = table(programme)
    assert made.total.years[0].word is Bound.ABOUT
    assert "A total over figures of which some are at least, about or up to so much is printed as about so much." in made.notes


def test_what_another_source_says_is_shown_and_counted_nowhere(programme: Programme, phase: Phase, officer: User) -> None:
    line = added(programme, stating(phase, officer, other_amount=Decimal(380_000), other_source="Grant letter"), officer)
    made = table(programme)
    assert made.total.years[0].pounds == 400_000
    assert "2016/17: Grant letter says £380,000" in pdf.page(made)
    row = next(csv.DictReader(io.StringIO(faces.as_csv(made))))
    assert (row["comment"], row["other_sources"]) == ("", "2016/17: Grant letter says £380,000")
    workings = signed_in(officer).get(f"/programmes/{programme.slug}/lines/{line.pk}/workings/").content.decode()
    assert "Grant letter says £380,000" in workings
    exempt_line(line=line, field="amounts", paragraph=2, reason="Identifies a child", by=make_clerk(), at=NOON)
    part_1 = public(table(programme), exempt_lines(programme.slug))
    assert "380,000" not in str(faces.as_json(part_1))


def test_a_line_takes_words_and_a_second_source_on_its_page(programme: Programme, phase: Phase, officer: User) -> None:
    client, line = signed_in(officer), added(programme, a_state(phase), officer)
    address = f"/programmes/{programme.slug}/lines/{line.pk}/"
    form = {name: text for name, text in client.get(address).context["form"].initial.items() if text} | {"version": line.version}
    typed = {"y2016-amount": "more than £400,000", "y2016-reason": "Budget book", "y2016-other": "£380k"}
    refused = client.post(address, form | typed)
    assert "Name the source that says so, or clear the amount." in refused.content.decode()
    assert client.post(address, form | typed | {"y2016-other_source": "Grant letter"}).status_code == 302
    amount = CostLine.objects.get(pk=line.pk).amounts.get(financial_year=2016)
    assert (amount.amount, amount.bound, amount.other_amount, amount.other_source) == (
        400_000,
        "at least",
        380_000,
        "Grant letter",
    )
    shown = client.get(address).content.decode()
    assert 'value="at least 400,000"' in shown
    saved_again = {name: text for name, text in client.get(address).context["form"].initial.items() if text}
    client.post(address, saved_again | {"version": 2})
    assert CostLine.objects.get(pk=line.pk).version == 2


def test_the_database_keeps_words_and_second_sources_to_stated_amounts(programme: Programme, phase: Phase, officer: User) -> None:
    amount = added(programme, a_state(phase), officer).amounts.get(financial_year=2016)
    rows = LineAmount.objects.filter(pk=amount.pk)
    with pytest.raises(IntegrityError, match="amount_bound_is_of_a_stated_one"), transaction.atomic():
        rows.update(bound="about")
    with pytest.raises(IntegrityError, match="amount_of_another_source_names_it"), transaction.atomic():
        rows.update(other_amount=5)


def test_the_text_of_a_line_without_words_is_what_it_was(phase: Phase, officer: User) -> None:
    plain = stating(phase, officer).as_json()
    assert set(plain["stated"][0]) == {"year", "amount", "absence", "reason", "stated_by", "stated_at"}
    told = stating(phase, officer, bound="up to", other_amount=Decimal(5), other_source="A letter")
    assert from_json(told.as_json()) == told


def test_a_total_over_a_gap_and_a_word_says_both() -> None:
    up_to = record(bounds=(Bound.UP_TO, None, None, None))
    made = schedule([up_to, record(years=((None, False), (5, False)))])
    assert made.total.years[0].word is Bound.ABOUT
    assert made.total.years[1].word is None
