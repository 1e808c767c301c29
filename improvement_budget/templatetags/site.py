"""Where one may go from a programme's page, and how figures look in templates."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape  # a plain text: Django's calls a function again wherever it is put into another
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from accounts.permissions.rules import Permission, permissions_of
from costing.financial_year import FinancialYear
from display import formats
from display.passages import Passage, passages
from display.uploads import megabytes
from improvement_budget import demonstration
from phases.models import Programme

register = template.Library()

register.filter("pounds", formats.pounds)
register.filter("whole", formats.whole)
register.filter("fte", formats.fte)
register.filter("long_date", formats.long_date)
register.filter("long_moment", formats.long_moment)
register.filter("yes_no", formats.yes_no)


@register.filter
def prose(text: str) -> SafeString:
    """A typed text as paragraphs and lists."""
    return mark_safe("".join(map(_passage, passages(text))))


def _passage(passage: Passage) -> str:
    if passage.entries:
        entries = "".join(f"<li>{escape(entry)}</li>" for entry in passage.entries)
        return f'<ul class="govuk-list govuk-list--bullet">{entries}</ul>'
    return f"<p>{escape(passage.paragraph)}</p>"


@register.filter
def financial_year(starts_in: int) -> str:
    """2016 as 2016/17."""
    return FinancialYear(starts_in).label


@register.filter
def task_items(tasks: Iterable[Mapping[str, Any]]) -> SafeString:
    """The items of the list of what waits: hundreds of them cost a loop of the template four times as long."""
    return mark_safe("".join(map(_task_item, tasks)))


def _task_item(task: Mapping[str, Any]) -> str:
    late = " over" if task.get("late") else ""
    due = f'<p class="tasks__due{late}">{escape(task["due"])}</p>' if task.get("due") else ""
    return (
        f'<li class="tasks__item"><div><span class="tasks__title"><a class="govuk-link" href="{escape(task["url"])}">'
        f'{escape(task["title"])}</a></span><p class="tasks__detail">{escape(task["detail"])}</p></div>{due}</li>'
    )


_PLACES = [
    ("position", "Position", Permission.VIEW_PROGRAMMES),
    ("lines", "Posts and other costs", Permission.VIEW_PROGRAMMES),
    ("expenditure", "Committee table", Permission.VIEW_PROGRAMMES),
    ("checks", "Paper check", Permission.VIEW_PROGRAMMES),
    ("report", "Report", Permission.VIEW_PROGRAMMES),
    ("issued_papers", "Issued papers", Permission.VIEW_PROGRAMMES),
    ("decisions", "Decisions and money", Permission.VIEW_PROGRAMMES),
    ("delegations", "Delegations", Permission.VIEW_PROGRAMMES),
    ("programme_setup", "Set-up", Permission.SET_UP_PROGRAMMES),
]


@lru_cache(maxsize=1000)
def _address(name: str, slug: str) -> str:
    return reverse(name, args=[slug])


@register.inclusion_tag("_components/programme_navigation.html", takes_context=True)
def programme_navigation(context: dict[str, Any], programme: Programme) -> dict[str, Any]:
    """The pages of a programme that this person may open; the open one is marked."""
    request = context["request"]
    allowed = permissions_of(request.user)
    places = [(_address(name, programme.slug), label) for name, label, needed in _PLACES if needed in allowed]
    position = _address("position", programme.slug)

    def is_open(url: str) -> bool:
        # Every address of a programme begins with that of its position.
        return request.path == url if url == position else request.path.startswith(url)

    return {"places": [{"url": url, "label": label, "current": is_open(url)} for url, label in places]}


@register.simple_tag
def crumbs(*labels_and_urls: str) -> list[dict[str, str]]:
    """Breadcrumbs from label, url, label, url ... as _components/breadcrumbs.html wants them."""
    pairs = zip(labels_and_urls[::2], labels_and_urls[1::2], strict=True)
    return [{"label": label, "url": url} for label, url in pairs]


@register.simple_block_tag
def empty_state(content: str, title: str, url: str = "", label: str = "", level: int = 2) -> str:
    """Says why there is nothing here; what is written between the tags explains it. `url` and `label` lead to the next step."""
    given = {"title": title, "text": content.strip(), "url": url, "label": label, "level": level}
    return render_to_string("_components/empty_state.html", given)


@register.filter
def without_label(text: str) -> str:
    """The text of an assumption without the word it may begin with, where a tag says it already."""
    said = text.removeprefix("Assumption: ")  # read from: what people typed
    return said[:1].upper() + said[1:]


@register.simple_tag
def drawing(svg: str, name: str) -> SafeString:
    """An SVG that a library drew, inside the page: the policy lets no picture be loaded from an address of its own making."""
    inside = svg[svg.index("<svg") + len("<svg") :]
    return mark_safe(f'<svg role="img" aria-label="{escape(name)}"{inside}')


@register.simple_tag
def demonstration_offers() -> list[dict[str, str]]:
    """The accounts one may step into on the sign-in page."""
    return demonstration.offered_accounts()


@register.filter
def file_size(size: int) -> str:
    """In kB, or MB from 1 MB on; rounded up."""
    return f"{megabytes(size)} MB" if size >= 1024**2 else f"{-(-size // 1024)} kB"
