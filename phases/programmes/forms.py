"""Forms of programmes and phases, and the sentences for what the database refuses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import slugify
from django_filters import CharFilter

from display.fields import FinancialYearField, TypedDateField
from display.forms import EditForm
from display.lists.filters import FinancialYearFilter, ListFilters
from phases.programmes import queries
from phases.programmes.models import LEFT_OUT_OF_A_TABLE, Phase, Programme

RESERVED_SLUGS = {"new"}
MOST_YEARS = 10

# What is said of a rule that the database holds: the field it belongs to, and the sentence.
PROGRAMME_RULES: dict[str, tuple[str | None, str]] = {
    "phases_programme_slug_key": ("slug", "Another programme has this web address: choose another."),
    "phases_programme_name_key": ("name", "Another programme has this name: choose another."),
    "programme_years_in_order": ("last_year", "The last financial year must not come before the first."),
    "programme_has_at_most_ten_years": ("last_year", f"A programme has at most {MOST_YEARS} financial years."),
    "programme_years_in_range": ("first_year", "Financial years run from 1990/91 to 2099/00."),
}


PHASE_RULES: dict[str, tuple[str | None, str]] = {
    "phase_number_once": ("number", "Another phase of this programme has this number: choose another."),
    "phase_named_once": ("name", "Another phase of this programme has this name: choose another."),
    "phase_number_in_range": ("number", "Phases are numbered from 1 to 99."),
}


def read_slug(typed: str, name: str, but: int = 0) -> str:
    """The web address of a programme as it was typed, or made from its name; "" where neither is there.

    Raises ValidationError where it cannot be one, or is that of a programme, `but` this one's own.
    """
    slug = slugify(typed or name)[:60].strip("-")
    if typed and slug != typed:
        raise ValidationError(f"Use small letters, digits and hyphens only, such as {slug or 'improvement-2016'}.")
    if not slug and name:
        raise ValidationError("Enter a web address: none can be made from this name.")
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is already used by this service: choose another.")
    if slug and Programme.objects.filter(slug=slug).exclude(pk=but).exists():
        raise ValidationError(PROGRAMME_RULES["phases_programme_slug_key"][1])
    return slug


class ProgrammeForm(EditForm):
    """What a programme is called, its address, years and part-year basis. A blank address is made from the name.

    The address stays: papers, bookmarks and the audit record name it.
    """

    broken_rules = PROGRAMME_RULES

    slug = forms.CharField(
        label="Web address",
        required=False,
        max_length=60,
        help_text="Small letters, digits and hyphens, such as ofsted-2016. Leave it blank to have one made from the name.",
    )
    first_year = FinancialYearField(label="First financial year", help_text="Such as 2016/17")
    last_year = FinancialYearField(label="Last financial year", help_text="Such as 2017/18")

    class Meta:
        model = Programme
        fields = ["name", "slug", "table_title", "total_wording", "first_year", "last_year", "basis"]
        widgets = {"basis": forms.RadioSelect}
        error_messages = {"name": {"unique": PROGRAMME_RULES["phases_programme_name_key"][1]}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_new:
            del self.fields["slug"]
        self.fields[
            "basis"
        ].help_text = (
            "Months counts whole months as twelfths and part months by their days; days counts days of the financial year."
        )

    def clean_slug(self) -> str:
        return read_slug(self.cleaned_data["slug"], self.cleaned_data.get("name", ""), but=self.instance.pk or 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_broken_rule("programme_years_in_order")
        elif first and last and last - first >= MOST_YEARS:
            self.add_broken_rule("programme_has_at_most_ten_years")
        return cleaned


class PaperForm(EditForm):
    """What the committee paper carries beside the table."""

    broken_rules = PROGRAMME_RULES

    meeting_date = TypedDateField(label="Date of the meeting", required=False, help_text="Such as 14 September 2016")
    table_without = forms.MultipleChoiceField(
        label="Leave out of the table",
        choices=LEFT_OUT_OF_A_TABLE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The CSV and JSON hold every column",
    )

    class Meta:
        model = Programme
        fields = [
            *("appendix", "report_number", "committee", "meeting_date", "table_unit", "table_total", "table_fte"),
            *("table_without", "abbreviations", "assumptions"),
        ]
        widgets = {"abbreviations": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"table_total": "It is there in any case where the years leave money out"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        units = self.fields["table_unit"]
        units.choices = [("", "As the council’s settings say"), *units.choices[1:]]  # type: ignore[attr-defined]

    def clean_abbreviations(self) -> str:
        text = self.cleaned_data["abbreviations"].strip()
        for number, line in enumerate(text.splitlines(), 1):
            short, equals, long = (part.strip() for part in line.partition("="))
            if line.strip() and not (short and equals and long):
                raise ValidationError(f"Line {number}, “{line.strip()[:40]}”, must read like FTE = Full-time equivalent.")
        return text


class PhaseForm(EditForm):
    broken_rules = PHASE_RULES

    class Meta:
        model = Phase
        fields = ["number", "name"]
        widgets = {"number": forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"})}
        help_texts = {"number": "Phases are printed in the order of their numbers", "name": "Such as Phase One"}
        error_messages = {"number": {"invalid": "Enter the number in digits, such as 1."}}

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if not 1 <= number <= 99:
            raise ValidationError(PHASE_RULES["phase_number_in_range"][1])
        return number


Programmes = QuerySet[Programme]


class ProgrammeFilters(ListFilters):
    offers_the_same = True

    words = CharFilter(label="Name", method="with_words", max_length=160)
    year = FinancialYearFilter(label="Financial year", method="running_in", help_text="Such as 2016/17")

    def with_words(self, programmes: Programmes, name: str, words: str) -> Programmes:
        return programmes.filter(queries.in_words(words))

    def running_in(self, programmes: Programmes, name: str, year: int) -> Programmes:
        return programmes.filter(queries.running_in(year))
