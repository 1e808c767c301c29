"""The order of the dates of a decision: none is older than its power. Pure; triggers of the database hold each pair in GUARDS.

Days are compared, not moments: of two acts on one day either may have come first.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Step(StrEnum):
    """What has a date, in order. A resolution of a body may be older than the submission: it was taken elsewhere."""

    DECISION = "decision"
    """The resolution that gives the power, and each whose money it may release."""
    DELEGATION = "delegation"
    """The day on which it was recorded here."""
    ELSEWHERE = "elsewhere"
    """Of a decision that was taken before it was recorded here."""
    RECORDING = "recording"
    """Of that decision, by the first of the two who do it."""
    SUBMISSION = "submission"
    ANSWER = "answer"
    """The last of them."""
    RESOLUTION = "resolution"
    """Of the body that decides, where one does."""
    SIGNING = "signing"
    PUBLICATION = "publication"
    EFFECT = "effect"


class Pair(NamedTuple):
    """Two dates that may fall on one day, and otherwise come in this order."""

    earlier: Step
    later: Step


class Dated(NamedTuple):
    """The dates of a drawdown under its delegation; `reference` is "" for a delegation without any. None: not come yet."""

    delegation: str
    reference: str
    dates: Mapping[Step, date | None]


GUARDS: Mapping[Pair, str] = {
    Pair(Step.DECISION, Step.DELEGATION): "delegation_not_before_decision",
    Pair(Step.DECISION, Step.ELSEWHERE): "elsewhere_not_before_decision",
    Pair(Step.DELEGATION, Step.RECORDING): "recording_not_before_delegation",
    Pair(Step.ELSEWHERE, Step.RECORDING): "recording_not_before_elsewhere",
    Pair(Step.DELEGATION, Step.SUBMISSION): "submission_not_before_delegation",
    Pair(Step.RECORDING, Step.SUBMISSION): "submission_not_before_recording",
    Pair(Step.SUBMISSION, Step.ANSWER): "answer_after_it_was_asked",
    Pair(Step.DECISION, Step.RESOLUTION): "resolution_not_older_than_its_power",
    Pair(Step.SUBMISSION, Step.SIGNING): "signing_not_before_submission",
    Pair(Step.ANSWER, Step.SIGNING): "signing_not_before_answer",
    Pair(Step.RESOLUTION, Step.SIGNING): "signing_not_before_resolution",
    Pair(Step.SIGNING, Step.PUBLICATION): "publication_not_before_signing",
    Pair(Step.PUBLICATION, Step.EFFECT): "record_is_published_whole",
}
"""The constraint or trigger of the database that refuses the pair the other way round. All other pairs follow from these."""


def _pairs() -> tuple[Pair, ...]:
    follows: dict[Step, set[Step]] = {step: set() for step in Step}
    for later in Step:
        for pair in GUARDS:
            if pair.later is later:
                follows[later] |= {pair.earlier, *follows[pair.earlier]}
    return tuple(Pair(earlier, later) for later in Step for earlier in Step if earlier in follows[later])


PAIRS = _pairs()
"""Every pair that has an order, those that follow from others included."""


class OutOfOrder(NamedTuple):
    """A step that would come before one it depends on, and the day of each."""

    step: Step
    day: date
    earlier: Step
    on: date


def reversed_pairs(dates: Mapping[Step, date | None]) -> list[Pair]:
    """The pairs of these dates that are the wrong way round; a date that is not there breaks nothing."""
    return [
        pair for pair in PAIRS if (earlier := dates.get(pair.earlier)) and (later := dates.get(pair.later)) and later < earlier
    ]


def why_not(step: Step, day: date, before: Mapping[Step, date | None]) -> OutOfOrder | None:
    """Why the step may not bear this day; None where it comes after everything it depends on."""
    wrong = [pair.earlier for pair in reversed_pairs({**before, step: day}) if pair.later is step]
    found = [OutOfOrder(step, day, earlier, on) for earlier in reversed(wrong) if (on := before[earlier])]
    return max(found, key=lambda each: each.on, default=None)
