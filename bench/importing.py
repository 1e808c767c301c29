"""Workbooks of 10,000 rows: from file to committed lines, and from lines to file."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import python_calamine
import xlsxwriter
from django.db import connection, models, transaction

from accounts.models import User
from bench.measuring import Result, compare
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import Choices
from posts.importing.file.rules import Source
from posts.models import CostLine, Intake, LineAmount, LineRevision
from reports.table.rules import Schedule
from reports.table.workbook.rules import as_xlsx
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.reports.schedules import many, schedule

ROWS = 10_000
HEADINGS = ("Phase", "Team", "Post", "FTE", "Annual cost", "From", "Comment")
PHASES = ("Phase One", "Phase Two", "Phase Three")


def importing() -> Result:
    """The reference reads the file's cells and copies rows that are ready into the tables of lines, with all their triggers."""
    by = make_officer()
    content = _workbook()
    programmes: list[Programme] = [_empty("imported-first")]
    _import(programmes[0], content, by)
    ready = _Ready(programmes[0])

    def before() -> None:
        programmes.append(_empty(f"imported-{len(programmes)}"))
        ready.move_on()

    def reference() -> None:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        workbook.get_sheet_by_index(0).to_python()
        ready.store()

    name = f"{ROWS:,} rows of XLSX, file to committed lines / calamine reading it and COPY of ready rows"
    return compare(name, 2.0, lambda: _import(programmes[-1], content, by), reference, rounds=3, before=before)


def memory_of_reading() -> Result:
    """What the bounded process that opens the workbook needs at most."""
    program = (
        "import sys; from resource import RUSAGE_CHILDREN, getrusage;"
        "from posts.importing.workbook.rules.reading import read_workbook; read_workbook(sys.stdin.buffer.read());"
        "print(getrusage(RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program], input=_workbook(), stdout=subprocess.PIPE, check=True)
    return Result(f"most memory of the process that reads {ROWS:,} rows of XLSX / 300 MB", 1.0, int(done.stdout), 300, "MB")


def exporting() -> Result:
    """The reference writes the cells of the table's sheet with the same library, without formats, formulas or other sheets."""
    made = schedule(many(ROWS))
    cells = list(_cells(made))
    name = f"{ROWS:,} lines out to XLSX / their values written with the same library"
    return compare(name, 1.5, lambda: as_xlsx(made), lambda: _written(cells), rounds=3)


@cache
def _workbook() -> bytes:
    first = date(2016, 8, 1)
    rows = (
        (PHASES[n % 3], f"Team {n % 40}", f"Post {n}", 1, 20_000 + n * 7919 % 80_000, first, f"Comment {n % 100}")
        for n in range(ROWS)
    )
    return _written([HEADINGS, *rows])


def _written(rows: Sequence[Sequence[Any]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "d mmm yyyy", "strings_to_urls": False})
    sheet = book.add_worksheet("Lines")
    for number, cells in enumerate(rows):
        sheet.write_row(number, 0, cells)
    book.close()
    return file.getvalue()


def _cells(made: Schedule) -> Iterator[tuple[Any, ...]]:
    """The values of the sheets that `as_xlsx` makes of the lines: one in the unit of the paper, one in pounds."""
    for _ in range(2):
        for phase in made.phases:
            for team in phase.teams:
                for row in team.rows:
                    figures = [figure.pounds for figure in (*row.years, row.full_year)]
                    yield (phase.name, team.name, row.title, row.fte, *figures, "Yes", row.recruited, row.comment)


def _empty(slug: str) -> Programme:
    made = make_programme(slug=slug)
    for number, name in enumerate(PHASES, 1):
        make_phase(made, number, name=name)
    return Programme.objects.get(pk=made.pk)


def _import(programme: Programme, content: bytes, by: User) -> None:
    source = Source("lines.xlsx", content)
    preview = paste.look(programme, Choices(source.decoded.text, source=source), by=by, at=NOON)
    if preview.refused or preview.count(paste.NEW) != ROWS:
        raise RuntimeError("Not every row became a line.")
    paste.apply(preview, by=by, at=NOON)


class _Ready:
    """The rows of one import as COPY takes them, under other numbers each time."""

    OF_LINE: tuple[tuple[type[models.Model], str], ...] = (
        (CostLine, "id"),
        (Intake, "line_id"),
        (LineAmount, "line_id"),
        (LineRevision, "line_id"),
    )

    def __init__(self, programme: Programme) -> None:
        self.programme, self.further = programme, 0
        self.texts: list[tuple[str, str]] = []
        self.last = programme.lines.latest("pk").pk

    def move_on(self) -> None:
        """Make the rows of the next round."""
        self.further += 1_000_000
        self.texts = [self._text(model, key) for model, key in self.OF_LINE]

    def _text(self, model: type[models.Model], key: str) -> tuple[str, str]:
        columns = [field.column for field in model._meta.concrete_fields if field.column != "id" or key == "id"]
        chosen = ", ".join(f'"{name}" + {self.further}' if name == key else f'"{name}"' for name in columns)
        table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
        of = f"SELECT id FROM posts_costline WHERE programme_id = {self.programme.pk} AND id <= {self.last}"
        return f"{table} ({names})", self._copied(f"COPY (SELECT {chosen} FROM {table} WHERE {key} IN ({of})) TO STDOUT")

    @staticmethod
    def _copied(statement: str) -> str:
        written = io.StringIO()
        with connection.cursor() as cursor:
            cursor.copy_expert(statement, written)
        return written.getvalue()

    def store(self) -> None:
        """All of them, in one transaction."""
        with transaction.atomic(), connection.cursor() as cursor:
            for place, text in self.texts:
                cursor.copy_expert(f"COPY {place} FROM STDIN", io.StringIO(text))


ALL: tuple[Callable[[], Result], ...] = (importing, memory_of_reading, exporting)
