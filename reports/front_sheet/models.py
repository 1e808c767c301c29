"""The boxes of the front sheet that the data do not fill. What draws the sheet is in the report."""

from django.db import models
from django.db.models import Q

from accounts.text.rules import visible_text
from approvals.models import DecisionRecord
from phases.bodies.models import Body
from phases.models import FundingSource, Programme


class FrontSheet(models.Model):
    """What the front sheet of a programme's report says beside its data, which fill an empty text where there are any.

    The report goes with the programme's paper, whose number, committee and meeting it bears. None is "not said" of yes or no.
    """

    class WhetherAsked(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_APPLICABLE = "n/a", "Not applicable"

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="front_sheet")
    version = models.PositiveIntegerField(default=1, editable=False)
    part = models.PositiveSmallIntegerField(default=1)
    decision_makers = models.TextField("decision makers and dates", blank=True, validators=[visible_text])
    decider = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_urgent = models.BooleanField("urgent", null=True, blank=True)
    is_executive = models.BooleanField("executive", null=True, blank=True)
    is_key = models.BooleanField("key decision", null=True, blank=True)
    notice_route = models.CharField(max_length=8, blank=True, choices=DecisionRecord.NoticeRoute)
    notice_on = models.DateField("date of the notice or agreement", null=True, blank=True)
    notice_reference = models.CharField("where the notice or agreement is", max_length=200, blank=True, validators=[visible_text])
    title = models.CharField("title of the report", max_length=200, blank=True, validators=[visible_text])
    contact_officer = models.CharField(max_length=160, blank=True, validators=[visible_text])
    chief_officer = models.CharField(max_length=160, blank=True, validators=[visible_text])
    ward = models.CharField(max_length=160, blank=True, validators=[visible_text])
    reason = models.TextField("reason for the report", blank=True, validators=[visible_text])
    corporate_policy = models.TextField(blank=True, validators=[visible_text])
    cost_of_proposal = models.TextField(blank=True, validators=[visible_text])
    ongoing_costs = models.TextField(blank=True, validators=[visible_text])
    budget_head = models.TextField("budget head", blank=True, validators=[visible_text])
    current_budget = models.DecimalField("current budget for this head", max_digits=14, decimal_places=0, null=True, blank=True)
    funding_source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staff_numbers = models.TextField("number of staff", blank=True, validators=[visible_text])
    staff_hours = models.TextField("staff hours, if from existing staff", blank=True, validators=[visible_text])
    legal_requirement = models.TextField(blank=True, validators=[visible_text])
    call_in = models.BooleanField("call-in applies", null=True, blank=True)
    call_in_reason = models.TextField("why call-in does not apply", blank=True, validators=[visible_text])
    customer_impact = models.TextField(blank=True, validators=[visible_text])
    ward_councillors_asked = models.CharField(max_length=3, blank=True, choices=WhetherAsked)
    ward_councillor_views = models.TextField(blank=True, validators=[visible_text])
    sections_not_applicable = models.TextField("sections that do not apply", blank=True, validators=[visible_text])
    background_documents = models.TextField(blank=True, validators=[visible_text])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(part__in=[1, 2]), name="front_sheet_part_is_known"),
            models.CheckConstraint(
                condition=Q(notice_route="", notice_on__isnull=True)
                | Q(notice_route__in=["28_days", "reg_10", "reg_11"], notice_on__isnull=False),
                name="front_sheet_notice_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(current_budget__isnull=True) | Q(current_budget__gte=0), name="front_sheet_budget_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(ward_councillors_asked__in=["", "yes", "no", "n/a"]), name="front_sheet_asked_is_known"
            ),
        ]

    def __str__(self) -> str:
        return "The front sheet"
