"""The record of a decision on a drawdown, and its call-in."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.decisions.key_notice.rules import ROUTES, Route
from approvals.drawdowns.models import Drawdown


class DecisionRecord(models.Model):
    """The record of one decision on a drawdown, from the case that officers put to the record that is published.

    The case (the fields up to `public_interest`) is written with the drawdown and frozen with it; the rest is drafted at sign-off
    and edited by the clerk until it is published. Regulations 12 and 13 of the 2012 Regulations, 7 of the 2014 Regulations.
    `money` and `content` are canonical JSON, kept to the letter; `sha256` is of `content`.
    """

    class NoticeRoute(models.TextChoices):
        TWENTY_EIGHT_DAYS = Route.TWENTY_EIGHT_DAYS, ROUTES[Route.TWENTY_EIGHT_DAYS]
        GENERAL_EXCEPTION = Route.GENERAL_EXCEPTION, ROUTES[Route.GENERAL_EXCEPTION]
        SPECIAL_URGENCY = Route.SPECIAL_URGENCY, ROUTES[Route.SPECIAL_URGENCY]

    drawdown = models.OneToOneField(Drawdown, on_delete=models.PROTECT, related_name="record")
    reasons = models.TextField("reasons for the decision", blank=True, validators=[visible_text])
    alternatives = models.TextField("alternatives considered and rejected", blank=True, validators=[visible_text])
    financial_comments = models.TextField(blank=True, validators=[visible_text])
    financial_comments_on = models.DateField("date of the financial comments", null=True, blank=True)
    legal_comments = models.TextField(blank=True, validators=[visible_text])
    legal_comments_on = models.DateField("date of the legal comments", null=True, blank=True)
    background_papers = models.TextField(blank=True, validators=[visible_text])
    wards = models.CharField(max_length=200, blank=True, validators=[visible_text])
    report_author = models.CharField(max_length=160, blank=True, validators=[visible_text])
    is_key = models.BooleanField("key decision", null=True, blank=True)
    not_key_reason = models.TextField("if it is not key, why", blank=True, validators=[visible_text])
    notice_route = models.CharField(max_length=8, blank=True, choices=NoticeRoute)
    notice_on = models.DateField("date of the notice or agreement", null=True, blank=True)
    notice_reference = models.CharField("where the notice or agreement is", max_length=200, blank=True, validators=[visible_text])
    exempt_paragraph = models.CharField(
        "paragraph of Schedule 12A", max_length=1, blank=True, choices=[(n, n) for n in "1234567"]
    )
    public_interest = models.TextField("why the public interest is against publishing", blank=True, validators=[visible_text])

    title = models.CharField(max_length=200, blank=True, validators=[visible_text])
    text_recommended = models.TextField("text as recommended", blank=True, validators=[visible_text])
    text_resolved = models.TextField("text as decided", blank=True, validators=[visible_text])
    decided_on = models.DateField("date of the decision", null=True, blank=True)
    capacity = models.CharField("decision maker and capacity", max_length=400, blank=True, validators=[visible_text])
    power = models.TextField("power relied on", blank=True, validators=[visible_text])
    interests = models.TextField("interests declared", blank=True, validators=[visible_text])
    dispensations = models.TextField(blank=True, validators=[visible_text])
    minute = models.CharField("minute number", max_length=60, blank=True, validators=[visible_text])
    members_present = models.TextField(blank=True, validators=[visible_text])
    call_in_applies = models.BooleanField("open to call-in", null=True, blank=True)
    call_in_reason = models.TextField("why it is not open to call-in", blank=True, validators=[visible_text])
    money = models.TextField(blank=True, editable=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_on = models.DateField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_before_on = models.DateField("published elsewhere on", null=True, blank=True, editable=False)
    published_before_at = models.URLField("where it could be read before", max_length=300, blank=True, editable=False)
    closes_on = models.DateField("call-in closes", null=True, blank=True)
    call_in_days = models.PositiveSmallIntegerField("working days open to call-in", null=True, blank=True, editable=False)
    bank_holidays = ArrayField(
        models.DateField(), verbose_name="bank holidays passed over", null=True, blank=True, editable=False
    )
    effective_on = models.DateField("takes effect", null=True, blank=True)
    retain_until = models.DateField(null=True, blank=True)
    retain_papers_until = models.DateField("retain background papers until", null=True, blank=True)
    content = models.TextField(blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    seen_after: int | None = None
    """The number of the act after which it is seen, no later one being done yet; None: as it is now. See `standing.as_it_was`."""
    corrected_on: list[date]
    """The days of its corrections, in their order; only where the record was read through `decisions.queries`."""

    class Meta:
        indexes = [
            models.Index(fields=["published_on", "id"], name="record_by_publication"),
            models.Index(Coalesce("published_on", date.max), "id", name="record_sorted_by_publication"),
            models.Index(Coalesce("decided_on", date.max), "id", name="record_sorted_by_decision"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(notice_route="") | Q(notice_route__in=["28_days", "reg_10", "reg_11"], notice_on__isnull=False),
                name="record_notice_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(exempt_paragraph="") | Q(exempt_paragraph__in=list("1234567"), public_interest__regex=r"\S"),
                name="record_exemption_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    published_on__isnull=True,
                    published_by__isnull=True,
                    closes_on__isnull=True,
                    call_in_days__isnull=True,
                    bank_holidays__isnull=True,
                    effective_on__isnull=True,
                    retain_until__isnull=True,
                    retain_papers_until__isnull=True,
                    content="",
                    sha256="",
                    entry__isnull=True,
                )
                | Q(
                    published_on__isnull=False,
                    published_by__isnull=False,
                    effective_on__isnull=False,
                    effective_on__gte=F("published_on"),
                    retain_until__isnull=False,
                    retain_papers_until__isnull=False,
                    sha256__regex=r"^[0-9a-f]{64}$",
                    entry__isnull=False,
                    decided_on__isnull=False,
                    decided_on__lte=F("published_on"),
                    call_in_applies__isnull=False,
                    is_key__isnull=False,
                    reasons__regex=r"\S",
                    alternatives__regex=r"\S",
                    text_resolved__regex=r"\S",
                    interests__regex=r"\S",
                    power__regex=r"\S",
                ),
                name="record_is_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True)
                | Q(
                    call_in_applies=True,
                    closes_on__isnull=False,
                    closes_on__gt=F("published_on"),
                    effective_on__gt=F("closes_on"),
                )
                | Q(call_in_applies=False, closes_on__isnull=True, call_in_reason__regex=r"\S"),
                name="record_call_in_or_the_reason",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | Q(is_key=False) | ~Q(notice_route=""), name="record_key_has_its_notice"
            ),
            models.CheckConstraint(
                condition=Q(published_before_on__isnull=True, published_before_at="")
                | Q(
                    published_on__isnull=False,
                    published_before_on__isnull=False,
                    published_before_on__gte=F("decided_on"),
                    published_before_on__lte=F("published_on"),
                    published_before_at__regex=r"^https?://[^\s/]",
                ),
                name="record_published_before_has_its_address",
            ),
        ]

    def __str__(self) -> str:
        return f"Record of {self.drawdown}"


class CallIn(models.Model):
    """That scrutiny called a decision in, and what became of it. One that stands takes effect on `effective_on` instead."""

    class Outcome(models.TextChoices):
        STANDS = "stands", "The decision stands"
        OVERTURNED = "overturned", "The decision is overturned"

    drawdown = models.OneToOneField(Drawdown, on_delete=models.PROTECT, related_name="call_in")
    called_in_on = models.DateField("date")
    called_in_by = models.CharField("called in by", max_length=200, validators=[visible_text])
    reasons = models.TextField(validators=[visible_text])
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, blank=True, choices=Outcome)
    outcome_on = models.DateField("date of the outcome", null=True, blank=True)
    outcome_text = models.TextField("what was decided, and by whom", blank=True, validators=[visible_text])
    outcome_recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    effective_on = models.DateField("takes effect", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reasons__regex=r"\S", called_in_by__regex=r"\S"), name="call_in_has_its_reasons"),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on__isnull=True, outcome_text="", outcome_recorded_by__isnull=True)
                | Q(
                    outcome__in=["stands", "overturned"],
                    outcome_on__isnull=False,
                    outcome_on__gte=F("called_in_on"),
                    outcome_text__regex=r"\S",
                    outcome_recorded_by__isnull=False,
                ),
                name="call_in_outcome_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(outcome="stands", effective_on__isnull=False, effective_on__gte=F("outcome_on"))
                | (~Q(outcome="stands") & Q(effective_on__isnull=True)),
                name="call_in_that_stands_takes_effect",
            ),
        ]

    def __str__(self) -> str:
        return f"Call-in of {self.drawdown}"
