"""A file to text, and what is refused before a cell of it is looked at. Pure."""

import io
import re
import zipfile
from dataclasses import dataclass

MOST_BYTES = 2 * 1024 * 1024


class Unreadable(ValueError):
    """The text cannot be read as a block at all. A sentence for the user."""


class WhichSheet(Unreadable):
    """The file can be read once somebody says which of its sheets is meant."""


@dataclass(frozen=True)
class Decoded:
    """The text of a file, and sentences on what in it must be checked. Hidden: rows and columns of a workbook, from 1."""

    text: str
    said: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


_AS_CSV = "open it in a spreadsheet program, and save the sheet as CSV UTF-8 or copy its rows and paste them."
_OPEN_XML = (
    ("xl/vbaProject.bin", f"This is an Excel workbook with macros (.xlsm), which is not read here: {_AS_CSV}"),
    ("xl/workbook.bin", f"This is an Excel binary workbook (.xlsb), which is not read here: {_AS_CSV}"),
    ("word/document.xml", "This is a Word document: copy its table and paste it here. To check a draft, use Check a draft."),
    ("ppt/presentation.xml", "This is a presentation: copy its table and paste it here."),
)
_OPEN_DOCUMENT = {
    "text": "This is an OpenDocument text: copy its table and paste it here.",
}
_OLD = (
    ("EncryptedPackage", "This workbook is protected by a password: remove the password, then save the sheet as CSV UTF-8."),
    ("WordDocument", "This is a Word document (.doc): copy its table and paste it here. To check a draft, use Check a draft."),
    ("Workbook", f"This is an old Excel workbook (.xls), which is not read here: {_AS_CSV}"),
    ("Book", f"This is an old Excel workbook (.xls), which is not read here: {_AS_CSV}"),
)
_BEGINS = (
    (b"%PDF-", "This is a PDF: copy its table into a spreadsheet program, check it there, and save it as CSV UTF-8."),
    (b"{\\rtf", "This is a Rich Text document: copy its table and paste it here."),
    (b"\x89PNG", "This is a picture: type its rows, or ask for the file that it was made from."),
    (b"\xff\xd8\xff", "This is a picture: type its rows, or ask for the file that it was made from."),
    (b"Rar!", "This is an archive: take the file out of it first."),
    (b"\x1f\x8b", "This is an archive: take the file out of it first."),
    (b"7z\xbc\xaf", "This is an archive: take the file out of it first."),
)
_DOS_POUNDS = re.compile(rb"\x9c ?-?[\d(]|\(\x9c\)|\x9c['0m]")
_WEB_PAGE = re.compile(r"\s*(?:<!doctype html|<html|<meta|<head|<body|<table|<style|<!--|<xml)", re.IGNORECASE)


def decode(content: bytes) -> Decoded:
    """The text of a file: UTF-8, UTF-16 or Windows-1252, with what in it must be checked. Raises Unreadable."""
    for begins, message in _BEGINS:
        if content.startswith(begins):
            raise Unreadable(message)
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        raise Unreadable(_packed(content))
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(_old(content))
    if len(content) > MOST_BYTES:
        raise Unreadable(too_large(len(content)))
    decoded = _decoded(content)
    begins_with = decoded.text.removeprefix("\ufeff")[:4_000]
    if "urn:schemas-microsoft-com:office:spreadsheet" in begins_with and "<?xml" in begins_with[:100]:
        raise Unreadable(f"This is a workbook saved as XML, which is not read here: {_AS_CSV}")
    if begins_with.lstrip()[:13].lower() == "mime-version:":
        raise Unreadable(f"This is a web archive (.mht), which is not read here: {_AS_CSV}")
    return decoded


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook of a kind that is read: .xlsx or .ods."""
    if content[:4] != b"PK\x03\x04":
        return False
    names, kind = _parts(content)
    return ("xl/workbook.xml" in names and "xl/vbaProject.bin" not in names) or kind == "spreadsheet"


def is_web_page(text: str) -> bool:
    """Whether a text is a web page, as many programs export a table under the ending .xls."""
    return bool(_WEB_PAGE.match(text.removeprefix("\ufeff"))) and "<" in text and ">" in text


def _parts(content: bytes) -> tuple[set[str], str]:
    """The names of what a package holds, and the kind of an OpenDocument; nothing of one that cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            kind = ""
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                kind = package.read("mimetype").decode("ascii", "replace").strip().rpartition(".")[2]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return set(), ""
    return names, kind


def _packed(content: bytes) -> str:
    names, kind = _parts(content)
    if not names:
        return f"This is a damaged workbook, or no workbook at all: {_AS_CSV}"
    for part, message in _OPEN_XML:
        if part in names:
            return message
    if kind in _OPEN_DOCUMENT:
        return _OPEN_DOCUMENT[kind]
    return "This is an archive: take the file out of it first."


def _old(content: bytes) -> str:
    for name, message in _OLD:
        if name.encode("utf-16-le") in content:
            return message
    return f"This is an old Office file, which is not read here: {_AS_CSV}"


def _decoded(content: bytes) -> Decoded:
    not_text = Unreadable("This file is not text: save it as CSV UTF-8 and try again.")
    if content[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        try:
            return Decoded(content.decode("utf-32"))
        except UnicodeDecodeError:
            raise not_text from None
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (encoding := _wide(content)):
        try:
            return Decoded(content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding))
        except UnicodeDecodeError:
            raise not_text from None
    try:
        return Decoded(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    rest = content.removeprefix(b"\xef\xbb\xbf")
    kept = rest.decode("utf-8", "surrogateescape")
    bad = [at for at, character in enumerate(kept) if "\udc80" <= character <= "\udcff"]
    if any(character > "\x7f" and not "\udc80" <= character <= "\udcff" for character in kept) and len(bad) <= 20:
        return _patched(kept, bad)
    if _DOS_POUNDS.search(rest) and b"\xa3" not in rest:
        return Decoded(
            rest.decode("cp850"), ("The letters of this file are read as CSV (MS-DOS) writes them. Check accents and £.",)
        )
    try:
        return Decoded(rest.decode("cp1252"))
    except UnicodeDecodeError:
        raise not_text from None


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: every second byte of what begins a file of English is nought."""
    start = content[:400]
    if len(start) < 4:
        return ""
    if start[1::2].count(0) * 10 >= 9 * (len(start) // 2):
        return "utf-16-le"
    return "utf-16-be" if start[0::2].count(0) * 10 >= 9 * (len(start) // 2) else ""


def _patched(kept: str, bad: list[int]) -> Decoded:
    """Text of UTF-8 with a few bytes that are not, read as Windows-1252, each named by its row and column."""
    characters, said = list(kept), []
    for at in bad:
        byte = bytes([ord(kept[at]) - 0xDC00])
        characters[at] = byte.decode("cp1252", "replace")
        row, column = _place(kept[:at])
        said.append(
            f"Row {row}, column {column}: one character is damaged (byte {byte.hex().upper()}) "
            f"and is read as {characters[at]}. Check it."
        )
    return Decoded("".join(characters), tuple(said))


def _place(before: str) -> tuple[int, int]:
    """The row and column that the end of a text lies in: breaks and separators within quotation marks count for nothing."""
    outside = re.sub(r'"[^"]*"', "", before)
    outside = outside if before.count('"') % 2 == 0 else outside[: outside.rfind('"')]
    row = outside.rpartition("\n")[2]
    separator = max("\t,;", key=row.count)
    return outside.count("\n") + 1, row.count(separator) + 1


def too_large(size: int) -> str:
    """The message about so many bytes."""
    return f"This is {size / 1024 / 1024:.1f} MB of text: at most 2 MB is read at a time."
