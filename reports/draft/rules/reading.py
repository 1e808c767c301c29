"""From what was uploaded or pasted to a draft. A document is opened in a bounded process of its own (`documents.py`)."""

import re
import sys
from pathlib import Path

from display.bounded import answer_of
from reports.draft.rules.text import Draft, from_blocks, from_text

MOST_BYTES = 10 * 1024 * 1024
MOST_CHARACTERS = 1_000_000
MOST_FIGURES = 10_000
MOST_SECONDS = 20

_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = f"import sys; sys.path.append({str(_ROOT)!r}); from {{}} import main; sys.path.pop(); main()"
_TOO_MUCH = "This document takes more memory or time to read than any paper needs: it is not opened."


class Unreadable(ValueError):
    """The draft cannot be read. A sentence for the user."""


def read_upload(content: bytes) -> Draft:
    """The draft in a file: a Word document (.docx), an OpenDocument text (.odt), a paper made here (PDF), or plain text in UTF-8.

    Raises Unreadable.
    """
    refuse_size(len(content))
    if content[:4] == b"PK\x03\x04":
        # Isolated: once it reads, nothing more of ours and no installed package is within reach of what the file might do.
        return _read_apart(content, "reports.draft.rules.documents", "-I", "-S")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Unreadable("This document is protected by a password: save it without one and upload that.")
        raise Unreadable("This is a document of an older Word (.doc): save it as a Word document (.docx) and upload that.")
    if content[:5] == b"%PDF-":
        # Without -S: an installed package reads it.
        return _read_apart(content, "reports.draft.pdf.rules", "-I")
    if not content.strip():
        raise Unreadable("This file is empty.")
    if re.match(
        rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
        content,
        re.IGNORECASE | re.DOTALL,
    ):
        raise Unreadable("This is a web page: open it in Word, save it as a Word document (.docx) and upload that.")
    try:
        return read_pasted(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("This is not a Word document (.docx): open it in Word and save it as one, or paste its text.") from None


def refuse_size(size: int) -> None:
    """Raise Unreadable for a file that is larger than any that is read: it can be asked before the file is."""
    if size > MOST_BYTES:
        raise Unreadable(
            f"This file is {size / 1024 / 1024:.0f} MB: at most 10 MB is read. Leave out its pictures, or paste its text."
        )


def read_pasted(text: str) -> Draft:
    """The draft in a text. Raises Unreadable."""
    if not text.strip():
        raise Unreadable("Choose a Word document, or paste the text of the paper.")
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"This text has {len(text):,} characters: at most {MOST_CHARACTERS:,} are read.")
    if "\0" in text or text.startswith(("{\\rtf", "<?xml")):
        raise Unreadable("This is not the plain text of a paper: upload the Word document (.docx), or paste its text.")
    return _bounded(from_text(text))


def _read_apart(content: bytes, reader: str, *isolated: str) -> Draft:
    """The draft in a file, read by this module in a process of its own, begun with these options. Raises Unreadable."""
    command = [sys.executable, *isolated, "-c", _PROGRAM.format(reader)]
    answer = answer_of(command, content, seconds=MOST_SECONDS) or {"refused": _TOO_MUCH}
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    draft = from_blocks(answer["blocks"], tuple(answer["left_out"]))
    if not draft.paragraphs and not draft.tables:
        raise Unreadable("There is no text in this document.")
    return _bounded(draft)


def _bounded(draft: Draft) -> Draft:
    """The draft, unless it has more figures than a page could show. Raises Unreadable."""
    texts = [
        *(paragraph.text for paragraph in draft.paragraphs),
        *("|".join(row) for table in draft.tables for row in table.rows),
    ]
    if sum(len(re.findall("[0-9]+", text)) for text in texts) > MOST_FIGURES:
        raise Unreadable(f"This paper has more than {MOST_FIGURES:,} figures: upload the part that speaks of the programme.")
    return draft
