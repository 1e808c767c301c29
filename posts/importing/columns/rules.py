"""The columns that a block may have, and the headings that name them. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

from costing.financial_year import FinancialYear, day_in_words
from costing.typed import NotUnderstood, parse_date
from posts.importing.units.rules import TAGS, UNIT
from posts.importing.years.rules import plain_dashes, year_named

LONGEST_HEADING = 200

PHASE, TEAM, TITLE, KIND, FTE = "phase", "team", "title", "kind", "fte"
ANNUAL, START, END, FULL_YEAR = "annual_cost", "start", "end", "full_year"
WHOLE_LIFE = "whole_life"
EACH, PART = "annual_cost_each", "annual_cost_part"
"""Columns from which an annual cost is made: what one post costs, or one of several sums that add up to it."""
PAPERWORK, RECRUITED, COMMENT, REASON = "paperwork", "recruited", "comment", "reason"
HEADCOUNT, HOURS, FULL_TIME, SIZE = "headcount", "hours", "full_time_hours", "posts_or_hours"
COST_CENTRE, SUBJECTIVE, ESTABLISHMENT = "cost_centre", "subjective_code", "establishment_number"
PAID_BY, SHARE = "paid_by", "paid_share"
"""Who pays, and beside it, where the source is named alone, its share."""
WORDS = "words"
"""Which figures of the row are not exactly so much, as our own files say it: "2016/17: at least; Full year: about"."""
COST_FROM = "annual_cost_from_"
"""Before the day in the name of a column of the annual cost from that day on."""
FTE_OF = "fte_y"
"""Before the year in the name of a column of the FTE of one year."""
YEAR_AT = "year_"
"""Before the place, from 1, in the name of a year that a heading counts: Year 1, this year and in-year are the first, next year
the second. The programme says which years they are."""
LEFT_OUT, UNDECIDED = "", "?"
"""What a column is read as that is left out knowingly, and one that holds figures and that nobody has decided about."""

LABELS = {
    PHASE: "Phase",
    TEAM: "Team",
    TITLE: "Post or other cost",
    KIND: "Kind",
    FTE: "FTE",
    HEADCOUNT: "Number of posts",
    HOURS: "Hours a week",
    FULL_TIME: "Full-time hours a week",
    SIZE: "Posts or hours as stated",
    ANNUAL: "Annual cost",
    EACH: "Annual cost of one post",
    PART: "Part of the annual cost",
    START: "From",
    END: "To",
    FULL_YEAR: "Full year",
    WHOLE_LIFE: "Whole life",
    PAPERWORK: "Paperwork complete",
    RECRUITED: "Recruited",
    COMMENT: "Comment",
    COST_CENTRE: "Cost centre",
    SUBJECTIVE: "Subjective code",
    ESTABLISHMENT: "Establishment number",
    REASON: "Why stated",
    PAID_BY: "Who pays",
    SHARE: "Share that it pays",
    WORDS: "At least, about, up to",
}

# Every heading that names a column, as `_plain` leaves it.
_SYNONYMS = {
    PHASE: "phase|phase number|phase no|phase name|tranche",
    TEAM: "team|teams|team/service|team / service|service/team|service|section|team name|service area|team service|"
    "service team|business unit",
    TITLE: "title|post|posts|post title|job title|description|item|line|post or other cost|post or cost|role|name of post|"
    "other cost|other costs|position|position title|role title|post description|post name|cost description|post item|"
    "job role|job|description of cost|cost item|item of cost|post role|post/role",
    KIND: "kind|type|line type",
    FTE: "fte|ftes|wte|wtes|no fte|no wte|fte no|wte no|no of fte|no of ftes|no of wte|number of fte|"
    "full time equivalent|full time equivalents|"
    "whole time equivalent|whole time equivalents|posts fte|fte posts|wte posts|posts wte|budgeted fte|budgeted wte|"
    "total fte|total wte|fte total|fte wte|wte fte|post fte|post wte|fte number|contracted fte|contracted wte|fte required",
    FULL_TIME: "full time hours|full time hours a week|full time hours per week|fulltime hours|standard hours|ft hours|"
    "full time equivalent hours|hours full time|full time week",
    SIZE: "posts or hours|posts or hours as stated",
    ANNUAL: "annual cost|annual|cost per year|cost a year|yearly cost|annual budget|total annual cost|cost per annum|cost pa|"
    "total annual budget|total pa|annual budget pa|"
    "annual cost including on costs|annual cost incl on costs|annual cost inc on costs|"
    "annual cost with on costs|"
    "yearly|annually|per year|total cost pa|total cost per annum|total cost per year|per annum|pa|annual total|"
    "annual total cost|annual costs",
    START: "from|start|start date|from date|starts|date from|starting|start from|commencement|commencement date|commences|"
    "date of start|in post from|planned start|planned start date|expected start|expected start date",
    END: "to|end|end date|to date|ends|date to|until|finish|end of contract|contract end|contract end date|finish date|"
    "term|duration|length|length of contract|contract length|term end",
    FULL_YEAR: "annualised|annualised cost|annualised effect|ongoing cost|ongoing annual cost|recurring cost|full year|full yr|"
    "fye|full year effect|full year equivalent|fy effect|fy cost|f/y effect|f/y cost|f/y",
    WHOLE_LIFE: "whole life|whole life cost|whole life costs|whole life sum|whole life total|total whole life cost|life cost|"
    "lifetime cost|cost over its whole life|total over years|total over all years",
    PAPERWORK: "paperwork complete|paperwork|p/work comp|p/work|p/work complete|paperwork comp|paperwork completed",
    RECRUITED: "recruited|recruited to post|rec to post|rec|recruited to|recruited fte|filled",
    COMMENT: "comment|comments|comments/notes|comments / notes|note|notes|remarks|commentary",
    COST_CENTRE: "cost centre|cost center|cc|cost centre code|cost code|costc",
    SUBJECTIVE: "subjective code|subjective|subj|subjective no|account code|account",
    ESTABLISHMENT: "establishment number|establishment no|est no|post number|post no|post id|position number|establishment|"
    "position no|position id|post ref|post reference|establishment ref|est number",
    REASON: "why stated|reason|reason stated|basis of figure",
    PAID_BY: "who pays|source|sources|funding source|funding sources|source of funding|sources of funding|source of funds|"
    "funded by|funded from|paid by|paid from|funder|funders|funding stream|funding streams|funding body|payer",
    SHARE: "share that it pays|share|funding share|share of funding|share of cost|share of the cost|share paid|share funded|"
    "percentage|percent|per cent|percentage funded|percentage share|funded percentage",
    WORDS: "words|at least about up to",
}
_NAMED = {synonym: name for name, synonyms in _SYNONYMS.items() for synonym in synonyms.split("|")}


class Hint(StrEnum):
    """What a heading says of a column that is not one of the table, or only beside another."""

    POSTS = "number of posts"
    HOURS = "hours"
    EACH = "cost of one post"
    PART = "part of the cost"
    TOTAL = "total"
    MONEY = "money"
    TEXT = "text"


_HINTS = {
    Hint.POSTS: "no of posts|number of posts|no posts|posts no|headcount|head count|heads|hc|no of staff|number of staff|staff|"
    "people|no of people|number of people|nos|quantity|qty",
    Hint.HOURS: "hours|hrs|weekly hours|hours per week|hours a week|contracted hours|hours week|hrs week|hrs per week|hours pw",
    Hint.EACH: "cost per post|cost per fte|cost per wte|unit cost|cost each|per post|each|cost per head|annual cost per post|"
    "annual cost per fte|annual cost per wte|cost per unit|rate|average cost|cost of one post|annual cost of one post",
    Hint.PART: "salary|basic|basic pay|basic salary|pay|ni|nic|employer ni|employers ni|national insurance|pension|"
    "superannuation|"
    "employer pension|employers pension|on costs|oncosts|on cost|oncost|allowances|allowance|superann|supn|apprenticeship levy|"
    "levy|pension contribution|employers ni contribution|er ni|ers ni|er pension|ers pension|gross pay|overtime|enhancements|"
    "gross salary|annual salary|total salary|part of the annual cost",
    Hint.TOTAL: "total cost|total|totals|total costs|grand total|overall total|total budget",
    Hint.MONEY: "cost|costs|amount|amounts|budget|variance|difference|increase|change|saving|savings|income|funding|bid|request|"
    "part year|part year cost|part year effect|pye|value|spend|expenditure|price|forecast|actual|outturn|movement",
    Hint.TEXT: "directorate|department|division|grade|band|scale|spine point|spinal point|spinal column point|scp|location|base|"
    "contract|contract type|employee|employee name|name|manager|line manager|status|priority|risk|ref|reference|no|row|row no|"
    "id|post holder|postholder|vacancy|perm temp|employee number|"
    "employee no|payroll number|payroll no|lead|owner|responsible|category|group|subgroup|approved by|theme|workstream|"
    "line no|recruitment|"
    "line number|item no|number|sn|s n|region|area|ofsted recommendation|recommendation|justification",
}
_HINTED = {synonym: hint for hint, synonyms in _HINTS.items() for synonym in synonyms.split("|")}
_BESIDE_FULL_YEAR = re.compile(
    r"\b(?:costs?|budget|forecast|estimate|effect|impact|total|amount|recurring|ongoing|annual|per annum|pa|in|a|the)\b"
)
_SIZE = re.compile(r"\b(?:ftes?|wtes?|(?:full|whole) time equivalents?)\b")
_BESIDE_SIZE = re.compile(
    r"\b(?:ftes?|wtes?|(?:full|whole) time equivalents?|no|nos|number|numbers|count|of|posts?|staff|headcount|est|"
    r"estimated|proposed|new|"
    r"additional|"
    r"extra|establishment|budgeted|required|requested|planned|total|the|in)\b|/"
)
_FROM_A_DAY = re.compile(r"(?:new |revised )?(.+?) (?:from|wef|with effect from|effective(?: from)?|as from) (.+)")
_BESIDE_COUNT = r"(?:(?: |\A)(?:costs?|budget|effects?|impact|estimated?|forecast|amount|spend|total|in|the|of))*"
_COUNTED = tuple(
    re.compile(rf"{_BESIDE_COUNT} ?(?:{words}){_BESIDE_COUNT}")
    for words in (
        r"(?:this|current|in|first|1st|part)(?: financial)? (?:year|yr)|(?:year|yr|y) ?(?:1|one)|pye",
        r"(?:next|following|second|2nd)(?: financial)? (?:year|yr)|(?:year|yr|y) ?(?:2|two)",
        r"(?:third|3rd)(?: financial)? (?:year|yr)|(?:year|yr|y) ?(?:3|three)",
        r"(?:fourth|4th)(?: financial)? (?:year|yr)|(?:year|yr|y) ?(?:4|four)",
        r"(?:fifth|5th)(?: financial)? (?:year|yr)|(?:year|yr|y) ?(?:5|five)",
    )
)
"""Headings that count a year, by its place."""
_ONGOING = re.compile(
    r"(?=.*\b(?:on ?going|recurring|recurrent|thereafter)\b|(?:full )?annual (?:effect|impact)|full annual)"
    r"(?:(?:\A| )(?:on ?going|recurring|recurrent|thereafter|full|annual|year|yr|yearly|pa|per annum|per year|costs?|effects?|"
    r"impact|budget|total|amount|a|in|the))+"
)
"""Headings of what a line costs in a full year that do not say so."""
_RESOURCE = re.compile(
    r"(?:(?:new|additional|proposed|requested|required|type|name|of|the|title|details?|description|job|and|or|other|costs?|"
    r"posts?|roles?|resources?|positions?|proposals?|staff|staffing|designation|phase (?:[a-z]+|\d+))(?:\Z|(?=[ /]))[ ]?|/ ?)+"
)
_FOOTNOTE = re.compile(r"[\u00b9\u00b2\u00b3\u2070-\u2079*\u2020\u2021]+|\[\d{1,2}\]")
_EMPLOYED = r"(?:(?:employers?|employer s|er|ers|gross|basic|annual|top of (?:grade|scale)|mid point|total) )*"
_HINTED_BY = (
    (
        Hint.EACH,
        re.compile(
            r"(?:(?:total|annual|average|full|unit|gross) )*(?:costs?|budget|amount|price|rate)? ?(?:per|/) ?"
            r"(?:post|fte|wte|head|person|unit|worker|each)(?: (?:pa|per annum|per year))?"
            r"|(?:unit|average|single) (?:annual )?costs?(?: per annum| pa| each)?|costs? (?:of )?(?:each|one)(?: post| fte)?"
            r"|each(?: cost)?(?: pa| per annum)?|annual cost each|costs?/(?:post|fte|wte)"
        ),
    ),
    (
        Hint.PART,
        re.compile(
            _EMPLOYED + r"(?:salary|salaries|pay|wages?|ni|nic|nics|national insurance|pensions?|superannuation|lgps|on ?costs?|"
            r"(?:apprenticeship )?levy|allowances?)(?: (?:costs?|contributions?|budget|amount|pa|per annum))*(?: [\d ]+)?"
        ),
    ),
    (
        Hint.TOTAL,
        re.compile(
            r"(?:total|full|overall)(?: (?:annual|employment|employee|staff|staffing|post|salary|pay))? (?:costs?|budget)"
            r"(?: (?:incl|including|inc|with|of) (?:employment|on costs?|oncosts?))?(?: (?:pa|per annum|per year))?"
            r"|total (?:incl|including|inc|with) (?:on costs?|oncosts?)"
        ),
    ),
    (
        Hint.POSTS,
        re.compile(
            r"(?:(?:no|nos|number|numbers|count|quantity)(?: of)? )(?:(?:new|additional|required|full time) )*"
            r"(?:posts?|staff|heads?|people|workers?|employees?)|posts (?:required|requested|needed|no|nos|number|count)"
            r"|head ?counts?(?: heads| posts)?|(?:staff|post) (?:numbers?|count)"
        ),
    ),
)


def labels(years: Sequence[FinancialYear]) -> dict[str, str]:
    """Every column that can be read, name to label, in the order they are offered."""
    before = list(LABELS)[: list(LABELS).index(FULL_YEAR)]
    after = list(LABELS)[len(before) :]
    return (
        {name: LABELS[name] for name in before}
        | {f"{FTE_OF}{year.starts_in}": f"FTE {year.label}" for year in years}
        | {f"y{year.starts_in}": year.label for year in years}
        | {name: LABELS[name] for name in after}
    )


@cache
@lru_cache(maxsize=1_024)
def is_money(name: str) -> bool:
    """Whether a column that is read holds pounds."""
    return (
        name in (ANNUAL, EACH, PART, FULL_YEAR, WHOLE_LIFE)
        or re.fullmatch(rf"y\d{{4}}|{YEAR_AT}\d|{COST_FROM}.*", name) is not None
    )


def is_cost_from(name: str) -> bool:
    """Whether a column holds the annual cost from a day on, which its name says."""
    return cost_from(name) is not None


@cache
def cost_from(name: str) -> date | None:
    """The day from which the annual cost of a column holds; None for another column."""
    try:
        return date.fromisoformat(name.removeprefix(COST_FROM)) if name.startswith(COST_FROM) else None
    except ValueError:
        return None


def label_of(name: str, years: Sequence[FinancialYear]) -> str:
    """What a column is called; a name that is none of a column, as it is."""
    day = cost_from(name)
    return f"Annual cost from {day_in_words(day)}" if day else labels(years).get(name, name)


def _plain(heading: str) -> str:
    """A heading without its unit, mark-up and punctuation."""
    text = _FOOTNOTE.sub("", UNIT.sub(" ", plain_dashes(TAGS.sub("", heading))))
    text = re.sub(r"(?<![A-Za-z])([A-Za-z])\.(?=[A-Za-z](?![A-Za-z]))", r"\1", re.sub("['’‘]", "", text))
    return re.sub(r" in\Z", "", " ".join(re.sub(r"[^a-z0-9/]+", " ", text.casefold()).split()))


def column_named(heading: str) -> str:
    """The name of the column that a heading means: y2016 for 2016/17; "" for none we know."""
    if len(heading) > LONGEST_HEADING:
        return ""
    plain = _plain(heading)
    if name := _NAMED.get(plain):
        return name
    if (match := _FROM_A_DAY.fullmatch(plain)) and _NAMED.get(match[1].strip()) == ANNUAL and (day := _day(match[2])):
        return f"{COST_FROM}{day.isoformat()}"
    if year := year_named(UNIT.sub(" ", TAGS.sub("", heading))):
        return f"y{year.starts_in}"
    if "%" in heading and plain in ("", "funded", "funding", "of funding", "of cost", "paid", "of the cost"):
        return SHARE
    if _SIZE.search(plain) and (year := year_named(_SIZE.sub(" ", plain))):
        return f"{FTE_OF}{year.starts_in}"
    if _SIZE.search(plain) and not _BESIDE_SIZE.sub(" ", plain).strip():
        return FTE
    if at := next((at for at, pattern in enumerate(_COUNTED, 1) if pattern.fullmatch(plain)), 0):
        return f"{YEAR_AT}{at}"
    if _ONGOING.fullmatch(plain):
        return FULL_YEAR
    return FULL_YEAR if " ".join(_BESIDE_FULL_YEAR.sub(" ", plain).split()) in ("full year", "full yr", "fye") else ""


def place_of_year(name: str) -> int | None:
    """The place, from 0, of the year of the programme that a name of a column counts; None for another column."""
    return int(name.removeprefix(YEAR_AT)) - 1 if name.startswith(YEAR_AT) else None


def says_resource(heading: str) -> bool:
    """Whether a heading may stand over posts and other costs where no other one does: Resource requested, New post, Details."""
    return bool(_RESOURCE.fullmatch(_plain(heading)))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except NotUnderstood:
        return None


def hint_of(heading: str) -> Hint | None:
    """What a heading says of a column that is not stored; None where it says nothing we know."""
    if len(heading) > LONGEST_HEADING:
        return None
    plain = _plain(heading)
    return _HINTED.get(plain) or next((hint for hint, pattern in _HINTED_BY if pattern.fullmatch(plain)), None)


def says_full_year(heading: str) -> bool:
    """Whether a heading speaks of a full year, whatever else it says."""
    return bool(re.search(r"\b(?:full year|full yr|fye)\b", _plain(heading)))


def is_heading(text: str) -> bool:
    """Whether a cell is one that stands over a column."""
    return bool(column_named(text) or hint_of(text))
