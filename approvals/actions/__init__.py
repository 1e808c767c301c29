"""Writes to delegations, drawdowns and what they consume: each one transaction with its audit entry.

A key (idempotency) that was used already gives the first result; with another body it raises KeyUsedOtherwise.
"""

from approvals.actions.acts import KeyUsedOtherwise, NotAllowedNow, OverTheLimit, StaleDrawdown
from approvals.actions.afterwards import call_in, hand_back, lapse, let_stand, overturn, take_effect, take_effect_of_all
from approvals.actions.answering import OffLine, Said, answer, record_answer, refuse, send_back
from approvals.actions.asking import advise, ask, record_dispensation, reply_to
from approvals.actions.delegating import record_delegation
from approvals.actions.papers import Upload, attach_evidence, attach_paper, remove_paper
from approvals.actions.preparing import Choice, choose_lines, draft, submit, withdraw, write_case
from approvals.actions.recording import change_record, publish
from approvals.actions.replacing import replace
from approvals.actions.signing import sign_off

__all__ = [
    "Choice",
    "KeyUsedOtherwise",
    "NotAllowedNow",
    "OffLine",
    "OverTheLimit",
    "Said",
    "StaleDrawdown",
    "Upload",
    "advise",
    "answer",
    "ask",
    "attach_evidence",
    "attach_paper",
    "call_in",
    "change_record",
    "choose_lines",
    "draft",
    "hand_back",
    "lapse",
    "let_stand",
    "overturn",
    "publish",
    "record_answer",
    "record_delegation",
    "record_dispensation",
    "refuse",
    "remove_paper",
    "replace",
    "reply_to",
    "send_back",
    "sign_off",
    "submit",
    "take_effect",
    "take_effect_of_all",
    "withdraw",
    "write_case",
]
