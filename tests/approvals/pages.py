"""The pages of a drawdown as somebody opens them, and what they send from there."""

from typing import Any

from django.test import Client

from accounts.models import User
from approvals.models import Drawdown

EVIDENCE = b"From: leader@council.example\nSubject: Phase One\n\nI agree."


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, drawdown: Drawdown, tail: str = "") -> Any:
    return as_(person).get(f"/drawdowns/{drawdown.reference}/{tail}")


def send(who: User, drawdown: Drawdown, tail: str, /, **values: Any) -> Any:
    return as_(who).post(f"/drawdowns/{drawdown.reference}/{tail}", values)


def opened(person: User, drawdown: Drawdown, tail: str) -> dict[str, Any]:
    """The hidden fields of the form on a page, as a browser would send them."""
    form = page(person, drawdown, tail).context["form"]
    return {name: form[name].value() for name in ("key", "version", "sha256")}


AGREED = {"reply": "agree", "words": "", "interests": "none", "declaration": "", "confirm": "yes"}


def again(drawdown: Drawdown) -> Drawdown:
    return Drawdown.objects.get(pk=drawdown.pk)


def offered(person: User, drawdown: Drawdown) -> dict[str, str]:
    """What the page offers: by label, where it leads, or why not."""
    return {offer.label: offer.url or offer.because for offer in page(person, drawdown).context["offers"]}
