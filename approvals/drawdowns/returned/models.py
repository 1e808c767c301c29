"""Money and FTE that somebody asks to hand back, and that a second person confirms."""

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.drawdowns.models import Consumption, Drawdown


class HandBack(models.Model):
    """That what a drawdown released and did not need is given back: asked by one person, confirmed by another, for ever.

    Nothing comes back before it is confirmed. `entry` is the entry of the audit record by which it did.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Waiting to be confirmed"
        CONFIRMED = "confirmed", "Confirmed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="hand_backs")
    reasons = models.TextField("why it was not spent", validators=[visible_text])
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="hand_back")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["drawdown"], condition=Q(state="asked"), name="hand_back_asked_once"),
            models.CheckConstraint(condition=Q(reasons__regex=r"\S"), name="hand_back_has_its_reasons"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_by__isnull=True, answered_at__isnull=True, entry__isnull=True)
                | Q(state="withdrawn", answered_by__isnull=False, answered_at__gte=F("asked_at"), entry__isnull=True)
                | Q(state="confirmed", answered_by__isnull=False, answered_at__gte=F("asked_at"), entry__isnull=False),
                name="hand_back_state_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(answered_by=F("asked_by")), name="hand_back_confirmed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawdown}, handed back: {self.get_state_display().lower()}"


class HandBackPart(models.Model):
    """What is asked to be given back of one row of consumption: whole pounds, and FTE if it has any."""

    hand_back = models.ForeignKey(HandBack, on_delete=models.PROTECT, related_name="parts")
    row = models.ForeignKey(Consumption, on_delete=models.PROTECT, related_name="+")
    pounds = models.DecimalField(max_digits=14, decimal_places=0)
    fte = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["hand_back", "row"], name="hand_back_part_once"),
            models.CheckConstraint(
                condition=Q(pounds__gt=0, fte__isnull=True) | Q(pounds__gt=0, fte__gte=0) | Q(pounds=0, fte__gt=0),
                name="hand_back_part_is_more_than_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"£{self.pounds:,}"
