"""How many posts a line is: an FTE, a number of posts, hours of a full-time week, or an FTE that nobody has stated.

What is typed and what is shown are one notation: 3; -40 for fewer posts; 2 posts; 2.5 FTE, 3 posts; 22.2 of 37 hours; n/s.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from costing.typed import MOST_FTE, NotUnderstood, parse_fte

HUNDREDTH = Decimal("0.01")
MOST_POSTS = 9_999
MOST_HOURS_A_WEEK = Decimal(168)
SHORTEST_WEEK = 20
"""Hours of a full-time week below which 18.5 of 37 must say that it is hours: 1/2 may be meant as a half."""
NOT_STATED = ("n/s", "not stated")
HINT = "3 or 0.5; -40 for fewer posts; 2 posts where no FTE is stated; 22.2 of 37 hours; or n/s"

_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{NO-BREAK SPACE}": " "})
_SIGNED = r"-? ?[0-9][0-9,]*(?:\.[0-9]+)?|-? ?\.[0-9]+|\([0-9][0-9,]*(?:\.[0-9]+)?\)"
_POSTS = re.compile(rf"(?:(?P<fte>{_SIGNED}|n/s|not stated)(?: fte)?(?:,| in) )?(?P<posts>-? ?[0-9][0-9,]*|\([0-9,]+\)) posts?")
_HOURS = re.compile(
    rf"(?P<hours>{_SIGNED})(?: hours?)?(?: a week)?(?: of |/| / )(?P<week>[0-9]+(?:\.[0-9]+)?)(?: hours?)?(?: a week)?"
)
_FTE = re.compile(rf"(?P<fte>{_SIGNED})(?: fte)?")


@dataclass(frozen=True, slots=True)
class PostSize:
    """`fte` None: not stated. `posts` where a number of posts is stated. `hours` of `week`, both a week, where the FTE follows
    from them. Fewer posts are below 0."""

    fte: Decimal | None
    posts: int | None = None
    hours: Decimal | None = None
    week: Decimal | None = None

    @property
    def is_fewer(self) -> bool:
        """Whether posts go."""
        return (self.fte or self.posts or 0) < 0

    @property
    def can_be_recruited_to(self) -> bool:
        """Whether so many of its FTE may be recruited: only where it is stated how many there are, and none go."""
        return self.fte is not None and self.fte > 0

    @property
    def is_rounded(self) -> bool:
        """Whether the FTE is not exactly what the hours come to."""
        return bool(self.hours and self.week and self.fte is not None and self.fte * self.week != self.hours)


def fte_of_hours(hours: Decimal, week: Decimal) -> Decimal:
    """FTE of so many hours of a full-time week, two places, half up and away from zero: 22.2 of 37 is 0.60."""
    return (hours / week).quantize(HUNDREDTH, ROUND_HALF_UP)


@lru_cache(maxsize=1_024)
def parse_size(text: str) -> PostSize | None:
    """The size of a post as it is typed; None where the cell is blank: no post. Raises NotUnderstood."""
    typed = " ".join(text.translate(_MINUS).split()).lower()
    if not typed:
        return None
    if typed in NOT_STATED:
        return PostSize(None)
    if match := _POSTS.fullmatch(typed):
        said = match["fte"]
        return PostSize(None if said in (None, *NOT_STATED) else _signed_fte(said), _posts(match["posts"]))
    if (match := _HOURS.fullmatch(typed)) and ("hour" in typed or Decimal(match["week"]) >= SHORTEST_WEEK):
        return _of_hours(match["hours"], match["week"])
    if match := _FTE.fullmatch(typed):
        return PostSize(_signed_fte(match["fte"]))
    parse_fte(text)  # says what is wrong with it
    raise NotUnderstood(f"Write the FTE as {HINT}.")


def shown(size: PostSize | None) -> str:
    """As `parse_size` reads it back, without idle zeros; "" for no post."""
    if size is None:
        return ""
    if size.hours is not None and size.week is not None:
        return f"{_short(size.hours)} of {_short(size.week)} hours"
    posts = "" if size.posts is None else f"{size.posts:,} post{'' if abs(size.posts) == 1 else 's'}"
    if size.fte is None:
        return posts or NOT_STATED[0]
    return f"{_short(size.fte)} FTE, {posts}" if posts else _short(size.fte)


def beside_fte(size: PostSize | None) -> str:
    """What is stated of a post instead of its FTE, or beside it: 2 posts, 22.2 of 37 hours, n/s; "" for a plain FTE."""
    if size is None:
        return ""
    if size.fte is not None and size.posts is not None:
        return shown(PostSize(None, size.posts))
    return shown(size) if size.fte is None or size.hours is not None else ""


class FteTotal(NamedTuple):
    """The FTE of lines together; `at_least`: a post among them states none, and is not included (money rule 12)."""

    fte: Decimal
    at_least: bool = False


def total_fte(sizes: Iterable[PostSize | None]) -> FteTotal:
    """The FTE of lines, fewer posts taken off; None is a line that is no post."""
    found = [size.fte for size in sizes if size is not None]
    return FteTotal(sum((fte for fte in found if fte is not None), Decimal(0)), None in found)


def total_fte_counted(counts: Mapping[PostSize | None, int]) -> FteTotal:
    """The same of so many lines of each size."""
    posts = [(size.fte, count) for size, count in counts.items() if size is not None and count]
    return FteTotal(
        sum((fte * count for fte, count in posts if fte is not None), Decimal(0)), any(fte is None for fte, _ in posts)
    )


@lru_cache(maxsize=1_024)
def parse_part(text: str) -> Decimal | None:
    """So many FTE of a line, below 0 of a line of fewer posts; blank is None. Raises NotUnderstood."""
    typed = " ".join(text.translate(_MINUS).split()).lower()
    match = _FTE.fullmatch(typed)
    return _signed_fte(match["fte"]) if match else parse_fte(text)


def _of_hours(hours: str, week: str) -> PostSize:
    negative, size = _sign(hours)
    worked, whole = Decimal(size.replace(",", "")), Decimal(week)
    if max(-worked.as_tuple().exponent, -whole.as_tuple().exponent) > 2:  # type: ignore[operator]
        raise NotUnderstood("Write hours with no more than two decimal places, such as 22.25.")
    if not 0 < whole <= MOST_HOURS_A_WEEK:
        raise NotUnderstood(f"The full-time hours are those of one week: more than 0, and not above {MOST_HOURS_A_WEEK}.")
    if not worked:
        raise NotUnderstood("The hours must be more than 0.")
    fte = fte_of_hours(worked, whole)
    if not fte:
        raise NotUnderstood(f"{_short(worked)} of {_short(whole)} hours is less than 0.01 FTE.")
    if fte > MOST_FTE:
        raise NotUnderstood(f"The FTE must not be above {MOST_FTE:,}.")
    return PostSize(-fte, None, -worked, whole) if negative else PostSize(fte, None, worked, whole)


def _sign(typed: str) -> tuple[bool, str]:
    return typed.startswith(("-", "(")), typed.strip("-() ")


def _signed_fte(typed: str) -> Decimal:
    negative, size = _sign(typed)
    fte = parse_fte(size)
    assert fte is not None  # the notation has digits
    return -fte if negative else fte


def _posts(typed: str) -> int:
    negative, size = _sign(typed)
    count = int(size.replace(",", ""))
    if not 0 < count <= MOST_POSTS:
        raise NotUnderstood(f"Write a number of posts from 1 to {MOST_POSTS:,}, or -1 and less for fewer posts.")
    return -count if negative else count


def _short(number: Decimal) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".")
