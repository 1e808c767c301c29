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

The papers are tagged PDFs, which a screen reader can read in order. Each table that was issued as a paper can also be read \
as text on a page of its own.

# How accessible this service is

The service is made to meet the Web Content Accessibility Guidelines, version 2.2, level AA. [Say whether it meets them \
fully or in part, and where it does not, as your own audit found]

# If you cannot use a part of it

Tell us what you need and how you would like to receive it.

[E-mail address and telephone number for accessibility]

We answer within [number] working days.

# If you are not content with our answer

The Equality and Human Rights Commission enforces the Public Sector Bodies (Websites and Mobile Applications) (No. 2) \
Accessibility Regulations 2018. If you are not content with how we answer, contact the Equality Advisory and Support Service \
(www.equalityadvisoryservice.com).

# How we tested it

Every page of the software is tested with axe, a program that looks for barriers, on a wide screen and on a narrow one. \
Programs find only some of them. [Say who tested the service with people or by hand, how, and on which day]

# About this statement

This statement was prepared on [day]. It was last reviewed on [day].
"""

PRIVACY = """\
This notice says what {name} does with personal information in Improvement Budget, the service in which it plans improvement \
programmes, approves their money and publishes the decisions.

# Who is responsible

{name} is the controller of this information. Our data protection officer is [name of the post, with e-mail address and \
telephone number].

# What we hold, and why

Of the people who use the service: name, e-mail address at work, job title, the offices they hold, and what they did here \
and when. We need this to show who was asked, who decided, and in which capacity.

Of posts: their title, hours, cost and whether they are filled. A post is a job, not a person, and we hold no names of the \
people in them.

Of visitors who only read what is published: nothing that says who they are. [Say what your web server or network records, \
and for how long]

# What allows us to

We use the information to carry out a task in the public interest and to meet our legal duties as a council: Article 6(1)(e) \
and (c) of the UK General Data Protection Regulation, with the Local Government Act 1972, the Local Government Act 2000 and \
the Openness of Local Government Bodies Regulations 2014.

# Who can see it

People at the council who have an account, as far as their role allows. Decisions that are published, with the office and \
the name of whoever made them, can be read by everybody. [Name everybody else who receives information, such as the company \
that hosts the service]

# How long we keep it

Records of decisions are kept for {record_years} years from the day of the decision, and the papers behind them for \
{papers_years} years. The record of who did what is kept as long as the decisions that it proves. [Say when accounts of \
people who have left are removed]

# Cookies

The service sets only cookies it cannot work without. One keeps you signed in, and ends after 12 hours or when you sign out. \
One protects forms against being sent by another website. One may carry a message from one page to the next. None of them \
follows you elsewhere, so we do not ask for your consent.

# Your rights

You can ask to see the information we hold about you, to have it corrected, or to object to how we use it. Contact our data \
protection officer. We answer within one month.

If you are not content with our answer, you can complain to the Information Commissioner’s Office (ico.org.uk, telephone \
0303 123 1113).
"""

CONTACT = """\
# About this service

[Name of the team that looks after the service]
[E-mail address]
[Telephone number, with the hours in which it is answered]

# About a decision or a paper

Ask Democratic Services at {name}.

[E-mail address and telephone number of Democratic Services]

# By post

{name}
[Postal address]
"""
