"""Programmes, where their money comes from, what bodies decided, what that authorises, and the phases."""

from datetime import timedelta
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower

from accounts.models import AuditEntry
from accounts.text.rules import visible_text
from costing import headroom
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.measure import Kind, Measure, stored
from phases.bodies.models import Body
from phases.bodies.rules import DecidingBody

EARLIEST_YEAR, LATEST_YEAR = 1990, 2099
year_validators = [MinValueValidator(EARLIEST_YEAR), MaxValueValidator(LATEST_YEAR)]


class Programme(models.Model):
    """One improvement programme, e.g. the response to one inspection.

    `version` goes up with every write to anything the programme's pages show; rendered bodies are kept under it.
    """

    slug = models.SlugField("address", max_length=60, unique=True)
    name = models.CharField(max_length=160, unique=True, validators=[visible_text])
    table_title = models.CharField("title of the committee table", max_length=200, validators=[visible_text])
    total_wording = models.CharField(
        "wording of totals",
        max_length=60,
        default="RESOURCES REQUESTED",
        help_text="As in TOTAL PHASE ONE RESOURCES REQUESTED",
        validators=[visible_text],
    )
    first_year = models.PositiveSmallIntegerField("first financial year", validators=year_validators)
    last_year = models.PositiveSmallIntegerField("last financial year", validators=year_validators)
    basis = models.CharField(
        "part-year basis", max_length=10, choices=[(Basis.MONTHS, "Months"), (Basis.DAYS, "Days")], default=Basis.MONTHS
    )
    abbreviations = models.TextField(
        "key to abbreviations",
        blank=True,
        help_text="One per line, such as ECHS = Education, Care and Health Services",
        validators=[visible_text],
    )
    appendix = models.CharField(
        max_length=30, blank=True, help_text="As it is printed, for example Appendix 3", validators=[visible_text]
    )
    report_number = models.CharField(max_length=30, blank=True, validators=[visible_text])
    committee = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    meeting_date = models.DateField(null=True, blank=True)
    assumptions = models.TextField(
        blank=True, help_text="What the papers do not say and was assumed here", validators=[visible_text]
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name"]
        indexes = [
            models.Index(Lower("name"), "id", name="programme_sorted_by_name"),
            models.Index(fields=["first_year", "id"], name="programme_sorted_by_year"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="programme_years_in_order"),
            models.CheckConstraint(condition=Q(last_year__lte=F("first_year") + 9), name="programme_has_at_most_ten_years"),
            models.CheckConstraint(
                condition=Q(first_year__gte=EARLIEST_YEAR, last_year__lte=LATEST_YEAR), name="programme_years_in_range"
            ),
            models.CheckConstraint(condition=Q(basis__in=[b.value for b in Basis]), name="programme_basis_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="programme_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        return FinancialYear.between(FinancialYear(self.first_year), FinancialYear(self.last_year))


class FundingSource(models.Model):
    """A pot of money a decision may draw on."""

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
        ]

    def __str__(self) -> str:
        return self.name


class FundingDecision(models.Model):
    """What a body or an officer decided or recommended. A recommendation authorises nothing."""

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", "Resolved"
        RECOMMENDED = "recommended", "Recommended to another body"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(max_length=200, validators=[visible_text])
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions", verbose_name="body or officer")
    decided_on = models.DateField("date")
    minute = models.CharField(max_length=60, blank=True, validators=[visible_text])
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.RESOLVED)
    text_recommended = models.TextField("text as recommended", blank=True, validators=[visible_text])
    text_resolved = models.TextField("text as resolved", blank=True, validators=[visible_text])
    members_present = models.TextField(blank=True, validators=[visible_text])
    interests = models.TextField("members’ interests declared", blank=True, validators=[visible_text])
    section_151_advice = models.TextField("advice of the section 151 officer", blank=True, validators=[visible_text])
    assumption = models.TextField(
        "assumptions",
        blank=True,
        help_text="What the papers do not say and was assumed here",
        validators=[visible_text],
    )

    class Meta:
        ordering = ["decided_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "title", "decided_on"], name="decision_recorded_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="decision_with_programme"),
            models.CheckConstraint(condition=Q(outcome__in=["resolved", "recommended"]), name="decision_outcome_is_known"),
            models.CheckConstraint(condition=~Q(text_recommended="", text_resolved=""), name="decision_has_its_text"),
            models.CheckConstraint(condition=~Q(title=""), name="decision_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Phase(models.Model):
    """One, Two, Three: a group of lines with its own authority."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="phases")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60, validators=[visible_text])

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="phase_number_once"),
            models.UniqueConstraint(fields=["programme", "name"], name="phase_named_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="phase_with_programme"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=99), name="phase_number_in_range"),
            models.CheckConstraint(condition=~Q(name=""), name="phase_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeRevision(models.Model):
    """A programme and its phases as they stood until a change, for ever: `queries.as_it_was` reads it. Phases are known by id."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    state = models.JSONField()
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="programme_revision")

    class Meta:
        ordering = ["entry_id"]

    def __str__(self) -> str:
        return f"{self.programme} until entry {self.entry_id}"


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
    """ "Up to" so many whole pounds in one financial year, or in a full year where `financial_year` is empty."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.CASCADE, related_name="limits")
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=year_validators)
    amount = models.DecimalField("limit", max_digits=14, decimal_places=0)

    class Meta:
        ordering = [F("financial_year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["authorisation", "financial_year"], name="limit_once_for_a_measure", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="limit_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True) | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="limit_year_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: £{self.amount:,}"

    @property
    def measure(self) -> Measure:
        return stored(self.financial_year)


class ExcludedItem(models.Model):
    """Something met from elsewhere: footnoted under the committee table with its source, and in no total."""

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
