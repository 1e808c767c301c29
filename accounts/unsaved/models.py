"""What a person sent after their session had ended, kept for a day."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.people.models import User


class UnsavedForm(models.Model):
    """A form that was sent without a session, by whoever was last signed in there. Theirs alone, until they send it again.

    `fields` is a list of pairs, name and value, in the order they were sent. Nothing of it is done before it is sent again.
    """

    key = models.UUIDField(primary_key=True, default=uuid4)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="unsaved_forms")
    address = models.TextField()
    fields = models.JSONField()
    has_files = models.BooleanField("a file was chosen, which is not kept", default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(address__startswith="/"), name="unsaved_form_is_of_this_site"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.address}"
