"""Who is told what, and when. A notice is written in the transaction of the act it is about, and its mail goes out afterwards."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.council.queries import council
from accounts.models import User
from accounts.permissions.rules import Role
from approvals.decisions.call_in.rules import working_day_after
from approvals.decisions.corrections.models import Correction
from approvals.decisions.forward_plan.models import KeyNotice
from approvals.drawdowns.models import Drawdown, Question
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import lacking
from approvals.drawdowns.readiness.queries import standing_of_all
from approvals.drawdowns.returned.models import HandBack
from approvals.drawdowns.rules import State
from approvals.notices.delivery.actions import send_notices
from approvals.notices.models import Notice

Kind = Notice.Kind


# Each names people, by number, of the drawdown `d` that a notice is about.
_AUTHOR = "SELECT d.prepared_by_id FROM d"
_CLERKS = "SELECT id FROM accounts_user WHERE roles @> ARRAY[%(clerk)s]::varchar[]"
_FINANCE = "SELECT id FROM accounts_user WHERE roles @> ARRAY[%(finance)s]::varchar[]"
_ANSWERED = """SELECT unnest(ARRAY[a.person_id, a.acting_for_id])
    FROM d JOIN approvals_answer a ON a.drawdown_id = d.id AND a.sha256 = d.sha256"""
_ACTING_FOR = """SELECT h.holder_id FROM accounts_officeholding h
    WHERE h.office_id IN ({offices}) AND h.since <= %(day)s AND (h.until IS NULL OR h.until >= %(day)s)
    UNION SELECT p.deputy_id FROM accounts_deputyappointment p
    WHERE p.office_id IN ({offices}) AND p.since <= %(day)s AND (p.until IS NULL OR p.until >= %(day)s)
        AND (p.revoked_from IS NULL OR p.revoked_from > %(day)s)"""
_UNANSWERED = """SELECT s.office_id FROM d JOIN approvals_delegationstep s ON s.delegation_id = d.delegation_id
        WHERE NOT EXISTS (SELECT FROM approvals_answer a
            WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256 AND (a.office_id = s.office_id OR a.body_id = s.body_id))"""
_YET_TO_ANSWER = _ACTING_FOR.format(offices=_UNANSWERED)
# Whom the council's setting names, while somebody has yet to answer.
_OVERDUE_OFFICE = _ACTING_FOR.format(offices=f"SELECT c.overdue_office_id FROM accounts_council c WHERE EXISTS ({_UNANSWERED})")
# Nobody signs in for a body outside the council: the clerks ask it, and chase it.
_CLERKS_OF_BODIES = f"{_CLERKS} AND EXISTS ({_UNANSWERED} AND s.body_id IS NOT NULL)"
_DECISION_MAKER = f"""{_ACTING_FOR.format(offices="SELECT g.decision_maker_id FROM g")}
    UNION ({_CLERKS} AND EXISTS (SELECT FROM g WHERE g.decision_maker_id IS NULL))"""
_ASKED = """SELECT n.person_id FROM d
    JOIN approvals_notice n ON n.drawdown_id = d.id AND n.submission = d.submission AND n.kind = 'asked'"""
_REPRESENTED = """SELECT a.acting_for_id FROM d JOIN approvals_answer a ON a.drawdown_id = d.id AND a.sha256 = d.sha256
    WHERE a.acting_for_id IS NOT NULL"""
_IS_SUBMITTED = "EXISTS (SELECT FROM d WHERE d.state = 'submitted')"
_WROTE_IT_DOWN = "SELECT t.recorded_by_id FROM d JOIN approvals_takenelsewhere t ON t.drawdown_id = d.id"
_ASKER = "SELECT asked_by_id FROM approvals_question WHERE id = %(question)s"

_TOLD: dict[Kind, tuple[str, ...]] = {
    Kind.ASKED: (_YET_TO_ANSWER,),
    Kind.REMINDER_BEFORE: (_YET_TO_ANSWER,),
    Kind.REMINDER_OVERDUE: (_YET_TO_ANSWER,),
    Kind.ESCALATED: (_OVERDUE_OFFICE,),
    Kind.BODY_ASKED: (_CLERKS_OF_BODIES,),
    Kind.BODY_REMINDER: (_CLERKS_OF_BODIES,),
    Kind.BODY_OVERDUE: (_CLERKS_OF_BODIES,),
    Kind.ALL_ANSWERED: (_DECISION_MAKER,),
    Kind.ANSWERED_FOR: (_REPRESENTED,),
    # The decision maker too: a deputy may have signed.
    Kind.SIGNED: (_AUTHOR, _ANSWERED, _DECISION_MAKER, _CLERKS),
    Kind.RETURNED: (_AUTHOR, _ANSWERED, _ASKED, _CLERKS),
    Kind.REFUSED: (_AUTHOR, _ANSWERED, _ASKED, _CLERKS),
    Kind.PUBLISHED: (_AUTHOR, _ANSWERED, _DECISION_MAKER, _CLERKS),
    Kind.CORRECTED: (_AUTHOR, _DECISION_MAKER, _CLERKS),
    Kind.UNPUBLISHED: (_AUTHOR, _ANSWERED, _DECISION_MAKER, _CLERKS),
    Kind.HAND_BACK_ASKED: (_FINANCE,),
    Kind.HANDED_BACK: (_AUTHOR, _DECISION_MAKER, _CLERKS),
    Kind.WITHDRAWN: (_ASKED,),
    Kind.CALLED_IN: (_AUTHOR, _ANSWERED, _DECISION_MAKER, _CLERKS),
    Kind.OVERTURNED: (_AUTHOR, _ANSWERED, _DECISION_MAKER, _CLERKS),
    Kind.EFFECTIVE: (_AUTHOR, _ANSWERED, _DECISION_MAKER, _CLERKS),
    Kind.QUESTION: (_AUTHOR,),
    Kind.REPLY: (_ASKER,),
    Kind.ELSEWHERE_ASKED: (_CLERKS,),
    Kind.ELSEWHERE_BACK: (_AUTHOR, _WROTE_IT_DOWN),
    # Who decides was asked only once it was submitted.
    Kind.KEY_NOTICE_GONE: (_AUTHOR, f"SELECT id FROM ({_DECISION_MAKER}) AS maker (id) WHERE {_IS_SUBMITTED}"),
    # Those too who would have been asked here, and today's decision maker: nobody asked them.
    Kind.ELSEWHERE: (_AUTHOR, _WROTE_IT_DOWN, _YET_TO_ANSWER, _DECISION_MAKER, _CLERKS),
}
_TELL = """
WITH d AS (SELECT * FROM approvals_drawdown WHERE id = %(drawdown)s),
g AS (SELECT g.* FROM d JOIN approvals_delegation g ON g.id = d.delegation_id)
INSERT INTO approvals_notice (
    drawdown_id, submission, kind, question_id, hand_back_id, correction_id, key_notice_id, person_id,
    state, attempts, last_error, queued_at
)
SELECT d.id, d.submission, %(kind)s, %(question)s, %(hand_back)s, %(correction)s, %(key_notice)s, u.id, 'queued', 0, '', %(at)s
FROM d, accounts_user u WHERE u.is_active AND u.id IS DISTINCT FROM %(by)s AND u.id IN ({people})
ORDER BY u.id ON CONFLICT DO NOTHING
"""


@transaction.atomic(savepoint=False)
def tell(
    drawdown: Drawdown,
    kind: Kind,
    *,
    at: datetime,
    by: User | None = None,
    about: Question | HandBack | Correction | KeyNotice | None = None,
) -> int:
    """Queue mail to those who are to know of it, but to `by`, who did it; how many are told now (two statements).

    Call it last in the action, in its transaction: rolled back together, nothing is sent. Nobody is told the same thing twice.
    """
    question = about.pk if isinstance(about, Question) else None
    hand_back = about.pk if isinstance(about, HandBack) else None
    correction = about.pk if isinstance(about, Correction) else None
    given: dict[str, Any] = {"drawdown": drawdown.pk, "kind": kind.value, "question": question, "hand_back": hand_back, "at": at}
    given |= {"correction": correction, "key_notice": about.pk if isinstance(about, KeyNotice) else None}
    given |= {"day": timezone.localdate(at), "by": by.pk if by else None}
    given |= {"clerk": Role.CLERK.value, "finance": Role.FINANCE_OFFICER.value}
    with connection.cursor() as cursor:
        cursor.execute(_TELL.format(people=" UNION ".join(f"({each})" for each in _TOLD[kind])), given)
        told: int = cursor.rowcount
    if told:
        send_notices.enqueue(drawdown.pk, drawdown.submission, kind.value, question)
    return told


def tell_if_all_answered(drawdown: Drawdown, *, at: datetime, by: User | None = None) -> None:
    """Tell the decision maker once nobody is waited for, and they can sign it, or have to return or refuse what is stuck.

    What waits for a day alone, such as the end of a notice, is told on that day, by `remind`.
    """
    day = timezone.localdate(at)
    matter = matter_of(drawdown, day)
    if lacking(matter, day).answers:
        return
    if standing_of_all({drawdown.pk: matter}, day, {})[drawdown.pk].readiness.awaits_its_decision:
        tell(drawdown, Kind.ALL_ANSWERED, at=at, by=by)


def remind(at: datetime) -> int:
    """Remind those who have yet to answer, one working day before the answer is due and once after it; how many are told now.
    For a body outside the council the clerks are reminded.

    Some working days later, as the council's settings say, the office that they name is told that the answer is overdue.
    Whoever has come into an office since it was asked is asked too, or told that the decision waits.
    """
    day, told, overdue_days = timezone.localdate(at), 0, council().overdue_days
    for drawdown in Drawdown.objects.filter(state=State.SUBMITTED).select_related("delegation", "prepared_by").order_by("pk"):
        told += tell(drawdown, Kind.ASKED, at=at, by=drawdown.prepared_by)
        told += tell(drawdown, Kind.BODY_ASKED, at=at, by=drawdown.prepared_by)
        tell_if_all_answered(drawdown, at=at)
        if drawdown.answer_by and day > drawdown.answer_by:
            told += tell(drawdown, Kind.REMINDER_OVERDUE, at=at) + tell(drawdown, Kind.BODY_OVERDUE, at=at)
            if working_day_after(drawdown.answer_by, overdue_days) <= day:
                told += tell(drawdown, Kind.ESCALATED, at=at)
        elif drawdown.answer_by and working_day_after(day, 1) >= drawdown.answer_by:
            told += tell(drawdown, Kind.REMINDER_BEFORE, at=at) + tell(drawdown, Kind.BODY_REMINDER, at=at)
    return told


def notices_of(drawdown: Drawdown) -> list[Notice]:
    """Who was told what of it, in the order of time, with the people (one query)."""
    return list(drawdown.notices.select_related("person"))
