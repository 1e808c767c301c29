"""Units and totals."""

from tests.posts.cases.case import P3, WITH_TEAM, YEARS, Case

_UNDER = "Post|FTE|2016/17|2017/18|Full year\nPhase Three\n"
OF_UNITS_AND_TOTALS = {
    "a unit belongs to its column": Case(
        "Phase|Post|FTE|Annual cost (£)|From|Full year (£'000)\n" + P3 + "Reviewer|1|48000|1 Jan 2017|48",
        (1, 0, 0),
        (8, 153_000, 843_000, 843_000),
        says=("£'000", "£48,000"),
        lines={2: (12_000, 48_000, 48_000)},
    ),
    "columns in millions": Case(
        "Phase|Post|FTE|2016/17 £m|2017/18 £m|Full year £m\n" + P3 + "Placements budget||1|2|2",
        (1, 0, 0),
        (7, 1_141_000, 2_795_000, 2_795_000),
        says=("£m", "£1,000,000"),
    ),
    "the unit stands under the table": Case(
        YEARS + P3 + "Reviewer|1|12|48|48\n" + P3 + "Analyst|1|10|40|40\nAll figures in £'000",
        (2, 0, 0),
        (9, 163_000, 883_000, 883_000),
        says=("It states the unit", "£12,000"),
    ),
    "the unit stands in a title over some of the columns": Case(
        "|||£'000||\n" + YEARS + P3 + "Reviewer|1|12|48|48",
        (1, 0, 0),
        (8, 153_000, 843_000, 843_000),
    ),
    "subtotals of teams in the column of teams": Case(
        WITH_TEAM + P3 + "Alpha Team|Reviewer|1|10000|40000|40000\n" + P3 + "Alpha Team|Analyst|1|8000|32000|32000\n"
        "|Alpha Team Total||2|18000|72000|72000\n" + P3 + "Beta Team|Clerk|1|5000|20000|20000\n"
        "|Beta Team Total||1|5000|20000|20000\n|Grand Total||3|23000|92000|92000",
        (3, 0, 0),
        (10, 164_000, 887_000, 887_000),
        totals=3,
    ),
    "a total after the name of its team": Case(
        _UNDER + "Alpha Team\nReviewer|1|10000|40000|40000\nAnalyst|1|8000|32000|32000\nAlpha Team total|2|18000|72000|72000",
        (2, 0, 0),
        (9, 159_000, 867_000, 867_000),
        totals=1,
    ),
    "a total that counts the recruited": Case(
        "Post|FTE|2016/17|2017/18|Full year|Paperwork complete|Recruited\nPhase Three\nReviewer|1|10000|40000|40000|Yes|Yes\n"
        "Analyst|2|16000|64000|64000|No|1 of 2\nTOTAL PHASE THREE|3|26000|104000|104000||2",
        (2, 0, 0),
        (10, 167_000, 899_000, 899_000),
        totals=1,
    ),
    "a total that counts the recruited otherwise": Case(
        "Post|FTE|2016/17|Recruited\nPhase Three\nReviewer|1|10000|Yes\nAnalyst|2|16000|1 of 2\nTOTAL PHASE THREE|3|26000|3",
        asks=("row-5-differs",),
        stops=("Recruited says 3, the lines add up to 2",),
    ),
    "rows that are numbered": Case(
        "No.|Post|FTE|2016/17|2017/18|Full year\n|Phase Three\n1|Reviewer|1|10000|40000|40000\n2|Analyst|2|16000|64000|64000\n"
        "3|Total|3|26000|104000|104000",
        (2, 0, 0),
        (10, 167_000, 899_000, 899_000),
        says=("Not read: No. (1, 2, 3): it counts the rows.",),
        totals=1,
    ),
    "every word for a total": Case(
        YEARS
        + P3
        + "Reviewer|1|10000|40000|40000\n"
        + P3
        + "Gross total|1|10000|40000|40000\n"
        + P3
        + "Income||-2000|-2000|-2000\n"
        + "".join(
            f"{P3}{word}|1|8000|38000|38000\n" for word in ("Net total", "Overall total", "Sum", "Total cost of Phase Three")
        ),
        (2, 0, 0),
        (8, 149_000, 833_000, 833_000),
        totals=5,
    ),
    "workings under the line": Case(
        YEARS
        + P3
        + "Reviewer|1|10000|40000|40000\n"
        + P3
        + "Check|0|0|0|0\n"
        + P3
        + "Difference||0|0|0\n"
        + P3
        + "Budget available||15000|45000|45000",
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
        says=("Row 5, “Budget available” (15000, 45000, 45000)", "Take it in as a line"),
    ),
    "a working that is a line": Case(
        YEARS + P3 + "Reviewer|1|10000|40000|40000\n" + P3 + "Balance||1000|1000|1000",
        (2, 0, 0),
        (8, 152_000, 836_000, 836_000),
        answers={"row-3": "line"},
    ),
    "a remark that speaks of a unit": Case(
        YEARS + P3 + "Reviewer|1|12|48|48\nFigures in £'000, excluding on-costs",
        (1, 0, 0),
        (8, 153_000, 843_000, 843_000),
        asks=("row-3",),
        answers={"row-3": "yes"},
    ),
    "a total of nought": Case(
        YEARS + P3 + "Reviewer|1|10000|40000|40000\n" + P3 + "Analyst|1|20000|80000|80000\n|Total|0|0|0|0",
        (2, 0, 0),
        (9, 171_000, 915_000, 915_000),
        asks=("row-4-differs",),
        answers={"row-4-differs": "leave"},
        stops=("This total is nil, but its lines have money: was its value saved?", "FTE says 0, the lines add up to 2"),
    ),
    "a total of dashes": Case(
        YEARS + P3 + "Reviewer|1|10000|40000|40000\n|Total|-|-|-|-",
        asks=("row-3-differs",),
        stops=("says 0, the lines add up to 10,000",),
    ),
    "a total within the rounding of its lines": Case(
        "Post|FTE|2016/17 £'000|2017/18 £'000|Full year £'000\nPhase Three\nReviewer|1|10|40|40\nAnalyst|1|10|40|40\n"
        "Clerk|1|10|40|40\nTOTAL|3|31|120|120",
        (3, 0, 0),
        (10, 171_000, 915_000, 915_000),
        says=("2016/17 says 31, the lines give 30: within rounding",),
        totals=1,
    ),
    "a total beyond the rounding of its lines": Case(
        "Post|FTE|2016/17 £'000\nPhase Three\nReviewer|1|10\nAnalyst|1|10\nTOTAL|2|23",
        asks=("row-5-differs",),
        stops=("2016/17 says 23, the lines add up to 20",),
    ),
    "a total without a name": Case(
        _UNDER + "Reviewer|1|10000|40000|40000\nAnalyst|1|8000|32000|32000\n|2|18000|72000|72000",
        (2, 0, 0),
        (9, 159_000, 867_000, 867_000),
        totals=1,
    ),
    "a row that is the sum of those above and says nothing": Case(
        _UNDER + "Reviewer|1|10000|40000|40000\nAnalyst|1|8000|32000|32000\nStaffing|2|18000|72000|72000",
        (2, 0, 0),
        (9, 159_000, 867_000, 867_000),
        asks=("row-5-total",),
        answers={"row-5-total": "total"},
        totals=1,
    ),
    "such a row that is a line": Case(
        _UNDER + "Reviewer|1|10000|40000|40000\nAnalyst|1|8000|32000|32000\nManager|2|18000|72000|72000",
        (3, 0, 0),
        (11, 177_000, 939_000, 939_000),
        asks=("row-5-total",),
        answers={"row-5-total": "line"},
    ),
    "sums that stand over their lines": Case(
        "Post|FTE|2016/17|2017/18|Full year\nPhase Three|3|30|30|30\nAlpha Team|2|25|25|25\nReviewer|1|10|10|10\n"
        "Analyst|1|15|15|15\n"
        "Beta Team|1|5|5|5\nClerk|1|5|5|5",
        (3, 0, 0),
        (10, 141_030, 795_030, 795_030),
        says=("New teams: Alpha Team, Beta Team.",),
        totals=3,
    ),
    "posts whose names begin like a total": Case(
        YEARS + "".join(f"{P3}{name}|1|10|20|30\n" for name in ("Total Quality Manager", "Sum Officer", "Net Zero Officer")),
        (3, 0, 0),
        (10, 141_030, 795_060, 795_090),
    ),
    "a line that says it is a total": Case(
        YEARS + P3 + "Reviewer|1|10|40|40\n" + P3 + "Total Respite|1|7|8|9",
        (2, 0, 0),
        (9, 141_017, 795_048, 795_049),
        asks=("row-3-differs",),
        answers={"row-3-differs": "line"},
    ),
}
