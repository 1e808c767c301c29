"""The file, or the pasted text, that lines were taken in from."""

from django.db import models
from django.db.models import Q

from accounts.models import AuditEntry
from accounts.text.rules import visible_text
from phases.models import Programme


class ImportedFile(models.Model):
    """What one import read, kept whole: a file, or with no name what was pasted. Never changed.

    Who took it in, and when, is what its audit entry says; the entry names its hash (trigger imported_file_is_the_one_named).
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="imported_file")
    name = models.CharField(max_length=200, blank=True, validators=[visible_text])
    sheet = models.TextField("sheet of a workbook", blank=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("size in bytes")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ["-entry"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0), name="imported_file_has_its_hash")
        ]

    def __str__(self) -> str:
        return self.name or "Pasted text"

    @property
    def download_name(self) -> str:
        """What it is saved as."""
        return self.name or f"pasted-{self.entry_id}.txt"
