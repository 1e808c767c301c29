"""Rows that are totals, known by their words or by their arithmetic, and compared with the lines they stand for. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from costing.typed import NotUnderstood, parse_recruited
from posts.importing.block.rules import UNKNOWN_PHASE, Block, Frame, NotRead, PastedRow, Role, Total
from posts.importing.columns.rules import ANNUAL, FTE, PAPERWORK, PHASE, RECRUITED, START, TEAM, TITLE, is_money
from posts.importing.matching.rules import spelling
from posts.importing.phases.rules import PHASE_HEADING, phase_named
from posts.importing.questions.rules import Question
from posts.importing.words.rules import looks_like_post, plain

_WORD = r"(?:sub[- ]?totals?|grand totals?|totals?|t o t a l(?: s)?|s ?/ ?total|tot\b\.?|ttl|overall|gross|net|sum|aggregate)"
_BEGINS = re.compile(rf"{_WORD}\b|carried forward|brought forward|[cb]/f(?:wd)?\b|running total|page total", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:sub[- ]?totals?|totals?|t o t a l(?: s)?|tot\.?|ttl|sum|carried forward|brought forward|[cb]/f)\b\W*\Z", re.IGNORECASE
)
# What may follow a word for a total without making it the name of a post.
_OF = re.compile(
    r"(?:\b(?:sub|grand|overall|gross|net|sum|totals?|of|for|the|all|in|and|costs?|resources?|requested|required|requirement|request|"
    r"budget|expenditure|spend|posts?|staff|staffing|fte|wte|phases?|team|programme|lines?|above|amount|bid|pay|income|savings?|"
    r"credits?|other|funding|needed|planned|investment|pressures?|annual|new|additional|excluding|including|before|after|less)\b|\W)+",
    re.IGNORECASE,
)
_TOTALS = re.compile(r"(?:sub[- ]?|grand )?totals?\b|(?:carried|brought) forward|[cb]/f", re.IGNORECASE)
_CREDITS = re.compile(r"\b(?:income|savings?|credits?|contributions?|recharges?)\b", re.IGNORECASE)
_GROSS = re.compile(r"\b(?:gross|expenditure)\b", re.IGNORECASE)


def says_total(row: PastedRow, block: Block, frame: Frame) -> bool:
    """Whether a row's words make it a total: TOTAL PHASE ONE, Alpha Team total, Sum. A Total Quality Manager is a post."""
    labels = [plain(cell) for cell in block.texts(row, TITLE, TEAM, PHASE, "") if re.search("[a-z]", cell, re.IGNORECASE)]
    return any(_is_total(label, row, block, frame) for label in labels)


@lru_cache(maxsize=32_768)
def names_total(label: str) -> bool:
    """Whether a label begins or ends with a word for a total."""
    return bool(_BEGINS.match(label) or _ENDS.search(label))


def _is_total(label: str, row: PastedRow, block: Block, frame: Frame) -> bool:
    if not names_total(label):
        return False
    rest = label
    for _, name in frame.phases:
        rest = re.sub(re.escape(name), " ", rest, flags=re.IGNORECASE)
    rest = _OF.sub(" ", PHASE_HEADING.sub(" ", rest)).strip()
    if not rest or _ENDS.search(label) or re.match(r"sum of\b", label, re.IGNORECASE):
        return True
    if not _TOTALS.match(label):
        return False
    said = {name for name, cell in zip(block.columns, row.cells, strict=True) if cell}
    if said & {START} or any(re.search("[a-z]", text, re.IGNORECASE) for text in block.texts(row, PAPERWORK, RECRUITED)):
        return False
    return not looks_like_post(rest)


@dataclass
class Sums:
    """What some lines add up to by column, how many they are, and the columns in which one of them cannot be read."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    lines: int = 0

    def add(self, line: PastedRow) -> None:
        self.lines += 1
        self.unreadable |= line.errors.keys()
        for name, figure in line.figures.items():
            if figure is not None:
                self.amounts[name] = self.amounts.get(name, Decimal(0)) + figure
        recruited = _recruited(line)
        if recruited is not None:
            self.amounts[RECRUITED] = self.amounts.get(RECRUITED, Decimal(0)) + recruited


def _recruited(line: PastedRow) -> Decimal | None:
    return _recruited_of(line.values.get(RECRUITED, ""), line.figures.get(FTE))


@lru_cache(maxsize=1_024)
def _recruited_of(text: str, fte: Decimal | None) -> Decimal | None:
    try:
        return parse_recruited(text, fte)
    except NotUnderstood:
        return None


DIFFERS = (("leave", "Leave this total out"), ("line", "It is a line, not a total"))
Scope = tuple[object, ...]


class Running:
    """The sums of the lines so far, by what a total may be of. A block of a thousand totals is still read in one pass."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.sums: dict[Scope, Sums] = {}

    def add_to(self, scopes: Iterable[Scope], row: PastedRow) -> None:
        """Count a line in these sums alone."""
        for scope in scopes:
            found = self.sums.get(scope)
            if found is None:
                found = self.sums[scope] = Sums()
            found.add(row)

    def add(self, row: PastedRow) -> None:
        """Count a line."""
        credit = any(figure < 0 for name, figure in row.figures.items() if figure and is_money(name))
        team = spelling(row.team or "")
        kind = "credits" if credit else "charges"
        scopes: tuple[Scope, ...] = (("all",), ("since",), ("phase", row.phase), ("team", row.phase, team), ("team", team))
        self.add_to((*scopes, (kind,), (kind, row.phase), ("phase since", row.phase)), row)

    def of(self, scope: Scope) -> Sums:
        return self.sums.get(scope, Sums())

    def begin_again(self, label: str = "") -> None:
        """After a total the next one may be of the lines between; one that names its phase ends that of the phase too."""
        self.sums.pop(("since",), None)
        if named := PHASE_HEADING.search(label):
            self.sums.pop(("phase since", phase_named(named[0], self.frame.phases)), None)

    def scopes(self, row: PastedRow, label: str) -> list[Scope]:
        """The lines a total may be of: those of the phase or team it names, else all, its phase's, or the last ones."""
        text = " ".join(label.casefold().split())
        of = "credits" if _CREDITS.search(text) else "charges" if _GROSS.search(text) else ""
        if named := PHASE_HEADING.search(text):
            number = phase_named(named[0], self.frame.phases)
            return [("phase", number), ("phase since", number), *([(of, number)] if of else [])]
        bare = spelling(re.sub(rf"\b{_WORD}\b|\b(?:for|of)\b", " ", text, flags=re.IGNORECASE))
        if bare and ("team", bare) in self.sums:
            return [("team", row.phase, bare), ("team", bare)]
        if row.team and spelling(row.team) in spelling(text) and ("team", row.phase, spelling(row.team)) in self.sums:
            return [("team", row.phase, spelling(row.team))]
        if text.startswith("grand"):
            return [("all",)]
        by_name: list[Scope] = [("phase", number) for number, name in self.frame.phases if name.casefold() in text]
        usual: list[Scope] = [("all",), ("phase", row.phase), ("since",), ("team", row.phase, spelling(row.team or ""))]
        return [*by_name, *usual, *([(of,), (of, row.phase)] if of else [])]


def compare_totals(block: Block, frame: Frame, answers: Mapping[str, str]) -> None:
    """Compare each total with the lines above it. One that differs stops the block until a person leaves it out."""
    if not any(row.role is Role.TOTAL for row in block.rows):
        return
    running, whole = Running(frame), Running(frame)
    for row in block.lines:
        whole.add(row)
    for row in block.rows:
        if row.role is Role.LINE:
            running.add(row)
        elif row.role is Role.TOTAL and not (("phase", UNKNOWN_PHASE) in running.sums and PHASE_HEADING.search(row.name)):
            label = " ".join(block.texts(row, TITLE, TEAM, "")) or row.name
            # A total may stand under its lines or over them.
            scopes = whole.scopes(row, label)
            since = ("since", "phase since")
            sums = [of.of(scope) for of in (running, whole) for scope in scopes if of is running or scope[0] not in since]
            found = [_compared(row, lines, block) for lines in ([each for each in sums if each.lines] or sums[:1])]
            _take(min(found, key=lambda total: (len(total.differences), len(total.rounded))), row, block, answers)
            running.begin_again(label)


def _take(total: Total, row: PastedRow, block: Block, answers: Mapping[str, str]) -> None:
    if total.differences:
        words = f"“{total.label}” is not what the lines add up to. Correct the file, or leave this total out."
        question = Question(f"row-{row.number}-differs", words, DIFFERS, row.number)
        block.questions.append(question)
        if question.answer(answers):
            block.not_read.append(NotRead(f"Row {row.number}, “{total.label}”", "left out, as you chose", row.number))
            row.role = Role.NOTE
            row.said.append("Left out, as you chose")
            return
    block.totals.append(total)


def _compared(row: PastedRow, lines: Sums, block: Block) -> Total:
    differences: list[tuple[str, str, str]] = []
    rounded: list[tuple[str, str, str]] = []
    for name in dict.fromkeys((*block.columns, ANNUAL)):
        says = row.figures.get(name)
        if name == RECRUITED:
            says = _count(row.values.get(RECRUITED, ""))
        adds = lines.amounts.get(name, Decimal(0))
        if says is None or says == adds or name in lines.unreadable:
            continue
        unit = block.unit_of(name) if is_money(name) else 1
        found = (name, _shown(says / unit), _shown(adds / unit))
        step = row.precision.get(name, Decimal(1))
        within = is_money(name) and step > 1 and 2 * abs(says - adds) < step * (lines.lines + 1)
        (rounded if within else differences).append(found)
    given = [figure for name, figure in row.figures.items() if is_money(name) and figure is not None]
    unsaved = bool(differences) and not any(given)
    return Total(row.number, row.name, tuple(differences), tuple(rounded), unsaved)


def _count(text: str) -> Decimal | None:
    return Decimal(text) if re.fullmatch(r"\d{1,4}(?:\.\d+)?", text) else None


def _shown(number: Decimal) -> str:
    text = f"{number:,.3f}"
    return text.rstrip("0").rstrip(".")


def sums_above(block: Block, frame: Frame) -> Iterator[tuple[PastedRow, str]]:
    """Lines whose figures, in every column, are the sum of two or more lines above them, and the words for those lines."""
    running = Running(frame)
    words: Mapping[str, str] = {
        "all": "all lines above",
        "since": "the lines since the last total",
        "phase": "its phase",
        "team": "its team",
    }
    for row in block.rows:
        if row.role is not Role.LINE:
            if row.role is Role.TOTAL:
                running.begin_again()
            continue
        given = {name: figure for name, figure in row.figures.items() if figure is not None and name != RECRUITED}
        money = [figure for name, figure in given.items() if is_money(name) and figure]
        scopes: Sequence[Scope] = (("all",), ("phase", row.phase), ("since",), ("team", row.phase, spelling(row.team or "")))
        fits = [scope for scope in scopes if money and _adds_up(given, running.of(scope))]
        if fits:
            yield row, words[str(fits[0][0])]
            if _is_one_now(row):
                running.begin_again()
                continue
        running.add_to(scopes, row)


def _is_one_now(row: PastedRow) -> bool:
    """Whether the row was made a total by whoever was told of it."""
    return row.role is Role.TOTAL


def _adds_up(given: Mapping[str, Decimal], lines: Sums) -> bool:
    if lines.lines < 2 or lines.unreadable:
        return False
    if any(figure != lines.amounts.get(name, 0) for name, figure in given.items() if is_money(name)):  # most rows end here
        return False
    names = {name for name in (*given, *lines.amounts) if is_money(name) or name == FTE}
    return all(given.get(name, Decimal(0)) == lines.amounts.get(name, Decimal(0)) for name in names)


MOST_BELOW = 60  # lines that one over them may be the sum of


def sum_of_those_below(block: Block, at: int) -> int:
    """How many lines directly below a line add up to it in every column; 0 where they do not."""
    rows, row = block.rows, block.rows[at]
    given = {name: figure for name, figure in row.figures.items() if figure is not None and (is_money(name) or name == FTE)}
    # One column tells most rows apart; the others are added up only where that one agrees.
    one = next((name for name, figure in given.items() if figure and is_money(name)), None)
    so_far = Decimal(0)
    for count, below in enumerate(rows[at + 1 : at + 1 + MOST_BELOW] if one else (), 1):
        if below.role is not Role.LINE or below.errors or below.phase != row.phase:
            return 0
        so_far += below.figures.get(one or "") or Decimal(0)
        if so_far == given[one or ""] and _add_up_to(given, rows[at + 1 : at + 1 + count]):
            return count
    return 0


def _add_up_to(given: Mapping[str, Decimal], lines: Sequence[PastedRow]) -> bool:
    sums = Sums()
    for line in lines:
        sums.add(line)
    names = {name for name in (*given, *sums.amounts) if is_money(name) or name == FTE}
    return all(given.get(name, Decimal(0)) == sums.amounts.get(name, Decimal(0)) for name in names)
