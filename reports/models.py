"""What the store keeps of reports: how findings of the paper check were reviewed, and the papers that were issued."""

import json
from functools import cached_property

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.models import DecisionRecord
from phases.bodies.models import Body
from phases.models import FundingSource, Programme
from reports.requests.rules import PackItem, PackRequest, Request, read


class FindingReview(models.Model):
    """That a finding was dismissed or overridden, and why; or taken up again. The newest for its fingerprint counts.

    The fingerprint is of the figures it was about: when they change, the finding has another, and is open again.
    """

    class Kind(models.TextChoices):
        DISMISSED = "dismissed", "Dismissed"
        OVERRIDDEN = "overridden", "Overridden"
        REOPENED = "reopened", "Reopened"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="finding_reviews")
    rule = models.CharField(max_length=4)
    severity = models.CharField(max_length=1, choices=[("E", "Stops the paper"), ("W", "Warning"), ("I", "For information")])
    fingerprint = models.CharField(max_length=32)
    text = models.TextField("the finding, as it was reviewed")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField(validators=[visible_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["programme", "fingerprint"], name="review_of_a_finding")]
        constraints = [
            # An error is overridden by name; a warning or a note is dismissed.
            models.CheckConstraint(
                condition=Q(kind="dismissed", severity__in=["W", "I"])
                | Q(kind="overridden", severity="E")
                | Q(kind="reopened", severity__in=["E", "W", "I"]),
                name="finding_review_fits_its_severity",
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="finding_review_has_its_reason"),
            models.CheckConstraint(
                condition=Q(rule__regex=r"^PC\d\d$", fingerprint__regex=r"^[0-9a-f]{32}$") & ~Q(text=""),
                name="finding_review_names_its_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_kind_display().lower()}"


class IssuedPaper(models.Model):
    """An appendix as it left the building: its bytes, what they were made from, and who issued it. It stays for ever.

    `schedule` and `findings` are canonical JSON, whose SHA-256 stand in `entry`; `sha256` is that of `content`, the PDF. Version
    2 and later supersede the version before for the same appendix of the same meeting, and say why.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="issued_papers")
    committee = models.CharField(max_length=120, validators=[visible_text])
    meeting_date = models.DateField()
    agenda_item = models.CharField(max_length=30, blank=True, validators=[visible_text])
    appendix = models.CharField(max_length=30, validators=[visible_text])
    report_number = models.CharField(max_length=30, blank=True, validators=[visible_text])
    part = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by")
    reason = models.TextField("why it was issued again", blank=True, validators=[visible_text])
    as_at = models.DateTimeField("moment of its data")
    data_version = models.PositiveIntegerField("version of the programme")
    schedule = models.TextField()
    findings = models.TextField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sha256"], name="issued_paper_by_its_hash"),
            # What the list of a programme's papers is sorted by.
            models.Index(fields=["programme", "id"], name="issued_paper_sorted"),
            models.Index(fields=["programme", "meeting_date", "id"], name="issued_paper_sorted_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "committee", "meeting_date", "appendix", "part", "version"],
                name="issued_paper_version_once",
            ),
            models.CheckConstraint(
                condition=Q(version=1, supersedes__isnull=True, reason="")
                | Q(version__gt=1, supersedes__isnull=False, reason__regex=r"\S"),
                name="issued_paper_again_with_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(committee__regex=r"\S", appendix__regex=r"\S"), name="issued_paper_names_its_meeting"
            ),
            models.CheckConstraint(condition=Q(part__in=[1, 2]), name="issued_paper_part_is_known"),
            models.CheckConstraint(condition=Q(as_at__lte=F("issued_at")), name="issued_paper_is_not_ahead_of_its_data"),
        ]

    def __str__(self) -> str:
        return f"{self.appendix}, version {self.version}"


class LineExemption(models.Model):
    """That a line, or one field of it, is exempt information, under which paragraph of Schedule 12A, and why; or no longer.

    The newest of its line and field counts. `line_id` is a plain number: a removed line that comes back is exempt still.
    """

    class Field(models.TextChoices):
        TITLE = "title", "Name"
        FTE = "fte", "FTE"
        AMOUNTS = "amounts", "Costs"
        PAPERWORK = "paperwork_complete", "Paperwork complete"
        RECRUITED = "recruited", "Recruited to post"
        COMMENT = "comment", "Comment"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="line_exemptions")
    line_id = models.BigIntegerField()
    field = models.CharField("what of it; all but FTE and costs where empty", max_length=20, blank=True, choices=Field)
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField("public interest", validators=[visible_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["programme", "line_id", "field", "-id"], name="exemption_of_a_line")]
        constraints = [
            models.CheckConstraint(
                condition=Q(paragraph__isnull=True) | Q(paragraph__range=(1, 7)), name="line_exemption_paragraph_is_known"
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="line_exemption_has_its_reason"),
            models.CheckConstraint(
                condition=Q(field__in=["", "title", "fte", "amounts", "paperwork_complete", "recruited", "comment"]),
                name="line_exemption_field_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id}: {f'paragraph {self.paragraph}' if self.paragraph else 'public'}"


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


class ReportParagraph(models.Model):
    """A recommendation or a paragraph of the finance section, in the order of `position`.

    `text` names figures with the value they had when it was accepted (reports.figures.rules). `drafted_as` says which drafted
    paragraph it is, "" for one written by hand; `drafted_text` is what was drafted, so that an edit shows.
    """

    class Section(models.TextChoices):
        RECOMMENDATIONS = "recommendations", "Recommendations"
        FINANCE = "finance", "Financial implications"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="report_paragraphs")
    version = models.PositiveIntegerField(default=1, editable=False)
    section = models.CharField(max_length=15, choices=Section)
    position = models.PositiveIntegerField()
    body = models.CharField("who is asked", max_length=120, blank=True, validators=[visible_text])
    text = models.TextField(validators=[visible_text])
    drafted_as = models.CharField(max_length=40, blank=True)
    drafted_text = models.TextField(blank=True)

    class Meta:
        ordering = ["-section", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section="finance", body="") | Q(section="recommendations", body__regex=r"\S"),
                name="report_paragraph_asks_its_body",
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="report_paragraph_has_its_text"),
            models.CheckConstraint(
                condition=Q(drafted_as="", drafted_text="") | (~Q(drafted_as="") & ~Q(drafted_text="")),
                name="report_paragraph_keeps_its_draft",
            ),
            models.UniqueConstraint(
                fields=["programme", "section", "position"],
                name="report_paragraph_in_its_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["programme", "section", "drafted_as"],
                condition=~Q(drafted_as=""),
                name="report_paragraph_drafted_once",
            ),
        ]

    def __str__(self) -> str:
        return "The recommendation" if self.section == self.Section.RECOMMENDATIONS else "The paragraph"

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote what would be lost by drafting it anew."""
        return self.text != self.drafted_text


class Rendering(models.Model):
    """A PDF that is made in the background: a pack, a long paper that is to be issued, or a long committee table.

    `wanted` is what was asked for: a request as canonical JSON. `done` of `total` steps are taken; a `total` of 0 means that
    nobody has counted them yet. A finished paper is kept as `paper`, everything else as `content` with its SHA-256. What is
    ready stays.
    """

    class Kind(models.TextChoices):
        PACK = "pack", "Pack"
        PAPER = "paper", "Paper"
        TABLE = "table", "Committee table"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="renderings")
    kind = models.CharField(max_length=5, choices=Kind)
    title = models.CharField(max_length=200, validators=[visible_text])
    committee = models.CharField(max_length=120, blank=True, validators=[visible_text])
    meeting_date = models.DateField(null=True, blank=True)
    agenda_item = models.CharField(max_length=30, blank=True, validators=[visible_text])
    part = models.PositiveSmallIntegerField(default=1)
    wanted = models.TextField()
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField("why it was not made", blank=True)
    content = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    paper = models.OneToOneField(IssuedPaper, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["programme", "kind", "-id"], name="rendering_of_a_programme"),
            models.Index(fields=["programme", "kind", "meeting_date", "id"], name="rendering_sorted_by_day"),
            models.Index(fields=["sha256"], name="rendering_by_its_hash"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "making"], failure="", finished_at__isnull=True)
                | Q(state="ready", failure="", finished_at__isnull=False)
                | Q(state="failed", failure__regex=r"\S", finished_at__isnull=False),
                name="rendering_ends_in_words_or_well",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") & Q(content__isnull=True, sha256="", paper__isnull=True)
                | Q(state="ready", kind="paper", content__isnull=True, sha256="", paper__isnull=False)
                | Q(state="ready", kind__in=["pack", "table"], content__isnull=False, paper__isnull=True) & ~Q(sha256=""),
                name="rendering_has_its_result_when_ready",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="rendering_does_no_more_than_all"),
            models.CheckConstraint(condition=Q(part__in=[1, 2]), name="rendering_part_is_known"),
            models.CheckConstraint(
                condition=~Q(kind="pack")
                | Q(committee__regex=r"\S", meeting_date__isnull=False, asked__isnull=False)
                & (~Q(state="ready") | Q(entry__isnull=False)),
                name="rendering_pack_has_its_meeting_and_entries",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def request(self) -> Request:
        """What was asked for. Raises UnknownForm."""
        return read(json.loads(self.wanted))

    @property
    def items(self) -> list[PackItem]:
        """What is in a pack, in its order; nothing of anything else."""
        return list(self.request.items) if isinstance(self.request, PackRequest) else []

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.MAKING)
