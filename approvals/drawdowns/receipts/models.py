"""Receipts of acts: the same form sent again is the same act."""

from django.db import models
from django.db.models import Q

from approvals.drawdowns.models import Drawdown


class Receipt(models.Model):
    """An act that was done under an idempotency key. With the same `body` (its SHA-256) it is that act again."""

    key = models.CharField(max_length=64, unique=True)
    body = models.CharField(max_length=64)
    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(key=""), name="receipt_has_its_key")]

    def __str__(self) -> str:
        return self.key
