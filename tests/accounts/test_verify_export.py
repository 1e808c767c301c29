"""The verifier of exports, run as an auditor runs it: one file, by itself, on whatever the file holds."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.audit.actions import record
from accounts.audit.queries import exported
from accounts.audit.rules import link
from operations import verify_export
from tests.making import NOON, make_user
from tests.refusals import check_deferred_rules

pytestmark = pytest.mark.django_db

PROGRAM = Path(verify_export.__file__)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Of five entries."""
    person = make_user()
    for number in range(1, 6):
        record(action="tried", subject="test", details={"number": number, "words": "£ “é”\n"}, by=person, at=NOON)
    file = tmp_path / "export.jsonl"
    file.write_text("".join(exported()), encoding="utf-8", newline="\n")
    return file


def verify(file: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and first line. -I and another directory: nothing of the application can be imported."""
    run = subprocess.run([sys.executable, "-I", PROGRAM, file, *arguments], capture_output=True, text=True, cwd="/")
    assert run.stderr == ""
    return run.returncode, run.stdout.splitlines()[0]


def entries(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def write(file: Path, changed: list[dict[str, object]]) -> None:
    file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in changed))


def chained_anew(file: Path, number: int, change: Callable[[str], str]) -> None:
    """Somebody changes an entry, and works every hash from there on out again."""
    kept = entries(file)
    kept[number - 1]["content"] = change(str(kept[number - 1]["content"]))
    for place in range(number - 1, len(kept)):
        kept[place]["previous_hash"] = previous = str(kept[place - 1]["hash"]) if place else "0" * 64
        kept[place]["hash"] = link(previous, str(kept[place]["content"]))
    write(file, kept)


def test_an_export_as_it_was_made_is_whole(export: Path):
    last = str(entries(export)[-1]["hash"])
    said = (0, "The export is whole: entries 1 to 5, each with its own hash and that of the one before.")
    assert verify(export) == said
    assert verify(export, "--head", "5", last.upper()) == said
    assert verify(export, "--head", "5", last, "--head", "2", str(entries(export)[1]["hash"])) == said


def test_every_changed_byte_is_found(export: Path):
    whole = export.read_bytes()
    lines = whole.splitlines(keepends=True)
    for place in range(0, len(whole), 7):
        changed = bytes([whole[place] ^ 1])
        export.write_bytes(whole[:place] + changed + whole[place + 1 :])
        with pytest.raises(verify_export.Bad) as bad, export.open("rb") as opened:
            verify_export.check(opened)
        line = next(number for number in range(1, 6) if place < sum(map(len, lines[:number])))
        assert any(f" {number} " in f"{bad.value} " for number in (line, line + 1)), (place, str(bad.value))
    export.write_bytes(whole)
    assert verify(export)[0] == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda kept: kept[:1] + kept[2:], "Entry 2 is missing: the next one is 3."),
        (lambda kept: kept[1:], "Entry 1 is missing: the next one is 2."),
        (lambda kept: [kept[0], kept[2], kept[1], *kept[3:]], "Entry 2 is missing: the next one is 3."),
        (lambda kept: [*kept, kept[2]], "Entry 6 is missing: entry 3 stands in its place, out of order."),
        (lambda kept: [], "The file is empty: it holds no entry."),
        (
            lambda kept: [kept[0], kept[1] | {"content": "{}"}],
            "Entry 2 is not as it was written: its hash does not fit its content.",
        ),
        (lambda kept: [kept[0] | {"number": True}], "Line 1 is no entry: its number is not a whole number from 1."),
        (lambda kept: [kept[0] | {"number": 1.0}], "Line 1 is no entry: its number is not a whole number from 1."),
        (lambda kept: [kept[0] | {"content": {}}], "Entry 1 is not as it was written: its hashes and content must be text."),
        (
            lambda kept: [kept[0] | {"more": 1}],
            "Line 1 is no entry: an entry holds number, previous_hash, hash, content, in this order.",
        ),
    ],
)
def test_what_is_wrong_is_named(export: Path, spoil: Callable[[list[object]], list[dict[str, object]]], said: str):
    write(export, spoil(list(entries(export))))
    assert verify(export) == (1, said)


def test_a_missing_tail_is_found_with_the_head_that_was_written_down(export: Path):
    last = str(entries(export)[-1]["hash"])
    write(export, entries(export)[:3])
    assert verify(export)[0] == 0
    assert verify(export, "--head", "5", last) == (
        1,
        "Entry 4 is missing: the file ends with entry 3, and entry 5 was written down.",
    )


def test_a_rewritten_chain_is_found_with_a_hash_that_was_written_down(export: Path):
    before = entries(export)
    chained_anew(export, 3, lambda content: content.replace('"number":3,"words"', '"number":7,"words"'))
    assert verify(export)[0] == 0
    found = f"Entry 3 is not the one that was written down: its hash was {before[2]['hash']}."
    assert verify(export, "--head", "5", str(before[4]["hash"]), "--head", "3", str(before[2]["hash"])) == (1, found)
    assert verify(export, "--head", "5", str(before[4]["hash"]))[1].startswith("Entry 5 is not the one")
    assert verify(export, "--head", "2", str(before[1]["hash"]))[0] == 0


def test_an_entry_put_in_the_place_of_another_is_found_by_what_it_says_of_itself(export: Path):
    chained_anew(export, 2, lambda content: content.replace('"number":2,"subject"', '"number":3,"subject"'))
    assert verify(export) == (1, "Entry 2 is not as it was written: its content is that of another entry.")
    chained_anew(export, 2, lambda content: "{")
    assert verify(export) == (1, "Entry 2 is not as it was written: its content cannot be read.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty: it holds no entry."),
        (b"\n", "Line 1 is not a line of JSON: no entry can be read there."),
        (b"not json\n", "Line 1 is not a line of JSON: no entry can be read there."),
        (b"\xff\xfe\x00\n", "Line 1 is not a line of JSON: no entry can be read there."),
        (b"[" * 200_000 + b"\n", "Line 1 is not a line of JSON: no entry can be read there."),
        (b"9" * 10_000 + b"\n", "Line 1 is not a line of JSON: no entry can be read there."),
        (b"[1]\n", "Line 1 is no entry: an entry holds number, previous_hash, hash, content, in this order."),
        (b'{"number": 1', "Line 1 is cut short: no entry can be read there."),
    ],
)
def test_what_is_no_export_gets_a_sentence_not_a_traceback(tmp_path: Path, content: bytes, said: str):
    (tmp_path / "file").write_bytes(content)
    assert verify(tmp_path / "file") == (1, said)


def test_a_truncated_line_is_found(export: Path):
    whole = export.read_bytes()
    export.write_bytes(whole[:-1])
    assert verify(export) == (1, "Entry 5 is not as it was written: it is cut short.")
    export.write_bytes(whole[:-40])
    assert verify(export) == (1, "Line 5 is cut short: no entry can be read there.")


def test_a_part_is_checked_from_its_first_entry_on(export: Path):
    export.write_text("".join(exported(first=3, last=4)))
    assert verify(export) == (1, "Entry 1 is missing: the next one is 3.")
    assert verify(export, "--first", "3")[1].startswith("The export is whole: entries 3 to 4,")


def test_a_file_that_is_not_there_is_said(tmp_path: Path):
    assert verify(tmp_path / "nowhere") == (1, "The file cannot be read: No such file or directory.")
    assert verify(tmp_path) == (1, "The file cannot be read: Is a directory.")


@pytest.mark.parametrize("arguments", [["--head", "x", "y"], ["--first", "0"], ["--first", "5", "--head", "3", "y"], []])
def test_a_command_that_is_not_understood_is_explained(export: Path, arguments: list[str]):
    run = subprocess.run(
        [sys.executable, "-I", PROGRAM, *([export] if arguments else []), *arguments], capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "usage:" in run.stderr
    assert "Traceback" not in run.stderr


def test_it_imports_the_standard_library_only_and_runs_on_an_older_python():
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "argparse", "collections.abc", "hashlib", "json", "sys"}


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("SELECT 1", None),
        ("UPDATE accounts_auditentry SET content = replace(content, 'tried', 'dried') WHERE number = 2", "Entry 2 "),
        ("UPDATE accounts_auditentry SET hash = repeat('a', 64) WHERE number = 3", "Entry 3 "),
        ("UPDATE accounts_auditentry SET previous_hash = repeat('a', 64) WHERE number = 4", "Entry 4 "),
        ("DELETE FROM accounts_auditentry WHERE number = 1", "Entry 1 is missing"),
        ("DELETE FROM accounts_auditentry WHERE number = 5", "Entry 5 is missing"),
    ],
)
def test_it_agrees_with_verify_audit(export: Path, statement: str, first_bad: str | None):
    head = [str(entries(export)[-1][name]) for name in ("number", "hash")]
    check_deferred_rules()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)
        check_deferred_rules()
        cursor.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER USER")
    export.write_text("".join(exported()))
    status, said = verify(export, "--head", *head)
    if first_bad is None:
        call_command("verify_audit", "--head", *head, stdout=StringIO())
        assert status == 0
        return
    assert (status, said[: len(first_bad)]) == (1, first_bad)
    with pytest.raises(CommandError, match=first_bad):
        call_command("verify_audit", "--head", *head, stdout=StringIO())


def test_export_audit_writes_what_the_page_exports(export: Path, tmp_path: Path):
    out = StringIO()
    call_command("export_audit", stdout=out)
    assert out.getvalue() == export.read_text()
    call_command("export_audit", "--output", str(tmp_path / "again"), "--first", "2", "--last", "3", stdout=out)
    assert [entry["number"] for entry in entries(tmp_path / "again")] == [2, 3]
    with pytest.raises(CommandError, match="cannot be written: File exists"):
        call_command("export_audit", "--output", str(tmp_path / "again"))
