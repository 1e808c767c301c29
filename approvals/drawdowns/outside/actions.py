"""What a body outside the council answered, recorded by the clerk with its evidence: nobody signs in for such a body."""

from datetime import date, datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.permissions.rules import Permission, require
from approvals.drawdowns.actions import NotAllowedNow, day_of, done_before, locked
from approvals.drawdowns.answers.actions import moment_of, save_answer
from approvals.drawdowns.models import Answer, Drawdown
from approvals.drawdowns.papers.actions import attach_evidence
from approvals.drawdowns.powers.queries import matter_of
from approvals.drawdowns.powers.rules import Capacity, WhyNot, why_not_record
from approvals.drawdowns.rules import REPLIES, AskedBody, Mode, Reply
from approvals.drawdowns.submission.rules import submitted
from display.uploads import Upload
from phases.models import Body
from posts.exempt.queries import check_public


class BodySaid(NamedTuple):
    """What an outside body answered, in which words, who wrote it and on which day; whether it came by "email", as "letter" or
    "minute", with the file that shows it.
    """

    body: Body
    reply: Reply
    words: str
    writer: str
    given_on: date
    how: str
    evidence: Upload


@transaction.atomic
def record_body_answer(*, drawdown: Drawdown, sha256: str, said: BodySaid, key: str, by: User, at: datetime) -> Answer:
    """The clerk records the consent or advice of an outside body. A consent refused returns the drawdown to its author.

    Raises NotAllowedNow where the body is not asked or has answered, where it waits for nobody, and for who prepared it.
    """
    require(by, Permission.RECORD_DECISIONS)
    body, act = said.body, {"act": "record_body_answer", "sha256": sha256, "by": by.pk, **said._asdict()}
    if done_before(key, drawdown, act | {"body": body.pk, "evidence": said.evidence.sha256}):
        return Answer.objects.get(drawdown=drawdown, sha256=sha256, body=body)
    drawdown = locked(drawdown, sha256=sha256)
    matter, asked = matter_of(drawdown, said.given_on), AskedBody(body.pk)
    if reason := why_not_record(matter, asked, Capacity(by.pk)):
        raise NotAllowedNow(_SENTENCES.get(reason, "You cannot record an answer to a drawdown you prepared.").format(body=body))
    given_at, mode = moment_of(said.given_on, drawdown, at), matter.steps[asked]
    submitted_at: datetime = drawdown.submitted_at  # type: ignore[assignment]  # it is submitted
    if said.reply not in REPLIES[mode]:
        raise ValidationError({"reply": f"{body.at_the_start} is asked for its {mode}: {_OPEN[mode]}"})
    if submitted(drawdown.content).is_public:
        check_public(drawdown.programme.slug, {"words": said.words})
    given = Answer(
        drawdown=drawdown,
        sha256=drawdown.sha256,
        body=body,
        writer=said.writer,
        answer=said.reply,
        words=said.words,
        asked_at=submitted_at,
        answered_at=given_at,
        recorded_by=by,
        recorded_from=said.how,
        evidence=attach_evidence(drawdown=drawdown, upload=said.evidence, by=by, at=at),
    )
    details = {"body": body.name, "written_by": said.writer, "given_on": day_of(given_at)}
    return save_answer(given, mode, details, by, at)


_SENTENCES = {
    WhyNot.NOT_WAITING: "It is not waiting for anybody.",
    WhyNot.NOT_ASKED: "{body} is not asked under this delegation.",
    WhyNot.ANSWERED: "{body} has already answered.",
}
_OPEN = {
    Mode.CONSENT: "say whether it consents.",
    Mode.ADVICE: "say whether it advises in favour or against, or gives a view.",
}
