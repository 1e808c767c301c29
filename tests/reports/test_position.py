"""The position: what is planned against what is authorised. Without a database first, then as stored, then as a page."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.permissions.rules import Role
from costing.financial_year import FinancialYear
from costing.measure import FULL_YEAR, Measure, in_year
from improvement_budget import demonstration
from phases.bodies.rules import DecidingBody, Kind
from phases.ledger.rules import Authorised, Coverage, Decided, Drawn
from phases.models import Authorisation, AuthorisationLimit, AuthorisationPhase, FundingDecision, FundingSource, Phase, Programme
from posts.models import CostLine, LineAmount
from reports.standing.chart.rules import LONGEST, chart
from reports.standing.position.queries import position_of, positions_of
from reports.standing.position.rules import PhasePlan, Position, position, tiles
from tests.around import AFTERWARDS
from tests.making import make_body, make_phase

YEARS = (FinancialYear(2016), FinancialYear(2017))
MEASURES = (in_year(2016), in_year(2017), FULL_YEAR)
NOW = datetime(2016, 9, 2, 9, 5, tzinfo=UTC)


def pounds(*amounts: int | None) -> tuple[Decimal | None, ...]:
    return tuple(None if amount is None else Decimal(amount) for amount in amounts)


def plan(number: int, *amounts: int | None, **changed: Any) -> PhasePlan:
    """A phase of 3 recurring lines, 7 FTE of which 2.5 are recruited, unless changed."""
    name = {1: "Phase One", 2: "Phase Two", 3: "Phase Three"}[number]
    made = PhasePlan(number, name, Decimal(7), Decimal("2.5"), 3, 3, pounds(*amounts), (0, 0, 0))
    return made._replace(**changed)


def authorised(title: str, phases: set[int], *limits: int | None, **changed: Any) -> Authorised:
    decided = Decided(1, "A decision", DecidingBody(1, "Executive", Kind.EXECUTIVE), date(2016, 7, 20))
    made = Authorised(0, title, decided, "Contingency", one_off=True, phases=frozenset(phases), limits=by_measure(*limits))
    return made._replace(**changed)


def by_measure(*limits: int | None) -> dict[Measure, Decimal]:
    """In 2016/17, in 2017/18 and in a full year."""
    return {measure: Decimal(limit) for measure, limit in zip(MEASURES, limits, strict=True) if limit is not None}


def compared(*records: PhasePlan | Authorised) -> Position:
    return position(
        YEARS,
        [record for record in records if isinstance(record, PhasePlan)],
        [record for record in records if isinstance(record, Authorised)],
    )


ONE, TWO, THREE = (plan(1, 731000, 1171000, 1123000), plan(2, 218000, 348000, 348000), plan(3, 141000, 795000, 795000))
JULY = authorised("July release", {1, 2}, 950000, None, None)


def test_headroom_is_the_limit_less_the_plan_of_all_phases_of_the_authorisation():
    (group,) = compared(ONE, TWO, JULY).groups
    assert [cell.limit for cell in group.cells] == [Decimal(950000), None, None]
    assert [cell.planned for cell in group.cells] == [Decimal(949000), Decimal(1519000), Decimal(1471000)]
    assert [cell.headroom for cell in group.cells] == [Decimal(1000), None, None]


def test_a_plan_of_exactly_the_limit_is_within_it():
    stands = compared(plan(1, 950000, 0, 0), authorised("July release", {1}, 950000, None, None))
    assert stands.within
    assert stands.excesses == ()
    assert stands.groups[0].cells[0].headroom == 0


def test_a_plan_one_pound_over_is_warned_of_with_both_figures():
    stands = compared(plan(1, 950001, 0, 0), authorised("July release", {1}, 950000, None, None))
    assert not stands.within
    (warning,) = stands.warnings
    assert warning == ("July release: £950,001 is planned for Phase One in 2016/17, £1 more than the limit of £950,000.")


def test_a_full_year_limit_is_compared_with_the_full_year_plan():
    stands = compared(plan(1, 10, 20, 101), authorised("Estimate", {1}, None, None, 100, one_off=False))
    assert list(stands.warnings) == ["Estimate: £101 is planned for Phase One in a full year, £1 more than the limit of £100."]


def test_lines_without_full_year_effect_consume_nothing_of_a_full_year_limit():
    (group,) = compared(plan(1, 10, 20, None), authorised("Estimate", {1}, None, None, 100, one_off=False)).groups
    assert group.cells[2].planned is None
    assert group.cells[2].headroom == 100


def test_what_is_drawn_of_several_authorisations_is_added_and_what_is_not_limited_has_nothing():
    first = Drawn(Decimal(30), Decimal(5), Decimal(70))
    second = Drawn(Decimal(1), Decimal(0), Decimal(0))  # lapsed: nothing is left of its 10
    released = authorised("Release", {1}, 100, None, None, drawn={in_year(2016): first})
    topped_up = authorised("Top-up", {1}, 10, None, None, drawn={in_year(2016): second})
    (group,) = compared(plan(1, 60, 0, 0), released, topped_up).groups
    assert group.drawn_rows == [
        ("Drawn", [31, None, None]),
        ("Pending", [5, None, None]),
        ("Headroom", [70, None, None]),
    ]


def test_before_the_first_drawdown_there_is_no_row_of_what_is_drawn():
    untouched = Drawn(Decimal(0), Decimal(0), Decimal(100))
    (group,) = compared(ONE, authorised("Release", {1}, 100, None, None, drawn={in_year(2016): untouched})).groups
    assert group.drawn_rows == []
    (group,) = compared(ONE, JULY).groups
    assert group.drawn_rows == []


def test_a_year_without_a_limit_is_said_to_be_without_one_and_has_no_headroom():
    stands = compared(ONE, TWO, JULY)
    assert stands.groups[0].cells[1].coverage == Coverage.NO_LIMIT_NAMED
    assert stands.unauthorised == (
        "The July release does not cover £1,519,000 in 2017/18 and £1,471,000 in a full year,"
        " planned for Phase One and Phase Two.",
    )


def test_recurring_money_with_a_full_year_limit_is_authorised_in_years_that_are_not_named():
    stands = compared(plan(1, 10, 20, 30), authorised("Estimate", {1}, None, None, 30, one_off=False))
    assert [cell.coverage for cell in stands.groups[0].cells] == [
        Coverage.THROUGH_FULL_YEAR,
        Coverage.THROUGH_FULL_YEAR,
        Coverage.LIMITED,
    ]
    assert stands.unauthorised == ()


def test_one_off_money_with_a_full_year_limit_authorises_no_other_year():
    stands = compared(plan(1, 10, 20, 30), authorised("Release", {1}, 10, None, 30))
    assert stands.groups[0].cells[1].coverage == Coverage.NO_LIMIT_NAMED


def test_a_phase_without_a_decision_is_named_with_its_figures():
    stands = compared(ONE, TWO, THREE, JULY)
    assert [phase.name for phase in stands.uncovered] == ["Phase Three"]
    assert stands.unauthorised[0] == (
        "No decision authorises Phase Three yet: £141,000 in 2016/17, £795,000 in 2017/18 and £795,000 in a full year."
    )


def test_a_phase_without_lines_and_decision_is_not_complained_of():
    empty = plan(3, 0, 0, 0, lines=0, recurring_lines=0)
    stands = compared(empty)
    assert [phase.name for phase in stands.uncovered] == ["Phase Three"]
    assert stands.unauthorised == ()


def test_a_replaced_authorisation_is_kept_and_not_counted():
    replaced = JULY._replace(replaced_by="Council's approval")
    council = authorised("Council's approval", {1, 2}, 949000, None, 1471000, one_off=False)
    stands = compared(ONE, TWO, replaced, council)
    assert stands.authorisations == (replaced, council)
    (group,) = stands.groups
    assert group.authorisations == (council,)
    assert group.cells[0].headroom == 0


def test_a_phase_of_a_replaced_authorisation_only_is_without_a_decision():
    assert compared(ONE, JULY._replace(replaced_by="Another")).uncovered == (ONE,)


def test_authorisations_of_the_same_phase_are_added_and_the_phase_counted_once():
    stands = compared(ONE, TWO, JULY, authorised("Top-up", {2}, 40000, None, None))
    (group,) = stands.groups
    assert group.title == "July release and Top-up"
    assert (group.cells[0].limit, group.cells[0].planned, group.cells[0].headroom) == pounds(990000, 949000, 41000)


def test_phases_are_connected_through_a_third_authorisation():
    first, second, both = (authorised(str(n), phases, 1, None, None) for n, phases in enumerate([{1}, {2}, {1, 2}]))
    assert [len(group.authorisations) for group in compared(ONE, TWO, first, second, both).groups] == [3]
    assert [len(group.authorisations) for group in compared(ONE, TWO, first, second).groups] == [1, 1]


def test_added_limits_do_not_hide_a_phase_behind_money_for_another():
    """Together 300 covers 250, yet Phase Two may use 50 of it only."""
    first, second = authorised("A", {1}, 250, None, None), authorised("B", {1, 2}, 50, None, None)
    stands = compared(plan(1, 100, 0, 0), plan(2, 150, 0, 0), first, second)
    assert list(stands.warnings) == ["B: £150 is planned for Phase Two in 2016/17, £100 more than the limit of £50."]


def test_a_limit_counts_the_phases_only_that_it_may_pay_for():
    """The full-year limit is for Phase One; Phase Two shares the 2016/17 limit and no more."""
    estimate = authorised("Estimate", {1}, None, None, 100, one_off=False)
    stands = compared(plan(1, 10, 0, 100), plan(2, 10, 0, 70), estimate, authorised("Release", {1, 2}, 50, None, None))
    cell = stands.groups[0].cells[2]
    assert (cell.limit, cell.planned, cell.headroom) == pounds(100, 100, 0)
    assert "£70 in a full year, planned for Phase Two" in stands.unauthorised[0]


def test_an_authorisation_without_phases_stands_beside_the_table():
    laptops = authorised("Laptops", set(), 150000, None, None)
    stands = compared(ONE, laptops)
    assert stands.beside == (laptops,)
    assert stands.groups == ()
    assert not stands.within


def test_recurring_lines_on_one_off_money_are_counted():
    assert compared(ONE, TWO, JULY).notes == (
        "6 recurring lines of Phase One and Phase Two (£1,471,000 in a full year) are funded by one-off money: July release.",
    )


def test_recurring_lines_on_recurring_money_are_not_mentioned():
    assert compared(ONE, TWO, JULY._replace(one_off=False)).notes == ()


def test_figures_that_are_not_stated_are_counted_and_in_no_total():
    stands = compared(plan(1, None, 5, 5, not_stated=(3, 1, 0)), JULY._replace(one_off=False))
    assert stands.total.amounts == pounds(None, 5, 5)
    assert stands.notes == (
        "Phase One: no figure is stated for 3 lines in 2016/17 and 1 line in 2017/18; the totals leave it out.",
    )
    assert tiles(stands, date(2016, 9, 1))[2].value == "not stated"


def test_nothing_at_all_is_a_position_too():
    stands = compared()
    assert (stands.groups, stands.unauthorised, stands.excesses, stands.notes) == ((), (), (), ())
    assert stands.total.amounts == pounds(0, 0, 0)
    assert not stands.within
    assert chart(stands) is None


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2010, 1, 1), ["2016/17", "2017/18"]),
        (date(2017, 4, 1), ["2017/18", "2018/19"]),
        (date(2030, 1, 1), ["2018/19", "2019/20"]),
    ],
)
def test_the_tiles_show_this_year_and_the_next_within_the_programme(today: date, shown: list[str]):
    years = FinancialYear.between(FinancialYear(2016), FinancialYear(2019))
    whole = plan(1, 1, 2, 3, 4, 5, not_stated=(0,) * 5)
    money = tiles(position(years, [whole], []), today)[2:]
    assert [tile.label for tile in money] == [*(f"Planned in {year}" for year in shown), "Planned in a full year"]


def test_the_tiles_say_how_much_is_under_no_limit_and_what_is_over():
    fte, recruited, first, second, full = tiles(compared(ONE, TWO, THREE, JULY), date(2016, 9, 1))
    assert (fte.value, recruited.value, recruited.note) == ("21", "7.5", "13.5 still to recruit")
    assert (first.value, first.note, first.kind) == ("£1,090,000", "£141,000 of it not yet authorised", "")
    assert (second.note, full.note) == ("none of it authorised", "none of it authorised")
    over = tiles(compared(ONE, TWO, JULY._replace(limits=by_measure(948000, None, None))), date(2016, 9, 1))[2]
    assert (over.note, over.kind) == ("£1,000 over a limit", "over")


def test_the_chart_draws_every_amount_on_one_scale():
    drawn = chart(compared(ONE, TWO, THREE, JULY, authorised("Laptops", set(), 150000, None, None)))
    bars = [(bar.kind, bar.amount, bar.width) for bar in drawn.bars]
    assert ("planned", "£1,519,000", str(Decimal(LONGEST).quantize(Decimal("0.01")))) in bars
    assert ("limit", "£950,000", str(round(Decimal(950) / 1519 * LONGEST, 2))) in bars
    assert ("none", "no limit named", "0") in bars
    assert ("none", "no decision yet", "0") in bars
    assert ("limit", "£150,000", str(round(Decimal(150) / 1519 * LONGEST, 2))) in bars
    assert drawn.height > max(bar.y for bar in drawn.bars)
    assert "July release, 2016/17: £949,000 planned, limit £950,000." in drawn.description


def test_the_chart_draws_the_part_above_the_limit_apart_and_says_so():
    drawn = chart(compared(plan(1, 200, 0, 0), authorised("A", {1}, 150, None, None)))
    (bar,) = [bar for bar in drawn.bars if bar.over_width]
    assert (Decimal(bar.over_from), Decimal(bar.over_width)) == (Decimal(LONGEST) * 3 / 4, Decimal(LONGEST) / 4)
    assert "2016/17: £50 over" in [words.text for words in drawn.words]


def test_a_credit_has_no_length_in_the_chart():
    drawn = chart(compared(plan(1, -200, 50, 0)))
    assert [(bar.amount, Decimal(bar.width)) for bar in drawn.bars if bar.kind == "planned"] == [("-£200", 0), ("£50", LONGEST)]


# As stored


@pytest.fixture
def bromley(db: None) -> Programme:
    demonstration.load(at=AFTERWARDS)
    return Programme.objects.get(slug="ofsted-2016")


@pytest.fixture
def programme(db: None) -> Programme:
    return Programme.objects.create(slug="plain", name="Plain", table_title="Plain", first_year=2016, last_year=2017)


def store_line(programme: Programme, phase: Phase, amounts: dict[int | None, int | None], **changed: Any) -> None:
    values = {"kind": "post", "title": "A post", "fte": Decimal(2), "recruited_fte": Decimal(1)} | changed
    line = CostLine.objects.create(programme=programme, phase=phase, **values)
    for year, amount in amounts.items():
        absence = "" if amount is not None else "no_effect" if year is None else "not_stated"
        LineAmount.objects.create(line=line, financial_year=year, amount=amount, absence=absence, origin="calculated")


def store_authorisation(
    programme: Programme, title: str, phase: Phase, limits: dict[int | None, int], **changed: Any
) -> Authorisation:
    source, _ = FundingSource.objects.get_or_create(programme=programme, name="Reserve", kind="earmarked")
    decision, _ = FundingDecision.objects.get_or_create(
        programme=programme, title="Decision", body=make_body("Council"), decided_on=date(2016, 9, 26), text_resolved="Agreed."
    )
    made = Authorisation.objects.create(
        programme=programme, decision=decision, funding_source=source, title=title, **{"term": "one_off"} | changed
    )
    AuthorisationPhase.objects.create(programme=programme, authorisation=made, phase=phase)
    AuthorisationLimit.objects.bulk_create(
        AuthorisationLimit(authorisation=made, financial_year=year, amount=amount) for year, amount in limits.items()
    )
    return made


def test_the_published_case_stands_as_its_paper_says(bromley: Programme):
    stands = position_of(bromley)
    (july,) = stands.groups
    assert [(plan.fte, plan.recruited, plan.lines) for plan in stands.phases] == [(20, 18, 13), (7, 7, 2), (7, 0, 7)]
    assert (stands.total.fte, stands.total.recruited) == (34, 25)
    assert stands.total.amounts == pounds(1090000, 2314000, 2266000)
    assert (july.cells[0].limit, july.cells[0].planned, july.cells[0].headroom) == pounds(950000, 949000, 1000)
    assert [cell.limit for cell in july.cells[1:]] == [None, None]
    assert [plan.amounts for plan in stands.uncovered] == [pounds(141000, 795000, 795000)]
    assert [(a.title, a.limits) for a in stands.beside] == [("Laptops and hardware", by_measure(150000, None, None))]
    assert stands.notes == (
        "14 recurring lines of Phase One and Phase Two (£1,471,000 in a full year) are funded by one-off money: July release.",
    )


def test_reading_takes_seven_queries_whatever_is_stored(bromley: Programme, django_assert_num_queries: Any):
    with django_assert_num_queries(7):
        position_of(bromley)
    with django_assert_num_queries(5):  # the home page has no use for what is drawn
        positions_of([bromley])


def test_an_empty_programme_can_be_read(programme: Programme):
    stands = position_of(programme)
    assert [measure.label for measure in stands.measures] == ["2016/17", "2017/18", "Full year"]
    assert stands.phases == ()


def test_a_phase_without_lines_plans_nought_not_nothing_stated(programme: Programme):
    Phase.objects.create(programme=programme, number=1, name="Phase One")
    (stored,) = position_of(programme).phases
    assert (stored.fte, stored.lines, stored.amounts, stored.not_stated) == (0, 0, pounds(0, 0, 0), (0, 0, 0))


def test_a_figure_marked_not_stated_or_missing_counts_but_no_full_year_effect_does_not(programme: Programme):
    phase = Phase.objects.create(programme=programme, number=1, name="Phase One")
    store_line(programme, phase, {2016: None, 2017: 0, None: None}, duration="fixed_term")
    store_line(programme, phase, {2016: 7})
    (stored,) = position_of(programme).phases
    assert stored.amounts == pounds(7, 0, None)
    assert stored.not_stated == (1, 1, 1)
    assert stored.recurring_lines == 0


def test_fte_are_counted_once_and_other_costs_have_none(programme: Programme):
    phase = Phase.objects.create(programme=programme, number=1, name="Phase One")
    store_line(programme, phase, {2016: 1, 2017: 2, None: 3})
    store_line(programme, phase, {2016: 1, 2017: 2, None: 3}, kind="other", fte=None, recruited_fte=None, engaged="no")
    (stored,) = position_of(programme).phases
    assert (stored.fte, stored.recruited, stored.lines, stored.recurring_lines) == (2, 1, 2, 2)
    assert stored.amounts == pounds(2, 4, 6)


def test_a_limit_for_a_year_outside_the_programme_has_its_column_and_misses_no_figure(programme: Programme):
    phase = Phase.objects.create(programme=programme, number=1, name="Phase One")
    store_line(programme, phase, {2016: 1, 2017: 1, None: 1})
    store_authorisation(programme, "Release", phase, {2018: 5})
    stands = position_of(programme)
    assert [measure.label for measure in stands.measures] == ["2016/17", "2017/18", "2018/19", "Full year"]
    assert stands.phases[0].not_stated == (0, 0, 0, 0)
    assert stands.groups[0].cells[2].headroom == 5


# As a page


def read(client: Client, programme: Programme, role: Role = Role.AUDITOR) -> str:
    client.force_login(User.objects.create(email=f"{role}@example.org", name="A reader", roles=[role]))
    response = client.get(f"/programmes/{programme.slug}/")
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main", 1)[1])
    return re.sub(r"\s+", " ", text.replace("&#x27;", "'"))


def test_the_page_shows_limit_plan_headroom_and_what_has_no_decision(client: Client, bromley: Programme):
    text = read(client, bromley)
    assert "Limit £950,000 no limit named no limit named Phase One £731,000 £1,171,000 £1,123,000" in text
    assert "Planned £949,000 £1,519,000 £1,471,000 Not yet planned £1,000 no limit named no limit named" in text
    assert "No decision authorises Phase Three yet: £141,000 in 2016/17" in text
    assert "Limit: Laptops and hardware £150,000" in text
    assert "Total 34 25 9" in text
    assert "The plan exceeds no limit that a decision names." in text


def test_the_page_shows_what_is_drawn_and_pending_beside_what_is_planned(client: Client, bromley: Programme):
    """In the demonstration Phase One is signed off, and Phase Two waits."""
    text = read(client, bromley)
    assert "Drawn £731,000 - nil - nil Pending £218,000 - nil - nil Headroom £219,000 - nil - nil" in text
    july = bromley.authorisations.get(title="July release")
    assert f'href="/programmes/ofsted-2016/authorisations/{july.pk}/"' in client.get("/programmes/ofsted-2016/").text


def test_the_page_speaks_of_no_drawdown_before_there_is_one(client: Client, programme: Programme):
    store_authorisation(programme, "Release", make_phase(programme), {2016: 80})
    assert "Headroom £" not in read(client, programme)


def test_the_page_warns_with_both_figures_one_pound_over(client: Client, bromley: Programme):
    amount = LineAmount.objects.filter(line__phase__number=1, financial_year=2016).earliest("pk")
    LineAmount.objects.filter(pk=amount.pk).update(amount=amount.amount + 1001)
    text = read(client, bromley)
    assert "£950,001 is planned for Phase One and Phase Two in 2016/17, £1 more than the limit of £950,000." in text
    assert "Not yet planned £1 over" in text
    assert "exceeds no limit" not in text


def test_the_page_shows_a_replaced_authorisation_as_replaced(client: Client, programme: Programme):
    phase = Phase.objects.create(programme=programme, number=1, name="Phase One")
    store_line(programme, phase, {2016: 90, 2017: 90, None: 90})
    old = store_authorisation(programme, "July release", phase, {2016: 80})
    store_authorisation(programme, "Council approval", phase, {2016: 100}, replaces=old)
    text = read(client, programme)
    assert "July release Replaced by Council approval, and not counted Up to £80 in 2016/17, one-off" in text
    assert "Limit £100" in text
    assert "Not yet planned £10 " in text


def test_the_chart_has_a_name_a_description_and_no_style_of_its_own(client: Client, bromley: Programme):
    client.force_login(User.objects.get(demo_account="auditor"))
    page = client.get("/programmes/ofsted-2016/").content.decode()
    svg = page[page.index('<svg class="position-chart"') :].split("</svg>")[0]
    assert 'role="img" aria-labelledby="position-chart-title position-chart-desc"' in svg
    assert '<title id="position-chart-title">Planned against authorised limits</title>' in svg
    assert '<desc id="position-chart-desc">July release, 2016/17: £949,000 planned' in svg
    assert not re.search(r"\sstyle=|<style|<script", svg)


@pytest.mark.parametrize("phases", [0, 1])
def test_the_page_of_a_programme_without_phases_or_lines_says_so(client: Client, programme: Programme, phases: int):
    if phases:
        Phase.objects.create(programme=programme, number=1, name="Phase One")
    text = read(client, programme, Role.FINANCE_OFFICER)
    assert ("Nothing is planned yet" if phases else "No phases yet") in text
    assert ("Enter the first cost" if phases else "Add the first phase") in text


def test_what_a_user_typed_never_becomes_markup_in_page_or_chart(client: Client, programme: Programme):
    phase = Phase.objects.create(programme=programme, number=1, name="<i>One</i>")
    store_line(programme, phase, {2016: 90, 2017: 90, None: 90})
    store_authorisation(programme, "<b>July</b>", phase, {2016: 80})
    client.force_login(User.objects.create(email="a@example.org", name="A reader", roles=[Role.AUDITOR]))
    page = client.get("/programmes/plain/").content.decode()
    assert "&lt;b&gt;July" in page
    assert "<b>July" not in page
    assert "<i>One" not in page


def test_an_unknown_programme_is_not_found_and_a_stranger_signs_in_first(client: Client, programme: Programme):
    assert client.get("/programmes/plain/").status_code == 302
    client.force_login(User.objects.create(email="a@example.org", name="A reader", roles=[Role.AUDITOR]))
    assert client.get("/programmes/unknown/").status_code == 404


def test_a_person_without_a_role_may_not_see_the_position(client: Client, programme: Programme):
    client.force_login(User.objects.create(email="a@example.org", name="A stranger", roles=[]))
    assert client.get("/programmes/plain/").status_code == 403
