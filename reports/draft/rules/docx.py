"""Reads the text of a Word document in a process of its own: bytes on standard input, JSON on standard output.

`reports.draft.rules.reading` begins that without site packages: it needs the standard library only. The process
limits its own memory and time before it looks at a byte. XML is read without document types, so without entities, and nothing
that the document names outside itself is ever fetched.

Answers {"blocks": [...], "left_out": [...]} or {"refused": sentence}. A block is ["heading" | "paragraph" | "note", number, text]
or ["table", rows], a row being the texts of its cells; a paragraph of a cell is a line of it, its number before a tab.
"""

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from reports.draft.rules.word_lists import Level, Lists

MEGABYTE = 1024 * 1024
MOST_MEMORY = 400 * MEGABYTE
MOST_SECONDS = 10
MOST_PARTS = 2_000
MOST_UNPACKED = 200 * MEGABYTE
MOST_XML = 16 * MEGABYTE
MOST_RATIO = 100
"""A part of text may unpack to so many times its size. Word's own are at 10 to 40; a bomb is at 1,000."""
MOST_CHARACTERS = 1_000_000
MOST_BLOCKS = 20_000
MOST_COLUMNS = 60
DEEPEST = 120

DOCUMENTS = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
NO_WORD_DOCUMENT = "This is not a Word document (.docx): open it in Word and save it as one."
DAMAGED = "This Word document is damaged, or was not uploaded whole: open it in Word, save it again and upload that."


class Refused(Exception):
    """The document is not read. A sentence for the user."""


def refuse_more_than_allowed() -> None:
    """Bound this process before it reads anything: memory, processor time, files."""
    for limit, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(limit, (most, most))


def opened(content: bytes) -> zipfile.ZipFile:
    """The package, once its directory shows nothing hostile. Raises Refused."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, OverflowError):
        raise Refused(DAMAGED) from None
    parts = package.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS:
        raise Refused(f"This document has {len(parts):,} parts, more than any paper needs ({MOST_PARTS:,}): it is not opened.")
    if len(set(names)) < len(names):
        raise Refused("This document holds two parts of one name: it is not opened.")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("This document is protected by a password: save it without one and upload that.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("This document holds macros: save it as a Word document (.docx), which has none, and upload that.")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise Refused(f"This document unpacks to {unpacked / MEGABYTE:,.0f} MB, more than any paper needs: it is not opened.")
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(DAMAGED)
        is_text = part.filename.lower().endswith((".xml", ".rels"))
        if is_text and part.file_size > max(MEGABYTE, MOST_RATIO * part.compress_size):
            raise Refused("A part of this document unpacks to more than a hundred times its size: it is not opened.")
    return package


def read_part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a part; None where there is no such part."""
    try:
        part = package.getinfo(name)
    except KeyError:
        return None
    if part.file_size > MOST_XML:
        raise Refused(f"The text of this document takes {part.file_size / MEGABYTE:,.0f} MB: at most 16 MB is read.")
    try:
        with package.open(part) as stream:
            return stream.read(MOST_XML + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Refused(DAMAGED) from None


def tree_of(xml: bytes) -> Element:
    """The elements of a part, all names without their namespaces: those of both kinds of Word document are read alike."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth, isfinal = 0, True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Refused("The parts of this document are nested deeper than Word nests them: it is not opened.")
        builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(name))

    def refuse(*_: object) -> int:
        raise Refused("This document declares entities of its own, which Word never does: it is not opened.")

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(xml, isfinal)
    except (expat.ExpatError, ValueError, LookupError):
        raise Refused(DAMAGED) from None
    return builder.close()


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def main_part(package: zipfile.ZipFile) -> str:
    """The name of the part that holds the text, by what the package says of itself. Raises Refused."""
    types, relations = read_part(package, "[Content_Types].xml"), read_part(package, "_rels/.rels")
    if types is None or relations is None:
        raise Refused(NO_WORD_DOCUMENT)
    name = ""
    for relation in tree_of(relations).iter("Relationship"):
        if relation.get("Type", "").endswith("/officeDocument"):  # read from: a file
            name = relation.get("Target", "").lstrip("/")
    kinds = {each.get("PartName", "").lstrip("/"): each.get("ContentType", "") for each in tree_of(types).iter("Override")}
    if any("macroenabled" in kind.lower() for kind in kinds.values()):
        raise Refused("This document may hold macros: save it as a Word document (.docx), which has none, and upload that.")
    if kinds.get(name) not in DOCUMENTS:
        raise Refused(NO_WORD_DOCUMENT)
    return name


def relations_of(package: zipfile.ZipFile, name: str) -> list[Element]:
    folder, _, file = name.rpartition("/")
    xml = read_part(package, f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
    return [] if xml is None else list(tree_of(xml).iter("Relationship"))


def refuse_what_lies_outside(relations: list[Element]) -> None:
    """A link is only words to us, and a template on a disk is how Word notes where a paper began. The rest is refused."""
    for relation in relations:
        if relation.get("TargetMode", "").lower() != "external":
            continue
        kind = relation.get("Type", "").rpartition("/")[2]
        target = relation.get("Target", "").strip().lower()
        if kind == "hyperlink" or (kind == "attachedTemplate" and not re.match(r"(?!file:)[a-z][a-z0-9+.-]+:", target)):
            continue
        raise Refused(
            "This document fetches a part of itself from elsewhere (a linked picture, object or template): "
            "break that link in Word and upload it again."
        )


def _value(element: Element | None, otherwise: str = "") -> str:
    return otherwise if element is None else element.get("val", otherwise)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else otherwise


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get("val", "1") not in ("0", "false", "off")


def lists_of(xml: bytes | None) -> Lists:
    """What numbering.xml says; no lists without it."""
    lists = Lists()
    if xml is None:
        return lists
    root = tree_of(xml)
    for abstract in root.iter("abstractNum"):
        levels = lists.levels.setdefault(abstract.get("abstractNumId", ""), {})
        for level in abstract.findall("lvl"):
            levels[_whole(level.get("ilvl", ""), 0)] = _level(level)
    for number in root.findall("num"):
        list_id, abstract_id = number.get("numId", ""), _value(number.find("abstractNumId"))
        for override in number.findall("lvlOverride"):
            at = _whole(override.get("ilvl", ""), 0)
            if (start := override.find("startOverride")) is not None:
                lists.restarts.setdefault(list_id, {})[at] = _whole(_value(start), 1)
            if (shape := override.find("lvl")) is not None:
                own = f"{abstract_id} in {list_id}"
                lists.levels.setdefault(own, dict(lists.levels.get(abstract_id, {})))[at] = _level(shape)
                abstract_id = own
        lists.abstract_of[list_id] = abstract_id
    return lists


def _level(level: Element) -> Level:
    return Level(
        start=_whole(_value(level.find("start"), "1"), 1),
        look=_value(level.find("numFmt"), "decimal"),
        pattern=_value(level.find("lvlText"))[:100],
        style=_value(level.find("pStyle")),
        restarts=_value(level.find("lvlRestart"), "1") != "0",
        all_decimal=_is_on(level.find("isLgl")),
    )


@dataclass
class Style:
    """What a style of paragraphs says that matters here."""

    based_on: str = ""
    list_id: str = ""
    level: str = ""
    heading: bool = False


def styles_of(xml: bytes | None) -> dict[str, Style]:
    """The styles of paragraphs by their id; none without styles.xml."""
    if xml is None:
        return {}
    styles = {}
    for style in tree_of(xml).findall("style"):
        name = _value(style.find("name")).lower()
        styles[style.get("styleId", "")] = Style(
            based_on=_value(style.find("basedOn")),
            list_id=_value(style.find("pPr/numPr/numId")),
            level=_value(style.find("pPr/numPr/ilvl")),
            heading=bool(re.fullmatch(r"heading [1-9]|title", name)) or style.find("pPr/outlineLvl") is not None,
        )
    return styles


@dataclass
class Reader:
    """Walks a body in reading order."""

    lists: Lists
    styles: dict[str, Style]
    blocks: list[list[object]] = field(default_factory=list)
    characters: int = 0
    deleted: bool = False
    pictures: int = 0

    def read(self, body: Element, kind: str = "") -> None:
        """Every paragraph and table under `body`; `kind` overrules what a paragraph is."""
        for element in body:
            if element.tag == "p":
                self._paragraph(element, kind)
            elif element.tag == "tbl":
                self._add(["table", [self._row(row) for row in _through(element, "tr")]])
            elif element.tag == "altChunk":
                raise Refused("This document holds another document within it: paste its text into the paper instead.")
            elif element.tag in SEEN_THROUGH:
                self.read(element, kind)

    def _add(self, block: list[object]) -> None:
        self.blocks.append(block)
        if len(self.blocks) > MOST_BLOCKS:
            raise Refused(f"This document has more than {MOST_BLOCKS:,} paragraphs: no paper has.")

    def _paragraph(self, paragraph: Element, kind: str) -> None:
        number, heading = self._number(paragraph)
        text = self._text(paragraph)
        if text.strip() or number:
            self._add([kind or ("heading" if heading else "paragraph"), number, text])
        for box in self._boxes(paragraph):
            self.read(box, kind)

    def _row(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in _through(row, "tc"):
            across = min(max(_whole(_value(cell.find("tcPr/gridSpan"), "1"), 1), 1), MOST_COLUMNS)
            cells += [self._cell(cell), *[""] * (across - 1)]
        if len(cells) > MOST_COLUMNS:
            raise Refused(f"A table of this document has more than {MOST_COLUMNS} columns: no paper's has.")
        return cells

    def _cell(self, cell: Element) -> str:
        lines = []
        for paragraph in _paragraphs(cell):
            number, _ = self._number(paragraph)
            if text := self._text(paragraph).strip():
                lines.append(f"{number}\t{text}" if number else text)
        return "\n".join(lines)

    def _number(self, paragraph: Element) -> tuple[str, bool]:
        """The automatic number of a paragraph, "" for none, and whether it is a heading."""
        style_id = _value(paragraph.find("pPr/pStyle"))
        list_id, level = _value(paragraph.find("pPr/numPr/numId")), _value(paragraph.find("pPr/numPr/ilvl"))
        heading, seen, under = paragraph.find("pPr/outlineLvl") is not None, set(), style_id
        while under in self.styles and under not in seen:
            seen.add(under)
            style = self.styles[under]
            heading = heading or style.heading
            if not list_id and style.list_id:
                list_id, level = style.list_id, level or style.level or self._level_of(style.list_id, under)
            under = style.based_on
        if list_id in ("", "0"):
            return "", heading
        return self.lists.number(list_id, _whole(level, 0)), heading

    def _level_of(self, list_id: str, style: str) -> str:
        levels = self.lists.levels.get(self.lists.abstract_of.get(list_id, ""), {})
        return next((str(at) for at, level in levels.items() if level.style == style), "0")

    def _text(self, paragraph: Element) -> str:
        text = "".join(self._words(paragraph))
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise Refused(f"This document has more than {MOST_CHARACTERS:,} characters: no paper has.")
        return text

    def _words(self, element: Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == "t":
                yield child.text or ""
            elif tag in MARKS:
                yield MARKS[tag]
            elif tag in ("del", "moveFrom"):
                self.deleted = True
            elif tag == "r":
                if not _is_on(child.find("rPr/vanish")):
                    yield from self._words(child)
            elif tag in ("drawing", "pict", "object"):
                self.pictures += 1
            elif tag in RUNS:
                yield from self._words(child)

    def _boxes(self, paragraph: Element) -> Iterator[Element]:
        """The text boxes that hang on a paragraph; the second copy that Word keeps for old programs is left out."""
        copies = {id(box) for fallback in paragraph.iter("Fallback") for box in fallback.iter("txbxContent")}
        inner = {id(box) for whole in paragraph.iter("txbxContent") for box in whole.iter("txbxContent") if box is not whole}
        return (box for box in paragraph.iter("txbxContent") if id(box) not in copies | inner)


MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
SEEN_THROUGH = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}
RUNS = SEEN_THROUGH | {"hyperlink", "fldSimple", "dir", "bdo", "ruby", "rubyBase", "AlternateContent", "Choice"}


def _through(element: Element, tag: str) -> Iterator[Element]:
    """The children of this name, also those within content controls."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in SEEN_THROUGH:
            yield from _through(child, tag)


def _paragraphs(cell: Element) -> Iterator[Element]:
    """Every paragraph of a cell, those of tables within it in their order."""
    for child in cell:
        if child.tag == "p":
            yield child
        elif child.tag in SEEN_THROUGH or child.tag in ("tbl", "tr", "tc"):
            yield from _paragraphs(child)


def read(content: bytes) -> dict[str, object]:
    """The blocks of the document, and sentences on what of it is not read. Raises Refused."""
    package = opened(content)
    name = main_part(package)
    folder = name.rpartition("/")[0]
    relations = relations_of(package, name)
    refuse_what_lies_outside(relations)
    found = {relation.get("Type", "").rpartition("/")[2]: relation.get("Target", "") for relation in relations}

    def part(kind: str) -> str:
        target = found.get(kind, "")
        return target.lstrip("/") if target.startswith("/") else f"{folder}/{target}" if folder else target

    for kind in ("footnotes", "endnotes", "settings", "numbering", "styles"):
        refuse_what_lies_outside(relations_of(package, part(kind)))
    xml = read_part(package, name)
    root = tree_of(xml) if xml else None
    if root is None or root.tag != "document" or (body := root.find("body")) is None:
        raise Refused(NO_WORD_DOCUMENT)
    reader = Reader(lists_of(read_part(package, part("numbering"))), styles_of(read_part(package, part("styles"))))
    reader.read(body)
    for kind in ("footnotes", "endnotes"):
        if notes := read_part(package, part(kind)):
            for note in tree_of(notes):
                if note.get("type") not in ("separator", "continuationSeparator", "continuationNotice"):
                    reader.read(note, "note")
    left_out = []
    if any(relation.get("Type", "").endswith(("/header", "/footer")) for relation in relations):
        left_out.append("Headers and footers are not read.")
    if reader.pictures:
        left_out.append("Pictures, charts and embedded objects are not read.")
    if reader.deleted:
        left_out.append("What tracked changes delete is left out; what they add is read.")
    if any(relation.get("Type", "").endswith("/comments") for relation in relations):
        left_out.append("Comments in the margin are not read.")
    return {"blocks": reader.blocks, "left_out": left_out}


def main() -> None:
    refuse_more_than_allowed()
    try:
        answer = read(sys.stdin.buffer.read())
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))
