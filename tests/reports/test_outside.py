"""Money that no year of the table can hold: it is printed in a column, or the paper says how much it is, on every face."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.council import queries as council_queries
from accounts.models import User
from costing.line_cost import Absence
from costing.money import Unit
from phases.models import Phase, Programme
from posts.lines.queries import lines_of
from posts.lines.rules import Stated, state_of
from posts.models import CostLine, LineAmount
from reports.checks.rules import BY_ID
from reports.draft.rules.known import known_figures
from reports.draft.rules.matching import marks_of
from reports.draft.rules.text import Paragraph
from reports.table.appendix import rules as pdf
from reports.table.faces import rules as faces
from reports.table.outside.rules import EARLIER, LATER, NOTHING, TOTAL, UNDATED, Beside, Outside, columns_of, left_out, outside_of
from reports.table.past.queries import schedule_at
from reports.table.queries import Options, schedule_for, usual_options
from reports.table.rules import Figure, Schedule
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed, signed_in
from tests.reports.checks.case import facts, found_by, line
from tests.reports.schedules import published, record, schedule

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


def whole_life(amount: int, officer: User, year: int | None = 0) -> Stated:
    return Stated(year, Decimal(amount), "", "As the grant letter says", officer.pk, NOON)


def table(programme: Programme, **choice: Any) -> Schedule:
    programme.refresh_from_db()
    council = council_queries.council()
    return schedule_for(programme, council, usual_options(programme, council)._replace(**choice), as_at=NOON)


def total_row(made: Schedule) -> dict[str, str]:
    figures = zip([label for _, label in made.columns], made.figures(made.total), strict=True)
    return {label: f"{'at least ' if each.at_least else ''}{each.pounds}" for label, each in figures}


def test_a_sum_over_the_whole_life_has_a_column_and_is_counted_once(programme: Programme, phase: Phase, officer: User) -> None:
    grant = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a", "annual_cost": None, "intakes": ()}
    added(programme, a_state(phase), officer)
    added(programme, a_state(phase, title="Grant scheme", stated=(whole_life(3_200_000, officer),), **grant), officer)
    made = table(programme)
    assert [label for _, label in made.columns] == ["2016/17", "2017/18", "No year stated", "Total", "Full year"]
    assert total_row(made) == {
        "2016/17": "at least 60000",
        "2017/18": "at least 90000",
        "No year stated": "3200000",
        "Total": "3350000",
        "Full year": "at least 90000",
    }


def test_every_face_prints_the_further_columns(programme: Programme, phase: Phase, officer: User) -> None:
    late = a_state(phase, duration="fixed_term", intakes=((Decimal(1), date(2015, 10, 1), date(2019, 3, 31)),))
    pk = added(programme, late, officer).pk
    made = table(programme, unit=Unit.POUNDS)
    line_of_json = faces.as_json(made)["phases"][0]["teams"][0]["lines"][0]
    assert line_of_json["amounts"] == {
        "earlier_years": "45000",
        "2016/17": "90000",
        "2017/18": "90000",
        "later_years": "90000",
        "total": "315000",
    }
    row = next(csv.DictReader(io.StringIO(faces.as_csv(made))))
    assert [row[name] for name in ("earlier_years", "later_years", "total", "whole_life")] == ["45000", "90000", "315000", ""]
    page = pdf.page(made)
    assert "Earlier years" in page
    assert "315,000" in page
    screen = signed_in(officer).get(f"/programmes/{programme.slug}/expenditure/?unit=pounds").content.decode()
    assert f"/lines/{pk}/" in screen
    assert ">315,000</a>" in screen
    assert (
        faces.as_json(schedule_at(programme, council_queries.council(), NOON))["phases"]
        == faces.as_json(table(programme))["phases"]
    )


def test_years_left_out_by_choice_are_said_or_stand_beside_the_total(programme: Programme, phase: Phase, officer: User) -> None:
    added(programme, a_state(phase), officer)
    shown = programme.years[1:]
    made = table(programme, years=shown)
    assert made.further == ()
    assert "Not shown in this table: £60,000 in earlier years." in made.notes
    with_total = table(programme, years=shown, total=True)
    assert total_row(with_total) == {"Earlier years": "60000", "2017/18": "90000", "Total": "150000", "Full year": "90000"}
    assert not any("Not shown" in note for note in with_total.notes)


def test_an_amount_without_a_date_stands_in_no_year(programme: Programme, phase: Phase, officer: User) -> None:
    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a", "intakes": ()}
    laptops = a_state(phase, title="Laptops", duration="one_off", annual_cost=Decimal(150_000), **other)
    laptops_line = added(programme, laptops, officer)
    assert total_row(table(programme))["No year stated"] == "150000"
    assert total_row(table(programme))["Total"] == "150000"
    dated = Stated(2016, Decimal(150_000), "", "As the order says", officer.pk, NOON)
    changed(
        programme,
        laptops_line,
        a_state(phase, title="Laptops", duration="one_off", annual_cost=None, stated=(dated,), **other),
        officer,
    )
    assert table(programme).further == ()


def test_figures_stated_for_years_that_the_programme_gives_up_are_kept(programme: Programme, phase: Phase, officer: User) -> None:
    stored = added(programme, a_state(phase, stated=(whole_life(12_000, officer, 2021),)), officer)
    assert [amount.amount for amount in stored.amounts.filter(financial_year=2021)] == [12_000]
    assert [item.year for item in state_of(lines_of(programme, [stored.pk])[0]).stated] == [2021]
    assert total_row(table(programme))["Later years"] == "12000"


def test_the_database_takes_a_whole_life_only_where_somebody_stated_an_amount(
    programme: Programme, phase: Phase, officer: User
) -> None:
    stored = added(programme, a_state(phase), officer)
    for values in ({"origin": "calculated", "amount": 5}, {"origin": "stated", "amount": None, "absence": "not_stated"}):
        by = {"reason": "x", "stated_by": officer, "stated_at": NOON} if values["origin"] == "stated" else {}
        with pytest.raises(IntegrityError, match="amount_whole_life_is_stated"), transaction.atomic():
            LineAmount.objects.create(line=stored, financial_year=0, **values, **by)


def test_the_page_of_a_line_takes_a_whole_life_sum_with_its_reason(programme: Programme, phase: Phase, officer: User) -> None:
    client, stored = signed_in(officer), added(programme, a_state(phase), officer)
    address = f"/programmes/{programme.slug}/lines/{stored.pk}/"
    form = {name: text for name, text in client.get(address).context["form"].initial.items() if text}
    form |= {"version": stored.version, "whole_life-amount": "£3.2m", "whole_life-reason": ""}
    refused = client.post(address, form)
    assert "Give a reason for this figure" in refused.content.decode()
    assert client.post(address, form | {"whole_life-reason": "Grant letter"}).status_code == 302
    amount = CostLine.objects.get(pk=stored.pk).amounts.get(financial_year=0)
    assert (amount.amount, amount.reason, amount.stated_by) == (3_200_000, "Grant letter", officer)
    assert "The sum stated over all its years." in client.get(f"{address}workings/").content.decode()
    assert (
        "if no paper gives a sum"
        in client.post(
            address, form | {"version": 2, "whole_life-reason": "x", "whole_life-amount": "not stated"}
        ).content.decode()
    )


def test_what_a_line_comes_to_in_all() -> None:
    assert NOTHING.total([60, 90]) == (150, None)
    assert NOTHING.total([60, None]) == (60, Absence.NOT_STATED)
    assert NOTHING.total([None, None]) == (None, Absence.NOT_STATED)
    assert Outside(undated=40).total([None, None]) == (40, None)
    assert Outside(earlier=5, gap=True).total([60, 90]) == (155, Absence.NOT_STATED)
    assert Outside(whole=3200, undated=3050).total([60, 90]) == (3200, None)


def test_a_column_is_added_where_no_choice_of_years_could_show_the_money() -> None:
    inside, beyond = Outside(earlier=5), Outside(later=7, beyond=frozenset({LATER}))
    assert columns_of([NOTHING, inside], with_total=False) == ()
    assert columns_of([inside], with_total=True) == (EARLIER, TOTAL)
    assert columns_of([inside, beyond], with_total=False) == (LATER, TOTAL)
    assert columns_of([Outside(whole=9)], with_total=False) == (TOTAL,)
    assert left_out([inside, beyond], (LATER, TOTAL)) == "Not shown in this table: £5 in earlier years."
    assert left_out([NOTHING], ()) == ""


def test_what_a_whole_life_sum_leaves_over_stands_in_no_year() -> None:
    found = outside_of({2016: 60, 2017: None, 2018: 30}, [2016, 2017], Beside(2016, 2018, earlier=10, whole=200))
    assert found == Outside(10, 30, 100, 200, beyond=frozenset({EARLIER, UNDATED}))


def test_pc30_finds_money_that_no_year_holds_and_pc01_casts_its_column() -> None:
    late = line(outside=Outside(later=24_000, beyond=frozenset({LATER})))
    case = facts(late, of_schedule={"further": (LATER, TOTAL)})
    found = found_by("PC30", case)
    assert [(each.severity, each.line, each.stated) for each in found] == [("E", "Head of service", 24_000)]
    assert found[0].text == (
        "Head of service, PHASE ONE: £24,000 falls after the last year of the table. The table prints it under “Later years”."
    )
    wrong = case.schedule.total._replace(further=(Figure(Decimal(1), 0), case.schedule.total.further[1]))
    spoilt = case._replace(schedule=case.schedule._replace(total=wrong))
    assert [each.text for each in BY_ID["PC01"].find(BY_ID["PC01"], spoilt)] == [
        "The whole table: the column of the later years adds to £24,000 (24 as shown), and its total is £1 (0)."
    ]
    assert not list(BY_ID["PC30"].find(BY_ID["PC30"], facts(line())))


def test_pc32_finds_a_total_that_does_not_say_at_least() -> None:
    case = facts(line(years=((60_000, True), (None, True))))
    assert not list(BY_ID["PC32"].find(BY_ID["PC32"], case))
    silent = case.schedule.total._replace(years=tuple(each._replace(absence=None) for each in case.schedule.total.years))
    spoilt = case._replace(schedule=case.schedule._replace(total=silent))
    assert [each.text for each in BY_ID["PC32"].find(BY_ID["PC32"], spoilt)] == [
        "The whole table: a figure under 2017/18 is not stated, and the total does not say “at least”."
    ]


def test_the_total_of_a_table_without_further_columns_is_the_sum_of_its_years() -> None:
    made = schedule([record(), record(years=((None, True), (None, True)))])
    assert made.over_years(made.total) == Figure(Decimal(150_000), 150, Absence.NOT_STATED)
    assert Options(made.unit, made.rounding, made.years).total is False


def test_a_sum_over_years_is_known_and_no_in_year_figure_added_to_a_full_year_one() -> None:
    known = known_figures(schedule(published()))

    def said(text: str) -> list[tuple[str, str]]:
        return [(mark.status.value, mark.rule) for mark in marks_of(Paragraph(text), known)]

    assert said("Over both years Phase One costs £1,902k.") == [("matched", "PC14")]
    assert said("Phase One costs £1,902k.") == [("matched", "PC14")]
    # 141 in 2016/17 and 795 in a full year: the sum of both years is the same figure, and the words do not say so.
    assert said("That £936k be drawn down for Phase Three.") == [("wrong", "PC15")]
    assert said("Phase Three comes to £936k over two years.") == [("matched", "PC14")]
    assert said("Phase One costs £1,902k in 2016/17.") == [("not_found", "PC14")]
