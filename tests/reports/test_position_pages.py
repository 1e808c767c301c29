"""The position as it is stored, and as a page."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.permissions.rules import Role
from improvement_budget import demonstration
from phases.models import Authorisation, AuthorisationLimit, AuthorisationPhase, FundingDecision, FundingSource, Phase, Programme
from posts.models import CostLine, LineAmount
from reports.standing.position.queries import position_of, positions_of
from tests.around import AFTERWARDS
from tests.making import make_body, make_phase
from tests.reports.plans import by_measure, pounds

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
