"""Addresses of two-step sign-in: those of allauth."""

from allauth.mfa import urls as allauth_urls
from django.urls import URLPattern, URLResolver, path

from accounts.factors.views import on_the_record


def _recorded(patterns: list[URLPattern | URLResolver], before: str = "") -> list[URLPattern]:
    found = []
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            found += _recorded(pattern.url_patterns, route)
        else:
            found.append(path(route, on_the_record(pattern.callback), name=pattern.name))
    return found


urlpatterns = _recorded(allauth_urls.urlpatterns)
