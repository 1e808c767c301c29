"""What waits for one person, in words, each with where it is done: for Home, and for whoever has just signed."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache, singledispatch
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from approvals.drawdowns.headroom.queries import money_of
from approvals.drawdowns.headroom.rules import Money
from approvals.drawdowns.powers.queries import Waits
from approvals.drawdowns.readiness.wording.rules import all_in_words
from approvals.drawdowns.totals.rules import amounts_in_words
from approvals.drawdowns.waiting import queries
from approvals.drawdowns.waiting.queries import (
    SentBack,
    ToAnswer,
    ToCloseCallIn,
    ToConfirmElsewhere,
    ToConfirmHandBack,
    ToConfirmWording,
    ToDecide,
    ToMove,
    ToPublish,
    ToRecord,
    ToReply,
    ToSayNo,
    ToSubmit,
)
from display import formats


class Waiting(NamedTuple):
    """One thing that waits for a person: what to do, about what, where, and until when (None: no day is set).

    `besides` is said last. `drawdown` is the number of one that asks for money, for `with_money`; `to_sign` is its
    reference where it waits for the person's own signature, and is ready for it.
    """

    title: str
    about: str
    url: str
    due: date | None = None
    besides: str = ""
    drawdown: int | None = None
    to_sign: str = ""

    @property
    def detail(self) -> str:
        return f"{self.about} {self.besides}".rstrip()


def in_words(tasks: Iterable[queries.Task | Waiting]) -> list[Waiting]:
    """These tasks as Home says them; what is in words already stays. Money is not said of them yet: `with_money`."""
    return list(map(_said, tasks))


def waiting_for(user: User, day: date) -> list[Waiting]:
    """What is due first stands first; what has no day comes last. Money is not said of it yet."""
    return in_words(queries.tasks_for(user, day))


def to_sign(user: User, day: date) -> list[Waiting]:
    """What is ready for this person's own signature, as Home says it, without its money."""
    return in_words(queries.signed_among(queries.tasks_for(user, day)))


def with_money(waiting: Sequence[Waiting]) -> list[Waiting]:
    """The same, those that ask for money with how much, and with the tightest headroom afterwards in each measure (one query)."""
    money = money_of({each.drawdown for each in waiting if each.drawdown})
    return [each._replace(about=f"{each.about} {_money(money[each.drawdown])}") if each.drawdown else each for each in waiting]


def _money(money: Money) -> str:
    """£218,000 in 2016/17. Headroom after: £1,000 in 2016/17. If every request that waits is signed: -£4,000 in 2016/17."""
    if not money.asked:
        return "It releases no money."
    said = f"{amounts_in_words(money.asked)}. Headroom after: {amounts_in_words(money.after) or 'no limit'}."
    after_all = amounts_in_words(money.after_all)
    return f"{said} If every request that waits is signed: {after_all}." if after_all else said


@singledispatch
def _said(task: Any) -> Waiting:
    raise TypeError(f"no words for {task!r}")


@_said.register
def _(task: Waiting) -> Waiting:
    return task


@_said.register
def _(task: ToAnswer) -> Waiting:
    row = task.row
    yet = f"Still to answer: {', '.join(task.others)}." if task.others else "Everybody else has answered."
    url = _at("answer", row.reference, task.office.slug)
    return Waiting(f"Answer as {task.office}: {row.title}", _about(row), url, row.answer_by, yet, row.pk)


@_said.register
def _(task: ToDecide) -> Waiting:
    row = task.row
    title = f"Record what {row.body.in_sentence} resolved" if row.body else "Sign off"
    said = "All answers are in."
    if task.running:
        over = any(pounds < 0 for pounds in task.running.values())
        headroom = amounts_in_words(task.running)
        said += f" Headroom after this and those above: {headroom}{': they do not all fit' if over else ''}."
    signs = row.reference if task.is_signed else ""
    return Waiting(f"{title}: {row.title}", _about(row), _page_of(row), row.answer_by, said, row.pk, signs)


@_said.register
def _(task: ToSayNo) -> Waiting:
    row = task.row
    why = f"All answers are in, but it cannot be signed off. {all_in_words(task.reasons)}"
    return Waiting(f"Return or refuse: {row.title}", _about(row), _page_of(row), row.answer_by, why, row.pk)


@_said.register
def _(task: ToRecord) -> Waiting:
    row, title = task.row, f"Record the {task.mode} of an outside body, {task.name}: {task.row.title}"
    url = _at("body_answer_record", row.reference, task.body)
    return Waiting(title, _about(row), url, row.answer_by, "Ask for it, and record what it answers.", row.pk)


@_said.register
def _(task: ToConfirmWording) -> Waiting:
    about = f"{task.reference}, asked by {task.clerk}."
    return Waiting(f"Confirm the wording of the decision: {task.title}", about, _at("rewording_answer", task.reference))


@_said.register
def _(task: ToConfirmHandBack) -> Waiting:
    about = f"{task.reference}, asked by {task.asked_by}"
    return Waiting(f"Confirm what is handed back: {task.title}", about, _at("hand_back", task.reference))


@_said.register
def _(task: ToReply) -> Waiting:
    short = task.text if len(task.text) <= 160 else f"{task.text[:157]}…"
    url = _at("question_reply", task.reference, task.question)
    return Waiting(f"Reply to a question of the {task.office}", f"{task.reference}: {short}", url)


@_said.register
def _(task: ToSubmit) -> Waiting:
    about, url = f"{task.reference}, {task.programme}", _at("drawdown", task.reference)
    if task.returned is None:
        return Waiting(f"Finish your draft: {task.title}", about, url)
    return Waiting(f"Returned to you: {task.title}", f"{about}: {task.returned[:160]}", url)


def _signed(task: ToCloseCallIn | ToPublish) -> str:
    how = "decided elsewhere, confirmed" if task.elsewhere else "signed off"
    return f"{task.reference}, {how} on {formats.long_date(timezone.localdate(task.signed_at))}"


@_said.register
def _(task: ToConfirmElsewhere) -> Waiting:
    about = f"{task.reference}, recorded by {task.recorded_by}"
    return Waiting(f"Confirm a decision taken elsewhere: {task.title}", about, _at("elsewhere_confirm", task.reference))


@_said.register
def _(task: SentBack) -> Waiting:
    about = f"{task.reference}, {task.programme}: {task.reasons[:160]}"
    return Waiting(f"Decision taken elsewhere, sent back: {task.title}", about, _at("drawdown", task.reference))


@_said.register
def _(task: ToCloseCallIn) -> Waiting:
    about = _signed(task)
    return Waiting(f"Record the outcome of the call-in: {task.title}", about, _at("call_in_outcome", task.reference))


@_said.register
def _(task: ToPublish) -> Waiting:
    url = _at("decision_record_page", task.reference)
    if task.planned:
        about = f"{task.reference}, planned for {formats.long_date(task.planned)}"
        return Waiting(f"Planned publication was not carried out: {task.title}", about, url)
    about = _signed(task)
    return Waiting(f"Publish the decision: {task.title}", about, url)


@_said.register
def _(task: ToMove) -> Waiting:
    detail = f"It replaces {task.earlier}, whose drawdowns are still counted there"
    return Waiting(f"Move what was drawn to {task.title}", detail, _at("authorisation_replace", task.slug, task.authorisation))


def _about(row: Waits) -> str:
    return f"{row.reference}, {row.programme}."


def _page_of(row: Waits) -> str:
    """Where it is decided, or returned, or refused."""
    return _at("resolution_record" if row.body else "sign_off", row.reference)


@lru_cache(maxsize=5000)
def _at(name: str, *parts: object) -> str:
    return reverse(name, args=parts)
