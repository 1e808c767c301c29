"""Forms of programmes and phases, and the sentences for what the database refuses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django_filters import CharFilter

from display.fields import FinancialYearField, TypedDateField
from display.forms import EditForm
from display.lists.filters import ListFilters
from phases.programmes.models import Phase, Programme

RESERVED_SLUGS = {"new"}
MOST_YEARS = 10

# What is said of a rule that the database holds: the field it belongs to, and the sentence.
BROKEN_RULES: dict[str, tuple[str | None, str]] = {
    "phases_programme_slug_key": ("slug", "Another programme has this web address: choose another."),
    "phases_programme_name_key": ("name", "Another programme has this name: choose another."),
    "programme_years_in_order": ("last_year", "The last financial year must not come before the first."),
    "programme_has_at_most_ten_years": ("last_year", f"A programme has at most {MOST_YEARS} financial years."),
    "programme_years_in_range": ("first_year", "Financial years run from 1990/91 to 2099/00."),
    "phase_number_once": ("number", "Another phase of this programme has this number: choose another."),
    "phase_named_once": ("name", "Another phase of this programme has this name: choose another."),
    "phase_number_in_range": ("number", "Phases are numbered from 1 to 99."),
    "funding_source_named_once": ("name", "Another funding source of this programme has this name: choose another."),
    "excluded_item_named_once": ("title", "Another excluded item of this programme has this name: choose another."),
    "decision_recorded_once": ("title", "A decision of this title and date is recorded already."),
    "decision_has_its_text": ("text_resolved", "Enter the text as recommended, the text as resolved, or both."),
    "decision_with_authorisations_stays_resolved": ("outcome", "This decision authorises money, so it must stay resolved."),
    "authorisation_named_once": ("title", "Another authorisation of this programme has this title: choose another."),
    "authorisation_needs_a_resolution": (None, "A recommendation authorises nothing: record the resolution first."),
    "authorisation_replaces_an_earlier_one": ("replaces", "This one was decided later, so it cannot be replaced."),
    "phases_authorisation_replaces_id_key": ("replaces", "Another authorisation replaces this one already."),
    "limit_is_more_than_nothing": (None, "A limit must be more than £0: leave it blank if the decision sets none."),
    "approval_limit_once_for_an_approver": (
        "approver",
        "This body has a limit for the same money and measure in these days: end that one first.",
    ),
    "approval_limit_is_more_than_nothing": ("amount", "Enter more than £0, or leave it blank for any amount."),
}


class ProgrammePartForm(EditForm):
    """A form of this app, with the sentences above."""

    broken_rules = BROKEN_RULES


class ProgrammeForm(ProgrammePartForm):
    """What a programme is called, its address, years and part-year basis. A blank address is made from the name.

    The address stays: papers, bookmarks and the audit record name it.
    """

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
        error_messages = {"name": {"unique": BROKEN_RULES["phases_programme_name_key"][1]}}

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
        typed = self.cleaned_data["slug"]
        slug = slugify(typed or self.cleaned_data.get("name", ""))[:60].strip("-")
        if typed and slug != typed:
            raise ValidationError(f"Use small letters, digits and hyphens only, such as {slug or 'improvement-2016'}.")
        if not slug and "name" in self.cleaned_data:
            raise ValidationError("Enter a web address: none can be made from this name.")
        if slug in RESERVED_SLUGS:
            raise ValidationError(f"“{slug}” is already used by this service: choose another.")
        if slug and Programme.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError(BROKEN_RULES["phases_programme_slug_key"][1])
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_broken_rule("programme_years_in_order")
        elif first and last and last - first >= MOST_YEARS:
            self.add_broken_rule("programme_has_at_most_ten_years")
        return cleaned


class PaperForm(ProgrammePartForm):
    """What the committee paper carries beside the table."""

    meeting_date = TypedDateField(label="Date of the meeting", required=False, help_text="Such as 14 September 2016")

    class Meta:
        model = Programme
        fields = ["appendix", "report_number", "committee", "meeting_date", "abbreviations", "assumptions"]
        widgets = {"abbreviations": forms.Textarea(attrs={"rows": 6})}

    def clean_abbreviations(self) -> str:
        text = self.cleaned_data["abbreviations"].strip()
        for number, line in enumerate(text.splitlines(), 1):
            short, equals, long = (part.strip() for part in line.partition("="))
            if line.strip() and not (short and equals and long):
                raise ValidationError(f"Line {number}, “{line.strip()[:40]}”, must read like FTE = Full-time equivalent.")
        return text


class PhaseForm(ProgrammePartForm):
    class Meta:
        model = Phase
        fields = ["number", "name"]
        widgets = {"number": forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"})}
        help_texts = {"number": "Phases are printed in the order of their numbers", "name": "Such as Phase One"}
        error_messages = {"number": {"invalid": "Enter the number in digits, such as 1."}}

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if not 1 <= number <= 99:
            raise ValidationError(BROKEN_RULES["phase_number_in_range"][1])
        return number


class ProgrammeFilters(ListFilters):
    words = CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=160)
