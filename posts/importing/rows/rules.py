"""What each row of a block is: headings again, a phase, a team, a line, a total, a working, a note. Pure."""

import re
from collections.abc import Mapping

from posts.importing.block.rules import UNKNOWN_PHASE, Block, Frame, NotRead, PastedRow, Role
from posts.importing.columns.rules import COMMENT, FTE, LEFT_OUT, PHASE, TEAM, TITLE, UNDECIDED, is_money
from posts.importing.headings.rules import Headings
from posts.importing.matching.rules import spelling
from posts.importing.phases.rules import PHASE_HEADING, no_such_phase, phase_named
from posts.importing.questions.rules import Question
from posts.importing.totals.rules import DIFFERS, names_total, says_total
from posts.importing.units.rules import WORDS, only_a_unit, unit_in
from posts.importing.words.rules import goes_on, looks_like_note, looks_like_post, looks_like_working, plain

_CHECK = re.compile(r"(?:check|control|variance|difference)\b", re.IGNORECASE)
_DITTO = re.compile(r"(?:ditto|do\.?|as above|[\"\u201d\u3003]|'')", re.IGNORECASE)
_ABOUT_THE_FILE = re.compile(
    r"(?:sources?|authors?|prepared(?: by)?|version|date|printed|file|notes?|status|checked(?: by)?|owner|contact|key)\b.{0,20}",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(
    r"\W*(?:(?:other |further |the )?(?:items?|costs?|amounts?|posts?|money|spending|expenditure|funding|sums?) )?"
    r"(?:(?:which |that )?(?:is|are) )?(?:not included|excluded|outside|not (?:part of|in)|(?:shown )?for information(?: only)?|"
    r"below the line|memorandum(?: items?)?|exclusions)"
    r"(?: (?:in|from|of|the|any|this|these|above|committee|totals?|table|figures|sums?|request|costs?|only))*\W*",
    re.IGNORECASE,
)
"""A heading under which stands what the table does not add up: its rows are no lines of the table."""
_AS_LINE = ("line", "A post or other cost whose FTE and amounts are not stated")
_AS_TEAM = ("team", "A team: the rows below it are in it")
_AS_NOTE = ("note", "A note: not read")


class Roles:
    """Gives every row below the headings its role."""

    def __init__(self, block: Block, frame: Frame, headings: Headings, answers: Mapping[str, str]) -> None:
        self.block, self.frame, self.headings, self.answers = block, frame, headings, answers
        self.second_table = 0
        self.excluded = ""

    def give(self) -> None:
        """Set the role of each row, in order; what is asked and not read is added to the block."""
        rows = self.block.rows
        for at, row in enumerate(rows):
            if self.headings.found and row.number - 1 <= self.headings.last:
                row.role = Role.NOTE if row.number - 1 < self.headings.first else Role.HEADER
            elif self.second_table:
                row.role = Role.NOTE
            else:
                row.role = self._role(row, rows[at + 1] if at + 1 < len(rows) else None)
        if self.second_table:
            self.block.errors.append(
                f"A second table with other headings begins in row {self.second_table}: "
                "paste it by itself, and this one without it."
            )

    def _role(self, row: PastedRow, following: PastedRow | None) -> Role:
        again = self.headings.again(row.cells) if self.headings.found else None
        if again is False:
            self.second_table = row.number
            return Role.NOTE
        if again:
            return Role.HEADER
        filled = [place for place, cell in enumerate(row.cells) if cell]
        if all(only_a_unit(row.cells[place]) for place in filled):
            return self._unit(row) if len(filled) == 1 else Role.HEADER
        if len(filled) == 1:
            role = self._alone(row, filled[0], following)
            if role in (Role.NOTE, Role.TEAM) and _EXCLUDED.fullmatch(text := plain(row.cells[filled[0]])):
                self.excluded = text
                return Role.NOTE
            self.excluded = "" if role in (Role.PHASE, Role.TEAM) else self.excluded
            return role
        role = self._of_several(row)
        if role in (Role.PHASE, Role.TOTAL):
            self.excluded = ""
        return self._not_read(row, f"it stands under “{self.excluded}”") if role is Role.LINE and self.excluded else role

    def _unit(self, row: PastedRow) -> Role:
        """A row that states the unit of the table: it holds for the columns whose own headings say nothing."""
        unit = unit_in(next(filter(None, row.cells))) or 1
        row.said.append(f"It states the unit: {WORDS[unit]}")
        said = False
        for place, name in enumerate(self.block.columns):
            if (is_money(name) or name == UNDECIDED) and not self.block.units_said[place]:
                self.block.units[place] = unit
                self.block.units_said[place] = True
                if unit != 1 and not said:
                    said = True
                    self.block.said.append(
                        f"The amounts are read in {WORDS[unit]}, as row {row.number} says: “{plain(row.name)}”. "
                        "Correct the unit if that is wrong."
                    )
        return Role.NOTE

    def _alone(self, row: PastedRow, place: int, following: PastedRow | None) -> Role:
        """A row with a single cell: a phase, a team, a note, a post without figures, or the beginning of a title."""
        text, column = plain(row.cells[place]), self.block.columns[place]
        if column not in (TITLE, TEAM, PHASE, LEFT_OUT, UNDECIDED):
            if PHASE_HEADING.match(text) and phase_named(text, self.frame.phases):
                return Role.PHASE  # merged over the whole row, which begins with a figure
            return Role.LINE if column == FTE or is_money(column) else Role.NOTE
        if not looks_like_note(text) and (PHASE_HEADING.match(text) or phase_named(text, self.frame.phases)):
            return Role.PHASE
        if says_total(row, self.block, self.frame) or looks_like_note(text):
            return Role.NOTE
        if spelling(text) in self.frame.teams:
            return Role.TEAM
        if column == PHASE:
            return Role.NOTE
        if column == TEAM or TEAM not in self.block.columns:
            return self._team_or_post(row, text, following)
        options = (_AS_LINE, _AS_NOTE)
        return self._answered(row, f"“{text[:60]}” stands alone in its row: what is it?", options)

    def _team_or_post(self, row: PastedRow, text: str, following: PastedRow | None) -> Role:
        title = self._title_with_figures(following)
        if title and goes_on(text, title):
            options = (("join", f"The beginning of the title below: {text} {title}"[:120]), _AS_TEAM)
            certain = not goes_on("", title)
            if certain or self._asked(row, f"Is “{text[:60]}” a title in two parts, or a team?", options) != "team":
                return self._merged(row, text, following)
            return Role.TEAM
        if looks_like_post(text):
            words = f"“{text[:60]}” has no figures: is it a post without amounts, a team or a note?"
            return self._answered(row, words, (_AS_LINE, _AS_TEAM, _AS_NOTE))
        return Role.TEAM

    def _merged(self, row: PastedRow, text: str, following: PastedRow | None) -> Role:
        assert following
        place = self.block.columns.index(TITLE)
        following.cells[place] = f"{text} {following.cells[place]}"
        following.said.append(f"Its title is that of rows {row.number} and {following.number} together")
        row.said.append(f"The beginning of the title in row {following.number}")
        return Role.MERGED

    def _title_with_figures(self, row: PastedRow | None) -> str:
        if row is None or TITLE not in self.block.columns:
            return ""
        figures = any(cell and (name == FTE or is_money(name)) for name, cell in zip(self.block.columns, row.cells, strict=True))
        return row.cells[self.block.columns.index(TITLE)] if figures else ""

    def _asked(self, row: PastedRow, words: str, options: tuple[tuple[str, str], ...]) -> str:
        question = Question(f"row-{row.number}", words, options, row.number)
        self.block.questions.append(question)
        return question.answer(self.answers)

    def _answered(self, row: PastedRow, words: str, options: tuple[tuple[str, str], ...]) -> Role:
        return {"team": Role.TEAM, "note": Role.NOTE}.get(self._asked(row, words, options), Role.LINE)

    def _of_several(self, row: PastedRow) -> Role:
        pairs = list(zip(self.block.columns, row.cells, strict=True))
        figures = [cell for name, cell in pairs if cell and (name == FTE or is_money(name))]
        title = next((cell for name, cell in pairs if name == TITLE), "")
        if not figures:
            if self._heads_phase_and_team(pairs):
                return Role.PHASE
            if _ABOUT_THE_FILE.fullmatch(plain(row.cells[self._first(row)])) and pairs[self._first(row)][0] == PHASE:
                return Role.NOTE
            if not title or looks_like_note(title):
                beside = {name for name, cell in pairs if cell} - {LEFT_OUT, UNDECIDED, COMMENT, TITLE}
                return Role.NOTE if not beside - {TEAM, PHASE} and (not title or beside == set()) else Role.LINE
            return self._of_phase_only(row, pairs)
        if self._heads_a_phase(row, pairs):
            row.heads = True
            return Role.TOTAL
        working = bool(title) and looks_like_working(title) and not looks_like_post(title)
        if says_total(row, self.block, self.frame) and not (working and _CHECK.match(title)):
            return self._total(row)
        return self._not_read(row, "it looks like a working, not a cost") if working else Role.LINE

    @staticmethod
    def _first(row: PastedRow) -> int:
        return next(place for place, cell in enumerate(row.cells) if cell)

    def _heads_phase_and_team(self, pairs: list[tuple[str, str]]) -> bool:
        """A phase in its column and, beside it, a team in its own: they hold for the rows below."""
        said = {name: cell for name, cell in pairs if cell}
        return said.keys() == {PHASE, TEAM} and phase_named(said[PHASE], self.frame.phases) is not None

    def _total(self, row: PastedRow) -> Role:
        if self.answers.get(f"row-{row.number}-differs") != "line":
            return Role.TOTAL
        words = f"“{row.name}” says that it is a total: is it a line?"
        self.block.questions.append(Question(f"row-{row.number}-differs", words, DIFFERS, row.number))
        return Role.LINE

    def _heads_a_phase(self, row: PastedRow, pairs: list[tuple[str, str]]) -> bool:
        """A phase with the sum of its lines beside it."""
        texts = [plain(cell) for name, cell in pairs if cell and name in (TITLE, TEAM, PHASE, LEFT_OUT, UNDECIDED)]
        if not any(cell for name, cell in pairs if name == TITLE) or any(cell for name, cell in pairs if name == PHASE):
            return False
        figures = [cell for name, cell in pairs if cell and (name == FTE or is_money(name))]
        alone = len(texts) == 1 and not re.fullmatch(r"\d+", texts[0]) and all(re.search("[0-9-]", cell) for cell in figures)
        return alone and bool(PHASE_HEADING.fullmatch(texts[0]) or phase_named(texts[0], self.frame.phases))

    def _of_phase_only(self, row: PastedRow, pairs: list[tuple[str, str]]) -> Role:
        """A phase or a team with a number or a remark beside it, and no figures."""
        said = {name for name, cell in pairs if cell}
        first = plain(next(cell for _, cell in pairs if cell))
        if said <= {TITLE, LEFT_OUT, UNDECIDED, COMMENT} and PHASE not in said and PHASE_HEADING.fullmatch(first):
            return Role.PHASE
        return Role.LINE

    def _not_read(self, row: PastedRow, why: str) -> Role:
        """Not read unless a person says that it is a line; the question need not be answered."""
        key, name = f"row-{row.number}", next(iter(self.block.texts(row, TITLE)), row.name)
        if self.answers.get(key) == "line":
            # It is asked still: what was answered can be taken back.
            words = f"“{plain(name)[:60]}”: {why}. Is it a line?"
            self._asked(row, words, (("line", "Take it in as a line"), ("out", "Leave it out")))
            return Role.LINE
        figures = tuple(cell for name, cell in zip(self.block.columns, row.cells, strict=True) if cell and is_money(name))
        self.block.not_read.append(NotRead(f"Row {row.number}, “{plain(name)[:60]}”", why, row.number, figures=figures))
        return Role.WORKING


def place_rows(block: Block, frame: Frame, chosen: int | None) -> None:
    """Give each line and total the phase and team of its own cells, else of the headings above it."""
    says_teams = TEAM in block.columns or any(row.role is Role.TEAM for row in block.rows)
    phase, team, heading = chosen, "", None
    for row in block.rows:
        text = plain(next(filter(None, row.cells), ""))
        if row.role in (Role.PHASE, Role.TEAM) and heading is not None and heading.role is Role.TEAM:
            heading.role = Role.NOTE  # text alone, and no line under it
        if row.role is Role.PHASE or row.heads:
            phase, team, heading = _phase_of(row, frame), "", row
            if block.texts(row, PHASE) and (beside := block.texts(row, TEAM)):
                team, says_teams = frame.teams.get(spelling(beside[0]), beside[0]), True
            row.phase = phase if row.heads else None
        elif row.role is Role.TEAM:
            team, heading = frame.teams.get(spelling(text), text), row
        elif row.role in (Role.LINE, Role.TOTAL, Role.WORKING):
            heading = None if row.role is Role.LINE else heading
            row.phase, row.team = phase, team if says_teams else None
            cells = dict(zip(block.columns, ("" if _DITTO.fullmatch(cell) else cell for cell in row.cells), strict=True))
            if TEAM in block.columns:
                said = " ".join(cells[TEAM].split())
                said = "" if row.role is Role.TOTAL and names_total(said) else said
                row.team = frame.teams.get(spelling(said), said) if said else team
            if said := cells.get(PHASE, ""):
                row.phase = phase_named(said, frame.phases)
                if row.phase is None and row.role is Role.LINE:
                    row.errors[PHASE] = no_such_phase(said, frame)
    if heading is not None and heading.role is Role.TEAM:
        heading.role = Role.NOTE


def _phase_of(row: PastedRow, frame: Frame) -> int:
    said = [plain(cell) for cell in row.cells if cell and not re.fullmatch(r"\d+\.?", cell)] or [row.name]
    number = next((found for text in said if (found := phase_named(text, frame.phases)) is not None), None)
    if number is None:
        row.errors[PHASE] = no_such_phase(said[0], frame)
        return UNKNOWN_PHASE
    return number


def blank_cells_above(block: Block, frame: Frame, answers: Mapping[str, str]) -> None:
    """Ask once whether blank cells of phase and team go on with the cell above, as merged cells do; a team in its phase."""
    _carry_phases(block, answers)
    if TEAM in block.columns:
        _carry_teams(block, frame, answers)


def _carry_phases(block: Block, answers: Mapping[str, str]) -> None:
    blank: list[tuple[PastedRow, int]] = []
    above: int | None = None
    for row in block.rows:
        if row.role in (Role.LINE, Role.TOTAL):
            said = any(not _DITTO.fullmatch(cell) for cell in block.texts(row, PHASE))
            if said:
                above = row.phase
            elif row.phase is None and above and row.role is Role.LINE:
                blank.append((row, above))
        elif row.role is Role.PHASE:
            above = None
    if not blank:
        return
    first = blank[0][0].number
    words = f"{_rows(len(blank))} no phase, the first is row {first}. Take it from the row above?"
    question = Question("blank-phases", words, (("above", "Yes, from the row above"), ("none", "No")), first, PHASE)
    block.questions.append(question)
    if question.answer(answers) != "none":
        for row, number in blank:
            row.phase = number


def _carry_teams(block: Block, frame: Frame, answers: Mapping[str, str]) -> None:
    above: dict[int | None, str] = {}
    blank: list[tuple[PastedRow, str]] = []
    for row in block.lines:
        if row.team:
            above[row.phase] = row.team
        elif above.get(row.phase) and (row.phase or 0, "", spelling(_title(row, block))) not in frame.stored:
            blank.append((row, above[row.phase]))
    if not blank:
        return
    first = blank[0][0].number
    words = (
        f"{len(blank)} row{'s have' if len(blank) > 1 else ' has'} no team, the first is row {first}. Take it from the row above?"
    )
    question = Question(
        "blank-teams", words, (("above", "Yes, within the phase"), ("none", "No, they have no team")), first, TEAM
    )
    block.questions.append(question)
    if question.answer(answers) != "none":
        for row, team in blank:
            row.team = team
            row.values[TEAM] = team


def _rows(number: int) -> str:
    return f"{number} rows have" if number > 1 else "1 row has"


def _title(row: PastedRow, block: Block) -> str:
    return next(iter(block.texts(row, TITLE)), "")
