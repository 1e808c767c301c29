"""The day of the demonstration."""

from django.db import models
from django.db.models import Q


class DemonstrationClock(models.Model):
    """The day on which the demonstration lives: one row, or none. Nothing looks at it unless the demonstration is on."""

    day = models.DateField()
    moved_at = models.DateTimeField("moved on, by the real clock")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="demonstration_clock_is_one_row")]

    def __str__(self) -> str:
        return f"{self.day}"
