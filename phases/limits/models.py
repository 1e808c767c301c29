"""Up to how much each body may approve."""

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from costing import headroom
from costing.measure import Kind
from phases.bodies.models import Body
from phases.bodies.rules import DecidingBody
from phases.funding.models import FundingSource

ANY_AMOUNT_LAST = Coalesce("amount", Decimal(10**14))
"""To sort approval limits: any amount is more than every amount."""


class ApprovalLimit(models.Model):
    """Up to how much a body may approve: the council's own table. No amount is any amount; no instrument is any money.

    Never changed but that it is ended, once. Ended on the day before it starts, it never applied.
    """

    class Measure(models.TextChoices):
        FULL_YEAR = Kind.FULL_YEAR.value, "In a full year"
        IN_YEAR = Kind.IN_YEAR.value, "In one financial year"
        WHOLE_LIFE = Kind.WHOLE_LIFE.value, "Over all financial years"

    instrument = models.CharField(max_length=30, choices=FundingSource.Kind, blank=True)
    measure = models.CharField(max_length=10, choices=Measure, default=Measure.FULL_YEAR)
    amount = models.DecimalField("up to", max_digits=14, decimal_places=0, null=True, blank=True)
    approver = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="limits", verbose_name="body or officer")
    starts = models.DateField("first day")
    ends = models.DateField("last day", null=True, blank=True)

    class Meta:
        ordering = ["measure", "instrument", F("amount").asc(nulls_last=True), "starts"]
        indexes = [
            models.Index(ANY_AMOUNT_LAST, "id", name="limit_sorted_by_amount"),
            models.Index(fields=["starts", "id"], name="limit_sorted_by_start"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(measure__in=["full_year", "in_year", "whole_life"]), name="approval_limit_measure_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    instrument__in=[
                        "",
                        "central_contingency",
                        "supplementary_estimate",
                        "earmarked",
                        "grant",
                        "capital_grant",
                        "existing_budget",
                        "virement",
                        "partner_contribution",
                    ]
                ),
                name="approval_limit_instrument_is_known",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="approval_limit_is_more_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts") - timedelta(days=1)),
                name="approval_limit_ends_after_start",
            ),
            # In the migration: approval_limit_once_for_an_approver, and what stays as it is.
        ]

    def __str__(self) -> str:
        return f"{self.approver}, {self.get_measure_display().lower()}"

    @property
    def rule(self) -> headroom.ApprovalLimit[DecidingBody]:
        return headroom.ApprovalLimit(self.approver.deciding, self.amount, self.starts, self.ends)
