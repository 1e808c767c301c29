"""Who pays for lines: what sources pay adds up to the line in every measure and to the table in every face, to the pound."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.council import queries as council_queries
from accounts.models import User
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.measure import FULL_YEAR, WHOLE_LIFE, in_year
from costing.money import Unit
from costing.paying import Paid, Payer
from phases.models import FundingSource, Programme
from posts.exempt.actions import exempt_line
from posts.exempt.queries import exempt_lines
from posts.lines.rules import CostChange, LineState, Stated, amounts_of, costed, state_of
from posts.paying.rules import paid_line
from posts.whole_life.rules import whole_life
from reports.exempt.queries import as_read_by
from reports.exempt.rules import public
from reports.table.appendix import rules as pdf
from reports.table.comparison.rules import changes_between
from reports.table.faces import rules as faces
from reports.table.past.queries import schedule_at
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule
from tests.costing.test_paying import payers, slowly
from tests.making import NOON, make_clerk, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed, signed_in

YEARS = FinancialYear.between(FinancialYear(2016), FinancialYear(2017))
DATES = st.dates(date(2015, 1, 1), date(2019, 12, 31))


class SomePhase:
    """A phase that is nowhere stored."""

    pk = 1


@st.composite
def stated(draw: Any) -> tuple[Stated, ...]:
    years = draw(st.sets(st.sampled_from([2015, 2016, 2017, 2018, None, 0]), max_size=3))
    amounts = {year: draw(st.integers(-50_000, 90_000) | (st.none() if year != 0 else st.nothing())) for year in years}
    return tuple(
        Stated(year, None if amount is None else Decimal(amount), "not_stated" if amount is None else "", "As published", 1, NOON)
        for year, amount in amounts.items()
    )


@st.composite
def states(draw: Any, *, dated: bool = False) -> LineState:
    """An other cost of any duration, dated or not, some of its figures stated, with who pays for it."""
    duration = draw(st.sampled_from(["recurring", "fixed_term"] if dated else ["recurring", "fixed_term", "one_off"]))
    start = draw(DATES if dated else DATES | st.none())
    ends = st.dates(start, date(2020, 3, 31)) if start else st.none()
    end = None if duration == "one_off" else draw(ends if dated and duration == "fixed_term" else st.none() | ends)
    costs = st.integers(-50_000, 90_000).map(Decimal)
    annual = draw(costs if dated else st.none() | costs)
    changes: list[CostChange] = []
    if annual is not None and start and duration != "one_off":
        days = sorted(draw(st.sets(DATES, max_size=2)))
        changes = [CostChange(day, Decimal(draw(st.integers(-50_000, 90_000)))) for day in days]
    figures = draw(stated())
    if duration != "recurring":
        figures = tuple(each for each in figures if each.year is not None or each.amount is None)
    return a_state(
        SomePhase,
        kind="other",
        fte=None,
        recruited_fte=None,
        engaged="n/a",
        annual_cost=annual,
        cost_changes=tuple(changes),
        duration=duration,
        term_months=draw(st.none() | st.integers(1, 40)) if duration == "fixed_term" else None,
        intakes=((None, start, end),) if start else (),
        stated=figures,
        paid_by=tuple(draw(payers())),
    )


def in_all(paid: Paid) -> Decimal:
    return sum(paid.by_source.values(), paid.unfunded)


@given(states(), st.sampled_from(Basis))
def test_sources_add_up_to_the_line_in_every_measure(state: LineState, basis: Basis) -> None:
    programme = Programme(first_year=2016, last_year=2017, basis=basis)
    amounts = amounts_of(state, YEARS, basis)
    by_measure = {each.measure: each.amount for each in amounts}
    paid = paid_line(state, amounts, programme)
    for measure in (*map(in_year, YEARS), FULL_YEAR):
        found = paid.of(measure)
        assert (None if found is None else in_all(found)) == by_measure[measure]
    come_to = whole_life(state, amounts, programme)
    if come_to is not None:
        assert in_all(paid.in_all) == come_to
    assert in_all(paid.beside_years) + sum(map(in_all, paid.years.values())) == in_all(paid.in_all)
    assert paid.of(WHOLE_LIFE) == paid.in_all


@settings(max_examples=40)
@given(states(dated=True), st.sampled_from(Basis))
def test_a_second_slow_calculation_finds_the_same_shares_of_each_year(state: LineState, basis: Basis) -> None:
    programme = Programme(first_year=2016, last_year=2017, basis=basis)
    amounts = [each for each in amounts_of(state, YEARS, basis) if each.financial_year and each.amount is not None]
    paid = paid_line(state, amounts, programme)
    for each in amounts:
        if each.measure.year in YEARS:
            expected = slowly(costed(state, basis), each.measure.year, list(state.paid_by), int(each.amount or 0))
            found = paid.years[each.financial_year].by_source
            assert {source: found[source] for source in expected} == expected


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def programme(officer: User) -> Programme:
    """Four lines: shared by dates, in pounds with the rest elsewhere, not all of it funded, and one that names no source."""
    made = make_programme(slug="ofsted-2016", name="Ofsted inspection", table_total=True)
    phase = make_phase(made, 1, name="Phase One")
    council, health = (
        FundingSource.objects.create(programme=made, name=name, kind="grant") for name in ("Council", "Health <b>")
    )
    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a"}
    once = {**other, "duration": "one_off", "intakes": ((None, date(2019, 5, 1), None),)}
    until, since = date(2016, 12, 31), date(2017, 1, 1)
    shared = (Payer(council.pk, Fraction(1), ends=until), Payer(council.pk, Fraction(3, 5), starts=since))
    shared += (Payer(health.pk, Fraction(2, 5), starts=since),)
    lines = [
        a_state(phase, title="Shared post", annual_cost=Decimal(83_333), paid_by=shared),
        a_state(
            phase,
            title="Visits",
            paid_by=(Payer(health.pk, pounds=Decimal(20_000)), Payer(council.pk)),
            **other | {"intakes": ()},
        ),
        a_state(phase, title="Laptops", annual_cost=Decimal(150_001), paid_by=(Payer(council.pk, Fraction(1, 2)),), **once),
        a_state(phase, title="Head of service"),
    ]
    for state in lines:
        added(made, state, officer)
    made.refresh_from_db()
    return made


def table(programme: Programme, **choice: Any) -> Schedule:
    council = council_queries.council()
    return schedule_for(programme, council, usual_options(programme, council)._replace(**choice), as_at=NOON)


PAYS = {
    "Council": ["47,222", "50,000", "75,001", "172,223", "120,000"],
    "Health <b>": ["8,333", "33,333", "-", "41,666", "53,333"],
    "Unfunded": ["-", "-", "75,000", "75,000", "-"],
    "No source named": ["60,000", "90,000", "-", "150,000", "90,000"],
    "Total": ["115,555", "173,333", "150,001", "438,889", "263,333"],
}
"""Worked out by hand: of the shared post the council pays 5/8 and 3/8 x 60% of £55,555 in 2016/17."""


@pytest.mark.django_db
def test_the_sums_are_those_worked_out_by_hand(programme: Programme) -> None:
    made = table(programme)
    assert made.who_pays is not None
    assert [label for _, label in made.columns] == ["2016/17", "2017/18", "Later years", "Total", "Full year"]
    assert dict(made.who_pays.texts(made.credit_style)) == PAYS


@pytest.mark.django_db
@pytest.mark.parametrize("unit", Unit)
def test_each_face_prints_what_each_source_pays(programme: Programme, unit: Unit) -> None:
    made = table(programme, unit=unit)
    paid = made.who_pays
    assert paid is not None
    for column, figure in enumerate(made.figures(made.total)):
        assert sum(row.pounds[column] for row in paid.rows) == paid.total[column] == figure.pounds
    texts = paid.texts(made.credit_style)
    told = faces.as_json(made)["who_pays"]
    assert [row["name"] for row in told["sources"]] == [name for name, _ in texts[:-1]]
    for row, (_, shown) in zip(told["sources"], texts, strict=False):
        assert [f"{int(amount):,}" if int(amount) else "-" for amount in row["amounts"].values()] == shown
    kept = faces.from_json(json.loads(json.dumps(faces.as_json(made)))).who_pays
    assert kept == paid._replace(paid={}, sources={})
    book = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made)), data_only=True)
    rows = list(book["Who pays"].iter_rows(min_row=5, values_only=True))
    assert [[str(row[0]), *map(int, row[1:])] for row in rows] == [
        *([row.name, *map(int, row.pounds)] for row in paid.rows),
        ["Total", *map(int, paid.total)],
    ]
    html = pdf.page(made)
    for name, shown in texts:
        cells = "".join(f'<td class="n">{text}</td>' for text in shown)
        assert f"{name.replace('<', '&lt;').replace('>', '&gt;')}</th>{cells}" in html
    by_line = {row["title"]: row["who_pays"] for row in csv.DictReader(io.StringIO(faces.as_csv(made).lstrip("\ufeff")))}
    assert by_line["Visits"] == "£20,000 a year by Health <b>; the rest by Council"
    assert by_line["Head of service"] == ""


@pytest.mark.django_db
def test_who_pays_has_the_columns_of_its_paper(programme: Programme, officer: User) -> None:
    Programme.objects.filter(pk=programme.pk).update(table_without=["full_year"])
    programme.refresh_from_db()
    made = table(programme)
    book = openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made)), data_only=True)
    sheet = [f"{year} (£)" for year in ("2016/17", "2017/18", "Later years", "Total")]
    assert [cell.value for cell in book["Who pays"][4]] == ["Funding source", *sheet]
    page = signed_in(officer).get(reverse("expenditure", args=[programme.slug])).content.decode()
    for html in (pdf.page(made), page):
        own = html[html.rindex("Funding source</th>") :]
        assert "Full year" not in own[: own.index("</table>")]
        assert "172,223" in own
        assert "120,000" not in own[: own.index("</table>")]
    assert "full_year" in faces.as_json(made)["who_pays"]["columns"]


@pytest.mark.django_db
def test_a_workbook_says_at_each_line_who_pays_but_not_of_an_exempt_one(programme: Programme) -> None:
    exempt_line(line=programme.lines.get(title="Shared post"), paragraph=3, reason="Pay", by=make_clerk(), at=NOON)
    whole = table(programme)
    for made, shared in ((whole, True), (public(whole, exempt_lines(programme.slug)), False)):
        for sheet in ("Committee table", "Lines in pounds"):
            rows = list(openpyxl.load_workbook(io.BytesIO(faces.as_xlsx(made)))[sheet].iter_rows(min_row=4, values_only=True))
            place = rows[0].index("Who pays")
            said = {row[2]: row[place] for row in rows[1:]}
            assert said["Visits"] == "£20,000 a year by Health <b>; the rest by Council"
            assert not said["Head of service"]
            assert any("to 31 March" in (text or "") or "60%" in (text or "") for text in said.values()) is shared


@pytest.mark.django_db
def test_the_page_shows_who_pays(programme: Programme, officer: User) -> None:
    page = signed_in(officer).get(reverse("expenditure", args=("ofsted-2016",))).content.decode()
    section = page[page.index('id="who-pays"') :]
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    for name, shown in table(programme).who_pays.texts(table(programme).credit_style):  # type: ignore[union-attr]
        assert (
            f"{name.replace('<', '&lt;').replace('>', '&gt;')} {' '.join('- nil' if text == '-' else text for text in shown)} "
            in plain
        )


@pytest.mark.django_db
def test_a_table_of_a_past_day_says_the_same(programme: Programme) -> None:
    assert schedule_at(programme, council_queries.council(), NOON).who_pays == table(programme).who_pays


@pytest.mark.django_db
def test_a_table_whose_lines_name_no_source_says_nothing(officer: User) -> None:
    programme = make_programme()
    added(programme, a_state(make_phase(programme)), officer)
    made = table(programme)
    assert made.who_pays is None
    assert "who_pays" not in faces.as_json(made)
    assert "who_pays" not in faces.as_csv(made)
    assert "Who pays" not in pdf.page(made)


@pytest.mark.django_db
def test_part_1_does_not_say_who_pays_for_an_exempt_line(programme: Programme) -> None:
    clerk, line = make_clerk(), programme.lines.get(title="Shared post")
    exempt_line(line=line, paragraph=3, reason="Pay of one person", by=clerk, at=NOON)
    whole = table(programme).who_pays
    public = as_read_by(table(programme), make_officer()).who_pays
    assert whole is not None
    assert public is not None
    assert public.rows == whole.rows
    if public.lines != whole.lines:
        assert {each.line_id for each in whole.lines} - {each.line_id for each in public.lines} == {line.pk}


@pytest.mark.django_db
def test_a_reissued_paper_says_what_sources_pay_otherwise(programme: Programme, officer: User) -> None:
    before = faces.as_json(table(programme))
    council, visits = programme.funding_sources.get(name="Council"), programme.lines.get(title="Visits")
    changed(programme, visits, replace(state_of(visits), paid_by=(Payer(council.pk),)), officer)
    programme.refresh_from_db()
    told = changes_between(before, faces.as_json(table(programme)))
    assert [tuple(each) for each in told if each.where == "Who pays"] == [
        ("Who pays", "Council", "Full year", "£120,000", "£140,000"),
        ("Who pays", "Health <b>", "Full year", "£53,333", "£33,333"),
    ]
