"""What was copied from where, for ever."""

from django.db import models
from django.db.models import Q

from accounts.models import AuditEntry
from phases.models import Programme


class Copy(models.Model):
    """That a programme, or one phase, was copied into `programme`. Phases are plain numbers: they may be removed again.

    `key` is that of the form that asked for it, and `body` the SHA-256 of what it asked: the same form again is the same copy.
    `source` is what was copied, in words, as it was called then; `years` is by how many years it was moved.
    """

    key = models.CharField(max_length=64, unique=True)
    body = models.CharField(max_length=64)
    source_programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    source = models.TextField()
    source_phase = models.BigIntegerField(null=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="copies")
    phase = models.BigIntegerField(null=True)
    years = models.SmallIntegerField()
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="copy_has_its_key"),
            models.CheckConstraint(condition=Q(source__regex=r"\S"), name="copy_has_its_source"),
            models.CheckConstraint(
                condition=Q(source_phase__isnull=True, phase__isnull=True) | Q(source_phase__isnull=False, phase__isnull=False),
                name="copy_of_a_phase_is_a_phase",
            ),
        ]

    def __str__(self) -> str:
        return self.source


class CopiedLine(models.Model):
    """Which line a line was copied from: plain numbers, because either may be removed."""

    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="lines")
    line_id = models.BigIntegerField(unique=True)
    source_line_id = models.BigIntegerField()
    title = models.CharField("title of the line that was copied", max_length=200)

    def __str__(self) -> str:
        return f"line {self.line_id} from line {self.source_line_id}"
