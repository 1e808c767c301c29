"""Reads the text of a document in a process of its own: bytes on standard input, JSON on standard output.

`reports.draft.rules.reading` begins that without site packages: it needs the standard library only. Answers
{"blocks": [...], "left_out": [...]} (blocks as in `word_body.Reader`) or {"refused": sentence}.
"""

import json
import sys

from reports.draft.rules import docx, odt
from reports.draft.rules.package import Refused, opened, refuse_more_than_allowed


def read(content: bytes) -> dict[str, object]:
    """The blocks of a document, by its kind. Raises Refused."""
    package = opened(content)
    return odt.read(package) if odt.is_one(package) else docx.read(package)


def main() -> None:
    """Bound this process, then read what stands on standard input."""
    refuse_more_than_allowed()
    try:
        answer = read(sys.stdin.buffer.read())
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))
