#!/usr/bin/env bash
# django-tables2 3.0.1 with tablib 3.10.0
# Good guess: the JSON of a table holds what its CSV holds, one value for each column, under the column's name or its heading.
# What happens: the keys are the headings, so of two columns with the same heading one is lost without an error. (By default a column
# over another table's field has that field's heading: `Name` of the project and `Name` of its team.)
# Why it matters: a published JSON file lacks a column that the page and the CSV show; nobody who reads only the JSON can tell.
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

import json

import django_tables2 as tables
from django_tables2.export import TableExport


class Team(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "work"


class Project(models.Model):
    name = models.CharField(max_length=20)
    team = models.ForeignKey(Team, models.CASCADE)

    class Meta:
        app_label = "work"


class Projects(tables.Table):
    name = tables.Column()
    team_name = tables.Column(accessor="team__name")


with connection.schema_editor() as editor:
    editor.create_model(Team)
    editor.create_model(Project)
Project.objects.create(name="Bridge", team=Team.objects.create(name="Roads"))

table = Projects(Project.objects.select_related("team"))
rows = TableExport("csv", table).export().split()
(record,) = json.loads(TableExport("json", table).export())
print("CSV: ", rows)
print("JSON:", record)
assert rows == ["Name,Name", "Bridge,Roads"]
assert record == {"Name": "Roads"}, "CHANGED: JSON keeps both columns"
PY
