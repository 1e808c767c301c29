"""The cells of one row, made into what the reader of lines takes, with a sentence where that needs saying. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from costing.financial_year import day_in_words
from costing.typed import NotUnderstood
from posts.importing.block.rules import Block, PastedRow, Role
from posts.importing.cells.rules import Fte, Manner, is_continental, read_fte, read_money, tidy
from posts.importing.columns.rules import (
    COST_CENTRE,
    END,
    ESTABLISHMENT,
    FTE,
    RECRUITED,
    START,
    SUBJECTIVE,
    TITLE,
    Hint,
    hint_of,
    is_money,
)
from posts.importing.dates.rules import Day, read_day
from posts.importing.questions.rules import LEAVE, Question
from posts.importing.words.rules import looks_like_post

_CUT = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
_NO_NUMBER = re.compile(
    r"(?:tbc|tba|tbd|new|new post|n/?a|none|nil|to be confirmed|not known|unknown|vacant|vacancy|various|multiple|see .{0,30}|"
    r"pending|awaited|as above|ditto|[-?.\"]+|x+|0+)\.?",
    re.IGNORECASE,
)
_HOURS = (("37", "37 hours"), ("36", "36 hours"), ("35", "35 hours"), ("37.5", "37.5 hours"), ("40", "40 hours"))
_RECRUITED = {
    "vacant": "No",
    "vacancy": "No",
    "filled": "Yes",
    "in post": "Yes",
    "appointed": "Yes",
    "tbc": "",
    "to recruit": "No",
}


@dataclass
class Cells:
    """Reads the cells of rows. `answers` by the key of their question; questions of the whole block are asked once."""

    block: Block
    answers: Mapping[str, str]
    commas: bool = False
    asked: dict[str, Question] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.commas = self.commas and self.block.header_found
        self.continental = any(
            is_continental(cell)
            for row in self.block.rows
            for name, cell in zip(self.block.columns, row.cells, strict=True)
            if cell and is_money(name)
        )
        place = self.block.columns.index(FTE) if FTE in self.block.columns else -1
        self.hint = hint_of(self.block.headings[place]) if place >= 0 else None

    def read_total(self, row: PastedRow) -> None:
        """The figures of a total: whatever its FTE is, it may be nought."""
        row.values = self._values(row)
        self._money(row, credits=True)
        typed = tidy(row.values.get(FTE, "")).removesuffix(" FTE").removesuffix(" WTE").replace(",", "")
        if re.fullmatch(r"-?\d+(?:\.\d+)?", typed):
            row.figures[FTE] = Decimal(typed)
        elif typed in ("-", ""):
            row.figures[FTE] = Decimal(0) if typed else None

    def read_line(self, row: PastedRow) -> None:
        """The values and figures of a line; what is asked is added to `asked`."""
        row.values = self._values(row)
        self._fte(row)
        self._money(row, credits=not row.values.get(FTE))
        for name in (START, END):
            if name in row.values:
                self._day(row, name)
        self._codes(row)
        if RECRUITED in row.values:
            row.values[RECRUITED] = _RECRUITED.get(row.values[RECRUITED].casefold(), row.values[RECRUITED])

    def _values(self, row: PastedRow) -> dict[str, str]:
        cells = zip(self.block.columns, row.cells, strict=True)
        return {name: " ".join(cell.split()) for name, cell in cells if name not in ("", "?")}

    def _ask(self, question: Question) -> str:
        self.asked.setdefault(question.key, question)
        return question.answer(self.answers)

    def leave(self, row: PastedRow) -> None:
        """Leave a row out because its question was answered so."""
        row.role = Role.NOTE
        row.said = ["Left out, as you chose"]
        row.errors = {}

    def _money(self, row: PastedRow, *, credits: bool) -> None:
        nils = set()
        for name in [name for name in row.values if is_money(name)]:
            manner = Manner(self.block.unit_of(name), credits, self.commas or self.continental)
            try:
                money = read_money(row.values[name], manner)
            except NotUnderstood as error:
                row.errors[name] = str(error)
                continue
            row.figures[name] = money.pounds
            row.precision[name] = money.precision
            if money.nil:
                nils.add(name)
            if money.said and money.said not in row.said:
                row.said.append(money.said)
        row.nils = frozenset(nils)

    def _fte(self, row: PastedRow) -> None:
        if FTE not in row.values:
            row.figures[FTE] = None
            return
        typed = row.values[FTE]
        try:
            fte = read_fte(typed, commas=self.commas)
            if self.hint is Hint.HOURS and fte.figure and fte.asks != "hours":
                fte = Fte("", asks="hours", figure=read_hours(typed))
        except NotUnderstood as error:
            row.errors[FTE] = str(error)
            return
        if fte.asks == "hours":
            fte = self._from_hours(row, fte, typed)
        elif fte.asks:
            fte = self._asked_fte(row, fte, typed)
        elif self.hint is Hint.POSTS and fte.text:
            fte = self._from_posts(row, fte)
        row.values[FTE] = fte.text
        row.figures[FTE] = Decimal(fte.text) if fte.text else None
        if fte.said:
            row.said.append(fte.said)

    def _from_hours(self, row: PastedRow, fte: Fte, typed: str) -> Fte:
        words = f"“{typed}” is hours: how many hours a week is full time?"
        answer = self._ask(Question("hours", words, (*_HOURS, LEAVE), row.number, FTE))
        if answer == LEAVE[0]:
            self.leave(row)
        if not answer or answer == LEAVE[0] or fte.figure is None:
            return Fte("1.00" if not answer else "")
        share = (fte.figure / Decimal(answer)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return Fte(f"{share:f}", f"“{typed}” of {answer} hours is {share.normalize():f} FTE; the hours are not stored")

    def _from_posts(self, row: PastedRow, fte: Fte) -> Fte:
        heading = self.block.headings[self.block.columns.index(FTE)]
        words = f"{heading}: does each post count as 1 FTE? Here {fte.text.removesuffix('.00')} would be {fte.text} FTE."
        options = (("yes", "Yes, the number of posts is the FTE"), ("leave", "No: leave these rows out until their FTE is known"))
        if self._ask(Question("posts-fte", words, options, row.number, FTE)) == LEAVE[0]:
            self.leave(row)
        return fte

    def _asked_fte(self, row: PastedRow, fte: Fte, typed: str) -> Fte:
        title = row.values.get(TITLE, "")
        if fte.asks == "nought" and not looks_like_post(title):
            return Fte("")
        words = {
            "nought": f"“{title}” has FTE {typed}: is it an other cost, without FTE?",
            "fewer": f"“{title}” has FTE {typed}: one or more posts fewer, at a cost? Fewer posts cannot be stored yet.",
            "unknown": f"The FTE of “{title}” is “{typed}”: take it without FTE for now?",
        }[fte.asks]
        options = (("other", "An other cost, without FTE"), LEAVE)
        if self._ask(Question(f"row-{row.number}-fte", words, options, row.number, FTE)) == LEAVE[0]:
            self.leave(row)
        return Fte("")

    def _day(self, row: PastedRow, name: str) -> None:
        typed = row.values[name]
        try:
            day = read_day(typed, which="start" if name == START else "end")
        except NotUnderstood as error:
            row.errors[name] = str(error)
            return
        if day.asks == "period":
            day = self._asked_period(row, day, name)
        elif day.asks:
            options = (("none", "No end"), LEAVE)
            words = f"To is “{typed}”: does the cost go on without an end?"
            if self._ask(Question(f"row-{row.number}-end", words, options, row.number, END)) == LEAVE[0]:
                self.leave(row)
        row.values[name] = day.text
        if day.term:
            row.values["term_months"] = str(day.term)
        if day.said:
            row.said.append(day.said)

    def _asked_period(self, row: PastedRow, day: Day, name: str) -> Day:
        when = day_in_words(date.fromisoformat(day.text))
        typed = row.values[name]
        verb, options = ("begins", (("day", f"From {when}"), ("none", "The start is not stated")))
        if name == END:
            verb, options = "ends", (("day", f"To {when}"), ("none", "No end"))
        answer = self._ask(
            Question(f"row-{row.number}-{name}", f"“{typed}” {verb} on {when}: is that the date?", options, row.number, name)
        )
        return Day("") if answer == "none" else day

    def _codes(self, row: PastedRow) -> None:
        for name in (ESTABLISHMENT, COST_CENTRE, SUBJECTIVE):
            typed = row.values.get(name, "")
            if not typed:
                continue
            if _NO_NUMBER.fullmatch(typed):
                row.values[name] = ""
                row.said.append(f"“{typed}” is no number and is not stored as one")
            elif _CUT.fullmatch(typed) or (typed.isdecimal() and len(typed) > 15 and typed.endswith("00")):
                words = f"The spreadsheet program has cut numbers, such as {typed}. Take the rows in without these numbers?"
                options = (("without", "Yes, without the numbers that were cut"),)
                if not self._ask(Question(f"cut-{name}", words, options, row.number, name)):
                    row.errors[name] = "The spreadsheet program has cut this number: format its column as text and copy again."
                row.values[name] = ""


def read_hours(typed: str) -> Decimal:
    """The hours in a cell of a column of hours. Raises NotUnderstood."""
    bare = re.sub(r"[^\d.,]", "", typed).replace(",", ".")
    try:
        return Decimal(bare)
    except ArithmeticError:
        raise NotUnderstood("Write the hours as a number, such as 18.5.") from None
