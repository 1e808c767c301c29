"""The table in which lines are chosen: each line of a phase, once under each authorisation that may pay for it.

A tick draws all that is left of a line; FTE or pounds typed beside it draw a part. What is typed is kept, whatever is wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import QueryDict

from approvals.drawdowns import rules
from approvals.drawdowns.choice.queries import payers_of, waiting_elsewhere
from approvals.drawdowns.consumption.queries import Drawn, drawn_on, held_before
from approvals.drawdowns.headroom.queries import left_of
from approvals.drawdowns.headroom.rules import Left
from approvals.drawdowns.models import Drawdown, DrawdownLine
from approvals.drawdowns.preparation.actions import Choice
from approvals.drawdowns.rules import Authority, Before, CannotBeDrawn
from approvals.drawdowns.submission.queries import figures_to_draw, freeze, fte_to_draw, pays_for, source_of
from approvals.drawdowns.totals.rules import amounts_in_words
from costing.line_cost import Absence, Duration
from costing.measure import FULL_YEAR, WHOLE_LIFE, Measure, in_year, parse
from costing.size import shown as size_shown
from costing.typed import NotUnderstood, parse_amount, parse_fte
from display import formats
from phases.models import Authorisation, Phase, Programme
from posts.lines.queries import lines_of
from posts.models import CostLine, LineAmount
from posts.whole_life.rules import figures_of


@dataclass
class ChoiceCell:
    """One measure of a line: its pounds, or words where there are none, what it would consume ("" unless chosen), and whether

    anything is released.
    """

    measure: Measure
    pounds: Decimal | None
    words: str
    is_released: bool
    takes: str = ""

    @property
    def key(self) -> str:
        return self.measure.key

    @property
    def heading(self) -> str:
        return self.measure.label


@dataclass
class Box:
    """Where a part is typed: FTE, or the pounds of one measure. `left` says in words how much that can be."""

    name: str
    label: str
    left: str
    typed: str = ""


class Costs(NamedTuple):
    """A line, and what it costs by measure."""

    line: CostLine
    amounts: Mapping[Measure, LineAmount]


@dataclass
class Row:
    """One line under one authorisation. `refusal` says why it cannot be chosen; `error` what is wrong with what was typed."""

    line: CostLine
    authorisation: Authorisation
    cells: list[ChoiceCell]
    boxes: list[Box]
    left: str
    refusal: str
    waiting: str
    is_recurring_on_one_off: bool
    amounts: Mapping[Measure, LineAmount]
    ticked: bool = False
    error: str = ""

    @property
    def key(self) -> str:
        return f"{self.line.pk}-{self.authorisation.pk}"

    @property
    def fte(self) -> str:
        return size_shown(self.line.size)

    @property
    def is_drawn_by_fte(self) -> bool:
        return fte_to_draw(self.line) is not None

    @property
    def drawn(self) -> Drawn:
        """What is drawn on: the line, or the part of it that the authorisation's source pays for."""
        return drawn_on(self.line.pk, source_of(self.line, self.authorisation))

    @property
    def takes(self) -> dict[str, str]:
        return {cell.key: cell.takes for cell in self.cells}


@dataclass
class Section:
    """The lines of a phase under one authorisation."""

    phase: Phase
    authorisation: Authorisation
    rows: list[Row]
    limits: str
    nothing_in: str

    @property
    def key(self) -> str:
        return f"{self.phase.pk}-{self.authorisation.pk}"

    @property
    def can_be_chosen(self) -> bool:
        return any(not row.refusal for row in self.rows)

    @property
    def all_ticked(self) -> bool:
        return all(row.ticked for row in self.rows if not row.refusal)

    @property
    def is_closed(self) -> bool:
        """Whether nothing of it can be chosen, and nothing is."""
        return not self.can_be_chosen and not any(row.ticked for row in self.rows)

    @property
    def recurring_on_one_off(self) -> int:
        """How many lines that can still be chosen go on costing money after it has ended."""
        return sum(row.is_recurring_on_one_off for row in self.rows if not row.refusal)


@dataclass
class Choosing:
    """The whole table with what is chosen on it, and the room that leaves. `choices` are for the action, once there is no error.

    `uncovered` are phases that nothing authorised pays for; `gone` counts stored choices that can no longer be drawn so.
    """

    drawdown: Drawdown
    measures: list[Measure]
    sections: list[Section]
    uncovered: list[str]
    gone: int = 0
    choices: list[Choice] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    asked: dict[tuple[int, Measure], Decimal] = field(default_factory=dict)
    chosen: str = ""

    @property
    def rows(self) -> Iterator[Row]:
        return (row for section in self.sections for row in section.rows)

    @property
    def headings(self) -> list[str]:
        return [measure.label for measure in self.measures]

    @property
    def columns(self) -> int:
        return len(self.measures) + 3

    @property
    def errors(self) -> list[dict[str, str]]:
        return [{"text": f"{row.line.title}: {row.error}", "href": f"#pick-{row.key}"} for row in self.rows if row.error]

    @property
    def in_order(self) -> list[Section]:
        """The sections of which lines can be chosen first: they are what the page is for."""
        return sorted(self.sections, key=lambda section: section.is_closed)

    @property
    def is_over(self) -> bool:
        return any(each.is_over for each in self.left)


def open_choosing(drawdown: Drawdown, typed: QueryDict | None = None) -> Choosing:
    """The table as it is stored, or with what was typed on it (a constant number of queries)."""
    programme = drawdown.programme
    lines, payers = list(lines_of(programme)), payers_of(programme, drawdown.delegation)
    before, waiting = held_before(line.pk for line in lines), waiting_elsewhere(drawdown, (line.pk for line in lines))
    whole = [WHOLE_LIFE] if any(limit.measure == WHOLE_LIFE for payer in payers for limit in payer.limits.all()) else []
    measures = [*map(in_year, programme.years), FULL_YEAR, *whole]
    costs = [Costs(line, figures_of(line, programme, whole)) for line in lines]
    sections = [
        Section(
            of_phase[0].line.phase,
            payer,
            [
                _row(
                    _part(each, payer, programme, whole),
                    payer,
                    measures,
                    before.get(drawn_on(each.line.pk, source_of(each.line, payer)), {}),
                    waiting.get(each.line.pk, []),
                )
                for each in of_phase
            ],
            amounts_in_words({limit.measure: limit.amount for limit in payer.limits.all()}),
            _nothing_in(payer, measures),
        )
        for of_phase in _by_phase(costs)
        for payer in payers
        if of_phase[0].line.phase in payer.phases.all()
    ]
    covered = {section.phase.pk for section in sections}
    uncovered = list(dict.fromkeys(line.phase.name for line in lines if line.phase_id not in covered))
    choosing = Choosing(drawdown, measures, sections, uncovered)
    if typed is None:
        _fill_in(choosing)
    else:
        _read(choosing, typed)
    _work_out(choosing, payers, before)
    return choosing


def _part(of: Costs, payer: Authorisation, programme: Programme, whole: Sequence[Measure]) -> Costs:
    """The line with what the source of an authorisation pays for of it, where it names who pays."""
    return of._replace(amounts=figures_to_draw(of.line, payer, programme, whole)) if of.line.paid_by else of


def _by_phase(costs: Iterable[Costs]) -> list[list[Costs]]:
    found: dict[int, list[Costs]] = defaultdict(list)
    for each in costs:
        found[each.line.phase_id].append(each)
    return list(found.values())


def _nothing_in(payer: Authorisation, measures: Sequence[Measure]) -> str:
    """The years in which nothing at all is released, in words."""
    limited = [limit.measure for limit in payer.limits.all()]
    years = [measure for measure in measures if measure.year]
    authorities = {year: rules.authority(year, recurring=True, limited=limited, one_off=_is_one_off(payer)) for year in years}
    return ", ".join(year.label for year in years if authorities[year] == Authority.NOTHING_RELEASED)


def _is_one_off(payer: Authorisation) -> bool:
    return payer.term == Authorisation.Term.ONE_OFF


def _row(
    of: Costs, payer: Authorisation, measures: Sequence[Measure], before: Mapping[Measure, Before], waiting: Sequence[str]
) -> Row:
    line, amounts = of
    recurring = line.duration == Duration.RECURRING
    limited = [limit.measure for limit in payer.limits.all()]
    counted = [measure for measure in limited if measure != FULL_YEAR or recurring]
    known = {measure: amounts[measure].amount for measure in counted if measure in amounts}
    left, boxes, refusal = _what_is_left(line, payer, known, before)
    if missing := [measure for measure in counted if known.get(measure) is None]:
        refusal = f"states no amount for {missing[0].name}, which is limited"
    elif not pays_for(payer, line):
        refusal = "is paid for by other funding sources"
    elif not counted:
        refusal = "costs nothing in the measures that are limited"
    return Row(
        line,
        payer,
        [_cell(measure, amounts.get(measure), recurring, payer) for measure in measures],
        [] if refusal else boxes,
        left,
        refusal,
        ", ".join(waiting),
        recurring and _is_one_off(payer),
        amounts,
    )


def _cell(measure: Measure, amount: Any, recurring: bool, payer: Authorisation) -> ChoiceCell:
    limited = [limit.measure for limit in payer.limits.all()]
    pounds = None if amount is None else amount.amount
    words = "" if amount is None else formats.NIL if amount.absence == Absence.NO_EFFECT else "not stated"
    if measure == FULL_YEAR:
        return ChoiceCell(measure, pounds, words, FULL_YEAR in limited and recurring)
    if measure == WHOLE_LIFE:
        return ChoiceCell(measure, pounds, words, measure in limited)
    authority = rules.authority(measure, recurring, limited, _is_one_off(payer))
    return ChoiceCell(measure, pounds, words, authority != Authority.NOTHING_RELEASED)


def _what_is_left(
    line: CostLine, payer: Authorisation, amounts: Mapping[Measure, Decimal | None], before: Mapping[Measure, Before]
) -> tuple[str, list[Box], str]:
    """How much of the line is left in words, the boxes for a part of it, and a refusal where nothing is left."""
    key = f"{line.pk}-{payer.pk}"
    held = {measure: before.get(measure, Before()) for measure in amounts}
    if (fte := fte_to_draw(line)) is not None:
        left = min((fte - each.fte for each in held.values()), default=fte)
        box = Box(f"fte-{key}", f"FTE of {line.title} to draw", f"up to {formats.fte(left)}")
        return formats.fte(max(left, Decimal(0))) or "0", [box], "" if left > 0 else "drawn in full"
    credits = [measure for measure, amount in amounts.items() if amount is not None and amount < 0]
    if credits and any(held[measure].taken for measure in credits):
        return "", [], "taken already"
    pounds = {
        measure: (amount or Decimal(0)) - held[measure].pounds for measure, amount in amounts.items() if measure not in credits
    }
    boxes = [
        Box(
            f"pounds-{key}-{measure.key}",
            f"Pounds of {line.title} to draw {measure.in_words}",
            f"{measure.label}, up to {formats.pounds(amount)}",
        )
        for measure, amount in pounds.items()
    ]
    if credits:
        return "a credit: makes no headroom", boxes, ""
    return "", boxes, "" if any(pounds.values()) or not held else "drawn in full"


def _fill_in(choosing: Choosing) -> None:
    """Tick what is stored; a part is shown in its boxes, the whole of what is left by the tick alone."""
    rows = {(row.line.pk, row.authorisation.pk): row for row in choosing.rows}
    for stored in choosing.drawdown.lines.prefetch_related("amounts"):
        row = rows.get((stored.line_id, stored.authorisation_id))
        if row is None:
            choosing.gone += 1
            continue
        row.ticked = True
        if stored.fte is not None and row.boxes and formats.fte(stored.fte) != row.left:
            row.boxes[0].typed = formats.fte(stored.fte)
        elif stored.fte is None:
            pounds = {each.measure.key: each.pounds for each in stored.amounts.all()}
            for box in row.boxes:
                amount = pounds.get(box.name.rpartition("-")[2])
                box.typed = "" if amount is None else formats.whole(amount)


def _read(choosing: Choosing, typed: QueryDict) -> None:
    picked, whole = set(typed.getlist("pick")), typed.get("whole")
    for section in choosing.sections:
        for row in section.rows:
            row.ticked = row.key in picked
            for box in row.boxes:
                box.typed = typed.get(box.name, "").strip()
        if whole == section.key:
            _tick(section, not section.all_ticked)


def _tick(section: Section, ticked: bool) -> None:
    for row in section.rows:
        row.ticked = ticked and not row.refusal
        for box in row.boxes:
            box.typed = box.typed if ticked else ""


def _work_out(choosing: Choosing, payers: Iterable[Authorisation], before: dict[Drawn, dict[Measure, Before]]) -> None:
    """Fill in what each chosen line consumes, what is wrong with it, and what is left of every limit."""
    sums = {(payer.pk, limit.measure): Decimal(0) for payer in payers for limit in payer.limits.all()}
    totals: dict[Measure, Decimal] = {}
    for row in choosing.rows:
        try:
            choice = _choice(row, before)
            if choice is None:
                continue
            consumed = _consumed(choosing.drawdown, row, choice, before)
        except NotUnderstood as error:
            row.error = str(error)
            continue
        except CannotBeDrawn as error:
            row.error = error.reason
            continue
        choosing.choices.append(choice)
        for cell in row.cells:
            cell.takes = formats.pounds(consumed[cell.measure]) if cell.measure in consumed else ""
        for measure, pounds in consumed.items():
            sums[row.authorisation.pk, measure] += pounds
            totals[measure] = totals.get(measure, Decimal(0)) + pounds
    choosing.asked = sums
    choosing.left = left_of(sums, choosing.drawdown.delegation, is_pending=False)
    choosing.chosen = _in_words(choosing.choices, totals)


def _choice(row: Row, before: Mapping[Drawn, Mapping[Measure, Before]]) -> Choice | None:
    """What is asked of the line; None where it is left out. Raises NotUnderstood or CannotBeDrawn."""
    typed = [box for box in row.boxes if box.typed]
    if not row.ticked:
        if typed:
            raise CannotBeDrawn("Tick this line too, or clear the amounts next to it.")
        return None
    if row.refusal:
        raise CannotBeDrawn(f"This cannot be chosen: {row.refusal}.")
    if row.is_drawn_by_fte:
        fte = parse_fte(row.boxes[0].typed)
        return Choice(row.line.pk, row.authorisation, fte=_rest(row, before) if fte is None else fte)
    pounds = {_measure_of(box): _pounds(row, box, before) for box in row.boxes}
    return Choice(row.line.pk, row.authorisation, pounds=pounds)


def _rest(row: Row, before: Mapping[Drawn, Mapping[Measure, Before]]) -> Decimal:
    """All FTE that are left under this authorisation, also of what the row above takes of the same line."""
    whole: Any = row.line.fte
    counted = _counted(row)
    left = min((whole - before.get(row.drawn, {}).get(measure, Before()).fte for measure in counted), default=whole)
    if left <= 0:
        raise CannotBeDrawn("Nothing is left to draw: the whole line is drawn under another authorisation.")
    return left


def _pounds(row: Row, box: Box, before: Mapping[Drawn, Mapping[Measure, Before]]) -> Decimal:
    typed = parse_amount(box.typed)
    if typed is not None:
        return typed
    measure = _measure_of(box)
    return max((row.amounts[measure].amount or Decimal(0)) - before.get(row.drawn, {}).get(measure, Before()).pounds, Decimal(0))


def _counted(row: Row) -> list[Measure]:
    recurring = row.line.duration == Duration.RECURRING
    limited = [limit.measure for limit in row.authorisation.limits.all()]
    return [measure for measure in limited if measure != FULL_YEAR or recurring]


def _measure_of(box: Box) -> Measure:
    return parse(box.name.rpartition("-")[2])


def _consumed(drawdown: Drawdown, row: Row, choice: Choice, before: dict[Drawn, dict[Measure, Before]]) -> dict[Measure, Decimal]:
    asked = DrawdownLine(drawdown=drawdown, line_id=row.line.pk, authorisation=row.authorisation, fte=choice.fte)
    return freeze(asked, choice.pounds, row.line, before).consumed


def _in_words(choices: Sequence[Choice], totals: Mapping[Measure, Decimal]) -> str:
    if not choices:
        return "Nothing chosen yet"
    fte = sum((each.fte for each in choices if each.fte), Decimal(0))
    lines = "1 line" if len(choices) == 1 else f"{len(choices)} lines"
    return f"{lines}, {formats.fte(fte)} FTE: {amounts_in_words(totals)}" if fte else f"{lines}: {amounts_in_words(totals)}"
