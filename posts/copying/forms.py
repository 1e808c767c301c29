"""What a copy is called, and by how many years it is moved."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from accounts.text.rules import visible_text
from display.forms import CarefulForm
from phases.models import Phase, Programme
from phases.programmes.forms import PHASE_RULES, PROGRAMME_RULES, read_slug
from phases.programmes.models import EARLIEST_YEAR, LATEST_YEAR
from posts.copies.queries import made_by
from posts.copying.rules import MOST_YEARS, Wanted


class CopyForm(CarefulForm, forms.Form):
    """By how many years; the key says which form it is."""

    is_new = True
    of_the_copy: ClassVar[tuple[str, ...]]
    """The fields that say what the copy is called."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    years = forms.IntegerField(
        label="Years later",
        help_text="Moves dates and typed figures by so many whole years, such as 1, or -1 for a year earlier. 0 keeps them.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "text", "autocomplete": "off"}),
        error_messages={"invalid": "Enter whole years in digits, such as 1."},
    )

    field_order = ("key", "name", "slug", "into", "number", "years")

    def __init__(self, data: Mapping[str, Any] | None, *, source: Programme, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"key": uuid4().hex, "years": 0, **initial})
        self.source = source
        self.prepare()

    @property
    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted({name: given[name] for name in self.of_the_copy}, given["years"], given["key"])

    def clean_years(self) -> int:
        years: int = self.cleaned_data["years"]
        if abs(years) > MOST_YEARS:
            raise ValidationError(f"Move it by up to {MOST_YEARS} years.")
        if self.source.first_year + years < EARLIEST_YEAR or self.source.last_year + years > LATEST_YEAR:
            raise ValidationError(PROGRAMME_RULES["programme_years_in_range"][1])
        return years


class ProgrammeCopyForm(CopyForm):
    """The name and the web address of the new programme."""

    broken_rules = PROGRAMME_RULES
    of_the_copy = ("name", "slug")

    name = forms.CharField(label="Name of the new programme", max_length=160, validators=[visible_text])
    slug = forms.CharField(
        label="Web address",
        required=False,
        max_length=60,
        help_text="Small letters, digits and hyphens. Leave it blank to have one made from the name.",
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Programme.objects.filter(name=name).exclude(pk=self.made).exists():
            raise ValidationError(PROGRAMME_RULES["phases_programme_name_key"][1])
        return name

    def clean_slug(self) -> str:
        return read_slug(self.cleaned_data["slug"], self.cleaned_data.get("name", ""), but=self.made)

    @property
    def made(self) -> int:
        """The programme that this very form made already: of a second click nothing is wrong."""
        copy = made_by(str(self.data.get("key", "")))
        return copy.programme_id if copy else 0


class PhaseCopyForm(CopyForm):
    """The programme that the phase is copied into, and its number and name there."""

    broken_rules = PHASE_RULES
    of_the_copy = ("number", "name")

    into = forms.CharField(
        label="Into the programme",
        max_length=60,
        help_text="The web address of a programme: leave this one for a second phase in it.",
    )
    number = forms.IntegerField(
        label="Number of the new phase",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"invalid": "Enter the number in digits, such as 1."},
    )
    name = forms.CharField(label="Name of the new phase", max_length=60, validators=[visible_text])

    def clean_into(self) -> Programme:
        programme = Programme.objects.filter(slug=self.cleaned_data["into"].strip().lower()).first()
        if programme is None:
            raise ValidationError("There is no programme with this web address.")
        return programme

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if not 1 <= number <= 99:
            raise ValidationError(PHASE_RULES["phase_number_in_range"][1])
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        copy = made_by(str(self.data.get("key", "")))
        others = Phase.objects.filter(programme=given.get("into")).exclude(pk=(copy and copy.phase) or 0)
        if others.filter(number=given.get("number", 0)).exists():
            self.add_broken_rule("phase_number_once")
        if others.filter(name=given.get("name", "")).exists():
            self.add_broken_rule("phase_named_once")
        return given
