"""A paper so long that it is drawn in parts, in processes of their own."""

import io
import os
import re
import signal
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pikepdf
import pytest

from printing import engine, pool
from reports.table.appendix import rules as pdf
from tests.house.running_site import next_line
from tests.reports.printed import conforms, texts
from tests.reports.reading import elements_of
from tests.reports.schedules import PHASES, many, published, schedule


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf.render(schedule(published()))


@pytest.fixture(scope="module")
def long_paper() -> bytes:
    return pdf.render(schedule(many(300)))


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_long_paper_drawn_in_two_parts_conforms_too(long_paper: bytes, profile: str) -> None:
    conforms(long_paper, profile)


def test_a_long_paper_counts_its_pages_through_and_begins_each_phase_on_a_page(long_paper: bytes) -> None:
    pages = texts(long_paper)
    assert len(pages) > 12
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    whole = "\n".join(pages)
    assert [whole.count(line) for line in ("TOTAL PHASE TWO", "TOTAL RESOURCES REQUESTED", "Key to abbreviations")] == [1, 1, 1]
    for phase in ("PHASE ONE", "PHASE TWO", "PHASE THREE"):
        assert next(page for page in pages if f"\n{phase}\n" in page).index(f"\n{phase}\n") < 500


def test_a_long_paper_has_one_tree_of_tags_with_every_page_and_header_in_it(long_paper: bytes) -> None:
    with pikepdf.open(io.BytesIO(long_paper)) as document:
        tree = document.Root.StructTreeRoot
        pages = {page.objgen for page in document.pages}
        assert len(tree.K) == 1
        read = [element for element in elements_of(document) if "/Pg" in element]
        assert {element.Pg.objgen for element in read} == pages
        assert [str(element.S) for element in tree.K[0].K if element.S in ("/Table", "/THead")] == ["/Table"]
        assert [str(element.S) for element in read].count("/THead") == 1
        assert all(tree.K[0] == element.P for element in tree.K[0].K)
        assert list(tree.ParentTree.Nums)[::2] == [page.StructParents for page in document.pages] == list(range(len(pages)))
        headers = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"]
        names = list(pikepdf.NameTree(tree.IDTree))
        assert len(set(names)) == len(names) == len(headers)
        assert names == sorted(names)


def beside() -> int:
    """The process beside this one that draws: a new one, as the next paper gets it, where a test before killed it."""
    with suppress(BrokenProcessPool):
        return pool._beside(os.getpid()).submit(os.getpid).result()
    pdf.render(schedule(many(300)))
    return pool._beside(os.getpid()).submit(os.getpid).result()


def test_a_long_paper_is_the_same_when_the_process_beside_was_killed(long_paper: bytes) -> None:
    before = beside()
    os.kill(before, signal.SIGKILL)
    assert pdf.render(schedule(many(300))) == long_paper
    assert pdf.render(schedule(many(300))) == long_paper
    assert beside() != before


def test_a_long_paper_is_the_same_when_the_process_beside_is_killed_while_it_draws(
    long_paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, own = beside(), engine.mend

    def killing(*given: Any) -> None:
        with suppress(ProcessLookupError):
            os.kill(other, signal.SIGKILL)
        own(*given)

    monkeypatch.setattr(engine, "mend", killing)
    assert pdf.render(schedule(many(300))) == long_paper


def test_a_fork_of_a_process_that_drew_has_a_process_beside_of_its_own(long_paper: bytes) -> None:
    before = beside()
    if (fork := os.fork()) == 0:
        own = pdf.render(schedule(many(300))) == long_paper and beside() != before
        pool._beside(os.getpid()).shutdown()
        os._exit(0 if own else 1)
    assert os.waitpid(fork, 0)[1] == 0
    assert pdf.render(schedule(many(300))) == long_paper
    assert beside() == before


DRAWS = """
import os, sys
from printing import pool
from printing.engine import Page, drawn
if __name__ == "__main__":
    page = Page("<html lang='en'><head><title>A</title></head><body><p>A</p></body></html>", "appendix.css")
    pool.both_at_once(drawn, page, page)
    print(*pool._beside(os.getpid())._processes, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_nothing_is_left_behind_however_the_process_ends_that_drew(end: int | None, tmp_path: Path) -> None:
    program = tmp_path / "draws.py"
    program.write_text(DRAWS)
    files = tmp_path / "files"
    files.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "TMPDIR": str(files)}
    with Popen([sys.executable, str(program)], env=environment, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin is not None
        other = int(next_line(process))
        assert list(files.glob("printing-*/weasyprint-*"))
        if end:
            process.send_signal(end)
        process.stdin.close()
    until = time.monotonic() + 20
    while Path(f"/proc/{other}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{other}").exists()
    # What a killed process leaves of its own nobody else takes along.
    assert not list(files.glob("printing-*"))


def test_a_long_paper_of_one_phase_is_cut_between_two_teams() -> None:
    made = schedule([line._replace(phase=1) for line in many(200)], PHASES[:1])
    pages = texts(pdf.render(made))
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    whole = "\n".join(pages)
    assert [whole.count(line) for line in ("PHASE ONE\n", "TOTAL PHASE ONE", "TOTAL RESOURCES")] == [1, 1, 1]
    assert [len(re.findall(rf"\nTeam {number}\n", whole)) for number in range(1, 20)] == [1] * 19


def test_a_team_too_large_for_one_part_is_cut_between_two_lines() -> None:
    made = schedule([line._replace(phase=1, team="") for line in many(220)], PHASES[:1])
    paper = pdf.render(made)
    conforms(paper, "ua1")
    whole = "\n".join(texts(paper))
    assert [whole.count(line) for line in ("PHASE ONE\n", "TOTAL PHASE ONE", "TOTAL RESOURCES")] == [1, 1, 1]
    assert whole.count("Director ECHS") == 10


@pytest.fixture(scope="module")
def paper_of_many_parts() -> tuple[bytes, list[tuple[int, int]]]:
    """As a paper of thousands of lines is made, of fewer: in six parts; and what was said of its progress."""
    said: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_AT_MOST", 40)
        return pdf.render(schedule(many(220)), step=lambda done, of: said.append((done, of))), said


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_a_paper_of_many_parts_conforms_too(paper_of_many_parts: tuple[bytes, Any], profile: str) -> None:
    conforms(paper_of_many_parts[0], profile)


def test_a_paper_of_many_parts_counts_its_pages_through_and_names_every_header_once(
    paper_of_many_parts: tuple[bytes, Any],
) -> None:
    paper, said = paper_of_many_parts
    pages = texts(paper)
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    with pikepdf.open(io.BytesIO(paper)) as document:
        items = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
        headers = sorted(str(item.ID) for item in items if item.get("/S") == "/TH")
        assert headers == list(pikepdf.NameTree(document.Root.StructTreeRoot.IDTree)) == sorted(set(headers))
        fonts = [str(item.FontName) for item in items if item.get("/Type") == "/FontDescriptor"]
        assert len(fonts) == len(set(fonts)) == 12
    assert said == [(0, 6), (2, 6), (4, 6), (6, 6)]


def test_every_line_is_once_in_a_paper_of_many_parts_and_in_its_order(paper_of_many_parts: tuple[bytes, Any]) -> None:
    whole = "\n".join(texts(paper_of_many_parts[0]))
    teams = [int(number) for number in re.findall(r"\nTeam (\d+)\n", whole)]
    assert teams == sorted(teams)
    assert set(teams) == set(range(1, 21))
    assert [whole.count(line) for line in ("TOTAL PHASE TWO", "TOTAL RESOURCES REQUESTED", "Key to abbreviations")] == [1, 1, 1]


def test_a_paper_of_many_parts_is_not_joined_where_the_process_that_joins_is_killed() -> None:
    with pytest.raises(BrokenProcessPool):
        pool.apart(signal.raise_signal, signal.SIGKILL)
