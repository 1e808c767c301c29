"""The chart of a position as bars and words with their places; the template only prints it.

Across, bars are measured in hundredths of the drawing, and everything else in pixels: the drawing is as wide as the page it
stands on, on a phone or on paper, and its words keep their size.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from textwrap import wrap
from typing import NamedTuple

from display import formats
from phases.ledger.rules import Coverage
from reports.standing.position.rules import GroupMeasure, Position

LONGEST = 46  # hundredths of the width: room for "Planned" before the bar and the amount after it on 320 pixels
BAR, BAR_STEP, LINE, GAP = 16, 22, 20, 14
LETTERS = 36  # that fit across a phone in bold

NO_LIMIT = {
    Coverage.LIMITED: "",
    Coverage.THROUGH_WHOLE_LIFE: "by whole life",
    Coverage.THROUGH_FULL_YEAR: "by full year",
    Coverage.NO_LIMIT_NAMED: "no limit named",
}


class Bar(NamedTuple):
    """A bar with its name before it and its amount after it. `width` is in hundredths of the drawing's width, as text.

    `kind` is planned, limit or none (words only). The part above the limit, if any, is `over_width` wide from `over_from` on.
    """

    y: int
    kind: str
    name: str
    amount: str
    width: str = "0"
    over_from: str = ""
    over_width: str = ""

    @property
    def base(self) -> int:
        """Where the words beside the bar stand."""
        return self.y + 13


class Words(NamedTuple):
    """A line of text above bars; `kind` is group, below (what stands below the group's name) or measure."""

    y: int
    kind: str
    text: str


class Chart(NamedTuple):
    """A drawing of so many pixels' height. `description` says in a sentence or two what is to be seen."""

    height: int
    words: tuple[Words, ...]
    bars: tuple[Bar, ...]
    title: str
    description: str


class _Pair(NamedTuple):
    measure: str
    planned: Decimal | None
    limit: Decimal | None
    no_plan: str = ""
    no_limit: str = ""


class _Block(NamedTuple):
    heading: str
    below: str
    pairs: Sequence[_Pair]


def chart(position: Position) -> Chart | None:
    """Planned against limit for each group, each phase without a decision, and what stands beside the table.

    None when there is nothing to draw.
    """
    blocks = [block for block in _blocks(position) if block.pairs]
    amounts = [amount for _, _, pairs in blocks for pair in pairs for amount in (pair.planned, pair.limit) if amount]
    most = max(amounts, default=Decimal(0))
    if most <= 0:
        return None
    words: list[Words] = []
    bars: list[Bar] = []
    y = 0
    for heading, below, pairs in blocks:
        for kind, text in [
            *(("group", text) for text in wrap(heading, LETTERS)),
            *(("below", text) for text in wrap(below, LETTERS)),
        ]:
            y += LINE
            words.append(Words(y, kind, text))
        for pair in pairs:
            y += LINE + 4
            words.append(Words(y, "measure", pair.measure))
            bars += _bars(pair, y + 8, most)
            y += 8 + 2 * BAR_STEP
        y += GAP
    return Chart(y, tuple(words), tuple(bars), "Planned against authorised limits", _description(position))


def _blocks(position: Position) -> Iterable[_Block]:
    for group in position.groups:
        cells = [cell for cell in group.cells if cell.planned or cell.limit]
        pairs = [_Pair(_measured(cell), cell.planned, cell.limit, _without_plan(cell), NO_LIMIT[cell.coverage]) for cell in cells]
        yield _Block(group.title, group.phase_names, pairs)
    for plan in position.uncovered:
        amounts = [(measure, amount) for measure, amount in zip(position.measures, plan.amounts, strict=True) if amount]
        pairs = [_Pair(measure.label, amount, None, no_limit="no decision yet") for measure, amount in amounts]
        yield _Block(plan.name, "", pairs)
    for authorised in position.beside:
        limits = [(measure, authorised.limits[measure]) for measure in position.measures if measure in authorised.limits]
        pairs = [_Pair(measure.label, None, limit, "none in the table") for measure, limit in limits]
        yield _Block(authorised.title, "Outside the committee table", pairs)


def _without_plan(cell: GroupMeasure) -> str:
    return "not stated" if cell.not_stated else "none"


def _measured(cell: GroupMeasure) -> str:
    if cell.headroom is None:
        return cell.measure.label
    left = f"{formats.pounds(cell.excess)} over" if cell.exceeded else f"{formats.pounds(cell.headroom)} not yet planned"
    return f"{cell.measure}: {left}"


def _bars(pair: _Pair, y: int, most: Decimal) -> Iterable[Bar]:
    yield _planned(pair, y, most)
    if pair.limit is None:
        yield Bar(y + BAR_STEP, "none", "Limit", pair.no_limit)
    else:
        yield Bar(y + BAR_STEP, "limit", "Limit", formats.pounds(pair.limit), _across(pair.limit, most))


def _planned(pair: _Pair, y: int, most: Decimal) -> Bar:
    if pair.planned is None:
        return Bar(y, "none", "Planned", pair.no_plan)
    bar = Bar(y, "planned", "Planned", formats.pounds(pair.planned), _across(pair.planned, most))
    if pair.limit is None or pair.planned <= pair.limit:
        return bar
    return bar._replace(over_from=_across(pair.limit, most), over_width=_across(pair.planned - pair.limit, most))


def _across(amount: Decimal, most: Decimal) -> str:
    # A credit has no length to draw; its amount is printed.
    return str(round(max(amount, Decimal(0)) / most * LONGEST, 2))


def _description(position: Position) -> str:
    sentences = [
        f"{group.title}, {cell.measure}: {formats.pounds(cell.planned)} planned, limit {formats.pounds(cell.limit)}."
        for group in position.groups
        for cell in group.cells
        if cell.limit is not None
    ]
    return " ".join([*sentences, "All figures are in the table."])
