"""Form fields for what people type: amounts, dates and financial years, each one text input read by `costing`."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django import forms

from costing.financial_year import FinancialYear, NotAFinancialYear
from costing.typed import NotUnderstood, parse_amount, parse_date, parse_fte
from display import formats


class TypedAmountField(forms.CharField):
    """Whole pounds as a Decimal; None for a blank. 83, £83,000, 83k and 1.2m are read. Credits only where `credits`."""

    def __init__(self, *, credits: bool = False, **options: Any) -> None:
        self.credits = credits
        options.setdefault("widget", forms.TextInput(attrs={"class": "input-money", "inputmode": "text", "autocomplete": "off"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return formats.whole(value, formats.CreditStyle.MINUS) if isinstance(value, Decimal | int) else value

    def clean(self, value: Any) -> Decimal | None:
        super().clean(value)
        try:
            return parse_amount(value or "", credits=self.credits)
        except NotUnderstood as error:
            raise forms.ValidationError(str(error), code="invalid") from None


class TypedDateField(forms.CharField):
    """A date; None for a blank. 13/9/2016, 13 September 2016 and Sept 2016 (its first day) are read; never a two-digit year.

    Where a last day is asked for, `month_means="last"` reads Sept 2016 as 30 September.
    """

    def __init__(self, *, month_means: Literal["first", "last"] = "first", **options: Any) -> None:
        self.month_means = month_means
        options.setdefault("widget", forms.TextInput(attrs={"class": "input-date", "autocomplete": "off"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return formats.long_date(value) if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        super().clean(value)
        try:
            return parse_date(value or "", month_means=self.month_means)
        except NotUnderstood as error:
            raise forms.ValidationError(str(error), code="invalid") from None


class TypedFteField(forms.CharField):
    """Full-time equivalent as a Decimal, above 0; None for a blank."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"class": "input-fte", "autocomplete": "off"}))
        super().__init__(**options)

    def clean(self, value: Any) -> Decimal | None:
        super().clean(value)
        try:
            return parse_fte(value or "")
        except NotUnderstood as error:
            raise forms.ValidationError(str(error), code="invalid") from None


class FinancialYearField(forms.CharField):
    """The calendar year in which a financial year starts, typed as 2016/17; None for a blank."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return FinancialYear(value).label if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return FinancialYear.parse(typed).starts_in
        except NotAFinancialYear as error:
            raise forms.ValidationError(str(error), code="invalid") from None
