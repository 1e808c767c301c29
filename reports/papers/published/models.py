"""The PDFs of records, of corrections and of the forward plan as anybody could read them."""

from django.db import models
from django.db.models import F, Func, Q, TextField, Value

from accounts.models import AuditEntry
from approvals.models import Correction, DecisionRecord

_IS_ITS_HASH = Q(content__isnull=True) | Q(
    sha256=Func(Func(F("content"), function="sha256"), Value("hex"), function="encode", output_field=TextField())
)


class PublishedPaper(models.Model):
    """The public PDF of a record, or of a correction of it, as it was after one act: a status on page 1 changes it.

    The newest of a record and correction is how it can be read now. Of those noted by an early version the bytes were not kept.
    """

    record = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)

    class Meta:
        ordering = ["entry_id", "id"]
        indexes = [models.Index(fields=["sha256"], name="published_paper_by_its_hash")]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "correction", "entry", "sha256"], name="published_paper_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="published_paper_has_its_hash"),
            models.CheckConstraint(condition=_IS_ITS_HASH, name="published_paper_is_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.correction or self.record}, after {self.entry}"


class PublishedPlan(models.Model):
    """The forward plan's PDF as anybody could read it on a day, after the newest act that changed it."""

    on = models.DateField()
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)

    class Meta:
        ordering = ["on", "entry_id"]
        indexes = [models.Index(fields=["sha256"], name="published_plan_by_its_hash")]
        constraints = [
            models.UniqueConstraint(fields=["on", "entry"], name="published_plan_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="published_plan_has_its_hash"),
            models.CheckConstraint(condition=_IS_ITS_HASH, name="published_plan_is_its_hash"),
        ]

    def __str__(self) -> str:
        return f"Forward plan on {self.on}, after {self.entry}"
