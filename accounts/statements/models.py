"""The texts that the council publishes about its service."""

from django.db import models
from django.db.models import Q


class Statement(models.Model):
    """A text that the council publishes about its service. An empty one is the standard text (accounts.statements.rules)."""

    class Kind(models.TextChoices):
        ACCESSIBILITY = "accessibility", "Accessibility statement"
        PRIVACY = "privacy", "Privacy notice"
        CONTACT = "contact", "Contact details"

    kind = models.CharField(max_length=20, choices=Kind, primary_key=True)
    text = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["accessibility", "privacy", "contact"]), name="statement_kind_is_known"),
            models.CheckConstraint(condition=Q(text="") | Q(text__regex=r"\S"), name="statement_text_can_be_seen"),
            models.CheckConstraint(condition=Q(text="") | Q(changed_at__isnull=False), name="statement_says_when_it_was_changed"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
