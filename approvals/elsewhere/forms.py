"""What is typed of a decision that was taken elsewhere, and of its confirmation."""

from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.models import Drawdown, Paper
from approvals.drawdowns.queries import supporting
from approvals.drawdowns.signing.forms import ResolutionField
from approvals.drawdowns.signing.queries import resolutions_for
from approvals.elsewhere.actions import Decision, Proof
from display.fields import TypedDateField
from phases.models import FundingDecision


class _EvidenceForm(ActForm):
    """The evidence: one of the papers attached to the draft, an address, or both."""

    evidence = forms.ModelChoiceField(
        label="Paper that proves it",
        queryset=Paper.objects.none(),
        required=False,
        empty_label="No paper",
        help_text="The minute, the signed form or the letter, attached under Papers. Its SHA-256 is kept.",
    )
    evidence_at = forms.URLField(
        label="Address at which it can be read",
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text="Needed if there is no paper",
    )

    def __init__(self, data: Any = None, *, drawdown: Drawdown, **options: Any) -> None:
        super().__init__(data, drawdown=drawdown, **options)
        papers = supporting(drawdown)
        self.fields["evidence"].queryset = papers  # type: ignore[attr-defined]
        if not papers:
            self.fields[
                "evidence"
            ].help_text = "No paper is attached to this drawdown. Attach the minute, the signed form or the letter."

    @property
    def _evidence(self) -> Proof:
        return Proof(self.cleaned_data["evidence"], self.cleaned_data["evidence_at"])


class OfficeDecisionForm(_EvidenceForm):
    """What an officer or a member decided."""

    field_order = ("decided_on", "office", "person", "text", "interests", "evidence", "evidence_at")

    decided_on = TypedDateField(
        label="Date of the decision",
        help_text="Such as 20 July 2016. Money of a year that has ended counts as drawn in it if it was decided by its last day.",
    )
    office = forms.CharField(
        label="Office that decided", max_length=160, validators=[visible_text], help_text="As it was called on that day"
    )
    person = forms.CharField(
        label="Person who held it then", max_length=160, validators=[visible_text], help_text="They need no account here"
    )
    text = forms.CharField(
        label="Text as decided",
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[visible_text],
        help_text="Word for word, as in the evidence. It becomes the text of the record, and nobody rewrites it.",
    )
    interests = forms.CharField(
        label="Interests declared then",
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[visible_text],
        help_text="If none were declared, enter None",
    )

    def __init__(self, data: Any = None, *, drawdown: Drawdown) -> None:
        super().__init__(data, drawdown=drawdown, initial={"office": str(drawdown.delegation.decision_maker)})

    @property
    def decision(self) -> Decision:
        names = ("decided_on", "office", "person", "text", "interests")
        return Decision(self._evidence, **{name: self.cleaned_data[name] for name in names})


class BodyDecisionForm(_EvidenceForm):
    """What a body resolved, of the resolutions that are recorded and about this money."""

    field_order = ("resolution", "evidence", "evidence_at")

    resolution = ResolutionField(
        label="Resolution",
        queryset=FundingDecision.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="Its date, its minute and its text become those of the record",
    )

    def __init__(self, data: Any = None, *, drawdown: Drawdown) -> None:
        super().__init__(data, drawdown=drawdown)
        self.fields["resolution"].queryset = resolutions_for(drawdown).order_by("-decided_on", "-pk")  # type: ignore[attr-defined]

    @property
    def decision(self) -> Decision:
        return Decision(self._evidence, resolution=self.cleaned_data["resolution"])


class ConfirmForm(ActForm):
    """That the evidence was read, by who confirms. `shown` is of what would be released, as the page shows it."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label="I have read the evidence, and the decision was taken as it is recorded here")

    def __init__(self, data: Any = None, *, drawdown: Drawdown, shown: str) -> None:
        super().__init__(data, drawdown=drawdown, initial={"shown": shown})

    def prepare(self) -> None:
        super().prepare()
        self.fields["read"].error_messages["required"] = "Read the evidence, then tick the box."


class SendBackForm(ActForm):
    """Why it is not confirmed."""

    reasons = forms.CharField(
        label="Why it is not confirmed", widget=forms.Textarea(attrs={"rows": 3}), validators=[visible_text]
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["reasons"].error_messages["required"] = "Say why it is not confirmed."


def form_for(drawdown: Drawdown) -> type[OfficeDecisionForm | BodyDecisionForm]:
    """The form of the decision maker whom the delegation names."""
    return BodyDecisionForm if drawdown.delegation.decision_body_id else OfficeDecisionForm
