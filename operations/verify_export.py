"""Checks an exported audit record by itself: no application, no database, nothing but Python.

    python3 verify_export.py audit-record.jsonl
    python3 verify_export.py audit-record.jsonl --head 1234 3f6c...

Each line of the export is an entry: its number, the hash of the entry before it, its own hash, and its content. The hash is
SHA-256 over the hash before, a line feed and the content, as UTF-8; the hash before entry 1 is 64 zeros.

An export alone shows that nothing in it was changed, taken out or put in another order. It cannot show that its end was not cut
off, or that nobody wrote the whole of it again: for that, give what was written down elsewhere with --head, once or more.

Exit status: 0 the export is whole, 1 it is not (the first bad entry is named), 2 the command was not understood.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable

FIELDS = ["number", "previous_hash", "hash", "content"]
GENESIS = "0" * 64


class Bad(Exception):
    """The export is not whole. The text says where, in a sentence."""


class Entry:
    """A line of the export that was read. Raises Bad."""

    def __init__(self, line: bytes, place: int) -> None:
        try:
            text = line.decode("utf-8")
            fields = json.loads(text)
            same = json.dumps(fields, ensure_ascii=False) + "\n"
        except (ValueError, RecursionError):
            where = "is cut short" if not line.endswith(b"\n") else "is not a line of JSON"
            raise Bad(f"Line {place} {where}: no entry can be read there.") from None
        if not isinstance(fields, dict) or list(fields) != FIELDS:
            raise Bad(f"Line {place} is no entry: an entry holds {', '.join(FIELDS)}, in this order.")
        self.number, self.previous_hash, self.hash, self.content = fields.values()
        if type(self.number) is not int or self.number < 1:
            raise Bad(f"Line {place} is no entry: its number is not a whole number from 1.")
        if not all(type(each) is str for each in (self.previous_hash, self.hash, self.content)):
            raise Bad(f"Entry {self.number} is not as it was written: its hashes and content must be text.")
        if text != same:
            how = (
                "it is cut short" if not text.endswith("\n") else "line " + str(place) + " is not written as an export writes it"
            )
            raise Bad(f"Entry {self.number} is not as it was written: {how}.")

    def fault(self, previous: str | None) -> str | None:
        """What is wrong with it, or None. `previous` is the hash of the entry before, None where that is not in the file."""
        if previous is not None and self.previous_hash != previous:
            return "it does not follow the entry before it"
        chained = (self.previous_hash + "\n" + self.content).encode("utf-8", "surrogatepass")
        if self.hash != hashlib.sha256(chained).hexdigest():
            return "its hash does not fit its content"
        try:
            content = json.loads(self.content)
        except (ValueError, RecursionError):
            return "its content cannot be read"
        if not isinstance(content, dict) or content.get("number") != self.number:
            return "its content is that of another entry"
        return None


def check(lines: Iterable[bytes], first: int = 1, heads: dict[int, str] | None = None) -> tuple[int, str]:
    """Number and hash of the last entry. `heads` are hashes by number that were written down elsewhere. Raises Bad."""
    heads = heads or {}
    number, previous = first - 1, GENESIS if first == 1 else None
    for place, line in enumerate(lines, 1):
        entry = Entry(line, place)
        number += 1
        if entry.number != number:
            raise Bad(_out_of_order(number, entry.number))
        fault = entry.fault(previous)
        if fault:
            raise Bad(f"Entry {number} is not as it was written: {fault}.")
        if heads.get(number, entry.hash) != entry.hash:
            raise Bad(f"Entry {number} is not the one that was written down: its hash was {heads[number]}.")
        previous = entry.hash
    if number < first:
        raise Bad("The file is empty: it holds no entry.")
    last = max(heads, default=0)
    if last > number:
        raise Bad(f"Entry {number + 1} is missing: the file ends with entry {number}, and entry {last} was written down.")
    return number, str(previous)


def _out_of_order(expected: int, found: int) -> str:
    if found > expected:
        return f"Entry {expected} is missing: the next one is {found}."
    return f"Entry {expected} is missing: entry {found} stands in its place, out of order."


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Checks an exported audit record by itself, and names the first bad entry.")
    parser.add_argument("file", help="the export, a file of one entry a line")
    note = "an entry that was written down elsewhere; may be given several times"
    parser.add_argument("--head", nargs=2, metavar=("NUMBER", "HASH"), action="append", default=[], help=note)
    parser.add_argument("--first", type=int, default=1, metavar="NUMBER", help="where the export of a part begins (default 1)")
    chosen = parser.parse_args(arguments)
    try:
        heads = {int(number): text.lower() for number, text in chosen.head}
    except ValueError:
        parser.error("--head takes the number of an entry, then its hash")
    if chosen.first < 1 or min(heads, default=chosen.first) < chosen.first:
        parser.error("entries are numbered from 1, and --head names one from --first on")
    try:
        with open(chosen.file, "rb") as export:
            number, last = check(export, chosen.first, heads)
    except Bad as error:
        print(error)
        return 1
    except OSError as error:
        print(f"The file cannot be read: {error.strerror}.")
        return 1
    print(f"The export is whole: entries {chosen.first} to {number}, each with its own hash and that of the one before.")
    print(f"The last has the hash {last}.")
    if not heads:
        print("Compare it with what was written down, or give that with --head.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
