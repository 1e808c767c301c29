"""What waits for one person among the drawdowns: a constant number of queries, however much waits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import F, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import Office, OfficeHolding, User
from accounts.permissions import Permission
from accounts.queries import Acting, acts_for
from approvals import rules
from approvals.models import (
    Answer,
    DecisionRecord,
    Delegation,
    DelegationLimit,
    DelegationStep,
    Dispensation,
    Drawdown,
    DrawdownAmount,
    DrawdownLine,
    DrawdownPreparer,
    Question,
)
from approvals.queries.asked import amounts_in_words
from approvals.rules import Measure, Mode, Reply, State
from improvement_budget.display import formats
from phases.models import Authorisation, AuthorisationLimit
from phases.queries import programmes_for
from posts.models import LineRevision


class Waiting(NamedTuple):
    """One thing that waits for a person: what to do, about what, where, and until when (None: no day is set)."""

    title: str
    detail: str
    url: str
    due: date | None = None


def waiting_for(user: User, day: date) -> list[Waiting]:
    """What is due first stands first; what has no day comes last."""
    if not user.may(Permission.VIEW_PROGRAMMES):
        return []
    found = list(_of_offices(user, day))
    if user.may(Permission.PREPARE_DRAWDOWNS):
        found += _of_finance(user)
    if user.may(Permission.RECORD_DECISIONS):
        found += _of_the_clerk(user)
    return sorted(found, key=lambda each: (each.due is None, each.due or day))


class _Limits(NamedTuple):
    """What is left of each limit, by authorisation and by delegation, each with the measure."""

    authorisations: dict[tuple[int, Measure], Decimal]
    delegations: dict[tuple[int, Measure], Decimal]


@dataclass
class _Asked:
    """Everything about the submitted drawdowns that concern a person, by the number of the drawdown or of its delegation."""

    steps: dict[int, dict[int, Mode]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[int, str] = field(default_factory=dict)
    answers: dict[int, dict[int, Reply]] = field(default_factory=lambda: defaultdict(dict))
    answerers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    amounts: dict[int, dict[tuple[int, Measure], Decimal]] = field(default_factory=lambda: defaultdict(dict))
    limits: _Limits = field(default_factory=lambda: _Limits({}, {}))
    prepared: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    dispensed: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    makers: dict[int, int] = field(default_factory=dict)


Row = Mapping[str, Any]
_FIELDS = (
    *("pk", "reference", "title", "answer_by", "submitted_at", "prepared_by", "delegation", "programme__name"),
    *("delegation__decision_maker", "delegation__decision_body", "delegation__expires"),
)


def _of_offices(user: User, day: date) -> Iterator[Waiting]:
    """Answers and decisions of every office the person acts for; of bodies, for the clerk."""
    capacities = acts_for(user, day)
    records = user.may(Permission.RECORD_DECISIONS)
    if not capacities and not records:
        return
    rows = _submitted(user, [each.office for each in capacities], records)
    people = {person.pk for each in capacities for person in (user, each.acting_for) if person} | {user.pk}
    asked = _asked(rows, people, day)
    for row in rows:
        for acting in capacities:
            if _is_to_answer(row, acting, asked):
                yield _answer(row, acting, asked, day)
        if _is_to_decide(row, user, capacities, records, asked, day):
            yield _decision(row, asked)


def _submitted(user: User, offices: list[Office], of_bodies: bool) -> list[Row]:
    concerned = Q(steps__office__in=offices) | Q(decision_maker__in=offices)
    if of_bodies:
        concerned |= Q(decision_maker__isnull=True)
    delegations = Delegation.objects.filter(concerned).values("pk")
    found = Drawdown.objects.filter(state=State.SUBMITTED, delegation__in=delegations, programme__in=programmes_for(user))
    return list(found.order_by("answer_by", "pk").values(*_FIELDS))


def _asked(rows: list[Row], people: set[int], day: date) -> _Asked:
    """Ten queries, the last of them only where one of the people has changed a line."""
    asked, delegations = _Asked(), {row["delegation"] for row in rows}
    # By delegation: hundreds of numbers in a condition cost more than a few rows too many.
    submitted = Drawdown.objects.filter(state=State.SUBMITTED, delegation__in=delegations).order_by().values("pk")
    steps = DelegationStep.objects.filter(delegation__in=delegations).order_by("id")
    for delegation, office, name, mode in steps.values_list("delegation", "office", "office__name", "mode"):
        asked.steps[delegation][office], asked.names[office] = Mode(mode), name
    answers = Answer.objects.filter(drawdown__in=submitted, sha256=F("drawdown__sha256")).order_by()
    for pk, office, reply, person, acting_for in answers.values_list("drawdown", "office", "answer", "person", "acting_for"):
        asked.answers[pk][office] = Reply(reply)
        asked.answerers[pk] |= {person, acting_for}
    amounts = DrawdownAmount.objects.filter(drawdown_line__drawdown__in=submitted).order_by()
    by_limit = amounts.values_list("drawdown_line__drawdown", "drawdown_line__authorisation", "financial_year")
    for pk, authorisation, measure, pounds in by_limit.annotate(pounds=Sum("pounds")):
        asked.amounts[pk][authorisation, measure] = pounds
    asked.limits = _left(delegations, {limit[0] for each in asked.amounts.values() for limit in each})
    for pk, person in DrawdownPreparer.objects.filter(drawdown__in=submitted, person__in=people).values_list(
        "drawdown", "person"
    ):
        asked.prepared[pk].add(person)
    for pk, giver in Dispensation.objects.filter(drawdown__in=submitted, giver__in=people).values_list("drawdown", "giver"):
        asked.dispensed[pk].add(giver)
    makers = {row["delegation__decision_maker"] for row in rows} - {None}
    asked.makers = dict(OfficeHolding.objects.on(day).filter(office__in=makers).values_list("office", "holder"))
    for pk, person in _edited_since(rows, people):
        asked.prepared[pk].add(person)
    return asked


def _left(delegations: set[int], authorisations: set[int]) -> _Limits:
    """What may still be drawn; nothing of a limit that has lapsed."""
    limits = AuthorisationLimit.objects.filter(authorisation__in=authorisations).order_by()
    left = {
        (authorisation, measure): Decimal(0) if lapsed else amount - (drawn or 0)
        for authorisation, measure, amount, drawn, lapsed in limits.values_list(
            "authorisation", "financial_year", "amount", "drawn_row__drawn", "drawn_row__lapsed_at"
        )
    }
    own = DelegationLimit.objects.filter(delegation__in=delegations).order_by()
    rows = own.values_list("delegation", "financial_year", "amount", "drawn")
    return _Limits(left, {(delegation, measure): amount - drawn for delegation, measure, amount, drawn in rows})


def _edited_since(rows: Iterable[Row], people: set[int]) -> Iterator[tuple[int, int]]:
    """Who of them changed a line of which drawdown after it was submitted."""
    edits = LineRevision.objects.filter(entry__actor__in=people).order_by().values_list("line_id", "entry__actor")
    last: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for line, person, at in edits.annotate(last=Max("entry__at")):
        last[line].append((person, at))
    if not last:
        return
    submitted = {row["pk"]: row["submitted_at"] for row in rows}
    lines = DrawdownLine.objects.filter(drawdown__in=submitted, line_id__in=last).values_list("drawdown", "line_id")
    for pk, line in lines:
        for person, at in last[line]:
            if at >= submitted[pk]:
                yield pk, person


def _people(acting: Acting) -> set[int]:
    return {each.pk for each in (acting.person, acting.acting_for) if each}


def _has_prepared(row: Row, people: set[int], asked: _Asked) -> bool:
    return row["prepared_by"] in people or bool(asked.prepared[row["pk"]] & people)


def _is_to_answer(row: Row, acting: Acting, asked: _Asked) -> bool:
    office, people = acting.office.pk, _people(acting)
    if office not in asked.steps[row["delegation"]] or office in asked.answers[row["pk"]]:
        return False
    return asked.makers.get(row["delegation__decision_maker"]) not in people and not _has_prepared(row, people, asked)


def _is_to_decide(row: Row, user: User, capacities: list[Acting], records: bool, asked: _Asked, day: date) -> bool:
    """It is ready, and this person may decide on it."""
    maker = row["delegation__decision_maker"]
    acting = next((each for each in capacities if each.office.pk == maker), None)
    if not (acting if maker else records):
        return False
    people = _people(acting) if acting else {user.pk}
    if (asked.answerers[row["pk"]] | asked.dispensed[row["pk"]]) & people or _has_prepared(row, people, asked):
        return False
    expires = row["delegation__expires"]
    return not _missing(row, asked, day) and not (expires and expires < day)


def _missing(row: Row, asked: _Asked, day: date) -> list[int]:
    return rules.missing(asked.steps[row["delegation"]], asked.answers[row["pk"]], row["answer_by"], day)


def _answer(row: Row, acting: Acting, asked: _Asked, day: date) -> Waiting:
    url = _at("answer", row["reference"], acting.office.slug)
    others = [asked.names[office] for office in _missing(row, asked, day) if office != acting.office.pk]
    yet = f" Yet to answer besides: {', '.join(others)}." if others else " Everybody else has answered."
    return Waiting(f"Answer as {acting.office}: {row['title']}", _about(row, asked) + yet, url, row["answer_by"])


def _decision(row: Row, asked: _Asked) -> Waiting:
    if row["delegation__decision_maker"]:
        title, name = "Sign off", "sign_off"
    else:
        title, name = f"Record what the {row['delegation__decision_body']} resolved", "resolution_record"
    detail = f"{_about(row, asked)} Nothing is missing."
    return Waiting(f"{title}: {row['title']}", detail, _at(name, row["reference"]), row["answer_by"])


def _about(row: Row, asked: _Asked) -> str:
    """Reference, programme, what is asked, and the tightest limit afterwards in each measure."""
    amounts: dict[Measure, Decimal] = defaultdict(Decimal)
    after: dict[Measure, Decimal] = {}
    for (authorisation, measure), pounds in asked.amounts[row["pk"]].items():
        amounts[measure] += pounds
        _keep_least(after, measure, asked.limits.authorisations.get((authorisation, measure)), pounds)
    for measure, pounds in amounts.items():
        _keep_least(after, measure, asked.limits.delegations.get((row["delegation"], measure)), pounds)
    money, left = amounts_in_words(amounts), amounts_in_words(after) or "no limit"
    return f"{row['reference']}, {row['programme__name']}. {money}. Headroom after: {left}."


def _keep_least(after: dict[Measure, Decimal], measure: Measure, left: Decimal | None, pounds: Decimal) -> None:
    if left is not None:
        after[measure] = min(after.get(measure, left - pounds), left - pounds)


def _of_finance(user: User) -> Iterator[Waiting]:
    """Their drawdowns that came back, questions without a reply, and drafts (two queries)."""
    seen = programmes_for(user)
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


def _of_the_clerk(user: User) -> Iterator[Waiting]:
    """Decisions to publish, outcomes of call-ins, and money to be moved to a later authorisation (two queries)."""
    seen = programmes_for(user)
    records = DecisionRecord.objects.filter(drawdown__programme__in=seen)
    to_publish = Q(drawdown__state=State.SIGNED_OFF, published_on__isnull=True)
    to_close = Q(drawdown__state=State.CALLED_IN, drawdown__call_in__outcome="")
    rows = records.filter(to_publish | to_close).order_by("drawdown__signed_at", "pk")
    for reference, title, state, signed_at in rows.values_list(
        "drawdown__reference", "drawdown__title", "drawdown__state", "drawdown__signed_at"
    ):
        signed = f"{reference}, signed off on {formats.long_date(timezone.localdate(signed_at))}"
        if state == State.CALLED_IN:
            yield Waiting(f"Record the outcome of the call-in: {title}", signed, _at("call_in_outcome", reference))
        else:
            yield Waiting(f"Publish the decision: {title}", signed, _at("decision_record_page", reference))
    later = Authorisation.objects.filter(programme__in=seen, replaces__isnull=False)
    moving = later.alias(live=Sum("replaces__consumption__pounds")).filter(live__gt=0).order_by("pk")
    for pk, title, earlier, slug in moving.values_list("pk", "title", "replaces__title", "programme__slug"):
        detail = f"It replaces {earlier}, whose drawdowns are still counted there"
        yield Waiting(f"Move what was drawn to {title}", detail, _at("authorisation_replace", slug, pk))


@lru_cache(maxsize=5000)
def _at(name: str, *parts: object) -> str:
    return reverse(name, args=parts)
