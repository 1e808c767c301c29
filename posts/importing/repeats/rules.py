"""Rows that mean one line: the same rows pasted twice, or one row for each post of a title. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from display.words import listed
from posts.importing.block.rules import Block, PastedRow, Role
from posts.importing.columns.rules import ANNUAL, END, ESTABLISHMENT, FTE, PAID_BY, RECRUITED, SHARE, START, TITLE
from posts.importing.matching.rules import spelling
from posts.importing.questions.rules import Question

_ONCE = ("once", "Pasted twice: take it once")
_ADD = ("add", "Add them into one line")
_SEVERAL = ("several", "Keep each as a line of its own")


def answer_repeats(block: Block, answers: Mapping[str, str]) -> None:
    """Ask what rows with one phase, team and title mean, and do what was answered. Rows with different numbers are different."""
    groups: dict[tuple[object, ...], list[PastedRow]] = {}
    for row in block.lines:
        if row.values.get(TITLE):
            key = (row.phase, spelling(row.team or ""), spelling(row.values[TITLE]), row.values.get(ESTABLISHMENT, ""))
            groups.setdefault(key, []).append(row)
    for rows in groups.values():
        if len(rows) > 1:
            _answer(block, rows, answers)


def _answer(block: Block, rows: list[PastedRow], answers: Mapping[str, str]) -> None:
    first, equal = rows[0], all(row.cells == rows[0].cells for row in rows)
    numbers = _listed(row.number for row in rows)
    can_add = _can_add(rows)
    if equal:
        words = f"Rows {numbers} are equal in every cell: pasted twice, or {len(rows)} posts?"
    else:
        words = f"Rows {numbers} have one phase, team and title: one line, or several?"
    options = (*([_ONCE] if equal else []), *([_ADD] if can_add else []), _SEVERAL)
    question = Question(f"row-{first.number}-repeated", words, options, first.number, TITLE)
    block.questions.append(question)
    answer = question.answer(answers) or options[0][0]
    if answer == "several":
        for count, row in enumerate(rows[1:], 2):
            row.values[TITLE] = f"{row.values[TITLE]} ({count})"
            row.said.append("Its title is told apart by its number")
        return
    for row in rows[1:]:
        row.role = Role.MERGED
        row.said = [f"Added into row {first.number}" if answer == "add" else f"Taken once, in row {first.number}"]
    if answer == "add":
        _add(rows)


def _listed(numbers: Iterable[int]) -> str:
    each = [str(number) for number in numbers]
    shown = each if len(each) <= 8 else [*each[:7], f"{len(each) - 7} more"]
    return listed(shown)


def _can_add(rows: Sequence[PastedRow]) -> bool:
    """Whether one line can cost what the rows cost: an annual cost that is the same for each FTE, or no dates that differ.

    The same sources pay for it.
    """
    if any(row.errors or row.intakes or not _is_plain(row.values.get(FTE, "")) for row in rows):
        return False
    if len({(spelling(row.values.get(PAID_BY, "")), row.values.get(SHARE, "")) for row in rows}) > 1:
        return False
    dates = {(row.values.get(START, ""), row.values.get(END, ""), row.values.get("term_months", "")) for row in rows}
    if len(dates) == 1:
        return True
    if any(row.values.get("term_months") for row in rows) or any(not row.figures.get(FTE) for row in rows):
        return False
    each = {(row.figures.get(ANNUAL) or Decimal(0)) / (row.figures[FTE] or Decimal(1)) for row in rows}
    return len(each) == 1


def _is_plain(fte: str) -> bool:
    """Whether a cell says an FTE alone, which can be added; a number of posts or hours are not."""
    return not fte or re.fullmatch(r"[\d.]+", fte) is not None


def _add(rows: list[PastedRow]) -> None:
    first = rows[0]
    for name in {name for row in rows for name in row.figures}:
        given = [figure for row in rows if (figure := row.figures.get(name)) is not None]
        first.figures[name] = sum(given, Decimal(0)) if given else None
    first.nils = frozenset(name for name in first.nils if all(name in row.nils for row in rows))
    dates: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        when = (row.values.get(START, ""), row.values.get(END, ""))
        fte = Decimal(row.values[FTE]) if row.values.get(FTE) else Decimal(0)
        dates[when] = dates.get(when, Decimal(0)) + fte
    total = sum(dates.values(), Decimal(0))
    if total:
        first.values[FTE] = f"{total:.2f}"
        first.figures[FTE] = total
    if len(dates) > 1:
        first.intakes = tuple((f"{fte:.2f}", start, end) for (start, end), fte in dates.items())
    if RECRUITED in first.values and total:
        first.values[RECRUITED] = _recruited(rows)
    first.said = [*first.said, f"Rows {_listed(row.number for row in rows)} added into one line"]


def _recruited(rows: Iterable[PastedRow]) -> str:
    """How many of the FTE of all rows are recruited: each says Yes, No or a number."""
    count = Decimal(0)
    for row in rows:
        said, fte = row.values.get(RECRUITED, "").casefold(), row.figures.get(FTE) or Decimal(0)
        number = re.match(r"\d+(?:\.\d+)?", said)
        count += fte if said in ("yes", "y", "all") else Decimal(number[0]) if number else Decimal(0)
    return f"{count:f}"
