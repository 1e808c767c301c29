"""Drawdowns, the answers to them and what else is said on them, and what they consume of each limit."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import AuditEntry, Office, User
from accounts.text.rules import visible_text
from approvals.delegations.models import Delegation
from approvals.drawdowns.rules import ANSWERS, OFF_LINE, Reply, State, declares
from costing.measure import WHOLE_LIFE_STORED, Measure, stored
from phases.bodies.models import Body
from phases.models import Authorisation, AuthorisationLimit, FundingDecision, Programme
from phases.programmes.models import EARLIEST_YEAR, LATEST_YEAR

_states = [(state.value, state.label) for state in State]


class Drawdown(models.Model):
    """A request to release authorised money for named lines, and its sign-off.

    `content` is canonical JSON, kept to the letter, of what was last submitted; `sha256` is of it. `version` goes up with every
    write. With a `proposal`, word for word what is to be decided, it releases no money: it has no lines and consumes nothing, and
    stays of that kind. `signed_for` is whom a deputy acted for, under `authority`; `resolution` is what a body resolved.
    With `taken_elsewhere` it was decided before it was recorded here: `signed_by` confirmed that, and nobody here decided.
    """

    reference = models.CharField(max_length=20, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="drawdowns")
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="drawdowns")
    title = models.CharField(max_length=200, validators=[visible_text])
    proposal = models.TextField("what is to be decided", blank=True, validators=[visible_text])
    state = models.CharField(max_length=12, choices=_states, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submission = models.PositiveIntegerField(default=0)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    reasons = models.TextField("reasons for returning, withdrawing or refusing", blank=True, validators=[visible_text])
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.TextField(blank=True)
    resolution = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_elsewhere = models.OneToOneField(
        "approvals.TakenElsewhere", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

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
            models.CheckConstraint(condition=Q(proposal="") | Q(proposal__regex=r"\S"), name="drawdown_proposal_is_visible"),
            models.UniqueConstraint(fields=["resolution"], name="resolution_decides_once"),
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
                condition=~Q(state__in=["returned", "withdrawn", "refused"]) | Q(reasons__regex=r"\S"),
                name="drawdown_no_has_its_reasons",
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
                    taken_elsewhere__isnull=True,
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
        indexes = [models.Index(fields=["line_id"], name="drawdown_line_of_a_line")]
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
        return f"{self.measure}: £{self.pounds:,}"

    @property
    def measure(self) -> Measure:
        return stored(self.financial_year)


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

    Given by e-mail or on paper it is `recorded_by` the clerk, with its evidence; `person` is still who said it. For a `body`
    outside the council nobody signs in: its answer is always recorded, `writer` says who wrote it, and it declares no interests.
    """

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="answers")
    sha256 = models.CharField(max_length=64)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    writer = models.CharField("who wrote it", max_length=160, blank=True, validators=[visible_text])
    acting_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.TextField(blank=True)
    answer = models.CharField(
        max_length=10,
        choices=[(reply.value, label) for reply, label in ANSWERS.items()],
    )
    words = models.TextField(blank=True, validators=[visible_text])
    interests = models.TextField("interests declared", blank=True, validators=[visible_text])
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_from = models.CharField(max_length=6, blank=True, choices=list(OFF_LINE.items()))
    evidence = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True, recorded_from="", evidence__isnull=True)
                | Q(recorded_by__isnull=False, recorded_from__in=list(OFF_LINE), evidence__isnull=False),
                name="answer_recorded_with_its_evidence",
            ),
            models.UniqueConstraint(fields=["drawdown", "sha256", "office"], name="answer_once_for_an_office"),
            models.UniqueConstraint(fields=["drawdown", "sha256", "body"], name="answer_once_for_a_body"),
            models.CheckConstraint(
                condition=Q(office__isnull=False, person__isnull=False, body__isnull=True, writer="")
                | Q(
                    office__isnull=True,
                    person__isnull=True,
                    acting_for__isnull=True,
                    authority="",
                    interests="",
                    body__isnull=False,
                    writer__regex=r"\S",
                    recorded_by__isnull=False,
                ),
                name="answer_of_an_office_or_a_body",
            ),
            models.CheckConstraint(condition=Q(answer__in=[reply.value for reply in Reply]), name="answer_is_known"),
            models.CheckConstraint(condition=Q(interests__regex=r"\S") | Q(body__isnull=False), name="answer_declares_interests"),
            models.CheckConstraint(
                condition=Q(answer__in=["agree", "consent"]) | Q(words__regex=r"\S"), name="answer_has_its_words"
            ),
            models.CheckConstraint(condition=Q(answered_at__gte=F("asked_at")), name="answer_after_it_was_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.of}: {self.answer}"

    @property
    def of(self) -> str:
        """The name of the office or body whose answer it is."""
        return str(self.office or self.body)

    @property
    def given_by(self) -> str:
        """Who gave it, by name; of a body who wrote it."""
        return self.person.name if self.person else self.writer

    @property
    def declares_interest(self) -> bool:
        return self.body_id is None and declares(self.interests)


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
                condition=Q(financial_year__isnull=True)
                | Q(financial_year=WHOLE_LIFE_STORED)
                | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="consumption_year_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: £{self.pounds:,}"

    @property
    def measure(self) -> Measure:
        return stored(self.financial_year)
