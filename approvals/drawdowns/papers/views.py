"""The papers of a drawdown: attached, removed, and handed back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from approvals.drawdowns.actions import NotAllowedNow
from approvals.drawdowns.models import Drawdown, Paper
from approvals.drawdowns.papers import actions
from approvals.drawdowns.papers.actions import MOST_PAPERS
from approvals.drawdowns.papers.forms import PaperForm
from approvals.drawdowns.preparation.views import done, page_context, while_open
from approvals.drawdowns.queries import drawdown_for, supporting
from approvals.drawdowns.views import acts, either, prepares, reads
from display.attached import as_attachment
from display.editing import posted


@prepares
@either
@acts
@while_open
def drawdown_papers(request: SignedIn, drawdown: Drawdown) -> HttpResponse:
    """What supports the drawdown; a file at a time is attached, or removed again."""
    if "remove" in request.POST:
        return _remove(request, drawdown)
    form = PaperForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = {"upload": form.cleaned_data["file"], "by": request.user, "at": clock.now()}
        if paper := done(form, lambda: actions.attach_paper(drawdown=drawdown, **given)):
            messages.success(request, f"{paper} was attached.")
            return redirect("drawdown_papers", drawdown.reference)
    papers = list(supporting(drawdown))
    context = page_context(drawdown, form=form, papers=papers, most=MOST_PAPERS, is_full=len(papers) >= MOST_PAPERS)
    return render(request, "approvals/drawdowns/drawdown_papers.html", context)


def _remove(request: SignedIn, drawdown: Drawdown) -> HttpResponse:
    number = request.POST["remove"]
    paper = get_object_or_404(supporting(drawdown), pk=int(number) if number.isdecimal() and len(number) < 16 else 0)
    try:
        actions.remove_paper(paper=paper, by=request.user, at=clock.now())
    except NotAllowedNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{paper} was removed.")
    return redirect("drawdown_papers", drawdown.reference)


@reads
@require_GET
def paper_file(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """The file as it was attached. Always an attachment: a browser opens nothing of it in our name."""
    paper = get_object_or_404(Paper, drawdown=drawdown_for(request.user, reference), pk=pk)
    return as_attachment(paper, paper.name)
