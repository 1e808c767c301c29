"""Rules about power: agreements on file, starts before approval, notice, call-in, dispensations."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from approvals.dates.rules import GUARDS, Step, reversed_pairs
from approvals.dates.wording.rules import was
from approvals.decisions.call_in.rules import window
from approvals.decisions.key_notice.rules import unnoticed
from approvals.decisions.key_notice.wording.rules import unnoticed_in_words
from costing.financial_year import day_in_words
from display import formats
from display.formats import long_date
from display.words import counted, listed
from phases.ledger.rules import Authorised
from reports.checks.rules.findings import About, Finding, Place, Rule, Spot
from reports.checks.rules.money import steady_cost
from reports.checks.rules.texts import clauses
from reports.facts.lines.rules import CheckedLine
from reports.facts.rules import Decision, Facts, Use

NOTICE = "28 clear days’ notice, the general exception or special urgency"


def agreements_on_file(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC17."""
    delegated = {each.decision for each in facts.delegations} | {clause.decision.pk for clause in clauses(facts)}
    covered = frozenset().union(*(use.lines for use in facts.uses if use.live and not use.missing))
    for use in facts.uses:
        if use.live and use.missing:
            text = f"{use.reference} is signed off, and no agreement is on file from {listed(use.missing)}."
            yield rule.found(
                text,
                About(use.reference, stated="signed off", expected=listed(use.missing)),
                Spot(Place.DRAWDOWNS),
            )
    for phase in facts.schedule.phases:
        decisions = {each.decided.pk for each in facts.paying_for(phase.number)} & delegated
        used = [
            line
            for line in facts.lines
            if line.phase.number == phase.number and line.inputs.recruited_fte and line.row.line_id not in covered
        ]
        if decisions and used:
            yield _used_without(rule, facts, phase.name, facts.decision(min(decisions)), used)


def _used_without(rule: Rule, facts: Facts, phase: str, decision: Decision, used: list[CheckedLine]) -> Finding:
    recruited = sum((line.inputs.recruited_fte or Decimal(0) for line in used), Decimal(0))
    lines = {line.row.line_id for line in used}
    waiting = [use.reference for use in facts.uses if use.waiting and use.lines & lines]
    cost = steady_cost(facts, frozenset({used[0].phase.number}))
    text = (
        f"{phase}: {formats.fte(recruited)} FTE on {counted(len(used), 'line')} are recruited under the delegation of "
        f"{long_date(decision.day)}, and no signed drawdown with its agreements is on file for them."
    )
    if waiting:
        text += f" {listed(waiting)} {'is' if len(waiting) == 1 else 'are'} still waiting."
    return rule.found(
        text,
        About(
            (phase, tuple(sorted(lines))),
            figures=(recruited, cost),
            stated=f"{formats.fte(recruited)} FTE recruited",
            expected="a drawdown signed off with its agreements",
        ),
        Spot(Place.DRAWDOWNS, phase=phase),
    )


def not_before_approval(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC19."""
    approvals = {phase.number: _approved(facts, phase.number) for phase in facts.schedule.phases}
    for line in facts.lines:
        approved = approvals[line.phase.number]
        if approved is None:
            continue
        starts = [intake.start for intake in line.inputs.intakes if intake.start]
        if not starts:
            continue
        start, (day, effective, body) = min(starts), approved
        if start < effective:
            when = f"before {body} decided on {day_in_words(day)}"
            if start >= day:
                when = f"before the call-in of the decision of {day_in_words(day)} ends ({day_in_words(effective)})"
            yield rule.found(
                f"{line.name}: the start of {day_in_words(start)} is {when}.",
                About(
                    line.row.line_id, figures=(day,), stated=day_in_words(start), expected=f"{day_in_words(effective)} or later"
                ),
                Spot.on(line),
            )


def _first_decision(authorised: Authorised) -> int:
    return authorised.first_decision or authorised.decided.pk


def _approved(facts: Facts, phase: int) -> tuple[date, date, str] | None:
    """The day on which the phase was first approved, the day that took effect, and by whom; the paper's own day before that."""
    decisions = [facts.decision(_first_decision(each)) for each in facts.paying_for(phase)]
    if decisions:
        first = min(decisions, key=lambda decision: decision.day)
        is_open = facts.duty(first.body, first.day, first.is_key).call_in is not False
        effective = window(first.day, facts.call_in_days).effective if is_open else first.day
        return first.day, effective, first.body.in_sentence
    if facts.meeting_date is None:
        return None
    return facts.meeting_date, facts.meeting_date, facts.meeting


def notice_of_key_decisions(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC23."""
    releasing = {pk for each in facts.in_force if each.phases for pk in (each.decided.pk, _first_decision(each))}
    for decision in facts.decisions:
        if decision.pk not in releasing or not decision.resolved:
            continue
        if not facts.duty(decision.body, decision.day).takes_key_decisions:
            continue
        if decision.is_key is False or (decision.is_key and decision.notice):
            continue
        known = "It is a key decision" if decision.is_key else "Whether it is a key decision is not recorded"
        yield rule.found(
            f"{decision.title} ({decision.body}, {long_date(decision.day)}) releases money. {known}, and neither 28 clear days’ "
            "notice nor an exception is on file.",
            About(
                decision.pk,
                stated="not recorded" if decision.is_key is None else "key, without notice",
                expected=f"{NOTICE}, if it is key",
            ),
            Spot(Place.DECISION, place_id=decision.pk),
        )
    for use in facts.uses:
        if use.live and use.is_key and not use.noticed:
            yield _use_without_notice(rule, use)
    yield from _coming_without_notice(rule, facts)


def _coming_without_notice(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """The decision that the front sheet asks for, while none is recorded for its meeting."""
    sheet, day = facts.front_sheet, facts.meeting_date
    if sheet is None or not sheet.is_key or day is None or any(each.day == day for each in facts.decisions):
        return
    if facts.decider and not facts.duty(facts.decider, day).takes_key_decisions:
        return
    if why := unnoticed(sheet.notice or "", sheet.notice_on, day):
        yield rule.found(
            f"The front sheet asks {facts.meeting} for a key decision on {long_date(day)}. {unnoticed_in_words(why)}",
            About(
                "front sheet",
                figures=(day, sheet.notice, sheet.notice_on),
                stated="key, without sufficient notice",
                expected=NOTICE,
            ),
            Spot(Place.FRONT_SHEET),
        )


def _use_without_notice(rule: Rule, use: Use) -> Finding:
    return rule.found(
        f"{use.reference} is a key decision, and neither 28 clear days’ notice nor an exception is on file.",
        About(use.reference, stated="key, without notice", expected=NOTICE),
        Spot(Place.DRAWDOWNS),
    )


def call_in_fits(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC24."""
    sheet = facts.front_sheet
    decider = facts.decider
    papers = [each for each in facts.decisions if each.day == facts.meeting_date]
    recommends = any(not each.resolved for each in papers)
    duty = facts.duty(decider, facts.meeting_date or facts.day, sheet and sheet.is_key) if decider else None
    outside = recommends or bool(duty and duty.call_in is False)
    who = decider.in_sentence if decider else "nobody named"
    why = "a recommendation to Full Council is outside call-in"
    if not recommends and duty and outside:
        why = f"{duty.reason[:1].lower()}{duty.reason[1:-1]}"
    if sheet is None or sheet.call_in is None:
        says = f": {why}" if outside else ""
        text, stated = f"Whether the decision is open to call-in is not recorded{says}.", "not recorded"
    elif sheet.call_in and outside:
        text, stated = f"The front sheet says that call-in applies, and {why}.", "call-in applies"
    elif not sheet.call_in and not outside:
        text, stated = f"The front sheet says that call-in does not apply, and {who} decides.", "no call-in"
    else:
        return
    yield rule.found(
        text,
        About(
            "call-in",
            figures=(decider and decider.name, outside),
            stated=stated,
            expected="no call-in" if outside else "open to call-in",
        ),
        Spot(Place.FRONT_SHEET),
    )


def no_dispensation_by_the_decision_maker(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC27."""
    for each in facts.dispensations:
        if each.giver_id in each.deciders:
            text = f"{each.reference}: {each.giver} gave a dispensation and decides."
            yield rule.found(
                text,
                About((each.reference, each.giver_id), stated=each.giver, expected="somebody else"),
                Spot(Place.DRAWDOWNS),
            )


def dates_in_order(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """PC34. Each pair that stands next to each other: the others follow from them."""
    found = {}
    for each in facts.dated:
        for pair in reversed_pairs(each.dates):
            of_delegation = pair.later is Step.DELEGATION
            if pair in GUARDS and (each.reference or of_delegation):
                found[each.delegation if of_delegation else each.reference, pair] = each.dates
    for (subject, pair), dates in found.items():
        earlier, later = dates[pair.earlier], dates[pair.later]
        yield rule.found(
            f"{subject}: {was(pair.later)} on {long_date(later)}, before {was(pair.earlier)} on {long_date(earlier)}.",
            About((subject, *pair), stated=long_date(later), expected=f"{long_date(earlier)} or later"),
            Spot(Place.DECISIONS if pair.later is Step.DELEGATION else Place.DRAWDOWNS),
        )
