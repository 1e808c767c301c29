"""The columns that a block may have, and the headings that name them. Pure."""

import re
from collections.abc import Sequence

from costing.financial_year import FinancialYear, NotAFinancialYear

LONGEST_HEADING = 200

PHASE, TEAM, TITLE, KIND, FTE = "phase", "team", "title", "kind", "fte"
ANNUAL, START, END, FULL_YEAR = "annual_cost", "start", "end", "full_year"
PAPERWORK, RECRUITED, COMMENT, REASON = "paperwork", "recruited", "comment", "reason"
COST_CENTRE, SUBJECTIVE, ESTABLISHMENT = "cost_centre", "subjective_code", "establishment_number"

LABELS = {
    PHASE: "Phase",
    TEAM: "Team",
    TITLE: "Post or other cost",
    KIND: "Kind",
    FTE: "FTE",
    ANNUAL: "Annual cost",
    START: "From",
    END: "To",
    FULL_YEAR: "Full year",
    PAPERWORK: "Paperwork complete",
    RECRUITED: "Recruited",
    COMMENT: "Comment",
    COST_CENTRE: "Cost centre",
    SUBJECTIVE: "Subjective code",
    ESTABLISHMENT: "Establishment number",
    REASON: "Why stated",
}

# Every heading that names a column, as `_without_unit` leaves it.
_SYNONYMS = {
    PHASE: "phase|phase number|phase no|phase name",
    TEAM: "team|teams|service|section|team name",
    TITLE: "title|post|posts|post title|job title|description|item|line|post or other cost|post or cost|role|name of post",
    KIND: "kind|type|line type",
    FTE: "fte|ftes|no of fte|full time equivalent|number of posts|posts fte",
    ANNUAL: "annual cost|annual|cost per year|cost a year|yearly cost|annual budget|total annual cost",
    START: "from|start|start date|from date|starts|date from|starting",
    END: "to|end|end date|to date|ends|date to|until|finish|end of contract",
    FULL_YEAR: "full year|full year cost|full year effect|fye|full yr|full year budget",
    PAPERWORK: "paperwork complete|paperwork|p/work comp|p/work|p/work complete|paperwork comp|paperwork completed",
    RECRUITED: "recruited|recruited to post|rec to post|rec|recruited to|recruited fte|filled",
    COMMENT: "comment|comments|note|notes|remarks",
    COST_CENTRE: "cost centre|cost center|cc|cost centre code",
    SUBJECTIVE: "subjective code|subjective|subj|subjective no",
    ESTABLISHMENT: "establishment number|establishment no|est no|post number|post no|post id|position number|establishment",
    REASON: "why stated|reason|reason stated|basis of figure",
}
_NAMED = {synonym: name for name, synonyms in _SYNONYMS.items() for synonym in synonyms.split("|")}

TAGS = re.compile(r"</?[a-z]{1,6}>", re.IGNORECASE)
THOUSANDS = re.compile(r"[£\s(]['’‘`´]?000\s?['’‘`´]?s?\b|£\s?k\b|£\s?thousands?\b|\bthousands of pounds\b", re.IGNORECASE)
UNIT = re.compile(rf"\(?\s*(?:{THOUSANDS.pattern}|£|\bin pounds\b)\s*\)?", re.IGNORECASE)


def labels(years: Sequence[FinancialYear]) -> dict[str, str]:
    """Every column that can be read, name to label, in the order they are offered."""
    before = list(LABELS)[: list(LABELS).index(FULL_YEAR)]
    after = list(LABELS)[len(before) :]
    return (
        {name: LABELS[name] for name in before}
        | {f"y{year.starts_in}": year.label for year in years}
        | {name: LABELS[name] for name in after}
    )


def _without_unit(heading: str) -> str:
    """A heading without its unit, mark-up and punctuation."""
    text = UNIT.sub(" ", TAGS.sub("", heading))
    return " ".join(re.sub(r"[^a-z0-9/–-]+", " ", text.casefold().replace("_", " ")).split()).strip("-– ")


def column_named(heading: str) -> str:
    """The name of the column that a heading means: y2016 for 2016/17; "" for none we know."""
    if len(heading) > LONGEST_HEADING:
        return ""
    plain = _without_unit(heading)
    if name := _NAMED.get(plain.replace("-", " ")):
        return name
    year = re.sub(r"^(?:cost|budget|in|year)(?: in| of)? | (?:cost|budget|part year|total)$", "", plain)
    try:
        return f"y{FinancialYear.parse(year).starts_in}"
    except NotAFinancialYear:
        return ""
