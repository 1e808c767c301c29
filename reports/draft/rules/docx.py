"""Reads the text of a Word document: the parts of its package, its body and notes, and what of it is not read.

It runs in the bounded process of `documents.py`. Nothing that the document names outside itself is ever fetched: it is named.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from display.words import listed
from reports.draft.rules.package import NO_DOCUMENT, Refused, read_part, tree_of
from reports.draft.rules.word_body import Reader
from reports.draft.rules.word_styles import lists_of, styles_of

DOCUMENTS = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
LINKED = {"attachedTemplate": "the template", "image": "a picture", "oleObject": "an object", "subDocument": "a document"}
LONGEST_ADDRESS = 200
PARTS = ("footnotes", "endnotes", "settings", "numbering", "styles", "header", "footer")


def main_part(package: zipfile.ZipFile) -> str:
    """The name of the part that holds the text, by what the package says of itself. Raises Refused."""
    types, relations = read_part(package, "[Content_Types].xml"), read_part(package, "_rels/.rels")
    if types is None or relations is None:
        raise Refused(NO_DOCUMENT)
    name = ""
    for relation in tree_of(relations).iter("Relationship"):
        if relation.get("Type", "").endswith("/officeDocument"):  # read from: a file
            name = relation.get("Target", "").lstrip("/")
    said = tree_of(types)
    kinds = {each.get("PartName", "").lstrip("/"): each.get("ContentType", "") for each in said.iter("Override")}
    if any("macroenabled" in kind.lower() for kind in kinds.values()):
        raise Refused("This document may hold macros: save it as a Word document (.docx), which has none, and upload that.")
    usual = {each.get("Extension", "").lower(): each.get("ContentType", "") for each in said.iter("Default")}
    if kinds.get(name, usual.get(name.rpartition(".")[2].lower())) not in DOCUMENTS:
        raise Refused(NO_DOCUMENT)
    return name


def relations_of(package: zipfile.ZipFile, name: str) -> list[Element]:
    folder, _, file = name.rpartition("/")
    xml = read_part(package, f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
    return [] if xml is None else list(tree_of(xml).iter("Relationship"))


def linked_in(relations: list[Element]) -> Iterator[str]:
    """What a part takes from elsewhere. A hyperlink is only words; a template on a disk is how Word notes where a paper began."""
    for relation in relations:
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "").strip()
        if relation.get("TargetMode", "").lower() != "external" or kind == "hyperlink":
            continue
        if kind == "attachedTemplate" and re.match(r"(?:file:/*)?[a-z]:", target, re.IGNORECASE):
            continue
        yield f"{LINKED.get(kind, f'a part ({kind})')} at {target[:LONGEST_ADDRESS]}"


def read(package: zipfile.ZipFile) -> dict[str, object]:
    """The blocks of the document, and sentences on what of it is not read. Raises Refused."""
    name = main_part(package)
    folder = name.rpartition("/")[0]
    relations = relations_of(package, name)
    found: dict[str, list[str]] = {}
    for relation in relations:
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}" if folder else target
        found.setdefault(kind, []).append(whole)
    links = [*linked_in(relations)]
    for part in (part for kind in PARTS for part in found.get(kind, ())):
        links += linked_in(relations_of(package, part))

    def content(kind: str) -> bytes | None:
        return read_part(package, found[kind][-1]) if kind in found else None

    xml = read_part(package, name)
    root = tree_of(xml) if xml else None
    if root is None or root.tag != "document" or (body := root.find("body")) is None:
        raise Refused(NO_DOCUMENT)
    reader = Reader(lists=lists_of(content("numbering")), styles=styles_of(content("styles")))
    reader.read(body)
    reader.finish()
    for kind in ("footnotes", "endnotes"):
        if notes := content(kind):
            for note in tree_of(notes):
                if note.get("type") not in ("separator", "continuationSeparator", "continuationNotice"):
                    reader.read(note, "note")
                    reader.finish()
    reader.left_out["headers"] = bool(found.keys() & {"header", "footer"})
    reader.left_out["comments"] = "comments" in found
    return {"blocks": reader.blocks, "left_out": not_read(reader.left_out, [*links, *reader.links])}


SENTENCES = {
    "headers": "Headers and footers are not read.",
    "deleted": "What tracked changes delete is left out; what they add is read.",
    "hidden": "Hidden text is left out.",
    "table of contents": "The table of contents is not read.",
    "comments": "Comments in the margin are not read.",
}


def not_read(left_out: Counter[str], links: list[str]) -> list[str]:
    """Sentences on what is not read: things to see by how many there are, what lies elsewhere by where it lies."""
    said = []
    if seen := [_counted(what, count) for what, count in left_out.items() if count and what not in SENTENCES]:
        one = sum(count for what, count in left_out.items() if what not in SENTENCES) == 1
        said.append(f"{listed(seen)} {'is' if one else 'are'} not read: figures in {'it' if one else 'them'} are not compared.")
    said += [f"Linked and not fetched: {link}." for link in dict.fromkeys(links)]
    return said + [sentence for what, sentence in SENTENCES.items() if left_out[what]]


def _counted(what: str, count: int) -> str:
    if what.startswith("another"):
        return what.capitalize() if count == 1 else f"{count} other documents within this one"
    return f"{count} {what}{'' if count == 1 else 's'}"
