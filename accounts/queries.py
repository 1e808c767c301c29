"""Reads about people, the council and the audit record."""

from django.db.models import Max, QuerySet

from accounts.models import AuditEntry, Council, User


def council() -> Council:
    """The council's settings; the defaults before anybody has set them."""
    try:
        return Council.objects.get(pk=1)
    except Council.DoesNotExist:
        return Council(pk=1)


def people() -> QuerySet[User]:
    return User.objects.order_by("name")


def demonstration_accounts() -> QuerySet[User]:
    return User.objects.filter(demo_account__isnull=False, is_active=True).order_by("pk")


AUDIT_PAGE = 50


def audit_page(before: int | None) -> tuple[list[AuditEntry], int | None, int | None]:
    """Up to 50 entries with a number below `before`, newest first, and the `before` of the older and the newer page, if any.

    Numbers have no gaps, so a page is found by its numbers, however long the chain is.
    """
    entries = AuditEntry.objects.select_related("actor").order_by("-number")
    last = AuditEntry.objects.aggregate(last=Max("number"))["last"] or 0
    page = list(entries.filter(number__lt=min(before or last + 1, last + 1))[:AUDIT_PAGE])
    older = page[-1].number if page and page[-1].number > 1 else None
    newer = page[0].number + AUDIT_PAGE + 1 if page and page[0].number < last else None
    return page, older, newer
