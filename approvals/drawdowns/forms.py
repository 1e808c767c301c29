"""The form of an act that counts: it carries a key, and what the page showed when it was opened."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms

from approvals.drawdowns.actions import NotAllowedNow, Seen
from approvals.drawdowns.models import Drawdown
from display.forms import CarefulForm


class ActForm(CarefulForm, forms.Form):
    """`key` is the idempotency key; `version` and `sha256` are of the drawdown as it was when the page was opened."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    version = forms.IntegerField(widget=forms.HiddenInput)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, drawdown: Drawdown, **options: Any) -> None:
        seen = {"key": uuid4().hex, "version": drawdown.version, "sha256": drawdown.sha256}
        super().__init__(data, initial=seen | options.pop("initial", {}), **options)
        self.drawdown = drawdown
        self.prepare()

    @property
    def seen(self) -> Seen:
        return Seen(self.cleaned_data["version"], self.cleaned_data["sha256"])

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Every field as it was typed, to be sent again from the check page."""
        return [(name, self.data.get(name, "")) for name in self.fields]

    def act(self, do: Callable[[], Any]) -> Any:
        """What the action returns; None, with the reason among the form's errors, where it cannot be done as things stand."""
        try:
            return self.explained(do)
        except NotAllowedNow as error:
            self.add_error(None, str(error))
            return None
