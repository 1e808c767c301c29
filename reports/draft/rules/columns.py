"""What the columns of a table in a draft hold: their bases, their units, the names of the lines, the phase. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from costing.typed import NotUnderstood, parse_amount
from reports.draft.rules.bases import bases_in
from reports.draft.rules.known import Known
from reports.draft.rules.subjects import phases_named
from reports.draft.rules.text import Table
from reports.draft.rules.years import FULL_YEAR, OVER_YEARS, years_in

FTE = "FTE"
MILLIONS, THOUSANDS, POUNDS = Decimal(1_000_000), Decimal(1_000), Decimal(1)
MOST_ROWS_OF_HEADINGS = 8
LONGEST_HEADING = 60

_TOTALS = re.compile(
    r"(?:grand\s+)?total(?:s|\s+cost)?|whole[- ]life(?:\s+(?:cost|total|sum))?|total\s+over\s+(?:all\s+)?years|"
    r"(?:over\s+)?(?:all|both|two|three|four)[- ]years?(?:\s+(?:total|cost))?|cumulative(?:\s+(?:total|cost))?",
    re.IGNORECASE,
)
_FULL_YEAR = re.compile(
    r"\bfull[- ](?:financial[- ])?year\b|\bFYE\b(?!\s*[0-9])|\bannual(?:ised)?\s+cost\b|\bper\s+annum\b|\bFY\s+effect\b",
    re.IGNORECASE,
)
_BESIDE_A_BASIS = re.compile(
    r"(?:\b(?:cost|costs|effect|estimate|spend|amount|sum|expenditure|of|in|for|the)\b|[\s():,.–-])*", re.IGNORECASE
)
"""What may stand in a heading beside words such as "this year" or "recurring"."""
_IS_FTE = re.compile(r"(?:no\.?|number)?\s*(?:of\s+)?(?:posts?\s*)?\(?\b[FW]TEs?\b\)?(?:\s+posts?)?(?:\s+no\.?)?", re.IGNORECASE)
_EQUIVALENT = re.compile(r"(?:no\.?|number)?\s*(?:of\s+)?(?:full|whole)[- ]time[- ]equivalents?(?:\s+posts?)?", re.IGNORECASE)
_SOMETHING_ELSE = re.compile(
    r"\b(?:actuals?|outturn|forecast|variance|difference|change|previous|prior|saving|increase|spend\s+to\s+date|grant|income)\b",
    re.IGNORECASE,
)
_UNITS = (
    (MILLIONS, re.compile(r"£\s?['’‘]?m(?:n|illions?)?\b|\b(?:in|£)\s*millions?\b|£\s?['’‘]?000,?000s?", re.IGNORECASE)),
    (THOUSANDS, re.compile(r"£\s?['’‘]?000s?|£\s?['’‘]?k\b|\bthousands?\b|(?<![\w£])['’‘]000s?\b|^\(?k\)?$", re.IGNORECASE)),
    (POUNDS, re.compile(r"£(?!\s?[0-9])|\bpounds\b|\bGBP\b", re.IGNORECASE)),
)
_LABEL = re.compile(
    r"post|title|description|item|role|line|service|team|details?|proposal|expenditure|name|budget|area|cost\s+type",
    re.IGNORECASE,
)
_PHASE_HEADING = re.compile(r"(?:phase|tranche|stage)s?(?:\s*(?:no\.?|number|/\s*team))?", re.IGNORECASE)
_NUMBERING = re.compile(r"(?:ref(?:erence)?|no|item\s+no|line|row|s/?n|#|id)\.?(?:\s*(?:no|number))?\.?", re.IGNORECASE)
_MARK = re.compile(r"(?:\s*[*†‡§#^]+|\s*\((?:[0-9]|[ivx]+|note\s*[0-9]*)\)|\s*\[[0-9a-z]\])+$", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """What stands where. `heads`: rows of headings at the top. `other`: columns of figures that are none of ours, with why."""

    bases: dict[int, str] = field(default_factory=dict)
    units: dict[int, Decimal | None] = field(default_factory=dict)
    label: int = 0
    phase: int | None = None
    other: dict[int, str] = field(default_factory=dict)
    heads: int = 0
    width: int = 0


def heading_of(text: str, known: Known) -> str:
    """The basis that a heading names, "" for none."""
    plain = " ".join(re.sub(r"<[^>]*>", "", text).split())
    if len(plain) > LONGEST_HEADING or _SOMETHING_ELSE.search(plain) or re.search(r"£\s?[1-9]", plain):
        return ""
    labels = list(dict.fromkeys(each.label for each in years_in(plain)))
    if labels and re.search(r"\b[FW]TEs?\b", plain, re.IGNORECASE):
        return ""
    if len(labels) == 1 and not _FULL_YEAR.search(plain):
        return labels[0] if labels[0] in known.bases else ""
    if _FULL_YEAR.search(plain):
        return FULL_YEAR
    bare = re.sub(r"\(?£\s?(?:['’‘]?000s?|k|m)?\)?", "", plain).strip()
    if _TOTALS.fullmatch(bare):
        return OVER_YEARS
    return FTE if _IS_FTE.fullmatch(bare) or _EQUIVALENT.fullmatch(bare) else _in_other_words(bare, known)


def _in_other_words(bare: str, known: Known) -> str:
    """This year, next year, year 2, in-year cost, ongoing, recurring: where the heading says nothing else."""
    said = bases_in(f"{bare} cost" if re.fullmatch("recurr(?:ing|ent)", bare, re.IGNORECASE) else bare, known.years)
    if len(said) != 1 or len(said[0].labels) != 1 or said[0].labels[0] not in known.bases:
        return ""
    rest = f"{bare[: said[0].start]} {bare[said[0].end :]}"
    return said[0].labels[0] if _BESIDE_A_BASIS.fullmatch(rest) else ""


def columns_of(table: Table, known: Known, before: Columns | None = None) -> Columns:
    """The columns of a table by its headings; without any, those of the table `before`, where this one goes on with it."""
    heads = _rows_of_headings(table, known)
    texts = _headings(table, heads)
    bases = {place: basis for place, text in enumerate(texts) if (basis := heading_of(text, known))}
    if list(bases.values()).count(FULL_YEAR) > 1:
        # "Full year 2017/18" beside "Ongoing" is the year 2017/18.
        bases |= {place: label for place, label in _years_of(bases, texts).items() if label in known.bases}
    if len({basis for basis in bases.values() if basis in known.bases and basis != FULL_YEAR}) < 2:
        # Of a single year a total is none over years.
        bases = {place: basis for place, basis in bases.items() if basis != OVER_YEARS}
    repeated = {basis for basis in bases.values() if list(bases.values()).count(basis) > 1}
    doubtful = {place: "Several columns are of one year" for place, basis in bases.items() if basis in repeated and basis != FTE}
    bases = {place: basis for place, basis in bases.items() if place not in doubtful}
    width = max(map(len, table.rows), default=0)
    if not set(bases.values()) - {FTE} or len(set(bases.values())) < 2:
        goes_on = before is not None and before.bases and before.width == width and _goes_on(table, before)
        if goes_on and before is not None:
            return Columns(before.bases, before.units, before.label, before.phase, before.other, 0, width)
        if not set(bases.values()) - {FTE}:
            return Columns(width=width)
    units = _units(table, texts, bases, heads)
    label, phase = _names(table, texts, bases, heads, known)
    other = doubtful | _others(table, texts, {*bases, *doubtful, label, *([] if phase is None else [phase])}, heads)
    return Columns(bases, units, label, phase, other, heads, width)


def _years_of(bases: dict[int, str], texts: Sequence[str]) -> dict[int, str]:
    """The year that a heading of a full year names, where it names one."""
    named = {place: {each.label for each in years_in(texts[place])} for place, basis in bases.items() if basis == FULL_YEAR}
    return {place: next(iter(labels)) for place, labels in named.items() if len(labels) == 1}


def _rows_of_headings(table: Table, known: Known) -> int:
    """How many rows at the top are headings: up to the last that names a basis or a unit, before any figure."""
    last = 0
    for at, row in enumerate(table.rows[:MOST_ROWS_OF_HEADINGS]):
        named = [cell for cell in row if heading_of(cell, known) or (len(cell) < 30 and unit_of(cell) is not None)]
        if any(amount_in(cell) is not None and re.search("[0-9]", cell) for cell in row):
            break
        if named:
            last = at + 1
    return last


def _headings(table: Table, heads: int) -> list[str]:
    """The words over each column, from top to bottom; those of a cell that goes on over others stand over these too."""
    width = max(map(len, table.rows), default=0)
    texts = [""] * width
    for at, row in enumerate(table.rows[:heads]):
        if sum(bool(cell) for cell in row) == 1 and all((at, place) in table.covered for place in range(1, len(row))):
            continue  # a title over the whole table
        said = ""
        for place, cell in enumerate(row):
            said = said if (at, place) in table.covered else cell
            texts[place] = f"{texts[place]} {said}".strip()
    return texts


def _goes_on(table: Table, before: Columns) -> bool:
    """Whether a table without headings has figures where the one before has them."""
    for row in table.rows:
        filled = [row[place] for place in before.bases if place < len(row) and row[place]]
        if filled:
            return all(amount_in(cell) is not None for cell in filled)
    return False


def unit_of(text: str) -> Decimal | None:
    """The unit that a heading names; None where it names none."""
    return next((unit for unit, pattern in _UNITS if pattern.search(text)), None)


def _units(table: Table, texts: Sequence[str], bases: dict[int, str], heads: int) -> dict[int, Decimal | None]:
    """The unit of each column of money: its own, that of the table, else None."""
    own = {place: unit_of(texts[place]) for place in bases}
    corner = [cell for row in table.rows[:heads] for place, cell in enumerate(row) if place not in bases]
    beside = [
        line for line in table.about.split("\n") if re.search(r"£|thousand|million|pounds|['’‘]000", line) and len(line) < 200
    ]
    stated = [unit_of(re.sub(r"£\s?[0-9][0-9,.]*\s?(?:k|m)?\b", "", line)) for line in beside]
    of_table = next((unit for unit in [*map(unit_of, corner), *stated] if unit is not None), None)
    return {place: unit or of_table for place, unit in own.items()}


def _names(table: Table, texts: Sequence[str], bases: dict[int, str], heads: int, known: Known) -> tuple[int, int | None]:
    """The column of the names of lines, and that of phases if there is one."""
    body = table.rows[heads:]
    first = min(place for place, basis in bases.items())
    free = [place for place in range(len(texts)) if place not in bases]
    titles = {plain_title(row.title) for _, _, row in known.schedule.rows()}

    def score(place: int) -> tuple[int, int, int]:
        cells = [row[place] for row in body if place < len(row) and row[place]]
        hits = sum(plain_title(cell) in titles for cell in cells)
        words = sum(bool(re.search("[A-Za-z]{3}", cell)) and not _is_phase(cell) for cell in cells)
        named = (
            bool(_LABEL.search(texts[place]))
            and not _NUMBERING.fullmatch(texts[place])
            and not re.search("comment|note", texts[place], re.I)
        )
        return hits, named * len(cells) + (place < first) * words, -place

    label = max(free, key=score, default=0)
    phase = next(
        (
            place
            for place in free
            if place != label
            and (_PHASE_HEADING.fullmatch(texts[place]) or sum(_is_phase(row[place]) for row in body if place < len(row)) >= 2)
        ),
        None,
    )
    return label, phase


def _is_phase(cell: str) -> bool:
    return len(cell) < 30 and bool(phases_named(cell))


def _others(table: Table, texts: Sequence[str], taken: set[int], heads: int) -> dict[int, str]:
    """The columns of figures that are compared with nothing, and why. Numbers of rows are no figures."""
    found = {}
    for place, text in enumerate(texts):
        cells = [row[place] for row in table.rows[heads:] if place < len(row) and row[place]]
        figures = sum(amount_in(cell) is not None for cell in cells)
        if place not in taken and figures and not _NUMBERING.fullmatch(text) and not (not text and _counts_up(cells)):
            found[place] = f"The committee table has no column “{text}”" if text else "A column without a heading"
    return found


def _counts_up(cells: Sequence[str]) -> bool:
    return [cell.rstrip(".") for cell in cells] == [str(number) for number in range(1, len(cells) + 1)]


def plain_title(title: str) -> str:
    """The words of a title, however it is written: without capitals, marks of notes, and signs between them."""
    return " ".join(re.sub(r"[^a-z0-9/&]+", " ", _MARK.sub("", title.strip()).casefold()).split())


def amount_in(cell: str) -> Decimal | None:
    """The amount that a cell holds, as written, before its unit; None for none. A mark of a note is no part of it."""
    text = _MARK.sub("", cell.strip())
    text = re.sub(r"(?<=[0-9])\s(?=[0-9]{3}(?![0-9]))", ",", re.sub(r"£\s+", "£", text))
    text = re.sub(r"^(?:c\.?|circa|about|approx\.?|at\s+least)\s*(?=[£0-9])", "", text, flags=re.IGNORECASE)
    if re.fullmatch(r"[-(]?£?-?[0-9][0-9,]*\.[0-9]+\)?", text):
        plain = re.sub(r"[£(),-]", "", text)
        return Decimal(plain) * (-1 if "-" in text or "(" in text else 1)
    try:
        return parse_amount(text, credits=True) if text else None
    except NotUnderstood:
        return None


def step_of(cell: str) -> Decimal:
    """What a cell is rounded to, in its own unit: 0.001 of 0.038."""
    match = re.search(r"[0-9]\.([0-9]+)", cell)
    return Decimal(1) / 10 ** len(match[1]) if match else Decimal(1)


def own_unit(cell: str) -> Decimal | None:
    """The unit that a cell itself names (£60k, £0.1m), of which `amount_in` has made pounds already."""
    match = re.search(r"[0-9]\s?([km])\b", cell, re.IGNORECASE)
    return None if match is None else THOUSANDS if match[1].lower() == "k" else MILLIONS
