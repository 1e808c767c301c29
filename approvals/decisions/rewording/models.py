"""Another wording of a decision that is signed: put forward by the clerk, confirmed or refused by who signed."""

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.decisions.models import DecisionRecord


class Rewording(models.Model):
    """Text as decided that should stand instead, with the reason. It stands once the decision maker has confirmed it."""

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"

    record = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="rewordings")
    earlier = models.TextField("text as decided until then", editable=False)
    text = models.TextField("text as decided", validators=[visible_text])
    reasons = models.TextField("why the text must differ", validators=[visible_text])
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True, choices=Answer)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    acting_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.CharField(max_length=300, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S", reasons__regex=r"\S"), name="rewording_has_its_reasons"),
            models.CheckConstraint(condition=~Q(text=F("earlier")), name="rewording_says_something_else"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True, entry__isnull=True)
                | Q(
                    answer__in=["confirmed", "refused"],
                    answered_by__isnull=False,
                    answered_at__gte=F("proposed_at"),
                    entry__isnull=False,
                ),
                name="rewording_is_answered_whole",
            ),
            models.UniqueConstraint(fields=["record"], condition=Q(answer=""), name="rewording_waits_once"),
        ]

    def __str__(self) -> str:
        return f"Other wording of {self.record}"
