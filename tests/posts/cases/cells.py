"""Cells: money, FTE, dates and terms; kinds of text."""

from tests.posts.cases.case import P3, WITH_TEAM, YEARS, Case

_DATES = ("Jan-17", "01-Jan-17", "01/01/17", "2017-01-01 00:00:00", "42736", "Sun 1 January 2017", "Sunday, January 01, 2017")
_ENDS = ("18 months", "31 Jan 2018", "ongoing", "Permanent")
_FTE = ("100%", "0.8108", "1.0 FTE", "18.5 hrs", "½", "0", "-1", "1.00", "2 x 0.5", "0,5")
OF_CELLS = {
    "pence": Case(
        WITH_TEAM + P3 + "Test Team|Case Reviewer|1|£12,345.67|£48,213.50|£48,213.50",
        (1, 0, 0),
        (8, 153_346, 843_214, 843_214),
        says=("“£12,345.67”: rounded to the pound", "£12,346"),
    ),
    "dates of a spreadsheet": Case(
        "Phase|Post|FTE|Annual cost|From|To\n"
        + "".join(
            f"{P3}Lead {number}|1|48000|{said}|{'31-Mar-18' if number == 1 else ''}\n" for number, said in enumerate(_DATES)
        ),
        (7, 0, 0),
        (14, 225_000, 1_131_000, 1_083_000),
        says=("“Jan-17” is read as 1 January 2017", "42736 is read as 1 January 2017", "“01/01/17” is read as 1 January 2017"),
        lines={3: (12_000, 48_000, None), 4: (12_000, 48_000, 48_000)},
    ),
    "terms in words": Case(
        "Phase|Post|FTE|Annual cost|From|To|Contract\n"
        + "".join(f"{P3}Lead {number}|1|48000|1 Aug 2016|{said}|FTC\n" for number, said in enumerate(_ENDS))
        + P3
        + "Lead 4|1|48000|asap|n/a|\n"
        + P3
        + "Lead 5|1|48000|Q4 2016/17|TBC|",
        (6, 0, 0),
        (13, 141_000 + 128_000 + 12_000, 795_000 + 176_000 + 48_000, 795_000 + 4 * 48_000),
        asks=("row-7-start", "row-7-end"),
        answers={"row-7-start": "day", "row-7-end": "none"},
        lines={2: (32_000, 40_000, None), 4: (32_000, 48_000, 48_000), 6: (None, None, 48_000), 7: (12_000, 48_000, 48_000)},
        says=("Not read: Contract: it holds no money.",),
    ),
    "forms of FTE": Case(
        YEARS + "".join(f"{P3}{letter} post|{said}|1|1|1\n" for letter, said in zip("ABCDEFGHIJ", _FTE, strict=True)),
        (10, 0, 0),
        (7 + 1 + 0.81 + 1 + 0.5 + 0.5 + 1 + 1 + 0.5, 141_010, 795_010, 795_010),
        asks=("hours", "row-7-fte", "row-8-fte"),
        answers={"hours": "37", "row-7-fte": "other", "row-8-fte": "other"},
        says=("“0.8108” is rounded to 0.81", "“0,5” is read with a decimal comma"),
    ),
    "no FTE of other costs": Case(
        YEARS
        + "".join(f"{P3}Training {at}|{said}|10000|40000|40000\n" for at, said in enumerate(("n/a", "N/A", "0", "0.00", "-"))),
        (5, 0, 0),
        (7, 191_000, 995_000, 995_000),
    ),
    "odd amounts": Case(
        "Phase|Post|2016/17|2017/18|Full year\n"
        + P3
        + "Grant income|5,000.00-|5000-|5,000 DR\n"
        + P3
        + "Rent|5 000|5\u00a0000|5,000*\n"
        + P3
        + "Hire|c. £5,000|GBP 5000|£5.0k\n"
        + P3
        + "Travel|TBC|–5,000|£0.00",
        (4, 0, 0),
        (7, 146_000, 795_000, 810_000),
        lines={2: (-5_000, -5_000, 5_000), 3: (5_000, 5_000, 5_000), 4: (5_000, 5_000, 5_000), 5: (None, -5_000, 0)},
        says=("“5,000*”: the mark * is left out", "“TBC” is read as not stated", "DR is read as a charge"),
    ),
    "amounts that cannot be read": Case(
        "Phase|Post|2016/17|2017/18|Full year\n" + P3 + "Training|########|#REF!|5-6k\n" + P3 + "Travel|#N/A|5,000 to 6,000|50%",
        stops=(
            "The column was too narrow in the spreadsheet: widen it and copy again.",
            "This is a formula error (#REF!)",
            "This is a formula error (#N/A)",
            "This is a range, not an amount: choose one figure.",
            "A percentage is no amount",
        ),
    ),
    "formulas": Case(
        "Phase,Post,FTE,2016/17,2017/18,Full year\r\nPhase Three,Reviewer,1,=4*2500,=D2*4,=E2\r\n",
        stops=("This is a formula, not its value: copy the cells themselves, or save their values.",),
        bars=False,
    ),
    "a quotation mark that begins a title, and a line break": Case(
        "Phase|Post|FTE|2016/17|2017/18|Full year|Comment\n"
        + P3
        + '"Signs of Safety" trainer|1|10000|40000|40000|From Jan\n'
        + P3
        + 'Reviewer|1|8000|32000|32000|"Half in 2016/17\nfull from April"\n'
        + P3
        + "Analyst|1|5000|20000|20000|none",
        (3, 0, 0),
        (10, 164_000, 887_000, 887_000),
    ),
    "semicolons and decimal commas": Case(
        "Phase;Team;Post;FTE;Annual cost;2016/17;2017/18;Full year\n"
        "Phase Three;Test Team;Case Reviewer;1;48.000,00;12000;48000;48000\n"
        "Phase Three;Test Team;Data Analyst;0,5;24000;6000;24000;24000",
        (2, 0, 0),
        (8.5, 159_000, 867_000, 867_000),
        says=("“48.000,00”: read with a decimal comma",),
        bars=False,
    ),
    "accounting formats": Case(
        WITH_TEAM
        + P3
        + "Test Team|Case Reviewer|1| £12,345 | £48,213 | £48,213 \n"
        + P3
        + "Test Team|Income from partner|| -£5,000 | £-   | £ (5,000)",
        (2, 0, 0),
        (8, 148_345, 843_213, 838_213),
        lines={3: (-5_000, 0, -5_000)},
    ),
    "a line that names the separator": Case(
        "sep=,\r\nPhase,Team,Post,FTE,2016/17,2017/18,Full year,Comment\r\n"
        'Phase Three,Alpha Team,Reviewer,1,"£10,000","£40,000","£40,000",Café\r\n',
        (1, 0, 0),
        (8, 151_000, 835_000, 835_000),
        bars=False,
    ),
    "a fixed term with a full-year figure": Case(
        "Phase|Post|FTE|Annual cost|From|To|2016/17|2017/18|Full year\n"
        + P3
        + "Lead|1|48000|1 Aug 2016|31 Jan 2018|32000|40000|48000",
        stops=("A line that ends has no full-year effect",),
    ),
    "a fixed term without one": Case(
        "Phase|Post|FTE|Annual cost|From|To|2016/17|2017/18|Full year\n"
        + P3
        + "Lead|1|48000|1 Aug 2016|31 Jan 2018|32000|40000|-",
        (1, 0, 0),
        lines={2: (32_000, 40_000, None)},
    ),
}
