"""Power that one administrator wants to give, until a second one confirms it."""

from django.db import models
from django.db.models import F, Q

from accounts.people.models import User
from accounts.power_changes.rules import Kind

KINDS = {
    Kind.TAKE_OFFICE: "Take office",
    Kind.CORRECT_HOLDING: "Correct who held an office",
    Kind.APPOINT_DEPUTY: "Appoint a deputy",
    Kind.ADD_PERSON: "Add a person",
    Kind.CHANGE_PERSON: "Change a person",
}


class PowerChange(models.Model):
    """What was asked for, by whom, and what became of it. Nothing of it is done before somebody else confirms it.

    The database keeps each as it was asked for, and lets it be decided once (triggers in the migration).
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    kind = models.CharField(max_length=16, choices=[(kind.value, label) for kind, label in KINDS.items()])
    values = models.JSONField()
    words = models.TextField()
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    addresses = models.JSONField(default=list)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in KINDS]), name="power_change_kind_is_known"),
            models.CheckConstraint(condition=Q(words__regex=r"\S"), name="power_change_says_what"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome__in=["confirmed", "refused", "withdrawn"], decided_by__isnull=False, decided_at__gte=F("asked_at")),
                name="power_change_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="confirmed") | ~Q(decided_by=F("asked_by")), name="power_change_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="confirmed") | Q(person__isnull=True) | ~Q(decided_by=F("person")),
                name="power_change_not_confirmed_by_whom_it_empowers",
            ),
        ]

    def __str__(self) -> str:
        return self.words
