"""Where the money of a programme comes from, and what is met from elsewhere."""

from django.db import models
from django.db.models import Q

from accounts.text.rules import visible_text
from phases.programmes.models import Programme


class FundingSource(models.Model):
    """A pot of money a decision may draw on.

    `match_percent`: so much of what it helps to pay for must be paid by others, as a grant may ask; None: nothing is asked.
    """

    class Kind(models.TextChoices):
        CENTRAL_CONTINGENCY = "central_contingency", "Central contingency"
        SUPPLEMENTARY_ESTIMATE = "supplementary_estimate", "Supplementary estimate"
        EARMARKED = "earmarked", "Earmarked reserve or fund"
        GRANT = "grant", "Grant"
        CAPITAL_GRANT = "capital_grant", "Capital grant"
        EXISTING_BUDGET = "existing_budget", "Existing budget"
        VIREMENT = "virement", "Virement"
        PARTNER_CONTRIBUTION = "partner_contribution", "Partner contribution"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="funding_sources")
    name = models.CharField(max_length=160, validators=[visible_text])
    kind = models.CharField(max_length=30, choices=Kind)
    match_percent = models.DecimalField("required match, per cent", max_digits=4, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="funding_source_named_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="funding_source_with_programme"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
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
                name="funding_source_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="funding_source_has_a_name"),
            models.CheckConstraint(
                condition=Q(match_percent__isnull=True) | Q(match_percent__gt=0), name="funding_source_match_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExcludedItem(models.Model):
    """Something met from elsewhere: a note under the committee table names its source, and no total includes it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="excluded_items")
    title = models.CharField(max_length=200, validators=[visible_text])
    amount = models.DecimalField(max_digits=14, decimal_places=0, null=True, blank=True)
    funding_source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(help_text="The sentence printed under the table", validators=[visible_text])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "title"], name="excluded_item_named_once"),
            models.CheckConstraint(condition=~Q(note=""), name="excluded_item_has_its_note"),
        ]

    def __str__(self) -> str:
        return self.title
