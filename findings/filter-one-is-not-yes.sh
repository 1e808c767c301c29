#!/usr/bin/env bash
# django-filter 26.2 (the control is Django 5.2.19's own)
# Good guess: `?paid=1` means yes and `?paid=0` no, as for most switches in an address; what is neither is refused.
# What happens: only the words true and false count (and, oddly, 2 and 3). 1, 0, yes, on, and any other word are taken as "unknown": the
# form is valid, there is no error, and every row is shown.
# Why it matters: an address in a mail or a bookmark, or a hand-made checkbox, that should show the unpaid ones shows them all, and so
# does the file exported from it. Nothing on the page says that the filter did not work.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet django==5.2.19 django-filter==26.2
venv/bin/pip list 2>/dev/null | grep -E '^(Django|django-filter) '
venv/bin/python - <<'PY'
from django.conf import settings
import django

settings.configure(
    INSTALLED_APPS=["django_filters"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    TIME_ZONE="Europe/London",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()
from django.db import connection, models

import django_filters
from django.http import QueryDict


class Invoice(models.Model):
    paid = models.BooleanField()

    class Meta:
        app_label = "shop"


class Invoices(django_filters.FilterSet):
    paid = django_filters.BooleanFilter()


with connection.schema_editor() as editor:
    editor.create_model(Invoice)
for paid in (True, True, False):
    Invoice.objects.create(paid=paid)

seen = {}
for typed in ("true", "false", "1", "0", "yes", "no", "on", "rubbish", "2", "3"):
    filters = Invoices(QueryDict(f"paid={typed}"), Invoice.objects.all())
    seen[typed] = (filters.is_valid(), filters.qs.count())
    print(f"?paid={typed:8} valid: {seen[typed][0]}, {seen[typed][1]} of 3 rows")
assert seen["true"] == seen["2"] == (True, 2)
assert seen["false"] == seen["3"] == (True, 1)
assert all(seen[typed] == (True, 3) for typed in ("1", "0", "yes", "no", "on", "rubbish")), "CHANGED"
PY
