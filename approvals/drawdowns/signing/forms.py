"""Forms of the decision: the sign-off itself, and the resolution of a body."""

from typing import Any

from django import forms

from approvals.drawdowns.answers.forms import TextForm
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.signing.queries import resolutions_for
from display.formats import long_date
from phases.models import FundingDecision


class SignOffForm(ActForm):
    """Nothing to fill in: what was seen, a key, and the sitting it is signed at, if any."""

    sitting = forms.CharField(widget=forms.HiddenInput, required=False)


class NoForm(TextForm):
    """Reasons for returning or refusing; and the sitting at which it was read, if any."""

    sitting = forms.CharField(widget=forms.HiddenInput, required=False)


class ResolutionField(forms.ModelChoiceField):
    """A resolution by its title, with its day and minute."""

    def label_from_instance(self, obj: FundingDecision) -> str:
        minute = f", minute {obj.minute}" if obj.minute else ""
        return f"{obj.title} ({long_date(obj.decided_on)}{minute})"


class ResolutionForm(ActForm):
    """Which recorded resolution of the body decides on this."""

    resolution = ResolutionField(
        label="Resolution", queryset=FundingDecision.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, data: Any = None, *, drawdown: Drawdown, **options: Any) -> None:
        super().__init__(data, drawdown=drawdown, **options)
        self.fields["resolution"].queryset = resolutions_for(drawdown).order_by("-decided_on", "-pk")  # type: ignore[attr-defined]
