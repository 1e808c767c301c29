"""The form of a body that decides."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_filters import CharFilter

from display.fields import TypedDateField
from display.forms import EditForm
from display.lists.filters import ListFilters, OneOfFilter
from phases.bodies.models import Body
from phases.bodies.rules import Kind

BODIES = "An administrator adds bodies under Settings"
"""What a form says where a body is chosen."""


class BodyForm(EditForm):
    """Its own name, what kind of body it is, and how sentences and call-in treat it."""

    broken_rules = {
        "body_named_once": ("name", "Another body has this name: choose another."),
        "body_name_without_article": ("name", "Enter the name without “the” before it."),
        "body_call_in_fits_its_kind": (
            "call_in",
            "Decisions of full council and of outside bodies are not open to call-in: clear this box.",
        ),
        "body_days_in_order": ("until", "Enter a last day that is not before the first."),
        "body_keeps_the_days_of_its_decisions": ("until", "A decision of this body is recorded for a day outside these."),
    }

    since = TypedDateField(label="First day", required=False, help_text="Leave it blank if it was always there")
    until = TypedDateField(label="Last day", required=False, help_text="When another body takes its place")

    class Meta:
        model = Body
        fields = ["name", "kind", "with_article", "call_in", "since", "until"]
        widgets = {"kind": forms.RadioSelect}
        labels = {
            "with_article": "Say “the” before its name in a sentence",
            "call_in": "Its decisions are open to call-in",
        }
        help_texts = {
            "name": "Its own name, such as Executive or Full Council",
            "kind": "What it is, whatever it is called. Rules about notice and call-in follow the kind. A combined authority’s "
            "own meeting is of the kind full council",
            "with_article": "“the Executive”, but “Full Council”",
            "call_in": "As the constitution says. Never for full council",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in Kind]  # type: ignore[attr-defined]

    def _update_errors(self, errors: ValidationError) -> None:
        """A rule that the row breaks is said at its field, in the words above."""
        self._explain(errors)


class BodyFilters(ListFilters):
    words = CharFilter(label="Name", field_name="name", lookup_expr="icontains", max_length=120)
    kind = OneOfFilter(label="Kind", choices=[(kind.value, kind.label) for kind in Kind])
