"""The form of a notice of a key decision."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.models import Office
from accounts.text.rules import visible_text
from approvals.decisions.forward_plan.models import KeyNotice
from display.fields import TypedDateField
from display.forms import CarefulForm, EditForm
from phases.models import Body


class KeyNoticeForm(EditForm):
    """Everything that the law asks a notice to say."""

    broken_rules = {
        "key_notice_of_one_decision_maker": ("maker", "Choose who will decide."),
        "key_notice_period_in_order": ("due_until", "It cannot be before the first day."),
    }

    maker = forms.ChoiceField(label="Decision maker")
    due_from = TypedDateField(
        label="First day on which it may be decided", help_text="At least 28 clear days from today, such as 3 October 2016"
    )
    due_until = TypedDateField(label="Last day of the period", help_text="The same day if the day of the decision is known")

    class Meta:
        model = KeyNotice
        fields = ["matter", "text", "due_from", "due_until", "documents", "contact"]
        labels = {
            "matter": "Matter to be decided",
            "text": "Proposal",
            "documents": "Documents submitted for the decision",
            "contact": "Address for documents and comments",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "documents": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"documents": "One per line; “none” if there are none", "contact": "Postal or e-mail"}

    field_order = ["matter", "text", "maker", "due_from", "due_until", "documents", "contact"]

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: KeyNotice) -> None:
        super().__init__(data, instance=instance)
        offices = [(f"office-{each.pk}", str(each)) for each in Office.objects.order_by("name")]
        bodies = [(f"body-{each.pk}", str(each)) for each in Body.objects.order_by("name")]
        self.fields["maker"].choices = [("", ""), *offices, *bodies]  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The action checks the notice as a whole: here it has no decision maker and no day yet."""

    @property
    def values(self) -> dict[str, Any]:
        kind, _, number = self.cleaned_data["maker"].partition("-")
        typed = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return typed | {f"{kind}_id": int(number)}


class WithdrawNoticeForm(CarefulForm, forms.Form):
    """Why a notice counts no more, and which was given instead."""

    is_new = True

    reasons = forms.CharField(
        label="Reasons",
        help_text="Anyone can read them in the forward plan",
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[visible_text],
    )
    instead = forms.ModelChoiceField(
        label="Notice given instead",
        help_text="To correct a notice, first give the corrected one, then withdraw this one",
        queryset=KeyNotice.objects.none(),
        required=False,
        empty_label="None",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, notice: KeyNotice) -> None:
        super().__init__(data)
        others = KeyNotice.objects.filter(programme=notice.programme_id, withdrawal__isnull=True).exclude(pk=notice.pk)
        self.fields["instead"].queryset = others.order_by("-pk")  # type: ignore[attr-defined]
        self.prepare()
