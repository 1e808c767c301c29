"""Which of several supervisors of the worker is in charge."""

from django.db import models
from django.db.models import Q


class WorkerLease(models.Model):
    """One row: who is in charge, until when by the database's clock, and the number of the lease, which only ever grows.

    A row, not a lock of a session: a pool by transaction would give such a lock to several at once and never let it go.
    """

    holder = models.CharField(max_length=64)
    fence = models.BigIntegerField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="worker_lease_is_one_row"),
            models.CheckConstraint(condition=Q(fence__gt=0), name="worker_lease_fence_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.fence} {self.holder}"
