"""What the acts in the audit chain say of decisions that were taken before they were recorded here, and what the store says."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from accounts.models import AuditEntry
from approvals.elsewhere.queries import said_of
from approvals.models import Drawdown
from costing.frozen import canonical, digest
from operations.addresses import address_at, earlier_addresses
from operations.records import Told


def told() -> Iterator[Told]:
    """What was confirmed of a decision taken elsewhere is what the audit chain says, and its record says the same.

    Walked from the acts, so that a decision which is gone is missed; then from the rows, so that one without an act is found.
    """
    earlier, found = earlier_addresses(), set()
    drawdowns = Drawdown.objects.filter(taken_elsewhere__isnull=False).select_related(
        "taken_elsewhere__resolution__body", "taken_elsewhere__evidence", "taken_elsewhere__recorded_by", "record"
    )
    rows = {each.reference: each for each in drawdowns.defer("taken_elsewhere__evidence__content")}
    for entry in AuditEntry.objects.filter(action="elsewhere_confirmed").order_by("number"):
        reference, details = entry.subject.removeprefix("drawdown:"), json.loads(entry.content)["details"]
        name, drawdown = f"The decision taken elsewhere on drawdown {reference}", rows.get(reference)
        found.add(reference)
        if drawdown is None or drawdown.taken_elsewhere is None:
            yield Told(name, "nothing", f"{details['decided_by']}, {details['decided_on']}")
            continue
        taken = drawdown.taken_elsewhere
        kept = said_of(taken) | {"recorded_by": address_at(taken.recorded_by, entry.number, earlier)}
        yield Told(name, _over(kept.values()), _over(details.get(field) for field in kept))
        record = drawdown.record
        recorded = (record.decided_on, record.capacity, record.text_resolved)
        yield Told(f"{name} in its record", _over(recorded), _over((taken.decided_on, taken.decided_by, taken.text)))
    for reference in sorted(rows.keys() - found):
        yield Told(f"The decision taken elsewhere on drawdown {reference}", "confirmed", "no act")


def _over(facts: Iterable[Any]) -> str:
    """SHA-256 of facts as an entry of the audit chain keeps them: a day as text, nothing as nothing."""
    return digest(canonical({"facts": [fact and str(fact) for fact in facts]}))
