"""Who is told what became of a drawdown."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from approvals.decisions.corrections.models import Correction
from approvals.decisions.forward_plan.models import KeyNotice
from approvals.drawdowns.models import Drawdown, Question
from approvals.drawdowns.returned.models import HandBack


class Notice(models.Model):
    """That a person is told, by mail, what became of one submission of a drawdown. Queued with the act itself, sent after it."""

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked to answer"
        REMINDER_BEFORE = "reminder_before", "Reminded before the answer was due"
        REMINDER_OVERDUE = "reminder_overdue", "Reminded that the answer is overdue"
        ESCALATED = "escalated", "Told that the answer of another office is overdue"
        ALL_ANSWERED = "all_answered", "Told that everybody has answered"
        SIGNED = "signed", "Told that it was signed off"
        RETURNED = "returned", "Told that it was returned"
        REFUSED = "refused", "Told that it was refused"
        WITHDRAWN = "withdrawn", "Told that it was withdrawn"
        CALLED_IN = "called_in", "Told that it was called in"
        PUBLISHED = "published", "Told that it was published"
        CORRECTED = "corrected", "Told that its record was corrected"
        UNPUBLISHED = "unpublished", "Told that its publication was withdrawn"
        HAND_BACK_ASKED = "hand_back_asked", "Asked to confirm a hand-back"
        HANDED_BACK = "handed_back", "Told that money was handed back"
        ANSWERED_FOR = "answered_for", "Told that a deputy answered"
        OVERTURNED = "overturned", "Told that it was overturned"
        EFFECTIVE = "effective", "Told that it took effect"
        QUESTION = "question", "Asked a question"
        REPLY = "reply", "Told of the reply"
        ELSEWHERE_ASKED = "elsewhere_asked", "Asked to confirm a decision taken elsewhere"
        ELSEWHERE_BACK = "elsewhere_back", "Told that a decision taken elsewhere was sent back"
        ELSEWHERE = "elsewhere", "Told that a decision taken elsewhere is recorded"
        BODY_ASKED = "body_asked", "Told to ask an outside body"
        BODY_REMINDER = "body_reminder", "Reminded to chase an outside body"
        BODY_OVERDUE = "body_overdue", "Told that the answer of an outside body is overdue"
        KEY_NOTICE_GONE = "key_notice_gone", "Told that the notice of a key decision was withdrawn"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENT = "sent", "Sent"
        GIVEN_UP = "given_up", "Not sent"

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="notices")
    submission = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    hand_back = models.ForeignKey(HandBack, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key_notice = models.ForeignKey(KeyNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField("why it was not sent", blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["queued_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["drawdown", "submission", "kind", "person", "question", "hand_back", "correction", "key_notice"],
                name="notice_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "asked",
                        "reminder_before",
                        "reminder_overdue",
                        "escalated",
                        "all_answered",
                        "signed",
                        "returned",
                        "refused",
                        "withdrawn",
                        "called_in",
                        "overturned",
                        "effective",
                        "published",
                        "answered_for",
                        "elsewhere_asked",
                        "elsewhere_back",
                        "elsewhere",
                        "body_asked",
                        "body_reminder",
                        "body_overdue",
                    ],
                    question__isnull=True,
                    hand_back__isnull=True,
                    correction__isnull=True,
                )
                | Q(kind__in=["corrected", "unpublished"], question__isnull=True, hand_back__isnull=True)
                | Q(kind__in=["hand_back_asked", "handed_back"], question__isnull=True, correction__isnull=True)
                | Q(kind__in=["question", "reply"], question__isnull=False, hand_back__isnull=True, correction__isnull=True)
                | Q(kind="key_notice_gone", question__isnull=True, hand_back__isnull=True, correction__isnull=True),
                name="notice_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="key_notice_gone", key_notice__isnull=False)
                | (~Q(kind="key_notice_gone") & Q(key_notice__isnull=True)),
                name="notice_of_a_key_notice_names_it",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", sent_at__isnull=True)
                | Q(state="sent", sent_at__isnull=False)
                | Q(state="given_up", sent_at__isnull=True, last_error__regex=r"\S"),
                name="notice_state_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
