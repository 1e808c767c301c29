"""The lines, or fields of one, that are kept out of Part 1."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.text.rules import visible_text
from phases.models import Programme
from posts.exempt.rules import Field


class LineExemption(models.Model):
    """That a line, or one field of it, is exempt information, under which paragraph of Schedule 12A, and why; or no longer.

    The newest of its line and field counts. `line_id` is a plain number: a removed line that comes back is exempt still.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="line_exemptions")
    line_id = models.BigIntegerField()
    field = models.CharField("what of it; all but FTE and costs where empty", max_length=20, blank=True, choices=Field)
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField("public interest", validators=[visible_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "reports_lineexemption"  # it was of reports, until decisions had to ask too
        ordering = ["id"]
        indexes = [models.Index(fields=["programme", "line_id", "field", "-id"], name="exemption_of_a_line")]
        constraints = [
            models.CheckConstraint(
                condition=Q(paragraph__isnull=True) | Q(paragraph__range=(1, 7)), name="line_exemption_paragraph_is_known"
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="line_exemption_has_its_reason"),
            models.CheckConstraint(
                condition=Q(field__in=["", "title", "fte", "amounts", "paperwork_complete", "recruited", "comment"]),
                name="line_exemption_field_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id}: {f'paragraph {self.paragraph}' if self.paragraph else 'public'}"
