"""The fixture against the council's paper: every cell and total of its table, typed from the paper, in £'000 as printed."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.council.queries import council
from display import formats
from improvement_budget import demonstration
from phases.authorisations.queries import authorisations_of
from phases.models import Authorisation, ExcludedItem, FundingDecision, Programme
from posts.models import CostLine
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule, Totals
from tests.around import the_demonstration

# Report to the Executive, 14 September 2016, paragraph 6.3. FTE, 2016/17, 2017/18, full year, P/work comp, Rec. to post, comment.
PUBLISHED = """
Phase One|Children's Social Care|Director ECHS|1|83|200|200|Yes|Yes|From Nov 2016
Phase One|Children's Social Care|Head of service|1|60|90|90|Yes|Yes|
Phase One|Safeguarding and Care Planning|DM Post|1|34|52|52|Yes|Yes|
Phase One|Safeguarding and Care Planning|6 Advanced Practitioner Posts|6|207|310|310|Yes|4 of 6|
Phase One|Referral and Assessment|2 Senior Practitioner Posts|2|64|96|96|Yes|Yes|
Phase One|Care and Resources|Group Manager Leaving Care team|1|43|64|64|Yes|Yes|
Phase One|Care and Resources|Group Manager Special Guardianship|1|43|64|64|Yes|Yes|
Phase One|Care and Resources|Group Manager Adoption|1|43|64|64|Yes|Yes|
Phase One|Care and Resources|2 Social Work Assistant (Special Guardianship)|2|49|74|74|Yes|Yes|
Phase One|Quality Improvement Team|Administrator|1|20|30|30|Yes|Yes|
Phase One|Quality Improvement Team|Strategic and business support|1|32|48|-|Yes|Yes|18 mth post
Phase One|Quality Improvement Team|Child Protection Minute Taker|1|16|24|24|No|Yes|
Phase One|Quality Improvement Team|Child Protection Independent Chair|1|37|55|55|No|Yes|
Phase Two||6 Senior Practitioner roles|6|158|288|288|No|Yes|From May 2016
Phase Two||Quality Audit Manager|1|60|60|60|No|Yes|From Sept 2016
Phase Three||Head of service|1|60|90|90|No|No|From January 2017
Phase Three||Safeguarding and care planning - DM Post|1|13|52|52|No|No|From January 2017
Phase Three||Safeguarding and care planning - 3 social workers|3|10|123|123|No|No|From January 2017
Phase Three||Recruitment and retention of social workers from 2017/18||-|300|300|No|n/a|
Phase Three||Quality Audits||38|150|150|No|No|From January 2017
Phase Three||Commissioning - Placement Officer|1|10|40|40|No|No|From January 2017
Phase Three||Commissioning - Monitoring Officer|1|10|40|40|No|No|From January 2017
"""
TOTALS = {
    "TOTAL PHASE ONE RESOURCES REQUESTED": (20, 731, 1171, 1123),
    "TOTAL PHASE TWO RESOURCES REQUESTED": (7, 218, 348, 348),
    "TOTAL PHASE THREE RESOURCES REQUESTED": (7, 141, 795, 795),
    "TOTAL RESOURCES REQUESTED": (34, 1090, 2314, 2266),
}


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with the_demonstration(django_db_blocker, timezone.now()):
        yield


@pytest.fixture
def programme(db: None) -> Programme:
    return Programme.objects.get(slug="ofsted-2016")


@pytest.fixture
def schedule(programme: Programme) -> Schedule:
    return schedule_for(programme, council(), usual_options(programme, council()), as_at=timezone.now())


def printed(number: object) -> str:
    return "-" if not number else str(number)


def test_every_cell_of_the_table_is_as_published(schedule: Schedule) -> None:
    cells = [
        "|".join(
            [
                phase.name,
                team.name,
                row.title,
                formats.fte(row.fte),
                *(printed(figure.shown) for figure in (*row.years, row.full_year)),
                "Yes" if row.paperwork_complete else "No",
                row.recruited,
                row.comment,
            ]
        )
        for phase, team, row in schedule.rows()
    ]
    assert cells == PUBLISHED.strip().splitlines()


def test_every_total_is_as_published(schedule: Schedule) -> None:
    def numbers(totals: Totals) -> tuple[int | None, ...]:
        return (int(totals.fte), *(figure.shown for figure in (*totals.years, totals.full_year)))

    totals = {phase.total_label: numbers(phase.total) for phase in schedule.phases}
    assert totals | {schedule.total_label: numbers(schedule.total)} == TOTALS


def test_the_18_month_post_has_no_full_year_effect_and_nil_is_not_the_same(schedule: Schedule) -> None:
    rows = {row.title: row for _, _, row in schedule.rows()}
    assert rows["Strategic and business support"].full_year.pounds is None
    assert rows["Strategic and business support"].full_year.absence == "no_effect"
    assert rows["Recruitment and retention of social workers from 2017/18"].years[0].pounds == 0


def test_every_amount_is_stated_with_its_source(programme: Programme) -> None:
    lines = CostLine.objects.filter(programme=programme)
    assert lines.count() == 22
    amounts = [amount for line in lines for amount in line.amounts.all()]
    assert len(amounts) == 66
    assert {amount.origin for amount in amounts} == {"stated"}
    assert all("14 September 2016, paragraph 6.3" in amount.reason for amount in amounts)


def test_starts_are_held_only_where_the_paper_gives_one(programme: Programme) -> None:
    starts = {line.title for line in CostLine.objects.filter(programme=programme, intakes__isnull=True)}
    assert len(starts) == 12
    assert CostLine.objects.filter(programme=programme, phase__number=1, intakes__isnull=False).get().title == "Director ECHS"


def test_the_july_release_limits_2016_17_only_and_the_laptops_stand_apart(programme: Programme) -> None:
    july, laptops = authorisations_of(programme)
    assert [(limit.financial_year, limit.amount) for limit in july.limits.all()] == [(2016, 950_000)]
    assert [phase.name for phase in july.phases.all()] == ["Phase One", "Phase Two"]
    assert july.term == Authorisation.Term.ONE_OFF
    assert [(limit.financial_year, limit.amount) for limit in laptops.limits.all()] == [(2016, 150_000)]
    assert laptops.funding_source.name == "Technology Fund"
    assert not laptops.phases.exists()


def test_september_is_a_recommendation_and_authorises_nothing(programme: Programme) -> None:
    september = FundingDecision.objects.get(programme=programme, decided_on="2016-09-14")
    assert september.outcome == "recommended"
    assert "£949k in 2016/17 with a full year effect of £1,471k" in september.text_recommended
    assert not september.authorisations.exists()


def test_the_eclipse_post_is_a_note_and_in_no_total(programme: Programme, schedule: Schedule) -> None:
    assert ExcludedItem.objects.get(programme=programme).amount == 69_000
    assert any("Eclipse Business Lead costing a total of £69k" in note for note in schedule.notes)
    assert "Eclipse" not in "".join(row.title for _, _, row in schedule.rows())


def test_what_the_papers_do_not_say_is_labelled_as_an_assumption(programme: Programme) -> None:
    assert all("Assumption" in item.assumption for item in FundingDecision.objects.filter(programme=programme))
    assert all("Assumption" in item.assumption for item in authorisations_of(programme))
    assert "assumed" in programme.assumptions


def test_loading_the_demonstration_twice_changes_nothing(programme: Programme) -> None:
    assert demonstration.load(at=timezone.now()) is False
    assert CostLine.objects.count() == 22
