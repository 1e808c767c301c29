"""What a clerk adds to the record of a decision, beside what the acts say."""

from django.db import models
from django.db.models import Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.decisions.models import DecisionRecord


class RecordAddition(models.Model):
    """A sentence or more that no act holds. Written once: whoever wants it otherwise adds another."""

    class Kind(models.TextChoices):
        WARDS = "wards", "Wards affected"
        BACKGROUND_PAPERS = "background_papers", "Background papers"
        ALTERNATIVES = "alternatives", "Alternatives considered at the meeting"
        MEMBERS_PRESENT = "members_present", "Members present"
        MINUTE = "minute", "Minute number"
        NOTE = "note", "Note"

    record = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="additions")
    kind = models.CharField("what it is about", max_length=20, choices=Kind)
    text = models.TextField(validators=[visible_text])
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["wards", "background_papers", "alternatives", "members_present", "minute", "note"]),
                name="addition_kind_is_known",
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="addition_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.Kind(self.kind).label}, added to {self.record}"
