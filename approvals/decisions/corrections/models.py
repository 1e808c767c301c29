"""Corrections of published records: new records, published at once, which never change what was decided."""

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from approvals.decisions.corrections.rules import CorrectionContent, corrected, reference_of
from approvals.decisions.models import DecisionRecord


class Correction(models.Model):
    """That something in a published record is wrong, and what is right. Written once, and published with that.

    By whom it was decided, when, and how much it releases is of no kind: the acts say it. The text as decided is corrected once
    who signed has confirmed another wording, which it then holds word for word. `content` is canonical JSON, kept
    to the letter; `sha256` is of `content`. The corrections of a record are numbered from 1 without a gap.
    """

    class Kind(models.TextChoices):
        REASONS = "reasons", "Reasons for the decision"
        ALTERNATIVES = "alternatives", "Alternatives considered and rejected"
        FINANCIAL_COMMENTS = "financial_comments", "Financial comments"
        LEGAL_COMMENTS = "legal_comments", "Legal comments"
        BACKGROUND_PAPERS = "background_papers", "Background papers"
        WARDS = "wards", "Wards affected"
        REPORT_AUTHOR = "report_author", "Report author"
        NOTICE = "notice", "Notice of a key decision"
        CALL_IN = "call_in", "Why it is not open to call-in"
        MINUTE = "minute", "Minute number"
        MEMBERS_PRESENT = "members_present", "Members present"
        TEXT = "text_resolved", "Text as decided"
        ADDITION = "addition", "Something added after the signature"

    record = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField("what is corrected", max_length=20, choices=Kind)
    wrong = models.TextField("what the record says", validators=[visible_text])
    right = models.TextField("what it should say", validators=[visible_text])
    published_on = models.DateField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    content = models.TextField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["record", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="correction_numbered_once"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        *("reasons", "alternatives", "financial_comments", "legal_comments", "background_papers", "wards"),
                        *("report_author", "notice", "call_in", "minute", "members_present", "addition", "text_resolved"),
                    ]
                ),
                name="correction_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(wrong__regex=r"\S", right__regex=r"\S") & ~Q(wrong=F("right")), name="correction_says_something_else"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return reference_of(self.said.of_reference, self.number)

    @property
    def said(self) -> CorrectionContent:
        """What it says, as it was published."""
        return corrected(self.content)
