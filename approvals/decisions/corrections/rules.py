"""What a correction of a published record says, as a typed object. `costing.frozen` writes and reads its text. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from costing import frozen

VERSION = 1


@dataclass(frozen=True, slots=True)
class CorrectionContent:
    """The whole correction. `record_sha256` is that of the record it corrects, which stays as it is.

    `confirmed_by`: who signed the decision and confirmed another text of it.
    """

    council: str
    reference: str
    of_reference: str
    of_title: str
    of_published_on: date
    record_sha256: str
    about: str
    wrong: str
    right: str
    exempt_paragraph: str
    published_on: date
    recorded_by: str
    confirmed_by: str = ""
    version: int = VERSION

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise ValueError(f"its version {self.version} is not known")


def reference_of(drawdown: str, number: int) -> str:
    """By which a correction is known: DD-0001-C1 is the first one of the record of DD-0001."""
    return f"{drawdown}-C{number}"


@lru_cache(maxsize=64)
def corrected(text: str) -> CorrectionContent:
    """What a published correction holds as text. Raises NotReadable."""
    return frozen.read(CorrectionContent, text)
