"""How entries of the audit chain are linked, and what differs between two states. Pure."""

from collections.abc import Mapping
from typing import Any

from costing.frozen import digest

GENESIS = "0" * 64


def link(previous_hash: str, content: str) -> str:
    """SHA-256 over the previous hash, a line feed and the content. The database computes the same and refuses another."""
    return digest(f"{previous_hash}\n{content}")


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, as {field: [before, after]}, for an audit entry."""
    return {field: [before.get(field), after[field]] for field in after if before.get(field) != after[field]}
