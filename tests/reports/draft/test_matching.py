"""Figures of a sentence against the committee table: matched, not found, on the wrong basis, added up wrongly."""

import pytest

from reports.draft.rules.matching import Mark, Status, marks_of
from reports.draft.rules.subjects import phases_named
from reports.draft.rules.text import Paragraph
from tests.reports.draft.known import checked, said, the_known


def marks(text: str, *, recommended: bool = False) -> list[Mark]:
    return marks_of(Paragraph(text), the_known(), recommended=recommended)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Phase One and Phase Two", {1, 2}),
        ("phases 1 to 3", {1, 2, 3}),
        ("Phases One, Two and Three", {1, 2, 3}),
        ("the first phase", {1}),
        ("(phase three)", {3}),
        ("a phased approach", set()),
    ],
)
def test_the_phases_that_a_sentence_names(text: str, named: set[int]):
    assert phases_named(text) == named


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (
            "Phases One and Two that total £949k in 2016/17 with a full year effect of £1,471k",
            ["Phases One and Two, 2016/17.", "Phases One and Two, full year."],
        ),
        (
            "Phase One costs in a part year on £731k, increasing to a full year effect of £1,123k",
            ["Phase One, 2016/17.", "Phase One, full year."],
        ),
        ("the release of £950k in 2016/17", ["The limit of July release, 2016/17."]),
        ("the total of £1,090,000 this year", ["The total, 2016/17."]),
        ("of £2,314k in 2017/18", ["The total, 2017/18."]),
        ("full year pressures in the region of £2.3m", ["The total, full year, rounded from £2,266k."]),
        ("without phase three a full year commitment of over £1.4m", ["Phases One and Two, full year, which is £1,471k."]),
        ("the Executive can approve up to £1m in a full year", ["The approval limit of the Executive, full year."]),
        ("the Eclipse Business Lead costing £69k", ["A note under the table, not in any total."]),
        ("the Quality Audits cost £38k in 2016/17", ["Quality Audits (Phase Three), 2016/17."]),
        ("34 ftes in all", ["The total FTE."]),
        ("seven posts in phase two", ["The FTE of Phase Two."]),
    ],
)
def test_a_figure_of_the_table_is_matched_and_named(text: str, notes: list[str]):
    found = marks(text)
    assert [mark.note for mark in found] == notes
    assert {mark.status for mark in found} == {Status.MATCHED}
    assert not any(mark.severity for mark in found)


def test_a_figure_that_only_fits_a_line_by_its_amount_is_told_apart():
    (mark,) = marks("The hire of a hall costs £37k in 2016/17.")
    assert mark.status is Status.BY_AMOUNT
    assert "Child Protection Independent Chair" in mark.note


def test_a_coarse_figure_stands_for_a_line_only_where_it_is_named():
    assert marks("The hall costs £0.3m in a full year.")[0].status is Status.NOT_FOUND
    assert marks("Recruitment and retention cost £0.3m in a full year.")[0].status is Status.MATCHED


def test_a_figure_that_is_nowhere_is_a_warning_in_the_text():
    assert said(checked("6.1 Reported was an overspend of £1.7m on care."), "PC14")[0] == (
        "W",
        "£1.7m",
        "This figure is not in the committee table, in no limit and in no sum of phases. Check it, or say where it comes from.",
    )


def test_it_is_an_error_in_a_recommendation_and_where_the_phase_is_named():
    recommended = "2. RECOMMENDATIONS\n2.1 Agree £940k in 2016/17."
    named = "6.1 Phase One and Phase Two cost £940k in 2016/17."
    assert said(checked(recommended), "PC14")[0][:2] == ("E", "£940k")
    severity, word, text = said(checked(named), "PC14")[0]
    assert (severity, word) == ("E", "£940k")
    assert text.endswith("The table has £949k for Phases One and Two in 2016/17.")


def test_a_full_year_said_of_an_in_year_figure_is_on_the_wrong_basis():
    (mark,) = marks("Phase Three costs £141k in a full year.")
    assert (mark.status, mark.severity) == (Status.WRONG, "E")
    assert mark.note == (
        "The words say full year, but this is the figure of Phase Three, 2016/17. "
        "The table has £795k for Phase Three in a full year."
    )


def test_the_same_figure_on_its_own_basis_is_right():
    assert marks("Phase Three costs £141k in 2016/17.")[0].status is Status.MATCHED


def test_the_figure_of_another_phase_is_found():
    (mark,) = marks("Phase Two costs £731k in 2016/17.")
    assert (mark.status, mark.severity) == (Status.WRONG, "W")
    assert mark.note == (
        "The sentence speaks of Phase Two, the figure is that of Phase One, 2016/17. "
        "The table has £218k for Phase Two in 2016/17."
    )


def test_an_in_year_sum_added_to_a_full_year_one_is_found():
    (mark,) = marks("A sum of £936k is to be drawn down for Phase Three.")
    assert (mark.rule, mark.severity) == ("PC15", "E")
    assert mark.note.startswith("This adds Phase Three, 2016/17 (£141k) to Phase Three, full year (£795k)")


def test_an_in_year_and_a_full_year_figure_asked_for_together_are_found():
    found = marks("Agree that the Phase 3 additional funding of £141k part-year and £795k in a full year be drawn down.")
    (added,) = [mark for mark in found if mark.rule == "PC15"]
    assert added.severity == "E"
    assert [mark.status for mark in found if mark is not added] == [Status.MATCHED, Status.MATCHED]


def test_growing_from_one_to_the_other_adds_nothing():
    found = marks("The Phase 3 funding of £141k part-year and then £795k in a full year be drawn down.")
    assert [mark.rule for mark in found if mark.rule == "PC15"] == []


def test_an_fte_that_is_nowhere_is_found():
    (mark,) = marks("There are 35 FTE.")
    assert (mark.status, mark.severity) == (Status.NOT_FOUND, "W")
    assert mark.note == "No phase, team or line of the table has 35 FTE: the total is 34 FTE."


def test_a_number_of_posts_that_fits_nothing_is_not_compared_and_is_no_finding():
    (mark,) = marks("There are 35 posts in all.")
    assert (mark.status, mark.severity) == (Status.NOT_COMPARED, None)


def test_a_total_stated_on_one_basis_and_not_on_another_is_for_information():
    report = checked(
        "6.1 Phases One and Two total £949k in 2016/17 with a full year effect of £1,471k. All cost £1,090k in 2016/17, "
        "£2,314k in 2017/18 and £2,266k in a full year."
    )
    assert said(report, "PC14") == [
        (
            "I",
            "£949k",
            "Phases One and Two, 2017/18, is £1,519k, which the paper never states. "
            "It says only what it is in 2016/17 and a full year.",
        )
    ]


def test_a_basis_whose_figure_is_the_same_need_not_be_said_twice():
    report = checked(
        "6.1 Phase Two costs £218k in 2016/17 and £348k in a full year. All cost £1,090k in 2016/17, £2,314k in 2017/18 "
        "and £2,266k in a full year."
    )
    assert said(report, "PC14") == []


def test_a_draft_that_never_states_the_total_is_warned():
    assert said(checked("6.1 Nothing is said here."), "PC14") == [
        (
            "W",
            "",
            "The total of the committee table is never stated: £1,090k in 2016/17; £2,314k in 2017/18; £2,266k in a full year.",
        )
    ]
