"""The form of a programme's teams."""

from collections.abc import Mapping, Sequence

from django import forms

from accounts.text.rules import visible_text
from display.forms import CarefulForm
from posts.lines.reading.rules import LONGEST
from posts.models import Team


class TeamsForm(CarefulForm, forms.Form):
    """The name of each team, and its place in the committee table as a number."""

    def __init__(self, data: Mapping[str, str] | None, *, teams: Sequence[Team]) -> None:
        initial: dict[str, str | int] = {}
        for place, team in enumerate(teams, 1):
            initial |= {f"place_{team.pk}": place, f"name_{team.pk}": team.name}
        super().__init__(data, initial=initial)
        self.teams = teams
        for team in teams:
            self.fields[f"place_{team.pk}"] = forms.IntegerField(
                label=f"Place of {team.name}",
                min_value=1,
                max_value=9999,
                widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
            )
            self.fields[f"name_{team.pk}"] = forms.CharField(
                label=f"Name of {team.name}", max_length=LONGEST["team"], validators=[visible_text]
            )
        self.prepare()

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Place and name of each team, as they stand now."""
        return [(self[f"place_{team.pk}"], self[f"name_{team.pk}"]) for team in self.teams]

    @property
    def names(self) -> dict[int, str]:
        """Team id to name, in the order wished; equal places keep the order they had."""
        typed = self.cleaned_data
        ordered = sorted(self.teams, key=lambda team: typed[f"place_{team.pk}"])
        return {team.pk: typed[f"name_{team.pk}"] for team in ordered}

    def clean(self) -> dict[str, object]:
        seen: set[str] = set()
        for team in self.teams:
            name = self.cleaned_data.get(f"name_{team.pk}")
            if name and name in seen:
                self.add_error(f"name_{team.pk}", f"Two teams cannot both be called {name}.")
            seen.add(name or "")
        return self.cleaned_data
