"""Rows that mean one line: the same rows pasted twice, or one row for each post of a title. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from display.words import listed
from posts.importing.block.rules import Block, PastedRow, Role
from posts.importing.columns.rules import ANNUAL, END, ESTABLISHMENT, FTE, PAID_BY, RECRUITED, SHARE, START, TITLE, is_money
from posts.importing.matching.rules import spelling
from posts.importing.questions.rules import Question

_ONCE = ("once", "Pasted twice: take it once")
_ADD = ("add", "Add them into one line")
_SHARED = "shared", "shared_fte"
"""One line that the sources of all rows pay for: their FTE added, or the FTE that each of them repeats."""
_SEVERAL = ("several", "Keep each as a line of its own")


_HOW_MUCH = re.compile(r"\d ?%|per ?cent|£|\d ?/ ?\d|\b(?:rest|remainder|balance)\b|;", re.IGNORECASE)
_LARGEST = 999_999  # of a fraction that a cell of who pays may hold


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
    shares = _shares(block, rows)
    options = (*([_ONCE] if equal else []), *([_ADD] if can_add else []), *_offers(rows, shares), _SEVERAL)
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
        row.said = [f"Taken once, in row {first.number}" if answer == "once" else f"Added into row {first.number}"]
    if answer != "once":
        each, fte = {name: first.values[name] for name in (FTE, RECRUITED) if name in first.values}, first.figures.get(FTE)
        _add(rows)
        if answer == _SHARED[1]:
            first.values |= each
            first.figures[FTE] = fte
        if answer in _SHARED:
            first.values[PAID_BY] = first.cells[block.columns.index(PAID_BY)] = "; ".join(shares)
            first.values.pop(SHARE, None)


def _listed(numbers: Iterable[int]) -> str:
    each = [str(number) for number in numbers]
    shown = each if len(each) <= 8 else [*each[:7], f"{len(each) - 7} more"]
    return listed(shown)


def _can_add(rows: Sequence[PastedRow]) -> bool:
    """Whether one line can cost what the rows cost: an annual cost that is the same for each FTE, or no dates that differ.

    The same sources pay for it.
    """
    if not _are_plain(rows):
        return False
    if len({(spelling(row.values.get(PAID_BY, "")), row.values.get(SHARE, "")) for row in rows}) > 1:
        return False
    if _dated_alike(rows):
        return True
    if any(row.values.get("term_months") for row in rows) or any(not row.figures.get(FTE) for row in rows):
        return False
    each = {(row.figures.get(ANNUAL) or Decimal(0)) / (row.figures[FTE] or Decimal(1)) for row in rows}
    return len(each) == 1


def _are_plain(rows: Sequence[PastedRow]) -> bool:
    return not any(row.errors or row.intakes or row.bounds or not _is_plain(row.values.get(FTE, "")) for row in rows)


def _dated_alike(rows: Sequence[PastedRow]) -> bool:
    return len({(row.values.get(START, ""), row.values.get(END, ""), row.values.get("term_months", "")) for row in rows}) == 1


def _shares(block: Block, rows: Sequence[PastedRow]) -> list[str]:
    """Who would pay for one line of rows with a source each: "Grant 3/5". None where no share could say what every row costs."""
    sources = [row.values.get(PAID_BY, "") for row in rows]
    alone = (
        all(sources)
        and not any(_HOW_MUCH.search(name) for name in sources)
        and len({spelling(name) for name in sources}) == len(rows)
    )
    if not alone or any(row.values.get(SHARE) for row in rows) or not _are_plain(rows) or not _dated_alike(rows):
        return []
    names = [name for name in block.columns if is_money(name) and any(row.figures.get(name) for row in rows)]
    found = {tuple(_parts([row.figures.get(name) or Decimal(0) for row in rows])) for name in names}
    if len(found) != 1:
        return []
    (parts,) = found
    if any(part <= 0 or part.denominator > _LARGEST for part in parts):
        return []
    return [f"{name} {part.numerator}/{part.denominator}" for name, part in zip(sources, parts, strict=True)]


def _parts(figures: Sequence[Decimal]) -> list[Fraction]:
    whole = Fraction(sum(figures, Decimal(0)))
    return [Fraction(figure) / whole if whole else Fraction(0) for figure in figures]


def _offers(rows: Sequence[PastedRow], shares: Sequence[str]) -> list[tuple[str, str]]:
    """One line that all sources pay for. Where each row says the same FTE, it may be that of each or of the one post."""
    if not shares:
        return []
    each = [row.figures.get(FTE) for row in rows]
    total = sum((fte for fte in each if fte), Decimal(0))
    who = listed(shares)
    if not total:
        return [(_SHARED[0], f"One line: {who}")]
    added = (_SHARED[0], f"One line of {total.normalize():f} FTE: {who}")
    same = len(set(each)) == 1 and each[0] is not None
    return [added, *([(_SHARED[1], f"One line of {each[0].normalize():f} FTE: {who}")] if same and each[0] else [])]


def _is_plain(fte: str) -> bool:
    """Whether a cell says an FTE alone, which can be added; a number of posts or hours are not."""
    return not fte or re.fullmatch(r"[\d.]+", fte) is not None


def _add(rows: list[PastedRow]) -> None:
    first, recruited = rows[0], _recruited(rows)
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
        first.values[RECRUITED] = recruited
    first.said = [*first.said, f"Rows {_listed(row.number for row in rows)} added into one line"]


def _recruited(rows: Iterable[PastedRow]) -> str:
    """How many of the FTE of all rows are recruited: each says Yes, No or a number."""
    count = Decimal(0)
    for row in rows:
        said, fte = row.values.get(RECRUITED, "").casefold(), row.figures.get(FTE) or Decimal(0)
        number = re.match(r"\d+(?:\.\d+)?", said)
        count += fte if said in ("yes", "y", "all") else Decimal(number[0]) if number else Decimal(0)
    return f"{count:f}"
