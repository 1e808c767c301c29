"""The words that the printed faces of the schedule share: heads, headings, basis, key. Plain text, never escaped."""

from costing.intake import Basis
from costing.line_cost import Absence
from costing.money import Rounding, Unit
from display import formats
from display.formats import CreditStyle
from reports.table.columns.rules import COMMENT, PAPERWORK, RECRUITED, after_money, money_columns
from reports.table.rules import Figure, Row, Schedule, Totals

_AFTER_MONEY = {PAPERWORK: "Paperwork complete", RECRUITED: "Recruited to\N{NO-BREAK SPACE}post", COMMENT: "Comment"}
INTERNAL = "Internal - not for publication"


def paper_heading(schedule: Schedule) -> list[str]:
    """What stands at the head of every page: appendix, report number, committee, date, Part 1 or 2; what is empty is left out.

    A paper that is internal is of neither part, unless it holds exempt information.
    """
    paper = schedule.paper
    inside = INTERNAL if paper.internal else ""
    return [*filter(None, (_named("Appendix", paper.appendix), *_of_the_meeting(schedule), _part_of(schedule), inside))]


def report_heading(schedule: Schedule) -> list[str]:
    """The same for a report, which is no appendix itself and says its own part."""
    return [*filter(None, _of_the_meeting(schedule))]


def _of_the_meeting(schedule: Schedule) -> tuple[str, ...]:
    paper = schedule.paper
    report, item = _named("Report no.", paper.report_number), _named("Agenda item", paper.agenda_item)
    return report, paper.committee, paper.meeting_date, item


def _part_of(schedule: Schedule) -> str:
    paper = schedule.paper
    return ("" if paper.internal else "Part 1 (public)") if paper.part == 1 else f"Part {paper.part} (exempt)"


def _named(word: str, text: str) -> str:
    return text if not text or text.lower().startswith(word.split(maxsplit=1)[0].lower()) else f"{word} {text}"


def about(schedule: Schedule) -> str:
    """One line under the title: whose table it is, its unit, basis and rounding rule."""
    basis = "calendar months" if schedule.basis == Basis.MONTHS else "days in post"
    parts = [f"Costs in {schedule.unit.label}", f"part years by {basis}"]
    if schedule.unit != Unit.POUNDS:
        exact = schedule.rounding == Rounding.ROUNDED_SUM
        parts.append("totals are rounded from the exact sums" if exact else "totals add the rounded lines")
    whose = ", ".join(filter(None, (schedule.council, schedule.programme)))
    return f"{whose}. {'; '.join(parts)}." if whose else f"{'; '.join(parts)}."


def data_line(schedule: Schedule) -> str:
    """Which version of a paper this is, and the moment of its figures."""
    issued = f"Version {schedule.paper.version}. " if schedule.paper.version else ""
    return f"{issued}Figures as at {formats.long_moment(schedule.as_at)}"


def column_headings(schedule: Schedule) -> list[tuple[str, str]]:
    """Heading and unit of each column, in the order of the committee's table; the unit is empty where there is none."""
    unit = schedule.unit_label
    return [
        ("Post or other cost", ""),
        ("FTE", ""),
        *((label, "") for label in schedule.fte_headings),
        *((label, unit) for _, label in money_columns(schedule)),
        *((_AFTER_MONEY[name], "") for name in after_money(schedule)),
    ]


def cell(figure: Figure, credits: CreditStyle) -> str:
    """A figure as papers print it: 731, "-" for nil and for no full-year effect, "n/s" where none is stated, "at least 731"."""
    if figure.word:
        number = formats.whole(figure.shown or 0, credits).replace(" ", "\N{NO-BREAK SPACE}")
        return f"{figure.word} {number}"
    return formats.NOT_STATED if figure.absence is Absence.NOT_STATED else formats.figure(figure.shown, credits)


def words_in_full(schedule: Schedule, row: Row | Totals) -> str:
    """Which figures of a row are not exactly so much: "2016/17: at least; Total: about". Empty where all are."""
    figures = zip(schedule.columns, schedule.figures(row), strict=True)
    return "; ".join(f"{label}: {figure.word}" for (_, label), figure in figures if figure.word)


def says_not_stated(schedule: Schedule) -> bool:
    """Whether a figure of the table is not stated, so that its mark needs a key."""
    return any(figure.absence is Absence.NOT_STATED for figure in schedule.figures(schedule.total))


def key(schedule: Schedule) -> list[tuple[str, str]]:
    """The key to abbreviations, with what "-" says, and "n/s" where it stands."""
    not_stated = [(formats.NOT_STATED, "not stated, and not included in any total")] if says_not_stated(schedule) else []
    return [*schedule.abbreviations, (formats.NIL, "nil, or no amount in that column"), *not_stated]
