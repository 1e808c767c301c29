"""A case whose delegation asks a body outside the council, and what the clerk records of it."""

from typing import Any

from approvals import actions
from approvals.actions import BodySaid, Upload
from approvals.drawdowns.rules import Mode, Reply
from approvals.models import Answer, Drawdown
from phases.bodies.rules import Kind
from phases.models import Body
from tests.approvals.case import NOW, Case, make_case, new_key
from tests.making import make_body

LETTER = Upload("letter.txt", b"The board has considered this.")


def make_outside_body(name: str = "Improvement Board", **values: Any) -> Body:
    return make_body(name, Kind.OUTSIDE, call_in=False, **values)


def make_case_with(mode: Mode = Mode.CONSENT, name: str = "Improvement Board", **values: Any) -> Case:
    """As make_case; the improvement board is asked too, as the last."""
    return asking_the_board(make_case(**values), mode, name)


def asking_the_board(case: Case, mode: Mode = Mode.CONSENT, name: str = "Improvement Board") -> Case:
    """The same case under another delegation, in which the board is asked too."""
    earlier = case.delegation
    steps = [(case.offices["Leader"], Mode.AGREEMENT), (case.offices["Director"], Mode.CONSULTATION)]
    case.delegation = actions.record_delegation(
        decision=earlier.decision,
        values={
            "title": "Use with the board",
            "text": f"The Chief Executive, with the {mode} of the {name}.",
            "decision_maker": case.offices["Chief Executive"],
        },
        steps=[*steps, (make_outside_body(name), mode)],
        by=case.clerk,
        at=NOW,
    )
    return case


def body_of(case: Case) -> Body:
    return Body.objects.get(steps__delegation=case.delegation)


def recorded(case: Case, drawdown: Drawdown, reply: Reply = Reply.CONSENT, **values: Any) -> Answer:
    """What the clerk records the day it was asked, from a letter."""
    words = "" if reply is Reply.CONSENT else "The plan is not ready."
    said = BodySaid(body_of(case), reply, words, "Dame Ruth Orchard, chair", NOW.date(), "letter", LETTER)
    given = {
        "sha256": drawdown.sha256,
        "said": said._replace(**{part: values.pop(part) for part in said._fields if part in values}),
        "key": new_key(),
        "by": case.clerk,
        "at": NOW,
    }
    return actions.record_body_answer(drawdown=drawdown, **(given | values))
