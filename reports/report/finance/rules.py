"""Drafts the paragraphs of the finance section, and the recommendations, from the committee table.

Nothing here reads the store: the table, the position and the route are handed in. Every figure is named
(reports.figures.rules), never worked out here: what a paragraph says follows the table and can be checked against it.
A sentence whose figures are not there is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from costing import measure as measures
from costing.line_cost import Absence
from display.formats import long_date
from display.words import counted, listed
from phases.bodies.rules import DecidingBody
from phases.ledger.rules import Authorised, Coverage, Excess
from reports.draft.rules.known import in_full, phases_in_words
from reports.draft.rules.years import FULL_YEAR, OVER_YEARS
from reports.figures.rules import Figures
from reports.standing.position.rules import Group, GroupMeasure, Position
from reports.standing.route.rules import Route
from reports.table.rules import PhaseSection, Row, Schedule, Totals

MOST_LINES_NAMED = 5


class Drafted(NamedTuple):
    """A paragraph as the data give it. `key` tells it from the others of its section; `body` is who a recommendation asks."""

    key: str
    text: str
    body: DecidingBody | None = None


class Delegated(NamedTuple):
    """A recorded delegation: who decides, and those asked before as a sentence names them, by mode ("agreement", "advice")."""

    number: int
    title: str
    body: str
    day: str
    decider: str
    offices: Mapping[str, Sequence[str]]


class ElsewhereMet(NamedTuple):
    """An item that another source pays for."""

    title: str
    source: str


@dataclass(frozen=True)
class Sources:
    """What the paragraphs are drafted from. `exempt` are the lines, by number, that a public paper does not name.

    `instrument` is the kind of money asked for, "" where it is not known.
    """

    schedule: Schedule
    figures: Figures
    position: Position
    routes: Sequence[Route]
    delegations: Sequence[Delegated]
    elsewhere: Sequence[ElsewhereMet]
    committee: DecidingBody | None
    instrument: str = ""
    exempt: frozenset[int] = frozenset()

    def figure(self, name: str) -> str:
        """The reference to a figure, with "at least" before a total over something that is not stated; "" where there is none."""
        found = self.figures.named(name)
        return f"{'at least ' if found.at_least else ''}{found.notation}" if found else ""

    def of(self, numbers: Iterable[int]) -> str:
        """The name under which these phases have their figures."""
        chosen, everything = set(numbers), {phase.number for phase in self.schedule.phases}
        return "the total" if chosen == everything else phases_in_words(chosen)

    def costs(self, name: str) -> str:
        """ "£731k in 2016/17 and £1,171k in 2017/18, with a full-year effect of £1,123k"; "" where nothing is stated."""
        years = [f"{figure} in {year}" for year in self.figures.known.bases[:-1] if (figure := self.figure(f"{name}, {year}"))]
        full = self.figure(f"{name}, {FULL_YEAR}")
        effect = f"with a full-year effect of {full}" if full else ""
        return ", ".join(filter(None, [listed(years), effect]))

    @property
    def approval(self) -> Route | None:
        """Who may approve the programme by its full-year effect: by the limits of its own kind of money, or of any."""
        found = {each.instrument: each for each in self.routes if each.measure == measures.FULL_YEAR and each.steps}
        return found.get(self.instrument) or found.get("")


def finance(sources: Sources) -> list[Drafted]:
    """The paragraphs of the finance section, in order."""
    if not sources.schedule.total.line_count:
        return []
    parts: tuple[Callable[[Sources], Iterator[Drafted]], ...] = (
        _all_costs,
        _phases,
        _money,
        _without_money,
        _who_may_approve,
        _what_recurs,
        _met_elsewhere,
        _recruitment,
        _delegations,
    )
    return [drafted for part in parts for drafted in part(sources)]


def recommendations(sources: Sources) -> list[Drafted]:
    """What each body is asked, the committee first: to approve, or to recommend to the body that may. No committee, none."""
    if not sources.schedule.total.line_count or sources.committee is None:
        return []
    approver, committee = _approver(sources), sources.committee
    wanted = [(each, sources.costs(sources.of(each))) for each in _wanting_approval(sources)]
    asked = [(numbers, f"{phases_in_words(numbers)}: {costs}") for numbers, costs in wanted if costs]
    if not asked:
        return [Drafted("note", "Note the costs and the position of the programme set out in this report.", committee)]
    if not approver or approver.is_same(sources.committee):
        return [Drafted(_numbered("approve", numbers), f"Approve the funding of {text}.", committee) for numbers, text in asked]
    return [
        *(
            Drafted(_numbered("recommend", numbers), f"Recommend to {approver.in_sentence} the funding of {text}.", committee)
            for numbers, text in asked
        ),
        *(Drafted(_numbered("approve", numbers), f"Approve the funding of {text}.", approver) for numbers, text in asked),
    ]


def _numbered(what: str, numbers: Iterable[int]) -> str:
    return f"{what} {' '.join(map(str, sorted(numbers)))}"[:40]


def _wanting_approval(sources: Sources) -> Iterator[frozenset[int]]:
    """Phases whose full-year cost no lasting money pays for: those that share some money together, each other by itself."""
    for group in sources.position.groups:
        full = _in_a_full_year(group)
        if full.limit is None or full.exceeded:
            yield frozenset(phase.plan.number for phase in group.phases if phase.plan.lines)
    for plan in sources.position.uncovered:
        if plan.lines:
            yield frozenset({plan.number})


def _in_a_full_year(group: Group) -> GroupMeasure:
    return next(cell for cell in group.cells if cell.measure == measures.FULL_YEAR)


def _approver(sources: Sources) -> DecidingBody | None:
    return sources.approval.steps[-1].approver if sources.approval else None


def _all_costs(sources: Sources) -> Iterator[Drafted]:
    costs, fte = sources.costs("the total"), _at_least(sources.figure("the total FTE"), sources.schedule.total)
    if costs:
        in_all = sources.figure(f"the total {OVER_YEARS}") if sources.schedule.further else ""
        over_years = f" Over all its years it comes to {in_all}." if in_all else ""
        yield Drafted("costs", f"The committee table sets out costs of {costs}{f', for {fte} FTE' if fte else ''}.{over_years}")


def _at_least(fte: str, totals: Totals) -> str:
    """FTE as a sentence says it: at least so many where that of a post is not stated."""
    return f"at least {fte}" if fte and totals.fte_gap else fte


def _phases(sources: Sources) -> Iterator[Drafted]:
    if len(sources.schedule.phases) < 2:
        return
    for phase in sources.schedule.phases:
        name = phases_in_words({phase.number})
        costs = sources.costs(name)
        fte = _at_least(sources.figure(f"the FTE of {name}"), phase.total) if phase.total.fte else ""
        if costs and phase.teams:
            of = f", of {fte} FTE," if fte else ""
            yield Drafted(f"phase {phase.number}", f"{name}{of} costs {costs}.")


def _money(sources: Sources) -> Iterator[Drafted]:
    """What is allowed, what the plans leave of it, and that one-off money does not pay for what recurs."""
    for group in sources.position.groups:
        sentences = [
            *(_allowed(sources, each) for each in group.authorisations),
            *_left(sources, group),
            *_lasting(sources, group),
        ]
        numbers = " ".join(str(each.pk) for each in group.authorisations)
        yield Drafted(f"money {numbers}"[:40], " ".join(filter(None, sentences)))


def _allowed(sources: Sources, money: Authorised) -> str:
    amounts = [
        f"{figure} {measure.in_words}"
        for measure in sorted(money.limits)
        if (figure := sources.figure(in_full(f"the limit of {money.title}", measure)))
    ]
    if not amounts:
        return ""
    term = "one-off" if money.one_off else "recurring"
    allowed = f"{money.decided.body.at_the_start} allowed up to {listed(amounts)} on {long_date(money.decided.day)}"
    return f"{allowed} ({money.title}: {term}, from {money.source}, for {phases_in_words(money.phases)})."


def _left(sources: Sources, group: Group) -> Iterator[str]:
    for column, cell in enumerate(group.cells):
        for excess in cell.excesses:
            yield _over(sources, group, excess)
        if cell.limit is None or cell.headroom is None or cell.exceeded:
            continue
        numbers = [phase.plan.number for phase in group.phases if phase.coverages[column] == Coverage.LIMITED]
        planned = sources.figure(in_full(sources.of(numbers), cell.measure))
        figure = sources.figure(in_full(f"what is left of {group.title}", cell.measure))
        left = f"leaves {figure}" if cell.headroom else "leaves nothing"
        if planned and (figure or not cell.headroom):
            yield f"{phases_in_words(numbers)} {_verb(numbers)} {planned} {cell.measure.in_words}, which {left}."


def _over(sources: Sources, group: Group, excess: Excess) -> str:
    measure, numbers = excess.measure, sorted(excess.phases)
    planned = sources.figure(in_full(sources.of(numbers), measure))
    over = sources.figure(in_full(f"the excess over {excess.titles}", measure))
    allowed = "that" if excess.authorisations == group.authorisations else f"{excess.titles} may pay for"
    if not planned or not over:
        return ""
    return (
        f"{phases_in_words(numbers)} {_verb(numbers)} {planned} {excess.measure.in_words}, which is {over} more than {allowed}."
    )


def _lasting(sources: Sources, group: Group) -> Iterator[str]:
    numbers = [phase.plan.number for phase in group.phases]
    full = sources.figure(f"{sources.of(numbers)}, {FULL_YEAR}")
    if full and _in_a_full_year(group).limit is None and all(each.one_off for each in group.authorisations):
        yield f"This money is one-off: the full-year effect of {phases_in_words(numbers)}, {full}, needs a further decision."


def _without_money(sources: Sources) -> Iterator[Drafted]:
    for plan in sources.position.uncovered:
        costs = sources.costs(sources.of({plan.number}))
        if costs and plan.lines:
            name = phases_in_words({plan.number})
            yield Drafted(f"without money {plan.number}", f"No money is authorised yet for {name}, which costs {costs}.")


def _who_may_approve(sources: Sources) -> Iterator[Drafted]:
    route = sources.approval
    if route is None or not route.steps[-1].total:
        return
    last = route.steps[-1]
    limits = [
        f"{rule.body.in_sentence} may approve up to {figure}"
        for rule in last.rules
        if (figure := sources.figure(f"the approval limit of {rule.body.in_sentence}, {FULL_YEAR}"))
    ]
    numbers = [phase.number for phase in sources.schedule.phases if phase.total.full_year.pounds]
    totals = [
        f"{figure} with {phases_in_words({number})}"
        for place, number in enumerate(numbers, 1)
        if (figure := sources.figure(f"{_so_far(sources, numbers[:place])}, {FULL_YEAR}"))
    ]
    decides = "may approve it" if len(last.able) == len(last.rules) else "must decide"
    who = f"{last.approver.in_sentence} {decides}" if last.approver else "that is more than anybody may approve"
    allowed = f"{_capital(listed(limits))} in a full year. " if limits else ""
    if totals:
        counts = f"The programme is counted as a whole: it comes to {listed(totals)} in a full year{_beside(sources)}"
        yield Drafted("approval", f"{allowed}{counts}, so {who}." if last.approver else f"{allowed}{counts}, and {who}.")


def _beside(sources: Sources) -> str:
    """Lasting money beside the table counts too."""
    found = [sources.figure(f"the limit of {each.title}, {FULL_YEAR}") for each in sources.position.beside if not each.one_off]
    amounts = [figure for figure in found if figure]
    return f", beside {listed(amounts)} outside the table" if amounts else ""


def _so_far(sources: Sources, numbers: Sequence[int]) -> str:
    """The phases up to one. Those without a full-year cost add nothing, so the last of all makes it the total."""
    last = max(phase.number for phase in sources.schedule.phases if phase.total.full_year.pounds)
    return "the total" if numbers[-1] == last else phases_in_words(numbers)


def _what_recurs(sources: Sources) -> Iterator[Drafted]:
    full = sources.figure(f"the total, {FULL_YEAR}")
    recurs = [f"The full-year effect of {full} recurs."] if full else ["Nothing recurs."]
    ending = [(phase, row) for phase, _, row in sources.schedule.rows() if row.full_year.absence == Absence.NO_EFFECT]
    said = [_ends(sources, phase, row) for phase, row in ending[:MOST_LINES_NAMED] if row.line_id not in sources.exempt]
    if more := len(ending) - len(said):
        said.append(
            f"{counted(more, 'line').capitalize()} {'more ends' if said else 'ends'} and {_have(more)} no full-year effect."
        )
    yield Drafted("recurring", " ".join(filter(None, [*recurs, *said])))


def _ends(sources: Sources, phase: PhaseSection, row: Row) -> str:
    name = f"{row.title} ({phases_in_words({phase.number})})"
    costs = sources.costs(name)
    return f"{name} ends and has no full-year effect{f': it costs {costs}' if costs else ''}."


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _met_elsewhere(sources: Sources) -> Iterator[Drafted]:
    said = []
    for item in sources.elsewhere:
        figure = sources.figure(f"{item.title}, met from elsewhere")
        said.append(
            f"{item.title}{f', {figure},' if figure else ''} is met from {item.source} "
            "and is not included in any total of the table."
        )
    if said:
        yield Drafted("elsewhere", " ".join(said))


def _recruitment(sources: Sources) -> Iterator[Drafted]:
    everything = _recruited(sources, "the total recruited FTE", "the total FTE")
    if not sources.schedule.total.fte or not everything:
        return
    names = [phases_in_words({phase.number}) for phase in sources.schedule.phases if phase.total.fte]
    each = [
        f"{recruited} in {name}"
        for name in names
        if len(sources.schedule.phases) > 1
        and (recruited := _recruited(sources, f"the recruited FTE of {name}", f"the FTE of {name}"))
    ]
    yield Drafted("recruitment", f"Recruited so far are {everything}{f': {listed(each)}' if each else ''}.")


def _recruited(sources: Sources, name: str, of: str) -> str:
    recruited, whole = sources.figure(name), sources.figure(of)
    return f"{recruited} of {whole} FTE" if recruited and whole else ""


_ASKED = {
    "agreement": "with the agreement of",
    "consultation": "in consultation with",
    "consent": "with the consent of",
    "advice": "after taking the advice of",
}


def _delegations(sources: Sources) -> Iterator[Drafted]:
    for each in sources.delegations:
        asked = [f"{words} {listed(offices)}" for mode, words in _ASKED.items() if (offices := each.offices.get(mode))]
        who = f"{each.decider} decides {listed(asked)}" if asked else f"{each.decider} decides"
        yield Drafted(f"delegation {each.number}", f"Under “{each.title}” ({each.body}, {each.day}) {who}.")


def _verb(numbers: Sequence[int]) -> str:
    return "costs" if len(numbers) == 1 else "cost"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
