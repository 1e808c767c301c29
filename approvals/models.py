"""Schemes of delegation, drawdowns, the answers to them, and what they consume of each limit.

The rules of two rows are triggers (migration the_database_decides_with_us); each is named like a constraint.
"""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import AuditEntry, Office, User
from accounts.validators import visible_text
from approvals.drawdowns.rules import Mode, Reply, State
from costing.financial_year import FinancialYear
from phases.models import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    Authorisation,
    AuthorisationLimit,
    FundingDecision,
    Programme,
    year_validators,
)

_states = [(state.value, state.label) for state in State]


class Delegation(models.Model):
    """Who may decide on drawdowns, under which resolution, and which offices answer first. Never changed: record another.

    The decision maker is an office, or a body whose resolution the clerk records.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="delegations")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="delegations")
    title = models.CharField(max_length=160, validators=[visible_text])
    decision_maker = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="delegations")
    decision_body = models.CharField(max_length=120, blank=True, validators=[visible_text])
    text = models.TextField("verbatim text", validators=[visible_text])
    expires = models.DateField("last day", null=True, blank=True)
    report_back_to = models.CharField(max_length=120, blank=True, validators=[visible_text])
    report_back_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "title"], name="delegation_named_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="delegation_with_programme"),
            models.CheckConstraint(condition=Q(text__regex=r"\S", title__regex=r"\S"), name="delegation_has_title_and_text"),
            models.CheckConstraint(
                condition=Q(decision_maker__isnull=False, decision_body="")
                | (Q(decision_maker__isnull=True) & ~Q(decision_body="")),
                name="delegation_to_an_office_or_a_body",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def decided_by(self) -> str:
        """The decision maker's name, office or body."""
        return str(self.decision_maker) if self.decision_maker else self.decision_body


class DelegationStep(models.Model):
    """An office that is asked before the decision, and whether its agreement is needed or it is consulted."""

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="steps")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=12, choices=[(mode.value, mode.value.capitalize()) for mode in Mode])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["delegation", "office"], name="step_office_once"),
            models.CheckConstraint(condition=Q(mode__in=[mode.value for mode in Mode]), name="step_mode_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.office}: {self.mode}"


class DelegationLimit(models.Model):
    """ "Up to" so many whole pounds under a delegation, in one measure, beside the limits of the authorisations it draws on.

    `drawn` is kept by the database, from each row of consumption, and never passes `amount`.
    """

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="limits")
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=year_validators)
    amount = models.DecimalField("limit", max_digits=14, decimal_places=0)
    drawn = models.DecimalField(max_digits=14, decimal_places=0, default=0, editable=False)

    class Meta:
        ordering = [F("financial_year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation", "financial_year"], name="delegation_limit_once_for_a_measure", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="delegation_limit_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(drawn__gte=0, drawn__lte=F("amount")), name="delegation_drawn_is_within_its_limit"
            ),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True) | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="delegation_limit_year_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"£{self.drawn:,} of £{self.amount:,}"

    @property
    def measure(self) -> str:
        return "Full year" if self.financial_year is None else FinancialYear(self.financial_year).label

    @property
    def headroom(self) -> Decimal:
        return self.amount - self.drawn


class Drawdown(models.Model):
    """A request to release authorised money for named lines, and its sign-off.

    `content` is canonical JSON, kept to the letter, of what was last submitted; `sha256` is of it. `version` goes up with every
    write. `signed_for` is whom a deputy acted for, under `authority`; `resolution` is what a body resolved.
    """

    reference = models.CharField(max_length=20, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="drawdowns")
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="drawdowns")
    title = models.CharField(max_length=200, validators=[visible_text])
    state = models.CharField(max_length=12, choices=_states, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submission = models.PositiveIntegerField(default=0)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    reasons = models.TextField("reasons for returning or refusing", blank=True, validators=[visible_text])
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.TextField(blank=True)
    resolution = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "answer_by"], name="drawdown_by_state"),
            # What its list is sorted by; and drawdown_words in the migration: of title and reference, by any three letters.
            models.Index(fields=["state", "id"], name="drawdown_sorted_by_state"),
            models.Index(Coalesce("answer_by", date.max), "id", name="drawdown_sorted_by_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="drawdown_state_is_known"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="drawdown_has_a_title"),
            models.CheckConstraint(
                condition=Q(submission=0, content="", sha256="", submitted_at__isnull=True, answer_by__isnull=True)
                | (
                    Q(submission__gt=0, sha256__regex=r"^[0-9a-f]{64}$", submitted_at__isnull=False, answer_by__isnull=False)
                    & ~Q(content="")
                ),
                name="drawdown_submission_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submission__gt=0), name="drawdown_was_submitted"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "refused"]) | Q(reasons__regex=r"\S"), name="drawdown_no_has_its_reasons"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["signed_off", "called_in", "effective", "superseded"],
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    signed_entry__isnull=False,
                )
                | Q(
                    state__in=["draft", "submitted", "returned", "withdrawn", "refused"],
                    signed_at__isnull=True,
                    signed_by__isnull=True,
                    signed_for__isnull=True,
                    authority="",
                    resolution__isnull=True,
                    signed_entry__isnull=True,
                ),
                name="drawdown_signature_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Submission(models.Model):
    """One submission of a drawdown, to the letter and for ever: an answer's SHA-256 always leads to what was answered."""

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["drawdown", "number"], name="submission_numbered_once")]

    def __str__(self) -> str:
        return f"Submission {self.number} of {self.drawdown}"


class DrawdownPreparer(models.Model):
    """Somebody who wrote the drawdown, or had changed a line of it before it was submitted. Never taken back."""

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="preparers")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drawdown", "person"], name="preparer_once")]

    def __str__(self) -> str:
        return f"{self.person} prepared {self.drawdown}"


class DrawdownLine(models.Model):
    """A line, or part of its FTE, asked for under one authorisation. `line_id` is a plain number: lines can be removed.

    `fte` is empty for a line without FTE, which is drawn in pounds.
    """

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="lines")
    line_id = models.BigIntegerField()
    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="drawdown_lines")
    fte = models.DecimalField("FTE drawn", max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["drawdown", "line_id", "authorisation"], name="drawdown_line_once"),
            models.CheckConstraint(condition=Q(fte__isnull=True) | Q(fte__gt=0), name="drawdown_line_fte_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id} in {self.drawdown}"


class DrawdownAmount(models.Model):
    """What a line would consume in one measure, whole pounds: typed for a line without FTE, else worked out on submission."""

    drawdown_line = models.ForeignKey(DrawdownLine, on_delete=models.CASCADE, related_name="amounts")
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True)
    pounds = models.DecimalField(max_digits=14, decimal_places=0)

    class Meta:
        ordering = [F("financial_year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["drawdown_line", "financial_year"], name="drawdown_amount_once_for_a_measure", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(pounds__gte=0), name="drawdown_amount_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.financial_year}: £{self.pounds:,}"


class Paper(models.Model):
    """A file that belongs to a drawdown, kept whole: what supports it, or the evidence of an answer given off line.

    What supports it is chosen before it is submitted, and its SHA-256 is part of what is frozen.
    """

    class Kind(models.TextChoices):
        SUPPORTING = "supporting", "Supporting paper"
        EVIDENCE = "evidence", "Evidence of an answer"

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200, validators=[visible_text])
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("size in bytes")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["drawdown", "kind", "name"], name="paper_named_once"),
            models.UniqueConstraint(fields=["id", "drawdown"], name="paper_with_drawdown"),
            models.CheckConstraint(condition=Q(kind__in=["supporting", "evidence"]), name="paper_kind_is_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0), name="paper_has_its_hash"),
        ]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """What an office said on one submission of a drawdown, for ever. `interests` is a positive "none" where there are none.

    Given by e-mail or on paper it is `recorded_by` the clerk, with its evidence; `person` is still who said it.
    """

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="answers")
    sha256 = models.CharField(max_length=64)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.TextField(blank=True)
    answer = models.CharField(
        max_length=10,
        choices=[(Reply.AGREE, "Agree"), (Reply.DISAGREE, "Do not agree"), (Reply.VIEW, "View given")],
    )
    words = models.TextField(blank=True, validators=[visible_text])
    interests = models.TextField("interests declared", validators=[visible_text])
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_from = models.CharField(max_length=5, blank=True, choices=[("email", "E-mail"), ("paper", "Paper")])
    evidence = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True, recorded_from="", evidence__isnull=True)
                | Q(recorded_by__isnull=False, recorded_from__in=["email", "paper"], evidence__isnull=False),
                name="answer_recorded_with_its_evidence",
            ),
            models.UniqueConstraint(fields=["drawdown", "sha256", "office"], name="answer_once_for_an_office"),
            models.CheckConstraint(condition=Q(answer__in=[reply.value for reply in Reply]), name="answer_is_known"),
            models.CheckConstraint(condition=Q(interests__regex=r"\S"), name="answer_declares_interests"),
            models.CheckConstraint(condition=Q(answer="agree") | Q(words__regex=r"\S"), name="answer_has_its_words"),
            models.CheckConstraint(condition=Q(answered_at__gte=F("asked_at")), name="answer_after_it_was_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.office}: {self.answer}"


class Question(models.Model):
    """What somebody who is to answer, or to decide, wants to know first, for ever. It is replied to once."""

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="questions")
    sha256 = models.CharField(max_length=64)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField("question", validators=[visible_text])
    reply = models.TextField(blank=True, validators=[visible_text])
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="question_has_its_text"),
            models.CheckConstraint(
                condition=Q(reply="", replied_by__isnull=True, replied_at__isnull=True)
                | Q(reply__regex=r"\S", replied_by__isnull=False, replied_at__isnull=False, replied_at__gte=F("asked_at")),
                name="question_reply_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} asks about {self.drawdown}"


class Advice(models.Model):
    """What the section 151 officer, as such, advises on one submission. Not an answer, even where the same person gives one."""

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="advice")
    sha256 = models.CharField(max_length=64)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.TextField(blank=True)
    text = models.TextField("advice", validators=[visible_text])
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["drawdown", "sha256", "office"], name="advice_once_for_a_submission"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="advice_has_its_text"),
        ]

    def __str__(self) -> str:
        return f"Advice of {self.office} on {self.drawdown}"


class Dispensation(models.Model):
    """That somebody with an interest may take part. Who decides on the drawdown cannot be who gave it."""

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="dispensations")
    member = models.CharField("given to", max_length=160, validators=[visible_text])
    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField("date")
    text = models.TextField("what it allows", validators=[visible_text])
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S", member__regex=r"\S"), name="dispensation_has_its_text"),
        ]

    def __str__(self) -> str:
        return f"Dispensation for {self.member}"


class DecisionRecord(models.Model):
    """The record of one decision on a drawdown, from the case that officers put to the record that is published.

    The case (the fields up to `public_interest`) is written with the drawdown and frozen with it; the rest is drafted at sign-off
    and edited by the clerk until it is published. Regulations 12 and 13 of the 2012 Regulations, 7 of the 2014 Regulations.
    `money` and `content` are canonical JSON, kept to the letter; `sha256` is of `content`.
    """

    class NoticeRoute(models.TextChoices):
        TWENTY_EIGHT_DAYS = "28_days", "28 clear days' notice (regulation 9)"
        GENERAL_EXCEPTION = "reg_10", "General exception: chairman notified, 5 clear days (regulation 10)"
        SPECIAL_URGENCY = "reg_11", "Special urgency: chairman agrees it cannot be deferred (regulation 11)"

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
    closes_on = models.DateField("call-in closes", null=True, blank=True)
    effective_on = models.DateField("takes effect", null=True, blank=True)
    retain_until = models.DateField(null=True, blank=True)
    retain_papers_until = models.DateField("retain background papers until", null=True, blank=True)
    content = models.TextField(blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

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


class LimitDrawn(models.Model):
    """How much of a limit is drawn, in pounds: always the sum of its consumption, never above it. Made with the first drawing.

    `ceiling` is the limit itself, which stays as it is from then on. Once lapsed, nothing more is drawn.
    """

    limit = models.OneToOneField(AuthorisationLimit, on_delete=models.PROTECT, related_name="drawn_row")
    ceiling = models.DecimalField(max_digits=14, decimal_places=0)
    drawn = models.DecimalField(max_digits=14, decimal_places=0, default=0)
    lapsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(drawn__gte=0, drawn__lte=F("ceiling")), name="drawn_is_within_the_limit"),
        ]

    def __str__(self) -> str:
        return f"£{self.drawn:,} of £{self.ceiling:,}"


class Consumption(models.Model):
    """What one line of a drawdown consumes of one authorisation in one measure, for ever. Whole pounds, and FTE if it has any.

    A row that reverses another is negative and names it; a transfer to a later authorisation is a reversal there and a row here
    that names the row it goes on from.
    """

    class Kind(models.TextChoices):
        DRAW = "draw", "Drawn"
        TRANSFER_IN = "transfer_in", "Taken over from an earlier authorisation"
        TRANSFER_OUT = "transfer_out", "Passed on to a later authorisation"
        HAND_BACK = "hand_back", "Handed back"
        OVERTURN = "overturn", "Overturned"

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="consumption")
    line_id = models.BigIntegerField()
    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="consumption")
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    pounds = models.DecimalField(max_digits=14, decimal_places=0)
    fte = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversals")
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["authorisation", "financial_year"], include=["pounds"], name="consumption_of_a_limit"),
            models.Index(fields=["line_id"], name="consumption_of_a_line"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["drawdown", "line_id", "authorisation", "financial_year"],
                condition=Q(reverses__isnull=True),
                name="consumption_once_for_a_measure",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="draw", pounds__gte=0, reverses__isnull=True, continues__isnull=True)
                | Q(kind="transfer_in", pounds__gte=0, reverses__isnull=True)
                | Q(
                    kind__in=["transfer_out", "hand_back", "overturn"],
                    pounds__lte=0,
                    reverses__isnull=False,
                    continues__isnull=True,
                ),
                name="consumption_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True) | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="consumption_year_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: £{self.pounds:,}"


class Receipt(models.Model):
    """An act that was done under an idempotency key. With the same `body` (its SHA-256) it is that act again."""

    key = models.CharField(max_length=64, unique=True)
    body = models.CharField(max_length=64)
    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(key=""), name="receipt_has_its_key")]

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """That a person is told, by mail, what became of one submission of a drawdown. Queued with the act itself, sent after it."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked to answer"
        REMINDER_BEFORE = "reminder_before", "Reminded before the answer was due"
        REMINDER_OVERDUE = "reminder_overdue", "Reminded that the answer is overdue"
        ALL_ANSWERED = "all_answered", "Told that everybody has answered"
        SIGNED = "signed", "Told that it was signed off"
        RETURNED = "returned", "Told that it was returned"
        REFUSED = "refused", "Told that it was refused"
        WITHDRAWN = "withdrawn", "Told that it was withdrawn"
        CALLED_IN = "called_in", "Told that it was called in"
        OVERTURNED = "overturned", "Told that it was overturned"
        EFFECTIVE = "effective", "Told that it took effect"
        QUESTION = "question", "Asked a question"
        REPLY = "reply", "Told of the reply"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENT = "sent", "Sent"
        GIVEN_UP = "given_up", "Not sent"

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="notices")
    submission = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField("why it was not sent", blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["queued_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drawdown", "submission", "kind", "person", "question"], name="notice_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "asked",
                        "reminder_before",
                        "reminder_overdue",
                        "all_answered",
                        "signed",
                        "returned",
                        "refused",
                        "withdrawn",
                        "called_in",
                        "overturned",
                        "effective",
                    ],
                    question__isnull=True,
                )
                | Q(kind__in=["question", "reply"], question__isnull=False),
                name="notice_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", sent_at__isnull=True)
                | Q(state="sent", sent_at__isnull=False)
                | Q(state="given_up", sent_at__isnull=True, last_error__regex=r"\S"),
                name="notice_state_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
