"""The form of a decision."""

from collections.abc import Mapping
from typing import Any

from django import forms

from display.fields import TypedDateField
from display.forms import EditForm
from phases.authorisations.models import Authorisation
from phases.bodies.forms import BODIES
from phases.decisions.models import FundingDecision

# What is said of a rule that the database holds: the field it belongs to, and the sentence.
BROKEN_RULES: dict[str, tuple[str | None, str]] = {
    "decision_recorded_once": ("title", "A decision of this title and date is recorded already."),
    "decision_has_its_text": ("text_resolved", "Enter the text as recommended, the text as resolved, or both."),
    "decision_on_a_day_of_its_body": ("body", "This body was not there on that day: choose the body of that day."),
    "used_decision_stays": (
        None,
        "Something stands on this decision, so it stays as it was recorded. Record another decision that puts it right.",
    ),
    "decision_follows_a_recommendation": ("follows", "Choose a recommendation of this programme."),
    "decision_follows_an_earlier_one": ("follows", "That recommendation was made after this decision: choose an earlier one."),
    "decision_follows_another": ("follows", "That recommendation follows this decision: choose an earlier one."),
    "decision_about_earlier_money": ("about", "Some of this money was authorised after this decision."),
    "decision_about_money_of_a_resolution": ("about", "Choose money of this programme; a recommendation releases none."),
    "used_resolution_keeps_its_money": ("about", "A drawdown was decided by this resolution, so the money it decides on stays."),
    "decision_without_money_ends": ("follows", "It is recorded that no money follows that recommendation. Take that back first."),
    "decision_with_authorisations_stays_resolved": ("outcome", "This decision authorises money, so it must stay resolved."),
}


class DecisionForm(EditForm):
    broken_rules = BROKEN_RULES

    decided_on = TypedDateField(label="Date", help_text="Such as 20 July 2016")
    about = forms.ModelMultipleChoiceField(
        label="Money it decides on",
        queryset=Authorisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only if the body decides here on a drawdown: tick the authorised money that it releases. "
        "A drawdown of other money cannot be recorded as decided by it.",
    )

    class Meta:
        model = FundingDecision
        fields = [
            *("title", "body", "decided_on", "minute", "outcome", "follows", "text_recommended", "text_resolved"),
            *("members_present", "interests", "section_151_advice", "corrects", "assumption"),
        ]
        labels = {"minute": "Minute number", "body": "Body or officer", "follows": "Recommendation it decides on"}
        widgets = {
            "outcome": forms.RadioSelect,
            "text_recommended": forms.Textarea(attrs={"rows": 6}),
            "text_resolved": forms.Textarea(attrs={"rows": 6}),
            "members_present": forms.Textarea(attrs={"rows": 2}),
            "interests": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "body": BODIES,
            "text_recommended": "Word for word, with its paragraph numbers",
            "text_resolved": "Word for word from the minutes. Leave it blank if they are not to hand.",
            "outcome": "A recommendation authorises nothing until the other body resolves it",
            "follows": "Only if another body recommended this. That recommendation is then dealt with",
            "members_present": "As the minutes name them",
            "interests": "Who declared what. Write “none” if none was declared: blank means not recorded",
            "corrects": "Only if this decision puts right an earlier one: that one stays, and is marked",
            "section_151_advice": "What the officer responsible for the council’s finances advised the body",
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: FundingDecision) -> None:
        about = [each.pk for each in instance.about.all()] if instance.pk else []
        super().__init__(data, instance=instance, initial={"about": about})
        self.fields["about"].queryset = Authorisation.objects.filter(programme=instance.programme)  # type: ignore[attr-defined]
        others = FundingDecision.objects.filter(programme=instance.programme).exclude(pk=instance.pk)
        self.fields["corrects"].queryset = others.order_by("-decided_on", "-pk")  # type: ignore[attr-defined]
        self.fields["corrects"].empty_label = "No earlier decision"  # type: ignore[attr-defined]
        recommended = others.filter(outcome=FundingDecision.Outcome.RECOMMENDED)
        self.fields["follows"].queryset = recommended.order_by("-decided_on", "-pk")  # type: ignore[attr-defined]
        self.fields["follows"].empty_label = "None: nobody recommended it"  # type: ignore[attr-defined]
        self.order_fields([*list(self._meta.fields or ())[:6], "about"])
        if not self.fields["about"].queryset:  # type: ignore[attr-defined]
            del self.fields["about"]

    @property
    def values(self) -> dict[str, Any]:
        return super().values | {"about": list(self.cleaned_data.get("about", []))}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        texts = ("text_recommended", "text_resolved")
        if not any(name in self.errors for name in texts) and not any(cleaned.get(name, "").strip() for name in texts):
            self.add_broken_rule("decision_has_its_text")
        return cleaned


class NoMoneyForm(EditForm):
    """Why no money follows a decision. Empty, it takes that back."""

    broken_rules = {
        "decision_without_money_ends": (
            "no_money_because",
            "Money is recorded under this decision, or another decision follows it.",
        )
    }

    class Meta:
        model = FundingDecision
        fields = ["no_money_because"]
        labels = {"no_money_because": "No money follows, because"}
        widgets = {"no_money_because": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: FundingDecision) -> None:
        super().__init__(data, instance=instance)
        said = bool(instance.no_money_because)
        self.fields["no_money_because"].required = not said
        self.fields["no_money_because"].error_messages["required"] = "Say why no money follows."
        self.fields["no_money_because"].help_text = (
            "Clear this box if money follows after all" if said else "You can take this back as long as nothing else follows"
        )
