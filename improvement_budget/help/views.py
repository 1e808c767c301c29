"""Help by task, for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from improvement_budget.help import queries
from improvement_budget.help.rules import BY_SLUG, GUIDES


@login_not_required
@require_GET
def guides(request: HttpRequest) -> HttpResponse:
    """Who somebody is here, and what they can do."""
    return render(request, "help/guides.html", {"guides": GUIDES})


@login_not_required
@require_GET
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The tasks of one kind of person, step by step, with links to the pages where they are done."""
    shown = BY_SLUG.get(slug)
    if shown is None:
        raise Http404
    programme = queries.only_programme(request.user if request.user.is_authenticated else None)
    tasks = [(task, [(step, queries.address_of(step, programme)) for step in task.steps]) for task in shown.tasks]
    context = {"guide": shown, "tasks": tasks, "others": [each for each in GUIDES if each is not shown]}
    return render(request, "help/guide.html", context)
