"""An office answers: the form, the check of what will be recorded, the confirmation. And the clerk records one given off line."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.clock import queries as clock
from accounts.models import Office
from accounts.permissions.rules import SignedIn
from approvals.drawdowns.actions import Concerned
from approvals.drawdowns.answers import actions
from approvals.drawdowns.answers.forms import AnswerForm, RecordAnswerForm
from approvals.drawdowns.models import Answer
from approvals.drawdowns.offers.views import why_not_answer
from approvals.drawdowns.queries import acted_since_asked, drawdown_for, step_of
from approvals.drawdowns.views import acts, bearing_on, either, must_act_for, office_asked, opened, reads, records, to_be_checked
from display.editing import posted


@reads
@either
@acts
def answer(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """Form, then check page, then the act itself: only what is sent with `confirm` is recorded."""
    drawdown = drawdown_for(request.user, reference)
    office, mode = step_of(drawdown, slug)
    form = AnswerForm(posted(request), drawdown=drawdown, mode=mode)
    if "confirm" in request.POST and form.is_valid() and form.act(lambda: _answer(request, form, office)):
        return redirect("answered", reference, slug)
    sheet, person = opened(request, reference)
    asked = office_asked(sheet, slug)
    must_act_for(person, asked.office)
    context = {**bearing_on(request, sheet), "asked": asked, "form": form}
    context |= {"acting": person.acting_for(asked.office), "because": why_not_answer(person, sheet, asked)}
    if to_be_checked(request, form):
        return render(request, "approvals/drawdowns/answer_check.html", context)
    return render(request, "approvals/drawdowns/answer.html", context)


def _answer(request: SignedIn, form: AnswerForm, office: Office) -> Answer:
    given = form.cleaned_data
    return actions.answer(
        concerned=Concerned(form.drawdown, given["sha256"], office),
        said=form.said,
        key=given["key"],
        by=request.user,
        at=clock.now(),
    )


@reads
@require_GET
def answered(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """What was recorded for the office last, and what happens next."""
    sheet, _ = opened(request, reference)
    asked = office_asked(sheet, slug)
    given = asked.answer or next((each for each in reversed(sheet.earlier_answers) if each.office == asked.office), None)
    if given is None:
        return redirect("drawdown", reference)
    context = {"drawdown": sheet.drawdown, "programme": sheet.drawdown.programme, "sheet": sheet, "asked": asked, "given": given}
    return render(request, "approvals/drawdowns/answered.html", context)


@records
@either
@acts
def answer_record(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """The clerk's form, with the evidence."""
    sheet, _ = opened(request, reference)
    asked = office_asked(sheet, slug)
    people = acted_since_asked(sheet.drawdown, asked.office, sheet.day)
    form = RecordAnswerForm(posted(request), files=request.FILES or None, drawdown=sheet.drawdown, mode=asked.mode, people=people)
    if request.method == "POST" and form.is_valid() and form.act(lambda: _record(request, form, asked.office)):
        return redirect("answered", reference, slug)
    context = {"drawdown": sheet.drawdown, "programme": sheet.drawdown.programme, "sheet": sheet, "asked": asked, "form": form}
    return render(request, "approvals/drawdowns/answer_record.html", context)


def _record(request: SignedIn, form: RecordAnswerForm, office: Office) -> Answer:
    given = form.cleaned_data
    return actions.record_answer(
        concerned=Concerned(form.drawdown, given["sha256"], office),
        said=form.said,
        off_line=form.off_line,
        key=given["key"],
        by=request.user,
        at=clock.now(),
    )
