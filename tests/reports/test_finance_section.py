"""The finance section and the recommendations as they are drafted from the table."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.council.queries import council
from costing.line_cost import Duration
from improvement_budget import demonstration
from phases.models import Programme
from posts.exempt.actions import exempt_line
from reports.figures.rules import Figures, PieceState, pieces_of, plain
from reports.report.queries import drafts_of, report_of
from tests.making import (
    NOON,
    enter_line,
    make_approval_limit,
    make_authorisation,
    make_clerk,
    make_decision,
    make_phase,
    make_programme,
    make_source,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def demonstrated(django_db_setup: None, django_db_blocker: Any) -> tuple[dict[str, list[Any]], Figures]:
    """Drafted once: drafts are frozen records, and nothing of the case stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        demonstration.load(at=NOW)
        report = report_of(Programme.objects.get(slug="ofsted-2016"), council(), as_at=NOW)
        drafts = drafts_of(report)
        transaction.set_rollback(True)
    return drafts, report.figures


def test_the_finance_section_of_the_demonstration_word_for_word(demonstrated: tuple[dict[str, list[Any]], Figures]):
    assert [plain(each.text) for each in demonstrated[0]["finance"]] == [
        "The committee table sets out costs of £1,090k in 2016/17 and £2,314k in 2017/18, with a full-year effect of £2,266k, "
        "for 34 FTE.",
        "Phase One, of 20 FTE, costs £731k in 2016/17 and £1,171k in 2017/18, with a full-year effect of £1,123k.",
        "Phase Two, of 7 FTE, costs £218k in 2016/17 and £348k in 2017/18, with a full-year effect of £348k.",
        "Phase Three, of 7 FTE, costs £141k in 2016/17 and £795k in 2017/18, with a full-year effect of £795k.",
        "The Executive allowed up to £950k in 2016/17 on 20 July 2016 (July release: one-off, from General Provision for "
        "Risk/Uncertainty, 2016/17 Central Contingency, for Phases One and Two). Phases One and Two cost £949k in 2016/17, which "
        "leaves £1k. This money is one-off: the full-year effect of Phases One and Two, £1,471k, needs a further decision.",
        "No money is authorised yet for Phase Three, which costs £141k in 2016/17 and £795k in 2017/18, with a full-year effect "
        "of £795k.",
        "The Executive may approve up to £1,000k in a full year. The programme is counted as a whole: it comes to £1,123k with "
        "Phase One, £1,471k with Phase Two and £2,266k with Phase Three in a full year, so Full Council must decide.",
        "The full-year effect of £2,266k recurs. Strategic and business support (Phase One) ends and has no full-year effect: it "
        "costs £32k in 2016/17 and £48k in 2017/18.",
        "Eclipse Business Lead, £69k, is met from Social Care Capital Grant and is not included in any total of the table.",
        "Recruited so far are 25 of 34 FTE: 18 of 20 FTE in Phase One, 7 of 7 FTE in Phase Two and 0 of 7 FTE in Phase Three.",
        "Under “Use of the July release” (Executive, 20 July 2016) the Chief Executive decides with the agreement of the Leader "
        "of the Council, the Care Services Portfolio Holder, the Resources Portfolio Holder and the Director of Finance.",
    ]


def test_the_recommendations_of_the_demonstration_ask_council_what_the_executive_may_not_approve(
    demonstrated: tuple[dict[str, list[Any]], Figures],
):
    both = "Phases One and Two: £949k in 2016/17 and £1,519k in 2017/18, with a full-year effect of £1,471k."
    third = "Phase Three: £141k in 2016/17 and £795k in 2017/18, with a full-year effect of £795k."
    assert [(str(each.body), plain(each.text)) for each in demonstrated[0]["recommendations"]] == [
        ("Executive", f"Recommend to Full Council the funding of {both}"),
        ("Executive", f"Recommend to Full Council the funding of {third}"),
        ("Full Council", f"Approve the funding of {both}"),
        ("Full Council", f"Approve the funding of {third}"),
    ]


@pytest.mark.parametrize("section", ["finance", "recommendations"])
def test_every_figure_that_is_drafted_is_named_and_agrees(section: str, demonstrated: tuple[dict[str, list[Any]], Figures]):
    drafts, figures = demonstrated
    for drafted in drafts[section]:
        for piece in pieces_of(drafted.text, figures, recommended=section == "recommendations"):
            assert piece.standing in (PieceState.WORDS, PieceState.AGREES), piece
            if piece.standing is PieceState.WORDS:
                assert "£" not in piece.text


def drafted(programme: Programme, section: str = "finance") -> dict[str, str]:
    programme.refresh_from_db()
    drafts = drafts_of(report_of(programme, council(), as_at=NOON))[section]
    return {each.key: plain(each.text) for each in drafts}


@pytest.mark.django_db
def test_a_programme_without_lines_has_nothing_to_say():
    assert drafted(make_programme()) == {}
    assert drafted(make_programme(), "recommendations") == {}


@pytest.mark.django_db
def test_one_phase_is_spoken_of_once():
    programme = make_programme(committee="Executive")
    enter_line(make_phase(programme))
    make_approval_limit()
    found = drafted(programme)
    assert found["costs"] == (
        "The committee table sets out costs of £60k in 2016/17 and £90k in 2017/18, with a full-year effect of £90k, for 1 FTE."
    )
    assert "phase 1" not in found
    assert found["approval"] == (
        "The Executive may approve up to £1,000k in a full year. The programme is counted as a whole: it comes to £90k with "
        "Phase One in a full year, so the Executive may approve it."
    )
    assert drafted(programme, "recommendations") == {
        "approve 1": "Approve the funding of Phase One: £60k in 2016/17 and £90k in 2017/18, with a full-year effect of £90k."
    }


@pytest.mark.django_db
def test_the_limits_of_its_own_kind_of_money_come_before_those_of_any():
    programme = make_programme(committee="Executive")
    enter_line(make_phase(programme))
    make_approval_limit("Executive", 1_000_000)
    make_approval_limit("Executive", 50_000, instrument="grant")
    make_approval_limit("Full Council", None, instrument="grant")
    assert drafted(programme)["approval"].endswith("so the Executive may approve it.")
    make_source(programme, kind="grant")
    assert drafted(programme)["approval"].endswith("so Full Council must decide.")


@pytest.mark.django_db
def test_a_plan_beyond_its_money_is_said_to_be():
    programme = make_programme()
    phase = make_phase(programme)
    enter_line(phase)
    money = make_authorisation(
        make_decision(programme),
        phase,
        limits={2016: 50_000},
        title="Release",
        funding_source=make_source(programme, name="Fund"),
    )
    assert drafted(programme)[f"money {money.pk}"] == (
        "The Executive allowed up to £50k in 2016/17 on 20 July 2016 (Release: one-off, from Fund, for Phase One). "
        "Phase One costs £60k in 2016/17, which is £10k more than that. "
        "This money is one-off: the full-year effect of Phase One, £90k, needs a further decision."
    )


@pytest.mark.django_db
def test_a_plan_that_is_its_money_leaves_nothing_and_lasting_money_needs_no_recommendation():
    programme = make_programme(committee="Executive")
    phase = make_phase(programme)
    enter_line(phase)
    limits: dict[int | None, int] = {2016: 60_000, None: 90_000}
    money = make_authorisation(
        make_decision(programme),
        phase,
        limits=limits,
        title="Growth",
        term="recurring",
        funding_source=make_source(programme, name="Growth"),
    )
    assert drafted(programme)[f"money {money.pk}"] == (
        "The Executive allowed up to £60k in 2016/17 and £90k in a full year on 20 July 2016 (Growth: recurring, from Growth, "
        "for Phase One). Phase One costs £60k in 2016/17, which leaves nothing. Phase One costs £90k in a full year, which "
        "leaves nothing."
    )
    assert list(drafted(programme, "recommendations")) == ["note"]


@pytest.mark.django_db
def test_an_exempt_line_is_not_named():
    programme = make_programme()
    phase = make_phase(programme)
    enter_line(phase)
    months = ((Decimal("1.00"), date(2016, 8, 1), date(2018, 1, 31)),)
    secret = enter_line(phase, title="Secret adviser", intakes=months, duration=Duration.FIXED_TERM, term_months=18)
    assert "Secret adviser ends" in " ".join(drafted(programme).values()).replace(" (Phase One)", "")
    exempt_line(line=secret, paragraph=3, reason="It would tell a bidder.", by=make_clerk(), at=NOON)
    text = " ".join(drafted(programme).values())
    assert "Secret adviser" not in text
    assert "1 line ends and has no full-year effect." in text


COST: dict[str, Any] = {"recruited_fte": None, "engaged": "n/a"}


@pytest.mark.django_db
def test_a_figure_that_is_not_stated_makes_each_figure_over_it_at_least_so_much():
    programme = make_programme()
    phase = make_phase(programme, 1, name="Phase One")
    enter_line(phase)
    enter_line(
        phase, title="Grant scheme", annual_cost=None, duration=Duration.ONE_OFF, kind="other", fte=None, intakes=(), **COST
    )
    drafts = drafts_of(report_of(programme, council(), as_at=NOON))
    costs = plain(drafts["finance"][0].text)
    assert "costs of at least £" in costs
    assert costs.count("at least") == 2


@pytest.mark.django_db
def test_money_outside_the_years_is_said_with_the_costs():
    programme = make_programme()
    phase = make_phase(programme, 1, name="Phase One")
    laptops = {"annual_cost": Decimal(150_000), "duration": Duration.ONE_OFF, "kind": "other", "fte": None, "intakes": ()} | COST
    enter_line(phase)
    enter_line(phase, title="Laptops", **laptops)
    drafts = drafts_of(report_of(programme, council(), as_at=NOON))
    assert plain(drafts["finance"][0].text).endswith("Over all its years it comes to £300k.")


@pytest.mark.django_db
def test_a_post_whose_fte_is_not_stated_makes_the_fte_at_least_so_many():
    programme = make_programme()
    phase = make_phase(programme, 1, name="Phase One")
    enter_line(phase)
    enter_line(phase, title="Locums", fte=None, headcount=2, intakes=(), **COST)
    assert drafted(programme)["costs"].endswith(", for at least 1 FTE.")
