"""Notices of key decisions to come: the forward plan (by the law that `approvals.decisions.key_notice.rules` names)."""

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, Office, User
from accounts.text.rules import visible_text
from phases.bodies.rules import Kind, Maker
from phases.models import Body, Programme


class KeyNotice(models.Model):
    """That a key decision is intended, published at least 28 clear days before the first day on which it may be made.

    Published with the act and never changed: who wants it otherwise withdraws it and gives another one, whose days are counted
    from its own.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="key_notices")
    matter = models.CharField("matter to be decided", max_length=200, validators=[visible_text])
    text = models.TextField("what is proposed", validators=[visible_text])
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_from = models.DateField("first day on which it may be decided")
    due_until = models.DateField("last day of the period")
    documents = models.TextField("documents submitted for the decision", validators=[visible_text])
    contact = models.CharField("where to ask for them or to comment", max_length=200, validators=[visible_text])
    given_on = models.DateField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=True, body__isnull=False) | Q(office__isnull=False, body__isnull=True),
                name="key_notice_of_one_decision_maker",
            ),
            models.CheckConstraint(
                condition=Q(matter__regex=r"\S", text__regex=r"\S", documents__regex=r"\S", contact__regex=r"\S"),
                name="key_notice_is_whole",
            ),
            models.CheckConstraint(condition=Q(due_until__gte=F("due_from")), name="key_notice_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.matter}"

    @property
    def reference(self) -> str:
        """By which it is known, and named in the case of a drawdown: KN-0001."""
        return f"KN-{self.pk:04d}"

    @property
    def maker(self) -> str:
        """Who will decide."""
        return str(self.office or self.body)

    @property
    def deciding(self) -> Maker:
        """The same for the rule of records, notice and call-in."""
        return self.body.deciding.maker if self.body else Maker(Kind(self.office.kind) if self.office else Kind.OFFICER)


class KeyNoticeWithdrawal(models.Model):
    """That a notice counts no more: why, as anybody reads it, and which notice was given instead, if any. Never changed.

    `reference` is that of the notice, as cases name it.
    """

    notice = models.OneToOneField(KeyNotice, on_delete=models.PROTECT, related_name="withdrawal")
    reference = models.CharField(max_length=20, unique=True)
    reasons = models.TextField(validators=[visible_text])
    instead = models.ForeignKey(KeyNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_on = models.DateField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reasons__regex=r"\S"), name="key_notice_withdrawn_with_reasons"),
            models.CheckConstraint(condition=~Q(instead=F("notice")), name="key_notice_replaced_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, withdrawn"
