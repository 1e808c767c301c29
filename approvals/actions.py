"""Every write of the app under one name, for whoever calls it: views, commands, the demonstration. Each stands with its noun.

Each is one transaction with its audit entry.

A key (idempotency) that was used already gives the first result; with another body it raises KeyUsedOtherwise.
"""

from approvals.authorisations.actions import replace
from approvals.decisions.actions import change_record, publish
from approvals.decisions.additions.actions import add_to_record
from approvals.decisions.corrections.actions import Corrected, correct
from approvals.decisions.forward_plan.actions import give_notice, withdraw_notice
from approvals.decisions.planned.actions import cancel_plan, plan_publication, publish_planned
from approvals.decisions.rewording.actions import answer_rewording, reword
from approvals.decisions.withdrawal.actions import withdraw_from_publication
from approvals.delegations.actions import record_delegation
from approvals.delegations.conditions.actions import Evidence, confirm_condition, take_back_confirmation
from approvals.drawdowns.actions import Concerned, KeyUsedOtherwise, NotAllowedNow, OverTheLimit, Seen, StaleDrawdown
from approvals.drawdowns.answers.actions import OffLine, Said, answer, record_answer, refuse, send_back
from approvals.drawdowns.handback.actions import ask_hand_back, confirm_hand_back, withdraw_hand_back
from approvals.drawdowns.handback.rules import Giving
from approvals.drawdowns.outcome.actions import call_in, lapse, let_stand, overturn, take_effect, take_effect_of_all
from approvals.drawdowns.outside.actions import BodySaid, record_body_answer
from approvals.drawdowns.papers.actions import attach_evidence, attach_paper, remove_paper
from approvals.drawdowns.preparation.actions import Choice, choose_lines, draft, submit, withdraw, write_case
from approvals.drawdowns.questions.actions import Granted, advise, ask, record_dispensation, reply_to
from approvals.drawdowns.signing.actions import sign_off
from approvals.elsewhere.actions import (
    Decision,
    Proof,
    confirm_elsewhere,
    record_elsewhere,
    send_back_elsewhere,
    take_back_elsewhere,
)
from approvals.year_end.actions import carry_forward
from display.uploads import Upload

__all__ = [
    "BodySaid",
    "Choice",
    "Concerned",
    "Corrected",
    "Decision",
    "Evidence",
    "Giving",
    "Granted",
    "KeyUsedOtherwise",
    "NotAllowedNow",
    "OffLine",
    "OverTheLimit",
    "Proof",
    "Said",
    "Seen",
    "StaleDrawdown",
    "Upload",
    "add_to_record",
    "advise",
    "answer",
    "answer_rewording",
    "ask",
    "ask_hand_back",
    "attach_evidence",
    "attach_paper",
    "call_in",
    "cancel_plan",
    "carry_forward",
    "change_record",
    "choose_lines",
    "confirm_condition",
    "confirm_elsewhere",
    "confirm_hand_back",
    "correct",
    "draft",
    "give_notice",
    "lapse",
    "let_stand",
    "overturn",
    "plan_publication",
    "publish",
    "publish_planned",
    "record_answer",
    "record_body_answer",
    "record_delegation",
    "record_dispensation",
    "record_elsewhere",
    "refuse",
    "remove_paper",
    "replace",
    "reply_to",
    "reword",
    "send_back",
    "send_back_elsewhere",
    "sign_off",
    "submit",
    "take_back_confirmation",
    "take_back_elsewhere",
    "take_effect",
    "take_effect_of_all",
    "withdraw",
    "withdraw_from_publication",
    "withdraw_hand_back",
    "withdraw_notice",
    "write_case",
]
