"""The FTE of each year of a line, as a table may give it beside or instead of dates. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from costing.financial_year import FinancialYear
from costing.intake import Intake, fte_by_year

Intakes = Sequence[tuple[Decimal | None, date | None, date | None]]

DIFFERS = "The FTE of a year follows from the dates of the line: give other dates, or change them on its own page."


def by_year(figures: Mapping[str, Decimal | None], years: Sequence[FinancialYear], name: str) -> dict[FinancialYear, Decimal]:
    """What a row gives, of the years in which it gives something. `name`: of a column, without its year."""
    given = {year: figures.get(f"{name}{year.starts_in}") for year in years}
    return {year: fte for year, fte in given.items() if fte is not None}


def differs(given: Mapping[FinancialYear, Decimal], fte: Decimal | None, intakes: Intakes) -> FinancialYear | None:
    """The first year in which a line of these intakes has another FTE than is given; None where all are the same."""
    found = fte_by_year(fte, [Intake(*each) for each in intakes], given)
    return next((year for year, has in zip(given, found, strict=True) if has != given[year]), None)


def intakes_of(given: Mapping[FinancialYear, Decimal]) -> list[tuple[str, str, str]]:
    """Intakes that come to this FTE in each year: who begins does so on 1 April, who ends on 31 March, the last to come first.

    As (FTE, first day, last day), "" for no end. What is there in the last year goes on.
    """
    there: list[tuple[Decimal, date]] = []
    ended: list[tuple[Decimal, date, date | None]] = []
    for year, fte in given.items():
        change = fte - sum((each for each, _ in there), Decimal(0))
        if change > 0:
            there.append((change, year.first_day))
        while change < 0:
            last, begun = there.pop()
            goes = min(last, -change)
            ended.append((goes, begun, FinancialYear(year.starts_in - 1).last_day))
            if last > goes:
                there.append((last - goes, begun))
            change += goes
    all_of_them = [*ended, *((fte, begun, None) for fte, begun in there)]
    return [(f"{fte:f}", begun.isoformat(), end.isoformat() if end else "") for fte, begun, end in all_of_them]
