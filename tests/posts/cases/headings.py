"""Headings and columns."""

from tests.posts.cases.case import P3, YEARS, Case

_SPELLINGS = (
    *(
        "16/17",
        "2016-17",
        "2016\u201117",
        "2016–17",
        "2016/2017",
        "FY16/17",
        "FY 2016-17",
        "16/17 Forecast",
        "2016/17 Part Year Cost",
    ),
    *(
        "Year ending March 2017",
        "FYE Mar-17",
        "Y/E 31/03/17",
        "April 2016 to March 2017",
        "Budget 2016/17",
        "2016/17 (£)",
        "2016_17",
    ),
)
OF_HEADINGS = {
    f"the year as {said}": Case(
        f"Phase|Post|FTE|{said}|17/18|FYE\n{P3}Reviewer|1|10000|40000|40000", (1, 0, 0), (8, 151_000, 835_000, 835_000)
    )
    for said in _SPELLINGS
} | {
    "a full-year effect beside the full-year cost of a year": Case(
        "Phase|Post|FTE|2016/17 Part Year Cost|2017/18 Full Year Cost|Full-year effect £\n" + P3 + "Reviewer|1|10000|40000|40000",
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
    ),
    "a heading of a year that may be either": Case(
        "Phase|Post|FTE|FY17\n" + P3 + "Reviewer|1|10000", stops=("The column FY17 holds figures (10000) and is not understood",)
    ),
    "headings on two levels": Case(
        "Phase|Post|FTE|Cost|||Recruitment|\n|||2016/17|2017/18|Full year|Paperwork|Recruited\n"
        + P3
        + "Reviewer|1|10000|40000|40000|Yes|No",
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
    ),
    "headings on two levels with the unit above": Case(
        "Phase|Post|FTE|Cost £'000||\n|||2016/17|2017/18|Full year\n" + P3 + "Reviewer|1|10|40|40",
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
    ),
    "WTE is FTE, and a headcount is kept beside it": Case(
        "Phase|Directorate|Post Title|Grade|Headcount|WTE|2016/17|2017/18|Full year\n"
        + P3
        + "Children|Social Worker|BR11|6|5.5|61500|246000|246000",
        (1, 0, 0),
        (12.5, 202_500, 1_041_000, 1_041_000),
        says=("Not read: Directorate and Grade: they hold no money.",),
    ),
    "posts and the cost of one": Case(
        "Phase|Post|No. of posts|Cost per post|Total annual cost|From\n" + P3 + "Social Worker|6|41000|246000|1 January 2017",
        (1, 0, 0),
        (13, 202_500, 1_041_000, 1_041_000),
        asks=("posts-fte",),
        answers={"posts-fte": "yes"},
        says=("Not read: Cost per post (41000): it is the cost of one post, and agrees with the annual cost.",),
    ),
    "posts and the cost of one that disagree": Case(
        "Phase|Post|FTE|Cost per post|Total annual cost\n" + P3 + "Social Worker|6|40000|246000",
        stops=("The column Cost per post holds figures (40000) and is not understood",),
    ),
    "headings of a payroll": Case(
        "Phase|Service|Job Title|WTE|Salary|NI|Pension|Total cost|Start Date\n"
        + P3
        + "Alpha Team|Reviewer|1|36000|4000|8000|48000|01/01/2017",
        (1, 0, 0),
        (8, 153_000, 843_000, 843_000),
        says=("Not read: Salary (36000): it is a part of Total cost, which the parts add up to.",),
    ),
    "parts of the cost that do not add up": Case(
        "Phase|Post|FTE|Salary|NI|Annual cost\n" + P3 + "Reviewer|1|36000|4000|48000",
        stops=("The column Salary holds figures (36000)", "The column NI holds figures (4000)"),
    ),
    "a total over the years": Case(
        "Phase|Post|FTE|2016/17|2017/18|Total\n" + P3 + "Reviewer|1|10000|40000|50000",
        (1, 0, 0),
        (8, 151_000, 835_000, 795_000),
        says=("Not read: Total (50000): it is the sum of the years.",),
    ),
    "a column of money that nobody knows": Case(
        "Phase|Post|FTE|2016/17|Backfill\n" + P3 + "Reviewer|1|10000|2500",
        (1, 0, 0),
        (8, 151_000, 795_000, 795_000),
        left_out=("Backfill",),
        stops=("The column Backfill holds figures (2500) and is not understood: choose what it holds, or leave it out.",),
    ),
    "headings repeated on each page": Case(
        "Post|FTE|2016/17|2017/18|Full year\nPhase Three\nReviewer|1|10000|40000|40000\nPost|FTE|2016/17|2017/18|Full year\n"
        "Analyst|1|8000|32000|32000\nPost title|FTE|2016/17|2017/18|Full year",
        (2, 0, 0),
        (9, 159_000, 867_000, 867_000),
    ),
    "a second table": Case(
        YEARS
        + P3
        + "Reviewer|1|10000|40000|40000\n\nPhase|Other cost|2016/17|2017/18|Full year|Source\n"
        + P3
        + "Laptops|150000|0|0|Technology Fund",
        stops=("A second table with other headings begins in row 4",),
    ),
    "a title above and a source below": Case(
        "Anytown Council,,,,,,,\r\nBudget 2016/17 – establishment list,,,,,,,\r\nPrepared by Finance,,,,,,,\r\n,,,,,,,\r\n"
        "Phase,Team,Post,FTE,2016/17,2017/18,Full year,Comment\r\n"
        'Phase Three,Alpha Team,Reviewer,1,"£10,000","£40,000","£40,000",Café – “vacant”\r\n'
        ",,,,,,,\r\nSource: payroll,,,,,,,\r\n",
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
        bars=False,
    ),
    "a year outside the programme": Case(
        "Phase|Post|FTE|2015/16 Actual|2016/17|2017/18|2018/19|Full year\n" + P3 + "Reviewer|1||10000|40000|40000|40000",
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
        left_out=("2018/19",),
        stops=("The column 2018/19 holds figures (40000) and is not a year of this programme (2016/17 to 2017/18)",),
        says=("Not read: 2015/16 Actual: it is blank.",),
    ),
}
