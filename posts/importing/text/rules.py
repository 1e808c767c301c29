"""A file to text, and what is refused before a cell of it is looked at. Pure."""

MOST_BYTES = 2 * 1024 * 1024


class Unreadable(ValueError):
    """The text cannot be read as a block at all. A sentence for the user."""


def decode(content: bytes) -> str:
    """The text of a file: UTF-8, what Excel calls Unicode Text, or Windows-1252. Raises Unreadable."""
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise Unreadable("This is a workbook, which is not read here: copy its rows and paste them, or save it as CSV first.")
    if len(content) > MOST_BYTES:
        raise Unreadable(too_large(len(content)))
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("This file is not text: save it as CSV UTF-8 and try again.")


def too_large(size: int) -> str:
    """The message about so many bytes."""
    return f"This is {size / 1024 / 1024:.1f} MB of text: at most 2 MB is read at a time."
