"""What has changed in the lines of a drawdown since it was frozen."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from approvals.drawdowns.changes.rules import Difference
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.submission.rules import FrozenLine, submitted
from costing.line_cost import Duration
from display import formats
from phases.models import Programme
from posts.lines.queries import lines_of
from posts.lines.rules import state_of
from posts.models import CostLine
from posts.paying.rules import paid_line
from posts.whole_life.rules import figures_of


class ChangedLine(NamedTuple):
    """A frozen line that now stands otherwise. A line that was removed has no differences."""

    title: str
    is_removed: bool
    differences: list[Difference]


def changed_lines(drawdown: Drawdown) -> list[ChangedLine]:
    """The lines of what was last submitted that have changed since; none before it is submitted (four queries).

    What is decided is what was frozen: these changes are no part of it.
    """
    if not drawdown.content:
        return []
    frozen = {line.line: line for line in submitted(drawdown.content).lines}
    now = {line.pk: line for line in lines_of(drawdown.programme, frozen)}
    found = []
    for pk, line in frozen.items():
        differences = list(_differences(line, now[pk], drawdown.programme)) if pk in now else []
        if differences or pk not in now:
            found.append(ChangedLine(line.title, pk not in now, differences))
    return found


def _differences(frozen: FrozenLine, line: CostLine, programme: Programme) -> Iterator[Difference]:
    amounts = {measure: figure.amount for measure, figure in figures_of(line, programme, frozen.amounts).items()}
    if frozen.source is not None:
        paid = paid_line(state_of(line), line.amounts.all(), programme)
        parts = {measure: paid.of(measure) for measure in amounts}
        amounts = {measure: part.by_source.get(frozen.source, Decimal(0)) if part else None for measure, part in parts.items()}
    pairs = {
        "Title": (frozen.title, line.title),
        "Phase": (frozen.phase, line.phase.name),
        "Team": (frozen.team, line.team.name if line.team else ""),
        "Duration": (_duration(frozen.duration), _duration(line.duration)),
        "FTE": (formats.fte(frozen.fte), formats.fte(line.fte)),
    }
    for measure in dict.fromkeys([*frozen.amounts, *amounts]):
        pairs[f"Cost {measure.in_words}"] = (_pounds(frozen.amounts.get(measure)), _pounds(amounts.get(measure)))
    for what, (was, is_now) in pairs.items():
        if was != is_now:
            yield Difference(what, was or "none", is_now or "none")


def _pounds(amount: Decimal | None) -> str:
    return "no figure" if amount is None else formats.pounds(amount)


def _duration(duration: str) -> str:
    return str(Duration(duration)).replace("_", " ")
