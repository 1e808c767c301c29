"""Under which conditions a delegation's money is released, in which parts, and who confirmed that a condition is met."""

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.delegations.models import Delegation
from costing.measure import WHOLE_LIFE_STORED, Measure, stored
from phases.programmes.models import EARLIEST_YEAR, LATEST_YEAR, measure_validators


class DelegationPart(models.Model):
    """So many whole pounds of a delegation's limit in one measure, released by themselves. Never changed.

    The parts of a measure come to the delegation's limit in it.
    """

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=measure_validators)
    amount = models.DecimalField(max_digits=14, decimal_places=0)
    not_before = models.DateField("first day", null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delegation", "number"], name="part_numbered_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="part_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True)
                | Q(financial_year=WHOLE_LIFE_STORED)
                | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="part_year_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"Part {self.number}: £{self.amount:,}"

    @property
    def measure(self) -> Measure:
        return stored(self.financial_year)


class DelegationCondition(models.Model):
    """What must be met before anything is decided under a delegation, or before one part of it is released. Never changed."""

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="conditions")
    part = models.ForeignKey(DelegationPart, on_delete=models.PROTECT, null=True, blank=True, related_name="conditions")
    text = models.TextField("condition", validators=[visible_text])

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(text__regex=r"\S"), name="condition_has_its_text")]

    def __str__(self) -> str:
        return self.text

    @property
    def standing(self) -> "list[ConditionConfirmation]":
        """Its confirmations that were not taken back; no query where CONFIRMATIONS was prefetched."""
        return [each for each in self.confirmations.all() if each.stands]


class ConditionConfirmation(models.Model):
    """That a condition is met: who says so, since when, and where it can be seen. Never changed.

    It counts, until it is taken back, for every drawdown but those its author prepared: another person can then confirm the
    condition too.
    """

    condition = models.ForeignKey(DelegationCondition, on_delete=models.PROTECT, related_name="confirmations")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    met_on = models.DateField("date it was met")
    evidence = models.TextField(validators=[visible_text])
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = [F("confirmed_at"), "id"]
        constraints = [
            models.UniqueConstraint(fields=["condition", "confirmed_by"], name="confirmed_once_by_a_person"),
            models.CheckConstraint(condition=Q(evidence__regex=r"\S"), name="confirmation_has_its_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.confirmed_by}: {self.condition}"

    @property
    def stands(self) -> bool:
        """Whether it was not taken back. A query, where that was not fetched with it."""
        return not hasattr(self, "taken_back")


class ConfirmationPaper(models.Model):
    """The file that a condition was confirmed with, kept whole. Never changed."""

    confirmation = models.OneToOneField(ConditionConfirmation, on_delete=models.PROTECT, related_name="paper")
    name = models.CharField(max_length=200, validators=[visible_text])
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("size in bytes")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0), name="confirmation_paper_has_its_hash"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ConfirmationTakenBack(models.Model):
    """That a confirmation counts no more: who says so, when and why. Never changed. Somebody else can confirm it again."""

    confirmation = models.OneToOneField(ConditionConfirmation, on_delete=models.PROTECT, related_name="taken_back")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reasons = models.TextField(validators=[visible_text])
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(reasons__regex=r"\S"), name="taken_back_has_its_reasons")]

    def __str__(self) -> str:
        return f"Taken back: {self.confirmation}"
