"""A zipped document (.docx, .odt) opened in a bounded process: its parts, and the elements of each. The standard library only.

The process limits its own memory and time before it looks at a byte. XML is read without document types, so without entities, and
nothing that a document names outside itself is ever fetched.
"""

import io
import zipfile
import zlib
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from display.bounded import bound_this_process

MEGABYTE = 1024 * 1024
MOST_MEMORY = 400 * MEGABYTE
MOST_SECONDS = 10
MOST_PARTS = 2_000
MOST_UNPACKED = 200 * MEGABYTE
MOST_XML = 16 * MEGABYTE
MOST_RATIO = 100
"""A part of text may unpack to so many times its size. Word's own are at 10 to 40; a bomb is at 1,000."""
DEEPEST = 120

NO_DOCUMENT = "This is not a Word document (.docx): open it in Word and save it as one."
DAMAGED = "This document is damaged, or was not uploaded whole: open it, save it again and upload that."


class Refused(Exception):
    """The document is not read. A sentence for the user."""


def refuse_more_than_allowed() -> None:
    """Bound this process before it reads anything: memory, processor time, files."""
    bound_this_process(memory=MOST_MEMORY, seconds=MOST_SECONDS)


def opened(content: bytes) -> zipfile.ZipFile:
    """The package, once its directory shows nothing hostile. Folders are no parts. Raises Refused."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, OverflowError):
        raise Refused(DAMAGED) from None
    parts = [part for part in package.infolist() if not part.is_dir()]
    names = [_plain_name(part.filename) for part in parts]
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
    """The bytes of a part; None where there is no such part. Names are the same whatever their capitals and slashes."""
    wanted = _plain_name(name)
    part = next((part for part in package.infolist() if _plain_name(part.filename) == wanted and not part.is_dir()), None)
    if part is None:
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


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _local(name: str) -> str:
    return name.rpartition("}")[2]
