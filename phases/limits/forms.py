"""Forms of approval limits."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django_filters import CharFilter

from display.fields import TypedAmountField, TypedDateField
from display.forms import EditForm
from display.lists.filters import ListFilters, OneOfFilter
from phases.bodies.forms import BODIES
from phases.funding.models import FundingSource
from phases.limits.models import ApprovalLimit

# What is said of a rule that the database holds: the field it belongs to, and the sentence.
BROKEN_RULES: dict[str, tuple[str | None, str]] = {
    "approval_limit_once_for_an_approver": (
        "approver",
        "This body has a limit for the same money and measure in these days: end that one first.",
    ),
    "approval_limit_is_more_than_nothing": ("amount", "Enter more than £0, or leave it blank for any amount."),
}


class ApprovalLimitForm(EditForm):
    """Up to how much a body may approve, of which money, from which day."""

    broken_rules = BROKEN_RULES

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


class EndApprovalLimitForm(EditForm):
    """The last day of a limit."""

    broken_rules = BROKEN_RULES

    ends = TypedDateField(
        label="Last day",
        month_means="last",
        help_text="Such as 31 March 2026. To cancel a limit that should never have applied, enter the day before its first day",
    )

    class Meta:
        model = ApprovalLimit
        fields = ["ends"]


class ApprovalLimitFilters(ListFilters):
    words = CharFilter(label="Body or officer", field_name="approver__name", lookup_expr="icontains", max_length=120)
    measure = OneOfFilter(label="Measure", choices=ApprovalLimit.Measure.choices)
    instrument = OneOfFilter(label="From which funding", choices=FundingSource.Kind.choices)
