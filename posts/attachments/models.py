"""Files that belong to a line."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.text.rules import visible_text
from phases.models import Programme


class LineFile(models.Model):
    """A file attached to a line, kept whole. It stands in no paper. Once removed, the audit record keeps its name and hash."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    line_id = models.BigIntegerField()
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
            models.UniqueConstraint(fields=["line_id", "name"], name="line_file_named_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0), name="line_file_has_its_hash"),
        ]

    def __str__(self) -> str:
        return self.name
