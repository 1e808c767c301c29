"""Reads of the council's settings."""

from accounts.council.models import Council


def council() -> Council:
    """The council's settings; the defaults before anybody has set them."""
    try:
        return Council.objects.get(pk=1)
    except Council.DoesNotExist:
        return Council(pk=1)
