"""The models of the app, each on the shelf of its noun.

The rules of two rows are triggers (migration the_database_decides_with_us); each is named like a constraint.
"""

from approvals.decisions.additions.models import RecordAddition
from approvals.decisions.corrections.models import Correction
from approvals.decisions.forward_plan.models import KeyNotice, KeyNoticeWithdrawal
from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.planned.models import PlannedPublication
from approvals.decisions.rewording.models import Rewording
from approvals.decisions.withdrawal.models import Withdrawal
from approvals.delegations.conditions.models import (
    ConditionConfirmation,
    ConfirmationPaper,
    ConfirmationTakenBack,
    DelegationCondition,
    DelegationPart,
)
from approvals.delegations.models import Delegation, DelegationLimit, DelegationStep
from approvals.drawdowns.models import (
    Advice,
    Answer,
    Consumption,
    Dispensation,
    Drawdown,
    DrawdownAmount,
    DrawdownLine,
    DrawdownPreparer,
    LimitDrawn,
    Paper,
    Question,
    Submission,
)
from approvals.drawdowns.receipts.models import Receipt
from approvals.drawdowns.returned.models import HandBack, HandBackPart
from approvals.elsewhere.models import TakenElsewhere
from approvals.notices.models import Notice

__all__ = [
    "Advice",
    "Answer",
    "CallIn",
    "ConditionConfirmation",
    "ConfirmationPaper",
    "ConfirmationTakenBack",
    "Consumption",
    "Correction",
    "DecisionRecord",
    "Delegation",
    "DelegationCondition",
    "DelegationLimit",
    "DelegationPart",
    "DelegationStep",
    "Dispensation",
    "Drawdown",
    "DrawdownAmount",
    "DrawdownLine",
    "DrawdownPreparer",
    "HandBack",
    "HandBackPart",
    "KeyNotice",
    "KeyNoticeWithdrawal",
    "LimitDrawn",
    "Notice",
    "Paper",
    "PlannedPublication",
    "Question",
    "Receipt",
    "RecordAddition",
    "Rewording",
    "Submission",
    "TakenElsewhere",
    "Withdrawal",
]
