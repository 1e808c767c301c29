"""How entries of the audit chain are linked, what differs between two states, and an entry in words. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from costing.frozen import digest

GENESIS = "0" * 64


def link(previous_hash: str, content: str) -> str:
    """SHA-256 over the previous hash, a line feed and the content. The database computes the same and refuses another."""
    return digest(f"{previous_hash}\n{content}")


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, as {field: [before, after]}, for an audit entry."""
    return {field: [before.get(field), after[field]] for field in after if before.get(field) != after[field]}


def in_words(name: str) -> str:
    """acting_for as Acting for."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def in_lines(details: dict[str, Any], *, is_change: bool) -> Iterator[str]:
    """`is_change`: a pair is what was before and what came after, not two things."""
    for name, value in details.items():
        if name == "changed" and isinstance(value, dict):
            yield from in_lines(value, is_change=True)
        elif is_change and isinstance(value, list) and len(value) == 2 and name not in ("before", "after"):
            before, after = (_short(each) for each in value)
            yield f"{in_words(name)}: {before} → {after}"
        elif name == "lines" and isinstance(value, list):
            for line in value:
                yield f"{line.get('title', '')}: {', '.join(line.get('changed', {}))}"
        elif value and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            for each in value:
                yield f"{in_words(name)}: {_short(each)}"
        else:
            yield f"{in_words(name)}: {_short(value)}"


def _short(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_short(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_short(each)}" for name, each in value.items())
    return str(value)
