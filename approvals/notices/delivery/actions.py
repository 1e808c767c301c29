"""What is done in the background: the mail of a notice is written and sent. No page waits for it or relies on it.

Mail says what is asked and where to read it. It holds totals, no line, no person and nothing of what anybody gave as reason, so
what is exempt stays on the page; and its link opens that page, which does nothing by itself.
"""

from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django_tasks import TaskContext, task

from accounts.clock import queries as clock
from approvals.decisions.models import DecisionRecord
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.rules import State
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import amounts_in_words, by_measure
from approvals.notices.models import Notice
from display.formats import long_date

Kind = Notice.Kind

# What the subject says before the reference, and what the message says first.
_WORDS = {
    Kind.ASKED: ("Your answer is asked for", "You are asked to answer on a drawdown by {answer_by}."),
    Kind.REMINDER_BEFORE: ("Reminder", "Your answer on a drawdown is due by {answer_by}, and has not been given yet."),
    Kind.REMINDER_OVERDUE: ("Overdue", "Your answer on a drawdown was due by {answer_by}, and has not been given yet."),
    Kind.ALL_ANSWERED: ("Ready for your decision", "Everyone has answered. A drawdown is ready for your decision."),
    Kind.SIGNED: ("Signed off", "A drawdown was signed off."),
    Kind.RETURNED: ("Returned", "A drawdown was returned to its author. The reasons are on its page."),
    Kind.REFUSED: ("Refused", "A drawdown was refused. The reasons are on its page."),
    Kind.WITHDRAWN: ("Withdrawn", "A drawdown that you were asked to answer on was withdrawn. There is nothing for you to do."),
    Kind.CALLED_IN: ("Called in", "The decision on a drawdown was called in. The reasons are on its page."),
    Kind.OVERTURNED: (
        "Overturned",
        "The decision on a drawdown was overturned. What it released may be drawn again. The reasons are on its page.",
    ),
    Kind.EFFECTIVE: ("In effect", "The decision on a drawdown has taken effect."),
    Kind.QUESTION: ("A question", "The {office} has asked a question about a drawdown. Please reply on its page."),
    Kind.REPLY: ("A reply", "Your question about a drawdown has a reply on its page."),
}
_ASKING = {Kind.ASKED, Kind.REMINDER_BEFORE, Kind.REMINDER_OVERDUE, Kind.ALL_ANSWERED}


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
        if notice is None:
            return True
        needless = _needless(notice)
        error = needless or _tried(notice)
        if not error:
            notice.state, notice.sent_at = Notice.State.SENT, at
        elif needless or last:
            notice.state = Notice.State.GIVEN_UP
        notice.last_error = error
        notice.save()
        return notice.state != Notice.State.QUEUED


def _needless(notice: Notice) -> str:
    """Why it is too late to send it; "" where it is not."""
    drawdown = notice.drawdown
    if not notice.person.is_active:
        return "This person can no longer sign in."
    if notice.kind in _ASKING and (drawdown.state != State.SUBMITTED or drawdown.submission != notice.submission):
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
    drawdown, (subject, sentence) = notice.drawdown, _WORDS[Kind(notice.kind)]
    exempt = DecisionRecord.objects.filter(drawdown=drawdown).exclude(exempt_paragraph="").exists()
    title = "" if exempt else " ".join(drawdown.title.split())
    page = {
        "sentence": sentence.format(answer_by=long_date(drawdown.answer_by), office=notice.question and notice.question.office),
        "reference": drawdown.reference,
        "title": title,
        "amounts": _amounts(drawdown),
        "answer_by": long_date(drawdown.answer_by) if notice.kind in _ASKING else "",
        "link": f"{settings.SITE_ADDRESS}/drawdowns/{drawdown.reference}/",
    }
    host = urlsplit(settings.SITE_ADDRESS).hostname
    return EmailMessage(
        subject=f"{subject}: {drawdown.reference} {title}".strip(),
        body=render_to_string("approvals/notices/notice.txt", page),
        to=[notice.person.email],
        headers={"Message-ID": f"<notice-{notice.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _amounts(drawdown: Drawdown) -> str:
    """What it releases, as it was frozen: "£218,000 in 2016/17, £348,000 in a full year"."""
    return amounts_in_words(by_measure(submitted(drawdown.content).lines))
