"""Pages of one decision record: read, changed, published, called in, in effect."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.clock import queries as clock
from accounts.permissions.rules import Permission, SignedIn, permission_required
from approvals.decisions import actions
from approvals.decisions.actions import check_publication
from approvals.decisions.aftermath.queries import became
from approvals.decisions.corrections.queries import corrections_of
from approvals.decisions.forms import CallInForm, OutcomeForm, PublishForm, RecordForm
from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.planned.queries import plan_of
from approvals.decisions.queries import content_now, content_of, is_due, missing_of, record_for
from approvals.decisions.rules import RecordContent
from approvals.decisions.standing import queries as standing
from approvals.decisions.withdrawal.queries import reads_whole
from approvals.decisions.wording import queries as wording
from approvals.drawdowns.actions import NotAllowedNow
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.outcome import actions as outcome_actions
from approvals.drawdowns.rules import State
from costing.frozen import digest, written
from display.editing import edit_or_409, posted
from display.formats import long_date

reads = permission_required(Permission.VIEW_PROGRAMMES)
records = permission_required(Permission.RECORD_DECISIONS)
either = require_http_methods(["GET", "HEAD", "POST"])


def _context(record: DecisionRecord, **more: Any) -> dict[str, Any]:
    return {"record": record, "drawdown": record.drawdown, "programme": record.drawdown.programme, **more}


def _locked(request: SignedIn, reference: str) -> DecisionRecord:
    """The record; while a form is being saved with its drawdown locked, so that what is compared is what is overwritten."""
    record = record_for(request.user, reference)
    if request.method == "POST":
        Drawdown.objects.select_for_update(no_key=True).get(pk=record.drawdown_id)
        record = record_for(request.user, reference)
    return record


def _back(request: SignedIn, reference: str, sentence: str, level: int = messages.ERROR) -> HttpResponseRedirect:
    messages.add_message(request, level, sentence)
    return redirect("decision_record_page", reference)


def _sections(record: DecisionRecord, content: RecordContent) -> list[wording.Section]:
    """The whole record, and what became of the decision and of its money."""
    stands = standing.as_it_stands(wording.sections(content), record)
    return [*stands, standing.since(record), became(record, amounts=True)]


@reads
@require_GET
def decision_record_page(request: SignedIn, reference: str) -> HttpResponse:
    """Every field of the record in order; for the clerk, what can be done with it next."""
    record = record_for(request.user, reference)
    content, today, whole = content_of(record), clock.today(), reads_whole(request.user, record)
    context = _context(
        record,
        sections=_sections(record, content) if whole else [],
        money=wording.money_rows(content) if whole else [],
        answers=wording.answer_rows(content) if whole else [],
        whole=whole,
        corrections=corrections_of(record),
        stands=wording.registered(record, today),
        missing=[] if record.published_on else missing_of(record),
        standing=standing.standing(record) if record.published_on else "",
        may_record=request.user.may(Permission.RECORD_DECISIONS),
        may_reword=record.drawdown.delegation.decision_maker_id is not None and record.drawdown.taken_elsewhere_id is None,
        waiting=record.rewordings.filter(answer="").first(),
        due=is_due(record, today),
        plan=plan_of(record),
        today=today,
        open_to_call_in=record.drawdown.state == State.SIGNED_OFF and bool(record.closes_on),
        awaits_outcome=record.drawdown.state == State.CALLED_IN and not record.drawdown.call_in.outcome,
    )
    return render(request, "approvals/decisions/record.html", context)


@records
@either
@transaction.atomic
def record_change(request: SignedIn, reference: str) -> HttpResponse:
    """Settle whether it is open to call-in. 409, with what is stored now beside what was typed, when somebody was faster."""
    record = _locked(request, reference)
    if record.published_on:
        return _back(request, reference, "This record is published and cannot be changed.")
    form = RecordForm(posted(request), instance=record)

    def save() -> DecisionRecord:
        return actions.change_record(record=record, values=form.values, by=request.user, at=clock.now())

    def finish(_: DecisionRecord) -> HttpResponse:
        return _back(request, reference, "The record was changed.", messages.SUCCESS)

    show = partial(render, request, "approvals/decisions/record_change.html", _context(record, form=form))
    return edit_or_409(request, form, save, show, finish)


@records
@either
@transaction.atomic
def record_publish(request: SignedIn, reference: str) -> HttpResponse:
    """Say whether it could be read elsewhere, check what follows, publish. 409 where the record changed since it was shown."""
    record = _locked(request, reference)
    if record.published_on:
        return _back(request, reference, f"This record was published on {long_date(record.published_on)}.")
    shown = digest(written(content_now(record)))
    form = PublishForm(posted(request), shown=shown)

    def save() -> Any:
        typed: dict[str, Any] = {"record": record, "elsewhere": form.elsewhere, "at": clock.now()}
        return actions.publish(**typed, by=request.user) if "publish" in request.POST else check_publication(**typed)

    def show(status: int, follows: Any = None) -> HttpResponse:
        context = _context(record, form=form, missing=missing_of(record), follows=follows, today=clock.today())
        return render(request, "approvals/decisions/record_publish.html", context, status=status)

    def finish(follows: Any) -> HttpResponse:
        if "publish" in request.POST:
            return _back(request, reference, "The record is published.", messages.SUCCESS)
        return show(200, follows)

    return edit_or_409(request, form, save, show, finish)


@records
@require_POST
def record_effect(request: SignedIn, reference: str) -> HttpResponse:
    """The clerk's button on the day a decision takes effect; otherwise the daily run does it."""
    drawdown = record_for(request.user, reference).drawdown
    try:
        outcome_actions.take_effect(drawdown=drawdown, by=request.user, at=clock.now())
    except NotAllowedNow as error:
        return _back(request, reference, str(error))
    return _back(request, reference, f"{drawdown} is in effect.", messages.SUCCESS)


@records
@either
def call_in(request: SignedIn, reference: str) -> HttpResponse:
    """Record that scrutiny called the decision in."""
    record = record_for(request.user, reference)
    form = CallInForm(posted(request), today=clock.today())

    def save() -> Drawdown:
        typed = form.cleaned_data
        values = {"on": typed["called_in_on"], "called_in_by": typed["called_in_by"], "reasons": typed["reasons"]}
        return outcome_actions.call_in(drawdown=record.drawdown, **values, by=request.user, at=clock.now())

    if record.drawdown.state != State.SIGNED_OFF or not record.closes_on:
        closed = "This decision cannot be called in: it is not published, not open to call-in, or has taken effect."
        return _back(request, reference, closed)
    recording = Recording(form, save, "approvals/decisions/call_in.html", "The call-in is recorded.")
    return _recorded(request, record, recording)


@records
@either
def call_in_outcome(request: SignedIn, reference: str) -> HttpResponse:
    """Record what became of the call-in: typed, then checked with what follows, then recorded."""
    record = record_for(request.user, reference)
    form = OutcomeForm(posted(request), today=clock.today())

    def save() -> Drawdown:
        typed = form.cleaned_data
        values = {"drawdown": record.drawdown, "on": typed["outcome_on"], "reasons": typed["outcome_text"]}
        values |= {"by": request.user, "at": clock.now()}
        if typed["outcome"] == CallIn.Outcome.OVERTURNED:
            return outcome_actions.overturn(**values)
        return outcome_actions.let_stand(**values, effective_on=typed["effective_on"] or typed["outcome_on"])

    if record.drawdown.state != State.CALLED_IN or record.drawdown.call_in.outcome:
        return _back(request, reference, "This decision has no call-in awaiting an outcome.")
    recording = Recording(form, save, "approvals/decisions/call_in_outcome.html", "The outcome is recorded.")
    if "change" in request.POST:
        return render(request, recording.template, _context(record, form=form))
    if request.method == "POST" and "confirm" not in request.POST and form.is_valid():
        return render(request, "approvals/decisions/call_in_outcome_check.html", _context(record, form=form))
    return _recorded(request, record, recording)


@dataclass(frozen=True, slots=True)
class Recording:
    """A form about a decision, what saves it, its template, and the message when it is `done`."""

    form: CallInForm | OutcomeForm
    save: Callable[[], Drawdown]
    template: str
    done: str


def _recorded(request: SignedIn, record: DecisionRecord, recording: Recording) -> HttpResponse:
    """Show the form, or save it and go back to the record; back, with the reason, where it cannot be recorded now."""
    reference = record.drawdown.reference
    try:
        if request.method == "POST" and recording.form.is_valid() and recording.form.save_with(recording.save):
            return _back(request, reference, recording.done, messages.SUCCESS)
    except NotAllowedNow as error:
        return _back(request, reference, str(error))
    return render(request, recording.template, _context(record, form=recording.form))
