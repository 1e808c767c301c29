"""The PDFs of records, of corrections and of the forward plan as anybody could read them."""

from django.db import models

from accounts.models import AuditEntry
from approvals.models import Correction, DecisionRecord


class PublishedPaper(models.Model):
    """The hash of the public PDF of a record, or of a correction of it, as it was after one act: a status on page 1 changes it.

    Its bytes are not kept: the same facts give them again. The newest of a record and correction is how it can be read now.
    """

    record = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["entry_id", "id"]
        indexes = [models.Index(fields=["sha256"], name="published_paper_by_its_hash")]
        constraints = [
            models.UniqueConstraint(fields=["record", "correction", "entry"], name="published_paper_once", nulls_distinct=False),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="published_paper_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.correction or self.record}, after {self.entry}"


class PublishedPlan(models.Model):
    """The hash of the forward plan's PDF as anybody could read it on a day, after the newest act that changed it."""

    on = models.DateField()
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["on", "entry_id"]
        indexes = [models.Index(fields=["sha256"], name="published_plan_by_its_hash")]
        constraints = [
            models.UniqueConstraint(fields=["on", "entry"], name="published_plan_once"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="published_plan_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"Forward plan on {self.on}, after {self.entry}"
