"""A line's page as a browser sends it."""

import html
import re
from decimal import Decimal

from django.test import Client

from posts.lines.rules import state_of
from posts.models import CostLine, LineAmount


def address(line: CostLine) -> str:
    return f"/programmes/ofsted-2016/lines/{line.pk}/"


def shown_fields(client: Client, line: CostLine) -> dict[str, str]:
    """Every field of the form as the page shows it: what a browser would send back untouched."""
    page = client.get(address(line)).content.decode()
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if attributes.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if "name" in attributes:
            fields[attributes["name"]] = html.unescape(attributes.get("value", "on" if attributes["type"] == "checkbox" else ""))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)"[^>]* selected', options)[0]
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL):
        fields[name] = html.unescape(text)
    return fields


def post(client: Client, line: CostLine, **typed: str):
    """Open the page, type over some of its fields (two underscores for a hyphen) and save."""
    return client.post(
        address(line), shown_fields(client, line) | {name.replace("__", "-"): text for name, text in typed.items()}
    )


def stored(line: CostLine):
    return state_of(CostLine.objects.get(pk=line.pk))


def amounts(line: CostLine) -> list[Decimal | None]:
    """What stands in 2016/17, 2017/18 and the full year."""
    by_year = dict(LineAmount.objects.filter(line=line).values_list("financial_year", "amount"))
    return [by_year[2016], by_year[2017], by_year[None]]


def messages(response) -> list[str]:
    """The messages that stand at the fields of a refused page, each with the field it is about."""
    page = response.content.decode()
    found = re.findall(r'<p class="govuk-error-message" id="id_(.+?)_error">\s*<span[^>]*>Error:</span> (.*?)\s*</p>', page)
    return [f"{name}: {html.unescape(text)}" for name, text in found]
