"""The past of a programme and of its phases, in a form of its own."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE TRIGGER programme_revision_append_only BEFORE UPDATE OR DELETE ON phases_programmerevision
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER programme_revision_no_truncate BEFORE TRUNCATE ON phases_programmerevision
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""
UNDO_RULES = """
DROP TRIGGER programme_revision_no_truncate ON phases_programmerevision;
DROP TRIGGER programme_revision_append_only ON phases_programmerevision;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_audit_search"),
        ("phases", "0003_approval_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgrammeRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.JSONField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programme_revision",
                        to="accounts.auditentry",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="phases.programme"),
                ),
            ],
            options={"ordering": ["entry_id"]},
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]
