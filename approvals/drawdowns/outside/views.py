"""The clerk records what a body outside the council answered."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from accounts.clock import queries as clock
from accounts.permissions.rules import SignedIn
from approvals.drawdowns.models import Answer
from approvals.drawdowns.outside import actions
from approvals.drawdowns.outside.forms import BodyAnswerForm
from approvals.drawdowns.overview.queries import AskedOutside, Sheet
from approvals.drawdowns.powers.rules import Capacity, why_not_prepared
from approvals.drawdowns.rules import State
from approvals.drawdowns.views import acts, either, opened, records
from display.editing import posted


@records
@either
@acts
def body_answer_record(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """The form, with the evidence; then the page of the drawdown, which shows the answer."""
    sheet, _ = opened(request, reference)
    asked = _asked(sheet, pk)
    form = BodyAnswerForm(posted(request), files=request.FILES or None, drawdown=sheet.drawdown, mode=asked.mode)
    if request.method == "POST" and form.is_valid() and (given := form.act(lambda: _record(request, form, asked))):
        messages.success(request, _recorded(given, asked))
        return redirect("drawdown", reference)
    context = {"drawdown": sheet.drawdown, "programme": sheet.drawdown.programme, "sheet": sheet, "asked": asked, "form": form}
    context["prepared"] = why_not_prepared(sheet.matter, Capacity(request.user.pk)) is not None
    return render(request, "approvals/drawdowns/body_answer_record.html", context)


def _recorded(answer: Answer, asked: AskedOutside) -> str:
    said = f"The answer of {asked.body.in_sentence} was recorded."
    if answer.drawdown.state == State.RETURNED:
        return f"{said} {answer.drawdown} was returned to {answer.drawdown.prepared_by.name}."
    return said


def _asked(sheet: Sheet, pk: int) -> AskedOutside:
    """Http404 for a body that is not asked."""
    found = next((each for each in sheet.bodies if each.body.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _record(request: SignedIn, form: BodyAnswerForm, asked: AskedOutside) -> Answer:
    given = form.cleaned_data
    return actions.record_body_answer(
        drawdown=form.drawdown,
        sha256=given["sha256"],
        said=form.said_by(asked.body),
        key=given["key"],
        by=request.user,
        at=clock.now(),
    )
