"""The page on which the lines of a drawdown are chosen."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals import actions
from approvals.actions import Choice
from approvals.drawdowns.choice.queries import waiting_elsewhere
from approvals.models import DelegationLimit
from phases.models import Authorisation
from tests.answers import queries_of
from tests.approvals.case import NOW, Case, make_case
from tests.approvals.preparing import draft, hidden, of, page_of, typed_on
from tests.making import make_authorisation, make_phase

pytestmark = pytest.mark.django_db

OTHER = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a", "intakes": ((None, date(2016, 4, 1), None),)}


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def officer(client: Client, case: Case) -> Client:
    client.force_login(case.officer)
    return client


def test_a_tick_draws_all_that_is_left_and_fte_typed_a_part(case: Case, officer: Client):
    whole, part = case.line(title="Whole"), case.line(title="Part", fte=Decimal("2.00"), intakes=_two())
    drawdown = draft(case)
    keys = [f"{line.pk}-{case.authorisation.pk}" for line in (whole, part)]
    response = typed_on(officer, page_of(drawdown, "lines"), {"pick": keys, f"fte-{keys[1]}": "0.5"})
    assert response.url == page_of(drawdown, "case")
    assert [(each.line_id, each.fte) for each in drawdown.lines.all()] == [(whole.pk, 1), (part.pk, Decimal("0.5"))]
    text = officer.get(page_of(drawdown, "lines")).text
    assert 'value="0.5"' in text
    assert text.count(" checked") == 2


def _two() -> Any:
    return ((Decimal("2.00"), date(2016, 8, 1), None),)


def test_a_line_without_fte_is_drawn_in_pounds(case: Case, officer: Client):
    line = case.line(title="Audits", annual_cost=Decimal(40_000), **OTHER)
    drawdown, key = draft(case), f"{line.pk}-{case.authorisation.pk}"
    assert typed_on(officer, page_of(drawdown, "lines"), {"pick": key, f"pounds-{key}-2016": "12k"}).status_code == 302
    assert [each.pounds for each in drawdown.lines.get().amounts.all()] == [12_000]
    assert 'value="12,000"' in officer.get(page_of(drawdown, "lines")).text
    typed_on(officer, page_of(drawdown, "lines"), {"pick": key})
    assert [each.pounds for each in drawdown.lines.get().amounts.all()] == [40_000]


@pytest.mark.parametrize(
    ("fte", "said"),
    [("2", "0.5 of 1 FTE are left"), ("half", "Write the FTE as a number"), ("0", "FTE")],
)
def test_what_is_wrong_stands_at_its_line_and_nothing_typed_is_lost(case: Case, officer: Client, fte: str, said: str):
    line, other = case.line(title="Auditor"), case.line(title="Manager")
    case.signed(Choice(line.pk, case.authorisation, fte=Decimal("0.5")))
    drawdown = draft(case)
    key, right = f"{line.pk}-{case.authorisation.pk}", f"{other.pk}-{case.authorisation.pk}"
    page = typed_on(officer, page_of(drawdown, "lines"), {"pick": [key, right], f"fte-{key}": fte, f"fte-{right}": "0.25"})
    assert page.status_code == 200
    assert f'href="#pick-{key}">Auditor: ' in page.text
    assert re.search(rf'id="error-{key}"[^>]*>[^<]*{re.escape(said)}', page.text)
    assert f'value="{fte}"' in page.text
    assert 'value="0.25"' in page.text
    assert not drawdown.lines.exists()


def test_fte_typed_beside_a_line_that_is_not_ticked_is_asked_about(case: Case, officer: Client):
    drawdown, key = draft(case), f"{case.line().pk}-{case.authorisation.pk}"
    page = typed_on(officer, page_of(drawdown, "lines"), {f"fte-{key}": "0.5"})
    assert "Tick this line too, or clear the amounts next to it." in page.text


def test_a_line_that_is_wholly_drawn_cannot_be_chosen(case: Case, officer: Client):
    line = case.line(title="Auditor")
    case.signed(line)
    drawdown, key = draft(case), f"{line.pk}-{case.authorisation.pk}"
    text = officer.get(page_of(drawdown, "lines")).text
    assert "drawn in full" in text
    assert f"pick-{key}" not in text
    assert "drawn in full" in typed_on(officer, page_of(drawdown, "lines"), {"pick": key}).text
    assert not drawdown.lines.exists()


def test_a_line_asked_for_elsewhere_says_so(case: Case, officer: Client):
    line = case.line()
    other = case.submitted(line)
    drawdown = draft(case)
    assert f"asked for in {other.reference} too" in officer.get(page_of(drawdown, "lines")).text
    assert waiting_elsewhere(other, [line.pk]) == {}


def test_headroom_before_and_after_is_worked_out_without_a_script(case: Case, officer: Client):
    DelegationLimit.objects.bulk_create([DelegationLimit(delegation=case.delegation, financial_year=2016, amount=50_000)])
    line = case.line()
    drawdown, key = draft(case), f"{line.pk}-{case.authorisation.pk}"
    page = typed_on(officer, page_of(drawdown, "lines"), {"headroom": "yes", "pick": key})
    assert "1 line, 1 FTE: £60,000 in 2016/17" in page.text
    for pounds in ("£950,000", "£890,000", "£50,000", "-£10,000"):
        assert pounds in page.text
    assert "This is more than is left, so it cannot be submitted." in page.text
    assert "draws £60,000" in " ".join(page.text.split())
    assert not drawdown.lines.exists()


def test_the_whole_phase_is_ticked_by_a_button(case: Case, officer: Client):
    for _ in range(3):
        case.line()
    drawdown, whole = draft(case), f"{case.phase.pk}-{case.authorisation.pk}"
    page = typed_on(officer, page_of(drawdown, "lines"), {"whole": whole})
    assert page.text.count(" checked") == 3
    assert "3 lines, 3 FTE: £180,000 in 2016/17" in page.text
    assert "Untick the whole phase" in " ".join(page.text.split())


def test_the_live_headroom_is_the_same_as_the_page_shows_and_writes_nothing(case: Case, officer: Client):
    line = case.line(title="Auditor")
    drawdown, key = draft(case), f"{line.pk}-{case.authorisation.pk}"
    answer = officer.post(page_of(drawdown, "lines/headroom"), {"pick": key, f"fte-{key}": "3"}).json()
    assert answer["rows"] == {
        key: {"takes": {"2016": "", "2017": "", "full_year": ""}, "error": "1 of 1 FTE are left to draw in 2016/17."}
    }
    answer = officer.post(page_of(drawdown, "lines/headroom"), {"pick": key}).json()
    assert answer["rows"] == {key: {"takes": {"2016": "£60,000", "2017": "", "full_year": ""}, "error": ""}}
    assert "£890,000" in answer["panel"]
    assert not drawdown.lines.exists()
    assert of(drawdown).version == drawdown.version


def test_a_line_can_be_drawn_on_two_authorisations_in_measures_of_their_own(case: Case, officer: Client):
    second = make_authorisation(
        case.authorisation.decision, case.phase, limits={None: 200_000}, term=Authorisation.Term.RECURRING
    )
    line = case.line()
    drawdown = draft(case)
    keys = [f"{line.pk}-{each.pk}" for each in (case.authorisation, second)]
    assert typed_on(officer, page_of(drawdown, "lines"), {"pick": keys}).status_code == 302
    assert {each.authorisation for each in drawdown.lines.all()} == {case.authorisation, second}


def test_the_page_says_what_releases_nothing_and_what_goes_on_after_one_off_money(case: Case, officer: Client):
    case.line()
    drawdown = draft(case)
    make_phase(case.programme, 2)
    text = " ".join(officer.get(page_of(drawdown, "lines")).text.split())
    assert "Nothing is released in 2017/18" in text
    assert "1 recurring line here: this money is one-off" in text


def test_one_off_money_with_a_full_year_limit_alone_releases_nothing_in_a_year(case: Case, officer: Client):
    released = make_authorisation(case.authorisation.decision, case.phase, limits={None: 200_000})
    line = case.line()
    drawdown = draft(case)
    said = "Nothing is released in 2016/17, 2017/18: the decision does not name that year"
    assert said in " ".join(officer.get(page_of(drawdown, "lines")).text.split())
    typed_on(officer, page_of(drawdown, "lines"), {"pick": [f"{line.pk}-{released.pk}"]})
    assert said in " ".join(officer.get(f"/drawdowns/{drawdown.reference}/").text.split())
    position = " ".join(officer.get(f"/programmes/{case.programme.slug}/").text.split())
    assert "no limit named" in position
    assert "under the full-year limit" not in position


def test_choosing_takes_the_same_queries_however_many_lines_there_are(case: Case, officer: Client):
    case.line()
    drawdown = draft(case)

    def asked() -> int:
        for _ in range(3):
            case.line()
        return queries_of(officer, page_of(drawdown, "lines"))

    assert [asked(), asked()] == [23, 23]


def test_saving_many_lines_takes_as_many_queries_as_few(case: Case):
    def save(lines: int) -> int:
        drawdown, choices = draft(case), [case.whole(case.line()) for _ in range(lines)]
        with CaptureQueriesContext(connection) as taken:
            actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=choices, by=case.officer, at=NOW)
        return len(taken)

    assert [save(2), save(6)] == [20, 20]


def test_lines_of_a_drawdown_that_changed_meanwhile_are_not_overwritten(case: Case, officer: Client):
    drawdown, key = draft(case), f"{case.line().pk}-{case.authorisation.pk}"
    sent = hidden(officer.get(page_of(drawdown, "lines")).text) | {"pick": key}
    actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=[], by=case.officer, at=NOW)
    assert officer.post(page_of(drawdown, "lines"), sent).status_code == 409
    assert not drawdown.lines.exists()
