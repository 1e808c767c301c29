"""That a record is to be published by itself on a day to come."""

from django.db import models
from django.db.models import Q

from accounts.models import AuditEntry, User
from approvals.decisions.models import DecisionRecord


class PlannedPublication(models.Model):
    """A day on which the record is published as it was when that was planned, unless it is cancelled before.

    `shown` is the SHA-256 of the content as it stood: what is changed afterwards is not published unseen.
    """

    record = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="plans")
    on = models.DateField("day of publication")
    shown = models.CharField(max_length=64, editable=False)
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(cancelled__isnull=True), name="plan_waits_once"),
            models.CheckConstraint(
                condition=Q(cancelled__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled__isnull=False, cancelled_by__isnull=False),
                name="plan_is_cancelled_whole",
            ),
            models.CheckConstraint(condition=Q(shown__regex=r"^[0-9a-f]{64}$"), name="plan_names_what_was_shown"),
        ]

    def __str__(self) -> str:
        return f"Planned publication of {self.record}"
