"""What the public is told of a record or a correction that was withdrawn from publication."""

from accounts.models import User
from accounts.permissions.rules import Permission
from approvals.decisions.corrections.models import Correction
from approvals.decisions.models import DecisionRecord
from approvals.decisions.withdrawal.models import Withdrawal
from display.formats import long_date


def withdrawal_of(record: DecisionRecord) -> Withdrawal | None:
    """That of the record; no query where the record was read through `decisions.queries`."""
    return getattr(record, "withdrawal", None)


def withdrawal_of_correction(correction: Correction) -> Withdrawal | None:
    """That of the correction, or of the whole record it corrects."""
    return getattr(correction, "withdrawal", None) or withdrawal_of(correction.record)


def sentence(withdrawn: Withdrawal) -> str:
    """Since when the public does not read it, and why."""
    return f"Withdrawn on {long_date(withdrawn.withdrawn_on)} because: {withdrawn.reasons}"


def reads_whole(person: User, record: DecisionRecord) -> bool:
    """Whether their role needs what is exempt, or nothing of this record is."""
    return not (record.exempt_paragraph or withdrawal_of(record)) or person.may(Permission.READ_EXEMPT)
