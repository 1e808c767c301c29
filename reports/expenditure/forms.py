"""What a reader may choose of the committee table."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Council
from costing.financial_year import FinancialYear
from costing.money import Rounding, Unit
from phases.models import Programme
from phases.programmes.models import LEFT_OUT_OF_A_TABLE
from reports.requests.rules import TableRequest
from reports.table.queries import Options, usual_options

UNITS = [(unit.value, unit.label) for unit in (Unit.THOUSANDS, Unit.TENTHS, Unit.POUNDS)]


class OptionsForm(forms.Form):
    """Unit, rounding rule and years of the committee table, from the address. What is not chosen is the council's setting."""

    unit = forms.ChoiceField(label="Figures in", choices=UNITS, required=False)
    rounding = forms.ChoiceField(
        label="Totals are",
        choices=[
            (Rounding.SUM_OF_ROUNDED, "the sum of the rounded lines"),
            (Rounding.ROUNDED_SUM, "the exact total, rounded"),
        ],
        required=False,
    )
    years = forms.TypedMultipleChoiceField(
        label="Financial years", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    total = forms.TypedChoiceField(
        label="Column of totals",
        choices=[("yes", "Shown"), ("no", "Only where the years leave something out")],
        coerce=lambda word: word == "yes",
        required=False,
    )

    fte = forms.TypedChoiceField(
        label="FTE of each year",
        choices=[("no", "Not shown"), ("yes", "Shown")],
        coerce=lambda word: word == "yes",
        required=False,
    )

    without = forms.MultipleChoiceField(
        label="Leave out", choices=LEFT_OUT_OF_A_TABLE, required=False, widget=forms.CheckboxSelectMultiple
    )
    columns = forms.CharField(required=False, widget=forms.HiddenInput)
    """Sent with the boxes of `without`, where none may be ticked: else they are as the programme's papers have them."""

    def __init__(self, data: Any, *, programme: Programme, council: Council) -> None:
        self.usual = usual_options(programme, council)
        chosen = {
            "unit": self.usual.unit.value,
            "rounding": self.usual.rounding.value,
            "years": [year.starts_in for year in self.usual.years],
            "total": "yes" if self.usual.total else "no",
            "fte": "yes" if self.usual.fte_by_year else "no",
            "without": [] if "columns" in data else list(self.usual.without),
            "columns": "chosen",
        }
        several = ("years", "without")
        chosen |= {name: data.getlist(name) if name in several else data.get(name) for name in chosen if name in data}
        super().__init__(chosen)
        self.fields["years"].choices = [(year.starts_in, year.label) for year in programme.years]  # type: ignore[attr-defined]
        self.fields["years"].error_messages["invalid_choice"] = "%(value)s is not a financial year of this programme."

    def options(self) -> Options:
        """The choice made; the council's settings where it is not valid."""
        if not self.is_valid():
            return self.usual
        years = self.cleaned_data["years"] or [year.starts_in for year in self.usual.years]
        return Options(
            Unit(self.cleaned_data["unit"] or self.usual.unit),
            Rounding(self.cleaned_data["rounding"] or self.usual.rounding),
            tuple(FinancialYear(year) for year in sorted(years)),
            bool(self.cleaned_data["total"]),
            bool(self.cleaned_data["fte"]),
            tuple(self.cleaned_data["without"]),
        )

    def request(self, annexes: Sequence[str]) -> TableRequest:
        """The same choice, to be drawn in the background with these annexes."""
        chosen = self.options()
        years = () if chosen.years == self.usual.years else tuple(year.starts_in for year in chosen.years)
        return TableRequest(chosen.unit, chosen.rounding, years, tuple(annexes), chosen.total, chosen.fte_by_year, chosen.without)
