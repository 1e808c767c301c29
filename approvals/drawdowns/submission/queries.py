"""What a drawdown asks for, worked out from its lines as they stand, and what is frozen of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from approvals.decisions.models import DecisionRecord
from approvals.delegations.models import Delegation
from approvals.drawdowns import rules
from approvals.drawdowns.consumption.queries import Drawn, drawn_on, held_before
from approvals.drawdowns.models import Drawdown, DrawdownLine
from approvals.drawdowns.queries import case_of, supporting
from approvals.drawdowns.rules import Before, CannotBeDrawn, LineDraw, Mode, Otherwise
from approvals.drawdowns.submission.rules import (
    FrozenAuthorisation,
    FrozenCase,
    FrozenDecision,
    FrozenDelegation,
    FrozenLine,
    FrozenPaper,
    FrozenPart,
    FrozenStep,
    SubmissionContent,
    submitted,
)
from costing.line_cost import Duration
from costing.measure import Measure, in_year
from costing.paying import Paid
from phases.models import Authorisation, AuthorisationLimit, Programme
from posts.lines.payers.rules import payers_of
from posts.lines.queries import lines_of
from posts.lines.rules import state_of
from posts.models import CostLine, LineAmount
from posts.paying.rules import paid_line
from posts.whole_life.rules import figures_of


class WorkedOut(NamedTuple):
    """A line of a drawdown, the line it asks for as it stands, and what it consumes by measure."""

    asked: DrawdownLine
    line: CostLine
    consumed: dict[Measure, Decimal]


def work_out(drawdown: Drawdown) -> list[WorkedOut]:
    """Every line with what it would consume now, in the order chosen; none of what releases no money. Raises CannotBeDrawn."""
    chosen = list(
        drawdown.lines.select_related("authorisation__replaced_by").prefetch_related(
            "amounts", "authorisation__limits", "authorisation__phases"
        )
    )
    if not chosen and not drawdown.proposal:
        raise CannotBeDrawn("Choose at least one line.")
    lines = {line.pk: line for line in lines_of(drawdown.programme, [each.line_id for each in chosen])}
    before = held_before(lines)
    typed = {each.pk: {amount.measure: amount.pounds for amount in each.amounts.all()} for each in chosen}
    found = [freeze(each, typed[each.pk], lines.get(each.line_id), before) for each in chosen]
    rules.check_costs((draw_of(each.line, each.asked, list(each.consumed)), each.consumed) for each in found)
    return found


def why_otherwise(
    lines: Sequence[FrozenLine], limits: Iterable[AuthorisationLimit], held: Mapping[Drawn, Mapping[Measure, Before]]
) -> Otherwise | None:
    """Why frozen lines can no longer release what was submitted; None where they still do. No query.

    `limits` are those of the authorisations they draw on; `held` is what live drawdowns hold of each line (`held_before`).
    Another drawdown may have taken some of a line since, an authorisation may have been replaced, or other measures are limited.
    """
    limited: dict[int, list[Measure]] = defaultdict(list)
    try:
        for limit in limits:
            in_force(limit.authorisation)
            limited[limit.authorisation_id].append(limit.measure)
        before = {(drawn := drawn_on(line.line, line.source)): dict(held.get(drawn, {})) for line in lines}
        now = [
            _add(_draw_of_frozen(line), line.consumed, limited[line.authorisation], before[drawn_on(line.line, line.source)])
            for line in lines
        ]
    except CannotBeDrawn as error:
        return Otherwise(refused=error)
    return Otherwise() if now != [line.consumed for line in lines] else None


def frozen_line(drawdown: Drawdown, line_id: int, authorisation: int) -> tuple[LineDraw, int, int | None]:
    """A line as it was frozen, without pounds; its phase; the source whose part it is. One taken over counts as first drawn."""
    lines = [line for line in submitted(drawdown.content).lines if line.line == line_id]
    line = next((line for line in lines if line.authorisation == authorisation), lines[0])
    return _draw_of_frozen(line), line.phase_id, line.source


def titles_of(drawdown: Drawdown) -> dict[int, str]:
    """The names of its lines, by their number, as they were frozen."""
    return {line.line: line.title for line in submitted(drawdown.content).lines}


def _draw_of_frozen(line: FrozenLine) -> LineDraw:
    fte = rules.drawn_by_fte(line.fte) if line.source is None else None
    return LineDraw(line.title, fte, line.duration is Duration.RECURRING, line.amounts, line.fte_drawn)


def _add(
    asked: LineDraw, pounds: Mapping[Measure, Decimal], limited: Sequence[Measure], before: dict[Measure, Before]
) -> dict[Measure, Decimal]:
    """What it consumes, added to what comes before the next: the same line under a second authorisation comes on top."""
    consumed = rules.consumed(replace(asked, pounds={} if asked.fte is not None else pounds), limited, before)
    for measure, amount in consumed.items():
        earlier = before.get(measure, Before())
        before[measure] = Before(earlier.fte + (asked.fte_drawn or 0), earlier.pounds + amount, taken=True)
    return consumed


def freeze(
    chosen: DrawdownLine, typed: Mapping[Measure, Decimal], line: CostLine | None, before: dict[Drawn, dict[Measure, Before]]
) -> WorkedOut:
    """One line with what it would consume now, which is added to `before` for the next. Raises CannotBeDrawn.

    `chosen` need not be stored. `typed` are the pounds by measure of a line without FTE.
    """
    if line is None:
        raise CannotBeDrawn("A line that was chosen has been removed: choose again.")
    check_authority(chosen.authorisation, line)
    limited = [limit.measure for limit in chosen.authorisation.limits.all()]
    drawn = drawn_on(line.pk, source_of(line, chosen.authorisation))
    consumed = _add(draw_of(line, chosen, limited), typed, limited, before.setdefault(drawn, {}))
    if not consumed:
        raise CannotBeDrawn(f"{chosen.authorisation} sets no limit on anything this line costs.", str(line))
    return WorkedOut(chosen, line, consumed)


def draw_of(line: CostLine, chosen: DrawdownLine, limited: Sequence[Measure]) -> LineDraw:
    """A line as it stands now, without pounds; with what it comes to over its whole life where that is limited."""
    amounts, fte = _amounts(line, chosen, limited), fte_to_draw(line)
    return LineDraw(line.title, fte, line.duration == Duration.RECURRING, amounts, chosen.fte)


def fte_to_draw(line: CostLine) -> Decimal | None:
    """The FTE by which it is drawn; None where it is drawn in pounds, as one that several sources pay for is."""
    return None if line.paid_by else rules.drawn_by_fte(line.fte)


def source_of(line: CostLine, authorisation: Authorisation) -> int | None:
    """The source whose part of a line is drawn under an authorisation; None where the line names none."""
    return authorisation.funding_source_id if line.paid_by else None


def pays_for(authorisation: Authorisation, line: CostLine) -> bool:
    """Whether it is money of a source that pays for the line; any is, where the line names none."""
    return not line.paid_by or any(each.source == authorisation.funding_source_id for each in payers_of(line.paid_by))


def figures_to_draw(
    line: CostLine, authorisation: Authorisation, programme: Programme, wanted: Iterable[Measure]
) -> dict[Measure, LineAmount]:
    """The amounts of a stored line by measure; where it names who pays, the part of the authorisation's source. No query."""
    figures, source = figures_of(line, programme, wanted), source_of(line, authorisation)
    if source is None:
        return figures
    paid = paid_line(state_of(line), line.amounts.all(), programme)
    return {measure: _part(figure, paid.of(measure), source) for measure, figure in figures.items()}


def _part(figure: LineAmount, paid: Paid | None, source: int) -> LineAmount:
    pounds = None if figure.amount is None or paid is None else paid.by_source.get(source, Decimal(0))
    return LineAmount(financial_year=figure.financial_year, amount=pounds, absence=figure.absence, origin=figure.origin)


def _amounts(line: CostLine, chosen: DrawdownLine, limited: Sequence[Measure]) -> dict[Measure, Decimal | None]:
    figures = figures_to_draw(line, chosen.authorisation, chosen.drawdown.programme, limited)
    return {measure: figure.amount for measure, figure in figures.items()}


def check_authority(authorisation: Authorisation, line: CostLine) -> None:
    """The authorisation is in force, names the line's phase, and is money of a source that pays for it. Raises CannotBeDrawn."""
    in_force(authorisation)
    if not pays_for(authorisation, line):
        raise CannotBeDrawn(f"other sources pay for it, not that of {authorisation}.", str(line))
    if line.phase_id not in {phase.pk for phase in authorisation.phases.all()}:
        raise CannotBeDrawn(f"{authorisation} does not pay for {line.phase}, where {line.title} stands.")


def in_force(authorisation: Authorisation) -> None:
    """Raises CannotBeDrawn where a later authorisation replaced it."""
    if hasattr(authorisation, "replaced_by"):
        raise CannotBeDrawn(f"{authorisation} was replaced by {authorisation.replaced_by}: draw on that.")


def content_of(
    drawdown: Drawdown, lines: Sequence[WorkedOut], submission: int, at: datetime, answer_by: date
) -> SubmissionContent:
    """What would be frozen, and decided on, were it submitted at this moment (six queries)."""
    case, years = case_of(drawdown), [*map(in_year, drawdown.programme.years)]
    return SubmissionContent(
        reference=drawdown.reference,
        submission=submission,
        submitted_at=at,
        answer_by=answer_by,
        programme=drawdown.programme.name,
        title=drawdown.title,
        prepared_by=drawdown.prepared_by.email,
        delegation=_delegation(drawdown.delegation),
        authorisations=tuple(_authorisation(each) for each in _once(each.asked.authorisation for each in lines)),
        lines=tuple(_line(each, years) for each in lines),
        case=_case(case) if case else None,
        papers=tuple(FrozenPaper(*each) for each in supporting(drawdown).values_list("name", "sha256")),
        proposal=drawdown.proposal,
    )


def _case(case: DecisionRecord) -> FrozenCase:
    return FrozenCase(**{field.name: getattr(case, field.name) for field in fields(FrozenCase)})


def _delegation(delegation: Delegation) -> FrozenDelegation:
    decision, conditions = delegation.decision, list(delegation.conditions.all())
    return FrozenDelegation(
        title=delegation.title,
        text=delegation.text,
        decision_maker=delegation.decided_by,
        decision=FrozenDecision(decision.title, decision.body.name, decision.decided_on, decision.minute),
        expires=delegation.expires,
        limits={limit.measure: limit.amount for limit in delegation.limits.all()},
        steps=tuple(FrozenStep(step.name, Mode(step.mode)) for step in delegation.steps.select_related("office", "body")),
        earliest=delegation.earliest,
        conditions=tuple(each.text for each in conditions if each.part_id is None),
        parts=tuple(
            FrozenPart(
                part.number,
                part.measure,
                part.amount,
                part.not_before,
                tuple(each.text for each in conditions if each.part_id == part.pk),
            )
            for part in delegation.parts.all()
        ),
    )


def _authorisation(authorisation: Authorisation) -> FrozenAuthorisation:
    return FrozenAuthorisation(
        id=authorisation.pk,
        title=authorisation.title,
        decision=authorisation.decision.title,
        source=authorisation.funding_source.name,
        term=authorisation.term,
        limits={limit.measure: limit.amount for limit in authorisation.limits.all()},
    )


def _line(worked_out: WorkedOut, years: Sequence[Measure]) -> FrozenLine:
    line, asked = worked_out.line, worked_out.asked
    limited, recurring = [limit.measure for limit in asked.authorisation.limits.all()], line.duration == Duration.RECURRING
    one_off = asked.authorisation.term == Authorisation.Term.ONE_OFF
    return FrozenLine(
        line=line.pk,
        version=line.version,
        title=line.title,
        phase=line.phase.name,
        phase_id=line.phase_id,
        team=line.team.name if line.team else "",
        duration=Duration(line.duration),
        fte=line.fte,
        fte_drawn=asked.fte,
        authorisation=asked.authorisation_id,
        amounts=_amounts(line, asked, limited),
        consumed=worked_out.consumed,
        authority={year: rules.authority(year, recurring, limited, one_off) for year in years},
        source=source_of(line, asked.authorisation),
    )


def _once(authorisations: Iterable[Authorisation]) -> list[Authorisation]:
    return list({each.pk: each for each in authorisations}.values())
