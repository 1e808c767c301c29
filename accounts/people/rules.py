"""What is recorded of a person who signs in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CALLED: dict[str, str] = {"member": "a member", "officer": "an officer", "outside": "an outside body", "": "not said yet"}
"""What a person is, or whose an office is, in a sentence."""


@dataclass(frozen=True)
class PersonDetails:
    """Who a person is, what they may do, and whether they may sign in at all."""

    email: str
    name: str
    job_title: str
    roles: Sequence[str]
    is_active: bool = True
    kind: str = ""
    """"member", "officer", or "" while nobody has said which."""

    @property
    def stored(self) -> dict[str, Any]:
        """By field, as it is stored: addresses in small letters, roles in one order."""
        return {
            "email": self.email.lower(),
            "name": self.name,
            "job_title": self.job_title,
            "roles": sorted(self.roles),
            "is_active": self.is_active,
            "kind": self.kind,
        }
