"""What a decision follows and what came of it: recommendation, resolution, money, drawdowns. A constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.delegations.models import Delegation
from approvals.drawdowns.models import Consumption, Drawdown, DrawdownLine
from approvals.drawdowns.rules import State
from phases.decisions.queries import decisions_of
from phases.models import Authorisation, FundingDecision, Programme


class Released(NamedTuple):
    """An authorisation, and the drawdowns that ask for its money or released it, in their order."""

    authorisation: Authorisation
    drawdowns: list[Drawdown]


class Link(NamedTuple):
    """A decision in its chain, with what stands on it. `depth` is 0 for the first, and one more for each that follows."""

    decision: FundingDecision
    depth: int
    is_this: bool
    money: list[Released]
    delegations: list[Delegation]
    decided: list[Drawdown]

    @property
    def ends_here(self) -> bool:
        """Whether nothing came of it yet."""
        return not (self.money or self.delegations or self.decided)


def chain_of(decision: FundingDecision) -> list[Link]:
    """Every decision that it follows or that follows it, the first recommendation first, each with what came of it."""
    decisions = {each.pk: each for each in decisions_of(decision.programme)}
    following: dict[int | None, list[FundingDecision]] = defaultdict(list)
    for each in decisions.values():
        following[each.follows_id].append(each)
    first = decisions[decision.pk]
    while first.follows_id:
        first = decisions[first.follows_id]
    ordered = list(_down(first, following, 0))
    chosen = [each for each, _ in ordered]
    drawn, given, decided = _drawdowns_on(chosen), _given(chosen), _decided(chosen)
    return [
        Link(
            each,
            depth,
            each.pk == decision.pk,
            [Released(money, drawn.get(money.pk, [])) for money in each.authorisations.all()],
            given.get(each.pk, []),
            decided.get(each.pk, []),
        )
        for each, depth in ordered
    ]


def _down(
    decision: FundingDecision, following: dict[int | None, list[FundingDecision]], depth: int
) -> Iterable[tuple[FundingDecision, int]]:
    yield decision, depth
    for each in following[decision.pk]:
        yield from _down(each, following, depth + 1)


def _drawdowns_on(decisions: Sequence[FundingDecision]) -> dict[int, list[Drawdown]]:
    """By authorisation: whose lines ask for its money, and what was moved to it from an earlier one."""
    pairs: set[tuple[int, int]] = set()
    for model in (DrawdownLine, Consumption):
        rows = model.objects.filter(authorisation__decision__in=decisions).order_by()
        pairs |= set(rows.values_list("authorisation", "drawdown").distinct())
    drawdowns = Drawdown.objects.defer("content").in_bulk({drawdown for _, drawdown in pairs})
    found: dict[int, list[Drawdown]] = defaultdict(list)
    for authorisation, drawdown in sorted(pairs):
        if drawdowns[drawdown].state != State.WITHDRAWN:
            found[authorisation].append(drawdowns[drawdown])
    return found


def _given(decisions: Sequence[FundingDecision]) -> dict[int, list[Delegation]]:
    found: dict[int, list[Delegation]] = defaultdict(list)
    for each in Delegation.objects.filter(decision__in=decisions).select_related("decision_maker", "decision_body"):
        found[each.decision_id].append(each)
    return found


def _decided(decisions: Sequence[FundingDecision]) -> dict[int, list[Drawdown]]:
    found: dict[int, list[Drawdown]] = defaultdict(list)
    for each in Drawdown.objects.filter(resolution__in=decisions).defer("content").order_by("pk"):
        found[each.resolution_id].append(each)  # type: ignore[index]
    return found


def open_decisions(programmes: Sequence[Programme] | QuerySet[Programme]) -> QuerySet[FundingDecision]:
    """Decisions of which the next step is not recorded: recommendations that nothing follows, resolutions without money.

    A resolution is dealt with as well where it decides on earlier money, decided a drawdown, carried money forward, gives a
    delegation over the money of others, or was put right later; and either is where a clerk said why no money follows.
    """
    decided = Drawdown.objects.filter(resolution=OuterRef("pk"))
    of_other_money = Delegation.objects.filter(decision=OuterRef("pk")).exclude(money=OuterRef("pk"))
    recommended = Q(outcome=FundingDecision.Outcome.RECOMMENDED, followers__isnull=True)
    resolved = Q(
        outcome=FundingDecision.Outcome.RESOLVED,
        authorisations__isnull=True,
        about__isnull=True,
        carried_forward__isnull=True,
    )
    return (
        FundingDecision.objects.filter(recommended | (resolved & ~Exists(decided) & ~Exists(of_other_money)))
        .filter(programme__in=programmes, no_money_because="", corrections__isnull=True)
        .select_related("body", "programme")
        .order_by("decided_on", "pk")
    )
