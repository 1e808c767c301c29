"""The council's own settings."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from accounts.offices.models import Office
from costing.intake import Basis
from costing.money import Rounding, Unit
from display.formats import CreditStyle


class Council(models.Model):
    """The council's own name, colour and table settings: one row."""

    name = models.CharField(max_length=120, default="Your council")
    colour = models.CharField(
        max_length=7,
        default="#1d4f5f",
        validators=[
            RegexValidator(r"^#[0-9a-fA-F]{6}$", "Enter the colour as # and six digits or letters a to f, like #1d4f5f.")
        ],
    )
    unit = models.CharField(
        max_length=20,
        choices=[(unit.value, unit.label) for unit in (Unit.THOUSANDS, Unit.TENTHS, Unit.POUNDS)],
        default=Unit.THOUSANDS,
    )
    rounding = models.CharField(
        max_length=20,
        choices=[
            (Rounding.SUM_OF_ROUNDED, "The sum of the rounded lines shown"),
            (Rounding.ROUNDED_SUM, "The exact total, rounded"),
        ],
        default=Rounding.SUM_OF_ROUNDED,
    )
    basis = models.CharField(
        "part-year basis for new programmes",
        max_length=10,
        choices=[(Basis.MONTHS, "Months"), (Basis.DAYS, "Days")],
        default=Basis.MONTHS,
    )
    credit_style = models.CharField(
        "how credits are shown",
        max_length=10,
        choices=[(CreditStyle.BRACKETS, "(863)"), (CreditStyle.MINUS, "-863"), (CreditStyle.CR, "Cr 863")],
        default=CreditStyle.BRACKETS,
    )
    show_team_subtotals = models.BooleanField("show a subtotal for each team", default=False)
    consultation_days = models.PositiveSmallIntegerField("working days to answer", default=5)
    overdue_office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="office told of answers that stay overdue",
    )
    overdue_days = models.PositiveSmallIntegerField("working days overdue before it is told", default=2)
    call_in_days = models.PositiveSmallIntegerField("working days open to call-in", default=5)
    record_years = models.PositiveSmallIntegerField("years to keep decision records", default=6)
    papers_years = models.PositiveSmallIntegerField("years to keep background papers", default=4)
    key_amount = models.PositiveIntegerField("key decision from this amount in a year", null=True, blank=True)
    key_wards = models.PositiveSmallIntegerField("key decision from this number of wards", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="council_is_one_row"),
            models.CheckConstraint(
                condition=Q(consultation_days__range=(1, 60), call_in_days__range=(1, 60), overdue_days__range=(1, 60)),
                name="council_days_in_range",
            ),
            models.CheckConstraint(
                condition=Q(record_years__range=(1, 99), papers_years__range=(1, 99)), name="council_years_in_range"
            ),
            models.CheckConstraint(
                condition=(Q(key_amount__isnull=True) | Q(key_amount__gt=0))
                & (Q(key_wards__isnull=True) | Q(key_wards__range=(1, 99))),
                name="council_key_thresholds_in_range",
            ),
            models.CheckConstraint(condition=Q(colour__regex=r"^#[0-9a-fA-F]{6}$"), name="council_colour_is_a_colour"),
            models.CheckConstraint(condition=~Q(name=""), name="council_has_a_name"),
            models.CheckConstraint(condition=Q(unit__in=[u.value for u in Unit]), name="council_unit_is_known"),
            models.CheckConstraint(condition=Q(rounding__in=[r.value for r in Rounding]), name="council_rounding_is_known"),
            models.CheckConstraint(condition=Q(basis__in=[b.value for b in Basis]), name="council_basis_is_known"),
            models.CheckConstraint(
                condition=Q(credit_style__in=[c.value for c in CreditStyle]), name="council_credit_style_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
