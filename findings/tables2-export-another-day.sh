#!/usr/bin/env bash
# django-tables2 3.0.1 with tablib 3.10.0
# Good guess: the file that a table exports says the same moment as its page: both in the local time zone.
# What happens: the page shows local time, the export the UTC value as text. Half past eleven in the evening (UTC) on 1 July is 2 July
# on a British page and 1 July in the CSV. The documentation of the column speaks of the local zone and of isoformat(); the export
# has no "T" either, so it is the plain str() of the stored value.
# Why it matters: whoever checks the file against the page finds another day, for seven months a year only, and only for what
# happened late. Records of decisions live by their dates.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet django==5.2.19 django-tables2==3.0.1 tablib==3.10.0
venv/bin/pip list 2>/dev/null | grep -E '^(Django|django-tables2|tablib) '
venv/bin/python - <<'PY'
from django.conf import settings
import django

settings.configure(
    INSTALLED_APPS=["django_tables2"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    TIME_ZONE="Europe/London",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()
from django.db import connection, models

from datetime import UTC, datetime

import django_tables2 as tables
from django_tables2.export import TableExport


class Decisions(tables.Table):
    at = tables.DateTimeColumn(format="j F Y H:i")


table = Decisions([{"at": datetime(2026, 7, 1, 23, 30, tzinfo=UTC)}])
page = str(table.rows[0].get_cell("at"))
file = TableExport("csv", table).export().splitlines()[1]
print("page:", page)
print("CSV: ", file)
assert page == "2 July 2026 00:30"
assert file == "2026-07-01 23:30:00+00:00", "CHANGED: the export gives another moment or form"
PY
