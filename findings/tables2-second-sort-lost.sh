#!/usr/bin/env bash
# django-tables2 3.0.1
# Good guess: `?sort=kind&sort=-name` sorts by the kind and, within it, by the name; a column whose order is written by hand
# (`order_FOO`) takes its place in that list.
# What happens: as soon as one of the columns has `order_FOO`, all the others are dropped. The table still says that it is sorted by
# both, in whichever order they were asked. Of two such columns, only the last one counts.
# Why it matters: `order_FOO` is the documented way to sort states or grades by their meaning. Readers who then sort by a second column
# get rows in no order at all within the first, and pages that repeat or miss rows.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet django==5.2.19 django-tables2==3.0.1
venv/bin/pip list 2>/dev/null | grep -E '^(Django|django-tables2) '
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

import django_tables2 as tables


class Fruit(models.Model):
    name = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)

    class Meta:
        app_label = "shop"


class Plain(tables.Table):
    name = tables.Column()
    kind = tables.Column()


class ByHand(Plain):
    def order_kind(self, queryset, is_descending):
        return queryset.order_by("-kind" if is_descending else "kind"), True


with connection.schema_editor() as editor:
    editor.create_model(Fruit)
for name, kind in [("apple", "tree"), ("cherry", "tree"), ("banana", "herb"), ("damson", "tree")]:
    Fruit.objects.create(name=name, kind=kind)


def seen(table_class, *wanted):
    table = table_class(Fruit.objects.all(), order_by=wanted)
    columns = [column.lstrip("-") for column in table.data.data.query.order_by]
    print(f"{table_class.__name__:7} asked {wanted}, table says {tuple(table.order_by)}, the database sorts by {columns}")
    return columns


assert seen(Plain, "kind", "-name") == ["kind", "name"]
assert seen(ByHand, "kind", "-name") == ["kind"], "CHANGED: the second column counts"
assert seen(ByHand, "-name", "kind") == ["kind"], "CHANGED: the first column counts"
PY
