"""A draft paper as text: paragraphs with their numbers, tables, sentences."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from reports.draft.rules.characters import plain

_FIGURES = re.compile(r"[0-9]+(\.[0-9]+)*")


class Kind(StrEnum):
    """What a paragraph is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    NOTE = "note"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. `number` is as it stands, typed or automatic: 6.4, 3, iii; `place` is what messages call it."""

    text: str
    number: str = ""
    kind: Kind = Kind.PARAGRAPH
    place: str = ""

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """The number as figures, (6, 4); empty where there is none, or it is of another kind."""
        return tuple(map(int, self.number.split("."))) if _FIGURES.fullmatch(self.number) else ()

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Where each sentence begins and ends."""
        ends = [
            match.end()
            for match in _SENTENCE_END.finditer(self.text)
            if not _NO_END.search(self.text, max(0, match.end(1) - 12), match.end(1))
        ]
        cuts = [0, *ends, len(self.text)]
        return tuple((start, end) for start, end in pairwise(cuts) if self.text[start:end].strip())

    def sentence_at(self, place: int) -> tuple[int, int]:
        """The sentence that holds this character."""
        at = bisect_right(self.sentences, (place, len(self.text))) - 1
        return self.sentences[at] if at >= 0 else (0, len(self.text))


@dataclass(frozen=True)
class Table:
    """A table of figures as it stands, row by row, all rows of one width.

    `covered` are the cells over which the one to their left goes on, as (row, column); `about` is the text just before and after.
    """

    rows: tuple[tuple[str, ...], ...]
    place: str = ""
    covered: frozenset[tuple[int, int]] = frozenset()
    about: str = ""


@dataclass(frozen=True)
class Draft:
    """A paper in reading order. `left_out`: sentences on what of the file was not read."""

    blocks: tuple[Paragraph | Table, ...]
    left_out: tuple[str, ...] = ()

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @cached_property
    def numbers(self) -> frozenset[tuple[int, ...]]:
        """Every paragraph number of the paper."""
        return frozenset(paragraph.levels for paragraph in self.paragraphs if paragraph.levels)


_SENTENCE_END = re.compile(r"([.!?][\"”’)]*)\s+(?=[A-Z£“\"‘'(\[0-9])|(\n)\s*")
_NO_END = re.compile(
    r"(?:\b(?:approx|no|nos|para|paras|rec|recs|app|cf|e\.g|i\.e|mr|mrs|ms|dr|st|vs|viz|s|p|pp)|\b[A-Z])\.$", re.IGNORECASE
)

_BULLET = re.compile(r"\A\s*(?:[-–•*▪◦·]\s+)?")
_DECIMAL = re.compile(r"(?:[Pp]ara(?:graph)?\.?\s+)?([0-9]{1,2}(?:\.[0-9]{1,3}){1,4})\.?(?:\s*\t\s*|\s+(?=[^a-z0-9\s])|$)")
_SINGLE = re.compile(r"([0-9]{1,2})[.)]?\s+")
_LABEL = re.compile(r"\(?([ivx]{1,5}|[a-z])[.)]+\s+")


_NUMBER_OF_CELL = re.compile(r"\(?(?:[0-9]{1,2}(?:\.[0-9]{1,3})*|[ivx]{1,5}|[a-z])[.)]*")


def _split_number(text: str) -> tuple[str, str]:
    """The typed number of a paragraph and the rest of it; "" where it has none. A lone figure is the number of a heading only."""
    rest = _BULLET.sub("", text, count=1)
    if match := _DECIMAL.match(rest):
        return match[1], rest[match.end() :].strip()
    if (match := _SINGLE.match(rest)) and rest[match.end() :].isupper():
        return match[1], rest[match.end() :].strip()
    if match := _LABEL.match(rest):
        return match[1], rest[match.end() :].strip()
    return "", rest.strip()


def _plain_number(number: str) -> str:
    """An automatic number without its brackets and full stop."""
    return number.strip().strip("().").strip()


def from_blocks(blocks: Sequence[Sequence[object]], left_out: tuple[str, ...] = ()) -> Draft:
    """The draft of a document, from what `documents.py` read of it."""
    made: list[Paragraph | Table] = []
    for block in blocks:
        if block[0] == "table":
            rows = [[cell if cell is None else plain(cell).strip() for cell in row] for row in block[1]]  # type: ignore[attr-defined]
            made += _table(rows)
        else:
            kind, number, text = (str(part) for part in block)
            made.append(_paragraph(plain(text), Kind(kind), _plain_number(number)))
    return Draft(tuple(_placed(made)), left_out)


def from_text(text: str) -> Draft:
    """The draft of a pasted text: a line is a paragraph unless it goes on with the one before, lines with tabs are a table."""
    made: list[Paragraph | Table] = []
    rows: list[list[str | None]] = []
    lines: list[str] = []
    for line in [*plain(text).replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        is_row = line.rstrip().count("\t") >= 2 or (rows and line.strip() and _is_band(line))
        if rows and not is_row:
            made += _table(rows)
            rows = []
        if is_row:
            made += [_paragraph(" ".join(lines))] if lines else []
            lines = []
            rows.append([cell.strip() for cell in line.rstrip("\n").split("\t")])
        elif lines and _goes_on(lines[-1], line):
            lines.append(line.strip())
        else:
            made += [_paragraph(" ".join(lines))] if lines else []
            lines = [line.rstrip()] if line.strip() else []
    return Draft(tuple(_placed([block for block in made if not isinstance(block, Paragraph) or block.text or block.number])))


def _is_band(line: str) -> bool:
    """Whether a line within a table is a heading that runs across it: a few words, no sentence."""
    return len(line) < 60 and not re.search(r"[.:;!?]\s*$", line) and not _DECIMAL.match(line.strip()) and line[:1].isalpha()


def _goes_on(above: str, line: str) -> bool:
    text = line.strip()
    if not text or len(above) < 60 or re.search(r"[.:;!?][\"”’)]*\s*$", above):
        return False
    return bool(re.match(r"[a-z£]", text)) and not _LABEL.match(text)


def _paragraph(text: str, kind: Kind = Kind.PARAGRAPH, number: str = "") -> Paragraph:
    typed, rest = _split_number(text) if not number else ("", text.strip())
    rest = re.sub(r"[ \t]+", " ", rest)
    if kind is Kind.PARAGRAPH and rest.isupper() and len(rest) < 120:
        kind = Kind.HEADING
    return Paragraph(rest, number or typed, kind)


_FIGURE = re.compile(r"[£(]?-?[£ ]?[0-9][0-9,. ]*[km]?\)?", re.IGNORECASE)
_BASIS = re.compile(
    r"\b(?:FY ?)?(?:20)?[0-9]{2} ?[/-] ?(?:20)?[0-9]{2}\b|\bfull[- ]year\b|\bFTEs?\b|whole[- ]life", re.IGNORECASE
)


def _table(rows: Sequence[Sequence[str | None]]) -> list[Paragraph | Table]:
    """A table of figures as one block; any other, such as a front sheet, as the paragraphs of its cells in reading order."""
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    figures = sum(bool(cell and _FIGURE.fullmatch(cell)) for row in rows for cell in row)
    headed = len(rows) > 1 and sum(bool(cell and len(cell) < 40 and _BASIS.search(cell)) for row in rows[:3] for cell in row)
    if width >= 3 and (figures >= 3 or (figures and headed)):
        filled = tuple(tuple(" ".join((cell or "").split()) for cell in (*row, *[""] * (width - len(row)))) for row in rows)
        covered = frozenset((at, place) for at, row in enumerate(rows) for place, cell in enumerate(row) if cell is None)
        return [Table(filled, covered=covered)]
    return [line for row in rows for line in _lines_of_row([cell for cell in row if cell])]


def _lines_of_row(cells: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of a row; a figure alone belongs to the words beside it."""
    if len(cells) == 2 and "\n" not in cells[0] and re.search("[A-Za-z]", cells[0]) and _FIGURE.fullmatch(cells[1]):
        return [_line_of_cell(f"{cells[0].rstrip(':')}: {cells[1]}")]
    return [_line_of_cell(line) for cell in cells for line in cell.split("\n") if line.strip()]


def _line_of_cell(line: str) -> Paragraph:
    number, _, text = line.partition("\t")
    return _paragraph(text, number=_plain_number(number)) if text and _NUMBER_OF_CELL.fullmatch(number) else _paragraph(line)


def _placed(blocks: Sequence[Paragraph | Table]) -> Iterator[Paragraph | Table]:
    """Each block with what messages call it, which needs those before it."""
    under, heading, tables = "", "", 0
    for at, block in enumerate(blocks):
        if isinstance(block, Table):
            tables += 1
            beside = [each.text for each in blocks[max(0, at - 1) : at + 2] if isinstance(each, Paragraph)]
            place = f"the table after paragraph {under}" if under else f"table {tables}"
            yield replace(block, place=place, about="\n".join(beside))
            continue
        if len(block.levels) > 1:
            under = block.number
            place = f"paragraph {under}"
        elif block.kind is Kind.HEADING:
            heading, under = block.text, "" if block.number else under
            place = "a heading"
        elif block.number and under:
            place = f"paragraph {under} {block.number}"
        elif under:
            place = f"after paragraph {under}"
        elif block.kind is Kind.NOTE:
            place = "a footnote"
        else:
            place = f"under {heading[:60]}" if heading else "the beginning"
        yield Paragraph(block.text, block.number, block.kind, place)
