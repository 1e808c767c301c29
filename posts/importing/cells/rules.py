"""What a spreadsheet puts into a cell of money or FTE, made into what the reader of lines takes. Pure.

Each reader returns the value with a sentence on how it was read where that needs saying, or raises NotUnderstood with the cause.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from costing.money import round_pounds
from costing.typed import NIL, NotUnderstood, parse_amount, parse_fte
from posts.importing.units.rules import MILLIONS, POUNDS, THOUSANDS
from posts.importing.years.rules import plain_dashes

LONGEST = 120

_SPACES = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
NOT_STATED = {
    *("tbc", "tba", "tbd", "n/a", "na", "n/s", "not stated", "not known", "unknown", "?", "??", "to be confirmed", "to follow"),
    *("to be agreed", "pending", "awaited", "t.b.c.", "n.a.", "not available", "not applicable", "#n/k", "nk", "xx", "tbc."),
}
NOT_APPLICABLE = {"n/a", "na", "n.a.", "not applicable", "none", *NIL}
_DIGITS = re.compile("[0-9]{1,9}")
_ERRORS = re.compile(r"#(?:REF|N/?A|VALUE|DIV/0|NAME|NULL|NUM|SPILL|CALC|BLOCKED|FIELD|GETTING_DATA)[!?]?|Err:\d+", re.IGNORECASE)
_RANGE = re.compile(r"£? ?\d[\d,.]*(?:k|m)? ?(?:-|to|or|/) ?£? ?\d[\d,.]*(?:k|m)?", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:c\.?|ca\.?|circa|approx(?:\.|imately)?|about|around|est\.?|estimated|~|≈)(?: |(?=[£\d~]))+", re.IGNORECASE
)
_BOUND = re.compile(
    r"(?:up to|at least|more than|over|under|less than|maximum|minimum|max|min|>|<|≥|≤)\.? ?(?=[£\d=])", re.IGNORECASE
)
_MARKS = re.compile(r"\s*[*†‡§^]+\Z")
_NOTE = re.compile(r" ?(?:\[\d{1,2}\]|\((?:see )?notes? ?\d{0,2}\)|[\u00b9\u00b2\u00b3\u2070-\u2079]+)\Z", re.IGNORECASE)
_A_YEAR = re.compile(r"(\d) ?(?:p\.?a\.?|per annum|per year|a year|/ ?(?:yr|year|annum))\Z", re.IGNORECASE)
_CONTINENTAL = re.compile(r"(?<![\d.,])\d{1,3}(?:[. ]\d{3})+,\d{1,2}(?![\d.,])")
_COMMA_DECIMAL = re.compile(r"(?<![\d.,])(?:\d+,\d{1,2}|0,\d{3})(?![\d.,])")
_POINT_GROUPS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3})+(?![\d.,])")
_FIGURE = re.compile(
    r"(?P<before>[-(£ ]*(?:cr\.? ?)?[-(£ ]*)(?P<whole>\d[\d,]*|(?=\.\d))(?:\.(?P<part>\d+))? ?"
    r"(?P<unit>k|m|mn|thousand|million)?(?P<after> ?\)? ?(?:cr\.?)?\)?)",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"(?:(\d{1,3}) )?([1-9]) ?/ ?([2-9]|10)")
_READ = set("0123456789¼½¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘")
_UNITS = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000}


@dataclass(frozen=True)
class Manner:
    """How the figures of a column are written: what one in it is in pounds, whether credits may stand there, decimal commas."""

    unit: int = POUNDS
    credits: bool = True
    commas: bool = False


@dataclass(frozen=True)
class Money:
    """Whole pounds, None where no amount is stated. `precision`: what one in its last digit is worth. `said`: how it is read."""

    pounds: Decimal | None
    precision: Decimal = Decimal(1)
    nil: bool = False
    said: str = ""


@dataclass(frozen=True)
class Fte:
    """FTE as the reader of lines takes it, "" for none. `asks`: why a person must say what the cell means."""

    text: str
    said: str = ""
    asks: str = ""
    figure: Decimal | None = None
    posts: int | None = None
    """The number of posts that the cell says too: 2 of "2 x 0.5"."""


def tidy(text: str) -> str:
    """One line with ordinary spaces and hyphens."""
    return plain_dashes(_SPACES.sub(" ", text)).strip()


def refuse_broken(text: str) -> None:
    """Raise NotUnderstood for what a spreadsheet shows in place of a value: hashes, an error, a formula."""
    if re.fullmatch(r"#{2,}", text):
        raise NotUnderstood("The column was too narrow in the spreadsheet: widen it and copy again.")
    if match := _ERRORS.fullmatch(text):
        raise NotUnderstood(f"This is a formula error ({match[0]}): correct it in the spreadsheet.")
    if text.startswith("="):
        raise NotUnderstood("This is a formula, not its value: copy the cells themselves, or save their values.")


def refuse_unseen(text: str) -> None:
    """Raise NotUnderstood, in the words of the reader of lines, for invisible characters and foreign digits."""
    if any(unicodedata.category(each)[0] in "CN" and each not in _READ for each in text):
        parse_amount(text)


def read_money(text: str, manner: Manner) -> Money:
    """The amount in a cell, in whole pounds, half up. Raises NotUnderstood."""
    if _DIGITS.fullmatch(text):  # most cells
        return Money(Decimal(int(text) * manner.unit), Decimal(manner.unit))
    typed = tidy(text)
    if len(typed) > LONGEST:
        raise NotUnderstood("That is too long for an amount.")
    if not typed:
        return Money(None)
    mark = _NOTE.search(typed)
    typed = _NOTE.sub("", typed)
    refuse_unseen(typed)
    refuse_broken(typed)
    bare = re.sub(r"[\s£]", "", typed).lower()
    if bare in NIL:
        return Money(Decimal(0), nil=True)
    if bare == "zero":
        return Money(Decimal(0), said=f"“{typed}” is read as nil")
    if _MARKS.sub("", typed).lower().removeprefix("£").strip() in NOT_STATED:
        return Money(None, said=f"“{typed}” is read as not stated")
    figure, said = _undressed(typed)
    if mark:
        said.append(f"the mark {mark[0].strip()} is left out")
    figure, comma = _with_points(figure, manner)
    said += comma
    match = _FIGURE.fullmatch(figure)
    if not match:
        raise NotUnderstood(_why_not(text, figure, manner))
    whole, part, unit = match["whole"] or "0", match["part"] or "", (match["unit"] or "").lower()
    if "," in whole and not re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", whole):
        raise NotUnderstood("Put commas between thousands only, such as 83,000.")
    if unit and manner.unit != POUNDS:
        of = "£'000" if manner.unit == THOUSANDS else "£m"
        raise NotUnderstood(
            f"Amounts are in {of} here: write {whole}{'.' * bool(part)}{part} without k or m, or choose pounds above."
        )
    if len(part) == 3 and manner.unit == POUNDS and not unit:
        raise NotUnderstood(
            f"{whole}.{part} may be {whole},{part} or {whole}.{part[:2]}: write it without the point, or with pence."
        )
    try:
        exact = Decimal(f"{whole.replace(',', '')}.{part or 0}") * _UNITS.get(unit, 1) * (manner.unit if not unit else 1)
        pounds = round_pounds(exact)
    except (InvalidOperation, ValueError):
        raise NotUnderstood("The amount must not be above £999,999,999,999.") from None
    if exact != pounds:
        said.append("rounded to the pound" if manner.unit == POUNDS else "rounded to the whole pound")
    step = Decimal(_UNITS.get(unit, 1) * (manner.unit if not unit else 1)) / 10 ** len(part)
    checked = parse_amount(f"{match['before']}{pounds:f}{match['after']}", credits=manner.credits)
    words = f"“{typed}”: {', '.join(said)}" if said else ""
    return Money(checked, max(step, Decimal(1)), said=words)


def _undressed(typed: str) -> tuple[str, list[str]]:
    """The figure without the words and marks round it, and what each meant."""
    said: list[str] = []
    figure = typed
    if match := _MARKS.search(figure):
        said.append(f"the mark {match[0].strip()} is left out")
        figure = figure[: match.start()]
    if match := _ABOUT.match(figure):
        said.append("the word “about” is not kept")
        figure = figure[match.end() :]
    if match := _BOUND.match(figure):
        raise NotUnderstood(f"“{typed[:40]}” is a bound, not an amount: write the amount that is planned.")
    if _RANGE.fullmatch(figure):
        raise NotUnderstood("This is a range, not an amount: choose one figure.")
    figure = re.sub(r"\A(-?) ?gbp ?|\s?gbp\Z", r"\1", figure, flags=re.IGNORECASE)
    if re.search(r"\d ?dr\.?\Z", figure, re.IGNORECASE):
        said.append("DR is read as a charge")
        figure = re.sub(r" ?dr\.?\Z", "", figure, flags=re.IGNORECASE)
    figure = re.sub(r"(\d) ?£\Z", r"\1", _A_YEAR.sub(r"\1", figure))
    figure = re.sub(r"(?<![\d.,'])\d{1,3}(?:['’]\d{3})+(?![\d,'])", lambda found: re.sub("['’]", "", found[0]), figure)
    if match := re.fullmatch(r"(£? ?\d[\d,. ]*k?) ?-", figure, re.IGNORECASE):
        figure = f"-{match[1].strip()}"
    figure = re.sub(r"\A\+(?=[£\d])", "", figure)
    # Spaces between thousands, as in 5 000 and 1 000 000.
    figure = re.sub(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d,])", lambda found: found[0].replace(" ", ""), figure)
    return figure.strip(), said


def is_continental(text: str) -> bool:
    """Whether a cell can only be one with decimal commas: 48.000,00."""
    return bool(_CONTINENTAL.search(tidy(text)))


def _with_points(figure: str, manner: Manner) -> tuple[str, list[str]]:
    if match := _CONTINENTAL.search(figure):
        right = match[0].replace(".", "").replace(" ", "").replace(",", ".")
    elif manner.commas and (match := _COMMA_DECIMAL.search(figure)):
        right = match[0].replace(",", ".")
    elif manner.commas and (match := _POINT_GROUPS.search(figure)):
        if manner.unit != POUNDS and match[0].count(".") == 1:
            whole, part = match[0].split(".")
            raise NotUnderstood(
                f"{match[0]} may be {whole},{part} or {whole}.{part[:2]}: write it without the point, or in pounds."
            )
        right = match[0].replace(".", "")
    else:
        return figure, []
    return f"{figure[: match.start()]}{right}{figure[match.end() :]}", ["read with a decimal comma"]


def _why_not(text: str, figure: str, manner: Manner) -> str:
    if "%" in figure:
        return "A percentage is no amount: write the amount in pounds."
    if re.search(r"[$€]", figure):
        return "Amounts are in pounds: write the figure alone, such as 83,000."
    if manner.unit == THOUSANDS:
        return "Write an amount in £'000, such as 83 or 83.5."
    if manner.unit == MILLIONS:
        return "Write an amount in £m, such as 1.25."
    try:
        parse_amount(text, credits=True)
    except NotUnderstood as error:
        return str(error)
    return "Write an amount in pounds, such as 83,000 or 83k; leave it blank if none is stated."


@lru_cache(maxsize=1_024)
def read_fte(text: str, *, commas: bool = False) -> Fte:
    """The FTE in a cell; "" for none. Raises NotUnderstood."""
    typed = tidy(text)
    if len(typed) > LONGEST:
        raise NotUnderstood("That is too long for an FTE.")
    if not typed:
        return Fte("")
    refuse_unseen(typed)
    refuse_broken(typed)
    if typed.lower() in NOT_APPLICABLE:
        return Fte("")
    if typed.lower() in NOT_STATED:
        return Fte("", asks="unknown")
    plain, beside = typed, ""
    if match := re.fullmatch(r"([\d.,½¼¾/ ]*\d[\d.,½¼¾/ ]*(?: ?(?:fte|wte|posts?))?) ?(\([a-z][^()]*\))", typed, re.IGNORECASE):
        plain, beside = match[1].strip(), match[2]
    plain = re.sub(r"\A(?:c\.?|circa|approx\.?|about|~) ?(?=\d)", "", plain, flags=re.IGNORECASE)
    bare = _MARKS.sub("", re.sub(r" ?(?:fte|wte|posts?)s?\.?\Z", "", plain, flags=re.IGNORECASE))
    if re.fullmatch(r"f ?/? ?t|full[ -]time", bare, re.IGNORECASE):
        return Fte("1.00", f"“{typed}” is read as 1 FTE", figure=Decimal(1))
    if match := re.fullmatch(r"([\d.,]+) ?(?:hrs?|hours?|h)(?:\.| ?(?:/|per|a|p) ?(?:w|wk|week))?", bare, re.IGNORECASE):
        return Fte("", asks="hours", figure=_number(match[1]))
    figure, said = _fte_figure(bare, commas=commas)
    if figure is None:
        return Fte(_checked(typed), figure=parse_fte(typed))
    if not figure:
        return Fte("", asks="nought")
    if figure < 0:
        return Fte("", asks="fewer", figure=figure)
    rounded = figure.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if plain != typed:
        said = f"“{typed}” is read as {figure.normalize():f}{f': {beside} is left out' if beside else ''}"
    if rounded != figure:
        said = f"“{typed}” is rounded to {rounded.normalize():f}"
    posts = re.match(r"(\d{1,3}) ?[x×@*]", bare, re.IGNORECASE)
    return Fte(_checked(f"{rounded:f}"), said, figure=rounded, posts=int(posts[1]) if posts else None)


def is_a_part(text: str) -> bool:
    """Whether a cell is a fraction such as 1/2 or 1 1/2, and not hours of a week."""
    match = _FRACTION.fullmatch(tidy(text))
    return bool(match and 0 < int(match[2]) < int(match[3]))


def _checked(text: str) -> str:
    parse_fte(text)
    return text


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise NotUnderstood("Write the FTE as a number, such as 1 or 0.5.") from None


def _fte_figure(bare: str, *, commas: bool) -> tuple[Decimal | None, str]:
    """The number a cell of FTE says, exact, and how it was read; None for what is left to the reader of lines."""
    if match := re.fullmatch(r"(\d{0,3})[ ]?([¼½¾⅓⅔⅛⅜⅝⅞⅕⅖⅗⅘])", bare):
        part = Decimal(str(unicodedata.numeric(match[2])))
        return Decimal(match[1] or 0) + part, ""
    if match := re.fullmatch(r"(-?\d{1,4}(?:\.\d+)?) ?%", bare):
        return Decimal(match[1]) / 100, f"{bare} is read as {(Decimal(match[1]) / 100).normalize():f}"
    if is_a_part(bare) and (match := _FRACTION.fullmatch(bare)):
        whole = Decimal(match[1] or 0) + Decimal(match[2]) / Decimal(match[3])
        return whole, f"“{bare}” is read as {whole.normalize():f}"
    if match := re.fullmatch(r"(\d{1,3}) ?[x×@*] ?(\d{0,3}(?:\.\d+)?)", bare, re.IGNORECASE):
        whole = Decimal(match[1]) * _number(match[2] or "0")
        return whole, f"“{bare}” is read as {whole.normalize():f} FTE, {match[1]} posts"
    if match := re.fullmatch(r"(-?\d{1,3}),(\d{1,2})", bare):
        return _number(bare), f"“{bare}” is read with a decimal comma"
    if re.fullmatch(r"- ?\d*(?:\.\d+)?|\(\d+(?:\.\d+)?\)", bare) and re.search(r"\d", bare):
        return -_number(re.sub(r"[-() ]", "", bare)), ""
    if re.fullmatch(r"\d{0,6}(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare) and re.search(r"\d", bare):
        return Decimal(bare.replace(",", "")), ""
    return None, ""
