"""The form on which FTE or pounds are handed back."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from accounts.text.rules import visible_text
from approvals.drawdowns.consumption.queries import Held
from approvals.drawdowns.handback.queries import row_of
from approvals.drawdowns.handback.rules import Giving, NotHandedBack, Part, parts
from display.fields import TypedAmountField, TypedFteField
from display.formats import fte as fte_in_words
from display.formats import pounds as in_pounds
from display.forms import CarefulForm


class HandBackForm(CarefulForm, forms.Form):
    """FTE to hand back, one box for each line that has any; pounds, one box for each row that still holds money; and why."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reasons = forms.CharField(label="Why it was not spent", widget=forms.Textarea(attrs={"rows": 3}), validators=[visible_text])

    def __init__(self, data: Mapping[str, Any] | None, held: Iterable[Held]) -> None:
        super().__init__(data, initial={"key": uuid4().hex})
        self.rows = [row_of(each) for each in held]
        self.parts: list[Part] = []
        self.lines = {row.of_line: row.left_fte for row in self.rows if row.left_fte}
        for of_line in self.lines:
            self.fields[fte_name(*of_line)] = TypedFteField(label="FTE to hand back", required=False)
        for row in self.rows:
            if row.left:
                self.fields[pounds_name(row.pk)] = TypedAmountField(label="Pounds to hand back", required=False)
        self.prepare()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for of_line, most in self.lines.items():
            if (given.get(fte_name(*of_line)) or 0) > (most or 0):
                self.add_error(fte_name(*of_line), f"Hand back up to {fte_in_words(most)} FTE.")
        for row in self.rows:
            typed = given.get(pounds_name(row.pk))
            if (typed or 0) > row.left:
                self.add_error(pounds_name(row.pk), f"Hand back up to {in_pounds(row.left)}.")
            if typed and given.get(fte_name(*row.of_line)):
                self.add_error(pounds_name(row.pk), "Enter FTE or pounds for this line, not both.")
        if not self.errors:
            try:
                self.parts = parts(self.rows, self.giving)
            except NotHandedBack as error:
                self.add_error(None, str(error))
        return given

    @property
    def giving(self) -> Giving:
        """What was typed; nothing before anything was sent."""
        given = getattr(self, "cleaned_data", {})
        fte = {of_line: given.get(fte_name(*of_line)) for of_line in self.lines}
        typed = {row.pk: given.get(pounds_name(row.pk)) for row in self.rows}
        return Giving({key: value for key, value in fte.items() if value}, _typed(typed))


def fte_name(line: int, authorisation: int) -> str:
    return f"fte-{line}-{authorisation}"


def pounds_name(row: int) -> str:
    return f"row-{row}"


def _typed(given: Mapping[int, Decimal | None]) -> dict[int, Decimal]:
    return {pk: pounds for pk, pounds in given.items() if pounds}
