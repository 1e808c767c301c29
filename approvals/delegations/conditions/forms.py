"""The forms of conditions and parts: typed with a delegation, confirmed one by one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.delegations.conditions.rules import GivenPart
from costing.measure import Measure, parse
from display.fields import TypedAmountField, TypedDateField
from display.forms import CarefulForm
from display.uploads import FILES, UploadField

MOST_PARTS = 4


def conditions_field(label: str, help_text: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=False, widget=widget, help_text=help_text, validators=[visible_text])


def as_conditions(typed: str) -> tuple[str, ...]:
    """One on each line."""
    return tuple(line.strip() for line in typed.splitlines() if line.strip())


def part_fields(measures: Sequence[Measure]) -> dict[str, forms.Field]:
    """Boxes for so many parts, each left blank where it is not needed."""
    choices = [("", "Choose"), *((measure.key, measure.label) for measure in measures)]
    found: dict[str, forms.Field] = {}
    for number in range(1, MOST_PARTS + 1):
        found[f"part_{number}_amount"] = TypedAmountField(label="Amount", required=False)
        found[f"part_{number}_measure"] = forms.ChoiceField(label="In", choices=choices, required=False)
        found[f"part_{number}_from"] = TypedDateField(label="Not before", required=False)
        found[f"part_{number}_conditions"] = conditions_field("Once these are confirmed", "One per line")
    return found


def rows_of_parts(form: forms.BaseForm) -> list[tuple[int, list[forms.BoundField]]]:
    """The boxes of each part, for its fieldset."""
    return [
        (number, [form[f"part_{number}_{name}"] for name in ("amount", "measure", "from", "conditions")])
        for number in range(1, MOST_PARTS + 1)
    ]


def has_parts(form: forms.BaseForm) -> bool:
    """Whether anything is typed in them."""
    return any(field.value() for _, fields in rows_of_parts(form) for field in fields)


def typed_parts(cleaned: Mapping[str, Any]) -> list[GivenPart]:
    """Those that were typed, in order."""
    return [
        GivenPart(
            parse(cleaned[f"part_{number}_measure"]),
            cleaned[f"part_{number}_amount"],
            cleaned.get(f"part_{number}_from"),
            as_conditions(cleaned.get(f"part_{number}_conditions") or ""),
        )
        for number in range(1, MOST_PARTS + 1)
        if cleaned.get(f"part_{number}_amount") and cleaned.get(f"part_{number}_measure")
    ]


def wrong_parts(cleaned: Mapping[str, Any], limits: Mapping[Measure, Decimal]) -> dict[str, str]:
    """What is wrong with the parts as they were typed, by field: an amount has its year, and they come to the limit."""
    found: dict[str, str] = {}
    last: dict[Measure, str] = {}
    for number in range(1, MOST_PARTS + 1):
        amount, measure, *others = (cleaned.get(f"part_{number}_{name}") for name in ("amount", "measure", "from", "conditions"))
        if amount and not measure:
            found[f"part_{number}_measure"] = "Choose the year of this amount."
        elif not amount and (measure or any(others) or amount is not None):
            found[f"part_{number}_amount"] = "Enter how much this part releases, or clear it."
        elif amount:
            last[parse(str(measure))] = f"part_{number}_amount"
    sums: dict[Measure, Decimal] = {}
    for part in [] if found else typed_parts(cleaned):
        sums[part.measure] = sums.get(part.measure, Decimal(0)) + part.amount
    for measure, total in sums.items():
        if (limit := limits.get(measure)) is not None and total != limit:
            come_to = f"The parts {measure.in_words} come to £{total:,}"
            found[last[measure]] = f"{come_to}, and the limit is £{limit:,}. Change one of them."
    return found


class ConfirmationForm(CarefulForm, forms.Form):
    """Since when a condition is met, and where that can be seen."""

    is_new = True

    met_on = TypedDateField(label="Day on which it was met")
    evidence = forms.CharField(
        label="Evidence",
        help_text="Where it can be seen, such as a minute and its date, or the address of a paper",
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[visible_text],
    )
    file = UploadField(label="The paper itself", help_text=FILES, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.prepare()


class TakeBackForm(CarefulForm, forms.Form):
    """Why a confirmation counts no more."""

    is_new = True

    reasons = forms.CharField(
        label="Reasons",
        help_text="They are kept with the confirmation, with your name",
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[visible_text],
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.prepare()
