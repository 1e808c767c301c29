"""The e-mail addresses that people had before: an entry of the audit record names people by the address of its day."""

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress

from accounts.models import AuditEntry, User

Earlier = Mapping[int, list[tuple[int, str]]]
"""By number of the person: the entry that changed each address, and the address until then, oldest first."""


def earlier_addresses() -> Earlier:
    """Of everybody whose address was changed (one query)."""
    found = defaultdict(list)
    changed = AuditEntry.objects.filter(action="person_changed", content__contains='"email":["').order_by("number")
    for number, subject, content in changed.values_list("number", "subject", "content"):
        with suppress(ValueError, KeyError, TypeError):  # the walk along the chain says what is wrong with it
            found[int(subject.removeprefix("person:"))].append((number, json.loads(content)["details"]["email"][0]))
    return found


def address_at(person: User, number: int, earlier: Earlier) -> str:
    """The address that the person had when the entry of this number was written."""
    return next((address for changed_in, address in earlier.get(person.pk, []) if changed_in >= number), person.email)
