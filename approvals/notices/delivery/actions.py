"""What is done in the background: the mail of a notice is written and sent. No page waits for it or relies on it.

What a mail says is in `letters`. Its link opens the page of the act, which does nothing by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django_tasks import TaskContext, task

from accounts.clock import queries as clock
from approvals.drawdowns.rules import State
from approvals.notices.letters.queries import ASKING, sent
from approvals.notices.models import Notice
from display.words import counted

Kind = Notice.Kind

_WAITING = {*ASKING, Kind.ESCALATED, Kind.ALL_ANSWERED}


class MailNotSent(Exception):
    """Some of the mail was not taken: the task is to be tried again."""


@task(takes_context=True)
def send_notices(context: TaskContext, drawdown: int, submission: int, kind: str, question: int | None = None) -> None:
    """Send what is queued of one kind for one submission. Raises MailNotSent; the last attempt gives up instead, and says so.

    What was sent already is not sent again, whatever became of this task before.
    """
    queued = Notice.objects.filter(drawdown=drawdown, submission=submission, kind=kind, question=question, state="queued")
    last = context.attempt >= settings.TASK_ATTEMPTS
    done = [_send(pk, last, clock.now()) for pk in queued.order_by("pk").values_list("pk", flat=True)]
    if not all(done):
        raise MailNotSent(f"{done.count(False)} of {len(done)} messages were not accepted.")


def _send(pk: int, last: bool, at: datetime) -> bool:
    """Send one notice, locked so that nobody else sends it too; False if it is still to be sent."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        notice = rows.filter(pk=pk, state="queued").select_related("drawdown", "person").first()
        if notice is None or notice.person.mail_once_a_day:
            return True  # sent with the others, once a day
        needless = _needless(notice)
        error = needless or _tried(notice)
        if not error:
            notice.state, notice.sent_at = Notice.State.SENT, at
        elif needless or last:
            notice.state = Notice.State.GIVEN_UP
        notice.last_error = error
        notice.save()
        return notice.state != Notice.State.QUEUED


def send_digests(at: datetime) -> None:
    """Once a day: queue one mail for each person who wants it so, with all that was kept for them since.

    Also for those who wanted it so until lately, and for whom something was kept.
    """
    kept = Q(person__mail_once_a_day=True) | Q(attempts=0, queued_at__lt=at - timedelta(days=1))
    waiting = Notice.objects.filter(kept, state="queued").order_by("person").values_list("person", flat=True)
    for person in waiting.distinct():
        send_digest.enqueue(person)


@task()
def send_digest(person: int) -> None:
    """One mail with everything that is queued for this person. Raises what the mail server says: it is tried again."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        queued = list(rows.filter(person=person, state="queued").select_related("drawdown", "person").order_by("queued_at", "pk"))
        wanted = [notice for notice in queued if not _needless(notice)]
        if wanted:
            digest_of(wanted).send()
        for notice in queued:
            notice.last_error = _needless(notice)
            notice.state = Notice.State.GIVEN_UP if notice.last_error else Notice.State.SENT
            notice.sent_at = None if notice.last_error else clock.now()
            notice.save()


def digest_of(notices: Sequence[Notice]) -> EmailMessage:
    """The mail of several notices to one person, in the order of time."""
    letters = [
        (letter, [f"{settings.SITE_ADDRESS}{address}" for address in addresses]) for letter, addresses in map(sent, notices)
    ]
    text = render_to_string("approvals/notices/digest.txt", {"letters": letters})
    subject = f"Improvement Budget: {counted(len(letters), 'message')}"
    return EmailMessage(subject=subject, body=text, to=[notices[0].person.email], headers={"Auto-Submitted": "auto-generated"})


def _needless(notice: Notice) -> str:
    """Why it is too late to send it; "" where it is not."""
    drawdown = notice.drawdown
    if not notice.person.is_active:
        return "This person can no longer sign in."
    if notice.kind in _WAITING and (drawdown.state != State.SUBMITTED or drawdown.submission != notice.submission):
        return f"It no longer needed an answer: it was {State(drawdown.state).label.lower()}."
    return ""


def _tried(notice: Notice) -> str:
    """Why it could not be sent; "" where the mail server took it."""
    notice.attempts += 1
    try:
        message_of(notice).send()
    except SMTPRecipientsRefused:
        return "The mail server refused this address."
    except SMTPResponseException as error:
        return f"The mail server refused the message ({error.smtp_code})."
    except (SMTPException, OSError) as error:
        return f"The mail server did not answer: {str(error) or 'it took too long'}."
    return ""


def message_of(notice: Notice) -> EmailMessage:
    """The mail of a notice, in plain text. A second copy, after a crash in the wrong moment, carries the same Message-ID."""
    (letter, addresses), host = sent(notice), urlsplit(settings.SITE_ADDRESS).hostname
    page = {"body": letter.body, "links": [f"{settings.SITE_ADDRESS}{address}" for address in addresses]}
    return EmailMessage(
        subject=letter.subject,
        body=render_to_string("approvals/notices/notice.txt", page),
        to=[notice.person.email],
        headers={"Message-ID": f"<notice-{notice.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
