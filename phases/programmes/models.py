"""Programmes, their phases, and what both were before each change."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import AuditEntry
from accounts.text.rules import visible_text
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.measure import WHOLE_LIFE_STORED
from costing.money import Unit
from phases.bodies.models import Body

EARLIEST_YEAR, LATEST_YEAR = 1990, 2099
year_validators = [MinValueValidator(EARLIEST_YEAR), MaxValueValidator(LATEST_YEAR)]


def is_of_a_measure(stored: int) -> None:
    """ValidationError for what a column of measures cannot hold: neither a year nor the whole life."""
    if stored != WHOLE_LIFE_STORED:
        for validate in year_validators:
            validate(stored)


measure_validators = [is_of_a_measure]


LEFT_OUT_OF_A_TABLE = (
    ("full_year", "Full year"),
    ("paperwork_complete", "Paperwork complete"),
    ("recruited", "Recruited to post"),
)
"""The columns that a paper may do without, by name."""


class Programme(models.Model):
    """One improvement programme, e.g. the response to one inspection.

    `version` goes up with every write to anything the programme's pages show; rendered bodies are kept under it.
    """

    slug = models.SlugField("address", max_length=60, unique=True)
    name = models.CharField(max_length=160, unique=True, validators=[visible_text])
    table_unit = models.CharField(
        "unit of the table",
        max_length=20,
        blank=True,
        choices=[(unit.value, unit.label) for unit in (Unit.THOUSANDS, Unit.TENTHS, Unit.POUNDS)],
    )
    table_total = models.BooleanField("a column of totals over the years", default=False)
    table_fte = models.BooleanField("a column of the FTE of each year", default=False)
    table_without = ArrayField(
        models.CharField(max_length=20, choices=LEFT_OUT_OF_A_TABLE),
        verbose_name="columns left out of the table",
        default=list,
        blank=True,
        size=len(LEFT_OUT_OF_A_TABLE),
    )
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
            models.CheckConstraint(
                condition=Q(table_unit__in=["", *(u.value for u in Unit)]), name="programme_table_unit_is_known"
            ),
            models.CheckConstraint(
                condition=Q(table_without__contained_by=[name for name, _ in LEFT_OUT_OF_A_TABLE]),
                name="programme_table_does_without_known_columns",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="programme_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def table_leaves_out(self) -> list[str]:
        """The columns that its papers do without, as their headings say them."""
        return [label for name, label in LEFT_OUT_OF_A_TABLE if name in self.table_without]

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        return FinancialYear.between(FinancialYear(self.first_year), FinancialYear(self.last_year))


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
