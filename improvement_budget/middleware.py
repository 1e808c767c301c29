"""What is refused before any page is reached."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.unsaved import views as unsaved
from improvement_budget.health.views import PROBES

LARGEST_REQUEST = 32 * 1024 * 1024
"""Bytes: the largest file that any form takes, and the rest of the form."""

_ON_EVERY_ANSWER = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


def seal(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The outermost: headers of every kind of answer, refusals and static files too; nothing signed in is kept by a browser.

    A body that is larger than any form takes is refused before a byte of it is read.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sent = request.META.get("CONTENT_LENGTH") or "0"
        if sent.isdecimal() and int(sent) > LARGEST_REQUEST:
            answer = HttpResponse(render_to_string("413.html", {"most": LARGEST_REQUEST // 1024**2}), status=413)
        else:
            answer = get_response(request)
        for name, value in _ON_EVERY_ANSWER.items():
            answer.headers.setdefault(name, value)
        if settings.PRODUCTION and request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
            answer.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains")
        person = getattr(request, "_cached_user", None)  # looked at by the page, or the page is for anybody
        if person and person.is_authenticated and "public" not in answer.get("Cache-Control", ""):
            answer["Cache-Control"] = "no-store"
        return answer

    return middleware


def answer_probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Probes come by any host and in plain http, and need neither a session nor a redirect."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else get_response(request)

    return middleware


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """400 for a NUL in the address or query: PostgreSQL has no such character and its driver raises."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            "\x00" in request.path
            or "%00" in request.META.get("QUERY_STRING", "")
            or "\x00" in request.META.get("QUERY_STRING", "")
        ):
            return render(request, "400.html", status=400)
        return get_response(request)

    return middleware


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks for a session unless it says otherwise. What was typed without one is kept for whoever typed it."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponseRedirect:
        if request.method != "POST" or not _is_navigation(request):
            return super().handle_no_permission(request, view_func)
        return sign_in_and_send_again(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        unsaved.remember(request, response)
        return response


def sign_in_and_send_again(request: HttpRequest) -> HttpResponseRedirect:
    """Keep what was sent, ask for a session where there is none, then show it with a button that sends it again."""
    kept = unsaved.kept_of(request)
    if kept and request.user.is_authenticated:
        return HttpResponseRedirect(unsaved.address_of(kept))
    if kept:
        messages.info(request, "You were signed out before this was saved. We have kept what you typed: sign in to continue.")
        return redirect_to_login(unsaved.address_of(kept))
    messages.info(request, "You are not signed in, so what you sent was not saved. Sign in and send it again.")
    return redirect_to_login(request.get_full_path())


def _is_navigation(request: HttpRequest) -> bool:
    """A page was asked for, not a figure by a script."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
