"""Forms of those who answer, ask or advise, and of the clerk who records what was said off line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from accounts.text.rules import visible_text
from approvals.drawdowns.answers.actions import OffLine, Said
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.rules import NO_INTERESTS, REPLIES, Mode, Reply, returns_it
from display.fields import TypedDateField
from display.uploads import UploadField

NONE, DECLARED = "none", "declared"


class AnswerForm(ActForm):
    """An office's answer. Interests are declared either way: blank is not an answer."""

    labels = {Reply.AGREE: "I agree", Reply.DISAGREE: "I do not agree", Reply.VIEW: "I give a view"}

    reply = forms.ChoiceField(label="Your answer", widget=forms.RadioSelect)
    words = forms.CharField(
        label="In your words",
        help_text="Required unless you agree. Kept with your answer and printed in the record of the decision.",
        widget=forms.Textarea,
        required=False,
        validators=[visible_text],
    )
    interests = forms.ChoiceField(
        label="Your interests in this matter",
        help_text="Disclosable pecuniary interests, and any other that your council’s code of conduct names",
        widget=forms.RadioSelect,
        choices=[(NONE, "None"), (DECLARED, "I declare an interest")],
    )
    declaration = forms.CharField(
        label="The interest you declare",
        help_text="Only if you declare one",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        validators=[visible_text],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, mode: Mode, **options: Any) -> None:
        super().__init__(data, **options)
        self.mode = mode
        self.fields["reply"].choices = [(reply, self.labels[reply]) for reply in REPLIES[mode]]  # type: ignore[attr-defined]
        self.fields["reply"].error_messages["required"] = "Choose your answer."
        self.fields["interests"].error_messages["required"] = "Say whether you have an interest: “None” is an answer too."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("reply") in (Reply.DISAGREE, Reply.VIEW) and not given.get("words", "").strip():
            wanted = "why you do not agree" if given["reply"] == Reply.DISAGREE else "the view you give"
            self.add_error("words", f"Enter {wanted}.")
        if given.get("interests") == DECLARED and not given.get("declaration", "").strip():
            self.add_error("declaration", "Enter the interest you declare.")
        return given

    @property
    def said(self) -> Said:
        """What was said, as the actions take it."""
        given = self.cleaned_data
        interests = NO_INTERESTS if given["interests"] == NONE else given["declaration"]
        return Said(Reply(given["reply"]), given["words"], interests)

    @property
    def answer_in_words(self) -> str:
        return dict(self.fields["reply"].choices)[self.cleaned_data["reply"]]  # type: ignore[attr-defined]

    @property
    def returns_it(self) -> bool:
        """Whether this answer returns the drawdown to its author."""
        return returns_it(self.mode, self.said.reply)


class RecordAnswerForm(AnswerForm):
    """An answer that came by e-mail or on paper: who gave it, when, and the file that shows it."""

    person = forms.ModelChoiceField(
        label="Who gave it", help_text="The holder of the office that day, or a deputy", queryset=User.objects.order_by("name")
    )
    given_on = TypedDateField(label="Day it was given")
    labels = {Reply.AGREE: "Agree", Reply.DISAGREE: "Do not agree", Reply.VIEW: "Give a view"}

    how = forms.ChoiceField(
        label="How it came", widget=forms.RadioSelect, choices=[("email", "By e-mail"), ("paper", "On paper")]
    )
    file = UploadField(label="Evidence", help_text="The e-mail, or a scan of the letter, up to 10 MB")

    field_order = ["person", "given_on", "how", "file", "reply", "words", "interests", "declaration"]

    def __init__(self, *args: Any, people: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["reply"].label = "The answer"
        self.fields["words"].label = "In their words"
        self.fields["words"].help_text = "Required unless they agree. Copy them word for word."
        self.fields["interests"].label = "Their interests in this matter"
        self.fields["interests"].help_text = "As they declared them. If they did not say, ask: blank is not an answer."
        self.fields["declaration"].label = "The interest they declare"
        self.fields["interests"].choices = [(NONE, "None"), (DECLARED, "An interest is declared")]  # type: ignore[attr-defined]
        self.fields["file"].error_messages["required"] = "Choose the file that shows the answer."

    @property
    def off_line(self) -> OffLine:
        given = self.cleaned_data
        day: date = given["given_on"]
        return OffLine(given["person"], day, given["how"], given["file"])


class TextForm(ActForm):
    """One text that is kept as it is typed: a question, a reply, advice, reasons."""

    text = forms.CharField(widget=forms.Textarea, validators=[visible_text])

    def __init__(self, *args: Any, label: str, help_text: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["text"]
        field.label, field.help_text = label, help_text
        field.error_messages["required"] = f"Enter {label[:1].lower()}{label[1:]}."
