"""What is refused before any page is reached."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.unsaved import views as unsaved


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
