"""The form in which a person chooses the columns of a programme's table of inputs and their widths."""

from collections.abc import Mapping
from typing import Any

from django import forms

from posts.entry.columns.queries import ColumnsSet
from posts.entry.columns.rules import ALWAYS, NARROWEST, WIDEST, Column
from posts.lines.cells.rules import field_name

_WIDTHS = {"": "As usual", "60": "Narrow", "110": "Medium", "180": "Wide", "320": "Very wide"}


class ColumnsForm(forms.Form):
    """Which columns are shown, and for each how wide it is."""

    shown = forms.MultipleChoiceField(label="Columns", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Mapping[str, Any] | None, columns: tuple[Column, ...], now: ColumnsSet) -> None:
        names = [column.name for column in columns if column.name not in ALWAYS]
        super().__init__(data, initial={"shown": [name for name in names if name not in now.hidden]})
        self.names = names
        shown = self.fields["shown"]
        assert isinstance(shown, forms.MultipleChoiceField)
        shown.choices = [(name, field_name(name)) for name in names]
        for column in columns:
            width = str(now.widths.get(column.name, ""))
            choices = {**_WIDTHS, **({} if width in _WIDTHS else {width: f"As dragged: {width}"})}
            self.fields[f"width-{column.name}"] = forms.ChoiceField(
                label=f"Width of {field_name(column.name)}", choices=[*choices.items()], required=False, initial=width
            )

    @property
    def widths(self) -> list[forms.BoundField]:
        """The fields of the widths."""
        return [self[name] for name in self.fields if name.startswith("width-")]

    @property
    def chosen(self) -> ColumnsSet:
        """What was chosen, once valid."""
        given = self.cleaned_data
        widths = {name.removeprefix("width-"): int(text) for name, text in given.items() if name.startswith("width-") and text}
        return ColumnsSet(frozenset(self.names) - frozenset(given["shown"]), widths)


class WidthForm(forms.Form):
    """One width, as it was dragged."""

    width = forms.IntegerField(min_value=NARROWEST, max_value=WIDEST)
    column = forms.ChoiceField()

    def __init__(self, data: Mapping[str, Any], columns: tuple[Column, ...]) -> None:
        super().__init__(data)
        column = self.fields["column"]
        assert isinstance(column, forms.ChoiceField)
        column.choices = [(each.name, each.name) for each in columns]
