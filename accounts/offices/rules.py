"""The days somebody holds an office or deputises, and who may. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Days:
    """From `since` up to and including `until`; until further notice where that is None."""

    since: date
    until: date | None = None


def fits(person: str, office: str) -> bool:
    """Whether somebody of this kind may take an office of that kind. A person's is "" while nobody has said it.

    The law asks another record of a decision of a member than of an officer: an office of a member is a member's, an office of an
    officer an officer's. Whoever acts for an outside body need be neither.
    """
    return office == "outside" or person == office
