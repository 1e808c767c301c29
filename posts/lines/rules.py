"""A line as it is typed, and the amounts that follow from it. Entering, paste, undo, conflicts and history all speak in these.

A state holds no computed figure but those that were stated. Money in whole pounds; teams by their name, "" for none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from costing.financial_year import FinancialYear
from costing.intake import Basis, CostFrom
from costing.intake import Intake as Period
from costing.line_cost import Absence, Duration, Line, exact_part_year_cost, full_year_cost, open_part, part_year_cost
from costing.money import round_pounds
from costing.paying import Payer
from costing.size import PostSize
from posts.lines.blank.rules import blank
from posts.lines.payers.rules import as_json as payer_as_json
from posts.lines.payers.rules import payers_of
from posts.models import CostLine, LineAmount


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure given instead of calculated: for a year, the full year where `year` is None, the whole life where it is 0.

    `amount` None: see `absence`. `bound` is the word before it; `other_amount` is what another source says, which is not used.
    """

    year: int | None
    amount: Decimal | None
    absence: str
    reason: str
    stated_by: int
    stated_at: datetime
    bound: str = ""
    other_amount: Decimal | None = None
    other_source: str = ""


class CostChange(NamedTuple):
    """An annual cost that holds from a day on, for the whole line or, for all its FTE, for the intake of this number (from 1)."""

    starts: date
    annual_cost: Decimal
    intake: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As the store and the history hold it."""
        return {"from": self.starts.isoformat(), "annual_cost": f"{self.annual_cost:f}", "intake": self.intake}


def cost_changes_of(content: Iterable[Mapping[str, Any]]) -> tuple[CostChange, ...]:
    """The changes that `CostChange.as_json` wrote."""
    return tuple(CostChange(date.fromisoformat(c["from"]), Decimal(c["annual_cost"]), c["intake"]) for c in content)


def costs_of(changes: Iterable[CostChange], intake: int | None) -> tuple[CostFrom, ...]:
    """Those of the whole line (None) or of one intake, as the costing rules read them."""
    return tuple(CostFrom(each.starts, each.annual_cost) for each in changes if each.intake == intake)


@dataclass(frozen=True, slots=True)
class LineState:
    """Everything a person types about a line."""

    phase: int
    team: str
    position: int
    kind: str
    title: str
    fte: Decimal | None
    annual_cost: Decimal | None
    duration: str
    term_months: int | None
    paperwork_complete: bool
    recruited_fte: Decimal | None
    engaged: str
    comment: str
    cost_centre: str
    subjective_code: str
    establishment_number: str
    intakes: tuple[tuple[Decimal | None, date | None, date | None], ...]
    stated: tuple[Stated, ...]
    headcount: int | None = None
    weekly_hours: Decimal | None = None
    full_time_hours: Decimal | None = None
    cost_changes: tuple[CostChange, ...] = ()
    paid_by: tuple[Payer, ...] = ()

    @property
    def size(self) -> PostSize | None:
        """How many posts it is, as it was stated; None for an other cost."""
        if self.kind == CostLine.Kind.OTHER:
            return None
        return PostSize(self.fte, self.headcount, self.weekly_hours, self.full_time_hours)

    def sized(self, size: PostSize | None) -> "LineState":
        """The same line with this many posts."""
        size = size or PostSize(None)
        return replace(self, fte=size.fte, headcount=size.posts, weekly_hours=size.hours, full_time_hours=size.week)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the audit record and the line's history; `from_json` reads them back."""
        flat = {name: _as_kept(getattr(self, name)) for name in _FLAT}
        return flat | {
            "intakes": [[_as_kept(part) for part in intake] for intake in self.intakes],
            "stated": [_without_blanks(_as_kept(asdict(item))) for item in self.stated],
            "cost_changes": [each.as_json() for each in self.cost_changes],
            "paid_by": [payer_as_json(each) for each in self.paid_by],
        }


_IN_PARTS = ("intakes", "stated", "cost_changes", "paid_by")
# What is stored on the line's own row as it is; team, intakes and stated amounts are kept beside it.
ROW_FIELDS = tuple(f.name for f in fields(LineState) if f.name not in ("phase", "team", *_IN_PARTS))


_LATER = {"bound": "", "other_amount": None, "other_source": ""}
"""Parts of a stated figure that are written only where there is something to say: texts of older lines stay as they are."""


def _without_blanks(stated: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stated.items() if name not in _LATER or value != _LATER[name]}


_FLAT = tuple(f.name for f in fields(LineState) if f.name not in _IN_PARTS)


def _as_kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_kept(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_kept(item) for item in value]
    if isinstance(value, Decimal | date):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    return value


def from_json(content: dict[str, Any]) -> LineState:
    """The state that `as_json` wrote."""
    stated = tuple(
        Stated(**{**item, **_amounts_in(item), "stated_at": datetime.fromisoformat(item["stated_at"])})
        for item in content["stated"]
    )
    intakes = tuple((_decimal(fte), _date(start), _date(end)) for fte, start, end in content["intakes"])
    # A state that was kept before these came has none of them.
    money = {field: _decimal(content[field]) for field in _DECIMALS if field in content}
    changes, payers = cost_changes_of(content.get("cost_changes", ())), payers_of(content.get("paid_by", ()))
    later: dict[str, Any] = {"cost_changes": changes, "paid_by": payers}
    return LineState(**{**content, **money, **later, "intakes": intakes, "stated": stated})


_DECIMALS = ("fte", "annual_cost", "recruited_fte", "weekly_hours", "full_time_hours")


def _amounts_in(item: dict[str, Any]) -> dict[str, Decimal | None]:
    return {name: _decimal(item[name]) for name in ("amount", "other_amount") if name in item}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def state_of(line: CostLine) -> LineState:
    """The state of a stored line, its team, intakes and amounts already fetched."""
    return LineState(
        **{field: getattr(line, field) for field in ROW_FIELDS},
        phase=line.phase_id,
        team=line.team.name if line.team else "",
        intakes=tuple((intake.fte, intake.start, intake.end) for intake in line.intakes.all()),
        cost_changes=cost_changes_of(line.cost_changes),
        paid_by=payers_of(line.paid_by),
        stated=tuple(_stated(amount) for amount in line.amounts.all() if amount.origin == LineAmount.Origin.STATED),
    )


def _stated(amount: LineAmount) -> Stated:
    assert amount.stated_by_id is not None
    assert amount.stated_at is not None
    by, at = amount.stated_by_id, amount.stated_at
    other = (amount.bound, amount.other_amount, amount.other_source)
    return Stated(amount.financial_year, amount.amount, amount.absence, amount.reason, by, at, *other)


def costed(state: LineState, basis: Basis) -> Line:
    """The state as the costing rules read it. Raises costing.line_cost.NotALine or costing.intake.NotAnIntake."""
    return Line(
        annual_cost=state.annual_cost,
        fte=state.fte,
        intakes=tuple(
            Period(*intake, costs_of(state.cost_changes, number)) for number, intake in enumerate(state.intakes, start=1)
        ),
        duration=Duration(state.duration),
        basis=basis,
        costs=costs_of(state.cost_changes, None),
    )


def is_fewer_at_a_cost(state: LineState) -> bool:
    """Whether posts go and yet money is spent: seldom meant, for fewer posts save money and are typed as a credit."""
    figures = [state.annual_cost, *(item.amount for item in state.stated)]
    return bool(state.fte and state.fte < 0 and any(figure and figure > 0 for figure in figures))


def amounts_of(state: LineState, years: Iterable[FinancialYear], basis: Basis) -> list[LineAmount]:
    """One unsaved amount for each year and for the full year: stated where stated, calculated elsewhere.

    Before them, what is stated of other years and of the whole life: nothing that was typed goes when the years become others.
    """
    years = tuple(years)
    if state.annual_cost is not None and not state.stated and not state.cost_changes:
        return _amounts_of_pounds(state, years, basis)
    line = costed(state, basis)
    stated = {item.year: item for item in state.stated}
    others = sorted(stated.keys() - {None, *(year.starts_in for year in years)}, key=lambda year: year or 0)
    amounts = [_amount(year, _of_another_year(line, year), "", stated[year]) for year in others]
    for year in years:
        calculated = part_year_cost(line, year)
        absence = "" if calculated is not None else Absence.NOT_STATED
        amounts.append(_amount(year.starts_in, calculated, absence, stated.get(year.starts_in)))
    full = full_year_cost(line)
    amounts.append(_amount(None, full.amount, full.absence or "", stated.get(None)))
    return amounts


def _amounts_of_pounds(state: LineState, years: tuple[FinancialYear, ...], basis: Basis) -> list[LineAmount]:
    """The same of a line whose one annual cost everything follows from: each pound of it falls as those of its kind do."""
    assert state.annual_cost is not None
    annual = Fraction(state.annual_cost)
    parts, in_full = _of_each_pound(state.fte, state.intakes, state.duration, basis, years)
    found = [
        _amount(year.starts_in, None, Absence.NOT_STATED, None) if part is None else _worked_out(year.starts_in, annual * part)
        for year, part in zip(years, parts, strict=True)
    ]
    return [*found, _amount(None, None, Absence.NO_EFFECT, None) if in_full is None else _worked_out(None, annual * in_full)]


def _worked_out(year: int | None, exact: Fraction) -> LineAmount:
    return _amount(year, round_pounds(exact), "", None)


@lru_cache(maxsize=4_096)
def _of_each_pound(
    fte: Decimal | None, intakes: tuple[Any, ...], duration: str, basis: Basis, years: tuple[FinancialYear, ...]
) -> tuple[tuple[Fraction | None, ...], Fraction | None]:
    """What falls in each year of a pound of annual cost, exactly, and in a full year; None where that cannot be said."""
    line = Line(Decimal(1), fte, tuple(Period(*intake) for intake in intakes), Duration(duration), basis)
    return tuple(exact_part_year_cost(line, year) for year in years), open_part(line) if line.open_ended else None


def _of_another_year(line: Line, year: int | None) -> Decimal | None:
    return part_year_cost(line, FinancialYear(year)) if year else None


def _amount(year: int | None, calculated: Decimal | None, absence: str, stated: Stated | None) -> LineAmount:
    amount = blank(LineAmount)
    amount.financial_year, amount.calculated = year, calculated
    if stated is None:
        amount.amount, amount.absence, amount.origin = calculated, absence, "calculated"
        return amount
    amount.amount, amount.absence, amount.origin = stated.amount, stated.absence, "stated"
    amount.reason, amount.stated_by_id, amount.stated_at = stated.reason, stated.stated_by, stated.stated_at
    amount.bound, amount.other_amount, amount.other_source = stated.bound, stated.other_amount, stated.other_source
    return amount


class Sums(NamedTuple):
    """What the lines come to in one measure: those of a team in a phase, of the phase, of the programme. None: no amount."""

    team: Decimal | None
    phase: Decimal | None
    programme: Decimal | None
