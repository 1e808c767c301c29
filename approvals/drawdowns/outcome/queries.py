"""What a drawdown still holds, and what handing some of it back frees."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from approvals.delegations.models import Delegation
from approvals.drawdowns.consumption.queries import Held
from approvals.drawdowns.headroom.queries import left_of
from approvals.drawdowns.headroom.rules import Left
from approvals.drawdowns.models import Drawdown
from approvals.drawdowns.rules import Measure
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import heading
from phases.models import Authorisation


class HeldRow(NamedTuple):
    """A row of consumption that still holds money or FTE, in words, with the field for pounds and what was typed in it."""

    title: str
    authorisation: str
    measure: str
    pounds: Decimal
    fte: Decimal | None
    field: Any
    returned: Decimal | None


def held_rows(drawdown: Drawdown, live: Iterable[Held], form: Any, returned: Mapping[int, Decimal]) -> list[HeldRow]:
    """The rows in the order they were drawn (one query)."""
    live = list(live)
    names = Authorisation.objects.in_bulk({each.row.authorisation_id for each in live})
    titles = {line.line: line.title for line in submitted(drawdown.content).lines} if live else {}
    return [
        HeldRow(
            titles[each.row.line_id],
            str(names[each.row.authorisation_id]),
            heading(each.row.financial_year),
            each.pounds,
            each.fte,
            form[f"row-{each.row.pk}"],
            returned.get(each.row.pk),
        )
        for each in live
    ]


def freed_by(live: Iterable[Held], returned: Mapping[int, Decimal], delegation: Delegation) -> list[Left]:
    """The limits that get something back, each with what is left before and after (three queries)."""
    sums: dict[tuple[int, Measure], Decimal] = defaultdict(Decimal)
    for each in live:
        sums[each.row.authorisation_id, each.row.financial_year] -= returned.get(each.row.pk, Decimal(0))
    return [left for left in left_of(sums, delegation, is_pending=False) if left.asked]
