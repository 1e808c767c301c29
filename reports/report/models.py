"""The paragraphs of the report that somebody wrote."""

from django.db import models
from django.db.models import Q

from accounts.text.rules import visible_text
from phases.models import Body, Programme


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
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who is asked")
    text = models.TextField(validators=[visible_text])
    drafted_as = models.CharField(max_length=40, blank=True)
    drafted_text = models.TextField(blank=True)

    class Meta:
        ordering = ["-section", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section="finance", body__isnull=True) | Q(section="recommendations", body__isnull=False),
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
        """Whether somebody wrote what would be lost by drafting it again."""
        return self.text != self.drafted_text
