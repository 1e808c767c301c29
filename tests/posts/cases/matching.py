"""Matching with stored lines, teams and repeated rows."""

from tests.posts.cases.case import P3, WITH_TEAM, YEARS, Case

_UNDER = "Post|FTE|2016/17|2017/18|Full year\nPhase Three\nAlpha Team\n"
_CALCULATED = (
    "Phase|Team|Post|FTE|Annual cost|From|To\n"
    + P3
    + "Alpha Team|Reviewer|1|200000|1 Nov 2016|\n"
    + P3
    + "Alpha Team|Project lead|1|48000|1 Aug 2016|31 Jan 2018\n"
    + P3
    + "Alpha Team|Analyst|2|15,006|1 Sep 2016|"
)
OF_MATCHING = {
    "titles in other spellings": Case(
        WITH_TEAM + "Phase One|Children’s Social Care|Head of Service|1|60000|90000|90000\n"
        "Phase One|Children's Social Care|Director ECHS*|1|83000|200000|200000\n"
        + P3
        + "|Commissioning – Placement Officer|1|10000|40000|40000\n"
        + P3
        + "|Quality audits||38000|150000|150000",
        (0, 0, 4),
        (7, 141_000, 795_000, 795_000),
        says=("Spelt “Head of service” in the store, which stays",),
    ),
    "a damaged apostrophe": Case(
        WITH_TEAM + "Phase One|Childrenâ€™s Social Care|Head of service|1|60000|90000|90000",
        (0, 0, 1),
        says=("A damaged character, â€™, is read as ’ (row 2). Check it.",),
    ),
    "lines that are not mentioned": Case(
        WITH_TEAM + "Phase One|Children's Social Care|Director ECHS|1|83000|200000|200000",
        (0, 0, 1),
        says=(
            "This block does not mention 21 stored lines, which stay as they are: "
            "12 of Phase One, 2 of Phase Two and 7 of Phase Three.",
        ),
    ),
    "one row for each post": Case(
        "Phase|Team|Job title|FTE|Annual cost|From\n"
        + 2 * (P3 + "Alpha Team|Social Worker|1|41000|01/01/2017\n")
        + P3
        + "Alpha Team|Social Worker|0.5|20500|01/03/2017",
        (1, 0, 0),
        (9.5, 163_208, 897_500, 897_500),
        asks=("row-2-repeated",),
        answers={"row-2-repeated": "add"},
        lines={2: (22_208, 102_500, 102_500)},
    ),
    "one row for each post, kept": Case(
        "Phase|Team|Job title|FTE|Annual cost|From\n"
        + 2 * (P3 + "Alpha Team|Social Worker|1|41000|01/01/2017\n")
        + P3
        + "Alpha Team|Social Worker|0.5|20500|01/03/2017",
        (3, 0, 0),
        (9.5, 163_208, 897_500, 897_500),
        asks=("row-2-repeated",),
        answers={"row-2-repeated": "several"},
    ),
    "a block pasted twice": Case(
        2 * (YEARS + P3 + "Reviewer|1|10000|40000|40000\n"),
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
        asks=("row-2-repeated",),
        answers={"row-2-repeated": "once"},
        says=("Pasted twice: take it once",),
    ),
    "a block with its total pasted twice": Case(
        2 * ("Post|FTE|2016/17\nPhase Three\nReviewer|1|10000\nAnalyst|1|5000\nTOTAL PHASE THREE|2|15000\n"),
        (2, 0, 0),
        (9, 156_000, 795_000, 795_000),
        asks=("row-3-repeated", "row-4-repeated"),
        answers={"row-3-repeated": "once", "row-4-repeated": "once"},
        totals=2,
    ),
    "a number that the spreadsheet has cut": Case(
        "Phase,Post,Establishment number,Cost centre,FTE,2016/17,2017/18,Full year\n"
        "Phase Three,Reviewer,1.23457E+11,0012345,1,10000,40000,40000\nPhase Three,Analyst,1.23457E+11,12345,1,10000,40000,40000",
        (2, 0, 0),
        (9, 161_000, 875_000, 875_000),
        asks=("cut-establishment_number",),
        answers={"cut-establishment_number": "without"},
        stops=("The spreadsheet program has cut this number: format its column as text and copy again.",),
        bars=False,
    ),
    "words in place of a number": Case(
        "Phase|Post|Post number|FTE|2016/17\n"
        + "".join(
            f"{P3}{title}|{number}|1|10000\n" for title, number in (("Reviewer", "TBC"), ("Analyst", "TBC"), ("Clerk", "New"))
        ),
        (3, 0, 0),
        (10, 171_000, 795_000, 795_000),
        says=("“TBC” is no number and is not stored as one",),
    ),
    "lines that are frozen in drawdowns": Case(
        YEARS + "Phase Two|Quality Audit Manager|1|61000|61000|61000\nPhase One|DM Post|1|35000|52000|52000",
        (0, 2, 0),
        (7, 141_000, 795_000, 795_000),
        says=(
            "Frozen in the drawdown Phase Two posts (waiting), which keeps £218,000 in 2016/17",
            "Frozen in the drawdown Phase One posts (signed), which keeps £731,000 in 2016/17",
        ),
    ),
    "blank cells over typed figures": Case(
        "Phase|Team|Post|2016/17|2017/18|Full year\nPhase One|Children's Social Care|Director ECHS|||",
        (0, 0, 1),
        says=("Blank cells change nothing: 2016/17, 2017/18 and Full year stay as typed",),
    ),
    "lines given by cost and dates": Case(_CALCULATED, (3, 0, 0), (11, 265_087, 1_050_006, 1_010_006)),
    "one decimal over figures that were worked out": Case(
        "Phase|Team|Post|2016/17 £'000\n" + P3 + "Alpha Team|Reviewer|83.3\n" + P3 + "Alpha Team|Analyst|8.8",
        (0, 0, 2),
        (11, 265_087, 1_050_006, 1_010_006),
        after=_CALCULATED,
    ),
    "pounds under headings of thousands, a thousand times what is stored": Case(
        "Phase|Team|Post|2016/17 £'000|2017/18 £'000\nPhase One|Children's Social Care|Director ECHS|83000|200000",
        (0, 0, 1),
        says=("The amounts are read in £: read as the headings say, every figure would be 1,000 times the stored one.",),
    ),
    "thousands without a unit, a thousandth of what is stored": Case(
        "Phase|Team|Post|2016/17|2017/18\nPhase One|Children's Social Care|Director ECHS|83|200", (0, 0, 1), says=("£83,000",)
    ),
    "most figures a thousand times what is stored": Case(
        "Phase|Team|Post|2016/17 £'000|2017/18 £'000|Full year £'000\n"
        "Phase One|Children's Social Care|Director ECHS|83000|200000|210000",
        (0, 1, 0),
        asks=("scale",),
        answers={"scale": "stored"},
    ),
    "a post without figures between posts": Case(
        _UNDER + "Reviewer|1|10000|40000|40000\nInterim consultant (cost to be confirmed)\nAnalyst|1|8000|32000|32000",
        (3, 0, 0),
        (9, 159_000, 867_000, 867_000),
        asks=("row-5",),
        answers={"row-5": "line"},
        says=("at least",),
    ),
    "a note under a team": Case(
        _UNDER + "(excluding on-costs)\nReviewer|1|10000|40000|40000",
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
        says=("New team: Alpha Team.",),
    ),
    "a title over two lines": Case(
        _UNDER + "Head of\nReviewing|1|10000|40000|40000\nAnalyst|1|8000|32000|32000",
        (2, 0, 0),
        (9, 159_000, 867_000, 867_000),
        says=("Its title is that of rows 4 and 5 together", "New team: Alpha Team."),
    ),
    "merged cells of teams": Case(
        WITH_TEAM
        + P3
        + "Alpha Team|Reviewer|1|10000|40000|40000\n"
        + P3
        + "|Analyst|1|8000|32000|32000\n"
        + P3
        + "Beta Team|Clerk|1|5000|20000|20000\n"
        + P3
        + "|Officer|1|5000|20000|20000",
        (4, 0, 0),
        (11, 169_000, 907_000, 907_000),
        asks=("blank-teams",),
        answers={"blank-teams": "above"},
        says=("New teams: Alpha Team, Beta Team.",),
    ),
    "merged cells of phases": Case(
        YEARS + P3 + "Reviewer|1|10000|40000|40000\n|Analyst|1|8000|32000|32000",
        (2, 0, 0),
        (9, 159_000, 867_000, 867_000),
        asks=("blank-phases",),
        answers={"blank-phases": "above"},
    ),
}
