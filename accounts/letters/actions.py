"""Mail that is about a person's own account or office: plain text to one address, sent in the background."""

from django.conf import settings
from django.core.mail import send_mail
from django_tasks import task


@task()
def _send(to: str, subject: str, text: str) -> None:
    """Raises what the mail server says: the worker tries again."""
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to])


def write(*, to: str, subject: str, text: str, address: str = "") -> None:
    """Queue a letter, with what the transaction that writes it does, or not at all. `address` is of a page of ours."""
    link = f"\n\n{settings.SITE_ADDRESS}{address}" if address else ""
    _send.enqueue(to, subject, f"{text}{link}\n")
