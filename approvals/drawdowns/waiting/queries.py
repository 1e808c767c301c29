"""What waits for one person among the drawdowns: a constant number of queries, however much waits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.offices.queries import Acting, acts_for
from accounts.permissions.rules import Permission
from approvals.decisions.models import DecisionRecord
from approvals.decisions.planned.models import PlannedPublication
from approvals.drawdowns import rules
from approvals.drawdowns.headroom.queries import money_of
from approvals.drawdowns.headroom.rules import Money, in_order
from approvals.drawdowns.models import Drawdown, Question
from approvals.drawdowns.powers.queries import Waits, capacity_of, waiting_on
from approvals.drawdowns.powers.rules import Capacity, still_to_answer, why_not_answer, why_not_decide
from approvals.drawdowns.readiness.queries import standing_of_all
from approvals.drawdowns.returned.models import HandBack
from approvals.drawdowns.rules import State
from approvals.drawdowns.totals.rules import amounts_in_words
from costing.measure import Measure
from display import formats
from phases.models import Authorisation
from phases.programmes.queries import programmes_for


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


def waiting_for(user: User, day: date) -> list[Waiting]:
    """What is due first stands first; what has no day comes last. Money is not said of it yet: `with_money`."""
    if not user.may(Permission.VIEW_PROGRAMMES):
        return []
    found = list(_of_offices(user, day))
    if user.may(Permission.PREPARE_DRAWDOWNS):
        found += _of_finance(user)
    if user.may(Permission.RECORD_DECISIONS):
        found += _of_the_clerk(user, day)
    return sorted(found, key=lambda each: (each.due is None, each.due or day))


def _of_offices(user: User, day: date) -> Iterator[Waiting]:
    """Answers, decisions and wordings of every office the person acts for; of bodies, for the clerk (at most seven queries)."""
    capacities = acts_for(user, day)
    records = user.may(Permission.RECORD_DECISIONS)
    if not capacities and not records:
        return
    held = {each.office.pk: (each, capacity_of(each)) for each in capacities}
    if held:
        yield from _wordings(list(held))
    clerk = Capacity(user.pk) if records else None
    waits, names = waiting_on(user, capacities, records, day)
    decided = []
    for each in waits:
        still = still_to_answer(each.matter, day)
        for office, (acting, capacity) in held.items():
            if why_not_answer(each.matter, office, capacity) is None:
                yield _answer(each, acting, [names[other] for other in still if other != office])
        deciding = clerk if each.maker is None else held[each.maker][1] if each.maker in held else None
        if not still and why_not_decide(each.matter, deciding) is None:
            decided.append(each)
    yield from _decisions(decided, names, day)


# By way of models, putting it together takes longer than the answer does.
_WORDINGS = """
SELECT d.reference, c.title, u.name FROM approvals_rewording r
JOIN approvals_decisionrecord c ON c.id = r.record_id
JOIN approvals_drawdown d ON d.id = c.drawdown_id
JOIN accounts_user u ON u.id = r.proposed_by_id
WHERE r.answer = '' AND d.delegation_id IN (SELECT id FROM approvals_delegation WHERE decision_maker_id = ANY(%s))
ORDER BY r.id
"""


def _wordings(offices: Sequence[int]) -> Iterator[Waiting]:
    """Other wordings of decisions that these offices signed (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDINGS, [list(offices)])
        rows = cursor.fetchall()
    for reference, title, clerk in rows:
        yield Waiting(
            f"Confirm the wording of the decision: {title}", f"{reference}, asked by {clerk}.", _at("rewording_answer", reference)
        )


def _answer(row: Waits, acting: Acting, others: list[str]) -> Waiting:
    yet = f"Still to answer: {', '.join(others)}." if others else "Everybody else has answered."
    url = _at("answer", row.reference, acting.office.slug)
    return Waiting(f"Answer as {acting.office}: {row.title}", _about(row), url, row.answer_by, yet, row.pk)


def _decisions(rows: Sequence[Waits], names: Mapping[int, str], day: date) -> Iterator[Waiting]:
    """What everybody has answered: to sign, each with what it leaves after those above it; or, where it is stuck, to say no to.

    What waits for a day alone is not mentioned before that day (two queries; three more where what was submitted may differ).
    """
    standing = standing_of_all({row.pk: row.matter for row in rows}, day, names)
    ready = [row for row in rows if standing[row.pk].readiness.is_ready]
    running = dict(zip((row.pk for row in ready), in_order(standing[row.pk].money for row in ready), strict=True))
    for row in ready:
        yield _decision(row, running[row.pk] if running[row.pk] != standing[row.pk].money.after else {})
    for row in rows:
        reasons = standing[row.pk].readiness
        if reasons.stuck:
            why = f"All answers are in, but it cannot be signed off. {' '.join(reasons.reasons)}"
            yield Waiting(f"Return or refuse: {row.title}", _about(row), _page_of(row), row.answer_by, why, row.pk)


def _decision(row: Waits, running: Mapping[Measure, Decimal]) -> Waiting:
    """`running` is what is left in each measure after this one and those before it; nothing where they draw on other money."""
    title = f"Record what {row.body.in_sentence} resolved" if row.body else "Sign off"
    said = "All answers are in."
    if running:
        over = any(pounds < 0 for pounds in running.values())
        said += f" Headroom after this and those above: {amounts_in_words(running)}{': they do not all fit' if over else ''}."
    return Waiting(
        f"{title}: {row.title}", _about(row), _page_of(row), row.answer_by, said, row.pk, "" if row.body else row.reference
    )


def _page_of(row: Waits) -> str:
    """Where it is decided, or returned, or refused."""
    return _at("resolution_record" if row.body else "sign_off", row.reference)


def _about(row: Waits) -> str:
    return f"{row.reference}, {row.programme}."


def to_sign(user: User, day: date) -> list[Waiting]:
    """What is ready for this person's own signature, as Home says it, without its money."""
    return [each for each in waiting_for(user, day) if each.to_sign]


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


def _of_finance(user: User) -> Iterator[Waiting]:
    """Their drawdowns that came back, questions without a reply, hand-backs to confirm, and drafts (three queries)."""
    seen = programmes_for(user)
    asked = HandBack.objects.filter(state=HandBack.State.ASKED, drawdown__programme__in=seen).exclude(asked_by=user)
    for reference, title, by in asked.values_list("drawdown__reference", "drawdown__title", "asked_by__name"):
        yield Waiting(f"Confirm what is handed back: {title}", f"{reference}, asked by {by}", _at("hand_back", reference))
    questions = Question.objects.filter(
        replied_at__isnull=True, drawdown__programme__in=seen, drawdown__state__in=[State.SUBMITTED, *rules.OPEN]
    )
    for pk, text, office, reference in questions.order_by("pk").values_list("pk", "text", "office__name", "drawdown__reference"):
        short = text if len(text) <= 160 else f"{text[:157]}…"
        yield Waiting(f"Reply to a question of the {office}", f"{reference}: {short}", _at("question_reply", reference, pk))
    own = Drawdown.objects.filter(prepared_by=user, programme__in=seen, state__in=[State.RETURNED, State.DRAFT])
    for row in own.order_by("-state", "pk").values("reference", "title", "state", "reasons", "programme__name"):
        about = f"{row['reference']}, {row['programme__name']}"
        if row["state"] == State.RETURNED:
            detail, title = f"{about}: {row['reasons'][:160]}", f"Returned to you: {row['title']}"
        else:
            detail, title = about, f"Finish your draft: {row['title']}"
        yield Waiting(title, detail, _at("drawdown", row["reference"]))


def _of_the_clerk(user: User, day: date) -> Iterator[Waiting]:
    """Decisions to publish, outcomes of call-ins, and money to be moved to a later authorisation (two queries).

    What is planned to be published by itself waits for nobody until its day has come and it was not.
    """
    seen = programmes_for(user)
    records = DecisionRecord.objects.filter(drawdown__programme__in=seen)
    to_publish = Q(drawdown__state=State.SIGNED_OFF, published_on__isnull=True)
    to_close = Q(drawdown__state=State.CALLED_IN, drawdown__call_in__outcome="")
    plans = PlannedPublication.objects.filter(record=OuterRef("pk"), cancelled__isnull=True).values("on")
    rows = records.filter(to_publish | to_close).order_by("drawdown__signed_at", "pk").annotate(planned=Subquery(plans))
    for reference, title, state, signed_at, planned in rows.values_list(
        "drawdown__reference", "drawdown__title", "drawdown__state", "drawdown__signed_at", "planned"
    ):
        signed = f"{reference}, signed off on {formats.long_date(timezone.localdate(signed_at))}"
        if state == State.CALLED_IN:
            yield Waiting(f"Record the outcome of the call-in: {title}", signed, _at("call_in_outcome", reference))
        elif planned is None:
            yield Waiting(f"Publish the decision: {title}", signed, _at("decision_record_page", reference))
        elif planned <= day:
            about = f"{reference}, planned for {formats.long_date(planned)}"
            yield Waiting(f"Planned publication was not carried out: {title}", about, _at("decision_record_page", reference))
    later = Authorisation.objects.filter(programme__in=seen, replaces__isnull=False)
    moving = later.alias(live=Sum("replaces__consumption__pounds")).filter(live__gt=0).order_by("pk")
    for pk, title, earlier, slug in moving.values_list("pk", "title", "replaces__title", "programme__slug"):
        detail = f"It replaces {earlier}, whose drawdowns are still counted there"
        yield Waiting(f"Move what was drawn to {title}", detail, _at("authorisation_replace", slug, pk))


@lru_cache(maxsize=5000)
def _at(name: str, *parts: object) -> str:
    return reverse(name, args=parts)
