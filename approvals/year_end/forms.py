"""The form by which money of a year that has ended goes to a later year."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from approvals.year_end.rules import Carrying, may_carry
from approvals.year_end.wording.rules import most_in_words
from costing.financial_year import FinancialYear
from display.fields import TypedAmountField
from display.formats import long_date
from display.forms import CarefulForm
from phases.models import FundingDecision


class DecisionField(forms.ModelChoiceField):
    """A decision by its title, with its body, day and minute."""

    def label_from_instance(self, obj: FundingDecision) -> str:
        minute = f", minute {obj.minute}" if obj.minute else ""
        return f"{obj.title} ({obj.body}, {long_date(obj.decided_on)}{minute})"


class CarryForwardForm(CarefulForm, forms.Form):
    """How much, to which year, and by which decision. Made on what is left: if that changes meanwhile, the form is stale."""

    broken_rules = {"carried_forward_once_by_a_decision": ("decision", "This decision has carried this money forward already.")}

    decision = DecisionField(
        label="Decision that carries it forward",
        queryset=FundingDecision.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    to_year = forms.TypedChoiceField(label="Year it is carried forward to", coerce=int, widget=forms.RadioSelect)
    amount = TypedAmountField(label="Amount to carry forward", help_text="In pounds")

    def __init__(
        self, data: Mapping[str, Any] | None, *, decisions: QuerySet[FundingDecision], years: Sequence[int], left: Decimal
    ) -> None:
        super().__init__(data, initial={"amount": left, "to_year": years[0]})
        self.left = left
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]
        self.fields["to_year"].choices = [(year, FinancialYear(year).label) for year in years]  # type: ignore[attr-defined]
        self.prepare()

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not may_carry(amount, self.left):
            raise forms.ValidationError(most_in_words(self.left))
        return amount

    def carrying(self, from_year: int) -> Carrying:
        """What was typed, once it is valid."""
        return Carrying(from_year, self.cleaned_data["to_year"], self.cleaned_data["amount"])
