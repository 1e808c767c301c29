"""The money a decision allows: for which phases, up to which limits."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry
from accounts.text.rules import visible_text
from costing.financial_year import FinancialYear
from costing.measure import WHOLE_LIFE_STORED, Measure, stored
from phases.decisions.models import FundingDecision
from phases.funding.models import FundingSource
from phases.programmes.models import EARLIEST_YEAR, LATEST_YEAR, Phase, Programme, measure_validators, year_validators


class Authorisation(models.Model):
    """Money a decision allows: up to its limits, from one source, for named phases, one-off or recurring.

    With no phase it stands beside the committee table. `replaces` names the earlier authorisation that this one takes over.
    """

    class Term(models.TextChoices):
        ONE_OFF = "one_off", "One-off"
        RECURRING = "recurring", "Recurring"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="authorisations")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="authorisations")
    funding_source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="authorisations")
    title = models.CharField(max_length=160, validators=[visible_text])
    term = models.CharField(max_length=20, choices=Term)
    phases = models.ManyToManyField(Phase, through="AuthorisationPhase", related_name="authorisations", blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    assumption = models.TextField(
        "assumptions",
        blank=True,
        help_text="What the papers do not say and was assumed here",
        validators=[visible_text],
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "title"], name="authorisation_named_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="authorisation_with_programme"),
            models.CheckConstraint(condition=Q(term__in=["one_off", "recurring"]), name="authorisation_term_is_known"),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="authorisation_not_its_own_successor"),
            models.CheckConstraint(condition=~Q(title=""), name="authorisation_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class AuthorisationPhase(models.Model):
    """A phase whose lines an authorisation may pay for. `programme` lets the database hold both to one programme."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.CASCADE)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authorisation", "phase"], name="authorisation_phase_once")]

    def __str__(self) -> str:
        return f"{self.authorisation} for {self.phase}"


class AuthorisationLimit(models.Model):
    """ "Up to" so many whole pounds in one financial year, or in a full year where `financial_year` is empty.

    `amount` is what holds today: what the decision set, less what was carried out to a later year, and what was carried in.
    """

    authorisation = models.ForeignKey(Authorisation, on_delete=models.CASCADE, related_name="limits")
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=measure_validators)
    amount = models.DecimalField("limit", max_digits=14, decimal_places=0)
    carried_in = models.DecimalField(max_digits=14, decimal_places=0, default=0)
    carried_out = models.DecimalField(max_digits=14, decimal_places=0, default=0)

    class Meta:
        ordering = [F("financial_year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["authorisation", "financial_year"], name="limit_once_for_a_measure", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(amount=0, carried_out__gt=0), name="limit_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(carried_in__gte=0, carried_out__gte=0, amount__gte=F("carried_in") - F("carried_out")),
                name="limit_keeps_what_was_decided",
            ),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True)
                | Q(financial_year=WHOLE_LIFE_STORED)
                | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="limit_year_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: £{self.amount:,}"

    @property
    def measure(self) -> Measure:
        return stored(self.financial_year)

    @property
    def decided(self) -> Decimal:
        """What the decision itself set, in pounds; nothing for a year that money was only carried to."""
        return self.amount - self.carried_in + self.carried_out


class CarryForward(models.Model):
    """Money of an authorisation that was not drawn in a year that has ended, given to a later year by a decision, for ever.

    The limit of the one year falls and that of the other rises by the same whole pounds, so what is authorised in all stays.
    """

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="carried_forward")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="carried_forward")
    from_year = models.PositiveSmallIntegerField(validators=year_validators)
    to_year = models.PositiveSmallIntegerField(validators=year_validators)
    pounds = models.DecimalField(max_digits=14, decimal_places=0)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["authorisation", "decision", "from_year"], name="carried_forward_once_by_a_decision"),
            models.CheckConstraint(condition=Q(pounds__gt=0), name="carried_forward_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(from_year__gte=EARLIEST_YEAR, to_year__lte=LATEST_YEAR, to_year__gt=F("from_year")),
                name="carried_forward_to_a_later_year",
            ),
        ]

    def __str__(self) -> str:
        return f"£{self.pounds:,} of {self.authorisation}, {FinancialYear(self.from_year)} to {FinancialYear(self.to_year)}"
