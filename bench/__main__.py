"""Run every pair in a database of its own on the tests' cluster, print the table, and write build/bench.json."""

import os

os.environ["IMPROVEMENT_BUDGET_TESTING"] = "1"  # before the settings are read
os.environ["DJANGO_SETTINGS_MODULE"] = "improvement_budget.settings"

import json
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings

from bench.measuring import Result
from operations import cluster, database
from operations.gunicorn_conf import collect_garbage_less

OUTPUT = Path(__file__).resolve().parent.parent / "build" / "bench.json"


def main() -> None:
    began = time.perf_counter()
    print(_machine(), flush=True)
    with _database():
        from bench import pairs  # needs Django to be set up

        print(_in_columns("Pair", "ratio", "target", "ours", "reference"), flush=True)
        collect_garbage_less()  # as the server does
        results = []
        for measure in pairs.ALL:
            made = measure()
            for result in made if isinstance(made, list) else [made]:
                results.append(result)
                print(_row(result), flush=True)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([result.as_json() for result in results], indent=2) + "\n")
    print(f"Medians of alternate runs. Took {time.perf_counter() - began:.0f} s; load average now {_load()}. Also in {OUTPUT}.")


@contextmanager
def _database() -> Iterator[None]:
    """A new database with every migration, dropped at the end. A server that was not running before is stopped again."""
    started = database.ensure_running()
    try:
        django.setup()
        from django.db import connection

        settings.DATABASES["default"]["TEST"]["NAME"] = f"test_bench_{os.getpid()}"
        usual = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
                print("PostgreSQL {}, fsync {}\n".format(*cursor.fetchone()), flush=True)
            yield
        finally:
            connection.creation.destroy_test_db(usual, verbosity=0)
    finally:
        if started:
            database.stop(cluster.TESTS)


def _machine() -> str:
    python = f"Python {platform.python_version()}, Django {django.__version__}"
    return f"{os.cpu_count()} cores ({_processor()}), {_memory()}, {python}, load average {_load()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB of memory"


def _load() -> str:
    return " ".join(f"{load:.2f}" for load in os.getloadavg())


def _row(result: Result) -> str:
    mark = "" if result.ratio <= result.target else "  MISSED"
    times = (result.in_unit(result.ours), result.in_unit(result.reference))
    return _in_columns(result.name, f"{result.ratio:.2f}", f"{result.target:.1f}", *times) + mark


def _in_columns(name: str, ratio: str, target: str, ours: str, reference: str) -> str:
    return f"{name:<88} {ratio:>6} {target:>6} {ours:>11} {reference:>11}"


if __name__ == "__main__":
    sys.exit(main())
