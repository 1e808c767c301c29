"""Everything the page of one drawdown shows, and how far it has come: a constant number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from accounts.models import Office, OfficeHolding, User
from approvals.decisions.models import DecisionRecord
from approvals.drawdowns import rules
from approvals.drawdowns.changes.rules import Difference, differences
from approvals.drawdowns.conditions.queries import why_held_back
from approvals.drawdowns.headroom.queries import left_as_signed, left_of
from approvals.drawdowns.headroom.rules import Left
from approvals.drawdowns.models import Advice, Answer, Dispensation, Drawdown, Question, Submission
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import Matter, lacking
from approvals.drawdowns.readiness.queries import why_otherwise_of
from approvals.drawdowns.readiness.rules import Readiness, readiness
from approvals.drawdowns.rules import Asked, AskedBody, Mode, Reply, State, who_is_asked
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import Totals
from approvals.elsewhere.models import TakenElsewhere
from approvals.elsewhere.queries import recorded_on
from display.formats import long_date
from phases.models import Body


class AskedOffice(NamedTuple):
    """An office that is asked, who holds it now ("" while vacant), and its answer to what is submitted now.

    Nobody `is_asked` of what was decided elsewhere.
    """

    office: Office
    mode: Mode
    holder: str
    answer: Answer | None
    is_missing: bool
    is_asked: bool = True

    @property
    def name(self) -> str:
        return self.office.name

    @property
    def says(self) -> str:
        return _said(self.answer, self.is_missing) if self.is_asked else "Not asked"


class AskedOutside(NamedTuple):
    """A body outside the council that is asked, and its answer to what is submitted now, as the clerk recorded it."""

    body: Body
    mode: Mode
    answer: Answer | None
    is_missing: bool
    is_asked: bool = True

    @property
    def name(self) -> str:
        return self.body.name

    @property
    def says(self) -> str:
        return _said(self.answer, self.is_missing) if self.is_asked else "Not asked"


_SAYS = {
    Reply.AGREE: "Agrees",
    Reply.DISAGREE: "Does not agree",
    Reply.VIEW: "Gave a view",
    Reply.CONSENT: "Consents",
    Reply.NO_CONSENT: "Does not consent",
    Reply.IN_FAVOUR: "Advises in favour",
    Reply.AGAINST: "Advises against",
}


def _said(answer: Answer | None, is_missing: bool) -> str:
    if answer is None:
        return "Not answered" if is_missing else "Not answered in time"
    return _SAYS[Reply(answer.answer)]


class Stage(NamedTuple):
    """One stage on the way of a drawdown: done, now, stopped or to come."""

    label: str
    detail: str
    state: str


@dataclass(frozen=True)
class Sheet:
    """One drawdown with what was said on it. `asked` is None for a draft that cannot be worked out, and `left` is empty then.

    Once signed, `left` is what was left before and after the signature; until then, as it stands. `readiness` is of one that is
    submitted, and of a draft as if it were. `elsewhere` is what was recorded last of a draft as decided elsewhere, or what was
    confirmed.
    """

    drawdown: Drawdown
    day: date
    asked: Totals | None
    left: list[Left]
    offices: list[AskedOffice]
    bodies: list[AskedOutside]
    earlier_answers: list[Answer]
    submissions: list[Submission]
    questions: list[Question]
    advice: list[Advice]
    dispensations: list[Dispensation]
    record: DecisionRecord | None
    maker: str
    matter: Matter
    readiness: Readiness
    hand_back_asked_by: int | None = None
    elsewhere: TakenElsewhere | None = None

    @property
    def state(self) -> State:
        return State(self.drawdown.state)

    @property
    def is_open(self) -> bool:
        return self.state in rules.OPEN

    @property
    def is_submitted(self) -> bool:
        return self.state is State.SUBMITTED

    @property
    def is_decided(self) -> bool:
        return self.drawdown.signed_at is not None

    @property
    def asked_first(self) -> list[AskedOffice | AskedOutside]:
        """Everybody who is asked before the decision, the bodies outside the council last."""
        return [*self.offices, *self.bodies]

    @property
    def missing(self) -> list[AskedOffice | AskedOutside]:
        return [each for each in self.asked_first if each.is_missing]

    @property
    def answered(self) -> int:
        return sum(each.answer is not None for each in self.asked_first)

    @property
    def is_over(self) -> bool:
        return not self.is_decided and any(each.is_over for each in self.left)

    @property
    def open_questions(self) -> list[Question]:
        return [each for each in self.questions if not each.replied_at]

    @property
    def without_dispensation(self) -> list[Answer]:
        """Answers that declare an interest, of people to whom no dispensation is recorded."""
        dispensed = {each.member.strip().casefold() for each in self.dispensations}
        given = [each.answer for each in self.offices if each.answer]
        return [each for each in given if each.declares_interest and each.given_by.casefold() not in dispensed]

    @property
    def is_overdue(self) -> bool:
        return self.is_submitted and bool(self.drawdown.answer_by and self.drawdown.answer_by < self.day)


def sheet_of(drawdown: Drawdown, asked: Totals | None, day: date) -> Sheet:
    """`asked` as it was frozen, or as it would be now; the drawdown with its delegation and decision maker."""
    record = DecisionRecord.objects.filter(drawdown=drawdown).first()
    pending = drawdown.state == State.SUBMITTED
    if drawdown.signed_at and record:
        left = left_as_signed(record)
    else:
        left = left_of(asked.by_limit, drawdown.delegation, is_pending=pending) if asked else []
    answers = list(
        Answer.objects.filter(drawdown=drawdown)
        .select_related("office", "body", "person", "acting_for", "recorded_by", "evidence")
        .defer("evidence__content")
    )
    now = {who_is_asked(each.office_id, each.body_id): each for each in answers if each.sha256 == drawdown.sha256}
    matter = matter_of(drawdown, day)
    offices, bodies, maker = _asked(drawdown, now, matter, day)
    names: dict[Asked, str] = {each.office.pk: f"{each.office}{_held(each)}" for each in offices}
    names |= {AskedBody(each.body.pk): each.body.at_the_start for each in bodies}
    ready = _readiness(drawdown, matter, names, left, day)
    return Sheet(
        drawdown=drawdown,
        day=day,
        asked=asked,
        left=left,
        offices=offices,
        bodies=bodies,
        earlier_answers=[each for each in answers if each.sha256 != drawdown.sha256],
        submissions=list(drawdown.submissions.defer("content").select_related("submitted_by")),
        questions=list(drawdown.questions.select_related("office", "asked_by", "replied_by")),
        advice=list(drawdown.advice.select_related("office", "person", "acting_for")),
        dispensations=list(drawdown.dispensations.select_related("giver", "recorded_by")),
        record=record,
        maker=maker,
        matter=matter,
        readiness=ready,
        hand_back_asked_by=_hand_back_asked_by(drawdown) if drawdown.signed_at else None,
        elsewhere=_elsewhere(drawdown),
    )


def _elsewhere(drawdown: Drawdown) -> TakenElsewhere | None:
    """One query, of a draft and of what was decided elsewhere."""
    if drawdown.state == State.DRAFT:
        return recorded_on(drawdown).first()
    return recorded_on(drawdown).get(pk=drawdown.taken_elsewhere_id) if drawdown.taken_elsewhere_id else None


def _hand_back_asked_by(drawdown: Drawdown) -> int | None:
    """The number of who asked to hand back money of it, while that waits to be confirmed."""
    return drawdown.hand_backs.filter(state="asked").values_list("asked_by", flat=True).first()


def _asked(
    drawdown: Drawdown, answers: Mapping[Asked, Answer], matter: Matter, day: date
) -> tuple[list[AskedOffice], list[AskedOutside], str]:
    """The offices asked, the bodies outside the council, and who holds the decision maker's office (two queries)."""
    scheme = drawdown.delegation
    steps = list(scheme.steps.select_related("office", "body"))
    numbers = [step.office_id for step in steps if step.office_id]
    numbers += [scheme.decision_maker_id] if scheme.decision_maker_id else []
    holdings = OfficeHolding.objects.on(day).filter(office__in=numbers)
    holders: dict[int, str] = dict(holdings.values_list("office", "holder__name"))
    missing = lacking(matter, day).answers
    offices = [
        AskedOffice(
            step.office,
            matter.steps[step.key],
            holders.get(step.office.pk, ""),
            answers.get(step.key),
            step.key in missing,
            is_asked=drawdown.taken_elsewhere_id is None,
        )
        for step in steps
        if step.office
    ]
    bodies = [
        AskedOutside(step.body, matter.steps[step.key], answers.get(step.key), step.key in missing) for step in steps if step.body
    ]
    return offices, bodies, holders.get(scheme.decision_maker_id or 0, "")


def _readiness(drawdown: Drawdown, matter: Matter, names: Mapping[Asked, str], left: list[Left], day: date) -> Readiness:
    """Whether it can be signed off (one query, of one that is submitted)."""
    if matter.held_back:
        matter = matter._replace(held_back=why_held_back(drawdown, day))
    otherwise = why_otherwise_of([drawdown.pk]) if drawdown.state == State.SUBMITTED else {}
    return readiness(matter, day, names, left, otherwise.get(drawdown.pk))


def _held(asked: AskedOffice) -> str:
    if not asked.holder:
        return " (the office is vacant)"
    return "" if asked.holder == str(asked.office) else f" ({asked.holder})"


class Changes(NamedTuple):
    """What a later submission says otherwise than an earlier one, and why that is the one to compare with."""

    since: Submission
    answered: bool
    differences: list[Difference]


def changes_seen(sheet: Sheet, user: User) -> Changes | None:
    """What changed since the submission this person answered last, else since the one before; None for a first (one query)."""
    if sheet.drawdown.submission < 2 or sheet.asked is None or sheet.is_open:
        return None
    earlier = [each for each in sheet.submissions if each.number < sheet.drawdown.submission]
    own = {answer.sha256 for answer in sheet.earlier_answers if answer.person_id == user.pk}
    answered = [each for each in earlier if each.sha256 in own]
    if not earlier:
        return None
    since = (answered or earlier)[-1]
    before = Submission.objects.values_list("content", flat=True).get(pk=since.pk)
    return Changes(since, bool(answered), differences(submitted(before), sheet.asked.content))


def progress(sheet: Sheet) -> list[Stage]:
    """The stages in their order, with what is known of each."""
    drawdown, record = sheet.drawdown, sheet.record
    published, closes, effective = (record.published_on, record.closes_on, record.effective_on) if record else (None, None, None)
    not_open = record is not None and record.call_in_applies is False
    reached = _reached(sheet, published, closes)
    elsewhere = sheet.elsewhere if sheet.is_decided else None
    details = [
        ("Drafted", f"by {drawdown.prepared_by.name}"),
        ("Recorded here", _day(elsewhere.recorded_at))
        if elsewhere
        else ("Submitted", _day(drawdown.submitted_at) if drawdown.submission and not sheet.is_open else ""),
        ("Answers", "Not asked" if elsewhere else f"{sheet.answered} of {len(sheet.asked_first)}"),
        ("Decided elsewhere", long_date(elsewhere.decided_on)) if elsewhere else ("Signed off", _day(drawdown.signed_at)),
        ("Published", long_date(published)),
        ("Call-in closes", "Not open to call-in" if not_open else long_date(closes)),
        ("Effective", long_date(effective)),
    ]
    stopped = {State.RETURNED: 1, State.WITHDRAWN: 1, State.REFUSED: 3, State.CALLED_IN: 5, State.SUPERSEDED: 6}
    return [
        Stage(*_named(sheet, place, label, detail), _state(place, reached, stopped.get(sheet.state)))
        for place, (label, detail) in enumerate(details)
    ]


def _reached(sheet: Sheet, published: date | None, closes: date | None) -> int:
    """The place of the stage it stands at now; one past the last for a decision in effect."""
    if sheet.is_open:
        return 1
    if not sheet.is_decided:
        return 2 if sheet.missing else 3
    if sheet.state in (State.EFFECTIVE, State.SUPERSEDED):
        return 7
    if published is None:
        return 4
    return 5 if closes and closes >= sheet.day else 6


def _named(sheet: Sheet, place: int, label: str, detail: str) -> tuple[str, str]:
    said = {
        (1, State.RETURNED): "Returned to its author",
        (1, State.WITHDRAWN): "Withdrawn",
        (3, State.REFUSED): "Refused",
        (5, State.CALLED_IN): "Called in",
        (6, State.SUPERSEDED): "Overturned",
    }.get((place, sheet.state))
    return (said, "" if place != 6 else detail) if said else (label, detail)


def _state(place: int, reached: int, stopped: int | None) -> str:
    if place == stopped:
        return "stopped"
    return "done" if place < reached else "now" if place == reached and stopped is None else "to-come"


def _day(moment: datetime | None) -> str:
    return long_date(timezone.localdate(moment)) if moment else ""
