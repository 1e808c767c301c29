"""The committee schedule as CSV and as JSON, and its workbook. The figures are the schedule's own: nothing is computed here."""

import csv
import io
from decimal import Decimal
from typing import Any

from improvement_budget.display import formats
from improvement_budget.display.formats import inert
from reports.schedule import Figure, Row, Schedule, Totals
from reports.workbook import as_xlsx

__all__ = ["as_csv", "as_json", "as_xlsx", "csv_name"]


def csv_name(schedule: Schedule) -> str:
    """The file name of the CSV, attached and downloaded."""
    return f"{schedule.slug}-expenditure.csv"


def as_csv(schedule: Schedule) -> str:
    """The lines as CSV, in pounds, without totals. Nil is 0, missing is empty. Lines end in CR LF, no byte order mark."""
    file = io.StringIO()
    writer = csv.writer(file)
    years = [year.label for year in schedule.years]
    writer.writerow(["phase", "team", "title", "kind", "fte", *years, "full_year", "paperwork_complete", "recruited", "comment"])
    writer.writerows(
        [
            inert(phase.name),
            inert(team.name),
            inert(row.title),
            row.kind,
            formats.fte(row.fte).replace(",", ""),
            *(plain(figure.pounds) for figure in row.years),
            plain(row.full_year.pounds),
            formats.yes_no(row.paperwork_complete),
            inert(row.recruited),
            inert(row.comment),
        ]
        for phase, team, row in schedule.rows()
    )
    return file.getvalue()


def plain(amount: Decimal | None) -> str:
    """An amount as digits, without separators or exponent: 83000, 0, -863; empty for None."""
    return "" if amount is None else f"{amount:f}"


def as_json(schedule: Schedule) -> dict[str, Any]:
    """The whole schedule with subtotals and totals. Amounts are strings in pounds: nil "0", None where there is none.

    `shown` holds the same figures as the table prints them, in its unit; `stated` the columns that are stated, not calculated.
    """
    return {
        "programme": schedule.programme,
        "slug": schedule.slug,
        "council": schedule.council,
        "title": schedule.title,
        "years": [year.label for year in schedule.years],
        "unit": schedule.unit.value,
        "rounding": schedule.rounding.value,
        "basis": schedule.basis.value,
        "credits": schedule.credit_style.value,
        "team_subtotals": schedule.show_team_subtotals,
        "as_at": schedule.as_at.isoformat(),
        "version": schedule.version,
        "paper": schedule.paper._asdict(),
        "phases": [
            {
                "number": phase.number,
                "name": phase.name,
                "teams": [
                    {
                        "name": team.name,
                        "lines": [_line(schedule, row) for row in team.rows],
                        "subtotal": _money(schedule, team.subtotal),
                    }
                    for team in phase.teams
                ],
                "total": _money(schedule, phase.total),
                "total_label": phase.total_label,
            }
            for phase in schedule.phases
        ],
        "total": _money(schedule, schedule.total),
        "total_label": schedule.total_label,
        "notes": list(schedule.notes),
        "abbreviations": dict(schedule.abbreviations),
    }


def _line(schedule: Schedule, row: Row) -> dict[str, Any]:
    columns = _columns(schedule, row)
    return {
        "id": row.line_id,
        "title": row.title,
        "kind": row.kind,
        **_money(schedule, row),
        "stated": [name for name, figure in columns.items() if figure.stated],
        "absence": row.full_year.absence.value if row.full_year.absence else None,
        "paperwork_complete": row.paperwork_complete,
        "recruited": row.recruited,
        "comment": row.comment,
    }


def _money(schedule: Schedule, row: Row | Totals) -> dict[str, Any]:
    columns = _columns(schedule, row)
    amounts = {name: None if figure.pounds is None else plain(figure.pounds) for name, figure in columns.items()}
    full_year = amounts.pop("full_year")
    return {
        "fte": None if row.fte is None else f"{row.fte.normalize():f}",
        "amounts": amounts,
        "full_year": full_year,
        "shown": {name: figure.shown for name, figure in columns.items()},
    }


def _columns(schedule: Schedule, row: Row | Totals) -> dict[str, Figure]:
    return dict(zip([*(year.label for year in schedule.years), "full_year"], (*row.years, row.full_year), strict=True))
