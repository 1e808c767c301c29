"""Forms about programmes, phases, funding sources, excluded items, decisions and authorisations."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django_filters import CharFilter

from costing.measure import FULL_YEAR, Measure, in_year
from display.fields import FinancialYearField, TypedAmountField, TypedDateField
from display.forms import EditForm
from display.lists.filters import ListFilters, OneOfFilter
from phases.bodies.forms import BODIES
from phases.models import ApprovalLimit, Authorisation, ExcludedItem, FundingDecision, FundingSource, Phase, Programme

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


class FundingSourceForm(ProgrammePartForm):
    class Meta:
        model = FundingSource
        fields = ["name", "kind"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {"name": "As the papers call it"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = FundingSource.Kind.choices  # type: ignore[attr-defined]


class ExcludedItemForm(ProgrammePartForm):
    amount = TypedAmountField(
        label="Amount", required=False, help_text="In pounds, such as 69,000 or 69k. Leave it blank if none is stated."
    )

    class Meta:
        model = ExcludedItem
        fields = ["title", "amount", "funding_source", "note"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["funding_source"].queryset = FundingSource.objects.filter(  # type: ignore[attr-defined]
            programme_id=self.instance.programme_id
        )


class DecisionForm(ProgrammePartForm):
    decided_on = TypedDateField(label="Date", help_text="Such as 20 July 2016")

    class Meta:
        model = FundingDecision
        fields = [
            *("title", "body", "decided_on", "minute", "outcome", "text_recommended", "text_resolved"),
            *("members_present", "interests", "section_151_advice", "assumption"),
        ]
        labels = {"minute": "Minute number", "body": "Body or officer"}
        widgets = {
            "outcome": forms.RadioSelect,
            "text_recommended": forms.Textarea(attrs={"rows": 6}),
            "text_resolved": forms.Textarea(attrs={"rows": 6}),
            "members_present": forms.Textarea(attrs={"rows": 2}),
            "interests": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "body": BODIES,
            "text_recommended": "Word for word, with its paragraph numbers",
            "text_resolved": "Word for word from the minutes. Leave it blank if they are not to hand.",
            "outcome": "A recommendation authorises nothing until the other body resolves it",
            "members_present": "As the minutes name them",
            "interests": "Who declared what. Write “none” if none was declared: blank means not recorded",
            "section_151_advice": "What the officer responsible for the council’s finances advised the body",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        texts = ("text_recommended", "text_resolved")
        if not any(name in self.errors for name in texts) and not any(cleaned.get(name, "").strip() for name in texts):
            self.add_broken_rule("decision_has_its_text")
        return cleaned


class AuthorisationForm(ProgrammePartForm):
    """What a decision allows, with one limit for each financial year of the programme and one for a full year."""

    phases = forms.ModelMultipleChoiceField(
        label="Phases it may pay for",
        queryset=Phase.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none for money outside the committee table",
    )

    class Meta:
        model = Authorisation
        fields = ["title", "funding_source", "term", "replaces", "assumption"]
        labels = {"replaces": "Replaces an earlier authorisation"}
        widgets = {"term": forms.RadioSelect}
        help_texts = {
            "title": "A short name, such as July release",
            "term": "Money for posts that stay is recurring; money that is spent once is one-off",
            "replaces": "The earlier one then no longer counts, so that nothing is funded twice",
        }

    def __init__(self, *args: Any, instance: Authorisation, **options: Any) -> None:
        self.programme = instance.programme
        limits = {limit.measure: limit.amount for limit in instance.limits.all()} if instance.pk else {}
        initial: dict[str, Any] = {_limit_name(measure): amount for measure, amount in limits.items()}
        if instance.pk:
            initial["phases"] = [phase.pk for phase in instance.phases.all()]
        super().__init__(*args, instance=instance, initial=initial, **options)
        # Years limited before the programme's years were changed stay in view.
        self.measures = sorted({*map(in_year, self.programme.years), *limits, FULL_YEAR})
        self.fields |= {_limit_name(measure): _limit_field(measure) for measure in self.measures}
        mine = {"programme": self.programme}
        self.fields["phases"].queryset = Phase.objects.filter(**mine)  # type: ignore[attr-defined]
        self.fields["funding_source"].queryset = FundingSource.objects.filter(**mine)  # type: ignore[attr-defined]
        if not self.fields["funding_source"].queryset:  # type: ignore[attr-defined]
            self.fields["funding_source"].help_text = "There is none yet: a finance officer adds them under Set-up"
        self.fields["replaces"].queryset = self._replaceable()  # type: ignore[attr-defined]
        self.fields["replaces"].empty_label = "None"  # type: ignore[attr-defined]
        self.fields["term"].choices = Authorisation.Term.choices  # type: ignore[attr-defined]
        self.order_fields(
            ["title", "funding_source", "term", *map(_limit_name, self.measures), "phases", "replaces", "assumption"]
        )

    def _replaceable(self) -> models.QuerySet[Authorisation]:
        earlier = Authorisation.objects.filter(programme=self.programme).exclude(pk=self.instance.pk)
        free = models.Q(replaced_by__isnull=True) | models.Q(pk=self.instance.replaces_id)
        return earlier.filter(free, decision__decided_on__lte=self.instance.decision.decided_on)

    @property
    def limits(self) -> dict[Measure, Decimal]:
        """The limits typed, in pounds."""
        typed = {measure: self.cleaned_data.get(_limit_name(measure)) for measure in self.measures}
        return {measure: amount for measure, amount in typed.items() if amount is not None}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        names = [_limit_name(measure) for measure in self.measures]
        for name in names:
            if cleaned.get(name) == 0:
                self.add_error(name, BROKEN_RULES["limit_is_more_than_nothing"][1])
        if not self.limits and not any(name in self.errors for name in names):
            self.add_error(names[0], "Enter at least one limit: for a financial year or for a full year.")
        return cleaned


def _limit_name(measure: Measure) -> str:
    return f"limit_{measure.key}"


def _limit_field(measure: Measure) -> TypedAmountField:
    return TypedAmountField(label=f"Limit {measure.in_words}", required=False)


class ApprovalLimitForm(ProgrammePartForm):
    """Up to how much a body may approve, of which money, from which day."""

    amount = TypedAmountField(
        label="Up to",
        required=False,
        help_text="In pounds, such as 1m. A total equal to the limit is within it. Blank means any amount",
    )
    instrument = forms.ChoiceField(
        label="From which funding",
        required=False,
        choices=[("", "Any funding"), *FundingSource.Kind.choices],
        help_text="Funding with limits of its own is not judged by the limits for any funding",
    )
    starts = TypedDateField(label="First day", help_text="Such as 1 April 2016. Decisions from that day on are judged by it")

    class Meta:
        model = ApprovalLimit
        fields = ["approver", "amount", "measure", "instrument", "starts"]
        widgets = {"measure": forms.RadioSelect}
        help_texts = {
            "approver": BODIES,
            "measure": "The total of the whole programme is compared, not one authorisation",
        }

    def clean_amount(self) -> Decimal | None:
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise ValidationError(BROKEN_RULES["approval_limit_is_more_than_nothing"][1])
        return amount


class EndApprovalLimitForm(ProgrammePartForm):
    """The last day of a limit."""

    ends = TypedDateField(
        label="Last day",
        month_means="last",
        help_text="Such as 31 March 2026. To cancel a limit that should never have applied, enter the day before its first day",
    )

    class Meta:
        model = ApprovalLimit
        fields = ["ends"]


class ProgrammeFilters(ListFilters):
    words = CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=160)


class ApprovalLimitFilters(ListFilters):
    words = CharFilter(label="Body or officer", field_name="approver__name", lookup_expr="icontains", max_length=120)
    measure = OneOfFilter(label="Measure", choices=ApprovalLimit.Measure.choices)
    instrument = OneOfFilter(label="From which funding", choices=FundingSource.Kind.choices)
