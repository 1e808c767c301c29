"""How a person has set the columns of a programme's table of inputs."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from phases.models import Programme
from posts.entry.columns.rules import ALWAYS, NARROWEST, WIDEST


class SheetColumn(models.Model):
    """One column that is not as usual: left out, or of a width of its own in pixels of a sixteenth of the text size.

    `name` is that of its cells; one that a programme has no more is nothing.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    hidden = models.BooleanField(default=False)
    width = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "programme", "name"], name="sheet_column_set_once"),
            models.CheckConstraint(condition=Q(hidden=False) | ~Q(name__in=ALWAYS), name="sheet_column_may_be_left_out"),
            models.CheckConstraint(
                condition=Q(width__isnull=True) | Q(width__gte=NARROWEST, width__lte=WIDEST), name="sheet_column_has_room"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.name}"
