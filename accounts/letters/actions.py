"""Mail that is about a person's own account or office: plain text to one address, sent in the background."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django_tasks import task

from accounts.letters.queries import Link, letter_with_link


@task()
def _send(to: str, subject: str, text: str) -> None:
    """Raises what the mail server says: the worker tries again."""
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [to])


def write(*, to: str, subject: str, text: str, address: str = "") -> None:
    """Queue a letter, with what the transaction that writes it does, or not at all. `address` is of a page of ours."""
    link = f"\n\n{settings.SITE_ADDRESS}{address}" if address else ""
    _send.enqueue(to, subject, f"{text}{link}\n")


@task()
def _send_link(person: int, kind: str) -> None:
    """The link is made as it is sent, so that no queue and no backup of it lets anybody in."""
    found = letter_with_link(person, Link(kind))
    if found:
        text = render_to_string(f"accounts/letters/{kind}.txt", found.page)
        send_mail(found.subject, text, settings.DEFAULT_FROM_EMAIL, [found.to])


def write_link(*, person: int, kind: Link) -> None:
    """Queue a letter with a link by which this person sets a password."""
    _send_link.enqueue(person, kind.value)
