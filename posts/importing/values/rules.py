"""The cells of one row, made into what the reader of lines takes, with a sentence where that needs saying. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from costing.bound import Bound, split
from costing.financial_year import day_in_words
from costing.money import round_pounds
from costing.size import PostSize, parse_size, shown
from costing.typed import NotUnderstood
from posts.importing.block.rules import Block, PastedRow, Role
from posts.importing.cells.rules import Fte, Manner, is_a_part, is_continental, read_fte, read_money, tidy
from posts.importing.columns.rules import (
    ANNUAL,
    COST_CENTRE,
    EACH,
    END,
    ESTABLISHMENT,
    FTE,
    FTE_OF,
    FULL_TIME,
    HEADCOUNT,
    HOURS,
    KIND,
    PART,
    RECRUITED,
    SIZE,
    START,
    SUBJECTIVE,
    TITLE,
    WORDS,
    Hint,
    column_named,
    hint_of,
    is_money,
)
from posts.importing.dates.rules import Day, read_day
from posts.importing.questions.rules import LEAVE, Question
from posts.importing.words.rules import looks_like_post

_CUT = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
_NO_NUMBER = re.compile(
    r"(?:tbc|tba|tbd|new ?\d?|new (?:post|role)s?|n/?[ak]|none|nil|to (?:be|follow)\b.{0,30}|not yet\b.{0,30}|"
    r"no (?:number|no|post)|no\.|"
    r"not known|unknown|vacant|vacancy|various|multiple|see .{0,30}|"
    r"pending|awaited|as above|ditto|[-?.\"]+|x+|0+)\.?",
    re.IGNORECASE,
)
_HOURS = (("37", "37 hours"), ("36", "36 hours"), ("35", "35 hours"), ("37.5", "37.5 hours"), ("40", "40 hours"))
_CREDIT = re.compile(r"\s*(?:[-(\u2212]|cr\b)", re.IGNORECASE)
_BOUNDS = frozenset(each.value for each in Bound)
_BESIDE = (HEADCOUNT, HOURS, SIZE)
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
        heading = self.block.headings[place] if place >= 0 else ""
        self.hint = Hint.POSTS if column_named(heading) == TITLE else hint_of(heading)

    def read_total(self, row: PastedRow) -> None:
        """The figures of a total: whatever its FTE is, it may be nought."""
        row.values = self._values(row)
        self._money(row, credits=True)
        self._add_parts(row)
        self._fte_of_years(row)
        typed = tidy(row.values.get(FTE, "")).removesuffix(" FTE").removesuffix(" WTE").replace(",", "")
        if re.fullmatch(r"-?\d+(?:\.\d+)?", typed):
            row.figures[FTE] = Decimal(typed)
        elif typed in ("-", ""):
            row.figures[FTE] = Decimal(0) if typed else None

    def read_line(self, row: PastedRow) -> None:
        """The values and figures of a line; what is asked is added to `asked`."""
        row.values = self._values(row)
        self._fte_of_years(row)
        self._fte(row)
        self._money(row, credits=not row.values.get(FTE) or self._is_fewer(row))
        self._words(row)
        self._annual_cost_each(row)
        self._add_parts(row)
        for name in (START, END):
            if name in row.values:
                self._day(row, name)
        self._codes(row)
        if RECRUITED in row.values:
            row.values[RECRUITED] = _RECRUITED.get(row.values[RECRUITED].casefold(), row.values[RECRUITED])

    def _is_fewer(self, row: PastedRow) -> bool:
        size = None if row.errors else parse_size(row.values[FTE])
        return size is not None and size.is_fewer

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
        for name in [name for name in row.values if is_money(name) and name not in (EACH, PART)]:
            manner = Manner(self.block.unit_of(name), credits, self.commas or self.continental)
            bound, typed = split(tidy(row.values[name])) if name != ANNUAL else (None, row.values[name])
            try:
                money = read_money(typed, manner)
            except NotUnderstood as error:
                row.errors[name] = str(error)
                continue
            row.figures[name] = money.pounds
            row.precision[name] = money.precision
            if bound and money.pounds is not None:
                row.bounds[name] = bound.value
            if money.nil:
                nils.add(name)
            if money.said and money.said not in row.said:
                row.said.append(money.said)
        row.nils = frozenset(nils)

    def _words(self, row: PastedRow) -> None:
        """The words before figures, where a column of their own holds them; those of a sum of other columns follow from these."""
        for said in filter(None, (each.strip() for each in row.values.get(WORDS, "").split(";"))):
            label, _, word = (each.strip() for each in said.rpartition(":"))
            name = column_named(label)
            if word not in _BOUNDS or not label:
                row.errors[WORDS] = "Write which figure is at least, about or up to so much, such as 2016/17: at least."
            elif name in row.bounds and row.bounds[name] != word:
                row.errors[WORDS] = f"{label} says {row.bounds[name]} itself: clear one of the two."
            elif row.figures.get(name) is not None and name != ANNUAL:
                row.bounds[name] = word

    def _annual_cost_each(self, row: PastedRow) -> None:
        """The annual cost of the line: what one post costs, times its FTE."""
        if not row.values.get(EACH) or ANNUAL in row.values:
            return
        fte = row.figures.get(FTE)
        try:
            money = read_money(row.values[EACH], Manner(self.block.unit_of(EACH), commas=self.commas or self.continental))
        except NotUnderstood as error:
            row.errors[EACH] = str(error)
            return
        if money.pounds is not None and fte is None and not row.errors:
            row.errors[EACH] = "The annual cost is this times the FTE, which this row does not give."
        elif money.pounds is not None and fte is not None:
            self._take_annual_cost(row, money.pounds * fte, f"Annual cost: {fte.normalize():f} x {money.pounds:,}")

    def _add_parts(self, row: PastedRow) -> None:
        """The annual cost of the line: the sum of its parts, where the block has no column of it."""
        if PART not in self.block.columns or ANNUAL in row.values:
            return
        parts = []
        for place, name in enumerate(self.block.columns):
            if name != PART:
                continue
            try:
                manner = Manner(self.block.units[place], commas=self.commas or self.continental)
                parts.append(read_money(" ".join(row.cells[place].split()), manner).pounds)
            except NotUnderstood as error:
                row.errors[PART] = str(error)
        given = [pounds for pounds in parts if pounds is not None]
        if given and PART not in row.errors:
            self._take_annual_cost(row, sum(given, Decimal(0)), f"Annual cost: {' + '.join(f'{each:,}' for each in given)}")

    def _take_annual_cost(self, row: PastedRow, exact: Decimal, said: str) -> None:
        pounds = round_pounds(exact)
        row.values[ANNUAL], row.figures[ANNUAL], row.precision[ANNUAL] = f"{pounds:f}", pounds, Decimal(1)
        if row.role is Role.LINE:
            row.said.append(f"{said} = {pounds:,}")

    def _fte_of_years(self, row: PastedRow) -> None:
        """The FTE of each year as numbers; the most of them is that of the line, where it gives none itself."""
        of_years = [name for name in row.values if name.startswith(FTE_OF)]
        for name in of_years:
            typed = tidy(row.values[name]).removesuffix(" FTE").removesuffix(" WTE")
            if re.fullmatch(r"-?\d{1,5}(?:\.\d{1,2})?", typed):
                row.figures[name] = Decimal(typed)
            elif typed == "-":
                row.figures[name] = Decimal(0)
            elif row.role is Role.LINE and typed and typed.casefold() not in ("n/a", "n/s"):
                row.errors[name] = "Write the FTE of this year as a number, such as 1 or 0.5."
        given = [figure for name in of_years if (figure := row.figures.get(name)) is not None]
        if given and FTE not in row.values and row.role is Role.LINE:
            row.values[FTE] = f"{max(given, key=abs):f}"

    def _fte(self, row: PastedRow) -> None:
        row.figures[FTE] = None
        if not {FTE, *_BESIDE} & set(row.values):
            return
        try:
            fte = self._of_fte_cell(row) if FTE in row.values else Fte("")
            size = self._beside(row, parse_size(fte.text))
        except NotUnderstood as error:
            row.errors.setdefault(FTE, str(error))
            return
        row.values[FTE] = shown(size) if size and row.role is Role.LINE else fte.text
        row.figures[FTE] = size.fte if size else None
        if fte.said:
            row.said.append(fte.said)

    def _of_fte_cell(self, row: PastedRow) -> Fte:
        """What the cell of FTE says, in the notation of sizes. Raises NotUnderstood."""
        typed = row.values[FTE]
        if re.search(r"\bposts?\b|\bof\b|\d ?/ ?\d", typed, re.IGNORECASE) and not is_a_part(typed) and parse_size(typed):
            return Fte(typed)
        fte = read_fte(typed, commas=self.commas)
        if self.hint is Hint.HOURS and fte.figure and fte.asks != "hours":
            fte = Fte("", asks="hours", figure=read_hours(typed))
        if fte.asks == "hours":
            return self._from_hours(row, fte, typed)
        if fte.asks:
            return self._asked_fte(row, fte, typed)
        if self.hint is Hint.POSTS and fte.text:
            return self._from_posts(row, fte)
        if fte.posts:
            return Fte(shown(PostSize(Decimal(fte.text), fte.posts)), fte.said)
        return fte

    def _beside(self, row: PastedRow, size: PostSize | None) -> PostSize | None:
        """The size with what the columns beside the FTE say: a number of posts, hours, or both as the faces write them."""
        if posts := row.values.get(HEADCOUNT, "").removesuffix(".00").removesuffix(".0"):
            size = self._with_posts(row, size, posts)
        if hours := row.values.get(HOURS, ""):
            size = self._with_hours(row, size, hours)
        if said := parse_size(row.values.get(SIZE, "")):
            if said.hours is not None or size is None or size.fte is None:
                size = said if said.hours is None or size is None or said.fte == size.fte else size
            else:
                size = PostSize(size.fte, said.posts)
        return size

    def _with_posts(self, row: PastedRow, size: PostSize | None, said: str) -> PostSize | None:
        if not re.fullmatch(r"-?\d{1,4}", said):
            words = "is no number of posts: write a whole number, or leave this column out."
            row.errors[HEADCOUNT] = f"\N{LEFT DOUBLE QUOTATION MARK}{said}\N{RIGHT DOUBLE QUOTATION MARK} {words}"
        elif posts := int(said):
            return PostSize(size.fte if size else None, posts)
        return size

    def _with_hours(self, row: PastedRow, size: PostSize | None, said: str) -> PostSize | None:
        worked = read_hours(said)
        week = row.values.get(FULL_TIME) or self._full_time_hours(row, said)
        if not week or not worked:
            return size
        of_hours = parse_size(f"{worked:f} of {read_hours(week):f} hours")
        assert of_hours  # the notation is not blank
        if size is None or size.fte is None or size.fte == of_hours.fte:
            return of_hours
        fte = f"{of_hours.fte:f}".rstrip("0").rstrip(".")
        row.said.append(f"{shown(of_hours)} come to {fte} FTE, not {shown(PostSize(size.fte))}: the hours are not stored")
        return size

    def _full_time_hours(self, row: PastedRow, said: str) -> str:
        """The full-time hours of a week, asked once for a block; "" until it is answered."""
        words = (
            f"\N{LEFT DOUBLE QUOTATION MARK}{said}\N{RIGHT DOUBLE QUOTATION MARK} is hours: how many hours a week is full time?"
        )
        answer = self._ask(Question("hours", words, (*_HOURS, LEAVE), row.number, FTE))
        if answer == LEAVE[0]:
            self.leave(row)
            return ""
        return answer

    def _from_hours(self, row: PastedRow, fte: Fte, typed: str) -> Fte:
        week = row.values.get(FULL_TIME) or self._full_time_hours(row, typed)
        if not week or fte.figure is None:
            return Fte("" if row.role is Role.NOTE else "1.00")
        size = parse_size(f"{fte.figure:f} of {week} hours")
        assert size  # the notation is not blank
        share = f"{size.fte:f}".rstrip("0").rstrip(".")
        return Fte(shown(size), f"“{typed}” of {week} hours is {share} FTE{', rounded' if size.is_rounded else ''}")

    def _from_posts(self, row: PastedRow, fte: Fte) -> Fte:
        heading = self.block.headings[self.block.columns.index(FTE)]
        posts = fte.text.removesuffix(".00")
        words = f"{heading}: does each post count as 1 FTE? Here {posts} would be {fte.text} FTE."
        options = (
            ("yes", "Yes, the number of posts is the FTE"),
            ("posts", "No: keep the number of posts; their FTE is not stated"),
            ("leave", "No: leave these rows out until their FTE is known"),
        )
        answer = self._ask(Question("posts-fte", words, options, row.number, FTE))
        if answer == LEAVE[0]:
            self.leave(row)
        return Fte(f"{posts} post{'' if posts == '1' else 's'}") if answer == "posts" else fte

    def _asked_fte(self, row: PastedRow, fte: Fte, typed: str) -> Fte:
        title = row.values.get(TITLE, "")
        if fte.asks == "nought" and not looks_like_post(title):
            return Fte("")
        unstated = ("unstated", "A post whose FTE is not stated")
        counted = any(re.search("[1-9]", row.values.get(name, "")) for name in _BESIDE)
        if fte.asks == "unknown" and (counted or row.values.get(KIND, "").casefold() == "post"):
            return Fte("n/s")
        if fte.asks == "fewer" and any(_CREDIT.match(text) for name, text in row.values.items() if is_money(name)):
            return Fte(f"{fte.figure:f}")
        words, first = {
            "nought": (f"“{title}” has FTE {typed}: is it an other cost, without FTE?", unstated),
            "fewer": (f"“{title}” has FTE {typed}: one or more posts fewer, at a cost?", ("fewer", "Posts fewer, at a cost")),
            "unknown": (f"The FTE of “{title}” is “{typed}”: is it a post?", unstated),
        }[fte.asks]
        options = (("other", "An other cost, without FTE"), first, LEAVE)
        answer = self._ask(Question(f"row-{row.number}-fte", words, options, row.number, FTE))
        if answer == LEAVE[0]:
            self.leave(row)
        return Fte({"unstated": "n/s", "fewer": f"{fte.figure or 0:f}"}.get(answer, ""))

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
