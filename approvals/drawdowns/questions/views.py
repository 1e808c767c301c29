"""Questions and replies, the section 151 officer's advice, and dispensations."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.clock import queries as clock
from accounts.models import Office
from accounts.permissions.rules import SignedIn
from approvals.drawdowns.actions import Concerned
from approvals.drawdowns.answers.forms import TextForm
from approvals.drawdowns.forms import ActForm
from approvals.drawdowns.models import Drawdown, Question
from approvals.drawdowns.offers.views import why_not_advise
from approvals.drawdowns.queries import drawdown_for
from approvals.drawdowns.questions import actions
from approvals.drawdowns.questions.forms import DispensationForm
from approvals.drawdowns.views import acts, either, must_act_for, opened, prepares, reads, records
from display.editing import posted


def _page(request: SignedIn, drawdown: Drawdown, form: ActForm, title: str, button: str, **context: Any) -> HttpResponse:
    context |= {"drawdown": drawdown, "programme": drawdown.programme, "form": form, "title": title, "button": button}
    return render(request, "approvals/drawdowns/act.html", context)


@reads
@either
@acts
def question_ask(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """By whoever acts for an office that is asked, or for the one that decides."""
    sheet, person = opened(request, reference)
    concerned = [each.office for each in sheet.offices] + [sheet.drawdown.delegation.decision_maker]
    office = next((each for each in concerned if each and each.slug == slug), None)
    if office is None:
        raise Http404
    must_act_for(person, office)
    help_text = "The author is told, and replies on its page. Your question and the reply are kept with it."
    form = TextForm(posted(request), drawdown=sheet.drawdown, label="Your question", help_text=help_text)

    def ask() -> Question:
        given = form.cleaned_data
        concerned = Concerned(form.drawdown, given["sha256"], office)
        return actions.ask(concerned=concerned, text=given["text"], key=given["key"], by=request.user, at=clock.now())

    if request.method == "POST" and form.is_valid() and form.act(ask):
        return redirect("drawdown", reference)
    because = (
        "" if sheet.is_submitted else f"{sheet.drawdown} is {sheet.state.label.lower()}: questions are asked while it waits."
    )
    return _page(request, sheet.drawdown, form, f"Ask a question as {office}", "Ask the question", because=because)


@prepares
@either
@acts
def question_reply(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """By whoever prepares drawdowns, once."""
    drawdown = drawdown_for(request.user, reference)
    question = get_object_or_404(Question.objects.select_related("office", "asked_by", "drawdown"), pk=pk, drawdown=drawdown)
    form = TextForm(posted(request), drawdown=drawdown, label="Your reply", help_text="It is kept and cannot be changed.")

    def reply() -> Question:
        given = form.cleaned_data
        return actions.reply_to(question=question, reply=given["text"], key=given["key"], by=request.user, at=clock.now())

    if request.method == "POST" and form.is_valid() and form.act(reply):
        return redirect("drawdown", reference)
    because = "This question already has a reply." if question.replied_at and request.method != "POST" else ""
    title = f"Reply to the {question.office}"
    return _page(request, drawdown, form, title, "Send the reply", because=because, quoted=question.text)


@reads
@either
@acts
def advise(request: SignedIn, reference: str) -> HttpResponse:
    """By the section 151 officer or a deputy, in that capacity alone."""
    sheet, person = opened(request, reference)
    role = Office.StatutoryRole.SECTION_151
    if not any(each.office.statutory_role == role for each in person.capacities):
        raise PermissionDenied("You are not the section 151 officer, and do not deputise.")
    help_text = "Recorded as advice, separately from any answer you give for an office. It is not required before sign-off."
    form = TextForm(posted(request), drawdown=sheet.drawdown, label="Your advice", help_text=help_text)

    def act() -> Any:
        given = form.cleaned_data
        body = {"sha256": given["sha256"], "text": given["text"], "key": given["key"]}
        return actions.advise(drawdown=form.drawdown, **body, by=request.user, at=clock.now())

    if request.method == "POST" and form.is_valid() and form.act(act):
        return redirect("drawdown", reference)
    title, because = "Advise as section 151 officer", "" if request.method == "POST" else why_not_advise(person, sheet)
    return _page(request, sheet.drawdown, form, title, "Record the advice", because=because)


@records
@either
@acts
def dispensation_record(request: SignedIn, reference: str) -> HttpResponse:
    """By the clerk, before the decision."""
    drawdown = drawdown_for(request.user, reference)
    form = DispensationForm(posted(request), drawdown=drawdown, initial={"member": request.GET.get("member", "")[:160]})

    def record() -> Any:
        key = form.cleaned_data["key"]
        return actions.record_dispensation(drawdown=drawdown, granted=form.granted, key=key, by=request.user, at=clock.now())

    if request.method == "POST" and form.is_valid() and form.act(record):
        return redirect("drawdown", reference)
    note = "A dispensation lets somebody with an interest take part. The person who gives it cannot decide on this drawdown."
    return _page(request, drawdown, form, "Record a dispensation", "Record the dispensation", note=note)
