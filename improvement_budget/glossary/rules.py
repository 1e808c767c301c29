"""The words of the field, each explained once: the glossary lists them, and pages explain a word where it first stands."""

import re
from typing import NamedTuple


class Term(NamedTuple):
    """A word as pages write it, in one or two sentences that stand for themselves; `more` is for the glossary alone."""

    name: str
    meaning: str
    more: str = ""
    see: tuple[str, ...] = ()
    """Names of other terms that help to understand it."""
    is_proper: bool = False
    """Whether it keeps its capital inside a sentence."""

    @property
    def slug(self) -> str:
        """Its anchor in the glossary, and how templates name it."""
        return "-".join(re.findall(r"[a-z0-9]+", self.name.lower()))

    @property
    def in_a_sentence(self) -> str:
        """Its name as it stands inside a sentence: headroom, but FTE and Part 1."""
        return self.name if self.name[1].isupper() or self.is_proper else self.name[0].lower() + self.name[1:]


TERMS = (
    Term(
        "Advice",
        "A body outside the council must be asked for its view before the decision maker signs.",
        "Its view is recorded and printed with the decision. It does not stop it.",
        ("Consent", "Scheme of delegation"),
    ),
    Term(
        "Agency cover",
        "A worker hired by the week from an agency to do the work of a post.",
        "It usually costs more than the post does. The difference is called the premium.",
        ("Post",),
    ),
    Term(
        "Agreement",
        "The named office must say yes before the decision maker can sign.",
        "If the office says no, the drawdown is returned to its author.",
        ("Consultation", "Scheme of delegation"),
    ),
    Term(
        "Authorisation",
        "Money that a decision allows to be spent, up to a limit.",
        "It says how much in which financial year or in a full year, from which funding source, for which phases, and "
        "whether the money is one-off or recurring. Nothing can be released beyond it.",
        ("Limit", "Drawdown", "Headroom"),
    ),
    Term(
        "Body",
        "Whoever decides: full council, the executive or cabinet, a committee, one councillor, one officer, or a body "
        "outside the council.",
        "The law asks for different records from each kind of body.",
        ("Decision", "Governance"),
    ),
    Term(
        "Call-in",
        "The days in which councillors who scrutinise the executive may ask for a decision to be looked at again. It "
        "takes effect only when those days have passed.",
        "The day on which the decision is published is day 0. Weekends and bank holidays are not counted.",
        ("Key decision",),
    ),
    Term(
        "Clearance",
        "Finance, legal, human resources or another office has read a section of a report and says that it may go forward.",
        "A clearance holds for the text and figures that were read. If they change, the section must be read again.",
        ("Report",),
    ),
    Term(
        "Consent",
        "A body outside the council, such as an improvement board or a commissioner, must say yes before the decision "
        "maker can sign.",
        "The clerk records its answer from a letter or minute. If it says no, the drawdown is returned to its author.",
        ("Advice", "Agreement", "Scheme of delegation"),
    ),
    Term(
        "Consultation",
        "The named office must be asked before the decision maker signs, and has some working days to answer.",
        "A different view is recorded and published with the decision. It does not stop it.",
        ("Agreement", "Scheme of delegation"),
    ),
    Term(
        "Correction",
        "A new record that says what was wrong in a published one.",
        "The earlier record stays readable and is marked as corrected.",
    ),
    Term(
        "Credit",
        "A saving, a contribution or an income: a cost below nothing, which is taken off every total.",
        "A drawdown takes it together with the costs it pays for. It makes no headroom.",
        ("Headroom", "Line"),
    ),
    Term(
        "Decision",
        "What a body or an officer has resolved, with its date, its minute and its exact words.",
        see=("Body", "Authorisation"),
    ),
    Term(
        "Deputy",
        "Somebody who may act for an office on certain days, under an authority that is recorded.",
        "Whatever a deputy signs says that they signed as a deputy, and for whom. Only a member of the council deputises for a "
        "member, and only an officer for an officer.",
        ("Office",),
    ),
    Term(
        "Drawdown",
        "A request to release authorised money for named posts and costs, and the sign-off that releases it.",
        "Money that is authorised can be spent only after a drawdown of it is signed off.",
        ("Authorisation", "Headroom"),
    ),
    Term(
        "Financial year",
        "The year in which a council accounts for its money: 1 April to 31 March, written 2016/17.",
        "Its periods are its months: P1 is April and P12 is March.",
    ),
    Term(
        "FTE",
        "Full-time equivalent. One person who works all the hours of a full-time post is 1 FTE; half of those hours are 0.5 FTE.",
    ),
    Term(
        "Full-year cost",
        "What a post or other cost comes to from April to March once it is fully in place.",
        "Something that ends, or is paid for once, has no full-year cost.",
        ("Part-year cost", "Full-year effect"),
    ),
    Term(
        "Full-year effect",
        "The full-year cost as the figure that decides who may approve it.",
        "It is added up over the whole programme, so splitting a programme into phases does not change who must approve it.",
        ("Full-year cost",),
    ),
    Term(
        "Funding source",
        "Where money comes from, such as the central contingency, a supplementary estimate, a reserve, a grant, an "
        "existing budget or a partner.",
        see=("Authorisation",),
    ),
    Term(
        "Governance",
        "How the council makes its decisions: a leader and cabinet or executive, committees, an elected mayor, or a "
        "combined authority.",
    ),
    Term(
        "Headroom",
        "The authorised limit less what has been drawn down. It is the money that can still be released.",
        "Requests that wait for a decision are shown beside it. They use headroom only when they are signed off.",
        ("Authorisation", "Limit", "Drawdown"),
    ),
    Term(
        "Intake",
        "A number of FTE who start on the same date, and end on the same date if they end. A post that is filled in "
        "stages has several intakes.",
        see=("FTE", "Post"),
    ),
    Term(
        "Key decision",
        "A decision of the executive, or of a combined authority, that costs or saves a lot of money, or changes much for "
        "people in two or more wards. "
        "It must be announced 28 days before it is made.",
        see=("Call-in",),
    ),
    Term(
        "Limit",
        "The most that an authorisation allows, in a financial year, in a full year or over its whole life. A total equal "
        "to the limit is within it.",
        see=("Authorisation",),
    ),
    Term("Line", "One row of a programme’s plan: a post, or another cost.", see=("Post", "Phase")),
    Term(
        "Not stated",
        "The source gives no figure. It is not the same as nothing, and is left out of every total.",
        "A total with such a figure in it says “at least”.",
    ),
    Term(
        "Number of posts",
        "How many posts a line is, where its source counts posts and does not say how many FTE they come to.",
        "Such a line is left out of the total of FTE, which then says “at least”.",
        ("FTE", "Not stated"),
    ),
    Term(
        "Office",
        "A position to which the power to decide belongs, such as Chief Executive or Leader of the Council.",
        "The power stays with the office when the person changes. Whoever holds it on the day is its office holder, and "
        "records name them.",
        ("Deputy",),
    ),
    Term(
        "On-costs",
        "What an employer pays on top of a salary: National Insurance, pension contributions and allowances.",
        see=("Pay point",),
    ),
    Term("One-off", "Money or a cost that comes once and does not return each year.", see=("Recurring",)),
    Term(
        "Outturn",
        "What was spent in the year. Until the year has ended it is a forecast.",
        see=("Variance",),
    ),
    Term(
        "Paperwork complete",
        "The form that sets up a post in the council’s establishment has been filled in and agreed.",
        see=("Post", "Recruited"),
    ),
    Term(
        "Part 1 and Part 2",
        "Part 1 of a meeting’s papers is public. Part 2 holds what the law allows a council to keep back, called exempt "
        "information.",
        "What may be exempt is listed in Schedule 12A to the Local Government Act 1972, Part 1, paragraphs 1 to 7.",
        is_proper=True,
    ),
    Term(
        "Part-year cost",
        "The share of a year’s cost that falls in one financial year, because a post starts or ends in it.",
        "A post of £60,000 a year that starts on 1 January costs £15,000 by 31 March.",
        ("Full-year cost",),
    ),
    Term("Pay point", "A step on the council’s pay scale, with the salary it had from a certain date.", see=("On-costs",)),
    Term(
        "Phase",
        "A dated group of posts and costs within a programme, authorised on its own. Phase One may start before the money "
        "for Phase Two is agreed.",
        see=("Programme",),
    ),
    Term(
        "Plan version",
        "The plan as it was agreed (the baseline), as it is now (the working plan), or as somebody suggests it (a proposal).",
    ),
    Term(
        "Post",
        "A job, or several like jobs, in the council’s establishment, whether or not somebody holds it. It is never the person.",
        see=("Line", "FTE"),
    ),
    Term(
        "Programme",
        "A set of work with its own plan and money, such as the council’s response to an inspection.",
        see=("Phase",),
    ),
    Term(
        "Reallocation",
        "Authorised money moved from one purpose to another by a decision of its own. It is also called virement.",
        "The total does not grow.",
        ("Authorisation",),
    ),
    Term("Recruited", "How many FTE of a post have been appointed, such as 4 of 6.", see=("FTE",)),
    Term("Recurring", "Money or a cost that comes every year until somebody decides otherwise.", see=("One-off",)),
    Term(
        "Report",
        "What is written for one meeting about a programme. It is kept as it was when it is issued.",
        see=("Clearance",),
    ),
    Term(
        "Required match",
        "The part that others must pay where a grant, or another source, pays only if they do.",
        "A grant of 70% with 30% match pays £70 where others pay £30.",
        ("Funding source", "Who pays"),
    ),
    Term(
        "Scheme of delegation",
        "Who may decide in place of a body, which offices must be asked first, and whether each must agree or be consulted.",
        see=("Agreement", "Consultation"),
    ),
    Term("Team", "The heading under which posts and costs are listed, such as Referral and Assessment.", see=("Line",)),
    Term(
        "Unfunded",
        "What a post or other cost comes to beyond what its funding sources pay.",
        see=("Who pays",),
    ),
    Term(
        "Variance",
        "The forecast less the budget. A figure above zero means more is expected to be spent than was budgeted.",
        see=("Outturn",),
    ),
    Term(
        "Who pays",
        "The funding sources of a post or other cost, each with its share, its amount for each year, or what the others leave.",
        "What a source pays is rounded to the pound, and the last source takes the rest. One that pays for some dates only pays "
        "for what falls between them.",
        ("Funding source", "Unfunded", "Required match"),
    ),
    Term(
        "Whole-life sum",
        "What a cost, limit or decision comes to over all its years together, where no single year is named.",
    ),
)

BY_SLUG = {term.slug: term for term in TERMS}
BY_NAME = {term.name: term for term in TERMS}
