"""The ledger's records, from what is stored."""

from collections.abc import Iterable, Mapping

from costing.measure import Measure
from phases.authorisations.models import Authorisation
from phases.ledger.rules import Authorised, Carried, Decided, Drawn


def authorised_from(
    stored: Iterable[Authorisation], drawn: Mapping[int, Mapping[Measure, Drawn]] | None = None
) -> list[Authorised]:
    """All authorisations of one programme, as `authorisations_of` reads them, in their order. No query.

    `drawn` is what drawdowns do to their limits, by the number of the authorisation.
    """
    by_id = {each.pk: each for each in stored}
    return [_authorised(each, by_id, (drawn or {}).get(each.pk, {})) for each in by_id.values()]


def _authorised(each: Authorisation, by_id: Mapping[int, Authorisation], drawn: Mapping[Measure, Drawn]) -> Authorised:
    first = each
    while first.replaces_id:
        first = by_id[first.replaces_id]
    decision = each.decision
    return Authorised(
        each.pk,
        each.title,
        Decided(decision.pk, decision.title, decision.body.deciding, decision.decided_on),
        each.funding_source.name,
        each.term == Authorisation.Term.ONE_OFF,
        frozenset(phase.number for phase in each.phases.all()),
        {limit.measure: limit.amount for limit in each.limits.all()},
        each.replaced_by.title if hasattr(each, "replaced_by") else "",
        drawn,
        None if first is each else first.decision_id,
        {
            limit.measure: Carried(limit.carried_in, limit.carried_out)
            for limit in each.limits.all()
            if limit.carried_in or limit.carried_out
        },
    )
