"""What a block leaves open and only a person can say: the question at its row, and the answers to choose from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One question. `row` None: it is about the block. `options`: value and words, what is most likely first.

    `key` names it in a form and on a command line, and is the same whenever the same text is read again.
    """

    key: str
    text: str
    options: tuple[tuple[str, str], ...]
    row: int | None = None
    column: str = ""

    def answer(self, answers: Mapping[str, str]) -> str:
        """The value that was chosen, "" where none of those offered was."""
        said = answers.get(self.key, "")
        return said if said in dict(self.options) else ""


LEAVE = ("leave", "Leave the row out")
