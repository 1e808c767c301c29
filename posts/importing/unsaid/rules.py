"""Columns of money that state no unit, while another place of the block states one: a person says whether it is theirs. Pure."""

import re
from collections.abc import Iterator, Mapping

from posts.importing.block.rules import Block, Role
from posts.importing.columns.rules import FULL_YEAR, LEFT_OUT, PHASE, TEAM, TITLE, UNDECIDED, is_money
from posts.importing.questions.rules import Question
from posts.importing.units.rules import POUNDS, WORDS, unit_in
from posts.importing.words.rules import plain

_OF_THE_TABLE = (Role.NOTE, Role.PHASE, Role.TEAM, Role.TOTAL)
"""Rows whose words may speak of the whole table; those of a line speak of the line."""


def ask_unit(block: Block, last_heading: int, answers: Mapping[str, str]) -> None:
    """Ask for each unit above £1 that is stated elsewhere than over the amounts, and read in it unless the answer is no.

    Stated: by the heading of another column, or, below the headings (`last_heading`, from 0), by a note or the name of a phase,
    team or total. Nothing is asked where every column of money states its own.
    """
    places = [place for place, name in enumerate(block.columns) if is_money(name) and not block.units_said[place]]
    undecided = [place for place, name in enumerate(block.columns) if name == UNDECIDED and not block.units_said[place]]
    asked: set[int] = set()
    for unit, row, text, of_years in _stated(block, last_heading):
        if unit in asked or not any(not of_years or _of_a_year(block.columns[place]) for place in places):
            continue
        asked.add(unit)
        where = f"“{text[:120]}”" if row else f"{WORDS[unit]} stands over the column {text[:120]}"
        words = f"{where}: are the amounts whose headings state no unit in {WORDS[unit]}?"
        options = (("yes", f"Yes, in {WORDS[unit]}"), ("no", "No, in £"))
        question = Question(f"row-{row}" if row else "unit", words, options, row or None)
        block.questions.append(question)
        if question.answer(answers) != "no":
            for place in (*places, *undecided):
                if not of_years or _of_a_year(block.columns[place]):
                    block.units[place] = unit


def _stated(block: Block, last_heading: int) -> Iterator[tuple[int, int, str, bool]]:
    """Each unit above £1, the number of its row, 0 for a heading, the words, and whether it can be that of years alone."""
    for place, name in enumerate(block.columns):
        of_table = name not in (LEFT_OUT, UNDECIDED) and (not is_money(name) or _of_a_year(name))
        if of_table and block.units_said[place] and block.units[place] != POUNDS:
            yield block.units[place], 0, plain(block.headings[place]), is_money(name)
    for row in block.rows:
        if row.role not in _OF_THE_TABLE or row.number - 1 <= last_heading:
            continue
        names = (TITLE, TEAM, PHASE, LEFT_OUT, UNDECIDED) if row.role is Role.TOTAL else tuple(block.columns)
        for text in map(plain, block.texts(row, *names)):
            if (unit := unit_in(text) or POUNDS) != POUNDS:
                yield unit, row.number, text, False


def _of_a_year(name: str) -> bool:
    """Whether a column holds what a line costs in a year or in a full year: they stand side by side in one unit."""
    return name == FULL_YEAR or bool(re.fullmatch(r"y\d{4}", name))
