"""How the council reads a row of headings that do not say enough by themselves."""

from django.db import models
from django.db.models import Q

from accounts.models import User


class RememberedHeadings(models.Model):
    """What somebody chose for blocks with these headings: it is offered again, said on the page, changed or forgotten there.

    `shape` is the same for the same headings, `chosen` holds the columns that are read otherwise than these say, and `years`
    the first years of the programme it was chosen for.
    """

    shape = models.CharField(max_length=64, unique=True)
    headings = models.JSONField()
    chosen = models.JSONField()
    years = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.CheckConstraint(condition=Q(shape__regex=r"^[0-9a-f]{64}$"), name="remembered_shape_is_a_hash")]

    def __str__(self) -> str:
        return ", ".join(filter(None, self.headings))
