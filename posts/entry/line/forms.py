"""The page of one line as a form: all its fields, several intakes, and a reason for each stated figure.

Every field shows and takes the words a person would type; `posts.lines.reading` reads them. A wrong one comes back as it was.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms

from costing.intake import Basis
from costing.line_cost import Absence, Duration
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure, in_year, stored
from costing.size import HINT as SIZE_HINT
from costing.size import shown as size_shown
from display import formats
from display.forms import CarefulForm
from phases.models import Programme
from posts.entry.rows.forms import FEWER_AT_A_COST, Conflict
from posts.lines.cells.rules import NAMES, cell_named, figure_in_words
from posts.lines.changes.rules import MOST_CHANGES, TypedChange
from posts.lines.payers.rules import MOST_PAYERS, TypedPayer, pays
from posts.lines.reading.rules import CODES, NOT_STATED, Ground, Place, TypedFigure, TypedLine, TypedPeriod, read_line
from posts.lines.rules import LineState, Stated, is_fewer_at_a_cost
from posts.models import CostLine, recruited_text

BLANK_INTAKES = 3
MOST_INTAKES = 100

REQUIRED = {
    "phase": "Choose a phase of this programme.",
    "duration": "Choose one of these.",
    "recruited": "Choose Yes, No or n/a.",
}


class TypedField(forms.CharField):
    """A text as it is typed: what it means is read with the whole line, so nothing is checked or changed here."""

    def __init__(self, *, css: str = "", widget: forms.Widget | None = None, **options: Any) -> None:
        widget = widget or forms.TextInput(attrs={"class": css, "autocomplete": "off"})
        super().__init__(widget=widget, **{"required": False} | options)

    def clean(self, value: Any) -> str:
        return str(value or "")


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


class ChangeRow(NamedTuple):
    """The inputs of one change of the annual cost."""

    number: int
    starts: forms.BoundField
    annual_cost: forms.BoundField
    intake: forms.BoundField


class PayerRow(NamedTuple):
    """The inputs of one funding source that pays for the line."""

    number: int
    source: forms.BoundField
    pays: forms.BoundField
    starts: forms.BoundField
    ends: forms.BoundField


class FigureRow(NamedTuple):
    """The inputs that state one figure instead of having it calculated."""

    label: str
    amount: forms.BoundField
    reason: forms.BoundField
    other: forms.BoundField
    other_source: forms.BoundField


def cells_of(state: LineState) -> dict[str, str]:
    """What stands in each field for a line, as a person would type it. A blank one may be left out."""
    alone = len(state.intakes) == 1
    cells = {
        "phase": str(state.phase),
        "team": state.team,
        "title": state.title,
        "fte": size_shown(state.size),
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
    for number, change in enumerate(state.cost_changes):
        cells[f"change-{number}-from"] = formats.long_date(change.starts)
        cells[f"change-{number}-cost"] = _amount(change.annual_cost)
        cells[f"change-{number}-intake"] = str(change.intake or "")
    for number, payer in enumerate(state.paid_by):
        cells[f"payer-{number}-source"] = str(payer.source)
        cells[f"payer-{number}-pays"] = pays(payer)
        cells[f"payer-{number}-from"] = formats.long_date(payer.starts)
        cells[f"payer-{number}-to"] = formats.long_date(payer.ends)
    for item in state.stated:
        cells[f"{_measure_field(stored(item.year))}-amount"] = _stated_text(item)
        cells[f"{_measure_field(stored(item.year))}-reason"] = item.reason
        cells[f"{_measure_field(stored(item.year))}-other"] = _amount(item.other_amount)
        cells[f"{_measure_field(stored(item.year))}-other_source"] = item.other_source
    return cells


def _measure_field(measure: Measure) -> str:
    return cell_named(measure.financial_year)


def _measure_name(measure: Measure) -> str:
    return measure.label if measure.year else NAMES[_measure_field(measure)]


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else formats.whole(amount, formats.CreditStyle.MINUS)


def _stated_text(item: Stated) -> str:
    if item.amount is not None:
        return f"{item.bound} {_amount(item.amount)}".strip()
    return formats.NIL if item.absence == Absence.NO_EFFECT else NOT_STATED


class LineForm(CarefulForm, forms.Form):
    """All fields of one line. `state` is the line that the fields say, once the form is valid."""

    phase = forms.ChoiceField(label="Phase")
    team = TypedField(label="Team", widget=Team())
    title = TypedField(label="Post or other cost")
    duration = forms.ChoiceField(label="How long it lasts", widget=forms.RadioSelect)
    paperwork_complete = forms.BooleanField(label="Paperwork complete", required=False)
    comment = TypedField(label="Comment", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        original: LineState,
        programme: Programme,
        by: int,
        at: datetime,
        least_intakes: int = 0,
    ) -> None:
        super().__init__(data, initial=cells_of(original))
        self.original, self.programme, self.by, self.at = original, programme, by, at
        self.is_post = original.kind == CostLine.Kind.POST
        self.state = original
        self.fields["phase"].choices = [(phase.pk, phase.name) for phase in programme.phases.order_by("number")]  # type: ignore[attr-defined]
        self.fields["team"].help_text = "Choose one, or type the name of a new one. Blank for a line under no team."
        self._add_cost_fields()
        filled = max(len(original.intakes), least_intakes, self._posted("intake"))
        self.intake_count = max(min(filled + BLANK_INTAKES, MOST_INTAKES), len(original.intakes))
        self._add_intake_fields()
        self.change_count = max(
            min(max(len(original.cost_changes), self._posted("change")) + 2, MOST_CHANGES), len(original.cost_changes)
        )
        self._add_change_fields()
        self.payer_count = max(min(max(len(original.paid_by), self._posted("payer")) + 2, MOST_PAYERS), len(original.paid_by))
        self._add_payer_fields()
        for measure in self.measures:
            self._add_stated_fields(measure)
        self._add_progress_fields()
        self.prepare()
        for name, message in REQUIRED.items():
            if name in self.fields:
                self.fields[name].error_messages |= {"required": message, "invalid_choice": message}

    @property
    def measures(self) -> list[Measure]:
        """Those of the programme, and what is stated of other years."""
        stated = {stored(item.year) for item in self.original.stated}
        return sorted({*map(in_year, self.programme.years), *stated, FULL_YEAR, WHOLE_LIFE})

    @property
    def question(self) -> str:
        """What is asked of a line that is stored as typed, and may be meant otherwise; blank where nothing is."""
        return FEWER_AT_A_COST if is_fewer_at_a_cost(self.original) else ""

    def _add_cost_fields(self) -> None:
        durations = [(Duration.RECURRING.value, "Recurring"), (Duration.FIXED_TERM.value, "Fixed term")]
        if not self.is_post:
            durations.append((Duration.ONE_OFF.value, "One-off"))
        self.fields["duration"].choices = durations  # type: ignore[attr-defined]
        if self.is_post:
            help_text = f"The most in post at any one time: {SIZE_HINT}"
            self.fields["fte"] = TypedField(css="govuk-input--width-10", label="FTE", help_text=help_text)
        self.fields["annual_cost"] = TypedField(
            css="input-money",
            label="Annual cost",
            help_text="For all the FTE, April to March: 83,000, £83,000 or 83k"
            if self.is_post
            else "April to March, or the whole amount if it is one-off: 83,000, £83,000 or 83k. A credit as (500).",
        )
        help_text = "Where the paper gives the length of a fixed term. With a date in From, To follows from it."
        self.fields["term_months"] = TypedField(css="govuk-input--width-3", label="Term in months", help_text=help_text)

    def _posted(self, what: str) -> int:
        numbers = (re.fullmatch(rf"{what}-(\d{{1,2}})-(?:fte|from|to|cost|intake|source|pays)", name) for name in self.data)
        return max((int(match[1]) + 1 for match in numbers if match and self.data[match[0]].strip()), default=0)

    def _add_intake_fields(self) -> None:
        for number in range(self.intake_count):
            if self.is_post:
                self.fields[f"intake-{number}-fte"] = TypedField(css="input-fte", label=f"FTE, intake {number + 1}")
            for name in ("from", "to"):
                label = f"{name.capitalize()}, {'intake' if self.is_post else 'period'} {number + 1}"
                self.fields[f"intake-{number}-{name}"] = TypedField(css="input-date", label=label)

    def _add_change_fields(self) -> None:
        for number in range(self.change_count):
            of = f"change {number + 1}"
            self.fields[f"change-{number}-from"] = TypedField(css="input-date", label=f"From, {of}")
            self.fields[f"change-{number}-cost"] = TypedField(css="input-money", label=f"Annual cost, {of}")
            self.fields[f"change-{number}-intake"] = TypedField(css="input-fte", label=f"Intake, {of}")

    def _add_payer_fields(self) -> None:
        sources = list(self.programme.funding_sources.values_list("pk", "name"))
        self.has_sources = bool(sources)
        for number in range(self.payer_count):
            of = f"row {number + 1}"
            source = forms.ChoiceField(label=f"Funding source, {of}", required=False, choices=[("", "Not named"), *sources])
            source.error_messages["invalid_choice"] = "Choose a funding source of this programme."
            self.fields[f"payer-{number}-source"] = source
            self.fields[f"payer-{number}-pays"] = TypedField(css="input-date", label=f"Pays, {of}")
            self.fields[f"payer-{number}-from"] = TypedField(css="input-date", label=f"From, {of}")
            self.fields[f"payer-{number}-to"] = TypedField(css="input-date", label=f"To, {of}")

    def _add_stated_fields(self, measure: Measure) -> None:
        label, name = _measure_name(measure), _measure_field(measure)
        self.fields[f"{name}-amount"] = TypedField(css="input-money", label=f"{label}, typed")
        why = f"Reason for {figure_in_words(measure.financial_year)}"
        self.fields[f"{name}-reason"] = TypedField(label=why)
        self.fields[f"{name}-other"] = TypedField(css="input-money", label=f"{label}, as another source says")
        self.fields[f"{name}-other_source"] = TypedField(label="Which source, for " + figure_in_words(measure.financial_year))

    def _add_progress_fields(self) -> None:
        if self.is_post:
            self.fields["recruited"] = TypedField(
                css="govuk-input--width-10", label="Recruited", help_text="Yes, No, or how many: 4 of 6"
            )
        else:
            self.fields["recruited"] = forms.ChoiceField(
                label="Engaged", choices=CostLine.Engaged.choices, widget=forms.RadioSelect
            )
        for code in CODES:
            label = code.replace("_", " ").capitalize()
            self.fields[code] = TypedField(css="govuk-input--width-20", label=label)

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
    def changes(self) -> list[ChangeRow]:
        names = ("from", "cost", "intake")
        return [
            ChangeRow(number + 1, *(self[f"change-{number}-{name}"] for name in names)) for number in range(self.change_count)
        ]

    @property
    def payers(self) -> list[PayerRow]:
        names = ("source", "pays", "from", "to")
        return [PayerRow(number + 1, *(self[f"payer-{number}-{name}"] for name in names)) for number in range(self.payer_count)]

    @property
    def figures(self) -> list[FigureRow]:
        names = [(_measure_name(measure), _measure_field(measure)) for measure in self.measures]
        parts = ("amount", "reason", "other", "other_source")
        return [FigureRow(label, *(self[f"{name}-{part}"] for part in parts)) for label, name in names]

    @property
    def codes(self) -> list[forms.BoundField]:
        return [self[code] for code in CODES]

    @property
    def typed(self) -> dict[str, str]:
        """What was typed in every field, line ends and outer spaces aside."""
        return {name: str(self.data.get(name, "")).replace("\r\n", "\n").strip() for name in self.fields}

    def beside(self, theirs: LineState | None, is_known: bool) -> tuple[dict[str, str], Conflict]:
        """What was typed, put into the line as somebody else saved it since, field by field; and what both changed differently.

        `theirs` None where the line is gone: then every field that is filled is shown. What was made on a version that never was
        clashes wherever it differs.
        """
        original, current = cells_of(self.original), cells_of(theirs) if theirs else {}
        mine = {name: text for name, text in self.typed.items() if text != original.get(name, "") or theirs is None}
        clashes = [
            (str(self.fields[name].label), *(self._in_words(name, text) for text in texts))
            for name, text in mine.items()
            if (texts := (original.get(name, ""), current.get(name, ""), text))
            and (text if theirs is None else texts[1] != text and (texts[0] != texts[1] or not is_known))
        ]
        found = {name: mine.get(name, current.get(name, "")) for name in self.fields}
        return found, Conflict(tuple(clashes), removed=theirs is None)  # type: ignore[arg-type]

    def _in_words(self, name: str, text: str) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return str({str(value): label for value, label in field.choices}.get(text, text))  # type: ignore[misc, union-attr]
        return formats.yes_no(bool(text)) if isinstance(field, forms.BooleanField) else text

    def clean(self) -> dict[str, Any]:
        state, errors = read_line(self._typed_line(), self.original, self._ground())
        for place, message in errors.items():
            name = _field_of(place)
            if name not in self.errors:
                self.add_error(name, message)
        if state and not self.errors:
            self.state = state
        return self.cleaned_data

    def _ground(self) -> Ground:
        return Ground(self.programme.years, Basis(self.programme.basis), self.by, self.at)

    def _typed_line(self) -> TypedLine:
        typed, shown = self.typed, cells_of(self.original)
        names = ("title", "team", "comment", "annual_cost", "term_months", "recruited", *CODES)
        texts = {name: typed[name] for name in (*names, *(["fte"] if self.is_post else []))}
        if "duration" in self.cleaned_data:
            texts["duration"] = self.cleaned_data["duration"]
        fields = {number: [f"intake-{number}-{name}" for name in ("fte", "from", "to")] for number in range(self.intake_count)}
        return TypedLine(
            phase=int(self.cleaned_data.get("phase") or 0),
            texts=texts,
            periods={number: TypedPeriod(*(typed.get(name, "") for name in names)) for number, names in fields.items()},
            figures={measure.financial_year: self._typed_figure(_measure_field(measure), shown) for measure in self.measures},
            paperwork_complete=bool(self.cleaned_data.get("paperwork_complete")),
            changes={
                number: TypedChange(*(typed.get(f"change-{number}-{name}", "") for name in ("from", "cost", "intake")))
                for number in range(self.change_count)
            },
            payers={
                number: TypedPayer(*(typed.get(f"payer-{number}-{name}", "") for name in ("source", "pays", "from", "to")))
                for number in range(self.payer_count)
            },
        )

    def _typed_figure(self, name: str, shown: Mapping[str, str]) -> TypedFigure:
        typed = (self.typed[f"{name}-amount"], self.typed[f"{name}-reason"], shown.get(f"{name}-amount", ""))
        return TypedFigure(*typed, self.typed[f"{name}-other"], self.typed[f"{name}-other_source"])


def _field_of(place: Place) -> str:
    """The field in which a message about a place stands."""
    if place.field in ("figure", "reason", "other", "other_source"):
        return f"{_measure_field(stored(place.at))}-{'amount' if place.field == 'figure' else place.field}"
    for of in ("change", "payer"):
        if place.field.startswith(f"{of}_"):
            return f"{of}-{place.at}-{place.field.removeprefix(f'{of}_')}"
    of_period = {"period_fte": "fte", "start": "from", "end": "to"}
    return f"intake-{place.at}-{of_period[place.field]}" if place.field in of_period else place.field
