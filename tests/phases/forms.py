"""Forms as a browser sends them, and what is said of them."""

import re
from typing import Any

from django.test import Client


def errors(response: Any) -> list[str]:
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


def save(client: Client, address: str, typed: dict[str, Any]) -> Any:
    """Open the page, type, and send it with what the page carries hidden."""
    page = client.get(address)
    assert page.status_code == 200
    mark = re.search(r'name="made_on" value="(\w+)"', page.text)
    return client.post(address, typed | ({"made_on": mark[1]} if mark else {}))
