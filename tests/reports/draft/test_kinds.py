"""Kinds of fault of a check of drafts: a figure taken for another, a year unseen, a false error. Many forms of each."""

from decimal import Decimal

import pytest

from reports.draft.rules.known import Known, known_figures
from reports.draft.rules.matching import Mark, Status, marks_of
from reports.draft.rules.placeholders import placeholder_findings
from reports.draft.rules.references import reference_findings
from reports.draft.rules.text import Paragraph, from_text
from reports.draft.rules.years import years_in
from tests.reports.draft.known import JULY, checked, said, the_known
from tests.reports.schedules import PHASES, published, schedule

MATCHED, WRONG = Status.MATCHED, Status.WRONG


def with_a_fourth_phase() -> Known:
    """The published table with a Phase Four of 9 FTE, £893k, £900k and £900k: all four cost £1,983k in 2016/17."""
    lines = published()
    more = lines[0]._replace(
        phase=4,
        title="Placements",
        years=((893_000, True), (900_000, True)),
        full_year=900_000,
        fte=Decimal(9),
        line_id=99,
        team="",
    )
    return known_figures(schedule([*lines, more], [*PHASES, (4, "PHASE FOUR", "TOTAL PHASE FOUR")]), [JULY])


def statuses(text: str, known: Known | None = None, heading: str = "") -> list[str]:
    return [mark.status.value for mark in marks(text, known, heading)]


def marks(text: str, known: Known | None = None, heading: str = "") -> list[Mark]:
    return [mark for mark in marks_of(Paragraph(text), known or the_known(), heading=heading) if mark.is_figure]


@pytest.mark.parametrize(
    "text",
    [
        "The committee table sets out £1,090k in 2016/17.",
        "The total is £1,090k in 2016/17.",
        "The proposal costs £1,090k in 2016/17.",
        "The programme will cost £1,090k in 2016/17.",
        "The table above shows £1,090k in 2016/17.",
        "Altogether £1,090k is needed in 2016/17.",
        "The cost of all phases is £1,090k in 2016/17.",
        "Appendix 3 sets out £1,090k in 2016/17.",
        "The total cost of the posts is £1,090k in 2016/17.",
        "The overall cost of all four phases is £1,090k in 2016/17.",
        "In total, £2,266k in a full year.",
        "The committee table has 34 FTE.",
        "The programme is for 34 FTE in all.",
    ],
)
def test_the_total_of_some_phases_is_not_the_total(text: str):
    """True of three phases, it is wrong once there is a fourth."""
    assert statuses(text) == ["matched"]
    (mark,) = marks(text, with_a_fourth_phase())
    assert mark.status is WRONG
    assert mark.severity


@pytest.mark.parametrize(
    "text",
    [
        "Phases One to Three cost £1,090k in 2016/17.",
        "The first three phases cost £1,090k in 2016/17.",
        "The total of Phases One, Two and Three is £1,090k in 2016/17.",
        "Excluding Phase Four the cost is £1,090k in 2016/17.",
        "£1,090k in 2016/17 is needed for phases 1-3.",
        "Tranches I to III cost £1,090k in 2016/17.",
        "Phases One to Three have 34 FTE.",
    ],
)
def test_a_subset_that_is_named_as_one_is_right(text: str):
    assert statuses(text, with_a_fourth_phase()) == ["matched"]


def test_a_subset_that_nothing_names_is_no_match():
    assert statuses("It costs £949k in 2016/17.") == ["by_amount"]
    assert statuses("It costs £949k in 2016/17.", heading="Phases One and Two") == ["matched"]
    assert statuses("It costs £949k in 2016/17. Phase One and Phase Two are agreed.") == ["matched"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Phase One costs £218k in 2016/17 and Phase Two £731k.", [WRONG, WRONG]),
        ("£218k is for Phase One and £731k for Phase Two in 2016/17.", [WRONG, WRONG]),
        ("Phases One and Two cost £218k and £731k in 2016/17 respectively.", [WRONG, WRONG]),
        ("Phases One and Two cost £731k and £218k in 2016/17 respectively.", [MATCHED, MATCHED]),
        ("Phase One costs £731k in 2016/17, Phase Two £218k and Phase Three £141k.", [MATCHED] * 3),
        ("Phase Three costs £1,090k in 2016/17.", [WRONG]),
        ("Phases One and Two cost £731k in 2016/17.", [WRONG]),
        ("The total for Phase Three is £1,090k in 2016/17.", [WRONG]),
        ("The total for Phase Three is £141k in 2016/17.", [MATCHED]),
        ("Phase Three brings the total to £1,090k in 2016/17.", [MATCHED]),
        ("Phase Three of the programme costs £141k in 2016/17.", [MATCHED]),
        ("Phase One has 14 FTE.", [WRONG]),
        ("Phase One has 20 FTE, Phase Two 7 FTE.", [MATCHED, MATCHED]),
        ("Recruited are 25 of 34 FTE: 20 FTE in Phase One, 7 FTE in Phase Two.", [MATCHED] * 3),
        ("Phase One, 7 FTE in Phase Two and 7 FTE in Phase Three.", [MATCHED] * 2),
        ("£141k (Phase Three) and £218k (Phase Two) in 2016/17.", [MATCHED, MATCHED]),
        ("The programme comes to £1,123k with Phase One and £1,471k with Phase Two in a full year.", [MATCHED, MATCHED]),
    ],
)
def test_a_figure_is_that_of_the_phase_beside_it(text: str, wanted: list[Status]):
    assert [mark.status for mark in marks(text)] == wanted


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Phase Three costs £950k in 2016/17.", "not_found"),
        ("The hall costs £950k in 2016/17.", "not_found"),
        ("The release of £950k in 2016/17 is agreed.", "matched"),
        ("Phase Two costs £69k in a full year.", "not_found"),
        ("Eclipse costs £69k.", "matched"),
    ],
)
def test_a_limit_or_a_note_is_meant_only_where_the_sentence_speaks_of_it(text: str, status: str):
    assert statuses(text) == [status]


YEARS = [
    *("2016/17", "16/17", "FY2016/17", "FY 2016/17", "FY16/17", "FY16-17", "2016/2017", "2016-17", "2016\N{EN DASH}17", "2016/7"),
    *(
        "2016-2017",
        "2016 to 2017",
        "FY17",
        "FYE 2017",
        "FYE March 2017",
        "the year ending March 2017",
        "the year ending 31 March 2017",
    ),
    *(
        "the financial year ended 31st March 2017",
        "the year to 31 March 2017",
        "y/e 31/03/2017",
        "YE Mar 17",
        "the year to 31.3.17",
    ),
    *("the twelve months to March 2017", "the year beginning April 2016", "the year from 1 April 2016", "16\N{EN DASH}17"),
    *("1 April 2016 to 31 March 2017", "April 2016 to March 2017", "this year", "the current financial year", "year one"),
    *(
        "2016\N{NON-BREAKING HYPHEN}17",
        "20\N{SOFT HYPHEN}16/17",
        "2016\N{FIGURE DASH}17",
        "2016\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}17",
    ),
]


@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_seen_however_it_is_written(year: str):
    for text in (
        f"Phase Three costs £795k in {year}.",
        f"In {year}, Phase Three costs £795k.",
        f"£795k for Phase Three in {year}.",
    ):
        (mark,) = [mark for paragraph in from_text(text).paragraphs for mark in marks(paragraph.text)]
        assert mark.status is WRONG, text
        assert "The table has £141k for Phase Three in 2016/17." in mark.note
    right = from_text(f"Phase Three costs £141k in {year}.").paragraphs[0].text
    assert statuses(right) == ["matched"]


@pytest.mark.parametrize(
    "text", ["aged 16-17", "16-17 year olds", "16/19", "2016/18", "paragraphs 6.4/6.5", "£16/17", "in 2016", "1/2"]
)
def test_what_only_looks_like_a_year_is_none(text: str):
    assert list(years_in(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Phase Three costs £936k over 2016/17 and 2017/18.",
        "Phase Three costs £936k over the two years.",
        "Phase Three costs £936k across both years.",
        "The whole-life cost of Phase Three is £936k.",
        "The cumulative cost of Phase Three is £936k.",
        "Phase Three costs £936k in 2016/17 to 2017/18.",
        "The total over all years is £3,404k.",
        "The two-year total is £3,404k.",
    ],
)
def test_a_sum_over_years_is_a_figure_of_the_table(text: str):
    assert statuses(text) == ["matched"]
    assert "PC15" not in {mark.rule for mark in marks_of(Paragraph(text), the_known())}


def test_a_sum_over_years_is_not_that_of_one():
    assert statuses("Phase Three costs £795k over the two years.") == ["wrong"]
    assert statuses("Phase Three costs £936k in 2017/18.") != ["matched"]


@pytest.mark.parametrize(
    "text",
    [
        "In total £1.1m in 2016/17 and £2.3m in a full year is needed.",
        "The total is £1,090k in 2016/17 and £2,266k in a full year.",
        "Release £949k in 2016/17 and £1,471k in a full year for Phases One and Two.",
        "Phase Three totals £141k in 2016/17, and £795k in a full year.",
        "In total £1,090k in 2016/17, £2,314k in 2017/18 and £2,266k in a full year is to be drawn down.",
    ],
)
def test_bases_side_by_side_are_no_addition(text: str):
    assert [mark.rule for mark in marks_of(Paragraph(text), the_known()) if mark.rule == "PC15"] == []
    assert set(statuses(text)) == {"matched"}


@pytest.mark.parametrize(
    "text",
    [
        "Phase Three needs £141k in 2016/17 plus £795k in a full year.",
        "The sum of £141k in 2016/17 and £795k in a full year for Phase Three.",
        "That £141k part-year and £795k full-year be drawn down for Phase 3.",
    ],
)
def test_an_addition_is_still_found(text: str):
    assert [mark.rule for mark in marks_of(Paragraph(text), the_known()) if mark.rule == "PC15"] == ["PC15"]


@pytest.mark.parametrize(
    "text",
    [
        "2016/17 £m",
        "2016/17 (£)",
        "(£k)",
        "Cost £'000",
        "All figures are in £k.",
        "Figures shown in £m",
        "£ million",
        "Costs (£m) by year",
        "£",
    ],
)
def test_a_unit_is_no_placeholder(text: str):
    assert list(placeholder_findings(from_text(text))) == []
    table = "\n".join(["\t".join(["Post", text, text]), "One\t1\t2", "Two\t3\t4"])
    assert list(placeholder_findings(from_text(table))) == []


@pytest.mark.parametrize(
    "text", ["It costs £k in all.", "a cost of £m", "The cost is £ in 2016/17.", "by £, as agreed", "£[ ] a year", "£X,XXX"]
)
def test_an_amount_that_is_still_to_come_is_one(text: str):
    assert len(list(placeholder_findings(from_text(text)))) == 1


@pytest.mark.parametrize(
    "written",
    [
        "£1\N{NO-BREAK SPACE}090k",
        "£1 090k",
        "£1,090 k",
        "£1\N{NARROW NO-BREAK SPACE}090\N{THIN SPACE}000",
        "£ 1,090,000",
        "GBP 1,090k",
    ],
)
def test_an_amount_is_read_however_it_is_grouped(written: str):
    report = checked(f"The total is {written} in 2016/17.")
    assert (report.figures(MATCHED), report.counted.all) == (1, 1)


@pytest.mark.parametrize("own", ["3", "Appendix 3", "appendix 3", "Appendix  3"])
def test_the_appendix_is_named_once(own: str):
    (found,) = reference_findings(from_text("Nothing."), own)
    assert found.text == "The committee table is Appendix 3, and the paper never refers to it."


def test_figures_that_are_compared_with_nothing_are_counted_and_said():
    report = checked("The total is £1,090k in 2016/17. There are 1,250 children, 12% more. Nine posts are new.")
    assert (report.counted.all, report.counted.compared) == (4, 1)
    assert report.counted.in_words == "1 of 4 figures was compared."
    assert report.counted.reasons_in_words == [
        "2 not compared. Neither an amount of money nor a number of FTE.",
        "1 not compared. A number of posts is not always a number of FTE.",
    ]
    assert said(report, "PC14")[0][0] == "I"


def test_all_figures_compared_is_said_too():
    assert checked("The total is £1,090k in 2016/17.").counted.in_words == "The one figure was compared."
    assert checked("Nothing.").counted.in_words == "There is no figure in this draft that could be compared."
