"""The glossary, for everybody."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from improvement_budget.glossary.rules import BY_NAME, TERMS, Term


@login_not_required
@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    """Every term under its first letter, each with the terms that help to understand it."""

    def with_related(term: Term) -> tuple[Term, list[Term]]:
        return term, [BY_NAME[name] for name in term.see]

    ordered = sorted(TERMS, key=lambda term: term.name.lower())
    letters = [(letter, list(map(with_related, terms))) for letter, terms in groupby(ordered, key=lambda term: term.name[0])]
    return render(request, "glossary.html", {"letters": letters})
