"""What a drawdown still holds, what handing some of it back frees, and what became of the money."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from approvals.delegations.models import Delegation
from approvals.drawdowns.consumption.queries import Held
from approvals.drawdowns.handback.rules import Part, Row
from approvals.drawdowns.headroom.queries import left_of
from approvals.drawdowns.headroom.rules import Left
from approvals.drawdowns.models import Consumption, Drawdown, LimitDrawn
from approvals.drawdowns.returned.models import HandBack
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import released_in_words
from costing.measure import Measure, stored
from phases.models import Authorisation

Kind = Consumption.Kind


def row_of(each: Held) -> Row:
    row = each.row
    return Row(row.pk, row.line_id, row.authorisation_id, row.pounds, row.fte, each.pounds, each.fte)


def asked_of(drawdown: Drawdown) -> HandBack | None:
    """What waits to be confirmed of this drawdown, with its parts (two queries at most)."""
    waiting = drawdown.hand_backs.filter(state=HandBack.State.ASKED).select_related("asked_by", "drawdown")
    return waiting.prefetch_related("parts").first()


class HeldRow(NamedTuple):
    """A row of consumption that still holds money or FTE, in words, and what is given back of it."""

    pk: int
    title: str
    authorisation: str
    measure: str
    pounds: Decimal
    fte: Decimal | None
    returned: Decimal | None
    returned_fte: Decimal | None


class HeldLine(NamedTuple):
    """A line under an authorisation with its rows. `stays` where it still holds FTE afterwards, of those that it has."""

    line: int
    authorisation: int
    title: str
    of: str
    fte: Decimal | None
    rows: list[HeldRow]
    stays: bool

    @property
    def is_given_back(self) -> bool:
        return any(row.returned is not None for row in self.rows)


def held_lines(drawdown: Drawdown, live: Iterable[Held], returned: Iterable[Part] = ()) -> list[HeldLine]:
    """What is held, line by line in the order in which it was drawn (one query)."""
    by_line: dict[tuple[int, int], list[Held]] = defaultdict(list)
    for each in live:
        by_line[each.row.line_id, each.row.authorisation_id].append(each)
    names = Authorisation.objects.in_bulk({authorisation for _, authorisation in by_line})
    titles = {line.line: line.title for line in submitted(drawdown.content).lines} if by_line else {}
    back = {part.row: part for part in returned}
    found = []
    for (line, authorisation), rows in by_line.items():
        fte = max((each.fte for each in rows if each.fte is not None), default=None)
        after = [(each.fte or 0) - ((back[each.row.pk].fte or 0) if each.row.pk in back else 0) for each in rows]
        shown = [_shown(each, titles[line], str(names[authorisation]), back.get(each.row.pk)) for each in rows]
        stays = fte is not None and max(after) == fte
        found.append(HeldLine(line, authorisation, titles[line], str(names[authorisation]), fte, shown, stays))
    return found


def _shown(each: Held, title: str, authorisation: str, part: Part | None) -> HeldRow:
    given = (part.pounds, part.fte) if part else (None, None)
    return HeldRow(each.row.pk, title, authorisation, each.row.measure.label, each.pounds, each.fte, *given)


def freed_by(live: Iterable[Held], returned: Iterable[Part], delegation: Delegation) -> list[Left]:
    """The limits that get something back, each with what is left before and after (three queries)."""
    back = {part.row: part.pounds for part in returned}
    sums: dict[tuple[int, Measure], Decimal] = defaultdict(Decimal)
    for each in live:
        sums[each.row.authorisation_id, each.row.measure] -= back.get(each.row.pk, Decimal(0))
    return [left for left in left_of(sums, delegation, is_pending=False) if left.asked]


class Became(NamedTuple):
    """One thing that happened to the money of a drawdown after it was signed off. `amounts` are whole pounds by measure."""

    at: datetime
    what: str
    by: str
    amounts: dict[Measure, Decimal]
    entry: int | None = None

    @property
    def in_words(self) -> str:
        return released_in_words(self.amounts)


_WORDS = {Kind.HAND_BACK: "Handed back", Kind.OVERTURN: "Released: the decision was overturned"}


def became_of(drawdowns: Sequence[Drawdown]) -> dict[int, list[Became]]:
    """What became of the money of each, by its number, in the order of time (two queries, one where nothing came back)."""
    rows = (
        Consumption.objects.filter(drawdown__in=drawdowns, kind__in=[*_WORDS, Kind.TRANSFER_IN])
        .values_list(
            *("drawdown", "entry", "kind", "authorisation", "authorisation__title", "financial_year"),
            *("entry__at", "entry__actor__name", "entry__hand_back__asked_by__name"),
        )
        .annotate(pounds=Sum("pounds"))
        .order_by("entry", "authorisation", "financial_year")
    )
    acts: dict[tuple[int, int, str], Became] = {}
    back: dict[tuple[int, Measure], set[int]] = defaultdict(set)
    for drawdown, entry, kind, authorisation, title, year, at, by, asker, pounds in rows:
        measure = stored(year)
        what = _WORDS.get(Kind(kind), f"Moved to {title}")
        who = f"{by}, asked by {asker}" if asker else by or ""
        act = acts.setdefault((drawdown, entry, what), Became(at, what, who, {}, entry))
        act.amounts[measure] = act.amounts.get(measure, Decimal(0)) + abs(pounds)
        if kind == Kind.HAND_BACK:
            back[authorisation, measure].add(drawdown)
    found: dict[int, list[Became]] = defaultdict(list)
    for (drawdown, _, _), act in acts.items():
        found[drawdown].append(act)
    if back:
        _add_lapsed(found, back)
    return found


def _add_lapsed(found: dict[int, list[Became]], back: Mapping[tuple[int, Measure], set[int]]) -> None:
    """Money that came back to a limit which has lapsed is drawn no more."""
    authorisations = {authorisation for authorisation, _ in back}
    lapsed = LimitDrawn.objects.filter(limit__authorisation__in=authorisations, lapsed_at__isnull=False)
    for row in lapsed.select_related("limit__authorisation").order_by("lapsed_at", "pk"):
        limit = row.limit
        for drawdown in back.get((limit.authorisation_id, limit.measure), ()):
            what = f"Lapsed: {limit.measure} of {limit.authorisation}. What was handed back there is drawn no more"
            if row.lapsed_at:
                found[drawdown].append(Became(row.lapsed_at, what, "", {}))
    for acts in found.values():
        acts.sort(key=lambda act: act.at)


def holds_now(drawdown: Drawdown) -> list[tuple[str, str]]:
    """What it holds of each authorisation today, in words (one query)."""
    sums: dict[str, dict[Measure, Decimal]] = defaultdict(dict)
    rows = Consumption.objects.filter(drawdown=drawdown).values_list("authorisation__title", "financial_year")
    for title, year, pounds in rows.annotate(pounds=Sum("pounds")).order_by("authorisation"):
        if pounds:
            sums[title][stored(year)] = pounds
    return [(title, released_in_words(amounts)) for title, amounts in sums.items()]
