"""The boxes of the front sheet: as typed, filled from the data, or missing. No store."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.governance.rules import Form, Governance
from phases.bodies.models import Body
from phases.models import FundingSource, Programme
from reports.draft.rules.known import known_figures
from reports.figures.rules import Figures, plain
from reports.models import FrontSheet
from reports.report.boxes.rules import Box, Given, boxes_of, facts_of
from tests.reports.schedules import PHASES, published, record, schedule

EXECUTIVE = Body(pk=1, name="Executive", kind="executive")
PROGRAMME = Programme(
    name="Inspection of 2016",
    committee=EXECUTIVE,
    meeting_date=date(2016, 9, 14),
    report_number="ED17012",
    slug="small",
)


def given(lines: Any = None, recommends: bool = False, asked_for: tuple[str, ...] = (), **boxes: Any) -> Given:
    """The front sheet of the published table, with these boxes typed."""
    figures = Figures(known_figures(schedule(published() if lines is None else lines)))
    sheet = FrontSheet(programme=PROGRAMME, **boxes)
    return Given(PROGRAMME, sheet, figures, asked_for, ["General Provision"], recommends, Governance())


def boxes(of: Given) -> dict[str, Box]:
    return {box.name: box for box in boxes_of(of)}


def text(name: str, **changed: Any) -> str:
    return plain(boxes(given(**changed))[name].text)


def test_the_boxes_stand_in_the_order_of_the_source():
    labels = [box.label for box in boxes_of(given(is_key=True))]
    assert labels == [
        "Report no.",
        "Part",
        "Decision maker(s) and date(s)",
        "Decision type",
        "Notice of the key decision",
        "Title",
        "Contact officer",
        "Chief officer",
        "Ward",
        "Reason for report",
        "Corporate policy",
        "Cost of proposal",
        "Ongoing costs",
        "Budget head",
        "Current budget for this head",
        "Source of funding",
        "Number of staff",
        "Staff hours, if from existing staff",
        "Legal requirement",
        "Call-in",
        "Customer impact",
        "Ward councillors asked",
        "Their comments",
        "Sections that do not apply",
        "Background documents",
    ]


@pytest.mark.parametrize(
    ("name", "filled"),
    [
        ("report_number", "ED17012"),
        ("part", "Part 1 (public)"),
        ("decision_makers", "Executive, Wednesday 14 September 2016"),
        ("title", "Inspection of 2016"),
        ("cost_of_proposal", "£1,090k in 2016/17 and £2,314k in 2017/18; £2,266k in a full year"),
        ("ongoing_costs", "Recurring: £2,266k in a full year"),
        ("funding_source", "General Provision"),
        ("staff_numbers", "34 FTE"),
        ("call_in", "Applicable"),
    ],
)
def test_what_the_data_hold_fills_its_box(name: str, filled: str):
    assert text(name) == filled


@pytest.mark.parametrize(
    ("name", "typed"),
    [("title", "Response"), ("cost_of_proposal", "£2.3m"), ("ongoing_costs", "None"), ("staff_numbers", "34"), ("ward", "All")],
)
def test_what_is_typed_stands_instead_and_names_no_source(name: str, typed: str):
    box = boxes(given(**{name: typed}))[name]
    assert (box.text, box.source) == (typed, "")


def test_money_that_is_asked_for_comes_before_what_pays_already_and_the_chosen_one_before_both():
    asked = ("Supplementary estimate", "Grant")
    assert text("funding_source", asked_for=asked) == "Supplementary estimate and Grant"
    assert text("funding_source", asked_for=asked, funding_source=FundingSource(name="Reserve")) == "Reserve"


@pytest.mark.parametrize("missing", ["is_urgent", "is_executive", "is_key"])
def test_the_decision_type_is_missing_until_all_of_it_is_said(missing: str):
    said = {"is_urgent": False, "is_executive": True, "is_key": False}
    assert text("is_urgent", **said) == "Non-urgent, executive, non-key"
    assert boxes(given(**said | {missing: None}))["is_urgent"].is_missing


@pytest.mark.parametrize(("kind", "form"), [("full_council", Form.LEADER), ("committee", Form.COMMITTEES)])
def test_the_decision_type_of_who_makes_no_executive_decision_asks_nothing_of_key(kind: str, form: Form):
    body = Body(name="Executive", kind=kind, call_in=False)
    found = replace(given(decider=body, is_urgent=False), governance=Governance(form))
    assert boxes(found)["is_urgent"].text == "Non-urgent, non-executive"
    assert boxes(replace(given(is_urgent=False), governance=Governance()))["is_urgent"].is_missing


def test_a_recommendation_to_council_is_outside_call_in():
    assert text("call_in", recommends=True) == "Not applicable: a recommendation to Full Council is outside call-in"


def test_call_in_follows_the_body_that_decides_whatever_its_name():
    council = Body(name="Full Council", kind="full_council", with_article=False, call_in=False)
    assert text("call_in", decider=council) == "Not applicable: decisions of Full Council are not open to call-in."
    for name in ("Council Tax Committee", "Borough Council", "Policy Council"):
        assert text("call_in", decider=Body(name=name, kind="committee")) == "Applicable"
    assert text("call_in", decision_makers="Executive, 14 September 2016\nCouncil, 26 September 2016") == "Applicable"


def test_what_is_said_of_call_in_stands_whatever_the_decision_makers():
    assert text("call_in", recommends=True, call_in=True) == "Applicable"
    assert text("call_in", call_in=False) == "Not applicable"
    assert text("call_in", call_in=False, call_in_reason="Agreed urgency.") == "Not applicable: agreed urgency."


def test_notice_is_of_a_key_decision_only():
    assert "notice_route" not in boxes(given(is_key=False))
    told = {"notice_route": "reg_10", "notice_on": date(2016, 9, 1), "notice_reference": "Letter 4"}
    assert text("notice_route", is_key=True, **told) == (
        "General exception: chairman notified, 5 clear days, 1 September 2016, Letter 4"
    )


def test_ward_councillors_who_were_asked_have_their_comments_in_the_report():
    assert boxes(given(ward_councillors_asked="yes"))["ward_councillor_views"].is_missing
    assert not boxes(given(ward_councillors_asked="no"))["ward_councillor_views"].is_missing


def test_nought_is_a_budget_and_none_is_missing():
    assert text("current_budget", current_budget=Decimal(0)) == "£0"
    assert boxes(given())["current_budget"].is_missing


def test_without_lines_there_is_no_cost_to_fill_in():
    found = boxes(given(lines=[]))
    assert all(found[name].is_missing for name in ("cost_of_proposal", "ongoing_costs", "staff_numbers"))


def test_where_nothing_recurs_the_ongoing_costs_are_none():
    once = record(phase=PHASES[0][0], full_year=None, full_year_absence="no_effect")
    assert text("ongoing_costs", lines=[once]) == "None: nothing recurs"


def test_the_paper_check_is_told_what_is_printed():
    sheet = given(ward="All", call_in=True, is_key=True)
    told = facts_of(sheet, boxes_of(sheet), [], recommended=False)
    assert "Recommendations" in told.missing
    assert "Ward" not in told.missing
    assert "Report no." not in told.required  # judged with the details of the paper
    assert (told.is_key, told.notice, told.call_in) == (True, None, True)
    assert told.decider == PROGRAMME.committee.deciding
