"""Frozen objects as text: one canonical JSON of a dataclass, one reader of it, and the SHA-256 by which it is known.

A frozen dataclass or named tuple may hold text, whole numbers, yes and no, days, moments, amounts, words of an enumeration,
measures, further ones, tuples of them, and mappings by a measure, a number or a word. Amounts are text in JSON: no figure
passes through a float. A field with a default is left out of the text while it holds it, so a field that comes later changes no
earlier hash.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, NamedTuple, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from costing.measure import Measure, parse

Frozen = TypeVar("Frozen")


class NotReadable(ValueError):
    """The text is not of the kind that was asked for."""


def canonical(content: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no idle spaces: the same content always gives the same bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest(content: str | bytes) -> str:
    """SHA-256 of a text (as UTF-8) or of a file, in hexadecimal."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def written(frozen: object) -> str:
    """The canonical text of a frozen dataclass. Equal objects give equal bytes."""
    return canonical(as_json(frozen))


def as_json(frozen: object) -> dict[str, Any]:
    """What `written` writes, as dictionaries, lists, text and numbers: a part of a larger JSON."""
    kind: Any = type(frozen)
    written: dict[str, Any] = _way_of(kind).write(frozen)
    return written


def read(kind: type[Frozen], text: str) -> Frozen:
    """The object of this kind that `written` gave as this text. Raises NotReadable."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise NotReadable(f"This is no {kind.__name__}: {error}") from error
    return from_json(kind, content)


def from_json(kind: type[Frozen], content: Any) -> Frozen:
    """The object of this kind that `as_json` gave as this content. Raises NotReadable."""
    hashable: Any = kind
    try:
        found: Frozen = _way_of(hashable).read(content)
        return found
    except (AttributeError, TypeError, ValueError, InvalidOperation) as error:
        raise NotReadable(f"This is no {kind.__name__}: {error}") from error


class _Way(NamedTuple):
    """How values of one kind become JSON, and come back."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@cache
def _way_of(kind: Any) -> _Way:
    if kind is Measure:
        return _Way(lambda measure: measure.key, parse)
    if is_dataclass(kind) or hasattr(kind, "_field_defaults"):
        return _of_fields(kind)
    if isinstance(kind, NewType):
        return _way_of(kind.__supertype__)
    origin, given = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        way = _way_of(next(each for each in given if each is not NoneType))
        return _Way(*(lambda value, go=go: None if value is None else go(value) for go in way))
    if origin is tuple:
        each = _way_of(given[0])
        return _Way(lambda values: list(map(each.write, values)), lambda values: tuple(map(each.read, values)))
    if origin is Mapping:
        key, value = (_key_of(given[0]), _way_of(given[1]))
        return _Way(
            lambda values: {key.write(name): value.write(each) for name, each in values.items()},
            lambda values: {key.read(name): value.read(each) for name, each in values.items()},
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _Way(lambda word: word.value, kind)
    return _PLAIN[kind]


def _key_of(kind: Any) -> _Way:
    """A key of JSON is text."""
    return _Way(str, int) if kind is int else _way_of(kind)


def _of_fields(kind: Any) -> _Way:
    ways = {name: _way_of(hint) for name, hint in get_type_hints(kind).items()}
    defaults = _defaults_of(kind)

    def write(frozen: Any) -> dict[str, Any]:
        held = {name: getattr(frozen, name) for name in ways}
        return {name: ways[name].write(value) for name, value in held.items() if value != defaults.get(name, MISSING)}

    def back(given: Mapping[str, Any]) -> Any:
        if unknown := given.keys() - ways.keys():
            raise NotReadable(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        return kind(**{name: ways[name].read(value) for name, value in given.items()})

    return _Way(write, back)


def _defaults_of(kind: Any) -> Mapping[str, Any]:
    if not is_dataclass(kind):
        return dict(kind._field_defaults)
    return {field.name: field.default for field in fields(kind) if field.default is not MISSING}


def _as_it_is(kind: type) -> _Way:
    def checked(value: Any) -> Any:
        if type(value) is not kind:
            raise NotReadable(f"{value!r} where {kind.__name__} was expected")
        return value

    return _Way(kind, checked)


_PLAIN: dict[Any, _Way] = {
    **{kind: _as_it_is(kind) for kind in (str, int, bool)},
    Decimal: _Way(str, Decimal),
    date: _Way(date.isoformat, date.fromisoformat),
    datetime: _Way(datetime.isoformat, datetime.fromisoformat),
}
