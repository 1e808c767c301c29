"""The form of a delegation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Office
from approvals.delegations.conditions.forms import (
    as_conditions,
    conditions_field,
    has_parts,
    part_fields,
    rows_of_parts,
    typed_parts,
    wrong_parts,
)
from approvals.delegations.conditions.rules import GivenPart
from approvals.delegations.models import Delegation
from approvals.drawdowns.rules import Mode
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure, in_year
from display.fields import TypedAmountField, TypedDateField
from display.formats import long_date
from display.forms import EditForm
from phases.bodies.forms import BODIES
from phases.bodies.rules import Kind
from phases.models import Body, FundingDecision

BEGINS_BEFORE = "The first day comes after the last day. Change one of them."
ONE_OR_THE_OTHER = "Choose the office that decides or enter the body, not both."


class DelegationForm(EditForm):
    """Who may decide under which resolution, who is asked first and how, and up to how much.

    Every office has its row, so that none is named twice and no row need be added.
    """

    broken_rules = {
        "delegation_named_once": ("title", "Another delegation of this programme has this title: choose another."),
        "delegation_to_an_office_or_a_body": ("decision_maker", ONE_OR_THE_OTHER),
        "delegation_begins_before_it_ends": ("earliest", BEGINS_BEFORE),
    }

    earliest = TypedDateField(
        label="First day", required=False, help_text="Nothing is signed before it. Leave it blank if the resolution names none"
    )
    conditions = conditions_field(
        "Conditions",
        "One per line, such as: The inspection report has been published. Nothing is signed until each is confirmed.",
    )
    expires = TypedDateField(
        label="Last day", required=False, month_means="last", help_text="Leave it blank if the resolution names none"
    )
    report_back_on = TypedDateField(label="Reports back on", required=False, help_text="Such as September 2016")

    money = forms.ModelMultipleChoiceField(
        label="Money it may release",
        queryset=FundingDecision.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The resolutions that authorise it. Tick none for the money of the resolution that delegates.",
    )
    report_back_body = forms.ModelChoiceField(
        label="Reports back to",
        queryset=Body.objects.all(),
        required=False,
        empty_label="Nobody is named",
        help_text=BODIES,
    )

    class Meta:
        model = Delegation
        fields = [
            *("decision", "title", "text", "decision_maker", "decision_body"),
            *("earliest", "expires", "report_back_on", "report_back_body"),
        ]
        labels = {
            "decision": "Resolution that delegates",
            "text": "Text of the delegation",
            "decision_maker": "Office that decides",
            "decision_body": "Body that decides",
        }
        help_texts = {
            "title": "A short name, such as Use of the July release",
            "text": "Word for word from the resolution",
            "decision_body": f"Only if no single office decides. {BODIES}",
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Delegation) -> None:
        super().__init__(data, instance=instance)
        resolved = FundingDecision.objects.filter(programme=instance.programme, outcome=FundingDecision.Outcome.RESOLVED)
        self.fields["decision"].queryset = resolved.order_by("-decided_on", "-id")  # type: ignore[attr-defined]
        self.fields["money"].queryset = resolved.order_by("-decided_on", "-id")  # type: ignore[attr-defined]
        self.fields["decision"].empty_label = "Choose the resolution"  # type: ignore[attr-defined]
        self.fields["decision_maker"].empty_label = "None: a body decides"  # type: ignore[attr-defined]
        self.fields["decision_body"].empty_label = "None: an office decides"  # type: ignore[attr-defined]
        self.offices = list(Office.objects.order_by("name"))
        self.bodies = list(Body.objects.filter(kind=Kind.OUTSIDE))
        self.measures = [*map(in_year, instance.programme.years), FULL_YEAR, WHOLE_LIFE]
        self.fields |= {_mode_name(asked): _mode_field(asked) for asked in self.may_be_asked}
        self.fields |= {_limit_name(each): _limit_field(each) for each in self.measures}
        self.fields |= part_fields(self.measures)
        self.prepare()

    @property
    def who(self) -> list[forms.BoundField]:
        return [self[name] for name in ("decision", "title", "text", "money", "decision_maker", "decision_body")]

    @property
    def may_be_asked(self) -> list[Office | Body]:
        return [*self.offices, *self.bodies]

    @property
    def modes(self) -> list[forms.BoundField]:
        return [self[_mode_name(office)] for office in self.offices]

    @property
    def modes_of_bodies(self) -> list[forms.BoundField]:
        return [self[_mode_name(body)] for body in self.bodies]

    @property
    def until(self) -> list[forms.BoundField]:
        return [
            *(self[_limit_name(measure)] for measure in self.measures),
            self["earliest"],
            self["expires"],
            self["report_back_on"],
            self["report_back_body"],
        ]

    @property
    def parts(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The boxes of each part of the money."""
        return rows_of_parts(self)

    @property
    def has_parts(self) -> bool:
        return has_parts(self)

    @property
    def given(self) -> dict[str, Any]:
        """What is stored on rows of its own: conditions and parts."""
        parts: list[GivenPart] = typed_parts(self.cleaned_data)
        return {"conditions": as_conditions(self.cleaned_data["conditions"]), "parts": parts}

    @property
    def steps(self) -> list[tuple[Office | Body, Mode]]:
        """The offices and outside bodies that are asked first, and how."""
        chosen = [(asked, self.cleaned_data.get(_mode_name(asked))) for asked in self.may_be_asked]
        return [(asked, Mode(mode)) for asked, mode in chosen if mode]

    @property
    def limits(self) -> dict[Measure, Decimal]:
        """The limits typed, in whole pounds by measure."""
        typed = {measure: self.cleaned_data.get(_limit_name(measure)) for measure in self.measures}
        return {measure: amount for measure, amount in typed.items() if amount is not None}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        maker, body = cleaned.get("decision_maker"), cleaned.get("decision_body")
        if "decision_maker" not in self.errors and "decision_body" not in self.errors and bool(maker) == bool(body):
            self.add_error("decision_maker", ONE_OR_THE_OTHER)
        if maker and cleaned.get(_mode_name(maker)):
            self.add_error(_mode_name(maker), "This office decides: it cannot also be one of those who answer.")
        self._check_bodies(cleaned)
        for measure in self.measures:
            if cleaned.get(_limit_name(measure)) == 0:
                self.add_error(_limit_name(measure), "Enter more than £0, or leave it blank if the resolution sets no limit.")
        for name, wrong in wrong_parts(
            cleaned, {each: cleaned[_limit_name(each)] for each in self.measures if cleaned.get(_limit_name(each))}
        ).items():
            if name not in self.errors:
                self.add_error(name, wrong)
        self._check_days(cleaned)
        return cleaned

    def _check_bodies(self, cleaned: Mapping[str, Any]) -> None:
        decision = cleaned.get("decision")
        for body in (each for each in self.bodies if cleaned.get(_mode_name(each))):
            if body == cleaned.get("decision_body"):
                self.add_error(_mode_name(body), "This body decides: it cannot also be one of those who answer.")
            elif decision and not body.was_there_on(decision.decided_on):
                self.add_error(_mode_name(body), f"It was not there on {long_date(decision.decided_on)}.")

    def _check_days(self, cleaned: Mapping[str, Any]) -> None:
        decision = cleaned.get("decision")
        if cleaned.get("earliest") and cleaned.get("expires") and cleaned["expires"] < cleaned["earliest"]:
            self.add_error("earliest", BEGINS_BEFORE)
        for name in ("expires", "report_back_on"):
            if decision and cleaned.get(name) and cleaned[name] < decision.decided_on:
                self.add_error(name, ValidationError("This day comes before the resolution."))


def _mode_name(asked: Office | Body) -> str:
    return f"mode_{asked.pk}" if isinstance(asked, Office) else f"body_mode_{asked.pk}"


def _mode_field(asked: Office | Body) -> forms.ChoiceField:
    modes = [mode for mode in Mode if mode.is_of_a_body == isinstance(asked, Body)]
    choices = [("", "Not asked"), *((mode.value, mode.capitalize()) for mode in modes)]
    return forms.ChoiceField(label=asked.name, choices=choices, required=False)


def _limit_name(measure: Measure) -> str:
    return f"limit_{measure.key}"


def _limit_field(measure: Measure) -> TypedAmountField:
    label = f"Limit {measure.in_words}"
    return TypedAmountField(label=label, required=False)
