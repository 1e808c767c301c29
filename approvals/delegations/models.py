"""Schemes of delegation: who may decide under which resolution, who answers first, and up to how much."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower

from accounts.models import Office
from accounts.text.rules import visible_text
from approvals.drawdowns.rules import Asked, Mode, who_is_asked
from costing.measure import WHOLE_LIFE_STORED, Measure, stored
from phases.bodies.models import Body
from phases.bodies.rules import DecidingBody, Kind, Maker
from phases.models import FundingDecision, Programme
from phases.programmes.models import EARLIEST_YEAR, LATEST_YEAR, measure_validators


class Delegation(models.Model):
    """Who may decide on drawdowns, under which resolution, and which offices answer first. Never changed: record another.

    The decision maker is an office, or a body whose resolution the clerk records. `money` holds the resolutions whose money
    may be released under it: nothing that another resolution authorised. `report_back_to` is the text of an older build, which
    was typed; a body of that name was found for most.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="delegations")
    decision = models.ForeignKey(FundingDecision, on_delete=models.PROTECT, related_name="delegations")
    title = models.CharField(max_length=160, validators=[visible_text])
    decision_maker = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="delegations")
    decision_body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="delegations")
    text = models.TextField("verbatim text", validators=[visible_text])
    money = models.ManyToManyField(FundingDecision, related_name="released_under", verbose_name="money it may release")
    earliest = models.DateField("first day", null=True, blank=True)
    expires = models.DateField("last day", null=True, blank=True)
    recorded_at = models.DateTimeField("recorded", editable=False)
    report_back_body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    report_back_to = models.CharField("as it was typed", max_length=120, blank=True, editable=False, validators=[visible_text])
    report_back_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "title"], name="delegation_named_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="delegation_with_programme"),
            models.CheckConstraint(condition=Q(text__regex=r"\S", title__regex=r"\S"), name="delegation_has_title_and_text"),
            models.CheckConstraint(
                condition=Q(decision_maker__isnull=False, decision_body__isnull=True)
                | Q(decision_maker__isnull=True, decision_body__isnull=False),
                name="delegation_to_an_office_or_a_body",
            ),
            models.CheckConstraint(condition=Q(earliest__lte=F("expires")), name="delegation_begins_before_it_ends"),
        ]
        indexes = [
            models.Index(Lower("title"), "id", name="delegation_sorted_by_title"),
            models.Index(Coalesce("expires", date.max), "id", name="delegation_sorted_by_last_day"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def decided_by(self) -> str:
        """The decision maker's name, office or body."""
        return str(self.decision_maker or self.decision_body)

    @property
    def decider(self) -> str:
        """The same as inside a sentence: the Chief Executive, the Executive, Full Council."""
        return self.decision_body.in_sentence if self.decision_body else f"the {self.decision_maker}"

    @property
    def decider_at_the_start(self) -> str:
        """The same as a sentence begins."""
        return self.decision_body.at_the_start if self.decision_body else f"The {self.decision_maker}"

    @property
    def reports_to(self) -> str:
        """Whom its use is reported to, as inside a sentence: the Executive; of an older build as it was typed; "" for nobody."""
        return self.report_back_body.in_sentence if self.report_back_body else self.report_back_to

    @property
    def maker(self) -> Maker:
        """Who decides, for the rule of records, notice and call-in."""
        if self.decision_body:
            return self.decision_body.deciding.maker
        return Maker(Kind(self.decision_maker.kind) if self.decision_maker else Kind.OFFICER)

    @property
    def deciding_body(self) -> DecidingBody | None:
        """The body that decides, as the rules know it; None where an office does."""
        return self.decision_body.deciding if self.decision_body else None


class DelegationStep(models.Model):
    """Who is asked before the decision: an office for its agreement or its view, or a body outside the council, such as an
    improvement board or a commissioner, for its consent or its advice.
    """

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="steps")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    mode = models.CharField(max_length=12, choices=[(mode.value, mode.value.capitalize()) for mode in Mode])

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["delegation", "office"], name="step_office_once"),
            models.UniqueConstraint(fields=["delegation", "body"], name="step_body_once"),
            models.CheckConstraint(condition=Q(mode__in=[mode.value for mode in Mode]), name="step_mode_is_known"),
            models.CheckConstraint(
                condition=Q(~Q(mode__in=["consent", "advice"]), office__isnull=False, body__isnull=True)
                | Q(~Q(mode__in=["agreement", "consultation"]), office__isnull=True, body__isnull=False),
                name="step_asks_an_office_or_a_body",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.mode}"

    @property
    def name(self) -> str:
        """Of the office or body, as it is now."""
        return str(self.office or self.body)

    @property
    def key(self) -> Asked:
        """Who is asked, as the rules know it."""
        return who_is_asked(self.office_id, self.body_id)


class DelegationLimit(models.Model):
    """ "Up to" so many whole pounds under a delegation, in one measure, beside the limits of the authorisations it draws on.

    `drawn` is kept by the database, from each row of consumption, and never passes `amount`.
    """

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="limits")
    financial_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=measure_validators)
    amount = models.DecimalField("limit", max_digits=14, decimal_places=0)
    drawn = models.DecimalField(max_digits=14, decimal_places=0, default=0, editable=False)

    class Meta:
        ordering = [F("financial_year").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation", "financial_year"], name="delegation_limit_once_for_a_measure", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="delegation_limit_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(drawn__gte=0, drawn__lte=F("amount")), name="delegation_drawn_is_within_its_limit"
            ),
            models.CheckConstraint(
                condition=Q(financial_year__isnull=True)
                | Q(financial_year=WHOLE_LIFE_STORED)
                | Q(financial_year__range=(EARLIEST_YEAR, LATEST_YEAR)),
                name="delegation_limit_year_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"£{self.drawn:,} of £{self.amount:,}"

    @property
    def measure(self) -> Measure:
        return stored(self.financial_year)

    @property
    def headroom(self) -> Decimal:
        return self.amount - self.drawn
