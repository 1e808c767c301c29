"""Files that people send: which kinds are kept, told by their name and by what they hold, and the field that reads one.

What a browser says about a file counts for nothing. A file is kept whole and handed back only as an attachment.
"""

import os
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile

from costing.frozen import digest

LARGEST = 10 * 1024 * 1024
"""Bytes in one file."""


class NotAFile(ValueError):
    """The file cannot be kept. Its text is a sentence for the user."""


class Kind(NamedTuple):
    """One kind of file: what it is served as, and whether some bytes are it."""

    media_type: str
    is_it: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _zip_with(member: str) -> Callable[[bytes], bool]:
    def is_it(content: bytes) -> bool:
        # Only the directory of the archive is read: nothing is unpacked.
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                return member in archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False

    return is_it


def _open_document(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04") and b"mimetypeapplication/vnd.oasis.opendocument.text" in content[:120]


_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_MAIL_HEADER = re.compile(rb"\A(?:From [^\r\n]*\r?\n)?(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+", re.ASCII)


def _text(content: bytes) -> bool:
    return not _CONTROLS.search(content) and not content.startswith((b"%PDF-", b"PK\x03\x04"))


def _mail(content: bytes) -> bool:
    header = _MAIL_HEADER.match(content[:65_536])
    return bool(header and re.search(rb"^(?:From|Received|Date):", header[0], re.MULTILINE | re.IGNORECASE))


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", _begins(b"%PDF-")),
    "docx": Kind(f"{_OFFICE}.wordprocessingml.document", _zip_with("word/document.xml")),
    "xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _zip_with("xl/workbook.xml")),
    "odt": Kind("application/vnd.oasis.opendocument.text", _open_document),
    "csv": Kind("text/csv", _text),
    "txt": Kind("text/plain", _text),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "eml": Kind("message/rfc822", _mail),
    "msg": Kind("application/vnd.ms-outlook", _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
}
"""By the ending of the name, in small letters."""


def media_type(name: str, content: bytes) -> str:
    """What the file is served as. Raises NotAFile where it is empty, too large, of another kind, or not what its name says."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in KINDS:
        raise NotAFile(f"{name} cannot be attached: choose a PDF, Word, Excel, ODT, CSV, text, PNG, JPEG or e-mail file.")
    if not content:
        raise NotAFile(f"{name} is empty.")
    if len(content) > LARGEST:
        raise NotAFile(f"{name} has {megabytes(len(content))} MB: a file may have up to {LARGEST // 1024**2} MB.")
    kind = KINDS[ending]
    if not kind.is_it(content):
        raise NotAFile(f"{name} does not match its name: it is not a .{ending} file.")
    return kind.media_type


def megabytes(size: int) -> str:
    """Rounded up to a tenth, so that what is too large never reads as just within."""
    tenths = -(-size * 10 // 1024**2)
    return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. Its name is without folders."""

    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        return digest(self.content)


FILES = "PDF, Word, Excel, ODT, CSV, text, PNG, JPEG or e-mail (.eml, .msg), up to 10 MB"
ACCEPTED = ",".join(f".{ending}" for ending in KINDS)


class UploadField(forms.FileField):
    """One file, as the Upload that the actions take, checked by its name and by what it holds."""

    def __init__(self, **options: Any) -> None:
        # Django's own check of an empty file names no file: ours does.
        super().__init__(allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPTED}), **options)

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        sent: UploadedFile | None = super().clean(data, initial)
        return _read(sent) if sent else None


def _read(sent: UploadedFile) -> Upload:
    name = _tidy(sent.name or "")
    if (sent.size or 0) > LARGEST:  # not even read into memory
        raise forms.ValidationError(f"{name} has {megabytes(sent.size or 0)} MB: a file may have up to {LARGEST // 1024**2} MB.")
    upload = Upload(name, sent.read())
    try:
        media_type(upload.name, upload.content)
    except NotAFile as error:
        raise forms.ValidationError(str(error)) from None
    return upload


def _tidy(name: str) -> str:
    """Without folders, and in one way of writing accents: what looks the same is the same name."""
    return unicodedata.normalize("NFC", os.path.basename(name.replace("\\", "/"))).strip()
