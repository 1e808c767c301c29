"""Which columns the papers of a programme have: the FTE of each year, and those that they do without."""

import django.contrib.postgres.fields
from django.db import migrations, models

COLUMNS = [("full_year", "Full year"), ("paperwork_complete", "Paperwork complete"), ("recruited", "Recruited to post")]


class Migration(migrations.Migration):
    dependencies = [("phases", "0014_required_match")]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="table_fte",
            field=models.BooleanField(default=False, verbose_name="a column of the FTE of each year"),
        ),
        migrations.AddField(
            model_name="programme",
            name="table_without",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=COLUMNS, max_length=20),
                blank=True,
                default=list,
                size=3,
                verbose_name="columns left out of the table",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(("table_without__contained_by", [name for name, _ in COLUMNS])),
                name="programme_table_does_without_known_columns",
            ),
        ),
    ]
