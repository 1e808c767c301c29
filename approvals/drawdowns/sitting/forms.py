"""Which drawdowns are gone through at one sitting, and in which order. It is sent as an address: nothing is written."""

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict

from approvals.drawdowns.sitting.rules import moved, sitting_of


class SittingForm(forms.Form):
    """Of those that are ready: which are chosen, and the place of each. Without data all are chosen, in the order given."""

    chosen = forms.MultipleChoiceField(label="Drawdowns to sign", error_messages={"required": "Choose at least one drawdown."})

    def __init__(self, data: QueryDict, *, ready: Sequence[str]) -> None:
        super().__init__(data if "order" in data else None)
        self.order = self._ordered(data, ready)
        self.fields["chosen"].choices = [(each, each) for each in data.getlist("chosen")]  # type: ignore[attr-defined]

    def _ordered(self, data: Mapping[str, str], ready: Sequence[str]) -> list[str]:
        """The order it was sent in, as far as they are still ready, then what is ready since; after what was moved."""
        sent = sitting_of(data.get("order", ""))
        order = [each for each in sent.chosen if each in ready] if sent else []
        order += [each for each in ready if each not in order]
        typed = {each: data.get(f"place-{each}", "") for each in order}
        return moved(order, {each: int(place) for each, place in typed.items() if place.isdecimal() and len(place) < 4})

    def clean_chosen(self) -> list[str]:
        """What is no longer ready is left out: it may have been signed by a deputy since."""
        if not self.picked:
            raise forms.ValidationError("Choose at least one drawdown.")
        return self.picked

    @property
    def picked(self) -> list[str]:
        """Those chosen, in their order."""
        chosen = self.data.getlist("chosen") if self.is_bound else self.order  # type: ignore[attr-defined]
        return [each for each in self.order if each in chosen]
