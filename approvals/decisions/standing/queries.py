"""Where a published decision stands now: what became of it since, its marks in print, and whether it may be called in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.models import AuditEntry
from approvals.decisions.corrections.models import Correction
from approvals.decisions.corrections.queries import corrections_seen
from approvals.decisions.corrections.rules import reference_of
from approvals.decisions.models import CallIn, DecisionRecord
from approvals.decisions.queries import day_of, effective_day
from approvals.decisions.withdrawal.models import Withdrawal
from approvals.decisions.withdrawal.queries import sentence, withdrawal_of
from approvals.decisions.wording.queries import TAKES_EFFECT, Row, Section, is_retrospective, recorded_day
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.rules import State
from display import formats
from display.words import listed


def as_it_stands(sections: Sequence[Section], record: DecisionRecord) -> list[Section]:
    """The sections of a published record; once it was called in, the day on which it takes effect says what became of it."""
    if not hasattr(record.drawdown, "call_in"):
        return list(sections)
    return [each._replace(rows=[_now(row, record) for row in each.rows]) for each in sections]


def _now(row: Row, record: DecisionRecord) -> Row:
    return Row(row.label, f"{_stands(record)}\nAs published: {row.text}") if row.label == TAKES_EFFECT else row


def since(record: DecisionRecord, *, public: bool = False) -> Section:
    """What became of the decision since, or no rows. To the public a correction that was withdrawn is that, and why."""
    called: CallIn | None = getattr(record.drawdown, "call_in", None)
    rows = []
    if called:
        rows.append(Row("Called in", f"{formats.long_date(called.called_in_on)}, by {called.called_in_by}\n{called.reasons}"))
    if called and called.outcome:
        takes = f"\nIt takes effect on {formats.long_date(called.effective_on)}." if called.effective_on else ""
        said = f"{called.get_outcome_display()}, {formats.long_date(called.outcome_on)}\n{called.outcome_text}{takes}"
        rows.append(Row("Outcome", said))
    rows += [_correction(each, public) for each in corrections_seen(record)]
    return Section("Since publication", rows)


def _correction(correction: Correction, public: bool) -> Row:
    said = correction.said
    withdrawn: Withdrawal | None = getattr(correction, "withdrawal", None)
    if withdrawn and public:
        return Row(f"Correction {said.reference}", sentence(withdrawn))
    lines = [f"{recorded_day(said.published_on)}, by {said.recorded_by}: {said.about}"]
    if withdrawn:
        lines.append(sentence(withdrawn))
    lines += ["The record says:", said.wrong, "It should say:", said.right]
    return Row(f"Correction {said.reference}", "\n".join(lines))


def is_open_to_call_in(record: DecisionRecord, today: date) -> bool:
    """Whether scrutiny may still call it in that day. A decision that was called in is not called in again."""
    return record.drawdown.state == State.SIGNED_OFF and record.closes_on is not None and today <= record.closes_on


def retrospective(record: DecisionRecord) -> str:
    """That it was recorded here after it was decided, in words; "" of a decision that was recorded as it was made. No query."""
    signed_at = record.drawdown.signed_at
    if signed_at is None or not is_retrospective(record):
        return ""
    how = "taken elsewhere" if record.drawdown.taken_elsewhere_id else "decided"
    return f"Retrospective: {how} on {recorded_day(record.decided_on)}, recorded here on {recorded_day(day_of(signed_at))}"


def marks(record: DecisionRecord) -> list[str]:
    """What a reader of a printed record must know before anything else; nothing where it stands as it was published."""
    called: CallIn | None = getattr(record.drawdown, "call_in", None)
    withdrawn = withdrawal_of(record)
    said = [f"Withdrawn from publication on {recorded_day(withdrawn.withdrawn_on)}"] if withdrawn else []
    if recorded_later := retrospective(record):
        said.append(recorded_later)
    if record.drawdown.state == State.SUPERSEDED:
        said.append("Overturned after call-in: this decision has no effect")
    elif called and not called.outcome:
        said.append("Called in: this decision takes no effect until the outcome is recorded")
    elif called:
        said.append(f"Called in, and stands: it takes effect on {recorded_day(called.effective_on)}")
    if record.corrected_on:
        said.append(f"Corrected on {recorded_day(record.corrected_on[-1])}: read it with {listed(correction_references(record))}")
    return said


def correction_references(record: DecisionRecord) -> list[str]:
    """Those of its corrections, in their order."""
    return [reference_of(record.drawdown.reference, number) for number in range(1, len(record.corrected_on) + 1)]


def standing(record: DecisionRecord) -> str:
    """Where a published decision stands, in a sentence, and that its record was corrected, in another."""
    corrected = f" Its record was corrected on {recorded_day(record.corrected_on[-1])}." if record.corrected_on else ""
    withdrawn = withdrawal_of(record)
    return f"{sentence(withdrawn)} {_stands(record)}" if withdrawn else f"{_stands(record)}{corrected}"


def _stands(record: DecisionRecord) -> str:
    called: CallIn | None = getattr(record.drawdown, "call_in", None)
    effective = formats.long_date(effective_day(record))
    if record.drawdown.state == State.SUPERSEDED:
        return "It was overturned after call-in and has no effect."
    if record.drawdown.state == State.EFFECTIVE:
        return f"In effect since {effective}."
    if called and not called.outcome:
        return "It was called in: nothing takes effect until the outcome is recorded."
    if called or not record.closes_on:
        return f"It takes effect on {effective}."
    closes = formats.long_date(record.closes_on)
    return f"It may be called in up to the end of {closes}; otherwise it takes effect on {effective}."


_CALL_IN: Any = Drawdown._meta.get_field("call_in")
_WITHDRAWAL: Any = DecisionRecord._meta.get_field("withdrawal")


def as_it_was(record: DecisionRecord, after: int) -> DecisionRecord:
    """A published record as it was once the act of this number was done, before any later one; never to be saved (two queries).

    `record` is read through `decisions.queries` for this alone. What was published does not change: later acts add to it what is
    taken off here, which is the call-in, its outcome, corrections and withdrawals.
    """
    drawdown = record.drawdown
    acts = AuditEntry.objects.filter(subject=f"drawdown:{drawdown.reference}", number__gt=after)
    later = set(acts.values_list("action", flat=True))
    called: CallIn | None = getattr(drawdown, "call_in", None)
    if called and "drawdown_called_in" in later:
        _CALL_IN.set_cached_value(drawdown, None)
        drawdown.state = State.SIGNED_OFF
    elif called and later & {"call_in_decided", "drawdown_overturned"}:
        called.outcome, called.outcome_on, called.outcome_text, called.effective_on = "", None, "", None
        drawdown.state = State.CALLED_IN
    elif "drawdown_effective" in later:
        drawdown.state = State.CALLED_IN if called else State.SIGNED_OFF
    withdrawn = withdrawal_of(record)
    if withdrawn and withdrawn.entry.number > after:
        _WITHDRAWAL.set_cached_value(record, None)
    record.seen_after = after
    record.corrected_on = [each.said.published_on for each in corrections_seen(record)]
    return record
