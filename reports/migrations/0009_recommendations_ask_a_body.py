"""A recommendation asks a body as an object. Its name finds the body, for this one move alone."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def find_bodies(apps, schema_editor):
    bodies = apps.get_model("phases", "Body").objects
    for row in apps.get_model("reports", "ReportParagraph").objects.exclude(body_text=""):
        name = row.body_text.strip()
        name = name[4:].strip() if name.casefold().startswith("the ") else name
        row.body = bodies.filter(name__iexact=name).first() or bodies.create(name=name, kind="committee")
        row.save(update_fields=["body"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_front_sheet_decider"), ("phases", "0006_bodies")]

    operations = [
        migrations.RemoveConstraint("reportparagraph", "report_paragraph_asks_its_body"),
        migrations.RenameField("reportparagraph", "body", "body_text"),
        migrations.AddField(
            "reportparagraph",
            "body",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="phases.body",
                verbose_name="who is asked",
            ),
        ),
        migrations.RunPython(find_bodies, migrations.RunPython.noop),
        migrations.RemoveField("reportparagraph", "body_text"),
        migrations.AddConstraint(
            "reportparagraph",
            models.CheckConstraint(
                condition=Q(section="finance", body__isnull=True) | Q(section="recommendations", body__isnull=False),
                name="report_paragraph_asks_its_body",
            ),
        ),
    ]
