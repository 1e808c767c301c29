"""How findings of the paper check were reviewed."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.text.rules import visible_text
from phases.models import Programme


class FindingReview(models.Model):
    """That a finding was dismissed or overridden, and why; or taken up again. The newest for its fingerprint counts.

    The fingerprint is of the figures it was about: when they change, the finding has another, and is open again.
    """

    class Kind(models.TextChoices):
        DISMISSED = "dismissed", "Dismissed"
        OVERRIDDEN = "overridden", "Overridden"
        REOPENED = "reopened", "Reopened"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="finding_reviews")
    rule = models.CharField(max_length=4)
    severity = models.CharField(max_length=1, choices=[("E", "Stops the paper"), ("W", "Warning"), ("I", "For information")])
    fingerprint = models.CharField(max_length=32)
    text = models.TextField("the finding, as it was reviewed")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField(validators=[visible_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["programme", "fingerprint"], name="review_of_a_finding")]
        constraints = [
            # An error is overridden by name; a warning or a note is dismissed.
            models.CheckConstraint(
                condition=Q(kind="dismissed", severity__in=["W", "I"])
                | Q(kind="overridden", severity="E")
                | Q(kind="reopened", severity__in=["E", "W", "I"]),
                name="finding_review_fits_its_severity",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="finding_review_has_its_reason"),
            models.CheckConstraint(
                condition=Q(rule__regex=r"^PC\d\d$", fingerprint__regex=r"^[0-9a-f]{32}$") & ~Q(text=""),
                name="finding_review_names_its_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_kind_display().lower()}"
