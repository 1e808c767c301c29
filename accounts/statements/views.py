"""Pages for everybody with the council's own texts, and for the administrator who changes them."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from accounts.statements import actions, queries
from accounts.statements.forms import StatementForm
from accounts.statements.models import Statement
from display.editing import edit_or_409, posted


@login_not_required
@require_GET
def statement(request: HttpRequest, kind: str) -> HttpResponse:
    """One text, for everybody. Whoever may change it sees what is still missing from it."""
    may_change = request.user.is_authenticated and request.user.may(Permission.CHANGE_SETTINGS)
    published = queries.published(kind)
    context = {"published": published, "parts": published.parts(with_gaps=may_change), "may_change": may_change}
    return render(request, "accounts/statements/statement.html", context)


@permission_required(Permission.CHANGE_SETTINGS)
@require_GET
def statements(request: SignedIn) -> HttpResponse:
    """Every text, and what only the council can fill in."""
    return render(request, "accounts/statements/statements.html", {"statements": queries.all_published()})


@permission_required(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def change_statement(request: SignedIn, kind: str) -> HttpResponse:
    """The form, or the change. 409 when somebody else changed the text since the page was opened."""
    if kind not in Statement.Kind:
        raise Http404
    if request.method == "POST":
        actions.locked_statement(kind)
    published = queries.published(kind)
    form = StatementForm(posted(request), published=published)

    def save() -> Statement:
        return actions.change_statement(kind=kind, text=form.cleaned_data["text"], by=request.user, at=clock.now())

    def finish(_: Statement) -> HttpResponse:
        messages.success(request, f"{published.title} saved. Everybody sees it now.")
        return redirect("statements")

    show = partial(render, request, "accounts/statements/change.html", {"form": form, "published": published})
    return edit_or_409(request, form, save, show, finish)
