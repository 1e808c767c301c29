"""Withdrawal from publication: of a record, or of one correction, because something exempt was published."""

from django.db import models
from django.db.models import Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.decisions.corrections.models import Correction
from approvals.decisions.models import DecisionRecord


class Withdrawal(models.Model):
    """That the public no longer reads a record or a correction, since when, and why. It is never taken back.

    What was withdrawn stays as it is, for those inside whose role needs it. `reasons` are public.
    """

    record = models.OneToOneField(DecisionRecord, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawal")
    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawal")
    paragraph = models.CharField("paragraph of Schedule 12A", max_length=1, choices=[(n, n) for n in "1234567"])
    reasons = models.TextField("why it is withdrawn", validators=[visible_text])
    withdrawn_on = models.DateField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(record__isnull=True, correction__isnull=False) | Q(record__isnull=False, correction__isnull=True),
                name="withdrawal_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(reasons__regex=r"\S", paragraph__in=list("1234567")), name="withdrawal_has_its_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"Withdrawal of {self.correction or self.record}"
