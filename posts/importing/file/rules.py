"""A file of lines, of whatever kind, as text that can be read as a block."""

import base64
import binascii
import re
from dataclasses import dataclass

from posts.importing.text.rules import MOST_BYTES, Decoded, Unreadable, decode, is_web_page, is_workbook
from posts.importing.webpage.rules import as_text
from posts.importing.workbook.rules.reading import read_workbook

LONGEST_NAME = 200

_WEB_PAGE = "This file is a web page, whatever its name ends in: its tables are read."
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Source:
    """What a block was read from: a file by its name, or, with none, what was pasted as UTF-8. `sheet`: of a workbook."""

    name: str
    content: bytes
    sheet: str = ""

    @property
    def decoded(self) -> Decoded:
        """The rows as text. Raises Unreadable."""
        return read_file(self.content, self.sheet) if self.name else Decoded(self.content.decode())

    @property
    def media_type(self) -> str:
        """What the file is handed back as: never anything that a browser would open."""
        if self.content[:4] == b"PK\x03\x04":
            return XLSX if b"xl/workbook.xml" in self.content else _ODS
        return "text/plain; charset=utf-8" if not self.name else "application/octet-stream"

    @property
    def packed(self) -> str:
        """The file as text that a form can carry from one step to the next: nothing is stored before it is applied."""
        return base64.b64encode(self.content).decode()


def file_named(name: str, content: bytes, sheet: str = "") -> Source:
    """A file under the last part of its name, without characters that are not seen. Raises Unreadable where it is too large."""
    if len(content) > MOST_BYTES:
        raise Unreadable(too_large_a_file(len(content)))
    last = "".join(character for character in re.split(r"[/\\]", name)[-1] if character.isprintable())
    return Source(last.strip(" .")[-LONGEST_NAME:] or "file", content, sheet)


def too_large_a_file(size: int) -> str:
    """The message about a file of so many bytes."""
    return f"This file is {size / 1024 / 1024:.1f} MB: at most 2 MB is read at a time."


def unpacked(name: str, packed: str, sheet: str) -> Source | None:
    """The file that a form carried along; None where it is not whole."""
    try:
        return file_named(name, base64.b64decode(packed, validate=True), sheet) if packed else None
    except (binascii.Error, ValueError):
        return None


def pasted(text: str) -> Source:
    """What was pasted. The same text has the same hash wherever it was sent from."""
    return Source("", in_lines(text).encode("utf-8", "replace"))


def in_lines(text: str) -> str:
    """The text with its lines parted in one way."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_file(content: bytes, sheet: str = "") -> Decoded:
    """The rows of a file as text, and sentences on what must be checked. Raises Unreadable, with a sentence for each kind.

    `sheet` names that of a workbook; "" for the one with lines.
    """
    if is_workbook(content):
        return read_workbook(content, sheet)
    decoded = decode(content)
    if is_web_page(decoded.text):
        return Decoded(as_text(decoded.text), (*decoded.said, _WEB_PAGE))
    return decoded
