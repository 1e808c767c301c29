"""One file that holds everything, and proof after it was read back that nothing is missing or changed.

The file is a zip of two parts: `database.dump`, what pg_dump writes (or `database.sql`, with FORM=plain: statements that an older
server reads too), and `manifest.json`, what the store says of itself at the
same moment (the head of the audit chain, totals, hashes). It is restored into an empty database only, then worked out again.

`python -m operations.backup make|restore`; the environment variable FILE names the file. `make backup` and `make restore`
call it. Without FILE it goes to BACKUP_FOLDER; with BACKUP_DAYS those there that are older are thrown away. Sessions are left
out: after a restore everybody signs in again.
"""

import hashlib
import json
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Set
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from operations import cluster, data_folder, database, programs
from operations.preparing import rights

DUMP, PLAIN, MANIFEST = "database.dump", "database.sql", "manifest.json"
FORMAT = 1
COMPARED = ("audit", "totals", "stored")
WITHOUT_ROWS = ("public.django_session", "public.cache")
OUR_EXTENSION = "pg_trgm"
"""What the tables stand on. What else is in a council's database is not ours to bring along, and nobody may let us make it."""
FEWEST_KEPT = 3
"""However old they are."""
_NOT_KNOWN_BEFORE = re.compile(rb"(SET transaction_timeout = 0;|\\(un)?restrict .*)\n")
"""What a newer pg_dump writes that an older server or psql does not know, and needs not."""


class Refused(RuntimeError):
    """Nothing was done, or what was restored may not be used. The text says why, in words for the operator."""


class Comparison(NamedTuple):
    """One thing that the manifest names, and whether the restored store says the same."""

    name: str
    is_equal: bool


def make(file: Path, at: datetime, *, plain: bool = False) -> dict[str, Any]:
    """Write a backup to `file`, which must not exist yet; its manifest. The manifest and the dump are of one snapshot.

    Raises Refused, also where the store cannot be proved whole: such a backup could never be restored.
    """
    from django.db import connection, transaction

    if file.exists():
        raise Refused(f"{file} exists: a backup never replaces a file.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as directory:
        dump = Path(directory) / (PLAIN if plain else DUMP)
        form = ["--format=plain", "--no-owner", "--no-privileges"] if plain else ["--format=custom"]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
            manifest = _manifest(at)
            left_out = [f"--exclude-table-data={table}" for table in WITHOUT_ROWS]
            ours = f"--extension={OUR_EXTENSION}"
            _run("pg_dump", *form, ours, f"--snapshot={snapshot}", *left_out, f"--file={dump}")
        if plain:
            dump.write_bytes(_NOT_KNOWN_BEFORE.sub(b"", dump.read_bytes()))
        manifest["dump_sha256"] = _digest_of(dump)
        written = Path(directory) / "whole"
        with zipfile.ZipFile(written, "x", zipfile.ZIP_STORED) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
            archive.write(dump, dump.name)
        written.chmod(0o600)
        written.rename(file)  # a backup that was interrupted never has the name of one
    return manifest


def restore(file: Path) -> Iterator[Comparison]:
    """Read `file` back into an empty database, and compare, thing by thing.

    Raises Refused before anything is written where the file is cut, changed or of a newer version, or the database is not empty.
    """
    from django.core.management import call_command
    from django.db import connection

    with tempfile.TemporaryDirectory() as directory:
        manifest, dump = _read(file, Path(directory))
        _refuse_newer(manifest, _known_migrations())
        _refuse_full()
        # The owner of the target owns what is restored, and the target's own default privileges say what its web role may do.
        name = f"--dbname={connection.settings_dict['NAME']}"
        if dump.name == PLAIN:
            _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", name, f"--file={dump}")
        else:
            _run("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", name, str(dump))
    yield from _compare_guards(manifest)
    call_command("migrate", verbosity=0, interactive=False)
    yield from _compare(manifest)


# --- what the store says of itself --------------------------------------------------------------------------------


def _manifest(at: datetime) -> dict[str, Any]:
    from operations.proof import NotProved, guards

    try:
        said = _said()
    except NotProved as error:
        raise Refused(f"The store is not whole, so no backup was made. {error}") from None
    return {"format": FORMAT, "made_at": at.isoformat(), "migrations": _applied(), "guards": sorted(guards()), **said}


def _said() -> dict[str, Any]:
    """Everything that must be equal after a restore. Raises verification.NotProved."""
    from operations.proof import check_everything

    head, tallies = check_everything()
    return {
        "audit": {"number": head.number, "hash": head.hash},
        "totals": _totals(),
        "stored": {kind: tally._asdict() for kind, tally in tallies.items()},
    }


def _totals() -> dict[str, dict[str, str]]:
    """Exact pounds by programme: planned, and drawn, in each financial year and in a full year."""
    from django.db.models import Sum

    from approvals.models import LimitDrawn
    from costing.measure import stored
    from phases.models import Programme
    from posts.models import LineAmount

    totals: dict[str, dict[str, str]] = {slug: {} for (slug,) in Programme.objects.order_by("slug").values_list("slug")}
    planned = LineAmount.objects.order_by().values_list("line__programme__slug", "financial_year").annotate(Sum("amount"))
    drawn = LimitDrawn.objects.order_by().values_list("limit__authorisation__programme__slug", "limit__financial_year")
    for what, rows in {"planned": planned, "drawn": drawn.annotate(Sum("drawn"))}.items():
        for slug, year, pounds in rows:
            measure = stored(year).name
            totals[slug][f"pounds {what} in {measure}"] = str(pounds or Decimal(0))
    return totals


def _applied() -> list[str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


# --- reading a backup ---------------------------------------------------------------------------------------------


def _read(file: Path, directory: Path) -> tuple[dict[str, Any], Path]:
    """The manifest of a backup, and its dump as it was copied to the directory. Raises Refused where the file is not whole."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            dump = directory / (PLAIN if PLAIN in archive.namelist() else DUMP)
            with archive.open(dump.name) as packed, dump.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}.") from None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError):
        raise Refused(f"{file} is cut short or damaged: nothing was restored.") from None
    except KeyError:
        raise Refused(f"{file} is not a backup of this application.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Refused(f"{file} is not a backup that this version can read.")
    if manifest.get("dump_sha256") != _digest_of(dump):
        raise Refused(f"{file} was changed after it was made: its data are not those its manifest names. Nothing was restored.")
    return manifest, dump


def _refuse_newer(manifest: dict[str, Any], known: Set[str]) -> None:
    if unknown := sorted(set(map(str, manifest.get("migrations", []))) - known):
        raise Refused(f"The backup is of a newer version of this application, which knows {unknown[0]}. Nothing was restored.")


def _known_migrations() -> Set[str]:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(connection, ignore_no_migrations=True).disk_migrations}


def _refuse_full() -> None:
    from django.db import connection

    if tables := len(connection.introspection.table_names()):
        raise Refused(
            f"The database holds {tables} tables already: a backup is restored into an empty one only. "
            f"{'IMPROVEMENT_BUDGET_DATA_DIR' if database.embedded() else 'DATABASE_URL'} chooses another."
        )


def _compare_guards(manifest: dict[str, Any]) -> Iterator[Comparison]:
    """Before later migrations, which may rename one."""
    from operations.proof import guards

    were, are = manifest.get("guards", []), guards()
    yield Comparison(f"{len(were)} triggers that guard the record, all on", were == sorted(are) and all(are.values()))
    yield from _compare_rights()


def _compare_rights() -> Iterator[Comparison]:
    """The role of the web server, where it is another than ours, reads and writes rows and owns nothing."""
    from django.db import connection

    web = database.web_user()
    if web == connection.settings_dict["USER"]:
        return
    with connection.cursor() as cursor:
        wrong = [*rights.lacking(cursor, web), *rights.excessive(cursor, web)]
    yield Comparison(f"What the role {web} may do", not wrong)


def _compare(manifest: dict[str, Any]) -> Iterator[Comparison]:
    from operations.proof import NotProved

    try:
        now = _said()
    except NotProved as error:
        raise Refused(f"What was restored is not whole: do not use this database. {error}") from None
    for part in COMPARED:
        was, is_now = dict(_flat(manifest.get(part))), dict(_flat(now[part]))
        for name, value in was.items():
            yield Comparison(f"{part}{name}: {value}", is_now.get(name) == value)
        if part != "stored":  # a later version may prove more than the one that made the backup
            yield from (Comparison(f"{part}{name}: not in the backup", is_equal=False) for name in is_now.keys() - was.keys())


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every figure and text in a manifest, under the names that lead to it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(each, f"{name}, {key}")
    else:
        yield name, value


# --- PostgreSQL's own programs ------------------------------------------------------------------------------------

_PASSED_ON = {
    # parameter of psycopg2: environment variable of PostgreSQL's programs. Passwords never stand in a command line.
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "channel_binding": "PGCHANNELBINDING",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "service": "PGSERVICE",
}


def _run(program: str, *arguments: str) -> None:
    from django.db import connection

    parameters = connection.get_connection_params()
    environment = {name: str(parameters[key]) for key, name in _PASSED_ON.items() if parameters.get(key)}
    binary = programs.client_program(program, _server_version())
    result = subprocess.run(
        [binary, *arguments],
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": os.environ.get("HOME", "/"), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        umask=0o077,
    )
    if result.returncode != 0:
        raise Refused(f"{program} failed: {(result.stderr or result.stdout).strip()[-1000:]}")


def _server_version() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def _digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# --- the commands -------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Make or restore a backup; the exit status."""
    named = os.environ.get("FILE", "")
    if arguments not in (["make"], ["restore"]):
        print("Use: python -m operations.backup make|restore", file=sys.stderr)
        return 2
    if arguments == ["restore"] and not named:
        raise Refused("Say which backup: make restore FILE=...")
    with _database():
        if arguments == ["restore"]:
            return _restore(Path(named))
        return _make(Path(named) if named else _usual_file(datetime.now(UTC)))


def _usual_file(at: datetime) -> Path:
    return _folder() / f"improvement-budget-{at:%Y-%m-%d-%H%M%S}.backup"


def _folder() -> Path:
    return Path(os.environ.get("BACKUP_FOLDER") or data_folder.CHECKOUT / "build" / "backups")


def throw_away(folder: Path, days: int, at: datetime) -> list[Path]:
    """Those of the folder that are older than so many days, but the newest few; they are told by their names."""
    newest_first = sorted(folder.glob("improvement-budget-*.backup"), reverse=True)
    oldest = folder / f"improvement-budget-{at - timedelta(days=days):%Y-%m-%d-%H%M%S}.backup"
    old = [each for each in newest_first[FEWEST_KEPT:] if each.name < oldest.name]
    for each in old:
        each.unlink()
    return old


def _make(file: Path) -> int:
    manifest = make(file, datetime.now(UTC), plain=os.environ.get("FORM") == "plain")
    audit = manifest["audit"]
    print(f"The backup is {file.absolute()}.")
    print(f"It ends with audit entry {audit['number']}, hash {audit['hash']}: write both down.")
    if days := os.environ.get("BACKUP_DAYS"):
        for each in throw_away(_folder(), int(days), datetime.now(UTC)):
            print(f"Threw away {each}, older than {days} days.")
    return 0


def _restore(file: Path) -> int:
    differ = 0
    for comparison in restore(file):
        print(f"{comparison.name}: {'equal' if comparison.is_equal else 'DIFFERENT'}", flush=True)
        differ += not comparison.is_equal
    if differ:
        raise Refused(f"What was restored is not what was backed up ({differ} differ): do not use this database.")
    print("Restored, and everything is equal.")
    return 0


@contextmanager
def _database() -> Iterator[None]:
    """Django set up on a database that answers; an embedded one that was not running is stopped again."""
    import django
    from django.db import OperationalError, connection

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "improvement_budget.settings")
    os.environ["IMPROVEMENT_BUDGET_DB_ROLE"] = "owner"
    started = database.ensure_running()
    try:
        django.setup()
        connection.ensure_connection()
        yield
    except OperationalError as error:
        raise Refused(f"The database does not answer: {error}") from None
    finally:
        connection.close()
        if started:
            database.stop(cluster.APPLICATION)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Refused, data_folder.DatabaseUnavailable) as error:
        sys.exit(f"Error: {error}")
