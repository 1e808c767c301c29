"""Reads about people."""

from django.db.models import QuerySet

from accounts.people.models import User


def people() -> QuerySet[User]:
    return User.objects.order_by("name")


def demonstration_accounts() -> QuerySet[User]:
    return User.objects.filter(demo_account__isnull=False, is_active=True).order_by("pk")
