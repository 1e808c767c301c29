"""The form in which an administrator changes a text that the council publishes."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.statements import rules
from accounts.statements.models import Statement
from accounts.statements.queries import Published
from accounts.text.rules import visible_text
from display.forms import EditForm


class StatementForm(EditForm):
    """One text, as plain words."""

    broken_rules = {"statement_text_can_be_seen": ("text", "Enter a text that can be seen.")}

    text = forms.CharField(
        label="Text",
        help_text=(
            "A blank line starts a new paragraph. A line that starts with # is a heading. Words in [square brackets] are a gap "
            "to fill: readers see “to be added” there. Clear the box to go back to the standard text"
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 26}),
        validators=[visible_text],
    )

    class Meta:
        model = Statement
        fields = ["text"]

    def __init__(self, data: Mapping[str, Any] | None = None, *, published: Published) -> None:
        self.published = published
        super().__init__(data, instance=published.statement, initial={"text": published.text})

    def is_stale(self) -> bool:
        """The same text sent again is no conflict with itself."""
        same = self.data.get("text", "").replace("\r\n", "\n").strip() == self.published.text
        return not same and super().is_stale()

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        if long := rules.long_headings(text):
            raise forms.ValidationError(
                f"The heading “{long[0][:40]}…” is longer than {rules.LONGEST_HEADING} characters. Shorten it, or remove its #."
            )
        return text
