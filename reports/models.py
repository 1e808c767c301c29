"""What the store keeps of reports: how findings of the paper check were reviewed, and the papers that were issued."""

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.validators import visible_text
from phases.models import Programme


class FindingReview(models.Model):
    """That a finding was dismissed or overridden, and why; or taken up again. The newest for its fingerprint counts.

    The fingerprint is of the figures it was about: when they change, the finding has another, and is open again.
    """

    class Kind(models.TextChoices):
        DISMISSED = "dismissed", "Dismissed"
        OVERRIDDEN = "overridden", "Overridden"
        REOPENED = "reopened", "Taken up again"

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
        indexes = [models.Index(fields=["sha256"], name="issued_paper_by_its_hash")]
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
    """That a line is exempt information, under which paragraph of Schedule 12A, and why; or, without one, no longer.

    The newest of its line counts. `line_id` is a plain number: a removed line that comes back is exempt still.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="line_exemptions")
    line_id = models.BigIntegerField()
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField("public interest", validators=[visible_text])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["programme", "line_id", "-id"], name="exemption_of_a_line")]
        constraints = [
            models.CheckConstraint(
                condition=Q(paragraph__isnull=True) | Q(paragraph__range=(1, 7)), name="line_exemption_paragraph_is_known"
            ),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="line_exemption_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"line {self.line_id}: {f'paragraph {self.paragraph}' if self.paragraph else 'public'}"
