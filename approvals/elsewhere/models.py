"""A decision that was taken before it was recorded here."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.text.rules import visible_text
from approvals.drawdowns.models import Drawdown, Paper
from phases.models import FundingDecision


class TakenElsewhere(models.Model):
    """That a draft drawdown was decided already: written down by one person from its evidence, confirmed by another, for ever.

    An officer's or a member's decision names the `office` and the `person` as they were then, and what was declared. What a body
    resolved is a recorded `resolution`, whose day and text stand here as they were then. `version` is of the drawdown it was
    written for: a draft that changed since is not confirmed. The evidence is a supporting paper, or an address, or both.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be confirmed"
        CONFIRMED = "confirmed", "Confirmed"
        SENT_BACK = "sent_back", "Sent back"
        TAKEN_BACK = "taken_back", "Taken back"

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="elsewhere")
    version = models.PositiveIntegerField()
    decided_on = models.DateField("date of the decision")
    office = models.CharField("office that decided", max_length=160, blank=True, validators=[visible_text])
    person = models.CharField("person who held it then", max_length=160, blank=True, validators=[visible_text])
    resolution = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField("text as decided", validators=[visible_text])
    interests = models.TextField("interests declared then", blank=True, validators=[visible_text])
    evidence = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence_of")
    evidence_at = models.URLField("address of the evidence", max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reasons = models.TextField("reasons for sending it back", blank=True, validators=[visible_text])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["drawdown"], condition=Q(state="waiting"), name="elsewhere_waits_once"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="elsewhere_has_its_text"),
            models.CheckConstraint(
                condition=Q(resolution__isnull=False, office="", person="", interests="")
                | Q(resolution__isnull=True, office__regex=r"\S", person__regex=r"\S", interests__regex=r"\S"),
                name="elsewhere_says_who_decided",
            ),
            models.CheckConstraint(condition=Q(evidence__isnull=False) | ~Q(evidence_at=""), name="elsewhere_has_its_evidence"),
            models.CheckConstraint(
                condition=Q(evidence_at="") | Q(evidence_at__regex=r"^https?://[^\s/]"), name="elsewhere_evidence_is_an_address"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_by__isnull=True, answered_at__isnull=True, reasons="")
                | Q(state="sent_back", answered_by__isnull=False, answered_at__gte=F("recorded_at"), reasons__regex=r"\S")
                | Q(
                    state__in=["confirmed", "taken_back"],
                    answered_by__isnull=False,
                    answered_at__gte=F("recorded_at"),
                    reasons="",
                ),
                name="elsewhere_state_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "taken_back"]) | ~Q(answered_by=F("recorded_by")),
                name="elsewhere_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawdown}, decided elsewhere: {self.get_state_display().lower()}"

    @property
    def decider(self) -> str:
        """The same inside a sentence: the Chief Executive (A. Person), or the body."""
        return self.resolution.body.in_sentence if self.resolution else f"the {self.office} ({self.person})"

    @property
    def decided_by(self) -> str:
        """Who decided, as they were then: the office and the person, or the body."""
        return str(self.resolution.body) if self.resolution else f"{self.office}: {self.person}"
