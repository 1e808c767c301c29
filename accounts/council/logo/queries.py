"""The council's logo, and how its papers look."""

from accounts.council.logo.models import CouncilLogo
from accounts.council.queries import council
from printing.look import Look


def logo() -> bytes:
    """The PNG; empty where the council has none (one query)."""
    return next((bytes(content) for content in CouncilLogo.objects.values_list("content", flat=True)), b"")


def look() -> Look:
    """Colour and logo of every paper (two queries)."""
    settings = council()
    return Look(settings.colour, logo(), f"Logo of {settings.name}")
