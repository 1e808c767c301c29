"""Reads about people."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from accounts.people.models import User
from accounts.people.rules import PersonDetails


def people() -> QuerySet[User]:
    return User.objects.order_by("name")


def demonstration_accounts() -> QuerySet[User]:
    return User.objects.filter(demo_account__isnull=False, is_active=True).order_by("pk")


def details_of(person: User, **instead: Any) -> PersonDetails:
    """What is recorded of somebody, with these facts instead."""
    now = PersonDetails(person.email, person.name, person.job_title, person.roles, person.is_active, person.kind)
    return replace(now, **instead)
