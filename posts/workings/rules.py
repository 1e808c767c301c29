"""How each figure of a line came about, and what changed in the line over time, in words. Pure shaping: no query.

The rules' own sentences come from costing.line_cost.workings; here stand beside them who stated what, and what a figure adds to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from costing import measure as measures
from costing.financial_year import FinancialYear
from costing.intake import Basis
from costing.line_cost import Absence, Line, Workings, number, pounds, workings
from costing.line_cost import Duration as LastsFor
from costing.measure import Measure
from costing.size import shown
from display import formats
from posts.lines.cells.rules import NAMES
from posts.lines.payers.rules import in_words
from posts.lines.rules import CostChange, LineState, Stated, Sums, costed, from_json
from posts.models import CostLine, LineAmount, LineRevision, recruited_text

DURATIONS = {LastsFor.RECURRING: "Recurring", LastsFor.FIXED_TERM: "Fixed term", LastsFor.ONE_OFF: "One-off"}
COST_CHANGES = "Annual cost changes"
WHO_PAYS = "Who pays"
BASIS = "Part-year basis"
BASES = {Basis.MONTHS: "Months: each whole month is a twelfth", Basis.DAYS: "Days: days in post / days in the financial year"}


class Names(NamedTuple):
    """What phases and funding sources are called, by their numbers."""

    phases: Mapping[int, str] = {}
    sources: Mapping[int, str] = {}


class Total(NamedTuple):
    """A total that a figure is part of."""

    name: str
    amount: str


class StatedFigure(NamedTuple):
    """Why a figure is stated, and by whom. `calculated` is what the rules give; `difference` compares the two, or is empty.

    `other` is a sentence on what another source says, which is not used; empty where none disagrees.
    """

    reason: str
    by: str
    at: datetime
    calculated: str
    difference: str
    other: str = ""


class Entered(NamedTuple):
    """Who entered something of a line as it stands now, and when."""

    who: str
    at: datetime


class Input(NamedTuple):
    """Something recorded of a line, in words. `entered` is None where it is not the line's own, or where no history says."""

    name: str
    text: str
    entered: Entered | None


def together(inputs: Iterable[Input]) -> Entered | None:
    """Who entered all of them at once; None where several people did, or at several times."""
    found = {each.entered for each in inputs if each.entered}
    return found.pop() if len(found) == 1 else None


class FigureWorkings(NamedTuple):
    """One figure of a line. `anchor` is where the committee table links to; `words` is the calculation as a sentence.

    `inputs` are what a calculated figure is worked out from, together with who entered it; none of a figure that is only stated.
    """

    anchor: str
    label: str
    shown: str
    words: str
    stated: StatedFigure | None
    adds_to: tuple[Total, ...]
    inputs: tuple[Input, ...] = ()

    @property
    def entered(self) -> Entered | None:
        """Who entered all the inputs at once; None where several people did, or at several times."""
        return together(self.inputs)


class Changed(NamedTuple):
    """One thing that differs between two versions of a line, as the person who changed it would name it."""

    name: str
    before: str
    after: str


class Version(NamedTuple):
    """One version of a line: what was done, by whom and when. `source`: number and name of the import that made it."""

    number: int
    at: datetime
    who: str
    what: str
    changes: tuple[Changed, ...]
    source: tuple[int, str] | None = None


def anchor_of(measure: Measure) -> str:
    """y2016, full-year, or total for the whole life: as the columns of the committee table link here."""
    if measure == measures.WHOLE_LIFE:
        return "total"
    return f"y{measure.year.starts_in}" if measure.year else "full-year"


_WHOLE_LIFE = Workings("the sum stated over all its years.")


@dataclass(frozen=True)
class StoredLine:
    """A line as it is stored, its phase, team and amounts already fetched, and its state.

    `sums` are of its team and phase by measure, `people` the names of those who stated a figure.
    """

    line: CostLine
    state: LineState
    sums: Mapping[Measure, Sums]
    people: Mapping[int, str]


def figures(
    stored: StoredLine, years: Iterable[FinancialYear], basis: Basis, entered: Mapping[str, Entered] | None = None
) -> list[FigureWorkings]:
    """Every figure of a stored line. Without `entered` the figures are told without their inputs."""
    line, state, sums, people = stored.line, stored.state, stored.sums, stored.people
    rules = costed(state, basis)
    by_measure = {amount.measure: amount for amount in line.amounts.all()}
    shaped = []
    for measure in sorted({*map(measures.in_year, years), *by_measure}):
        if amount := by_measure.get(measure):
            year = measure.year
            explained = _WHOLE_LIFE if measure == measures.WHOLE_LIFE else workings(rules, year)
            stated = _stated(amount, rules, people) if amount.origin == LineAmount.Origin.STATED else None
            # "Nil" and "No full-year effect" stand before the sentence already where the figure was stated instead.
            sentence = _sentence(explained.how if stated and stated.calculated else str(explained))
            shown = f"{amount.bound} {_shown(amount.amount, amount.absence)}".strip()
            totals = _totals(line, sums[measure]) if amount.amount else ()
            given = _inputs_of(state, year, basis, entered) if entered and amount.calculated is not None else ()
            shaped.append(FigureWorkings(anchor_of(measure), measure.label, shown, sentence, stated, totals, given))
    return shaped


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}{'' if words.endswith('.') else '.'}"


def _shown(amount: Decimal | None, absence: str) -> str:
    if amount is None:
        return "No full-year effect" if absence == Absence.NO_EFFECT else "Not stated"
    return "Nil" if amount == 0 else pounds(amount)


def _stated(amount: LineAmount, rules: Line, people: Mapping[int, str]) -> StatedFigure:
    assert amount.stated_by_id is not None
    assert amount.stated_at is not None
    calculated, difference = "", ""
    if amount.calculated is not None:
        calculated = _shown(amount.calculated, "")
        if amount.amount is not None:
            difference = _difference(amount.amount - amount.calculated)
    elif amount.financial_year is None and not rules.open_ended:
        calculated = _shown(None, Absence.NO_EFFECT)
    other = "" if amount.other_amount is None else f"{amount.other_source} says {pounds(amount.other_amount)}: not used."
    by = people.get(amount.stated_by_id, "somebody")
    return StatedFigure(amount.reason, by, amount.stated_at, calculated, difference, other)


def _difference(more: Decimal) -> str:
    if not more:
        return "The typed figure is the same."
    return f"The typed figure is {pounds(abs(more))} {'more' if more > 0 else 'less'} than the calculated one."


def _totals(line: CostLine, sums: Sums) -> tuple[Total, ...]:
    named = [(f"{line.team} in {line.phase}", sums.team)] if line.team else []
    named += [(str(line.phase), sums.phase), ("The whole programme", sums.programme)]
    return tuple(Total(name, pounds(amount)) for name, amount in named if amount is not None)


def _inputs_of(state: LineState, year: FinancialYear | None, basis: Basis, entered: Mapping[str, Entered]) -> tuple[Input, ...]:
    words = described(state, Names())
    names = (annual_cost_name(state.duration), COST_CHANGES, NAMES["fte"], when_name(state), "Lasts")
    given = [Input(name, words[name], entered.get(name)) for name in names if words[name]]
    return (*given, Input(BASIS, BASES[basis], None)) if year else tuple(given)


def inputs(state: LineState, names: Names, basis: Basis, entered: Mapping[str, Entered]) -> list[Input]:
    """What the figures are worked out from, and the rest that is recorded of the line."""
    words = described(state, names)
    words[annual_cost_name(state.duration)] = words[annual_cost_name(state.duration)] or "Not stated"
    words[BASIS] = BASES[basis]
    for name in (NAMES["title"], *(_measure(item) for item in state.stated)):
        del words[name]
    return [Input(name, text, entered.get(name)) for name, text in words.items() if text]


def described(state: LineState, names: Names) -> dict[str, str]:
    """Everything recorded of a line, as names and words; empty where nothing is recorded."""
    post = state.kind == CostLine.Kind.POST
    return {
        NAMES["title"]: state.title,
        "Kind": CostLine.Kind(state.kind).label,
        "Phase": names.phases.get(state.phase, "a removed phase"),
        NAMES["team"]: state.team,
        NAMES["fte"]: _size(state),
        annual_cost_name(state.duration): "" if state.annual_cost is None else pounds(state.annual_cost),
        COST_CHANGES: "; ".join(map(_cost_change, state.cost_changes)),
        WHO_PAYS: "; ".join(in_words(each, names.sources) for each in state.paid_by),
        "Lasts": DURATIONS[LastsFor(state.duration)],
        "Term": f"{state.term_months} months" if state.term_months else "",
        when_name(state): "; ".join(_intake(fte, start, end, state) for fte, start, end in state.intakes) or "Start not stated",
        **{_measure(item): _stated_words(item) for item in state.stated},
        NAMES["paperwork"]: formats.yes_no(state.paperwork_complete),
        (NAMES["recruited"] if post else "Engaged"): recruited_text(state.fte, state.recruited_fte, state.engaged),
        NAMES["comment"]: state.comment,
        "Cost centre": state.cost_centre,
        "Subjective code": state.subjective_code,
        "Establishment number": state.establishment_number,
    }


def _cost_change(each: CostChange) -> str:
    of = f" for intake {each.intake}" if each.intake else ""
    return f"{pounds(each.annual_cost)} from {formats.long_date(each.starts)}{of}"


def _size(state: LineState) -> str:
    """How many posts it is; where the FTE follows from hours, how it was worked out and rounded."""
    size = state.size
    if size is None:
        return ""
    if size.fte is None:
        return f"{shown(size)}, FTE not stated" if size.posts else "Not stated"
    if size.hours is None or size.week is None:
        return shown(size)
    rounded = ", rounded to two places" if size.is_rounded else ""
    return f"{formats.fte(size.fte)}: {shown(size)} a week{rounded}"


def annual_cost_name(duration: str) -> str:
    return "Amount" if duration == LastsFor.ONE_OFF else NAMES["annual_cost"]


def when_name(state: LineState) -> str:
    return "In post" if state.kind == CostLine.Kind.POST else "When"


def _measure(item: Stated) -> str:
    return measures.stored(item.year).label


def _stated_words(item: Stated) -> str:
    other = f"; {item.other_source} says {pounds(item.other_amount)}" if item.other_amount is not None else ""
    return f"{item.bound} {_shown(item.amount, item.absence)}, typed: {item.reason}{other}".strip()


def _intake(fte: Decimal | None, start: date | None, end: date | None, state: LineState) -> str:
    if state.duration == LastsFor.ONE_OFF:
        return f"on {formats.long_date(start)}" if start else "date not stated"
    period = f"from {formats.long_date(start)}" if start else "start not stated"
    period += f" to {formats.long_date(end)}" if end else ""
    return f"{number(fte)} FTE {period}" if fte else period


def history(revisions: Sequence[LineRevision], names: Names) -> list[Version]:
    """Each version of a line, newest first as `revisions` are, with what it changed."""
    states = [from_json(revision.state) if revision.state else None for revision in revisions]
    return [
        _version(revision, after, before, names)
        for revision, after, before in zip(revisions, states, [*states[1:], None], strict=True)
    ]


def entered(revisions: Sequence[LineRevision], names: Names) -> dict[str, Entered]:
    """Who entered what is recorded of a line now, and when, by its name in `described`. `revisions` are newest first."""
    found: dict[str, Entered] = {}
    for version, revision in reversed(list(zip(history(revisions, names), revisions, strict=True))):
        by = Entered(version.who, version.at)
        if version.what in _WHOLE and revision.state:
            found = dict.fromkeys(described(from_json(revision.state), names), by)
        found |= {change.name: by for change in version.changes}
    return found


_WHOLE = ("Added", "Put back")
"""What brings the whole line, and not only what differs."""


def _version(revision: LineRevision, after: LineState | None, before: LineState | None, names: Names) -> Version:
    changes = _changes(before, after, names) if before and after else ()
    entry = revision.entry
    who = entry.actor.name if entry.actor else "the service itself"
    file = getattr(entry, "imported_file", None)
    source = (entry.number, str(file)) if file else None
    return Version(revision.version, entry.at, who, _what(revision, after, before, changes), changes, source)


def _what(revision: LineRevision, after: LineState | None, before: LineState | None, changes: tuple[Changed, ...]) -> str:
    if after is None:
        return "Removed"
    if before is None:
        return _WHOLE[revision.version > 1]
    if revision.entry.action == "change_undone":
        return "Undid a change"
    if not changes and after.position != before.position:
        return "Moved up" if after.position < before.position else "Moved down"
    return "Changed"


def _changes(before: LineState, after: LineState, names: Names) -> tuple[Changed, ...]:
    old, new = described(before, names), described(after, names)
    for measure in (_measure(item) for item in (*before.stated, *after.stated)):
        old.setdefault(measure, "calculated")
        new.setdefault(measure, "calculated")
    return tuple(
        Changed(name, old.get(name, "") or "blank", new.get(name, "") or "blank")
        for name in (*new, *(gone for gone in old if gone not in new))
        if old.get(name, "") != new.get(name, "")
    )
