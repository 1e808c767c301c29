"""Reads one of our own papers (PDF) in a process of its own: bytes on standard input, JSON on standard output.

`reports.draft.rules.reading` begins it, and it answers as `reports.draft.rules.documents` does. What reads a PDF is loaded before
the process is bounded: nothing of the file is read before that.
"""

import json
import sys

import printing.tagged_text as tagged
from printing.tagged_text import Fault
from reports.draft.rules.docx import not_read
from reports.draft.rules.package import Refused, refuse_more_than_allowed
from reports.draft.rules.word_body import MOST_COLUMNS, Gathered

INSTEAD = "Upload the Word document (.docx) it was made from, or paste its text."
SENTENCES = {
    Fault.LOCKED: "This PDF is protected by a password: save it without one and upload that.",
    Fault.DAMAGED: "This PDF is damaged, or was not uploaded whole: download it again and upload that.",
    Fault.UNTAGGED: f"This PDF has no tags, so the order of its text is not known. {INSTEAD}",
    Fault.FOREIGN: f"This PDF was made by another program: of PDFs, only papers made here are read. {INSTEAD}",
    Fault.LETTERS: f"This PDF does not say what its letters are. {INSTEAD}",
}


def read(content: bytes) -> dict[str, object]:
    """The blocks of a paper, and sentences on what of it is not read. Raises Refused."""
    try:
        text = tagged.read(content)
    except tagged.NotRead as error:
        raise Refused(SENTENCES.get(error.fault) or _too_long(error.pages)) from None
    gathered = Gathered(left_out=text.left_out)
    for block in text.blocks:
        rows = block[1] if block[0] == "table" else [[block[2]]]
        for row in rows:  # type: ignore[attr-defined]
            gathered.counted("".join(filter(None, row)))
            if len(row) > MOST_COLUMNS:
                raise Refused(f"A table of this document has more than {MOST_COLUMNS} columns: no paper's has.")
        gathered.add(block)
    return {"blocks": gathered.blocks, "left_out": not_read(gathered.left_out, [])}


def _too_long(pages: int) -> str:
    return f"This PDF has {pages:,} pages: at most {tagged.MOST_PAGES} are read. Upload the part that speaks of the programme."


def main() -> None:
    """Bound this process, then read what stands on standard input."""
    tagged.load()
    refuse_more_than_allowed()
    try:
        answer = read(sys.stdin.buffer.read())
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))
