"""Decision records: one, the register of them, and those that are published."""

from dataclasses import fields
from datetime import date, datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.council.queries import council
from accounts.governance.queries import governance_on
from accounts.governance.rules import Governance
from accounts.models import User
from approvals.decisions import rules
from approvals.decisions.corrections.models import Correction
from approvals.decisions.key_notice.rules import Route, routes
from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.rules import (
    Gap,
    RecordContent,
    RecordedAddition,
    RecordedAdvice,
    RecordedAnswer,
    RecordedElsewhere,
    RecordedEntry,
    RecordedPaper,
    RecordedRewording,
)
from approvals.delegations.models import Delegation
from approvals.drawdowns.models import Answer, Drawdown, DrawdownAmount, Paper
from approvals.drawdowns.rules import LIVE, State
from approvals.drawdowns.submission.rules import submitted
from approvals.elsewhere.queries import evidence_of, recorded_on
from costing.measure import Measure, stored
from phases.bodies.rules import Duty, duty_of
from phases.programmes.queries import programmes_for

DECIDED = (*LIVE, State.SUPERSEDED)
"""Signed off, whatever became of it."""


def records_for(user: User) -> QuerySet[DecisionRecord]:
    """The records of decisions that were signed, of the programmes this person may see."""
    return _decided().filter(drawdown__programme__in=programmes_for(user))


def record_for(user: User, reference: str) -> DecisionRecord:
    """One record; Http404 where the drawdown is unknown, unseen or not decided."""
    return get_object_or_404(records_for(user), drawdown__reference=reference)


def published_records() -> QuerySet[DecisionRecord]:
    """Those that anybody may read."""
    return _decided().filter(published_on__isnull=False)


def published_record(reference: str) -> DecisionRecord:
    """A published one; Http404 otherwise, so that nobody learns of what is not published."""
    return get_object_or_404(published_records(), drawdown__reference=reference)


def _decided() -> QuerySet[DecisionRecord]:
    corrected = Correction.objects.filter(record=OuterRef("pk")).order_by("number").values("published_on")
    records = DecisionRecord.objects.annotate(corrected_on=ArraySubquery(corrected))  # type: ignore[no-redef]
    # Of eight tables the server looks for the best order of joins; of the thirteen that these are, it takes 25 ms over it.
    return (
        records.filter(drawdown__state__in=DECIDED)
        .select_related("drawdown__programme", "drawdown__delegation__decision_maker", "drawdown__delegation__decision_body")
        .prefetch_related(
            "drawdown__call_in",
            "drawdown__signed_entry",
            "drawdown__resolution",
            "withdrawal",
            "recorded_by",
            "published_by",
            "entry",
        )
    )


def content_of(record: DecisionRecord) -> RecordContent:
    """What the record says: as it was published, to the letter, or as it stands while it is not."""
    return rules.published(record.content) if record.content else content_now(record)


_SAME = {field.name for field in fields(RecordContent)} & {field.attname for field in DecisionRecord._meta.concrete_fields}
_KEPT = _SAME - {"money"}
"""What a record holds under the name under which its content says it."""


def content_now(record: DecisionRecord, recorded_on: date | None = None) -> RecordContent:
    """Every field of the record from what is stored, to be frozen on publication (`recorded_on`: the day of that act)."""
    drawdown = record.drawdown
    signed = drawdown.signed_entry
    assert signed is not None  # a decision is signed: the database holds it
    governance = _governance_of(record)
    duty = duty_of(drawdown.delegation.maker, governance, record.is_key)
    route = routes(has_executive=governance.has_executive)[Route(record.notice_route)] if record.notice_route else ""
    return RecordContent(
        **{name: getattr(record, name) for name in _KEPT},
        council=council().name,
        reference=drawdown.reference,
        programme=drawdown.programme.name,
        is_of_a_body=drawdown.delegation.decision_maker_id is None,
        kind_of_record=duty.title,
        asked_for_by=duty.law,
        may_be_key=duty.takes_key_decisions,
        notice_said=route,
        signed_on=day_of(signed.at),
        publication_recorded_on=recorded_on,
        money=rules.released(record.money),
        steps=submitted(drawdown.content).delegation.steps,
        answers=tuple(_answer(answer) for answer in _answers(drawdown)),
        advice=tuple(
            RecordedAdvice(advice.person.name, advice.text, day_of(advice.given_at))
            for advice in drawdown.advice.filter(sha256=drawdown.sha256).select_related("person")
        ),
        papers=tuple(
            RecordedPaper(*each)
            for each in drawdown.papers.filter(kind=Paper.Kind.SUPPORTING).values_list("name", "sha256", "size")
        ),
        additions=tuple(
            RecordedAddition(each.get_kind_display(), each.text, each.added_by.name, day_of(each.added_at))
            for each in record.additions.select_related("added_by")
        ),
        rewordings=tuple(
            RecordedRewording(reasons, earlier, clerk, signer, day_of(at))  # type: ignore[arg-type]  # it is answered
            for reasons, earlier, clerk, signer, at in record.rewordings.filter(answer="confirmed").values_list(
                "reasons", "earlier", "proposed_by__name", "answered_by__name", "answered_at"
            )
        ),
        elsewhere=_elsewhere(drawdown),
        recorded_by=record.recorded_by.name if record.recorded_by else "",
        submission_sha256=drawdown.sha256,
        signed_entry=RecordedEntry(signed.number, signed.hash),
    )


def _elsewhere(drawdown: Drawdown) -> RecordedElsewhere | None:
    """That it was decided before it was recorded here (one query, of such a decision)."""
    if drawdown.taken_elsewhere_id is None:
        return None
    taken = recorded_on(drawdown).get(pk=drawdown.taken_elsewhere_id)
    confirmer, confirmed_at = taken.answered_by, taken.answered_at
    assert confirmer is not None  # it is confirmed: the database holds it
    assert confirmed_at is not None
    return RecordedElsewhere(
        evidence=evidence_of(taken),
        recorded_by=taken.recorded_by.name,
        recorded_on=day_of(taken.recorded_at),
        confirmed_by=confirmer.name,
        confirmed_on=day_of(confirmed_at),
    )


def duty_on(record: DecisionRecord) -> Duty:
    """What the decision asks for under the governance of its day (one query)."""
    return duty_of(record.drawdown.delegation.maker, _governance_of(record), record.is_key)


def _governance_of(record: DecisionRecord) -> Governance:
    signed = record.drawdown.signed_entry
    assert signed is not None  # a decision is signed: the database holds it
    return governance_on(record.decided_on or day_of(signed.at))


def _answers(drawdown: Drawdown) -> QuerySet[Answer]:
    return drawdown.answers.filter(sha256=drawdown.sha256).select_related("office", "body", "person", "acting_for")


def _answer(answer: Answer) -> RecordedAnswer:
    return RecordedAnswer(
        office=answer.of,
        person=answer.given_by,
        acting_for=answer.acting_for.name if answer.acting_for else "",
        answer=answer.get_answer_display(),
        words=answer.words,
        answered_on=day_of(answer.answered_at),
        recorded_from=answer.get_recorded_from_display() if answer.recorded_from else "",
        of_a_body=answer.body_id is not None,
    )


def day_of(moment: datetime) -> date:
    """The day of a moment where the council is."""
    return timezone.make_naive(moment).date()


def effective_day(record: DecisionRecord) -> date | None:
    """When it takes effect, or took: what was let stand after call-in, on the day said then. None while that is open."""
    called: CallIn | None = getattr(record.drawdown, "call_in", None)
    return called.effective_on if called else record.effective_on


def hidden_balances(record: DecisionRecord) -> set[tuple[str, Measure]]:
    """The limits, by authorisation and measure, whose balance in this record would give away what an exempt decision released.

    It is the difference of the balances on either side of that decision, however many public ones stand between: so once an
    exempt decision, or one whose record was withdrawn, has drawn on a limit, no later record prints the balance. One query.
    """
    signed = record.drawdown.signed_entry
    assert signed is not None  # a decision is signed: the database holds it
    withdrawn = Q(withdrawal__isnull=False)
    if record.seen_after is not None:
        withdrawn &= Q(withdrawal__entry__number__lte=record.seen_after)
    kept_back = ~Q(exempt_paragraph="") | withdrawn
    earlier = DecisionRecord.objects.filter(
        kept_back, drawdown__programme=record.drawdown.programme_id, drawdown__signed_entry__number__lt=signed.number
    )
    kept = earlier.values_list("money", flat=True)
    return {(row.authorisation, row.measure) for money in kept for row in rules.released(money).rows}


def open_to_call_in(day: date) -> Q:
    """The published records of decisions that may still be called in that day: `standing.is_open_to_call_in` says it of one."""
    return Q(drawdown__state=State.SIGNED_OFF, closes_on__gte=day)


def is_due(record: DecisionRecord, day: date) -> bool:
    """Whether the decision takes effect that day, or should have: its day has come and no call-in is open."""
    waits = record.drawdown.state in (State.SIGNED_OFF, State.CALLED_IN)
    effective = effective_day(record)
    return waits and effective is not None and effective <= day


def due_for_effect(day: date) -> QuerySet[Drawdown]:
    """The drawdowns that take effect that day, or should have already."""
    published = Q(state=State.SIGNED_OFF, record__effective_on__lte=day)
    stands = Q(state=State.CALLED_IN, call_in__outcome=CallIn.Outcome.STANDS, call_in__effective_on__lte=day)
    return Drawdown.objects.filter(published | stands).order_by("id")


_NEEDED = (
    "title",
    "decided_on",
    "capacity",
    "text_resolved",
    "power",
    "reasons",
    "alternatives",
    "interests",
    "dispensations",
)


def missing_of(record: DecisionRecord) -> list[Gap]:
    """What the 2012 Regulations (12 and 13) and the 2014 Regulations (7) ask for and the record does not say yet."""
    found = [Gap(name) for name in _NEEDED if not str(getattr(record, name) or "").strip()]
    of_a_body = record.drawdown.delegation.decision_maker_id is None
    if of_a_body and not record.members_present.strip() and not record.additions.filter(kind="members_present").exists():
        found.append(Gap("members_present"))
    if record.rewordings.filter(answer="").exists():
        found.append(Gap("text_resolved", unsettled=True))
    if record.is_key is None:
        found.append(Gap("is_key"))
    if record.is_key and not duty_on(record).takes_key_decisions:
        found.append(Gap("is_key", unsettled=True))
    elif record.is_key and not record.notice_route:
        found.append(Gap("notice_route"))
    if record.call_in_applies is None:
        found.append(Gap("call_in_applies"))
    if record.call_in_applies is False and not record.call_in_reason.strip():
        found.append(Gap("call_in_reason"))
    return found


URGENT = (DecisionRecord.NoticeRoute.GENERAL_EXCEPTION, DecisionRecord.NoticeRoute.SPECIAL_URGENCY)


COUNTED = 1000
"""Up to so many decisions are counted: whoever has more narrows the register first."""


class Register(NamedTuple):
    """How many decisions there are under a filter, how many of them were urgent, and how many are not published."""

    decisions: int
    urgent: int
    unpublished: int

    @property
    def are_more(self) -> bool:
        """Whether they are too many to count."""
        return self.decisions > COUNTED


def counted(records: QuerySet[DecisionRecord]) -> Register:
    """The summary line of the register, of a thousand decisions and one more at most (one query)."""
    found = records.order_by()[: COUNTED + 1].aggregate(
        decisions=Count("pk"),
        urgent=Count("pk", filter=Q(notice_route__in=URGENT)),
        unpublished=Count("pk", filter=Q(published_on__isnull=True)),
    )
    return Register(**found)


def released_measures(records: QuerySet[DecisionRecord]) -> list[Measure]:
    """The measures in which these decisions release money, years first (one query, as long as they are many)."""
    amounts = DrawdownAmount.objects.filter(drawdown_line__drawdown__record__in=records.order_by().values("pk"))
    return sorted(map(stored, amounts.order_by().values_list("financial_year", flat=True).distinct()))


def in_words(words: str) -> Q:
    """The records in which every one of these words occurs."""
    found = Q()
    for word in words.split():
        found &= _with_word(word, "drawdown__reference", "title", "text_resolved", "text_recommended", "reasons", "capacity")
    return found


def in_public_words(words: str) -> Q:
    """As `in_words`; of an exempt or withdrawn record only in what the public is told of it."""
    if not words.split():
        return Q()
    told, named = Q(), Q()
    for word in words.split():
        told &= _with_word(word, "drawdown__reference", "title", "capacity")
        named &= _with_word(word, "drawdown__reference")
    return named | (Q(withdrawal__isnull=True) & (told | (Q(exempt_paragraph="") & in_words(words))))


def _with_word(word: str, *fields: str) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": word})
    return found


def decision_makers(user: User) -> list[tuple[str, str]]:
    """Who may decide in the programmes this person may see: an office by its address, a body by its number, with its name.

    One query: delegations are few. Whether something was decided under each would take a look through all decisions.
    """
    seen = Delegation.objects.filter(programme__in=programmes_for(user))
    found = seen.select_related("decision_maker", "decision_body").order_by()
    return sorted({(maker_of(each), each.decided_by) for each in found}, key=lambda choice: choice[1])


def maker_of(delegation: Delegation) -> str:
    return f"office:{delegation.decision_maker.slug}" if delegation.decision_maker else f"body:{delegation.decision_body_id}"


def decided_by(maker: str) -> Q:
    """The records of one decision maker, as `decision_makers` names them."""
    kind, _, name = maker.partition(":")
    field = "decision_maker__slug" if kind == "office" else "decision_body"
    return Q(**{f"drawdown__delegation__{field}": name})


def publication_years() -> list[int]:
    """The calendar years in which something was published, newest first. Each is found by the index from the one before."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE published(year) AS (
                SELECT EXTRACT(year FROM max(published_on))::int FROM approvals_decisionrecord
                UNION ALL
                SELECT (SELECT EXTRACT(year FROM max(record.published_on))::int FROM approvals_decisionrecord AS record
                         WHERE record.published_on < make_date(published.year, 1, 1))
                  FROM published WHERE year IS NOT NULL
            )
            SELECT year FROM published WHERE year IS NOT NULL
            """
        )
        return [year for (year,) in cursor.fetchall()]
