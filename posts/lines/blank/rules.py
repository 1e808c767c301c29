"""New rows by the ten thousand."""

from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)


def blank(model: type[Row]) -> Row:
    """An unsaved row with every field at its default, as `model()` gives it, in a tenth of the time.

    For our own tables: their rows are made without signals, and no field of theirs does more than hold its value.
    """
    held, made = _defaults(model)
    row = model.__new__(model)
    row.__dict__.update(held, _state=ModelState())
    for name, default in made:
        row.__dict__[name] = default()
    return row


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Any], ...]]:
    """Fields that begin with one value, and those that begin with one made for each row, such as an empty list."""
    fields = model._meta.concrete_fields
    of_each = [field for field in fields if field.has_default() and callable(field.default)]
    held = {field.attname: field.get_default() for field in fields if field not in of_each}
    return held, tuple((field.attname, field.default) for field in of_each)
