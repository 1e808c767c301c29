"""Figures in a text that stay tied to the table: {Phase One, 2016/17: £731k}. Pure: no store.

Between braces stands the name of a figure and, after the last colon, the value it had when somebody accepted the text. Only the
value is printed. Typed without a value, {Phase One, 2016/17}, it is filled in. Written shorter, {the total, full year: £2.3m}, it
agrees as long as the figure rounds to it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from display import formats
from reports.draft.rules.figures import NUMBER_WORDS, money_in
from reports.draft.rules.findings import Severity
from reports.draft.rules.known import Known, Of, Rank, in_pounds, phases_in_words
from reports.draft.rules.matching import Mark, Status, marks_of
from reports.draft.rules.text import Paragraph
from reports.draft.rules.years import FULL_YEAR

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_PHASE = re.compile(r"\bphase (\d+)\b")
_WORDS = {str(number): word for word, number in NUMBER_WORDS.items()}


class LiveFigure(NamedTuple):
    """A figure that a text may name: its name, how it is written now, and its amount, in pounds or as FTE."""

    name: str
    shown: str
    amount: Decimal
    is_money: bool
    is_line: bool = False
    at_least: bool = False
    """Whether it is a total over something that is not stated."""

    @property
    def notation(self) -> str:
        """How it stands in a text."""
        return f"{{{self.name}: {self.shown}}}"

    @property
    def typed(self) -> str:
        """The least that is typed for it: its value is filled in."""
        return f"{{{self.name}}}"

    def agrees_with(self, value: str) -> bool:
        """Whether the value, as exactly as it is written, is this figure."""
        if value == self.shown:
            return True
        if not self.is_money:
            return re.sub(r"\s*FTE$", "", value) == formats.fte(self.amount)
        found = money_in(value, ())
        if len(found) != 1 or (found[0].start, found[0].end) != (0, len(value)):
            return False
        least, most = found[0].covers
        return least <= self.amount <= most


@dataclass(frozen=True)
class Figures:
    """Every figure that a text may name. A name that two different figures bear is left out: it would not say which."""

    known: Known

    @cached_property
    def all(self) -> tuple[LiveFigure, ...]:
        found: dict[str, LiveFigure | None] = {}
        for figure in _figures(self.known):
            key = _key(figure.name)
            same = found.setdefault(key, figure)
            if same is not None and same.amount != figure.amount:
                found[key] = None
        return tuple(figure for figure in found.values() if figure and not set("{}:\n") & set(figure.name))

    @cached_property
    def _by_key(self) -> Mapping[str, LiveFigure]:
        return {_key(figure.name): figure for figure in self.all}

    def named(self, name: str) -> LiveFigure | None:
        """The figure of this name: capitals, spaces and a leading "the" do not matter, and phase 1 is Phase One."""
        return self._by_key.get(_key(name))

    def like(self, name: str) -> LiveFigure | None:
        """The figure whose name is nearest to what was typed; None where none is near."""
        near = get_close_matches(_key(name), self._by_key, n=1)
        return self._by_key[near[0]] if near else None


def _figures(known: Known) -> Iterator[LiveFigure]:
    for fact in known.facts:
        if fact.can_be_named:
            is_line = fact.rank in (Rank.TEAM, Rank.LINE) or bool(fact.title)
            yield _money(fact.in_words(), fact.pounds, is_line=is_line)._replace(at_least=fact.at_least)
    # Nil totals are no fact that a draft is matched with, and yet a text can say them.
    for phase in known.schedule.phases:
        numbers, total = frozenset({phase.number}), phase.total
        for basis, figure in zip(known.bases, (*total.years, total.full_year), strict=True):
            if figure.pounds == 0:
                yield _money(f"{phases_in_words(numbers)}, {basis}", figure.pounds)
    for each in known.ftes:
        if each.of is not Of.TITLE:
            is_line = each.of in (Of.TEAM, Of.LINE)
            yield LiveFigure(each.name, formats.fte(each.fte), each.fte, is_money=False, is_line=is_line)


def _money(name: str, pounds: Decimal, *, is_line: bool = False) -> LiveFigure:
    return LiveFigure(name, in_pounds(pounds), pounds, is_money=True, is_line=is_line)


def _key(name: str) -> str:
    typed = " ".join(name.casefold().split()).removeprefix("the ")  # read from: a text
    plain = typed.replace("full-year", FULL_YEAR)
    return _PHASE.sub(lambda match: f"phase {_WORDS.get(match[1], match[1])}", plain)


class Reference(NamedTuple):
    """A figure named in a text: its characters, its name, and the value that stands for it; "" where it has none."""

    start: int
    end: int
    name: str
    value: str


def references_in(text: str) -> list[Reference]:
    """Every reference of a text, in order."""
    found = []
    for match in _REFERENCE.finditer(text):
        name, colon, value = match[1].rpartition(":")
        name, value = (name, value) if colon else (value, "")
        found.append(Reference(match.start(), match.end(), " ".join(name.split()), value.strip()))
    return found


def plain(text: str) -> str:
    """The text as it is printed: of a reference, its value, or its name where it has none."""
    return _printed(text)[0]


def filled(text: str, figures: Figures) -> str:
    """The text with a value for each reference that has none. Others stay as they are."""

    def fill(reference: Reference, figure: LiveFigure | None) -> str | None:
        return None if reference.value or figure is None else figure.notation

    return _rewritten(text, figures, fill)


def brought_up_to_date(text: str, figures: Figures) -> str:
    """The text with the value of now for each reference that no longer agrees. What names no figure stays as it is."""

    def update(reference: Reference, figure: LiveFigure | None) -> str | None:
        return None if figure is None or figure.agrees_with(reference.value) else figure.notation

    return _rewritten(text, figures, update)


def _rewritten(text: str, figures: Figures, write: Callable[[Reference, LiveFigure | None], str | None]) -> str:
    pieces, at = [], 0
    for each in references_in(text):
        new = write(each, figures.named(each.name))
        pieces += [text[at : each.start], text[each.start : each.end] if new is None else new]
        at = each.end
    return "".join([*pieces, text[at:]])


def why_not(text: str, figures: Figures) -> Iterator[str]:
    """What of the references of a text cannot be accepted, in sentences."""
    for each in references_in(text):
        figure = figures.named(each.name)
        if figure is None:
            near = figures.like(each.name)
            hint = f" Did you mean {near.notation}?" if near else " The figures that can be named are listed below."
            yield f"“{each.name}” is not the name of a figure.{hint}"
        elif each.value and not figure.agrees_with(each.value):
            yield (
                f"{_capital(figure.name)}, is {figure.shown} in the table, not {each.value}. "
                "Leave out the value to have it filled in."
            )
    if set("{}") & set(_REFERENCE.sub("", text)):
        yield "A brace has no partner: name a figure between { and }, on one line."


class PieceState(StrEnum):
    """How a piece of a text stands: words, a reference, or a figure typed by hand."""

    WORDS = "words"
    AGREES = "agrees"
    CHANGED = "changed"
    GONE = "gone"
    MATCHED = "matched"
    BY_AMOUNT = "by_amount"
    NOT_FOUND = "not_found"
    WRONG = "wrong"

    @property
    def is_wrong(self) -> bool:
        return self in (PieceState.CHANGED, PieceState.GONE, PieceState.NOT_FOUND, PieceState.WRONG)

    @property
    def label(self) -> str:
        labels = {"agrees": "In the table", "changed": "Changed in the table", "gone": "No longer in the table"}
        return labels.get(self.value) or (Status(self.value).label if self is not PieceState.WORDS else "")

    @property
    def colour(self) -> str:
        """The status of the draft check whose colour and symbol it has."""
        return {"agrees": "matched", "changed": "wrong", "gone": "not_found"}.get(self.value, self.value)

    @property
    def symbol(self) -> str:
        return "" if self is PieceState.WORDS else Status(self.colour).symbol


class Piece(NamedTuple):
    """Some characters of a text as printed, how they stand, and where they are wrong, why, in a sentence.

    `is_error`: the paper must not go out so. A figure that is nowhere is one where the words say that it is in the table.
    """

    text: str
    standing: PieceState = PieceState.WORDS
    note: str = ""
    is_error: bool = False


def pieces_of(text: str, figures: Figures, *, recommended: bool = False) -> list[Piece]:
    """A text as it is printed, cut at its figures. Each reference is compared with its figure, every other with the table."""
    printed, spans = _printed(text)
    marks = marks_of(Paragraph(printed), figures.known, recommended=recommended)
    found = [(start, end, _of_reference(reference, figures, marks, start, end)) for start, end, reference in spans]
    taken = [(start, end) for start, end, _ in found]
    for mark in marks:
        if mark.status is not Status.NOT_COMPARED and not any(mark.start < end and start < mark.end for start, end in taken):
            found.append((mark.start, mark.end, _of_mark(mark)))
            taken.append((mark.start, mark.end))
    pieces, at = [], 0
    for start, end, how in sorted(found):
        pieces += [Piece(printed[at:start]), Piece(printed[start:end], *how)]
        at = end
    return [piece for piece in [*pieces, Piece(printed[at:])] if piece.text]


def _printed(text: str) -> tuple[str, list[tuple[int, int, Reference]]]:
    """The text as printed, and where its references stand in it."""
    printed, spans, at = "", [], 0
    for each in references_in(text):
        printed += text[at : each.start]
        shown = each.value or each.name
        spans.append((len(printed), len(printed) + len(shown), each))
        printed, at = printed + shown, each.end
    return printed + text[at:], spans


def _of_reference(
    reference: Reference, figures: Figures, marks: list[Mark], start: int, end: int
) -> tuple[PieceState, str, bool]:
    """How a reference stands, why, and whether that is an error."""
    figure = figures.named(reference.name)
    if figure is None:
        return PieceState.GONE, f"{_capital(reference.name)}: no figure has this name any longer.", True
    if not figure.agrees_with(reference.value):
        return PieceState.CHANGED, f"{_capital(figure.name)}: {figure.shown} now, {reference.value} in the text.", True
    # The figure is right, and the words beside it may still say another basis, or add it to one.
    wrong = [mark for mark in marks if mark.status is Status.WRONG and mark.start <= start and end <= mark.end]
    return _of_mark(wrong[0]) if wrong else (PieceState.AGREES, figure.name, False)


def _of_mark(mark: Mark) -> tuple[PieceState, str, bool]:
    return PieceState(mark.status.value), mark.note, mark.severity is Severity.ERROR


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
