"""What bodies and officers decided or recommended."""

from django.db import models
from django.db.models import F, Q

from accounts.text.rules import visible_text
from phases.bodies.models import Body
from phases.programmes.models import Programme


class FundingDecision(models.Model):
    """What a body or an officer decided or recommended. A recommendation authorises nothing.

    Once something stands on it (money, a delegation, a drawdown, a correction, a later decision that takes it up), what it says
    stays: `corrects` names what a later one puts right. `about` is the money that a resolution releases, where it decides on a
    drawdown. `follows` is the recommendation that it decides on, or takes further.
    `no_money_because` ends what is still to be recorded of it: with a reason there, nothing is authorised under it.
    """

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", "Resolved"
        RECOMMENDED = "recommended", "Recommended to another body"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(max_length=200, validators=[visible_text])
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="decisions", verbose_name="body or officer")
    decided_on = models.DateField("date")
    minute = models.CharField(max_length=60, blank=True, validators=[visible_text])
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.RESOLVED)
    text_recommended = models.TextField("text as recommended", blank=True, validators=[visible_text])
    text_resolved = models.TextField("text as resolved", blank=True, validators=[visible_text])
    members_present = models.TextField(blank=True, validators=[visible_text])
    interests = models.TextField("members’ interests declared", blank=True, validators=[visible_text])
    section_151_advice = models.TextField("advice of the section 151 officer", blank=True, validators=[visible_text])
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="puts right"
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name="recommendation it decides on",
    )
    about = models.ManyToManyField(
        "phases.Authorisation", blank=True, related_name="resolutions_about", verbose_name="money it decides on"
    )
    no_money_because = models.TextField("why no money follows", blank=True, validators=[visible_text])
    assumption = models.TextField(
        "assumptions",
        blank=True,
        help_text="What the papers do not say and was assumed here",
        validators=[visible_text],
    )

    class Meta:
        ordering = ["decided_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "title", "decided_on"], name="decision_recorded_once"),
            models.UniqueConstraint(fields=["id", "programme"], name="decision_with_programme"),
            models.CheckConstraint(condition=Q(outcome__in=["resolved", "recommended"]), name="decision_outcome_is_known"),
            models.CheckConstraint(condition=~Q(text_recommended="", text_resolved=""), name="decision_has_its_text"),
            models.CheckConstraint(condition=~Q(title=""), name="decision_has_a_title"),
            models.CheckConstraint(condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")), name="decision_corrects_another"),
            models.CheckConstraint(condition=Q(follows__isnull=True) | ~Q(follows=F("id")), name="decision_follows_another"),
            models.CheckConstraint(
                condition=Q(no_money_because="") | Q(no_money_because__regex=r"\S"), name="decision_without_money_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.title
