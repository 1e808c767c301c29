"""Teams, the lines of a phase (posts and other costs), when posts are filled, and what each line costs by year."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, Lower, Round

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from costing.bound import Bound
from costing.line_cost import Absence, Duration
from costing.measure import WHOLE_LIFE_STORED, Measure, stored
from costing.size import MOST_HOURS_A_WEEK, MOST_POSTS, PostSize
from display import formats
from phases.models import Phase, Programme
from phases.programmes.models import EARLIEST_YEAR, LATEST_YEAR
from posts.attachments.models import LineFile
from posts.comments.models import LineComment
from posts.copies.models import CopiedLine, Copy
from posts.entry.columns.models import SheetColumn
from posts.entry.presence.models import SheetVisit
from posts.exempt.models import LineExemption
from posts.importing.kept.models import ImportedFile
from posts.importing.remembered.models import RememberedHeadings

__all__ = [
    "CopiedLine",
    "Copy",
    "CostLine",
    "ImportedFile",
    "Intake",
    "LineAmount",
    "LineComment",
    "LineExemption",
    "LineFile",
    "LineRevision",
    "RememberedHeadings",
    "SheetColumn",
    "SheetVisit",
    "Team",
    "recruited_text",
]


ANY_COST_LAST = Coalesce("annual_cost", Decimal(10**13))
"""To sort lines by annual cost, those without one after every other: the index line_sorted_by_cost is of this and the key."""

SEARCHED = Func(
    *("title", "comment", "cost_centre", "subjective_code", "establishment_number"),
    template="(%(expressions)s)",
    arg_joiner=" || ' ' || ",
    output_field=models.TextField(),
)
"""The words by which a line is found; line_words in the migration is of any three letters of this in capitals."""


class Team(models.Model):
    """The heading a line stands under, e.g. Referral and Assessment."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120, validators=[visible_text])
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="team_named_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="team_with_programme"),
            models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CostLine(models.Model):
    """A post line or an other-cost line of a phase. `version` goes up with each change: an edit names the one it was made on.

    `fte` belongs to posts: None is not stated, below 0 are fewer posts. `headcount` is a number of posts, where it is stated;
    `weekly_hours` of `full_time_hours` are the hours a week that the FTE follows from. `recruited_fte` is of a post that can be
    recruited to, one with FTE above 0; `engaged` says the same of every other line. `annual_cost` is whole pounds for the line
    (all its FTE); for a one-off line it is the whole amount. `term_months` is kept where a paper states the length of a term
    but not its dates. `cost_changes` are annual costs that hold from a day on, in the order of their days: from, annual_cost as
    digits, intake (its number among the line's, from 1, for all its FTE; null for the whole line). `paid_by` are the funding
    sources that pay for it, as costing.paying.Payer says: source, share as a fraction, pounds, from, to.
    """

    class Kind(models.TextChoices):
        POST = "post", "Post"
        OTHER = "other", "Other cost"

    class Engaged(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_APPLICABLE = "n/a", "n/a"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="lines")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="lines")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="lines", null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200, validators=[visible_text])
    fte = models.DecimalField("FTE", max_digits=6, decimal_places=2, null=True, blank=True)
    headcount = models.IntegerField("number of posts", null=True, blank=True)
    weekly_hours = models.DecimalField("hours a week", max_digits=9, decimal_places=2, null=True, blank=True)
    full_time_hours = models.DecimalField("full-time hours a week", max_digits=5, decimal_places=2, null=True, blank=True)
    annual_cost = models.DecimalField(max_digits=12, decimal_places=0, null=True, blank=True)
    # In its row and not in rows of their own: a line is read in as few queries as before, and a change is nothing without it.
    cost_changes = models.JSONField(default=list, blank=True)
    paid_by = models.JSONField(default=list, blank=True)
    duration = models.CharField(
        max_length=12,
        choices=[(Duration.RECURRING, "Recurring"), (Duration.FIXED_TERM, "Fixed term"), (Duration.ONE_OFF, "One-off")],
        default=Duration.RECURRING,
    )
    term_months = models.PositiveSmallIntegerField("term in months", null=True, blank=True)
    paperwork_complete = models.BooleanField(default=False)
    recruited_fte = models.DecimalField("recruited", max_digits=6, decimal_places=2, null=True, blank=True)
    engaged = models.CharField(max_length=3, choices=Engaged, blank=True)
    comment = models.CharField(max_length=500, blank=True, validators=[visible_text])
    cost_centre = models.CharField(max_length=20, blank=True, validators=[visible_text])
    subjective_code = models.CharField(max_length=20, blank=True, validators=[visible_text])
    establishment_number = models.CharField(max_length=30, blank=True, validators=[visible_text])
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["phase__number", "team__position", "position", "id"]
        indexes = [
            models.Index(fields=["programme", "phase", "position"], name="line_in_printing_order"),
            models.Index(Lower("title"), "id", name="line_sorted_by_title"),
            models.Index(ANY_COST_LAST, "id", name="line_sorted_by_cost"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="line_has_a_title"),
            models.CheckConstraint(
                condition=(Q(kind="post") & (Q(fte__isnull=True) | ~Q(fte=0))) | Q(kind="other", fte__isnull=True),
                name="line_fte_belongs_to_posts",
            ),
            models.CheckConstraint(
                condition=Q(headcount__isnull=True)
                | (
                    Q(kind="post", headcount__range=(-MOST_POSTS, MOST_POSTS))
                    & ~Q(headcount=0)
                    & (Q(fte__isnull=True) | Q(fte__gt=0, headcount__gt=0) | Q(fte__lt=0, headcount__lt=0))
                ),
                name="line_headcount_belongs_to_posts",
            ),
            # The FTE that costing.size.fte_of_hours works out: PostgreSQL rounds a half away from zero too.
            models.CheckConstraint(
                condition=Q(weekly_hours__isnull=True, full_time_hours__isnull=True)
                | Q(
                    kind="post",
                    fte__isnull=False,
                    headcount__isnull=True,
                    weekly_hours__isnull=False,
                    full_time_hours__isnull=False,
                    full_time_hours__gt=0,
                    full_time_hours__lte=MOST_HOURS_A_WEEK,
                    fte=Round(F("weekly_hours") / F("full_time_hours"), precision=2),
                ),
                name="line_fte_follows_its_hours",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="post", fte__isnull=False, fte__gt=0, recruited_fte__isnull=False, recruited_fte__gte=0, engaged=""
                )
                | (
                    (Q(kind="other") | Q(fte__isnull=True) | Q(fte__lt=0))
                    & Q(recruited_fte__isnull=True, engaged__in=["yes", "no", "n/a"])
                ),
                name="line_recruited_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(recruited_fte__isnull=True) | Q(recruited_fte__lte=F("fte")),
                name="line_recruited_within_fte",
            ),
            models.CheckConstraint(
                condition=Q(kind="other")
                | Q(annual_cost__isnull=True)
                | Q(annual_cost__gte=0)
                | Q(fte__isnull=False, fte__lt=0)
                | Q(headcount__isnull=False, headcount__lt=0),
                name="line_post_costs_nothing_less",
            ),
            models.CheckConstraint(
                condition=Q(duration__in=[d.value for d in Duration]) & ~Q(kind="post", duration="one_off"),
                name="line_duration_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(term_months__isnull=True) | Q(duration="fixed_term", term_months__gt=0),
                name="line_term_is_of_a_fixed_term",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def size(self) -> PostSize | None:
        """How many posts it is, as it was stated; None for an other cost."""
        return size_of(self.kind, self.fte, self.headcount, self.weekly_hours, self.full_time_hours)

    @property
    def recruited(self) -> str:
        """The text of the recruited column: Yes, No, 4 of 6, n/a."""
        return recruited_text(self.fte, self.recruited_fte, self.engaged)


def size_of(kind: str, fte: Decimal | None, posts: int | None, hours: Decimal | None, week: Decimal | None) -> PostSize | None:
    """How many posts a line of these values is, as it was stated; None for an other cost."""
    return None if kind == CostLine.Kind.OTHER else PostSize(fte, posts, hours, week)


class Intake(models.Model):
    """So many FTE of a line from a date, to a date (the last day in post). An empty start is "not stated"."""

    line = models.ForeignKey(CostLine, on_delete=models.CASCADE, related_name="intakes")
    fte = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="intake_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(start__isnull=False), name="intake_end_needs_a_start"),
            models.CheckConstraint(condition=Q(fte__isnull=True) | ~Q(fte=0), name="intake_fte_is_not_nothing"),
            # Against its line: triggers intake_fits_its_line and line_fits_its_intakes (migration line_rules_of_two_rows).
        ]

    def __str__(self) -> str:
        return f"{self.fte or ''} from {self.start} to {self.end}"


class LineAmount(models.Model):
    """What a line costs in a financial year, in a full year where `financial_year` is empty, over its whole life where it is 0.

    A whole-life amount stands only where somebody stated one: elsewhere it is the sum of the years. Whole pounds.

    A missing amount says why: no full-year effect, or not stated. Neither is zero. A stated amount keeps its reason and who
    stated it, and beside it `calculated`, where the rules give a figure. `bound` is the word that the source puts before it.
    Where another source says otherwise, `other_amount` is what that one says: it is shown, and counted nowhere.
    """

    class Origin(models.TextChoices):
        CALCULATED = "calculated", "Calculated"
        STATED = "stated", "Stated"

    line = models.ForeignKey(CostLine, on_delete=models.CASCADE, related_name="amounts")
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=0, null=True, blank=True)
    absence = models.CharField(
        max_length=12,
        blank=True,
        choices=[(Absence.NO_EFFECT, "No full-year effect"), (Absence.NOT_STATED, "Not stated")],
    )
    origin = models.CharField(max_length=12, choices=Origin)
    calculated = models.DecimalField(max_digits=14, decimal_places=0, null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, validators=[visible_text])
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stated_at = models.DateTimeField(null=True, blank=True)
    bound = models.CharField(max_length=8, blank=True, choices=[(each.value, each.value.capitalize()) for each in Bound])
    other_amount = models.DecimalField(max_digits=14, decimal_places=0, null=True, blank=True)
    other_source = models.CharField(max_length=300, blank=True, validators=[visible_text])

    class Meta:
        ordering = [F("financial_year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(fields=["line", "financial_year"], name="amount_once_for_a_measure", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(amount__isnull=False, absence="") | Q(amount__isnull=True, absence__in=["no_effect", "not_stated"]),
                name="amount_or_why_there_is_none",
            ),
            models.CheckConstraint(
                condition=~Q(absence="no_effect") | Q(financial_year__isnull=True),
                name="amount_no_effect_is_of_a_full_year",
            ),
            models.CheckConstraint(
                condition=Q(origin="calculated", reason="", stated_by__isnull=True, stated_at__isnull=True)
                | (Q(origin="stated", stated_by__isnull=False, stated_at__isnull=False) & ~Q(reason="")),
                name="amount_stated_has_reason_and_person",
            ),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True)
                | Q(financial_year=WHOLE_LIFE_STORED)
                | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="amount_year_in_range",
            ),
            models.CheckConstraint(
                condition=Q(bound="") | Q(bound__in=[each.value for each in Bound], origin="stated", amount__isnull=False),
                name="amount_bound_is_of_a_stated_one",
            ),
            models.CheckConstraint(
                condition=Q(other_amount__isnull=True, other_source="")
                | (Q(origin="stated", amount__isnull=False, other_amount__isnull=False) & ~Q(other_source="")),
                name="amount_of_another_source_names_it",
            ),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True)
                | ~Q(financial_year=WHOLE_LIFE_STORED)
                | Q(origin="stated", amount__isnull=False),
                name="amount_whole_life_is_stated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.amount if self.amount is not None else self.absence}"

    @property
    def measure(self) -> Measure:
        return stored(self.financial_year)


class LineRevision(models.Model):
    """A line as it stood at one version, for ever; no state where it was removed. Undo, conflicts and "as at" read these.

    `line_id` is a plain number: a removed line keeps its history, and undoing the removal brings the same number back.
    """

    line_id = models.BigIntegerField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    state = models.JSONField(null=True)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="line_revisions")

    class Meta:
        ordering = ["line_id", "version"]
        constraints = [models.UniqueConstraint(fields=["line_id", "version"], name="line_revision_once")]

    def __str__(self) -> str:
        return f"line {self.line_id} version {self.version}"


def recruited_text(fte: Decimal | None, recruited_fte: Decimal | None, engaged: str) -> str:
    """Yes, No or "4 of 6" for a post; what was recorded for an other cost (as the source prints the column)."""
    if recruited_fte is None:
        return CostLine.Engaged(engaged).label
    if recruited_fte == fte:
        return "Yes"
    return "No" if recruited_fte == 0 else f"{formats.fte(recruited_fte)} of {formats.fte(fte)}"
