"""Schedules made by hand and generated ones: no database, no clock."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from costing.bound import Bound
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence
from costing.money import Rounding, Unit
from display import formats
from display.formats import CreditStyle
from reports.table.outside.rules import EARLIER, LATER, NOTHING, UNDATED, Outside, columns_of
from reports.table.rules import LineRecord, Paper, Schedule, Shape, sections

PHASES = (
    (1, "PHASE ONE", "TOTAL PHASE ONE RESOURCES REQUESTED"),
    (2, "PHASE TWO", "TOTAL PHASE TWO RESOURCES REQUESTED"),
    (3, "PHASE THREE", "TOTAL PHASE THREE RESOURCES REQUESTED"),
)

# Phase | team | title | FTE | 2016/17 | 2017/18 | full year | paperwork | recruited | comment, in £'000 as published.
PUBLISHED = """
1|Children's Social Care|Director ECHS|1|83|200|200|Yes|Yes|From Nov 2016
1|Children's Social Care|Head of service|1|60|90|90|Yes|Yes|
1|Safeguarding and Care Planning|DM Post|1|34|52|52|Yes|Yes|
1|Safeguarding and Care Planning|6 Advanced Practitioner Posts|6|207|310|310|Yes|4 of 6|
1|Referral and Assessment|2 Senior Practitioner Posts|2|64|96|96|Yes|Yes|
1|Care and Resources|Group Manager Leaving Care team|1|43|64|64|Yes|Yes|
1|Care and Resources|Group Manager Special Guardianship|1|43|64|64|Yes|Yes|
1|Care and Resources|Group Manager Adoption|1|43|64|64|Yes|Yes|
1|Care and Resources|2 Social Work Assistant (Special Guardianship)|2|49|74|74|Yes|Yes|
1|Quality Improvement Team|Administrator|1|20|30|30|Yes|Yes|
1|Quality Improvement Team|Strategic and business support|1|32|48|-|Yes|Yes|18 mth post
1|Quality Improvement Team|Child Protection Minute Taker|1|16|24|24|No|Yes|
1|Quality Improvement Team|Child Protection Independent Chair|1|37|55|55|No|Yes|
2||6 Senior Practitioner roles|6|158|288|288|No|Yes|From May 2016
2||Quality Audit Manager|1|60|60|60|No|Yes|From Sept 2016
3||Head of service|1|60|90|90|No|No|From January 2017
3||Safeguarding and care planning - DM Post|1|13|52|52|No|No|From January 2017
3||Safeguarding and care planning - 3 social workers|3|10|123|123|No|No|From January 2017
3||Recruitment and retention of social workers from 2017/18||0|300|300|No|n/a|
3||Quality Audits||38|150|150|No|No|From January 2017
3||Commissioning - Placement Officer|1|10|40|40|No|No|From January 2017
3||Commissioning - Monitoring Officer|1|10|40|40|No|No|From January 2017
"""

NOTES = (
    "The funding for the Eclipse Business Lead costing a total of £69k is not included in the table above as this will be met"
    " from the Social Care Capital Grant.",
)
ABBREVIATIONS = (
    ("FTE", "full-time equivalent"),
    ("DM", "Deputy Manager"),
    ("ECHS", "Education, Care and Health Services"),
)


def schedule(records: Iterable[LineRecord], phases: Iterable[tuple[int, str, str]] = PHASES, **changed: Any) -> Schedule:
    """The schedule of these lines, everything else as in the September 2016 paper unless changed."""
    years = changed.pop("years", (FinancialYear(2016), FinancialYear(2017)))
    unit = changed.pop("unit", Unit.THOUSANDS)
    rounding = changed.pop("rounding", Rounding.SUM_OF_ROUNDED)
    further = changed.pop("further", ())
    built, total = sections(phases, records, Shape(len(years), further, unit, rounding))
    parts: dict[str, Any] = {
        "slug": "ofsted-2016",
        "programme": "Response to the Ofsted inspection of 2016",
        "council": "London Borough of Bromley",
        "title": "EXPENDITURE AS A RESULT OF OFSTED",
        "years": years,
        "unit": unit,
        "rounding": rounding,
        "basis": Basis.MONTHS,
        "credit_style": CreditStyle.BRACKETS,
        "show_team_subtotals": False,
        "phases": built,
        "total_label": "TOTAL RESOURCES REQUESTED",
        "total": total,
        "notes": NOTES,
        "abbreviations": ABBREVIATIONS,
        "paper": Paper("3", "ED17012", "Executive", "14 September 2016", 1),
        "version": 12,
        "as_at": datetime(2016, 9, 2, 9, 5, tzinfo=UTC),
        "further": further,
    }
    return Schedule(**(parts | changed))


def record(title: str = "Head of service", **changed: Any) -> LineRecord:
    """One line: £60,000 and £90,000 unless changed."""
    parts: dict[str, Any] = {
        "phase": 1,
        "team": "",
        "line_id": 1,
        "title": title,
        "kind": "post",
        "fte": Decimal(1),
        "years": ((60_000, True), (90_000, True)),
        "full_year": 90_000,
        "full_year_absence": None,
        "full_year_stated": True,
        "paperwork_complete": True,
        "recruited": "Yes",
        "comment": "",
    }
    return LineRecord(**(parts | changed))


def published() -> list[LineRecord]:
    """The 22 lines of the September 2016 paper."""
    return [_read(number, *line.split("|")) for number, line in enumerate(PUBLISHED.strip().splitlines(), start=1)]


def _read(number: int, phase: str, team: str, title: str, fte: str, *rest: str) -> LineRecord:
    first, second, full, paperwork, recruited, comment = rest
    return record(
        title,
        phase=int(phase),
        team=team,
        line_id=number,
        kind="post" if fte else "other_cost",
        fte=Decimal(fte) if fte else None,
        years=((int(first) * 1000, True), (int(second) * 1000, True)),
        full_year=None if full == "-" else int(full) * 1000,
        full_year_absence=Absence.NO_EFFECT if full == "-" else None,
        paperwork_complete=paperwork == "Yes",
        recruited=recruited,
        comment=comment,
    )


def many(count: int) -> list[LineRecord]:
    """So many lines in three phases and teams of about eleven, with credits, parts of FTE and absences among them."""
    real = published()
    return [
        real[index % 22]._replace(
            phase=1 + index * 3 // count,
            team=f"Team {index // 11 + 1}",
            line_id=index + 1,
            years=tuple(((index * 7919 % 200_000) - 20_000 if index % 9 else 0, False) for _ in range(2)),
        )
        for index in range(count)
    ]


FTES = st.integers(-500, 2000).filter(bool).map(lambda hundredths: Decimal(hundredths) / 100)
SIZES = ("", "", "n/s", "2 posts", "22.2 of 37 hours")
AMOUNTS = st.integers(-2_000_000, 9_000_000)
WORDS = st.text(st.sampled_from("abcdefghijklm nopqrst'’£-=é(),.&<>"), min_size=1, max_size=40).map(lambda t: f"Post {t}".strip())


@st.composite
def outsides(draw: st.DrawFn) -> Outside:
    """What stands outside the years: of earlier and later ones, in none, a sum over the whole life, a gap."""
    beyond = frozenset(draw(st.sets(st.sampled_from([EARLIER, LATER, UNDATED]))))
    earlier, later, undated = (draw(st.just(0) | AMOUNTS) for _ in range(3))
    return Outside(earlier, later, undated, draw(st.none() | AMOUNTS), draw(st.booleans()), beyond)


def words_of(years: int) -> st.SearchStrategy[list[Bound | None]]:
    """The words before the figures of a line: of its years, its full year and its whole life."""
    return st.lists(st.none() | st.sampled_from(Bound), min_size=years + 2, max_size=years + 2)


@st.composite
def records(draw: st.DrawFn, years: int, sizes: Sequence[str] = SIZES, *, fte_by_year: bool = False) -> list[LineRecord]:
    """Lines in printing order, with credits, fewer posts, nil amounts, absent years and every kind of absence.

    `sizes`: what posts may state beside their FTE, or instead of it. `fte_by_year`: with the FTE of each year.
    """
    lines = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=12))
    made = []
    for number, (phase, team) in enumerate(sorted(lines), start=1):
        full = draw(st.none() | AMOUNTS)
        made.append(
            record(
                draw(WORDS),
                phase=phase,
                team=f"Team {team}" if team else "",
                line_id=number,
                fte=(fte := draw(st.none() | FTES)),
                years=tuple((draw(st.none() | st.just(0) | AMOUNTS), draw(st.booleans())) for _ in range(years)),
                full_year=full,
                full_year_absence=draw(st.sampled_from(Absence)) if full is None else None,
                full_year_stated=draw(st.booleans()),
                paperwork_complete=draw(st.booleans()),
                recruited=draw(st.sampled_from(["Yes", "No", "4 of 6", "n/a"])),
                comment=draw(st.just("") | WORDS),
                outside=draw(st.just(NOTHING) | outsides()),
                bounds=tuple(draw(st.just([]) | words_of(years))),
                fte_years=tuple(draw(st.none() | st.just(Decimal(0)) | FTES) for _ in range(years * fte_by_year)) if fte else (),
                size=draw(st.sampled_from(sizes if fte is None else tuple(text for text in sizes if text != formats.NOT_STATED))),
            )
        )
    return made


@st.composite
def schedules(draw: st.DrawFn, sizes: Sequence[str] = SIZES, *, fte_by_year: bool = True) -> Schedule:
    """Whole schedules in both units, both rounding rules, every credit style, one to four years, further columns or none."""
    years = tuple(FinancialYear(2016 + offset) for offset in range(draw(st.integers(1, 4))))
    by_year = fte_by_year and draw(st.booleans())
    made = draw(records(len(years), sizes, fte_by_year=by_year))
    return schedule(
        made,
        years=years,
        further=columns_of((each.outside for each in made), with_total=draw(st.booleans())),
        unit=draw(st.sampled_from(Unit)),
        rounding=draw(st.sampled_from(Rounding)),
        credit_style=draw(st.sampled_from(CreditStyle)),
        show_team_subtotals=draw(st.booleans()),
        fte_by_year=by_year,
    )
