"""Reads what is typed about a line, wherever it is typed: the table of inputs, the line's own page, a pasted block, a file.

Each place turns what it was sent into a `TypedLine`, and puts each message where the person can correct it. What may be typed,
and what the parts of a line must be together, is said here and nowhere else. Nothing is guessed, shortened or clamped.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from accounts.text.rules import visible_text
from costing.bound import split
from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake, NotAnIntake, end_of_term, most_in_post, term_in_months
from costing.line_cost import Absence, Duration, NotALine
from costing.measure import WHOLE_LIFE_STORED
from costing.paying import Payer
from costing.size import PostSize, parse_part, parse_size
from costing.typed import NIL, NotUnderstood, parse_amount, parse_date, parse_recruited
from display import formats
from posts.lines.changes.rules import TypedChange, read_changes
from posts.lines.payers.rules import TypedPayer, read_payers
from posts.lines.rules import CostChange, LineState, Stated, costed
from posts.models import CostLine

LONGEST = {
    "title": 200,
    "team": 120,
    "comment": 500,
    "reason": 300,
    "cost_centre": 20,
    "subjective_code": 20,
    "establishment_number": 30,
}
"""Characters of each text; the store holds no more."""
CODES = ("cost_centre", "subjective_code", "establishment_number")
LONGEST_TERM = 600  # months
TERM_TOLERANCE = Fraction(1, 10)  # months (domain, money rule 4)
NOT_STATED = "not stated"
_NOT_STATED = (NOT_STATED, formats.NOT_STATED)  # as it is said on pages, and as papers print it

Period = tuple[Decimal | None, date | None, date | None]


class Place(NamedTuple):
    """Where a message belongs: a field; of a period its number too, and of a figure its year (None: the full year)."""

    field: str
    at: int | None = None


class TypedPeriod(NamedTuple):
    """An intake as it is typed; blank where nothing is."""

    fte: str
    start: str
    end: str


class TypedFigure(NamedTuple):
    """A figure as it is typed, and as it was shown: one that still reads so was not touched."""

    amount: str
    reason: str
    shown: str = ""
    other: str | None = None
    """What another source says; None where that is not asked, and it stays as it was."""
    other_source: str = ""


@dataclass(frozen=True)
class TypedLine:
    """What a person typed. `texts` are fields by name: one that is missing was not asked for, and stays as it was.

    `periods` by the number of their row; None where they were not asked for. `figures` by year, None the full year. Without a
    duration among the texts the dates say how long the line lasts. `position` is that of a new line in its phase.
    """

    phase: int
    texts: Mapping[str, str]
    periods: Mapping[int, TypedPeriod] | None = None
    figures: Mapping[int | None, TypedFigure] = field(default_factory=dict)
    paperwork_complete: bool = False
    position: int = 0
    changes: Mapping[int, TypedChange] | None = None
    payers: Mapping[int, TypedPayer] | None = None


@dataclass(frozen=True)
class Ground:
    """What a line is read against: the years and the basis of its programme, who types, and when."""

    years: tuple[FinancialYear, ...]
    basis: Basis
    by: int
    at: datetime


class Reading(NamedTuple):
    """The line that was typed, or None and a message for each place where it is wrong."""

    state: LineState | None
    errors: dict[Place, str]


def read_line(typed: TypedLine, original: LineState | None, ground: Ground) -> Reading:
    """Read a line that was `original` before, or a new one."""
    reader = _Reader(typed, original, ground)
    state = reader.read()
    return Reading(None if reader.errors else state, reader.errors)


def read_figures(
    figures: Mapping[int | None, TypedFigure], original: LineState | None, ground: Ground, *, credits: bool
) -> tuple[tuple[Stated, ...], dict[Place, str]]:
    """The figures that are stated, in the order of their years, and a message for each that is wrong.

    One that was not touched stays as it was, one that was cleared is calculated, one that was typed is stated and needs a reason.
    Figures of years that were not asked for stay.
    """
    before = {item.year: item for item in original.stated} if original else {}
    kept = [item for year, item in before.items() if year not in figures]
    errors: dict[Place, str] = {}
    for year, figure in figures.items():
        same, text = before.get(year), figure.amount.strip()
        try:
            reason = text_of(figure.reason, "reason")
        except NotUnderstood as error:
            errors[Place("reason", year)] = str(error)
            continue
        if not text or (text == figure.shown and not same):
            if reason and not (same and same.reason == reason):
                errors[Place("figure", year)] = "Enter the figure too, or clear the reason to have it calculated."
            if text != figure.shown or not same:
                continue
        try:
            if same and text == figure.shown:
                amount, absence, bound = same.amount, same.absence, same.bound
            else:
                amount, absence, bound = _figure(text, year, credits)
        except NotUnderstood as error:
            errors[Place("figure", year)] = str(error)
            continue
        if not reason:
            errors[Place("reason", year)] = "Give a reason for this figure, or clear it to have it calculated."
        stated = Stated(year, amount, absence, reason, ground.by, ground.at, bound, *_other(figure, year, same, errors, credits))
        if same and stated == replace(same, stated_by=ground.by, stated_at=ground.at):
            kept.append(same)
        else:
            kept.append(stated)
    return tuple(sorted(kept, key=lambda item: (item.year is None, item.year or 0))), errors


def _other(
    figure: TypedFigure, year: int | None, same: Stated | None, errors: dict[Place, str], credits: bool
) -> tuple[Decimal | None, str]:
    """What another source says and which one; a message where one of the two is missing."""
    if figure.other is None:
        return (same.other_amount, same.other_source) if same else (None, "")
    try:
        amount, source = parse_amount(figure.other, credits=credits), text_of(figure.other_source, "reason")
    except NotUnderstood as error:
        errors[Place("other", year)] = str(error)
        return None, ""
    if amount is None and source:
        errors[Place("other", year)] = "Enter what this source says, or clear its name."
    elif amount is not None and not source:
        errors[Place("other_source", year)] = "Name the source that says so, or clear the amount."
    return amount, source


def check_full_year(state: LineState) -> str:
    """Why the full-year figure that is stated cannot be one of this line; blank where it can (domain, money rule 4)."""
    stated = any(item.year is None and item.amount is not None for item in state.stated)
    if stated and state.duration != Duration.RECURRING:
        return "A line that ends has no full-year effect: write - here, or clear it."
    return ""


def text_of(text: str, name: str) -> str:
    """Text on one line, of visible characters only, not above its length. Raises NotUnderstood."""
    try:
        visible_text(text)
    except ValidationError as error:
        raise NotUnderstood(str(error.messages[0])) from None
    text = " ".join(text.split())
    if len(text) > LONGEST[name]:
        raise NotUnderstood(f"Shorten this to {LONGEST[name]} characters: it has {len(text):,}.")
    return text


def _figure(text: str, year: int | None, credits: bool) -> tuple[Decimal | None, str, str]:
    """The amount, where there is none why, and its word. In the full year a dash is no full-year effect, in a year it is nil."""
    if text.lower() in _NOT_STATED:
        if year == WHOLE_LIFE_STORED:
            raise NotUnderstood("Leave the whole life blank if no paper gives a sum for it.")
        return None, Absence.NOT_STATED.value, ""
    if year is None and text.lower() in NIL:
        return None, Absence.NO_EFFECT.value, ""
    bound, figure = split(text)
    return parse_amount(figure, credits=credits), "", bound.value if bound else ""


def _term(text: str) -> int | None:
    typed = text.strip().lower().removesuffix("months").removesuffix("month").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 6 or not 1 <= int(typed) <= LONGEST_TERM:
        raise NotUnderstood(f"Write a whole number of months from 1 to {LONGEST_TERM}, such as 18.")
    return int(typed)


class _Reader:
    """One reading: the fields, then the periods, then what they must be together."""

    def __init__(self, typed: TypedLine, original: LineState | None, ground: Ground) -> None:
        self.typed, self.original, self.ground = typed, original, ground
        self.errors: dict[Place, str] = {}

    def read(self) -> LineState:
        size: PostSize | None = self._field("fte", parse_size)
        is_post = self._is_post(size)
        counted = size.fte if size and size.can_be_recruited_to else None
        credits = not is_post or (size is not None and size.is_fewer)
        term = self._field("term_months", _term, otherwise=self.original.term_months if self.original else None)
        texts: dict[str, Any] = {name: self._text(name) for name in ("team", "comment", *CODES)}
        title = self._text("title")
        if not title:
            self._wrong("title", "Enter the name of the post or other cost.")
        state = LineState(
            phase=self.typed.phase,
            position=self.original.position if self.original else self.typed.position,
            kind=CostLine.Kind.POST.value if is_post else CostLine.Kind.OTHER.value,
            title=title,
            fte=None,
            annual_cost=self._field("annual_cost", partial(parse_amount, credits=credits)),
            duration="",
            term_months=term,
            paperwork_complete=self.typed.paperwork_complete,
            recruited_fte=self._recruited(counted) if counted or not self._has_size(size, is_post) else None,
            engaged=self._engaged(is_post) if not counted and self._has_size(size, is_post) else "",
            intakes=(),
            stated=self._stated(credits=credits),
            paid_by=self._payers(credits),
            **texts,
        )
        return self._together(state.sized(size), credits)

    def _has_size(self, size: PostSize | None, is_post: bool) -> bool:
        """Whether it is certain of the line how many posts it is: that of a post was understood."""
        return size is not None or not is_post

    def _wrong(self, name: str, message: str, at: int | None = None) -> None:
        """The first message about a place stands."""
        self.errors.setdefault(Place(name, at), message)

    def _field(self, name: str, read: Callable[[str], Any], otherwise: Any = None) -> Any:
        if name not in self.typed.texts:
            return otherwise
        try:
            return read(self.typed.texts[name])
        except NotUnderstood as error:
            self._wrong(name, str(error))
        return None

    def _text(self, name: str) -> str:
        return self._field(name, partial(text_of, name=name), getattr(self.original, name) if self.original else "") or ""

    def _is_post(self, size: PostSize | None) -> bool:
        """A line stays what it is; a new one with FTE, or with an FTE that is not stated, is a post."""
        if self.original is None:
            return size is not None or Place("fte") in self.errors
        is_post = self.original.kind == CostLine.Kind.POST
        if is_post and size is None:
            self._wrong("fte", "Enter the FTE of this post, or n/s where it is not stated.")
        if not is_post and size is not None:
            self._wrong("fte", "This is an other cost, which has no FTE. Add a post in a new row instead.")
        return is_post

    def _recruited(self, fte: Decimal | None) -> Decimal:
        try:
            return parse_recruited(self.typed.texts.get("recruited", ""), fte) or Decimal(0)
        except NotUnderstood as error:
            if fte is not None:  # without the FTE nothing certain can be said of those recruited
                self._wrong("recruited", str(error))
        return Decimal(0)

    def _engaged(self, is_post: bool) -> str:
        text = self.typed.texts.get("recruited", "").strip().lower()
        if text in ("", *NIL):
            return CostLine.Engaged.NOT_APPLICABLE.value
        if text in CostLine.Engaged.values:
            return text
        what = "This post" if is_post else "An other cost"
        self._wrong("recruited", f"{what} has no FTE to recruit to: write Yes, No or n/a.")
        return ""

    def _stated(self, *, credits: bool) -> tuple[Stated, ...]:
        stated, errors = read_figures(self.typed.figures, self.original, self.ground, credits=credits)
        self.errors |= errors
        return stated

    def _changes(self, intakes: int, credits: bool) -> tuple[CostChange, ...]:
        """What was typed of it; where it was not asked for, what is stored, if its intakes are still there."""
        if self.typed.changes is not None:
            changes, errors = read_changes(self.typed.changes, intakes, credits=credits)
            self.errors |= {Place(*of): message for of, message in errors.items()}
            return changes
        kept = self.original.cost_changes if self.original else ()
        if any(each.intake and each.intake > intakes for each in kept):
            self._wrong("start", "The annual cost of this intake changes from a day: change its dates on its own page.")
        return kept

    def _payers(self, credits: bool) -> tuple[Payer, ...]:
        """What was typed of who pays; where it was not asked for, what is stored."""
        if self.typed.payers is None:
            return self.original.paid_by if self.original else ()
        payers, errors = read_payers(self.typed.payers, credits=credits)
        self.errors |= {Place(*of): message for of, message in errors.items()}
        return payers

    def _together(self, state: LineState, credits: bool) -> LineState:
        """The line with its intakes and its duration; what its parts contradict of each other is a message."""
        if self.typed.periods is None:
            periods = dict(enumerate(self.original.intakes)) if self.original else {}
            if self.original and state.fte != self.original.fte:
                self._wrong("fte", "This line has several intakes: change its FTE on its own page.")
        else:
            periods = dict(self._periods(state.fte))
        chosen = self.typed.texts.get("duration", "")
        if state.term_months and chosen in ("", Duration.FIXED_TERM):
            periods = dict(_with_ends(periods, state.term_months))
        state = replace(state, intakes=tuple(periods.values()), cost_changes=self._changes(len(periods), credits))
        state = replace(state, duration=Duration(chosen or _as_dated(state, self.original)).value)
        if state.term_months and state.duration != Duration.FIXED_TERM:
            if "term_months" in self.typed.texts:
                self._wrong("term_months", "Only a fixed term has a length: clear this, or choose Fixed term.")
            state = replace(state, term_months=None)
        if not self.errors:
            self._check(state, list(periods), chosen=bool(chosen))
        return state

    def _periods(self, fte_of_line: Decimal | None) -> Iterator[tuple[int, Period]]:
        """The intakes that were typed, by the number of their row; rows left blank are none."""
        filled = {number: row for number, row in (self.typed.periods or {}).items() if any(text.strip() for text in row)}
        for number, row in filled.items():
            fte = self._of_period("period_fte", number, parse_part, row.fte)
            start = self._of_period("start", number, parse_date, row.start)
            end = self._of_period("end", number, partial(parse_date, month_means="last"), row.end)
            if start and end and end < start:
                words = f"The last day, {formats.long_date(end)}, is before the first, {formats.long_date(start)}."
                self._wrong("end", words, number)
            if end and not start:
                self._wrong("start", "Enter the first day too.", number)
            if fte is None and fte_of_line is not None:
                if len(filled) > 1:
                    self._wrong("period_fte", "Enter how many FTE of the line these dates are for.", number)
                fte = fte_of_line
            elif fte is not None and fte_of_line is None and not self.errors:
                self._wrong("period_fte", "The FTE of this line is not stated: clear this, or state it above.", number)
            yield number, (fte, start, end)

    def _of_period(self, name: str, number: int, read: Callable[[str], Any], text: str) -> Any:
        try:
            return read(text)
        except NotUnderstood as error:
            self._wrong(name, str(error), number)
        return None

    def _check(self, state: LineState, rows: list[int], *, chosen: bool) -> None:
        """What one field alone does not show: the line as a whole must be one that can be costed."""
        try:
            costed(state, self.ground.basis)
        except (NotALine, NotAnIntake) as error:
            if error.field == "cost":
                self.errors[Place("annual_cost")] = f"{error} Correct it, or clear the changes of the annual cost."
                return
            is_of_dates = rows and error.field == "dates"
            self.errors[Place("start", rows[min(1, len(rows) - 1)]) if is_of_dates else Place("fte")] = str(error)
            return
        if chosen:
            _CHECKS[Duration(state.duration)](self, state, rows)
        elif not self._dated_as_before(state):
            self._check_term(state, rows)
        if message := check_full_year(state):
            self._wrong("figure", message)
        if state.fte and state.intakes:
            most = most_in_post(Intake(*period) for period in state.intakes)
            if abs(most) < abs(state.fte):
                words = (
                    f"These dates put at most {formats.fte(most)} FTE in post at once, but the line has {formats.fte(state.fte)}."
                )
                self._wrong("fte", f"{words} Change one of them.")

    def _check_recurring(self, state: LineState, rows: list[int]) -> None:
        if state.intakes and all(end for _, _, end in state.intakes):
            self._wrong("end", "Every date here ends: clear the last To, or choose Fixed term.", rows[-1])

    def _check_fixed_term(self, state: LineState, rows: list[int]) -> None:
        if not state.intakes and not state.term_months:
            self._wrong("term_months", "Enter the term in months, or the dates below: a fixed term ends.")
        for row, (_, start, end) in zip(rows, state.intakes, strict=True):
            if start and not end:
                self._wrong("end", "Enter the last day, or the term in months: a fixed term ends.", row)
        self._check_term(state, rows)

    def _check_term(self, state: LineState, rows: list[int]) -> None:
        for row, (fte, start, end) in zip(rows, state.intakes, strict=True):
            if start and end and state.term_months:
                months = term_in_months(Intake(fte, start, end))
                if abs(months - state.term_months) > TERM_TOLERANCE:
                    counted = formats.fte(Decimal(months.numerator) / months.denominator)
                    words = f"These dates are {counted} months, but the term is {state.term_months}. Change one of them."
                    self._wrong("end", words, row)

    def _dated_as_before(self, state: LineState) -> bool:
        before = self.original
        return before is not None and (before.intakes, before.term_months) == (state.intakes, state.term_months)

    def _check_one_off(self, state: LineState, rows: list[int]) -> None:
        if rows and state.intakes[0][2]:
            self._wrong("end", "A one-off cost falls on one date: clear this, and keep From.", rows[0])


_CHECKS = {
    Duration.RECURRING: _Reader._check_recurring,
    Duration.FIXED_TERM: _Reader._check_fixed_term,
    Duration.ONE_OFF: _Reader._check_one_off,
}


def _with_ends(periods: Mapping[int, Period], term: int) -> Iterator[tuple[int, Period]]:
    """The periods, an end that is left blank worked out from the term in months."""
    for number, (fte, start, end) in periods.items():
        yield number, (fte, start, end_of_term(start, term) if start and not end else end)


def _as_dated(state: LineState, original: LineState | None) -> Duration:
    """One-off and a stated term without dates stay what they are; otherwise the dates say it."""
    if original and original.duration == Duration.ONE_OFF:
        return Duration.ONE_OFF
    if state.intakes:
        return Duration.FIXED_TERM if all(end for _, _, end in state.intakes) else Duration.RECURRING
    return Duration.FIXED_TERM if state.term_months else Duration.RECURRING
