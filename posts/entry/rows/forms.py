"""Reading what is typed into the table of posts and other costs.

One pass over all cells, no form object per row: 1,600 rows of Django forms cost 2.2 s. A cell keeps the text that was typed, so
that a wrong one comes back as it was, with its message.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError

from accounts.validators import visible_text
from costing.financial_year import FinancialYear
from costing.intake import Basis, NotAnIntake, end_of_term
from costing.line_cost import Absence, Duration, NotALine
from costing.typed import NIL, NotUnderstood, parse_amount, parse_date, parse_fte, parse_recruited
from display import formats
from posts.lines.rules import LineState, Stated, amounts_of, costed
from posts.models import CostLine, LineAmount, recruited_text

FULL_YEAR = "full_year"
TEXTS = {"title": 200, "team": 120, "comment": 500, "reason": 300}
NAMES = {
    "title": "Post or other cost",
    "team": "Team",
    "fte": "FTE",
    "annual_cost": "Annual cost",
    "start": "From",
    "end": "To",
    FULL_YEAR: "Full year",
    "paperwork": "Paperwork complete",
    "recruited": "Recruited",
    "comment": "Comment",
    "reason": "Why stated",
}


def year_field(year: FinancialYear) -> str:
    """The name of a year's cell: y2016."""
    return f"y{year.starts_in}"


def field_name(name: str) -> str:
    """What a cell is called in messages: a year's label, or its column's heading."""
    return NAMES.get(name) or FinancialYear(int(name[1:])).label


@dataclass(frozen=True)
class Frame:
    """What every row of a programme is read and shown against."""

    years: tuple[FinancialYear, ...]
    basis: Basis

    @property
    def fields(self) -> list[str]:
        """The cells of a row, in their order on screen."""
        return [
            *("title", "team", "fte", "annual_cost", "start", "end"),
            *(year_field(year) for year in self.years),
            *(FULL_YEAR, "paperwork", "recruited", "comment", "reason"),
        ]


@dataclass
class EntryRow:
    """One row of the table of inputs: what stands in its cells, what is wrong with them, and what follows from them."""

    prefix: str
    cells: dict[str, str]
    line_id: int | None = None
    version: int | None = None
    state: LineState | None = None
    errors: dict[str, str] = field(default_factory=dict)
    # Measures whose figure is stated; beside such a figure, the calculated one where it differs.
    stated: frozenset[str] = frozenset()
    calculated: dict[str, str] = field(default_factory=dict)
    conflict: "Conflict | None" = None

    @property
    def several_intakes(self) -> int:
        """How many intakes the line has, where it has more than the row's From and To can show."""
        return len(self.state.intakes) if self.state and len(self.state.intakes) > 1 else 0

    @property
    def figures(self) -> dict[str, str]:
        """The cells of its years and full year."""
        return {name: text for name, text in self.cells.items() if name == FULL_YEAR or re.fullmatch(r"y\d{4}", name)}

    @property
    def name(self) -> str:
        """What messages call the row."""
        return self.cells.get("title", "").strip()[:60] or ("this line" if self.line_id else "the new line")


@dataclass(frozen=True)
class Conflict:
    """Somebody else saved the row first. Each entry: the cell's name, original, theirs, yours, and whether the two differ."""

    rows: tuple[tuple[str, str, str, str, bool], ...]
    removed: bool = False


def shown_cells(state: LineState, amounts: Sequence[LineAmount], frame: Frame) -> dict[str, str]:
    """The text of every cell of a stored line."""
    by_year = {amount.financial_year: amount for amount in amounts}
    single = state.intakes[0] if len(state.intakes) == 1 else (None, None, None)
    reasons = [item.reason for item in state.stated]
    return {
        "title": state.title,
        "team": state.team,
        "fte": formats.fte(state.fte),
        "annual_cost": _typed_amount(state.annual_cost),
        "start": short_date(single[1]),
        "end": short_date(single[2]),
        **{year_field(year): _figure_text(by_year.get(year.starts_in)) for year in frame.years},
        FULL_YEAR: _figure_text(by_year.get(None)),
        "paperwork": "yes" if state.paperwork_complete else "",
        "recruited": recruited_text(state.fte, state.recruited_fte, state.engaged),
        "comment": state.comment,
        "reason": reasons[0] if reasons else "",
    }


def entry_row(line_id: int, version: int, state: LineState, amounts: Sequence[LineAmount], frame: Frame) -> EntryRow:
    """A stored line as a row of the table."""
    row = EntryRow(f"l{line_id}", shown_cells(state, amounts, frame), line_id, version, state)
    _explain(row, amounts, frame)
    return row


def _explain(row: EntryRow, amounts: Sequence[LineAmount], frame: Frame) -> None:
    names = {None: FULL_YEAR} | {year.starts_in: year_field(year) for year in frame.years}
    stated = [amount for amount in amounts if amount.origin == LineAmount.Origin.STATED and amount.financial_year in names]
    row.stated = frozenset(names[amount.financial_year] for amount in stated)
    row.calculated = {
        names[amount.financial_year]: formats.whole(amount.calculated)
        for amount in stated
        if amount.calculated is not None and amount.calculated != amount.amount
    }


def blank_row(phase_id: int, frame: Frame) -> EntryRow:
    """The empty row at the end of a phase, where a line is added by typing."""
    return EntryRow(f"new{phase_id}", dict.fromkeys(frame.fields, ""))


def typed_cells(data: Mapping[str, str], prefix: str, frame: Frame) -> dict[str, str]:
    """What was typed in a row's cells, line ends as one kind, nothing else changed."""
    return {name: str(data.get(f"{prefix}-{name}", "")).replace("\r\n", "\n") for name in frame.fields}


def read_row(
    typed: Mapping[str, str],
    original: LineState | None,
    shown: Mapping[str, str],
    frame: Frame,
    *,
    phase: int,
    position: int,
    by: int,
    at: datetime,
) -> tuple[LineState | None, dict[str, str]]:
    """The state a row's cells say, or None and a message for each wrong cell.

    `shown` are the cells as they were shown: a figure that still reads so was not touched, and stays calculated or stated as it
    was. A figure that was cleared is calculated; one that was typed is stated, and needs a reason.
    """
    errors: dict[str, str] = {}

    def read(name: str, reader, *arguments, **options):  # type: ignore[no-untyped-def]
        try:
            return reader(typed.get(name, ""), *arguments, **options)
        except NotUnderstood as error:
            errors[name] = str(error)
        return None

    texts = {name: _text(typed.get(name, ""), name, errors) for name in TEXTS}
    if not texts["title"]:
        errors["title"] = errors.get("title", "Enter the name of the post or other cost.")
    fte = read("fte", parse_fte)
    if original and original.kind == CostLine.Kind.POST and fte is None and "fte" not in errors:
        errors["fte"] = "Enter the FTE of this post."
    if original and original.kind == CostLine.Kind.OTHER and fte is not None:
        errors["fte"] = "This is an other cost, which has no FTE. Add a post in a new row instead."
    is_post = fte is not None or "fte" in errors
    annual_cost = read("annual_cost", parse_amount, credits=not is_post)
    state = LineState(
        phase=phase,
        team=texts["team"],
        position=original.position if original else position,
        kind=CostLine.Kind.POST.value if is_post else CostLine.Kind.OTHER.value,
        title=texts["title"],
        fte=fte,
        annual_cost=annual_cost,
        duration=Duration.RECURRING.value,
        term_months=original.term_months if original else None,
        paperwork_complete=bool(typed.get("paperwork")),
        recruited_fte=_recruited(typed, fte, errors) if is_post else None,
        engaged="" if is_post else _engaged(typed, errors),
        comment=texts["comment"],
        cost_centre=original.cost_centre if original else "",
        subjective_code=original.subjective_code if original else "",
        establishment_number=original.establishment_number if original else "",
        intakes=_intakes(typed, original, fte, errors),
        stated=(),
    )
    state = replace(state, duration=_duration(state, original).value)
    if state.duration != Duration.FIXED_TERM:
        state = replace(state, term_months=None)
    stated = _stated(typed, original, shown, frame, texts["reason"], errors, by=by, at=at, credits=not is_post)
    state = replace(state, stated=stated)
    if not errors:
        try:
            costed(state, frame.basis)
        except (NotALine, NotAnIntake) as error:
            errors["fte" if "FTE" in str(error) else "end"] = str(error)
    states_full_year = any(item.year is None and item.amount is not None for item in stated)
    if not errors and states_full_year and state.duration != Duration.RECURRING:
        errors[FULL_YEAR] = "A line that ends has no full-year effect: clear this cell, or the date in To."
    return (None if errors else state), errors


def _text(text: str, name: str, errors: dict[str, str]) -> str:
    text = " ".join(text.split()) if "\x00" not in text else text
    try:
        visible_text(text)
    except ValidationError as error:
        errors[name] = error.messages[0]
    if len(text) > TEXTS[name]:
        errors[name] = f"Shorten this to {TEXTS[name]} characters: it has {len(text):,}."
    return text


def _intakes(
    typed: Mapping[str, str], original: LineState | None, fte: Decimal | None, errors: dict[str, str]
) -> tuple[tuple[Decimal | None, date | None, date | None], ...]:
    if original and len(original.intakes) > 1:
        if fte != original.fte and "fte" not in errors:
            errors["fte"] = "This line has several intakes: change its FTE on its own page."
        return original.intakes
    start = end = None
    try:
        start = parse_date(typed.get("start", ""))
    except NotUnderstood as error:
        errors["start"] = str(error)
    try:
        end = parse_date(typed.get("end", ""), month_means="last")
    except NotUnderstood as error:
        errors["end"] = str(error)
    if start and end and end < start:
        errors["end"] = f"The last day, {formats.long_date(end)}, is before the first, {formats.long_date(start)}."
    if end and not start and "start" not in errors:
        errors["start"] = "Enter the first day too."
    if start and not end and original and original.term_months and "end" not in errors:
        end = end_of_term(start, original.term_months)  # the length of the term was stated, only its start was missing
    return ((fte, start, end),) if start else ()


def _duration(state: LineState, original: LineState | None) -> Duration:
    """One-off and a stated term without dates stay what they are; otherwise the dates say it."""
    if original and original.duration == Duration.ONE_OFF:
        return Duration.ONE_OFF
    if state.intakes:
        ends = all(end for _, _, end in state.intakes)
        return Duration.FIXED_TERM if ends else Duration.RECURRING
    return Duration.FIXED_TERM if state.term_months else Duration.RECURRING


def _recruited(typed: Mapping[str, str], fte: Decimal | None, errors: dict[str, str]) -> Decimal:
    try:
        return parse_recruited(typed.get("recruited", ""), fte) or Decimal(0)
    except NotUnderstood as error:
        if "fte" not in errors:  # without the FTE nothing certain can be said of those recruited
            errors["recruited"] = str(error)
    return Decimal(0)


def _engaged(typed: Mapping[str, str], errors: dict[str, str]) -> str:
    text = typed.get("recruited", "").strip().lower()
    if text in ("", *NIL):
        return CostLine.Engaged.NOT_APPLICABLE.value
    if text in CostLine.Engaged.values:
        return text
    errors["recruited"] = "An other cost has no FTE to recruit to: write Yes, No or n/a."
    return ""


def _stated(
    typed: Mapping[str, str],
    original: LineState | None,
    shown: Mapping[str, str],
    frame: Frame,
    reason: str,
    errors: dict[str, str],
    *,
    by: int,
    at: datetime,
    credits: bool,
) -> tuple[Stated, ...]:
    before = {item.year: item for item in original.stated} if original else {}
    # Figures of years that are not on this screen stay as they are.
    kept = [item for year, item in before.items() if year is not None and FinancialYear(year) not in frame.years]
    reason_changed = bool(before) and reason != shown.get("reason", "")
    for year in (*frame.years, None):
        name = year_field(year) if year else FULL_YEAR
        start = year.starts_in if year else None
        text = typed.get(name, "").strip()
        if text == shown.get(name, ""):
            if item := before.get(start):
                kept.append(replace(item, reason=reason, stated_by=by, stated_at=at) if reason_changed else item)
            continue
        if not text:
            continue
        try:
            amount = parse_amount(text, credits=credits)
        except NotUnderstood as error:
            errors[name] = str(error)
            continue
        no_effect = year is None and text.lower() in NIL
        absence = Absence.NO_EFFECT.value if no_effect else ""
        kept.append(Stated(start, None if no_effect else amount, absence, reason, by, at))
    if kept and not reason and "reason" not in errors:
        names = [name for name in frame.fields if name.startswith("y") or name == FULL_YEAR]
        typed_names = [field_name(n) for n in names if typed.get(n, "").strip() not in ("", shown.get(n, ""))]
        what = " and ".join(typed_names) or "these figures"
        errors["reason"] = (
            f"Say why {what} {'is' if len(typed_names) == 1 else 'are'} stated, or clear the cell to have it calculated."
        )
    return tuple(sorted(kept, key=lambda item: (item.year is None, item.year or 0)))


def calculated_cells(state: LineState, frame: Frame) -> tuple[dict[str, str], list[LineAmount]]:
    """The figures of a row as it would be shown once saved, and its amounts."""
    amounts = amounts_of(state, frame.years, frame.basis)
    cells = shown_cells(state, amounts, frame)
    return {name: cells[name] for name in cells if name.startswith("y") or name == FULL_YEAR}, amounts


def short_date(day: date | None) -> str:
    """A date as it stands in a cell: 1 Nov 2016."""
    return "" if day is None else f"{day.day} {day:%b %Y}"


def _typed_amount(amount: Decimal | None) -> str:
    return "" if amount is None else formats.whole(amount, formats.CreditStyle.MINUS)


def _figure_text(amount: LineAmount | None) -> str:
    if amount is None or (amount.amount is None and amount.absence == Absence.NOT_STATED):
        return ""
    return formats.NIL if amount.amount is None else formats.whole(amount.amount, formats.CreditStyle.MINUS)
