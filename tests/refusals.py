"""Asking the database to refuse something, and to name the rule."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction


@contextmanager
def refused_by(rule: str) -> Iterator[None]:
    """What is done inside breaks this constraint or trigger, at the latest when the transaction would end."""
    with pytest.raises(IntegrityError) as refusal, _at_once():
        yield
    assert refusal.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]


@contextmanager
def _at_once() -> Iterator[None]:
    with transaction.atomic():
        yield
        check_deferred_rules()


def owner(statement: str) -> None:
    """Done as who owns the tables could, such as switching a guard off."""
    check_deferred_rules()
    with connection.cursor() as cursor:
        cursor.execute(statement)


def check_deferred_rules() -> None:
    """Check now what is otherwise checked as the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def unique_columns(table: str, rule: str) -> list[str]:
    """The columns that a unique constraint of the table holds together."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)[rule]
    assert found["unique"]
    return found["columns"]
