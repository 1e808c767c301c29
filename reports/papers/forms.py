"""A paper as it is issued."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter

from accounts.text.rules import visible_text
from display.fields import TypedDateField
from display.forms import CarefulForm
from display.lists.filters import ListFilters, OneOfFilter
from phases.bodies.forms import BODIES
from phases.bodies.models import Body
from phases.models import Programme
from posts.exempt.queries import exempt_lines
from reports.papers.actions import last_issued
from reports.papers.models import IssuedPaper
from reports.requests.rules import Meeting, PaperNumber, PaperRequest


class IssueForm(CarefulForm, forms.Form):
    """Which appendix of which meeting a paper is issued as; and, where it was issued for it before, why again.

    `supersedes` and `version` are what the check page was shown for: the version before, and that of the programme.
    """

    is_new = True

    committee = forms.ModelChoiceField(
        label="Committee", queryset=Body.objects.all(), to_field_name="name", empty_label="Choose the committee", help_text=BODIES
    )
    meeting_date = TypedDateField(label="Date of the meeting")
    agenda_item = forms.CharField(label="Agenda item", max_length=30, required=False, validators=[visible_text])
    appendix = forms.CharField(
        label="Appendix", max_length=30, help_text="As it is printed, for example Appendix 3", validators=[visible_text]
    )
    report_number = forms.CharField(label="Report number", max_length=30, required=False, validators=[visible_text])
    part = forms.TypedChoiceField(
        label="Part",
        choices=[(1, "Part 1: public, without what is exempt"), (2, "Part 2: exempt, for members only")],
        coerce=int,
        initial=1,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why it is issued again",
        help_text="Only if this appendix was already issued for this meeting. It is printed in the paper.",
        required=False,
        widget=forms.Textarea,
        validators=[visible_text],
    )

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*args, **options)
        self.programme = programme
        self.previous: IssuedPaper | None = None
        self.exempt = exempt_lines(programme.slug)
        if not self.exempt:
            del self.fields["part"]
        self.prepare()

    @property
    def meeting(self) -> Meeting:
        return Meeting(**{name: self.cleaned_data[name] for name in Meeting._fields if name in self.cleaned_data})

    @property
    def request(self) -> PaperRequest:
        """What is asked for, of the data as they are now."""
        supersedes = PaperNumber(self.previous.pk) if self.previous else None
        return PaperRequest(self.meeting, self.cleaned_data["reason"], self.programme.version, supersedes)

    @property
    def checked(self) -> dict[str, str]:
        """What the check page was shown for, now: the programme's version, and the version of the paper before."""
        return {"version": str(self.programme.version), "supersedes": str(self.previous.pk) if self.previous else ""}

    @property
    def hidden(self) -> dict[str, str]:
        """What the check page sends back: everything typed, and what was checked."""
        return {name: self.data.get(name, "") for name in self.fields} | self.checked

    @property
    def is_as_checked(self) -> bool:
        """Whether nothing has moved on since the check page was shown."""
        return all(self.data.get(name) == value for name, value in self.checked.items())

    def clean_committee(self) -> str:
        """A paper keeps the name, as it is printed."""
        return str(self.cleaned_data["committee"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        self.previous = last_issued(self.programme, self.meeting)
        if self.previous and not cleaned["reason"]:
            said = f"This was issued as version {self.previous.version}. Say why it is issued again."
            self.add_error("reason", said)
        if not self.previous:
            cleaned["reason"] = ""
        return cleaned


class IssuedPaperFilters(ListFilters):
    words = CharFilter(label="Paper or committee", method="with_words", max_length=200)
    part = OneOfFilter(label="Part", choices=[("1", "Part 1 (public)"), ("2", "Part 2 (exempt)")])
    current = OneOfFilter(label="Status", method="that_stand", choices=[("yes", "Current"), ("no", "Superseded")])

    def with_words(self, papers: QuerySet[IssuedPaper], name: str, words: str) -> QuerySet[IssuedPaper]:
        for word in words.split():
            papers = papers.filter(Q(appendix__icontains=word) | Q(report_number__icontains=word) | Q(committee__icontains=word))
        return papers

    def that_stand(self, papers: QuerySet[IssuedPaper], name: str, typed: str) -> QuerySet[IssuedPaper]:
        return papers.filter(superseded_by__isnull=typed == "yes")
