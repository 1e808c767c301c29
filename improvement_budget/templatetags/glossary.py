"""A term of the field explained where it first stands on a page. Every template has this without loading it."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from improvement_budget.glossary.rules import BY_SLUG

register = template.Library()


@register.simple_tag(name="term")
@cache
def explained(*slugs: str) -> SafeString:
    """A line that opens to say what the terms mean, named as the glossary names their anchors. KeyError for an unknown one."""
    terms = [BY_SLUG[slug] for slug in slugs]
    *first, last = [term.in_a_sentence for term in terms]
    names = f"{', '.join(first)} and {last}" if first else last
    return render_to_string("_components/term.html", {"terms": terms, "names": names})
