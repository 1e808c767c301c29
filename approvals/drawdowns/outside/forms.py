"""The clerk's form of what a body outside the council answered."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.text.rules import visible_text
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.outside.actions import BodySaid
from approvals.drawdowns.rules import OFF_LINE, REPLIES, Mode, Reply
from display.fields import TypedDateField
from display.uploads import UploadField
from phases.models import Body

_LABELS = {
    Reply.CONSENT: "It consents",
    Reply.NO_CONSENT: "It does not consent",
    Reply.IN_FAVOUR: "It advises in favour",
    Reply.AGAINST: "It advises against",
    Reply.VIEW: "It gives another view",
}


class BodyAnswerForm(ActForm):
    """What it answered, when and how, who wrote it, and the file that shows it."""

    given_on = TypedDateField(label="Date of the letter or minute")
    writer = forms.CharField(
        label="Who wrote it", max_length=160, help_text="Name and position, such as the chair", validators=[visible_text]
    )
    how = forms.ChoiceField(
        label="How it came",
        widget=forms.RadioSelect,
        choices=[(how, OFF_LINE[how]) for how in ("letter", "minute", "email")],
    )
    file = UploadField(label="Evidence", help_text="The letter, the minute or the e-mail, up to 10 MB")
    reply = forms.ChoiceField(label="Its answer", widget=forms.RadioSelect)
    words = forms.CharField(
        label="In its words",
        help_text="Copy them word for word. They are printed in the record of the decision.",
        widget=forms.Textarea,
        required=False,
        validators=[visible_text],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, mode: Mode, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["reply"].choices = [(reply.value, _LABELS[reply]) for reply in REPLIES[mode]]  # type: ignore[attr-defined]
        self.fields["reply"].error_messages["required"] = "Choose its answer."
        self.fields["how"].error_messages["required"] = "Say how it came."
        self.fields["writer"].error_messages["required"] = "Enter who wrote it."
        self.fields["file"].error_messages["required"] = "Choose the file that shows the answer."
        if mode is Mode.CONSENT:
            self.fields["words"].help_text = f"Required if it does not consent. {self.fields['words'].help_text}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if (reply := given.get("reply")) and not Reply(reply).is_given and not given.get("words", "").strip():
            wanted = "why it does not consent" if reply == Reply.NO_CONSENT else "the advice it gave"
            self.add_error("words", f"Enter {wanted}.")
        return given

    def said_by(self, body: Body) -> BodySaid:
        """What it answered, as the action takes it."""
        given = self.cleaned_data
        reply = Reply(given["reply"])
        return BodySaid(body, reply, given["words"], given["writer"], given["given_on"], given["how"], given["file"])
