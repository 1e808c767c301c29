"""The audit chain: its entries, and its head."""

import json
from datetime import datetime

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Upper
from django.utils import timezone

from accounts.audit.wording.rules import in_lines, in_words
from accounts.people.models import User
from display.formats import long_moment


class AuditHead(models.Model):
    """The last link of the chain: one row, locked by every write, moved on only by the database itself."""

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="audit_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


NAME_OF_SUBJECT = Upper(Func("subject", Value(":"), Value(-1), function="split_part", output_field=models.TextField()))
"""Of drawdown:DD-0001, DD-0001."""


class AuditEntry(models.Model):
    """One act, for ever. `content` is canonical JSON kept to the letter; `hash` is SHA-256 over the previous hash and it.

    Rows are added by `record` on the shelf of actions alone. The database refuses UPDATE, DELETE and TRUNCATE, a wrong link, and
    moves the head on (triggers in the first migration).
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    content = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "audit entries"
        # And audit_words in the migration: of the content, by any three letters of it.
        indexes = [
            models.Index(fields=["subject", "number"], name="audit_by_subject"),
            models.Index(fields=["action", "number"], name="audit_by_action"),
            models.Index(fields=["actor", "-number"], name="audit_by_actor"),
            models.Index(NAME_OF_SUBJECT, "number", name="audit_by_name_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="audit_number_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    @property
    def act(self) -> str:
        """What was done, in words: "Phase added"."""
        return in_words(self.action)

    @property
    def about(self) -> str:
        """What it was done to, in words: "Drawdown DD-0001"."""
        kind, _, name = self.subject.partition(":")
        return f"{in_words(kind)} {name}".strip()

    @property
    def details(self) -> str:
        """What the entry says of the act, a line for each thing. `content` stays as it was written."""
        content = json.loads(self.content)
        lines = in_lines(content.get("details", {}), is_change=self.action.endswith(("_changed", "_ended")))
        written = content.get("written")  # in the demonstration
        really = [f"Really written: {long_moment(timezone.localtime(datetime.fromisoformat(written)))}"] if written else []
        return "\n".join([*lines, *really])
