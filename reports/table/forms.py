"""What a reader may choose of the committee table, drafts of papers, reviews of findings, and papers as they are issued."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.models import Council
from accounts.validators import visible_text
from approvals.drawdowns.preparation.forms import SCHEDULE_12A
from costing.financial_year import FinancialYear
from costing.money import Rounding, Unit
from costing.typed import NotUnderstood, parse_date
from display.fields import TypedDateField
from display.forms import CarefulForm
from phases.models import EARLIEST_YEAR, Programme
from posts.models import CostLine
from reports.checks.rules import Finding, Severity
from reports.draft.rules.reading import Unreadable, read_pasted, read_upload, refuse_size
from reports.draft.rules.text import Draft
from reports.models import IssuedPaper, LineExemption
from reports.papers.actions import last_issued
from reports.papers.exempt.rules import exempt_lines
from reports.papers.requests.rules import Meeting, PackItem, PackRequest, PaperRequest, TableRequest
from reports.table.queries import Options, usual_options


class OptionsForm(forms.Form):
    """Unit, rounding rule and years of the committee table, from the address. What is not chosen is the council's setting."""

    unit = forms.ChoiceField(label="Figures in", choices=[(Unit.THOUSANDS, "£'000"), (Unit.POUNDS, "£")], required=False)
    rounding = forms.ChoiceField(
        label="Totals are",
        choices=[
            (Rounding.SUM_OF_ROUNDED, "the sum of the rounded lines"),
            (Rounding.ROUNDED_SUM, "the exact total, rounded"),
        ],
        required=False,
    )
    years = forms.TypedMultipleChoiceField(
        label="Financial years", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, programme: Programme, council: Council) -> None:
        self.usual = usual_options(programme, council)
        chosen = {
            "unit": self.usual.unit.value,
            "rounding": self.usual.rounding.value,
            "years": [year.starts_in for year in self.usual.years],
        }
        chosen |= {name: data.getlist(name) if name == "years" else data.get(name) for name in chosen if name in data}
        super().__init__(chosen)
        self.fields["years"].choices = [(year.starts_in, year.label) for year in programme.years]  # type: ignore[attr-defined]
        self.fields["years"].error_messages["invalid_choice"] = "%(value)s is not a financial year of this programme."

    def options(self) -> Options:
        """The choice made; the council's settings where it is not valid."""
        if not self.is_valid():
            return self.usual
        years = self.cleaned_data["years"] or [year.starts_in for year in self.usual.years]
        return Options(
            Unit(self.cleaned_data["unit"] or self.usual.unit),
            Rounding(self.cleaned_data["rounding"] or self.usual.rounding),
            tuple(FinancialYear(year) for year in sorted(years)),
        )

    def request(self, annexes: Sequence[str]) -> TableRequest:
        """The same choice, to be drawn in the background with these annexes."""
        chosen = self.options()
        years = () if chosen.years == self.usual.years else tuple(year.starts_in for year in chosen.years)
        return TableRequest(chosen.unit, chosen.rounding, years, tuple(annexes))


class DraftForm(forms.Form):
    """A draft paper: a Word document, or its text. `cleaned_data["draft"]` is what was read of it; nothing is stored."""

    file = forms.FileField(
        label="Word document",
        help_text="A .docx file, up to 10 MB. If you choose a file, the box below is ignored.",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx,.txt"}),
    )
    text = forms.CharField(
        label="Or the text of the paper",
        help_text="Copied from Word, tables and all.",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "draft-text", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Raises nothing: what cannot be read is a message at its field."""
        cleaned = super().clean() or {}
        upload: UploadedFile | None = cleaned.get("file")
        try:
            cleaned["draft"] = _draft_in(upload) if upload else read_pasted(cleaned.get("text", ""))
        except Unreadable as error:
            self.add_error("file" if upload or not cleaned.get("text") else "text", str(error))
        return cleaned


def _draft_in(upload: UploadedFile) -> Draft:
    refuse_size(upload.size or 0)
    return read_upload(upload.read())


class FindingsFilterForm(forms.Form):
    """Which findings of the paper check are shown, from the address. What is not known shows all of them."""

    severity = forms.ChoiceField(
        label="Show", choices=[("", "Everything"), *((each.value, each.label) for each in Severity)], required=False
    )
    phase = forms.ChoiceField(label="Phase", required=False)

    def __init__(self, *args: Any, phases: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phase"].choices = [("", "Every phase"), *((name, name) for name in phases)]  # type: ignore[attr-defined]

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is among those asked for. One of several phases is of each of them."""
        self.is_valid()
        severity, phase = self.cleaned_data.get("severity"), self.cleaned_data.get("phase")
        return (not severity or finding.severity == severity) and (not phase or phase in (finding.phase or ""))


class ReviewForm(CarefulForm, forms.Form):
    """Why a finding is dismissed, overridden or taken up again."""

    is_new = True

    reason = forms.CharField(
        label="Reason",
        help_text="It is kept with your name and printed in the internal version",
        widget=forms.Textarea,
        validators=[visible_text],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.prepare()


class IssueForm(CarefulForm, forms.Form):
    """Which appendix of which meeting a paper is issued as; and, where it was issued for it before, why again.

    `supersedes` and `version` are what the check page was shown for: the version before, and that of the programme.
    """

    is_new = True

    committee = forms.CharField(label="Committee", max_length=120, validators=[visible_text])
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
        supersedes = self.previous.pk if self.previous else None
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


class SinceForm(forms.Form):
    """From which day on changes are told, from the address. None is the usual day."""

    since = TypedDateField(label="What changed since", required=False)


class ExemptForm(CarefulForm, forms.Form):
    """Whether a line, or a field of it, is exempt information, and why."""

    is_new = True

    line = forms.ModelChoiceField(label="Post or other cost", queryset=CostLine.objects.none(), empty_label="Choose one")
    field = forms.ChoiceField(
        label="Which part", choices=[("", "The whole line, except FTE and costs"), *LineExemption.Field.choices], required=False
    )
    paragraph = forms.TypedChoiceField(
        label="Paragraph of Schedule 12A", choices=SCHEDULE_12A, coerce=int, empty_value=None, required=False
    )
    reason = forms.CharField(
        label="Public interest",
        help_text="Why it outweighs publishing, or why it no longer does. It is printed in both parts: reveal nothing exempt.",
        widget=forms.Textarea,
        validators=[visible_text],
    )

    def __init__(self, *args: Any, programme: Programme, **options: Any) -> None:
        super().__init__(*args, **options)
        lines = CostLine.objects.filter(programme=programme).select_related("phase").order_by("phase__number", "position", "pk")
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]
        self.prepare()


LARGEST_PAPER = 20 * 1024 * 1024
"""Bytes of a file that is checked for being one of our papers."""


class VerifyForm(CarefulForm, forms.Form):
    """A PDF that somebody was given. It is only hashed."""

    is_new = True

    file = forms.FileField(
        label="PDF",
        help_text="Up to 20 MB. It is compared with the issued papers and not kept.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": "Choose a file."},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_PAPER:
            raise forms.ValidationError("This file is larger than 20 MB: no issued paper is that large.")
        return file


class MomentForm(forms.Form):
    """A moment of the past, from the address, not after `now`. A day means its end, today until now."""

    at = forms.CharField(
        label="Day, or day and time",
        help_text="For example 14 September 2016, or 2016-09-14 12:00",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": "Enter a day."},
    )

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now

    def clean_at(self) -> datetime:
        typed = self.cleaned_data["at"]
        try:
            moment = datetime.fromisoformat(typed)
        except ValueError:
            moment = _end_of(typed)
        else:
            if len(typed) <= len("2016-09-14"):
                moment = datetime.combine(moment.date(), time.max)
        if moment.year < EARLIEST_YEAR:
            raise forms.ValidationError(f"Enter a day after {EARLIEST_YEAR}.")
        if moment.date() > self.now.date():
            raise forms.ValidationError("This day is in the future: enter today or an earlier day.")
        return min(moment if moment.tzinfo else moment.replace(tzinfo=self.now.tzinfo), self.now)


def _end_of(typed: str) -> datetime:
    try:
        day = parse_date(typed, month_means="last")
    except NotUnderstood as error:
        raise forms.ValidationError(str(error)) from None
    if day is None:
        raise forms.ValidationError("Enter a day.")
    return datetime.combine(day, time.max)


class PackRow(NamedTuple):
    """One paper that a pack may hold, as the page shows it."""

    item: PackItem
    chosen: bool
    place: str
    error: str


def _as_numbered(item: PackItem) -> list[str]:
    """By which titles are in order: Appendix 3 before Appendix 10."""
    return [part.zfill(9) if part.isdecimal() else part for part in re.split(r"(\d+)", item.title)]


class PackForm(CarefulForm, forms.Form):
    """For which meeting a pack is, and which of these papers are in it. `cleaned_data["items"]` are in their order.

    The place of the paper with the key `paper-3` comes as `place-paper-3`. Papers without a place follow those with one.
    """

    is_new = True

    title = forms.CharField(label="Title", max_length=200, validators=[visible_text])
    committee = forms.CharField(label="Committee", max_length=120, validators=[visible_text])
    meeting_date = TypedDateField(label="Date of the meeting")
    agenda_item = forms.CharField(label="Agenda item", max_length=30, required=False, validators=[visible_text])
    items = forms.MultipleChoiceField(
        label="Papers", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one paper."}
    )

    def __init__(self, data: Any, *, programme: Programme, items: Sequence[PackItem]) -> None:
        usual = {"title": programme.name, "committee": programme.committee, "meeting_date": programme.meeting_date}
        super().__init__(data, initial=usual)
        self.offered = {item.key: item for item in items}
        self.misplaced: dict[str, str] = {}
        self.fields["items"].choices = [(item.key, item.title) for item in items]  # type: ignore[attr-defined]
        usual_items = [item for item in items if not item.superseded and item.meeting == self._first_meeting(items)]
        self.usual = self.initial["items"] = [item.key for item in sorted(usual_items, key=_as_numbered)]
        self.prepare()
        self.fields["items"].error_messages["required"] = "Choose at least one paper."

    def request(self, part: int) -> PackRequest:
        """What is asked for, as it was typed and put in order."""
        given = self.cleaned_data
        meeting = given["committee"], given["meeting_date"], given["agenda_item"]
        return PackRequest(given["title"], *meeting, part, tuple(given["items"]))

    @staticmethod
    def _first_meeting(items: Sequence[PackItem]) -> str:
        """Papers of the meeting for which one was issued last are chosen beforehand."""
        return next((item.meeting for item in items if not item.superseded), "")

    @property
    def rows(self) -> list[PackRow]:
        chosen = self["items"].value() or []
        usual = {} if self.is_bound else {key: str(place) for place, key in enumerate(self.usual, start=1)}
        return [
            PackRow(item, key in chosen, self.data.get(f"place-{key}", usual.get(key, "")), self.misplaced.get(key, ""))
            for key, item in self.offered.items()
        ]

    def clean_items(self) -> list[PackItem]:
        places = {key: self._place(key) for key in self.cleaned_data["items"]}
        if self.misplaced:
            raise forms.ValidationError("Number the papers 1, 2, 3 and so on.")
        return [self.offered[key] for key in sorted(self.offered.keys() & places, key=lambda key: (places[key], self._rank(key)))]

    def _rank(self, key: str) -> int:
        return list(self.offered).index(key)

    def _place(self, key: str) -> int:
        """The typed place; after every other where there is none."""
        typed = self.data.get(f"place-{key}", "").strip()
        if typed and not (typed.isascii() and typed.isdecimal() and len(typed) < 4):
            self.misplaced[key] = "Enter a whole number, like 2."
        return int(typed) if typed and key not in self.misplaced else 1000
