"""What the search of the audit record stands on. pg_trgm is a trusted extension: the owner of the database may add it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_days_and_years")]

    operations = [
        migrations.AddIndex("auditentry", models.Index(fields=["action", "-number"], name="audit_by_action")),
        migrations.AddIndex("auditentry", models.Index(fields=["actor", "-number"], name="audit_by_actor")),
        migrations.RunSQL(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm;"
            "CREATE INDEX audit_words ON accounts_auditentry USING gin (upper(content) gin_trgm_ops)",
            "DROP INDEX audit_words",
        ),
    ]
