"""The form of the money a decision allows."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure, in_year
from display.fields import TypedAmountField
from display.forms import EditForm
from phases.authorisations.models import Authorisation
from phases.authorisations.queries import decided_limits
from phases.funding.models import FundingSource
from phases.programmes.models import Phase

# What is said of a rule that the database holds: the field it belongs to, and the sentence.
BROKEN_RULES: dict[str, tuple[str | None, str]] = {
    "authorisation_named_once": ("title", "Another authorisation of this programme has this title: choose another."),
    "authorisation_needs_a_resolution": (None, "A recommendation authorises nothing: record the resolution first."),
    "authorisation_of_a_decision_with_money": (
        None,
        "It is recorded that no money follows this decision. Take that back first.",
    ),
    "authorisation_replaces_an_earlier_one": ("replaces", "This one was decided later, so it cannot be replaced."),
    "phases_authorisation_replaces_id_key": ("replaces", "Another authorisation replaces this one already."),
    "limit_is_more_than_nothing": (None, "A limit must be more than £0: leave it blank if the decision sets none."),
}


class AuthorisationForm(EditForm):
    """What a decision allows, with one limit for each financial year of the programme and one for a full year."""

    broken_rules = BROKEN_RULES

    phases = forms.ModelMultipleChoiceField(
        label="Phases it may pay for",
        queryset=Phase.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none for money outside the committee table",
    )

    class Meta:
        model = Authorisation
        fields = ["title", "funding_source", "term", "replaces", "assumption"]
        labels = {"replaces": "Replaces an earlier authorisation"}
        widgets = {"term": forms.RadioSelect}
        help_texts = {
            "title": "A short name, such as July release",
            "term": "Money for posts that stay is recurring; money that is spent once is one-off",
            "replaces": "The earlier one then no longer counts, so that nothing is funded twice",
        }

    def __init__(self, *args: Any, instance: Authorisation, **options: Any) -> None:
        self.programme = instance.programme
        limits = decided_limits(instance) if instance.pk else {}
        initial: dict[str, Any] = {_limit_name(measure): amount for measure, amount in limits.items()}
        if instance.pk:
            initial["phases"] = [phase.pk for phase in instance.phases.all()]
        super().__init__(*args, instance=instance, initial=initial, **options)
        # Years limited before the programme's years were changed stay in view.
        self.measures = sorted({*map(in_year, self.programme.years), *limits, FULL_YEAR, WHOLE_LIFE})
        self.fields |= {_limit_name(measure): _limit_field(measure) for measure in self.measures}
        mine = {"programme": self.programme}
        self.fields["phases"].queryset = Phase.objects.filter(**mine)  # type: ignore[attr-defined]
        self.fields["funding_source"].queryset = FundingSource.objects.filter(**mine)  # type: ignore[attr-defined]
        if not self.fields["funding_source"].queryset:  # type: ignore[attr-defined]
            self.fields["funding_source"].help_text = "There is none yet: a finance officer adds them under Set-up"
        self.fields["replaces"].queryset = self._replaceable()  # type: ignore[attr-defined]
        self.fields["replaces"].empty_label = "None"  # type: ignore[attr-defined]
        self.fields["term"].choices = Authorisation.Term.choices  # type: ignore[attr-defined]
        self.order_fields(
            ["title", "funding_source", "term", *map(_limit_name, self.measures), "phases", "replaces", "assumption"]
        )

    def _replaceable(self) -> models.QuerySet[Authorisation]:
        earlier = Authorisation.objects.filter(programme=self.programme).exclude(pk=self.instance.pk)
        free = models.Q(replaced_by__isnull=True) | models.Q(pk=self.instance.replaces_id)
        return earlier.filter(free, decision__decided_on__lte=self.instance.decision.decided_on)

    @property
    def limits(self) -> dict[Measure, Decimal]:
        """The limits typed, in pounds."""
        typed = {measure: self.cleaned_data.get(_limit_name(measure)) for measure in self.measures}
        return {measure: amount for measure, amount in typed.items() if amount is not None}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        names = [_limit_name(measure) for measure in self.measures]
        for name in names:
            if cleaned.get(name) == 0:
                self.add_error(name, BROKEN_RULES["limit_is_more_than_nothing"][1])
        if not self.limits and not any(name in self.errors for name in names):
            self.add_error(names[0], "Enter at least one limit: for a financial year, for a full year or over the whole life.")
        return cleaned


def _limit_name(measure: Measure) -> str:
    return f"limit_{measure.key}"


def _limit_field(measure: Measure) -> TypedAmountField:
    hint = (
        "Only if the decision names a sum over all years together: it then covers each of them" if measure == WHOLE_LIFE else ""
    )
    return TypedAmountField(label=f"Limit {measure.in_words}", required=False, help_text=hint)
