"""Forms of offices, holdings and appointments of deputies."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django_filters import CharFilter

from accounts.offices.models import Office
from accounts.offices.rules import Days
from accounts.people.forms import PersonField
from accounts.people.rules import CALLED
from accounts.text.rules import visible_text
from display.fields import TypedDateField
from display.forms import CarefulForm, EditForm
from display.lists.filters import ListFilters

NAME_TAKEN = "Another office has this name: choose another."
BOTH_KINDS = "Nobody acts for a member and for an officer on the same days."
ANOTHER_KIND = "Only a member acts for an office of a member, and only an officer for an office of an officer."
ROLE_TAKEN = "Another office has this statutory role: take it from that one first."


class OfficeForm(EditForm):
    """The name of an office, and the statutory role of whoever holds it."""

    broken_rules = {
        "accounts_office_name_key": ("name", NAME_TAKEN),
        "statutory_role_of_one_office": ("statutory_role", ROLE_TAKEN),
        "office_statutory_role_of_an_officer": ("kind", "Only the office of an officer has a statutory role."),
        "office_of_people_of_one_kind": ("kind", BOTH_KINDS),
        "office_fits_its_people": ("kind", ANOTHER_KIND),
    }

    name = forms.CharField(
        label="Name of the office",
        help_text="As minutes and delegations write it, such as Chief Executive or Resources Portfolio Holder",
        max_length=120,
        validators=[visible_text],
        error_messages={"unique": NAME_TAKEN},
    )

    kind = forms.ChoiceField(
        label="Kind of office",
        help_text="The law asks other records of a member’s decisions than of an officer’s. Somebody outside consents or advises",
        choices=Office.Kind.choices,
        widget=forms.RadioSelect,
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
        fields = ["name", "kind", "statutory_role"]

    def clean_statutory_role(self) -> str:
        role = self.cleaned_data["statutory_role"]
        if role and Office.objects.filter(statutory_role=role).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(ROLE_TAKEN)
        return role


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
        "holder_of_one_kind_of_office": ("holder", BOTH_KINDS),
        "deputy_of_one_kind_of_office": ("deputy", BOTH_KINDS),
        "holder_of_the_offices_kind": ("holder", ANOTHER_KIND),
        "deputy_of_the_offices_kind": ("deputy", ANOTHER_KIND),
        "person_fits_their_offices": ("kind", ANOTHER_KIND),
    }

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, office: Office, initial: Mapping[str, Any] | None = None
    ) -> None:
        recorded = [str(row) for row in office.holdings.values_list("pk", "holder", "since", "until")]
        recorded += [str(row) for row in office.deputies.values_list("pk", "revoked_from")]
        super().__init__(data, initial={**(initial or {}), "recorded": recorded})
        self.prepare()

    @property
    def days(self) -> Days:
        """The first and the last day that were typed."""
        return Days(self.cleaned_data["since"], self.cleaned_data["until"])

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


class GivingForm(OfficeActForm):
    """Somebody gets an office, or acts for it: what they are is said with it where nobody has said it yet."""

    person: ClassVar[str] = "holder"

    def __init__(self, *args: Any, office: Office, **options: Any) -> None:
        super().__init__(*args, office=office, **options)
        self.office_kind = office.kind
        if office.kind == Office.Kind.OUTSIDE:
            del self.fields["kind"]
        else:
            self.fields["kind"].label = f"This person is {CALLED[office.kind]}"

    @property
    def said_kind(self) -> str:
        """What they are said to be; "" where that box is not ticked, or where it is recorded already."""
        return self.office_kind if self.cleaned_data.get("kind") and not self.cleaned_data[self.person].kind else ""

    @property
    def kind(self) -> str:
        """What they are, as recorded or as said here."""
        return self.said_kind or self.cleaned_data[self.person].kind


def person_is() -> Any:
    return forms.BooleanField(
        required=False,
        help_text="Tick this if their account does not say yet whether they are a member or an officer",
    )


class TakeOfficeForm(GivingForm):
    """Who takes the office, from when, perhaps to when."""

    holder = PersonField(label="New holder")
    kind = person_is()
    since = first_day()
    until = last_day("Leave it blank if there is no last day")


class EndHoldingForm(OfficeActForm):
    """The holder's last day."""

    until = TypedDateField(label="Last day in office", month_means="last", help_text="Such as 31 March 2026")


class CorrectHoldingForm(GivingForm):
    """A holding as it should have been recorded, and why."""

    holder = PersonField(label="Holder")
    kind = person_is()
    since = first_day(help_text="")
    until = last_day("Leave it blank if there is no last day")
    reason = forms.CharField(
        label="Reason for the correction",
        help_text="It goes into the audit record, with the entry as it was",
        max_length=500,
        validators=[visible_text],
    )


class AppointDeputyForm(GivingForm):
    """Who may act for the office, from when to when, and under which authority."""

    person = "deputy"

    deputy = PersonField(label="Deputy")
    kind = person_is()
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

    button = "warning"  # it cannot be undone

    revoked_from = TypedDateField(label="First day on which they may no longer act", help_text="Such as 1 April 2026")


class OfficeFilters(ListFilters):
    words = CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=120)
