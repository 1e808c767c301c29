"""The audit record as a test asks it."""

import json
from typing import Any

from accounts.models import AuditEntry


def last_entry() -> tuple[str, str, dict[str, Any]]:
    entry = AuditEntry.objects.first()
    return entry.action, entry.subject, json.loads(entry.content)["details"]
