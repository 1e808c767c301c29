"""Forms of those who prepare drawdowns: a new one, and its case."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from accounts.text.rules import visible_text
from approvals.decisions.forward_plan.queries import notices_for
from approvals.decisions.key_notice.rules import Route
from approvals.decisions.models import DecisionRecord
from approvals.delegations.models import Delegation
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.preparation.queries import CASE, NOT_EXECUTIVE
from approvals.drawdowns.submission.rules import in_public
from approvals.drawdowns.totals.rules import Totals, amounts_in_words, totals_of
from display import formats
from display.fields import TypedDateField
from display.formats import long_date
from display.forms import CarefulForm, EditForm
from phases.programmes.queries import of_programmes
from posts.exempt.queries import exempt_lines
from posts.exempt.rules import Exempt, Field

SCHEDULE_12A = [
    ("", "None: it can be published"),
    ("1", "1: an individual"),
    ("2", "2: likely to reveal who an individual is"),
    ("3", "3: financial or business affairs of a person, the council included"),
    ("4", "4: consultations or negotiations about a labour relations matter"),
    ("5", "5: legal professional privilege"),
    ("6", "6: a proposed notice, order or direction"),
    ("7", "7: preventing, investigating or prosecuting crime"),
]


MOST_OFFERED = 20
"""So many delegations are laid out to choose from; of more, a programme is asked for first."""


class NewDrawdownForm(CarefulForm, forms.Form):
    """Under which delegation, and what for. `key` makes a second press of the button the first again."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    delegation = forms.ModelChoiceField(
        label="Delegation", queryset=Delegation.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    title = forms.CharField(
        label="Title",
        max_length=200,
        validators=[visible_text],
        help_text="What it is for, such as Phase Two: specialist support",
    )

    def __init__(self, data: Mapping[str, Any] | None, delegations: QuerySet[Delegation], programme: str = "") -> None:
        """`programme` is a web address, or words of a name: of many delegations only those of such programmes are shown."""
        super().__init__(data, initial={"key": uuid4().hex})
        self.fields["delegation"].queryset = delegations  # type: ignore[attr-defined]
        self.programme = programme.strip()
        found = list(delegations[: MOST_OFFERED + 1])
        self.is_searched = len(found) > MOST_OFFERED
        if self.is_searched:
            found = self._searched(delegations)
        self.has_more, self.delegations = len(found) > MOST_OFFERED, found[:MOST_OFFERED]
        self.waits = {each.pk for each in self.delegations if any(not condition.standing for condition in each.conditions.all())}
        offered = [each for each in self.delegations if each.programme.slug == self.programme] or self.delegations
        if len(offered) == 1 or (self.programme and offered):
            self.initial["delegation"] = offered[0].pk
        self.prepare()

    def _searched(self, delegations: QuerySet[Delegation]) -> list[Delegation]:
        """Those of the programmes asked for; before any is asked for, the one that was chosen alone."""
        if self.programme:
            return list(delegations.filter(of_programmes(self.programme))[: MOST_OFFERED + 1])
        chosen = self.data.get("delegation", "")
        return list(delegations.filter(pk=chosen)) if chosen.isdecimal() and len(chosen) < 19 else []


def proposal_field() -> forms.CharField:
    return forms.CharField(
        label="What is to be decided",
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[visible_text],
        help_text="Word for word, as the decision will be recorded. It releases no money",
    )


class NewProposalForm(NewDrawdownForm):
    """Of a decision that releases no money: what is to be decided, too."""

    proposal = proposal_field()


class ProposalForm(ActForm):
    """What is to be decided, where no money is released."""

    proposal = proposal_field()

    def __init__(self, data: Any = None, *, drawdown: Drawdown, **options: Any) -> None:
        super().__init__(data, drawdown=drawdown, **options)
        self.fields["proposal"].initial = drawdown.proposal


_OF_KEY = ("is_key", "not_key_reason", "key_notice", "notice_route", "notice_on", "notice_reference")
NOT_KEY = {"is_key": False, "not_key_reason": NOT_EXECUTIVE, "notice_route": "", "notice_on": None, "notice_reference": ""}
"""What the case says where no executive decision is made."""


class CaseForm(EditForm):
    """The case for the decision. A part will do as yet: what the law requires is asked for on submission."""

    broken_rules = {
        "record_notice_has_its_date": ("notice_on", "Enter the date of the notice or agreement."),
        "record_exemption_has_its_reason": ("public_interest", "Say why the public interest is against publishing."),
    }

    is_key = forms.TypedChoiceField(
        label="Is this a key decision?",
        help_text="Significant in cost, or in its effect on people in two or more wards, as the constitution defines it",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda chosen: chosen == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    key_notice = forms.ChoiceField(
        label="Notice in the forward plan",
        help_text="Its date and reference follow from it. Leave it if notice was given otherwise, and say below how",
        required=False,
    )
    notice_route = forms.ChoiceField(
        label="How notice was given",
        choices=[("", "No notice yet"), *DecisionRecord.NoticeRoute.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    notice_on = TypedDateField(label="Date of the notice or agreement", required=False)
    financial_comments_on = TypedDateField(label="Date of the financial comments", required=False)
    legal_comments_on = TypedDateField(label="Date of the legal comments", required=False)
    exempt_paragraph = forms.ChoiceField(
        label="Exempt under Schedule 12A",
        help_text="The paragraph of Part 1 of Schedule 12A to the Local Government Act 1972, if it holds exempt information",
        choices=SCHEDULE_12A,
        required=False,
    )

    class Meta:
        model = DecisionRecord
        fields = list(CASE)
        labels = {
            "reasons": "Reasons for the decision",
            "alternatives": "Alternatives considered and rejected",
            "financial_comments": "Financial comments",
            "legal_comments": "Legal comments",
            "background_papers": "Background papers",
            "wards": "Wards affected",
            "report_author": "Report author",
            "notice_reference": "Where the notice or agreement is",
            "public_interest": "Why the public interest is against publishing",
            "not_key_reason": "If it is not a key decision, why",
        }
        help_texts = {
            "reasons": "Drafted from the lines you chose: edit it as you need",
            "alternatives": "Or “none, because …”",
            "background_papers": "One per line. Files are attached on the next page",
            "wards": "Such as All, or the names of the wards",
            "notice_reference": "Such as its number in the forward plan, or its address on the council’s site",
        }
        widgets = {"reasons": forms.Textarea(attrs={"rows": 12}), "not_key_reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: DecisionRecord, may_be_key: bool = True) -> None:
        """`may_be_key`: it is an executive decision; of any other nothing is asked about key decisions and their notice."""
        self.may_be_key = may_be_key
        is_key = {True: "yes", False: "no", None: None}[instance.is_key]
        self.notices = {each.reference: each for each in notices_for(instance.drawdown)}
        chosen = instance.notice_reference if instance.notice_reference in self.notices else ""
        initial = {"is_key": is_key, "key_notice": chosen}
        if may_be_key and instance.not_key_reason == NOT_EXECUTIVE:
            initial |= {"is_key": None, "not_key_reason": ""}
        super().__init__(data, instance=instance, initial=initial)
        offered = [(each.reference, f"{each}, given on {long_date(each.given_on)}") for each in self.notices.values()]
        self.fields["key_notice"].choices = [("", "None of these"), *offered]  # type: ignore[attr-defined]
        if not offered:
            del self.fields["key_notice"]
        if not may_be_key:
            for name in set(_OF_KEY) & set(self.fields):
                del self.fields[name]

    @property
    def values(self) -> dict[str, Any]:
        """What is not asked is said of it all the same: it is not a key decision, and has no notice."""
        return super().values | ({} if self.may_be_key else NOT_KEY)

    def offer_routes(self, routes: Mapping[Route, str]) -> None:
        """How notice may have been given, in the words of the law that holds here."""
        if "notice_route" in self.fields:
            offered = [(route.value, said) for route, said in routes.items()]
            self.fields["notice_route"].choices = [("", "No notice yet"), *offered]  # type: ignore[attr-defined]

    def say_why_key(self, why: str) -> None:
        """Show what the council's thresholds say beside the question; without anything to say no reason is asked for."""
        self.fields["not_key_reason"].help_text = why or "Needed only above your council’s thresholds for a key decision"

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        self._take_notice(given)
        needed = {
            "notice_on": ("notice_route", "Enter the date of the notice or agreement."),
            "financial_comments_on": ("financial_comments", "Enter the date of the financial comments."),
            "legal_comments_on": ("legal_comments", "Enter the date of the legal comments."),
            "public_interest": ("exempt_paragraph", "Say why the public interest is against publishing."),
        }
        for name, (because_of, sentence) in needed.items():
            if given.get(because_of) and not given.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return given

    def _take_notice(self, given: dict[str, Any]) -> None:
        """Route, date and reference are those of the notice that was chosen; whoever typed others is told."""
        notice = self.notices.get(given.get("key_notice") or "")
        before = self.initial.get("key_notice")
        if notice is None:
            return
        follows = {"notice_route": Route.TWENTY_EIGHT_DAYS, "notice_on": notice.given_on, "notice_reference": notice.reference}
        for name, value in follows.items():
            typed = given.get(name)
            if typed and typed != value and not (before and typed == self.initial.get(name)):
                self.add_error(name, f"Leave this blank: {notice.reference} says it. Or choose “None of these” above.")
            else:
                given[name] = value

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings, as the page shows them."""
        names = {
            "The case": ["reasons", "alternatives", "background_papers", "wards", "report_author"],
            "Comments": ["financial_comments", "financial_comments_on", "legal_comments", "legal_comments_on"],
            "Key decision and notice": list(_OF_KEY),
            "Exempt information": ["exempt_paragraph", "public_interest"],
        }
        shown = [(heading, [self[name] for name in fields if name in self.fields]) for heading, fields in names.items()]
        return [(heading, fields) for heading, fields in shown if fields]


MOST_LINES_NAMED = 60


def drafted_case(drawdown: Drawdown, asked: Totals | None, by: User) -> DecisionRecord:
    """What the data say of the case already, not stored yet: the money and lines, the decisions behind it, and who writes."""
    decision = drawdown.delegation.decision
    minute = f", minute {decision.minute}" if decision.minute else ""
    return DecisionRecord(
        drawdown=drawdown,
        reasons=_reasons(asked, exempt_lines(drawdown.programme.slug)) if asked else "",
        background_papers=f"{decision.title}: {decision.body}, {formats.long_date(decision.decided_on)}{minute}",
        report_author=", ".join(filter(None, [by.name, by.job_title])),
    )


def _reasons(asked: Totals, exempt: Exempt) -> str:
    """Of a line whose costs are exempt no cost is drafted, nor of its phase, since the rest of it could be taken off."""
    if asked.content.proposal:
        return asked.content.proposal
    costs_exempt = any((line.line, Field.AMOUNTS) in exempt for line in asked.content.lines)
    asked = totals_of(in_public(asked.content, exempt))
    lines = [
        f"- {line.title}{f', {line.fte} FTE' if line.fte else ''}{'' if costs_exempt else f': {_money(asked, line.amounts)}'}"
        for phase in asked.phases
        for line in phase.lines
    ]
    if len(lines) > MOST_LINES_NAMED:
        lines = [
            f"- {phase.name}, {len(phase.lines)} lines{'' if costs_exempt else f': {_money(asked, phase.amounts)}'}"
            for phase in asked.phases
        ]
    return f"To release {asked.in_words} for {asked.purpose}:\n\n" + "\n".join(lines)


def _money(asked: Totals, amounts: Iterable[Decimal | None]) -> str:
    pairs = zip(asked.measures, amounts, strict=True)
    return amounts_in_words({measure: pounds for measure, pounds in pairs if pounds is not None})


class WithdrawForm(ActForm):
    """Why it is taken back: everybody who was asked reads it on its page."""

    reasons = forms.CharField(
        label="Why it is withdrawn",
        help_text="Everybody who was asked can read this on its page",
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[visible_text],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, drawdown: Drawdown) -> None:
        super().__init__(data, drawdown=drawdown)
        self.fields["reasons"].error_messages["required"] = "Say why it is withdrawn."
