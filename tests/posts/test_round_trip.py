"""What is exported comes back as the same: our workbook and CSV as they are, and as LibreOffice saves them.

Lines of every shape: floors, sums over the whole life and outside the years shown, credits, posts, hours, sources.
"""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.council.queries import council
from accounts.models import User
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import Choices
from posts.importing.file.rules import Source
from posts.lines.actions import LineChange, change_lines
from posts.lines.rules import CostChange, LineState, Stated
from reports.table.faces.rules import as_csv, as_xlsx
from reports.table.queries import schedule_for, usual_options
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts.lines import START, a_state

pytestmark = pytest.mark.django_db

SOFFICE = shutil.which("soffice")


def _states(programme: Programme, by: int) -> list[LineState]:
    one, two = (make_phase(programme, number) for number in (1, 2))

    def stated(year: int | None, pounds: int | None, bound: str = "") -> tuple[Stated, ...]:
        absence = "" if pounds is not None else "not_stated" if year else "no_effect"
        return (Stated(year, None if pounds is None else Decimal(pounds), absence, "As the paper says", by, NOON, bound),)

    other = {"kind": "other", "fte": None, "recruited_fte": None, "engaged": "n/a", "annual_cost": None, "intakes": ()}
    of_hours = {"weekly_hours": Decimal("22.20"), "full_time_hours": Decimal(37)}
    post = {"annual_cost": None, "intakes": ()}
    given: list[dict[str, object]] = [
        {"title": "Worked out"},
        {"title": "A term", "duration": "fixed_term", "intakes": ((Decimal(1), START, date(2018, 1, 31)),)},
        {"title": "Paperwork complete, recruited", "paperwork_complete": True, "recruited_fte": Decimal(1)},
        {"title": "6 posts", "fte": Decimal(6), "intakes": ((Decimal(6), START, None),), "recruited_fte": Decimal(4)},
        {
            "title": "By hours",
            **of_hours,
            "fte": Decimal("0.60"),
            "intakes": (),
        },
        {"title": "So many posts", "fte": None, "headcount": 2, "recruited_fte": None, "engaged": "no", "intakes": ()},
        {
            "title": "Floor",
            **post,
            "stated": stated(2016, 400_000, "at least") + stated(2017, 210_000, "about") + stated(None, 5, "up to"),
        },
        {"title": "Not stated", **post, "stated": stated(2016, None) + stated(2017, 7)},
        {
            "title": "Nil and no effect",
            **post,
            "stated": stated(2016, 0) + stated(2017, 9_499) + stated(None, None),
        },
        {
            "title": "Income from partner",
            **other,
            "stated": stated(2016, -5_000) + stated(2017, -863) + stated(None, -863),
        },
        {"title": "Over its whole life", **other, "stated": stated(0, 3_200_000)},
        {"title": "In later years too", **other, "stated": stated(2017, 10) + stated(2019, 70_000)},
        {"title": '=1+1, “quoted” "so"', "comment": "-not a formula; 50% of it", "cost_centre": "0012"},
        {
            "title": "Changes its cost",
            "cost_changes": (CostChange(date(2017, 4, 1), Decimal(95_000), None),),
        },
        {
            "title": "In two intakes",
            "fte": Decimal(2),
            "intakes": ((Decimal(1), START, None), (Decimal(1), date(2017, 1, 1), None)),
        },
    ]
    states = [
        a_state(one if n % 2 else two, position=n * 10, team="" if n % 3 else "Alpha", **each) for n, each in enumerate(given)
    ]
    return [*states, a_state(two, title="Worked out", team="Beta", position=900)]


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def programme(officer: User) -> Programme:
    made = make_programme()
    changes = [LineChange(None, None, state) for state in _states(made, officer.pk)]
    change_lines(programme=made, line_changes=changes, by=officer, at=NOON)
    return Programme.objects.get(pk=made.pk)


@pytest.fixture
def exported(programme: Programme, tmp_path: Path) -> dict[str, Path]:
    schedule = schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON)
    found = {"xlsx": tmp_path / "table.xlsx", "csv": tmp_path / "table.csv"}
    found["xlsx"].write_bytes(as_xlsx(schedule))
    found["csv"].write_bytes(as_csv(schedule).encode("utf-8-sig"))
    return found


def _comes_back(programme: Programme, file: Path, by: User) -> None:
    source = Source(file.name, file.read_bytes())
    preview = paste.look(programme, Choices(source.decoded.text, source=source), by=by, at=NOON)
    found = [(each.row.number, each.row.name, each.status, each.errors, each.differences) for each in preview.outcomes]
    assert [each for each in found if each[2] != paste.SAME] == []
    assert len(found) == programme.lines.count()
    assert not preview.refused, (preview.block.errors, preview.errors, preview.unanswered, preview.block.totals_differ)
    assert not preview.not_mentioned


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_it_comes_back_as_it_was_written(programme: Programme, exported: dict[str, Path], officer: User, kind: str) -> None:
    _comes_back(programme, exported[kind], officer)


def _saved(file: Path, into: str) -> Path:
    """The file opened in LibreOffice and saved as another kind, without a window."""
    kind = into.partition(":")[0]
    folder = file.parent / "saved"
    profile = f"-env:UserInstallation=file://{file.parent}/profile"
    # A CSV is opened as UTF-8 with commas, as its dialogue offers.
    opened = ["--infilter=CSV:44,34,76,1"] if file.suffix == ".csv" else []
    command = [SOFFICE or "", profile, "--headless", *opened, "--convert-to", into, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    found = sorted(folder.glob(f"{file.stem}*.{kind}"))
    return next((each for each in found if "pounds" in each.name), found[0])


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed: what it saves is not tried here")
@pytest.mark.parametrize("source", ["xlsx", "csv"])
@pytest.mark.parametrize("into", ["xlsx", "ods", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"])
def test_it_comes_back_as_libreoffice_saves_it(
    programme: Programme, exported: dict[str, Path], officer: User, source: str, into: str
) -> None:
    _comes_back(programme, _saved(exported[source], into), officer)
