"""Forms of people and of signing in."""

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter

from accounts.people.models import User
from accounts.people.rules import PersonDetails
from accounts.permissions.rules import Role
from accounts.text.rules import visible_text
from display.forms import CarefulForm, EditForm
from display.lists.filters import ListFilters, OneOfFilter

TAKEN = "Somebody with this e-mail address can already sign in."


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

    broken_rules = {
        "accounts_user_email_key": ("email", TAKEN),
        "person_fits_their_offices": ("kind", "They act or acted for an office of another kind."),
    }

    name = forms.CharField(label="Full name", max_length=120, validators=[visible_text])
    job_title = forms.CharField(label="Job title", max_length=120, required=False, validators=[visible_text])
    kind = forms.ChoiceField(
        label="Member or officer",
        help_text="Only a member acts for an office of a member, and only an officer for an office of an officer",
        choices=[
            (User.Kind.MEMBER, "Member: an elected or co-opted member of the council, or its elected mayor"),
            (User.Kind.OFFICER, "Officer: works for the council"),
            ("", "Not said yet, or neither"),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        help_text="A finance officer cannot record decisions, and a clerk cannot enter costs, unless one person has both roles",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        fields = ["email", "name", "job_title", "kind", "roles"]
        error_messages = {"email": {"unique": TAKEN}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].error_messages["required"] = "Choose at least one role."

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    @property
    def details(self) -> PersonDetails:
        """What was typed; may raise KeyError before `is_valid`."""
        return PersonDetails(**self.cleaned_data)


class ChangePersonForm(PersonForm):
    """As PersonForm, and whether they may sign in at all."""

    is_active = forms.BooleanField(label="Can sign in", required=False)

    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields, "is_active"]


class OwnMailForm(CarefulForm, forms.Form):
    """How one's own mail comes."""

    comes = forms.ChoiceField(
        label="Mail about drawdowns",
        choices=[("at_once", "At once, one for each event"), ("once_a_day", "Once a day, all in one")],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, once_a_day: bool) -> None:
        super().__init__(data, initial={"comes": "once_a_day" if once_a_day else "at_once"})
        self.prepare()


class PersonField(forms.ModelChoiceField):
    """A person chosen from a list; the job tells two people of one name apart."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=User.objects.order_by("name"), empty_label="Choose a person", **options)

    def label_from_instance(self, obj: Any) -> str:
        job = f", {obj.job_title}" if obj.job_title else ""
        return f"{obj.name}{job}" if obj.is_active else f"{obj.name}{job} (can no longer sign in)"


class PeopleFilters(ListFilters):
    words = CharFilter(label="Name, job or e-mail address", method="with_words", max_length=200)
    role = OneOfFilter(label="Role", method="with_role", choices=Role.choices)
    kind = OneOfFilter(label="Member or officer", method="of_kind", choices=[*User.Kind.choices, ("unsaid", "Not said yet")])
    signs_in = OneOfFilter(label="Signs in", method="who_sign_in", choices=[("yes", "Yes"), ("no", "No longer")])

    def with_words(self, people: QuerySet[User], name: str, words: str) -> QuerySet[User]:
        for word in words.split():
            people = people.filter(Q(name__icontains=word) | Q(job_title__icontains=word) | Q(email__icontains=word))
        return people

    def with_role(self, people: QuerySet[User], name: str, role: str) -> QuerySet[User]:
        return people.filter(roles__contains=[role])

    def of_kind(self, people: QuerySet[User], name: str, kind: str) -> QuerySet[User]:
        return people.filter(kind="" if kind == "unsaid" else kind)

    def who_sign_in(self, people: QuerySet[User], name: str, typed: str) -> QuerySet[User]:
        return people.filter(is_active=typed == "yes")
