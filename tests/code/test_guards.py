"""No float and no clock below the views, whatever the folder; and the guard sees what is planted in each folder there is."""

from pathlib import Path

import pytest

from tests.code.guards import (
    clocks_in,
    faults,
    floats_in,
    numbers_for_measures_in,
    product_files,
    real_clocks_in,
    reasons_in_words_in,
    steered_by_words_in,
    submissions_read_in,
    uncounted_in,
)

ROOT = Path(__file__).resolve().parents[2]
FILES = product_files(ROOT)
THE_CLOCK = ROOT / "accounts/clock/queries.py"
FOLDERS = sorted({path.parent.relative_to(ROOT) for path in FILES})
BUT_THE_CLOCK = [each for each in FILES if each != THE_CLOCK]


def test_nothing_reckons_in_floats():
    """Money, FTE and years are Decimal, Fraction or whole numbers. What is no money, but light or millimetres, says so."""
    assert faults(FILES, floats_in) == {}


def test_a_measure_has_its_own_type():
    """A column holds a year or nothing; where it is read it becomes a `costing.measure.Measure`, with its words and its order."""
    assert faults(FILES, numbers_for_measures_in) == {}


def test_the_guard_sees_a_number_for_a_measure():
    planted = ("Measure = int | None", "measures: list[int | None] = []", "def heading(measure: int | None) -> str: ...")
    planted += ("def measures_of() -> set[int | None]: ...", "drawn: Mapping[tuple[int, int | None], Decimal]")
    assert [numbers_for_measures_in(line) for line in planted] == [[1]] * 5
    assert numbers_for_measures_in("following: dict[int | None, list[Decision]]; page: int | None = None") == []


def test_below_the_views_nothing_asks_the_clock():
    """Moments and days are passed in, so that a paper made again is the same paper."""
    assert faults(BUT_THE_CLOCK, clocks_in) == {}


def test_one_module_asks_the_real_clock():
    """Whoever asks for a moment elsewhere would leave the demonstration's day."""
    assert faults(BUT_THE_CLOCK, real_clocks_in) == {}


def test_commands_ask_the_same_clock():
    assert faults((ROOT / "operations/management/commands").glob("*.py"), real_clocks_in) == {}


def test_a_view_that_asks_the_real_clock_is_seen():
    source = "def page(request):\n    at = timezone.now()\n    return clock.now(), timezone.localdate(at), timezone.localdate()"
    assert real_clocks_in(source) == [2, 3]
    assert clocks_in("def drawn(programme):\n    return clock.now(), clock.localtime()") == [2]


PLANTED = """
from django.utils import timezone

def spread(amount):
    return float(amount) / 12

def drawn(programme, *, by, at=None):
    return programme.left * 0.5, timezone.now()

def shown(request):
    return timezone.localdate()
"""


SHELVES = ("actions", "queries", "models", "rules", "forms", "views", "any_other_name")


def test_the_guard_sees_a_fault_planted_in_any_folder(tmp_path: Path):
    planted = sorted(tmp_path / folder / f"{shelf}.py" for folder in FOLDERS for shelf in SHELVES)
    for path in planted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PLANTED)
    seen = product_files(tmp_path)
    assert seen == planted
    assert faults(seen, floats_in) == {str(path): [5, 8] for path in planted}
    assert faults(seen, clocks_in) == {str(path): [8] for path in planted}


def test_the_guard_reaches_every_app():
    assert {"accounts", "phases", "posts", "approvals", "reports", "costing"} <= {folder.parts[0] for folder in FOLDERS}


@pytest.mark.parametrize(
    "line",
    [
        "at = datetime.now(UTC)",
        "at = datetime.datetime.now()",
        "day = date.today()",
        "day = timezone.localdate()",
        "at = timezone.localtime()",
        "at = models.DateTimeField(default=timezone.now)",
        "at = models.DateTimeField(auto_now_add=True)",
        "at = time.time()",
        "rows.update(at=functions.Now())",
        "from django.utils.timezone import now",
        "from django.utils import timezone as zone; at = zone.now()",
    ],
)
def test_every_way_to_ask_the_clock_is_known(line: str):
    assert clocks_in(line) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "day = timezone.localdate(at)",
        "def page(request):\n    def act():\n        return timezone.now()",
        "@task(takes_context=True)\ndef make(context, pk):\n    return timezone.now()",
        "class Command(BaseCommand):\n    def handle(self, *args, **options):\n        return timezone.now()",
        "if form.today < form.now: pass",
    ],
)
def test_a_moment_turned_or_asked_where_something_begins_is_no_fault(source: str):
    assert clocks_in(source) == []


def test_only_a_line_that_says_what_it_is_may_hold_a_float():
    assert floats_in("wide = 19.5\nhigh = 4.5  # not money: millimetres\nodd = 1.5  # not money:") == [1, 3]


def test_no_words_of_a_message_or_a_label_decide_what_happens():
    """An exception carries a field, a line its kind: words are for people, and may be changed."""
    assert faults(FILES, steered_by_words_in) == {}


@pytest.mark.parametrize(
    "line",
    [
        'field = "fte" if "FTE are in post" in str(error) else None',
        "told = str(error).removeprefix(title)",
        'text = name.removeprefix("Planned in ")',
        'if name.startswith(("the FTE of Phase", "the total")): pass',
        'title = fact.name.partition(" (Phase")[0]',
        'head = [each for each in words if not each.startswith(("Appendix", "Part"))]',
        "if constraint.name in str(error.message): pass",
    ],
)
def test_every_way_to_decide_by_words_is_known(line: str):
    assert steered_by_words_in(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        'if url.startswith("data:"): pass',
        'kind, _, name = subject.partition(":")',
        'form.add_error("file", str(error))',
        'if text.startswith("the "): pass  # read from: a draft',
    ],
)
def test_keys_and_what_people_typed_may_be_taken_apart(line: str):
    assert steered_by_words_in(line) == []


def test_queries_are_counted_of_pages_that_are_shown_and_exactly():
    """A refusal takes few queries, and "at most" lets them grow until somebody looks: `answers.shown` and two sizes instead."""
    assert faults((ROOT / "tests").rglob("test_*.py"), uncounted_in) == {}


def test_a_count_of_whatever_came_back_is_seen():
    counted = "with django_assert_num_queries(7):\n    client.get('/')\n"
    assert uncounted_in(counted) == [2]
    assert uncounted_in(counted.replace("client.get('/')", "shown(client.get('/'))")) == []
    assert uncounted_in("with CaptureQueriesContext(connection):\n    page = client.get('/')\n    client.post('/')") == [3]
    assert uncounted_in(f"def test(django_assert_{'max'}_num_queries): pass") == [1]


def test_rules_and_queries_say_why_in_facts():
    """What is said of a reason stands once, in the `wording` of its noun: page, mail and refusal say it with the same words."""
    shelves = [path for path in FILES if {path.stem, path.parent.name} & {"rules", "queries"} and "wording" not in path.parts]
    assert faults([path for path in shelves if "reports" not in path.parts], reasons_in_words_in) == {}


@pytest.mark.parametrize("returns", ["str", "list[str]", "dict[int, str]"])
def test_a_reason_in_words_is_seen(returns: str):
    assert reasons_in_words_in(f"def why_not_sign(day: date) -> {returns}: return {{}}") == [1]
    assert reasons_in_words_in("def why_not_sign(name: str) -> WhyNot | None: return None") == []


def test_one_reader_reads_what_was_submitted():
    assert faults(FILES, submissions_read_in) == {}


def test_another_reader_of_what_was_submitted_is_seen():
    assert submissions_read_in("titles = [line for row in rows for line in json.loads(row.drawdown.content)['lines']]") == [1]
    assert submissions_read_in("entry = json.loads(record.entry.content)") == []
