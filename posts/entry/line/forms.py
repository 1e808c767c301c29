"""Reading what is typed on the page of one line: all its fields, several intakes, and a reason for each stated figure.

Every field shows and takes the words a person would type; costing.typed reads them. A wrong one comes back as it was.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from accounts.validators import visible_text
from costing.financial_year import FinancialYear
from costing.intake import Basis, Intake, NotAnIntake, end_of_term, most_in_post, term_in_months
from costing.line_cost import Absence, Duration, NotALine
from costing.typed import NIL, NotUnderstood, parse_amount, parse_date, parse_fte, parse_recruited
from display import formats
from display.forms import CarefulForm
from phases.models import Phase, Programme
from posts.entry.rows.forms import FULL_YEAR, NAMES, TEXTS, Conflict, year_field
from posts.lines.rules import LineState, Stated, costed
from posts.models import CostLine, recruited_text

BLANK_INTAKES = 3
MOST_INTAKES = 100
LONGEST_TERM = 600  # months
NOT_STATED = "not stated"
CODES = {"cost_centre": 20, "subjective_code": 20, "establishment_number": 30}
TERM_TOLERANCE = Fraction(1, 10)  # months

REQUIRED = {
    "phase": "Choose a phase of this programme.",
    "title": "Enter the name of the post or other cost.",
    "fte": "Enter the FTE of this post.",
    "duration": "Choose one of these.",
    "recruited": "Choose Yes, No or n/a.",
}

Period = tuple[Decimal | None, date | None, date | None]


class TypedField(forms.CharField):
    """A field read by one of costing.typed; what it cannot read is a message in its words."""

    def __init__(self, reader: Callable[[str], Any], *, css: str, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"class": css, "autocomplete": "off"}), **options)
        self.reader = reader

    def clean(self, value: Any) -> Any:
        if self.required and not (value or "").strip():
            raise ValidationError(self.error_messages["required"])
        try:
            return self.reader(value or "")
        except NotUnderstood as error:
            raise ValidationError(str(error)) from None


class VisibleText(forms.CharField):
    """Text on one line, of visible characters only, up to so many."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def clean(self, value: Any) -> str:
        text = str(value or "")
        visible_text(text)
        text = " ".join(text.split())
        if len(text) > self.longest:
            raise ValidationError(f"Shorten this to {self.longest} characters: it has {len(text):,}.")
        if self.required and not text:
            raise ValidationError(self.error_messages["required"])
        return text


class Team(forms.TextInput):
    """A text input that offers the teams there are."""

    def __init__(self) -> None:
        super().__init__(attrs={"list": "teams", "autocomplete": "off"})


class IntakeRow(NamedTuple):
    """The inputs of one intake; `fte` None for an other cost."""

    number: int
    fte: forms.BoundField | None
    start: forms.BoundField
    end: forms.BoundField


class FigureRow(NamedTuple):
    """The inputs that state one figure instead of having it calculated."""

    label: str
    amount: forms.BoundField
    reason: forms.BoundField


def cells_of(state: LineState) -> dict[str, str]:
    """What stands in each field for a line, as a person would type it. A blank one may be left out."""
    alone = len(state.intakes) == 1
    cells = {
        "phase": str(state.phase),
        "team": state.team,
        "title": state.title,
        "fte": formats.fte(state.fte),
        "annual_cost": _amount(state.annual_cost),
        "duration": state.duration,
        "term_months": str(state.term_months or ""),
        "paperwork_complete": "on" if state.paperwork_complete else "",
        "recruited": recruited_text(state.fte, state.recruited_fte, state.engaged) if state.fte else state.engaged,
        "comment": state.comment,
        **{code: getattr(state, code) for code in CODES},
    }
    for number, (fte, start, end) in enumerate(state.intakes):
        # One intake of all the FTE needs none of its own, and then follows the FTE of the line.
        cells[f"intake-{number}-fte"] = "" if alone and fte == state.fte else formats.fte(fte)
        cells[f"intake-{number}-from"] = formats.long_date(start)
        cells[f"intake-{number}-to"] = formats.long_date(end)
    for item in state.stated:
        cells[f"{_measure_field(item.year)}-amount"] = _stated_text(item)
        cells[f"{_measure_field(item.year)}-reason"] = item.reason
    return cells


def _measure_field(year: int | None) -> str:
    return FULL_YEAR if year is None else year_field(FinancialYear(year))


def _measure_name(year: int | None) -> str:
    return NAMES[FULL_YEAR] if year is None else FinancialYear(year).label


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else formats.whole(amount, formats.CreditStyle.MINUS)


def _stated_text(item: Stated) -> str:
    if item.amount is not None:
        return _amount(item.amount)
    return formats.NIL if item.absence == Absence.NO_EFFECT else NOT_STATED


class LineForm(CarefulForm, forms.Form):
    """All fields of one line. `state` is the line that the fields say, once the form is valid."""

    phase = forms.ChoiceField(label="Phase")
    team = VisibleText(TEXTS["team"], label="Team", required=False, widget=Team)
    title = VisibleText(TEXTS["title"], label="Post or other cost")
    duration = forms.ChoiceField(label="How long it lasts", widget=forms.RadioSelect)
    paperwork_complete = forms.BooleanField(label="Paperwork complete", required=False)
    comment = VisibleText(TEXTS["comment"], label="Comment", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        original: LineState,
        programme: Programme,
        phases: Sequence[Phase],
        by: int,
        at: datetime,
        least_intakes: int = 0,
    ) -> None:
        super().__init__(data, initial=cells_of(original))
        self.original, self.programme, self.by, self.at = original, programme, by, at
        self.is_post = original.kind == CostLine.Kind.POST
        self.state = original
        self.fields["phase"].choices = [(phase.pk, phase.name) for phase in phases]  # type: ignore[attr-defined]
        self.fields["team"].help_text = "Choose one, or type the name of a new one. Blank for a line under no team."
        self._add_cost_fields()
        filled = max(len(original.intakes), least_intakes, self._posted_intakes())
        self.intake_count = max(min(filled + BLANK_INTAKES, MOST_INTAKES), len(original.intakes))
        self._add_intake_fields()
        for measure in self.measures:
            self._add_stated_fields(measure)
        self._add_progress_fields()
        self.prepare()
        for name, message in REQUIRED.items():
            if name in self.fields:
                self.fields[name].error_messages |= {"required": message, "invalid_choice": message}

    @property
    def measures(self) -> list[int | None]:
        return [*(year.starts_in for year in self.programme.years), None]

    def _add_cost_fields(self) -> None:
        durations = [(Duration.RECURRING.value, "Recurring"), (Duration.FIXED_TERM.value, "Fixed term")]
        if not self.is_post:
            durations.append((Duration.ONE_OFF.value, "One-off"))
        self.fields["duration"].choices = durations  # type: ignore[attr-defined]
        if self.is_post:
            help_text = "The most in post at any one time, such as 3 or 0.5"
            self.fields["fte"] = TypedField(parse_fte, css="input-fte", label="FTE", help_text=help_text)
        self.fields["annual_cost"] = TypedField(
            partial(parse_amount, credits=not self.is_post),
            css="input-money",
            label="Annual cost",
            required=False,
            help_text="For all the FTE, April to March: 83,000, £83,000 or 83k"
            if self.is_post
            else "April to March, or the whole amount if it is one-off: 83,000, £83,000 or 83k. A credit as (500).",
        )
        help_text = "Where the paper gives the length of a fixed term. With a date in From, To follows from it."
        self.fields["term_months"] = TypedField(
            _term, css="govuk-input--width-3", label="Term in months", required=False, help_text=help_text
        )

    def _posted_intakes(self) -> int:
        numbers = (re.fullmatch(r"intake-(\d{1,2})-(?:fte|from|to)", name) for name in self.data)
        return max((int(match[1]) + 1 for match in numbers if match and self.data[match[0]].strip()), default=0)

    def _add_intake_fields(self) -> None:
        for number in range(self.intake_count):
            if self.is_post:
                self.fields[f"intake-{number}-fte"] = TypedField(
                    parse_fte, css="input-fte", label=f"FTE, intake {number + 1}", required=False
                )
            for name, reader in (("from", parse_date), ("to", partial(parse_date, month_means="last"))):
                label = f"{name.capitalize()}, {'intake' if self.is_post else 'period'} {number + 1}"
                self.fields[f"intake-{number}-{name}"] = TypedField(reader, css="input-date", label=label, required=False)

    def _add_stated_fields(self, measure: int | None) -> None:
        label, name = _measure_name(measure), _measure_field(measure)
        self.fields[f"{name}-amount"] = TypedField(
            partial(_stated_amount, measure=measure, credits=not self.is_post),
            css="input-money",
            label=f"{label} stated",
            required=False,
        )
        why = f"Why {label if measure else 'the full year'} is stated"
        self.fields[f"{name}-reason"] = VisibleText(TEXTS["reason"], label=why, required=False)

    def _add_progress_fields(self) -> None:
        if self.is_post:
            self.fields["recruited"] = forms.CharField(
                label="Recruited",
                required=False,
                help_text="Yes, No, or how many: 4 of 6",
                widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
            )
        else:
            self.fields["recruited"] = forms.ChoiceField(
                label="Engaged", choices=CostLine.Engaged.choices, widget=forms.RadioSelect
            )
        for code, longest in CODES.items():
            label = code.replace("_", " ").capitalize()
            attributes = {"class": "govuk-input--width-20", "autocomplete": "off"}
            self.fields[code] = VisibleText(longest, label=label, required=False, widget=forms.TextInput(attrs=attributes))

    @property
    def intakes(self) -> list[IntakeRow]:
        return [
            IntakeRow(
                number + 1,
                self[f"intake-{number}-fte"] if self.is_post else None,
                self[f"intake-{number}-from"],
                self[f"intake-{number}-to"],
            )
            for number in range(self.intake_count)
        ]

    @property
    def figures(self) -> list[FigureRow]:
        names = [(_measure_name(measure), _measure_field(measure)) for measure in self.measures]
        return [FigureRow(label, self[f"{name}-amount"], self[f"{name}-reason"]) for label, name in names]

    @property
    def codes(self) -> list[forms.BoundField]:
        return [self[code] for code in CODES]

    @property
    def typed(self) -> dict[str, str]:
        """What was typed in every field, line ends and outer spaces aside."""
        return {name: str(self.data.get(name, "")).replace("\r\n", "\n").strip() for name in self.fields}

    def conflict_with(self, theirs: LineState | None) -> Conflict:
        """Original, theirs and yours of every field that is not the same in all three; `theirs` None where the line is gone."""
        original, yours = cells_of(self.original), self.typed
        current = cells_of(theirs) if theirs else {}
        rows = []
        for name in self.fields:
            texts = (original.get(name, ""), current.get(name, ""), yours[name])
            if len(set(texts)) > 1:
                words = [self._in_words(name, text) for text in texts]
                rows.append((str(self.fields[name].label), *words, texts[1] != texts[2]))
        return Conflict(tuple(rows), removed=theirs is None)  # type: ignore[arg-type]

    def _in_words(self, name: str, text: str) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return str({str(value): label for value, label in field.choices}.get(text, text))  # type: ignore[misc, union-attr]
        return formats.yes_no(bool(text)) if isinstance(field, forms.BooleanField) else text

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        fte = cleaned.get("fte") if self.is_post else None
        state = replace(
            self.original,
            phase=int(cleaned.get("phase") or 0),
            fte=fte,
            annual_cost=cleaned.get("annual_cost"),
            duration=cleaned.get("duration", ""),
            term_months=cleaned.get("term_months"),
            recruited_fte=self._recruited(fte) if self.is_post else None,
            engaged="" if self.is_post else cleaned.get("recruited", ""),
            paperwork_complete=bool(cleaned.get("paperwork_complete")),
            intakes=(),
            stated=self._stated(),
            **{name: cleaned.get(name, "") for name in ("team", "title", "comment", *CODES)},
        )
        periods = dict(self._periods(state))
        if not self.errors:
            periods = self._with_ends(state, periods)
            state = replace(state, intakes=tuple(periods.values()))
            self._check_together(state, list(periods))
        if not self.errors:
            self.state = state
        return cleaned

    def _recruited(self, fte: Decimal | None) -> Decimal:
        try:
            return parse_recruited(self.cleaned_data.get("recruited", ""), fte) or Decimal(0)
        except NotUnderstood as error:
            if fte is not None:  # without the FTE nothing certain can be said of those recruited
                self.add_error("recruited", str(error))
        return Decimal(0)

    def _periods(self, state: LineState) -> Iterator[tuple[int, Period]]:
        """The intakes that were typed, by the number of their row; rows left blank are none."""
        rows = [n for n in range(self.intake_count) if any(self.typed.get(f"intake-{n}-{x}") for x in ("fte", "from", "to"))]
        for number in rows:
            fte, start, end = (self.cleaned_data.get(f"intake-{number}-{x}") for x in ("fte", "from", "to"))
            if start and end and end < start:
                words = f"The last day, {formats.long_date(end)}, is before the first, {formats.long_date(start)}."
                self.add_error(f"intake-{number}-to", words)
            if end and not start and f"intake-{number}-from" not in self.errors:
                self.add_error(f"intake-{number}-from", "Enter the first day too.")
            if self.is_post and fte is None and f"intake-{number}-fte" not in self.errors:
                if len(rows) > 1:
                    self.add_error(f"intake-{number}-fte", "Enter how many FTE of the line these dates are for.")
                fte = state.fte
            yield number, (fte, start, end)

    def _with_ends(self, state: LineState, periods: dict[int, Period]) -> dict[int, Period]:
        """The periods, an end that is left blank worked out from the term in months."""
        if state.duration != Duration.FIXED_TERM or not state.term_months:
            return periods
        return {
            number: (fte, start, end_of_term(start, state.term_months) if start and not end else end)
            for number, (fte, start, end) in periods.items()
        }

    def _check_together(self, state: LineState, rows: list[int]) -> None:
        """What one field alone does not show: the line as a whole must be one that can be costed."""
        try:
            costed(state, Basis(self.programme.basis))
        except (NotALine, NotAnIntake) as error:
            second = f"intake-{rows[1]}-from" if len(rows) > 1 else None
            self.add_error("fte" if "FTE are in post" in str(error) else second, str(error))
            return
        {
            Duration.RECURRING: self._check_recurring,
            Duration.FIXED_TERM: self._check_fixed_term,
            Duration.ONE_OFF: self._check_one_off,
        }[Duration(state.duration)](state, rows)
        if state.duration != Duration.FIXED_TERM and state.term_months:
            self.add_error("term_months", "Only a fixed term has a length: clear this, or choose Fixed term.")
        full = next((item for item in state.stated if item.year is None), None)
        if full and full.amount is not None and state.duration != Duration.RECURRING:
            self.add_error(f"{FULL_YEAR}-amount", "A line that ends has no full-year effect: write - here, or clear it.")
        if state.fte and state.intakes:
            most = most_in_post(Intake(*period) for period in state.intakes)
            if most < state.fte:
                words = (
                    f"These dates put at most {formats.fte(most)} FTE in post at once, but the line has {formats.fte(state.fte)}."
                )
                self.add_error("fte", f"{words} Change the one or the other.")

    def _check_recurring(self, state: LineState, rows: list[int]) -> None:
        if state.intakes and all(end for _, _, end in state.intakes):
            words = "Every date here ends: clear the last To, or choose Fixed term."
            self.add_error(f"intake-{rows[-1]}-to", words)

    def _check_fixed_term(self, state: LineState, rows: list[int]) -> None:
        if not state.intakes and not state.term_months:
            self.add_error("term_months", "Enter the term in months, or the dates below: a fixed term ends.")
        for row, (fte, start, end) in zip(rows, state.intakes, strict=True):
            if start and not end:
                self.add_error(f"intake-{row}-to", "Enter the last day, or the term in months: a fixed term ends.")
            elif start and end and state.term_months:
                months = term_in_months(Intake(fte, start, end))
                if abs(months - state.term_months) > TERM_TOLERANCE:
                    counted = formats.fte(Decimal(months.numerator) / months.denominator)
                    words = f"These dates are {counted} months, but the term is {state.term_months}."
                    self.add_error(f"intake-{row}-to", f"{words} Change the one or the other.")

    def _check_one_off(self, state: LineState, rows: list[int]) -> None:
        if rows and state.intakes[0][2]:
            self.add_error(f"intake-{rows[0]}-to", "A one-off cost falls on one date: clear this, and keep From.")

    def _stated(self) -> tuple[Stated, ...]:
        """The figures that are stated. One that was not touched keeps who stated it and when."""
        before = {item.year: item for item in self.original.stated}
        # A figure of a year outside the programme's is on no screen, and stays.
        kept = [item for year, item in before.items() if year not in self.measures]
        for measure in self.measures:
            name = _measure_field(measure)
            given, reason = self.cleaned_data.get(f"{name}-amount"), self.cleaned_data.get(f"{name}-reason", "")
            if not self.typed[f"{name}-amount"]:
                if reason:
                    self.add_error(f"{name}-amount", "Enter the figure too, or clear the reason to have it calculated.")
                continue
            if not reason and f"{name}-reason" not in self.errors:
                self.add_error(f"{name}-reason", "Say why this is stated, or clear the figure to have it calculated.")
            amount, absence = given or (None, "")
            item, same = Stated(measure, amount, absence, reason, self.by, self.at), before.get(measure)
            untouched = same and (same.amount, same.absence, same.reason) == (amount, absence, reason)
            kept.append(same if same and untouched else item)
        return tuple(sorted(kept, key=lambda item: (item.year is None, item.year or 0)))


def _term(text: str) -> int | None:
    typed = text.strip().lower().removesuffix("months").removesuffix("month").strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", typed) or not 1 <= int(typed) <= LONGEST_TERM:
        raise NotUnderstood(f"Write a whole number of months from 1 to {LONGEST_TERM}, such as 18.")
    return int(typed)


def _stated_amount(text: str, *, measure: int | None, credits: bool) -> tuple[Decimal | None, str] | None:
    """The amount and, where there is none, why. In the full year a dash is no full-year effect, in a year it is nil."""
    typed = text.strip().lower()
    if typed == NOT_STATED:
        return None, Absence.NOT_STATED.value
    if measure is None and typed in NIL:
        return None, Absence.NO_EFFECT.value
    amount = parse_amount(text, credits=credits)
    return None if amount is None else (amount, "")
