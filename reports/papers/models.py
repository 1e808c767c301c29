"""The papers that were issued."""

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from phases.models import Programme


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
