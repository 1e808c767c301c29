"""A draft and its pages, as a browser sends them back."""

import re
from typing import Any

from django.test import Client

from approvals.models import Drawdown
from tests.approvals.case import Case


def draft(case: Case, *choices: Any) -> Drawdown:
    return case.drafted(*choices)


def page_of(drawdown: Drawdown, name: str) -> str:
    return f"/drawdowns/{drawdown.reference}/{name}/"


def hidden(text: str) -> dict[str, str]:
    """The hidden inputs of the page, as a browser sends them back."""
    return {
        name: value
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
        if name != "csrfmiddlewaretoken"
    }


def typed_on(client: Client, address: str, typed: dict[str, Any]) -> Any:
    return client.post(address, hidden(client.get(address).text) | typed)


def of(drawdown: Drawdown) -> Drawdown:
    return Drawdown.objects.get(pk=drawdown.pk)
