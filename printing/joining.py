"""Finished papers joined into one PDF with one structure tree: the parts of a long paper, and the papers of a pack.

The only module that imports pikepdf, and only when something is joined. The same papers give the same bytes.
"""

import io
import re
import zlib
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

PLACEHOLDER = "Page 0123456789 of"
"""Stands on the pages of a part where their number comes. It has every letter of the number, so the part's font has them too."""

NUMBERED_LATER = f'@page{{@bottom-left{{content:"{PLACEHOLDER}"}}}}'
"""The rule that puts it there."""

PACK_PLACEHOLDER = "Pack page 0123456789 of"
"""Likewise on the contents of a pack (templates/papers/pack.css), whose font then writes the number on every page."""

LINK = "item:"
"""A link of a pack's contents is made to `item:1`, and so on: joined, it leads to the page that item begins on."""


class Joined(NamedTuple):
    """One paper of a pack: what it is called in the bookmarks, and its finished PDF."""

    title: str
    paper: bytes


def page_count(paper: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(paper)) as document:
        return len(document.pages)


def in_one(parts: Iterable[bytes], font: Path) -> bytes:
    """One paper of its parts, whose names are told apart already. Its pages are counted through, in letters of this font."""
    return _cleared(_joined(iter(parts), font))


def _joined(parts: Iterator[bytes], font: Path) -> bytes:
    import pikepdf

    with pikepdf.open(io.BytesIO(next(parts))) as paper:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as more:
                _go_on(paper.Root.StructTreeRoot.K[0], _append(paper, more))
        for number, page in enumerate(paper.pages, start=1):
            _number(page.Contents, f"Page {number} of {len(paper.pages)}", font)
        return _saved(paper)


def _go_on(document: Any, part: Any) -> None:
    """Puts what is in a later part after what is there; the table that it begins with is that of the part before."""
    first, *others = part.K
    table = document.K[-1]
    for row_group in first.K:
        row_group.P = table
        table.K.append(row_group)
    for element in others:
        element.P = document
        document.K.append(element)


def pack(cover: bytes, items: Sequence[Joined], font: Path) -> bytes:
    """The cover and the papers after it, each as it is, under a bookmark that holds the paper's own.

    The number of the page in the pack is put at the bottom left of each, below what the papers print there.
    Each paper's tags become a Part of the cover's document, and what is attached to it is attached to the whole.
    """
    return _cleared(_packed(cover, items, font))


def _packed(cover: bytes, items: Sequence[Joined], font: Path) -> bytes:
    import pikepdf

    with pikepdf.open(io.BytesIO(cover)) as whole:
        document, attached = whole.Root.StructTreeRoot.K[0], _Attachments(whole)
        starts, bookmarks = [], [pikepdf.OutlineItem(str(whole.docinfo["/Title"]), 0)]
        for number, item in enumerate(items, start=1):
            with pikepdf.open(io.BytesIO(item.paper)) as paper:
                starts.append(len(whole.pages))
                _tell_apart(paper, number)
                attached.add(paper, number)
                bookmark = pikepdf.OutlineItem(item.title, starts[-1])
                bookmark.children.extend(_bookmarks(paper, starts[-1]))
                bookmarks.append(bookmark)
                part = _append(whole, paper)
                part.S, part.T, part.P = pikepdf.Name.Part, pikepdf.String(item.title), document
                document.K.append(part)
        attached.close()
        _lead_links(whole, starts, items)
        _number_pack(whole, starts[0] if starts else len(whole.pages), font)
        with whole.open_outline() as outline:
            outline.root[:] = bookmarks
        whole.Root.PageMode = pikepdf.Name.UseOutlines
        return _saved(whole)


def with_clear_ends(paper: bytes) -> bytes:
    """The paper, no stream of it ending in a carriage return.

    A reader that takes CR LF before `endstream` for one line end finds such a stream a byte too short: one in 256 is.
    """
    return _cleared(_saved_again(paper)) if _UNCLEAR in paper else paper


def _cleared(paper: bytes) -> bytes:
    """The same of a paper as it was saved here. A document is gone when its function ends: two would need too much memory."""
    for _ in range(9):
        if _UNCLEAR not in paper:
            return paper
        paper = _saved_otherwise(paper)
    return _saved_again(paper, objects="disable", compress_streams=False)


def _saved_otherwise(paper: bytes) -> bytes:
    import pikepdf

    with pikepdf.open(io.BytesIO(paper)) as document:
        for number in _unclear(paper):
            _say_otherwise(document, document.get_object(number, 0))
        return _saved(document, objects="preserve")


def _saved_again(paper: bytes, **options: Any) -> bytes:
    import pikepdf

    with pikepdf.open(io.BytesIO(paper)) as document:
        return _saved(document, **options)


_UNCLEAR = b"\r\nendstream"
_BEGINS = re.compile(rb"(\d+) 0 obj\n<<[^\n]*>>\nstream\n")


def _unclear(paper: bytes) -> Iterator[int]:
    """The numbers of the streams that end in a carriage return, in a paper as it was saved here."""
    begins = [(match.start(), int(match[1])) for match in _BEGINS.finditer(paper)]
    place = paper.find(_UNCLEAR)
    while place >= 0:
        yield begins[bisect(begins, (place,)) - 1][1]
        place = paper.find(_UNCLEAR, place + 1)


def _say_otherwise(document: Any, stream: Any) -> None:
    """Gives a stream another end. The last byte of what is compressed is a sum of the bytes, whatever the compression."""
    import pikepdf

    if stream.get("/Type") not in ("/ObjStm", "/XRef"):
        # What is decompressed knows its end, and nobody reads the byte after it.
        stream.write(stream.read_raw_bytes() + b"\0", filter=stream.get("/Filter"), decode_parms=stream.get("/DecodeParms"))
        return
    # What qpdf writes by itself: one of the tags in it says its language, which is that of the document.
    written = stream.read_bytes()[: int(stream.get("/First", 0))].split()[::2]
    inside = [document.get_object(int(number), 0) for number in written] or document.objects
    tags = (each for each in inside if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/StructElem")
    if tag := next((each for each in tags if "/Lang" not in each), None):
        tag.Lang = document.Root.Lang


def _saved(paper: Any, objects: str = "generate", **options: Any) -> bytes:
    import pikepdf

    file, mode = io.BytesIO(), pikepdf.ObjectStreamMode.__members__[objects]
    undecoded = pikepdf.StreamDecodeLevel.none
    paper.save(file, deterministic_id=True, object_stream_mode=mode, stream_decode_level=undecoded, **options)
    return file.getvalue()


def _append(paper: Any, more: Any) -> Any:
    """Puts the pages of one document after those of another, with what their numbers stand for; its Document element, which
    still hangs on nothing."""
    tree, count = paper.Root.StructTreeRoot, len(paper.pages)
    # A key of the parent tree is a page's or an annotation's.
    offset = int(tree.ParentTree.Nums[-2]) + 1
    paper.pages.extend(more.pages)
    for page in paper.pages[count:]:
        page.StructParents += offset
        for annotation in page.get("/Annots", ()):
            if "/StructParent" in annotation:
                annotation.StructParent += offset
    added = paper.copy_foreign(more.Root.StructTreeRoot)
    for index, item in enumerate(added.ParentTree.Nums):
        tree.ParentTree.Nums.append(item if index % 2 else item + offset)
    if "/IDTree" in added:
        if "/IDTree" in tree:
            tree.IDTree.Kids.extend(added.IDTree.Kids)
        else:
            tree.IDTree = added.IDTree
    return added.K[0]


_PLACE = b"1 0 0 1 42.5 16 Tm"
"""15 mm from the left, 5.6 from the bottom edge."""


def _number_pack(whole: Any, contents: int, font: Path) -> None:
    """Writes on each page its number in the pack: on the contents where the placeholder stands, else as an artifact."""
    import pikepdf

    name = _font_of_placeholder(whole.pages[0].Contents.read_bytes(), font)
    letters, count = whole.pages[0].Resources.Font[name], len(whole.pages)
    for number, page in enumerate(whole.pages, start=1):
        text = f"Pack page {number} of {count}"
        if number <= contents:
            _number(page.Contents, text, font, PACK_PLACEHOLDER)
            continue
        page.Resources.Font[f"{name}-pack"] = letters
        page.contents_add(pikepdf.Stream(whole, b"q\n"), prepend=True)
        written = b"BT %s-pack 8.5 Tf .25 .25 .25 rg %s <%s> Tj ET" % (name.encode(), _PLACE, _glyphs(text, font))
        page.contents_add(pikepdf.Stream(whole, b"\nQ\n/Artifact <</Type /Pagination>> BDC\n%s\nEMC\n" % written))


def _font_of_placeholder(contents: bytes, font: Path) -> str:
    """The name, in a page, of the font that the placeholder is written in."""
    name = b""
    for found in re.finditer(rb"(/\S+) [\d.]+ Tf|\[([^\]]+)\] TJ", contents):
        name = found[1] or name
        if found[2] and b"".join(re.findall(rb"<([0-9a-f]+)>", found[2])) == _glyphs(PACK_PLACEHOLDER, font):
            return name.decode()
    raise ValueError("The contents of the pack have no placeholder for its page numbers.")


def _number(contents: Any, text: str, font: Path, stands: str = PLACEHOLDER) -> None:
    """Writes a page's number where the placeholder stands."""
    import pikepdf

    placeholder, wanted = _glyphs(stands, font), _glyphs(text, font)

    def write(match: re.Match[bytes]) -> bytes:
        shown = b"".join(re.findall(rb"<([0-9a-f]+)>", match[1]))
        return b"[<%s>] TJ" % wanted if shown == placeholder else match[0]

    found = re.sub(rb"\[([^\]]+)\] TJ", write, contents.read_bytes())
    contents.write(zlib.compress(found), filter=pikepdf.Name.FlateDecode)


def _glyphs(text: str, font: Path) -> bytes:
    """The text as WeasyPrint writes it in a page: four hexadecimal digits for each letter's place in the font."""
    places = _places(font)
    return "".join(f"{places[letter]:04x}" for letter in text).encode()


@cache
def _places(font: Path) -> dict[str, int]:
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as read:
        return {chr(code): read.getGlyphID(name) for code, name in read.getBestCmap().items() if code < 128}


def font_of(number: int, name: bytes) -> bytes:
    """Another name for the subset of a font that a part has: of each part another, because each has other letters."""
    tag, plus, font = name.partition(b"+")
    shifts = (number, number // 26, 0, 0, 0, 0)
    letters = bytes((letter - 65 + shift) % 26 + 65 for letter, shift in zip(tag.lstrip(b"/"), shifts, strict=False))
    return b"/" + letters + plus + font if plus else name


def _tell_apart(paper: Any, number: int) -> None:
    """Other names for header cells and fonts, which must not be called alike in two papers; places without a name for links."""
    import pikepdf

    places = pikepdf.NameTree(paper.Root.Names.Dests) if "/Dests" in paper.Root.get("/Names", {}) else {}
    for item in paper.objects:
        if not isinstance(item, pikepdf.Dictionary):
            continue
        for key in ("/BaseFont", "/FontName"):
            if key in item:
                item[key] = pikepdf.Name(font_of(number, str(item[key]).encode()).decode())
        if "/ID" in item and item.get("/Type") == "/StructElem":
            item.ID = _own(number, item.ID)
        if "/Headers" in item.get("/A", {}):
            item.A.Headers = pikepdf.Array(_own(number, name) for name in item.A.Headers)
        if item.get("/Subtype") == "/Link" and isinstance(item.get("/Dest"), pikepdf.String):
            item.Dest = places[str(item.Dest)]
    for leaf in paper.Root.StructTreeRoot.get("/IDTree", {}).get("/Kids", ()):
        leaf.Limits = pikepdf.Array(_own(number, name) for name in leaf.Limits)
        leaf.Names = pikepdf.Array(part if index % 2 else _own(number, part) for index, part in enumerate(leaf.Names))


def _own(number: int, name: Any) -> Any:
    import pikepdf

    return pikepdf.String(f"item-{number:03}-{name}")


def _bookmarks(paper: Any, start: int) -> Iterator[Any]:
    """The bookmarks of a paper, for where its pages stand in the pack."""
    import pikepdf

    pages = {page.obj.objgen: number for number, page in enumerate(paper.pages, start=start)}

    def moved(item: Any) -> Any:
        page, *place = item.destination
        again = pikepdf.OutlineItem(item.title, pages[page.objgen], str(place[0])[1:], left=place[1], top=place[2], zoom=place[3])
        again.children.extend(map(moved, item.children))
        return again

    with paper.open_outline() as outline:
        yield from map(moved, outline.root)


class _Attachments:
    """What is attached to the papers of a pack, each under a name of its own."""

    def __init__(self, whole: Any) -> None:
        self.whole, self.files = whole, list[tuple[str, Any]]()

    def add(self, paper: Any, number: int) -> None:
        import pikepdf

        if "/EmbeddedFiles" not in paper.Root.get("/Names", {}):
            return
        for name, file in pikepdf.NameTree(paper.Root.Names.EmbeddedFiles).items():
            own = f"{number:03}-{name!s}"
            copied = self.whole.make_indirect(self.whole.copy_foreign(paper.make_indirect(file)))
            copied.F = copied.UF = pikepdf.String(own)
            self.files.append((own, copied))

    def close(self) -> None:
        import pikepdf

        if self.files:
            named = pikepdf.Array(part for name, file in self.files for part in (pikepdf.String(name), file))
            self.whole.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=named))
            self.whole.Root.AF = pikepdf.Array(file for _, file in self.files)


def _lead_links(whole: Any, starts: Sequence[int], items: Sequence[Joined]) -> None:
    """Makes the links of the contents lead to the pages that the papers begin on."""
    import pikepdf

    for page in whole.pages[: starts[0] if starts else None]:
        for annotation in page.get("/Annots", ()):
            target = str(annotation.get("/A", {}).get("/URI", ""))
            if target.startswith(LINK):
                place = int(target.removeprefix(LINK)) - 1
                del annotation.A
                annotation.Dest = pikepdf.Array([whole.pages[starts[place]].obj, pikepdf.Name.Fit])
                annotation.Contents = pikepdf.String(f"{items[place].title}, page {starts[place] + 1}")
