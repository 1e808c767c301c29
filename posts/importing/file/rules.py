"""A file of lines, of whatever kind, as text that can be read as a block. Pure."""

from posts.importing.text.rules import Decoded, decode, is_web_page
from posts.importing.webpage.rules import as_text

_WEB_PAGE = "This file is a web page, whatever its name ends in: its tables are read."


def read_file(content: bytes) -> Decoded:
    """The rows of a file as text, and sentences on what must be checked. Raises Unreadable, with a sentence for each kind."""
    decoded = decode(content)
    if is_web_page(decoded.text):
        return Decoded(as_text(decoded.text), (*decoded.said, _WEB_PAGE))
    return decoded
