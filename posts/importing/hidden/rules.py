"""Rows and columns that a workbook hides: whether they are read is asked, and nothing is stored before it is answered. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from display.words import listed
from posts.importing.block.rules import Block, NotRead
from posts.importing.questions.rules import Question

READ, LEAVE = "read", "leave"
_NAMED = 12
_OPTIONS = ((READ, "Yes, read them like the others"), (LEAVE, "No, leave out what is hidden"))


@dataclass(frozen=True)
class Hidden:
    """The hidden rows and columns of what is read, from 1, each filled. `answers` by the key of their question.

    Shown as they would be read until somebody says otherwise: a filter of the workbook hides ordinary rows.
    """

    rows: Sequence[int]
    columns: Sequence[int]
    answers: Mapping[str, str]

    @property
    def _kinds(self) -> list[tuple[str, Sequence[int]]]:
        return [(noun, numbers) for noun, numbers in (("row", self.rows), ("column", self.columns)) if numbers]

    def leave(self, rows: list[list[str]]) -> None:
        """Blank out of the rows of a table what somebody has said is not read; the others keep their numbers."""
        if self.answers.get("hidden-rows") == LEAVE:
            for number in self.rows:
                if number <= len(rows):
                    rows[number - 1] = []
        if self.answers.get("hidden-columns") == LEAVE:
            for cells in rows:
                for number in self.columns:
                    if number <= len(cells):
                        cells[number - 1] = ""

    def ask(self, block: Block) -> None:
        """Add the questions, and what is not read, to the block."""
        for noun, numbers in self._kinds:
            of = _named(noun, numbers)
            question = Question(f"hidden-{noun}s", f"{of} hidden in the workbook. Read what is hidden?", _OPTIONS)
            block.questions.append(question)
            if noun == "row":
                for row in block.rows:
                    row.said += ["Hidden in the workbook"] if row.number in set(numbers) else []
            if question.answer(self.answers) == LEAVE:
                block.not_read.append(NotRead(f"{of.rpartition(' ')[0]}, hidden in the workbook", "left out, as you chose"))


def _named(noun: str, numbers: Sequence[int]) -> str:
    each = [str(number) for number in numbers[:_NAMED]]
    more = [f"{len(numbers) - _NAMED} more"] if len(numbers) > _NAMED else []
    several = len(numbers) > 1
    return f"{noun.capitalize()}{'s' if several else ''} {listed([*each, *more])} {'are' if several else 'is'}"
