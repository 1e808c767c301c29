"""Progress on the use of a release: what is reported back to the body that a delegation names, as one frozen object.

Screen and paper print it and compute nothing. The release is what the delegation's decision authorises, and whatever else its
drawdowns draw on; every drawdown on that money is listed, so that what is drawn adds up to the limits. Amounts are whole pounds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from approvals.authorisations.queries import Act, Amounts, acts_on_all
from approvals.decisions.queries import DECIDED, day_of
from approvals.drawdowns.consumption.queries import Held, LimitStanding, held, standing_of
from approvals.drawdowns.rules import Reply, State, label_of
from approvals.drawdowns.submission.rules import FrozenStep, submitted
from approvals.drawdowns.totals.rules import released_in_words
from approvals.models import Answer, Consumption, Delegation, Drawdown, DrawdownAmount, LimitDrawn
from approvals.year_end.queries import carried_of
from costing.measure import Measure, stored
from costing.totals import total
from display.formats import long_date
from phases.models import Authorisation, Programme
from posts.models import CostLine

REPORTED_AFTER = timedelta(days=28)
"""A report is taken for given so long after its day, unless a drawdown still waits."""


class Limit(NamedTuple):
    """One limit of the release and how it stands. Nothing may be drawn any more of one that has `lapsed`."""

    of: str
    source: str
    measure: str
    limit: Decimal
    drawn: Decimal
    pending: Decimal
    headroom: Decimal
    lapsed: bool


class OfficeAsked(NamedTuple):
    """An office or outside body that was asked, how ("agreement", "advice"), and what it said, or that it has not answered."""

    office: str
    mode: str
    said: str

    @property
    def role(self) -> str:
        """What is said beside the name; an agreement is what is usual."""
        return {"agreement": "", "consultation": "consulted"}.get(self.mode, self.mode)


class Use(NamedTuple):
    """A drawdown on the release. `on` is the day of its decision, or of its submission while it waits.

    `amounts` are by measure, less what was given back; None where it draws nothing in one.
    """

    reference: str
    title: str
    state: str
    on: date | None
    by: str
    asked: tuple[OfficeAsked, ...]
    amounts: Amounts


class Post(NamedTuple):
    """A line that the money is drawn for. `fte_drawn` and `fte` are None for a cost without FTE."""

    title: str
    phase: str
    fte_drawn: Decimal | None
    fte: Decimal | None
    recruited_fte: Decimal | None
    recruited: str
    paperwork_complete: bool


class ReleaseEvent(NamedTuple):
    """Something that happened to the release. Amounts that were given back are negative."""

    at: datetime
    what: str
    reference: str
    title: str
    by: str
    amounts: Amounts


@dataclass(frozen=True)
class Progress:
    """The whole report. `measures` head the amounts of `drawn`, `pending` and `changes`; `since` is the first day of `changes`.

    `removed` are lines that money is drawn for and that are no longer in the programme. `elsewhere` is what other delegations
    hold of the same money, in words.
    """

    delegation: Delegation
    as_at: datetime
    since: date
    measures: tuple[str, ...]
    limits: tuple[Limit, ...]
    drawn: tuple[Use, ...]
    pending: tuple[Use, ...]
    elsewhere: str
    posts: tuple[Post, ...]
    removed: tuple[str, ...]
    changes: tuple[ReleaseEvent, ...]

    @property
    def total_drawn(self) -> Amounts:
        return _totals(self.measures, self.drawn)

    @property
    def total_pending(self) -> Amounts:
        return _totals(self.measures, self.pending)

    @property
    def fte_drawn(self) -> Decimal:
        return sum((post.fte_drawn or Decimal(0) for post in self.posts), Decimal(0))

    @property
    def fte(self) -> Decimal:
        return sum((post.fte or Decimal(0) for post in self.posts), Decimal(0))

    @property
    def fte_recruited(self) -> Decimal:
        return sum((post.recruited_fte or Decimal(0) for post in self.posts), Decimal(0))

    @property
    def without_paperwork(self) -> list[Post]:
        return [post for post in self.posts if not post.paperwork_complete]


def delegation_of(programme: Programme, pk: int) -> Delegation:
    """A delegation of the programme with what its report names, or Http404 (three queries)."""
    found = Delegation.objects.select_related(
        "programme", "decision__body", "decision_maker", "decision_body", "report_back_body"
    ).prefetch_related("limits", "steps__office")
    return get_object_or_404(found, programme=programme, pk=pk)


def progress_of(delegation: Delegation, *, as_at: datetime, since: date | None = None) -> Progress:
    """The report as it stands now, in the same nine queries however much was drawn (ten, once something lapsed).

    It tells what was drawn under this delegation. What others drew of the same money is one sum, by which the limits add up.
    Without `since`, changes are told from the day of the decision, or once the report was given from its day.
    """
    released = _released(delegation)
    standings = standing_of(*released)
    drawdowns = list(_drawdowns(delegation))
    waiting = any(each.state == State.SUBMITTED for each in drawdowns)
    since = since or _last_report(delegation, as_at.date(), waiting=waiting)
    measures = _measures(standings, delegation)
    headings = tuple(each.label for each in measures)
    acts = acts_on_all(released, measures)
    own = {each.reference for each in drawdowns}
    mine, others = [each for each in acts if each.reference in own], [each for each in acts if each.reference not in own]
    amounts = _drawn(mine) | _pending(delegation)
    answers = _answers(drawdowns)
    uses = [(each.state, _use(each, answers[each.pk], amounts, headings)) for each in drawdowns]
    posts, removed = _posts([each for each in held(Q(drawdown__in=drawdowns)) if each.is_live])
    pending = tuple(use for state, use in uses if state == State.SUBMITTED)
    return Progress(
        delegation=delegation,
        as_at=as_at,
        since=since,
        measures=headings,
        limits=(*_limits(standings, released), *_own_limits(delegation, drawdowns, amounts)),
        drawn=tuple(use for state, use in uses if state != State.SUBMITTED),
        pending=pending,
        elsewhere=_elsewhere(others, measures),
        posts=posts,
        removed=removed,
        changes=_changes(
            since,
            [
                *map(_acted, mine),
                *_submitted(drawdowns, pending),
                *_lapsed(standings, headings),
                *_carried_forward(standings, headings),
            ],
        ),
    )


class Due(NamedTuple):
    """A report that is asked for: of which delegation, to whom ("" where no body is named), and on which day."""

    delegation: int
    title: str
    slug: str
    programme: str
    to: str
    on: date


def reports_due(programmes: Sequence[Programme] | QuerySet[Programme], today: date) -> list[Due]:
    """The reports that come, and those whose day is at most 28 days past or that a drawdown still waits for (one query)."""
    waiting = Drawdown.objects.filter(delegation=OuterRef("pk"), state=State.SUBMITTED)
    found = (
        Delegation.objects.filter(programme__in=programmes, report_back_on__isnull=False)
        .filter(Q(report_back_on__gte=today - REPORTED_AFTER) | Q(Exists(waiting)))
        .order_by("report_back_on", "pk")
    )
    return [
        Due(each.pk, each.title, each.programme.slug, each.programme.name, each.reports_to, each.report_back_on)
        for each in found.select_related("programme", "report_back_body")
        if each.report_back_on
    ]


def _last_report(delegation: Delegation, today: date, *, waiting: bool) -> date:
    on = delegation.report_back_on
    given = on is not None and on + REPORTED_AFTER < today and not waiting
    return on if on is not None and given else delegation.decision.decided_on


def _released(delegation: Delegation) -> list[Authorisation]:
    drawn_on = Q(drawdown_lines__drawdown__delegation=delegation, drawdown_lines__drawdown__state__in=[State.SUBMITTED, *DECIDED])
    taken_over = Q(consumption__drawdown__delegation=delegation)
    mine = Authorisation.objects.filter(Q(decision__in=delegation.money.all()) | drawn_on | taken_over).values("pk")
    return list(Authorisation.objects.filter(pk__in=mine).select_related("funding_source").order_by("decision__decided_on", "pk"))


def _drawdowns(delegation: Delegation) -> QuerySet[Drawdown]:
    named = ("delegation__decision_maker", "record", "prepared_by")
    own = Drawdown.objects.filter(delegation=delegation, state__in=[State.SUBMITTED, *DECIDED])
    return own.select_related(*named).order_by("signed_at", "pk")


def _measures(standings: Iterable[LimitStanding], delegation: Delegation) -> list[Measure]:
    found = {each.limit.measure for each in standings} | {each.measure for each in delegation.limits.all()}
    return sorted(found)


def _answers(drawdowns: Sequence[Drawdown]) -> dict[int, dict[tuple[bool, str], Answer]]:
    """By drawdown, and whether it is of an outside body and its name: an office may be called like a body."""
    found: dict[int, dict[tuple[bool, str], Answer]] = defaultdict(dict)
    given = Answer.objects.filter(drawdown__in=drawdowns, sha256=F("drawdown__sha256"))
    for answer in given.select_related("office", "body", "person", "acting_for"):
        found[answer.drawdown_id][answer.body_id is not None, answer.of] = answer
    return found


ByMeasure = dict[str, dict[str, Decimal]]
"""Amounts by the reference of a drawdown and the heading of a measure."""


def _pending(delegation: Delegation) -> ByMeasure:
    found: ByMeasure = defaultdict(dict)
    asked = DrawdownAmount.objects.filter(
        drawdown_line__drawdown__delegation=delegation, drawdown_line__drawdown__state=State.SUBMITTED
    )
    sums = asked.values_list("drawdown_line__drawdown__reference", "financial_year").annotate(Sum("pounds")).order_by()
    for reference, year, pounds in sums:
        found[reference][stored(year).label] = pounds
    return found


def _drawn(acts: Iterable[Act]) -> ByMeasure:
    found: ByMeasure = defaultdict(dict)
    for act in acts:
        sums = found[act.reference]
        for measure, amount in act.amounts:
            if amount is not None:
                sums[measure] = sums.get(measure, Decimal(0)) + amount
    return found


def _elsewhere(acts: Iterable[Act], measures: Iterable[Measure]) -> str:
    """What other delegations hold of the money, in words; "" where they hold nothing."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for by_measure in _drawn(acts).values():
        for named, amount in by_measure.items():
            sums[named] += amount
    return released_in_words({each: sums[each.label] for each in measures if sums[each.label]})


def _use(drawdown: Drawdown, answers: Mapping[tuple[bool, str], Answer], amounts: ByMeasure, headings: Sequence[str]) -> Use:
    if drawdown.state == State.SUBMITTED:
        on, by = drawdown.submitted_at and day_of(drawdown.submitted_at), drawdown.prepared_by.name
    else:
        on, by = drawdown.record.decided_on or (drawdown.signed_at and day_of(drawdown.signed_at)), drawdown.record.capacity
    mine, elsewhere = amounts.get(drawdown.reference, {}), drawdown.taken_elsewhere_id is not None
    return Use(
        drawdown.reference,
        drawdown.title,
        label_of(drawdown.state, elsewhere),
        on,
        by or drawdown.delegation.decided_by,
        tuple(
            _asked(step, answers.get((step.mode.is_of_a_body, step.office)), elsewhere)
            for step in submitted(drawdown.content).delegation.steps
        ),
        tuple((measure, mine.get(measure)) for measure in headings),
    )


_SAID = {
    Reply.AGREE: "agreed",
    Reply.DISAGREE: "did not agree",
    Reply.VIEW: "gave a view",
    Reply.CONSENT: "consented",
    Reply.NO_CONSENT: "did not consent",
    Reply.IN_FAVOUR: "advised in favour",
    Reply.AGAINST: "advised against",
}


def _asked(step: FrozenStep, answer: Answer | None, elsewhere: bool) -> OfficeAsked:
    """`elsewhere`: nobody was asked, for it was decided before it was recorded here."""
    if answer is None:
        return OfficeAsked(step.office, step.mode, "not asked: decided elsewhere" if elsewhere else "no answer")
    who = f"{answer.given_by}, acting for {answer.acting_for}" if answer.acting_for else answer.given_by
    said = f"{_SAID[Reply(answer.answer)]}, {long_date(day_of(answer.answered_at))} ({who})"
    return OfficeAsked(step.office, step.mode, said)


def _limits(standings: Iterable[LimitStanding], released: Iterable[Authorisation]) -> Iterator[Limit]:
    sources = {each.pk: each.funding_source.name for each in released}
    for each in standings:
        limit = each.limit
        source = sources[limit.authorisation_id]
        of = limit.authorisation.title
        yield Limit(of, source, limit.measure.label, limit.amount, each.drawn, each.pending, each.headroom, each.lapsed)


def _own_limits(delegation: Delegation, drawdowns: Iterable[Drawdown], amounts: ByMeasure) -> Iterator[Limit]:
    """Those that the delegation itself sets, beside the limits of the money."""
    waiting = [each.reference for each in drawdowns if each.state == State.SUBMITTED]
    for each in delegation.limits.all():
        pending = sum((amounts.get(reference, {}).get(each.measure.label, Decimal(0)) for reference in waiting), Decimal(0))
        yield Limit(delegation.title, "", each.measure.label, each.amount, each.drawn, pending, each.headroom, lapsed=False)


def _posts(live: Sequence[Held]) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    """The lines that money is held for, in printing order, and the titles of those that were removed since."""
    # A row for each measure of a line holds the same FTE.
    fte: dict[int, dict[tuple[int, int], Decimal]] = defaultdict(dict)
    for each in live:
        fte[each.row.line_id][each.row.drawdown_id, each.row.authorisation_id] = each.fte or Decimal(0)
    lines = list(
        CostLine.objects.filter(pk__in=fte).select_related("phase").order_by("phase__number", "team__position", "position", "pk")
    )
    posts = [
        Post(
            line.title,
            line.phase.name,
            None if line.fte is None else sum(fte[line.pk].values(), Decimal(0)),
            line.fte,
            line.recruited_fte,
            line.recruited,
            line.paperwork_complete,
        )
        for line in lines
    ]
    gone = fte.keys() - {line.pk for line in lines}
    frozen = {each.row.drawdown.content for each in live if each.row.line_id in gone}
    titles = {line.title for content in frozen for line in submitted(content).lines if line.line in gone}
    return tuple(posts), tuple(sorted(titles))


def _acted(act: Act) -> ReleaseEvent:
    return ReleaseEvent(act.at, act.kind, act.reference, act.title, act.by, act.amounts)


def _submitted(drawdowns: Iterable[Drawdown], pending: Iterable[Use]) -> Iterator[ReleaseEvent]:
    uses = {use.reference: use for use in pending}
    for each in drawdowns:
        if each.reference in uses and each.submitted_at:
            use = uses[each.reference]
            yield ReleaseEvent(each.submitted_at, "Submitted, not decided yet", use.reference, use.title, use.by, use.amounts)


def _lapsed(standings: Iterable[LimitStanding], headings: Sequence[str]) -> Iterator[ReleaseEvent]:
    """What was never drawn of a limit that lapsed. What was passed on to a later authorisation did not lapse."""
    lapsed = [each for each in standings if each.lapsed]
    passed_on = _passed_on([each.limit.authorisation_id for each in lapsed]) if lapsed else {}
    for each in lapsed:
        row: LimitDrawn | None = getattr(each.limit, "drawn_row", None)
        if row and row.lapsed_at:
            moved = passed_on.get((each.limit.authorisation_id, each.limit.measure), Decimal(0))
            left = each.limit.amount - each.drawn - moved
            amounts = tuple((measure, -left if measure == each.limit.measure.label else None) for measure in headings)
            yield ReleaseEvent(row.lapsed_at, "Lapsed, not drawn", "", str(each.limit.authorisation), "", amounts)


def _carried_forward(standings: Sequence[LimitStanding], headings: Sequence[str]) -> Iterator[ReleaseEvent]:
    """What a decision took from a year that had ended and gave to a later one (one query, none where nothing was carried)."""
    if not any(each.limit.carried_in for each in standings):
        return
    for each in carried_of(*{each.limit.authorisation for each in standings}):
        moved = {each.from_year.label: -each.amount, each.to_year.label: each.amount}
        what = f"Carried forward from {each.from_year} to {each.to_year}"
        yield ReleaseEvent(each.at, what, "", str(each.decision), each.by, tuple((name, moved.get(name)) for name in headings))


def _passed_on(authorisations: Sequence[int]) -> dict[tuple[int, Measure], Decimal]:
    """Whole pounds that went on to a later authorisation, by authorisation and measure (one query)."""
    rows = Consumption.objects.filter(authorisation__in=authorisations, kind=Consumption.Kind.TRANSFER_OUT).order_by()
    sums = rows.values_list("authorisation", "financial_year").annotate(Sum("pounds"))
    return {(authorisation, stored(year)): -pounds for authorisation, year, pounds in sums}


def _changes(since: date, found: Iterable[ReleaseEvent]) -> tuple[ReleaseEvent, ...]:
    return tuple(sorted((each for each in found if day_of(each.at) >= since), key=lambda each: each.at))


def _totals(measures: Sequence[str], uses: Sequence[Use]) -> Amounts:
    return tuple((measure, total(use.amounts[column][1] for use in uses)) for column, measure in enumerate(measures))
