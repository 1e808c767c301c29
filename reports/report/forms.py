"""Forms of a programme's report. Placeholders are refused at their field, and so is what names no figure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django import forms

from approvals.models import DecisionRecord
from display.fields import TypedAmountField, TypedDateField
from display.forms import EditForm
from phases.bodies.forms import BODIES
from reports.draft.rules.dates import dates_in
from reports.draft.rules.placeholders import placeholder_findings
from reports.draft.rules.text import Draft, Paragraph
from reports.figures.rules import Figures, LiveFigure, filled, plain, why_not
from reports.front_sheet.models import FrontSheet
from reports.report.actions import TEXTS
from reports.report.boxes.rules import Box, boxes_of
from reports.report.models import ReportParagraph
from reports.report.queries import CommitteeReport


def placeholders_in(text: str) -> list[str]:
    """The words of a text that stand for something still to be filled in."""
    found = placeholder_findings(Draft((Paragraph(text),)))
    return list(dict.fromkeys(finding.quoted[1] for finding in found))


class ReportForm(EditForm):
    """A form whose texts may name figures. `figures` are those of now."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Any, figures: Figures, **options: Any) -> None:
        super().__init__(data, instance=instance, **options)
        self.figures = figures

    def refuse(self, name: str, *, names_figures: bool) -> None:
        """Say at its field what a text must not hold; else give each figure named in it its value."""
        text = self.cleaned_data.get(name) or ""
        said = [
            f"“{words}” stands for something still to be filled in: fill it in, or leave it out for now."
            for words in placeholders_in(text)
        ]
        said += why_not(text, self.figures) if names_figures else ()
        for sentence in said:
            self.add_error(name, sentence)
        if names_figures and not said:
            self.cleaned_data[name] = filled(text, self.figures)

    @property
    def totals(self) -> list[LiveFigure]:
        """The figures offered beside the form: of phases, of money, of FTE."""
        return [figure for figure in self.figures.all if not figure.is_line]

    @property
    def a_line(self) -> LiveFigure | None:
        """The name of a single line's figure, as an example; None where there is none."""
        return next((figure for figure in self.figures.all if figure.is_line and figure.is_money), None)


def _yes_or_no(label: str, yes: str, no: str, help_text: str = "", unsaid: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[*([("", unsaid)] if unsaid else []), ("yes", yes), ("no", no)],
        coerce=lambda chosen: chosen == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )


YES_OR_NO = ("is_urgent", "is_executive", "is_key", "call_in")


class FrontSheetForm(ReportForm):
    """The boxes of the front sheet. A part of them will do as yet: the paper check says what is missing."""

    broken_rules = {
        "front_sheet_notice_has_its_date": ("notice_on", "Enter the date of the notice or agreement."),
        "front_sheet_budget_is_not_negative": ("current_budget", "Enter a budget of £0 or more."),
    }

    part = forms.TypedChoiceField(
        label="Part",
        choices=[(1, "Part 1: public"), (2, "Part 2: exempt, for members only")],
        coerce=int,
        widget=forms.RadioSelect,
    )
    is_urgent = _yes_or_no("Urgent or not", "Urgent", "Non-urgent")
    is_executive = _yes_or_no("Whose decision is it", "Executive", "Non-executive")
    is_key = _yes_or_no(
        "Is it a key decision",
        "Key",
        "Non-key",
        "Significant in cost, or in its effect on people in two or more wards, as the constitution defines it",
    )
    call_in = _yes_or_no("Call-in", "Applicable", "Not applicable", unsaid="As the decision makers make it")
    notice_route = forms.ChoiceField(
        label="How notice was given",
        help_text="Only of a key decision",
        choices=[("", "No notice yet"), *DecisionRecord.NoticeRoute.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    notice_on = TypedDateField(label="Date of the notice or agreement", required=False)
    current_budget = TypedAmountField(
        label="Current budget for this head", help_text="In pounds, £0 where there is none", required=False
    )
    ward_councillors_asked = forms.ChoiceField(
        label="Have ward councillors been asked for comments",
        choices=FrontSheet.WhetherAsked.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    class Meta:
        model = FrontSheet
        fields = [
            *(
                "part",
                "decision_makers",
                "decider",
                "is_urgent",
                "is_executive",
                "is_key",
                "notice_route",
                "notice_on",
                "notice_reference",
            ),
            *("title", "contact_officer", "chief_officer", "ward", "reason", "corporate_policy", "cost_of_proposal"),
            *("ongoing_costs", "budget_head", "current_budget", "funding_source", "staff_numbers", "staff_hours"),
            *("legal_requirement", "call_in", "call_in_reason", "customer_impact", "ward_councillors_asked"),
            *("ward_councillor_views", "sections_not_applicable", "background_documents"),
        ]
        labels = {
            "decision_makers": "Decision maker(s) and date(s)",
            "decider": "Body that takes the final decision",
            "title": "Title",
            "reason": "Reason for report",
            "budget_head": "Budget head",
            "staff_numbers": "Number of staff",
            "funding_source": "Source of funding",
            "ward_councillor_views": "Their comments",
        }
        help_texts = {
            "decision_makers": "One per line, with the day: Full Council, Monday 26 September 2016.",
            "decider": f"Notice and call-in follow it. {BODIES}",
            "contact_officer": "The post or office",
            "chief_officer": "The post or office",
            "ward": "Such as All wards",
            "corporate_policy": "Existing or new policy, and the priority that it serves",
            "budget_head": "Or performance centre",
            "staff_hours": "Or “not applicable”",
            "legal_requirement": "Statutory requirement, Government guidance, or none",
            "customer_impact": "Estimated number of users or beneficiaries, now and later",
            "sections_not_applicable": "Headings of the report that were left out",
            "background_documents": "One per line",
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, report: CommitteeReport) -> None:
        sheet = report.sheet
        initial = {name: {True: "yes", False: "no", None: None}[getattr(sheet, name)] for name in YES_OR_NO}
        super().__init__(data, instance=sheet, figures=report.figures, initial=initial)
        sources: Any = self.fields["funding_source"]
        sources.queryset = report.programme.funding_sources.all()
        sources.empty_label = "As the data say"
        self.fields["decider"].empty_label = "The committee of the paper"  # type: ignore[attr-defined]
        for box in boxes_of(replace(report.given, sheet=FrontSheet(programme=report.programme))):
            self._say_what_stands(box)

    def _say_what_stands(self, box: Box) -> None:
        """What the box prints while nobody types: it is filled from the data."""
        field = self.fields.get(box.name)
        if field is not None and box.source and box.text:
            said = f"If left empty, it is filled {box.source}: {'; '.join(plain(line) for line in box.paragraphs)}"
            field.help_text = f"{field.help_text} {said}".strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str):
                self.refuse(name, names_figures=name in TEXTS)
        if cleaned.get("notice_route") and not cleaned.get("notice_on") and "notice_on" not in self.errors:
            self.add_broken_rule("front_sheet_notice_has_its_date")
        if cleaned.get("notice_on") and not cleaned.get("notice_route"):
            self.add_error("notice_route", "Say how notice was given that day.")
        for problem in _wrong_dates(cleaned.get("decision_makers") or ""):
            self.add_error("decision_makers", problem)
        return self.cleaned_data

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, in the order of the front sheet."""
        names = {
            "Decision": ["part", "decision_makers", "decider", "is_urgent", "is_executive", "is_key"],
            "Notice of a key decision": ["notice_route", "notice_on", "notice_reference"],
            "About the report": ["title", "contact_officer", "chief_officer", "ward", "reason"],
            "Corporate policy": ["corporate_policy"],
            "Financial": ["cost_of_proposal", "ongoing_costs", "budget_head", "current_budget", "funding_source"],
            "Staff": ["staff_numbers", "staff_hours"],
            "Legal": ["legal_requirement", "call_in", "call_in_reason"],
            "Customer impact": ["customer_impact"],
            "Ward councillor views": ["ward_councillors_asked", "ward_councillor_views"],
            "At the end": ["sections_not_applicable", "background_documents"],
        }
        return [(heading, [self[name] for name in fields]) for heading, fields in names.items()]


def _wrong_dates(text: str) -> Iterator[str]:
    return (each.problem for each in dates_in(text) if each.problem)


class ParagraphForm(ReportForm):
    """A recommendation or a paragraph of the finance section."""

    class Meta:
        model = ReportParagraph
        fields = ["body", "text"]
        labels = {"body": "Body that is asked", "text": "Text"}
        help_texts = {
            "body": BODIES,
            "text": "A figure is named between braces, such as {the total, full year}. Its value is filled in when you save.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: ReportParagraph, figures: Figures) -> None:
        super().__init__(data, instance=instance, figures=figures)
        if instance.section == ReportParagraph.Section.FINANCE:
            del self.fields["body"]
        else:
            self.fields["body"].required = True
            self.fields["body"].empty_label = "Choose the body"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.refuse("text", names_figures=True)
        return self.cleaned_data
