"""Reads what the paper check judges from the store, in a constant number of queries whatever the number of lines."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db import connection
from django.db.models import Count

from accounts.council import queries as council_queries
from accounts.governance.queries import history
from accounts.joined.queries import Joined
from accounts.models import Council, OfficeHolding
from approvals.dates.queries import dates_of
from approvals.decisions.key_notice.rules import unnoticed
from approvals.drawdowns.rules import LIVE, Mode, Reply, State, who_is_asked
from approvals.models import Delegation, Dispensation, Drawdown
from costing.headroom import ApprovalLimit
from costing.intake import Intake
from costing.line_cost import Duration
from costing.measure import Kind
from phases.authorisations.queries import authorisations_of
from phases.ledger.queries import authorised_from
from phases.limits.queries import approval_limits
from phases.models import ApprovalLimit as StoredLimit
from phases.models import FundingDecision, FundingSource, Programme
from phases.routing import rules as routing
from posts.entry.findings.queries import LineFinding
from posts.lines.rules import cost_changes_of, costs_of
from reports.checks.models import FindingReview
from reports.checks.rules import Finding, Place, Severity, check
from reports.facts import rules as facts
from reports.facts.lines.rules import LineInputs, checked_lines
from reports.facts.rules import Facts
from reports.report.queries import report_with, sheet_of
from reports.standing.position.queries import drawn_of
from reports.table.queries import schedule_for, usual_options
from reports.table.rules import Schedule


def findings_of(programme: Programme, council: Council, *, as_at: datetime) -> tuple[Finding, ...]:
    """What the paper check finds in the programme as it is stored now. Limits are those of the meeting's day, or of `as_at`."""
    schedule = schedule_for(programme, council, usual_options(programme, council), as_at=as_at)
    return check(facts_of(programme, schedule, council, checked_on(programme, as_at)))


def kept_findings_of(programme: Programme, council: Council, now: datetime) -> tuple[Finding, ...]:
    """The same, kept under the version of all that the rules read, so that it is checked once for a change."""
    # Limits have no version of their own, but are only added or ended.
    limits = StoredLimit.objects.aggregate(added=Count("pk"), ended=Count("ends"))
    version = (programme.pk, programme.version, checked_on(programme, now), *limits.values(), *_settings(council), history())
    key = f"checks:{hash(version)}"
    found: tuple[Finding, ...] | None = caches["bodies"].get(key)
    if found is None:
        found = findings_of(programme, council, as_at=now)
        caches["bodies"].set(key, found, timeout=None)
    return found


def _settings(council: Council) -> tuple[Any, ...]:
    return council.call_in_days, council.unit, council.rounding


def found_of_lines(programme: Programme, at: datetime) -> list[LineFinding]:
    """What is open of single lines of the programme, as of the meeting's day or of `at`, in whole sentences."""
    found = judged(programme, kept_findings_of(programme, council_queries.council(), at))
    return [
        LineFinding(each.finding.place_id, each.finding.rule, each.finding.text)
        for each in found
        if each.finding.place is Place.LINE and each.finding.place_id and not each.review
    ]


def checked_on(programme: Programme, as_at: datetime) -> date:
    """The day of the meeting that the paper is for, or of the check where none is named."""
    return programme.meeting_date or as_at.date()


class Judged(NamedTuple):
    """A finding and the review that stands for it; None while it is open."""

    finding: Finding
    review: FindingReview | None

    @property
    def stops_the_paper(self) -> bool:
        return self.finding.severity == Severity.ERROR and self.review is None


def judged(programme: Programme, findings: Sequence[Finding]) -> list[Judged]:
    """The findings in their order, each with its review (one query). What was taken up again is open."""
    reviews = FindingReview.objects.filter(programme=programme).select_related("by").order_by("id")
    last = {review.fingerprint: review for review in reviews}
    standing = {key: review for key, review in last.items() if review.kind != FindingReview.Kind.REOPENED}
    return [Judged(finding, standing.get(finding.fingerprint)) for finding in findings]


def facts_of(programme: Programme, schedule: Schedule, council: Council, day: date) -> Facts:
    """What the rules of the paper check read, beside the schedule itself. `day` says which approval limits are in force."""
    # Where there is nothing, what stands on it is not asked for: money on decisions, notes on sources, drawdowns on delegations.
    decisions = _DECISIONS.read("t.programme_id = %s ORDER BY t.decided_on, t.id", [programme.pk])
    stored = list(authorisations_of(programme)) if decisions else []
    sources = _SOURCES.read("t.programme_id = %s ORDER BY t.name", [programme.pk])
    excluded = list(programme.excluded_items.select_related("funding_source")) if sources else []
    delegations = tuple(_delegations(programme)) if decisions else ()
    uses = tuple(_uses(programme)) if delegations else ()
    sheet = _front_sheet(programme, schedule, council)
    used = {each.funding_source_id for each in stored} | {item.funding_source_id for item in excluded}
    return Facts(
        schedule=schedule,
        lines=checked_lines(schedule, _inputs(programme)),
        committee=programme.committee.deciding if programme.committee else None,
        report_number=programme.report_number,
        meeting_date=programme.meeting_date,
        day=day,
        call_in_days=council.call_in_days,
        governance=history(),
        decisions=tuple(
            facts.Decision(
                each.pk,
                each.title,
                each.body.deciding,
                each.decided_on,
                each.outcome == "resolved",
                each.text_recommended,
                each.text_resolved,
                *(_said_of(each, programme, sheet)),
            )
            for each in decisions
        ),
        authorisations=tuple(authorised_from(stored, drawn_of(stored))),
        sources=tuple(facts.Source(each.name, each.pk not in used, match=each.match_percent) for each in sources),
        delegations=delegations,
        uses=uses,
        dispensations=tuple(_dispensations(programme, day)) if uses else (),
        dated=tuple(dates_of(programme)) if delegations else (),
        excluded=tuple(
            facts.Excluded(each.pk, each.title, each.amount, each.funding_source.name, each.note) for each in excluded
        ),
        limits=_limits({source.kind for source in sources}, day),
        front_sheet=sheet,
    )


_DECISIONS, _SOURCES = Joined(FundingDecision, "body"), Joined(FundingSource)


def _front_sheet(programme: Programme, schedule: Schedule, council: Council) -> facts.FrontSheet | None:
    """What the report says, and where it disagrees with the table; None while nobody began one."""
    sheet = sheet_of(programme)
    if sheet._state.adding:
        return None
    return report_with(programme, council, schedule, sheet, as_at=schedule.as_at).judged


def _said_of(decision: FundingDecision, programme: Programme, sheet: facts.FrontSheet | None) -> tuple[bool | None, str | None]:
    """Whether it is a key decision and how notice was given: the front sheet says so of the decisions of its own meeting."""
    own = decision.decided_on == programme.meeting_date and decision.body_id == programme.committee_id
    if sheet is None or not own:
        return None, None
    enough = bool(sheet.notice) and not unnoticed(sheet.notice or "", sheet.notice_on, decision.decided_on)
    return sheet.is_key, sheet.notice if enough else None


# One statement, and plain rows: instances of lines and intakes cost four times as much.
_INPUTS = """
SELECT l.id, l.annual_cost, l.duration, l.term_months, l.recruited_fte, nullif(l.cost_changes, '[]'),
       i.id, i.fte, i.start, i."end"
FROM posts_costline l LEFT JOIN posts_intake i ON i.line_id = l.id
WHERE l.programme_id = %s
ORDER BY l.id, i.id
"""


_DURATIONS = {duration.value: duration for duration in Duration}


def _inputs(programme: Programme) -> dict[int, LineInputs]:
    with connection.cursor() as cursor:
        cursor.execute(_INPUTS, [programme.pk])
        rows = cursor.fetchall()
    # Intakes recur: each is checked and made once.
    made: dict[tuple[Decimal | None, date | None, date | None], Intake] = {}
    found: dict[int, LineInputs] = {}
    for pk, annual, duration, term, recruited, changes, intake, fte, start, end in rows:
        intakes: tuple[Intake, ...] = ()
        if intake:
            key = (fte, start, end)
            if key not in made:
                made[key] = Intake(fte, start, end)
            intakes = (made[key],)
        if pk in found:
            intakes = (*found[pk].intakes, *intakes)
        found[pk] = LineInputs(annual, _DURATIONS[duration], term, intakes, recruited)
        if changes:
            costs = cost_changes_of(json.loads(changes))
            own = [replace(each, costs=costs_of(costs, number)) for number, each in enumerate(intakes, start=1)]
            found[pk] = found[pk]._replace(intakes=tuple(own), costs=costs_of(costs, None))
    return found


def _delegations(programme: Programme) -> Iterator[facts.Delegated]:
    for each in Delegation.objects.filter(programme=programme).prefetch_related("steps__office", "steps__body"):
        steps = each.steps.all()
        yield facts.Delegated(
            each.title,
            each.decision_id,
            {step.office.name: step.mode for step in steps if step.office},
            {step.body.name: step.mode for step in steps if step.body},
        )


def _uses(programme: Programme) -> Iterator[facts.Use]:
    drawdowns = Drawdown.objects.filter(programme=programme).select_related("record", "delegation").order_by("id")
    for each in drawdowns.prefetch_related("lines", "answers", "delegation__steps__office", "delegation__steps__body"):
        now = [answer for answer in each.answers.all() if answer.sha256 == each.sha256]
        given = {who_is_asked(answer.office_id, answer.body_id) for answer in now if Reply(answer.answer).is_given}
        # Of what was decided elsewhere nobody was asked here: its evidence stands in the place of the agreements.
        asked = each.delegation.steps.all() if each.taken_elsewhere_id is None else []
        steps = [step for step in asked if Mode(step.mode).is_condition]
        record = getattr(each, "record", None)
        yield facts.Use(
            each.reference,
            frozenset(line.line_id for line in each.lines.all()),
            live=State(each.state) in LIVE,
            waiting=each.state == State.SUBMITTED,
            missing=tuple(step.name for step in steps if step.key not in given),
            is_key=record.is_key if record else None,
            noticed=bool(record and record.notice_route),
        )


def _dispensations(programme: Programme, day: date) -> Iterator[facts.Dispensation]:
    given = list(
        Dispensation.objects.filter(drawdown__programme=programme).select_related("drawdown__delegation", "giver").order_by("id")
    )
    offices = {each.drawdown.delegation.decision_maker_id for each in given} - {None}
    holders = dict(OfficeHolding.objects.filter(office__in=offices).on(day).values_list("office", "holder")) if offices else {}
    for each in given:
        drawdown = each.drawdown
        maker = drawdown.delegation.decision_maker_id
        signers = [drawdown.signed_by_id, drawdown.signed_for_id] if drawdown.signed_by_id else [maker and holders.get(maker)]
        deciders = frozenset(person for person in signers if person is not None)
        yield facts.Dispensation(drawdown.reference, each.giver.name, each.giver_id, deciders)


def _limits(kinds: Collection[str], day: date) -> Mapping[str, tuple[ApprovalLimit, ...]]:
    """The limits on a full year that are in force, by the kinds of money of the programme; for any money where it has none."""
    stored = approval_limits()
    found = {kind: routing.rules_for(stored, Kind.FULL_YEAR, kind, day) for kind in sorted(kinds) or [""]}
    return {kind: rules for kind, rules in found.items() if rules}
