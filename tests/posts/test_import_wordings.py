"""The many ways in which finance officers write one thing: headings, years, totals, workings, dates, FTE and money."""

from datetime import date
from decimal import Decimal

import pytest

from costing.financial_year import FinancialYear
from costing.typed import NotUnderstood
from posts.importing.block.rules import Block, Frame, Reading, Role
from posts.importing.cells.rules import Manner, read_fte, read_money
from posts.importing.columns.rules import Hint, column_named, hint_of
from posts.importing.dates.rules import read_day
from posts.importing.file.rules import read_file
from posts.importing.matching.rules import spelling
from posts.importing.phases.rules import phase_named
from posts.importing.rules import read_block
from posts.importing.table.rules import cells_of
from posts.importing.yearly.rules import differs, intakes_of
from posts.importing.years.rules import year_named

PHASES = ((1, "Phase One"), (2, "Phase Two"), (3, "Phase Three"))
FRAME = Frame((FinancialYear(2016), FinancialYear(2017)), PHASES)
YEARS = "Phase|Team|Post|FTE|2016/17|2017/18|Full year\n"
TWO = "Phase Three|Alpha Team|Reviewer|1|10000|40000|40000\nPhase Three|Alpha Team|Analyst|1|8000|32000|32000\n"


def block(text: str, **reading: object) -> Block:
    return read_block(text.replace("|", "\t"), FRAME, Reading(**reading))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "heading",
    [
        *("2016-17", "2016–17", "2016‑17", "2016\\17", "2016/7", "201617", "1617", "FY1617", "2016 to 2017", "FYE March 2017"),
        *("2016/17 (7 months)", "2016/17 Q3-Q4", "12 months to 31 March 2017", "This year (2016/17)", "Current year 2016/17"),
        *("2016/17 Draft Budget", "next year 2016/17", "2016/17 [1]", "Part year 2016/17", "in-year 2016/17"),
    ],
)
def test_a_heading_names_its_year(heading: str):
    assert column_named(heading) == "y2016"


@pytest.mark.parametrize("heading", ["2021", "1920", "FY2021", "2016", "FY17", "2016/18"])
def test_a_number_that_may_be_another_year_names_none(heading: str):
    assert year_named(heading) is None


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Annual cost, pounds", "annual_cost"),
        ("Annual cost in £", "annual_cost"),
        ("Total annual budget", "annual_cost"),
        ("Full year in £'000s", "full_year"),
        ("Cost in full year", "full_year"),
        ("Full year cost pa", "full_year"),
        ("Full year [3]", "full_year"),
        ("Annualised", "full_year"),
        ("Est. FTE", "fte"),
        ("Number of FTEs", "fte"),
        ("FTE/WTE", "fte"),
        ("Proposed FTE", "fte"),
        ("No. of staff (FTE)", "fte"),
        ("Headcount (FTE)", "fte"),
        ("Recruited FTE", "recruited"),
        ("Vacant FTE", ""),
    ],
)
def test_a_heading_names_its_column_in_other_words(heading: str, name: str):
    assert column_named(heading) == name


@pytest.mark.parametrize(
    ("heading", "hint"),
    [
        *((text, Hint.EACH) for text in ("Cost/post", "Average cost per post", "Annual cost per FTE", "Unit cost per annum")),
        *((text, Hint.PART) for text in ("NI @ 13.8%", "Pension 20%", "Employer's pension", "Top of grade salary", "LGPS")),
        *((text, Hint.TOTAL) for text in ("Total cost incl. on-costs", "Total employment cost", "Full cost")),
        *((text, Hint.POSTS) for text in ("No. of heads", "Staff numbers", "Posts required", "Headcount (heads)")),
    ],
)
def test_a_heading_says_what_its_column_is_beside_others(heading: str, hint: Hint):
    assert hint_of(heading) is hint


def test_the_annual_cost_is_what_one_post_costs_times_the_fte():
    found = block("Phase|Post|FTE|Cost per post|From\nPhase Three|Social Worker|2.5|41000|1 Jan 2017\n")
    assert (found.errors, found.lines[0].figures["annual_cost"]) == ([], Decimal(102_500))
    assert found.lines[0].said == ["Annual cost: 2.5 x 41,000 = 102,500"]
    unknown = block("Phase|Post|FTE|Cost per post\nPhase Three|Social Worker||41000\n")
    assert "does not give" in unknown.lines[0].errors["annual_cost_each"]


def test_the_annual_cost_is_the_sum_of_its_parts_where_nothing_else_says_it():
    text = "Phase|Post|WTE|Salary|NI (£'000)|Pension\nPhase Three|Reviewer|1|36000|4|8000\nTotal||1|36000|4|8000\n"
    found = block(text)
    assert (found.errors, found.lines[0].figures["annual_cost"]) == ([], Decimal(48_000))
    assert [total.differences for total in found.totals] == [()]
    assert block(text.replace("Total||1|36000", "Total||1|37000")).totals[0].differences == (("annual_cost", "49,000", "48,000"),)
    alone = block("Phase|Post|WTE|Salary\nPhase Three|Reviewer|1|36000\n")
    assert alone.columns[3] == "?"


@pytest.mark.parametrize(
    "heading",
    [
        *("Annual cost from 1 April 2017", "Annual cost (£) from April 2017", "New annual cost wef 1/4/2017"),
        *("Cost per annum with effect from 1 Apr 2017", "Annual cost from Apr 2017 (£'000)"),
    ],
)
def test_a_heading_says_from_when_an_annual_cost_holds(heading: str):
    assert column_named(heading) == "annual_cost_from_2017-04-01"
    found = block(f"Phase|Post|FTE|Annual cost|From|{heading}\nPhase Three|Reviewer|1|48000|1 Jan 2017|50\n")
    assert found.lines[0].figures["annual_cost_from_2017-04-01"] == (50_000 if "000" in heading else 50)
    assert found.label(found.columns[-1], FRAME.years) == "Annual cost from 1 April 2017"


def test_fte_by_year_is_the_fte_of_the_line_at_its_most_and_is_added_up_by_its_total():
    text = "Phase|Post|FTE 2016/17|FTE 2017/18|2016/17|2017/18\nPhase Three|A|12|9|1|2\nPhase Three|B|1|3|1|2\nTotal||13|12|2|4\n"
    found = block(text)
    assert [(row.values["fte"], row.figures["fte_y2017"]) for row in found.lines] == [("12", 9), ("3", 3)]
    assert [total.differences for total in found.totals] == [()]
    assert block(text.replace("13|12|", "13|11|")).totals[0].differences == (("fte_y2017", "11", "12"),)
    alone = block("Phase|Post|FTE 2016/17|2016/17\nPhase Three|A|12|1\n")
    assert alone.columns[2] == "fte"
    wrong = block("Phase|Post|FTE 2016/17|FTE 2017/18\nPhase Three|A|12|a few\n")
    assert "as a number" in wrong.lines[0].errors["fte_y2017"]


def test_fte_that_changes_by_year_becomes_intakes_of_whole_years():
    years = [FinancialYear(2016 + place) for place in range(4)]
    given = dict(zip(years, map(Decimal, ("12", "9", "6", "3")), strict=True))
    assert intakes_of(given) == [
        ("3", "2016-04-01", "2017-03-31"),
        ("3", "2016-04-01", "2018-03-31"),
        ("3", "2016-04-01", "2019-03-31"),
        ("3", "2016-04-01", ""),
    ]
    rising = intakes_of(dict(zip(years, map(Decimal, ("1", "3.5", "3", "3")), strict=True)))
    assert rising == [("0.5", "2017-04-01", "2018-03-31"), ("1", "2016-04-01", ""), ("2.0", "2017-04-01", "")]
    stored = [(Decimal(fte), date.fromisoformat(start), date.fromisoformat(end) if end else None) for fte, start, end in rising]
    assert differs(dict(zip(years, map(Decimal, ("1", "3.5", "3", "3")), strict=True)), Decimal("3.5"), stored) is None
    assert differs({years[1]: Decimal(3)}, Decimal("3.5"), stored) == years[1]


def test_the_annual_cost_is_read_in_one_way_only():
    columns = ("phase", "title", "fte", "annual_cost", "annual_cost_each")
    found = block("Phase|Post|FTE|Annual cost|Cost per post\nPhase Three|Worker|1|5|5\n", columns=columns)
    assert "not from several: Annual cost and Annual cost of one post" in found.errors[0]


def test_of_two_headings_with_one_year_or_one_name_the_other_is_known():
    full = block("Phase|Post|FTE|PYE 2016/17|2017/18|FYE 2017/18\nPhase Three|Reviewer|1|1|2|3\n")
    assert full.columns[3:] == ["y2016", "y2017", "full_year"]
    posts = block("Phase|Post|# posts|Total annual cost\nPhase Three|Worker|6|246000\n")
    assert posts.columns[2] == "fte"
    assert [question.key for question in posts.questions] == ["posts-fte"]


@pytest.mark.parametrize("label", ["T O T A L", "Tot.", "Ttl", "S/total", "Total - 2 posts", "Total (Alpha Team)", "Sum total"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_total_is_known_in_whatever_column_its_word_stands(label: str, place: int):
    cells = [""] * 3
    cells[place] = label
    found = block(YEARS + TWO + "|".join([*cells, "2", "18000", "72000", "72000"]), answers={"row-4-total": "total"})
    assert ([total.differences for total in found.totals], len(found.lines)) == ([()], 2)


@pytest.mark.parametrize(
    "label",
    ["Available", "Less: budget available", "Release July 2016", "Amount released", "Left to spend", "Approved", "Remaining"],
)
def test_money_there_is_for_the_lines_is_no_cost(label: str):
    found = block(YEARS + TWO + f"Phase Three||{label}||15000|45000|45000")
    assert [row.role for row in found.rows[3:]] == [Role.WORKING]


@pytest.mark.parametrize(
    "note",
    ["excl. on-costs", "[top of scale]", "Costs include on-costs", "of which 2 are vacant", "On-costs at 28%", "Subject to JE"],
)
def test_a_note_under_a_team_is_no_team(note: str):
    found = block(f"Post|FTE|2016/17\nPhase Three\nAlpha Team\n{note}\nReviewer|1|10000\n")
    assert [(row.team, row.name) for row in found.lines] == [("Alpha Team", "Reviewer")]


def test_ditto_goes_on_with_the_cell_above_and_a_row_may_head_phase_and_team():
    for mark in ("ditto", "as above", "”", "''"):
        found = block(YEARS + TWO + f"{mark}|{mark}|Clerk|1|1|1|1\n", answers={"blank-phases": "above", "blank-teams": "above"})
        assert [row.team for row in found.lines] == ["Alpha Team"] * 3
        assert found.lines[2].phase == 3
    headed = block(YEARS + "Phase Three|Alpha Team\n||Clerk|1|1|1|1\n")
    assert [(row.phase, row.team) for row in headed.lines] == [(3, "Alpha Team")]


def test_headings_over_two_rows_may_come_again_and_be_cut_within_a_year():
    headings = "Phase|Post|FTE|Cost\n|||2016/17|2017/18|Full year\n"
    again = block(headings + "Phase Three|A|1|1|2|2\n" + headings + "Phase Three|B|1|1|2|2\n")
    assert (again.errors, [row.name for row in again.lines]) == ([], ["A", "B"])
    cut = block("Phase|Post|FTE|2016/|2017/|Full\n|||17|18|year\nPhase Three|A|1|1|2|2\n")
    assert cut.columns[3:] == ["y2016", "y2017", "full_year"]


def test_a_row_about_the_file_is_a_note_though_it_stands_in_two_cells():
    found = block(YEARS + TWO + "Source|payroll system\nAuthor|Finance\n")
    assert [row.role for row in found.rows[3:]] == [Role.NOTE, Role.NOTE]


@pytest.mark.parametrize("said", ["Phase III", "Ph 3", "ph. 3", "P3", "3", "PHASE THREE"])
def test_a_phase_is_named_in_short(said: str):
    assert phase_named(said, PHASES) == 3


def test_a_raised_number_is_a_footnote_of_a_title_and_no_part_of_it():
    assert spelling("Director ECHS¹") == spelling("Director ECHS [2]") == spelling("Director ECHS")
    assert spelling("Social Worker (2)") != spelling("Social Worker")


@pytest.mark.parametrize(
    ("cell", "pounds"),
    [
        *(
            ("10'000", 10_000),
            ("10,000¹", 10_000),
            ("10,000 [1]", 10_000),
            ("£10,000 (note 1)", 10_000),
            ("10,000 per annum", 10_000),
        ),
        *(("£10,000/yr", 10_000), ("10 000,00", 10_000), ("10.000,00 £", 10_000), ("zero", 0), ("£TBC", None)),
    ],
)
def test_a_figure_is_read_in_other_looks(cell: str, pounds: int | None):
    assert read_money(cell, Manner()).pounds == pounds


@pytest.mark.parametrize("cell", ["[10,000]", "10,000 e", "included above", "£10,000 or more"])
def test_a_figure_that_may_mean_two_things_is_refused(cell: str):
    with pytest.raises(NotUnderstood):
        read_money(cell, Manner())


@pytest.mark.parametrize(
    ("cell", "fte"),
    [("1/2", "0.5"), ("1 1/2", "1.5"), ("2*0.5", "1"), ("F/T", "1"), ("full time", "1"), ("c. 1", "1"), ("1 (vacant)", "1")],
)
def test_fte_is_read_in_other_looks_and_said(cell: str, fte: str):
    found = read_fte(cell)
    assert found.figure == Decimal(fte)
    assert "is read as" in found.said


@pytest.mark.parametrize(
    "cell",
    [
        "20170101",
        "wef 1 Jan 2017",
        "w.e.f. 1/1/17",
        "start of January 2017",
        "1 January 2017 (planned)",
        "01Jan2017",
        "Early Jan 2017",
    ],
)
def test_a_first_day_is_read_in_other_words(cell: str):
    assert read_day(cell, which="start").text == "2017-01-01"


@pytest.mark.parametrize("cell", ["once recruited", "upon recruitment", "subject to recruitment", "when appointed"])
def test_a_first_day_that_nobody_knows_is_not_stated(cell: str):
    assert "not stated" in read_day(cell, which="start").said


@pytest.mark.parametrize(
    "cell", ["1.5 years", "1 year 6 months", "eighteen months", "18 months from start", "FTC 18 months", "fixed term 18 months"]
)
def test_a_term_is_read_in_other_words(cell: str):
    assert read_day(cell, which="end").term == 18


def test_an_end_is_read_in_other_words():
    assert read_day("Fixed term to Jan 2018", which="end").text == "2018-01-31"
    assert read_day("Permanent post", which="end").text == ""
    assert read_day("4th quarter 2016/17", which="start").text == "2017-01-01"


def test_a_text_may_be_of_dos_of_four_bytes_or_with_blanks_before_its_quotation_marks():
    text = 'Phase,Post,2016/17\r\nPhase Three,Caf\u00e9,"£10,000"\r\n'
    dos = read_file(text.encode("cp850"))
    assert dos.text == text
    assert "MS-DOS" in dos.said[0]
    assert read_file(text.encode("utf-32")).text.removeprefix("\ufeff") == text
    assert read_file(text.encode("cp1252")).text == text
    assert cells_of('Post, FTE, "2016/17"\nClerk, 1, "10,000"\n')[1] == ["Clerk", "1", "10,000"]


@pytest.mark.parametrize(
    "heading",
    [
        "Not included in the totals",
        "EXCLUDED FROM ABOVE TOTALS:",
        "Other costs not included in total",
        "Items outside the table",
        "For information only",
        "Below the line",
        "Memorandum items",
    ],
)
def test_what_stands_under_a_heading_that_excludes_it_is_no_line_unless_somebody_says_so(heading: str):
    text = f"Post\tFTE\t2016/17\tFull year\nAlpha Team\nReviewer\t1\t10\t20\nTOTAL\t1\t10\t20\n{heading}\nContingency\t\t30\t40"
    read = block(text, phase=1)
    assert [line.name for line in read.lines] == ["Reviewer"]
    (left,) = read.not_read
    assert (left.what, left.figures) == ("Row 6, “Contingency”", ("30", "40"))
    assert left.why == f"it stands under “{heading}”"
    assert [line.name for line in block(text, phase=1, answers={"row-6": "line"}).lines] == ["Reviewer", "Contingency"]
    after = block(f"{text}\nBeta Team\nAnalyst\t1\t5\t5", phase=1)
    assert [line.name for line in after.lines] == ["Reviewer", "Analyst"]


@pytest.mark.parametrize("heading", ["(excluding on-costs)", "Beta Team", "Other costs", "Outside London team", "Contingency"])
def test_a_heading_that_says_other_things_leaves_its_lines(heading: str):
    text = f"Post\tFTE\t2016/17\tFull year\n{heading}\nReviewer\t1\t10\t20"
    assert [line.name for line in block(text, phase=1).lines][-1] == "Reviewer"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (YEARS + TWO + "Table 1: Phase Three resources (£'000)\n", "row-4"),
        (YEARS + "Phase Three (£'000)\n" + TWO, "row-2"),
        (YEARS + "Alpha Team £k\n" + TWO, "row-2"),
        (YEARS + TWO + "||Total £000s|2|18000|72000|72000\n", "row-4"),
        (YEARS.replace("Post", "Post (£'000)") + TWO, "unit"),
        (YEARS.replace("FTE", "FTE / £'000") + TWO, "unit"),
        (YEARS.replace("Full year", "Full year £'000") + TWO, "unit"),
        ("£'000||Cost\n" + YEARS + TWO, "unit"),
        ("Phase Three resources||||||(£'000s)\n" + YEARS + TWO, "unit"),
        (YEARS + "||||£'000\n" + TWO, "unit"),
    ],
)
def test_a_unit_that_is_stated_anywhere_is_asked_of_amounts_that_state_none(text: str, key: str):
    found = block(text)
    assert [question.key for question in found.questions] == [key]
    assert [row.figures["y2017"] for row in found.lines] == [40_000_000, 32_000_000]
    assert [row.figures["y2017"] for row in block(text, answers={key: "no"}).lines] == [40_000, 32_000]


def test_no_unit_is_asked_where_every_column_of_money_states_its_own():
    every = YEARS.replace("2016/17", "2016/17 £'000").replace("2017/18", "2017/18 £").replace("Full year", "Full year £m")
    assert block(every + TWO).questions == []
    assert block(YEARS + TWO).questions == []
    assert block(YEARS.replace("\n", "|Directorate budget £m\n") + TWO).questions == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *(("This year", "Next year"), ("In-year cost", "2017/18 cost"), ("Current year", "Next year £"), ("Year 1", "Year 2")),
        *(("Yr 1", "Yr 2"), ("Y1", "Y2"), ("Year one cost", "Year two cost"), ("1st year", "2nd year"), ("PYE", "2017/18")),
        *(("First year cost", "Second year cost"), ("Part-year effect", "2017/18"), ("In-year", "Full year 2017/18")),
    ],
)
def test_headings_that_count_the_years_are_those_of_the_programme_and_it_is_said(first: str, second: str):
    found = block(YEARS.replace("2016/17", first).replace("2017/18", second) + TWO)
    assert (found.errors, found.columns[-3:]) == ([], ["y2016", "y2017", "full_year"])
    assert f"“{first}” is read as 2016/17" in found.said[0]
    assert block(YEARS + TWO).said == []


def test_a_heading_that_counts_a_year_that_another_names_or_that_is_not_there_stops():
    twice = block("Phase|Post|2016/17|In-year cost|2017/18\nPhase Three|Reviewer|1|2|3\n")
    assert (twice.columns[3], len(twice.errors)) == ("?", 1)
    third = block("Phase|Post|Year 1|Year 2|Year 3\nPhase Three|Reviewer|1|2|7\n")
    assert (third.columns[2:], "Year 3" in third.errors[0]) == (["y2016", "y2017", "?"], True)


@pytest.mark.parametrize(
    "heading",
    ["Ongoing", "On-going £k", "Recurring", "Recurrent", "Recurring p.a.", "Annual effect", "Full annual cost", "Thereafter"],
)
def test_what_goes_on_is_the_full_year(heading: str):
    assert column_named(heading) == "full_year"


@pytest.mark.parametrize("heading", ["Non-recurring", "One-off", "Annual saving", "Non-pay 2016/17", "Running costs 2016/17"])
def test_what_does_not_go_on_or_is_a_part_is_not_a_year(heading: str):
    assert column_named(heading) == ""


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Resource",
            "Proposed resource",
            "Resources requested",
            "Job Title/Role",
            "Post / resource",
            "New post",
            "Staff",
            "Details",
        ),
        *("Designation", "Phase Three resources", "£'000", ""),
    ],
)
def test_the_column_of_posts_has_other_names_where_no_heading_says_post(heading: str):
    found = block(YEARS.replace("Post", heading) + TWO)
    assert ([row.name for row in found.lines], found.errors) == (["Reviewer", "Analyst"], [])
    beside = block(YEARS.replace("Phase|", f"{heading or 'Details'}|Phase|") + TWO.replace("Phase Three|", "x|Phase Three|"))
    assert [row.name for row in beside.lines] == ["Reviewer", "Analyst"]


@pytest.mark.parametrize("unit", ["(£,000)", "£,000", "(K)", "(£s)", "(£ms)"])
def test_a_unit_is_written_in_other_ways(unit: str):
    found = block(YEARS.replace("2017/18", f"2017/18 {unit}") + TWO)
    assert (found.columns[5], found.units[5]) == ("y2017", {"(£s)": 1, "(£ms)": 1_000_000}.get(unit, 1_000))
    assert found.units_said[5]


@pytest.mark.parametrize("words", ["Phase Three resources", "PHASE THREE RESOURCES REQUESTED", "Phase 3 new posts"])
def test_a_phase_is_known_with_what_stands_under_its_heading(words: str):
    assert phase_named(words, PHASES) == 3
    assert phase_named("Phase Four resources", PHASES) is None


@pytest.mark.parametrize(("cell", "pounds"), [("0.030", 30_000), ("0,030", 30_000), ("0.5", 500_000), ("0,5", 500_000)])
def test_beside_semicolons_nought_before_a_point_or_comma_begins_no_thousands(cell: str, pounds: int):
    assert read_money(cell, Manner(1_000_000, commas=True)).pounds == pounds


@pytest.mark.parametrize("unit", [1_000, 1_000_000])
def test_beside_semicolons_one_point_in_a_unit_above_pounds_is_refused_for_it_may_be_either(unit: int):
    with pytest.raises(NotUnderstood, match=r"may be 1,250 or 1\.25"):
        read_money("1.250", Manner(unit, commas=True))
    with pytest.raises(NotUnderstood):
        read_money("0,030", Manner(unit))
    assert read_money("48.000", Manner(commas=True)).pounds == 48_000


@pytest.mark.parametrize("headings", ["FTE|Post|2017/18", "2017/18|FTE|Post"])
def test_a_phase_heads_the_rows_below_it_though_the_first_column_holds_figures(headings: str):
    row = "1|Reviewer|40000" if headings.startswith("FTE") else "40000|1|Reviewer"
    found = block(f"{headings}\nPhase Three\n{row}\n")
    assert [(line.phase, line.name, line.errors) for line in found.lines] == [(3, "Reviewer", {})]
