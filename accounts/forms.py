"""Forms about people, offices and the council's settings."""

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter

from accounts.models import Council, Office, User
from accounts.permissions.rules import Role
from accounts.text.rules import visible_text
from display.fields import TypedDateField
from display.forms import CarefulForm, EditForm
from display.lists.filters import ListFilters, OneOfFilter

TAKEN = "Somebody with this e-mail address can already sign in."
NAME_TAKEN = "Another office has this name: choose another."
ROLE_TAKEN = "Another office has this statutory role: take it from that one first."


class SignInForm(LoginForm):
    """In our words; the way to a new password stands under the button, not between label and cell."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""


class NewPasswordForm(ResetPasswordForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = "E-mail address"


class PersonForm(EditForm):
    """A person's name, job and roles. Roles are ticked, never typed."""

    broken_rules = {"accounts_user_email_key": ("email", TAKEN)}

    name = forms.CharField(label="Full name", max_length=120, validators=[visible_text])
    job_title = forms.CharField(label="Job title", max_length=120, required=False, validators=[visible_text])
    roles = forms.MultipleChoiceField(
        label="Roles",
        help_text="A finance officer cannot record decisions, and a clerk cannot enter costs, unless one person has both roles",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ["email", "name", "job_title", "roles"]
        error_messages = {"email": {"unique": TAKEN}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].error_messages["required"] = "Choose at least one role."

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ChangePersonForm(PersonForm):
    """As PersonForm, and whether they may sign in at all."""

    is_active = forms.BooleanField(label="Can sign in", required=False)

    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields, "is_active"]


NUMBERS = ["consultation_days", "call_in_days", "record_years", "papers_years"]


class CouncilForm(EditForm):
    """The council's name, colour and table settings, and the days and years it counts."""

    broken_rules = {
        "council_days_in_range": (None, "Working days are from 1 to 60."),
        "council_years_in_range": (None, "Years to keep records are from 1 to 99."),
    }

    name = forms.CharField(label="Name of the council", max_length=120, validators=[visible_text])

    class Meta:
        model = Council
        fields = ["name", "colour", "unit", "rounding", "basis", "credit_style", "show_team_subtotals", *NUMBERS]
        widgets = {
            "unit": forms.RadioSelect,
            "rounding": forms.RadioSelect,
            "basis": forms.RadioSelect,
            "credit_style": forms.RadioSelect,
            **{name: forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}) for name in NUMBERS},
        }
        help_texts = {
            "consultation_days": "After this time a consultation counts as done, even if an office has not answered",
            "call_in_days": "The day of publication is day 0; weekends and bank holidays do not count",
            "record_years": "From the day of the decision",
            "papers_years": "From the day of the decision",
            "colour": "As # and six digits or letters a to f, such as #1d4f5f. Text colour is chosen for contrast.",
            "rounding": "How a total in £'000 is worked out",
            "basis": "How the share of a year is counted; each programme may choose its own",
        }
        labels = {"unit": "Unit of the committee table", "rounding": "Totals"}


class OfficeForm(EditForm):
    """The name of an office, and the statutory role of whoever holds it."""

    broken_rules = {
        "accounts_office_name_key": ("name", NAME_TAKEN),
        "statutory_role_of_one_office": ("statutory_role", ROLE_TAKEN),
    }

    name = forms.CharField(
        label="Name of the office",
        help_text="As minutes and delegations write it, such as Chief Executive or Resources Portfolio Holder",
        max_length=120,
        validators=[visible_text],
        error_messages={"unique": NAME_TAKEN},
    )

    statutory_role = forms.ChoiceField(
        label="Statutory role",
        help_text="Its holder gives statutory advice or dispensations. One office for each role",
        choices=[("", "None"), *Office.StatutoryRole.choices],
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Office
        fields = ["name", "statutory_role"]

    def clean_statutory_role(self) -> str:
        role = self.cleaned_data["statutory_role"]
        if role and Office.objects.filter(statutory_role=role).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(ROLE_TAKEN)
        return role


class PersonField(forms.ModelChoiceField):
    """A person chosen from a list; the job tells two people of one name apart."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=User.objects.order_by("name"), empty_label="Choose a person", **options)

    def label_from_instance(self, obj: Any) -> str:
        job = f", {obj.job_title}" if obj.job_title else ""
        return f"{obj.name}{job}" if obj.is_active else f"{obj.name}{job} (can no longer sign in)"


def first_day(label: str = "First day", help_text: str = "Such as 1 April 2026. It can be in the past or in the future") -> Any:
    return TypedDateField(label=label, help_text=help_text)


def last_day(help_text: str) -> Any:
    return TypedDateField(label="Last day", required=False, month_means="last", help_text=help_text)


class OfficeActForm(CarefulForm, forms.Form):
    """Something that happens to an office. It is stale as soon as who holds the office, or who deputises, has changed."""

    broken_rules = {
        "office_held_by_one_person": ("since", "Somebody else holds this office on these days."),
        "deputy_appointed_once": ("since", "This person is already appointed on these days."),
        "deputy_is_not_the_holder": ("deputy", "This person holds the office on these days, so needs no appointment as deputy."),
        "holder_is_not_a_deputy": (
            "holder",
            "This person is a deputy for the office on these days: revoke that appointment first.",
        ),
    }

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, office: Office, initial: Mapping[str, Any] | None = None
    ) -> None:
        recorded = [str(row) for row in office.holdings.values_list("pk", "holder", "since", "until")]
        recorded += [str(row) for row in office.deputies.values_list("pk", "revoked_from")]
        super().__init__(data, initial={**(initial or {}), "recorded": recorded})
        self.prepare()

    def is_stale(self) -> bool:
        if self.data.get("made_on") == self.made_on:
            return False
        self.is_valid()
        self.add_error(
            None,
            "Somebody else changed who holds this office, or who deputises, after you opened the page. "
            "Check it as it is now, then send yours again.",
        )
        return True


class TakeOfficeForm(OfficeActForm):
    """Who takes the office, from when, perhaps to when."""

    holder = PersonField(label="New holder")
    since = first_day()
    until = last_day("Leave it blank if there is no last day")


class EndHoldingForm(OfficeActForm):
    """The holder's last day."""

    until = TypedDateField(label="Last day in office", month_means="last", help_text="Such as 31 March 2026")


class CorrectHoldingForm(OfficeActForm):
    """A holding as it should have been recorded, and why."""

    holder = PersonField(label="Holder")
    since = first_day(help_text="")
    until = last_day("Leave it blank if there is no last day")
    reason = forms.CharField(
        label="Reason for the correction",
        help_text="It goes into the audit record, with the entry as it was",
        max_length=500,
        validators=[visible_text],
    )


class AppointDeputyForm(OfficeActForm):
    """Who may act for the office, from when to when, and under which authority."""

    deputy = PersonField(label="Deputy")
    since = first_day()
    until = last_day("Leave it blank if it lasts until further notice")
    authority = forms.CharField(
        label="Authority they act under",
        help_text="Word for word, with its source: the constitution, a minute, a letter. Every record of what they do shows it",
        widget=forms.Textarea,
        validators=[visible_text],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        deputies: Any = self.fields["deputy"]
        deputies.queryset = deputies.queryset.filter(is_active=True)


class RevokeDeputyForm(OfficeActForm):
    """From when on the deputy may no longer act."""

    kind = "warning"  # of its button: it cannot be undone

    revoked_from = TypedDateField(label="First day on which they may no longer act", help_text="Such as 1 April 2026")


class PeopleFilters(ListFilters):
    words = CharFilter(label="Name, job or e-mail address", method="with_words", max_length=200)
    role = OneOfFilter(label="Role", method="with_role", choices=Role.choices)
    signs_in = OneOfFilter(label="Signs in", method="who_sign_in", choices=[("yes", "Yes"), ("no", "No longer")])

    def with_words(self, people: QuerySet[User], name: str, words: str) -> QuerySet[User]:
        for word in words.split():
            people = people.filter(Q(name__icontains=word) | Q(job_title__icontains=word) | Q(email__icontains=word))
        return people

    def with_role(self, people: QuerySet[User], name: str, role: str) -> QuerySet[User]:
        return people.filter(roles__contains=[role])

    def who_sign_in(self, people: QuerySet[User], name: str, typed: str) -> QuerySet[User]:
        return people.filter(is_active=typed == "yes")


class OfficeFilters(ListFilters):
    words = CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=120)
