"""The bodies and officers that decide on a council's money."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.text.rules import visible_text
from phases.bodies.rules import DecidingBody, Kind


class Body(models.Model):
    """A body or officer that decides: full council, the executive, a committee, a member, an officer, or somebody outside.

    Its name is its own: "Executive", never "The Executive". A decision taken by the holder of an office names the office instead.
    """

    name = models.CharField(max_length=120, validators=[visible_text])
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.label) for kind in Kind])
    with_article = models.BooleanField("say “the” before the name", default=True)
    call_in = models.BooleanField("its decisions are open to call-in", default=True)
    since = models.DateField("first day", null=True, blank=True)
    until = models.DateField("last day", null=True, blank=True)

    class Meta:
        ordering = [Lower("name")]
        verbose_name_plural = "bodies"
        constraints = [
            models.UniqueConstraint(Lower("name"), name="body_named_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="body_has_a_name"),
            models.CheckConstraint(condition=~Q(name__iregex=r"^\s*the\s"), name="body_name_without_article"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="body_kind_is_known"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="body_days_in_order"),
            models.CheckConstraint(
                condition=~Q(kind__in=["full_council", "outside"], call_in=True), name="body_call_in_fits_its_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def deciding(self) -> DecidingBody:
        """As the rules know it."""
        return DecidingBody(self.pk, self.name, Kind(self.kind), self.with_article, self.call_in)

    def was_there_on(self, day: date) -> bool:
        """Whether it could decide that day: councils change, and an Executive becomes a Cabinet."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def in_sentence(self) -> str:
        return self.deciding.in_sentence

    @property
    def at_the_start(self) -> str:
        return self.deciding.at_the_start
