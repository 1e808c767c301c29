"""The texts every council publishes about its service: how one is read, and what it says until the council has changed it.

Plain text: a blank line ends a paragraph, a line that starts with # is a heading, [words in square brackets] are a gap that only
the council can fill. Nothing else in it has a meaning.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_HEADING = 120  # characters


class Piece(NamedTuple):
    """Some words of a paragraph or heading; or a gap, whose words say what belongs there."""

    words: str
    is_gap: bool


class Part(NamedTuple):
    """A paragraph, or a heading."""

    is_heading: bool
    pieces: list[Piece]


_GAP = re.compile(r"\[([^\[\]]+)\]")


def parts(text: str) -> list[Part]:
    """The headings and paragraphs of a text, in order. A line break inside a paragraph is kept."""
    return [Part(is_heading, list(_pieces(words))) for is_heading, words in _blocks(text)]


def without_gaps(text: str) -> str:
    """The text as readers see it while the council has not filled every gap."""
    return _GAP.sub("to be added", text)


def gaps(text: str) -> list[str]:
    """What is still to be filled in, each said once."""
    return list(dict.fromkeys(" ".join(found.split()) for found in _GAP.findall(text)))


def long_headings(text: str) -> list[str]:
    """Headings that nobody would read as one: most likely a paragraph that begins with #."""
    return [words for is_heading, words in _blocks(text) if is_heading and len(words) > LONGEST_HEADING]


def _blocks(text: str) -> Iterator[tuple[bool, str]]:
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        heading = line.lstrip("#").strip() if line.startswith("#") else ""
        if line.lstrip("#").strip() and not heading:
            paragraph.append(line.strip())
            continue
        if paragraph:
            yield False, "\n".join(paragraph)
            paragraph = []
        if heading:
            yield True, heading


def _pieces(words: str) -> Iterator[Piece]:
    # Splitting by a group gives words, gap, words, gap ... in turn.
    for number, piece in enumerate(_GAP.split(words)):
        if piece:
            yield Piece(piece, is_gap=number % 2 == 1)


ACCESSIBILITY = """\
This statement is about Improvement Budget, the service that {name} uses to plan improvement programmes, approve their money \
and publish the decisions.

We want as many people as possible to be able to use it. You should be able to enlarge its pages to 400% without scrolling \
sideways, use them with a keyboard alone and without JavaScript, and listen to them with a screen reader.

The papers are tagged PDFs, which a screen reader can read in order. The table in a paper can also be read as text on a page \
of its own.

# How accessible this service is

The service is made to meet the Web Content Accessibility Guidelines, version 2.2, level AA.

How far it meets them, and where it does not: [result of the council’s own audit]

# If you cannot use a part of it

Tell us what you need and how you would like to receive it. We answer within [number of] working days.

E-mail: [e-mail address for accessibility]
Telephone: [telephone number for accessibility]

# If you are not content with our answer

The Equality and Human Rights Commission enforces the Public Sector Bodies (Websites and Mobile Applications) (No. 2) \
Accessibility Regulations 2018. If you are not content with how we answer, contact the Equality Advisory and Support Service \
(www.equalityadvisoryservice.com).

# How we tested it

The pages of the software are tested with axe, a program that looks for barriers, on a wide screen and on a narrow one. \
Programs find only some of them.

Tested by people: [who tested it, how and on which day]

# About this statement

Prepared on: [day]
Last reviewed on: [day of the last review]
"""

PRIVACY = """\
This notice says what {name} does with personal information in Improvement Budget, the service in which it plans improvement \
programmes, approves their money and publishes the decisions.

# Who is responsible

{name} is the controller of this information.

Our data protection officer: [e-mail address and telephone number of the data protection officer]

# What we hold, and why

About the people who use the service, we hold their name, work e-mail address, job title and offices, and what they did here \
and when. We need this to show who was asked, who decided, and in which capacity.

About posts, we hold their title, hours, cost and whether they are filled. A post is a job, not a person. The names of the \
people in posts do not belong in this service.

About visitors who only read what is published, the service keeps nothing that says who they are.

What our web servers record, and for how long: [what the council’s servers and network record]

# What allows us to

We use the information to carry out a task in the public interest and to meet our legal duties as a council: Article 6(1)(e) \
and (c) of the UK General Data Protection Regulation, with the Local Government Act 1972, the Local Government Act 2000 and \
the Openness of Local Government Bodies Regulations 2014.

# Who can see it

People at the council who have an account can see it, as far as their role allows. Everybody can read the decisions that are \
published, with the office and the name of whoever made them.

Others who receive information: [such as the company that hosts the service]

# How long we keep it

We keep records of decisions for {record_years} years from the day of the decision, and the papers behind them for \
{papers_years} years. We keep the record of who did what for as long as the decisions that it proves.

When we close the accounts of people who have left: [how soon]

# Cookies

The service sets only cookies that it cannot work without. One keeps you signed in. It ends when you sign out or close the \
browser, and after 12 hours at the latest. One protects forms against being sent by another website. One may carry a message \
from one page to the next. None of them follows you elsewhere, so we do not ask for your consent.

# Your rights

You can ask to see the information we hold about you, to have it corrected, or to object to how we use it. Contact our data \
protection officer. We answer within one month.

If you are not content with our answer, you can complain to the Information Commissioner’s Office (ico.org.uk, telephone \
0303 123 1113).
"""

CONTACT = """\
# About this service

Team: [name of the team that looks after the service]
E-mail: [e-mail address of the team]
Telephone: [telephone number of the team, and when it is answered]

# About a decision or a paper

Ask Democratic Services.

E-mail: [e-mail address of Democratic Services]
Telephone: [telephone number of Democratic Services]

# By post

{name}
Address: [postal address]
"""
