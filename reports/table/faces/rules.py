"""The committee schedule as CSV and as JSON, and its workbook. The figures are the schedule's own: nothing is computed here.

A schedule that was kept as JSON can be had back from it.
"""

import csv
import io
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from costing.bound import Bound
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence
from costing.money import Rounding, Shown, Unit
from costing.size import FteTotal
from display import formats
from display.formats import CreditStyle, inert
from reports.table.outside.rules import LABELS, TOTAL
from reports.table.paying.rules import PaidText, Payment, WhoPays
from reports.table.rules import Figure, Paper, PhaseSection, Row, Schedule, TeamGroup, Totals, says_sizes
from reports.table.wording.rules import words_in_full
from reports.table.workbook.rules import as_xlsx

__all__ = ["as_csv", "as_json", "as_xlsx", "csv_name", "from_json"]


WHOLE_LIFE = "whole_life"
"""The column of the CSV that says which totals were stated over the whole life: what is read back."""


OTHER_SOURCES = "other_sources"
"""The column of the CSV with what sources say that are not used."""
WORDS = "words"
"""The column of the CSV that says which figures are at least, about or up to so much."""


WHO_PAYS = "who_pays"
"""The column of the CSV, and the part of the JSON, that says which funding sources pay."""


def csv_name(schedule: Schedule) -> str:
    """The file name of the CSV, attached and downloaded."""
    return f"{schedule.slug}-expenditure.csv"


def as_csv(schedule: Schedule, exempt: Mapping[int, int] | None = None) -> str:
    """The lines as CSV, in pounds, without totals. Nil is 0, no full-year effect is empty, not stated is n/s.

    Begins with a byte order mark; lines end in CR LF.

    Where a post states anything but a plain FTE (2 posts, 22.2 of 37 hours, n/s), a column posts_or_hours says it.

    `exempt`: the paragraph of each line of which anything is exempt. Where there is any, a last column says it.
    """
    marks, sized = exempt or {}, says_sizes(schedule)
    file = io.StringIO()
    file.write(formats.BYTE_ORDER_MARK)
    writer = csv.writer(file)
    money = [name for name, _ in schedule.columns if name not in schedule.further]
    has_others = any(row.others for _, _, row in schedule.rows())
    paid = dict(schedule.who_pays.lines) if schedule.who_pays else {}
    says_words = any(words_in_full(schedule, row) for _, _, row in schedule.rows())
    writer.writerow(
        [
            "phase",
            "team",
            "title",
            "kind",
            "fte",
            *money,
            "paperwork_complete",
            "recruited",
            "comment",
            *(["posts_or_hours"] if sized else []),
            *(heading.lower().replace(" ", "_") for heading in schedule.fte_headings),
            *schedule.further,
            *([WHOLE_LIFE] if TOTAL in schedule.further else []),
            *([WORDS] if says_words else []),
            *([OTHER_SOURCES] if has_others else []),
            *([WHO_PAYS] if paid else []),
            *(["exempt"] if marks else []),
        ]
    )
    writer.writerows(
        [
            inert(phase.name),
            inert(team.name),
            inert(row.title),
            row.kind,
            row.fte_text.replace(",", ""),
            *(_plain(figure) for figure in (*row.years, row.full_year)),
            formats.yes_no(row.paperwork_complete),
            inert(row.recruited),
            inert(row.own_comment),
            *([inert(row.size)] if sized else []),
            *(text.replace(",", "") for text in schedule.fte_texts(row)),
            *map(_plain, row.further),
            *([plain(row.further[-1].pounds if row.further[-1].stated else None)] if TOTAL in schedule.further else []),
            *([words_in_full(schedule, row)] if says_words else []),
            *([inert(row.others)] if has_others else []),
            *([inert(paid.get(row.line_id, ""))] if paid else []),
            *([marks.get(row.line_id, "")] if marks else []),
        ]
        for phase, team, row in schedule.rows()
    )
    return file.getvalue()


def plain(amount: Decimal | None) -> str:
    """An amount as digits, without separators or exponent: 83000, 0, -863; empty for None."""
    return "" if amount is None else f"{amount:f}"


def _plain(figure: Figure) -> str:
    return formats.NOT_STATED if figure.pounds is None and figure.absence is Absence.NOT_STATED else plain(figure.pounds)


def as_json(schedule: Schedule) -> dict[str, Any]:
    """The whole schedule with subtotals and totals. Amounts are strings in pounds: nil "0", None where there is none.

    `shown` holds the same figures as the table prints them, in its unit; `stated` the columns that are stated, not calculated;
    `not_stated` those where the source gives no figure: of a total, that it is at least so much; `words` says of a figure that it
    is at least, about or up to so much. `posts_or_hours` is what a post states instead of its FTE or beside it, `fte_not_stated`
    that a total of FTE is at least so much.
    `who_pays` is what funding sources pay, where lines name any.
    In Part 1 a line may have `withheld`: the fields that are null because they may not be published, and their paragraphs.
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
        **({"further_columns": list(schedule.further)} if schedule.further else {}),
        **({"fte_columns": True} if schedule.fte_by_year else {}),
        **({WHO_PAYS: _who_pays(schedule.who_pays)} if schedule.who_pays else {}),
        **({"columns_left_out": list(schedule.without)} if schedule.without else {}),
    }


def _who_pays(paid: WhoPays) -> dict[str, Any]:
    """What each source pays in whole pounds, by column; the total, which is that of the table; and who pays for each line."""
    names = [name for name, _ in paid.columns]
    return {
        "columns": dict(paid.columns),
        "sources": [
            {"name": row.name, "kind": row.kind, "amounts": dict(zip(names, map(plain, row.pounds), strict=True))}
            for row in paid.rows
        ],
        "total": dict(zip(names, map(plain, paid.total), strict=True)),
        "lines": [each._asdict() for each in paid.lines],
    }


def _who_pays_in(face: Mapping[str, Any]) -> WhoPays:
    return WhoPays(
        tuple(face["columns"].items()),
        tuple(Payment(row["name"], row["kind"], tuple(map(Decimal, row["amounts"].values()))) for row in face["sources"]),
        tuple(map(Decimal, face["total"].values())),
        tuple(PaidText(each["line_id"], each["text"]) for each in face["lines"]),
    )


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
        **({"other_sources": row.others} if row.others else {}),
        **({"withheld": dict(row.withheld)} if row.withheld else {}),
        **({"posts_or_hours": row.size} if row.size else {}),
    }


def _money(schedule: Schedule, row: Row | Totals) -> dict[str, Any]:
    columns = _columns(schedule, row)
    amounts = {name: None if figure.pounds is None else plain(figure.pounds) for name, figure in columns.items()}
    full_year = amounts.pop("full_year")
    return {
        "fte": None if row.fte is None else f"{row.fte.normalize():f}",
        **({"fte_not_stated": True} if isinstance(row, Totals) and row.fte_gap else {}),
        **_fte_by_year(schedule, row),
        "amounts": amounts,
        "full_year": full_year,
        "shown": {name: _as_shown(figure.shown) for name, figure in columns.items()},
        **(
            {"not_stated": gaps}
            if (gaps := [name for name, each in columns.items() if each.absence is Absence.NOT_STATED])
            else {}
        ),
        **({"words": words} if (words := {name: each.bound.value for name, each in columns.items() if each.bound}) else {}),
    }


def _fte_by_year(schedule: Schedule, row: Row | Totals) -> dict[str, Any]:
    """The FTE of each year as text, None where it is not stated; of a total, those in which it is at least so much."""
    if not row.fte_years:
        return {}
    labels = [year.label for year in schedule.years]
    found: list[tuple[Decimal | None, bool]] = [each if isinstance(each, tuple) else (each, False) for each in row.fte_years]
    gaps = [label for label, (_, gap) in zip(labels, found, strict=True) if gap]
    by_year = {label: None if fte is None else f"{fte:f}" for label, (fte, _) in zip(labels, found, strict=True)}
    return {"fte_by_year": by_year, **({"fte_by_year_not_stated": gaps} if gaps else {})}


def _columns(schedule: Schedule, row: Row | Totals) -> dict[str, Figure]:
    return dict(zip([name for name, _ in schedule.columns], schedule.figures(row), strict=True))


def from_json(face: Mapping[str, Any]) -> Schedule:
    """The schedule that has this JSON face, as it prints. One that was kept before `not_stated` was written prints "-" there."""
    return Schedule(
        slug=face["slug"],
        programme=face["programme"],
        council=face["council"],
        title=face["title"],
        years=tuple(FinancialYear(int(label[:4])) for label in face["years"]),
        unit=Unit(face["unit"]),
        rounding=Rounding(face["rounding"]),
        basis=Basis(face["basis"]),
        credit_style=CreditStyle(face["credits"]),
        show_team_subtotals=face["team_subtotals"],
        phases=tuple(_phase_in(phase) for phase in face["phases"]),
        total_label=face["total_label"],
        total=_totals_in(face["total"], sum(len(team["lines"]) for phase in face["phases"] for team in phase["teams"])),
        notes=tuple(face["notes"]),
        abbreviations=tuple(face["abbreviations"].items()),
        paper=Paper(**face["paper"]),
        version=face["version"],
        as_at=datetime.fromisoformat(face["as_at"]),
        further=tuple(face.get("further_columns", ())),
        fte_by_year=face.get("fte_columns", False),
        who_pays=_who_pays_in(face[WHO_PAYS]) if WHO_PAYS in face else None,
        without=tuple(face.get("columns_left_out", ())),
    )


def _phase_in(face: Mapping[str, Any]) -> PhaseSection:
    teams = tuple(
        TeamGroup(team["name"], tuple(map(_row_in, team["lines"])), _totals_in(team["subtotal"], len(team["lines"])))
        for team in face["teams"]
    )
    total = _totals_in(face["total"], sum(team.subtotal.line_count for team in teams))
    return PhaseSection(face["number"], face["name"], face["total_label"], teams, total)


def _row_in(face: Mapping[str, Any]) -> Row:
    years, full_year, further = _figures_in(face, face["stated"])
    absence = Absence(face["absence"]) if face["absence"] else None
    return Row(
        face["id"],
        face["title"],
        face["kind"],
        _decimal(face["fte"]),
        years,
        full_year._replace(absence=absence),
        face["paperwork_complete"],
        face["recruited"],
        face["comment"],
        tuple(face.get("withheld", {}).items()),
        further,
        face.get("posts_or_hours", ""),
        tuple(map(_decimal, face.get("fte_by_year", {}).values())),
        face.get("other_sources", ""),
    )


def _totals_in(face: Mapping[str, Any], line_count: int) -> Totals:
    years, full_year, further = _figures_in(face, ())
    gap, gaps = face.get("fte_not_stated", False), face.get("fte_by_year_not_stated", ())
    by_year = tuple(FteTotal(Decimal(fte), year in gaps) for year, fte in face.get("fte_by_year", {}).items())
    return Totals(_decimal(face["fte"]) or Decimal(0), years, full_year, line_count, further, gap, by_year)


def _figures_in(face: Mapping[str, Any], stated: Collection[str]) -> tuple[tuple[Figure, ...], Figure, tuple[Figure, ...]]:
    """Those of the years, of the full year, and of the further columns."""
    pounds = {**face["amounts"], "full_year": face["full_year"]}
    gaps, words = face.get("not_stated", ()), face.get("words", {})
    found = {
        name: Figure(
            _decimal(pounds[name]),
            as_shown(shown),
            Absence.NOT_STATED if name in gaps else None,
            stated=name in stated,
            bound=Bound(words[name]) if name in words else None,
        )
        for name, shown in face["shown"].items()
    }
    full_year = found.pop("full_year")
    further = tuple(found.pop(name) for name in LABELS if name in found)
    return tuple(found.values()), full_year, further


def _as_shown(shown: Shown | None) -> int | str | None:
    """A figure to one decimal place is text, as amounts are."""
    return f"{shown:f}" if isinstance(shown, Decimal) else shown


def as_shown(face: int | str | None) -> Shown | None:
    """What the JSON holds of a figure in the table's unit."""
    return Decimal(face) if isinstance(face, str) else face


def _decimal(digits: str | None) -> Decimal | None:
    return None if digits is None else Decimal(digits)
