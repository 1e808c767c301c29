"""Reading a block copied from a spreadsheet, from its text to lines, totals and questions. Pure.

Nothing is looked up and nothing is stored here; `posts.importing.actions` compares what was read with the stored lines.
Figures come out in whole pounds, whatever unit they stood in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from display.words import listed
from posts.importing.block.rules import Block, Correction, Frame, PastedRow, Reading, Role
from posts.importing.columns.rules import (
    ANNUAL,
    COMMENT,
    EACH,
    FTE,
    FTE_OF,
    FULL_YEAR,
    HEADCOUNT,
    HOURS,
    KIND,
    LEFT_OUT,
    PAID_BY,
    PAPERWORK,
    PART,
    PHASE,
    RECRUITED,
    SHARE,
    START,
    TEAM,
    TITLE,
    UNDECIDED,
    Hint,
    column_named,
    hint_of,
    is_cost_from,
    labels,
    place_of_year,
    says_full_year,
    says_resource,
)
from posts.importing.headings.rules import Headings, headings_of
from posts.importing.hidden.rules import Hidden
from posts.importing.left_out.rules import LeftOut
from posts.importing.matching.rules import spelling
from posts.importing.questions.rules import Question
from posts.importing.repeats.rules import answer_repeats
from posts.importing.rows.rules import Roles, blank_cells_above, place_rows
from posts.importing.table.rules import MOST_CHARACTERS, MOST_COLUMNS, Table, table_of
from posts.importing.totals.rules import compare_totals, sum_of_those_below, sums_above
from posts.importing.units.rules import only_a_unit
from posts.importing.unsaid.rules import ask_unit
from posts.importing.values.rules import Cells
from posts.importing.words.rules import looks_like_team, plain

_TOTAL_OR_LINE = (("total", "A total: compared, not taken in"), ("line", "A line of its own"))


def read_block(text: str, frame: Frame, reading: Reading | None = None) -> Block:
    """Read the text. Raises Unreadable where there is nothing to read, or too much."""
    reading = reading or Reading()
    table = table_of(text)
    corrected = list(_corrected(table, reading.cells))
    hidden = Hidden(reading.hidden_rows, reading.hidden_columns, reading.answers)
    hidden.leave(table.rows)
    width = max(len(cells) for cells in table.rows)
    headings = headings_of(table.rows, width)
    chosen = reading.columns is not None and len(reading.columns) == width
    block = _block(table, headings, frame, reading)
    block.corrected = corrected
    hidden.ask(block)
    _choose_columns(block, frame, reading.columns if chosen else None)
    Roles(block, frame, headings, reading.answers).give()
    place_rows(block, frame, reading.phase)
    ask_unit(block, headings.last, reading.answers)
    cells = Cells(block, reading.answers, table.commas)
    for row in block.rows:
        if row.role is Role.TOTAL:
            cells.read_total(row)
        elif row.role is Role.LINE:
            cells.read_line(row)
    block.questions += cells.asked.values()
    _totals_above(block, frame, reading)
    _unsaid_totals(block, frame, reading)
    blank_cells_above(block, frame, reading.answers)
    compare_totals(block, frame, reading.answers)
    answer_repeats(block, reading.answers)
    LeftOut(block, frame).name(chosen=chosen, left_out=reading.left_out)
    return block


def _corrected(table: Table, cells: Mapping[tuple[int, int], str]) -> Iterator[Correction]:
    """Put what a person typed in place of cells of the table, where it differs."""
    for (row, place), typed in sorted(cells.items()):
        if not (1 <= row <= len(table.rows) and 0 <= place < MOST_COLUMNS and table.rows[row - 1]):
            continue
        found = table.rows[row - 1]
        before, after = found[place] if place < len(found) else "", " ".join(typed.split())[:MOST_CHARACTERS]
        if before != after:
            found += [""] * (place + 1 - len(found))
            found[place] = after
            yield Correction(row, place, before, after)


def _block(table: Table, headings: Headings, frame: Frame, reading: Reading) -> Block:
    width = len(headings.texts)
    rows = [PastedRow(number, [*cells, *[""] * (width - len(cells))]) for number, cells in enumerate(table.rows, 1) if cells]
    given = reading.units if reading.units is not None and len(reading.units) == width else (0,) * width
    units = [chosen or said or 1 for chosen, said in zip(given, headings.units, strict=True)]
    said = [bool(chosen or unit) for chosen, unit in zip(given, headings.units, strict=True)]
    alone = ((), tuple(unit or 1 for unit in headings.units))
    return Block(rows, [""] * width, headings.texts, units, said, headings.found, said=list(table.said), by_headings=alone)


def _choose_columns(block: Block, frame: Frame, chosen: Sequence[str] | None) -> None:
    known = labels(frame.years)
    said = _matched(block.headings, frame) if block.header_found else _usual_order(len(block.columns), frame)
    block.by_headings = (tuple(said), block.by_headings[1])
    block.columns[:] = (
        said if chosen is None else [n if n in known or n == UNDECIDED or is_cost_from(n) else LEFT_OUT for n in chosen]
    )
    _say_years(block, frame)
    twice = (name for name in block.columns if name not in (LEFT_OUT, UNDECIDED, PART) and block.columns.count(name) > 1)
    for name in dict.fromkeys(twice):
        block.errors.append(f"Two columns are both read as {block.label(name, frame.years)}: leave one of them out.")
    ways = [name for name in (ANNUAL, EACH, PART) if name in block.columns]
    if len(ways) > 1:
        both = " and ".join(block.label(name, frame.years) for name in ways)
        block.errors.append(f"The annual cost is read from one of these, not from several: {both}. Leave the others out.")
    if TITLE not in block.columns:
        block.errors.append("No column is read as the post or other cost: choose which one holds it.")


def _usual_order(width: int, frame: Frame) -> list[str]:
    """The columns of a block without headings: those of the committee table, or of the .csv where there are as many."""
    money = [*(f"y{year.starts_in}" for year in frame.years), FULL_YEAR]
    table = [TITLE, FTE, *money, PAPERWORK, RECRUITED, COMMENT]
    file = [PHASE, TEAM, TITLE, KIND, FTE, *money, PAPERWORK, RECRUITED, COMMENT]
    usual = file if width == len(file) else table
    return [*usual, *[UNDECIDED] * width][:width]


def _matched(headings: Sequence[str], frame: Frame) -> list[str]:
    known = labels(frame.years)
    named = _of_programme([column_named(heading) for heading in headings], frame)
    matched = [name if name in known or is_cost_from(name) else UNDECIDED for name in named]
    hints = [hint_of(heading) for heading in headings]
    _tell_apart(matched, hints, headings)
    if PAID_BY not in matched:
        matched[:] = [UNDECIDED if name == SHARE else name for name in matched]
    of_years = [place for place, name in enumerate(matched) if name.startswith(FTE_OF)]
    if FTE not in matched and len(of_years) == 1:
        matched[of_years[0]] = FTE
    if TITLE not in matched:
        # The committee table has no heading over its titles, or their unit alone.
        for index, heading in enumerate(headings):
            if not heading or only_a_unit(heading) or (says_resource(heading) and matched[index] == UNDECIDED):
                matched[index] = TITLE
                hints[index] = None
                break
    if FTE not in matched and not of_years:
        for hint in (Hint.POSTS, Hint.HOURS):
            if hint in hints:
                matched[hints.index(hint)] = FTE
                break
    else:
        for hint, name in ((Hint.POSTS, HEADCOUNT), (Hint.HOURS, HOURS)):
            if hint in hints and matched[hints.index(hint)] == UNDECIDED:
                matched[hints.index(hint)] = name
    if ANNUAL not in matched and Hint.TOTAL in hints and START in matched and not any(re.match(r"y\d", name) for name in matched):
        matched[hints.index(Hint.TOTAL)] = ANNUAL
    if ANNUAL not in matched:
        _annual_cost_of_parts(matched, hints)
    return matched


def _of_programme(named: list[str], frame: Frame) -> list[str]:
    """Names of columns with the year of the programme that Year 1, this year or next year mean where none names it."""
    found = list(named)
    for place, name in enumerate(named):
        at = place_of_year(name)
        if at is not None and at < len(frame.years) and (year := f"y{frame.years[at].starts_in}") not in found:
            found[place] = year
    return found


def _say_years(block: Block, frame: Frame) -> None:
    """Say which year is meant by headings that count the years instead of naming them."""
    said = [
        f"“{plain(heading)}” is read as {block.label(name, frame.years)}"
        for heading, name in zip(block.headings, block.columns, strict=True)
        if place_of_year(column_named(heading)) is not None and re.fullmatch(r"y\d{4}", name)
    ]
    if said:
        block.said.append(f"{listed(said)}, counted from the first year of the programme. Correct the column if that is wrong.")


def _tell_apart(matched: list[str], hints: list[Hint | None], headings: Sequence[str]) -> None:
    """Of two headings that name one column: Posts beside Post is their number, FYE 2017/18 beside 2017/18 is the full year."""
    for name in {name for name in matched if name not in (UNDECIDED, PART) and matched.count(name) > 1}:
        places = [place for place, each in enumerate(matched) if each == name]
        if name == TITLE:
            of = [place for place in places if re.fullmatch(r"\W*posts\W*", headings[place], re.IGNORECASE)]
            put, hint = UNDECIDED, Hint.POSTS
        elif name == PAID_BY:
            of = [place for place in places if re.fullmatch(r"\W*sources?\W*", headings[place], re.IGNORECASE)]
            put, hint = UNDECIDED, Hint.TEXT
        elif FULL_YEAR not in matched and re.match(r"y\d", name):
            of, put, hint = [place for place in places if says_full_year(headings[place])], FULL_YEAR, None
        else:
            continue
        if len(of) == 1 and len(places) == 2:
            matched[of[0]], hints[of[0]] = put, hint


def _annual_cost_of_parts(matched: list[str], hints: Sequence[Hint | None]) -> None:
    """Without a column of the annual cost, it is what one post costs times the FTE, or the sum of two or more parts."""
    each = [place for place, hint in enumerate(hints) if hint is Hint.EACH and matched[place] == UNDECIDED]
    parts = [place for place, hint in enumerate(hints) if hint is Hint.PART and matched[place] == UNDECIDED]
    if len(each) == 1 and any(name == FTE or name.startswith(FTE_OF) for name in matched) and not parts:
        matched[each[0]] = EACH
    elif len(parts) > 1 and not each and Hint.TOTAL not in hints:
        for place in parts:
            matched[place] = PART


def _totals_above(block: Block, frame: Frame, reading: Reading) -> None:
    """Lines that are the sum of those below them: the heading of a team with its sum, else asked."""
    for at, row in enumerate(block.rows):
        if row.role is not Role.LINE or row.errors:
            continue
        title = row.values.get(TITLE, "")
        if (row.phase or 0, spelling(row.team or ""), spelling(title)) in frame.stored:
            continue
        count = sum_of_those_below(block, at)
        names_team = bool(title) and (spelling(title) in frame.teams or looks_like_team(title))
        if not count or (count == 1 and not names_team):
            continue
        below = block.rows[at + 1 : at + 1 + count]
        words = f"“{title[:60]}” is exactly the sum of the {count} rows below it: is it a total?"
        question = Question(f"row-{row.number}-total", words, _TOTAL_OR_LINE, row.number)
        if not (names_team and TEAM not in block.columns):
            block.questions.append(question)
            if question.answer(reading.answers) == "line":
                continue
        else:
            for line in block.lines:
                line.team = line.team or ""
            for line in below:
                line.team = frame.teams.get(spelling(title), title)
        row.role, row.heads, row.errors = Role.TOTAL, True, {}
        row.team = below[0].team


def _unsaid_totals(block: Block, frame: Frame, reading: Reading) -> None:
    """Rows that are the sum of those above them without saying so: a total where they have no name of a line, else asked."""
    for row, of in sums_above(block, frame):
        title = row.values.get(TITLE, "")
        named = spelling(title) in frame.teams or spelling(title) == spelling(row.team or "") or not title
        if (row.phase or 0, spelling(row.team or ""), spelling(title)) in frame.stored:
            continue
        if named:
            row.role = Role.TOTAL
        else:
            words = f"“{title[:60]}” is exactly the sum of {of}: is it a total?"
            question = Question(f"row-{row.number}-total", words, _TOTAL_OR_LINE, row.number)
            block.questions.append(question)
            if question.answer(reading.answers) != "line":
                row.role = Role.TOTAL
        if row.role is Role.TOTAL:
            row.errors = {}
