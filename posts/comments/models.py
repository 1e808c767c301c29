"""What people say about a line among themselves."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.text.rules import visible_text
from phases.models import Programme


class LineComment(models.Model):
    """A comment on a line, for ever; withdrawn with a reason, it is no longer shown. It stands in no paper.

    `line_id` is a plain number: a removed line that comes back has its comments still. `key` is that of the form.
    """

    key = models.CharField(max_length=64, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    line_id = models.BigIntegerField()
    text = models.TextField("comment", validators=[visible_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField("reason", blank=True, validators=[visible_text])

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["line_id", "id"], name="comment_of_a_line")]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="comment_has_its_key"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="comment_has_its_text"),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True, withdrawn_because="")
                | Q(
                    withdrawn_by__isnull=False,
                    withdrawn_at__isnull=False,
                    withdrawn_at__gte=F("at"),
                    withdrawn_because__regex=r"\S",
                ),
                name="comment_withdrawal_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on line {self.line_id}"
