"""Who has the table of inputs of a programme open."""

from django.db import models

from accounts.models import User
from phases.models import Programme


class SheetVisit(models.Model):
    """A person at the table of a programme, last heard of at a moment, in the row of `line_id` where they were in one.

    `line_id` is a plain number: a line may be removed while somebody is at it. Kept for a day.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    line_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "programme"], name="sheet_visit_once")]

    def __str__(self) -> str:
        return f"{self.person} at {self.at}"
