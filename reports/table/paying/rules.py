"""Who pays for the lines of a table, by funding source and column, in whole pounds. Each column adds up to that of the table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from costing.paying import Paid, PaidLine, added
from display import formats
from reports.table.outside.rules import EARLIER, LATER, TOTAL, UNDATED

FULL_YEAR = "full_year"
UNFUNDED, UNNAMED = "Unfunded", "No source named"
ZERO = Decimal(0)


class Payment(NamedTuple):
    """What one source pays, in the order of the table's columns. `kind`: source, unfunded, or unnamed where lines name none."""

    name: str
    kind: str
    pounds: tuple[Decimal, ...]


class PaidText(NamedTuple):
    """Who pays for one line, in words."""

    line_id: int
    text: str


class WhoPays(NamedTuple):
    """Every source that pays for a line, then what nobody pays, and what lines cost that name no source; and their sum.

    `columns` are those of the table, as files name them and as their headings say it.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Payment, ...]
    total: tuple[Decimal, ...]
    lines: tuple[PaidText, ...]
    paid: Mapping[int, PaidLine] = {}
    """Who pays how much of each line, by its number; the sources are those of `sources`. Not kept with an issued paper."""
    sources: Mapping[int, str] = {}

    def without(self, lines: Iterable[int]) -> "WhoPays":
        """The same without the words on these lines; what they cost stays in the sums, as in those of the table."""
        gone = set(lines)
        return self._replace(lines=tuple(each for each in self.lines if each.line_id not in gone), paid={})

    def without_column(self, name: str) -> "WhoPays":
        """The same without one column."""
        kept = [place for place, (column, _) in enumerate(self.columns) if column != name]
        rows = tuple(each._replace(pounds=tuple(each.pounds[place] for place in kept)) for each in self.rows)
        columns, total = tuple(self.columns[place] for place in kept), tuple(self.total[place] for place in kept)
        kept_rows = tuple(each for each in rows if each.kind == "source" or any(each.pounds))
        return self._replace(columns=columns, rows=kept_rows, total=total)

    def texts(self, credits: formats.CreditStyle) -> list[tuple[str, list[str]]]:
        """Each row as it is printed, the total last."""
        rows = [(each.name, each.pounds) for each in self.rows]
        return [(name, [formats.figure(each, credits) for each in pounds]) for name, pounds in [*rows, ("Total", self.total)]]


class Paying(NamedTuple):
    """A line for which sources pay: who, in words, and how much of what."""

    line_id: int
    text: str
    paid: PaidLine


def who_pays(
    columns: Sequence[tuple[str, str]],
    starts: Sequence[int],
    paying: Sequence[Paying],
    sources: Mapping[int, str],
    total: Sequence[Decimal | None],
) -> WhoPays | None:
    """The table; None where no line names a source. `starts` are the years shown, `total` is the table's own, by column."""
    if not paying:
        return None
    by_column = [added(filter(None, (_in_column(name, label, starts)(each.paid) for each in paying))) for name, label in columns]
    in_all = tuple(each or ZERO for each in total)
    rows = [
        Payment(name, "source", tuple(paid.by_source.get(pk, ZERO) for paid in by_column))
        for pk, name in sources.items()
        if any(pk in paid.by_source for paid in by_column)
    ]
    unfunded = tuple(paid.unfunded for paid in by_column)
    sums = [sum(paid.by_source.values(), paid.unfunded) for paid in by_column]
    unnamed = tuple(whole - part for whole, part in zip(in_all, sums, strict=True))
    others = [Payment(UNFUNDED, "unfunded", unfunded), Payment(UNNAMED, "unnamed", unnamed)]
    kept = (*rows, *(each for each in others if any(each.pounds)))
    texts = tuple(PaidText(each.line_id, each.text) for each in paying)
    return WhoPays(tuple(columns), kept, in_all, texts, {each.line_id: each.paid for each in paying}, sources)


def _in_column(name: str, label: str, starts: Sequence[int]) -> Callable[[PaidLine], Paid | None]:
    """What finds who pays for a line in a column of the table."""
    first = starts[0] if starts else 0
    found: dict[str, Callable[[PaidLine], Paid | None]] = {
        EARLIER: lambda line: added(paid for year, paid in line.years.items() if year not in starts and year < first),
        LATER: lambda line: added(paid for year, paid in line.years.items() if year not in starts and year >= first),
        UNDATED: lambda line: line.beside_years,
        TOTAL: lambda line: line.in_all,
        FULL_YEAR: lambda line: line.full_year,
    }
    return found.get(name) or (lambda line: line.years.get(int(label[:4])))
