"""Who pays, as a cell of a block says it: names of funding sources, each with its share, or with its share in a second column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from costing.frozen import digest
from costing.paying import percent
from display.words import listed
from posts.importing.block.rules import PastedRow
from posts.importing.columns.rules import PAID_BY, SHARE
from posts.importing.matching.rules import spelling
from posts.importing.questions.rules import Question
from posts.lines.payers.rules import HINT, TypedPayer, in_words
from posts.lines.rules import LineState

_PAYS = (
    r"\d{1,3}(?:\.\d+)? ?(?:%|per ?cent\b)|(?<!\d)(?!(?:19|20)\d\d ?/)\d{1,6} ?/ ?\d{1,6}(?![\d/])"
    r"|£ ?\d[\d,]*(?:\.\d+)?k?(?: (?:a|per|each) year| pa| p\.a\.| per annum)?|(?:the )?(?:rest|remainder|balance)"
)
_BEFORE = re.compile(rf"(?P<pays>{_PAYS}) *(?:(?:by|from|of|paid by|funded by)\b|[-:])? *(?P<name>\S.*)", re.IGNORECASE)
_AFTER = re.compile(rf"(?P<name>.*?\S) *(?:[-:,]|\bat\b)? *[(\[]?(?P<pays>{_PAYS})[)\]]?", re.IGNORECASE)
_A_YEAR = re.compile(r" ?(?:(?:a|per|each) year|pa|p\.a\.|per annum)$", re.IGNORECASE)
_DAY = r"\d{1,2} [A-Za-z]{3,9} \d{4}"
_DATED = re.compile(rf"(?P<name>.*?\S)(?: from (?P<starts>{_DAY}))?(?: to (?P<ends>{_DAY}))?", re.IGNORECASE)
_BETWEEN = (r";", r"\n", r",(?! ?\d{3}\b)", r"\+|&|\band\b", r"/")
"""What stands between sources, the plainest first: a name may hold any of them."""
_NOBODY = re.compile(
    r"(?:tbc|tba|tbd|to be (?:confirmed|agreed|decided)|none|nobody|n/?[ak]|n/s|not (?:known|stated)|unknown|[-?])\.?"
)
_LONGEST = 1_000  # characters of a cell that are read for who pays
_STAYS = ("none", "None of them: who pays for these lines stays as it is")


class WrongCell(ValueError):
    """A cell that cannot be read. Its text is a sentence for the user, `column` the column in which it stands."""

    def __init__(self, sentence: str, column: str = PAID_BY) -> None:
        super().__init__(sentence)
        self.column = column


class _Part(NamedTuple):
    """One source of a cell: its name as written, and what it pays, "" where that is not said."""

    name: str
    pays: str = ""
    starts: str = ""
    ends: str = ""


class WhoPays:
    """Reads who pays for the rows of a block. `sources`: names by number. What cannot be told is asked once, in `asked`."""

    def __init__(self, sources: Mapping[int, str], answers: Mapping[str, str]) -> None:
        self.sources, self.answers = sources, answers
        self.asked: dict[str, Question] = {}
        self.exact = {name: pk for pk, name in sources.items()}
        self.spelt: dict[str, list[int]] = {}
        for pk, name in sources.items():
            self.spelt.setdefault(spelling(name), []).append(pk)

    def typed(self, row: PastedRow, cell: str, original: LineState | None) -> Mapping[int, TypedPayer] | None:
        """Who pays as it would be typed at the line; None where the row says nothing of it, or nothing else than is stored.

        `cell` is that of the sources as it stands. Raises WrongCell.
        """
        text, share = "\n".join(" ".join(line.split()) for line in cell.splitlines()).strip(), row.values.get(SHARE, "")
        if not text:
            if share and not _NOBODY.fullmatch(share.casefold()):
                raise WrongCell("Name the funding source that pays this share, or clear it.", SHARE)
            return None
        if original and original.paid_by and text == self.words(original) and not share:
            return None
        if _NOBODY.fullmatch(text.casefold()):
            row.said.append(f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK} names no funding source")
            return None
        if len(text) > _LONGEST:
            raise WrongCell(f"Shorten this to {_LONGEST:,} characters: it has {len(text):,}.")
        parts = self._parts(text)
        return self._payers(row, [self._with_share(row, parts, share)] if share else parts, original)

    def words(self, state: LineState) -> str:
        """Who pays for a line, as the faces print it."""
        return "; ".join(in_words(each, self.sources) for each in state.paid_by)

    def _parts(self, text: str, between: Sequence[str] = _BETWEEN) -> list[_Part]:
        """The sources that a text names: it is cut where that gives shares or names that are known, and else left whole."""
        whole = self._part(" ".join(text.split()))
        if self._found(whole.name) or not between:
            return [whole]
        cut = [piece for piece in (each.strip() for each in re.split(between[0], text, flags=re.IGNORECASE)) if piece]
        parts = [part for piece in cut for part in self._parts(piece, between[1:])]
        if len(cut) > 1 and (between[0] == ";" or all(part.pays or self._found(part.name) for part in parts)):
            return parts
        return self._parts(text, between[1:])

    def _part(self, text: str) -> _Part:
        if self._found(text):
            return _Part(text)
        readings = [_Part(match["name"], match["pays"]) for way in (_BEFORE, _AFTER) if (match := way.fullmatch(text))]
        for part in readings:
            if self._found(part.name):
                return part
            dated = _DATED.fullmatch(part.name)
            if dated and (dated["starts"] or dated["ends"]) and self._found(dated["name"]):
                return _Part(dated["name"], part.pays, dated["starts"] or "", dated["ends"] or "")
        return readings[0] if readings else _Part(text)

    def _found(self, name: str) -> list[int]:
        """The funding sources that a name means: one, unless two are spelt alike."""
        return [self.exact[name]] if name in self.exact else self.spelt.get(spelling(name), [])

    def _with_share(self, row: PastedRow, parts: list[_Part], share: str) -> _Part:
        if len(parts) > 1 or parts[0].pays:
            raise WrongCell("The cell of who pays says how much already: clear one of the two.", SHARE)
        typed = share
        if re.fullmatch(r"\d{1,3}(?:\.\d+)?", share):
            # A share as a spreadsheet holds it, 0.7, or as the heading reads it, 70.
            exact = Fraction(share) if Fraction(share) <= 1 else Fraction(share) / 100
            typed = percent(exact) if exact else share
            row.said.append(f"The share {_quoted(share)} is read as {typed}")
        elif not re.fullmatch(_PAYS, share, re.IGNORECASE):
            raise WrongCell(f"Write how much this source pays: {HINT}.", SHARE)
        return parts[0]._replace(pays=typed)

    def _payers(self, row: PastedRow, parts: list[_Part], original: LineState | None) -> Mapping[int, TypedPayer] | None:
        numbers = [self._number(row, part.name) for part in parts]
        if _STAYS[0] in numbers:
            row.said.append("Who pays stays as it is, as you chose")
            return None
        if not all(numbers):
            return None
        if len(parts) == 1 and not parts[0].pays:
            # A source by itself pays for all of it: stored so, in whatever words, it is the same.
            stored = original.paid_by if original else ()
            alone = len(stored) == 1 and str(stored[0].source) == numbers[0] and not (stored[0].starts or stored[0].ends)
            if alone and (stored[0].takes_the_rest or stored[0].share == 1):
                return None
            return {0: TypedPayer(str(numbers[0]), "100%", "", "")}
        if silent := [part.name for part in parts if not part.pays]:
            raise WrongCell(f"Say how much {listed([_quoted(name) for name in silent])} pays: {HINT}.")
        return {
            place: TypedPayer(str(number), _A_YEAR.sub("", part.pays), part.starts, part.ends)
            for place, (number, part) in enumerate(zip(numbers, parts, strict=True))
        }

    def _number(self, row: PastedRow, name: str) -> str:
        """The number of the source that a name means, the word for none, or "" where nobody has said."""
        found = self._found(name)
        if len(found) == 1:
            return str(found[0])
        return self._ask(row, name, found or list(self.sources))

    def _ask(self, row: PastedRow, name: str, options: Sequence[int]) -> str:
        if not self.sources:
            key, words = (
                "no-sources",
                "This programme has no funding sources yet, so nothing can be said of who pays: go on without?",
            )
            return self._answer(
                Question(key, words, ((_STAYS[0], "Yes, take the lines in without who pays"),), row.number, PAID_BY)
            )
        key = f"source-{digest(spelling(name).encode('utf-8', 'surrogatepass'))[:12]}"
        words = f"{_quoted(name[:80])} is no funding source of this programme: which one is meant?"
        if self._found(name):
            words = f"{_quoted(name[:80])} is how several funding sources are spelt: which one is meant?"
        return self._answer(Question(key, words, (*self._options(options), _STAYS), row.number, PAID_BY))

    def _options(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        for pk in numbers:
            yield str(pk), self.sources[pk]

    def _answer(self, question: Question) -> str:
        self.asked.setdefault(question.key, question)
        return question.answer(self.answers)


def _quoted(text: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"
