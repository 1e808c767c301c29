"""A file of lines, of whatever kind, as text that can be read as a block."""

from posts.importing.text.rules import Decoded, decode, is_web_page, is_workbook
from posts.importing.webpage.rules import as_text
from posts.importing.workbook.rules.reading import read_workbook

_WEB_PAGE = "This file is a web page, whatever its name ends in: its tables are read."


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
