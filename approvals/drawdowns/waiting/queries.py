"""What waits for one person among the drawdowns, as facts: a constant number of queries, however much waits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Sum

from accounts.models import Office, User
from accounts.offices.queries import acts_for
from accounts.permissions.rules import Permission
from approvals.decisions.models import DecisionRecord
from approvals.decisions.planned.models import PlannedPublication
from approvals.drawdowns import rules
from approvals.drawdowns.headroom.rules import in_order
from approvals.drawdowns.models import Drawdown, DrawdownPreparer, Question
from approvals.drawdowns.powers.queries import Waits, capacity_of, waiting_on
from approvals.drawdowns.powers.rules import Capacity, still_to_answer, why_not_answer, why_not_decide, why_not_record
from approvals.drawdowns.readiness.queries import standing_of_all
from approvals.drawdowns.readiness.rules import Obstacle
from approvals.drawdowns.returned.models import HandBack
from approvals.drawdowns.rules import Asked, AskedBody, Mode, State
from approvals.elsewhere.models import TakenElsewhere
from costing.measure import Measure
from phases.models import Authorisation
from phases.programmes.queries import programmes_for


@dataclass(frozen=True)
class ToAnswer:
    """An office has still to answer, and so have the `others`. `names` are of all who are asked."""

    row: Waits
    office: Office
    names: Mapping[Asked, str]
    day: date

    @property
    def others(self) -> list[str]:
        """By name; of a long list only those that are shown are asked for them."""
        return [self.names[other] for other in still_to_answer(self.row.matter, self.day) if other != self.office.pk]


@dataclass(frozen=True)
class ToDecide:
    """All answers are in. `running` is what is left in each measure after this one and those before it; nothing where they draw
    on other money.
    """

    row: Waits
    running: Mapping[Measure, Decimal]

    @property
    def is_signed(self) -> bool:
        """Whether an office signs it; a body resolves on it, and the clerk records that."""
        return self.row.body is None


@dataclass(frozen=True)
class ToSayNo:
    """All answers are in, and it is stuck: it can be returned or refused, for these reasons."""

    row: Waits
    reasons: Sequence[Obstacle]


@dataclass(frozen=True)
class ToRecord:
    """A body outside the council, by number and name, has still to give its consent or advice, which the clerk records."""

    row: Waits
    body: int
    name: str
    mode: Mode


OfDrawdown = ToAnswer | ToDecide | ToSayNo | ToRecord
"""What has a day until which it is to be answered, and asks for money."""


@dataclass(frozen=True)
class ToConfirmWording:
    """The clerk asks whether another wording of a decision says what was decided."""

    reference: str
    title: str
    clerk: str


@dataclass(frozen=True)
class ToConfirmHandBack:
    """Somebody else in finance asks to hand something back."""

    reference: str
    title: str
    asked_by: str


@dataclass(frozen=True)
class ToReply:
    """An office asked a question, by its number."""

    question: int
    reference: str
    office: str
    text: str


@dataclass(frozen=True)
class ToSubmit:
    """A draft of theirs, or one that was returned to them, with the reasons; None for a draft."""

    reference: str
    title: str
    programme: str
    returned: str | None


@dataclass(frozen=True)
class ToConfirmElsewhere:
    """Somebody wrote down a decision that was taken before it was recorded here."""

    reference: str
    title: str
    recorded_by: str


@dataclass(frozen=True)
class SentBack:
    """A draft of theirs: the decision that was written down on it as taken elsewhere was not confirmed, for these reasons."""

    reference: str
    title: str
    programme: str
    reasons: str


@dataclass(frozen=True)
class ToCloseCallIn:
    """A decision was called in, and what became of that is to be recorded."""

    reference: str
    title: str
    signed_at: datetime | None
    elsewhere: bool = False


@dataclass(frozen=True)
class ToPublish:
    """A decision is to be published; on the day `planned`, which has come, it was not published by itself."""

    reference: str
    title: str
    signed_at: datetime | None
    planned: date | None
    elsewhere: bool = False


@dataclass(frozen=True)
class ToMove:
    """Drawdowns are still counted under an earlier authorisation. `authorisation` is the number of the later one."""

    authorisation: int
    slug: str
    title: str
    earlier: str


OfElsewhere = ToConfirmElsewhere | SentBack
Task = OfDrawdown | OfElsewhere | ToConfirmWording | ToConfirmHandBack | ToReply | ToSubmit | ToCloseCallIn | ToPublish | ToMove


def tasks_for(user: User, day: date) -> list[Task]:
    """What is due first stands first; what has no day comes last."""
    if not user.may(Permission.VIEW_PROGRAMMES):
        return []
    found = list(_of_offices(user, day))
    if user.may(Permission.PREPARE_DRAWDOWNS):
        found += _of_finance(user)
    if user.may(Permission.RECORD_DECISIONS):
        found += _of_the_clerk(user, day)
    return sorted(found, key=lambda each: each.row.answer_by if isinstance(each, OfDrawdown) else date.max)


def drawdowns_waiting_for(user: User, day: date) -> list[int]:
    """By number, those that this person is asked to answer, to decide or to record."""
    return [each.row.pk for each in tasks_for(user, day) if isinstance(each, OfDrawdown)]


def to_sign(user: User, day: date) -> list[Waits]:
    """What is ready for this person's own signature."""
    return [each.row for each in signed_among(tasks_for(user, day))]


def signed_among(tasks: Iterable[Task]) -> list[ToDecide]:
    """Those that are ready for the person's own signature."""
    return [each for each in tasks if isinstance(each, ToDecide) and each.is_signed]


def _of_offices(user: User, day: date) -> Iterator[Task]:
    """Answers, decisions and wordings of every office the person acts for; of bodies, for the clerk (at most eight queries)."""
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
        for office, (acting, capacity) in held.items():
            if why_not_answer(each.matter, office, capacity) is None:
                yield ToAnswer(each, acting.office, names, day)
        if clerk:
            yield from _of_bodies(each, clerk, names)
        deciding = clerk if each.maker is None else held[each.maker][1] if each.maker in held else None
        if why_not_decide(each.matter, deciding) is None and not still_to_answer(each.matter, day):
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


def _wordings(offices: Sequence[int]) -> Iterator[Task]:
    """Other wordings of decisions that these offices signed (one query; one more where anybody's waits)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM approvals_rewording WHERE answer = '')")  # mostly there is none
        rows = []
        if cursor.fetchone()[0]:
            cursor.execute(_WORDINGS, [list(offices)])
            rows = cursor.fetchall()
    for found in rows:
        yield ToConfirmWording(*found)


def _of_bodies(row: Waits, clerk: Capacity, names: Mapping[Asked, str]) -> Iterator[Task]:
    """What each outside body that is asked is still to say: the clerk asks it, chases it and records what it answered."""
    for asked, mode in row.matter.steps.items():
        if isinstance(asked, AskedBody) and why_not_record(row.matter, asked, clerk) is None:
            yield ToRecord(row, asked.body, names[asked], mode)


def _decisions(rows: Sequence[Waits], names: Mapping[Asked, str], day: date) -> Iterator[Task]:
    """What everybody has answered: to sign, each with what it leaves after those above it; or, where it is stuck, to say no to.

    What waits for a day alone is not mentioned before that day (two queries; three more where what was submitted may differ).
    """
    standing = standing_of_all({row.pk: row.matter for row in rows}, day, names)
    ready = [row for row in rows if standing[row.pk].readiness.is_ready]
    running = dict(zip((row.pk for row in ready), in_order(standing[row.pk].money for row in ready), strict=True))
    for row in ready:
        yield ToDecide(row, running[row.pk] if running[row.pk] != standing[row.pk].money.after else {})
    for row in rows:
        reasons = standing[row.pk].readiness
        if reasons.stuck:
            yield ToSayNo(row, reasons.obstacles)


def _of_finance(user: User) -> Iterator[Task]:
    """Their drawdowns that came back, questions without a reply, hand-backs to confirm, and drafts (three queries)."""
    seen = programmes_for(user)
    asked = HandBack.objects.filter(state=HandBack.State.ASKED, drawdown__programme__in=seen).exclude(asked_by=user)
    for found in asked.values_list("drawdown__reference", "drawdown__title", "asked_by__name"):
        yield ToConfirmHandBack(*found)
    questions = Question.objects.filter(
        replied_at__isnull=True, drawdown__programme__in=seen, drawdown__state__in=[State.SUBMITTED, *rules.OPEN]
    )
    for question in questions.order_by("pk").values_list("pk", "drawdown__reference", "office__name", "text"):
        yield ToReply(*question)
    own = Drawdown.objects.filter(prepared_by=user, programme__in=seen, state__in=[State.RETURNED, State.DRAFT])
    recorded = TakenElsewhere.objects.filter(drawdown=OuterRef("pk")).order_by("-pk")
    own = own.annotate(recorded=Subquery(recorded.values("state")[:1]), sent_back=Subquery(recorded.values("reasons")[:1]))
    for reference, title, programme, state, reasons, found, sent_back in own.order_by("-state", "pk").values_list(
        "reference", "title", "programme__name", "state", "reasons", "recorded", "sent_back"
    ):
        if state == State.DRAFT and found == TakenElsewhere.State.SENT_BACK:
            yield SentBack(reference, title, programme, sent_back)
        elif state == State.RETURNED or found != TakenElsewhere.State.WAITING:
            yield ToSubmit(reference, title, programme, reasons if state == State.RETURNED else None)


def _of_the_clerk(user: User, day: date) -> Iterator[Task]:
    """Decisions to publish, outcomes of call-ins, decisions taken elsewhere, money to be moved to a later authorisation (three
    queries).

    What is planned to be published by itself waits for nobody until its day has come and it was not.
    """
    seen = programmes_for(user)
    records = DecisionRecord.objects.filter(drawdown__programme__in=seen)
    to_publish = Q(drawdown__state=State.SIGNED_OFF, published_on__isnull=True)
    to_close = Q(drawdown__state=State.CALLED_IN, drawdown__call_in__outcome="")
    plans = PlannedPublication.objects.filter(record=OuterRef("pk"), cancelled__isnull=True).values("on")
    rows = records.filter(to_publish | to_close).order_by("drawdown__signed_at", "pk").annotate(planned=Subquery(plans))
    for reference, title, signed_at, state, taken, planned in rows.values_list(
        *("drawdown__reference", "drawdown__title", "drawdown__signed_at", "drawdown__state", "drawdown__taken_elsewhere"),
        "planned",
    ):
        if state == State.CALLED_IN:
            yield ToCloseCallIn(reference, title, signed_at, taken is not None)
        elif planned is None or planned <= day:
            yield ToPublish(reference, title, signed_at, planned, taken is not None)
    elsewhere = TakenElsewhere.objects.filter(state=TakenElsewhere.State.WAITING, drawdown__state=State.DRAFT)
    prepared = DrawdownPreparer.objects.filter(person=user).values("drawdown")
    elsewhere = elsewhere.filter(drawdown__programme__in=seen).exclude(recorded_by=user).exclude(drawdown__in=prepared)
    for waiting in elsewhere.values_list("drawdown__reference", "drawdown__title", "recorded_by__name"):
        yield ToConfirmElsewhere(*waiting)
    later = Authorisation.objects.filter(programme__in=seen, replaces__isnull=False)
    moving = later.alias(live=Sum("replaces__consumption__pounds")).filter(live__gt=0).order_by("pk")
    for found in moving.values_list("pk", "programme__slug", "title", "replaces__title"):
        yield ToMove(*found)
