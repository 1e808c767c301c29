"""What anybody may read without signing in: the decisions that are published."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from approvals.decisions.queries import content_of, page_of, publication_years, published_record, published_records
from approvals.decisions.register.forms import PublicForm
from approvals.decisions.wording import queries as wording


def for_anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same page for everybody, signed in or not: it asks for no session and sets no cookie, so it may be cached."""

    @login_not_required
    @require_GET
    @cache_control(public=True, max_age=300)
    @wraps(view)
    def page(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        request.user = AnonymousUser()
        # The check for sign-in has looked at the session; this page does not hang on it, so caches need not tell visitors apart.
        request.session.accessed = False
        return view(request, *args, **kwargs)

    return page


@for_anybody
def published_decisions(request: HttpRequest) -> HttpResponse:
    """Newest first, by year and words."""
    form = PublicForm(request.GET, years=publication_years())
    page = page_of(form.filtered(published_records()), "published_on", request.GET.get("at", ""), size=20)
    query = request.GET.copy()
    query.pop("at", None)
    records = [(record, wording.standing(record)) for record in page.records]
    context = {"form": form, "records": records, "page": page, "query": query.urlencode(), "is_filtered": any(query.values())}
    return render(request, "approvals/decisions/published.html", context)


@for_anybody
def published_decision(request: HttpRequest, reference: str) -> HttpResponse:
    """One record; of an exempt one that there is one, and why it is exempt."""
    record = published_record(reference)
    content = content_of(record)
    exempt = bool(content.exempt_paragraph)
    context = {
        "record": record,
        "sections": wording.public_sections(content) + ([] if exempt else [wording.since(record)]),
        "money": [] if exempt else wording.money_rows(content),
        "answers": [] if exempt else wording.answer_rows(content),
        "standing": wording.standing(record),
        "exempt": exempt,
    }
    return render(request, "approvals/decisions/published_decision.html", context)
